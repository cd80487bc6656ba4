//! What members said of readings, and how readings of requests fared.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Transaction, each_engine, parsed};
use crate::practice::detection::Detection;
use crate::practice::id::{ChannelId, GuildId, MemberId};
use crate::practice::reading::{Correction, Verdict};

impl Transaction {
    /// What members said that messages are, the latest first, as long as the words are kept. Nobody
    /// corrects what was read of their own message, and who takes up what was heard corrects nothing.
    pub async fn corrections(&mut self, guild: GuildId, limit: i64) -> Result<Vec<Correction>> {
        const CORRECTIONS: &str = "
            SELECT member_id, text, verdict FROM (
                SELECT events.member_id, messages.text, events.happened_at,
                    CASE WHEN events.change = 'withdrawn' THEN 'no_request' ELSE 'request' END AS verdict
                FROM request_events AS events
                JOIN requests ON requests.request_id = events.request_id
                JOIN messages ON messages.channel_id = requests.channel_id
                    AND messages.message_id = requests.message_id
                WHERE events.guild_id = $1 AND events.member_id IS NOT NULL
                    AND events.member_id <> requests.author_id
                    AND (events.change = 'withdrawn' AND requests.status = 'withdrawn'
                            AND requests.origin IN ('detected', 'logged')
                        OR events.change = 'confirmed' AND requests.status <> 'withdrawn'
                            AND requests.origin = 'logged')
                    AND messages.text <> '' AND messages.deleted_at IS NULL
                UNION ALL
                SELECT activities.logged_by, messages.text, activities.logged_at, activities.kind
                FROM activities
                JOIN messages ON messages.guild_id = $1
                    AND messages.channel_id = activities.channel_id
                    AND messages.message_id = activities.message_id
                WHERE activities.guild_id = $1 AND activities.logged_by <> 0
                    AND activities.logged_by <> messages.author_id
                    AND messages.text <> '' AND messages.deleted_at IS NULL) AS said
            ORDER BY happened_at DESC LIMIT $2";
        let rows: Vec<(i64, String, String)> = each_engine!(self, connection =>
            sqlx::query_as(CORRECTIONS).bind(guild.get()).bind(limit)
                .fetch_all(connection).await)?;
        rows.into_iter()
            .map(|(by, text, verdict)| {
                let verdict = match verdict.as_str() {
                    "request" => Verdict::Request,
                    "no_request" => Verdict::NoRequest,
                    kind => Verdict::Activity(parsed("activities.kind", kind)?),
                };
                Ok(Correction {
                    by: MemberId::new(by),
                    text,
                    verdict,
                })
            })
            .collect()
    }

    /// The words of the latest messages of people in a guild.
    pub async fn latest_texts(&mut self, guild: GuildId, limit: i64) -> Result<Vec<String>> {
        const LATEST_TEXTS: &str = "
            SELECT text FROM messages
            WHERE guild_id = $1 AND text <> '' AND deleted_at IS NULL AND NOT author_is_bot
            ORDER BY written_at DESC LIMIT $2";
        let rows: Vec<(String,)> = each_engine!(self, connection =>
            sqlx::query_as(LATEST_TEXTS).bind(guild.get()).bind(limit)
                .fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(text,)| text).collect())
    }

    /// How what was taken for requests since a time fared, by channel, a thread as a part of its
    /// channel; where most was taken for requests first.
    pub async fn detections(
        &mut self,
        guild: GuildId,
        since: DateTime<Utc>,
    ) -> Result<Vec<Detection>> {
        const DETECTIONS: &str = "
            SELECT place, COUNT(*) AS detected, SUM(confirmed) AS confirmed, SUM(rejected) AS rejected
            FROM (
                SELECT CASE WHEN channels.kind = 'thread' AND channels.parent_id IS NOT NULL
                        THEN channels.parent_id ELSE requests.channel_id END AS place,
                    CASE WHEN requests.status <> 'withdrawn' AND (requests.confirmed_at IS NOT NULL
                        OR requests.status = 'resolved') THEN 1 ELSE 0 END AS confirmed,
                    CASE WHEN requests.status = 'withdrawn' AND EXISTS (
                        SELECT 1 FROM request_events
                        WHERE request_events.request_id = requests.request_id AND change = 'withdrawn'
                            AND member_id IS NOT NULL AND member_id <> requests.author_id)
                        THEN 1 ELSE 0 END AS rejected
                FROM requests LEFT JOIN channels ON channels.channel_id = requests.channel_id
                WHERE requests.guild_id = $1 AND asked_at >= $2 AND origin = 'detected') AS detected
            GROUP BY place ORDER BY 2 DESC, place";
        #[derive(FromRow)]
        struct Row {
            place: i64,
            detected: i64,
            confirmed: i64,
            rejected: i64,
        }
        let rows: Vec<Row> = each_engine!(self, connection =>
            sqlx::query_as(DETECTIONS).bind(guild.get()).bind(since)
                .fetch_all(connection).await)?;
        Ok(rows
            .into_iter()
            .map(|row| Detection {
                channel: ChannelId::new(row.place),
                detected: row.detected,
                confirmed: row.confirmed,
                rejected: row.rejected,
            })
            .collect())
    }
}
