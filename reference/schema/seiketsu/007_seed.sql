-- Personalities that every organisation may choose from, and the head revision. Repeating the file changes nothing.
INSERT INTO voice_agent_personalities (id, name, style, stability, similarity)
SELECT md5('seiketsu/personality/' || name)::uuid, name, style, stability, similarity
FROM (VALUES
    ('professional_consultant', 'calm and exact', 0.7, 0.8),
    ('friendly_neighbor', 'warm and informal', 0.5, 0.75),
    ('luxury_specialist', 'measured and discreet', 0.8, 0.85)
) AS personality (name, style, stability, similarity)
ON CONFLICT DO NOTHING;

INSERT INTO alembic_version (version_num) VALUES ('007_seed') ON CONFLICT DO NOTHING;
