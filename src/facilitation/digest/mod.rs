//! The digest: a week computed from the facts.

mod delivery;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

pub use delivery::DigestSettings;
pub(super) use delivery::{put_digest_job, reschedule_digest};

use super::listening::absences;
use super::{Facilitation, Failure, set_up_community};
use crate::listening::shares;
use crate::practice::activity::ActivityKind;
use crate::practice::community::Community;
use crate::practice::digest::{
    Before, Coverage, Digest, HeldMeetup, MeetupDate, NamedRequest, Newcomers, Readings,
    RequestCounts,
};
use crate::practice::id::GuildId;
use crate::practice::meetup::Answer;
use crate::practice::participation::{LOOKED_BACK_WEEKS, Participation, Reciprocity};
use crate::practice::refusal::Refusal;
use crate::practice::request::{Change, History, Status};
use crate::practice::week::{Period, Week};
use crate::storage::{Said, StorageError, Transaction};

impl Facilitation {
    /// `/digest now`: the week that a community is in, as it is so far. Moves nothing.
    pub async fn digest_now(&self, guild: GuildId) -> Result<Digest, Failure> {
        let mut transaction = self.store.read().await?;
        let community = set_up_community(&mut transaction, guild).await?;
        let now = self.clock.now();
        digest_so_far(
            &mut transaction,
            &community,
            Week::of(now, community.zone),
            now,
        )
        .await
    }

    /// `/digest week`: a week that was, or the one that is; the last whole one where none is named. Moves
    /// nothing.
    pub async fn digest_of(&self, guild: GuildId, week: Option<&str>) -> Result<Digest, Failure> {
        let mut transaction = self.store.read().await?;
        let community = set_up_community(&mut transaction, guild).await?;
        let now = self.clock.now();
        let current = Week::of(now, community.zone);
        let week = match week {
            Some(text) => text
                .trim()
                .parse()
                .map_err(|_| Refusal::NotAWeek(text.trim().to_owned()))?,
            None => current.previous(),
        };
        if week > current {
            return Err(Refusal::WeekToCome(week).into());
        }
        let first = first_week(&mut transaction, &community, now).await?;
        if week < first {
            return Err(Refusal::WeekBefore(week, first).into());
        }
        digest_so_far(&mut transaction, &community, week, now).await
    }

    /// The weeks of which there can be a digest, the latest first, at most so many.
    pub async fn digest_weeks(&self, guild: GuildId, most: usize) -> Result<Vec<Week>, Failure> {
        let mut transaction = self.store.read().await?;
        let community = set_up_community(&mut transaction, guild).await?;
        let now = self.clock.now();
        let first = first_week(&mut transaction, &community, now).await?;
        let weeks = std::iter::successors(Some(Week::of(now, community.zone)), |week| {
            Some(week.previous())
        });
        Ok(weeks.take_while(|week| *week >= first).take(most).collect())
    }
}

/// The first week that anything can be known of: that of the first message, or of the setup.
pub(super) async fn first_week(
    transaction: &mut Transaction,
    community: &Community,
    now: DateTime<Utc>,
) -> Result<Week, StorageError> {
    let first = transaction.first_message_at(community.guild).await?;
    let first = first.into_iter().chain(community.set_up_at).min();
    Ok(Week::of(first.unwrap_or(now), community.zone))
}

/// The digest of a week as it is now, or as of its end where that is past.
async fn digest_so_far(
    transaction: &mut Transaction,
    community: &Community,
    week: Week,
    now: DateTime<Utc>,
) -> Result<Digest, Failure> {
    let mut digest = digest(transaction, community, week).await?;
    digest.as_of = digest.period.to.min(now);
    Ok(digest)
}

/// The digest of a week, as of its end.
pub async fn digest(
    transaction: &mut Transaction,
    community: &Community,
    week: Week,
) -> Result<Digest, StorageError> {
    let guild = community.guild;
    let period = week.period(community.zone);
    let previous = week.previous().period(community.zone);
    let histories = transaction
        .histories(
            guild,
            Period {
                from: previous.from,
                to: period.to,
            },
        )
        .await?;
    let is_waiting = |history: &&History| history.status_at(period.to) == Some(Status::Open);
    let is_gap = |history: &&History| history.changed_in(Change::Lapsed, period);
    let is_raised = |history: &&History| {
        let raised_at = history.request.life.raised_at;
        raised_at.is_some_and(|at| at < period.to)
    };
    let raised = histories
        .iter()
        .filter(is_waiting)
        .filter(is_raised)
        .count();
    let said = transaction.said(guild, period).await?;
    let everybody_reads = transaction.channels_of_everybody(guild).await?;
    let named = |history: &History| NamedRequest::of(history, &everybody_reads);
    Ok(Digest {
        guild,
        guild_name: community.name.clone(),
        week,
        period,
        as_of: period.to,
        zone: community.zone,
        messages: messages(&said),
        people: said.people,
        channels: said.channels,
        activities: transaction.activities_by_kind(guild, period).await?,
        readings: readings(&said.readings),
        requests: RequestCounts::of(&histories, period),
        newcomers: newcomers(transaction, community, week).await?,
        participation: participation(transaction, guild, period.to).await?,
        reciprocity: reciprocity(transaction, guild, period.to).await?,
        before: before(transaction, community, previous, &histories).await?,
        waiting: histories.iter().filter(is_waiting).map(named).collect(),
        gaps: histories.iter().filter(is_gap).map(named).collect(),
        raised: i64::try_from(raised).unwrap_or(i64::MAX),
        held: held_meetups(transaction, guild, period).await?,
        meetups: meetups_of(transaction, guild, week.next().period(community.zone)).await?,
        coverage: coverage(transaction, community, period).await?,
    })
}

/// Of fewer readings of a kind nothing can be said.
const TELLING: u32 = 5;

/// How many messages of people were counted.
fn messages(said: &Said) -> i64 {
    said.channels.iter().map(|channel| channel.messages).sum()
}

/// How sure the readings of a period are, corrected for what the reader confuses.
fn readings(counted: &[(Option<ActivityKind>, i64, i64)]) -> Readings {
    let mut counts = shares::Counts::default();
    let mut readings = Readings::default();
    for (kind, read, unsure) in counted {
        let place = kind.map_or(ActivityKind::ALL.len(), |kind| kind as usize);
        counts[place] = u32::try_from(*read).unwrap_or(u32::MAX);
        readings.read += read;
        readings.unsure += unsure;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a share of a count of messages"
    )]
    let part = |share: f64| (share * readings.read as f64).round() as i64;
    for share in shares::shares(&counts) {
        if let Some(kind) = share
            .activity
            .filter(|kind| counts[*kind as usize] >= TELLING)
        {
            readings
                .likely
                .insert(kind, (part(share.low), part(share.high)));
        }
    }
    readings
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
    let requests = transaction.newcomers_requests(guild, period).await?;
    let soon = requests.iter().filter(|(_, is_soon)| *is_soon).count();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let (joined_before, came_back) = transaction
        .newcomers_who_wrote(guild, previous, period)
        .await?;
    Ok(Newcomers {
        joined: transaction.newcomers(guild, period).await?,
        asked: count(requests.len()),
        responded_within_a_day: count(soon),
        joined_before,
        came_back,
    })
}

async fn participation(
    transaction: &mut Transaction,
    guild: GuildId,
    until: DateTime<Utc>,
) -> Result<Participation, StorageError> {
    // The week more tells who moved since.
    let written = transaction
        .weeks_written(guild, until, LOOKED_BACK_WEEKS + 1)
        .await?;
    let members = transaction.member_count(guild).await?;
    Ok(Participation::of(&written, members))
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

/// The numbers of a period to compare with; `None` where it was not heard from its beginning on, or
/// Convener was away for a part of it.
async fn before(
    transaction: &mut Transaction,
    community: &Community,
    period: Period,
    histories: &[History],
) -> Result<Option<Before>, StorageError> {
    let guild = community.guild;
    let first = transaction.first_message_at(guild).await?;
    let is_whole = first.is_some_and(|first| first < period.from)
        && absences(transaction, guild, period).await?.is_empty();
    if !is_whole {
        return Ok(None);
    }
    let said = transaction.said(guild, period).await?;
    let requests = RequestCounts::of(histories, period);
    Ok(Some(Before {
        messages: messages(&said),
        people: said.people,
        new: requests.new,
        answered: requests.answered,
        waiting: requests.waiting,
        median_seconds_to_answer: requests.median_seconds_to_answer,
    }))
}

/// The dates of meetups in a period, in their order.
async fn dates_of(
    transaction: &mut Transaction,
    guild: GuildId,
    period: Period,
) -> Result<Vec<(NaiveDateTime, MeetupDate)>, StorageError> {
    let mut dates = Vec::new();
    for meetup in transaction.meetups(guild).await? {
        let just_before = period.from - TimeDelta::microseconds(1);
        for date in meetup
            .schedule()
            .dates_after(just_before)
            .take_while(|date| date.starts_at < period.to)
        {
            let named = MeetupDate {
                id: meetup.id,
                title: meetup.plan.title.clone(),
                starts_at: date.starts_at,
            };
            dates.push((date.original, named));
        }
    }
    dates.sort_by_key(|(_, date)| date.starts_at);
    Ok(dates)
}

async fn meetups_of(
    transaction: &mut Transaction,
    guild: GuildId,
    period: Period,
) -> Result<Vec<MeetupDate>, StorageError> {
    let dates = dates_of(transaction, guild, period).await?;
    Ok(dates.into_iter().map(|(_, date)| date).collect())
}

async fn held_meetups(
    transaction: &mut Transaction,
    guild: GuildId,
    period: Period,
) -> Result<Vec<HeldMeetup>, StorageError> {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut held = Vec::new();
    for (original, date) in dates_of(transaction, guild, period).await? {
        let answers = transaction.meetup_answers(date.id, original).await?;
        let there = transaction.attendance(date.id, original).await?;
        held.push(HeldMeetup {
            going: count(answers.of(Answer::Going).count()),
            there: count(there.len()),
            date,
        });
    }
    Ok(held)
}

async fn coverage(
    transaction: &mut Transaction,
    community: &Community,
    period: Period,
) -> Result<Coverage, StorageError> {
    let guild = community.guild;
    let absences = absences(transaction, guild, period).await?;
    let seconds = |(from, to): &(DateTime<Utc>, DateTime<Utc>)| (*to - *from).num_seconds();
    Ok(Coverage {
        offline_seconds: absences.iter().map(seconds).sum(),
        unreadable_channels: transaction.unreadable_channels(guild, period.to).await?,
        watched_channels: transaction.watched_channels(guild).await?,
        listens_since: community
            .set_up_at
            .filter(|at| period.holds(*at) && *at > period.from + TimeDelta::days(1)),
    })
}
