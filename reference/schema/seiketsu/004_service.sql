-- What running the product needs beside its own tables: sessions that ended, reports, the ledger of applied files.
SET ROLE seiketsu_owner;

CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);

CREATE TABLE schema_ledger (
    version text PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    applied_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE revoked_tokens (
    jti text PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX idx_revoked_tokens_expires_at ON revoked_tokens (expires_at);

CREATE TABLE reports (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    report_type text NOT NULL,
    format text NOT NULL DEFAULT 'json' CHECK (format IN ('json', 'csv', 'pdf')),
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'completed', 'failed')),
    content jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz
);
CREATE INDEX idx_reports_organization_id ON reports (organization_id, created_at DESC);

-- Whoever deletes a referred row looks for those that refer to it.
CREATE INDEX idx_leads_assigned_agent ON leads (assigned_agent_id, organization_id);
CREATE INDEX idx_conversations_voice_agent ON conversations (organization_id, voice_agent_id);
CREATE INDEX idx_conversations_lead ON conversations (organization_id, lead_id);
CREATE INDEX idx_realtime_conversation_sessions_conversation ON realtime_conversation_sessions (conversation_id);

CREATE VIEW lead_overview WITH (security_invoker = true) AS
    SELECT organization_id, status, count(*) AS leads, avg(lead_score)::double precision AS mean_score
    FROM leads WHERE deleted_at IS NULL GROUP BY organization_id, status;

RESET ROLE;
