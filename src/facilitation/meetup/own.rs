//! Reminders as each member chose them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::Facilitation;
use super::answer::answers_to_come;
use crate::facilitation::put_notice;
use crate::practice::id::{GuildId, MemberId};
use crate::practice::meetup::{Answer, Meetup};
use crate::practice::notice::Notice;
use crate::storage::{Place, StorageError, Transaction};

/// How members are reminded who chose how.
pub type OwnLeads = HashMap<MemberId, (Vec<TimeDelta>, bool)>;

/// How the members of a guild are reminded who chose how: how long before, and whether in private.
pub async fn own_leads(
    transaction: &mut Transaction,
    guild: GuildId,
    usual: &[TimeDelta],
) -> Result<OwnLeads, StorageError> {
    let chosen = transaction.all_preferences(guild).await?;
    Ok(chosen
        .into_iter()
        .filter_map(|(member, preferences)| {
            let leads = preferences.own_leads(usual)?;
            Some((member, (leads, preferences.in_private)))
        })
        .collect())
}

impl Facilitation {
    /// Puts the reminders that became due after `from` for those who chose their own. When the next is due.
    ///
    /// Where two of a member's are overdue, the one that is nearer to the start is sent, as for everybody. What
    /// would come after the start does not come; that the meetup was missed is said once, for all.
    pub(super) async fn put_own_reminders(
        &self,
        transaction: &mut Transaction,
        meetup: &Meetup,
        from: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StorageError> {
        let plan = &meetup.plan;
        let usual = self.rhythm.reminder_leads();
        let own = own_leads(transaction, plan.guild, &usual).await?;
        if own.is_empty() {
            return Ok(None);
        }
        let mut next: Option<DateTime<Utc>> = None;
        for (original, answers) in answers_to_come(transaction, meetup, now).await? {
            let Some(date) = meetup.schedule().date_of(original) else {
                continue;
            };
            let mut in_thread = HashSet::new();
            for member in answers.of(Answer::Going) {
                let Some((leads, in_private)) = own.get(&member) else {
                    continue;
                };
                let moments = leads.iter().map(|lead| date.starts_at - *lead);
                let to_come = moments.filter(|moment| *moment > now);
                next = to_come.chain(next).min();
                let is_due = |lead: &&TimeDelta| {
                    let moment = date.starts_at - **lead;
                    from < moment && moment <= now
                };
                let Some(lead) = leads.iter().filter(is_due).min() else {
                    continue;
                };
                if !in_private {
                    in_thread.insert(lead.num_minutes());
                    continue;
                }
                let notice = Notice::OwnReminder {
                    meetup: meetup.id,
                    original,
                    starts_at: date.starts_at,
                    ahead_minutes: lead.num_minutes(),
                    member,
                };
                let place = Place::Member(member);
                let key = notice.key(plan.guild, crate::practice::id::ChannelId::new(0));
                transaction
                    .put_notice(plan.guild, place, &key, &notice, now)
                    .await?;
            }
            for ahead_minutes in in_thread {
                let late = now
                    > date.starts_at - TimeDelta::minutes(ahead_minutes)
                        + crate::practice::meetup::REMINDER_GRACE;
                let notice = Notice::MeetupReminder {
                    meetup: meetup.id,
                    original: Some(original),
                    ahead_minutes,
                    starts_at: date.starts_at,
                    late,
                };
                put_notice(transaction, plan.guild, plan.channel, &notice, now).await?;
            }
        }
        Ok(next)
    }

    /// Outbox: who would be reminded in private takes no private messages; so they are, in the date's thread.
    pub async fn remind_in_thread(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
        notice: &Notice,
    ) -> Result<(), crate::facilitation::Fault> {
        let Notice::OwnReminder { meetup, .. } = notice else {
            return Ok(());
        };
        if let Some(meetup) = transaction.meetup(*meetup).await? {
            let (channel, now) = (meetup.plan.channel, self.clock.now());
            put_notice(transaction, guild, channel, notice, now).await?;
        }
        Ok(())
    }
}
