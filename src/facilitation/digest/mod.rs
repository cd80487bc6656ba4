//! The digest: a week computed from the facts, and delivered on the community's Monday.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::{Facilitation, Failure, Fault, put_job, put_notice, set_up_community};
use crate::practice::community::Community;
use crate::practice::digest::{
    Before, Coverage, Digest, MeetupDate, Newcomers, RequestCounts, WaitingRequest, nearest_rank,
};
use crate::practice::id::GuildId;
use crate::practice::job::Job;
use crate::practice::notice::Notice;
use crate::practice::participation::{LOOKED_BACK_WEEKS, Participation, Reciprocity};
use crate::practice::recurrence::instant_of;
use crate::practice::request::{Change, Request};
use crate::practice::rhythm::Rhythm;
use crate::practice::week::{Period, Week};
use crate::storage::{StorageError, Transaction};

/// A digest that is later than this after its hour says so.
const DIGEST_GRACE: TimeDelta = TimeDelta::hours(1);

impl Facilitation {
    /// `/digest now`: the week that a community is in, as it is so far. Moves nothing.
    pub async fn digest_now(&self, guild: GuildId) -> Result<Digest, Failure> {
        let mut transaction = self.store.read().await?;
        let community = set_up_community(&mut transaction, guild).await?;
        let week = Week::of(self.clock.now(), community.zone);
        let mut digest = digest(&mut transaction, &community, week).await?;
        digest.as_of = digest.period.to.min(self.clock.now());
        Ok(digest)
    }

    /// Agenda: has the digest of a week sent to the leads, and puts the next week on the agenda.
    pub async fn write_digest(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
        week: Week,
    ) -> Result<(), Fault> {
        let Some(community) = transaction.community(guild).await? else {
            return Ok(());
        };
        let now = self.clock.now();
        if let Some(channel) = community.leads_channel {
            let late = now > digest_due(&community, &self.rhythm, week) + DIGEST_GRACE;
            put_notice(
                transaction,
                guild,
                channel,
                &Notice::Digest { week, late },
                now,
            )
            .await?;
        }
        let next = week.next();
        let due = digest_due(&community, &self.rhythm, next);
        put_job(
            transaction,
            guild,
            &Job::WriteDigest { guild, week: next },
            due,
        )
        .await?;
        Ok(())
    }
}

/// When the digest of a week is due: on the Monday after it, at the community's hour.
fn digest_due(community: &Community, rhythm: &Rhythm, week: Week) -> DateTime<Utc> {
    let hour = NaiveTime::from_hms_opt(rhythm.digest_hour, 0, 0).unwrap_or(NaiveTime::MIN);
    instant_of(week.next().monday().and_time(hour), community.zone)
}

/// Puts the digest of the present week on the agenda.
pub(super) async fn put_digest_job(
    transaction: &mut Transaction,
    community: &Community,
    rhythm: &Rhythm,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let week = Week::of(now, community.zone);
    let job = Job::WriteDigest {
        guild: community.guild,
        week,
    };
    put_job(
        transaction,
        community.guild,
        &job,
        digest_due(community, rhythm, week),
    )
    .await
}

/// The digest of a week, as of its end.
pub async fn digest(
    transaction: &mut Transaction,
    community: &Community,
    week: Week,
) -> Result<Digest, StorageError> {
    let guild = community.guild;
    let period = week.period(community.zone);
    let channels = transaction.messages_by_channel(guild, period).await?;
    let mut waiting = Vec::new();
    let mut raised = 0;
    for id in transaction.requests_waiting_at(guild, period.to).await? {
        if let Some(request) = transaction.request(id).await? {
            raised += i64::from(request.life.raised_at.is_some_and(|at| at < period.to));
            waiting.push(waiting_request(request));
        }
    }
    let messages = channels.iter().map(|channel| channel.messages).sum();
    Ok(Digest {
        guild,
        guild_name: community.name.clone(),
        week,
        period,
        as_of: period.to,
        zone: community.zone,
        messages,
        people: transaction.people(guild, period).await?,
        channels,
        activities: transaction.activities_by_kind(guild, period).await?,
        requests: request_counts(transaction, guild, period, waiting.len()).await?,
        newcomers: newcomers(transaction, community, week).await?,
        participation: participation(transaction, guild, period.to).await?,
        reciprocity: reciprocity(transaction, guild, period.to).await?,
        before: before(transaction, community, week.previous()).await?,
        waiting,
        raised,
        meetups: meetups_of(transaction, guild, week.next().period(community.zone)).await?,
        coverage: coverage(transaction, guild, period).await?,
    })
}

async fn newcomers(
    transaction: &mut Transaction,
    community: &Community,
    week: Week,
) -> Result<Newcomers, StorageError> {
    let guild = community.guild;
    let (period, previous) = (
        week.period(community.zone),
        week.previous().period(community.zone),
    );
    let (asked, responded_within_a_day) = transaction.newcomers_requests(guild, period).await?;
    let (joined_before, came_back) = transaction
        .newcomers_who_wrote(guild, previous, period)
        .await?;
    Ok(Newcomers {
        joined: transaction.newcomers(guild, period).await?,
        asked,
        responded_within_a_day,
        joined_before,
        came_back,
    })
}

async fn participation(
    transaction: &mut Transaction,
    guild: GuildId,
    until: DateTime<Utc>,
) -> Result<Participation, StorageError> {
    let now = transaction.weeks_written(guild, until).await?;
    let a_week_before = until - TimeDelta::weeks(1);
    let before = transaction.weeks_written(guild, a_week_before).await?;
    let members = transaction.member_count(guild).await?;
    Ok(Participation::of(&now, &before, members))
}

async fn reciprocity(
    transaction: &mut Transaction,
    guild: GuildId,
    until: DateTime<Utc>,
) -> Result<Reciprocity, StorageError> {
    let period = Period {
        from: until - TimeDelta::weeks(LOOKED_BACK_WEEKS),
        to: until,
    };
    let asked = transaction.asked_by_member(guild, period).await?;
    let answered = transaction.answered_by_member(guild, period).await?;
    Ok(Reciprocity::of(&asked, &answered))
}

/// The numbers of a week to compare with; `None` where it was not heard from its beginning on, or
/// Convener was away for a part of it.
async fn before(
    transaction: &mut Transaction,
    community: &Community,
    week: Week,
) -> Result<Option<Before>, StorageError> {
    let guild = community.guild;
    let period = week.period(community.zone);
    let first = transaction.first_message_at(guild).await?;
    let is_whole = first.is_some_and(|first| first < period.from)
        && transaction
            .absences(period.from, period.to)
            .await?
            .is_empty();
    if !is_whole {
        return Ok(None);
    }
    let channels = transaction.messages_by_channel(guild, period).await?;
    Ok(Some(Before {
        messages: channels.iter().map(|channel| channel.messages).sum(),
        people: transaction.people(guild, period).await?,
        new: transaction.requests_asked(guild, period).await?,
        answered: i64::try_from(transaction.first_answers(guild, period).await?.len())
            .unwrap_or(i64::MAX),
    }))
}

async fn request_counts(
    transaction: &mut Transaction,
    guild: GuildId,
    period: Period,
    waiting: usize,
) -> Result<RequestCounts, StorageError> {
    let first_answers = transaction.first_answers(guild, period).await?;
    let mut seconds: Vec<i64> = first_answers
        .iter()
        .map(|(asked, answered)| (*answered - *asked).num_seconds())
        .collect();
    seconds.sort_unstable();
    Ok(RequestCounts {
        new: transaction.requests_asked(guild, period).await?,
        answered: i64::try_from(seconds.len()).unwrap_or(i64::MAX),
        resolved: transaction
            .requests_changed(guild, Change::Resolved.name(), period)
            .await?,
        waiting: i64::try_from(waiting).unwrap_or(i64::MAX),
        lapsed: transaction
            .requests_changed(guild, Change::Lapsed.name(), period)
            .await?,
        median_seconds_to_answer: nearest_rank(&seconds, 50),
        p90_seconds_to_answer: nearest_rank(&seconds, 90),
    })
}

async fn meetups_of(
    transaction: &mut Transaction,
    guild: GuildId,
    period: Period,
) -> Result<Vec<MeetupDate>, StorageError> {
    let mut dates = Vec::new();
    for meetup in transaction.meetups(guild).await? {
        let just_before = period.from - chrono::TimeDelta::microseconds(1);
        for date in meetup
            .schedule()
            .dates_after(just_before)
            .take_while(|date| date.starts_at < period.to)
        {
            dates.push(MeetupDate {
                id: meetup.id,
                title: meetup.plan.title.clone(),
                starts_at: date.starts_at,
            });
        }
    }
    dates.sort_by_key(|date| date.starts_at);
    Ok(dates)
}

async fn coverage(
    transaction: &mut Transaction,
    guild: GuildId,
    period: Period,
) -> Result<Coverage, StorageError> {
    let absences = transaction.absences(period.from, period.to).await?;
    let within = |(from, to): &(DateTime<Utc>, DateTime<Utc>)| {
        (*to.min(&period.to) - *from.max(&period.from)).num_seconds()
    };
    Ok(Coverage {
        offline_seconds: absences.iter().map(within).sum(),
        unreadable_channels: transaction.unreadable_channels(guild, period.to).await?,
    })
}

fn waiting_request(request: Request) -> WaitingRequest {
    let asked = request.asked;
    WaitingRequest {
        id: request.id,
        channel: asked.channel,
        link: asked.link(),
        asked_at: asked.asked_at,
        text: asked.text,
        is_public: asked.is_public,
    }
}
