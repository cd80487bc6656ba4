//! What a series needs at which time. It is computed from the schedule whenever something may be due, so
//! nothing is lost or done twice however the schedule was changed in between.

use chrono::{DateTime, TimeDelta, Utc};

use super::REMINDER_GRACE;
use crate::practice::recurrence::{Date, Schedule};

/// How long before its start a date is announced, but not before the one before it has begun.
pub const ANNOUNCED_AHEAD: TimeDelta = TimeDelta::days(7);

/// What is over for longer than this is not asked about any more.
const ASKED_AFTER: TimeDelta = TimeDelta::days(1);

/// What is to be done about one date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// People may answer from now on. It is said once, however often it is due.
    Announce(Date),
    /// It starts soon.
    Remind {
        /// The date.
        date: Date,
        /// How long before the start the reminder was meant to be.
        ahead: TimeDelta,
        /// Whether it is later than that.
        late: bool,
    },
    /// It has started, and nobody was reminded in time.
    Missed(Date),
    /// It is over.
    Ended(Date),
}

/// What became due after `from`, and up to `to`, which is now. `leads` says how long before a start people are
/// reminded.
///
/// Where two reminders of a date are overdue, the one that is nearer to the start is sent.
#[must_use]
pub fn due(
    schedule: &Schedule,
    lasts: TimeDelta,
    leads: &[TimeDelta],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Vec<Due> {
    let mut found = Vec::new();
    let longest = leads.iter().copied().max().unwrap_or_default();
    let furthest = longest.max(ANNOUNCED_AHEAD);
    let is_due = |at: DateTime<Utc>| from < at && at <= to;
    let mut has_next = false;
    for date in schedule
        .dates_after(from - lasts)
        .take_while(|date| date.starts_at - furthest <= to)
    {
        let starts_at = date.starts_at;
        let reminders = leads.iter().filter(|lead| is_due(starts_at - **lead));
        if starts_at > to {
            if !has_next && starts_at - ANNOUNCED_AHEAD <= to {
                found.push(Due::Announce(date));
            }
            has_next = true;
            if let Some(ahead) = reminders.min().copied() {
                let late = to > starts_at - ahead + REMINDER_GRACE;
                found.push(Due::Remind { date, ahead, late });
            }
        } else {
            if reminders.count() > 0 {
                found.push(Due::Missed(date));
            }
            let ends_at = starts_at + lasts;
            if is_due(ends_at) && to - ends_at <= ASKED_AFTER {
                found.push(Due::Ended(date));
            }
        }
    }
    found
}

/// When something becomes due next.
#[must_use]
pub fn next_due(
    schedule: &Schedule,
    lasts: TimeDelta,
    leads: &[TimeDelta],
    after: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let longest = leads.iter().copied().max().unwrap_or_default();
    let furthest = longest.max(ANNOUNCED_AHEAD);
    let mut earliest: Option<DateTime<Utc>> = None;
    let mut before: Option<Date> = None;
    for date in schedule.dates_after(after - lasts) {
        let starts_at = date.starts_at;
        if earliest.is_some_and(|earliest| earliest <= starts_at - furthest) {
            break;
        }
        let announced = starts_at - ANNOUNCED_AHEAD;
        let announced = before.map_or(announced, |before| announced.max(before.starts_at));
        let moments = leads.iter().map(|lead| starts_at - *lead);
        earliest = moments
            .chain([announced, starts_at + lasts])
            .filter(|moment| *moment > after)
            .chain(earliest)
            .min();
        before = Some(date);
    }
    earliest
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;
    use crate::practice::recurrence::Exception;

    const LEADS: [TimeDelta; 2] = [TimeDelta::hours(24), TimeDelta::minutes(15)];
    const HOUR: TimeDelta = TimeDelta::hours(1);

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-03-{text}Z").parse().unwrap()
    }

    fn tuesdays() -> Schedule {
        let start = "2026-03-10T18:30:00".parse().unwrap();
        Schedule::new(start, Berlin, "FREQ=WEEKLY".parse().unwrap())
    }

    fn said(schedule: &Schedule, from: &str, to: &str) -> Vec<String> {
        due(schedule, HOUR, &LEADS, at(from), at(to))
            .into_iter()
            .map(|due| match due {
                Due::Announce(date) => format!("announce {}", date.local.format("%d")),
                Due::Remind { date, ahead, late } => format!(
                    "remind {} {} min{}",
                    date.local.format("%d"),
                    ahead.num_minutes(),
                    if late { " late" } else { "" }
                ),
                Due::Missed(date) => format!("missed {}", date.local.format("%d")),
                Due::Ended(date) => format!("ended {}", date.local.format("%d")),
            })
            .collect()
    }

    #[test]
    fn each_thing_is_due_at_its_time() {
        let schedule = tuesdays();
        let mut now = at("02T12:00:00");
        let mut moments = Vec::new();
        while let Some(next) = next_due(&schedule, HOUR, &LEADS, now).filter(|_| moments.len() < 6)
        {
            let what = due(&schedule, HOUR, &LEADS, now, next);
            moments.push(format!("{} {}", next.format("%d %R"), what.len()));
            now = next;
        }
        // Announced a week ahead; a day and a quarter of an hour before; the next one at its start; over.
        let expected = [
            "03 17:30 1",
            "09 17:30 2",
            "10 17:15 2",
            "10 17:30 1",
            "10 18:30 2",
            "16 17:30 2",
        ];
        assert_eq!(moments, expected);
    }

    #[test]
    fn what_is_overdue_is_late_while_it_helps_and_missed_when_it_does_not() {
        let schedule = tuesdays();
        let from = "09T12:00:00";
        assert_eq!(
            said(&schedule, from, "09T17:30:30")[1..],
            ["remind 10 1440 min"]
        );
        assert_eq!(
            said(&schedule, from, "09T20:00:00")[1..],
            ["remind 10 1440 min late"]
        );
        assert_eq!(
            said(&schedule, from, "10T17:20:00")[1..],
            ["remind 10 15 min late"]
        );
        assert_eq!(
            said(&schedule, from, "10T17:30:00"),
            ["missed 10", "announce 17"]
        );
        assert_eq!(
            said(&schedule, from, "11T17:00:00"),
            ["missed 10", "ended 10", "announce 17"]
        );
        let weeks = said(&schedule, from, "24T18:00:00");
        assert_eq!(
            weeks,
            ["missed 10", "missed 17", "missed 24", "announce 31"]
        );
    }

    #[test]
    fn what_was_skipped_or_moved_is_due_where_it_is_now() {
        let mut schedule = tuesdays();
        let original = "2026-03-10T18:30:00".parse().unwrap();
        schedule.exceptions.insert(original, Exception::Skipped);
        assert!(
            said(&schedule, "09T12:00:00", "10T17:20:00")
                .iter()
                .all(|said| !said.contains("10 "))
        );
        let moved = Exception::Moved("2026-03-11T20:00:00".parse().unwrap());
        schedule.exceptions.insert(original, moved);
        assert_eq!(
            said(&schedule, "09T12:00:00", "10T19:00:00"),
            ["announce 11", "remind 11 1440 min"]
        );
    }

    #[test]
    fn a_daily_series_is_announced_one_date_at_a_time() {
        let mut schedule = tuesdays();
        schedule.rule = "FREQ=DAILY;COUNT=3".parse().unwrap();
        assert_eq!(
            said(&schedule, "09T12:00:00", "10T17:00:00"),
            ["announce 10", "remind 10 1440 min late"]
        );
        assert_eq!(
            said(&schedule, "10T17:20:00", "10T17:31:00"),
            ["announce 11", "remind 11 1440 min"]
        );
        assert_eq!(next_due(&schedule, HOUR, &LEADS, at("12T18:30:00")), None);
    }
}
