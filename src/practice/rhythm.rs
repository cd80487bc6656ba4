//! After how long things happen, and when nobody is disturbed.

use chrono::{DateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use super::recurrence::instant_of;

/// How long Convener waits before it acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// How long a request waits before the core group's board says so.
    pub request_waits: TimeDelta,
    /// How long it waits before one of the core group is called to it.
    pub request_calls: TimeDelta,
    /// How long it waits before it goes onto the agenda of the next meetup.
    pub request_raised: TimeDelta,
    /// How long a request waits before it is closed as a gap in the community's knowledge.
    pub request_lapses: TimeDelta,
    /// How long somebody who took a request has until others are called to it again.
    pub claim_lasts: TimeDelta,
    /// How long the words of messages are kept.
    pub text_kept: TimeDelta,
    /// How long before its start people are first reminded of a meetup.
    pub first_reminder_lead: TimeDelta,
    /// How long before its start they are reminded once more.
    pub reminder_lead: TimeDelta,
    /// How many days after the end of a week the leads get its digest: 0 is the Monday.
    pub digest_day: u32,
    /// The hour of that day, in the community's zone.
    pub digest_hour: u32,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            request_waits: TimeDelta::hours(4),
            request_calls: TimeDelta::hours(24),
            request_raised: TimeDelta::hours(72),
            request_lapses: TimeDelta::days(14),
            claim_lasts: TimeDelta::hours(24),
            text_kept: TimeDelta::days(180),
            first_reminder_lead: TimeDelta::hours(24),
            reminder_lead: TimeDelta::minutes(15),
            digest_day: 0,
            digest_hour: 9,
        }
    }
}

impl Rhythm {
    /// How long before a meetup's start people are reminded.
    #[must_use]
    pub const fn reminder_leads(&self) -> [TimeDelta; 2] {
        [self.first_reminder_lead, self.reminder_lead]
    }
}

/// What a community has set otherwise than its operator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnRhythm {
    /// Hours until the board says that a request waits.
    pub waits_hours: Option<i64>,
    /// Hours until one of the core group is called.
    pub calls_hours: Option<i64>,
    /// Hours until a request goes onto the next meetup's agenda.
    pub raised_hours: Option<i64>,
    /// Days until a request is closed as a gap.
    pub lapses_days: Option<i64>,
    /// Days for which the words of messages are kept.
    pub text_kept_days: Option<i64>,
    /// Days after the end of a week until the leads get its digest, 0 to 6.
    pub digest_day: Option<i64>,
    /// The hour of that day, 0 to 23.
    pub digest_hour: Option<i64>,
}

impl OwnRhythm {
    /// The rhythm of the community, given its operator's.
    #[must_use]
    pub fn over(&self, rhythm: &Rhythm) -> Rhythm {
        let hours = |own: Option<i64>, usual| own.map_or(usual, TimeDelta::hours);
        let days = |own: Option<i64>, usual| own.map_or(usual, TimeDelta::days);
        let number =
            |own: Option<i64>, usual| own.and_then(|own| own.try_into().ok()).unwrap_or(usual);
        Rhythm {
            request_waits: hours(self.waits_hours, rhythm.request_waits),
            request_calls: hours(self.calls_hours, rhythm.request_calls),
            request_raised: hours(self.raised_hours, rhythm.request_raised),
            request_lapses: days(self.lapses_days, rhythm.request_lapses),
            text_kept: days(self.text_kept_days, rhythm.text_kept),
            digest_day: number(self.digest_day, rhythm.digest_day),
            digest_hour: number(self.digest_hour, rhythm.digest_hour),
            ..*rhythm
        }
    }
}

/// The hours of a day in which nobody is pinged, in the community's zone. They may span midnight;
/// where both ends are equal there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// The hour at which they begin, 0 to 23.
    pub from: u32,
    /// The hour at which they end, 0 to 23.
    pub to: u32,
}

impl Default for QuietHours {
    fn default() -> Self {
        Self { from: 22, to: 8 }
    }
}

impl QuietHours {
    /// When the quiet ends in which an instant lies; `None` where it is not quiet then.
    #[must_use]
    pub fn end_after(&self, instant: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let local = instant.with_timezone(&zone).naive_local();
        let hour = local.hour();
        let is_quiet = if self.from <= self.to {
            (self.from..self.to).contains(&hour)
        } else {
            hour >= self.from || hour < self.to
        };
        let end = NaiveTime::from_hms_opt(self.to, 0, 0)?;
        let ends_today = hour < self.to;
        let day = if ends_today {
            local.date()
        } else {
            local.date().succ_opt()?
        };
        // Where the clocks go back over the end, its hour comes twice: the later one is past.
        is_quiet.then(|| instant_of(day.and_time(end), zone).max(instant + TimeDelta::seconds(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(quiet: QuietHours, instant: &str, zone: &str) -> Option<String> {
        let end = quiet.end_after(instant.parse().unwrap(), zone.parse().unwrap());
        end.map(|end| end.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
    }

    #[test]
    fn the_night_ends_in_the_morning_of_the_communitys_zone() {
        let night = QuietHours::default();
        let ends = |instant, zone| end(night, instant, zone);
        assert_eq!(ends("2026-03-02T20:59:59Z", "Europe/Berlin"), None);
        let morning = Some("2026-03-03T07:00:00Z".to_owned());
        assert_eq!(ends("2026-03-02T21:00:00Z", "Europe/Berlin"), morning);
        assert_eq!(ends("2026-03-03T06:59:59Z", "Europe/Berlin"), morning);
        assert_eq!(ends("2026-03-03T07:00:00Z", "Europe/Berlin"), None);
        // In the night in which the clocks go forward the morning comes an hour earlier.
        let summer = Some("2026-03-29T06:00:00Z".to_owned());
        assert_eq!(ends("2026-03-28T23:00:00Z", "Europe/Berlin"), summer);
    }

    #[test]
    fn the_quiet_may_be_at_noon_or_never() {
        let noon = QuietHours { from: 12, to: 14 };
        let ends = Some("2026-03-02T14:00:00Z".to_owned());
        assert_eq!(end(noon, "2026-03-02T13:30:00Z", "UTC"), ends);
        assert_eq!(end(noon, "2026-03-02T14:00:00Z", "UTC"), None);
        let never = QuietHours { from: 0, to: 0 };
        assert_eq!(end(never, "2026-03-02T00:00:00Z", "UTC"), None);
    }

    #[test]
    fn a_community_sets_its_own() {
        let own = OwnRhythm {
            waits_hours: Some(2),
            ..OwnRhythm::default()
        };
        let rhythm = own.over(&Rhythm::default());
        assert_eq!(rhythm.request_waits, TimeDelta::hours(2));
        assert_eq!(rhythm.request_lapses, Rhythm::default().request_lapses);
    }
}
