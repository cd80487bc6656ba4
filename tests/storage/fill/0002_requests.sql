UPDATE communities SET coordinator_role_id = 32, lead_role_id = 33, waits_hours = 2, text_kept_days = 90;
UPDATE channels SET is_public = TRUE, watch = 'activity';
UPDATE members SET is_core = TRUE;
UPDATE requests SET is_anonymous = TRUE, confirmed_at = asked_at, snoozed_until = asked_at,
    called_at = asked_at, raised_at = asked_at;

INSERT INTO drafts (guild_id, channel_id, author_id, author_name, text, is_anonymous, interaction_id,
    written_at)
VALUES (1000000000000000001, 21, 7, 'Ana', 'How hot is too hot?', TRUE, 71, '2026-11-24T11:00:00+00:00');

INSERT INTO member_topics (guild_id, member_id, topic) VALUES (1000000000000000001, 8, 'glazing');

INSERT INTO audit (guild_id, happened_at, member_id, deed)
VALUES (1000000000000000001, '2026-11-24T11:00:00+00:00', 7, 'set Convener up');

INSERT INTO paused_members (guild_id, member_hash) VALUES (1000000000000000001, '6d2f');
INSERT INTO hash_keys (hash_key_id, hash_key) VALUES (1, 'not-so-secret');
