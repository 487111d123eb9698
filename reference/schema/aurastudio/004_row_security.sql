-- Each user sees own rows only: the application names the user per transaction in app.user_id. FORCE binds the owner as well.
SET ROLE aurastudio_owner;

DO $$
DECLARE
    tbl record;
    own text;
BEGIN
    FOR tbl IN
        SELECT * FROM (VALUES
            ('user_profiles', 'id'), ('projects', 'user_id'), ('asset_vault', 'user_id'), ('actor_dna', 'user_id'),
            ('effect_library', 'user_id'), ('export_jobs', 'user_id'), ('user_memory', 'user_id'),
            ('persona_sync', 'user_id'), ('conversation_history', 'user_id'), ('audit_log', 'user_id'),
            ('feedback', 'user_id'), ('studio_records', 'user_id')
        ) AS owned (name, owner_column)
    LOOP
        own := format('%I = nullif(current_setting(''app.user_id'', true), '''')::uuid', tbl.owner_column);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tbl.name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tbl.name);
        EXECUTE format('CREATE POLICY user_isolation ON %I USING (%s) WITH CHECK (%s)', tbl.name, own, own);
    END LOOP;
END $$;

-- Stock avatars and preset effects have no owner and are readable by all, writable by none.
CREATE POLICY stock_is_readable ON actor_dna FOR SELECT USING (user_id IS NULL);
CREATE POLICY preset_is_readable ON effect_library FOR SELECT USING (user_id IS NULL);

ALTER TABLE script_analysis ENABLE ROW LEVEL SECURITY;
ALTER TABLE script_analysis FORCE ROW LEVEL SECURITY;
CREATE POLICY user_isolation ON script_analysis
    USING (EXISTS (SELECT 1 FROM projects p WHERE p.id = project_id
                   AND p.user_id = nullif(current_setting('app.user_id', true), '')::uuid))
    WITH CHECK (EXISTS (SELECT 1 FROM projects p WHERE p.id = project_id
                        AND p.user_id = nullif(current_setting('app.user_id', true), '')::uuid));

RESET ROLE;

-- Sign-in must find an account before it knows its user: one exact address in, one id out.
GRANT USAGE, CREATE ON SCHEMA public TO aurastudio_auth;
GRANT SELECT (id, email, deleted_at) ON user_profiles TO aurastudio_auth;
SET ROLE aurastudio_auth;
CREATE FUNCTION find_account(wanted_email text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$ SELECT id FROM public.user_profiles WHERE email = lower(wanted_email) AND deleted_at IS NULL $$;
REVOKE ALL ON FUNCTION find_account(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_account(text) TO aurastudio_app;
RESET ROLE;
-- What is kept too long is removed for everybody: no argument in, a count out.
GRANT SELECT (created_at), DELETE ON conversation_history TO aurastudio_auth;
SET ROLE aurastudio_auth;
CREATE FUNCTION purge_conversations() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$ WITH gone AS (DELETE FROM public.conversation_history WHERE created_at < now() - interval '365 days' RETURNING 1)
          SELECT count(*) FROM gone $$;
REVOKE ALL ON FUNCTION purge_conversations() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION purge_conversations() TO aurastudio_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM aurastudio_auth;
