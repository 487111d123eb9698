-- Stock library: five avatars, four effects, five translations. Repeating the file changes nothing.
INSERT INTO actor_dna (id, name, type, base_voice, mesh_path, blend_shapes, thumbnail_url)
SELECT md5('aurastudio/avatar/' || lower(name))::uuid, name, 'stock', voice,
       'meshes/stock/' || lower(name) || '.glb', shapes::jsonb, '/api/avatars/' || lower(name) || '/thumbnail.svg'
FROM (VALUES
    ('Aria', '21m00Tcm4TlvDq8ikWAM', '{"jawOpen": 0.35, "mouthSmile": 0.6, "browUp": 0.2}'),
    ('Kai', 'pNInz6obpgDQGcFmaJgB', '{"jawOpen": 0.45, "mouthSmile": 0.3, "browUp": 0.1}'),
    ('Luna', 'EXAVITQu4vr4xnSDxMaL', '{"jawOpen": 0.3, "mouthSmile": 0.7, "browUp": 0.35}'),
    ('Orion', 'ErXwobaYiN019PkySvjV', '{"jawOpen": 0.5, "mouthSmile": 0.25, "browUp": 0.15}'),
    ('Sage', 'MF3mGyEYCl7XYWbV9V6O', '{"jawOpen": 0.4, "mouthSmile": 0.5, "browUp": 0.3}')
) AS stock (name, voice, shapes)
ON CONFLICT DO NOTHING;

INSERT INTO effect_library (id, name, type, pitch_multiplier, formant_shift, tempo_rate)
SELECT md5('aurastudio/effect/' || lower(name))::uuid, name, type, pitch, formant, tempo
FROM (VALUES
    ('Trickster (Default)', 'trickster', 1.0, 0.65, 1.1),
    ('Deep Bass', 'deepbass', 0.5, 1.2, 1.0),
    ('Chipmunk', 'custom', 2.0, 1.0, 1.0),
    ('Slow Motion', 'custom', 1.0, 1.0, 0.7)
) AS preset (name, type, pitch, formant, tempo)
ON CONFLICT DO NOTHING;

INSERT INTO translation_cache (id, source_text, source_language, target_language, translated_text)
SELECT md5('aurastudio/translation/' || target || '/' || text)::uuid, text, 'en', target, translated
FROM (VALUES
    ('Hello', 'es', 'Hola'),
    ('Hello', 'fr', 'Bonjour'),
    ('Hello', 'de', 'Hallo'),
    ('Thank you', 'ja', 'ありがとう'),
    ('Welcome', 'ta', 'வரவேற்கிறோம்')
) AS phrase (text, target, translated)
ON CONFLICT DO NOTHING;
