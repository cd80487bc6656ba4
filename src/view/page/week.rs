//! The page of a week: what to do next, then every number, then the charts.

use askama::Template;

use super::{STYLE, rendered};
use crate::practice::activity::ActivityKind;
use crate::practice::archive::WeekOfArchive;
use crate::practice::digest::Digest;
use crate::practice::figure::Figure;
use crate::practice::participation::{USUAL_ACTIVE, USUAL_CORE};
use crate::practice::trend::Trend;
use crate::view::chart::{Chart, charts};
use crate::view::digest::{preamble, sections, title};
use crate::view::digest_export::{line_html, plain_moments, unescaped};
use crate::view::measure::{count as count_of, duration};

/// Shares of fewer people than this are told as numbers: a percentage of five people misleads.
const PERCENT_FROM: i64 = 20;

#[derive(Template)]
#[template(path = "week.html")]
struct WeekPage<'a> {
    style: &'static str,
    title: String,
    preamble: String,
    /// Where the pages around it are; `None` where it stands alone.
    around: Option<Around>,
    /// The lines of what to do next, as HTML.
    next_steps: Vec<String>,
    tables: Vec<Table>,
    /// There may be many, so they come last.
    channels: Table,
    /// The lines of meetups that were, as HTML, and of those to come.
    held: Vec<String>,
    meetups: Vec<String>,
    charts: &'a [Chart],
}

struct Around {
    previous: Option<String>,
    next: Option<String>,
    weeks: String,
}

impl Around {
    fn of(page: &WeekOfArchive, secret: &str) -> Self {
        let week = page.digest.week;
        Self {
            previous: page.has_previous.then(|| week.previous().to_string()),
            next: page.has_next.then(|| week.next().to_string()),
            weeks: format!("../{secret}"),
        }
    }
}

/// Numbers with their names.
#[derive(Template)]
#[template(path = "table.html")]
struct Table {
    id: &'static str,
    heading: &'static str,
    about: String,
    /// The heads of its columns; the last is empty where nothing can be compared.
    columns: [&'static str; 3],
    rows: Vec<Row>,
}

struct Row {
    name: String,
    number: String,
    /// The page with the messages behind it.
    link: Option<String>,
    /// The same of the week before, or what is to be known of it.
    beside: String,
}

/// The page of a week in the archive.
#[must_use]
pub fn week(page: &WeekOfArchive, secret: &str) -> String {
    let around = Around::of(page, secret);
    whole(&page.digest, &charts(&page.trend), Some(around))
}

/// The page of a week that stands alone, as a file does: its numbers open to nothing.
#[must_use]
pub fn week_alone(digest: &Digest, trend: &Trend) -> String {
    whole(digest, &charts(trend), None)
}

fn whole(digest: &Digest, charts: &[Chart], around: Option<Around>) -> String {
    let mut all = sections(digest).into_iter();
    let next_steps = all.find(|section| section.heading == "What to do next");
    let held = all.find(|section| section.heading == "Meetups held");
    let meetups = all.find(|section| section.heading == "Meetups to come");
    let lines = |section: Option<crate::view::digest::Section>| -> Vec<String> {
        let lines = section.map(|section| section.lines).unwrap_or_default();
        lines.iter().map(|line| line_html(line)).collect()
    };
    let tables = Tables {
        digest,
        has_links: around.is_some(),
    };
    rendered(&WeekPage {
        style: STYLE,
        title: title(digest),
        preamble: unescaped(&plain_moments(&preamble(digest, false))),
        around,
        next_steps: lines(next_steps),
        tables: tables.all(),
        channels: tables.channels(),
        held: lines(held),
        meetups: lines(meetups),
        charts,
    })
}

/// Makes the tables of a digest.
struct Tables<'a> {
    digest: &'a Digest,
    has_links: bool,
}

impl Tables<'_> {
    fn all(&self) -> Vec<Table> {
        let tables = [
            self.requests(),
            self.practice(),
            self.people(),
            self.newcomers(),
            self.rings(),
        ];
        tables
            .into_iter()
            .filter(|table| !table.rows.is_empty())
            .collect()
    }

    /// A row whose number opens to its messages.
    fn row(&self, name: impl Into<String>, number: i64, figure: Figure) -> Row {
        let link = (self.has_links && number > 0).then(|| format!("{}/{figure}", self.digest.week));
        Row {
            name: name.into(),
            number: number.to_string(),
            link,
            beside: String::new(),
        }
    }

    /// The same, beside the week before.
    fn compared(&self, name: &str, number: i64, figure: Figure, before: Option<i64>) -> Row {
        Row {
            beside: before.map(|before| before.to_string()).unwrap_or_default(),
            ..self.row(name, number, figure)
        }
    }

    fn requests(&self) -> Table {
        let counts = &self.digest.requests;
        let before = self.digest.before.as_ref();
        let mut rows = vec![
            self.compared(
                "New",
                counts.new,
                Figure::New,
                before.map(|before| before.new),
            ),
            self.compared(
                "First answered",
                counts.answered,
                Figure::Answered,
                before.map(|before| before.answered),
            ),
            self.row("Resolved", counts.resolved, Figure::Resolved),
            self.compared(
                "Waiting at the end",
                counts.waiting,
                Figure::Waiting,
                before.map(|before| before.waiting),
            ),
            self.row("Closed without an answer", counts.lapsed, Figure::Lapsed),
        ];
        if let Some(median) = counts.median_seconds_to_answer {
            let before = before.and_then(|before| before.median_seconds_to_answer);
            rows.push(Row {
                beside: before.map(duration).unwrap_or_default(),
                ..plain("Half answered within", duration(median))
            });
        }
        let p90 = counts.p90_seconds_to_answer;
        rows.extend(p90.map(|seconds| plain("Nine in ten within", duration(seconds))));
        Table {
            id: "requests",
            heading: "Requests",
            about: String::new(),
            columns: ["Requests", "This week", self.before_head()],
            rows,
        }
    }

    fn practice(&self) -> Table {
        let count = |kind| self.digest.activities.get(&kind).copied().unwrap_or(0);
        let mut kinds = ActivityKind::ALL;
        kinds.sort_by_key(|kind| std::cmp::Reverse(count(*kind)));
        let readings = &self.digest.readings;
        // Of a handful it could as well be none or twice as many.
        let says_something = readings.read >= PERCENT_FROM;
        let row = |kind: ActivityKind| {
            let likely = readings.likely.get(&kind).filter(|_| says_something);
            Row {
                beside: likely
                    .map(|(low, high)| format!("{low} to {high}"))
                    .unwrap_or_default(),
                ..self.row(kind.title(), count(kind), Figure::Activity(kind))
            }
        };
        let mut about =
            "What people did together. A zero is worth a look, too: it may be missing.".to_owned();
        if says_something {
            about.push_str(&format!(
                " Of {} I was unsure of {}; what is likely takes into account what I confuse.",
                count_of(readings.read, "beginning", "beginnings"),
                readings.unsure
            ));
        }
        Table {
            id: "practice",
            heading: "The practice",
            about,
            columns: [
                "Activity",
                "This week",
                if says_something { "Likely" } else { "" },
            ],
            rows: kinds.into_iter().map(row).collect(),
        }
    }

    fn people(&self) -> Table {
        let before = self.digest.before.as_ref();
        let rows = vec![
            self.compared(
                "Messages",
                self.digest.messages,
                Figure::Messages,
                before.map(|before| before.messages),
            ),
            self.compared(
                "People who wrote",
                self.digest.people,
                Figure::Messages,
                before.map(|before| before.people),
            ),
        ];
        Table {
            id: "people",
            heading: "The people",
            about: String::new(),
            columns: ["People", "This week", self.before_head()],
            rows,
        }
    }

    fn newcomers(&self) -> Table {
        let newcomers = &self.digest.newcomers;
        let is_there = newcomers.joined + newcomers.asked + newcomers.joined_before > 0;
        let mut rows = Vec::new();
        if is_there {
            rows.push(self.row("Came", newcomers.joined, Figure::Joined));
            rows.push(self.row(
                "Questions of theirs",
                newcomers.asked,
                Figure::NewcomersAsked,
            ));
            rows.push(self.row(
                "Of these, responded to within a day",
                newcomers.responded_within_a_day,
                Figure::NewcomersAnswered,
            ));
        }
        if newcomers.joined_before > 0 {
            let name = format!(
                "Of the {} who came the week before, wrote this week",
                newcomers.joined_before
            );
            rows.push(self.row(name, newcomers.came_back, Figure::CameBack));
        }
        Table {
            id: "newcomers",
            heading: "Newcomers",
            about: "Who is answered soon comes back more often.".to_owned(),
            columns: ["Newcomers", "This week", ""],
            rows,
        }
    }

    fn rings(&self) -> Table {
        let rings = &self.digest.participation;
        let load = &self.digest.reciprocity;
        let members = rings.members();
        let share = |of: i64, (from, to): (i64, i64)| {
            if members < PERCENT_FROM {
                return String::new();
            }
            format!("{} %, usual is {from} to {to} %", of * 100 / members)
        };
        let with = |name: &str, number: i64, beside: String| Row {
            beside,
            ..plain(name, number.to_string())
        };
        let mut rows = Vec::new();
        if rings.core + rings.active + rings.occasional > 0 {
            rows = vec![
                with("Core", rings.core, share(rings.core, USUAL_CORE)),
                with("Active", rings.active, share(rings.active, USUAL_ACTIVE)),
                plain("Now and then", rings.occasional.to_string()),
                plain("Reading", rings.peripheral.to_string()),
                plain("Moved inwards this week", rings.moved_in.to_string()),
                plain("Moved outwards this week", rings.moved_out.to_string()),
            ];
        }
        if load.answers > 0 {
            rows.push(plain("Answers given", load.answers.to_string()));
            rows.push(plain("By so many people", load.answerers.to_string()));
            rows.push(plain(
                "Of these, by the three who answered most",
                load.answers_of_top_three.to_string(),
            ));
            rows.push(plain("People who asked", load.askers.to_string()));
            rows.push(plain(
                "Of these, who answered somebody, too",
                load.askers_who_answered.to_string(),
            ));
        }
        Table {
            id: "participation",
            heading: "Ninety days",
            about: "Core is who wrote in at least nine of the last thirteen weeks, active in at least four, \
                    now and then in at least one. Reading is taking part, too. Nobody is ranked, so these \
                    numbers open to nobody."
                .to_owned(),
            columns: ["Participation", "People", if members < PERCENT_FROM { "" } else { "Share" }],
            rows,
        }
    }

    fn channels(&self) -> Table {
        let row = |channel: &crate::practice::digest::ChannelCount| {
            let name = format!("#{}", channel.name);
            self.row(name, channel.messages, Figure::Channel(channel.id))
        };
        Table {
            id: "channels",
            heading: "Where it was said",
            about: String::new(),
            columns: ["Channel", "Messages", ""],
            rows: self.digest.channels.iter().map(row).collect(),
        }
    }

    /// The head above the numbers of the week before.
    fn before_head(&self) -> &'static str {
        match self.digest.before {
            Some(_) => "The week before",
            None => "",
        }
    }
}

/// A row that opens to nothing.
fn plain(name: &str, number: String) -> Row {
    Row {
        name: name.to_owned(),
        number,
        link: None,
        beside: String::new(),
    }
}
