-- On which days, in UTC, each member wrote: what ninety days show is added up from it. It is kept with
-- the messages, and a test holds it equal to them.
CREATE TABLE member_days (
    guild_id BIGINT NOT NULL,
    day BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    PRIMARY KEY (guild_id, day, member_id)
);
INSERT INTO member_days (guild_id, day, member_id, messages)
SELECT guild_id, CAST(STRFTIME('%s', written_at) AS INTEGER) / 86400, author_id, COUNT(*) FROM messages
WHERE kind <> 'system' AND NOT author_is_bot AND deleted_at IS NULL
    AND author_id IS NOT NULL AND author_id <> 0
GROUP BY 1, 2, 3;

CREATE INDEX request_events_by_time ON request_events (change, happened_at);
