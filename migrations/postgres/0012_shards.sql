-- The processes that share the shards out among themselves. A row is a lease: whose has run out is gone.
CREATE TABLE processes (
    process_id BIGINT NOT NULL PRIMARY KEY,
    total BIGINT NOT NULL,
    leased_until TIMESTAMPTZ NOT NULL,
    is_leaving BOOLEAN NOT NULL
);

-- Each shard of a total: who serves it and who is about to, where it is shared out, and when it was last
-- known to be listened to.
CREATE TABLE shards (
    total BIGINT NOT NULL,
    shard BIGINT NOT NULL,
    holder BIGINT,
    heir BIGINT,
    alive_at TIMESTAMPTZ,
    PRIMARY KEY (total, shard)
);

-- When a shard was not listened to.
CREATE TABLE shard_absences (
    total BIGINT NOT NULL,
    shard BIGINT NOT NULL,
    absent_from TIMESTAMPTZ NOT NULL,
    absent_to TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (total, shard, absent_from)
);

-- The only shard of one is of all guilds.
INSERT INTO shards (total, shard, alive_at) SELECT 1, 0, alive_at FROM presence;
INSERT INTO shard_absences (total, shard, absent_from, absent_to)
SELECT 1, 0, absent_from, absent_to FROM absences;
DROP TABLE presence;
DROP TABLE absences;

-- Up to when the words of messages are forgotten: only what was written after it is looked at again.
ALTER TABLE communities ADD COLUMN words_forgotten_to TIMESTAMPTZ;
