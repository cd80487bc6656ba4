//! The outbox: what is to be said, durably.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::FromRow;

use super::{Result, StorageError, Transaction, each_engine};
use crate::practice::id::{ChannelId, GuildId, MessageId, NoticeId};
use crate::practice::notice::Notice;

/// A notice that this process has leased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueNotice {
    /// Its number.
    pub id: NoticeId,
    /// Whose it is.
    pub guild: GuildId,
    /// Where it is to be said.
    pub channel: ChannelId,
    /// What is to be said.
    pub notice: Notice,
    /// When it was decided.
    pub created_at: DateTime<Utc>,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

#[derive(FromRow)]
struct NoticeRow {
    notice_id: i64,
    guild_id: i64,
    channel_id: i64,
    notice: String,
    created_at: DateTime<Utc>,
    attempts: i64,
}

impl TryFrom<NoticeRow> for DueNotice {
    type Error = StorageError;

    fn try_from(row: NoticeRow) -> Result<Self> {
        Ok(Self {
            id: NoticeId::new(row.notice_id),
            guild: GuildId::new(row.guild_id),
            channel: ChannelId::new(row.channel_id),
            notice: serde_json::from_str(&row.notice).map_err(|_| StorageError::Inconsistent {
                column: "outbox.notice",
                value: row.notice,
            })?,
            created_at: row.created_at,
            attempts: row.attempts,
        })
    }
}

impl Transaction {
    /// Puts a notice into the outbox; nothing where one of this key is there, sent or not.
    pub async fn put_notice(
        &mut self,
        guild: GuildId,
        channel: ChannelId,
        key: &str,
        notice: &Notice,
        at: DateTime<Utc>,
    ) -> Result<()> {
        const PUT_NOTICE: &str = "
            INSERT INTO outbox (guild_id, channel_id, notice, notice_key, created_at, due_at, attempts)
            VALUES ($1, $2, $3, $4, $5, $5, 0)
            ON CONFLICT (notice_key) DO NOTHING";
        let json = serde_json::json!(notice).to_string();
        each_engine!(self, connection => sqlx::query(PUT_NOTICE)
            .bind(guild.get()).bind(channel.get()).bind(json).bind(key).bind(at)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Leases what is to be said now, the longest waiting first.
    pub async fn lease_notices(
        &mut self,
        now: DateTime<Utc>,
        lease: TimeDelta,
        limit: i64,
    ) -> Result<Vec<DueNotice>> {
        const LEASE_NOTICES_SQLITE: &str = "
            UPDATE outbox SET leased_until = $2, attempts = attempts + 1
            WHERE notice_id IN (
                SELECT notice_id FROM outbox
                WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at <= $1
                    AND (leased_until IS NULL OR leased_until <= $1)
                ORDER BY notice_id LIMIT $3)
            RETURNING notice_id, guild_id, channel_id, notice, created_at, attempts";
        const LEASE_NOTICES_POSTGRES: &str = "
            UPDATE outbox SET leased_until = $2, attempts = attempts + 1
            WHERE notice_id IN (
                SELECT notice_id FROM outbox
                WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at <= $1
                    AND (leased_until IS NULL OR leased_until <= $1)
                ORDER BY notice_id LIMIT $3 FOR UPDATE SKIP LOCKED)
            RETURNING notice_id, guild_id, channel_id, notice, created_at, attempts";
        let statement = self.dialect(LEASE_NOTICES_SQLITE, LEASE_NOTICES_POSTGRES);
        let mut rows: Vec<NoticeRow> = each_engine!(self, connection => sqlx::query_as(statement)
            .bind(now).bind(now + lease).bind(limit).fetch_all(connection).await)?;
        rows.sort_by_key(|row| row.notice_id);
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Keeps that a notice was sent, and as which message.
    pub async fn keep_sent(
        &mut self,
        notice: NoticeId,
        message: MessageId,
        at: DateTime<Utc>,
    ) -> Result<()> {
        const KEEP_SENT: &str = "
            UPDATE outbox SET sent_at = $2, message_id = $3, leased_until = NULL
            WHERE notice_id = $1 AND sent_at IS NULL";
        each_engine!(self, connection => sqlx::query(KEEP_SENT)
            .bind(notice.get()).bind(at).bind(message.get()).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps why a notice was not sent and when to try it again.
    pub async fn retry_notice(
        &mut self,
        notice: NoticeId,
        error: &str,
        again_at: DateTime<Utc>,
    ) -> Result<()> {
        const RETRY_NOTICE: &str = "
            UPDATE outbox SET leased_until = $2, last_error = $3
            WHERE notice_id = $1 AND sent_at IS NULL";
        each_engine!(self, connection => sqlx::query(RETRY_NOTICE)
            .bind(notice.get()).bind(again_at).bind(error).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps that a notice will not be sent, and why.
    pub async fn give_up_notice(
        &mut self,
        notice: NoticeId,
        error: &str,
        at: DateTime<Utc>,
    ) -> Result<()> {
        const GIVE_UP_NOTICE: &str = "
            UPDATE outbox SET given_up_at = $2, last_error = $3, leased_until = NULL
            WHERE notice_id = $1 AND sent_at IS NULL";
        each_engine!(self, connection => sqlx::query(GIVE_UP_NOTICE)
            .bind(notice.get()).bind(at).bind(error).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// When there is next something to send.
    pub async fn next_notice_at(&mut self) -> Result<Option<DateTime<Utc>>> {
        const NEXT_NOTICE_AT: &str = "
            SELECT MIN(CASE WHEN leased_until IS NULL OR leased_until < due_at
                THEN due_at ELSE leased_until END)
            FROM outbox WHERE sent_at IS NULL AND given_up_at IS NULL";
        let (at,): (Option<DateTime<Utc>>,) = each_engine!(self, connection =>
            sqlx::query_as(NEXT_NOTICE_AT).fetch_one(connection).await)?;
        Ok(at)
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
