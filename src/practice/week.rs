//! Weeks as communities count them: ISO 8601, Monday to Sunday, in a zone, half-open.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::recurrence::instant_of;

/// An ISO week, such as `2026-W47`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Week {
    /// Kept as the Monday, so that a week that does not exist can't be made.
    monday: NaiveDate,
}

/// A span of time, half-open: `from` is in it, `to` is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub to: DateTime<Utc>,
}

impl Period {
    /// Whether an instant is in it.
    #[must_use]
    pub fn holds(&self, instant: DateTime<Utc>) -> bool {
        self.from <= instant && instant < self.to
    }
}

impl Week {
    /// The week that an instant falls into, as the zone counts.
    #[must_use]
    pub fn of(instant: DateTime<Utc>, zone: Tz) -> Self {
        let date = instant.with_timezone(&zone).date_naive();
        Self {
            monday: date.week(Weekday::Mon).first_day(),
        }
    }

    /// The week before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self {
            monday: self.monday - Days::new(7),
        }
    }

    /// The week after.
    #[must_use]
    pub fn next(self) -> Self {
        Self {
            monday: self.monday + Days::new(7),
        }
    }

    /// From Monday's first instant to the next Monday's, in the zone.
    #[must_use]
    pub fn period(self, zone: Tz) -> Period {
        let midnight = |date: NaiveDate| instant_of(date.and_time(NaiveTime::MIN), zone);
        Period {
            from: midnight(self.monday),
            to: midnight(self.next().monday),
        }
    }

    /// The Monday.
    #[must_use]
    pub fn monday(self) -> NaiveDate {
        self.monday
    }
}

impl fmt::Display for Week {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let week = self.monday.iso_week();
        write!(formatter, "{:04}-W{:02}", week.year(), week.week())
    }
}

/// A text that names no week.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a week; write it like 2026-W47")]
pub struct NotAWeek(String);

impl FromStr for Week {
    type Err = NotAWeek;

    fn from_str(text: &str) -> Result<Self, NotAWeek> {
        text.split_once("-W")
            .filter(|(year, week)| year.len() == 4 && week.len() == 2)
            .and_then(|(year, week)| Some((year.parse().ok()?, week.parse().ok()?)))
            .and_then(|(year, week)| NaiveDate::from_isoywd_opt(year, week, Weekday::Mon))
            .map(|monday| Self { monday })
            .ok_or_else(|| NotAWeek(text.to_owned()))
    }
}

impl Serialize for Week {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Week {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;

    #[test]
    fn a_week_is_written_as_it_is_read() {
        assert_eq!("2026-W47".parse::<Week>().unwrap().to_string(), "2026-W47");
        assert_eq!("2026-W53".parse::<Week>().unwrap().to_string(), "2026-W53");
        for wrong in ["2026-47", "2025-W53", "2026-W00", "26-W1", "", "2026-W477"] {
            assert!(wrong.parse::<Week>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_week_in_which_the_clocks_change_is_an_hour_shorter() {
        let period = "2026-W13".parse::<Week>().unwrap().period(Berlin);
        assert_eq!((period.to - period.from).num_hours(), 7 * 24 - 1);
        assert_eq!(period.from.to_rfc3339(), "2026-03-22T23:00:00+00:00");
    }

    #[test]
    fn an_instant_belongs_to_one_week() {
        let week: Week = "2026-W10".parse().unwrap();
        let period = week.period(Berlin);
        assert_eq!(Week::of(period.from, Berlin), week);
        assert_eq!(Week::of(period.to, Berlin), week.next());
        assert_eq!(
            Week::of(period.from - chrono::Duration::nanoseconds(1), Berlin),
            week.previous()
        );
    }
}
