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
    file.append_property(Property::new("X-WR-CALNAME", text(&name)));
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

/// A property of the calendar itself is not escaped by the writer.
fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | ';' | ',') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
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
