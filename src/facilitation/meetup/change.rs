//! A date left out or taken up again, another host, a series called off; and who is told of it.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::answer::{answers_to_come, stir_announcement};
use super::event::{stir_event, stir_events};
use super::{Author, Facilitation, Failure, coordinators_channel, live_meetup, named_date, reason};
use crate::facilitation::put_notice;
use crate::practice::id::{MeetupId, MemberId};
use crate::practice::meetup::{ANNOUNCED_AHEAD, Answer, Change, Meetup};
use crate::practice::notice::Notice;
use crate::practice::recurrence::{Date, Exception};
use crate::practice::refusal::Refusal;
use crate::storage::{StorageError, Transaction};

/// So many dates in a row that do not take place are a rhythm lost.
const LOST_AFTER: usize = 2;

impl Facilitation {
    /// `/meetup skip`: the date does not take place. The series, and the date.
    pub async fn skip_meetup(
        &self,
        meetup: MeetupId,
        date: Option<&str>,
        why: Option<&str>,
        by: Author,
    ) -> Result<(Meetup, Date), Failure> {
        let now = self.clock.now();
        by.must_coordinate()?;
        let mut transaction = self.store.begin().await?;
        let meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
        let date = match date {
            Some(text) => named_date(&meetup, text, now)?,
            None => meetup.schedule().next_after(now).ok_or(Refusal::NoDates)?,
        };
        if date.starts_at <= now {
            return Err(Refusal::DateGone.into());
        }
        self.tend(&mut transaction, meetup.id).await?;
        self.skip_date(&mut transaction, &meetup, date, reason(why))
            .await?;
        self.commit(transaction).await?;
        Ok((meetup, date))
    }

    /// A date of a series that has been tended does not take place.
    pub(super) async fn skip_date(
        &self,
        transaction: &mut Transaction,
        meetup: &Meetup,
        date: Date,
        reason: Option<String>,
    ) -> Result<(), Failure> {
        transaction
            .keep_meetup_exception(meetup.id, date.original, Exception::Skipped)
            .await?;
        let change = Change::Skipped {
            at: date.starts_at,
            reason,
        };
        self.changed(transaction, meetup, date.original, change)
            .await?;
        self.mind_rhythm(transaction, meetup.id, date.original)
            .await
    }

    /// `/meetup restore`: a date that was skipped or moved takes place as the rule gives it. The series,
    /// and the date.
    pub async fn restore_meetup(
        &self,
        meetup: MeetupId,
        date: Option<&str>,
        by: Author,
    ) -> Result<(Meetup, Date), Failure> {
        let now = self.clock.now();
        by.must_coordinate()?;
        let mut transaction = self.store.begin().await?;
        let meetup = live_meetup(&mut transaction, by.guild, meetup).await?;
        let ruled = as_ruled(&meetup, date, now)?;
        self.tend(&mut transaction, meetup.id).await?;
        transaction
            .forget_meetup_exception(meetup.id, ruled.original)
            .await?;
        let change = Change::Restored {
            at: ruled.starts_at,
        };
        self.changed(&mut transaction, &meetup, ruled.original, change)
            .await?;
        self.commit(transaction).await?;
        Ok((meetup, ruled))
    }

    /// Calls a series off, and tells those who answered a date to come.
    pub(super) async fn cancel(
        &self,
        transaction: &mut Transaction,
        meetup: &Meetup,
        reason: Option<String>,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        self.tend(transaction, meetup.id).await?;
        let next = meetup.schedule().next_after(now);
        let guild = meetup.plan.guild;
        transaction
            .cancel_meetup(guild, meetup.id, reason.as_deref(), now)
            .await?;
        stir_events(transaction, meetup.id, now).await?;
        if let Some(next) = next {
            stir_announcement(transaction, meetup, next.original, now).await?;
            let change = Change::Cancelled { reason };
            self.tell(transaction, meetup, next.original, change)
                .await?;
        }
        Ok(())
    }

    /// Keeps that a series was changed, tells those whom it concerns, and looks anew at what is due.
    pub(super) async fn changed(
        &self,
        transaction: &mut Transaction,
        meetup: &Meetup,
        original: NaiveDateTime,
        change: Change,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        transaction.count_meetup_change(meetup.id, now).await?;
        stir_announcement(transaction, meetup, original, now).await?;
        stir_event(transaction, meetup, original, now).await?;
        // A series that was split off is announced first, so that its thread is there.
        self.tend(transaction, meetup.id).await?;
        self.tell(transaction, meetup, original, change).await
    }

    /// Tells of a change, unless nobody can have known what it was before.
    async fn tell(
        &self,
        transaction: &mut Transaction,
        meetup: &Meetup,
        original: NaiveDateTime,
        change: Change,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        let is_announced = |at: DateTime<Utc>| at - ANNOUNCED_AHEAD <= now;
        let is_known = match &change {
            Change::Moved { from, .. } => is_announced(*from),
            Change::Skipped { at, .. } | Change::Restored { at } => is_announced(*at),
            Change::Cancelled { .. } => {
                let next = meetup.schedule().next_after(now);
                next.is_some_and(|next| is_announced(next.starts_at))
            }
        };
        let concerned = concerned(transaction, meetup, original, &change, now).await?;
        if !is_known && concerned.is_empty() {
            return Ok(());
        }
        let notice = Notice::MeetupChanged {
            meetup: meetup.id,
            original,
            sequence: meetup.sequence + 1,
            change,
        };
        let plan = &meetup.plan;
        put_notice(transaction, plan.guild, plan.channel, &notice, now).await?;
        Ok(())
    }

    /// Tells the coordinators where dates in a row do not take place.
    async fn mind_rhythm(
        &self,
        transaction: &mut Transaction,
        meetup: MeetupId,
        original: NaiveDateTime,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        let Some(meetup) = transaction.meetup(meetup).await? else {
            return Ok(());
        };
        let schedule = meetup.schedule();
        let is_skipped =
            |local: &NaiveDateTime| schedule.exceptions.get(local) == Some(&Exception::Skipped);
        let ruled = schedule
            .rule
            .dates_after(schedule.start, schedule.zone, DateTime::<Utc>::MIN_UTC)
            .map(|(local, _)| local)
            .take_while(|local| *local <= original);
        let mut in_a_row = 0;
        for local in ruled {
            in_a_row = if is_skipped(&local) { in_a_row + 1 } else { 0 };
        }
        if in_a_row >= LOST_AFTER {
            let plan = &meetup.plan;
            let channel = coordinators_channel(transaction, plan.guild, plan.channel).await?;
            let notice = Notice::RhythmLost {
                meetup: meetup.id,
                original,
            };
            put_notice(transaction, plan.guild, channel, &notice, now).await?;
        }
        Ok(())
    }
}

/// Whom a change of a date concerns: all who answered it, but for who did not mean to come to what does
/// not take place.
pub async fn concerned(
    transaction: &mut Transaction,
    meetup: &Meetup,
    original: NaiveDateTime,
    change: &Change,
    now: DateTime<Utc>,
) -> Result<Vec<MemberId>, StorageError> {
    let mut members = BTreeSet::new();
    let is_off = matches!(change, Change::Skipped { .. } | Change::Cancelled { .. });
    let dates = if matches!(change, Change::Cancelled { .. }) {
        let dates = answers_to_come(transaction, meetup, now).await?;
        dates.into_iter().map(|(_, answers)| answers).collect()
    } else {
        vec![transaction.meetup_answers(meetup.id, original).await?]
    };
    for answers in dates {
        let given = answers.all().iter();
        members.extend(
            given
                .filter(|given| !is_off || given.answer != Answer::No)
                .map(|given| given.member),
        );
    }
    Ok(members.into_iter().collect())
}

/// The exception that a text names, as the rule gives it; the next one where there is no text.
fn as_ruled(meetup: &Meetup, text: Option<&str>, now: DateTime<Utc>) -> Result<Date, Refusal> {
    let schedule = meetup.schedule();
    let ruled = |original: NaiveDateTime| Date {
        starts_at: crate::practice::recurrence::instant_of(original, schedule.zone),
        original,
        local: original,
    };
    let mut to_come = schedule
        .exceptions
        .keys()
        .map(|original| ruled(*original))
        .filter(|date| date.starts_at > now);
    let Some(text) = text else {
        return to_come.next().ok_or(Refusal::NothingToRestore);
    };
    if let Ok(original) = text.trim().parse::<NaiveDateTime>() {
        let named = to_come.find(|date| date.original == original);
        return named.ok_or(Refusal::NothingToRestore);
    }
    let day = super::day_of(text, now, meetup)?;
    to_come
        .find(|date| {
            let exception = schedule.exceptions.get(&date.original);
            let is_moved_there =
                matches!(exception, Some(Exception::Moved(to)) if to.date() == day);
            date.original.date() == day || is_moved_there
        })
        .ok_or(Refusal::NothingToRestore)
}
