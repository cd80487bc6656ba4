//! Reading a recording line by line, with everything checked that can be before it is performed.

use std::{
    collections::{BTreeMap, HashSet},
    io::BufRead,
};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::{Act, Deed, RecordedChannel, RecordedKind, RecordedMember, Recording};
use crate::permissions::Permissions;

/// What is wrong with a recording, and where.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {problem}")]
#[non_exhaustive]
pub struct RecordingError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

/// A line of the first part.
#[derive(Deserialize)]
#[serde(untagged)]
enum Header {
    Guild(GuildLine),
    Role(RoleLine),
    Category(CategoryLine),
    Channel(ChannelLine),
    Member(MemberLine),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuildLine {
    guild: String,
    about: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleLine {
    role: String,
    #[serde(default)]
    permissions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryLine {
    category: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelLine {
    channel: String,
    topic: Option<String>,
    category: Option<String>,
    kind: Option<String>,
    #[serde(default)]
    private_to: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberLine {
    member: String,
    name: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    bot: bool,
    joined: Option<DateTime<Utc>>,
}

/// Any act: which of its fields are there says what it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActLine {
    at: DateTime<Utc>,
    who: String,
    says: Option<String>,
    replies: Option<String>,
    reacts: Option<String>,
    edits: Option<String>,
    deletes: Option<String>,
    threads: Option<String>,
    posts: Option<String>,
    joins: Option<bool>,
    leaves: Option<bool>,
    runs: Option<String>,
    uses: Option<String>,
    clicks: Option<String>,
    selects: Option<Vec<String>>,
    submits: Option<BTreeMap<String, String>>,
    #[serde(rename = "in")]
    place: Option<String>,
    to: Option<String>,
    on: Option<String>,
    text: Option<String>,
    #[serde(rename = "ref")]
    label: Option<String>,
    options: Option<Value>,
}

impl Recording {
    /// Reads a recording, or says which line is wrong and how. Empty lines are skipped.
    pub fn read(input: impl BufRead) -> Result<Self, RecordingError> {
        let mut reader = Reader::default();
        let mut last = 0;
        for (index, text) in input.lines().enumerate() {
            last = index + 1;
            let wrong = |problem: String| RecordingError {
                line: last,
                problem,
            };
            let text = text.map_err(|error| wrong(error.to_string()))?;
            if !text.trim().is_empty() {
                reader.line(last, &text).map_err(wrong)?;
            }
        }
        let missing = || RecordingError {
            line: last,
            problem: "no line names the guild".to_owned(),
        };
        let (guild, about) = reader.guild.ok_or_else(missing)?;
        Ok(Self {
            guild,
            about,
            roles: reader.roles,
            channels: reader.channels,
            members: reader.members,
            acts: reader.acts,
        })
    }
}

#[derive(Default)]
struct Reader {
    guild: Option<(String, Option<String>)>,
    roles: Vec<(String, Permissions)>,
    channels: Vec<RecordedChannel>,
    members: Vec<RecordedMember>,
    acts: Vec<Act>,
    labels: HashSet<String>,
}

impl Reader {
    fn line(&mut self, line: usize, text: &str) -> Result<(), String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if value.get("at").is_some() || value.get("who").is_some() {
            let act: ActLine = serde_json::from_value(value).map_err(|error| error.to_string())?;
            return self.act(line, act);
        }
        if !self.acts.is_empty() {
            return Err("the community comes before what happens in it".to_owned());
        }
        let header = serde_json::from_value(value);
        self.header(
            header
                .map_err(|_| "neither guild, role, category, channel, member nor act".to_owned())?,
        )
    }

    fn header(&mut self, header: Header) -> Result<(), String> {
        match header {
            Header::Guild(line) if self.guild.is_some() => {
                Err(format!("{:?} is a second guild", line.guild))
            }
            Header::Guild(line) => {
                self.guild = Some((line.guild, line.about));
                Ok(())
            }
            _ if self.guild.is_none() => Err("the guild comes first".to_owned()),
            Header::Role(line) => {
                let mut permissions = Permissions::NONE;
                for name in &line.permissions {
                    permissions |= Permissions::named(name)
                        .ok_or_else(|| format!("no permission is called {name:?}"))?;
                }
                self.roles.push((line.role, permissions));
                Ok(())
            }
            Header::Category(line) => self.channel(ChannelLine {
                channel: line.category,
                topic: None,
                category: None,
                kind: Some("category".to_owned()),
                private_to: Vec::new(),
            }),
            Header::Channel(line) => self.channel(line),
            Header::Member(line) => {
                self.know_roles(&line.roles)?;
                if self
                    .members
                    .iter()
                    .any(|member| member.handle == line.member)
                {
                    return Err(format!("{:?} is a member already", line.member));
                }
                let MemberLine {
                    member: handle,
                    name,
                    roles,
                    bot,
                    joined,
                } = line;
                self.members.push(RecordedMember {
                    handle,
                    name,
                    roles,
                    bot,
                    joined,
                });
                Ok(())
            }
        }
    }

    fn channel(&mut self, line: ChannelLine) -> Result<(), String> {
        let kind = match line.kind.as_deref() {
            None | Some("text") => RecordedKind::Text,
            Some("forum") => RecordedKind::Forum,
            Some("voice") => RecordedKind::Voice,
            Some("category") => RecordedKind::Category,
            Some(other) => return Err(format!("no kind of channel is called {other:?}")),
        };
        self.know_roles(&line.private_to)?;
        let is_category = |name: &String| {
            self.channels
                .iter()
                .any(|known| known.kind == RecordedKind::Category && known.name == *name)
        };
        if let Some(category) = line.category.as_ref().filter(|name| !is_category(name)) {
            return Err(format!("no category is called {category:?}"));
        }
        let ChannelLine {
            channel: name,
            topic,
            category,
            private_to,
            ..
        } = line;
        self.channels.push(RecordedChannel {
            name,
            kind,
            topic,
            category,
            private_to,
        });
        Ok(())
    }

    fn know_roles(&self, names: &[String]) -> Result<(), String> {
        let unknown = names
            .iter()
            .find(|name| !self.roles.iter().any(|(known, _)| known == *name));
        unknown.map_or(Ok(()), |name| Err(format!("no role is called {name:?}")))
    }

    fn act(&mut self, line: usize, act: ActLine) -> Result<(), String> {
        if !self.members.iter().any(|member| member.handle == act.who) {
            return Err(format!("no member is called {:?}", act.who));
        }
        if self.acts.last().is_some_and(|last| last.at > act.at) {
            return Err("this happened before the act above it".to_owned());
        }
        let (at, who, label) = (act.at, act.who.clone(), act.label.clone());
        let deed = deed_of(act)?;
        self.know_names(&deed)?;
        if let Some(label) = label
            && !self.labels.insert(label.clone())
        {
            return Err(format!("{label:?} names something already"));
        }
        self.acts.push(Act {
            at,
            who,
            deed,
            line,
        });
        Ok(())
    }

    fn know_names(&self, deed: &Deed) -> Result<(), String> {
        let (message, place) = match deed {
            Deed::Says { place, .. } | Deed::Posts { place, .. } => (None, Some(place)),
            Deed::Replies { to, .. } | Deed::Reacts { to, .. } => (Some(to), None),
            Deed::Edits { message, .. } | Deed::Deletes { message } => (Some(message), None),
            Deed::Threads { on, .. } | Deed::Uses { on, .. } => (Some(on), None),
            Deed::Runs { place, .. } => (None, place.as_ref()),
            Deed::Clicks { on, place, .. } | Deed::Selects { on, place, .. } => {
                (on.as_ref(), place.as_ref())
            }
            Deed::Joins | Deed::Leaves | Deed::Submits { .. } => (None, None),
        };
        if let Some(message) = message.filter(|name| !self.labels.contains(*name)) {
            return Err(format!("nothing above is called {message:?}"));
        }
        let is_place = |name: &String| {
            let name = name.strip_prefix('#').unwrap_or(name);
            self.labels.contains(name) || self.channels.iter().any(|channel| channel.name == name)
        };
        match place.filter(|name| !is_place(name)) {
            Some(place) => Err(format!("no channel or thread is called {place:?}")),
            None => Ok(()),
        }
    }
}

fn deed_of(act: ActLine) -> Result<Deed, String> {
    let needs =
        |field: Option<String>, name: &str| field.ok_or_else(|| format!("{name:?} is missing"));
    let mut deeds = Vec::new();
    let ActLine {
        place,
        to,
        on,
        text,
        label,
        ..
    } = act;
    if let Some(text) = act.says {
        deeds.push(Deed::Says {
            text,
            place: needs(place.clone(), "in")?,
            label: label.clone(),
        });
    }
    if let Some(text) = act.replies {
        deeds.push(Deed::Replies {
            text,
            to: needs(to.clone(), "to")?,
            label: label.clone(),
        });
    }
    if let Some(emoji) = act.reacts {
        deeds.push(Deed::Reacts {
            emoji,
            to: needs(to, "to")?,
        });
    }
    if let Some(message) = act.edits {
        deeds.push(Deed::Edits {
            message,
            text: needs(text.clone(), "text")?,
        });
    }
    if let Some(message) = act.deletes {
        deeds.push(Deed::Deletes { message });
    }
    if let Some(title) = act.threads {
        deeds.push(Deed::Threads {
            title,
            on: needs(on.clone(), "on")?,
            label: label.clone(),
        });
    }
    if let Some(title) = act.posts {
        let (text, place) = (needs(text, "text")?, needs(place.clone(), "in")?);
        deeds.push(Deed::Posts {
            title,
            text,
            place,
            label,
        });
    }
    deeds.extend(act.joins.map(|_| Deed::Joins));
    deeds.extend(act.leaves.map(|_| Deed::Leaves));
    if let Some(command) = act.runs {
        deeds.push(Deed::Runs {
            command,
            place: place.clone(),
            options: act.options.unwrap_or_default(),
        });
    }
    if let Some(command) = act.uses {
        deeds.push(Deed::Uses {
            command,
            on: needs(on.clone(), "on")?,
        });
    }
    deeds.extend(act.clicks.map(|button| Deed::Clicks {
        button,
        on: on.clone(),
        place: place.clone(),
    }));
    deeds.extend(
        act.selects
            .map(|choices| Deed::Selects { choices, on, place }),
    );
    deeds.extend(act.submits.map(|fields| Deed::Submits { fields }));
    match deeds.pop() {
        Some(deed) if deeds.is_empty() => Ok(deed),
        Some(_) => Err("an act is one thing, not several".to_owned()),
        None => Err("nothing is done in this act".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMUNITY: &str = concat!(
        "{\"guild\":\"Makers\"}\n",
        "{\"channel\":\"help\"}\n",
        "{\"member\":\"ana\",\"joined\":\"2025-03-01T10:00:00Z\"}\n",
    );

    fn error(lines: &str) -> String {
        Recording::read(format!("{COMMUNITY}{lines}").as_bytes())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn every_mistake_has_its_line() {
        let at = "\"at\":\"2025-03-03T09:00:00Z\"";
        assert_eq!(
            error(&format!(
                "{{{at},\"who\":\"ben\",\"says\":\"hi\",\"in\":\"help\"}}"
            )),
            "line 4: no member is called \"ben\""
        );
        assert_eq!(
            error(&format!(
                "\n{{{at},\"who\":\"ana\",\"says\":\"hi\",\"in\":\"hlep\"}}"
            )),
            "line 5: no channel or thread is called \"hlep\""
        );
        assert_eq!(
            error(&format!(
                "{{{at},\"who\":\"ana\",\"reacts\":\"🎉\",\"to\":\"m1\"}}"
            )),
            "line 4: nothing above is called \"m1\""
        );
        assert_eq!(
            error(&format!(
                "{{{at},\"who\":\"ana\",\"joins\":true,\"leaves\":true}}"
            )),
            "line 4: an act is one thing, not several"
        );
        assert!(
            error(&format!("{{{at},\"who\":\"ana\",\"sais\":\"hi\"}}"))
                .contains("unknown field `sais`")
        );
    }
}
