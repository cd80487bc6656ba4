//! What was written for this project: single messages, pieces of talk, and the playground's community.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use convener::practice::id::{ChannelId, MemberId, MessageId};
use convener::practice::message::{Author, Heard, MessageKind};
use serde::Deserialize;

use crate::corpora::{self, Corpora, Log, LogLine, Said};

/// What the names of channels begin with that were written for this.
pub(crate) const CHANNEL: &str = "written/";

/// What the names of channels begin with in which messages that were written for this stand alone.
pub(crate) const LONE: &str = "lone/";

/// How many stand in one of these.
const LONE_IN_A_CHANNEL: usize = 40;

/// A single message that was written for this.
#[derive(Clone, Debug)]
pub(crate) struct Composed {
    pub(crate) text: String,
    /// It opens a conversation.
    pub(crate) begins: bool,
    /// It asks the community for something.
    pub(crate) is_request: bool,
}

impl Composed {
    /// The message, as it is heard in a channel where nothing was said before.
    pub(crate) fn heard(&self) -> Heard {
        Heard {
            channel: ChannelId::new(1),
            id: MessageId::new(1),
            author: Some(Author {
                id: MemberId::new(1),
                name: "writer".to_owned(),
                is_bot: false,
            }),
            at: DateTime::UNIX_EPOCH,
            edited_at: None,
            text: self.text.clone(),
            kind: MessageKind::Message,
            reply_to: Vec::new(),
            mentions: Vec::new(),
            reactions: Vec::new(),
            attachments: Vec::new(),
        }
    }
}

/// Which messages of which logs ask.
pub(crate) type Asking = HashMap<(String, MessageId), bool>;

/// Those of these messages that open a conversation, in channels where one is said every few hours; `name`
/// tells these channels from others.
pub(crate) fn lone<'composed>(
    messages: impl Iterator<Item = &'composed Composed>,
    name: &str,
) -> (Vec<Log>, Asking) {
    let openings: Vec<&Composed> = messages.filter(|composed| composed.begins).collect();
    let (mut logs, mut asking) = (Vec::new(), HashMap::new());
    for (channel, openings) in openings.chunks(LONE_IN_A_CHANNEL).enumerate() {
        let name = format!("{LONE}{name}/{channel}");
        let mut at = DateTime::UNIX_EPOCH;
        let mut messages = Vec::new();
        for (number, composed) in (1..).zip(openings) {
            let mut heard = composed.heard();
            at += TimeDelta::minutes(60 + number * 37 % 300);
            let member = MemberId::new(1 + number * 7 % 11);
            heard.id = MessageId::new(number);
            heard.at = at;
            if let Some(author) = &mut heard.author {
                author.id = member;
                author.name = format!("writer{member}");
            }
            asking.insert((name.clone(), heard.id), composed.is_request);
            messages.push(Said {
                heard,
                is_annotated: true,
                links: Vec::new(),
            });
        }
        logs.push(Log {
            name,
            is_untold: false,
            messages,
        });
    }
    (logs, asking)
}

/// The playground's community, and which of its messages open a request; nothing is learnt from it.
pub(crate) struct Playground {
    pub(crate) channels: Vec<Log>,
    /// Whether a message opens a request; `None` where readers may differ.
    pub(crate) requests: HashMap<MessageId, Option<bool>>,
}

/// A line of the playground's community; those that say nothing have no words.
#[derive(Deserialize)]
struct PlaygroundLine {
    at: Option<DateTime<Utc>>,
    who: Option<String>,
    says: Option<String>,
    replies: Option<String>,
    to: Option<String>,
    r#in: Option<String>,
    r#ref: Option<String>,
}

impl Corpora {
    /// Single messages that were written for this.
    pub(crate) fn composed(&self, file: &str) -> anyhow::Result<Vec<Composed>> {
        let composed = |mut columns: Vec<String>| Composed {
            begins: columns[1] != "reply",
            is_request: columns[1] == "request",
            text: columns.swap_remove(2),
        };
        Ok(self.table(file)?.into_iter().map(composed).collect())
    }

    /// The channels that were written for this: pieces of talk, with who replies to whom.
    pub(crate) fn written_channels(&self) -> anyhow::Result<Vec<Log>> {
        let mut channels: Vec<Log> = Vec::new();
        let mut members: HashMap<String, MemberId> = HashMap::new();
        let mut at = DateTime::UNIX_EPOCH;
        for columns in self.table("channels.tsv")? {
            let name = format!("{CHANNEL}{}", columns[0]);
            if channels.last().is_none_or(|log| log.name != name) {
                members.clear();
                channels.push(Log {
                    name: name.clone(),
                    is_untold: false,
                    messages: Vec::new(),
                });
            }
            let seconds = columns[2].parse().context("a time that is no number")?;
            at += TimeDelta::seconds(seconds);
            let targets = columns[4].split(',').filter(|target| *target != "-");
            let line = LogLine {
                channel: name,
                id: columns[1].clone(),
                ts: at,
                author: Some(columns[3].clone()),
                text: columns[7].clone(),
                kind: "message".to_owned(),
                annotated: true,
                reply_to: targets.map(str::to_owned).collect(),
            };
            let mut said = corpora::said(line, &mut members)?;
            if columns[5] == "Reply" {
                said.heard.reply_to.clone_from(&said.links);
            }
            if let Some(log) = channels.last_mut() {
                log.messages.push(said);
            }
        }
        Ok(channels)
    }

    /// Which openings of these channels ask.
    pub(crate) fn written_openings(&self) -> anyhow::Result<Asking> {
        let mut openings = Asking::new();
        for columns in self.table("channels.tsv")? {
            if columns[6] != "-" {
                let key = (
                    format!("{CHANNEL}{}", columns[0]),
                    corpora::id(&columns[1])?,
                );
                openings.insert(key, columns[6] == "request");
            }
        }
        Ok(openings)
    }

    /// The playground's community, with what our labels say of it.
    pub(crate) fn playground(&self) -> anyhow::Result<Playground> {
        let mut says: HashMap<(DateTime<Utc>, String), Option<bool>> = HashMap::new();
        for columns in self.table("playground.tsv")? {
            let key = (columns[0].parse()?, columns[1].clone());
            says.insert(key, (columns[2] == "request").then_some(true));
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("playground/community.jsonl");
        let text = fs::read_to_string(&path)
            .with_context(|| format!("{} is not readable", path.display()))?;
        let mut channels: Vec<Log> = Vec::new();
        let mut members: HashMap<String, MemberId> = HashMap::new();
        let mut requests = HashMap::new();
        // Where, and with which number, what others reply to was said.
        let mut places: HashMap<String, (String, String)> = HashMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line: PlaygroundLine = serde_json::from_str(line)?;
            let (Some(at), Some(who)) = (line.at, line.who) else {
                continue;
            };
            let Some(text) = line.says.or(line.replies) else {
                continue;
            };
            let target = line.to.and_then(|to| places.get(&to).cloned());
            let id = i64::to_string(&number);
            let channel = match (line.r#in, &target) {
                (Some(channel), _) => channel,
                (None, Some((channel, _))) => channel.clone(),
                (None, None) => continue,
            };
            if let Some(reference) = line.r#ref {
                places.insert(reference, (channel.clone(), id.clone()));
            }
            let label = says.get(&(at, who.clone())).copied();
            requests.insert(MessageId::new(number), label.unwrap_or(Some(false)));
            let line = LogLine {
                channel: channel.clone(),
                id,
                ts: at,
                author: Some(who),
                text,
                kind: "message".to_owned(),
                annotated: true,
                reply_to: target.into_iter().map(|(_, id)| id).collect(),
            };
            let mut said = corpora::said(line, &mut members)?;
            said.heard.reply_to.clone_from(&said.links);
            match channels.iter_mut().find(|log| log.name == channel) {
                Some(log) => log.messages.push(said),
                None => channels.push(Log {
                    name: channel,
                    is_untold: false,
                    messages: vec![said],
                }),
            }
        }
        Ok(Playground { channels, requests })
    }
}
