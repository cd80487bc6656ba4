-- What is asked often is found without looking through all that was said and seen.
CREATE INDEX outbox_given_up ON outbox (given_up_at) WHERE given_up_at IS NOT NULL;
CREATE INDEX meetup_presence_by_member ON meetup_presence (member_id, seen_at);
