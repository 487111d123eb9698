-- Organisations (the tenants) and their business tables.
SET ROLE seiketsu_owner;

CREATE TABLE organizations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL,
    slug text NOT NULL UNIQUE,
    domain text UNIQUE,
    stripe_customer_id text UNIQUE,
    plan text NOT NULL DEFAULT 'starter' CHECK (plan IN ('starter', 'professional', 'enterprise', 'custom')),
    subscription_status text NOT NULL DEFAULT 'active'
        CHECK (subscription_status IN ('trial', 'active', 'past_due', 'suspended', 'cancelled')),
    max_users integer NOT NULL DEFAULT 10 CHECK (max_users > 0),
    max_voice_agents integer NOT NULL DEFAULT 5 CHECK (max_voice_agents > 0),
    max_conversations_per_month integer NOT NULL DEFAULT 1000 CHECK (max_conversations_per_month > 0),
    max_storage_gb integer NOT NULL DEFAULT 10 CHECK (max_storage_gb > 0),
    max_voice_minutes_per_month integer NOT NULL DEFAULT 1000 CHECK (max_voice_minutes_per_month >= 0),
    settings jsonb NOT NULL DEFAULT '{}',
    settings_version integer NOT NULL DEFAULT 0,
    is_canary boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    email text NOT NULL UNIQUE,
    username text NOT NULL UNIQUE,
    full_name text NOT NULL,
    password_hash text NOT NULL,
    role text NOT NULL DEFAULT 'agent' CHECK (role IN ('super_admin', 'org_admin', 'manager', 'agent', 'viewer')),
    phone text,
    api_key text UNIQUE,
    api_key_scope text NOT NULL DEFAULT 'all' CHECK (api_key_scope IN ('all', 'read')),
    api_key_expires_at timestamptz,
    two_factor_enabled boolean NOT NULL DEFAULT false,
    two_factor_secret text,
    is_active boolean NOT NULL DEFAULT true,
    last_login_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, id)
);
CREATE INDEX idx_users_organization_id ON users (organization_id);

CREATE TABLE voice_agents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name text NOT NULL,
    phone_number text UNIQUE,
    voice_id text NOT NULL,
    model_id text NOT NULL DEFAULT 'eleven_turbo_v2',
    voice_settings jsonb NOT NULL DEFAULT '{}',
    language text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'es', 'zh')),
    greeting text NOT NULL,
    system_prompt text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'retired')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, id)
);
CREATE INDEX idx_voice_agents_organization_id ON voice_agents (organization_id);

CREATE TABLE leads (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    first_name text NOT NULL,
    last_name text NOT NULL,
    email text,
    phone text,
    source text NOT NULL DEFAULT 'website',
    status text NOT NULL DEFAULT 'new'
        CHECK (status IN ('new', 'contacted', 'qualified', 'appointment', 'converted', 'lost')),
    lead_score integer NOT NULL DEFAULT 0 CHECK (lead_score BETWEEN 0 AND 100),
    is_qualified boolean NOT NULL DEFAULT false,
    budget_min numeric(14, 2),
    budget_max numeric(14, 2),
    bedrooms integer,
    preferred_locations text[] NOT NULL DEFAULT '{}',
    tags text[] NOT NULL DEFAULT '{}',
    notes text NOT NULL DEFAULT '',
    assigned_agent_id uuid,
    next_follow_up_date timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    UNIQUE (organization_id, id),
    -- Of the same organisation: a key that is the id alone could name another's.
    FOREIGN KEY (organization_id, assigned_agent_id) REFERENCES users (organization_id, id)
        ON DELETE SET NULL (assigned_agent_id),
    CONSTRAINT leads_budget_order CHECK (budget_max IS NULL OR budget_min IS NULL OR budget_max >= budget_min)
);
CREATE INDEX idx_leads_organization_id ON leads (organization_id);
CREATE INDEX idx_leads_organization_status ON leads (organization_id, status) WHERE deleted_at IS NULL;
CREATE INDEX idx_leads_search ON leads USING gin
    ((first_name || ' ' || last_name || ' ' || notes) gin_trgm_ops);

CREATE TABLE conversations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    call_id text NOT NULL UNIQUE,
    voice_agent_id uuid,
    lead_id uuid,
    caller_phone text,
    caller_name text,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'completed', 'transferred', 'failed')),
    outcome text,
    transcript text NOT NULL DEFAULT '',
    summary text,
    duration_seconds integer NOT NULL DEFAULT 0 CHECK (duration_seconds >= 0),
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    FOREIGN KEY (organization_id, voice_agent_id) REFERENCES voice_agents (organization_id, id)
        ON DELETE SET NULL (voice_agent_id),
    FOREIGN KEY (organization_id, lead_id) REFERENCES leads (organization_id, id) ON DELETE SET NULL (lead_id)
);
CREATE INDEX idx_conversations_organization_id ON conversations (organization_id);
CREATE INDEX idx_conversations_organization_started ON conversations (organization_id, started_at DESC);

CREATE TABLE conversation_messages (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    speaker text NOT NULL CHECK (speaker IN ('caller', 'agent', 'system')),
    content text NOT NULL,
    timing_ms jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_conversation_messages_conversation_id ON conversation_messages (conversation_id);

CREATE TABLE properties (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    mls_number text NOT NULL UNIQUE,
    title text NOT NULL,
    description text NOT NULL DEFAULT '',
    address text NOT NULL,
    city text NOT NULL,
    price numeric(14, 2) NOT NULL CHECK (price > 0),
    bedrooms integer NOT NULL DEFAULT 0 CHECK (bedrooms >= 0),
    square_feet integer NOT NULL DEFAULT 0 CHECK (square_feet >= 0),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'pending', 'sold', 'withdrawn')),
    embedding vector(1536),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_properties_organization_id ON properties (organization_id);
CREATE INDEX idx_properties_city ON properties (organization_id, city);
CREATE INDEX idx_properties_embedding ON properties USING hnsw (embedding vector_cosine_ops);

CREATE TABLE webhooks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    url text NOT NULL,
    events text[] NOT NULL,
    secret text NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    last_status integer,
    last_delivered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_webhooks_organization_id ON webhooks (organization_id);

CREATE TABLE integrations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    provider text NOT NULL,
    settings jsonb NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_integrations_organization_id ON integrations (organization_id);

CREATE TABLE analytics_events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    event_type text NOT NULL,
    properties jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_analytics_events_organization_id ON analytics_events (organization_id, created_at DESC);

CREATE TABLE subscriptions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    plan text NOT NULL CHECK (plan IN ('bronze', 'silver', 'gold', 'enterprise')),
    monthly_usd integer NOT NULL CHECK (monthly_usd >= 0),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('trialing', 'active', 'past_due', 'cancelled')),
    current_period_end timestamptz NOT NULL DEFAULT now() + interval '30 days',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_subscriptions_organization_id ON subscriptions (organization_id);

RESET ROLE;
