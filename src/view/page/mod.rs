//! Pages for a browser: the archive of digests. Made here in whole, without a script and with nothing
//! loaded from anywhere, so that they can be kept, printed and sent on.
//!
//! The text stands in `templates/`, and is escaped there. Links are relative to the page, as it may be
//! reached below any path; `/archive/SECRET`, `/archive/SECRET/WEEK` and `/archive/SECRET/WEEK/NUMBER`
//! are the addresses.

mod listing;
mod week;

use askama::Template;
use chrono::{DateTime, Utc};

use crate::practice::archive::{Absence, Weeks};
use crate::view::digest::days;

pub use listing::listing;
pub use week::{week, week_alone};

/// The style of every page. What may serve a page needs its hash for the page's policy.
pub const STYLE: &str = include_str!("style.css");

/// What a page says where a link opens nothing: one text for every reason.
const NO_SUCH_LINK: &str =
    "There is nothing behind this link, or not any more. In Discord, /digest link gives a new one.";

#[derive(Template)]
#[template(path = "weeks.html")]
struct WeeksPage<'a> {
    style: &'static str,
    title: String,
    secret: &'a str,
    weeks: Vec<(String, String)>,
    expires: String,
}

#[derive(Template)]
#[template(path = "sentence.html")]
struct SentencePage {
    style: &'static str,
    title: &'static str,
    sentence: &'static str,
}

/// The list of weeks.
#[must_use]
pub fn weeks(weeks: &Weeks, secret: &str) -> String {
    rendered(&WeeksPage {
        style: STYLE,
        title: format!("{}: every week", weeks.guild_name),
        secret,
        weeks: weeks
            .weeks
            .iter()
            .map(|week| (week.to_string(), days(*week)))
            .collect(),
        expires: date(weeks.expires_at),
    })
}

/// Where a link opens nothing.
#[must_use]
pub fn nothing() -> String {
    sentence("Nothing here", NO_SUCH_LINK)
}

/// Where the archive has no such page.
#[must_use]
pub fn absent(absence: Absence) -> String {
    match absence {
        Absence::NotYet => sentence("Not yet", "This week has not come yet."),
        Absence::BeforeTheFirst => sentence(
            "Before the first",
            "This week is from before anything was heard in this community.",
        ),
        Absence::NoSuchPage => sentence(
            "No such page",
            "The archive has no such page; the list of weeks leads to those that it has.",
        ),
    }
}

fn sentence(title: &'static str, sentence: &'static str) -> String {
    rendered(&SentencePage {
        style: STYLE,
        title,
        sentence,
    })
}

/// Writing into memory does not fail, so neither does a page.
fn rendered(page: &impl Template) -> String {
    page.render().unwrap_or_default()
}

fn date(instant: DateTime<Utc>) -> String {
    instant.format("%-d %B %Y").to_string()
}
