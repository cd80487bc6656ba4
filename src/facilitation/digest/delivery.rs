//! When the digest is delivered, and to whom.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};

use crate::facilitation::request::Actor;
use crate::facilitation::{Facilitation, Failure, Fault, put_job, put_notice, set_up_community};
use crate::practice::community::Community;
use crate::practice::id::{ChannelId, GuildId};
use crate::practice::job::Job;
use crate::practice::notice::Notice;
use crate::practice::recurrence::instant_of;
use crate::practice::refusal::Refusal;
use crate::practice::rhythm::Rhythm;
use crate::practice::week::Week;
use crate::storage::{StorageError, Transaction};

/// A digest that is later than this after its hour says so.
const DIGEST_GRACE: TimeDelta = TimeDelta::hours(1);

/// What the leads choose in `/digest settings`. What is left out stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct DigestSettings {
    /// The day on which it comes, 0 for the Monday after the week to 6 for the Sunday.
    pub day: Option<i64>,
    /// The hour, in the community's zone, 0 to 23.
    pub hour: Option<i64>,
    /// The channel.
    pub channel: Option<ChannelId>,
}

impl Facilitation {
    /// Agenda: has the digest of a week, which was due at a time, sent to the leads, and puts the next week on
    /// the agenda.
    pub async fn write_digest(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
        week: Week,
        due_at: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let Some(community) = transaction.community(guild).await? else {
            return Ok(());
        };
        let now = self.clock.now();
        if let Some(channel) = community.leads_channel {
            let late = now > due_at + DIGEST_GRACE;
            let notice = Notice::Digest { week, late };
            put_notice(transaction, guild, channel, &notice, now).await?;
        }
        let next = week.next();
        let due = digest_due(&community, &self.rhythm, next);
        let job = Job::WriteDigest { guild, week: next };
        Ok(put_job(transaction, guild, &job, due).await?)
    }

    /// `/digest settings`: when and where the digest comes, and when it comes next.
    pub async fn set_digest(
        &self,
        by: &Actor,
        settings: &DigestSettings,
    ) -> Result<(Community, Option<DateTime<Utc>>), Failure> {
        if settings.hour.is_some_and(|hour| !(0..24).contains(&hour)) {
            return Err(Refusal::OutOfRange("The hour of the digest", 0, 23).into());
        }
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let mut community = set_up_community(&mut transaction, by.guild).await?;
        let kept = community.own_rhythm;
        community.own_rhythm.digest_day = settings.day.or(kept.digest_day);
        community.own_rhythm.digest_hour = settings.hour.or(kept.digest_hour);
        community.leads_channel = settings.channel.or(community.leads_channel);
        let changes = settings.changes();
        if !changes.is_empty() {
            let deed = format!("changed the digest: {}", changes.join(", "));
            transaction.keep_settings(&community).await?;
            transaction
                .keep_deed(by.guild, by.member.id, &deed, now)
                .await?;
        }
        let next = reschedule_digest(&mut transaction, &community, &self.rhythm, now).await?;
        self.commit(transaction).await?;
        Ok((community, next))
    }
}

impl DigestSettings {
    /// What was given, for the audit log.
    fn changes(&self) -> Vec<String> {
        [
            self.day.map(|day| format!("{day} days after the week")),
            self.hour.map(|hour| format!("at {hour} o'clock")),
            self.channel.map(|channel| format!("in <#{channel}>")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// When the digest of a week is due: after it, on the community's day and at its hour.
fn digest_due(community: &Community, rhythm: &Rhythm, week: Week) -> DateTime<Utc> {
    let rhythm = community.own_rhythm.over(rhythm);
    let hour = NaiveTime::from_hms_opt(rhythm.digest_hour, 0, 0).unwrap_or(NaiveTime::MIN);
    let day = week.next().monday() + Days::new(rhythm.digest_day.into());
    instant_of(day.and_time(hour), community.zone)
}

/// Puts the digest of the present week on the agenda.
pub(in crate::facilitation) async fn put_digest_job(
    transaction: &mut Transaction,
    community: &Community,
    rhythm: &Rhythm,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let (guild, week) = (community.guild, Week::of(now, community.zone));
    let due = digest_due(community, rhythm, week);
    put_job(transaction, guild, &Job::WriteDigest { guild, week }, due).await
}

/// Moves the digest that is on the agenda to when it is due by what has been set meanwhile; when that is.
pub(in crate::facilitation) async fn reschedule_digest(
    transaction: &mut Transaction,
    community: &Community,
    rhythm: &Rhythm,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StorageError> {
    let (guild, current) = (community.guild, Week::of(now, community.zone));
    let mut next = None;
    for week in [current, current.previous()] {
        let key = Job::WriteDigest { guild, week }.key();
        // What is moved to where it would be over comes now, and is not late for that.
        let due = digest_due(community, rhythm, week).max(now);
        if transaction.move_job(&key, due).await? {
            next = Some(due);
        }
    }
    Ok(next)
}
