//! Messages and what happens to them.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{AllowedMentions, Attachment, Reaction, State, mention::Mentioned};
use crate::{
    gateway::{ContentRule, Dispatch, Intents, PreparedLine},
    snowflake::Snowflake,
    time::NONCE_WINDOW,
};

/// Bits of `flags`: <https://discord.com/developers/docs/resources/message#message-object-message-flags>.
pub(crate) mod message_flag {
    pub(crate) const SUPPRESS_EMBEDS: u64 = 1 << 2;
    pub(crate) const HAS_THREAD: u64 = 1 << 5;
    pub(crate) const EPHEMERAL: u64 = 1 << 6;
    pub(crate) const LOADING: u64 = 1 << 7;
    pub(crate) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
}

/// Values of `type`: <https://discord.com/developers/docs/resources/message#message-object-message-types>.
pub(crate) mod message_kind {
    pub(crate) const SAID: u64 = 0;
    pub(crate) const PINNED: u64 = 6;
    pub(crate) const JOINED: u64 = 7;
    pub(crate) const BOOSTED: u64 = 8;
    pub(crate) const REPLY: u64 = 19;
    pub(crate) const COMMAND: u64 = 20;
    pub(crate) const CONTEXT_MENU: u64 = 23;
}

/// The channel comes first: a thread's first message can have the id of the thread's own channel.
pub(crate) type MessageKey = (Snowflake, Snowflake);

#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: Snowflake,
    pub(crate) channel: Snowflake,
    pub(crate) author: Snowflake,
    pub(crate) content: String,
    pub(crate) sent_at: DateTime<Utc>,
    pub(crate) edited_at: Option<DateTime<Utc>>,
    pub(crate) embeds: Vec<Value>,
    pub(crate) components: Vec<Value>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) flags: u64,
    /// One of [`message_kind`].
    pub(crate) kind: u64,
    pub(crate) reply_to: Option<MessageKey>,
    /// The message that a system message tells about.
    pub(crate) about: Option<MessageKey>,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) pinned_at: Option<DateTime<Utc>>,
    pub(crate) nonce: Option<Value>,
    pub(crate) mentioned: Mentioned,
    /// The interaction it answers.
    pub(crate) interaction: Option<Snowflake>,
    /// The one person who sees it.
    pub(crate) ephemeral_to: Option<Snowflake>,
    /// Whether a test has looked at it: see `next_message` of the driver.
    pub(crate) taken: bool,
}

impl Message {
    /// Whether Discord wrote it in the author's name.
    pub(crate) fn is_system(&self) -> bool {
        use message_kind::{COMMAND, CONTEXT_MENU, REPLY, SAID};
        !matches!(self.kind, SAID | REPLY | COMMAND | CONTEXT_MENU)
    }
}

/// A message about to be sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) content: String,
    pub(crate) embeds: Vec<Value>,
    pub(crate) components: Vec<Value>,
    /// Their ids are given when the message is sent.
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) flags: u64,
    pub(crate) kind: u64,
    pub(crate) reply_to: Option<MessageKey>,
    pub(crate) about: Option<MessageKey>,
    pub(crate) nonce: Option<Value>,
    pub(crate) allowed_mentions: AllowedMentions,
    pub(crate) interaction: Option<Snowflake>,
    pub(crate) ephemeral_to: Option<Snowflake>,
}

/// An edit by the bot, kept until a test looks at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BotEdit {
    pub(crate) message: MessageKey,
}

impl State {
    /// Sends a message; whether the author may is for the caller to know.
    pub(crate) fn send(
        &mut self,
        author: Snowflake,
        channel: Snowflake,
        draft: Draft,
    ) -> MessageKey {
        let id = self.next_id();
        self.send_with_id(id, author, channel, draft)
    }

    /// Sends the first message of a forum post, which has the post's id.
    pub(crate) fn send_with_id(
        &mut self,
        id: Snowflake,
        author: Snowflake,
        channel: Snowflake,
        draft: Draft,
    ) -> MessageKey {
        let replied_to = draft
            .reply_to
            .and_then(|key| self.messages.get(&key))
            .map(|message| message.author);
        let mentioned = if draft.ephemeral_to.is_some() {
            Mentioned::default()
        } else {
            let mut mentioned = self.resolve_mentions(
                author,
                channel,
                &draft.content,
                &draft.allowed_mentions,
                replied_to,
            );
            if draft.flags & message_flag::SUPPRESS_NOTIFICATIONS != 0 {
                mentioned.pinged.clear();
            }
            mentioned
        };
        let kind = if draft.reply_to.is_some() {
            message_kind::REPLY
        } else {
            draft.kind
        };
        let attachments = draft.attachments.into_iter().map(|attachment| Attachment {
            id: self.next_id(),
            ..attachment
        });
        let attachments = attachments.collect();
        let message = Message {
            id,
            channel,
            author,
            content: draft.content,
            sent_at: self.now(),
            edited_at: None,
            embeds: draft.embeds,
            components: draft.components,
            attachments,
            flags: draft.flags,
            kind,
            reply_to: draft.reply_to,
            about: draft.about,
            reactions: Vec::new(),
            pinned_at: None,
            nonce: draft.nonce,
            mentioned,
            interaction: draft.interaction,
            ephemeral_to: draft.ephemeral_to,
            taken: false,
        };
        let key = (channel, id);
        let ephemeral = message.ephemeral_to.is_some();
        self.messages.insert(key, message);
        if ephemeral {
            return key;
        }
        self.join_thread(channel, author);
        if let Some(channel) = self.channels.get_mut(&channel) {
            channel.last_message = Some(id);
            if let Some(thread) = &mut channel.thread {
                // The message a post begins with doesn't count.
                thread.message_count += u64::from(id != channel.id);
                thread.total_message_sent += u64::from(id != channel.id);
            }
        }
        self.reopen(channel);
        self.dispatch_message("MESSAGE_CREATE", key);
        key
    }

    /// Marks the message that a thread hangs on.
    pub(crate) fn mark_thread_on(&mut self, key: MessageKey) {
        if let Some(message) = self.messages.get_mut(&key) {
            message.flags |= message_flag::HAS_THREAD;
        }
        self.dispatch_message("MESSAGE_UPDATE", key);
    }

    /// A message in an archived thread that is not locked opens it again.
    fn reopen(&mut self, channel: Snowflake) {
        let now = self.now();
        let archived = self
            .channels
            .get(&channel)
            .and_then(|channel| channel.thread.as_ref())
            .is_some_and(|thread| thread.archived);
        if archived {
            self.change_channel(channel, |channel| {
                if let Some(thread) = &mut channel.thread {
                    thread.archived = false;
                    thread.archive_changed_at = now;
                }
            });
        }
    }

    /// The message that an enforced nonce stands for, if it was sent in the last minutes.
    pub(crate) fn sent_with_nonce(
        &self,
        author: Snowflake,
        channel: Snowflake,
        nonce: &Value,
    ) -> Option<MessageKey> {
        let oldest = self.now() - NONCE_WINDOW;
        self.messages_in(channel)
            .rev()
            .take_while(|message| message.sent_at >= oldest)
            .find(|message| message.author == author && message.nonce.as_ref() == Some(nonce))
            .map(|message| (channel, message.id))
    }

    /// Every message of a channel, ephemeral ones too, oldest first.
    pub(crate) fn messages_in(
        &self,
        channel: Snowflake,
    ) -> impl DoubleEndedIterator<Item = &Message> {
        let range = (channel, Snowflake::new(0))..=(channel, Snowflake::new(u64::MAX));
        self.messages.range(range).map(|(_, message)| message)
    }

    /// Finds a message by its id alone.
    pub(crate) fn message_with_id(&self, id: Snowflake) -> Option<&Message> {
        self.messages.values().find(|message| message.id == id)
    }

    /// Changes what a message says.
    pub(crate) fn edit(
        &mut self,
        key: MessageKey,
        editor: Snowflake,
        change: impl FnOnce(&mut Message),
    ) {
        let now = self.now();
        let Some(message) = self.messages.get_mut(&key) else {
            return;
        };
        // A deferred answer that comes is no edit to look at.
        let filled_in = message.flags & message_flag::LOADING != 0;
        change(message);
        message.edited_at = Some(now);
        if editor == self.application.id && message.ephemeral_to.is_none() && !filled_in {
            self.bot_edits.push(BotEdit { message: key });
        }
        self.dispatch_message("MESSAGE_UPDATE", key);
    }

    pub(crate) fn delete_messages(&mut self, channel: Snowflake, ids: &[Snowflake]) {
        let mut deleted = Vec::new();
        for id in ids {
            if let Some(message) = self.messages.remove(&(channel, *id))
                && message.ephemeral_to.is_none()
            {
                deleted.push(*id);
            }
        }
        if deleted.is_empty() {
            return;
        }
        if let Some(thread) = self
            .channels
            .get_mut(&channel)
            .and_then(|channel| channel.thread.as_mut())
        {
            thread.message_count = thread.message_count.saturating_sub(deleted.len() as u64);
        }
        let guild = self
            .channels
            .get(&channel)
            .and_then(|channel| channel.guild);
        if let [id] = deleted.as_slice() {
            let data = with_guild(json!({"id": id, "channel_id": channel}), guild);
            self.dispatch_in_channel(
                "MESSAGE_DELETE",
                channel,
                data,
                ContentRule::Plain,
                Intents::MESSAGES,
            );
        } else {
            let data = with_guild(json!({"ids": deleted, "channel_id": channel}), guild);
            self.dispatch_in_channel(
                "MESSAGE_DELETE_BULK",
                channel,
                data,
                ContentRule::Plain,
                Intents::MESSAGES,
            );
        }
    }

    pub(crate) fn dispatch_typing(&mut self, channel: Snowflake, user: Snowflake) {
        let guild = self
            .channels
            .get(&channel)
            .and_then(|channel| channel.guild);
        let mut data =
            json!({"channel_id": channel, "user_id": user, "timestamp": self.now().timestamp()});
        if let Some(guild) = guild {
            data["member"] = self.member_payload(guild, user);
        }
        let data = with_guild(data, guild);
        self.dispatch_in_channel(
            "TYPING_START",
            channel,
            data,
            ContentRule::Plain,
            Intents::TYPING,
        );
    }

    /// Tells of a message, unless only one person sees it.
    pub(crate) fn dispatch_message(&mut self, event: &'static str, key: MessageKey) {
        if let Some((data, rule)) = self.message_event(key) {
            self.dispatch_in_channel(event, key.0, data, rule, Intents::MESSAGES);
        }
    }

    /// A message as events tell it, where they do.
    fn message_event(&self, key: MessageKey) -> Option<(Value, ContentRule)> {
        let message = self
            .messages
            .get(&key)
            .filter(|message| message.ephemeral_to.is_none())?;
        let for_the_bot =
            message.author == self.bot() || message.mentioned.users.contains(&self.bot());
        let guild = self.channels.get(&key.0).and_then(|channel| channel.guild);
        let mut data = with_guild(self.message_payload(key), guild);
        if let Some(member) =
            guild.and_then(|guild| self.partial_member_payload(guild, message.author))
        {
            data["member"] = member;
        }
        // Only events say which members were mentioned.
        let mentioned = message.mentioned.users.iter().enumerate();
        for (index, user) in mentioned.filter_map(|(index, user)| Some((index, (guild?, *user)))) {
            data["mentions"][index]["member"] = json!(self.partial_member_payload(user.0, user.1));
        }
        let rule = if for_the_bot || guild.is_none() {
            ContentRule::Plain
        } else {
            ContentRule::NeedsIntent
        };
        Some((data, rule))
    }

    /// The event of a message that is not kept, by which many can be told.
    pub(crate) fn prepared_line(
        &mut self,
        author: Snowflake,
        channel: Snowflake,
        text: &str,
    ) -> Option<PreparedLine> {
        let guild = self.channels.get(&channel)?.guild?;
        let id = self.next_id();
        let mentioned =
            self.resolve_mentions(author, channel, text, &AllowedMentions::default(), None);
        let message = Message {
            id,
            channel,
            author,
            content: text.to_owned(),
            sent_at: self.now(),
            edited_at: None,
            embeds: Vec::new(),
            attachments: Vec::new(),
            components: Vec::new(),
            flags: 0,
            kind: message_kind::SAID,
            reply_to: None,
            about: None,
            reactions: Vec::new(),
            pinned_at: None,
            nonce: None,
            mentioned,
            interaction: None,
            ephemeral_to: None,
            taken: false,
        };
        self.messages.insert((channel, id), message);
        let event = self.message_event((channel, id));
        self.messages.remove(&(channel, id));
        PreparedLine::new(guild, &event?.0.to_string(), id)
    }

    pub(super) fn dispatch_in_channel(
        &mut self,
        event: &'static str,
        channel: Snowflake,
        data: Value,
        content: ContentRule,
        (in_guild, in_direct): (Intents, Intents),
    ) {
        let dispatch = match self
            .channels
            .get(&channel)
            .and_then(|channel| channel.guild)
        {
            Some(guild) => Dispatch::in_guild(event, in_guild, guild, data),
            None => Dispatch::direct(event, in_direct, data),
        };
        self.dispatch(&dispatch.seen_in(channel).with_content(content));
    }
}

pub(super) fn with_guild(mut data: Value, guild: Option<Snowflake>) -> Value {
    if let Some(guild) = guild {
        data["guild_id"] = json!(guild);
    }
    data
}
