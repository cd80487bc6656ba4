//! Which time suits? Asked across zones, and planned as it was answered.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{Author, Facilitation, Failure};
use crate::facilitation::{put_notice, set_up_community};
use crate::practice::id::{ChannelId, GuildId, InteractionId, MeetupId, MemberId, PollId};
use crate::practice::meetup::{
    NewMeetup, NewPoll, Poll, Slot, Suits, UNNAMED_MEETUP, Vote, offered, outcome,
};
use crate::practice::notice::Notice;
use crate::practice::preference::FreeHours;
use crate::practice::recurrence::{Frequency, Parts, Rule, Schedule, instant_of};
use crate::practice::refusal::Refusal;
use crate::practice::when::{self, Unclear};
use crate::storage::{StorageError, Transaction};

/// When a meetup suits whoever has said nothing, where nobody has.
const USUAL_HOURS: FreeHours = FreeHours { from: 17, to: 22 };

/// What somebody types in `/meetup poll`.
#[derive(Clone, Debug)]
pub struct Question {
    /// What the meetup is called.
    pub title: String,
    /// From which day on, as typed; tomorrow where none is.
    pub from: Option<String>,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// Whether it is for a weekly series.
    pub is_weekly: bool,
    /// Where it is asked.
    pub channel: ChannelId,
}

/// What the answers of a poll come to.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The poll.
    pub poll: Poll,
    /// Which times suit whom.
    pub votes: Vec<Vote>,
    /// The time that suits the most.
    pub best: DateTime<Utc>,
    /// Those that a series takes turns between; one, where one suits all.
    pub turns: Vec<DateTime<Utc>>,
}

impl Facilitation {
    /// `/meetup poll`: asks which of some times suits. The times.
    pub async fn ask_for_times(
        &self,
        question: Question,
        by: Author,
    ) -> Result<Vec<Slot>, Failure> {
        let now = self.clock.now();
        by.must_coordinate()?;
        let mut transaction = self.store.begin().await?;
        let community = set_up_community(&mut transaction, by.guild).await?;
        let zone = community.zone;
        let today = now.with_timezone(&zone).date_naive();
        let day = match question.from.as_deref() {
            Some(text) => when::read_day(text, now, zone).map_err(Refusal::Time)?,
            None => today.succ_opt().unwrap_or(today),
        };
        let begin = day.and_time(NaiveTime::MIN);
        if day < today {
            return Err(Refusal::Time(Unclear::Past(begin)).into());
        }
        let from = instant_of(begin, zone).max(now + TimeDelta::hours(1));
        let people = people(&mut transaction, by.guild, zone).await?;
        let lasts = TimeDelta::minutes(question.minutes.into());
        let slots = offered(&people, from, lasts);
        if slots.is_empty() {
            return Err(Refusal::NoFreeHours.into());
        }
        // What can't be called so can't be asked so.
        let checked = NewMeetup {
            guild: by.guild,
            title: question.title,
            channel: question.channel,
            room: None,
            host: by.member,
            schedule: Schedule::new(begin, zone, Rule::once()),
            minutes: question.minutes,
            seats: None,
            continues: None,
        }
        .checked()?;
        let poll = NewPoll {
            guild: by.guild,
            channel: question.channel,
            by: by.member,
            title: checked.title,
            minutes: question.minutes,
            is_weekly: question.is_weekly,
            slots: slots.iter().map(|slot| slot.starts_at).collect(),
        };
        let id = transaction.keep_poll(&poll, by.interaction, now).await?;
        let notice = Notice::TimePoll { poll: id };
        put_notice(&mut transaction, by.guild, poll.channel, &notice, now).await?;
        self.commit(transaction).await?;
        Ok(slots)
    }

    /// The menu of a poll: which times suit a member, in the place of what they chose before.
    pub async fn vote_for_times(
        &self,
        poll: PollId,
        chosen: BTreeSet<DateTime<Utc>>,
        by: Author,
    ) -> Result<Vote, Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let poll = open_poll(&mut transaction, by.guild, poll).await?;
        let of_poll = |slot: &DateTime<Utc>| poll.asked.slots.contains(slot);
        let vote = Vote {
            member: by.member,
            slots: chosen.into_iter().filter(of_poll).collect(),
        };
        transaction.keep_vote(poll.id, &vote, now).await?;
        stir_poll(&mut transaction, &poll, now).await?;
        self.commit(transaction).await?;
        Ok(vote)
    }

    /// What the answers of a poll come to, for coordinators.
    pub async fn decide_poll(&self, poll: PollId, by: Author) -> Result<Decision, Failure> {
        let mut transaction = self.store.read().await?;
        decision(&mut transaction, poll, by, self.clock.now()).await
    }

    /// Plans what the answers of a poll come to: one time; or, in turns, a series for each of several, every so
    /// many weeks, in the zone of those whom it suits.
    pub async fn plan_polled(
        &self,
        poll: PollId,
        in_turns: bool,
        by: Author,
    ) -> Result<Vec<MeetupId>, Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let decision = decision(&mut transaction, poll, by, now).await?;
        if !transaction.close_poll(poll, now).await? {
            return Err(Refusal::PollClosed.into());
        }
        let asked = &decision.poll.asked;
        let times = if in_turns {
            decision.turns.clone()
        } else {
            vec![decision.best]
        };
        let title = if asked.title.is_empty() {
            UNNAMED_MEETUP.to_owned()
        } else {
            asked.title.clone()
        };
        let zones = zones(&mut transaction, by.guild).await?;
        let community = set_up_community(&mut transaction, by.guild).await?;
        let mut planned = Vec::new();
        for (turn, time) in (0_i64..).zip(&times) {
            let zone = zone_of(*time, &decision.votes, &zones).unwrap_or(community.zone);
            let start = (*time + TimeDelta::weeks(turn))
                .with_timezone(&zone)
                .naive_local();
            let meetup = NewMeetup {
                guild: by.guild,
                title: title.clone(),
                channel: asked.channel,
                room: None,
                host: by.member,
                schedule: Schedule::new(start, zone, rule(asked.is_weekly, times.len())),
                minutes: asked.minutes,
                seats: None,
                continues: None,
            };
            meetup.schedule.next_after(now).ok_or(Refusal::NoDates)?;
            // Each needs a number of its own; no use of a command has a negative one.
            let interaction = InteractionId::new(-(by.interaction.get() + turn));
            let id = transaction.keep_meetup(&meetup, now, interaction).await?;
            let id = id.ok_or(Refusal::PollClosed)?;
            self.tend(&mut transaction, id).await?;
            planned.push(id);
        }
        stir_poll(&mut transaction, &decision.poll, now).await?;
        self.commit(transaction).await?;
        Ok(planned)
    }
}

/// Weekly between so many times in turn; or once.
fn rule(is_weekly: bool, times: usize) -> Rule {
    if !is_weekly {
        return Rule::once();
    }
    let parts = Parts {
        interval: u32::try_from(times).unwrap_or(1).max(1),
        ..Parts::every(Frequency::Weekly)
    };
    Rule::new(parts).unwrap_or_else(|_| Rule::once())
}

async fn open_poll(
    transaction: &mut Transaction,
    guild: GuildId,
    poll: PollId,
) -> Result<Poll, Failure> {
    let poll = transaction.poll(poll).await?;
    let is_open = |poll: &Poll| poll.asked.guild == guild && poll.closed_at.is_none();
    Ok(poll.filter(is_open).ok_or(Refusal::PollClosed)?)
}

async fn decision(
    transaction: &mut Transaction,
    poll: PollId,
    by: Author,
    now: DateTime<Utc>,
) -> Result<Decision, Failure> {
    by.must_coordinate()?;
    let poll = open_poll(transaction, by.guild, poll).await?;
    let votes = transaction.votes(poll.id).await?;
    let mut slots = poll.asked.slots.clone();
    // A week that begins in the past goes on; a single time does not come again.
    slots.retain(|slot| poll.asked.is_weekly || *slot > now);
    if slots.is_empty() {
        return Err(Refusal::PollOver.into());
    }
    let (best, turns) = outcome(&slots, &votes).ok_or(Refusal::NoVotes)?;
    Ok(Decision {
        poll,
        votes,
        best,
        turns,
    })
}

/// When meetups suit the members who said so; where nobody did, in the evening of the community's zone.
async fn people(
    transaction: &mut Transaction,
    guild: GuildId,
    zone: Tz,
) -> Result<Vec<Suits>, StorageError> {
    let chosen = transaction.all_preferences(guild).await?;
    let mut people: Vec<_> = chosen
        .iter()
        .filter_map(|(_, preferences)| {
            Some(Suits {
                zone: preferences.zone.unwrap_or(zone),
                free: preferences.free?,
            })
        })
        .collect();
    if people.is_empty() {
        people.push(Suits {
            zone,
            free: USUAL_HOURS,
        });
    }
    Ok(people)
}

/// The zones of the members who said them.
async fn zones(
    transaction: &mut Transaction,
    guild: GuildId,
) -> Result<BTreeMap<MemberId, Tz>, StorageError> {
    let chosen = transaction.all_preferences(guild).await?;
    let zones = chosen
        .into_iter()
        .filter_map(|(member, preferences)| Some((member, preferences.zone?)));
    Ok(zones.collect())
}

/// The zone in which a time is kept: of most of those whom it suits.
fn zone_of(time: DateTime<Utc>, votes: &[Vote], zones: &BTreeMap<MemberId, Tz>) -> Option<Tz> {
    let mut counts: BTreeMap<&str, (usize, Tz)> = BTreeMap::new();
    for vote in votes.iter().filter(|vote| vote.slots.contains(&time)) {
        if let Some(zone) = zones.get(&vote.member) {
            counts.entry(zone.name()).or_insert((0, *zone)).0 += 1;
        }
    }
    let most = counts.into_values().max_by_key(|(count, _)| *count);
    most.map(|(_, zone)| zone)
}

async fn stir_poll(
    transaction: &mut Transaction,
    poll: &Poll,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let key = Notice::TimePoll { poll: poll.id }.key(poll.asked.guild, poll.asked.channel);
    transaction.stir_notice(&key, now).await
}
