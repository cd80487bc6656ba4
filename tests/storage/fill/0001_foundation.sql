INSERT INTO communities (guild_id, name, zone, core_channel_id, leads_channel_id, core_role_id, set_up_at)
VALUES (1000000000000000001, 'Potters', 'Europe/Berlin', 21, 22, 31, '2026-11-24T09:00:00.000001+00:00');

INSERT INTO channels (channel_id, guild_id, name, kind, parent_id, heard_to, unreadable_since)
VALUES (21, 1000000000000000001, 'help', 'text', NULL, 41, NULL);

INSERT INTO members (guild_id, member_id, name, is_bot, joined_at)
VALUES (1000000000000000001, 7, 'Ana', FALSE, '2026-11-24T09:00:00+00:00');

INSERT INTO messages (channel_id, message_id, guild_id, author_id, author_name, author_is_bot, kind,
    written_at, edited_at, deleted_at, text, activity, confidence, is_request)
VALUES
    (21, 41, 1000000000000000001, 7, 'Ana', FALSE, 'message', '2026-11-24T10:00:00+00:00', NULL, NULL,
        'How do I glaze this?', 'request_for_information', 0.5, TRUE),
    (21, 42, 1000000000000000001, NULL, '', FALSE, 'system', '2026-11-24T10:01:00.5+00:00', NULL, NULL,
        'Ben joined', NULL, 0, FALSE);

INSERT INTO message_links (channel_id, message_id, target_id) VALUES (21, 42, 41);
INSERT INTO reactions (channel_id, message_id, emoji, people) VALUES (21, 41, '👍', 2);
INSERT INTO attachments (channel_id, message_id, position, name, url)
VALUES (21, 41, 0, 'vase.jpg', 'https://example.org/vase.jpg');

INSERT INTO requests (guild_id, channel_id, message_id, author_id, author_name, asked_at, text, origin,
    interaction_id, status, first_response_at, answered_at, closed_at, claimed_by, surfaced_at)
VALUES (1000000000000000001, 21, 41, 7, 'Ana', '2026-11-24T10:00:00+00:00', 'How do I glaze this?',
    'detected', NULL, 'answered', '2026-11-24T10:05:00+00:00', '2026-11-24T10:05:00+00:00', NULL, NULL, NULL);

INSERT INTO request_events (request_id, change, happened_at, member_id, message_id)
SELECT request_id, 'answered', answered_at, 8, 43 FROM requests;

INSERT INTO activities (guild_id, channel_id, message_id, kind, logged_at, logged_by)
VALUES (1000000000000000001, 21, 41, 'problem_solving', '2026-11-24T11:00:00+00:00', 8);

INSERT INTO meetups (guild_id, title, channel_id, host_id, starts_local, zone, rule, created_at,
    cancelled_at, interaction_id)
VALUES (1000000000000000001, 'Open studio', 21, 7, '2026-11-24T18:30:00', 'Europe/Berlin', 'FREQ=WEEKLY',
    '2026-11-24T09:00:00+00:00', NULL, 71);

INSERT INTO agenda (guild_id, job, job_key, due_at, attempts, leased_until, finished_at, last_error)
VALUES (1000000000000000001, '{"job":"digest"}', 'digest', '2026-11-30T08:00:00+00:00', 0, NULL, NULL, NULL);

INSERT INTO outbox (guild_id, channel_id, notice, notice_key, created_at, due_at, attempts, leased_until,
    sent_at, message_id, given_up_at, last_error)
VALUES (1000000000000000001, 21, '{"notice":"recording_starts"}', 'recording:21', '2026-11-24T09:00:00+00:00',
    '2026-11-24T09:00:00+00:00', 1, NULL, '2026-11-24T09:00:01+00:00', 40, NULL, NULL);

INSERT INTO external_ids (noun, original) VALUES ('member', 'U024BE7LH');
INSERT INTO presence (presence_id, alive_at) VALUES (1, '2026-11-24T11:00:00+00:00');
INSERT INTO absences (absent_from, absent_to) VALUES ('2026-11-24T03:00:00+00:00', '2026-11-24T04:00:00+00:00');
