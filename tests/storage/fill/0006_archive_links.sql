INSERT INTO archive_links (secret_hash, guild_id, made_at, expires_at)
VALUES ('a-hash', 1000000000000000001, '2026-11-24T10:00:00+00:00', '2026-12-24T10:00:00+00:00');
