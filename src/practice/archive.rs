//! The archive: the weeks of a community, for whoever has a link to it.

use chrono::{DateTime, TimeDelta, Utc};

use super::digest::Digest;
use super::figure::{Figure, Listing};
use super::trend::Trend;
use super::week::Week;

/// For how long a link opens the archive.
pub const LINK_LASTS: TimeDelta = TimeDelta::days(30);

/// A link to the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveLink {
    /// The address.
    pub url: String,
    /// Until when it opens anything.
    pub expires_at: DateTime<Utc>,
}

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened<T> {
    /// Nothing: it was never given, has expired, or was revoked. Which of these is not told.
    Nothing,
    /// The archive, which has no such page.
    Absent(Absence),
    /// The page.
    Page(T),
}

/// Why the archive has no such page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// The week has not come.
    NotYet,
    /// The week is from before anything was heard.
    BeforeTheFirst,
    /// That is no week, no number of one, or no page of what is behind it.
    NoSuchPage,
}

/// The weeks that the archive has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weeks {
    /// The community's name.
    pub guild_name: String,
    /// The newest first.
    pub weeks: Vec<Week>,
    /// Until when the link opens this page.
    pub expires_at: DateTime<Utc>,
}

/// A week of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekOfArchive {
    /// The week.
    pub digest: Digest,
    /// It beside the weeks before.
    pub trend: Trend,
    /// Whether the archive has the week before.
    pub has_previous: bool,
    /// Whether it has the week after.
    pub has_next: bool,
}

/// The messages behind a number of a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The community's name.
    pub guild_name: String,
    /// The zone in which times are shown.
    pub zone: chrono_tz::Tz,
    /// The week.
    pub week: Week,
    /// The number.
    pub figure: Figure,
    /// The channel's name, where the number is of a channel.
    pub channel_name: Option<String>,
    /// What is behind it.
    pub listing: Listing,
}
