-- With every message each of its indexes is written; these were the widest and the most scattered. What a digest
-- counts is looked up in the rows of its weeks, and what is known of a member among all of their community; the last
-- messages of a channel are those with the last ids.
DROP INDEX messages_by_author;
DROP INDEX messages_by_channel;
DROP INDEX messages_by_guild;
CREATE INDEX messages_by_guild ON messages (guild_id, written_at, author_id);
