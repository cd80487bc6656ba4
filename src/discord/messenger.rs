//! The two doors: saying and reading over Discord's REST API.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serenity::all::{
    AutoArchiveDuration, CreateAllowedMentions, CreateMessage, CreateThread, EditMessage,
    EditThread, GetMessages, Http, HttpError, Message, MessageReference, MessageReferenceKind,
    ReactionType,
};
use serenity::model::channel::Nonce;

use super::{REQUEST_TIMEOUT, reason, render, scheduled_event, translate};
use crate::facilitation::door::{DoorError, GuildMember, GuildReader, Messenger, Page};
use crate::practice::community::Channel;
use crate::practice::id::{ChannelId, EventId, GuildId, MemberId, MessageId, RoleId};
use crate::practice::meetup::{FoundEvent, NativeEvent};
use crate::practice::message::{Author, Heard};
use crate::practice::post::Post;

/// The longest text of a message: <https://discord.com/developers/docs/resources/message#create-message>
const LONGEST_TEXT: usize = 2_000;

/// The longest name of a thread: <https://discord.com/developers/docs/resources/channel#channel-object>
const LONGEST_THREAD_TITLE: usize = 100;

/// The error for a message that has a thread already.
/// <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>
const THREAD_IS_OPEN: isize = 160_004;

/// The error for a message in a thread that was archived: it can't be edited until the thread is open.
const THREAD_IS_ARCHIVED: isize = 50_083;

/// How many messages Discord gives at once.
const PAGE: u8 = 100;

/// How many members Discord gives at once, and how many pages are read.
/// <https://discord.com/developers/docs/resources/guild#list-guild-members>
const MEMBERS_PAGE: u64 = 1_000;
const MOST_MEMBERS_PAGES: usize = 10;

/// What forums call the tag of what is solved.
const SOLVED: [&str; 4] = ["solved", "resolved", "answered", "done"];

/// How many tags a post may bear: <https://discord.com/developers/docs/resources/channel#channel-object>
const MOST_TAGS: usize = 5;

/// Says and reads as the bot.
pub struct DiscordMessenger {
    http: Arc<Http>,
}

impl DiscordMessenger {
    pub(super) fn new(http: Arc<Http>) -> Self {
        Self { http }
    }

    /// Discord's API.
    pub(super) fn http(&self) -> &Http {
        &self.http
    }
}

/// Whom a post pings: those that it names, and nobody else.
fn allowed_mentions(post: &Post) -> CreateAllowedMentions {
    CreateAllowedMentions::new()
        .users(
            post.pings
                .iter()
                .map(|member| translate::their_user_id(*member)),
        )
        .empty_roles()
        .everyone(false)
        .replied_user(false)
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
            .allowed_mentions(allowed_mentions(post))
            .components(render::components(post));
        if let Some(card) = &post.card {
            message = message.embed(render::embed(card));
        }
        let channel = translate::their_channel_id(channel);
        if let Some(replied_to) = post.reply_to {
            let reference = MessageReference::new(MessageReferenceKind::Default, channel)
                .message_id(translate::their_message_id(replied_to))
                .fail_if_not_exists(false);
            message = message.reference_message(reference);
        }
        let pictures = render::pictures(post);
        if !pictures.is_empty() {
            let with_them = message.clone().add_files(pictures);
            match within_time(channel.send_message(&self.http, with_them)).await {
                // Without the permission to attach files the words are said all the same.
                Err(DoorError::Refused(reason)) => {
                    tracing::warn!(reason, "pictures not sent; give Convener Attach Files");
                }
                sent => return sent.map(|sent| translate::message_id(sent.id)),
            }
        }
        let sent = within_time(channel.send_message(&self.http, message)).await?;
        Ok(translate::message_id(sent.id))
    }

    async fn edit(
        &self,
        channel: ChannelId,
        message: MessageId,
        post: &Post,
    ) -> Result<(), DoorError> {
        let edit = EditMessage::new()
            .content(render::cut(&post.text, LONGEST_TEXT))
            .embeds(post.card.iter().map(render::embed).collect())
            .allowed_mentions(allowed_mentions(&Post::default()))
            .components(render::components(post));
        let (channel, message) = (
            translate::their_channel_id(channel),
            translate::their_message_id(message),
        );
        let edited = channel.edit_message(&self.http, message, edit.clone());
        match tokio::time::timeout(REQUEST_TIMEOUT, edited).await {
            Ok(Err(error)) if code_of(&error) == Some(THREAD_IS_ARCHIVED) => {
                let open = EditThread::new().archived(false);
                within_time(channel.edit_thread(&self.http, open)).await?;
                within_time(channel.edit_message(&self.http, message, edit)).await?;
            }
            Ok(Err(error)) => return Err(door_error(&error)),
            Ok(Ok(_)) => {}
            Err(_) => return Err(DoorError::Later("no answer".to_owned())),
        }
        Ok(())
    }

    async fn pin(&self, channel: ChannelId, message: MessageId) -> Result<(), DoorError> {
        let channel = translate::their_channel_id(channel);
        let message = translate::their_message_id(message);
        within_time(channel.pin(&self.http, message)).await
    }

    async fn open_thread(
        &self,
        channel: ChannelId,
        message: MessageId,
        title: &str,
    ) -> Result<ChannelId, DoorError> {
        let thread = CreateThread::new(render::cut(title, LONGEST_THREAD_TITLE))
            .auto_archive_duration(AutoArchiveDuration::OneWeek);
        let opened = translate::their_channel_id(channel).create_thread_from_message(
            &self.http,
            translate::their_message_id(message),
            thread,
        );
        match tokio::time::timeout(REQUEST_TIMEOUT, opened).await {
            Ok(Ok(thread)) => Ok(translate::channel_id(thread.id)),
            Ok(Err(error)) if code_of(&error) == Some(THREAD_IS_OPEN) => {
                Ok(ChannelId::new(message.get()))
            }
            Ok(Err(error)) => Err(door_error(&error)),
            Err(_) => Err(DoorError::Later("no answer".to_owned())),
        }
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

    async fn private_channel(&self, member: MemberId) -> Result<ChannelId, DoorError> {
        let user = translate::their_user_id(member);
        let channel = within_time(user.create_dm_channel(&self.http)).await?;
        Ok(translate::channel_id(channel.id))
    }

    async fn mark_solved(&self, post: ChannelId, is_solved: bool) -> Result<(), DoorError> {
        let thread = self.guild_channel(post).await?;
        let Some(parent) = thread.parent_id else {
            return Ok(());
        };
        let forum = self.guild_channel(translate::channel_id(parent)).await?;
        let solved = forum
            .available_tags
            .iter()
            .find(|tag| SOLVED.contains(&tag.name.to_lowercase().as_str()));
        let Some(solved) = solved.map(|tag| tag.id) else {
            return Ok(());
        };
        let bears = thread.applied_tags.contains(&solved);
        if bears == is_solved || (is_solved && thread.applied_tags.len() >= MOST_TAGS) {
            return Ok(());
        }
        let mut tags = thread.applied_tags.clone();
        tags.retain(|tag| *tag != solved);
        tags.extend(is_solved.then_some(solved));
        let edit = EditThread::new().applied_tags(tags);
        within_time(thread.id.edit_thread(&self.http, edit)).await?;
        Ok(())
    }

    async fn create_event(
        &self,
        guild: GuildId,
        event: &NativeEvent,
    ) -> Result<EventId, DoorError> {
        scheduled_event::create(&self.http, guild, event).await
    }

    async fn find_event(&self, guild: GuildId, mark: &str) -> Result<Option<EventId>, DoorError> {
        scheduled_event::find(&self.http, guild, mark).await
    }

    async fn move_event(
        &self,
        guild: GuildId,
        event: EventId,
        to: &NativeEvent,
    ) -> Result<(), DoorError> {
        scheduled_event::put_right(&self.http, guild, event, to).await
    }

    async fn delete_event(&self, guild: GuildId, event: EventId) -> Result<(), DoorError> {
        scheduled_event::delete(&self.http, guild, event).await
    }
}

impl DiscordMessenger {
    async fn guild_channel(
        &self,
        channel: ChannelId,
    ) -> Result<serenity::all::GuildChannel, DoorError> {
        let channel = translate::their_channel_id(channel);
        let found = within_time(channel.to_channel(&self.http)).await?;
        let not_ours = || DoorError::Refused("it is no channel of a guild".to_owned());
        found.guild().ok_or_else(not_ours)
    }
}

#[async_trait]
impl GuildReader for DiscordMessenger {
    async fn messages_after(
        &self,
        channel: ChannelId,
        after: MessageId,
    ) -> Result<Page, DoorError> {
        let page = GetMessages::new()
            .after(translate::their_message_id(after))
            .limit(PAGE);
        let channel = translate::their_channel_id(channel);
        let mut messages = within_time(channel.messages(&self.http, page)).await?;
        messages.sort_by_key(|message| message.id);
        Ok(Page {
            messages: messages.iter().filter_map(translate::heard).collect(),
            is_full: messages.len() == usize::from(PAGE),
            last: messages
                .last()
                .map(|message| translate::message_id(message.id)),
        })
    }

    async fn message(
        &self,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<Option<Heard>, DoorError> {
        let channel = translate::their_channel_id(channel);
        let message = translate::their_message_id(message);
        match within_time(channel.message(&self.http, message)).await {
            Ok(message) => Ok(translate::heard(&message)),
            Err(DoorError::Gone(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn channel(&self, channel: ChannelId) -> Result<Channel, DoorError> {
        let channel = self.guild_channel(channel).await?;
        // Whether everybody may read it is told with the channel itself; until then it is not.
        Ok(translate::channel(&channel, false))
    }

    async fn event(&self, guild: GuildId, event: EventId) -> Result<Option<FoundEvent>, DoorError> {
        scheduled_event::look(&self.http, guild, event).await
    }

    async fn members_with_role(
        &self,
        guild: GuildId,
        role: RoleId,
    ) -> Result<Vec<Author>, DoorError> {
        let guild = translate::their_guild_id(guild);
        let mut found = Vec::new();
        let mut after = None;
        for _ in 0..MOST_MEMBERS_PAGES {
            let page = within_time(guild.members(&self.http, Some(MEMBERS_PAGE), after)).await?;
            after = page.last().map(|member| member.user.id);
            let is_full = page.len() as u64 == MEMBERS_PAGE;
            let has_role = |member: &serenity::all::Member| {
                member
                    .roles
                    .iter()
                    .any(|id| translate::role_id(*id) == role)
            };
            found.extend(
                page.iter()
                    .filter(|member| has_role(member))
                    .map(translate::member),
            );
            if !is_full {
                break;
            }
        }
        Ok(found)
    }

    async fn reactors(
        &self,
        channel: ChannelId,
        message: MessageId,
        emoji: &str,
    ) -> Result<Vec<MemberId>, DoorError> {
        let users = translate::their_channel_id(channel).reaction_users(
            &self.http,
            translate::their_message_id(message),
            ReactionType::Unicode(emoji.to_owned()),
            Some(PAGE),
            None,
        );
        match within_time(users).await {
            Ok(users) => {
                let people = users.iter().filter(|user| !user.bot);
                Ok(people.map(|user| translate::member_id(user.id)).collect())
            }
            Err(DoorError::Gone(_)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    async fn members(
        &self,
        guild: GuildId,
        members: &[MemberId],
    ) -> Result<Vec<GuildMember>, DoorError> {
        let guild = translate::their_guild_id(guild);
        let mut found = Vec::new();
        for member in members {
            let member = translate::their_user_id(*member);
            match within_time(self.http.get_member(guild, member)).await {
                Ok(member) => found.push(member),
                Err(DoorError::Gone(_)) => {}
                Err(error) => return Err(error),
            }
        }
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let guild = within_time(self.http.get_guild(guild)).await?;
        let with_permissions = found
            .iter()
            .map(|member| translate::guild_member(member, guild.member_permissions(member)));
        Ok(with_permissions.collect())
    }
}

/// Whether a message is the one that this post became: the same words, or the same controls, whose
/// custom ids name what they act on.
fn looks_like(message: &Message, post: &Post) -> bool {
    if !message.author.bot {
        return false;
    }
    if post.is_pinned {
        // What stands on a board changes; that it is one does not.
        let custom_ids = serde_json::to_string(&message.components).unwrap_or_default();
        return message.pinned || custom_ids.contains("\"board:");
    }
    if let Some(first) = post.controls.first() {
        let custom_ids = serde_json::to_string(&message.components).unwrap_or_default();
        let same_reply = message
            .message_reference
            .as_ref()
            .and_then(|reference| reference.message_id)
            .map(translate::message_id)
            == post.reply_to;
        return same_reply
            && message.content == post.text
            && custom_ids.contains(&format!("\"{}\"", first.action()));
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
    message.content == post.text && same_card
}

/// A request to Discord, with an end in sight.
pub(super) async fn within_time<T>(
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

/// Discord's own code of an error, where it answered at all.
fn code_of(error: &serenity::Error) -> Option<isize> {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => {
            Some(response.error.code)
        }
        _ => None,
    }
}

/// What Discord refuses for good, and what it may do later.
fn door_error(error: &serenity::Error) -> DoorError {
    match status_of(error) {
        Some(401 | 408 | 429 | 500..) | None => DoorError::Later(reason(error)),
        Some(404) => DoorError::Gone(reason(error)),
        Some(_) => DoorError::Refused(reason(error)),
    }
}
