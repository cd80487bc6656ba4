//! The core group's board: the requests that nobody has answered, on one page that is kept true.

use chrono::{DateTime, TimeDelta, Utc};

use super::request::Request;

/// For how long after they joined somebody is new, and answered first: people who are answered soon
/// after they came stay (see Burke, Kraut, Joyce: *Membership claims and requests*, 2010).
pub const NEW_FOR: TimeDelta = TimeDelta::days(14);

/// How many requests a page of the board shows; their links fit into one embed, and a menu takes 25.
pub const PAGE: usize = 10;

/// Which part of the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shelf {
    /// What has waited longer than the community means anything to wait.
    Waiting,
    /// What was asked a while ago.
    Heard,
}

impl Shelf {
    /// The name in a custom id.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Heard => "heard",
        }
    }

    /// The shelf of this name; `None` for any other name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Waiting, Self::Heard]
            .into_iter()
            .find(|shelf| shelf.name() == name)
    }
}

/// A request on the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The request.
    pub request: Request,
    /// Whether the asker had joined not long before they asked.
    pub is_of_newcomer: bool,
}

impl Entry {
    /// A request, and when its asker joined where that is known.
    #[must_use]
    pub fn new(request: Request, joined_at: Option<DateTime<Utc>>) -> Self {
        // Who asks without their name is not told apart by having come lately.
        let is_of_newcomer = !request.asked.is_anonymous
            && joined_at.is_some_and(|joined| request.asked.asked_at < joined + NEW_FOR);
        Self {
            request,
            is_of_newcomer,
        }
    }
}

/// What is open, sorted onto its shelves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    /// What waits: newcomers first, then the oldest.
    pub waiting: Vec<Entry>,
    /// What was just heard: newcomers first, then the oldest.
    pub heard: Vec<Entry>,
    /// How many the core group does not want to see now.
    pub snoozed: usize,
}

impl Board {
    /// Sorts what is open at an instant; `entries` are open requests in any order.
    #[must_use]
    pub fn of(entries: Vec<Entry>, now: DateTime<Utc>) -> Self {
        let mut board = Self::default();
        for entry in entries {
            let life = &entry.request.life;
            if life.snoozed_until.is_some_and(|until| now < until) {
                board.snoozed += 1;
            } else if life.surfaced_at.is_some() {
                board.waiting.push(entry);
            } else {
                board.heard.push(entry);
            }
        }
        for shelf in [&mut board.waiting, &mut board.heard] {
            shelf.sort_by_key(|entry| {
                (
                    !entry.is_of_newcomer,
                    entry.request.asked.asked_at,
                    entry.request.id,
                )
            });
        }
        board
    }

    /// What is on a shelf.
    #[must_use]
    pub fn shelf(&self, which: Shelf) -> &[Entry] {
        match which {
            Shelf::Waiting => &self.waiting,
            Shelf::Heard => &self.heard,
        }
    }
}
