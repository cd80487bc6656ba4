//! The outbox: what is to be said, durably.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::FromRow;

use super::{Result, StorageError, Transaction, each_engine};
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId, NoticeId};
use crate::practice::notice::Notice;

/// How long after it was said a notice is said anew at the earliest, however often what it speaks of
/// changes: a board is edited at most once in this time.
pub const SAID_ANEW_AFTER: TimeDelta = TimeDelta::seconds(10);

/// Where something is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// To everybody in a channel.
    Channel(ChannelId),
    /// To a member in private.
    Member(MemberId),
}

/// A notice that this process has leased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueNotice {
    /// Its number.
    pub id: NoticeId,
    /// Whose it is.
    pub guild: GuildId,
    /// Where it is to be said.
    pub place: Place,
    /// What is to be said, as JSON.
    pub notice: String,
    /// When it was decided.
    pub created_at: DateTime<Utc>,
    /// How often it was tried since it was last said, this time included.
    pub attempts: i64,
    /// How often what it speaks of has changed.
    pub revision: i64,
    /// The message that it was said as, where it was.
    pub message: Option<MessageId>,
    /// A hash of what was last said.
    pub said_hash: i64,
}

#[derive(FromRow)]
struct NoticeRow {
    notice_id: i64,
    guild_id: i64,
    channel_id: i64,
    member_id: Option<i64>,
    notice: String,
    created_at: DateTime<Utc>,
    attempts: i64,
    revision: i64,
    message_id: Option<i64>,
    said_hash: i64,
}

impl From<NoticeRow> for DueNotice {
    fn from(row: NoticeRow) -> Self {
        Self {
            id: NoticeId::new(row.notice_id),
            guild: GuildId::new(row.guild_id),
            place: match row.member_id {
                Some(member) => Place::Member(MemberId::new(member)),
                None => Place::Channel(ChannelId::new(row.channel_id)),
            },
            notice: row.notice,
            created_at: row.created_at,
            attempts: row.attempts,
            revision: row.revision,
            message: row.message_id.map(MessageId::new),
            said_hash: row.said_hash,
        }
    }
}

/// A notice that was given up, or a job that was parked: for whoever runs Convener.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Parked {
    /// Its key.
    pub key: String,
    /// When it was parked.
    pub parked_at: DateTime<Utc>,
    /// Why.
    pub reason: Option<String>,
}

impl Transaction {
    /// Puts a notice into the outbox; nothing where one of this key is there, said or not. Whether
    /// it is new.
    pub async fn put_notice(
        &mut self,
        guild: GuildId,
        place: Place,
        key: &str,
        notice: &Notice,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        const PUT_NOTICE: &str = "
            INSERT INTO outbox (guild_id, channel_id, member_id, notice, notice_key, created_at, due_at,
                attempts)
            VALUES ($1, $2, $3, $4, $5, $6, $6, 0)
            ON CONFLICT (notice_key) DO NOTHING";
        let json = serde_json::json!(notice).to_string();
        let (channel, member) = match place {
            Place::Channel(channel) => (channel.get(), None),
            Place::Member(member) => (0, Some(member.get())),
        };
        self.has_notices = true;
        let affected = each_engine!(self, connection => sqlx::query(PUT_NOTICE)
            .bind(guild.get()).bind(channel).bind(member).bind(json).bind(key).bind(at)
            .execute(connection).await.map(|result| result.rows_affected()))?;
        Ok(affected == 1)
    }

    /// Has a notice said anew because what it speaks of changed; nothing where there is none.
    ///
    /// Changes that come close together are said together: see [`SAID_ANEW_AFTER`]. One that was given up
    /// may have been sent all the same, so it counts as tried.
    pub async fn stir_notice(&mut self, key: &str, at: DateTime<Utc>) -> Result<()> {
        // A parameter that stands alone has no type on PostgreSQL; beside a column it has the column's.
        const STIR_NOTICE: &str = "
            UPDATE outbox
            SET revision = revision + 1, sent_at = NULL,
                attempts = CASE WHEN given_up_at IS NULL THEN attempts ELSE 1 END, given_up_at = NULL,
                due_at = CASE WHEN said_at > $3 THEN COALESCE($4, due_at) ELSE COALESCE($2, due_at) END
            WHERE notice_key = $1 AND (sent_at IS NOT NULL OR given_up_at IS NOT NULL
                OR leased_until IS NOT NULL)";
        let said_after = at - SAID_ANEW_AFTER;
        self.has_notices = true;
        each_engine!(self, connection => sqlx::query(STIR_NOTICE)
            .bind(key).bind(at).bind(said_after).bind(at + SAID_ANEW_AFTER)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Has everything said anew that was said of something: its keys begin alike. Nothing that was
    /// given up is tried again.
    pub async fn stir_notices(&mut self, key_start: &str, at: DateTime<Utc>) -> Result<()> {
        const STIR_NOTICES: &str = "
            UPDATE outbox
            SET revision = revision + 1, sent_at = NULL,
                due_at = CASE WHEN said_at > $4 THEN COALESCE($5, due_at) ELSE COALESCE($3, due_at) END
            WHERE notice_key >= $1 AND notice_key < $2 AND given_up_at IS NULL
                AND (sent_at IS NOT NULL OR leased_until IS NOT NULL)";
        // ';' follows ':' in both engines' order of these keys, which are plain ASCII.
        let key_end = format!("{};", key_start.trim_end_matches(':'));
        let said_after = at - SAID_ANEW_AFTER;
        self.has_notices = true;
        each_engine!(self, connection => sqlx::query(STIR_NOTICES)
            .bind(key_start).bind(key_end).bind(at).bind(said_after).bind(at + SAID_ANEW_AFTER)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Where a notice stands: the channel, and the message where it was said.
    pub async fn standing_notice(
        &mut self,
        key: &str,
    ) -> Result<Option<(ChannelId, Option<MessageId>)>> {
        const STANDING_NOTICE: &str =
            "SELECT channel_id, message_id FROM outbox WHERE notice_key = $1";
        let row: Option<(i64, Option<i64>)> = each_engine!(self, connection =>
            sqlx::query_as(STANDING_NOTICE).bind(key).fetch_optional(connection).await)?;
        Ok(row.map(|(channel, message)| (ChannelId::new(channel), message.map(MessageId::new))))
    }

    /// The key of the notice that was said as a message; `None` where none was.
    pub async fn notice_said_as(
        &mut self,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<Option<String>> {
        const NOTICE_SAID_AS: &str =
            "SELECT notice_key FROM outbox WHERE channel_id = $1 AND message_id = $2";
        let row: Option<(String,)> = each_engine!(self, connection => sqlx::query_as(NOTICE_SAID_AS)
            .bind(channel.get()).bind(message.get()).fetch_optional(connection).await)?;
        Ok(row.map(|(key,)| key))
    }

    /// Gives a notice another key and another meaning; the message that it was said as stays its own.
    pub async fn turn_notice(&mut self, key: &str, new_key: &str, notice: &Notice) -> Result<()> {
        const FREE_KEY: &str = "DELETE FROM outbox WHERE notice_key = $1";
        const TURN_NOTICE: &str = "
            UPDATE outbox SET notice_key = $2, notice = $3, leased_until = NULL WHERE notice_key = $1";
        let json = serde_json::json!(notice).to_string();
        each_engine!(self, connection => sqlx::query(FREE_KEY)
            .bind(new_key).execute(connection).await.map(drop))?;
        self.has_notices = true;
        each_engine!(self, connection => sqlx::query(TURN_NOTICE)
            .bind(key).bind(new_key).bind(json).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps that the message of a notice is gone, and has it sent anew; nothing where it was said as
    /// another message meanwhile, as two processes may both hear of the loss.
    pub async fn lose_notice_message(
        &mut self,
        key: &str,
        message: MessageId,
        at: DateTime<Utc>,
    ) -> Result<()> {
        // Another revision is another nonce: Discord would give the lost message again.
        const LOSE_NOTICE_MESSAGE: &str = "
            UPDATE outbox
            SET message_id = NULL, said_hash = 0, attempts = 0, revision = revision + 1,
                leased_until = NULL, sent_at = NULL, due_at = $2, created_at = $2
            WHERE notice_key = $1 AND message_id = $3";
        self.has_notices = true;
        each_engine!(self, connection => sqlx::query(LOSE_NOTICE_MESSAGE)
            .bind(key).bind(at).bind(message.get()).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Leases what is to be said now, the longest waiting first.
    pub async fn lease_notices(
        &mut self,
        now: DateTime<Utc>,
        lease: TimeDelta,
        limit: i64,
    ) -> Result<Vec<DueNotice>> {
        // The plus keeps SQLite from looking through all that was ever said, in the order of its numbers.
        const LEASE_NOTICES_SQLITE: &str = "
            UPDATE outbox SET leased_until = $2, attempts = attempts + 1
            WHERE notice_id IN (
                SELECT notice_id FROM outbox
                WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at <= $1
                    AND (leased_until IS NULL OR leased_until <= $1)
                ORDER BY +notice_id LIMIT $3)
            RETURNING notice_id, guild_id, channel_id, member_id, notice, created_at, attempts, revision,
                message_id, said_hash";
        const LEASE_NOTICES_POSTGRES: &str = "
            UPDATE outbox SET leased_until = $2, attempts = attempts + 1
            WHERE notice_id IN (
                SELECT notice_id FROM outbox
                WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at <= $1
                    AND (leased_until IS NULL OR leased_until <= $1)
                ORDER BY notice_id LIMIT $3 FOR UPDATE SKIP LOCKED)
            RETURNING notice_id, guild_id, channel_id, member_id, notice, created_at, attempts, revision,
                message_id, said_hash";
        let statement = self.dialect(LEASE_NOTICES_SQLITE, LEASE_NOTICES_POSTGRES);
        let mut rows: Vec<NoticeRow> = each_engine!(self, connection => sqlx::query_as(statement)
            .bind(now).bind(now + lease).bind(limit).fetch_all(connection).await)?;
        rows.sort_by_key(|row| row.notice_id);
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Keeps that a notice was said, as which message (0 for a deed that is no message) and a hash of
    /// what was said. Where what it speaks of changed meanwhile it stays to be said.
    pub async fn keep_said(
        &mut self,
        due: &DueNotice,
        message: Option<MessageId>,
        said_hash: i64,
        at: DateTime<Utc>,
    ) -> Result<()> {
        const KEEP_SAID: &str = "
            UPDATE outbox
            SET message_id = COALESCE($2, message_id), said_at = $4, said_hash = $5, leased_until = NULL,
                attempts = 0, last_error = NULL,
                sent_at = CASE WHEN revision = $3 THEN COALESCE($4, sent_at) ELSE NULL END,
                due_at = CASE WHEN revision = $3 THEN due_at ELSE COALESCE($6, due_at) END
            WHERE notice_id = $1 AND attempts >= $7";
        each_engine!(self, connection => sqlx::query(KEEP_SAID)
            .bind(due.id.get()).bind(message.map(MessageId::get)).bind(due.revision).bind(at)
            .bind(said_hash).bind(at + SAID_ANEW_AFTER).bind(due.attempts)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps why a notice was not said and when to try it again, where the lease still holds.
    pub async fn retry_notice(
        &mut self,
        due: &DueNotice,
        error: &str,
        again_at: DateTime<Utc>,
    ) -> Result<()> {
        const RETRY_NOTICE: &str = "
            UPDATE outbox SET leased_until = $3, last_error = $4
            WHERE notice_id = $1 AND attempts = $2 AND sent_at IS NULL";
        each_engine!(self, connection => sqlx::query(RETRY_NOTICE)
            .bind(due.id.get()).bind(due.attempts).bind(again_at).bind(error)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Puts a notice off because its time has not come after all; that was no try.
    pub async fn postpone_notice(&mut self, due: &DueNotice, due_at: DateTime<Utc>) -> Result<()> {
        const POSTPONE_NOTICE: &str = "
            UPDATE outbox SET due_at = $3, leased_until = NULL, attempts = attempts - 1
            WHERE notice_id = $1 AND attempts = $2 AND sent_at IS NULL";
        each_engine!(self, connection => sqlx::query(POSTPONE_NOTICE)
            .bind(due.id.get()).bind(due.attempts).bind(due_at)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps that a notice will not be said, and why, where the lease still holds.
    pub async fn give_up_notice(
        &mut self,
        due: &DueNotice,
        error: &str,
        at: DateTime<Utc>,
    ) -> Result<()> {
        const GIVE_UP_NOTICE: &str = "
            UPDATE outbox SET given_up_at = $3, last_error = $4, leased_until = NULL
            WHERE notice_id = $1 AND attempts = $2 AND sent_at IS NULL";
        each_engine!(self, connection => sqlx::query(GIVE_UP_NOTICE)
            .bind(due.id.get()).bind(due.attempts).bind(at).bind(error)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Strikes out a notice of which there is nothing to say any more, where the lease still holds.
    pub async fn drop_notice(&mut self, due: &DueNotice, at: DateTime<Utc>) -> Result<()> {
        const DROP_NOTICE: &str = "
            UPDATE outbox SET sent_at = $4, leased_until = NULL
            WHERE notice_id = $1 AND attempts = $2 AND revision = $3";
        each_engine!(self, connection => sqlx::query(DROP_NOTICE)
            .bind(due.id.get()).bind(due.attempts).bind(due.revision).bind(at)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// The notices that were given up since a time, the latest first.
    pub async fn notices_given_up(
        &mut self,
        since: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Parked>> {
        const NOTICES_GIVEN_UP: &str = "
            SELECT notice_key AS key, given_up_at AS parked_at, last_error AS reason FROM outbox
            WHERE given_up_at >= $1 ORDER BY given_up_at DESC LIMIT $2";
        Ok(each_engine!(self, connection =>
            sqlx::query_as(NOTICES_GIVEN_UP).bind(since).bind(limit).fetch_all(connection).await)?)
    }

    /// When there is next something to send.
    pub async fn next_notice_at(&mut self) -> Result<Option<DateTime<Utc>>> {
        // Each half is the first entry of an index.
        const NEXT_NOTICE_AT: &str = "
            SELECT MIN(due_at) FROM outbox
            WHERE sent_at IS NULL AND given_up_at IS NULL AND leased_until IS NULL
            UNION ALL
            SELECT MIN(CASE WHEN leased_until < due_at THEN due_at ELSE leased_until END) FROM outbox
            WHERE sent_at IS NULL AND given_up_at IS NULL AND leased_until IS NOT NULL";
        let rows: Vec<(Option<DateTime<Utc>>,)> = each_engine!(self, connection =>
            sqlx::query_as(NEXT_NOTICE_AT).fetch_all(connection).await)?;
        Ok(rows.into_iter().filter_map(|(at,)| at).min())
    }

    /// The notices of a guild that were sent, in their order: where, as which message, and what.
    pub async fn sent_notices(
        &mut self,
        guild: GuildId,
    ) -> Result<Vec<(ChannelId, MessageId, Notice, DateTime<Utc>)>> {
        const SENT_NOTICES: &str = "
            SELECT channel_id, message_id, notice, sent_at FROM outbox
            WHERE guild_id = $1 AND sent_at IS NOT NULL AND message_id IS NOT NULL
            ORDER BY sent_at, notice_id";
        let rows: Vec<(i64, i64, String, DateTime<Utc>)> = each_engine!(self, connection =>
            sqlx::query_as(SENT_NOTICES).bind(guild.get()).fetch_all(connection).await)?;
        rows.into_iter()
            .map(|(channel, message, notice, sent_at)| {
                let notice =
                    serde_json::from_str(&notice).map_err(|_| StorageError::Inconsistent {
                        column: "outbox.notice",
                        value: notice,
                    })?;
                Ok((
                    ChannelId::new(channel),
                    MessageId::new(message),
                    notice,
                    sent_at,
                ))
            })
            .collect()
    }
}
