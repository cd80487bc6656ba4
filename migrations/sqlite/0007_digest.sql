-- What a digest counts is found by community and time, without looking at anything else.
ALTER TABLE request_events ADD COLUMN guild_id BIGINT NOT NULL DEFAULT 0;
UPDATE request_events SET guild_id = (
    SELECT guild_id FROM requests WHERE requests.request_id = request_events.request_id);
DROP INDEX request_events_by_time;
CREATE INDEX request_events_by_time
    ON request_events (guild_id, change, happened_at, request_id, member_id);
CREATE INDEX requests_by_time ON requests (guild_id, asked_at);
-- Whether it begins something; what was read before is one where it replies to nothing.
ALTER TABLE messages ADD COLUMN begins BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE messages SET begins = TRUE
WHERE author_id IS NOT NULL AND NOT author_is_bot AND kind <> 'system'
    AND (activity IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM message_links
        WHERE message_links.channel_id = messages.channel_id
            AND message_links.message_id = messages.message_id));
DROP INDEX messages_by_guild;
CREATE INDEX messages_by_guild ON messages (guild_id, written_at, channel_id, message_id, author_id,
    author_is_bot, kind, deleted_at, begins, activity, confidence);
-- A day on which nothing is left counts for nothing, and its row is dropped from now on.
DELETE FROM member_days WHERE messages <= 0;

-- Where a community keeps its operator's rhythm these are NULL. Monday is day 0.
ALTER TABLE communities ADD COLUMN digest_day BIGINT;
ALTER TABLE communities ADD COLUMN digest_hour BIGINT;
