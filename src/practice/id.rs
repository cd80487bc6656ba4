//! Ids, one type a noun, so that a channel is never passed for a member.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

macro_rules! id {
    ($(#[$documentation:meta])* $name:ident) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// Wraps a number that is known to be this kind of id.
            #[must_use]
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            /// The number, for storage and for Discord.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id! {
    /// A Discord guild, which is a community under the bot's care.
    GuildId
}
id! {
    /// A channel or a thread: a thread is a channel of its own.
    ///
    /// Negative where another platform's id is kept in its stead.
    ChannelId
}
id! {
    /// A message. Its key is (channel, message): some sources number per channel.
    MessageId
}
id! {
    /// A person or bot who is a member of a community.
    MemberId
}

impl MemberId {
    /// Whether it is nobody: what a member who had themselves forgotten did is kept as nobody's.
    #[must_use]
    pub const fn is_nobody(self) -> bool {
        self.0 == 0
    }
}

id! {
    /// A Discord role.
    RoleId
}
id! {
    /// An interaction: one use of a command, a button, a menu or a form.
    InteractionId
}
id! {
    /// A request, numbered by Convener.
    RequestId
}
id! {
    /// A question that is not posted yet, numbered by Convener.
    DraftId
}
id! {
    /// A series of meetups, numbered by Convener.
    MeetupId
}
id! {
    /// A change of a meetup that waits for a yes, numbered by Convener.
    MeetupDraftId
}
id! {
    /// A poll about times, numbered by Convener.
    PollId
}
id! {
    /// A note of a meetup, numbered by Convener.
    NoteId
}
id! {
    /// An event of Discord's own calendar.
    EventId
}
id! {
    /// An entry of the outbox, numbered by Convener.
    NoticeId
}
id! {
    /// A job of the agenda, numbered by Convener.
    JobId
}
id! {
    /// A process that runs, by a number that it took at random.
    ProcessId
}

/// Milliseconds between the Unix epoch and Discord's, the first instant of 2015.
/// <https://discord.com/developers/docs/reference#snowflakes>
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

impl MessageId {
    /// The least id that Discord gives to a message of this instant: for reading on from a time.
    #[must_use]
    pub fn first_at(instant: chrono::DateTime<chrono::Utc>) -> Self {
        Self((instant.timestamp_millis() - DISCORD_EPOCH_MS).max(0) << 22)
    }

    /// When Discord made this id; `None` for an id that is not Discord's.
    #[must_use]
    pub fn made_at(self) -> Option<chrono::DateTime<chrono::Utc>> {
        (self.0 >= 1 << 22)
            .then(|| chrono::DateTime::from_timestamp_millis((self.0 >> 22) + DISCORD_EPOCH_MS))
            .flatten()
    }
}
