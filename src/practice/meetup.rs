//! Meetups: when a community comes together.

use chrono::{DateTime, Datelike, Days, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use super::id::{ChannelId, GuildId, MeetupId, MemberId};
use super::recurrence::Rule;
use super::refusal::Refusal;

/// A reminder that is later than this says so.
pub const REMINDER_GRACE: TimeDelta = TimeDelta::minutes(1);

/// A meetup that is to be: all but its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMeetup {
    /// The community.
    pub guild: GuildId,
    /// What it is called.
    pub title: String,
    /// Where it is announced.
    pub channel: ChannelId,
    /// Who called it.
    pub host: MemberId,
    /// The first date, in local time.
    pub start: NaiveDateTime,
    /// The zone of that local time.
    pub zone: Tz,
    /// How it recurs.
    pub rule: Rule,
}

impl NewMeetup {
    /// The first date that starts after an instant.
    #[must_use]
    pub fn next_after(&self, instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.rule
            .dates(self.start, self.zone)
            .find(|date| *date > instant)
    }
}

/// A series of meetups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meetup {
    /// Its number.
    pub id: MeetupId,
    /// All else.
    pub plan: NewMeetup,
    /// When it was called off.
    pub cancelled_at: Option<DateTime<Utc>>,
}

/// The first date on a weekday at a time of day, from now on, in local time.
///
/// The time is read as people type it on a form: `18:30`, `6pm`, `6:30 pm`, `18h`.
pub fn first_date(
    day: Weekday,
    time: &str,
    now: DateTime<Utc>,
    zone: Tz,
) -> Result<NaiveDateTime, Refusal> {
    let time = time_of_day(time).ok_or_else(|| Refusal::UnknownTime(time.to_owned()))?;
    let now = now.with_timezone(&zone).naive_local();
    let ahead = u64::from(day.days_since(now.weekday()));
    let first = (now.date() + Days::new(ahead)).and_time(time);
    Ok(if first > now {
        first
    } else {
        first + Days::new(7)
    })
}

fn time_of_day(text: &str) -> Option<NaiveTime> {
    let text = text.trim().to_lowercase();
    let (digits, half) = if let Some(digits) = text.strip_suffix("am") {
        (digits, Some(0))
    } else if let Some(digits) = text.strip_suffix("pm") {
        (digits, Some(12))
    } else {
        (text.strip_suffix('h').unwrap_or(&text), None)
    };
    let (hour, minute) = digits
        .trim()
        .split_once([':', '.'])
        .unwrap_or((digits.trim(), "0"));
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match half {
        Some(offset) if (1..=12).contains(&hour) => hour % 12 + offset,
        Some(_) => return None,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, 0)
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_first_date_is_the_next_such_day_in_the_zone() {
        let monday_evening = at("2026-03-02T23:30:00Z"); // Tuesday, half past midnight, in Berlin
        let first = |time| {
            first_date(Weekday::Tue, time, monday_evening, Berlin)
                .unwrap()
                .to_string()
        };
        assert_eq!(first("18:30"), "2026-03-03 18:30:00");
        assert_eq!(first("0:15"), "2026-03-10 00:15:00");
    }

    #[test]
    fn times_are_read_as_people_type_them() {
        for (text, time) in [
            ("18:30", "18:30:00"),
            ("6pm", "18:00:00"),
            ("6:30 PM", "18:30:00"),
            ("12am", "00:00:00"),
            ("12 pm", "12:00:00"),
            ("18h", "18:00:00"),
            (" 9.05 ", "09:05:00"),
        ] {
            assert_eq!(time_of_day(text).unwrap().to_string(), time, "{text}");
        }
        for text in ["25:00", "", "noonish", "13pm", "6:60", "0pm"] {
            assert_eq!(time_of_day(text), None, "{text}");
        }
    }
}
