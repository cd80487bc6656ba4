INSERT INTO processes (process_id, total, leased_until, is_leaving)
VALUES (77, 16, '2026-11-24T12:01:00+00:00', FALSE);
INSERT INTO shards (total, shard, holder, heir, alive_at)
VALUES (16, 3, 77, NULL, '2026-11-24T12:00:00+00:00');
INSERT INTO shard_absences (total, shard, absent_from, absent_to)
VALUES (16, 3, '2026-11-24T03:00:00+00:00', '2026-11-24T04:00:00+00:00');
