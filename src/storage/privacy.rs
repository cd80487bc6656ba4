//! What is known of a member: one list of tables drives showing, exporting and forgetting it.
//!
//! A test looks for every column that can name a member, and fails where its table is not listed.

use chrono::{DateTime, Utc};

use super::{Pools, Result, Store, Transaction, each_engine};
use crate::practice::id::{ChannelId, GuildId, MemberId, RequestId};
use crate::practice::privacy::Trace;

/// A table that holds something of members.
#[derive(Clone, Copy, Debug)]
pub struct MemberTable {
    /// Its name.
    pub name: &'static str,
    /// What it holds of somebody, to be read after a number: "messages".
    pub what: &'static str,
    /// Finds it: when, where and which words, for a guild (`$1`) and a member (`$2`).
    pub find: &'static str,
    /// Forgets it: words and identity go, what was counted stays nobody's.
    pub forget: &'static [&'static str],
}

/// Every table that holds something of members, in the order in which it is forgotten.
pub const MEMBER_TABLES: &[MemberTable] = &[
    MemberTable {
        name: "messages",
        what: "messages",
        find: FIND_MESSAGES,
        forget: &[
            FORGET_LINKS,
            FORGET_REACTIONS,
            FORGET_ATTACHMENTS,
            FORGET_MESSAGES,
        ],
    },
    MemberTable {
        name: "requests",
        what: "requests",
        find: FIND_REQUESTS,
        forget: &[FORGET_REQUESTS, FORGET_CLAIMS],
    },
    MemberTable {
        name: "request_events",
        what: "steps in the life of requests",
        find: FIND_EVENTS,
        forget: &[FORGET_EVENTS],
    },
    MemberTable {
        name: "member_days",
        what: "days on which you wrote",
        find: FIND_DAYS,
        forget: &[FORGET_DAYS],
    },
    MemberTable {
        name: "activities",
        what: "activities logged by hand",
        find: FIND_ACTIVITIES,
        forget: &[FORGET_ACTIVITIES],
    },
    MemberTable {
        name: "meetups",
        what: "meetups as host",
        find: FIND_MEETUPS,
        forget: &[FORGET_MEETUPS],
    },
    MemberTable {
        name: "meetup_drafts",
        what: "changes of meetups not confirmed yet",
        find: FIND_MEETUP_DRAFTS,
        forget: &[FORGET_MEETUP_DRAFTS],
    },
    MemberTable {
        name: "meetup_answers",
        what: "answers to meetups",
        find: FIND_MEETUP_ANSWERS,
        forget: &[FORGET_MEETUP_ANSWERS],
    },
    MemberTable {
        name: "agenda",
        what: "seats of meetups kept for you",
        find: FIND_OFFERS,
        forget: &[FORGET_OFFERS],
    },
    MemberTable {
        name: "meetup_attendance",
        what: "meetups that you were at",
        find: FIND_ATTENDANCE,
        forget: &[FORGET_ATTENDANCE, FORGET_WHO_SAID],
    },
    MemberTable {
        name: "meetup_hosts",
        what: "turns as host of meetups",
        find: FIND_TURNS,
        forget: &[FORGET_TURNS],
    },
    MemberTable {
        name: "meetup_date_hosts",
        what: "dates of meetups as host in turn",
        find: FIND_DATES_HOSTED,
        forget: &[FORGET_DATES_HOSTED],
    },
    MemberTable {
        name: "meetup_presence",
        what: "meetups in whose voice channel you were seen",
        find: FIND_PRESENCE,
        forget: &[FORGET_PRESENCE],
    },
    MemberTable {
        name: "meetup_notes",
        what: "notes of meetups",
        find: FIND_NOTES,
        forget: &[FORGET_NOTES],
    },
    MemberTable {
        name: "meetup_proposals",
        what: "proposals for meetups",
        find: FIND_PROPOSALS,
        forget: &[FORGET_PROPOSALS],
    },
    MemberTable {
        name: "member_preferences",
        what: "preferences",
        find: FIND_PREFERENCES,
        forget: &[FORGET_PREFERENCES],
    },
    MemberTable {
        name: "meetup_polls",
        what: "polls about times",
        find: FIND_POLLS,
        forget: &[FORGET_POLLS],
    },
    MemberTable {
        name: "meetup_poll_votes",
        what: "answers to polls about times",
        find: FIND_POLL_VOTES,
        forget: &[FORGET_POLL_VOTES],
    },
    MemberTable {
        name: "calendars",
        what: "links to your calendar",
        find: FIND_CALENDARS,
        forget: &[FORGET_CALENDARS],
    },
    MemberTable {
        name: "drafts",
        what: "questions not posted yet",
        find: FIND_DRAFTS,
        forget: &[FORGET_DRAFTS],
    },
    MemberTable {
        name: "member_topics",
        what: "topics",
        find: FIND_TOPICS,
        forget: &[FORGET_TOPICS],
    },
    MemberTable {
        name: "audit",
        what: "changes to settings",
        find: FIND_DEEDS,
        forget: &[FORGET_DEEDS],
    },
    MemberTable {
        name: "outbox",
        what: "private messages from Convener",
        find: FIND_NOTICES,
        forget: &[FORGET_NOTICES, FORGET_NAMES_IN_NOTICES],
    },
    MemberTable {
        name: "members",
        what: "names and when you joined",
        find: FIND_MEMBER,
        forget: &[FORGET_MEMBER],
    },
];

const FIND_MESSAGES: &str = "
    SELECT written_at, channel_id, text FROM messages
    WHERE guild_id = $1 AND author_id = $2 AND deleted_at IS NULL ORDER BY written_at";
const FORGET_LINKS: &str = "
    DELETE FROM message_links WHERE (channel_id, message_id) IN (
        SELECT channel_id, message_id FROM messages WHERE guild_id = $1 AND author_id = $2)";
const FORGET_REACTIONS: &str = "
    DELETE FROM reactions WHERE (channel_id, message_id) IN (
        SELECT channel_id, message_id FROM messages WHERE guild_id = $1 AND author_id = $2)";
const FORGET_ATTACHMENTS: &str = "
    DELETE FROM attachments WHERE (channel_id, message_id) IN (
        SELECT channel_id, message_id FROM messages WHERE guild_id = $1 AND author_id = $2)";
const FORGET_MESSAGES: &str = "
    UPDATE messages SET text = '', author_name = '', author_id = 0
    WHERE guild_id = $1 AND author_id = $2";

const FIND_REQUESTS: &str = "
    SELECT asked_at, channel_id, text FROM requests
    WHERE guild_id = $1 AND author_id = $2 ORDER BY asked_at";
const FORGET_REQUESTS: &str = "
    UPDATE requests SET text = '', author_name = '', author_id = 0
    WHERE guild_id = $1 AND author_id = $2";
const FORGET_CLAIMS: &str = "
    UPDATE requests SET claimed_by = NULL, claimed_at = NULL WHERE guild_id = $1 AND claimed_by = $2";

const FIND_EVENTS: &str = "
    SELECT happened_at, channel_id, change FROM request_events
    JOIN requests ON requests.request_id = request_events.request_id
    WHERE requests.guild_id = $1 AND member_id = $2 ORDER BY event_id";
const FORGET_EVENTS: &str = "
    UPDATE request_events SET member_id = NULL
    WHERE member_id = $2 AND request_id IN (SELECT request_id FROM requests WHERE guild_id = $1)";

const FIND_DAYS: &str = "
    SELECT CAST(NULL AS TIMESTAMPTZ), CAST(NULL AS BIGINT), CAST(day AS TEXT) FROM member_days
    WHERE guild_id = $1 AND member_id = $2 ORDER BY day";
const FORGET_DAYS: &str = "DELETE FROM member_days WHERE guild_id = $1 AND member_id = $2";

const FIND_ACTIVITIES: &str = "
    SELECT logged_at, channel_id, kind FROM activities
    WHERE guild_id = $1 AND logged_by = $2 ORDER BY activity_id";
const FORGET_ACTIVITIES: &str =
    "UPDATE activities SET logged_by = 0 WHERE guild_id = $1 AND logged_by = $2";

const FIND_MEETUPS: &str = "
    SELECT created_at, channel_id, title FROM meetups
    WHERE guild_id = $1 AND host_id = $2 ORDER BY meetup_id";
const FORGET_MEETUPS: &str = "UPDATE meetups SET host_id = 0 WHERE guild_id = $1 AND host_id = $2";

const FIND_MEETUP_DRAFTS: &str = "
    SELECT created_at, CAST(NULL AS BIGINT), draft FROM meetup_drafts
    WHERE guild_id = $1 AND member_id = $2 ORDER BY draft_id";
const FORGET_MEETUP_DRAFTS: &str =
    "DELETE FROM meetup_drafts WHERE guild_id = $1 AND member_id = $2";

const FIND_MEETUP_ANSWERS: &str = "
    SELECT answered_at, channel_id, title || ', ' || original_local || ': ' || answer FROM meetup_answers
    JOIN meetups ON meetups.meetup_id = meetup_answers.meetup_id
    WHERE guild_id = $1 AND member_id = $2 ORDER BY answer_id";
const FORGET_MEETUP_ANSWERS: &str = "
    DELETE FROM meetup_answers
    WHERE member_id = $2 AND meetup_id IN (SELECT meetup_id FROM meetups WHERE guild_id = $1)";

// Only the end of an offer names a member, in its JSON; it is looked for among the jobs of meetups.
const FIND_OFFERS: &str = "
    SELECT due_at, CAST(NULL AS BIGINT), job_key FROM agenda
    WHERE job_key >= 'meetup:' AND job_key < 'meetup;' AND guild_id = $1
        AND job LIKE '%_member_:' || CAST(CAST($2 AS BIGINT) AS TEXT) || ',%'
    ORDER BY due_at";
const FORGET_OFFERS: &str = "
    DELETE FROM agenda
    WHERE job_key >= 'meetup:' AND job_key < 'meetup;' AND guild_id = $1
        AND job LIKE '%_member_:' || CAST(CAST($2 AS BIGINT) AS TEXT) || ',%'";

const FIND_ATTENDANCE: &str = "
    SELECT said_at, channel_id, title || ', ' || original_local FROM meetup_attendance
    JOIN meetups ON meetups.meetup_id = meetup_attendance.meetup_id
    WHERE guild_id = $1 AND member_id = $2 ORDER BY attendance_id";
const FORGET_ATTENDANCE: &str = "
    DELETE FROM meetup_attendance
    WHERE member_id = $2 AND meetup_id IN (SELECT meetup_id FROM meetups WHERE guild_id = $1)";
const FORGET_WHO_SAID: &str = "
    UPDATE meetup_attendance SET said_by = 0
    WHERE said_by = $2 AND meetup_id IN (SELECT meetup_id FROM meetups WHERE guild_id = $1)";

const FIND_TURNS: &str = "
    SELECT CAST(NULL AS TIMESTAMPTZ), channel_id, title FROM meetup_hosts
    JOIN meetups ON meetups.meetup_id = meetup_hosts.meetup_id
    WHERE guild_id = $1 AND member_id = $2 ORDER BY meetup_hosts.meetup_id";
const FORGET_TURNS: &str = "
    DELETE FROM meetup_hosts
    WHERE member_id = $2 AND meetup_id IN (SELECT meetup_id FROM meetups WHERE guild_id = $1)";

const FIND_DATES_HOSTED: &str = "
    SELECT CAST(NULL AS TIMESTAMPTZ), channel_id, title || ', ' || original_local FROM meetup_date_hosts
    JOIN meetups ON meetups.meetup_id = meetup_date_hosts.meetup_id
    WHERE guild_id = $1 AND member_id = $2 ORDER BY meetup_date_hosts.meetup_id, original_local";
const FORGET_DATES_HOSTED: &str = "
    UPDATE meetup_date_hosts SET member_id = 0
    WHERE member_id = $2 AND meetup_id IN (SELECT meetup_id FROM meetups WHERE guild_id = $1)";

const FIND_PRESENCE: &str = "
    SELECT seen_at, room_id, title || ', ' || original_local FROM meetup_presence
    JOIN meetups ON meetups.meetup_id = meetup_presence.meetup_id
    WHERE guild_id = $1 AND member_id = $2 ORDER BY seen_at";
const FORGET_PRESENCE: &str = "
    DELETE FROM meetup_presence
    WHERE member_id = $2 AND meetup_id IN (SELECT meetup_id FROM meetups WHERE guild_id = $1)";

const FIND_NOTES: &str = "
    SELECT written_at, channel_id, text FROM meetup_notes
    JOIN meetups ON meetups.meetup_id = meetup_notes.meetup_id
    WHERE guild_id = $1 AND member_id = $2 ORDER BY note_id";
const FORGET_NOTES: &str = "
    UPDATE meetup_notes SET text = '', member_id = 0
    WHERE member_id = $2 AND meetup_id IN (SELECT meetup_id FROM meetups WHERE guild_id = $1)";

const FIND_PROPOSALS: &str = "
    SELECT proposed_at, channel_id, text FROM meetup_proposals
    JOIN meetups ON meetups.meetup_id = meetup_proposals.meetup_id
    WHERE guild_id = $1 AND member_id = $2 ORDER BY proposal_id";
const FORGET_PROPOSALS: &str = "
    DELETE FROM meetup_proposals
    WHERE member_id = $2 AND meetup_id IN (SELECT meetup_id FROM meetups WHERE guild_id = $1)";

const FIND_PREFERENCES: &str = "
    SELECT CAST(NULL AS TIMESTAMPTZ), CAST(NULL AS BIGINT),
        COALESCE(zone, '') || ' ' || COALESCE(CAST(free_from AS TEXT), '') || '-'
            || COALESCE(CAST(free_to AS TEXT), '') || ' ' || COALESCE(reminders, '')
    FROM member_preferences WHERE guild_id = $1 AND member_id = $2";
const FORGET_PREFERENCES: &str =
    "DELETE FROM member_preferences WHERE guild_id = $1 AND member_id = $2";

const FIND_POLLS: &str = "
    SELECT asked_at, channel_id, title FROM meetup_polls
    WHERE guild_id = $1 AND member_id = $2 ORDER BY poll_id";
const FORGET_POLLS: &str =
    "UPDATE meetup_polls SET member_id = 0, title = '' WHERE guild_id = $1 AND member_id = $2";

const FIND_POLL_VOTES: &str = "
    SELECT voted_at, channel_id, title || ': ' || meetup_poll_votes.slots FROM meetup_poll_votes
    JOIN meetup_polls ON meetup_polls.poll_id = meetup_poll_votes.poll_id
    WHERE guild_id = $1 AND meetup_poll_votes.member_id = $2 ORDER BY meetup_poll_votes.poll_id";
const FORGET_POLL_VOTES: &str = "
    DELETE FROM meetup_poll_votes
    WHERE member_id = $2 AND poll_id IN (SELECT poll_id FROM meetup_polls WHERE guild_id = $1)";

// Not the secret: who reads what is known should not be able to open a calendar with it.
const FIND_CALENDARS: &str = "
    SELECT made_at, CAST(NULL AS BIGINT), 'a calendar' FROM calendars
    WHERE guild_id = $1 AND member_id = $2";
const FORGET_CALENDARS: &str = "DELETE FROM calendars WHERE guild_id = $1 AND member_id = $2";

const FIND_DRAFTS: &str = "
    SELECT written_at, channel_id, text FROM drafts
    WHERE guild_id = $1 AND author_id = $2 ORDER BY draft_id";
const FORGET_DRAFTS: &str = "DELETE FROM drafts WHERE guild_id = $1 AND author_id = $2";

const FIND_TOPICS: &str = "
    SELECT CAST(NULL AS TIMESTAMPTZ), CAST(NULL AS BIGINT), topic FROM member_topics
    WHERE guild_id = $1 AND member_id = $2 ORDER BY topic";
const FORGET_TOPICS: &str = "DELETE FROM member_topics WHERE guild_id = $1 AND member_id = $2";

const FIND_DEEDS: &str = "
    SELECT happened_at, CAST(NULL AS BIGINT), deed FROM audit
    WHERE guild_id = $1 AND member_id = $2 ORDER BY entry_id";
const FORGET_DEEDS: &str =
    "UPDATE audit SET member_id = NULL WHERE guild_id = $1 AND member_id = $2";

const FIND_NOTICES: &str = "
    SELECT created_at, CAST(NULL AS BIGINT), notice_key FROM outbox
    WHERE guild_id = $1 AND member_id = $2 ORDER BY notice_id";
const FORGET_NOTICES: &str = "DELETE FROM outbox WHERE guild_id = $1 AND member_id = $2";
// A call or an invitation names its member last in its JSON.
const FORGET_NAMES_IN_NOTICES: &str = "
    DELETE FROM outbox WHERE guild_id = $1
        AND (notice LIKE '%_called_:' || CAST(CAST($2 AS BIGINT) AS TEXT) || '}'
            OR notice LIKE '%_member_:' || CAST(CAST($2 AS BIGINT) AS TEXT) || '}')";

const FIND_MEMBER: &str = "
    SELECT joined_at, CAST(NULL AS BIGINT), name FROM members WHERE guild_id = $1 AND member_id = $2";
const FORGET_MEMBER: &str = "DELETE FROM members WHERE guild_id = $1 AND member_id = $2";

impl Transaction {
    /// What a table holds of a member.
    pub async fn known_of(
        &mut self,
        table: &MemberTable,
        guild: GuildId,
        member: MemberId,
    ) -> Result<Vec<Trace>> {
        let statement = table.find;
        let rows: Vec<(Option<DateTime<Utc>>, Option<i64>, String)> = each_engine!(self, connection =>
            sqlx::query_as(statement).bind(guild.get()).bind(member.get())
                .fetch_all(connection).await)?;
        let trace = |(at, channel, words): (_, Option<i64>, _)| Trace {
            at,
            channel: channel.map(ChannelId::new),
            words,
        };
        Ok(rows.into_iter().map(trace).collect())
    }

    /// Forgets what a table holds of a member.
    pub async fn forget_of(
        &mut self,
        table: &MemberTable,
        guild: GuildId,
        member: MemberId,
    ) -> Result<()> {
        for statement in table.forget.iter().copied() {
            each_engine!(self, connection => sqlx::query(statement)
                .bind(guild.get()).bind(member.get()).execute(connection).await.map(drop))?;
        }
        Ok(())
    }

    /// The requests that a member asked or answered: their words are indexed.
    pub async fn requests_with_words_of(
        &mut self,
        guild: GuildId,
        member: MemberId,
    ) -> Result<Vec<RequestId>> {
        const REQUESTS_WITH_WORDS_OF: &str = "
            SELECT request_id FROM requests WHERE guild_id = $1 AND author_id = $2
            UNION
            SELECT requests.request_id FROM requests
            JOIN request_events ON request_events.request_id = requests.request_id
            WHERE requests.guild_id = $1 AND member_id = $2 AND change = 'answered'";
        let rows: Vec<(i64,)> = each_engine!(self, connection =>
            sqlx::query_as(REQUESTS_WITH_WORDS_OF).bind(guild.get()).bind(member.get())
                .fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| RequestId::new(id)).collect())
    }

    /// Forgets the words of messages that were written before a time, and of the requests that were
    /// closed before it, and what was written around meetups; how many messages that were. Messages up
    /// to the time for which it was done before are not looked at again.
    pub async fn forget_words_before(
        &mut self,
        guild: GuildId,
        time: DateTime<Utc>,
    ) -> Result<u64> {
        // Whoever brings old words at the same time waits, and says so afterwards.
        const FORGOTTEN_TO: &str = "
            UPDATE communities SET words_forgotten_to = words_forgotten_to
            WHERE guild_id = $1 RETURNING words_forgotten_to";
        const OLD_MESSAGES: &str = "
            UPDATE messages SET text = ''
            WHERE guild_id = $1 AND written_at >= $2 AND written_at < $3 AND text <> ''";
        const OLD_ATTACHMENTS: &str = "
            DELETE FROM attachments WHERE (channel_id, message_id) IN (
                SELECT channel_id, message_id FROM messages
                WHERE guild_id = $1 AND written_at >= $2 AND written_at < $3)";
        const KEEP_FORGOTTEN_TO: &str = "
            UPDATE communities SET words_forgotten_to = $2
            WHERE guild_id = $1 AND (words_forgotten_to IS NULL OR words_forgotten_to < $2)";
        const OLD_REQUESTS: &str = "
            UPDATE requests SET text = ''
            WHERE guild_id = $1 AND asked_at < $2 AND text <> ''
                AND (status <> 'open' OR origin = 'imported')
            RETURNING request_id";
        let row: Option<(Option<DateTime<Utc>>,)> = each_engine!(self, connection =>
            sqlx::query_as(FORGOTTEN_TO).bind(guild.get()).fetch_optional(connection).await)?;
        let from = row.and_then(|(to,)| to).unwrap_or(DateTime::UNIX_EPOCH);
        let messages = each_engine!(self, connection => sqlx::query(OLD_MESSAGES)
            .bind(guild.get()).bind(from).bind(time).execute(connection).await
            .map(|result| result.rows_affected()))?;
        each_engine!(self, connection => sqlx::query(OLD_ATTACHMENTS)
            .bind(guild.get()).bind(from).bind(time).execute(connection).await.map(drop))?;
        each_engine!(self, connection => sqlx::query(KEEP_FORGOTTEN_TO)
            .bind(guild.get()).bind(time).execute(connection).await.map(drop))?;
        let rows: Vec<(i64,)> = each_engine!(self, connection => sqlx::query_as(OLD_REQUESTS)
            .bind(guild.get()).bind(time).fetch_all(connection).await)?;
        for (request,) in rows {
            self.keep_words(guild, RequestId::new(request), "", "")
                .await?;
        }
        self.forget_meetup_words_before(guild, time).await?;
        Ok(messages)
    }

    /// There are words again of a message that was written at a time: what was written since is looked at
    /// again by the next [`Self::forget_words_before`].
    pub async fn keep_words_since(&mut self, guild: GuildId, time: DateTime<Utc>) -> Result<()> {
        // The row is written in any case, so that a forgetting at the same time is waited for, or waits.
        const KEEP_WORDS_SINCE: &str = "
            UPDATE communities SET words_forgotten_to =
                CASE WHEN words_forgotten_to > $2 THEN $2 ELSE words_forgotten_to END
            WHERE guild_id = $1";
        each_engine!(self, connection => sqlx::query(KEEP_WORDS_SINCE)
            .bind(guild.get()).bind(time).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Merges the index of words, so that nothing of what was dropped is left in it. (What else
    /// `PostgreSQL` has of dropped rows goes with its own vacuum.)
    pub async fn compact_words(&mut self) -> Result<()> {
        const COMPACT_WORDS_SQLITE: &str =
            "INSERT INTO request_words (request_words) VALUES ('optimize')";
        const COMPACT_WORDS_POSTGRES: &str =
            "SELECT gin_clean_pending_list('request_words_by_word')";
        let statement = self.dialect(COMPACT_WORDS_SQLITE, COMPACT_WORDS_POSTGRES);
        each_engine!(self, connection =>
            sqlx::query(statement).execute(connection).await.map(drop))?;
        Ok(())
    }
}

impl Store {
    /// Empties the journal of a `SQLite` file into the file, so that what was forgotten is in neither;
    /// whether it is empty, as somebody who reads on holds it up. On `PostgreSQL` that is the server's
    /// own work.
    pub async fn empty_journal(&self) -> Result<bool> {
        if let Pools::Sqlite { writer, .. } = &self.pools {
            let statement = "PRAGMA wal_checkpoint(TRUNCATE)";
            let (busy, _, _): (i64, i64, i64) = sqlx::query_as(statement).fetch_one(writer).await?;
            return Ok(busy == 0);
        }
        Ok(true)
    }
}
