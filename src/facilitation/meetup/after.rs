//! After a date: who was there.

use chrono::NaiveDateTime;

use super::{Author, Facilitation, Failure, Shown, live_meetup};
use crate::practice::id::{MeetupId, MemberId};
use crate::practice::refusal::Refusal;

impl Facilitation {
    /// A button after a date: somebody was there. How many were, so far.
    pub async fn was_at_meetup(
        &self,
        meetup: MeetupId,
        original: NaiveDateTime,
        by: Author,
    ) -> Result<usize, Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
        let date = meetup.schedule().date_of(original);
        date.filter(|date| date.starts_at <= now)
            .ok_or(Refusal::DateGone)?;
        transaction
            .keep_attendance(meetup.id, original, by.member, true, by.member, now)
            .await?;
        let there = transaction.attendance(meetup.id, original).await?;
        self.commit(transaction).await?;
        Ok(there.len())
    }

    /// `/meetup attendance`: who was at the last date. `member` was there, too, or was not.
    pub async fn meetup_attendance(
        &self,
        meetup: MeetupId,
        member: Option<(MemberId, bool)>,
        by: Author,
    ) -> Result<(Shown, Vec<MemberId>), Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
        if meetup.plan.host != by.member {
            by.must_coordinate()?;
        }
        // The last date lies within the longest pause that a series can make.
        let date = meetup
            .schedule()
            .dates_after(chrono::DateTime::<chrono::Utc>::MIN_UTC)
            .take_while(|date| date.starts_at <= now)
            .last()
            .ok_or(Refusal::NoDateYet)?;
        if let Some((member, was_there)) = member {
            transaction
                .keep_attendance(meetup.id, date.original, member, was_there, by.member, now)
                .await?;
        }
        let there = transaction.attendance(meetup.id, date.original).await?;
        let answers = transaction.meetup_answers(meetup.id, date.original).await?;
        self.commit(transaction).await?;
        let shown = Shown {
            meetup,
            date: Some(date),
            answers,
            following: Vec::new(),
        };
        Ok((shown, there))
    }
}
