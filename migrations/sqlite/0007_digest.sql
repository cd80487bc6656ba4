-- What a digest counts is found by community and time, without looking at anything else.
ALTER TABLE request_events ADD COLUMN guild_id BIGINT NOT NULL DEFAULT 0;
UPDATE request_events SET guild_id = (
    SELECT guild_id FROM requests WHERE requests.request_id = request_events.request_id);
DROP INDEX request_events_by_time;
CREATE INDEX request_events_by_time
    ON request_events (guild_id, change, happened_at, request_id, member_id);
CREATE INDEX requests_by_time ON requests (guild_id, asked_at);
DROP INDEX messages_by_guild;
CREATE INDEX messages_by_guild ON messages (guild_id, written_at, channel_id, author_id,
    author_is_bot, kind, deleted_at, activity, confidence);

-- Where a community keeps its operator's rhythm these are NULL. Monday is day 0.
ALTER TABLE communities ADD COLUMN digest_day BIGINT;
ALTER TABLE communities ADD COLUMN digest_hour BIGINT;
