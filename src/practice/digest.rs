//! The digest: a week of a community on a page, as a value.
//!
//! Every number is computed from facts that are kept; `view::digest` puts them into words.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::activity::ActivityKind;
use super::id::{ChannelId, GuildId, MeetupId, MemberId, RequestId};
use super::participation::{Participation, Reciprocity};
use super::request::{Change, History, Origin, Status};
use super::week::{Period, Week};

/// What happened in a channel in the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelCount {
    /// The channel.
    pub id: ChannelId,
    /// Its name.
    pub name: String,
    /// People's messages in it.
    pub messages: i64,
}

/// What became of requests in the period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestCounts {
    /// Asked in the period.
    pub new: i64,
    /// First answered in the period, whenever asked.
    pub answered: i64,
    /// Declared settled in the period.
    pub resolved: i64,
    /// Open at the end of the period.
    pub waiting: i64,
    /// Closed without an answer in the period.
    pub lapsed: i64,
    /// Seconds from asking to the first answer, of those first answered in the period; `None` where
    /// there are none.
    pub median_seconds_to_answer: Option<i64>,
    /// The same at the ninetieth percentile.
    pub p90_seconds_to_answer: Option<i64>,
}

impl RequestCounts {
    /// What became of requests in a period, given all that were open, asked or changed in it.
    #[must_use]
    pub fn of(histories: &[History], period: Period) -> Self {
        let count = |holds: &dyn Fn(&History) -> bool| {
            let holding = histories.iter().filter(|history| holds(history)).count();
            i64::try_from(holding).unwrap_or(i64::MAX)
        };
        let mut seconds: Vec<i64> = histories
            .iter()
            .filter_map(|history| {
                let answered_at = history.first_answered_at()?;
                let taken = answered_at - history.request.asked.asked_at;
                period.holds(answered_at).then_some(taken.num_seconds())
            })
            .collect();
        seconds.sort_unstable();
        Self {
            new: count(&|history| history.was_asked_in(period)),
            answered: i64::try_from(seconds.len()).unwrap_or(i64::MAX),
            resolved: count(&|history| history.changed_in(Change::Resolved, period)),
            waiting: count(&|history| history.status_at(period.to) == Some(Status::Open)),
            lapsed: count(&|history| history.changed_in(Change::Lapsed, period)),
            median_seconds_to_answer: nearest_rank(&seconds, 50),
            p90_seconds_to_answer: nearest_rank(&seconds, 90),
        }
    }
}

/// A request that is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedRequest {
    /// Its number.
    pub id: RequestId,
    /// Where it was asked.
    pub channel: ChannelId,
    /// The link to its message, where it has one.
    pub link: Option<String>,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// Its words.
    pub text: String,
    /// Whether everybody may read where it was asked; else its words are not shown.
    pub is_public: bool,
    /// Whether whoever asked it has been forgotten: it counts, and is not shown.
    pub is_forgotten: bool,
}

impl NamedRequest {
    /// A request, as it is named. Its channel may have become private since it was asked: `everybody_reads` are
    /// those that are not; of an export nothing is known but what it holds.
    #[must_use]
    pub fn of(history: &History, everybody_reads: &BTreeSet<ChannelId>) -> Self {
        let asked = &history.request.asked;
        let is_still_public =
            asked.origin == Origin::Imported || everybody_reads.contains(&asked.channel);
        Self {
            id: history.request.id,
            channel: asked.channel,
            link: asked.link(),
            asked_at: asked.asked_at,
            text: asked.text.clone(),
            is_public: asked.is_public && is_still_public,
            is_forgotten: asked.author.id == MemberId::new(0),
        }
    }
}

/// What Convener read of what was begun, and how sure it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// Messages that begin something: one of the eleven activities, or small talk.
    pub read: i64,
    /// Of these, the ones that Convener was less than half sure of.
    pub unsure: i64,
    /// Between which numbers each activity lies, with 95 in 100, by how often it is taken for
    /// another; what members logged is not in it, nor what was read less than five times.
    pub likely: BTreeMap<ActivityKind, (i64, i64)>,
}

/// A date of a meetup that took place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldMeetup {
    /// The date.
    pub date: MeetupDate,
    /// How many said that they would come.
    pub going: i64,
    /// How many are known to have been there; 0 where nobody said.
    pub there: i64,
}

/// What became of newcomers: who is answered soon posts again more often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Newcomers {
    /// Members who came in the period.
    pub joined: i64,
    /// Requests of people who were new, asked in the period.
    pub asked: i64,
    /// Of these, to how many somebody responded within a day.
    pub responded_within_a_day: i64,
    /// Members who came in the period before.
    pub joined_before: i64,
    /// Of these, how many wrote in this one.
    pub came_back: i64,
}

/// The numbers of the period before, where they can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// People's messages.
    pub messages: i64,
    /// Their authors.
    pub people: i64,
    /// Requests asked.
    pub new: i64,
    /// Requests first answered.
    pub answered: i64,
    /// Requests open at its end.
    pub waiting: i64,
    /// Seconds from asking to the first answer; `None` where there was none.
    pub median_seconds_to_answer: Option<i64>,
}

/// A thing for the leads to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Requests wait: how many, and since when the oldest does.
    Answer(i64, DateTime<Utc>),
    /// Requests of newcomers to which nobody responded within a day.
    WelcomeNewcomers(i64),
    /// Requests that have waited long enough to be talked about at a meetup.
    TalkAtMeetup(i64),
    /// Requests that were closed without an answer in the period: gaps in what is known.
    CloseGaps(i64),
    /// Channels that could not be read.
    LetRead(i64),
    /// So many of so many answers are of three people.
    ShareTheLoad(i64, i64),
    /// No meetup is planned for the week to come.
    PlanMeetup,
}

/// The most that is to do next: what is longer is read by nobody.
const MOST_STEPS: usize = 7;

/// From so many answers on, and from such a share of three people in percent, their load is spoken of.
const LOAD_FROM_ANSWERS: i64 = 10;
const LOAD_FROM_PERCENT: i64 = 80;

/// A date of a meetup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetupDate {
    /// The series.
    pub id: MeetupId,
    /// Its title.
    pub title: String,
    /// When it starts.
    pub starts_at: DateTime<Utc>,
}

/// How much of the period Convener could see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Seconds within the period in which Convener was not there to hear the community: its shard was not
    /// listened to. What was said then was read later, where Discord still had it.
    pub offline_seconds: i64,
    /// The watched channels that could not be read, by name.
    pub unreadable_channels: Vec<String>,
    /// Channels of which something is recorded, these among them.
    pub watched_channels: i64,
    /// Since when Convener has been listening, where it missed more than the first day of the period.
    pub listens_since: Option<DateTime<Utc>>,
}

/// How well a period was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// All of it: little that was said is quiet.
    Clear,
    /// Not all: a part of the time, or some channels are missing.
    Partial,
    /// Next to nothing: its numbers say nothing of the community.
    Blind,
}

impl Coverage {
    /// How well a period of so many seconds was seen. Absences of minutes, as an update takes, don't count:
    /// what was said in them is read later.
    #[must_use]
    pub fn sight(&self, seconds: i64) -> Sight {
        let unreadable = i64::try_from(self.unreadable_channels.len()).unwrap_or(i64::MAX);
        let is_deaf = unreadable > 0 && unreadable >= self.watched_channels;
        if is_deaf || self.offline_seconds >= seconds * 9 / 10 {
            Sight::Blind
        } else if unreadable > 0 || self.offline_seconds >= 3_600 || self.listens_since.is_some() {
            Sight::Partial
        } else {
            Sight::Clear
        }
    }
}

/// A week of a community.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The community.
    pub guild: GuildId,
    /// Its name.
    pub guild_name: String,
    /// The week.
    pub week: Week,
    /// Its first instant and the first after it.
    pub period: Period,
    /// The time as of which it is: the end of the period, or now within a week that is not over.
    pub as_of: DateTime<Utc>,
    /// The zone in which the week is counted.
    pub zone: Tz,
    /// People's messages: no bots, no lines of the platform.
    pub messages: i64,
    /// The people who wrote them.
    pub people: i64,
    /// The same by channel, the busiest first.
    pub channels: Vec<ChannelCount>,
    /// Messages that start an activity, by kind, and activities logged by members. All eleven are
    /// there: what is absent is worth seeing.
    pub activities: BTreeMap<ActivityKind, i64>,
    /// How sure the readings among these are.
    pub readings: Readings,
    /// What became of requests.
    pub requests: RequestCounts,
    /// What became of newcomers.
    pub newcomers: Newcomers,
    /// How members take part, from the last ninety days.
    pub participation: Participation,
    /// Who answers, in the last ninety days.
    pub reciprocity: Reciprocity,
    /// The period before, where Convener was there for all of it.
    pub before: Option<Before>,
    /// The requests that wait, the oldest first.
    pub waiting: Vec<NamedRequest>,
    /// The requests that were closed without an answer in the period.
    pub gaps: Vec<NamedRequest>,
    /// Of these, how many are for the next meetup.
    pub raised: i64,
    /// Dates of meetups in the period, as far as it has come.
    pub held: Vec<HeldMeetup>,
    /// Dates of meetups in the week that follows.
    pub meetups: Vec<MeetupDate>,
    /// How much was seen.
    pub coverage: Coverage,
}

impl Digest {
    /// How well the period was seen, up to the time as of which it is.
    #[must_use]
    pub fn sight(&self) -> Sight {
        let seconds = (self.as_of - self.period.from).num_seconds();
        self.coverage.sight(seconds)
    }

    /// What the leads can do next, the most pressing first; at most seven.
    #[must_use]
    pub fn next_steps(&self) -> Vec<NextStep> {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let oldest = self.waiting.iter().map(|request| request.asked_at).min();
        let unwelcomed = self.newcomers.asked - self.newcomers.responded_within_a_day;
        let unreadable = count(self.coverage.unreadable_channels.len());
        let Reciprocity {
            answers,
            answers_of_top_three: top,
            answerers,
            ..
        } = self.reciprocity;
        let is_overloaded = answers >= LOAD_FROM_ANSWERS
            && answerers > 3
            && top * 100 >= answers * LOAD_FROM_PERCENT;
        let is_positive = |number: i64| (number > 0).then_some(number);
        [
            oldest.map(|oldest| NextStep::Answer(count(self.waiting.len()), oldest)),
            is_positive(unwelcomed).map(NextStep::WelcomeNewcomers),
            is_positive(self.raised).map(NextStep::TalkAtMeetup),
            is_positive(self.requests.lapsed).map(NextStep::CloseGaps),
            is_positive(unreadable).map(NextStep::LetRead),
            is_overloaded.then_some(NextStep::ShareTheLoad(top, answers)),
            (self.meetups.is_empty() && self.messages > 0).then_some(NextStep::PlanMeetup),
        ]
        .into_iter()
        .flatten()
        .take(MOST_STEPS)
        .collect()
    }
}

/// The value at a share of a sorted list, by the nearest rank: an answer time that really occurred.
#[must_use]
pub fn nearest_rank(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_occurred() {
        assert_eq!(nearest_rank(&[], 50), None);
        assert_eq!(nearest_rank(&[9], 50), Some(9));
        assert_eq!(nearest_rank(&[1, 2, 3, 4], 50), Some(2));
        assert_eq!(nearest_rank(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 90), Some(9));
    }
}
