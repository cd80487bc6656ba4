//! What a digest counts. Every figure comes from the facts.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Transaction, each_engine, parsed};
use crate::practice::activity::ActivityKind;
use crate::practice::digest::ChannelCount;
use crate::practice::id::{ChannelId, GuildId, RequestId};
use crate::practice::week::Period;

#[derive(FromRow)]
struct ChannelCountRow {
    channel_id: i64,
    name: Option<String>,
    messages: i64,
}

impl Transaction {
    /// People's messages of a period by channel, the busiest first.
    pub async fn messages_by_channel(
        &mut self,
        guild: GuildId,
        period: Period,
    ) -> Result<Vec<ChannelCount>> {
        const MESSAGES_BY_CHANNEL: &str = "
            SELECT messages.channel_id, channels.name, COUNT(*) AS messages
            FROM messages LEFT JOIN channels ON channels.channel_id = messages.channel_id
            WHERE messages.guild_id = $1 AND messages.written_at >= $2 AND messages.written_at < $3
                AND messages.kind <> 'system' AND NOT messages.author_is_bot
                AND messages.author_id IS NOT NULL AND messages.deleted_at IS NULL
            GROUP BY messages.channel_id, channels.name
            ORDER BY 3 DESC, messages.channel_id";
        let rows: Vec<ChannelCountRow> = each_engine!(self, connection =>
            sqlx::query_as(MESSAGES_BY_CHANNEL).bind(guild.get()).bind(period.from).bind(period.to)
                .fetch_all(connection).await)?;
        Ok(rows
            .into_iter()
            .map(|row| ChannelCount {
                id: ChannelId::new(row.channel_id),
                name: row.name.unwrap_or_else(|| row.channel_id.to_string()),
                messages: row.messages,
            })
            .collect())
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

    /// How many people wrote in a period.
    pub async fn people(&mut self, guild: GuildId, period: Period) -> Result<i64> {
        const PEOPLE: &str = "
            SELECT COUNT(DISTINCT author_id) FROM messages
            WHERE guild_id = $1 AND written_at >= $2 AND written_at < $3
                AND kind <> 'system' AND NOT author_is_bot AND deleted_at IS NULL";
        let (people,): (i64,) = each_engine!(self, connection => sqlx::query_as(PEOPLE)
            .bind(guild.get()).bind(period.from).bind(period.to).fetch_one(connection).await)?;
        Ok(people)
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

    /// How many requests were asked in a period; what turned out to be none does not count.
    pub async fn requests_asked(&mut self, guild: GuildId, period: Period) -> Result<i64> {
        const REQUESTS_ASKED: &str = "
            SELECT COUNT(*) FROM requests
            WHERE guild_id = $1 AND asked_at >= $2 AND asked_at < $3
                AND (status <> 'withdrawn' OR closed_at >= $3)";
        let (asked,): (i64,) = each_engine!(self, connection => sqlx::query_as(REQUESTS_ASKED)
            .bind(guild.get()).bind(period.from).bind(period.to).fetch_one(connection).await)?;
        Ok(asked)
    }

    /// How many requests changed in a certain way in a period.
    pub async fn requests_changed(
        &mut self,
        guild: GuildId,
        change: &str,
        period: Period,
    ) -> Result<i64> {
        const REQUESTS_CHANGED: &str = "
            SELECT COUNT(DISTINCT events.request_id)
            FROM request_events AS events JOIN requests USING (request_id)
            WHERE requests.guild_id = $1 AND events.change = $2
                AND events.happened_at >= $3 AND events.happened_at < $4
                AND COALESCE((
                    SELECT next.change FROM request_events AS next
                    WHERE next.request_id = events.request_id AND next.event_id > events.event_id
                        AND next.change IN ('answered', 'reopened', 'resolved', 'withdrawn', 'lapsed',
                            'undone')
                    ORDER BY next.event_id LIMIT 1), '') <> 'undone'";
        let (changed,): (i64,) = each_engine!(self, connection => sqlx::query_as(REQUESTS_CHANGED)
            .bind(guild.get()).bind(change).bind(period.from).bind(period.to)
            .fetch_one(connection).await)?;
        Ok(changed)
    }

    /// For each request whose first answer ever fell into a period: when it was asked, and when it
    /// was answered.
    pub async fn first_answers(
        &mut self,
        guild: GuildId,
        period: Period,
    ) -> Result<Vec<(DateTime<Utc>, DateTime<Utc>)>> {
        const FIRST_ANSWERS: &str = "
            SELECT requests.asked_at, MIN(events.happened_at)
            FROM request_events AS events JOIN requests USING (request_id)
            WHERE requests.guild_id = $1 AND events.change = 'answered'
            GROUP BY requests.request_id, requests.asked_at
            HAVING MIN(events.happened_at) >= $2 AND MIN(events.happened_at) < $3";
        Ok(
            each_engine!(self, connection => sqlx::query_as(FIRST_ANSWERS)
            .bind(guild.get()).bind(period.from).bind(period.to).fetch_all(connection).await)?,
        )
    }

    /// The requests that were asked before a time and had not left the open state by then, the
    /// oldest first.
    ///
    /// The last change of status before that time decides, but for what was taken back right after;
    /// a request without one was open.
    pub async fn requests_waiting_at(
        &mut self,
        guild: GuildId,
        at: DateTime<Utc>,
    ) -> Result<Vec<RequestId>> {
        const REQUESTS_WAITING_AT: &str = "
            SELECT requests.request_id FROM requests
            WHERE requests.guild_id = $1 AND requests.asked_at < $2
                AND COALESCE((
                    SELECT events.change FROM request_events AS events
                    WHERE events.request_id = requests.request_id AND events.happened_at < $2
                        AND events.change IN ('answered', 'reopened', 'resolved', 'withdrawn', 'lapsed')
                        AND COALESCE((
                            SELECT next.change FROM request_events AS next
                            WHERE next.request_id = events.request_id AND next.event_id > events.event_id
                                AND next.change IN ('answered', 'reopened', 'resolved', 'withdrawn',
                                    'lapsed', 'undone')
                            ORDER BY next.event_id LIMIT 1), '') <> 'undone'
                    ORDER BY events.event_id DESC LIMIT 1), 'reopened') = 'reopened'
            ORDER BY requests.asked_at, requests.request_id";
        let rows: Vec<(i64,)> = each_engine!(self, connection =>
            sqlx::query_as(REQUESTS_WAITING_AT).bind(guild.get()).bind(at)
                .fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| RequestId::new(id)).collect())
    }

    /// The channels of a guild that could not be read before a time, by name.
    pub async fn unreadable_channels(
        &mut self,
        guild: GuildId,
        before: DateTime<Utc>,
    ) -> Result<Vec<String>> {
        const UNREADABLE_CHANNELS: &str = "
            SELECT name FROM channels WHERE guild_id = $1 AND unreadable_since < $2 ORDER BY name";
        let rows: Vec<(String,)> = each_engine!(self, connection =>
            sqlx::query_as(UNREADABLE_CHANNELS).bind(guild.get()).bind(before)
                .fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }
}
