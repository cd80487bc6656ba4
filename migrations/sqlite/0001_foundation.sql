-- Times are RFC 3339 text in UTC, as sqlx writes them: equal offsets keep text order true.
-- Ids from Discord are snowflakes; ids from other platforms are negative (external_ids).

CREATE TABLE communities (
    guild_id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    zone TEXT NOT NULL,
    core_channel_id BIGINT,
    leads_channel_id BIGINT,
    core_role_id BIGINT,
    set_up_at TEXT
);

CREATE TABLE channels (
    channel_id BIGINT NOT NULL PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('text', 'forum', 'thread', 'other')),
    parent_id BIGINT,
    -- Every message up to this one has been heard.
    heard_to BIGINT,
    unreadable_since TEXT
);
CREATE INDEX channels_by_guild ON channels (guild_id);

CREATE TABLE members (
    guild_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    is_bot BOOLEAN NOT NULL,
    joined_at TEXT,
    PRIMARY KEY (guild_id, member_id)
);

CREATE TABLE messages (
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    author_id BIGINT,
    author_name TEXT NOT NULL,
    author_is_bot BOOLEAN NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('message', 'action', 'system')),
    written_at TEXT NOT NULL,
    edited_at TEXT,
    deleted_at TEXT,
    text TEXT NOT NULL,
    activity TEXT,
    confidence DOUBLE PRECISION NOT NULL,
    is_request BOOLEAN NOT NULL,
    PRIMARY KEY (channel_id, message_id)
);
CREATE INDEX messages_by_guild ON messages (guild_id, written_at);
CREATE INDEX messages_by_channel ON messages (channel_id, written_at, message_id);

CREATE TABLE message_links (
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    target_id BIGINT NOT NULL,
    PRIMARY KEY (channel_id, message_id, target_id)
);

CREATE TABLE reactions (
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    emoji TEXT NOT NULL,
    people BIGINT NOT NULL,
    PRIMARY KEY (channel_id, message_id, emoji)
);

CREATE TABLE attachments (
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    PRIMARY KEY (channel_id, message_id, position)
);

CREATE TABLE requests (
    request_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    message_id BIGINT,
    author_id BIGINT NOT NULL,
    author_name TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    text TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('detected', 'asked', 'logged', 'imported')),
    -- One use of /ask is one question, however often Discord delivers it.
    interaction_id BIGINT UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('open', 'answered', 'resolved', 'withdrawn', 'lapsed')),
    first_response_at TEXT,
    answered_at TEXT,
    closed_at TEXT,
    claimed_by BIGINT,
    surfaced_at TEXT,
    UNIQUE (channel_id, message_id)
);
CREATE INDEX requests_by_guild ON requests (guild_id, status, asked_at);

CREATE TABLE request_events (
    event_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    request_id BIGINT NOT NULL REFERENCES requests (request_id),
    change TEXT NOT NULL,
    happened_at TEXT NOT NULL,
    member_id BIGINT,
    message_id BIGINT
);
CREATE INDEX request_events_by_request ON request_events (request_id, event_id);

CREATE TABLE activities (
    activity_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    logged_at TEXT NOT NULL,
    logged_by BIGINT NOT NULL,
    UNIQUE (channel_id, message_id, kind)
);
CREATE INDEX activities_by_guild ON activities (guild_id, logged_at);

CREATE TABLE meetups (
    meetup_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    guild_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    channel_id BIGINT NOT NULL,
    host_id BIGINT NOT NULL,
    -- A local time, in the zone beside it.
    starts_local TEXT NOT NULL,
    zone TEXT NOT NULL,
    rule TEXT NOT NULL,
    created_at TEXT NOT NULL,
    cancelled_at TEXT,
    interaction_id BIGINT NOT NULL UNIQUE
);
CREATE INDEX meetups_by_guild ON meetups (guild_id);

-- What is due, durably. A job's effects and its finishing are one transaction.
CREATE TABLE agenda (
    job_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    guild_id BIGINT NOT NULL,
    job TEXT NOT NULL,
    job_key TEXT NOT NULL UNIQUE,
    due_at TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    leased_until TEXT,
    finished_at TEXT,
    last_error TEXT
);
CREATE INDEX agenda_by_due ON agenda (due_at) WHERE finished_at IS NULL;

-- What is to be said, durably.
CREATE TABLE outbox (
    notice_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    notice TEXT NOT NULL,
    notice_key TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    leased_until TEXT,
    sent_at TEXT,
    message_id BIGINT,
    given_up_at TEXT,
    last_error TEXT
);
CREATE INDEX outbox_by_due ON outbox (due_at) WHERE sent_at IS NULL AND given_up_at IS NULL;

CREATE TABLE external_ids (
    external_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    noun TEXT NOT NULL CHECK (noun IN ('guild', 'channel', 'message', 'member')),
    original TEXT NOT NULL,
    UNIQUE (noun, original)
);

-- When Convener was last known to listen, and when it was not.
CREATE TABLE presence (
    presence_id BIGINT NOT NULL PRIMARY KEY CHECK (presence_id = 1),
    alive_at TEXT NOT NULL
);
CREATE TABLE absences (
    absent_from TEXT NOT NULL PRIMARY KEY,
    absent_to TEXT NOT NULL
);
