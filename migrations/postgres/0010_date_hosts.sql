-- Who hosted a date that has begun, where hosts take turns: its series has the next host already.
CREATE TABLE meetup_date_hosts (
    meetup_id BIGINT NOT NULL REFERENCES meetups (meetup_id),
    original_local TEXT NOT NULL,
    member_id BIGINT NOT NULL,
    PRIMARY KEY (meetup_id, original_local)
);
