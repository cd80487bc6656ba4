//! The doors to Discord. `discord` implements them, `app` hands them in.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::practice::community::Channel;
use crate::practice::id::{ChannelId, EventId, GuildId, MemberId, MessageId, RoleId};
use crate::practice::meetup::{FoundEvent, NativeEvent};
use crate::practice::message::{Author, Heard};
use crate::practice::post::Post;

/// Why Discord did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DoorError {
    /// It may do it later.
    #[error("Discord can't do this now: {0}")]
    Later(String),
    /// The channel is gone, or a permission is missing.
    #[error("Discord refuses: {0}")]
    Refused(String),
    /// What it should be done to is not there any more.
    #[error("Discord has lost it: {0}")]
    Gone(String),
}

/// Says and does things in Discord.
#[async_trait]
pub trait Messenger: Send + Sync {
    /// Posts in a channel. Within minutes a second call with the same `nonce` (at most 25
    /// characters) posts nothing and gives the first message again.
    /// <https://discord.com/developers/docs/resources/message#create-message>
    async fn send(
        &self,
        channel: ChannelId,
        post: &Post,
        nonce: &str,
    ) -> Result<MessageId, DoorError>;

    /// Puts a post in the place of one of our own messages.
    async fn edit(
        &self,
        channel: ChannelId,
        message: MessageId,
        post: &Post,
    ) -> Result<(), DoorError>;

    /// Pins one of our own messages; it may be pinned already.
    async fn pin(&self, channel: ChannelId, message: MessageId) -> Result<(), DoorError>;
    /// Opens the thread of one of our own messages, whose id it has; it may be open already.
    /// <https://discord.com/developers/docs/resources/channel#start-thread-from-message>
    async fn open_thread(
        &self,
        channel: ChannelId,
        message: MessageId,
        title: &str,
    ) -> Result<ChannelId, DoorError>;

    /// Looks for a message of our own that looks like this post, written since a time.
    async fn find(
        &self,
        channel: ChannelId,
        post: &Post,
        since: DateTime<Utc>,
    ) -> Result<Option<MessageId>, DoorError>;

    /// The channel in which a member is spoken to in private.
    /// <https://discord.com/developers/docs/resources/user#create-dm>
    async fn private_channel(&self, member: MemberId) -> Result<ChannelId, DoorError>;

    /// Puts the tag of what is solved on a post of a forum, or takes it off; nothing where the forum
    /// has no such tag.
    async fn mark_solved(&self, post: ChannelId, is_solved: bool) -> Result<(), DoorError>;

    /// Puts an event into a guild's calendar. Discord knows no nonce for it: where it is not known whether it
    /// was made, it is to be looked for first.
    /// <https://discord.com/developers/docs/resources/guild-scheduled-event#create-guild-scheduled-event>
    async fn create_event(&self, guild: GuildId, event: &NativeEvent)
    -> Result<EventId, DoorError>;

    /// Looks for an event of our own by its mark, among those that are not over.
    async fn find_event(&self, guild: GuildId, mark: &str) -> Result<Option<EventId>, DoorError>;

    /// Puts the times and the place of an event right; its name and its words are whoever's changed them.
    async fn move_event(
        &self,
        guild: GuildId,
        event: EventId,
        to: &NativeEvent,
    ) -> Result<(), DoorError>;

    /// Takes an event out of a guild's calendar; it may be gone already.
    async fn delete_event(&self, guild: GuildId, event: EventId) -> Result<(), DoorError>;
}

/// Whether Discord is listened to.
#[async_trait]
pub trait Gateway: Send + Sync + std::fmt::Debug {
    /// Whether every part of the connection stands, so that nothing that is said now is missed.
    async fn is_connected(&self) -> bool;

    /// What is listened to at this moment.
    async fn listened_to(&self) -> ListenedTo;
}

/// Shards that are connected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListenedTo {
    /// How many shards there are in all.
    pub total: u32,
    /// The numbers of those that are.
    pub shards: Vec<u32>,
}

/// Some messages of a channel that follow each other, at most a hundred.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The oldest first.
    pub messages: Vec<Heard>,
    /// Whether more may follow.
    pub is_full: bool,
    /// The last message that Discord gave, also where it is none of `messages`.
    pub last: Option<MessageId>,
}

/// Somebody of a guild, and what they may do there by their roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuildMember {
    /// Who.
    pub person: Author,
    /// The roles that they were given.
    pub roles: Vec<RoleId>,
    /// Whether they may manage the guild.
    pub manages_guild: bool,
    /// Whether they may manage its calendar.
    pub manages_events: bool,
}

/// Reads in Discord.
#[async_trait]
pub trait GuildReader: Send + Sync {
    /// The messages of a channel after one.
    async fn messages_after(&self, channel: ChannelId, after: MessageId)
    -> Result<Page, DoorError>;

    /// One message; `None` where it was deleted, or where its channel was.
    async fn message(
        &self,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<Option<Heard>, DoorError>;

    /// A channel or a thread.
    async fn channel(&self, channel: ChannelId) -> Result<Channel, DoorError>;

    /// An event of a guild's calendar; `None` where it was deleted.
    async fn event(&self, guild: GuildId, event: EventId) -> Result<Option<FoundEvent>, DoorError>;

    /// Those who have a role, of at most the first ten thousand members.
    async fn members_with_role(
        &self,
        guild: GuildId,
        role: RoleId,
    ) -> Result<Vec<Author>, DoorError>;

    /// The people who put an emoji on a message, at most the first hundred.
    /// <https://discord.com/developers/docs/resources/message#get-reactions>
    async fn reactors(
        &self,
        channel: ChannelId,
        message: MessageId,
        emoji: &str,
    ) -> Result<Vec<MemberId>, DoorError>;

    /// These of a guild, but for those who left: a request for each, and one for the guild.
    async fn members(
        &self,
        guild: GuildId,
        members: &[MemberId],
    ) -> Result<Vec<GuildMember>, DoorError>;
}
