//! What a digest counts. Every figure comes from the facts.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Transaction, each_engine, parsed};
use crate::practice::activity::ActivityKind;
use crate::practice::digest::ChannelCount;
use crate::practice::id::{ChannelId, GuildId};
use crate::practice::week::Period;

/// What was said in a period, counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// People's messages by channel, the busiest first.
    pub channels: Vec<ChannelCount>,
    /// How many people wrote.
    pub people: i64,
    /// How often each activity was read, of what begins something, `None` for none of them; and of how
    /// many of each Convener was less than half sure.
    pub readings: Vec<(Option<ActivityKind>, i64, i64)>,
}

#[derive(FromRow)]
struct SaidRow {
    figure: String,
    channel_id: i64,
    name: Option<String>,
    messages: i64,
    unsure: i64,
}

impl Transaction {
    /// What was said in a period, counted. The messages are looked up once for all of it: an index that held
    /// what is counted would be written with every message that is heard.
    pub async fn said(&mut self, guild: GuildId, period: Period) -> Result<Said> {
        const SAID: &str = "
            WITH said AS MATERIALIZED (
                SELECT channel_id, author_id, activity, confidence, begins,
                    (kind <> 'system' AND NOT author_is_bot AND author_id IS NOT NULL) AS is_by_a_person
                FROM messages
                WHERE guild_id = $1 AND written_at >= $2 AND written_at < $3 AND deleted_at IS NULL)
            SELECT 'channel' AS figure, said.channel_id, channels.name, COUNT(*) AS messages,
                CAST(0 AS BIGINT) AS unsure
            FROM said LEFT JOIN channels ON channels.channel_id = said.channel_id
            WHERE is_by_a_person GROUP BY said.channel_id, channels.name
            UNION ALL
            SELECT 'people', CAST(0 AS BIGINT), CAST(NULL AS TEXT), COUNT(DISTINCT author_id),
                CAST(0 AS BIGINT)
            FROM said WHERE is_by_a_person
            UNION ALL
            SELECT 'reading', CAST(0 AS BIGINT), activity, COUNT(*),
                COUNT(CASE WHEN confidence < 0.5 THEN 1 END)
            FROM said WHERE begins GROUP BY activity";
        let rows: Vec<SaidRow> = each_engine!(self, connection => sqlx::query_as(SAID)
            .bind(guild.get()).bind(period.from).bind(period.to).fetch_all(connection).await)?;
        let mut said = Said::default();
        for row in rows {
            match row.figure.as_str() {
                "channel" => said.channels.push(ChannelCount {
                    id: ChannelId::new(row.channel_id),
                    name: row.name.unwrap_or_else(|| row.channel_id.to_string()),
                    messages: row.messages,
                }),
                "people" => said.people = row.messages,
                _ => {
                    let kind = row.name.map(|kind| parsed("messages.activity", &kind));
                    said.readings
                        .push((kind.transpose()?, row.messages, row.unsure));
                }
            }
        }
        said.channels
            .sort_by_key(|channel| (Reverse(channel.messages), channel.id));
        Ok(said)
    }

    /// When somebody last wrote in a guild.
    pub async fn last_message_at(&mut self, guild: GuildId) -> Result<Option<DateTime<Utc>>> {
        const LAST_MESSAGE_AT: &str = "
            SELECT MAX(written_at) FROM messages WHERE guild_id = $1 AND deleted_at IS NULL";
        let (at,): (Option<DateTime<Utc>>,) = each_engine!(self, connection =>
            sqlx::query_as(LAST_MESSAGE_AT).bind(guild.get()).fetch_one(connection).await)?;
        Ok(at)
    }

    /// When somebody first wrote in a guild.
    pub async fn first_message_at(&mut self, guild: GuildId) -> Result<Option<DateTime<Utc>>> {
        const FIRST_MESSAGE_AT: &str = "SELECT MIN(written_at) FROM messages WHERE guild_id = $1";
        let (at,): (Option<DateTime<Utc>>,) = each_engine!(self, connection =>
            sqlx::query_as(FIRST_MESSAGE_AT).bind(guild.get()).fetch_one(connection).await)?;
        Ok(at)
    }

    /// Activities of a period by kind, read and logged; a message that was logged as what it was
    /// read as counts once.
    pub async fn activities_by_kind(
        &mut self,
        guild: GuildId,
        period: Period,
    ) -> Result<BTreeMap<ActivityKind, i64>> {
        const ACTIVITIES_BY_KIND: &str = "
            SELECT kind, COUNT(*) FROM (
                SELECT channel_id, message_id, activity AS kind FROM messages
                WHERE guild_id = $1 AND written_at >= $2 AND written_at < $3
                    AND activity IS NOT NULL AND deleted_at IS NULL
                UNION
                SELECT channel_id, message_id, kind FROM activities
                WHERE guild_id = $1 AND logged_at >= $2 AND logged_at < $3
            ) AS log GROUP BY kind";
        let rows: Vec<(String, i64)> = each_engine!(self, connection =>
            sqlx::query_as(ACTIVITIES_BY_KIND).bind(guild.get()).bind(period.from).bind(period.to)
                .fetch_all(connection).await)?;
        let mut counts: BTreeMap<_, _> = ActivityKind::ALL
            .into_iter()
            .map(|kind| (kind, 0))
            .collect();
        for (kind, count) in rows {
            counts.insert(parsed("activities.kind", &kind)?, count);
        }
        Ok(counts)
    }

    /// How many members joined in a period.
    pub async fn newcomers(&mut self, guild: GuildId, period: Period) -> Result<i64> {
        const NEWCOMERS: &str = "
            SELECT COUNT(*) FROM members
            WHERE guild_id = $1 AND joined_at >= $2 AND joined_at < $3 AND NOT is_bot";
        let (newcomers,): (i64,) = each_engine!(self, connection => sqlx::query_as(NEWCOMERS)
            .bind(guild.get()).bind(period.from).bind(period.to).fetch_one(connection).await)?;
        Ok(newcomers)
    }

    /// How many channels of a guild there are of which something is recorded; a thread is a part of its
    /// channel.
    pub async fn watched_channels(&mut self, guild: GuildId) -> Result<i64> {
        const WATCHED_CHANNELS: &str = "
            SELECT COUNT(*) FROM channels
            WHERE guild_id = $1 AND watch <> 'off' AND kind IN ('text', 'forum')";
        let (channels,): (i64,) = each_engine!(self, connection =>
            sqlx::query_as(WATCHED_CHANNELS).bind(guild.get()).fetch_one(connection).await)?;
        Ok(channels)
    }

    /// Which of these could not be read before a time, by name.
    pub async fn unreadable_channels(
        &mut self,
        guild: GuildId,
        before: DateTime<Utc>,
    ) -> Result<Vec<String>> {
        const UNREADABLE_CHANNELS: &str = "
            SELECT name FROM channels
            WHERE guild_id = $1 AND unreadable_since < $2 AND watch <> 'off'
                AND kind IN ('text', 'forum')
            ORDER BY name";
        let rows: Vec<(String,)> = each_engine!(self, connection =>
            sqlx::query_as(UNREADABLE_CHANNELS).bind(guild.get()).bind(before)
                .fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }
}
