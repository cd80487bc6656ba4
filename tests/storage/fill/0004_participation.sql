INSERT INTO member_days (guild_id, day, member_id, messages) VALUES (1000000000000000001, 20780, 9, 3);
