UPDATE meetups SET minutes = 90, seats = 12, sequence = 2, changed_at = '2026-11-24T10:00:00+00:00',
    tended_to = '2026-11-24T10:00:00+00:00';

INSERT INTO meetup_exceptions (meetup_id, original_local, moved_to_local)
SELECT meetup_id, '2026-12-01T18:30:00', NULL FROM meetups;

INSERT INTO meetup_drafts (guild_id, member_id, draft, created_at, interaction_id)
VALUES (1000000000000000001, 7, '{"draft":"cancel","meetup":1,"reason":null}', '2026-11-24T10:00:00+00:00', 72);

INSERT INTO meetup_answers (meetup_id, original_local, member_id, answer, answered_at)
SELECT meetup_id, '2026-12-08T18:30:00', 8, 'going', '2026-11-24T10:00:00+00:00' FROM meetups;

INSERT INTO meetup_attendance (meetup_id, original_local, member_id, was_there, said_by, said_at)
SELECT meetup_id, '2026-11-24T18:30:00', 8, TRUE, 7, '2026-11-24T20:00:00+00:00' FROM meetups;

INSERT INTO calendars (guild_id, member_id, secret, made_at)
VALUES (1000000000000000001, 0, 'a-secret', '2026-11-24T10:00:00+00:00');
