//! The digest as leads read it: on one page, what to do next before everything else.

use super::markdown::{escape, moment, quote};
use super::measure::{count, duration};
use crate::practice::activity::ActivityKind;
use crate::practice::digest::Digest;
use crate::practice::post::{Card, Post};

/// How many waiting requests are named.
const NAMED_REQUESTS: usize = 5;

/// How many channels are named.
const NAMED_CHANNELS: usize = 5;

/// A part of the digest: its heading and its lines, in Discord's Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub heading: &'static str,
    /// The lines.
    pub lines: Vec<String>,
}

/// The heading of the whole.
#[must_use]
pub fn title(digest: &Digest) -> String {
    format!("{}: week {}", digest.guild_name, digest.week)
}

/// One sentence on the period and on what could be seen of it.
#[must_use]
pub fn preamble(digest: &Digest, late: bool) -> String {
    let last_day = digest.week.next().monday().pred_opt().unwrap_or_default();
    let mut text = format!(
        "{} to {}, as counted in {}.",
        digest.week.monday().format("%a %-d %b"),
        last_day.format("%a %-d %b %Y"),
        digest.zone.name()
    );
    let coverage = &digest.coverage;
    if coverage.offline_seconds > 0 {
        text.push_str(&format!(
            " I was away for {}; what was said then I read later.",
            duration(coverage.offline_seconds)
        ));
    }
    if let Some((named, more)) = coverage
        .unreadable_channels
        .split_at_checked(NAMED_CHANNELS)
    {
        let names = escape(&named.join(", "));
        text.push_str(&format!(
            " I could not read {names} and {} more.",
            more.len()
        ));
    } else if !coverage.unreadable_channels.is_empty() {
        let names = escape(&coverage.unreadable_channels.join(", "));
        text.push_str(&format!(" I could not read {names}."));
    }
    if digest.messages == 0 {
        text.push_str(" It was a quiet week: nobody wrote.");
    }
    if late {
        text.push_str(" This digest is late, sorry.");
    }
    text
}

/// The parts, in their order.
#[must_use]
pub fn sections(digest: &Digest) -> Vec<Section> {
    [
        next_steps(digest),
        requests(digest),
        practice(digest),
        people(digest),
        meetups(digest),
    ]
    .into_iter()
    .filter(|section| !section.lines.is_empty())
    .collect()
}

fn next_steps(digest: &Digest) -> Section {
    let mut lines = Vec::new();
    for request in digest.waiting.iter().take(NAMED_REQUESTS) {
        let words = quote(&request.text, 80);
        let words = match &request.link {
            Some(link) => format!("[{words}]({link})"),
            None => words,
        };
        let age = duration((digest.as_of - request.asked_at).num_seconds());
        lines.push(format!("{words} has waited {age}"));
    }
    if digest.waiting.len() > NAMED_REQUESTS {
        let more = digest.waiting.len() - NAMED_REQUESTS;
        lines.push(format!(
            "… and {more} more that wait: `/requests` shows them"
        ));
    }
    Section {
        heading: "What to do next",
        lines,
    }
}

fn requests(digest: &Digest) -> Section {
    let counts = &digest.requests;
    let mut lines = vec![format!(
        "{} new, {} answered, {} resolved, {} waiting, {} closed without an answer",
        counts.new, counts.answered, counts.resolved, counts.waiting, counts.lapsed
    )];
    if let (Some(median), Some(p90)) = (
        counts.median_seconds_to_answer,
        counts.p90_seconds_to_answer,
    ) {
        lines.push(format!(
            "First answer: half within {}, nine in ten within {}",
            duration(median),
            duration(p90)
        ));
    }
    Section {
        heading: "Requests",
        lines,
    }
}

fn practice(digest: &Digest) -> Section {
    let mut present: Vec<_> = digest
        .activities
        .iter()
        .filter(|(_, count)| **count > 0)
        .collect();
    present.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let mut lines: Vec<_> = present
        .into_iter()
        .map(|(kind, count)| format!("{}: {count}", kind.title()))
        .collect();
    let absent: Vec<_> = ActivityKind::ALL
        .into_iter()
        .filter(|kind| digest.activities.get(kind).is_none_or(|count| *count == 0))
        .map(|kind| kind.title().to_lowercase())
        .collect();
    if !absent.is_empty() {
        lines.push(format!("Not seen this week: {}", absent.join(", ")));
    }
    Section {
        heading: "The practice",
        lines,
    }
}

fn people(digest: &Digest) -> Section {
    let mut lines = vec![format!(
        "{} by {}, {}",
        count(digest.messages, "message", "messages"),
        count(digest.people, "person", "people"),
        count(digest.newcomers, "newcomer", "newcomers")
    )];
    let busiest: Vec<_> = digest
        .channels
        .iter()
        .take(NAMED_CHANNELS)
        .map(|channel| format!("#{} {}", escape(&channel.name), channel.messages))
        .collect();
    if !busiest.is_empty() {
        lines.push(format!("Busiest: {}", busiest.join(", ")));
    }
    Section {
        heading: "The people",
        lines,
    }
}

fn meetups(digest: &Digest) -> Section {
    let lines = digest
        .meetups
        .iter()
        .map(|date| format!("{}: {}", escape(&date.title), moment(date.starts_at)))
        .collect();
    Section {
        heading: "Meetups to come",
        lines,
    }
}

/// For Discord.
#[must_use]
pub fn post(digest: &Digest, late: bool) -> Post {
    let fields = sections(digest)
        .into_iter()
        .map(|section| {
            let lines: Vec<_> = section
                .lines
                .iter()
                .map(|line| format!("• {line}"))
                .collect();
            (section.heading.to_owned(), fitting(&lines, 1_024))
        })
        .collect();
    Post {
        card: Some(Card {
            title: title(digest),
            text: preamble(digest, late),
            fields,
            footer: String::new(),
        }),
        ..Post::default()
    }
}

/// As many of the lines as fit into a number of characters.
fn fitting(lines: &[String], most: usize) -> String {
    let mut text = String::new();
    for line in lines {
        if text.chars().count() + line.chars().count() + 1 > most {
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
    }
    text
}
