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
        const ATTENDANCE: &str = "
            SELECT member_id, was_there FROM meetup_attendance
            WHERE meetup_id = $1 AND original_local = $2 ORDER BY attendance_id";
        let rows: Vec<(i64, bool)> = each_engine!(self, connection => sqlx::query_as(ATTENDANCE)
            .bind(meetup.get()).bind(local(original)).fetch_all(connection).await)?;
        let mut there: Vec<MemberId> = Vec::new();
        for (member, was_there) in rows {
            let member = MemberId::new(member);
            there.retain(|other| *other != member || was_there);
            if was_there && !there.contains(&member) {
                there.push(member);
            }
        }
        Ok(there)
    }
}
