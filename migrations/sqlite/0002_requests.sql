-- Requests: the whole ladder, the board, drafts, people who could know, and what is searched.

ALTER TABLE communities ADD COLUMN coordinator_role_id BIGINT;
ALTER TABLE communities ADD COLUMN lead_role_id BIGINT;
ALTER TABLE communities ADD COLUMN quiet_from BIGINT NOT NULL DEFAULT 22;
ALTER TABLE communities ADD COLUMN quiet_to BIGINT NOT NULL DEFAULT 8;
-- Where a community keeps its operator's rhythm these are NULL.
ALTER TABLE communities ADD COLUMN waits_hours BIGINT;
ALTER TABLE communities ADD COLUMN calls_hours BIGINT;
ALTER TABLE communities ADD COLUMN raised_hours BIGINT;
ALTER TABLE communities ADD COLUMN lapses_days BIGINT;
ALTER TABLE communities ADD COLUMN text_kept_days BIGINT;
ALTER TABLE communities ADD COLUMN left_at TEXT;
-- What was last said to ail, so that it is said once.
ALTER TABLE communities ADD COLUMN ailing TEXT NOT NULL DEFAULT '';

-- Whether everybody may read it: what was said elsewhere is shown to nobody who asks.
ALTER TABLE channels ADD COLUMN is_public BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE channels ADD COLUMN watch TEXT NOT NULL DEFAULT 'requests';

ALTER TABLE members ADD COLUMN is_core BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE members ADD COLUMN has_left BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE requests ADD COLUMN is_anonymous BOOLEAN NOT NULL DEFAULT FALSE;
-- Whether everybody could read where it was asked: else its words are shown nowhere else.
ALTER TABLE requests ADD COLUMN is_public BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE requests ADD COLUMN open_since TEXT NOT NULL DEFAULT '1970-01-01T00:00:00+00:00';
UPDATE requests SET open_since = COALESCE(
    (SELECT MAX(happened_at) FROM request_events
    WHERE request_events.request_id = requests.request_id AND change = 'reopened'), asked_at);
ALTER TABLE requests ADD COLUMN confirmed_at TEXT;
ALTER TABLE requests ADD COLUMN claimed_at TEXT;
UPDATE requests SET claimed_at = asked_at, confirmed_at = asked_at WHERE claimed_by IS NOT NULL;
ALTER TABLE requests ADD COLUMN snoozed_until TEXT;
ALTER TABLE requests ADD COLUMN called_at TEXT;
ALTER TABLE requests ADD COLUMN raised_at TEXT;
CREATE INDEX requests_by_author ON requests (guild_id, author_id, asked_at);

ALTER TABLE request_events ADD COLUMN held_until TEXT;
CREATE INDEX request_events_by_member ON request_events (member_id, change);
CREATE INDEX request_events_by_message ON request_events (message_id);

CREATE INDEX messages_by_author ON messages (guild_id, author_id, written_at);

ALTER TABLE agenda ADD COLUMN parked_at TEXT;

-- To a member in private, where it is to be said to nobody else.
ALTER TABLE outbox ADD COLUMN member_id BIGINT;
-- Counts how often what it speaks of changed, so that no change is lost while it is being said.
ALTER TABLE outbox ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
-- When it was last said, and a hash of what was: what has not changed is not said again.
ALTER TABLE outbox ADD COLUMN said_at TEXT;
ALTER TABLE outbox ADD COLUMN said_hash BIGINT NOT NULL DEFAULT 0;

CREATE INDEX outbox_by_message ON outbox (channel_id, message_id) WHERE message_id IS NOT NULL;

CREATE TABLE drafts (
    draft_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    author_name TEXT NOT NULL,
    text TEXT NOT NULL,
    is_anonymous BOOLEAN NOT NULL,
    interaction_id BIGINT NOT NULL UNIQUE,
    written_at TEXT NOT NULL
);

-- What a member says that they know about, a word or two each.
CREATE TABLE member_topics (
    guild_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    topic TEXT NOT NULL,
    PRIMARY KEY (guild_id, member_id, topic)
);

-- Who changed what about Convener, readable in chat.
CREATE TABLE audit (
    entry_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    guild_id BIGINT NOT NULL,
    happened_at TEXT NOT NULL,
    member_id BIGINT,
    deed TEXT NOT NULL
);
CREATE INDEX audit_by_guild ON audit (guild_id, entry_id);

-- Who does not want to be recorded: a keyed hash, and nothing else.
CREATE TABLE paused_members (
    guild_id BIGINT NOT NULL,
    member_hash TEXT NOT NULL,
    PRIMARY KEY (guild_id, member_hash)
);
CREATE TABLE hash_keys (
    hash_key_id BIGINT NOT NULL PRIMARY KEY CHECK (hash_key_id = 1),
    hash_key TEXT NOT NULL
);

-- The words of requests and of their answers, for finding similar ones.
CREATE VIRTUAL TABLE request_words USING fts5 (
    guild, question, answer, tokenize = 'porter unicode61 remove_diacritics 2'
);
-- What is deleted leaves nothing in the index.
INSERT INTO request_words (request_words, rank) VALUES ('secure-delete', 1);
INSERT INTO request_words (rowid, guild, question, answer)
SELECT request_id, 'g' || REPLACE(guild_id, '-', 'n'), text, '' FROM requests WHERE text <> '';
