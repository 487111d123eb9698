-- What running the product needs beside its own tables: sessions, audit trail, embedding cache, feedback, ledger.
SET ROLE aurastudio_owner;

ALTER TABLE user_profiles ADD COLUMN is_beta boolean NOT NULL DEFAULT false;

CREATE TABLE schema_migrations (
    version text PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- Tokens that were logged out; a token's own expiry bounds how long the row matters.
CREATE TABLE revoked_tokens (
    jti text PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX idx_revoked_tokens_expires_at ON revoked_tokens (expires_at);

-- Keyed by model and digest of the text, so a change of model never serves old vectors and no text is kept.
CREATE TABLE embedding_cache (
    model text NOT NULL,
    text_sha256 text NOT NULL,
    embedding vector(1536) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model, text_sha256)
);

CREATE TABLE audit_log (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    actor_id uuid,
    action text NOT NULL,
    object_type text NOT NULL,
    object_id text,
    request_id text,
    outcome text NOT NULL DEFAULT 'success' CHECK (outcome IN ('success', 'denied', 'failed')),
    detail jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_audit_log_user_id_created_at ON audit_log (user_id, created_at DESC);

CREATE TABLE feedback (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES user_profiles (id) ON DELETE CASCADE,
    rating integer NOT NULL CHECK (rating BETWEEN 1 AND 5),
    message text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_feedback_user_id ON feedback (user_id);

-- Records of the physique, persona, agency and security groups; parent_id links a sale to its product, a chat to its session.
CREATE TABLE studio_records (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES user_profiles (id) ON DELETE CASCADE,
    parent_id uuid REFERENCES studio_records (id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('vector_memory', 'health_reading', 'interaction', 'environment', 'speech', 'post',
        'live_session', 'chat', 'product', 'sale', 'legacy', 'legacy_talk', 'protected_memory', 'voice_dna', 'content')),
    payload jsonb NOT NULL DEFAULT '{}',
    embedding vector(1536),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_studio_records_user_id_kind ON studio_records (user_id, kind);
CREATE INDEX idx_studio_records_embedding ON studio_records USING hnsw (embedding vector_cosine_ops);

CREATE VIEW activity WITH (security_invoker = true) AS
    SELECT user_id, 'project' AS kind, id, title AS label, created_at FROM projects WHERE deleted_at IS NULL
    UNION ALL SELECT user_id, 'memory', id, summary, created_at FROM user_memory
    UNION ALL SELECT user_id, 'conversation', id, user_message, created_at FROM conversation_history
    UNION ALL SELECT user_id, 'export', id, format || ' ' || resolution, created_at FROM export_jobs;

RESET ROLE;
