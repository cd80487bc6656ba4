//! The dates of a community or a member, as a calendar shows them.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDateTime, TimeDelta, Utc};

use super::{Answer, Meetup};
use crate::practice::id::{ChannelId, GuildId, MeetupId, MemberId};
use crate::practice::recurrence::{Exception, instant_of};

/// A calendar shows what was so long ago …
const SHOWN_BACK: Days = Days::new(30);

/// … to what is so far ahead …
const SHOWN_AHEAD: Days = Days::new(180);

/// … but not more dates of a series than this: a daily one would fill it.
const MOST_SHOWN: usize = 60;

/// Whose calendar it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarOwner {
    /// All dates of the community.
    Community,
    /// The dates that a member answered, but for those to which they don't come.
    Member(MemberId),
}

/// How a date stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It takes place.
    Confirmed,
    /// It takes place, and its reader may come.
    Tentative,
    /// It does not take place.
    Cancelled,
}

/// A date as a calendar shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The series.
    pub meetup: MeetupId,
    /// The date, by the local time that the rule gives.
    pub original: NaiveDateTime,
    /// What it is called.
    pub title: String,
    /// Where it is announced.
    pub channel: ChannelId,
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// How it stands.
    pub standing: Standing,
    /// How often its series was changed.
    pub sequence: i64,
    /// When its series was last changed.
    pub changed_at: DateTime<Utc>,
}

/// A calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The community.
    pub guild: GuildId,
    /// The community's name.
    pub name: String,
    /// Its dates, series by series.
    pub entries: Vec<Entry>,
    /// When it last changed: with a series, or with the day, as old dates go and new ones come.
    pub changed_at: DateTime<Utc>,
}

impl Calendar {
    /// The calendar of a community as it is at a time; of a member where their answers are given.
    #[must_use]
    pub fn of(
        guild: GuildId,
        name: String,
        meetups: &[Meetup],
        answers: Option<&HashMap<(MeetupId, NaiveDateTime), Answer>>,
        now: DateTime<Utc>,
    ) -> Self {
        let day = now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
        let (from, to) = (day - SHOWN_BACK, day + SHOWN_AHEAD);
        let mut entries = Vec::new();
        for meetup in meetups {
            let of_meetup = entries_of(meetup, from, to);
            entries.extend(of_meetup.into_iter().filter_map(|mut entry| {
                let Some(answers) = answers else {
                    return Some(entry);
                };
                match answers.get(&(entry.meetup, entry.original))? {
                    Answer::Going => {}
                    Answer::No | Answer::Passed => return None,
                    Answer::Maybe | Answer::Waiting | Answer::Offered => {
                        if entry.standing == Standing::Confirmed {
                            entry.standing = Standing::Tentative;
                        }
                    }
                }
                Some(entry)
            }));
        }
        let changed_at = meetups.iter().map(|meetup| meetup.changed_at).max();
        Self {
            guild,
            name,
            entries,
            changed_at: changed_at.unwrap_or(day).max(day),
        }
    }
}

fn entries_of(meetup: &Meetup, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Entry> {
    let schedule = meetup.schedule();
    let entry = |original, starts_at: DateTime<Utc>, standing| Entry {
        meetup: meetup.id,
        original,
        title: meetup.plan.title.clone(),
        channel: meetup.plan.channel,
        starts_at,
        ends_at: starts_at + meetup.lasts(),
        standing,
        sequence: meetup.sequence,
        changed_at: meetup.changed_at,
    };
    let is_off = |starts_at: DateTime<Utc>| {
        meetup
            .cancelled_at
            .is_some_and(|cancelled_at| starts_at > cancelled_at)
    };
    let mut entries: Vec<Entry> = schedule
        .dates_after(from - TimeDelta::microseconds(1))
        .take_while(|date| date.starts_at < to)
        .take(MOST_SHOWN)
        .map(|date| {
            let standing = if is_off(date.starts_at) {
                Standing::Cancelled
            } else {
                Standing::Confirmed
            };
            entry(date.original, date.starts_at, standing)
        })
        .collect();
    // What was skipped is shown as cancelled, so that it goes where it was known.
    let skipped = schedule
        .exceptions
        .iter()
        .filter(|(_, exception)| **exception == Exception::Skipped);
    for (original, _) in skipped {
        let starts_at = instant_of(*original, schedule.zone);
        if starts_at >= from && starts_at < to {
            entries.push(entry(*original, starts_at, Standing::Cancelled));
        }
    }
    entries
}
