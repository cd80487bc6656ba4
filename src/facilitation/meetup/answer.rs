//! Who comes: answers, and seats that are offered in turn.

use chrono::{DateTime, Days, NaiveDateTime, Utc};

use super::{Author, Facilitation, Failure, Shown, live_meetup};
use crate::facilitation::{Fault, put_job, put_notice};
use crate::practice::id::{MeetupId, MemberId};
use crate::practice::job::Job;
use crate::practice::meetup::{Answer, Answers, Given, Meetup, Wish, offer_ends};
use crate::practice::notice::Notice;
use crate::practice::preference::Preferences;
use crate::practice::recurrence::Date;
use crate::practice::refusal::Refusal;
use crate::storage::{StorageError, Transaction};

impl Facilitation {
    /// A button below an announcement: somebody comes, or not. What is known of the date then.
    pub async fn answer_meetup(
        &self,
        meetup: MeetupId,
        original: NaiveDateTime,
        wish: Wish,
        by: Author,
    ) -> Result<Shown, Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
        let date = meetup.schedule().date_of(original);
        let date = date
            .filter(|date| date.starts_at > now)
            .ok_or(Refusal::DateGone)?;
        let mut answers = transaction.meetup_answers(meetup.id, original).await?;
        let facts = answers.wish(by.member, wish, meetup.plan.seats, now);
        self.keep_facts(&mut transaction, &meetup, date, &facts)
            .await?;
        // Who chose their own reminders has something due that nobody else has.
        let chosen = transaction.preferences(by.guild, by.member).await?;
        if chosen != Preferences::default() {
            self.tend(&mut transaction, meetup.id).await?;
        }
        self.commit(transaction).await?;
        Ok(Shown {
            meetup,
            date: Some(date),
            answers,
            following: Vec::new(),
        })
    }

    /// Agenda: a seat that was kept was not taken, so the next of those who wait is asked.
    pub async fn end_offer(
        &self,
        transaction: &mut Transaction,
        meetup: MeetupId,
        original: NaiveDateTime,
        member: MemberId,
        offered_at: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        let meetup = transaction.meetup(meetup).await?;
        let Some(meetup) = meetup.filter(|meetup| meetup.cancelled_at.is_none()) else {
            return Ok(());
        };
        let date = meetup.schedule().date_of(original);
        let Some(date) = date.filter(|date| date.starts_at > now) else {
            return Ok(());
        };
        let mut answers = transaction.meetup_answers(meetup.id, original).await?;
        let facts = answers.offer_ended(member, offered_at, meetup.plan.seats, now);
        self.keep_facts(transaction, &meetup, date, &facts).await?;
        Ok(())
    }

    /// Keeps facts, and tells each for whom a seat is kept.
    async fn keep_facts(
        &self,
        transaction: &mut Transaction,
        meetup: &Meetup,
        date: Date,
        facts: &[Given],
    ) -> Result<(), StorageError> {
        let original = date.original;
        transaction
            .keep_meetup_answers(meetup.id, original, facts)
            .await?;
        stir_announcement(transaction, meetup, original, self.clock.now()).await?;
        let plan = &meetup.plan;
        let offers = facts.iter().filter(|given| given.answer == Answer::Offered);
        for offer in offers {
            let (member, offered_at) = (offer.member, offer.at);
            let notice = Notice::SeatOffered {
                meetup: meetup.id,
                original,
                member,
                offered_at,
            };
            put_notice(transaction, plan.guild, plan.channel, &notice, offered_at).await?;
            let job = Job::EndOffer {
                meetup: meetup.id,
                original,
                member,
                offered_at,
            };
            let ends_at = offer_ends(offered_at, date.starts_at);
            put_job(transaction, plan.guild, &job, ends_at).await?;
        }
        Ok(())
    }
}

/// Has the announcement of a date, where it stands, show what is known of the date now.
pub(super) async fn stir_announcement(
    transaction: &mut Transaction,
    meetup: &Meetup,
    original: NaiveDateTime,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let announcement = Notice::MeetupAnnounced {
        meetup: meetup.id,
        original,
    };
    let key = announcement.key(meetup.plan.guild, meetup.plan.channel);
    transaction.stir_notice(&key, now).await
}

/// Who comes to the dates that are still to come.
pub(super) async fn answers_to_come(
    transaction: &mut Transaction,
    meetup: &Meetup,
    now: DateTime<Utc>,
) -> Result<Vec<(NaiveDateTime, Answers)>, StorageError> {
    let schedule = meetup.schedule();
    // A date that was moved to come may be known by a day that is past.
    let since = now.with_timezone(&schedule.zone).naive_local() - Days::new(60);
    let mut dates = transaction.meetup_answers_from(meetup.id, since).await?;
    dates.retain(|(original, _)| {
        let date = schedule.date_of(*original);
        date.is_some_and(|date| date.starts_at > now)
    });
    Ok(dates)
}
