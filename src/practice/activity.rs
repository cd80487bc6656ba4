//! The eleven activities of a community of practice.
//!
//! Wenger-Trayner, *Introduction to communities of practice*, the table "What do communities of
//! practice look like?": <https://www.wenger-trayner.com/introduction-to-communities-of-practice/>

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use super::id::{ChannelId, MemberId, MessageId};
use super::week::Period;

macro_rules! kinds {
    ($($(#[$documentation:meta])* $variant:ident = $name:literal, $title:literal;)*) => {
        /// One act of practice, of one of eleven kinds. What is none of them is small talk.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ActivityKind {
            $($(#[$documentation])* $variant,)*
        }

        impl ActivityKind {
            /// All eleven, in the order of the table.
            pub const ALL: [Self; 11] = [$(Self::$variant,)*];

            /// The name in JSON and in the database, in `snake_case`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The name that people read.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }

        impl FromStr for ActivityKind {
            type Err = UnknownActivity;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                match name {
                    $($name => Ok(Self::$variant),)*
                    other => Err(UnknownActivity(other.to_owned())),
                }
            }
        }
    };
}

kinds! {
    /// Something is stuck, and others are to work on it together.
    ProblemSolving = "problem_solving", "Problem solving";
    /// A fact, a pointer or a how-to that somebody can give.
    RequestForInformation = "request_for_information", "Request for information";
    /// First-hand experience of others is sought.
    SeekingExperience = "seeking_experience", "Seeking experience";
    /// An existing thing is offered for use, or asked for in order to use it.
    ReusingAssets = "reusing_assets", "Reusing assets";
    /// Joint action or a common rule is arranged.
    CoordinationStrategy = "coordination_strategy", "Coordination and strategy";
    /// Evidence is gathered to convince somebody.
    BuildingArgument = "building_argument", "Building an argument";
    /// A plan or a piece of work is to be checked before going on.
    GrowingConfidence = "growing_confidence", "Growing confidence";
    /// News of the domain is brought up or judged.
    DiscussingDevelopments = "discussing_developments", "Discussing developments";
    /// Something is written down for good.
    DocumentingProjects = "documenting_projects", "Documenting projects";
    /// People see each other, or each other's place.
    Visits = "visits", "Visits";
    /// Who knows what, and what is missing.
    MappingKnowledge = "mapping_knowledge", "Mapping knowledge and gaps";
}

impl ActivityKind {
    /// The kind that people call so; upper and lower case are one.
    #[must_use]
    pub fn titled(title: &str) -> Option<Self> {
        let title = title.trim();
        Self::ALL
            .into_iter()
            .find(|kind| kind.title().eq_ignore_ascii_case(title))
    }
}

/// Which activities of the log are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogFilter {
    /// When they happened.
    pub period: Period,
    /// Of which kind; `None` for all.
    pub kind: Option<ActivityKind>,
    /// In which channel.
    pub channel: Option<ChannelId>,
    /// Whose.
    pub member: Option<MemberId>,
    /// Where it is asked: of other channels only those count that everybody may read.
    pub seen_from: ChannelId,
}

/// A line of the activity log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Where it was.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// What it was.
    pub kind: ActivityKind,
    /// When it was written, or logged.
    pub at: DateTime<Utc>,
    /// How sure Convener is, from 0 to 1; `None` where a member said so.
    pub confidence: Option<f64>,
}

/// From this confidence on a reading is more likely right than not.
pub const SURE_FROM: f64 = 0.5;

/// How a message was read, and what in it decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// Where it is.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// What it was read as; `None` is small talk, or a part of something begun before.
    pub activity: Option<ActivityKind>,
    /// Whether it begins something.
    pub begins: bool,
    /// Whether it opens a request.
    pub is_request: bool,
    /// How sure Convener was, from 0 to 1.
    pub confidence: f64,
    /// The pieces of its words that spoke most for it, the strongest first.
    pub pieces: Vec<String>,
}

/// A name that is none of the eleven.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not one of the eleven activities")]
pub struct UnknownActivity(String);

impl fmt::Display for ActivityKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in ActivityKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert!("small_talk".parse::<ActivityKind>().is_err());
    }
}
