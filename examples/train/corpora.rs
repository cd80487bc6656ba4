//! The corpora, as the reader hears them.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{DateTime, Utc};
use convener::import::{self, Interner, Item};
use convener::practice::activity::ActivityKind;
use convener::practice::id::{ChannelId, MemberId, MessageId};
use convener::practice::message::{Author, Heard, MessageKind};
use serde::Deserialize;

use crate::written;

/// One message of a log, with what people say about it.
#[derive(Clone)]
pub(crate) struct Said {
    pub(crate) heard: Heard,
    /// Whether people say what it replies to.
    pub(crate) is_annotated: bool,
    /// The messages that it replies to, by them.
    pub(crate) links: Vec<MessageId>,
}

/// One log.
#[derive(Clone)]
pub(crate) struct Log {
    pub(crate) name: String,
    /// It is a copy, in which nobody's Reply is told.
    pub(crate) is_untold: bool,
    pub(crate) messages: Vec<Said>,
}

impl Log {
    /// Whether it is of Discord, and not of IRC.
    pub(crate) fn is_discord(&self) -> bool {
        let of_discord = ["discord/", "export/", written::CHANNEL];
        of_discord.iter().any(|kind| self.name.starts_with(kind))
    }

    /// Whether each of its messages stands alone.
    pub(crate) fn is_of_lone_messages(&self) -> bool {
        self.name.starts_with(written::LONE)
    }

    /// The same, as it would be heard where nobody's Reply is told.
    pub(crate) fn untold(&self) -> Self {
        let mut log = Self {
            is_untold: true,
            ..self.clone()
        };
        for said in &mut log.messages {
            said.heard.reply_to.clear();
        }
        log
    }
}

/// The beginning of a conversation, and what people say of it.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    pub(crate) is_request: bool,
    /// The messages of its author before anybody else spoke, itself first.
    pub(crate) turn: Vec<MessageId>,
    /// The messages of others that reply to it.
    pub(crate) answers: Vec<MessageId>,
    pub(crate) is_unanswered: bool,
    /// Left out of the list of what is unanswered.
    pub(crate) is_ignored: bool,
}

/// Openings by log and by the message that opens.
pub(crate) type Openings = HashMap<(String, MessageId), Opening>;

/// A text with its activity, or none.
#[derive(Clone, Debug)]
pub(crate) struct Labelled {
    pub(crate) text: String,
    /// The place of its activity among the eleven; small talk comes behind them.
    pub(crate) label: usize,
    /// The place of a second that is plausible.
    pub(crate) alternative: Option<usize>,
    /// It was drawn at random.
    pub(crate) is_natural: bool,
    /// It is of the development set, and not of our own labels.
    pub(crate) is_development: bool,
    /// Nobody said it: it was written for this. It is learnt from, and nothing is measured by it.
    pub(crate) is_written: bool,
    /// Where it was said; empty where that is not known.
    pub(crate) channel: String,
}

/// A line of a file of logs.
#[derive(Deserialize)]
pub(crate) struct LogLine {
    pub(crate) channel: String,
    pub(crate) id: String,
    pub(crate) ts: DateTime<Utc>,
    pub(crate) author: Option<String>,
    pub(crate) text: String,
    pub(crate) kind: String,
    pub(crate) annotated: bool,
    pub(crate) reply_to: Vec<String>,
}

#[derive(Deserialize)]
struct OpeningLine {
    channel: String,
    id: String,
    is_request: bool,
    turn: Vec<String>,
    #[serde(default)]
    answers: Vec<String>,
    #[serde(default)]
    status: String,
    #[serde(default)]
    ignore: bool,
}

#[derive(Deserialize)]
struct ActivityLine {
    id: String,
    text: String,
    #[serde(default)]
    label: String,
    alt: Option<String>,
    #[serde(default)]
    sampling: String,
    #[serde(default)]
    channel: String,
}

/// The files of the Discord channels.
const CHANNELS: [&str; 4] = [
    "discord_native/meshcore-ha-development.jsonl",
    "discord_native/meshcore-open-app.jsonl",
    "discord_native/uk-midlands-derby-notts-etc.jsonl",
    "discord_native/usa-nebraska.jsonl",
];

/// The files of the exported Discord channels.
const EXPORTS: [&str; 5] = [
    "Mesh Radio Community (sample) - Other - off-topic [1345936243044344171].json",
    "Mesh Radio Community (sample) - firmware-development - fw-1w-booster [1462063985775790085].json",
    "Mesh Radio Community (sample) - regional-channels - uk-south-central [1422333777741317398].json",
    "Mesh Radio Community (sample) - software-development - ios-client [1458915047623407030].json",
    "Mesh Radio Community (sample) - software-development - mesh-bot [1429282336340673701].json",
];

/// Where the corpora are, and where this project's own labels.
pub(crate) struct Corpora {
    folder: PathBuf,
    labels: PathBuf,
}

impl Corpora {
    /// The corpora where `CONVENER_CORPORA` says.
    pub(crate) fn found() -> anyhow::Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "the corpora are not the bot's")]
        let folder = std::env::var_os("CONVENER_CORPORA")
            .context("CONVENER_CORPORA says where the corpora are; it is not set")?;
        Ok(Self {
            folder: folder.into(),
            labels: Path::new(env!("CARGO_MANIFEST_DIR")).join("training"),
        })
    }

    fn lines<L: serde::de::DeserializeOwned>(&self, file: &str) -> anyhow::Result<Vec<L>> {
        let path = self.folder.join(file);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("{} is not readable", path.display()))?;
        text.lines()
            .enumerate()
            .map(|(number, line)| {
                serde_json::from_str(line)
                    .with_context(|| format!("{}, line {}", path.display(), number + 1))
            })
            .collect()
    }

    /// The logs of one file, in its order.
    pub(crate) fn logs(&self, file: &str) -> anyhow::Result<Vec<Log>> {
        let mut logs: Vec<Log> = Vec::new();
        let mut members: HashMap<String, MemberId> = HashMap::new();
        for line in self.lines::<LogLine>(file)? {
            if logs.last().is_none_or(|log| log.name != line.channel) {
                members.clear();
                logs.push(Log {
                    name: line.channel.clone(),
                    is_untold: false,
                    messages: Vec::new(),
                });
            }
            let said = said(line, &mut members)?;
            if let Some(log) = logs.last_mut() {
                log.messages.push(said);
            }
        }
        Ok(logs)
    }

    /// The Discord channels: their writers' own replies, and for all other messages our labels.
    pub(crate) fn channels(&self) -> anyhow::Result<Vec<Log>> {
        let mut channels = Vec::new();
        for file in CHANNELS {
            channels.extend(self.logs(file)?);
        }
        self.with_links(channels)
    }

    /// The exported Discord channels, in the same way.
    pub(crate) fn exports(&self) -> anyhow::Result<Vec<Log>> {
        let mut channels: Vec<Log> = Vec::new();
        let mut ids = Interner::default();
        for file in EXPORTS {
            let path = self.folder.join("discord_export").join(file);
            import::read(&path, &mut |item| {
                match (item, channels.last_mut()) {
                    (Item::Channel(channel), _) => channels.push(Log {
                        name: format!("export/{}", channel.name),
                        is_untold: false,
                        messages: Vec::new(),
                    }),
                    (Item::Message(message), Some(channel)) => {
                        let heard = import::heard(&message, None, &mut ids);
                        channel.messages.push(Said {
                            is_annotated: heard.author.is_some(),
                            links: heard.reply_to.clone(),
                            heard,
                        });
                    }
                    (Item::Message(_), None) => {}
                }
                Ok(())
            })?;
        }
        self.with_links(channels)
    }

    /// Channels whose replies are told as Discord tells them, and else are what our labels say.
    fn with_links(&self, mut channels: Vec<Log>) -> anyhow::Result<Vec<Log>> {
        let mut labels: HashMap<(String, MessageId), Vec<MessageId>> = HashMap::new();
        for columns in self.table("links.tsv")? {
            let targets = columns[1].split(',').filter(|target| *target != "-");
            let targets = targets.map(id).collect::<anyhow::Result<_>>()?;
            labels.insert(key(&columns[0])?, targets);
        }
        for log in &mut channels {
            let name = log.name.clone();
            for said in &mut log.messages {
                said.heard.reply_to = said.links.clone();
                if let Some(targets) = labels.get(&(name.clone(), said.heard.id)) {
                    said.links.clone_from(targets);
                } else {
                    said.is_annotated = !said.links.is_empty();
                }
            }
        }
        Ok(channels)
    }

    /// What people say of the openings of the development set.
    pub(crate) fn development_openings(&self) -> anyhow::Result<Openings> {
        self.lines::<OpeningLine>("requests/gold_dev.jsonl")?
            .into_iter()
            .map(|line| {
                let opening = Opening {
                    is_request: line.is_request,
                    turn: ids(&line.turn)?,
                    answers: ids(&line.answers)?,
                    is_unanswered: line.status == "unanswered",
                    is_ignored: line.ignore,
                };
                Ok(((line.channel, id(&line.id)?), opening))
            })
            .collect()
    }

    /// Our own labels of openings: which of them are requests.
    pub(crate) fn own_openings(&self) -> anyhow::Result<HashMap<(String, MessageId), bool>> {
        let mut openings = HashMap::new();
        for columns in self.table("requests.tsv")? {
            openings.insert(key(&columns[0])?, columns[1] == "request");
        }
        for columns in self.table("links.tsv")? {
            if columns[2] != "-" {
                openings.insert(key(&columns[0])?, columns[2] == "request");
            }
        }
        openings.extend(self.written_openings()?);
        Ok(openings)
    }

    /// The texts whose activity is known: the development set, our own labels, then what was written for this.
    pub(crate) fn activities(&self) -> anyhow::Result<Vec<Labelled>> {
        let mut labelled = Vec::new();
        for line in self.lines::<ActivityLine>("activities/dev.jsonl")? {
            labelled.push(Labelled {
                text: line.text,
                label: meaning(&line.label)?,
                alternative: line.alt.as_deref().map(meaning).transpose()?,
                is_natural: line.sampling == "natural",
                is_development: true,
                is_written: false,
                channel: line.channel,
            });
        }
        let mut texts: HashMap<String, (String, String)> = HashMap::new();
        for line in self.lines::<ActivityLine>("activities/pool.jsonl")? {
            texts.insert(line.id, (line.text, line.channel));
        }
        for line in self.lines::<LogLine>("requests/links_train.jsonl")? {
            let name = format!("{}#{}", line.channel, line.id);
            texts.insert(name, (line.text, line.channel));
        }
        for columns in self.table("activities.tsv")? {
            let (text, channel) = texts
                .get(&columns[0])
                .with_context(|| format!("there is no message {}", columns[0]))?;
            labelled.push(Labelled {
                text: text.clone(),
                label: meaning(&columns[1])?,
                alternative: (columns[2] != "-")
                    .then(|| meaning(&columns[2]))
                    .transpose()?,
                is_natural: ["random", "gitter", "opener"].contains(&columns[3].as_str()),
                is_development: false,
                is_written: false,
                channel: channel.clone(),
            });
        }
        for columns in self.table("written.tsv")? {
            labelled.push(Labelled {
                text: columns[1].clone(),
                label: meaning(&columns[0])?,
                alternative: None,
                is_natural: false,
                is_development: false,
                is_written: true,
                channel: String::new(),
            });
        }
        Ok(labelled)
    }

    /// Our own table of this name, without its head.
    pub(crate) fn table(&self, file: &str) -> anyhow::Result<Vec<Vec<String>>> {
        let path = self.labels.join(file);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("{} is not readable", path.display()))?;
        Ok(text
            .lines()
            .skip(1)
            .map(|line| line.split('\t').map(str::to_owned).collect())
            .collect())
    }
}

/// A line of a log; who speaks gets the next number where they are not known.
pub(crate) fn said(line: LogLine, members: &mut HashMap<String, MemberId>) -> anyhow::Result<Said> {
    let kind = MessageKind::from_name(&line.kind).unwrap_or_default();
    let author = line.author.filter(|_| kind != MessageKind::System);
    let author = author.map(|name| {
        let next = MemberId::new(i64::try_from(members.len()).unwrap_or(i64::MAX) + 1);
        Author {
            id: *members.entry(name.clone()).or_insert(next),
            is_bot: name.starts_with("bot"),
            name,
        }
    });
    Ok(Said {
        heard: Heard {
            channel: ChannelId::new(1),
            id: id(&line.id)?,
            author,
            at: line.ts,
            edited_at: None,
            text: line.text,
            kind,
            reply_to: Vec::new(),
            mentions: Vec::new(),
            reactions: Vec::new(),
            attachments: Vec::new(),
        },
        is_annotated: line.annotated,
        links: ids(&line.reply_to)?,
    })
}

/// A channel's name and a message's id, as our tables write them.
fn key(text: &str) -> anyhow::Result<(String, MessageId)> {
    let (name, number) = text.split_once('#').context("an id without #")?;
    Ok((name.to_owned(), id(number)?))
}

pub(crate) fn id(text: &str) -> anyhow::Result<MessageId> {
    text.parse()
        .with_context(|| format!("the id '{text}' is no number"))
}

fn ids(texts: &[String]) -> anyhow::Result<Vec<MessageId>> {
    texts.iter().map(|text| id(text)).collect()
}

fn meaning(name: &str) -> anyhow::Result<usize> {
    if name == "none" {
        return Ok(ActivityKind::ALL.len());
    }
    Ok(name.parse::<ActivityKind>()? as usize)
}
