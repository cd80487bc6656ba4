//! Interactions: what people ask of the bot by commands, buttons, selects and modals, and what it answers.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{MessageKey, State};
use crate::{
    gateway::{Dispatch, Intents},
    snowflake::Snowflake,
    time::INTERACTION_TOKEN_LIFE,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InteractionKind {
    Command = 2,
    Component = 3,
    Autocomplete = 4,
    Modal = 5,
}

/// The first answer: <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acknowledgement {
    Message,
    DeferredMessage,
    DeferredUpdate,
    Update,
    Autocomplete,
    Modal,
}

#[derive(Clone, Debug)]
pub(crate) struct Interaction {
    pub(crate) id: Snowflake,
    pub(crate) token: String,
    pub(crate) kind: InteractionKind,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) person: Snowflake,
    pub(crate) guild: Option<Snowflake>,
    pub(crate) channel: Snowflake,
    /// The command's name, also for the components and modals that came of it.
    pub(crate) name: String,
    /// The message whose component was used.
    pub(crate) message: Option<MessageKey>,
    pub(crate) acknowledged: Option<Acknowledgement>,
    /// When it was told to the bot, in machine time.
    pub(crate) told_at: Instant,
    /// How long it took until the first answer had come.
    pub(crate) acknowledged_after: Option<Duration>,
    /// What `@original` means.
    pub(crate) original: Option<MessageKey>,
    /// How often the original was sent or edited: a deferred answer is there when this is over 0.
    pub(crate) answers: u64,
    pub(crate) original_deleted: bool,
    pub(crate) followups: Vec<MessageKey>,
    pub(crate) modal: Option<Value>,
    /// What is suggested while an option is typed.
    pub(crate) suggestions: Vec<Value>,
    /// The 3 seconds passed without an acknowledgement; the person was told that the application did not respond.
    pub(crate) given_up: bool,
}

/// What a person did, for [`State::interact`].
pub(crate) struct InteractionSource {
    pub(crate) kind: InteractionKind,
    pub(crate) person: Snowflake,
    pub(crate) channel: Snowflake,
    pub(crate) name: String,
    pub(crate) message: Option<MessageKey>,
    pub(crate) data: Value,
}

impl Interaction {
    pub(crate) fn installed_by(&self) -> Value {
        // "0" stands for the application's own direct messages.
        json!({"0": self.guild.unwrap_or_default()})
    }

    /// Whether the token still serves at this community time.
    pub(crate) fn token_lives(&self, now: DateTime<Utc>) -> bool {
        now < self.created_at + INTERACTION_TOKEN_LIFE
    }
}

impl State {
    /// Sends an interaction to the bot.
    pub(crate) fn interact(&mut self, source: InteractionSource) -> Snowflake {
        let id = self.next_id();
        let guild = self
            .channels
            .get(&source.channel)
            .and_then(|channel| channel.guild);
        let interaction = Interaction {
            id,
            token: format!("aW50ZXJhY3Rpb246{id}simcord"),
            kind: source.kind,
            created_at: self.now(),
            person: source.person,
            guild,
            channel: source.channel,
            name: source.name,
            message: source.message,
            acknowledged: None,
            told_at: Instant::now(),
            acknowledged_after: None,
            original: None,
            answers: 0,
            original_deleted: false,
            followups: Vec::new(),
            modal: None,
            suggestions: Vec::new(),
            given_up: false,
        };
        let mut payload = json!({
            "id": id,
            "application_id": self.application.id,
            "type": interaction.kind as u64,
            "data": source.data,
            "channel_id": source.channel,
            "channel": self.interaction_channel_payload(source.channel, source.person),
            "token": interaction.token,
            "version": 1,
            "app_permissions": self.permissions_in(self.bot(), source.channel).bits().to_string(),
            "locale": "en-US",
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": interaction.installed_by(),
            "context": i32::from(guild.is_none()),
            "attachment_size_limit": 10_485_760,
        });
        if let Some(guild) = guild {
            let mut member = self.member_payload(guild, source.person);
            member["permissions"] = json!(
                self.permissions_in(source.person, source.channel)
                    .bits()
                    .to_string()
            );
            payload["guild_id"] = json!(guild);
            payload["guild_locale"] = json!("en-US");
            payload["guild"] = json!({"id": guild, "locale": "en-US", "features": ["COMMUNITY"]});
            payload["member"] = member;
        } else {
            payload["user"] = self.user_payload(source.person);
        }
        if let Some(key) = source.message {
            payload["message"] = self.message_payload(key);
        }
        self.interactions.insert(id, interaction);
        let dispatch = match guild {
            Some(guild) => {
                Dispatch::in_guild("INTERACTION_CREATE", Intents::ALWAYS, guild, payload)
            }
            None => Dispatch::direct("INTERACTION_CREATE", Intents::ALWAYS, payload),
        };
        self.dispatch(&dispatch);
        id
    }
}
