//! Who comes to a date of a meetup.

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::FromRow;

use super::meetup::local;
use super::{Result, StorageError, Transaction, each_engine, named, parsed};
use crate::practice::id::{MeetupId, MemberId};
use crate::practice::meetup::{Answer, Answers, Given};

#[derive(FromRow)]
struct AnswerRow {
    original_local: String,
    member_id: i64,
    answer: String,
    answered_at: DateTime<Utc>,
}

impl TryFrom<&AnswerRow> for Given {
    type Error = StorageError;

    fn try_from(row: &AnswerRow) -> Result<Self> {
        Ok(Self {
            member: MemberId::new(row.member_id),
            answer: named("meetup_answers.answer", &row.answer, Answer::from_name)?,
            at: row.answered_at,
        })
    }
}

impl Transaction {
    /// Keeps facts about who comes, in their order.
    pub async fn keep_meetup_answers(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
        facts: &[Given],
    ) -> Result<()> {
        const KEEP_MEETUP_ANSWER: &str = "
            INSERT INTO meetup_answers (meetup_id, original_local, member_id, answer, answered_at)
            VALUES ($1, $2, $3, $4, $5)";
        for given in facts {
            each_engine!(self, connection => sqlx::query(KEEP_MEETUP_ANSWER)
                .bind(meetup.get()).bind(local(original)).bind(given.member.get())
                .bind(given.answer.name()).bind(given.at)
                .execute(connection).await.map(drop))?;
        }
        Ok(())
    }

    /// Who comes to a date.
    pub async fn meetup_answers(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
    ) -> Result<Answers> {
        let mut dates = self.answers_between(meetup, original, original).await?;
        Ok(dates.pop().map(|(_, answers)| answers).unwrap_or_default())
    }

    /// Who comes to the dates from one on, for the dates to which anybody answered.
    pub async fn meetup_answers_from(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
    ) -> Result<Vec<(NaiveDateTime, Answers)>> {
        self.answers_between(meetup, original, NaiveDateTime::MAX)
            .await
    }

    async fn answers_between(
        &mut self,
        meetup: MeetupId,
        first: NaiveDateTime,
        last: NaiveDateTime,
    ) -> Result<Vec<(NaiveDateTime, Answers)>> {
        const ANSWERS_BETWEEN: &str = "
            SELECT original_local, member_id, answer, answered_at FROM meetup_answers
            WHERE meetup_id = $1 AND original_local >= $2 AND original_local <= $3
            ORDER BY original_local, answer_id";
        // Times of the year 10000 and later would sort before those of today, as text.
        let last = if last == NaiveDateTime::MAX {
            "9999-12-31T23:59:59".to_owned()
        } else {
            local(last)
        };
        let rows: Vec<AnswerRow> = each_engine!(self, connection => sqlx::query_as(ANSWERS_BETWEEN)
            .bind(meetup.get()).bind(local(first)).bind(last)
            .fetch_all(connection).await)?;
        rows.chunk_by(|one, next| one.original_local == next.original_local)
            .map(|rows| {
                let original = parsed("meetup_answers.original_local", &rows[0].original_local)?;
                let given: Vec<Given> =
                    rows.iter().map(TryInto::try_into).collect::<Result<_>>()?;
                Ok((original, Answers::after(given)))
            })
            .collect()
    }
}
