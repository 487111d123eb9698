-- The product's own tables: accounts, projects, library, memories, conversations, translations.
SET ROLE aurastudio_owner;

CREATE TABLE user_profiles (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    password_hash text NOT NULL,
    subscription_tier text NOT NULL DEFAULT 'free' CHECK (subscription_tier IN ('free', 'pro', 'enterprise')),
    credits_remaining integer NOT NULL DEFAULT 100 CHECK (credits_remaining >= 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE INDEX idx_user_profiles_email ON user_profiles (email);

CREATE TABLE actor_dna (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid REFERENCES user_profiles (id) ON DELETE CASCADE,
    name text NOT NULL,
    type text NOT NULL DEFAULT 'custom' CHECK (type IN ('stock', 'custom')),
    base_voice text NOT NULL CHECK (base_voice <> ''),
    mesh_path text NOT NULL CHECK (mesh_path <> ''),
    blend_shapes jsonb NOT NULL DEFAULT '{}',
    thumbnail_url text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT actor_dna_stock_has_no_owner CHECK ((type = 'stock') = (user_id IS NULL))
);
CREATE INDEX idx_actor_dna_user_id ON actor_dna (user_id);
CREATE INDEX idx_actor_dna_type ON actor_dna (type);
CREATE UNIQUE INDEX uq_actor_dna_stock_name ON actor_dna (name) WHERE user_id IS NULL AND deleted_at IS NULL;

CREATE TABLE projects (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES user_profiles (id) ON DELETE CASCADE,
    title text NOT NULL,
    description text,
    script_text text,
    actor_id uuid REFERENCES actor_dna (id) ON DELETE SET NULL,
    status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'processing', 'completed', 'failed')),
    last_synced timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE INDEX idx_projects_user_id ON projects (user_id);
CREATE INDEX idx_projects_status ON projects (status);

CREATE TABLE asset_vault (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES user_profiles (id) ON DELETE CASCADE,
    name text NOT NULL,
    type text NOT NULL CHECK (type IN ('image', 'voice', 'audio')),
    s3_url text NOT NULL,
    size_bytes bigint NOT NULL DEFAULT 0 CHECK (size_bytes >= 0),
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE INDEX idx_asset_vault_user_id ON asset_vault (user_id);
CREATE INDEX idx_asset_vault_type ON asset_vault (type);

CREATE TABLE effect_library (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid REFERENCES user_profiles (id) ON DELETE CASCADE,
    name text NOT NULL,
    type text NOT NULL DEFAULT 'custom' CHECK (type IN ('trickster', 'deepbass', 'custom')),
    pitch_multiplier double precision NOT NULL DEFAULT 1.0 CHECK (pitch_multiplier > 0),
    formant_shift double precision NOT NULL DEFAULT 1.0 CHECK (formant_shift > 0),
    tempo_rate double precision NOT NULL DEFAULT 1.0 CHECK (tempo_rate > 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE INDEX idx_effect_library_user_id ON effect_library (user_id);
CREATE INDEX idx_effect_library_type ON effect_library (type);
CREATE UNIQUE INDEX uq_effect_library_preset_name ON effect_library (name) WHERE user_id IS NULL AND deleted_at IS NULL;

CREATE TABLE export_jobs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES user_profiles (id) ON DELETE CASCADE,
    status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'processing', 'completed', 'failed')),
    format text NOT NULL DEFAULT 'mp4' CHECK (format IN ('mp4', 'mov', 'fbx')),
    resolution text NOT NULL DEFAULT '1080p' CHECK (resolution IN ('1080p', '2k', '4k')),
    output_url text,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz
);
CREATE INDEX idx_export_jobs_project_id ON export_jobs (project_id);
CREATE INDEX idx_export_jobs_user_id ON export_jobs (user_id);
CREATE INDEX idx_export_jobs_status ON export_jobs (status);

CREATE TABLE script_analysis (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    sentiment text NOT NULL,
    sentiment_score double precision NOT NULL CHECK (sentiment_score BETWEEN -1 AND 1),
    emotions jsonb NOT NULL DEFAULT '[]',
    word_count integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_script_analysis_project_id ON script_analysis (project_id);

CREATE TABLE user_memory (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES user_profiles (id) ON DELETE CASCADE,
    summary text NOT NULL,
    full_text text NOT NULL,
    memory_type text NOT NULL DEFAULT 'note'
        CHECK (memory_type IN ('note', 'reminder', 'birthday', 'event', 'preference')),
    emotion text,
    memory_vector vector(1536),
    embedding_model text,
    embedding_source text CHECK (embedding_source IN ('provider', 'local')),
    is_archived boolean NOT NULL DEFAULT false,
    recalled_count integer NOT NULL DEFAULT 0,
    last_recalled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_user_memory_user_id ON user_memory (user_id);
CREATE INDEX idx_user_memory_memory_type ON user_memory (memory_type);
CREATE INDEX idx_user_memory_emotion ON user_memory (emotion);
CREATE INDEX idx_user_memory_vector ON user_memory USING hnsw (memory_vector vector_cosine_ops);

CREATE TABLE persona_sync (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL UNIQUE REFERENCES user_profiles (id) ON DELETE CASCADE,
    relationship_level integer NOT NULL DEFAULT 1 CHECK (relationship_level BETWEEN 1 AND 10),
    interactions integer NOT NULL DEFAULT 0 CHECK (interactions >= 0),
    preferred_tone text NOT NULL DEFAULT 'friendly'
        CHECK (preferred_tone IN ('professional', 'friendly', 'humorous', 'supportive', 'energetic')),
    current_mode text NOT NULL DEFAULT 'companion' CHECK (current_mode IN ('studio', 'companion', 'assistant')),
    user_preferences jsonb NOT NULL DEFAULT '{}',
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_persona_sync_relationship_level ON persona_sync (relationship_level);

CREATE TABLE conversation_history (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES user_profiles (id) ON DELETE CASCADE,
    mode text NOT NULL DEFAULT 'companion' CHECK (mode IN ('studio', 'companion', 'assistant')),
    user_message text NOT NULL,
    ai_response text NOT NULL,
    emotion text,
    context_vectors vector(1536),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_conversation_history_user_id ON conversation_history (user_id);
CREATE INDEX idx_conversation_history_mode ON conversation_history (mode);
CREATE INDEX idx_conversation_history_created_at ON conversation_history (created_at);

CREATE TABLE translation_cache (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    source_text text NOT NULL,
    source_language text NOT NULL,
    target_language text NOT NULL,
    translated_text text NOT NULL,
    confidence_score double precision NOT NULL DEFAULT 1.0,
    cache_hits integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT translation_cache_text_pair_key UNIQUE (source_text, source_language, target_language)
);
CREATE INDEX idx_translation_cache_languages ON translation_cache (source_language, target_language);

RESET ROLE;
