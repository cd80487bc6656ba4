//! Who was at a date of a meetup.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::meetup::local;
use super::{Result, Transaction, each_engine};
use crate::practice::id::{MeetupId, MemberId};

impl Transaction {
    /// Keeps, as a fact, that a member was there or was not, and who says so.
    pub async fn keep_attendance(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
        member: MemberId,
        was_there: bool,
        said_by: MemberId,
        at: DateTime<Utc>,
    ) -> Result<()> {
        const KEEP_ATTENDANCE: &str = "
            INSERT INTO meetup_attendance (meetup_id, original_local, member_id, was_there, said_by, said_at)
            VALUES ($1, $2, $3, $4, $5, $6)";
        each_engine!(self, connection => sqlx::query(KEEP_ATTENDANCE)
            .bind(meetup.get()).bind(local(original)).bind(member.get()).bind(was_there)
            .bind(said_by.get()).bind(at).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Who was there, whoever was named first in front.
    pub async fn attendance(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
    ) -> Result<Vec<MemberId>> {
        let said = self.attendance_said(meetup, original).await?;
        let there = said.into_iter().filter(|(_, was_there)| *was_there);
        Ok(there.map(|(member, _)| member).collect())
    }

    /// Of whom it was said last that they were not there.
    pub async fn absent(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
    ) -> Result<Vec<MemberId>> {
        let said = self.attendance_said(meetup, original).await?;
        let absent = said.into_iter().filter(|(_, was_there)| !was_there);
        Ok(absent.map(|(member, _)| member).collect())
    }

    /// What was said last of each, whoever was there or not since the longest in front.
    async fn attendance_said(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
    ) -> Result<Vec<(MemberId, bool)>> {
        const ATTENDANCE: &str = "
            SELECT member_id, was_there FROM meetup_attendance
            WHERE meetup_id = $1 AND original_local = $2 ORDER BY attendance_id";
        let rows: Vec<(i64, bool)> = each_engine!(self, connection => sqlx::query_as(ATTENDANCE)
            .bind(meetup.get()).bind(local(original)).fetch_all(connection).await)?;
        let mut said: Vec<(MemberId, bool)> = Vec::new();
        for (member, was_there) in rows {
            let now = (MemberId::new(member), was_there);
            said.retain(|before| before.0 != now.0 || *before == now);
            if !said.contains(&now) {
                said.push(now);
            }
        }
        Ok(said)
    }
}
