-- What the application may do. It reads the ledgers and appends to the audit trail; it changes neither.
GRANT USAGE ON SCHEMA public TO seiketsu_app, seiketsu_reader;
SET ROLE seiketsu_owner;

GRANT SELECT, INSERT, UPDATE, DELETE ON
    organizations, users, voice_agents, leads, conversations, conversation_messages, properties, webhooks, integrations,
    analytics_events, subscriptions, clients, client_provisioning_logs, client_third_party_accounts,
    third_party_usage_logs, third_party_webhooks, client_usage_records, client_billing_records, client_subscriptions,
    compliance_reports, emotion_detection_logs, conversation_intents, objection_handling_logs, voice_quality_metrics,
    conversation_flow_analytics, voice_agent_learning_data, realtime_conversation_sessions, revoked_tokens, reports
    TO seiketsu_app;
GRANT SELECT, INSERT ON client_audit_logs TO seiketsu_app;
GRANT SELECT ON voice_agent_personalities, alembic_version, schema_ledger, lead_overview TO seiketsu_app;

-- Tables of the next migration are usable by the application and by nobody else.
ALTER DEFAULT PRIVILEGES FOR ROLE seiketsu_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO seiketsu_app;
ALTER DEFAULT PRIVILEGES FOR ROLE seiketsu_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO seiketsu_app;
ALTER DEFAULT PRIVILEGES FOR ROLE seiketsu_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

RESET ROLE;
