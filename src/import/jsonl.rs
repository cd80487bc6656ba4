//! JSONL: one message a line, with no more than an id and a text.

use std::collections::HashSet;
use std::io::{BufRead, Read};
use std::path::Path;

use serde::Deserialize;

use super::error::{After, Place};
use super::recognise::skip_mark;
use super::scalar::{Scalar, Several, Text, or_default};
use super::{ImportError, Item, Sink, SourceAuthor, SourceChannel, SourceMessage};
use crate::practice::community::ChannelKind;
use crate::practice::message::MessageKind;

/// The longest line that is read, in bytes: so that a file without line ends does not fill the
/// memory.
const LONGEST_LINE: u64 = 16 * 1024 * 1024;

#[derive(Deserialize)]
struct Line {
    id: Scalar,
    #[serde(default, deserialize_with = "or_default")]
    text: Text,
    #[serde(default)]
    channel: Scalar,
    #[serde(default)]
    ts: Scalar,
    #[serde(default)]
    author: Scalar,
    #[serde(default)]
    reply_to: Several,
    #[serde(default)]
    kind: Scalar,
}

/// Reads messages line by line.
pub(crate) fn read(
    lines: &mut dyn BufRead,
    path: &Path,
    sink: &mut Sink<'_>,
) -> Result<(), ImportError> {
    let unreadable = |source| ImportError::opening(path, source);
    skip_mark(lines).map_err(unreadable)?;
    let mut channels = HashSet::new();
    let mut after = None;
    let mut bytes = Vec::new();
    for number in 1_usize.. {
        bytes.clear();
        let length = (&mut *lines)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut bytes)
            .map_err(unreadable)?;
        if length == 0 {
            break;
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let broken = |column, reason| ImportError::Broken {
            path: path.to_owned(),
            place: Place {
                line: number,
                column,
            },
            after: After(after.clone()),
            reason,
        };
        if length as u64 == LONGEST_LINE && !bytes.ends_with(b"\n") {
            return Err(broken(length, "the line is longer than 16 MiB".to_owned()));
        }
        let line: Line = serde_json::from_slice(&bytes)
            .map_err(|error| broken(error.column(), super::error::reason(&error)))?;
        let Some(id) = line.id.clone().into_text() else {
            return Err(broken(0, "the line has no id".to_owned()));
        };
        let message = message_of(line, id);
        if channels.insert(message.channel.clone()) {
            sink(Item::Channel(channel_of(&message.channel))).map_err(ImportError::Stopped)?;
        }
        after = Some(message.id.clone());
        sink(Item::Message(message)).map_err(ImportError::Stopped)?;
    }
    Ok(())
}

fn channel_of(id: &str) -> SourceChannel {
    SourceChannel {
        guild: None,
        id: id.to_owned(),
        name: id.to_owned(),
        kind: ChannelKind::Text,
        parent: None,
        parent_name: None,
    }
}

fn message_of(line: Line, id: String) -> SourceMessage {
    let kind = line
        .kind
        .into_text()
        .and_then(|name| MessageKind::from_name(&name))
        .unwrap_or_default();
    let channel = line.channel.into_text();
    let author = match line.author.into_text() {
        _ if kind == MessageKind::System => None,
        Some(name) => Some(SourceAuthor {
            is_bot: is_named_bot(&name),
            id: name.clone(),
            name,
        }),
        // Somebody said it, and nobody else is known to be the same.
        None => Some(SourceAuthor {
            id: format!("unknown author of {id}"),
            name: String::new(),
            is_bot: false,
        }),
    };
    SourceMessage {
        is_alone: channel.is_none(),
        channel: channel.unwrap_or_default(),
        id,
        author,
        at: line.ts.moment(),
        edited_at: None,
        text: line.text.0,
        kind,
        reply_to: line
            .reply_to
            .0
            .into_iter()
            .filter_map(Scalar::into_text)
            .collect(),
        mentions: Vec::new(),
        reactions: Vec::new(),
        attachments: Vec::new(),
    }
}

/// Pseudonymised logs call bots `bot1`, `bot2`: there is no other mark of them in this format.
fn is_named_bot(name: &str) -> bool {
    name.strip_prefix("bot")
        .is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
}
