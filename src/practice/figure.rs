//! The numbers of a digest that can be opened, and the messages that are behind each of them.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use super::activity::ActivityKind;
use super::id::ChannelId;

/// A number of a week that messages stand behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Figure {
    /// What people wrote.
    Messages,
    /// What they wrote in a channel.
    Channel(ChannelId),
    /// Messages that start an activity of a kind.
    Activity(ActivityKind),
    /// Requests that were asked.
    New,
    /// Requests that were first answered.
    Answered,
    /// Requests that were declared settled.
    Resolved,
    /// Requests that were open at the end.
    Waiting,
    /// Requests that were closed without an answer.
    Lapsed,
    /// Requests of people who were new.
    NewcomersAsked,
    /// Of these, those to which somebody responded within a day.
    NewcomersAnswered,
    /// What those wrote who came in the week.
    Joined,
    /// What those wrote in the week who had come in the week before.
    CameBack,
}

/// The figures that have a name of their own, which is a part of addresses.
const NAMED: [(Figure, &str); 10] = [
    (Figure::Messages, "messages"),
    (Figure::New, "requests-new"),
    (Figure::Answered, "requests-answered"),
    (Figure::Resolved, "requests-resolved"),
    (Figure::Waiting, "requests-waiting"),
    (Figure::Lapsed, "requests-lapsed"),
    (Figure::NewcomersAsked, "newcomers-asked"),
    (Figure::NewcomersAnswered, "newcomers-answered"),
    (Figure::Joined, "newcomers"),
    (Figure::CameBack, "newcomers-back"),
];

impl fmt::Display for Figure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel(channel) => write!(formatter, "channel-{channel}"),
            Self::Activity(kind) => write!(formatter, "activity-{kind}"),
            figure => {
                let name = NAMED.iter().find(|(named, _)| named == figure);
                formatter.write_str(name.map_or("", |(_, name)| name))
            }
        }
    }
}

/// A text that names no figure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a number of the digest")]
pub struct NotAFigure(String);

impl FromStr for Figure {
    type Err = NotAFigure;

    fn from_str(text: &str) -> Result<Self, NotAFigure> {
        let unknown = || NotAFigure(text.to_owned());
        if let Some(channel) = text.strip_prefix("channel-") {
            return channel.parse().map(Self::Channel).map_err(|_| unknown());
        }
        if let Some(kind) = text.strip_prefix("activity-") {
            return kind.parse().map(Self::Activity).map_err(|_| unknown());
        }
        let named = NAMED.iter().find(|(_, name)| *name == text);
        named.map(|(figure, _)| *figure).ok_or_else(unknown)
    }
}

/// How many sources a page of a listing has.
pub const SOURCES_ON_A_PAGE: i64 = 100;

/// A message behind a number. Nobody is named: who wrote it is seen where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it was written.
    pub channel: ChannelId,
    /// The channel's name, where it is known.
    pub channel_name: Option<String>,
    /// The link to it, where it has one.
    pub link: Option<String>,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Its words; `None` where not everybody may read the channel, empty where they are not kept.
    pub text: Option<String>,
}

/// The messages behind a number, a page of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// How many there are; for most figures that is the number itself.
    pub number: i64,
    /// Of these, how many are of people who have been forgotten: they count, and are not shown.
    pub forgotten: i64,
    /// How many were asked without a name where the list would tell on who asked: they count, and are
    /// not shown either.
    pub nameless: i64,
    /// Which page it is, from 1 on.
    pub page: i64,
    /// Those of the page, the oldest first.
    pub sources: Vec<Source>,
}

impl Listing {
    /// How many pages there are; one where there is nothing to show.
    #[must_use]
    pub fn pages(&self) -> i64 {
        let shown = self.number - self.forgotten - self.nameless;
        (shown + SOURCES_ON_A_PAGE - 1)
            .div_euclid(SOURCES_ON_A_PAGE)
            .max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_written_as_it_is_read() {
        let mut figures: Vec<_> = NAMED.iter().map(|(figure, _)| *figure).collect();
        figures.push(Figure::Channel(ChannelId::new(-7)));
        figures.extend(ActivityKind::ALL.map(Figure::Activity));
        for figure in figures {
            assert_eq!(figure.to_string().parse(), Ok(figure));
        }
        for wrong in ["", "requests", "channel-", "channel-x", "activity-none"] {
            assert!(wrong.parse::<Figure>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_page_is_of_a_hundred() {
        let pages = |number, forgotten| {
            let listing = Listing {
                number,
                forgotten,
                nameless: 0,
                page: 1,
                sources: Vec::new(),
            };
            listing.pages()
        };
        assert_eq!([pages(0, 0), pages(100, 0), pages(101, 0)], [1, 1, 2]);
        assert_eq!([pages(101, 1), pages(5, 5)], [1, 1]);
    }
}
