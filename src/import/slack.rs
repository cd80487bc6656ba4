//! A Slack workspace's export: a folder or a zip with `channels.json`, `users.json`, and in each
//! channel's folder a file a day.

mod text;
mod tree;

use std::collections::HashMap;
use std::fmt;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use self::tree::Tree;
use super::scalar::{Text, moment_of, or_default};
use super::{ImportError, Item, Sink, SourceAuthor, SourceChannel, SourceMessage, Stopped};
use crate::practice::community::ChannelKind;
use crate::practice::message::{Attachment, MessageKind, Reaction};

#[derive(Deserialize)]
struct Channel {
    id: Text,
    #[serde(default, deserialize_with = "or_default")]
    name: Text,
}

#[derive(Deserialize)]
struct User {
    id: Text,
    #[serde(default, deserialize_with = "or_default")]
    name: Text,
    real_name: Option<Text>,
    profile: Option<Profile>,
    #[serde(default, deserialize_with = "or_default")]
    is_bot: bool,
}

#[derive(Default, Deserialize)]
struct Profile {
    display_name: Option<Text>,
    real_name: Option<Text>,
}

#[derive(Deserialize)]
struct Message {
    ts: Text,
    #[serde(default, deserialize_with = "or_default")]
    subtype: Text,
    user: Option<Text>,
    bot_id: Option<Text>,
    username: Option<Text>,
    #[serde(default, deserialize_with = "or_default")]
    text: Text,
    thread_ts: Option<Text>,
    user_profile: Option<Profile>,
    edited: Option<Edited>,
    #[serde(default, deserialize_with = "or_default")]
    reactions: Vec<Reacted>,
    #[serde(default, deserialize_with = "or_default")]
    files: Vec<File>,
}

#[derive(Deserialize)]
struct Edited {
    ts: Text,
}

#[derive(Deserialize)]
struct Reacted {
    name: Text,
    #[serde(default, deserialize_with = "or_default")]
    count: i64,
}

#[derive(Deserialize)]
struct File {
    #[serde(default, deserialize_with = "or_default")]
    name: Text,
    #[serde(default, deserialize_with = "or_default")]
    url_private: Text,
}

/// The members by their ids.
type Members = HashMap<String, SourceAuthor>;

/// Reads every channel, in the order of `channels.json`.
pub(crate) fn read(path: &Path, sink: &mut Sink<'_>) -> Result<(), ImportError> {
    let mut tree = Tree::open(path)?;
    let names = tree.names();
    if !names.iter().any(|name| name == "channels.json") {
        return Err(ImportError::NoSlackExport {
            path: path.to_owned(),
        });
    }
    let members = members(&mut tree, &names)?;
    // Private channels are in `groups.json`, where the workspace's owner may export them.
    for list in ["channels.json", "groups.json"] {
        if !names.iter().any(|name| name == list) {
            continue;
        }
        for channel in whole::<Vec<Channel>>(&mut tree, list)? {
            read_channel(&mut tree, &names, &channel, &members, sink)?;
        }
    }
    Ok(())
}

fn members(tree: &mut Tree, names: &[String]) -> Result<Members, ImportError> {
    if !names.iter().any(|name| name == "users.json") {
        return Ok(Members::new());
    }
    let users: Vec<User> = whole(tree, "users.json")?;
    Ok(users.into_iter().map(member_of).collect())
}

fn member_of(user: User) -> (String, SourceAuthor) {
    let profile = user.profile.unwrap_or_default();
    let name = [profile.display_name, profile.real_name, user.real_name]
        .into_iter()
        .flatten()
        .map(|name| name.0)
        .find(|name| !name.is_empty())
        .unwrap_or(user.name.0);
    let author = SourceAuthor {
        id: user.id.0.clone(),
        name,
        is_bot: user.is_bot || user.id.0 == "USLACKBOT",
    };
    (user.id.0, author)
}

/// A file that is small, read at once.
fn whole<T: serde::de::DeserializeOwned>(tree: &mut Tree, name: &str) -> Result<T, ImportError> {
    let place = tree.place(name);
    tree.with(name, |file| {
        serde_json::from_reader(file)
            .map_err(|error| ImportError::reading(&place, &error, None, None))
    })
}

fn read_channel(
    tree: &mut Tree,
    names: &[String],
    channel: &Channel,
    members: &Members,
    sink: &mut Sink<'_>,
) -> Result<(), ImportError> {
    sink(Item::Channel(SourceChannel {
        guild: None,
        id: channel.id.0.clone(),
        name: channel.name.0.clone(),
        kind: ChannelKind::Text,
        parent: None,
        parent_name: None,
    }))
    .map_err(ImportError::Stopped)?;
    let folder = format!("{}/", channel.name.0);
    let mut after = None;
    // In order, the files of a folder stand together: a workspace may have thousands of channels.
    let first = names.partition_point(|name| *name < folder);
    let days = names[first..]
        .iter()
        .take_while(|name| name.starts_with(&folder))
        .filter(|name| is_json(name));
    for day in days {
        let place = tree.place(day);
        tree.with(day, |file| {
            let mut progress = Progress {
                channel: &channel.id.0,
                members,
                sink: &mut *sink,
                after: &mut after,
                stopped: None,
            };
            let outcome = read_day(file, &mut progress);
            let stopped = progress.stopped.take();
            outcome.map_err(|error| ImportError::reading(&place, &error, after.clone(), stopped))
        })?;
    }
    Ok(())
}

fn is_json(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

fn read_day(file: &mut dyn Read, progress: &mut Progress<'_, '_>) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_reader(file);
    deserializer.deserialize_seq(Day(progress))?;
    deserializer.end()
}

/// How far the reading of a channel has come.
struct Progress<'progress, 'sink> {
    channel: &'progress str,
    members: &'progress Members,
    sink: &'progress mut Sink<'sink>,
    after: &'progress mut Option<String>,
    stopped: Option<Stopped>,
}

struct Day<'day, 'progress, 'sink>(&'day mut Progress<'progress, 'sink>);

impl<'de> Visitor<'de> for Day<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(message) = list.next_element::<Message>()? {
            let message = message_of(message, self.0.channel, self.0.members);
            let id = message.id.clone();
            (self.0.sink)(Item::Message(message)).map_err(|stopped| {
                self.0.stopped = Some(stopped);
                A::Error::custom("stopped")
            })?;
            *self.0.after = Some(id);
        }
        Ok(())
    }
}

fn message_of(message: Message, channel: &str, members: &Members) -> SourceMessage {
    let kind = message_kind(&message.subtype.0);
    let (text, mentions) = text::read(&message.text.0, members);
    let id = message.ts.0.clone();
    let at = moment_of(&id);
    let edited_at = message
        .edited
        .as_ref()
        .and_then(|edited| moment_of(&edited.ts.0));
    let parent = message.thread_ts.clone().filter(|parent| parent.0 != id);
    SourceMessage {
        channel: channel.to_owned(),
        at,
        edited_at,
        text,
        kind,
        reply_to: parent.into_iter().map(|parent| parent.0).collect(),
        mentions,
        reactions: message
            .reactions
            .iter()
            .map(|reacted| Reaction {
                emoji: reacted.name.0.clone(),
                count: reacted.count,
            })
            .collect(),
        attachments: message
            .files
            .iter()
            .map(|file| Attachment {
                name: file.name.0.clone(),
                url: file.url_private.0.clone(),
            })
            .collect(),
        author: (kind != MessageKind::System).then(|| author_of(message, members)),
        id,
        is_alone: false,
    }
}

fn author_of(message: Message, members: &Members) -> SourceAuthor {
    let is_bot = message.bot_id.is_some() || message.subtype.0 == "bot_message";
    let id = message.user.or(message.bot_id).map(|id| id.0);
    if let Some(member) = id.as_ref().and_then(|id| members.get(id)) {
        return SourceAuthor {
            is_bot: member.is_bot || is_bot,
            ..member.clone()
        };
    }
    let profile = message.user_profile.unwrap_or_default();
    let name = [profile.display_name, profile.real_name, message.username]
        .into_iter()
        .flatten()
        .map(|name| name.0)
        .find(|name| !name.is_empty())
        .unwrap_or_default();
    SourceAuthor {
        // A webhook has a name at most.
        id: id.unwrap_or_else(|| name.clone()),
        name,
        is_bot,
    }
}

/// The subtypes that somebody writes; all others are the platform's.
/// <https://docs.slack.dev/reference/events/message>
fn message_kind(subtype: &str) -> MessageKind {
    match subtype {
        "" | "bot_message" | "file_share" | "file_comment" | "file_mention"
        | "thread_broadcast" | "reply_broadcast" => MessageKind::Message,
        "me_message" => MessageKind::Action,
        _ => MessageKind::System,
    }
}
