//! Series of meetups.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Transaction, each_engine, parsed};
use crate::practice::id::{ChannelId, GuildId, InteractionId, MeetupId, MemberId};
use crate::practice::meetup::{Meetup, NewMeetup};

#[derive(FromRow)]
struct MeetupRow {
    meetup_id: i64,
    guild_id: i64,
    title: String,
    channel_id: i64,
    host_id: i64,
    starts_local: String,
    zone: String,
    rule: String,
    cancelled_at: Option<DateTime<Utc>>,
}

impl TryFrom<MeetupRow> for Meetup {
    type Error = super::StorageError;

    fn try_from(row: MeetupRow) -> Result<Self> {
        Ok(Self {
            id: MeetupId::new(row.meetup_id),
            plan: NewMeetup {
                guild: GuildId::new(row.guild_id),
                title: row.title,
                channel: ChannelId::new(row.channel_id),
                host: MemberId::new(row.host_id),
                start: parsed("meetups.starts_local", &row.starts_local)?,
                zone: parsed("meetups.zone", &row.zone)?,
                rule: parsed("meetups.rule", &row.rule)?,
            },
            cancelled_at: row.cancelled_at,
        })
    }
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
                created_at, interaction_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (interaction_id) DO NOTHING
            RETURNING meetup_id";
        let row: Option<(i64,)> = each_engine!(self, connection => sqlx::query_as(KEEP_MEETUP)
            .bind(meetup.guild.get())
            .bind(&meetup.title)
            .bind(meetup.channel.get())
            .bind(meetup.host.get())
            .bind(meetup.start.format("%Y-%m-%dT%H:%M:%S").to_string())
            .bind(meetup.zone.name())
            .bind(meetup.rule.to_string())
            .bind(at)
            .bind(interaction.get())
            .fetch_optional(connection)
            .await)?;
        Ok(row.map(|(id,)| MeetupId::new(id)))
    }

    /// A series by its number.
    pub async fn meetup(&mut self, meetup: MeetupId) -> Result<Option<Meetup>> {
        const MEETUP: &str = "
            SELECT meetup_id, guild_id, title, channel_id, host_id, starts_local, zone, rule, cancelled_at
            FROM meetups WHERE meetup_id = $1";
        let row: Option<MeetupRow> = each_engine!(self, connection =>
            sqlx::query_as(MEETUP).bind(meetup.get()).fetch_optional(connection).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The series of a guild that were not cancelled, in the order in which they were called.
    pub async fn meetups(&mut self, guild: GuildId) -> Result<Vec<Meetup>> {
        const MEETUPS: &str = "
            SELECT meetup_id, guild_id, title, channel_id, host_id, starts_local, zone, rule, cancelled_at
            FROM meetups WHERE guild_id = $1 AND cancelled_at IS NULL ORDER BY meetup_id";
        let rows: Vec<MeetupRow> = each_engine!(self, connection =>
            sqlx::query_as(MEETUPS).bind(guild.get()).fetch_all(connection).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Calls a series off; whether there was one to call off.
    pub async fn cancel_meetup(
        &mut self,
        guild: GuildId,
        meetup: MeetupId,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        const CANCEL_MEETUP: &str = "
            UPDATE meetups SET cancelled_at = $3
            WHERE guild_id = $1 AND meetup_id = $2 AND cancelled_at IS NULL";
        let affected = each_engine!(self, connection => sqlx::query(CANCEL_MEETUP)
            .bind(guild.get()).bind(meetup.get()).bind(at)
            .execute(connection).await.map(|result| result.rows_affected()))?;
        Ok(affected == 1)
    }
}
