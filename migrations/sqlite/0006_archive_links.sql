-- Whoever knows the secret reads the archive; what is kept of it is a hash, which opens nothing.
CREATE TABLE archive_links (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX archive_links_by_guild ON archive_links (guild_id);
