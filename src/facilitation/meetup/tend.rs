//! What a series needs, at its time.

use super::event::put_event;
use super::{Facilitation, coordinators_channel};
use crate::facilitation::{Fault, put_job, put_notice};
use crate::practice::id::MeetupId;
use crate::practice::job::Job;
use crate::practice::meetup::{Due, due, next_due};
use crate::practice::notice::Notice;
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

    pub(super) async fn tend(
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
            put_notice(transaction, plan.guild, channel, &notice, now).await?;
        }
        put_event(transaction, &meetup, now).await?;
        transaction.keep_meetup_tended(meetup.id, now).await?;
        if let Some(at) = next_due(meetup.schedule(), lasts, &leads, now) {
            let job = Job::TendMeetup {
                meetup: meetup.id,
                at,
            };
            put_job(transaction, meetup.plan.guild, &job, at).await?;
        }
        Ok(())
    }
}
