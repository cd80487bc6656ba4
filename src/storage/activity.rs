//! Activities that members logged themselves.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Transaction, each_engine, parsed};
use crate::practice::activity::ActivityKind;
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId};

#[derive(FromRow)]
struct LoggedRow {
    channel_id: i64,
    message_id: i64,
    kind: String,
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

    /// The latest activities of a guild, read and logged, the newest first: where each was, and its
    /// kind.
    pub async fn latest_activities(
        &mut self,
        guild: GuildId,
        limit: i64,
    ) -> Result<Vec<(ChannelId, MessageId, ActivityKind)>> {
        const LATEST_ACTIVITIES: &str = "
            SELECT channel_id, message_id, kind FROM (
                SELECT channel_id, message_id, activity AS kind, written_at AS happened_at
                FROM messages
                WHERE guild_id = $1 AND activity IS NOT NULL AND deleted_at IS NULL
                UNION ALL
                SELECT channel_id, message_id, kind, logged_at AS happened_at
                FROM activities WHERE guild_id = $1
            ) AS log ORDER BY happened_at DESC, message_id DESC LIMIT $2";
        let rows: Vec<LoggedRow> = each_engine!(self, connection =>
            sqlx::query_as(LATEST_ACTIVITIES).bind(guild.get()).bind(limit)
                .fetch_all(connection).await)?;
        rows.into_iter()
            .map(|row| {
                let kind = parsed("activities.kind", &row.kind)?;
                Ok((
                    ChannelId::new(row.channel_id),
                    MessageId::new(row.message_id),
                    kind,
                ))
            })
            .collect()
    }
}
