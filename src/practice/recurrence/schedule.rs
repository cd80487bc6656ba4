//! A rule with its exceptions: the dates that were left out, and those that were moved.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;

use super::rule::Rule;
use super::zone::instant_of;

/// What became of one date of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exception {
    /// It does not take place.
    Skipped,
    /// It takes place at another local time.
    Moved(NaiveDateTime),
}

/// One date of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// The local time that the rule gives: what it is known by, also when it was moved (RFC 5545's
    /// `RECURRENCE-ID`).
    pub original: NaiveDateTime,
    /// The local time at which it takes place.
    pub local: NaiveDateTime,
}

impl Date {
    /// Whether it takes place at another time than the rule gives.
    #[must_use]
    pub fn is_moved(&self) -> bool {
        self.local != self.original
    }
}

/// When a series takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The first date, in local time.
    pub start: NaiveDateTime,
    /// The zone of every local time in it.
    pub zone: Tz,
    /// How it recurs.
    pub rule: Rule,
    /// The dates that are not as the rule gives them, by their original local time.
    pub exceptions: BTreeMap<NaiveDateTime, Exception>,
}

impl Schedule {
    /// A schedule without exceptions.
    #[must_use]
    pub fn new(start: NaiveDateTime, zone: Tz, rule: Rule) -> Self {
        Self {
            start,
            zone,
            rule,
            exceptions: BTreeMap::new(),
        }
    }

    /// The dates that start after an instant, in the order in which they take place.
    pub fn dates_after(&self, after: DateTime<Utc>) -> impl Iterator<Item = Date> {
        let mut moved: Vec<Date> = self
            .exceptions
            .iter()
            .filter_map(|(original, exception)| match exception {
                Exception::Skipped => None,
                Exception::Moved(local) => Some(self.date(*original, *local)),
            })
            .filter(|date| date.starts_at > after)
            .collect();
        moved.sort_unstable();
        let mut moved = moved.into_iter().peekable();
        let mut ruled = self
            .rule
            .dates_after(self.start, self.zone, after)
            .filter(|(local, _)| !self.exceptions.contains_key(local))
            .map(|(local, starts_at)| Date {
                starts_at,
                original: local,
                local,
            })
            .peekable();
        std::iter::from_fn(move || match (moved.peek(), ruled.peek()) {
            (Some(first), Some(second)) if first < second => moved.next(),
            (Some(_), None) => moved.next(),
            _ => ruled.next(),
        })
    }

    /// The first date that starts after an instant.
    #[must_use]
    pub fn next_after(&self, after: DateTime<Utc>) -> Option<Date> {
        self.dates_after(after).next()
    }

    /// The date that the rule gives at a local time, where it takes place.
    #[must_use]
    pub fn date_of(&self, original: NaiveDateTime) -> Option<Date> {
        match self.exceptions.get(&original) {
            Some(Exception::Skipped) => None,
            Some(Exception::Moved(local)) => Some(self.date(original, *local)),
            None => self
                .is_ruled(original)
                .then(|| self.date(original, original)),
        }
    }

    /// Whether the rule gives this local time, whatever became of it.
    #[must_use]
    pub fn is_ruled(&self, original: NaiveDateTime) -> bool {
        let just_before = instant_of(original, self.zone) - chrono::TimeDelta::seconds(1);
        self.rule
            .dates_after(self.start, self.zone, just_before)
            .next()
            .is_some_and(|(local, _)| local == original)
    }

    fn date(&self, original: NaiveDateTime, local: NaiveDateTime) -> Date {
        Date {
            starts_at: instant_of(local, self.zone),
            original,
            local,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_skipped_date_is_left_out_and_a_moved_one_comes_in_its_new_place() {
        let start = local("2026-03-03T18:00:00");
        let mut schedule = Schedule::new(start, Berlin, "FREQ=WEEKLY;COUNT=4".parse().unwrap());
        schedule
            .exceptions
            .insert(local("2026-03-10T18:00:00"), Exception::Skipped);
        let moved_to = Exception::Moved(local("2026-03-25T20:00:00"));
        schedule
            .exceptions
            .insert(local("2026-03-17T18:00:00"), moved_to);
        let dates: Vec<_> = schedule
            .dates_after(DateTime::<Utc>::MIN_UTC)
            .map(|date| {
                (
                    date.original.format("%d").to_string(),
                    date.local.format("%d %R").to_string(),
                )
            })
            .collect();
        let expected = [("03", "03 18:00"), ("24", "24 18:00"), ("17", "25 20:00")];
        assert_eq!(
            dates,
            expected.map(|(original, local)| (original.to_owned(), local.to_owned()))
        );
        let moved = schedule.date_of(local("2026-03-17T18:00:00")).unwrap();
        assert!(moved.is_moved());
        assert_eq!(moved.starts_at.to_rfc3339(), "2026-03-25T19:00:00+00:00");
        assert_eq!(schedule.date_of(local("2026-03-10T18:00:00")), None);
        assert_eq!(schedule.date_of(local("2026-03-04T18:00:00")), None);
        let next = schedule.next_after("2026-03-24T17:00:00Z".parse().unwrap());
        assert_eq!(next, Some(moved));
    }

    #[test]
    fn a_date_in_a_gap_is_known_by_the_time_that_does_not_exist() {
        let start = local("2026-03-28T02:30:00");
        let schedule = Schedule::new(start, Berlin, "FREQ=DAILY".parse().unwrap());
        let date = schedule.date_of(local("2026-03-29T02:30:00")).unwrap();
        assert_eq!(date.starts_at.to_rfc3339(), "2026-03-29T01:00:00+00:00");
    }
}
