//! What is to change, before somebody has said that it is to; and what a change of "this and the
//! following" makes of a rule.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::practice::id::{ChannelId, MeetupId, MemberId};
use crate::practice::recurrence::{Day, End, Frequency, Rule, Schedule};

/// A change that its author has seen and not yet confirmed. Its form in the database is JSON, so a
/// variant's spelling is a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "draft", rename_all = "snake_case")]
pub enum Draft {
    /// A new series.
    Schedule {
        /// What it is called.
        title: String,
        /// Where it is announced.
        channel: ChannelId,
        /// The voice channel in which people come together.
        #[serde(default)]
        room: Option<ChannelId>,
        /// Who hosts it.
        host: MemberId,
        /// The first date, in local time.
        start: NaiveDateTime,
        /// The zone of that.
        zone: Tz,
        /// How it recurs, as text.
        rule: String,
        /// How long a date takes.
        minutes: u32,
        /// For how many there is room.
        seats: Option<u32>,
    },
    /// A date, or it and the following, at another time.
    Move {
        /// The series.
        meetup: MeetupId,
        /// The date that the rule gives.
        original: NaiveDateTime,
        /// When it is to be.
        to: NaiveDateTime,
        /// How the following are to recur, as text; `None` where they can't follow.
        rule: Option<String>,
    },
    /// No date any more.
    Cancel {
        /// The series.
        meetup: MeetupId,
        /// Why.
        reason: Option<String>,
    },
}

/// What people are told of, once it has been done. Its form in the database is JSON, so a variant's
/// spelling is a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A date is at another time.
    Moved {
        /// When it was to be.
        from: DateTime<Utc>,
        /// When it is.
        to: DateTime<Utc>,
        /// Whether those that follow are at another time, too.
        following: bool,
    },
    /// A date does not take place.
    Skipped {
        /// When it was to be.
        at: DateTime<Utc>,
        /// Why.
        reason: Option<String>,
    },
    /// A date takes place after all.
    Restored {
        /// When.
        at: DateTime<Utc>,
    },
    /// No date takes place any more.
    Cancelled {
        /// Why.
        reason: Option<String>,
    },
}

/// The rule of a date and the following once that date is at another time: a series on Tuesdays
/// goes on on Thursdays, one on the last Friday on the last Thursday. `None` where it can't be told how
/// several days of a week should follow one.
///
/// What a rule counts goes on being counted: `before` is how many dates lie before this one.
#[must_use]
pub fn following_rule(
    schedule: &Schedule,
    original: NaiveDate,
    to: NaiveDate,
    before: u32,
) -> Option<Rule> {
    let mut parts = schedule.rule.parts().clone();
    if let End::Count(count) = parts.end {
        parts.end = End::Count(count.checked_sub(before).filter(|left| *left > 0)?);
    }
    if original == to {
        return Rule::new(parts).ok();
    }
    if parts.days.len() + parts.month_days.len() > 1 || !parts.positions.is_empty() {
        return None;
    }
    if !parts.months.is_empty() {
        return None;
    }
    let length = to.num_days_in_month();
    if let [day] = parts.days[..] {
        let from_end = (u32::from(length) - to.day()) / 7 + 1;
        let from_start = to.day0() / 7 + 1;
        let nth = match (parts.frequency, day.nth) {
            (Frequency::Monthly, Some(nth)) if nth < 0 => -i8::try_from(from_end).ok()?,
            (Frequency::Monthly, Some(_)) => i8::try_from(from_start).ok()?,
            (_, None) => 0,
            (_, Some(_)) => return None,
        };
        let weekday = to.weekday();
        parts.days = vec![Day {
            nth: (nth != 0).then_some(nth),
            weekday,
        }];
    }
    if let [day] = parts.month_days[..] {
        let from_start = i8::try_from(to.day()).ok()?;
        let moved = if day < 0 {
            from_start - i8::try_from(length).ok()? - 1
        } else {
            from_start
        };
        parts.month_days = vec![moved];
    }
    Rule::new(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_following_dates_follow_the_one_that_was_moved() {
        for (rule, from, to, follows) in [
            (
                "FREQ=WEEKLY",
                "2026-03-10",
                "2026-03-12",
                Some("FREQ=WEEKLY"),
            ),
            (
                "FREQ=WEEKLY;BYDAY=TU",
                "2026-03-10",
                "2026-03-12",
                Some("FREQ=WEEKLY;BYDAY=TH"),
            ),
            (
                "FREQ=WEEKLY;BYDAY=TU;COUNT=10",
                "2026-03-10",
                "2026-03-10",
                Some("FREQ=WEEKLY;BYDAY=TU;COUNT=7"),
            ),
            (
                "FREQ=WEEKLY;BYDAY=TU;COUNT=3",
                "2026-03-10",
                "2026-03-12",
                None,
            ),
            (
                "FREQ=MONTHLY;BYDAY=2TU",
                "2026-03-10",
                "2026-03-19",
                Some("FREQ=MONTHLY;BYDAY=3TH"),
            ),
            (
                "FREQ=MONTHLY;BYDAY=-1FR",
                "2026-03-27",
                "2026-03-26",
                Some("FREQ=MONTHLY;BYDAY=-1TH"),
            ),
            (
                "FREQ=MONTHLY;BYMONTHDAY=10",
                "2026-03-10",
                "2026-03-12",
                Some("FREQ=MONTHLY;BYMONTHDAY=12"),
            ),
            (
                "FREQ=MONTHLY;BYMONTHDAY=-1",
                "2026-03-31",
                "2026-03-30",
                Some("FREQ=MONTHLY;BYMONTHDAY=-2"),
            ),
            ("FREQ=WEEKLY;BYDAY=TU,TH", "2026-03-10", "2026-03-11", None),
            (
                "FREQ=WEEKLY;BYDAY=TU,TH",
                "2026-03-10",
                "2026-03-10",
                Some("FREQ=WEEKLY;BYDAY=TU,TH"),
            ),
        ] {
            let start = "2026-01-13T18:00:00".parse().unwrap();
            let schedule = Schedule::new(start, Tz::UTC, rule.parse().unwrap());
            let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
            let found = following_rule(&schedule, from, to, 3).map(|rule| rule.to_string());
            assert_eq!(found.as_deref(), follows, "{rule}");
        }
    }
}
