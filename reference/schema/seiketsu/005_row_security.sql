-- Each organisation sees own rows only: the application names it per transaction in app.organization_id.
-- FORCE binds the owner of the tables as well.
SET ROLE seiketsu_owner;

DO $$
DECLARE
    tbl record;
    own text;
    tenant constant text := 'nullif(current_setting(''app.organization_id'', true), '''')::uuid';
BEGIN
    -- Tables that carry the tenant themselves.
    FOR tbl IN
        SELECT * FROM (VALUES
            ('organizations', 'id'), ('users', 'organization_id'), ('voice_agents', 'organization_id'),
            ('leads', 'organization_id'), ('conversations', 'organization_id'), ('properties', 'organization_id'),
            ('webhooks', 'organization_id'), ('integrations', 'organization_id'),
            ('analytics_events', 'organization_id'), ('subscriptions', 'organization_id'),
            ('reports', 'organization_id'), ('clients', 'id'), ('client_provisioning_logs', 'client_id'),
            ('client_third_party_accounts', 'client_id'), ('third_party_webhooks', 'client_id'),
            ('client_usage_records', 'client_id'), ('client_billing_records', 'client_id'),
            ('client_subscriptions', 'client_id'), ('client_audit_logs', 'client_id'),
            ('compliance_reports', 'client_id')
        ) AS owned (name, tenant_column)
    LOOP
        own := format('%I = %s', tbl.tenant_column, tenant);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tbl.name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tbl.name);
        EXECUTE format('CREATE POLICY tenant_isolation ON %I USING (%s) WITH CHECK (%s)', tbl.name, own, own);
    END LOOP;

    -- Tables that belong to a row of another table.
    FOR tbl IN
        SELECT * FROM (VALUES
            ('conversation_messages', 'conversation_id', 'conversations', 'organization_id'),
            ('emotion_detection_logs', 'conversation_id', 'conversations', 'organization_id'),
            ('conversation_intents', 'conversation_id', 'conversations', 'organization_id'),
            ('objection_handling_logs', 'conversation_id', 'conversations', 'organization_id'),
            ('voice_quality_metrics', 'conversation_id', 'conversations', 'organization_id'),
            ('conversation_flow_analytics', 'conversation_id', 'conversations', 'organization_id'),
            ('voice_agent_learning_data', 'agent_id', 'voice_agents', 'organization_id'),
            ('realtime_conversation_sessions', 'agent_id', 'voice_agents', 'organization_id'),
            ('third_party_usage_logs', 'account_id', 'client_third_party_accounts', 'client_id')
        ) AS owned (name, link, parent, tenant_column)
    LOOP
        own := format('EXISTS (SELECT 1 FROM %I parent WHERE parent.id = %I.%I AND parent.%I = %s)',
                      tbl.parent, tbl.name, tbl.link, tbl.tenant_column, tenant);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tbl.name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tbl.name);
        EXECUTE format('CREATE POLICY tenant_isolation ON %I USING (%s) WITH CHECK (%s)', tbl.name, own, own);
    END LOOP;
END $$;

-- A session of one's own agent could still be linked to another's conversation: keys see past row security.
CREATE POLICY own_conversation ON realtime_conversation_sessions AS RESTRICTIVE
    USING (true)
    WITH CHECK (conversation_id IS NULL OR EXISTS (
        SELECT 1 FROM conversations c WHERE c.id = conversation_id
        AND c.organization_id = nullif(current_setting('app.organization_id', true), '')::uuid));

RESET ROLE;

-- Sign-in must find an account before it knows its tenant: one exact address or key in, two ids out.
GRANT USAGE, CREATE ON SCHEMA public TO seiketsu_auth;
GRANT SELECT (id, organization_id, email, api_key, api_key_expires_at, is_active) ON users TO seiketsu_auth;
GRANT SELECT (id, slug) ON organizations TO seiketsu_auth;
GRANT SELECT (id, organization_id) ON leads, conversations, voice_agents, properties TO seiketsu_auth;
SET ROLE seiketsu_auth;
CREATE FUNCTION find_account(wanted_email text) RETURNS TABLE (user_id uuid, organization_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$ SELECT u.id, u.organization_id FROM public.users u WHERE u.email = lower(wanted_email) AND u.is_active $$;
CREATE FUNCTION find_api_key(wanted_key text) RETURNS TABLE (user_id uuid, organization_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$ SELECT u.id, u.organization_id FROM public.users u WHERE u.api_key = wanted_key AND u.is_active
        AND (u.api_key_expires_at IS NULL OR u.api_key_expires_at > now()) $$;
-- Background work visits each tenant in turn, inside that tenant's own context.
CREATE FUNCTION list_organization_ids() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$ SELECT id FROM public.organizations $$;
CREATE FUNCTION find_organization(wanted_slug text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$ SELECT id FROM public.organizations WHERE slug = lower(wanted_slug) $$;
-- Whose a thing is that somebody asked for in vain: an attempt is booked by the owner's trail too.
CREATE FUNCTION find_owner(kind text, wanted uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$ SELECT organization_id FROM public.leads WHERE kind = 'lead' AND id = wanted
        UNION ALL SELECT organization_id FROM public.conversations WHERE kind = 'conversation' AND id = wanted
        UNION ALL SELECT organization_id FROM public.voice_agents WHERE kind = 'voice_agent' AND id = wanted
        UNION ALL SELECT organization_id FROM public.properties WHERE kind = 'property' AND id = wanted $$;
REVOKE ALL ON FUNCTION find_account(text), find_api_key(text), list_organization_ids(), find_organization(text),
    find_owner(text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_account(text), find_api_key(text), list_organization_ids(), find_organization(text),
    find_owner(text, uuid) TO seiketsu_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM seiketsu_auth;
