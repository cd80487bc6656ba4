//! `DiscordChatExporter`'s JSON: one object a channel, whose `messages` may be a gigabyte.

use std::fmt;
use std::io::BufRead;
use std::path::Path;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::recognise::skip_mark;
use super::scalar::{Scalar, Text, moment_of, or_default};
use super::{
    ImportError, Item, Sink, SourceAuthor, SourceChannel, SourceGuild, SourceMessage, Stopped,
};
use crate::practice::community::ChannelKind;
use crate::practice::message::{Attachment, MessageKind, Reaction};

#[derive(Deserialize)]
struct Guild {
    id: Scalar,
    #[serde(default, deserialize_with = "or_default")]
    name: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Channel {
    id: Scalar,
    #[serde(default, deserialize_with = "or_default")]
    r#type: Text,
    #[serde(default, deserialize_with = "or_default")]
    name: Text,
    #[serde(default)]
    category_id: Scalar,
    category: Option<Text>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    id: Scalar,
    #[serde(default)]
    r#type: Scalar,
    #[serde(default)]
    timestamp: Scalar,
    #[serde(default)]
    timestamp_edited: Scalar,
    #[serde(default, deserialize_with = "or_default")]
    content: Text,
    author: Option<Author>,
    #[serde(default, deserialize_with = "or_default")]
    attachments: Vec<File>,
    #[serde(default, deserialize_with = "or_default")]
    reactions: Vec<Reacted>,
    #[serde(default, deserialize_with = "or_default")]
    mentions: Vec<Author>,
    reference: Option<Reference>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Author {
    id: Scalar,
    #[serde(default, deserialize_with = "or_default")]
    name: Text,
    nickname: Option<Text>,
    #[serde(default, deserialize_with = "or_default")]
    is_bot: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    #[serde(default, deserialize_with = "or_default")]
    file_name: Text,
    #[serde(default, deserialize_with = "or_default")]
    url: Text,
}

#[derive(Deserialize)]
struct Reacted {
    emoji: Emoji,
    #[serde(default, deserialize_with = "or_default")]
    count: i64,
}

#[derive(Deserialize)]
struct Emoji {
    #[serde(default, deserialize_with = "or_default")]
    name: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    #[serde(default)]
    message_id: Scalar,
    #[serde(default)]
    channel_id: Scalar,
}

/// Reads one channel.
pub(crate) fn read(
    mut file: impl BufRead,
    path: &Path,
    sink: &mut Sink<'_>,
) -> Result<(), ImportError> {
    skip_mark(&mut file).map_err(|source| ImportError::opening(path, source))?;
    let mut progress = Progress {
        sink,
        channel: None,
        after: None,
        stopped: None,
    };
    let mut deserializer = serde_json::Deserializer::from_reader(file);
    deserializer
        .deserialize_map(Export(&mut progress))
        .and_then(|()| deserializer.end())
        .map_err(|error| ImportError::reading(path, &error, progress.after, progress.stopped))
}

/// How far the reading has come.
struct Progress<'progress, 'sink> {
    sink: &'progress mut Sink<'sink>,
    channel: Option<String>,
    after: Option<String>,
    stopped: Option<Stopped>,
}

impl Progress<'_, '_> {
    /// Hands the channel on before its messages, in whichever order the two parts came.
    fn enter<E: Error>(&mut self, channel: Option<Channel>, guild: Option<Guild>) -> Result<(), E> {
        let Some(channel) = channel else {
            return Ok(());
        };
        let channel = channel_of(channel, guild);
        self.channel = Some(channel.id.clone());
        self.hand_on(Item::Channel(channel))
    }

    fn hand_on<E: Error>(&mut self, item: Item) -> Result<(), E> {
        (self.sink)(item).map_err(|stopped| {
            self.stopped = Some(stopped);
            E::custom("stopped")
        })
    }
}

struct Export<'export, 'progress, 'sink>(&'export mut Progress<'progress, 'sink>);

impl<'de> Visitor<'de> for Export<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a channel's export")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut guild, mut channel) = (None, None);
        while let Some(key) = map.next_key::<Text>()? {
            match key.0.as_str() {
                "guild" => guild = map.next_value::<Option<Guild>>()?,
                "channel" => channel = Some(map.next_value()?),
                "messages" => {
                    self.0.enter(channel.take(), guild.take())?;
                    map.next_value_seed(Messages(self.0))?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        // An export without messages is of a channel all the same.
        self.0.enter(channel, guild)?;
        if self.0.channel.is_none() {
            return Err(A::Error::custom("it names no channel"));
        }
        Ok(())
    }
}

struct Messages<'export, 'progress, 'sink>(&'export mut Progress<'progress, 'sink>);

impl<'de> DeserializeSeed<'de> for Messages<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Messages<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Some(channel) = self.0.channel.clone() else {
            return Err(A::Error::custom("its messages come before their channel"));
        };
        while let Some(message) = list.next_element::<Message>()? {
            let message = message_of(message, &channel);
            let id = message.id.clone();
            self.0.hand_on(Item::Message(message))?;
            self.0.after = Some(id);
        }
        Ok(())
    }
}

fn id_of(id: Scalar) -> String {
    id.into_text().unwrap_or_default()
}

fn channel_of(channel: Channel, guild: Option<Guild>) -> SourceChannel {
    SourceChannel {
        guild: guild.map(|guild| SourceGuild {
            id: id_of(guild.id),
            name: guild.name.0,
        }),
        id: id_of(channel.id),
        name: channel.name.0,
        kind: channel_kind(&channel.r#type.0),
        parent: channel.category_id.into_text().filter(|id| !id.is_empty()),
        parent_name: channel.category.map(|name| name.0),
    }
}

/// The names of `DiscordChatExporter`'s `ChannelKind`.
fn channel_kind(name: &str) -> ChannelKind {
    match name {
        "GuildTextChat" | "GuildNews" | "DirectTextChat" | "DirectGroupTextChat" => {
            ChannelKind::Text
        }
        "GuildForum" => ChannelKind::Forum,
        name if name.ends_with("Thread") => ChannelKind::Thread,
        _ => ChannelKind::Other,
    }
}

fn author_of(author: Author) -> SourceAuthor {
    let nickname = author.nickname.map(|name| name.0);
    SourceAuthor {
        id: id_of(author.id),
        name: nickname
            .filter(|name| !name.is_empty())
            .unwrap_or(author.name.0),
        is_bot: author.is_bot,
    }
}

fn message_of(message: Message, channel: &str) -> SourceMessage {
    let r#type = id_of(message.r#type);
    let kind = message_kind(&r#type);
    // A forward refers to a message too, and replies to nothing.
    let replied = message.reference.filter(|reference| {
        matches!(r#type.as_str(), "Reply" | "19")
            && reference
                .channel_id
                .clone()
                .into_text()
                .is_none_or(|id| id == channel)
    });
    SourceMessage {
        channel: channel.to_owned(),
        id: id_of(message.id),
        author: message
            .author
            .filter(|_| kind != MessageKind::System)
            .map(author_of),
        at: message.timestamp.moment(),
        edited_at: message
            .timestamp_edited
            .into_text()
            .and_then(|at| moment_of(&at)),
        text: message.content.0,
        kind,
        reply_to: replied
            .and_then(|reference| reference.message_id.into_text())
            .into_iter()
            .collect(),
        mentions: message
            .mentions
            .into_iter()
            .map(|member| id_of(member.id))
            .collect(),
        reactions: message
            .reactions
            .into_iter()
            .map(|reacted| Reaction {
                emoji: reacted.emoji.name.0,
                count: reacted.count,
            })
            .collect(),
        attachments: message
            .attachments
            .into_iter()
            .map(|file| Attachment {
                name: file.file_name.0,
                url: file.url.0,
            })
            .collect(),
        is_alone: false,
    }
}

/// The names of its `MessageKind`; those that it has no name for are Discord's numbers, of which
/// 20 and 23 answer a command. <https://discord.com/developers/docs/resources/message>
fn message_kind(name: &str) -> MessageKind {
    match name {
        "" | "Default" | "0" | "Reply" | "19" | "20" | "23" => MessageKind::Message,
        _ => MessageKind::System,
    }
}
