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
