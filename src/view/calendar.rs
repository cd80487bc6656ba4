//! Calendars as programs read them: RFC 5545.
//!
//! Each date is an event of its own, in UTC: what is read is what Convener means, also where the clocks
//! change or a date was moved. An event keeps its `UID` for good, and `SEQUENCE` and `LAST-MODIFIED` count with
//! its series; what does not take place is there as cancelled.

use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, Utc};
use icalendar::{Component, Event, EventStatus, Property};

use crate::practice::meetup::{Calendar, Entry, Standing};

/// A form of an instant in UTC.
const INSTANT: &str = "%Y%m%dT%H%M%SZ";

/// The text of a calendar.
#[must_use]
pub fn ics(calendar: &Calendar) -> String {
    let mut file = icalendar::Calendar::empty();
    let name = shown(&calendar.name);
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Convener//Meetups//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("X-PUBLISHED-TTL", "PT1H"),
    ] {
        file.append_property(Property::new(key, value));
    }
    file.append_property(Property::new("X-WR-CALNAME", &name));
    let refresh = Property::new("REFRESH-INTERVAL", "PT1H")
        .add_parameter("VALUE", "DURATION")
        .done();
    file.append_property(refresh);
    for entry in &calendar.entries {
        file.push(event(calendar, entry));
    }
    file.to_string()
}

fn event(calendar: &Calendar, entry: &Entry) -> Event {
    let instant = |at: DateTime<Utc>| at.format(INSTANT).to_string();
    let changed = instant(entry.changed_at);
    let mut event = Event::new();
    event
        .uid(&format!(
            "meetup-{}-{}-{}@convener",
            calendar.guild,
            entry.meetup,
            entry.original.format("%Y%m%dT%H%M%S")
        ))
        .summary(&shown(&entry.title))
        .add_property("DTSTAMP", &changed)
        .add_property("LAST-MODIFIED", &changed)
        .add_property("DTSTART", instant(entry.starts_at))
        .add_property("DTEND", instant(entry.ends_at))
        .add_property("SEQUENCE", entry.sequence.to_string())
        .add_property(
            "URL",
            format!(
                "https://discord.com/channels/{}/{}",
                calendar.guild, entry.channel
            ),
        )
        .status(match entry.standing {
            Standing::Confirmed => EventStatus::Confirmed,
            Standing::Tentative => EventStatus::Tentative,
            Standing::Cancelled => EventStatus::Cancelled,
        });
    event
}

/// A text without control characters, which RFC 5545 forbids.
fn shown(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .collect()
}

/// What names this very text: RFC 9110, section 8.8.3.
#[must_use]
pub fn entity_tag(ics: &str) -> String {
    let mut hasher = DefaultHasher::new();
    ics.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

/// An instant in the form of a header: RFC 9110, section 5.6.7.
#[must_use]
pub fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::{Days, NaiveDateTime};
    use chrono_tz::TZ_VARIANTS;

    use super::*;
    use crate::practice::id::{ChannelId, GuildId, MeetupId, MemberId};
    use crate::practice::meetup::{Meetup, NewMeetup};
    use crate::practice::recurrence::{Exception, Schedule};

    const RULES: [&str; 8] = [
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
        "FREQ=WEEKLY;COUNT=500",
        "FREQ=MONTHLY;BYDAY=2TH",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=15",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=YEARLY;BYMONTH=3,9;BYDAY=1MO",
    ];

    const TITLES: [&str; 4] = [
        "Bench night",
        "Glaze; kiln, \\ and “wheel”",
        "Kännchen 🏺 und sehr viele Wörter über das Glasieren und das Brennen von flachen Tellern",
        "BEGIN:VEVENT\r\nSUMMARY:not a second one",
    ];

    fn now() -> DateTime<Utc> {
        "2026-06-01T12:00:00Z".parse().unwrap()
    }

    /// Series of every rhythm all over the world, with dates left out and moved, some of them called off.
    fn series() -> Vec<Meetup> {
        let first: NaiveDateTime = "2024-06-03T18:30:00".parse().unwrap();
        (0..200_usize)
            .map(|number| {
                let start = first + Days::new((number * 3 % 700) as u64);
                let zone = TZ_VARIANTS[number * 3 % TZ_VARIANTS.len()];
                let rule = RULES[number % RULES.len()].parse().unwrap();
                let mut schedule = Schedule::new(start, zone, rule);
                let coming: Vec<_> = schedule.dates_after(now()).take(2).collect();
                if let [left_out, moved] = coming[..] {
                    let to = Exception::Moved(moved.local + Days::new(1));
                    schedule.exceptions = [
                        (left_out.original, Exception::Skipped),
                        (moved.original, to),
                    ]
                    .into();
                }
                Meetup {
                    id: MeetupId::new(i64::try_from(number).unwrap()),
                    plan: NewMeetup {
                        guild: GuildId::new(1),
                        title: TITLES[number % TITLES.len()].to_owned(),
                        channel: ChannelId::new(2),
                        room: None,
                        host: MemberId::new(3),
                        schedule,
                        minutes: 90,
                        seats: None,
                        continues: None,
                    },
                    cancelled_at: (number % 10 == 9).then(now),
                    cancel_reason: None,
                    sequence: i64::try_from(number % 7).unwrap(),
                    changed_at: now(),
                    tended_to: None,
                }
            })
            .collect()
    }

    #[test]
    fn a_calendar_of_200_series_is_read_as_it_was_written() {
        let calendar = Calendar::of(
            GuildId::new(1),
            "Makers, all".to_owned(),
            &series(),
            None,
            now(),
        );
        assert!(calendar.entries.len() > 3_000, "{}", calendar.entries.len());
        let text = ics(&calendar);
        let lines = text.split("\r\n");
        for line in lines.clone() {
            assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line}");
        }
        let read: icalendar::Calendar = text.parse().unwrap();
        let events: Vec<_> = read
            .components
            .iter()
            .filter_map(|component| component.as_event())
            .collect();
        assert_eq!(events.len(), calendar.entries.len());
        assert!(text.contains("\r\nX-WR-CALNAME:Makers\\, all\r\n"));
        let mut uids = HashSet::new();
        for (event, entry) in events.iter().zip(&calendar.entries) {
            let value = |key: &str| event.property_value(key).unwrap_or_default().to_owned();
            assert!(uids.insert(value("UID")), "{} is there twice", value("UID"));
            let instant = |at: DateTime<Utc>| at.format(INSTANT).to_string();
            assert_eq!(value("DTSTART"), instant(entry.starts_at));
            assert_eq!(value("DTEND"), instant(entry.ends_at));
            assert_eq!(value("SEQUENCE"), entry.sequence.to_string());
            assert_eq!(event.get_summary(), Some(shown(&entry.title).as_str()));
            let standing = match entry.standing {
                Standing::Confirmed => "CONFIRMED",
                Standing::Tentative => "TENTATIVE",
                Standing::Cancelled => "CANCELLED",
            };
            assert_eq!(value("STATUS"), standing);
        }
    }
}
