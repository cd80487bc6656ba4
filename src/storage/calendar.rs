//! Who may read which calendar: whoever knows its secret.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::meetup::local;
use super::{Result, StorageError, Transaction, each_engine, named, parsed};
use crate::practice::id::{GuildId, MeetupId, MemberId};
use crate::practice::meetup::{Answer, CalendarOwner};

impl CalendarOwner {
    /// The community is kept as member 0, whom Discord has not.
    fn member_number(self) -> i64 {
        match self {
            Self::Community => 0,
            Self::Member(member) => member.get(),
        }
    }
}

impl Transaction {
    /// The secret of a calendar.
    pub async fn calendar_secret(
        &mut self,
        guild: GuildId,
        owner: CalendarOwner,
    ) -> Result<Option<String>> {
        const CALENDAR_SECRET: &str =
            "SELECT secret FROM calendars WHERE guild_id = $1 AND member_id = $2";
        let row: Option<(String,)> = each_engine!(self, connection =>
            sqlx::query_as(CALENDAR_SECRET).bind(guild.get()).bind(owner.member_number())
                .fetch_optional(connection).await)?;
        Ok(row.map(|(secret,)| secret))
    }

    /// Keeps the secret of a calendar, in the place of the one that it had.
    pub async fn keep_calendar_secret(
        &mut self,
        guild: GuildId,
        owner: CalendarOwner,
        secret: &str,
        at: DateTime<Utc>,
    ) -> Result<()> {
        const KEEP_CALENDAR_SECRET: &str = "
            INSERT INTO calendars (guild_id, member_id, secret, made_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (guild_id, member_id) DO UPDATE
            SET secret = excluded.secret, made_at = excluded.made_at";
        each_engine!(self, connection => sqlx::query(KEEP_CALENDAR_SECRET)
            .bind(guild.get()).bind(owner.member_number()).bind(secret).bind(at)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Whose calendar a secret opens.
    pub async fn calendar_of(&mut self, secret: &str) -> Result<Option<(GuildId, CalendarOwner)>> {
        const CALENDAR_OF: &str = "SELECT guild_id, member_id FROM calendars WHERE secret = $1";
        let row: Option<(i64, i64)> = each_engine!(self, connection =>
            sqlx::query_as(CALENDAR_OF).bind(secret).fetch_optional(connection).await)?;
        Ok(row.map(|(guild, member)| {
            let owner = match member {
                0 => CalendarOwner::Community,
                member => CalendarOwner::Member(MemberId::new(member)),
            };
            (GuildId::new(guild), owner)
        }))
    }

    /// What stands of a member for each date from a local time on.
    pub async fn answers_of_member(
        &mut self,
        member: MemberId,
        since: NaiveDateTime,
    ) -> Result<Vec<(MeetupId, NaiveDateTime, Answer)>> {
        const ANSWERS_OF_MEMBER: &str = "
            SELECT meetup_id, original_local, answer FROM meetup_answers
            WHERE answer_id IN (
                SELECT MAX(answer_id) FROM meetup_answers
                WHERE member_id = $1 AND original_local >= $2 GROUP BY meetup_id, original_local)";
        let rows: Vec<(i64, String, String)> = each_engine!(self, connection =>
            sqlx::query_as(ANSWERS_OF_MEMBER).bind(member.get()).bind(local(since))
                .fetch_all(connection).await)?;
        rows.into_iter()
            .map(|(meetup, original, answer)| {
                Ok::<_, StorageError>((
                    MeetupId::new(meetup),
                    parsed("meetup_answers.original_local", &original)?,
                    named("meetup_answers.answer", &answer, Answer::from_name)?,
                ))
            })
            .collect()
    }
}
