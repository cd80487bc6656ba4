-- The voice channel in which a series comes together.
ALTER TABLE meetups ADD COLUMN room_id BIGINT;

-- Those who take turns at hosting a series.
CREATE TABLE meetup_hosts (
    meetup_id BIGINT NOT NULL REFERENCES meetups (meetup_id),
    member_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (meetup_id, member_id)
);

-- Discord's own event of a date, as it was last put there or found there.
CREATE TABLE meetup_events (
    meetup_id BIGINT NOT NULL REFERENCES meetups (meetup_id),
    original_local TEXT NOT NULL,
    event_id BIGINT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (meetup_id, original_local)
);

-- Who was seen in the room of a date while it ran. It suggests who was there, and says nothing.
CREATE TABLE meetup_presence (
    meetup_id BIGINT NOT NULL REFERENCES meetups (meetup_id),
    original_local TEXT NOT NULL,
    member_id BIGINT NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (meetup_id, original_local, member_id)
);

-- What was written down of a date.
CREATE TABLE meetup_notes (
    note_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    meetup_id BIGINT NOT NULL REFERENCES meetups (meetup_id),
    original_local TEXT NOT NULL,
    member_id BIGINT NOT NULL,
    text TEXT NOT NULL,
    written_at TIMESTAMPTZ NOT NULL,
    interaction_id BIGINT NOT NULL UNIQUE
);
CREATE INDEX meetup_notes_by_date ON meetup_notes (meetup_id, original_local, note_id);

-- What members propose for the next date of a series.
CREATE TABLE meetup_proposals (
    proposal_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    meetup_id BIGINT NOT NULL REFERENCES meetups (meetup_id),
    member_id BIGINT NOT NULL,
    text TEXT NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    interaction_id BIGINT NOT NULL UNIQUE
);
CREATE INDEX meetup_proposals_by_meetup ON meetup_proposals (meetup_id, proposed_at);

-- What members chose for themselves; NULL is the community's.
CREATE TABLE member_preferences (
    guild_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    zone TEXT,
    -- The hours of a day in which a meetup suits, in that zone.
    free_from BIGINT,
    free_to BIGINT,
    -- Minutes before a start, between commas.
    reminders TEXT,
    in_private BOOLEAN NOT NULL,
    PRIMARY KEY (guild_id, member_id)
);

-- Which time suits? The moments that are offered stand between commas.
CREATE TABLE meetup_polls (
    poll_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    minutes BIGINT NOT NULL,
    is_weekly BOOLEAN NOT NULL,
    slots TEXT NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    interaction_id BIGINT NOT NULL UNIQUE
);

-- Which of them suit whom.
CREATE TABLE meetup_poll_votes (
    poll_id BIGINT NOT NULL REFERENCES meetup_polls (poll_id),
    member_id BIGINT NOT NULL,
    slots TEXT NOT NULL,
    voted_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (poll_id, member_id)
);
