//! Messages as people see them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::{Place, Reply};
use crate::{
    server::Server,
    snowflake::Snowflake,
    state::{self, MessageKey, State},
};

/// A message at the moment it was looked at. Look again with [`Simcord::message`](crate::Simcord::message).
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Message {
    /// The message's id.
    pub id: Snowflake,
    /// The channel or thread it is in.
    pub channel_id: Snowflake,
    /// The channel's name; empty for direct messages.
    pub channel: String,
    /// None for direct messages.
    pub guild_id: Option<Snowflake>,
    /// Who wrote it.
    pub author_id: Snowflake,
    /// The author's handle.
    pub author: String,
    /// The text.
    pub content: String,
    /// When it was sent, in community time.
    pub sent_at: DateTime<Utc>,
    /// When it was last changed, in community time.
    pub edited_at: Option<DateTime<Utc>>,
    /// Embeds, in order.
    pub embeds: Vec<Embed>,
    /// Components as the bot sent them: rows with buttons and selects.
    pub components: Vec<Value>,
    /// The files with it.
    pub attachments: Vec<Attachment>,
    /// Each emoji and the handles of who gave it.
    pub reactions: Vec<(String, Vec<String>)>,
    /// Discord's message type, which tells what somebody said (0, 19, 20, 23) from what Discord says in their name:
    /// <https://discord.com/developers/docs/resources/message#message-object-message-types>.
    pub kind: u64,
    /// The message it replies to.
    pub reply_to: Option<Snowflake>,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Whether only one person sees it.
    pub ephemeral: bool,
    /// The handles of everybody whose client rang.
    pub pings: Vec<String>,
    /// Whether it rang for @everyone or @here.
    pub pings_everyone: bool,
    /// The thread that started from it.
    pub thread_id: Option<Snowflake>,
}

/// What a bot frames: <https://discord.com/developers/docs/resources/message#embed-object>.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Embed {
    /// The heading.
    pub title: String,
    /// Where the heading leads.
    pub url: String,
    /// The text.
    pub description: String,
    /// Names and values.
    pub fields: Vec<(String, String)>,
    /// The small print.
    pub footer: String,
    /// The name above the heading.
    pub author: String,
    /// The colour of the edge, as 0xRRGGBB.
    pub color: Option<u64>,
}

/// A file of a message: <https://discord.com/developers/docs/resources/message#attachment-object>.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Attachment {
    /// Its name.
    pub filename: String,
    /// What is to be seen on it, for whoever can't see it.
    pub description: String,
    /// Where it can be fetched, below the base.
    pub path: String,
    /// What is in it.
    #[serde(skip)]
    pub bytes: Arc<[u8]>,
}

/// A button of a message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Button {
    /// What it says; its emoji if it says nothing.
    pub label: String,
    /// What the bot knows it by; empty for a link.
    pub custom_id: String,
    /// Where a link leads.
    pub url: Option<String>,
    /// Whether it is greyed out.
    pub disabled: bool,
}

/// A select menu of a message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Select {
    /// What it says before anything is chosen.
    pub placeholder: String,
    /// What the bot knows it by.
    pub custom_id: String,
    /// Labels and values; empty for selects of users, roles and channels.
    pub options: Vec<(String, String)>,
    /// Whether it is greyed out.
    pub disabled: bool,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

impl Message {
    pub(crate) fn read(state: &State, key: MessageKey) -> Option<Self> {
        let message = state.messages.get(&key)?;
        let channel = state.channels.get(&message.channel);
        let handle = |user: &Snowflake| {
            state
                .users
                .get(user)
                .map(|user| user.handle.clone())
                .unwrap_or_default()
        };
        Some(Self {
            id: message.id,
            channel_id: message.channel,
            channel: channel
                .map(|channel| channel.name.clone())
                .unwrap_or_default(),
            guild_id: channel.and_then(|channel| channel.guild),
            author_id: message.author,
            author: handle(&message.author),
            content: message.content.clone(),
            sent_at: message.sent_at,
            edited_at: message.edited_at,
            embeds: message.embeds.iter().map(Embed::read).collect(),
            components: message.components.clone(),
            attachments: message
                .attachments
                .iter()
                .map(|attachment| Attachment {
                    filename: attachment.filename.clone(),
                    description: attachment.description.clone().unwrap_or_default(),
                    path: attachment.path(message.channel),
                    bytes: Arc::clone(&attachment.bytes),
                })
                .collect(),
            reactions: message
                .reactions
                .iter()
                .map(|reaction| {
                    (
                        reaction.emoji.name.clone(),
                        reaction.users.iter().map(handle).collect(),
                    )
                })
                .collect(),
            kind: message.kind,
            reply_to: message.reply_to.map(|(_, id)| id),
            pinned: message.pinned_at.is_some(),
            ephemeral: message.ephemeral_to.is_some(),
            pings: message.mentioned.pinged.iter().map(handle).collect(),
            pings_everyone: message.mentioned.everyone,
            thread_id: (message.flags & state::message_flag::HAS_THREAD != 0).then_some(message.id),
        })
    }

    pub(crate) fn all_in(_server: &Arc<Server>, state: &State, channel: Snowflake) -> Vec<Self> {
        let visible = state
            .messages_in(channel)
            .filter(|message| message.ephemeral_to.is_none());
        visible
            .filter_map(|message| Self::read(state, (channel, message.id)))
            .collect()
    }

    /// The link that people share.
    #[must_use]
    pub fn link(&self) -> String {
        let guild = self
            .guild_id
            .map_or_else(|| "@me".to_owned(), |guild| guild.to_string());
        format!(
            "https://discord.com/channels/{guild}/{}/{}",
            self.channel_id, self.id
        )
    }

    /// Everything there is to read: the content, then each embed, then buttons and selects in brackets.
    #[must_use]
    pub fn text(&self) -> String {
        readable(&self.content, &self.embeds, &self.components)
    }

    /// The buttons, in order.
    #[must_use]
    pub fn buttons(&self) -> Vec<Button> {
        Button::all_in(&self.components)
    }

    /// The select menus, in order.
    #[must_use]
    pub fn selects(&self) -> Vec<Select> {
        Select::all_in(&self.components)
    }
}

pub(crate) fn readable(content: &str, embeds: &[Embed], components: &[Value]) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !content.is_empty() {
        parts.push(content.to_owned());
    }
    parts.extend(embeds.iter().map(Embed::text));
    let mut offered: Vec<String> = Button::all_in(components)
        .iter()
        .map(|button| format!("[{}]", button.label))
        .collect();
    offered.extend(
        Select::all_in(components)
            .iter()
            .map(|select| format!("[{} ▾]", select.placeholder)),
    );
    if !offered.is_empty() {
        parts.push(offered.join(" "));
    }
    parts.join("\n")
}

impl Embed {
    fn read(value: &Value) -> Self {
        Self {
            title: text(&value["title"]),
            url: text(&value["url"]),
            description: text(&value["description"]),
            fields: list(&value["fields"])
                .iter()
                .map(|field| (text(&field["name"]), text(&field["value"])))
                .collect(),
            footer: text(&value["footer"]["text"]),
            author: text(&value["author"]["name"]),
            color: value["color"].as_u64(),
        }
    }

    /// Everything there is to read, a line for each part.
    #[must_use]
    pub fn text(&self) -> String {
        let fields = self
            .fields
            .iter()
            .map(|(name, value)| format!("{name}: {value}"));
        let before = [&self.author, &self.title, &self.description]
            .into_iter()
            .cloned();
        let lines = before.chain(fields).chain([self.footer.clone()]);
        lines
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// Every component, whatever rows and sections it is wrapped in.
pub(crate) fn flattened(components: &[Value]) -> Vec<&Value> {
    let mut all = Vec::new();
    for component in components {
        all.push(component);
        all.extend(flattened(list(&component["components"])));
        if component["component"].is_object() {
            all.push(&component["component"]);
        }
        if component["accessory"].is_object() {
            all.push(&component["accessory"]);
        }
    }
    all
}

impl Button {
    pub(crate) fn all_in(components: &[Value]) -> Vec<Self> {
        let buttons = flattened(components)
            .into_iter()
            .filter(|component| component["type"] == 2);
        let read = |button: &Value| Self {
            label: button["label"]
                .as_str()
                .map_or_else(|| text(&button["emoji"]["name"]), str::to_owned),
            custom_id: text(&button["custom_id"]),
            url: button["url"].as_str().map(str::to_owned),
            disabled: button["disabled"] == true,
        };
        buttons.map(read).collect()
    }
}

impl Select {
    pub(crate) fn all_in(components: &[Value]) -> Vec<Self> {
        let is_select = |component: &&Value| matches!(component["type"].as_u64(), Some(3 | 5..=8));
        let read = |select: &Value| Self {
            placeholder: text(&select["placeholder"]),
            custom_id: text(&select["custom_id"]),
            options: list(&select["options"])
                .iter()
                .map(|option| (text(&option["label"]), text(&option["value"])))
                .collect(),
            disabled: select["disabled"] == true,
        };
        flattened(components)
            .into_iter()
            .filter(is_select)
            .map(read)
            .collect()
    }
}

/// Points at a message: a [`Message`], or the [`Reply`] that came as one.
#[derive(Clone, Copy, Debug)]
pub struct MessageRef(pub(crate) MessageKey);

impl From<&Message> for MessageRef {
    fn from(message: &Message) -> Self {
        Self((message.channel_id, message.id))
    }
}

impl From<&Reply> for MessageRef {
    fn from(reply: &Reply) -> Self {
        // A reply that is no message points nowhere, and whoever uses it is told so.
        Self(
            reply
                .message
                .as_ref()
                .map(|message| (message.channel_id, message.id))
                .unwrap_or_default(),
        )
    }
}

impl From<&Message> for Place {
    fn from(message: &Message) -> Self {
        Self::Id(message.channel_id)
    }
}
