//! What a member chose for themselves: their zone, the hours that suit them, how they are reminded.

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use super::refusal::Refusal;

/// The earliest own reminder: a date is announced no earlier.
const EARLIEST: TimeDelta = TimeDelta::days(7);

/// The most own reminders of a date.
const MOST_REMINDERS: usize = 5;

/// The hours of a day in which a meetup suits somebody. They may span midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreeHours {
    /// The hour at which they begin, 0 to 23.
    pub from: u32,
    /// The hour at which they end, 0 to 24.
    pub to: u32,
}

impl FreeHours {
    /// Whether what begins at an instant and takes so long lies within them, in a zone.
    #[must_use]
    pub fn hold(&self, starts_at: DateTime<Utc>, lasts: TimeDelta, zone: Tz) -> bool {
        let length = (self.to + 24 - self.from) % 24;
        let length = if length == 0 { 24 } else { length };
        let local = starts_at.with_timezone(&zone);
        let since = (local.hour() + 24 - self.from) % 24 * 60 + local.minute();
        i64::from(since) + lasts.num_minutes() <= i64::from(length) * 60
    }
}

/// What a member chose. `None` is as the community has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Their zone.
    pub zone: Option<Tz>,
    /// When a meetup suits them.
    pub free: Option<FreeHours>,
    /// How long before a start they are reminded, the earliest first; empty is never.
    pub reminders: Option<Vec<TimeDelta>>,
    /// Whether they are reminded in private, not in the date's thread.
    pub in_private: bool,
}

impl Preferences {
    /// How long before a start they are reminded, where they chose anything about that.
    #[must_use]
    pub fn own_leads(&self, usual: &[TimeDelta]) -> Option<Vec<TimeDelta>> {
        match &self.reminders {
            Some(own) => Some(own.clone()),
            None => self.in_private.then(|| usual.to_vec()),
        }
    }
}

/// Reads times before a start: "1 day, 15 min". "none" is none, "usual" is the community's.
pub fn read_reminders(text: &str) -> Result<Option<Vec<TimeDelta>>, Refusal> {
    let unclear = || Refusal::Reminders(text.trim().to_owned());
    match text.trim().to_lowercase().as_str() {
        "usual" => return Ok(None),
        "none" | "never" | "-" => return Ok(Some(Vec::new())),
        _ => {}
    }
    let lower = text.to_lowercase().replace(" and ", ",");
    let mut leads = Vec::new();
    for part in lower.split([',', ';']).map(str::trim) {
        let digits = part.find(|character: char| !character.is_ascii_digit());
        let (number, unit) = part.split_at(digits.ok_or_else(unclear)?);
        let number: u32 = number.parse().map_err(|_| unclear())?;
        let number = i64::from(number);
        let lead = match unit.trim() {
            "d" | "day" | "days" => TimeDelta::try_days(number),
            "h" | "hour" | "hours" => TimeDelta::try_hours(number),
            "m" | "min" | "minute" | "minutes" => TimeDelta::try_minutes(number),
            _ => None,
        };
        let lead = lead.filter(|lead| *lead > TimeDelta::zero() && *lead <= EARLIEST);
        leads.push(lead.ok_or_else(unclear)?);
    }
    leads.sort_unstable();
    leads.dedup();
    leads.reverse();
    if leads.len() > MOST_REMINDERS {
        return Err(unclear());
    }
    Ok(Some(leads))
}

/// Reads hours of a day: "18-22", "18:00 to 22:00". "any" is any, and so is the whole day.
pub fn read_hours(text: &str) -> Result<Option<FreeHours>, Refusal> {
    let lower = text.trim().to_lowercase();
    if matches!(lower.as_str(), "any" | "-") {
        return Ok(None);
    }
    let unclear = || Refusal::FreeHours(text.trim().to_owned());
    let plain = lower.replace(" to ", "-").replace('–', "-");
    let (from, to) = plain.split_once('-').ok_or_else(unclear)?;
    let hour = |text: &str| {
        let text = text.trim().trim_end_matches(":00").trim_end_matches('h');
        text.trim().parse::<u32>().map_err(|_| unclear())
    };
    let hours = FreeHours {
        from: hour(from)?,
        to: hour(to)?,
    };
    if (hours.from, hours.to) == (0, 24) {
        return Ok(None);
    }
    if hours.from > 23 || hours.to > 24 || hours.from == hours.to % 24 {
        return Err(unclear());
    }
    Ok(Some(hours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_are_read_as_people_write_them() {
        let minutes = |text| {
            let read = read_reminders(text).unwrap();
            read.map(|leads| leads.iter().map(TimeDelta::num_minutes).collect::<Vec<_>>())
        };
        assert_eq!(minutes("15 min, 1 day"), Some(vec![1_440, 15]));
        assert_eq!(minutes("2h and 5m"), Some(vec![120, 5]));
        assert_eq!(minutes("none"), Some(Vec::new()));
        assert_eq!(minutes("usual"), None);
        for unclear in [
            "",
            "soon",
            "8 days",
            "0 min",
            "5",
            "5 parsecs",
            "1m,2m,3m,4m,5m,6m",
        ] {
            assert!(read_reminders(unclear).is_err(), "{unclear}");
        }
    }

    #[test]
    fn hours_hold_what_begins_and_ends_within_them_in_their_zone() {
        let evening = read_hours("18-22").unwrap().unwrap();
        let berlin = chrono_tz::Europe::Berlin;
        let holds = |hours: FreeHours, start: &str, minutes| {
            hours.hold(start.parse().unwrap(), TimeDelta::minutes(minutes), berlin)
        };
        assert!(holds(evening, "2026-03-10T17:00:00Z", 60));
        assert!(holds(evening, "2026-03-10T20:00:00Z", 60));
        assert!(!holds(evening, "2026-03-10T20:30:00Z", 60));
        assert!(!holds(evening, "2026-03-10T16:59:00Z", 60));
        let night = read_hours("22:00 to 2:00").unwrap().unwrap();
        assert!(holds(night, "2026-03-10T23:30:00Z", 90));
        assert!(!holds(night, "2026-03-10T23:30:00Z", 91));
        assert_eq!(read_hours("any"), Ok(None));
        assert_eq!(read_hours("0-24"), Ok(None));
        for unclear in ["", "evenings", "25-26", "18", "18-18", "0-24 0"] {
            assert!(read_hours(unclear).is_err(), "{unclear}");
        }
    }
}
