//! What is said in a community, from whatever source it reaches us.

use chrono::{DateTime, Utc};

use super::id::{ChannelId, GuildId, MemberId, MessageId};

/// What sort of line a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// Somebody says something.
    #[default]
    Message,
    /// Somebody describes what they do (IRC's `/me`).
    Action,
    /// The platform's own line: a join, a pin, a rename. It is nobody's.
    System,
}

impl MessageKind {
    /// The name in JSON and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Action => "action",
            Self::System => "system",
        }
    }

    /// The kind of this name; `None` for any other name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Message, Self::Action, Self::System]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The member.
    pub id: MemberId,
    /// The name that others see.
    pub name: String,
    /// Whether it is a bot or a webhook: bots neither ask nor answer.
    pub is_bot: bool,
}

/// An emoji on a message, and how many people put it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// The character, or the name of a custom emoji.
    pub emoji: String,
    /// How many people.
    pub count: i64,
}

/// A file with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The file's name.
    pub name: String,
    /// Where it was when it was heard.
    pub url: String,
}

/// A message as it was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Where it was said; a thread is a channel of its own.
    pub channel: ChannelId,
    /// Its id, unique within the channel.
    pub id: MessageId,
    /// Who said it; `None` for a line of the platform.
    pub author: Option<Author>,
    /// When it was said.
    pub at: DateTime<Utc>,
    /// When it was last edited.
    pub edited_at: Option<DateTime<Utc>>,
    /// The words as written, without NUL (`PostgreSQL` refuses that character).
    pub text: String,
    /// What sort of line it is.
    pub kind: MessageKind,
    /// The messages of the same channel that the writer is known to reply to.
    pub reply_to: Vec<MessageId>,
    /// The members whom the writer mentions.
    pub mentions: Vec<MemberId>,
    /// The emojis on it.
    pub reactions: Vec<Reaction>,
    /// The files with it.
    pub attachments: Vec<Attachment>,
}

impl Heard {
    /// Whether a person said it: no bot, no line of the platform.
    #[must_use]
    pub fn is_by_a_person(&self) -> bool {
        self.kind != MessageKind::System
            && self.author.as_ref().is_some_and(|author| !author.is_bot)
    }
}

/// The link to a message in Discord; `None` where the ids are another platform's.
#[must_use]
pub fn message_link(guild: GuildId, channel: ChannelId, message: MessageId) -> Option<String> {
    (guild.get() > 0 && channel.get() > 0 && message.get() > 0)
        .then(|| format!("https://discord.com/channels/{guild}/{channel}/{message}"))
}
