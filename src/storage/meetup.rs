//! Series of meetups, with their exceptions.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::FromRow;

use super::{Result, StorageError, Transaction, each_engine, parsed};
use crate::practice::id::{ChannelId, GuildId, InteractionId, MeetupId, MemberId};
use crate::practice::meetup::{Meetup, NewMeetup};
use crate::practice::recurrence::{Exception, Rule, Schedule};

/// A local time as it is kept.
pub(super) fn local(time: NaiveDateTime) -> String {
    time.format("%Y-%m-%dT%H:%M:%S").to_string()
}

#[derive(FromRow)]
struct MeetupRow {
    meetup_id: i64,
    guild_id: i64,
    title: String,
    channel_id: i64,
    room_id: Option<i64>,
    host_id: i64,
    starts_local: String,
    zone: String,
    rule: String,
    created_at: DateTime<Utc>,
    cancelled_at: Option<DateTime<Utc>>,
    minutes: i64,
    seats: Option<i64>,
    continues: Option<i64>,
    cancel_reason: Option<String>,
    sequence: i64,
    changed_at: Option<DateTime<Utc>>,
    tended_to: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct ExceptionRow {
    meetup_id: i64,
    original_local: String,
    moved_to_local: Option<String>,
}

impl TryFrom<MeetupRow> for Meetup {
    type Error = StorageError;

    fn try_from(row: MeetupRow) -> Result<Self> {
        let number = |column, value: i64| {
            u32::try_from(value).map_err(|_| StorageError::Inconsistent {
                column,
                value: value.to_string(),
            })
        };
        let schedule = Schedule::new(
            parsed("meetups.starts_local", &row.starts_local)?,
            parsed("meetups.zone", &row.zone)?,
            parsed("meetups.rule", &row.rule)?,
        );
        let seats = row.seats.map(|seats| number("meetups.seats", seats));
        Ok(Self {
            id: MeetupId::new(row.meetup_id),
            plan: NewMeetup {
                guild: GuildId::new(row.guild_id),
                title: row.title,
                channel: ChannelId::new(row.channel_id),
                room: row.room_id.map(ChannelId::new),
                host: MemberId::new(row.host_id),
                schedule,
                minutes: number("meetups.minutes", row.minutes)?,
                seats: seats.transpose()?,
                continues: row.continues.map(MeetupId::new),
            },
            cancelled_at: row.cancelled_at,
            cancel_reason: row.cancel_reason,
            sequence: row.sequence,
            changed_at: row.changed_at.unwrap_or(row.created_at),
            tended_to: row.tended_to,
        })
    }
}

/// Series with their exceptions.
fn with_exceptions(rows: Vec<MeetupRow>, exceptions: &[ExceptionRow]) -> Result<Vec<Meetup>> {
    let mut by_meetup: BTreeMap<i64, BTreeMap<NaiveDateTime, Exception>> = BTreeMap::new();
    for row in exceptions {
        let original = parsed("meetup_exceptions.original_local", &row.original_local)?;
        let exception = match &row.moved_to_local {
            None => Exception::Skipped,
            Some(moved) => Exception::Moved(parsed("meetup_exceptions.moved_to_local", moved)?),
        };
        let of_meetup = by_meetup.entry(row.meetup_id).or_default();
        of_meetup.insert(original, exception);
    }
    rows.into_iter()
        .map(|row| {
            let exceptions = by_meetup.remove(&row.meetup_id).unwrap_or_default();
            let mut meetup = Meetup::try_from(row)?;
            meetup.plan.schedule.exceptions = exceptions;
            Ok(meetup)
        })
        .collect()
}

impl Transaction {
    /// Keeps a series; `None` where this use of the command kept it before.
    pub async fn keep_meetup(
        &mut self,
        meetup: &NewMeetup,
        at: DateTime<Utc>,
        interaction: InteractionId,
    ) -> Result<Option<MeetupId>> {
        const KEEP_MEETUP: &str = "
            INSERT INTO meetups (guild_id, title, channel_id, host_id, starts_local, zone, rule,
                created_at, interaction_id, minutes, seats, continues, changed_at, tended_to, room_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $8, $8, $13)
            ON CONFLICT (interaction_id) DO NOTHING
            RETURNING meetup_id";
        let row: Option<(i64,)> = each_engine!(self, connection => sqlx::query_as(KEEP_MEETUP)
            .bind(meetup.guild.get())
            .bind(&meetup.title)
            .bind(meetup.channel.get())
            .bind(meetup.host.get())
            .bind(local(meetup.schedule.start))
            .bind(meetup.schedule.zone.name())
            .bind(meetup.schedule.rule.to_string())
            .bind(at)
            .bind(interaction.get())
            .bind(i64::from(meetup.minutes))
            .bind(meetup.seats.map(i64::from))
            .bind(meetup.continues.map(MeetupId::get))
            .bind(meetup.room.map(ChannelId::get))
            .fetch_optional(connection)
            .await)?;
        Ok(row.map(|(id,)| MeetupId::new(id)))
    }

    /// A series by its number.
    pub async fn meetup(&mut self, meetup: MeetupId) -> Result<Option<Meetup>> {
        const MEETUP: &str = "
            SELECT meetup_id, guild_id, title, channel_id, room_id, host_id, starts_local, zone, rule, created_at,
                cancelled_at, minutes, seats, continues, cancel_reason, sequence, changed_at, tended_to
            FROM meetups WHERE meetup_id = $1";
        const EXCEPTIONS: &str = "
            SELECT meetup_id, original_local, moved_to_local FROM meetup_exceptions WHERE meetup_id = $1";
        let rows: Vec<MeetupRow> = each_engine!(self, connection =>
            sqlx::query_as(MEETUP).bind(meetup.get()).fetch_all(connection).await)?;
        let exceptions: Vec<ExceptionRow> = each_engine!(self, connection =>
            sqlx::query_as(EXCEPTIONS).bind(meetup.get()).fetch_all(connection).await)?;
        Ok(with_exceptions(rows, &exceptions)?.pop())
    }

    /// The series of a guild that were not cancelled, in the order in which they were called.
    pub async fn meetups(&mut self, guild: GuildId) -> Result<Vec<Meetup>> {
        let meetups = self.all_meetups(guild).await?;
        let is_on = |meetup: &Meetup| meetup.cancelled_at.is_none();
        Ok(meetups.into_iter().filter(is_on).collect())
    }

    /// The series of a guild, also those that were cancelled, in the order in which they were called.
    pub async fn all_meetups(&mut self, guild: GuildId) -> Result<Vec<Meetup>> {
        const ALL_MEETUPS: &str = "
            SELECT meetup_id, guild_id, title, channel_id, room_id, host_id, starts_local, zone, rule, created_at,
                cancelled_at, minutes, seats, continues, cancel_reason, sequence, changed_at, tended_to
            FROM meetups WHERE guild_id = $1 ORDER BY meetup_id";
        const ALL_EXCEPTIONS: &str = "
            SELECT meetup_id, original_local, moved_to_local FROM meetup_exceptions
            WHERE meetup_id IN (SELECT meetup_id FROM meetups WHERE guild_id = $1)";
        let rows: Vec<MeetupRow> = each_engine!(self, connection =>
            sqlx::query_as(ALL_MEETUPS).bind(guild.get()).fetch_all(connection).await)?;
        let exceptions: Vec<ExceptionRow> = each_engine!(self, connection =>
            sqlx::query_as(ALL_EXCEPTIONS).bind(guild.get()).fetch_all(connection).await)?;
        with_exceptions(rows, &exceptions)
    }

    /// Calls a series off; whether there was one to call off.
    pub async fn cancel_meetup(
        &mut self,
        guild: GuildId,
        meetup: MeetupId,
        reason: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        const CANCEL_MEETUP: &str = "
            UPDATE meetups SET cancelled_at = $3, cancel_reason = $4, sequence = sequence + 1, changed_at = $3
            WHERE guild_id = $1 AND meetup_id = $2 AND cancelled_at IS NULL";
        let affected = each_engine!(self, connection => sqlx::query(CANCEL_MEETUP)
            .bind(guild.get()).bind(meetup.get()).bind(at).bind(reason)
            .execute(connection).await.map(|result| result.rows_affected()))?;
        Ok(affected == 1)
    }

    /// Keeps that a series was changed.
    pub async fn count_meetup_change(&mut self, meetup: MeetupId, at: DateTime<Utc>) -> Result<()> {
        const COUNT_MEETUP_CHANGE: &str = "
            UPDATE meetups SET sequence = sequence + 1, changed_at = $2 WHERE meetup_id = $1";
        each_engine!(self, connection => sqlx::query(COUNT_MEETUP_CHANGE)
            .bind(meetup.get()).bind(at).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps when a series begins and how it recurs.
    pub async fn keep_meetup_rule(
        &mut self,
        meetup: MeetupId,
        start: NaiveDateTime,
        rule: &Rule,
    ) -> Result<()> {
        const KEEP_MEETUP_RULE: &str =
            "UPDATE meetups SET starts_local = $2, rule = $3 WHERE meetup_id = $1";
        each_engine!(self, connection => sqlx::query(KEEP_MEETUP_RULE)
            .bind(meetup.get()).bind(local(start)).bind(rule.to_string())
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps up to when all that was due has been done.
    pub async fn keep_meetup_tended(&mut self, meetup: MeetupId, to: DateTime<Utc>) -> Result<()> {
        const KEEP_MEETUP_TENDED: &str = "UPDATE meetups SET tended_to = $2 WHERE meetup_id = $1";
        each_engine!(self, connection => sqlx::query(KEEP_MEETUP_TENDED)
            .bind(meetup.get()).bind(to).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps what became of a date.
    pub async fn keep_meetup_exception(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
        exception: Exception,
    ) -> Result<()> {
        const KEEP_MEETUP_EXCEPTION: &str = "
            INSERT INTO meetup_exceptions (meetup_id, original_local, moved_to_local) VALUES ($1, $2, $3)
            ON CONFLICT (meetup_id, original_local) DO UPDATE SET moved_to_local = excluded.moved_to_local";
        let moved_to = match exception {
            Exception::Skipped => None,
            Exception::Moved(moved_to) => Some(local(moved_to)),
        };
        each_engine!(self, connection => sqlx::query(KEEP_MEETUP_EXCEPTION)
            .bind(meetup.get()).bind(local(original)).bind(moved_to)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Forgets what became of a date: it is as the rule gives it.
    pub async fn forget_meetup_exception(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
    ) -> Result<()> {
        const FORGET_MEETUP_EXCEPTION: &str =
            "DELETE FROM meetup_exceptions WHERE meetup_id = $1 AND original_local = $2";
        each_engine!(self, connection => sqlx::query(FORGET_MEETUP_EXCEPTION)
            .bind(meetup.get()).bind(local(original)).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Forgets what became of the dates from one on.
    pub async fn forget_meetup_exceptions_from(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
    ) -> Result<()> {
        const FORGET_MEETUP_EXCEPTIONS_FROM: &str =
            "DELETE FROM meetup_exceptions WHERE meetup_id = $1 AND original_local >= $2";
        each_engine!(self, connection => sqlx::query(FORGET_MEETUP_EXCEPTIONS_FROM)
            .bind(meetup.get()).bind(local(original)).execute(connection).await.map(drop))?;
        Ok(())
    }
}
