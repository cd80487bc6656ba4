//! `convener analyse`: the same reading as the bot's, of an export, with nothing kept.

use std::collections::HashMap;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::import::{self, ImportError, Interner, Item, SourceMessage};
use crate::listening::Listener;
use crate::practice::id::{MemberId, MessageId};
use crate::practice::reading::Reading;

/// Prints what Convener would make of each message of an export, as JSONL.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Analyse {
    /// Exports: `DiscordChatExporter` JSON, a Slack export (zip or folder), or JSONL; `-` is JSONL
    /// from standard input.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

/// Why an analysis ended early. What was read before has been printed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnalyseError {
    /// The export could not be read, or not to its end.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The readings could not be written.
    #[error("the readings could not be written")]
    Write(#[from] io::Error),
}

/// Reads each file and prints its readings, in the order of the file.
pub(crate) fn run(arguments: &Analyse, out: &mut impl Write) -> Result<(), AnalyseError> {
    for file in &arguments.files {
        let mut analysis = Analysis::default();
        let mut sink = |item| {
            if let Item::Message(message) = item {
                analysis.hear(message);
            }
            Ok(())
        };
        let outcome = if file == Path::new("-") {
            let mut input = BufReader::new(io::stdin());
            import::read_lines(&mut input, Path::new("standard input"), &mut sink)
        } else {
            import::read(file, &mut sink)
        };
        // What was whole is printed even where the file breaks off.
        analysis.print(out)?;
        out.flush()?;
        outcome?;
    }
    Ok(())
}

/// A channel as far as it was heard.
#[derive(Default)]
struct Channel {
    listener: Listener,
    last_at: Option<DateTime<Utc>>,
    /// Where in the list each message is.
    places: HashMap<MessageId, usize>,
}

/// What is known of one message until the file's end.
struct Read {
    channel: Option<String>,
    id: String,
    author: Option<MemberId>,
    is_by_a_person: bool,
    reading: Reading,
    /// Where in the list the messages are that it replies to.
    targets: Vec<usize>,
    /// Ids that the source says it replies to, and that are not in the file.
    elsewhere: Vec<String>,
}

/// One file's readings.
#[derive(Default)]
struct Analysis {
    ids: Interner,
    channels: HashMap<String, Channel>,
    read: Vec<Read>,
}

impl Analysis {
    fn hear(&mut self, message: SourceMessage) {
        let mut alone = Channel::default();
        let channel = if message.is_alone {
            &mut alone
        } else {
            self.channels.entry(message.channel.clone()).or_default()
        };
        let heard = import::heard(&message, channel.last_at, &mut self.ids);
        channel.last_at = Some(heard.at);
        let reading = channel.listener.hear(&heard);
        let targets = reading
            .reply_to
            .iter()
            .filter_map(|id| channel.places.get(id).copied())
            .collect();
        let elsewhere = heard
            .reply_to
            .iter()
            .zip(message.reply_to)
            .filter(|(id, _)| !channel.places.contains_key(id))
            .map(|(_, source)| source)
            .collect();
        channel.places.insert(heard.id, self.read.len());
        self.read.push(Read {
            channel: (!message.is_alone).then_some(message.channel),
            id: message.id,
            author: heard.author.as_ref().map(|author| author.id),
            is_by_a_person: heard.is_by_a_person(),
            reading,
            targets,
            elsewhere,
        });
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let answered = self.answered();
        for (read, is_answered) in self.read.iter().zip(answered) {
            serde_json::to_writer(&mut *out, &self.line(read, is_answered))?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn line<'read>(&'read self, read: &'read Read, is_answered: bool) -> Line<'read> {
        let reading = &read.reading;
        Line {
            channel: read.channel.as_deref(),
            id: &read.id,
            activity: reading.activity.map_or("none", |kind| kind.name()),
            confidence: f64::from((reading.confidence * 1_000.0).round()) / 1_000.0,
            is_request: reading.is_request,
            reply_to: read
                .targets
                .iter()
                .map(|place| self.read[*place].id.as_str())
                .chain(read.elsewhere.iter().map(String::as_str))
                .collect(),
            status: reading.is_request.then_some(if is_answered {
                "answered"
            } else {
                "unanswered"
            }),
        }
    }

    /// For each message, whether somebody else has replied to any message of its author in its
    /// conversation: all messages that links connect.
    fn answered(&self) -> Vec<bool> {
        let mut conversations = Conversations::of(self.read.len());
        for (place, read) in self.read.iter().enumerate() {
            for target in &read.targets {
                conversations.join(place, *target);
            }
        }
        let mut responded = std::collections::HashSet::new();
        for (place, read) in self.read.iter().enumerate() {
            for target in &read.targets {
                let asker = self.read[*target].author;
                if read.is_by_a_person && asker != read.author {
                    responded.insert((conversations.root(place), asker));
                }
            }
        }
        (0..self.read.len())
            .map(|place| responded.contains(&(conversations.root(place), self.read[place].author)))
            .collect()
    }
}

/// One line of the output; its names are a contract.
#[derive(serde::Serialize)]
struct Line<'read> {
    channel: Option<&'read str>,
    id: &'read str,
    activity: &'static str,
    confidence: f64,
    is_request: bool,
    reply_to: Vec<&'read str>,
    status: Option<&'static str>,
}

/// Which messages are connected: a forest in which each conversation is a tree.
struct Conversations(Vec<usize>);

impl Conversations {
    fn of(messages: usize) -> Self {
        Self((0..messages).collect())
    }

    fn root(&mut self, mut place: usize) -> usize {
        while self.0[place] != place {
            self.0[place] = self.0[self.0[place]];
            place = self.0[place];
        }
        place
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(content: &str) -> (Vec<serde_json::Value>, Result<(), AnalyseError>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, content).unwrap();
        let mut out = Vec::new();
        let outcome = run(&Analyse { files: vec![path] }, &mut out);
        let lines = String::from_utf8(out).unwrap();
        let lines = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        (lines.collect(), outcome)
    }

    const LOG: &str = r#"{"channel":"a","id":0,"ts":0,"author":"u1","text":"hi all, how do I reset the old pump after a power cut?"}
{"channel":"b","id":0,"ts":5,"author":"u2","text":"does anyone know where the spare batteries are stored?"}
{"channel":"a","id":1,"ts":60,"author":"u3","text":"u1: press both buttons until it beeps"}
{"channel":"a","id":2,"ts":70,"author":null,"text":"u4 has joined","kind":"system"}
{"channel":"a","id":3,"ts":80,"author":"u1","text":"u3: great, thanks","reply_to":["1", "77"]}
{"id":"x","text":"which pump is quiet enough for a balcony?"}
"#;

    #[test]
    fn each_message_has_its_line_in_order() {
        let (lines, outcome) = printed(LOG);
        outcome.unwrap();
        let ids: Vec<&str> = lines
            .iter()
            .map(|line| line["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, ["0", "0", "1", "2", "3", "x"]);
        let keys: Vec<&String> = lines[0].as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            [
                "activity",
                "channel",
                "confidence",
                "id",
                "is_request",
                "reply_to",
                "status"
            ]
        );
        let statuses: Vec<Option<&str>> =
            lines.iter().map(|line| line["status"].as_str()).collect();
        assert_eq!(
            statuses,
            [
                Some("answered"),
                Some("unanswered"),
                None,
                None,
                None,
                Some("unanswered")
            ]
        );
        assert_eq!(lines[2]["reply_to"], serde_json::json!(["0"]));
        assert_eq!(lines[4]["reply_to"], serde_json::json!(["1", "77"]));
        assert_eq!(
            (&lines[3]["activity"], &lines[5]["channel"]),
            (&"none".into(), &().into())
        );
    }

    #[test]
    fn what_was_whole_before_a_cut_is_printed() {
        let (lines, outcome) = printed(&LOG[..LOG.len() - 10]);
        assert_eq!(lines.len(), 5);
        let Err(AnalyseError::Import(ImportError::Broken { place, .. })) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(place.line, 6);
    }
}
