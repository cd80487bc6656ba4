//! On which days members wrote, and who asked and answered.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::FromRow;

use super::rows::portions;
use super::{Result, Transaction, each_engine};
use crate::practice::board::NEW_FOR;
use crate::practice::id::{GuildId, MemberId, RequestId};
use crate::practice::participation::WeeksWritten;
use crate::practice::week::Period;

/// The number of a day in UTC, counted from 1 January 1970.
#[must_use]
pub fn day_of(instant: DateTime<Utc>) -> i64 {
    instant.timestamp().div_euclid(86_400)
}

impl Transaction {
    /// Counts a message of a member, or (`-1`) one that is gone.
    pub(super) async fn count_member_day(
        &mut self,
        guild: GuildId,
        member: MemberId,
        written_at: DateTime<Utc>,
        messages: i64,
    ) -> Result<()> {
        const DROP_MEMBER_DAY: &str = "
            DELETE FROM member_days
            WHERE guild_id = $1 AND day = $2 AND member_id = $3 AND messages <= 0";
        let day = day_of(written_at);
        self.count_member_days(&BTreeMap::from([((guild, day, member), messages)]))
            .await?;
        if messages < 0 {
            each_engine!(self, connection => sqlx::query(DROP_MEMBER_DAY)
                .bind(guild.get()).bind(day).bind(member.get())
                .execute(connection).await.map(drop))?;
        }
        Ok(())
    }

    /// Counts messages of members, by guild and day. In the order of their keys, so that of two
    /// processes that count at once neither waits for the other in a circle.
    pub(super) async fn count_member_days(
        &mut self,
        days: &BTreeMap<(GuildId, i64, MemberId), i64>,
    ) -> Result<()> {
        const COUNT_MEMBER_DAYS: &str = "
            INSERT INTO member_days (guild_id, day, member_id, messages) VALUES ($1, $2, $3, $4)
            ON CONFLICT (guild_id, day, member_id) DO UPDATE
            SET messages = member_days.messages + excluded.messages";
        let days: Vec<_> = days.iter().collect();
        for rows in portions(&days) {
            let statement = self.for_rows(COUNT_MEMBER_DAYS, rows.len());
            each_engine!(self, connection => {
                let mut query = sqlx::query(statement);
                for ((guild, day, member), messages) in rows {
                    query = query.bind(guild.get()).bind(*day).bind(member.get()).bind(**messages);
                }
                query.execute(connection).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// In which of the last so many weeks before a time each member wrote: bit 0 for the last week, bit 1
    /// for the one before it. Who wrote in none is not listed. The weeks are of seven days in UTC, the last
    /// ends with the day before `until`.
    pub async fn weeks_written(
        &mut self,
        guild: GuildId,
        until: DateTime<Utc>,
        weeks: i64,
    ) -> Result<BTreeMap<MemberId, WeeksWritten>> {
        const WEEKS_WRITTEN: &str = "
            SELECT member_id,
                CAST(SUM(DISTINCT CAST(1 AS BIGINT) << CAST(($3 - 1 - day) / 7 AS INTEGER)) AS BIGINT)
            FROM member_days
            WHERE guild_id = $1 AND day >= $2 AND day < $3
            GROUP BY member_id";
        let to = day_of(until);
        let from = to - 7 * weeks;
        let rows: Vec<(i64, i64)> = each_engine!(self, connection => sqlx::query_as(WEEKS_WRITTEN)
            .bind(guild.get()).bind(from).bind(to).fetch_all(connection).await)?;
        Ok(rows
            .into_iter()
            .map(|(member, weeks)| (MemberId::new(member), WeeksWritten(weeks.cast_unsigned())))
            .collect())
    }

    /// How many people are members, as far as they are known.
    pub async fn member_count(&mut self, guild: GuildId) -> Result<i64> {
        const MEMBER_COUNT: &str =
            "SELECT COUNT(*) FROM members WHERE guild_id = $1 AND NOT is_bot AND NOT has_left";
        let (members,): (i64,) = each_engine!(self, connection =>
            sqlx::query_as(MEMBER_COUNT).bind(guild.get()).fetch_one(connection).await)?;
        Ok(members)
    }

    /// How often each member asked in a period.
    pub async fn asked_by_member(
        &mut self,
        guild: GuildId,
        period: Period,
    ) -> Result<BTreeMap<MemberId, i64>> {
        const ASKED_BY_MEMBER: &str = "
            SELECT author_id, COUNT(*) FROM requests
            WHERE guild_id = $1 AND asked_at >= $2 AND asked_at < $3 AND author_id <> 0
                AND status <> 'withdrawn'
            GROUP BY author_id";
        let rows: Vec<(i64, i64)> = each_engine!(self, connection => sqlx::query_as(ASKED_BY_MEMBER)
            .bind(guild.get()).bind(period.from).bind(period.to).fetch_all(connection).await)?;
        Ok(by_member(rows))
    }

    /// How many requests each member answered in a period.
    pub async fn answered_by_member(
        &mut self,
        guild: GuildId,
        period: Period,
    ) -> Result<BTreeMap<MemberId, i64>> {
        const ANSWERED_BY_MEMBER: &str = "
            SELECT member_id, COUNT(DISTINCT request_id) FROM request_events
            WHERE guild_id = $1 AND change = 'answered' AND happened_at >= $2 AND happened_at < $3
                AND member_id IS NOT NULL
            GROUP BY member_id";
        let rows: Vec<(i64, i64)> = each_engine!(self, connection => sqlx::query_as(ANSWERED_BY_MEMBER)
            .bind(guild.get()).bind(period.from).bind(period.to).fetch_all(connection).await)?;
        Ok(by_member(rows))
    }

    /// The requests that people who were new asked in a period, and whether somebody responded within
    /// a day. Who is new is known by when they joined.
    pub async fn newcomers_requests(
        &mut self,
        guild: GuildId,
        period: Period,
    ) -> Result<Vec<(RequestId, bool)>> {
        const NEWCOMERS_REQUESTS: &str = "
            SELECT requests.request_id, requests.asked_at, requests.first_response_at,
                members.joined_at AS joined
            FROM requests
            JOIN members ON members.guild_id = requests.guild_id
                AND members.member_id = requests.author_id
            WHERE requests.guild_id = $1 AND requests.asked_at >= $2 AND requests.asked_at < $3
                AND requests.status <> 'withdrawn' AND members.joined_at IS NOT NULL
            ORDER BY requests.asked_at, requests.request_id";
        #[derive(FromRow)]
        struct AskedRow {
            request_id: i64,
            asked_at: DateTime<Utc>,
            first_response_at: Option<DateTime<Utc>>,
            joined: DateTime<Utc>,
        }
        let rows: Vec<AskedRow> = each_engine!(self, connection => sqlx::query_as(NEWCOMERS_REQUESTS)
            .bind(guild.get()).bind(period.from).bind(period.to).fetch_all(connection).await)?;
        let new = rows
            .into_iter()
            .filter(|row| row.asked_at < row.joined + NEW_FOR);
        let soon = |row: AskedRow| {
            let soon = row.asked_at + TimeDelta::days(1);
            let is_soon = row.first_response_at.is_some_and(|at| at <= soon);
            (RequestId::new(row.request_id), is_soon)
        };
        Ok(new.map(soon).collect())
    }

    /// Of those who joined in a period, how many wrote in another.
    pub async fn newcomers_who_wrote(
        &mut self,
        guild: GuildId,
        joined: Period,
        wrote: Period,
    ) -> Result<(i64, i64)> {
        const NEWCOMERS_WHO_WROTE: &str = "
            SELECT COUNT(*), COUNT(CASE WHEN member_id IN (
                SELECT author_id FROM messages
                WHERE guild_id = $1 AND written_at >= $4 AND written_at < $5
                    AND author_id IS NOT NULL AND deleted_at IS NULL) THEN 1 END)
            FROM members
            WHERE guild_id = $1 AND joined_at >= $2 AND joined_at < $3 AND NOT is_bot";
        Ok(
            each_engine!(self, connection => sqlx::query_as(NEWCOMERS_WHO_WROTE)
            .bind(guild.get()).bind(joined.from).bind(joined.to).bind(wrote.from).bind(wrote.to)
            .fetch_one(connection).await)?,
        )
    }
}

fn by_member(rows: Vec<(i64, i64)>) -> BTreeMap<MemberId, i64> {
    rows.into_iter()
        .map(|(member, count)| (MemberId::new(member), count))
        .collect()
}
