//! What a series needs, at its time.

use chrono::{DateTime, Utc};

use super::event::put_event;
use super::{Facilitation, coordinators_channel};
use crate::facilitation::{Fault, put_job, put_notice};
use crate::practice::id::MeetupId;
use crate::practice::job::Job;
use crate::practice::meetup::{Due, Meetup, due, next_due};
use crate::practice::notice::Notice;
use crate::practice::recurrence::Date;
use crate::storage::{StorageError, Transaction};

impl Facilitation {
    /// Agenda: does all that a series needs by now, and puts the next time at which it needs something
    /// on the agenda. Before something of a series is changed it is called too, so that what was due is
    /// done as it was planned; and after it, so that what is due next is known.
    pub async fn tend_meetup(
        &self,
        transaction: &mut Transaction,
        meetup: MeetupId,
    ) -> Result<(), Fault> {
        Ok(self.tend(transaction, meetup).await?)
    }

    /// Outbox: a notice is given up. A reminder that was not sent in time is reported to the coordinators, unless
    /// the date was moved or called off meanwhile.
    pub async fn report_missed(
        &self,
        transaction: &mut Transaction,
        notice: &Notice,
    ) -> Result<(), Fault> {
        let Notice::MeetupReminder {
            meetup,
            original: Some(original),
            starts_at,
            ..
        } = notice
        else {
            return Ok(());
        };
        let meetup = transaction.meetup(*meetup).await?;
        let Some(meetup) = meetup.filter(|meetup| meetup.cancelled_at.is_none()) else {
            return Ok(());
        };
        let date = meetup.schedule().date_of(*original);
        if date.is_none_or(|date| date.starts_at != *starts_at) {
            return Ok(());
        }
        let plan = &meetup.plan;
        let channel = coordinators_channel(transaction, plan.guild, plan.channel).await?;
        let missed = Notice::ReminderMissed {
            meetup: meetup.id,
            starts_at: *starts_at,
        };
        let now = self.clock.now();
        put_notice(transaction, plan.guild, channel, &missed, now).await?;
        Ok(())
    }

    pub(in crate::facilitation) async fn tend(
        &self,
        transaction: &mut Transaction,
        meetup: MeetupId,
    ) -> Result<(), StorageError> {
        let meetup = transaction.meetup(meetup).await?;
        let Some(meetup) = meetup.filter(|meetup| meetup.cancelled_at.is_none()) else {
            return Ok(());
        };
        let now = self.clock.now();
        let leads = self.rhythm.reminder_leads();
        let lasts = meetup.lasts();
        // A series of an earlier version has been tended up to its last reminder, which is now.
        let from = meetup
            .tended_to
            .unwrap_or(now - self.rhythm.reminder_lead - chrono::TimeDelta::minutes(1));
        for due in due(meetup.schedule(), lasts, &leads, from, now) {
            let (id, plan) = (meetup.id, &meetup.plan);
            let mut channel = plan.channel;
            let notice = match due {
                Due::Announce(date) => Notice::MeetupAnnounced {
                    meetup: id,
                    original: date.original,
                },
                Due::Remind { date, ahead, late } => Notice::MeetupReminder {
                    meetup: id,
                    original: Some(date.original),
                    ahead_minutes: ahead.num_minutes(),
                    starts_at: date.starts_at,
                    late,
                },
                Due::Missed(date) => {
                    channel = coordinators_channel(transaction, plan.guild, channel).await?;
                    Notice::ReminderMissed {
                        meetup: id,
                        starts_at: date.starts_at,
                    }
                }
                Due::Ended(date) => Notice::MeetupEnded {
                    meetup: id,
                    original: date.original,
                },
            };
            let is_new = put_notice(transaction, plan.guild, channel, &notice, now).await?;
            if is_new && matches!(due, Due::Announce(date) if !is_first(&meetup, date)) {
                self.take_turns(transaction, &meetup).await?;
            }
        }
        let own = self
            .put_own_reminders(transaction, &meetup, from, now)
            .await?;
        put_event(transaction, &meetup, now).await?;
        transaction.keep_meetup_tended(meetup.id, now).await?;
        let next = next_due(meetup.schedule(), lasts, &leads, now);
        if let Some(at) = next.into_iter().chain(own).min() {
            let job = Job::TendMeetup {
                meetup: meetup.id,
                at,
            };
            put_job(transaction, meetup.plan.guild, &job, at).await?;
        }
        Ok(())
    }
}

/// Whether a date is the first that its series has had.
fn is_first(meetup: &Meetup, date: Date) -> bool {
    let first = meetup.schedule().next_after(DateTime::<Utc>::MIN_UTC);
    first.is_some_and(|first| first.original == date.original)
}
