//! The log of activities: what was read, and what members logged themselves.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Transaction, each_engine, parsed};
use crate::practice::activity::{ActivityKind, Entry, LogFilter};
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId};

#[derive(FromRow)]
struct EntryRow {
    channel_id: i64,
    message_id: i64,
    kind: String,
    happened_at: DateTime<Utc>,
    confidence: Option<f64>,
}

impl Transaction {
    /// Logs a message as an activity; whether it was not logged as this kind before.
    pub async fn log_activity(
        &mut self,
        guild: GuildId,
        channel: ChannelId,
        message: MessageId,
        kind: ActivityKind,
        by: MemberId,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        const LOG_ACTIVITY: &str = "
            INSERT INTO activities (guild_id, channel_id, message_id, kind, logged_at, logged_by)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO NOTHING";
        let affected = each_engine!(self, connection => sqlx::query(LOG_ACTIVITY)
            .bind(guild.get())
            .bind(channel.get())
            .bind(message.get())
            .bind(kind.name())
            .bind(at)
            .bind(by.get())
            .execute(connection)
            .await
            .map(|result| result.rows_affected()))?;
        Ok(affected == 1)
    }

    /// The activities of a guild that a filter names, read and logged, the newest first, from one on. What was
    /// logged as what it was read as is there once; what was asked without a name is nobody's.
    pub async fn activity_log(
        &mut self,
        guild: GuildId,
        filter: &LogFilter,
        from: i64,
        limit: i64,
    ) -> Result<Vec<Entry>> {
        const ACTIVITY_LOG: &str = "
            SELECT log.channel_id, message_id, log.kind, happened_at, confidence FROM (
                SELECT channel_id, message_id, activity AS kind, written_at AS happened_at, author_id,
                    confidence
                FROM messages
                WHERE guild_id = $1 AND written_at >= $2 AND written_at < $3
                    AND activity IS NOT NULL AND deleted_at IS NULL
                UNION ALL
                SELECT activities.channel_id, activities.message_id, activities.kind,
                    activities.logged_at, COALESCE(messages.author_id, activities.logged_by), NULL
                FROM activities
                LEFT JOIN messages ON messages.guild_id = $1
                    AND messages.channel_id = activities.channel_id
                    AND messages.message_id = activities.message_id
                WHERE activities.guild_id = $1
                    AND activities.logged_at >= $2 AND activities.logged_at < $3
                    AND messages.deleted_at IS NULL
                    AND COALESCE(messages.activity, '') <> activities.kind) AS log
            JOIN channels ON channels.channel_id = log.channel_id AND channels.guild_id = $1
            LEFT JOIN channels AS parents ON parents.channel_id = channels.parent_id
                AND channels.kind = 'thread'
            WHERE log.kind = COALESCE($4, log.kind)
                AND log.channel_id = COALESCE($5, log.channel_id)
                AND author_id = COALESCE($6, author_id)
                AND (COALESCE($6, 0) = 0 OR NOT EXISTS (
                    SELECT 1 FROM requests
                    WHERE requests.channel_id = log.channel_id
                        AND requests.message_id = log.message_id AND requests.is_anonymous))
                AND (log.channel_id = $9
                    OR channels.is_public AND (parents.is_public OR parents.channel_id IS NULL))
            ORDER BY happened_at DESC, message_id DESC LIMIT $7 OFFSET $8";
        let rows: Vec<EntryRow> = each_engine!(self, connection => sqlx::query_as(ACTIVITY_LOG)
            .bind(guild.get())
            .bind(filter.period.from)
            .bind(filter.period.to)
            .bind(filter.kind.map(ActivityKind::name))
            .bind(filter.channel.map(ChannelId::get))
            .bind(filter.member.map(MemberId::get))
            .bind(limit)
            .bind(from)
            .bind(filter.seen_from.get())
            .fetch_all(connection)
            .await)?;
        rows.into_iter()
            .map(|row| {
                Ok(Entry {
                    channel: ChannelId::new(row.channel_id),
                    message: MessageId::new(row.message_id),
                    kind: parsed("activities.kind", &row.kind)?,
                    at: row.happened_at,
                    confidence: row.confidence,
                })
            })
            .collect()
    }
}
