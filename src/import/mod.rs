//! What does this export hold? One file a format.
//!
//! Every format is read as a stream: a file of a gigabyte needs no more memory than a small one.
//! What is whole is handed on at once, so that of a file that was cut in half nothing whole is
//! lost; then an error says where it breaks off.
//!
//! To add a format: one file with a `read` that hands [`Item`]s to a [`Sink`], a [`Format`], and
//! how it is told from the others in `recognise`.

mod discord_chat_exporter;
mod error;
mod ids;
mod jsonl;
mod recognise;
mod scalar;
mod slack;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use chrono::{DateTime, Utc};

pub use error::{ImportError, Stopped};
pub use ids::{Ids, Interner, heard, snowflake};

use crate::practice::community::ChannelKind;
use crate::practice::message::{Attachment, MessageKind, Reaction};

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One channel as `DiscordChatExporter` writes it in JSON.
    DiscordChatExporter,
    /// A Slack workspace's export, zipped or unpacked.
    Slack,
    /// One message a line.
    Jsonl,
}

/// A guild as its export names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceGuild {
    /// Its id, as the source writes it.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A channel as its export names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceChannel {
    /// The guild that it is of; `None` where the export does not say.
    pub guild: Option<SourceGuild>,
    /// Its id, as the source writes it.
    pub id: String,
    /// Its name, without `#`.
    pub name: String,
    /// What it is for.
    pub kind: ChannelKind,
    /// The id of the channel that a thread belongs to, or of the category of a channel.
    pub parent: Option<String>,
    /// The name of the same.
    pub parent_name: Option<String>,
}

/// An author as an export names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAuthor {
    /// Their id, as the source writes it.
    pub id: String,
    /// The name that others saw; empty where the source has none.
    pub name: String,
    /// Whether it is a bot or a webhook.
    pub is_bot: bool,
}

/// A message as its export holds it, with the ids that the source wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceMessage {
    /// The id of its channel.
    pub channel: String,
    /// Its id, unique in the channel.
    pub id: String,
    /// Who wrote it; `None` for a line of the platform.
    pub author: Option<SourceAuthor>,
    /// When; `None` where the source does not say.
    pub at: Option<DateTime<Utc>>,
    /// When it was last edited.
    pub edited_at: Option<DateTime<Utc>>,
    /// The words, without NUL.
    pub text: String,
    /// What sort of line it is.
    pub kind: MessageKind,
    /// The ids of the messages of the same channel that it is known to reply to.
    pub reply_to: Vec<String>,
    /// The ids of the members whom it mentions.
    pub mentions: Vec<String>,
    /// The emojis on it.
    pub reactions: Vec<Reaction>,
    /// The files with it.
    pub attachments: Vec<Attachment>,
    /// It stands for itself, in no channel: what is said in other lines has nothing to do with it.
    pub is_alone: bool,
}

/// What an export holds. A channel comes before its messages, which come in the file's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A channel.
    Channel(SourceChannel),
    /// A message of the channel that came last.
    Message(SourceMessage),
}

/// Where the items go; what it returns as an error stops the reading.
pub type Sink<'sink> = dyn FnMut(Item) -> Result<(), Stopped> + 'sink;

/// How much was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The format of the export.
    pub format: Format,
    /// How many channels it held.
    pub channels: u64,
    /// How many messages it held, lines of the platform among them.
    pub messages: u64,
}

/// Reads an export, recognising its format by its content.
pub fn read(path: &Path, sink: &mut Sink<'_>) -> Result<Summary, ImportError> {
    let format = recognise::recognise(path)?;
    let mut counts = Counts::default();
    let mut counting = counts.counting(sink);
    match format {
        Format::Slack => slack::read(path, &mut counting)?,
        Format::DiscordChatExporter => {
            discord_chat_exporter::read(open(path)?, path, &mut counting)?;
        }
        Format::Jsonl => jsonl::read(&mut open(path)?, path, &mut counting)?,
    }
    drop(counting);
    Ok(counts.summary(format))
}

/// Reads messages from JSONL that comes from somewhere else than a file, under the name by which
/// errors call it.
pub fn read_lines(
    lines: &mut dyn BufRead,
    name: &Path,
    sink: &mut Sink<'_>,
) -> Result<Summary, ImportError> {
    let mut counts = Counts::default();
    let mut counting = counts.counting(sink);
    jsonl::read(lines, name, &mut counting)?;
    drop(counting);
    Ok(counts.summary(Format::Jsonl))
}

#[derive(Default)]
struct Counts {
    channels: u64,
    messages: u64,
}

impl Counts {
    /// The same sink, which counts what goes through.
    fn counting<'sink>(
        &'sink mut self,
        sink: &'sink mut Sink<'_>,
    ) -> impl FnMut(Item) -> Result<(), Stopped> + 'sink {
        move |item| {
            match item {
                Item::Channel(_) => self.channels += 1,
                Item::Message(_) => self.messages += 1,
            }
            sink(item)
        }
    }

    fn summary(&self, format: Format) -> Summary {
        Summary {
            format,
            channels: self.channels,
            messages: self.messages,
        }
    }
}

fn open(path: &Path) -> Result<BufReader<File>, ImportError> {
    File::open(path)
        .map(BufReader::new)
        .map_err(|source| ImportError::opening(path, source))
}
