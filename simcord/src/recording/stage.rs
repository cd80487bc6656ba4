//! Performing a recording, act by act.

use std::collections::HashMap;

use super::{Act, Deed, RecordedChannel, RecordedKind, Recording};
use crate::{
    Simcord,
    driver::{
        Button, Channel, Guild, Message, MessageRef, Person, Place, Refused, Reply, Role, Select,
    },
};

/// A founded community that waits for its acts.
pub struct Stage {
    discord: Simcord,
    guild: Guild,
    people: HashMap<String, (Person, Vec<Role>)>,
    labels: HashMap<String, Labelled>,
    /// Each person's replies, the latest last.
    replies: HashMap<String, Vec<Reply>>,
}

#[derive(Clone)]
enum Labelled {
    Message(MessageRef),
    Thread(Channel),
}

/// What came of an act.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Performed {
    /// A message was sent or changed.
    Said(Message),
    /// A thread or forum post was started.
    Started(Channel),
    /// The bot was asked, and this is what the person got to see.
    Answered(Reply),
    /// It was done, and there is nothing to show.
    Done,
}

impl Recording {
    /// Builds the guild with its roles, channels, and the members who are there from the start.
    #[must_use]
    pub fn found(&self, discord: &Simcord) -> Stage {
        let mut guild = discord.guild(&self.guild);
        if let Some(about) = &self.about {
            guild = guild.about(about);
        }
        let roles: HashMap<&str, Role> = self
            .roles
            .iter()
            .map(|(name, permissions)| (name.as_str(), guild.role(name, *permissions)))
            .collect();
        let named = |names: &[String]| -> Vec<Role> {
            names
                .iter()
                .filter_map(|name| roles.get(name.as_str()).cloned())
                .collect()
        };
        let mut categories = HashMap::new();
        for channel in &self.channels {
            add_channel(
                &guild,
                channel,
                &named(&channel.private_to),
                &mut categories,
            );
        }
        let mut people = HashMap::new();
        for member in &self.members {
            let mut person = match member.joined {
                Some(at) => guild.member_since(&member.handle, at),
                None => guild.newcomer(&member.handle),
            };
            if let Some(name) = &member.name {
                person = person.named(name);
            }
            if member.bot {
                person = person.as_bot();
            }
            let roles = named(&member.roles);
            if member.joined.is_some() {
                for role in &roles {
                    person.has_role(role);
                }
            }
            people.insert(member.handle.clone(), (person, roles));
        }
        Stage {
            discord: discord.clone(),
            guild,
            people,
            labels: HashMap::new(),
            replies: HashMap::new(),
        }
    }
}

fn add_channel(
    guild: &Guild,
    recorded: &RecordedChannel,
    roles: &[Role],
    categories: &mut HashMap<String, Channel>,
) {
    let mut channel = match recorded.kind {
        RecordedKind::Text => guild.channel(&recorded.name),
        RecordedKind::Forum => guild.forum(&recorded.name),
        RecordedKind::Voice => guild.voice_channel(&recorded.name),
        RecordedKind::Category => guild.category(&recorded.name),
    };
    if !roles.is_empty() {
        guild.make_private(&channel, &roles.iter().collect::<Vec<_>>());
    }
    if let Some(topic) = &recorded.topic {
        channel = channel.topic(topic);
    }
    if let Some(category) = recorded
        .category
        .as_ref()
        .and_then(|name| categories.get(name))
    {
        channel = channel.category(category);
    }
    if recorded.kind == RecordedKind::Category {
        categories.insert(recorded.name.clone(), channel);
    }
}

impl Stage {
    /// The guild.
    #[must_use]
    pub fn guild(&self) -> &Guild {
        &self.guild
    }

    /// Somebody of the recording.
    #[must_use]
    pub fn person(&self, handle: &str) -> Option<&Person> {
        self.people.get(handle).map(|(person, _)| person)
    }

    /// Does what the act says, now: the caller sets the time to [`Act::at`] before, and lets the bot settle after.
    ///
    /// An act on the bot's messages needs them to be there; nothing waits for one to come. Who asks the bot waits
    /// for its answer, in machine time.
    pub async fn perform(&mut self, act: &Act) -> Result<Performed, Refused> {
        let Some((person, roles)) = self.people.get(&act.who).cloned() else {
            return Err(Refused::NotAMember {
                who: act.who.clone(),
            });
        };
        match &act.deed {
            Deed::Says { text, place, label } => {
                let said = person.try_says(self.place(place), text).await?;
                Ok(self.said(label.as_ref(), said))
            }
            Deed::Replies { text, to, label } => {
                let said = person.try_replies(self.message(to)?, text).await?;
                Ok(self.said(label.as_ref(), said))
            }
            Deed::Reacts { emoji, to } => {
                person.try_reacts(self.message(to)?, emoji).await?;
                Ok(Performed::Done)
            }
            Deed::Edits { message, text } => Ok(Performed::Said(
                person.try_edits(self.message(message)?, text).await?,
            )),
            Deed::Deletes { message } => {
                person.try_deletes(self.message(message)?).await?;
                Ok(Performed::Done)
            }
            Deed::Threads { title, on, label } => {
                let thread = person.try_starts_thread(self.message(on)?, title).await?;
                Ok(self.started(label.as_ref(), thread))
            }
            Deed::Posts {
                title,
                text,
                place,
                label,
            } => {
                let thread = person
                    .try_posts(self.place(place), title, text, &[])
                    .await?;
                Ok(self.started(label.as_ref(), thread))
            }
            Deed::Joins => {
                person.joins();
                for role in &roles {
                    person.has_role(role);
                }
                Ok(Performed::Done)
            }
            Deed::Leaves => {
                person.leaves();
                Ok(Performed::Done)
            }
            asked => {
                let reply = self.ask(&act.who, &person, asked).await?;
                self.replies
                    .entry(act.who.clone())
                    .or_default()
                    .push(reply.clone());
                Ok(Performed::Answered(reply))
            }
        }
    }

    async fn ask(&self, who: &str, person: &Person, deed: &Deed) -> Result<Reply, Refused> {
        match deed {
            Deed::Runs {
                command,
                place,
                options,
            } => {
                let place = place.as_ref().map(|place| self.place(place));
                person.try_runs(place, command, options.clone()).await
            }
            Deed::Uses { command, on } => person.try_uses(command, self.message(on)?).await,
            Deed::Clicks { button, on, place } => {
                let has = |buttons: &[Button]| {
                    buttons
                        .iter()
                        .any(|known| known.label == *button || known.custom_id == *button)
                };
                let found = self.latest(who, on.as_ref(), place.as_ref(), &|message| {
                    has(&message.buttons())
                });
                person
                    .try_clicks(found.ok_or_else(|| nothing_called(button))??, button)
                    .await
            }
            Deed::Selects { choices, on, place } => {
                let has =
                    |selects: &[Select]| selects.first().map(|select| select.custom_id.clone());
                let found = self.latest(who, on.as_ref(), place.as_ref(), &|message| {
                    has(&message.selects()).is_some()
                });
                let message = found.ok_or_else(|| nothing_called("a select menu"))??;
                let choices: Vec<&str> = choices.iter().map(String::as_str).collect();
                person.try_selects(message, "", &choices).await
            }
            Deed::Submits { fields } => {
                let replies = self.replies.get(who).map(Vec::as_slice).unwrap_or_default();
                let form = replies.iter().rev().find(|reply| reply.modal.is_some());
                let form = form.ok_or_else(|| Refused::BadForm {
                    problem: format!("{who} has no form open"),
                })?;
                let fields: Vec<(&str, &str)> = fields
                    .iter()
                    .map(|(label, text)| (label.as_str(), text.as_str()))
                    .collect();
                person.try_submits(form, &fields).await
            }
            _ => Err(Refused::Impossible(
                "that is nothing to ask the bot".to_owned(),
            )),
        }
    }

    /// The message named, the bot's latest in that place that fits, or the person's latest private reply that does.
    fn latest(
        &self,
        who: &str,
        on: Option<&String>,
        place: Option<&String>,
        fits: &dyn Fn(&Message) -> bool,
    ) -> Option<Result<MessageRef, Refused>> {
        if let Some(on) = on {
            return Some(self.message(on));
        }
        let candidates = match place {
            Some(place) => {
                let bot = self.discord.application_id();
                let channel = self.discord.channel(self.place(place))?;
                channel
                    .messages()
                    .into_iter()
                    .filter(|message| message.author_id == bot)
                    .collect()
            }
            None => self.people.get(who)?.0.private_replies(),
        };
        candidates
            .iter()
            .rev()
            .find(|message| fits(message))
            .map(|message| Ok(message.into()))
    }

    fn place(&self, name: &str) -> Place {
        match self.labels.get(name) {
            Some(Labelled::Thread(thread)) => thread.into(),
            _ => name.into(),
        }
    }

    fn message(&self, label: &str) -> Result<MessageRef, Refused> {
        match self.labels.get(label) {
            Some(Labelled::Message(message)) => Ok(*message),
            // A forum post begins with a message of its own id.
            Some(Labelled::Thread(thread)) => Ok(MessageRef((thread.id(), thread.id()))),
            None => Err(Refused::Impossible(format!(
                "the act that {label:?} names was not performed"
            ))),
        }
    }

    fn said(&mut self, label: Option<&String>, message: Message) -> Performed {
        if let Some(label) = label {
            self.labels
                .insert(label.clone(), Labelled::Message((&message).into()));
        }
        Performed::Said(message)
    }

    fn started(&mut self, label: Option<&String>, thread: Channel) -> Performed {
        if let Some(label) = label {
            self.labels
                .insert(label.clone(), Labelled::Thread(thread.clone()));
        }
        Performed::Started(thread)
    }
}

fn nothing_called(label: &str) -> Refused {
    Refused::NoSuchComponent {
        label: label.to_owned(),
        offered: Vec::new(),
    }
}
