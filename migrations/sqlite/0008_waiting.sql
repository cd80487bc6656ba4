-- What waits is found by the first entry of an index, however much was done before or is due much later.
DROP INDEX agenda_by_due;
CREATE INDEX agenda_by_due ON agenda (due_at, job_id) WHERE finished_at IS NULL AND parked_at IS NULL;
CREATE INDEX agenda_leased ON agenda (leased_until)
    WHERE finished_at IS NULL AND parked_at IS NULL AND leased_until IS NOT NULL;
CREATE INDEX outbox_leased ON outbox (leased_until)
    WHERE sent_at IS NULL AND given_up_at IS NULL AND leased_until IS NOT NULL;
-- With the id as a third column PostgreSQL looked single messages up in it, through their whole channel.
DROP INDEX messages_by_channel;
CREATE INDEX messages_by_channel ON messages (channel_id, written_at);
-- All of a row is its key, or nearly: without a number of its own it is kept once, not twice.
ALTER TABLE message_links RENAME TO former_links;
CREATE TABLE message_links (
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    target_id BIGINT NOT NULL,
    PRIMARY KEY (channel_id, message_id, target_id)
) WITHOUT ROWID;
INSERT INTO message_links SELECT channel_id, message_id, target_id FROM former_links;
DROP TABLE former_links;
ALTER TABLE member_days RENAME TO former_days;
CREATE TABLE member_days (
    guild_id BIGINT NOT NULL,
    day BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    PRIMARY KEY (guild_id, day, member_id)
) WITHOUT ROWID;
INSERT INTO member_days SELECT guild_id, day, member_id, messages FROM former_days;
DROP TABLE former_days;
