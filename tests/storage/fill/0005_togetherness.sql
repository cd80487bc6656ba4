UPDATE meetups SET room_id = 29;

INSERT INTO meetup_hosts (meetup_id, member_id, position) SELECT meetup_id, 8, 0 FROM meetups;

INSERT INTO meetup_events (meetup_id, original_local, event_id, title, starts_at)
SELECT meetup_id, '2026-12-08T18:30:00', 91, 'Open studio', '2026-12-08T17:30:00+00:00' FROM meetups;

INSERT INTO meetup_presence (meetup_id, original_local, member_id, seen_at)
SELECT meetup_id, '2026-11-24T18:30:00', 8, '2026-11-24T18:00:00+00:00' FROM meetups;

INSERT INTO meetup_notes (meetup_id, original_local, member_id, text, written_at, interaction_id)
SELECT meetup_id, '2026-11-24T18:30:00', 8, 'We fired two kilns.', '2026-11-24T20:00:00+00:00', 73 FROM meetups;

INSERT INTO meetup_proposals (meetup_id, member_id, text, proposed_at, interaction_id)
SELECT meetup_id, 8, 'Glazes without lead', '2026-11-25T20:00:00+00:00', 74 FROM meetups;

INSERT INTO member_preferences (guild_id, member_id, zone, free_from, free_to, reminders, in_private)
VALUES (1000000000000000001, 8, 'Europe/Paris', 18, 22, '60,10', TRUE);

INSERT INTO meetup_polls (guild_id, channel_id, member_id, title, minutes, is_weekly, slots, asked_at, closed_at,
    interaction_id)
VALUES (1000000000000000001, 21, 7, 'Kiln day', 60, FALSE, '2026-12-01T18:00:00Z', '2026-11-24T20:00:00+00:00',
    NULL, 75);

INSERT INTO meetup_poll_votes (poll_id, member_id, slots, voted_at)
SELECT poll_id, 8, '2026-12-01T18:00:00Z', '2026-11-24T21:00:00+00:00' FROM meetup_polls;
