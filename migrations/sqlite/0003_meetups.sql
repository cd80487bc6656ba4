ALTER TABLE meetups ADD COLUMN minutes BIGINT NOT NULL DEFAULT 60;
ALTER TABLE meetups ADD COLUMN seats BIGINT;
-- The series that "this and the following" was split off from.
ALTER TABLE meetups ADD COLUMN continues BIGINT REFERENCES meetups (meetup_id);
ALTER TABLE meetups ADD COLUMN cancel_reason TEXT;
-- RFC 5545's SEQUENCE.
ALTER TABLE meetups ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE meetups ADD COLUMN changed_at TEXT;
-- All that was due up to then has been done.
ALTER TABLE meetups ADD COLUMN tended_to TEXT;

-- Dates that are not as the rule gives them. Local times are in the zone of their series.
CREATE TABLE meetup_exceptions (
    meetup_id BIGINT NOT NULL REFERENCES meetups (meetup_id),
    original_local TEXT NOT NULL,
    -- NULL where the date does not take place.
    moved_to_local TEXT,
    PRIMARY KEY (meetup_id, original_local)
);

-- Changes that somebody has seen and not yet confirmed.
CREATE TABLE meetup_drafts (
    draft_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    guild_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    draft TEXT NOT NULL,
    created_at TEXT NOT NULL,
    interaction_id BIGINT NOT NULL UNIQUE
);

-- Who comes, as facts in their order; the last of a member counts.
CREATE TABLE meetup_answers (
    answer_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    meetup_id BIGINT NOT NULL REFERENCES meetups (meetup_id),
    original_local TEXT NOT NULL,
    member_id BIGINT NOT NULL,
    answer TEXT NOT NULL CHECK (answer IN ('going', 'maybe', 'no', 'waiting', 'offered', 'passed')),
    answered_at TEXT NOT NULL
);
CREATE INDEX meetup_answers_by_date ON meetup_answers (meetup_id, original_local, answer_id);

-- Who was there, as facts in their order; the last of a member counts.
CREATE TABLE meetup_attendance (
    attendance_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    meetup_id BIGINT NOT NULL REFERENCES meetups (meetup_id),
    original_local TEXT NOT NULL,
    member_id BIGINT NOT NULL,
    was_there BOOLEAN NOT NULL,
    said_by BIGINT NOT NULL,
    said_at TEXT NOT NULL
);
CREATE INDEX meetup_attendance_by_date ON meetup_attendance (meetup_id, original_local, attendance_id);

-- Whoever knows the secret reads the calendar: of the community where the member is 0, else of the member.
CREATE TABLE calendars (
    guild_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    secret TEXT NOT NULL UNIQUE,
    made_at TEXT NOT NULL,
    PRIMARY KEY (guild_id, member_id)
);
