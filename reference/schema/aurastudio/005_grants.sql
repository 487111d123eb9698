-- What the application may do. It reads the ledger and appends to the audit trail; it changes neither.
GRANT USAGE ON SCHEMA public TO aurastudio_app, aurastudio_reader;
SET ROLE aurastudio_owner;

GRANT SELECT, INSERT, UPDATE, DELETE ON
    user_profiles, projects, asset_vault, actor_dna, effect_library, export_jobs, script_analysis, user_memory,
    persona_sync, conversation_history, translation_cache, revoked_tokens, embedding_cache, feedback, studio_records
    TO aurastudio_app;
GRANT SELECT, INSERT ON audit_log TO aurastudio_app;
GRANT SELECT ON schema_migrations, activity TO aurastudio_app;

-- Tables of the next migration are usable by the application and by nobody else.
ALTER DEFAULT PRIVILEGES FOR ROLE aurastudio_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO aurastudio_app;
ALTER DEFAULT PRIVILEGES FOR ROLE aurastudio_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO aurastudio_app;
ALTER DEFAULT PRIVILEGES FOR ROLE aurastudio_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

RESET ROLE;

-- Statements are timed on copies of tables in a session's own temporary schema.
DO $$
BEGIN
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO aurastudio_app', current_database());
END $$;
