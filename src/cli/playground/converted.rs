//! An export as a recording: what was written becomes `says` and `replies` at its time.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::Context as _;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use simcord::Recording;

use crate::import::{self, Item, SourceChannel, SourceMessage};

/// The longest message that Discord takes, less some room for what names are turned into.
const LONGEST_TEXT: usize = 1_900;

/// Reads a recording of the playground's own, or an export as one.
pub(super) fn recording(file: &Path) -> anyhow::Result<Recording> {
    if is_recording(file) {
        let file = BufReader::new(File::open(file)?);
        return Recording::read(file).with_context(|| "the recording can't be read".to_owned());
    }
    let mut converted = Converted::default();
    import::read(file, &mut |item| {
        match item {
            Item::Channel(channel) => converted.enter(channel),
            Item::Message(message) => converted.hear(message),
        }
        Ok(())
    })?;
    let lines = converted.lines();
    Ok(Recording::read(lines.as_bytes())?)
}

/// A recording begins with the line of its guild.
fn is_recording(file: &Path) -> bool {
    let Ok(file) = File::open(file) else {
        return false;
    };
    let mut first = String::new();
    // What is no text is no recording; `import` says what it is.
    std::io::Read::take(BufReader::new(file), 4_096)
        .read_line(&mut first)
        .is_ok()
        && serde_json::from_str::<Value>(&first)
            .is_ok_and(|line| line.get("guild").is_some_and(Value::is_string))
}

#[derive(Default)]
struct Converted {
    guild: Option<String>,
    channels: BTreeMap<String, String>,
    channel_names: HashSet<String>,
    members: Vec<(String, String)>,
    handles: HashMap<String, String>,
    messages: Vec<(DateTime<Utc>, Value)>,
    labels: HashMap<(String, String), String>,
    last_at: Option<DateTime<Utc>>,
}

impl Converted {
    fn enter(&mut self, channel: SourceChannel) {
        if let Some(guild) = channel.guild {
            self.guild.get_or_insert(guild.name);
        }
        self.channel(&channel.id, &channel.name);
    }

    /// The name of a channel in Discord's alphabet, unique.
    fn channel(&mut self, id: &str, name: &str) -> String {
        if let Some(name) = self.channels.get(id) {
            return name.clone();
        }
        let plain: String = name
            .to_lowercase()
            .chars()
            .map(|character| {
                if character.is_alphanumeric() {
                    character
                } else {
                    '-'
                }
            })
            .take(80)
            .collect();
        let plain = plain.trim_matches('-');
        let plain = if plain.is_empty() { "channel" } else { plain };
        let mut unique = plain.to_owned();
        let mut number = 2;
        while !self.channel_names.insert(unique.clone()) {
            unique = format!("{plain}-{number}");
            number += 1;
        }
        self.channels.insert(id.to_owned(), unique.clone());
        unique
    }

    fn handle(&mut self, id: &str, name: &str) -> String {
        let next = self.handles.len() + 1;
        let handle = self.handles.entry(id.to_owned()).or_insert_with(|| {
            let handle = format!("member{next}");
            let name = if name.is_empty() { id } else { name };
            self.members
                .push((handle.clone(), name.chars().take(32).collect()));
            handle
        });
        handle.clone()
    }

    fn hear(&mut self, message: SourceMessage) {
        let at = message
            .at
            .or(self.last_at.map(|last| last + TimeDelta::seconds(1)));
        let at = at.unwrap_or_default();
        self.last_at = Some(at);
        let Some(author) = message.author.filter(|author| !author.is_bot) else {
            return;
        };
        let text: String = message.text.chars().take(LONGEST_TEXT).collect();
        let text = match (text.trim().is_empty(), message.attachments.first()) {
            (false, _) => text,
            (true, Some(file)) => format!("(attached: {})", file.name),
            (true, None) => return,
        };
        let place = self.channel(&message.channel, &message.channel);
        let who = self.handle(&author.id, &author.name);
        let label = format!("m{}", self.labels.len() + 1);
        let replied_to = message
            .reply_to
            .first()
            .and_then(|target| self.labels.get(&(message.channel.clone(), target.clone())));
        let act = match replied_to {
            Some(target) => json!({"who": who, "replies": text, "to": target, "ref": label}),
            None => json!({"who": who, "says": text, "in": place, "ref": label}),
        };
        self.labels.insert((message.channel, message.id), label);
        self.messages.push((at, act));
    }

    /// The recording: a lead who sets Convener up, then everything that was said.
    fn lines(mut self) -> String {
        // Stable, so that what has one time keeps the order of the export.
        self.messages.sort_by_key(|(at, _)| *at);
        let guild = self.guild.unwrap_or_else(|| "Imported".to_owned());
        let mut lines = vec![
            json!({"guild": guild}),
            json!({"role": "Lead", "permissions": ["MANAGE_GUILD"]}),
            json!({"role": "Core", "permissions": []}),
        ];
        for name in self.channels.values() {
            lines.push(json!({"channel": name, "kind": "text"}));
        }
        lines.push(
            json!({"channel": "convener-core", "kind": "text", "private_to": ["Core", "Lead"]}),
        );
        lines.push(json!({"channel": "convener-leads", "kind": "text", "private_to": ["Lead"]}));
        let first_at = self.messages.first().map(|(at, _)| *at).unwrap_or_default();
        let long_ago = stamp(first_at - TimeDelta::days(1));
        lines.push(json!({"member": "lead", "name": "Lead", "roles": ["Lead", "Core"], "joined": long_ago}));
        for (handle, name) in self.members {
            lines.push(json!({"member": handle, "name": name, "roles": [], "joined": long_ago}));
        }
        if !self.messages.is_empty() {
            lines.push(json!({
                "at": stamp(first_at - TimeDelta::minutes(1)),
                "who": "lead",
                "runs": "/setup start",
                "in": "convener-leads",
                "options": {
                    "core_channel": "#convener-core",
                    "leads_channel": "#convener-leads",
                    "core_role": "@&Core",
                },
            }));
        }
        for (at, mut act) in self.messages {
            act["at"] = stamp(at).into();
            lines.push(act);
        }
        lines
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
