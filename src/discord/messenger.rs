//! The two doors: saying and reading over Discord's REST API.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serenity::all::{CreateMessage, GetMessages, Http, HttpError, Message};
use serenity::model::channel::Nonce;

use super::{REQUEST_TIMEOUT, reason, render, translate};
use crate::facilitation::door::{DoorError, GuildReader, Messenger};
use crate::practice::id::{ChannelId, MessageId};
use crate::practice::message::Heard;
use crate::practice::post::Post;

/// The longest text of a message: <https://discord.com/developers/docs/resources/message#create-message>
const LONGEST_TEXT: usize = 2_000;

/// How many messages Discord gives at once.
const PAGE: u8 = 100;

/// Says and reads as the bot.
pub struct DiscordMessenger {
    http: Arc<Http>,
}

impl DiscordMessenger {
    pub(super) fn new(http: Arc<Http>) -> Self {
        Self { http }
    }
}

#[async_trait]
impl Messenger for DiscordMessenger {
    async fn send(
        &self,
        channel: ChannelId,
        post: &Post,
        nonce: &str,
    ) -> Result<MessageId, DoorError> {
        let mut message = CreateMessage::new()
            .content(render::cut(&post.text, LONGEST_TEXT))
            .nonce(Nonce::String(nonce.to_owned()))
            .enforce_nonce(true)
            .components(render::components(post));
        if let Some(card) = &post.card {
            message = message.embed(render::embed(card));
        }
        let channel = translate::their_channel_id(channel);
        let sent = within_time(channel.send_message(&self.http, message)).await?;
        Ok(translate::message_id(sent.id))
    }

    async fn find(
        &self,
        channel: ChannelId,
        post: &Post,
        since: DateTime<Utc>,
    ) -> Result<Option<MessageId>, DoorError> {
        // A minute earlier, as Discord's clock may be behind ours.
        let since = MessageId::first_at(since - chrono::TimeDelta::minutes(1));
        let mut after = translate::their_message_id(since);
        loop {
            let page = GetMessages::new().after(after).limit(PAGE);
            let channel = translate::their_channel_id(channel);
            let messages = within_time(channel.messages(&self.http, page)).await?;
            if let Some(message) = messages.iter().find(|message| looks_like(message, post)) {
                return Ok(Some(translate::message_id(message.id)));
            }
            match messages.iter().map(|message| message.id).max() {
                Some(last) if messages.len() == usize::from(PAGE) => after = last,
                _ => return Ok(None),
            }
        }
    }
}

#[async_trait]
impl GuildReader for DiscordMessenger {
    async fn messages_after(
        &self,
        channel: ChannelId,
        after: MessageId,
    ) -> Result<Vec<Heard>, DoorError> {
        let page = GetMessages::new()
            .after(translate::their_message_id(after))
            .limit(PAGE);
        let channel = translate::their_channel_id(channel);
        let mut messages = within_time(channel.messages(&self.http, page)).await?;
        messages.sort_by_key(|message| message.id);
        Ok(messages.iter().filter_map(translate::heard).collect())
    }
}

/// Whether a message is the one that this post became: the same words, or the same controls, whose
/// custom ids name what they act on.
fn looks_like(message: &Message, post: &Post) -> bool {
    let custom_ids = serde_json::to_string(&message.components).unwrap_or_default();
    let controls: Vec<_> = render::components(post);
    if !controls.is_empty() {
        let first = post.controls.first().map(|control| match control {
            crate::practice::post::Control::Button(_, action)
            | crate::practice::post::Control::ActivityMenu(_, action, _) => action.to_string(),
        });
        return first.is_some_and(|id| custom_ids.contains(&format!("\"{id}\"")));
    }
    let embed = message.embeds.first();
    let same_card = match (&post.card, embed) {
        (None, None) => true,
        (Some(card), Some(embed)) => {
            embed.title.as_deref().unwrap_or_default() == card.title
                && embed.description.as_deref().unwrap_or_default() == card.text
        }
        _ => false,
    };
    message.author.bot && message.content == post.text && same_card
}

/// A request to Discord, with an end in sight.
async fn within_time<T>(
    request: impl Future<Output = Result<T, serenity::Error>>,
) -> Result<T, DoorError> {
    match tokio::time::timeout(REQUEST_TIMEOUT, request).await {
        Ok(answer) => answer.map_err(|error| door_error(&error)),
        Err(_) => Err(DoorError::Later("no answer".to_owned())),
    }
}

/// The HTTP status of an error, where Discord answered at all.
pub(super) fn status_of(error: &serenity::Error) -> Option<u16> {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => {
            Some(response.status_code.as_u16())
        }
        _ => None,
    }
}

/// What Discord refuses for good, and what it may do later.
fn door_error(error: &serenity::Error) -> DoorError {
    match status_of(error) {
        Some(401 | 408 | 429 | 500..) | None => DoorError::Later(reason(error)),
        Some(_) => DoorError::Refused(reason(error)),
    }
}
