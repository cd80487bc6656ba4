//! The two doors to Discord. `discord` implements them, `app` hands them in.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::practice::id::{ChannelId, MessageId};
use crate::practice::message::Heard;
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
}

/// Says things in Discord.
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

    /// Looks for a message of our own that looks like this post, written since a time.
    async fn find(
        &self,
        channel: ChannelId,
        post: &Post,
        since: DateTime<Utc>,
    ) -> Result<Option<MessageId>, DoorError>;
}

/// Reads in Discord.
#[async_trait]
pub trait GuildReader: Send + Sync {
    /// The messages of a channel after one, the oldest first, at most a hundred.
    async fn messages_after(
        &self,
        channel: ChannelId,
        after: MessageId,
    ) -> Result<Vec<Heard>, DoorError>;
}
