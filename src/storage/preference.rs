//! What members chose for themselves.

use chrono::TimeDelta;
use sqlx::FromRow;

use super::rows::portions;
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

    /// The key with which members who do not want to be recorded are hashed; `new` is kept where
    /// there is none.
    pub async fn hash_key(&mut self, new: &str) -> Result<String> {
        const HASH_KEY: &str = "
            INSERT INTO hash_keys (hash_key_id, hash_key) VALUES (1, $1)
            ON CONFLICT (hash_key_id) DO UPDATE SET hash_key = hash_keys.hash_key
            RETURNING hash_key";
        let (key,): (String,) = each_engine!(self, connection =>
            sqlx::query_as(HASH_KEY).bind(new).fetch_one(connection).await)?;
        Ok(key)
    }

    /// Keeps whether a member, as a keyed hash, is not to be recorded.
    pub async fn keep_paused(
        &mut self,
        guild: GuildId,
        member_hash: &str,
        is_paused: bool,
    ) -> Result<()> {
        const PAUSE: &str = "
            INSERT INTO paused_members (guild_id, member_hash) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        const RESUME: &str = "DELETE FROM paused_members WHERE guild_id = $1 AND member_hash = $2";
        let statement = if is_paused { PAUSE } else { RESUME };
        each_engine!(self, connection => sqlx::query(statement)
            .bind(guild.get()).bind(member_hash).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// The members of these guilds, as keyed hashes, who are not to be recorded.
    pub async fn paused(&mut self, guilds: &[GuildId]) -> Result<Vec<(GuildId, String)>> {
        const PAUSED: &str = "
            SELECT guild_id, member_hash FROM paused_members
            WHERE guild_id IN (VALUES (CAST($1 AS BIGINT)))";
        let mut paused = Vec::new();
        for guilds in portions(guilds) {
            let statement = self.for_rows(PAUSED, guilds.len());
            let rows: Vec<(i64, String)> = each_engine!(self, connection => {
                let mut query = sqlx::query_as(statement);
                for guild in guilds {
                    query = query.bind(guild.get());
                }
                query.fetch_all(connection).await
            })?;
            paused.extend(
                rows.into_iter()
                    .map(|(guild, hash)| (GuildId::new(guild), hash)),
            );
        }
        Ok(paused)
    }
}
