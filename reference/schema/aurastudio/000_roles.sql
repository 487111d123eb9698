-- Roles of the AuraStudio database. Passwords are set per deployment (reference/schema/seed.py), never here.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['aurastudio_owner', 'aurastudio_auth', 'aurastudio_app', 'aurastudio_reader', 'aurastudio_backup'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I', role_name);
        END IF;
    END LOOP;
END $$;

-- Owns every object; nobody logs in as it and the application is not a member of it.
ALTER ROLE aurastudio_owner NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
-- Owns only the functions that find an account before its owner is known; it has no members.
ALTER ROLE aurastudio_auth NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS;
ALTER ROLE aurastudio_app LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS CONNECTION LIMIT 60;
ALTER ROLE aurastudio_reader LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS CONNECTION LIMIT 30;
ALTER ROLE aurastudio_app SET statement_timeout = '30s';
ALTER ROLE aurastudio_app SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE aurastudio_app SET timezone = 'UTC';
ALTER ROLE aurastudio_reader SET statement_timeout = '30s';
ALTER ROLE aurastudio_reader SET timezone = 'UTC';
GRANT pg_read_all_data, pg_monitor TO aurastudio_reader;
-- Compares restored copies with the source: sees every row, and changes none.
ALTER ROLE aurastudio_backup LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS CONNECTION LIMIT 10;
ALTER ROLE aurastudio_backup SET default_transaction_read_only = on;
GRANT pg_read_all_data TO aurastudio_backup;

DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I SET timezone TO %L', current_database(), 'UTC');
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO aurastudio_app, aurastudio_reader, aurastudio_backup', current_database());
END $$;

-- Keys come from gen_random_uuid(), which is part of the server: uuid-ossp is not needed.
CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

ALTER SCHEMA public OWNER TO aurastudio_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
