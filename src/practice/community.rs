//! A community and what its leads have set for it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::id::{ChannelId, GuildId, RoleId};
use super::rhythm::{OwnRhythm, QuietHours};

/// One Discord guild under the bot's care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Community {
    /// The guild.
    pub guild: GuildId,
    /// The guild's name.
    pub name: String,
    /// The zone in which the community's week, its meetups and its digest are counted.
    pub zone: Tz,
    /// Where the core group reads which requests wait.
    pub core_channel: Option<ChannelId>,
    /// Where the leads read the digest.
    pub leads_channel: Option<ChannelId>,
    /// The core group, who may act on requests.
    pub core_role: Option<RoleId>,
    /// The coordinators, who may plan meetups.
    pub coordinator_role: Option<RoleId>,
    /// The leads, who may set Convener up.
    pub lead_role: Option<RoleId>,
    /// When nobody is pinged.
    pub quiet: QuietHours,
    /// What is set otherwise than the operator did.
    pub own_rhythm: OwnRhythm,
    /// When the leads set Convener up; before that it records nothing.
    pub set_up_at: Option<DateTime<Utc>>,
    /// When Convener was removed from the guild; it says nothing there any more.
    pub left_at: Option<DateTime<Utc>>,
}

impl Community {
    /// A community as it is before anybody has set anything.
    #[must_use]
    pub fn new(guild: GuildId, name: String) -> Self {
        Self {
            guild,
            name,
            zone: Tz::UTC,
            core_channel: None,
            leads_channel: None,
            core_role: None,
            coordinator_role: None,
            lead_role: None,
            quiet: QuietHours::default(),
            own_rhythm: OwnRhythm::default(),
            set_up_at: None,
            left_at: None,
        }
    }
}

/// What a channel is for, as far as Convener cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    /// People talk here.
    Text,
    /// People open posts here; each post is a thread.
    Forum,
    /// A conversation split off from a channel, or a post of a forum.
    Thread,
    /// Anything else: voice, categories, stages.
    Other,
}

impl ChannelKind {
    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Forum => "forum",
            Self::Thread => "thread",
            Self::Other => "other",
        }
    }

    /// The kind of this name; anything unknown is [`ChannelKind::Other`].
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        [Self::Text, Self::Forum, Self::Thread]
            .into_iter()
            .find(|kind| kind.name() == name)
            .unwrap_or(Self::Other)
    }
}

/// What Convener makes of what is said in a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Watch {
    /// It keeps in sight what is asked there, and logs the activities. A post of a forum is a request.
    #[default]
    Requests,
    /// It logs the activities only: a showcase, a chat by the fire.
    Activity,
    /// It records nothing.
    Off,
}

impl Watch {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Requests, Self::Activity, Self::Off];

    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Activity => "activity",
            Self::Off => "off",
        }
    }

    /// The way of this name; `None` for any other name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|watch| watch.name() == name)
    }
}

/// A channel of a community.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// The channel.
    pub id: ChannelId,
    /// The guild it is in.
    pub guild: GuildId,
    /// Its name, without `#`.
    pub name: String,
    /// What it is for.
    pub kind: ChannelKind,
    /// The channel that a thread belongs to, or the category of a channel.
    pub parent: Option<ChannelId>,
    /// Whether every member may read it; of a thread, whether it is not a private one.
    pub is_public: bool,
}

impl Channel {
    /// Whether every member may read it, given the channel that a thread belongs to.
    #[must_use]
    pub fn is_read_by_everybody(&self, parent: Option<&Self>) -> bool {
        self.is_public && parent.is_none_or(|parent| parent.is_public)
    }
}
