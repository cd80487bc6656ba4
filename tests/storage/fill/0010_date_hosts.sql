INSERT INTO meetup_date_hosts (meetup_id, original_local, member_id)
SELECT meetup_id, '2026-11-24T18:30:00', 8 FROM meetups;
