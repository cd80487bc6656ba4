//! Meetups: called, reminded of, called off.

use chrono::{DateTime, Utc, Weekday};

use super::{Facilitation, Failure, Fault, put_job, put_notice, set_up_community};
use crate::practice::id::{ChannelId, GuildId, InteractionId, MeetupId, MemberId};
use crate::practice::job::Job;
use crate::practice::meetup::{Meetup, NewMeetup, REMINDER_GRACE, first_date};
use crate::practice::notice::Notice;
use crate::practice::recurrence::Rule;
use crate::practice::refusal::Refusal;
use crate::storage::{StorageError, Transaction};

/// What a coordinator types in `/meetup schedule`.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it is called.
    pub title: String,
    /// On which day of the week.
    pub day: Weekday,
    /// At which time, as typed, in the community's zone.
    pub time: String,
    /// Where it is announced.
    pub channel: ChannelId,
    /// Who calls it.
    pub host: MemberId,
}

/// How many dates are shown when a meetup is called.
const SHOWN_DATES: usize = 3;

impl Facilitation {
    /// `/meetup schedule`: keeps a weekly series and reminds of its first date; the series and its
    /// next dates. Idempotent by the interaction.
    pub async fn schedule_meetup(
        &self,
        guild: GuildId,
        plan: Plan,
        interaction: InteractionId,
    ) -> Result<(NewMeetup, Vec<DateTime<Utc>>), Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let community = set_up_community(&mut transaction, guild).await?;
        let meetup = NewMeetup {
            guild,
            title: plan.title.trim().chars().take(100).collect(),
            channel: plan.channel,
            host: plan.host,
            start: first_date(plan.day, &plan.time, now, community.zone)?,
            zone: community.zone,
            rule: Rule::weekly(),
        };
        let first = meetup.next_after(now).ok_or(Refusal::NoDates)?;
        if let Some(id) = transaction.keep_meetup(&meetup, now, interaction).await? {
            self.put_reminder(&mut transaction, guild, id, first)
                .await?;
        }
        self.commit(transaction).await?;
        let dates = meetup
            .rule
            .dates(meetup.start, meetup.zone)
            .take(SHOWN_DATES)
            .collect();
        Ok((meetup, dates))
    }

    /// The series of a community, each with its next date.
    pub async fn meetups(
        &self,
        guild: GuildId,
    ) -> Result<Vec<(Meetup, Option<DateTime<Utc>>)>, Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.read().await?;
        set_up_community(&mut transaction, guild).await?;
        let meetups = transaction.meetups(guild).await?;
        let with_date = |meetup: Meetup| {
            let next = meetup.plan.next_after(now);
            (meetup, next)
        };
        Ok(meetups.into_iter().map(with_date).collect())
    }

    /// `/meetup cancel`: no further reminder is sent.
    pub async fn cancel_meetup(&self, guild: GuildId, meetup: MeetupId) -> Result<(), Failure> {
        let mut transaction = self.store.begin().await?;
        if !transaction
            .cancel_meetup(guild, meetup, self.clock.now())
            .await?
        {
            return Err(Refusal::UnknownMeetup.into());
        }
        Ok(self.commit(transaction).await?)
    }

    async fn put_reminder(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
        meetup: MeetupId,
        starts_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let job = Job::RemindOfMeetup { meetup, starts_at };
        put_job(
            transaction,
            guild,
            &job,
            starts_at - self.rhythm.reminder_lead,
        )
        .await
    }

    /// Agenda: reminds of a date while that is useful, reports it where it is not any more, and puts
    /// the next date on the agenda.
    pub async fn remind_of_meetup(
        &self,
        transaction: &mut Transaction,
        meetup: MeetupId,
        starts_at: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let Some(meetup) = transaction.meetup(meetup).await? else {
            return Ok(());
        };
        if meetup.cancelled_at.is_some() {
            return Ok(());
        }
        let now = self.clock.now();
        let Meetup { id, plan, .. } = meetup;
        if now < starts_at {
            let late = now > starts_at - self.rhythm.reminder_lead + REMINDER_GRACE;
            let notice = Notice::MeetupReminder {
                meetup: id,
                starts_at,
                late,
            };
            put_notice(transaction, plan.guild, plan.channel, &notice, now).await?;
        } else if let Some(community) = transaction.community(plan.guild).await? {
            let channel = community.core_channel.unwrap_or(plan.channel);
            let notice = Notice::ReminderMissed {
                meetup: id,
                starts_at,
            };
            put_notice(transaction, plan.guild, channel, &notice, now).await?;
        }
        if let Some(next) = plan.next_after(starts_at) {
            self.put_reminder(transaction, plan.guild, id, next).await?;
        }
        Ok(())
    }
}
