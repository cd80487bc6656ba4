//! Rules of recurrence in local time: RFC 5545's `RRULE`, expanded with the zone's rules of the day.
//!
//! 18:00 stays 18:00 when the clocks change. A local time that does not exist moves forward to the
//! next that does; one that exists twice is the first.

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;

/// The instant of a local time in a zone.
///
/// In a gap the clock is moved forward by quarters of an hour until a time exists (every change in
/// the tz database ends on one, or on a day: Samoa left out a whole one in 2011).
#[must_use]
pub fn instant_of(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let gap_steps = 4 * 48;
    (0..gap_steps)
        .map(|quarters| local + TimeDelta::minutes(15 * quarters))
        .find_map(|candidate| {
            let candidate = if candidate == local {
                candidate
            } else {
                first_after_gap(candidate, zone)?
            };
            zone.from_local_datetime(&candidate).earliest()
        })
        .map_or_else(|| local.and_utc(), |instant| instant.with_timezone(&Utc))
}

/// The first local time after a gap that `beyond` lies just behind, found to the second.
fn first_after_gap(beyond: NaiveDateTime, zone: Tz) -> Option<NaiveDateTime> {
    let exists = |local: NaiveDateTime| zone.from_local_datetime(&local).earliest().is_some();
    if !exists(beyond) {
        return None;
    }
    let (mut missing, mut existing) = (15 * 60, 0);
    while missing - existing > 1 {
        let middle = i32::midpoint(missing, existing);
        if exists(beyond - TimeDelta::seconds(middle.into())) {
            existing = middle;
        } else {
            missing = middle;
        }
    }
    Some(beyond - TimeDelta::seconds(existing.into()))
}

/// When a rule stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It goes on.
    Never,
    /// After so many dates.
    Count(u32),
    /// With the last date at or before this local time.
    Until(NaiveDateTime),
}

/// A weekly rule: every n weeks on certain days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Every so many weeks, 1 or more.
    interval: u32,
    /// The days; empty stands for the day of the start.
    weekdays: Vec<Weekday>,
    /// When it stops.
    end: End,
}

impl Rule {
    /// Every week on the day of the start, without end.
    #[must_use]
    pub const fn weekly() -> Self {
        Self {
            interval: 1,
            weekdays: Vec::new(),
            end: End::Never,
        }
    }

    /// The dates from the start on, as instants, in order.
    ///
    /// Weeks begin on Monday (RFC 5545's `WKST` where none is given). The start counts as a date
    /// only if it is on one of the days.
    pub fn dates(
        &self,
        start: NaiveDateTime,
        zone: Tz,
    ) -> impl Iterator<Item = DateTime<Utc>> + use<> {
        let mut weekdays = self.weekdays.clone();
        if weekdays.is_empty() {
            weekdays.push(start.weekday());
        }
        weekdays.sort_by_key(Weekday::num_days_from_monday);
        let (until, count) = match self.end {
            End::Never => (None, None),
            End::Count(count) => (None, Some(count as usize)),
            End::Until(until) => (Some(until), None),
        };
        let monday = start.date().week(Weekday::Mon).first_day();
        let step = u64::from(self.interval) * 7;
        (0_u64..)
            .map_while(move |turn| monday.checked_add_days(Days::new(turn.checked_mul(step)?)))
            .flat_map(move |monday: NaiveDate| {
                let time = start.time();
                let days = weekdays.clone().into_iter();
                days.filter_map(move |day| {
                    let date =
                        monday.checked_add_days(Days::new(day.num_days_from_monday().into()))?;
                    Some(date.and_time(time))
                })
            })
            .filter(move |local| *local >= start)
            .take_while(move |local| until.is_none_or(|until| *local <= until))
            .take(count.unwrap_or(usize::MAX))
            .map(move |local| instant_of(local, zone))
    }
}

/// What of a rule is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// A part that is no `NAME=VALUE`, or whose value is none of its kind.
    #[error(
        "'{0}' is not a part of a rule; a rule looks like FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=10"
    )]
    Part(String),
    /// RFC 5545 has it; Convener does not keep such meetups yet.
    #[error(
        "'{0}' is not supported yet; weekly rules are: FREQ=WEEKLY with INTERVAL, BYDAY, COUNT or UNTIL"
    )]
    Unsupported(String),
    /// `COUNT` and `UNTIL` exclude each other (RFC 5545, section 3.3.10).
    #[error("COUNT and UNTIL exclude each other; keep one of the two")]
    TwoEnds,
}

const DAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let mut rule = Self::weekly();
        let mut is_weekly = false;
        for part in text.trim_start_matches("RRULE:").split(';') {
            let wrong = || RuleError::Part(part.to_owned());
            let (name, value) = part.split_once('=').ok_or_else(wrong)?;
            match name {
                "FREQ" if value == "WEEKLY" => is_weekly = true,
                "INTERVAL" => {
                    rule.interval = value.parse().ok().filter(|n| *n > 0).ok_or_else(wrong)?;
                }
                "COUNT" | "UNTIL" if rule.end != End::Never => return Err(RuleError::TwoEnds),
                "COUNT" => {
                    let count = value.parse().ok().filter(|n| *n > 0).ok_or_else(wrong)?;
                    rule.end = End::Count(count);
                }
                "UNTIL" => {
                    let until = NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%S")
                        .ok()
                        .or_else(|| {
                            let date = NaiveDate::parse_from_str(value, "%Y%m%d").ok()?;
                            date.and_hms_opt(23, 59, 59)
                        });
                    rule.end = End::Until(until.ok_or_else(wrong)?);
                }
                "BYDAY" => {
                    rule.weekdays = value
                        .split(',')
                        .map(|day| {
                            DAYS.iter()
                                .find(|(name, _)| *name == day)
                                .map(|(_, day)| *day)
                        })
                        .collect::<Option<_>>()
                        .ok_or_else(wrong)?;
                }
                "WKST" if value == "MO" => {}
                _ => return Err(RuleError::Unsupported(part.to_owned())),
            }
        }
        if is_weekly {
            Ok(rule)
        } else {
            Err(RuleError::Unsupported(text.to_owned()))
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FREQ=WEEKLY")?;
        if self.interval > 1 {
            write!(formatter, ";INTERVAL={}", self.interval)?;
        }
        let mut separator = ";BYDAY=";
        for weekday in &self.weekdays {
            let name = DAYS
                .iter()
                .find(|(_, day)| day == weekday)
                .map_or("", |(name, _)| name);
            write!(formatter, "{separator}{name}")?;
            separator = ",";
        }
        match self.end {
            End::Never => Ok(()),
            End::Count(count) => write!(formatter, ";COUNT={count}"),
            End::Until(until) => write!(formatter, ";UNTIL={}", until.format("%Y%m%dT%H%M%S")),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::Sao_Paulo;
    use chrono_tz::Europe::Berlin;

    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn dates(rule: &str, start: &str, zone: Tz) -> Vec<String> {
        let rule: Rule = rule.parse().unwrap();
        rule.dates(local(start), zone)
            .take(4)
            .map(|date| date.to_rfc3339())
            .collect()
    }

    #[test]
    fn six_in_the_evening_stays_six_when_the_clocks_change() {
        assert_eq!(
            dates("FREQ=WEEKLY", "2026-03-17T18:00:00", Berlin),
            [
                "2026-03-17T17:00:00+00:00",
                "2026-03-24T17:00:00+00:00",
                "2026-03-31T16:00:00+00:00",
                "2026-04-07T16:00:00+00:00",
            ]
        );
    }

    #[test]
    fn a_time_that_does_not_exist_moves_to_the_next_that_does() {
        let instant = instant_of(local("2026-03-29T02:30:00"), Berlin);
        assert_eq!(instant.to_rfc3339(), "2026-03-29T01:00:00+00:00");
        let midnight = instant_of(local("2018-11-04T00:00:00"), Sao_Paulo);
        assert_eq!(midnight.to_rfc3339(), "2018-11-04T03:00:00+00:00");
        let skipped_day = instant_of(local("2011-12-30T12:00:00"), chrono_tz::Pacific::Apia);
        assert_eq!(skipped_day.to_rfc3339(), "2011-12-30T10:00:00+00:00");
    }

    #[test]
    fn a_time_that_exists_twice_is_the_first() {
        let instant = instant_of(local("2026-10-25T02:30:00"), Berlin);
        assert_eq!(instant.to_rfc3339(), "2026-10-25T00:30:00+00:00");
    }

    #[test]
    fn every_second_week_on_two_days_counts_weeks_from_monday() {
        assert_eq!(
            dates(
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,TU",
                "2026-01-15T12:00:00",
                Tz::UTC
            ),
            [
                "2026-01-15T12:00:00+00:00",
                "2026-01-27T12:00:00+00:00",
                "2026-01-29T12:00:00+00:00",
                "2026-02-10T12:00:00+00:00",
            ]
        );
    }

    #[test]
    fn a_rule_ends_by_count_or_by_date() {
        assert_eq!(
            dates("FREQ=WEEKLY;COUNT=2", "2026-01-13T18:00:00", Tz::UTC).len(),
            2
        );
        assert_eq!(
            dates("FREQ=WEEKLY;UNTIL=20260127", "2026-01-13T18:00:00", Tz::UTC).len(),
            3
        );
    }

    #[test]
    fn a_rule_is_written_as_it_is_read() {
        for text in [
            "FREQ=WEEKLY",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=10",
            "FREQ=WEEKLY;UNTIL=20260127T235959",
        ] {
            assert_eq!(text.parse::<Rule>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_weekly_rule_is_refused_with_what_would_work() {
        for text in [
            "",
            "FREQ=DAILY",
            "FREQ=WEEKLY;INTERVAL=0",
            "FREQ=WEEKLY;BYDAY=XX",
            "nonsense",
            "FREQ=WEEKLY;COUNT=2;UNTIL=20260101",
            "FREQ=WEEKLY;COUNT=-1",
        ] {
            assert!(text.parse::<Rule>().is_err(), "{text}");
        }
    }
}
