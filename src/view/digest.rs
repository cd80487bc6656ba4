//! The digest as leads read it: on one page, what to do next before everything else.

use chrono::{DateTime, Utc};

use super::board::HIDDEN;
use super::markdown::{channel, escape, from_now, moment, quote};
use super::measure::{count, duration};
use crate::practice::action::Action;
use crate::practice::activity::ActivityKind;
use crate::practice::board::Shelf;
use crate::practice::community::Community;
use crate::practice::digest::{Digest, HeldMeetup, NamedRequest, NextStep, Sight};
use crate::practice::participation::{USUAL_ACTIVE, USUAL_CORE};
use crate::practice::post::{Card, Control, Post};
use crate::practice::week::Week;

/// How many waiting requests are named, where there is room for them.
const NAMED_REQUESTS: usize = 3;

/// The most lines of what to do next: what is longer is read by nobody.
const MOST_LINES: usize = 7;

/// Shares of fewer people or messages than this are told as numbers: a percentage of five people misleads.
const PERCENT_FROM: i64 = 20;

/// What stands for words that were forgotten, or never were.
const NOT_KEPT: &str = "A question whose words are not kept";

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

/// The days of a week: "Mon 2 Mar to Sun 8 Mar 2026".
#[must_use]
pub fn days(week: Week) -> String {
    let last_day = week.next().monday().pred_opt().unwrap_or_default();
    format!(
        "{} to {}",
        week.monday().format("%a %-d %b"),
        last_day.format("%a %-d %b %Y")
    )
}

/// To who ran `/digest settings`: where and when the digest comes.
#[must_use]
pub fn settings(community: &Community, next: Option<DateTime<Utc>>) -> Post {
    let place = community
        .leads_channel
        .map_or_else(|| "nowhere yet: name a channel".to_owned(), channel);
    let next = next.map_or_else(
        || "in a moment".to_owned(),
        |next| format!("{} ({})", moment(next), from_now(next)),
    );
    Post::words(format!(
        "The digest of each week comes to {place}, the next one {next}; weeks and hours are those of {}.",
        community.zone.name()
    ))
}

/// One sentence on the period and on what could be seen of it.
#[must_use]
pub fn preamble(digest: &Digest, late: bool) -> String {
    let mut text = format!(
        "{}, as counted in {}.",
        days(digest.week),
        digest.zone.name()
    );
    let coverage = &digest.coverage;
    if let Some(since) = coverage.listens_since {
        text.push_str(&format!(" I have been listening since {}.", moment(since)));
    }
    if coverage.offline_seconds > 0 {
        text.push_str(&format!(
            " I was away for {}; what was said then I read later.",
            duration(coverage.offline_seconds)
        ));
    }
    if let Some((named, more)) = coverage
        .unreadable_channels
        .split_at_checked(NAMED_CHANNELS)
        .filter(|(_, more)| !more.is_empty())
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
    text.push_str(match (digest.sight(), digest.messages) {
        (Sight::Blind, _) => {
            " So I saw next to nothing of this week: no number here says how the community is."
        }
        (Sight::Partial, 0) => " In what I could see nobody wrote.",
        (Sight::Clear, 0) => " It was a quiet week: nobody wrote.",
        (Sight::Partial | Sight::Clear, _) => "",
    });
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
        held(digest),
        meetups(digest),
    ]
    .into_iter()
    .filter(|section| !section.lines.is_empty())
    .collect()
}

fn next_steps(digest: &Digest) -> Section {
    let mut lines = Vec::new();
    for step in digest.next_steps() {
        lines.push(match step {
            NextStep::Answer(waiting, oldest) => {
                let age = duration((digest.as_of - oldest).num_seconds());
                let verb = if waiting == 1 { "waits" } else { "wait" };
                format!(
                    "{} {verb}, the oldest for {age}: the board of the core group shows {}",
                    count(waiting, "request", "requests"),
                    if waiting == 1 { "it" } else { "them" }
                )
            }
            NextStep::WelcomeNewcomers(asked) => format!(
                "{} of newcomers had no response within a day: say hello, even without an answer",
                count(asked, "question", "questions")
            ),
            NextStep::TalkAtMeetup(raised) => format!(
                "{} waited so long that the next meetup is the place for it",
                count(raised, "request", "requests")
            ),
            NextStep::CloseGaps(lapsed) => format!(
                "{} closed without an answer: who outside could know? `/requests which:lapsed`",
                count(lapsed, "request was", "requests were")
            ),
            NextStep::LetRead(channels) => format!(
                "I can't read {}: `/setup check` says what is missing",
                count(channels, "channel", "channels")
            ),
            NextStep::ShareTheLoad(top, answers) => format!(
                "Three people gave {top} of the last {answers} answers: ask others what they know about, \
                 `/preferences` lists it"
            ),
            NextStep::PlanMeetup => {
                "No meetup is planned for the coming week: `/meetup schedule` plans one".to_owned()
            }
        });
    }
    for request in shown(&digest.waiting) {
        let age = duration((digest.as_of - request.asked_at).num_seconds());
        lines.push(format!("{} has waited {age}", named(request)));
    }
    lines.truncate(MOST_LINES);
    Section {
        heading: "What to do next",
        lines,
    }
}

/// The requests that are named.
fn shown(requests: &[NamedRequest]) -> impl Iterator<Item = &NamedRequest> {
    let known = requests.iter().filter(|request| !request.is_forgotten);
    known.take(NAMED_REQUESTS)
}

/// A request's first words, with the link to it.
fn named(request: &NamedRequest) -> String {
    let words = match (request.is_public, request.text.trim()) {
        (false, _) => HIDDEN,
        (true, "") => NOT_KEPT,
        (true, text) => text,
    };
    let words = quote(words, 80);
    match &request.link {
        Some(link) => format!("[{words}]({link})"),
        None => words,
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
    if let Some(before) = &digest.before {
        let mut line = format!(
            "The week before: {} new, {} answered, {} waiting",
            before.new, before.answered, before.waiting
        );
        if let Some(median) = before.median_seconds_to_answer {
            line.push_str(&format!("; half answered within {}", duration(median)));
        }
        lines.push(line);
    }
    for request in shown(&digest.gaps) {
        lines.push(format!("A gap: {}", named(request)));
    }
    Section {
        heading: "Requests",
        lines,
    }
}

fn practice(digest: &Digest) -> Section {
    let readings = &digest.readings;
    // Of a handful it could as well be none or twice as many.
    let says_something = readings.read >= PERCENT_FROM;
    let mut present: Vec<_> = digest
        .activities
        .iter()
        .filter(|(_, count)| **count > 0)
        .collect();
    present.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let mut lines: Vec<_> = present
        .into_iter()
        .map(
            |(kind, count)| match readings.likely.get(kind).filter(|_| says_something) {
                Some((low, high)) => format!("{}: {count} (likely {low} to {high})", kind.title()),
                None => format!("{}: {count}", kind.title()),
            },
        )
        .collect();
    if says_something && readings.unsure > 0 {
        lines.push(format!(
            "Of {} I was unsure of {}; what is likely takes into account what I confuse",
            count(readings.read, "beginning", "beginnings"),
            readings.unsure
        ));
    }
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
        count(digest.newcomers.joined, "newcomer", "newcomers")
    )];
    if let Some(before) = &digest.before {
        lines.push(format!(
            "The week before: {} by {}",
            count(before.messages, "message", "messages"),
            count(before.people, "person", "people"),
        ));
    }
    lines.extend(newcomers(digest));
    lines.extend(rings(digest));
    lines.extend(load(digest));
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

fn newcomers(digest: &Digest) -> Vec<String> {
    let newcomers = &digest.newcomers;
    let mut lines = Vec::new();
    if newcomers.asked > 0 {
        lines.push(format!(
            "Newcomers asked {}; {} had a response within a day",
            count(newcomers.asked, "question", "questions"),
            newcomers.responded_within_a_day
        ));
    }
    if newcomers.joined_before > 0 {
        lines.push(format!(
            "Of {} who came the week before, {} wrote this week",
            newcomers.joined_before, newcomers.came_back
        ));
    }
    lines
}

/// How members take part: in numbers where they are few, with shares beside the rule of thumb where
/// they are many.
fn rings(digest: &Digest) -> Option<String> {
    let rings = &digest.participation;
    if rings.core + rings.active + rings.occasional == 0 {
        return None;
    }
    let members = rings.members();
    let share = |of: i64, (from, to): (i64, i64)| {
        if members < PERCENT_FROM {
            String::new()
        } else {
            format!(" ({} %, usual is {from} to {to} %)", of * 100 / members)
        }
    };
    let mut line = format!(
        "In ninety days: {} core{}, {} active{}, {} now and then, {} reading",
        rings.core,
        share(rings.core, USUAL_CORE),
        rings.active,
        share(rings.active, USUAL_ACTIVE),
        rings.occasional,
        rings.peripheral
    );
    if rings.moved_in + rings.moved_out > 0 {
        line.push_str(&format!(
            "; {} moved inwards this week, {} outwards",
            rings.moved_in, rings.moved_out
        ));
    }
    Some(line)
}

fn load(digest: &Digest) -> Option<String> {
    let load = &digest.reciprocity;
    (load.answers > 0).then(|| {
        format!(
            "{} by {} in ninety days; {} of {} who asked answered somebody, too",
            count(load.answers, "answer", "answers"),
            count(load.answerers, "person", "people"),
            load.askers_who_answered,
            load.askers
        )
    })
}

fn held(digest: &Digest) -> Section {
    let lines = digest
        .held
        .iter()
        .filter(|held| held.date.starts_at < digest.as_of)
        .map(|held| {
            let HeldMeetup { date, going, there } = held;
            let attended = match (*there, *going) {
                (0, 0) => "nobody said who was there".to_owned(),
                (0, going) => format!("{going} meant to come, nobody said who was there"),
                (there, _) => format!("{} there", count(there, "person", "people")),
            };
            format!(
                "{}: {}, {attended}",
                escape(&date.title),
                moment(date.starts_at)
            )
        })
        .collect();
    Section {
        heading: "Meetups held",
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
        controls: if digest.waiting.is_empty() {
            Vec::new()
        } else {
            vec![Control::Button(
                "What waits now".to_owned(),
                Action::ShowShelf(Shelf::Waiting, 0),
            )]
        },
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
