//! Which time suits? Times that are offered across zones, and what the answers come to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use crate::practice::id::{ChannelId, GuildId, MemberId, PollId};
use crate::practice::preference::FreeHours;

/// What a meetup is called of which a poll does not say it any more, as who asked had themselves forgotten.
pub const UNNAMED_MEETUP: &str = "Meetup";

/// The most times that are offered.
const MOST_OFFERED: usize = 10;

/// Of one day no more than this are offered, and none within three hours of another.
const MOST_OF_A_DAY: usize = 2;
const APART: TimeDelta = TimeDelta::hours(3);

/// How many days are looked through.
const DAYS: i64 = 7;

/// The most times that a series takes turns between.
const MOST_TURNS: usize = 3;

/// When meetups suit somebody, in their zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suits {
    /// Where they live.
    pub zone: Tz,
    /// Their hours.
    pub free: FreeHours,
}

/// A time that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// When it would start.
    pub starts_at: DateTime<Utc>,
    /// Into the stated hours of how many people it falls.
    pub suits: usize,
}

/// A poll that is to be: all but its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPoll {
    /// The community.
    pub guild: GuildId,
    /// Where it is asked, and where the meetup would be announced.
    pub channel: ChannelId,
    /// Who asks.
    pub by: MemberId,
    /// What the meetup is called.
    pub title: String,
    /// How long it would take, in minutes.
    pub minutes: u32,
    /// Whether it is for a weekly series.
    pub is_weekly: bool,
    /// The times, in their order.
    pub slots: Vec<DateTime<Utc>>,
}

/// A poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// Its number.
    pub id: PollId,
    /// All else.
    pub asked: NewPoll,
    /// When it was decided.
    pub closed_at: Option<DateTime<Utc>>,
}

/// Which times suit a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Who.
    pub member: MemberId,
    /// Which.
    pub slots: BTreeSet<DateTime<Utc>>,
}

/// The times that are offered in the week that begins at an instant, the earliest first.
///
/// Each hour is weighed by how many people's stated hours it falls into. The best are taken, spread over the
/// days; and each zone that none of them suits gets the best of those that do, so that nobody's zone is left out.
#[must_use]
pub fn offered(people: &[Suits], from: DateTime<Utc>, lasts: TimeDelta) -> Vec<Slot> {
    let first = from
        + TimeDelta::seconds(i64::from(
            (3_600 - from.minute() * 60 - from.second()) % 3_600,
        ));
    let suits = |starts_at, person: &Suits| person.free.hold(starts_at, lasts, person.zone);
    let mut ranked: Vec<Slot> = (0..DAYS * 24)
        .map(|hour| {
            let starts_at = first + TimeDelta::hours(hour);
            let suited = people.iter().filter(|person| suits(starts_at, person));
            Slot {
                starts_at,
                suits: suited.count(),
            }
        })
        .filter(|slot| slot.suits > 0)
        .collect();
    ranked.sort_by_key(|slot| (std::cmp::Reverse(slot.suits), slot.starts_at));
    let mut taken: Vec<Slot> = Vec::new();
    let is_apart = |taken: &[Slot], slot: &Slot| {
        let day = slot.starts_at.date_naive();
        let of_day = taken
            .iter()
            .filter(|other| other.starts_at.date_naive() == day);
        of_day.count() < MOST_OF_A_DAY
            && taken
                .iter()
                .all(|other| (other.starts_at - slot.starts_at).abs() >= APART)
    };
    let mut left_out: BTreeMap<&str, &Suits> = BTreeMap::new();
    left_out.extend(people.iter().map(|person| (person.zone.name(), person)));
    // Room is kept for each zone that the best leave out.
    for zones_first in [false, true] {
        for slot in &ranked {
            let is_for_left_out = left_out
                .values()
                .any(|person| suits(slot.starts_at, person));
            let room = if zones_first {
                MOST_OFFERED
            } else {
                MOST_OFFERED.saturating_sub(left_out.len()).max(1)
            };
            let is_wanted = !zones_first || is_for_left_out;
            if taken.len() < room && is_wanted && is_apart(&taken, slot) {
                taken.push(*slot);
                left_out.retain(|_, person| !suits(slot.starts_at, person));
            }
        }
    }
    taken.sort_by_key(|slot| slot.starts_at);
    taken
}

/// What the votes come to: the time that suits the most, the earliest of equals; and for a series those that it
/// takes turns between where that leaves somebody out: the fewest with which everybody who voted comes to at
/// least one. So nobody is left out each time, or gets up at night each time.
#[must_use]
pub fn outcome(
    slots: &[DateTime<Utc>],
    votes: &[Vote],
) -> Option<(DateTime<Utc>, Vec<DateTime<Utc>>)> {
    let count = |slot: &DateTime<Utc>, of: &[&Vote]| {
        of.iter().filter(|vote| vote.slots.contains(slot)).count()
    };
    let suits_any = |vote: &&Vote| slots.iter().any(|slot| vote.slots.contains(slot));
    let mut left: Vec<&Vote> = votes.iter().filter(suits_any).collect();
    let mut turns = Vec::new();
    while !left.is_empty() && turns.len() < MOST_TURNS {
        let best = slots
            .iter()
            .max_by_key(|slot| (count(slot, &left), std::cmp::Reverse(**slot)))?;
        turns.push(*best);
        left.retain(|vote| !vote.slots.contains(best));
    }
    let best = *turns.first()?;
    turns.sort_unstable();
    Some((best, turns))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENING: FreeHours = FreeHours { from: 18, to: 22 };

    fn suits(zone: Tz) -> Suits {
        Suits {
            zone,
            free: EVENING,
        }
    }

    fn monday() -> DateTime<Utc> {
        "2026-03-02T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn the_times_that_suit_most_are_offered_and_no_zone_is_left_out() {
        let people = [
            suits(chrono_tz::Europe::Berlin),
            suits(chrono_tz::Europe::London),
            suits(chrono_tz::Asia::Tokyo),
        ];
        let slots = offered(&people, monday(), TimeDelta::hours(1));
        assert!(slots.len() <= MOST_OFFERED, "{slots:?}");
        for person in &people {
            let suited = slots.iter().any(|slot| {
                person
                    .free
                    .hold(slot.starts_at, TimeDelta::hours(1), person.zone)
            });
            assert!(suited, "{person:?}: {slots:?}");
        }
        assert!(slots.iter().any(|slot| slot.suits == 2), "{slots:?}");
        assert!(slots.is_sorted_by_key(|slot| slot.starts_at));
        assert!(offered(&[], monday(), TimeDelta::hours(1)).is_empty());
    }

    #[test]
    fn a_series_takes_turns_where_one_time_leaves_somebody_out() {
        let slots: Vec<_> = (0..3).map(|day| monday() + TimeDelta::days(day)).collect();
        let vote = |member, chosen: &[usize]| Vote {
            member: MemberId::new(member),
            slots: chosen.iter().map(|index| slots[*index]).collect(),
        };
        let all = [vote(1, &[0, 1]), vote(2, &[1, 2])];
        assert_eq!(outcome(&slots, &all), Some((slots[1], vec![slots[1]])));
        let split = [vote(1, &[2]), vote(2, &[2]), vote(3, &[0])];
        let turns = vec![slots[0], slots[2]];
        assert_eq!(outcome(&slots, &split), Some((slots[2], turns)));
        assert_eq!(outcome(&slots, &[vote(1, &[])]), None);
        assert_eq!(outcome(&slots, &[]), None);
        // Of what is left of the times, whoever named none of them says nothing.
        let left = outcome(&slots[1..], &[vote(1, &[0]), vote(2, &[1])]);
        assert_eq!(left, Some((slots[1], vec![slots[1]])));
    }
}
