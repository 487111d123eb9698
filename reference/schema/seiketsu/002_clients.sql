-- Provisioning, billing and compliance. A client is the commercial side of an organisation and has the same id.
SET ROLE seiketsu_owner;

CREATE TABLE clients (
    id uuid PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    slug text NOT NULL UNIQUE,
    database_schema text NOT NULL UNIQUE,
    aws_account_id text UNIQUE,
    contact_email text NOT NULL,
    tier text NOT NULL DEFAULT 'startup' CHECK (tier IN ('startup', 'standard', 'enterprise', 'premium')),
    provisioning_step text NOT NULL DEFAULT 'requested'
        CHECK (provisioning_step IN ('requested', 'organization', 'voice_agent', 'storage', 'active', 'failed')),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE client_provisioning_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id uuid NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    step text NOT NULL,
    status text NOT NULL DEFAULT 'done' CHECK (status IN ('started', 'done', 'failed')),
    actor text NOT NULL DEFAULT 'system',
    detail text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_client_provisioning_logs_client_id ON client_provisioning_logs (client_id, created_at);

CREATE TABLE client_third_party_accounts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id uuid NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    provider text NOT NULL,
    external_id text NOT NULL,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'closed')),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_client_third_party_accounts_client_id ON client_third_party_accounts (client_id, status);

CREATE TABLE third_party_usage_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id uuid NOT NULL REFERENCES client_third_party_accounts (id) ON DELETE CASCADE,
    unit text NOT NULL,
    quantity bigint NOT NULL CHECK (quantity >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_third_party_usage_logs_account_id ON third_party_usage_logs (account_id, created_at);

CREATE TABLE third_party_webhooks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id uuid NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    provider text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'received' CHECK (status IN ('received', 'processed', 'failed')),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_third_party_webhooks_client_id ON third_party_webhooks (client_id, status);

CREATE TABLE client_usage_records (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id uuid NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    metric text NOT NULL,
    quantity bigint NOT NULL CHECK (quantity >= 0),
    recorded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_client_usage_records_client_id ON client_usage_records (client_id, recorded_at);

CREATE TABLE client_billing_records (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id uuid NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    amount_usd numeric(12, 2) NOT NULL,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'paid', 'void')),
    period_start date NOT NULL,
    period_end date NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_client_billing_records_client_id ON client_billing_records (client_id, status);

CREATE TABLE client_subscriptions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id uuid NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    plan text NOT NULL,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'past_due', 'cancelled')),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_client_subscriptions_client_id ON client_subscriptions (client_id, status);

CREATE TABLE client_audit_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id uuid NOT NULL,
    actor_id uuid,
    actor_organization_id uuid,
    event_type text NOT NULL,
    severity text NOT NULL DEFAULT 'info' CHECK (severity IN ('critical', 'high', 'medium', 'low', 'info')),
    object_type text,
    object_id text,
    request_id text,
    outcome text NOT NULL DEFAULT 'success' CHECK (outcome IN ('success', 'denied', 'failed')),
    source_address text,
    detail jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_client_audit_logs_client_id ON client_audit_logs (client_id, created_at DESC);

CREATE TABLE compliance_reports (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id uuid NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    report_type text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'completed', 'failed')),
    content jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_compliance_reports_client_id ON compliance_reports (client_id, created_at);

RESET ROLE;
