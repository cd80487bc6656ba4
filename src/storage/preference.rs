//! What members chose for themselves.

use chrono::TimeDelta;
use sqlx::FromRow;

use super::{Result, StorageError, Transaction, each_engine, parsed};
use crate::practice::id::{GuildId, MeetupId, MemberId};
use crate::practice::preference::{FreeHours, Preferences};

#[derive(FromRow)]
struct PreferenceRow {
    member_id: i64,
    zone: Option<String>,
    free_from: Option<i64>,
    free_to: Option<i64>,
    reminders: Option<String>,
    in_private: bool,
}

impl TryFrom<PreferenceRow> for Preferences {
    type Error = StorageError;

    fn try_from(row: PreferenceRow) -> Result<Self> {
        let zone = row
            .zone
            .map(|zone| parsed("member_preferences.zone", &zone));
        let hour = |hour: i64| u32::try_from(hour).unwrap_or_default();
        let minutes = |text: &str| -> Result<Vec<TimeDelta>> {
            let parts = text.split(',').filter(|part| !part.is_empty());
            parts
                .map(|part| {
                    let minutes = parsed("member_preferences.reminders", part)?;
                    Ok(TimeDelta::minutes(minutes))
                })
                .collect()
        };
        Ok(Self {
            zone: zone.transpose()?,
            free: row.free_from.zip(row.free_to).map(|(from, to)| FreeHours {
                from: hour(from),
                to: hour(to),
            }),
            reminders: row.reminders.as_deref().map(minutes).transpose()?,
            in_private: row.in_private,
        })
    }
}

impl Transaction {
    /// Keeps what a member chose.
    pub async fn keep_preferences(
        &mut self,
        guild: GuildId,
        member: MemberId,
        preferences: &Preferences,
    ) -> Result<()> {
        const KEEP_PREFERENCES: &str = "
            INSERT INTO member_preferences (guild_id, member_id, zone, free_from, free_to, reminders, in_private)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (guild_id, member_id) DO UPDATE
            SET zone = excluded.zone, free_from = excluded.free_from, free_to = excluded.free_to,
                reminders = excluded.reminders, in_private = excluded.in_private";
        let minutes = preferences.reminders.as_ref().map(|leads| {
            let minutes = leads.iter().map(|lead| lead.num_minutes().to_string());
            minutes.collect::<Vec<_>>().join(",")
        });
        each_engine!(self, connection => sqlx::query(KEEP_PREFERENCES)
            .bind(guild.get()).bind(member.get())
            .bind(preferences.zone.map(chrono_tz::Tz::name))
            .bind(preferences.free.map(|free| i64::from(free.from)))
            .bind(preferences.free.map(|free| i64::from(free.to)))
            .bind(minutes)
            .bind(preferences.in_private)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// What a member chose; as the community has it where they chose nothing.
    pub async fn preferences(&mut self, guild: GuildId, member: MemberId) -> Result<Preferences> {
        const PREFERENCES: &str = "
            SELECT member_id, zone, free_from, free_to, reminders, in_private FROM member_preferences
            WHERE guild_id = $1 AND member_id = $2";
        let row: Option<PreferenceRow> = each_engine!(self, connection =>
            sqlx::query_as(PREFERENCES).bind(guild.get()).bind(member.get())
                .fetch_optional(connection).await)?;
        row.map_or_else(|| Ok(Preferences::default()), TryInto::try_into)
    }

    /// What the members of a guild chose, of those who chose anything.
    pub async fn all_preferences(
        &mut self,
        guild: GuildId,
    ) -> Result<Vec<(MemberId, Preferences)>> {
        const ALL_PREFERENCES: &str = "
            SELECT member_id, zone, free_from, free_to, reminders, in_private FROM member_preferences
            WHERE guild_id = $1 ORDER BY member_id";
        let rows: Vec<PreferenceRow> = each_engine!(self, connection =>
            sqlx::query_as(ALL_PREFERENCES).bind(guild.get()).fetch_all(connection).await)?;
        rows.into_iter()
            .map(|row| Ok((MemberId::new(row.member_id), row.try_into()?)))
            .collect()
    }

    /// The series of which a member answered a date.
    pub async fn meetups_answered_by(
        &mut self,
        guild: GuildId,
        member: MemberId,
    ) -> Result<Vec<MeetupId>> {
        const MEETUPS_ANSWERED_BY: &str = "
            SELECT DISTINCT meetups.meetup_id FROM meetups
            JOIN meetup_answers ON meetup_answers.meetup_id = meetups.meetup_id
            WHERE guild_id = $1 AND member_id = $2 AND cancelled_at IS NULL
            ORDER BY meetups.meetup_id";
        let rows: Vec<(i64,)> = each_engine!(self, connection => sqlx::query_as(MEETUPS_ANSWERED_BY)
            .bind(guild.get()).bind(member.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| MeetupId::new(id)).collect())
    }
}
