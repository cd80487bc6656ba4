//! Application commands, as the bot registered them.

use serde_json::{Value, json};

use super::State;
use crate::snowflake::Snowflake;

/// <https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-types>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandKind {
    Slash = 1,
    User = 2,
    Message = 3,
}

impl CommandKind {
    pub(crate) fn from_number(number: u64) -> Option<Self> {
        [Self::Slash, Self::User, Self::Message]
            .into_iter()
            .find(|kind| *kind as u64 == number)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) id: Snowflake,
    /// A command of one guild, or of all of them.
    pub(crate) guild: Option<Snowflake>,
    pub(crate) kind: CommandKind,
    pub(crate) name: String,
    /// What the bot sent, with Discord's defaults filled in.
    pub(crate) body: Value,
}

impl Command {
    pub(crate) fn options(&self) -> &[Value] {
        self.body["options"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}

/// Options come back without the fields that were sent as null.
fn drop_what_is_not_set(options: &mut Value) {
    for option in options.as_array_mut().into_iter().flatten() {
        if let Some(fields) = option.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        if let Some(inside) = option.get_mut("options") {
            drop_what_is_not_set(inside);
        }
    }
}

impl State {
    /// Registers a command over the one of the same name and kind, whose id it keeps.
    pub(crate) fn register_command(&mut self, guild: Option<Snowflake>, sent: &Value) -> Snowflake {
        let kind = sent["type"]
            .as_u64()
            .and_then(CommandKind::from_number)
            .unwrap_or(CommandKind::Slash);
        let name = sent["name"].as_str().unwrap_or_default().to_owned();
        let known = self.commands.iter().position(|command| {
            command.guild == guild && command.kind == kind && command.name == name
        });
        let id = match known {
            Some(at) => self.commands.remove(at).id,
            None => self.next_id(),
        };
        let version = self.next_id();
        let mut body = json!({
            "id": id,
            "application_id": self.application.id,
            "version": version,
            "type": kind as u64,
            "name": name,
            "name_localizations": null,
            "description": "",
            "description_localizations": null,
            "default_member_permissions": null,
            "dm_permission": guild.is_none(),
            "contexts": null,
            "integration_types": [0],
            "nsfw": false,
        });
        if let Some(guild) = guild {
            body["guild_id"] = json!(guild);
        }
        if let (Some(body), Some(sent)) = (body.as_object_mut(), sent.as_object()) {
            let fixed = ["id", "application_id", "version", "guild_id"];
            body.extend(
                sent.iter()
                    .filter(|(key, _)| !fixed.contains(&key.as_str()))
                    .map(|(k, v)| (k.clone(), v.clone())),
            );
        }
        if let Some(options) = body.get_mut("options") {
            drop_what_is_not_set(options);
        }
        self.commands.push(Command {
            id,
            guild,
            kind,
            name,
            body,
        });
        id
    }

    /// The command a person finds in this guild, or `None` for direct messages: the guild's own come first.
    pub(crate) fn command_named(
        &self,
        guild: Option<Snowflake>,
        kind: CommandKind,
        name: &str,
    ) -> Option<&Command> {
        let named = || {
            self.commands
                .iter()
                .filter(|command| command.kind == kind && command.name == name)
        };
        let own = named().find(|command| command.guild.is_some() && command.guild == guild);
        own.or_else(|| named().find(|command| command.guild.is_none()))
    }
}
