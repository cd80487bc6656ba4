//! The digest outside Discord: Markdown for a page or a mail, JSON for a program. `page` has it for a browser.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::digest::{preamble, sections, title};
use crate::practice::digest::{Digest, Readings, RequestCounts, Sight};

/// For a page or a mail.
#[must_use]
pub fn markdown(digest: &Digest) -> String {
    let preamble = plain_moments(&preamble(digest, false));
    let mut text = format!("# {}\n\n{preamble}\n", title(digest));
    for section in sections(digest) {
        text.push_str(&format!("\n## {}\n\n", section.heading));
        for line in section.lines {
            text.push_str(&format!("- {}\n", plain_moments(&line)));
        }
    }
    text
}

/// Text for HTML.
fn text(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A line of a digest for HTML.
pub(super) fn line_html(line: &str) -> String {
    inline(&plain_moments(line))
}

/// A line in our own Markdown for HTML: a link in front, and escapes taken back.
fn inline(line: &str) -> String {
    let link_and_rest = line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("](https://"));
    let (address, words, rest) =
        match link_and_rest.and_then(|(words, rest)| Some((words, rest.split_once(')')?))) {
            Some((words, (address, rest))) => (Some(address), words, rest),
            None => (None, line, ""),
        };
    let shown = code(&text(&unescaped(words)));
    let rest = code(&text(&unescaped(rest)));
    match address {
        Some(address) => format!("<a href=\"https://{}\">{shown}</a>{rest}", text(address)),
        None => format!("{shown}{rest}"),
    }
}

/// What stands between backticks, in HTML.
fn code(html: &str) -> String {
    let mut coded = String::with_capacity(html.len());
    let mut pieces = html.split('`').peekable();
    let mut is_code = false;
    while let Some(piece) = pieces.next() {
        match (is_code, pieces.peek().is_some()) {
            (true, true) => coded.push_str(&format!("<code>{piece}</code>")),
            (true, false) => coded.push_str(&format!("`{piece}")),
            _ => coded.push_str(piece),
        }
        is_code = !is_code;
    }
    coded
}

/// A line in our own Markdown as plain words.
pub(super) fn unescaped(words: &str) -> String {
    let mut plain = String::with_capacity(words.len());
    let mut characters = words.chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '\\' {
            characters.next()
        } else {
            Some(character)
        });
    }
    plain.replace('\u{200b}', "")
}

/// Discord's time marks as times: outside Discord nobody renders them.
pub(super) fn plain_moments(line: &str) -> String {
    let Some((before, rest)) = line.split_once("<t:") else {
        return line.to_owned();
    };
    let Some((mark, after)) = rest.split_once('>') else {
        return line.to_owned();
    };
    let seconds = mark
        .split(':')
        .next()
        .and_then(|seconds| seconds.parse().ok());
    let Some(instant) = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)) else {
        return line.to_owned();
    };
    format!(
        "{before}{} UTC{}",
        instant.format("%a %-d %b %Y %H:%M"),
        plain_moments(after)
    )
}

#[derive(Serialize)]
struct Document<'a> {
    guild: String,
    week: String,
    period: PeriodDocument,
    messages: i64,
    people: i64,
    channels: Vec<ChannelDocument<'a>>,
    activities: BTreeMap<&'static str, i64>,
    readings: ReadingsDocument,
    requests: RequestsDocument,
    newcomers: NewcomersDocument,
    participation: BTreeMap<&'static str, i64>,
    reciprocity: BTreeMap<&'static str, i64>,
    week_before: Option<BTreeMap<&'static str, i64>>,
    gaps: Vec<String>,
    meetups_held: Vec<HeldDocument<'a>>,
    meetups: Vec<MeetupDocument<'a>>,
    coverage: CoverageDocument<'a>,
}

#[derive(Serialize)]
struct PeriodDocument {
    from: String,
    to: String,
    zone: &'static str,
}

#[derive(Serialize)]
struct ChannelDocument<'a> {
    id: String,
    name: &'a str,
    messages: i64,
}

#[derive(Serialize)]
struct ReadingsDocument {
    read: i64,
    unsure: i64,
    likely: BTreeMap<&'static str, (i64, i64)>,
}

#[derive(Serialize)]
struct RequestsDocument {
    new: i64,
    answered: i64,
    resolved: i64,
    waiting: i64,
    lapsed: i64,
    median_seconds_to_answer: Option<i64>,
    p90_seconds_to_answer: Option<i64>,
}

#[derive(Serialize)]
struct NewcomersDocument {
    joined: i64,
    asked: i64,
    responded_within_a_day: i64,
    joined_the_week_before: i64,
    came_back: i64,
}

#[derive(Serialize)]
struct MeetupDocument<'a> {
    id: String,
    title: &'a str,
    starts_at: String,
}

#[derive(Serialize)]
struct HeldDocument<'a> {
    id: String,
    title: &'a str,
    starts_at: String,
    going: i64,
    there: i64,
}

#[derive(Serialize)]
struct CoverageDocument<'a> {
    seen: &'static str,
    offline_seconds: i64,
    unreadable_channels: &'a [String],
    watched_channels: i64,
    listens_since: Option<String>,
}

impl From<&Readings> for ReadingsDocument {
    fn from(readings: &Readings) -> Self {
        let likely = readings.likely.iter();
        Self {
            read: readings.read,
            unsure: readings.unsure,
            likely: likely.map(|(kind, range)| (kind.name(), *range)).collect(),
        }
    }
}

impl From<&RequestCounts> for RequestsDocument {
    fn from(counts: &RequestCounts) -> Self {
        Self {
            new: counts.new,
            answered: counts.answered,
            resolved: counts.resolved,
            waiting: counts.waiting,
            lapsed: counts.lapsed,
            median_seconds_to_answer: counts.median_seconds_to_answer,
            p90_seconds_to_answer: counts.p90_seconds_to_answer,
        }
    }
}

impl<'a> From<&'a Digest> for CoverageDocument<'a> {
    fn from(digest: &'a Digest) -> Self {
        let coverage = &digest.coverage;
        Self {
            seen: match digest.sight() {
                Sight::Clear => "clear",
                Sight::Partial => "partial",
                Sight::Blind => "blind",
            },
            offline_seconds: coverage.offline_seconds,
            unreadable_channels: &coverage.unreadable_channels,
            watched_channels: coverage.watched_channels,
            listens_since: coverage.listens_since.map(instant),
        }
    }
}

fn instant(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// For a program. `original_id` gives an id as its source wrote it; ids are always strings.
#[must_use]
pub fn json(digest: &Digest, guild: &str, original_id: impl Fn(i64) -> String) -> String {
    let document = Document {
        guild: guild.to_owned(),
        week: digest.week.to_string(),
        period: PeriodDocument {
            from: instant(digest.period.from),
            to: instant(digest.period.to),
            zone: digest.zone.name(),
        },
        messages: digest.messages,
        people: digest.people,
        channels: digest
            .channels
            .iter()
            .map(|channel| ChannelDocument {
                id: original_id(channel.id.get()),
                name: &channel.name,
                messages: channel.messages,
            })
            .collect(),
        activities: digest
            .activities
            .iter()
            .map(|(kind, count)| (kind.name(), *count))
            .collect(),
        readings: (&digest.readings).into(),
        requests: (&digest.requests).into(),
        newcomers: NewcomersDocument {
            joined: digest.newcomers.joined,
            asked: digest.newcomers.asked,
            responded_within_a_day: digest.newcomers.responded_within_a_day,
            joined_the_week_before: digest.newcomers.joined_before,
            came_back: digest.newcomers.came_back,
        },
        participation: BTreeMap::from([
            ("core", digest.participation.core),
            ("active", digest.participation.active),
            ("occasional", digest.participation.occasional),
            ("peripheral", digest.participation.peripheral),
            ("moved_in", digest.participation.moved_in),
            ("moved_out", digest.participation.moved_out),
        ]),
        reciprocity: BTreeMap::from([
            ("answers", digest.reciprocity.answers),
            (
                "answers_of_top_three",
                digest.reciprocity.answers_of_top_three,
            ),
            ("answerers", digest.reciprocity.answerers),
            ("askers", digest.reciprocity.askers),
            (
                "askers_who_answered",
                digest.reciprocity.askers_who_answered,
            ),
        ]),
        week_before: digest.before.map(|before| {
            BTreeMap::from([
                ("messages", before.messages),
                ("people", before.people),
                ("new", before.new),
                ("answered", before.answered),
                ("waiting", before.waiting),
            ])
        }),
        gaps: digest
            .gaps
            .iter()
            .map(|request| request.id.to_string())
            .collect(),
        meetups_held: digest
            .held
            .iter()
            .map(|held| HeldDocument {
                id: held.date.id.to_string(),
                title: &held.date.title,
                starts_at: instant(held.date.starts_at),
                going: held.going,
                there: held.there,
            })
            .collect(),
        meetups: digest
            .meetups
            .iter()
            .map(|date| MeetupDocument {
                id: date.id.to_string(),
                title: &date.title,
                starts_at: instant(date.starts_at),
            })
            .collect(),
        coverage: digest.into(),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
