//! Commands: of the chat, and of context menus.

use serde_json::{Value, json};

use super::{
    MessageRef, Person, Place, Refused, Reply,
    options::{Resolver, fill_in},
};
use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    state::{ChannelKind, Command, CommandKind, InteractionKind, InteractionSource, State},
    time::{ACKNOWLEDGEMENT_DEADLINE, PATIENCE},
};

impl Person {
    /// As [`Person::runs`] or [`Person::runs_in`], or why not.
    pub async fn try_runs(
        &self,
        place: Option<impl Into<Place>>,
        command: &str,
        options: Value,
    ) -> Result<Reply, Refused> {
        let place: Option<Place> = place.map(Into::into);
        let interaction = self.types(place.as_ref(), command, &options, None)?;
        Ok(self.answer_to(interaction).await)
    }

    /// As [`Person::is_suggested`], or why not.
    pub async fn try_is_suggested(
        &self,
        place: Option<impl Into<Place>>,
        command: &str,
        options: Value,
        focused: &str,
    ) -> Result<Vec<(String, Value)>, Refused> {
        let place: Option<Place> = place.map(Into::into);
        let interaction = self.types(place.as_ref(), command, &options, Some(focused))?;
        self.is_acknowledged(interaction).await;
        let suggestions = self.server.look(|state| {
            state
                .interactions
                .get(&interaction)
                .map(|interaction| interaction.suggestions.clone())
        });
        let pair = |choice: &Value| {
            let name = choice["name"].as_str().unwrap_or_default();
            (name.to_owned(), choice["value"].clone())
        };
        Ok(suggestions.iter().flatten().map(pair).collect())
    }

    /// Sends a command, or tells that one of its options is being typed.
    fn types(
        &self,
        place: Option<&Place>,
        command: &str,
        options: &Value,
        focused: Option<&str>,
    ) -> Result<Snowflake, Refused> {
        let typed = command.strip_prefix('/').unwrap_or(command);
        let mut words: Vec<&str> = typed.split_whitespace().collect();
        let name = if words.is_empty() {
            ""
        } else {
            words.remove(0)
        };
        self.server.change(|state| {
            let channel = match place {
                Some(place) => self.find_channel(state, place)?,
                None => self.usual_channel(state)?,
            };
            let command = self.find_command(state, channel, CommandKind::Slash, name)?;
            let guild = state
                .channels
                .get(&channel)
                .and_then(|channel| channel.guild);
            let mut resolver = Resolver {
                state,
                guild,
                person: self.id(),
                resolved: serde_json::Map::new(),
            };
            let options = fill_in(&command, &words, options, focused, &mut resolver)?;
            let found = resolver.resolved;
            let mut data = command_data(&command);
            data["options"] = json!(options);
            if !found.is_empty() {
                data["resolved"] = json!(found);
            }
            let kind = if focused.is_some() {
                InteractionKind::Autocomplete
            } else {
                InteractionKind::Command
            };
            Ok(self.interact(state, kind, channel, command.name, data))
        })
    }

    /// As [`Person::uses`], or why not.
    pub async fn try_uses(
        &self,
        command: &str,
        on: impl Into<MessageRef>,
    ) -> Result<Reply, Refused> {
        let MessageRef(key) = on.into();
        let interaction = self.server.change(|state| {
            self.see_message(state, key)?;
            let command = self.find_command(state, key.0, CommandKind::Message, command)?;
            let mut data = command_data(&command);
            data["target_id"] = json!(key.1);
            data["resolved"] = json!({"messages": {key.1.to_string(): state.message_payload(key)}});
            Ok(self.interact(state, InteractionKind::Command, key.0, command.name, data))
        })?;
        Ok(self.answer_to(interaction).await)
    }

    /// As [`Person::uses_on_person`], or why not.
    pub async fn try_uses_on_person(&self, command: &str, on: &Self) -> Result<Reply, Refused> {
        let interaction = self.server.change(|state| {
            let channel = self.usual_channel(state)?;
            let command = self.find_command(state, channel, CommandKind::User, command)?;
            let mut resolver = Resolver {
                state,
                guild: self.guild,
                person: self.id(),
                resolved: serde_json::Map::new(),
            };
            resolver.user(&on.id().to_string());
            let mut data = command_data(&command);
            data["target_id"] = json!(on.id());
            data["resolved"] = json!(resolver.resolved);
            Ok(self.interact(state, InteractionKind::Command, channel, command.name, data))
        })?;
        Ok(self.answer_to(interaction).await)
    }

    /// Where they last spoke, or the first text channel they see.
    fn usual_channel(&self, state: &State) -> Result<Snowflake, Refused> {
        let Some(guild) = self.guild else {
            return Err(Refused::Impossible(
                "a command needs a channel to be typed in".to_owned(),
            ));
        };
        let here = |id: &Snowflake| {
            state
                .channels
                .get(id)
                .is_some_and(|channel| channel.guild == Some(guild))
        };
        let spoken = state
            .messages
            .values()
            .filter(|message| message.author == self.id() && here(&message.channel));
        let last = spoken
            .max_by_key(|message| message.id)
            .map(|message| message.channel);
        let mut channels = state.channels.values().filter(|channel| {
            channel.guild == Some(guild)
                && channel.kind == ChannelKind::Text
                && state.sees(self.id(), channel.id)
        });
        last.filter(|id| state.sees(self.id(), *id))
            .or_else(|| channels.next().map(|channel| channel.id))
            .ok_or_else(|| {
                Refused::Impossible(format!(
                    "{} sees no channel to type a command in",
                    self.handle_in(state)
                ))
            })
    }

    /// The command, if this person may use it in this channel.
    fn find_command(
        &self,
        state: &State,
        channel: Snowflake,
        kind: CommandKind,
        name: &str,
    ) -> Result<Command, Refused> {
        self.need(
            state,
            channel,
            Permissions::VIEW_CHANNEL | Permissions::USE_APPLICATION_COMMANDS,
        )?;
        let guild = state
            .channels
            .get(&channel)
            .and_then(|channel| channel.guild);
        let found = state
            .command_named(guild, kind, name)
            .filter(|command| allowed_here(command, guild));
        let Some(command) = found else {
            let usable = state
                .commands
                .iter()
                .filter(|command| command.guild.is_none() || command.guild == guild);
            let offered = usable.map(|command| command.name.clone()).collect();
            return Err(Refused::NoSuchCommand {
                name: name.to_owned(),
                offered,
            });
        };
        // "0" hides a command from all but administrators.
        let needed = command.body["default_member_permissions"]
            .as_str()
            .and_then(|bits| bits.parse().ok());
        if let (Some(bits), Some(_)) = (needed, guild) {
            let needed = if bits == 0 {
                Permissions::ADMINISTRATOR
            } else {
                Permissions::from_bits(bits)
            };
            self.need(state, channel, needed)?;
        }
        Ok(command.clone())
    }

    pub(super) fn interact(
        &self,
        state: &mut State,
        kind: InteractionKind,
        channel: Snowflake,
        name: String,
        data: Value,
    ) -> Snowflake {
        state.interact(InteractionSource {
            kind,
            person: self.id(),
            channel,
            name,
            message: None,
            data,
        })
    }

    /// Waits for the first answer, 3 seconds at most.
    async fn is_acknowledged(&self, interaction: Snowflake) {
        let acknowledged = |state: &mut State| {
            state
                .interactions
                .get(&interaction)?
                .acknowledged
                .map(|_| ())
        };
        let waited = self
            .server
            .wait_for(ACKNOWLEDGEMENT_DEADLINE, "an answer", acknowledged, |_| {
                String::new()
            })
            .await;
        if waited.is_err() {
            self.server.change(|state| {
                if let Some(known) = state.interactions.get_mut(&interaction) {
                    // The answer may have come in between.
                    known.given_up = known.acknowledged.is_none();
                }
            });
        }
    }

    /// Waits for the first answer, and then for a deferred one to be filled in.
    pub(super) async fn answer_to(&self, interaction: Snowflake) -> Reply {
        self.is_acknowledged(interaction).await;
        let complete = |state: &mut State| Reply::read(&self.server, state, interaction, false);
        let reply = match self
            .server
            .wait_for(PATIENCE, "the deferred answer", complete, |_| String::new())
            .await
        {
            Ok(reply) => reply,
            Err(_) => self
                .server
                .look(|state| Reply::read(&self.server, state, interaction, true))
                .unwrap_or_else(|| panic!("an interaction that was acknowledged has an answer")),
        };
        if let Some(message) = &reply.message {
            self.server.change(|state| {
                if let Some(message) = state.messages.get_mut(&(message.channel_id, message.id)) {
                    message.taken = true;
                }
            });
        }
        reply
    }
}

fn command_data(command: &Command) -> Value {
    let mut data = json!({"id": command.id, "name": command.name, "type": command.kind as u64});
    if let Some(guild) = command.guild {
        data["guild_id"] = json!(guild);
    }
    data
}

/// Commands can be kept to guilds or to direct messages.
fn allowed_here(command: &Command, guild: Option<Snowflake>) -> bool {
    let here = i32::from(guild.is_none());
    match command.body["contexts"].as_array() {
        Some(contexts) => contexts.iter().any(|context| *context == here),
        None => guild.is_some() || command.body["dm_permission"] != false,
    }
}
