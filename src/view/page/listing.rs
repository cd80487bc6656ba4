//! The page of a number: the messages behind it.

use askama::Template;

use super::{STYLE, rendered};
use crate::practice::archive::Opening;
use crate::practice::figure::{Figure, SOURCES_ON_A_PAGE, Source};
use crate::view::measure::count;

/// How many characters of a message are shown.
const FIRST_WORDS: usize = 120;

#[derive(Template)]
#[template(path = "listing.html")]
struct ListingPage {
    style: &'static str,
    title: String,
    about: String,
    week: String,
    zone: &'static str,
    rows: Vec<Row>,
    /// The number of the first row.
    first: i64,
    page: i64,
    pages: i64,
}

struct Row {
    /// When, for machines and for people.
    at: String,
    local: String,
    channel: String,
    link: Option<String>,
    words: Words,
}

/// What is shown of a message's words.
enum Words {
    Shown(String),
    Private,
    NotKept,
}

/// The page of a number.
#[must_use]
pub fn listing(opening: &Opening) -> String {
    let listing = &opening.listing;
    rendered(&ListingPage {
        style: STYLE,
        title: format!(
            "{}, week {}: {}",
            opening.guild_name,
            opening.week,
            name(opening)
        ),
        about: about(opening),
        week: opening.week.to_string(),
        zone: opening.zone.name(),
        rows: listing
            .sources
            .iter()
            .map(|source| row(source, opening))
            .collect(),
        first: (listing.page - 1) * SOURCES_ON_A_PAGE + 1,
        page: listing.page,
        pages: listing.pages(),
    })
}

fn row(source: &Source, opening: &Opening) -> Row {
    let local = source.at.with_timezone(&opening.zone);
    let words = match &source.text {
        None => Words::Private,
        Some(text) if text.trim().is_empty() => Words::NotKept,
        Some(text) => Words::Shown(first_words(text)),
    };
    let name = source.channel_name.as_ref();
    Row {
        at: source.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        local: local.format("%a %-d %b, %H:%M").to_string(),
        channel: name.map_or_else(|| source.channel.to_string(), |name| format!("#{name}")),
        link: source.link.clone(),
        words,
    }
}

/// The first words on one line, without marks that turn the direction of what follows.
fn first_words(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = line
        .chars()
        .take(FIRST_WORDS)
        .filter(|character| !matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect();
    if line.chars().count() > FIRST_WORDS {
        shown.push('…');
    }
    shown
}

fn name(opening: &Opening) -> String {
    match opening.figure {
        Figure::Messages => "messages".to_owned(),
        Figure::Channel(channel) => {
            let name = opening.channel_name.clone();
            format!("#{}", name.unwrap_or_else(|| channel.to_string()))
        }
        Figure::Activity(kind) => kind.title().to_lowercase(),
        Figure::New => "new requests".to_owned(),
        Figure::Answered => "requests first answered".to_owned(),
        Figure::Resolved => "requests resolved".to_owned(),
        Figure::Waiting => "requests that waited".to_owned(),
        Figure::Lapsed => "requests closed without an answer".to_owned(),
        Figure::NewcomersAsked => "questions of newcomers".to_owned(),
        Figure::NewcomersAnswered => "questions of newcomers, soon responded to".to_owned(),
        Figure::Joined => "what newcomers wrote".to_owned(),
        Figure::CameBack => "what those wrote who came the week before".to_owned(),
    }
}

/// How many there are, and what is not shown of them.
fn about(opening: &Opening) -> String {
    let listing = &opening.listing;
    let what = match opening.figure {
        Figure::New
        | Figure::Answered
        | Figure::Resolved
        | Figure::Waiting
        | Figure::Lapsed
        | Figure::NewcomersAsked
        | Figure::NewcomersAnswered => count(listing.number, "request", "requests"),
        _ => count(listing.number, "message", "messages"),
    };
    let mut about = what;
    if listing.forgotten > 0 {
        about.push_str(&format!(
            ", {} forgotten: whoever wrote them has asked for that, so they count and are not shown",
            listing.forgotten
        ));
    }
    if listing.nameless > 0 {
        about.push_str(&format!(
            ", {} asked without a name: so that nobody is told on, they count and are not shown",
            listing.nameless
        ));
    }
    about.push('.');
    about
}
