//! The messages behind the numbers of a digest. Each statement counts as the number's own does, but for
//! newcomers: behind how many came stands what they wrote.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Transaction, each_engine};
use crate::practice::activity::ActivityKind;
use crate::practice::figure::{Listing, SOURCES_ON_A_PAGE, Source};
use crate::practice::id::{ChannelId, GuildId, MessageId};
use crate::practice::message::message_link;
use crate::practice::week::Period;

#[derive(FromRow)]
struct SourceRow {
    channel_id: i64,
    channel_name: Option<String>,
    message_id: i64,
    written_at: DateTime<Utc>,
    text: Option<String>,
    is_public: bool,
    is_forgotten: bool,
    number: i64,
    forgotten: i64,
}

/// The rows of a page, of which the forgotten come last and are left out.
fn listing(guild: GuildId, page: i64, rows: Vec<SourceRow>) -> Listing {
    let (number, forgotten) = rows
        .first()
        .map_or((0, 0), |row| (row.number, row.forgotten));
    let shown = rows.into_iter().filter(|row| !row.is_forgotten);
    let sources = shown.map(|row| {
        let (channel, message) = (
            ChannelId::new(row.channel_id),
            MessageId::new(row.message_id),
        );
        Source {
            channel,
            channel_name: row.channel_name,
            link: message_link(guild, channel, message),
            at: row.written_at,
            text: row.is_public.then(|| row.text.unwrap_or_default()),
        }
    });
    Listing {
        number,
        forgotten,
        nameless: 0,
        page,
        sources: sources.collect(),
    }
}

/// How many sources come before a page, which is counted from 1 on.
fn before(page: i64) -> i64 {
    (page - 1).saturating_mul(SOURCES_ON_A_PAGE)
}

impl Transaction {
    /// What people wrote in a period, in all channels or in one.
    pub async fn messages_behind(
        &mut self,
        guild: GuildId,
        period: Period,
        channel: Option<ChannelId>,
        page: i64,
    ) -> Result<Listing> {
        const MESSAGES_BEHIND: &str = "
            SELECT messages.channel_id, channels.name AS channel_name, messages.message_id,
                messages.written_at, messages.text,
                COALESCE(channels.is_public
                    AND (channels.kind <> 'thread' OR parents.is_public), FALSE) AS is_public,
                messages.author_id = 0 AS is_forgotten,
                COUNT(*) OVER () AS number,
                COUNT(CASE WHEN messages.author_id = 0 THEN 1 END) OVER () AS forgotten
            FROM messages
            LEFT JOIN channels ON channels.channel_id = messages.channel_id
            LEFT JOIN channels AS parents ON parents.channel_id = channels.parent_id
            WHERE messages.guild_id = $1 AND messages.written_at >= $2 AND messages.written_at < $3
                AND messages.kind <> 'system' AND NOT messages.author_is_bot
                AND messages.author_id IS NOT NULL AND messages.deleted_at IS NULL
                AND messages.channel_id = COALESCE($4, messages.channel_id)
            ORDER BY is_forgotten, messages.written_at, ABS(messages.message_id)
            LIMIT $5 OFFSET $6";
        let rows: Vec<SourceRow> = each_engine!(self, connection => sqlx::query_as(MESSAGES_BEHIND)
            .bind(guild.get()).bind(period.from).bind(period.to).bind(channel.map(ChannelId::get))
            .bind(SOURCES_ON_A_PAGE).bind(before(page)).fetch_all(connection).await)?;
        Ok(listing(guild, page, rows))
    }

    /// What those wrote in a period who joined in another; what they asked without a name is left out, for
    /// the list would tell on them.
    pub async fn messages_of_newcomers(
        &mut self,
        guild: GuildId,
        joined: Period,
        wrote: Period,
        page: i64,
    ) -> Result<Listing> {
        const MESSAGES_OF_NEWCOMERS: &str = "
            SELECT messages.channel_id, channels.name AS channel_name, messages.message_id,
                messages.written_at, messages.text,
                COALESCE(channels.is_public
                    AND (channels.kind <> 'thread' OR parents.is_public), FALSE) AS is_public,
                FALSE AS is_forgotten, COUNT(*) OVER () AS number, CAST(0 AS BIGINT) AS forgotten
            FROM messages
            JOIN members ON members.guild_id = messages.guild_id
                AND members.member_id = messages.author_id
            LEFT JOIN channels ON channels.channel_id = messages.channel_id
            LEFT JOIN channels AS parents ON parents.channel_id = channels.parent_id
            WHERE messages.guild_id = $1 AND messages.written_at >= $2 AND messages.written_at < $3
                AND messages.kind <> 'system' AND messages.deleted_at IS NULL
                AND members.joined_at >= $4 AND members.joined_at < $5 AND NOT members.is_bot
                AND NOT EXISTS (
                    SELECT 1 FROM requests
                    WHERE requests.channel_id = messages.channel_id
                        AND requests.message_id = messages.message_id AND requests.is_anonymous)
            ORDER BY messages.written_at, ABS(messages.message_id)
            LIMIT $6 OFFSET $7";
        let rows: Vec<SourceRow> = each_engine!(self, connection =>
            sqlx::query_as(MESSAGES_OF_NEWCOMERS)
                .bind(guild.get()).bind(wrote.from).bind(wrote.to).bind(joined.from)
                .bind(joined.to).bind(SOURCES_ON_A_PAGE).bind(before(page))
                .fetch_all(connection).await)?;
        Ok(listing(guild, page, rows))
    }

    /// The messages of a period that start an activity of a kind, as they were read or logged.
    pub async fn activities_behind(
        &mut self,
        guild: GuildId,
        period: Period,
        kind: ActivityKind,
        page: i64,
    ) -> Result<Listing> {
        const ACTIVITIES_BEHIND: &str = "
            SELECT log.channel_id, channels.name AS channel_name, log.message_id,
                log.at AS written_at, messages.text,
                COALESCE(channels.is_public
                    AND (channels.kind <> 'thread' OR parents.is_public), FALSE) AS is_public,
                COALESCE(messages.author_id = 0, FALSE) AS is_forgotten,
                COUNT(*) OVER () AS number,
                COUNT(CASE WHEN messages.author_id = 0 THEN 1 END) OVER () AS forgotten
            FROM (
                SELECT channel_id, message_id, MIN(at) AS at FROM (
                    SELECT channel_id, message_id, written_at AS at FROM messages
                    WHERE guild_id = $1 AND written_at >= $2 AND written_at < $3
                        AND activity = $4 AND deleted_at IS NULL
                    UNION ALL
                    SELECT channel_id, message_id, logged_at AS at FROM activities
                    WHERE guild_id = $1 AND logged_at >= $2 AND logged_at < $3 AND kind = $4
                ) AS each_of_them GROUP BY channel_id, message_id) AS log
            LEFT JOIN messages ON messages.guild_id = $1
                AND messages.channel_id = log.channel_id
                AND messages.message_id = log.message_id
            LEFT JOIN channels ON channels.channel_id = log.channel_id
                AND channels.guild_id = $1
            LEFT JOIN channels AS parents ON parents.channel_id = channels.parent_id
            ORDER BY is_forgotten, log.at, ABS(log.message_id)
            LIMIT $5 OFFSET $6";
        let rows: Vec<SourceRow> = each_engine!(self, connection => sqlx::query_as(ACTIVITIES_BEHIND)
            .bind(guild.get()).bind(period.from).bind(period.to).bind(kind.name())
            .bind(SOURCES_ON_A_PAGE).bind(before(page)).fetch_all(connection).await)?;
        Ok(listing(guild, page, rows))
    }
}
