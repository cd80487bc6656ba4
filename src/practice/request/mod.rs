//! Requests: what the community is asked, and what becomes of it.
//!
//! A request's life is a state machine. Every change is an event that is kept, with who and when;
//! applying the kept events in their order gives the state again.

mod history;
mod life;

use chrono::{DateTime, TimeDelta, Utc};

pub use history::History;
pub use life::{Change, Event, Life, Status, UNDO_WITHIN};

use super::id::{ChannelId, GuildId, MessageId, RequestId};
use super::message::Author;
use super::message::message_link;

/// Messages of one author in one channel within this time are one request (behaviour of chat: people
/// press enter in the middle of a thought).
pub const ONE_TURN: TimeDelta = TimeDelta::minutes(5);

/// Which way a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Convener heard it in a channel.
    Detected,
    /// Somebody used `/ask`.
    Asked,
    /// Somebody logged a message as a request.
    Logged,
    /// It was read from an export. It never pings anybody.
    Imported,
}

impl Origin {
    const ALL: [Self; 4] = [Self::Detected, Self::Asked, Self::Logged, Self::Imported];

    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Detected => "detected",
            Self::Asked => "asked",
            Self::Logged => "logged",
            Self::Imported => "imported",
        }
    }

    /// The origin of this name; `None` for any other name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.name() == name)
    }
}

/// A request that is to be: all but its number and its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRequest {
    /// The community.
    pub guild: GuildId,
    /// Where it was asked.
    pub channel: ChannelId,
    /// The message that opened it; `None` until a question from `/ask` has been posted.
    pub message: Option<MessageId>,
    /// Who asks.
    pub author: Author,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// The words of it.
    pub text: String,
    /// Which way it came in.
    pub origin: Origin,
    /// Whether the asker's name is kept from the community.
    pub is_anonymous: bool,
    /// Whether everybody may read where it is asked: else its words are shown nowhere else.
    pub is_public: bool,
}

impl NewRequest {
    /// The link to the message that opened it; `None` before it has one, and for other platforms.
    #[must_use]
    pub fn link(&self) -> Option<String> {
        self.message
            .and_then(|message| message_link(self.guild, self.channel, message))
    }
}

/// A request to the community.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its number.
    pub id: RequestId,
    /// How it was asked.
    pub asked: NewRequest,
    /// Where it stands.
    pub life: Life,
}

impl Request {
    /// Whether a person, not only our reading, says that it is a request: only then does anybody
    /// outside the core group hear of it.
    #[must_use]
    pub fn is_explicit(&self) -> bool {
        match self.asked.origin {
            Origin::Asked | Origin::Logged => true,
            Origin::Detected => self.life.confirmed_at.is_some(),
            Origin::Imported => false,
        }
    }
}
