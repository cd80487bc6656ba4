//! What a person gets to see after using a command, button, select or modal.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::{
    Button, Embed, Message, Select,
    message::{flattened, readable},
};
use crate::{
    server::Server,
    snowflake::Snowflake,
    state::{Acknowledgement, State},
};

/// In which way the bot answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplyKind {
    /// A message, at once or after "thinking…".
    Message,
    /// A form to fill in.
    Modal,
    /// The message with the button was changed.
    Updated,
    /// The click was taken and nothing is shown; the bot may still change the message.
    Acknowledged,
    /// Still "thinking…" when the person lost patience.
    Thinking,
    /// The answer was taken back.
    Deleted,
    /// "The application did not respond": nothing came within 3 s of machine time.
    DidNotRespond,
}

/// The bot's answer to one interaction.
#[derive(Clone)]
#[non_exhaustive]
pub struct Reply {
    /// In which way it answered.
    pub kind: ReplyKind,
    /// The text; empty if there is none.
    pub content: String,
    /// Embeds, in order.
    pub embeds: Vec<Embed>,
    /// Components as the bot sent them.
    pub components: Vec<Value>,
    /// Whether only the person who asked sees it.
    pub ephemeral: bool,
    /// The form to fill in.
    pub modal: Option<Modal>,
    /// The message it came as, or that was changed.
    pub message: Option<Message>,
    /// The interaction's id.
    pub interaction_id: Snowflake,
    server: Arc<Server>,
}

/// A form: <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal>.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Modal {
    /// The heading.
    pub title: String,
    /// What the bot knows it by.
    pub custom_id: String,
    /// What can be filled in.
    pub fields: Vec<ModalField>,
    pub(crate) components: Vec<Value>,
}

/// One field of a form.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ModalField {
    /// What it asks.
    pub label: String,
    /// What the bot knows it by.
    pub custom_id: String,
    /// What is in it already.
    pub value: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// The fewest characters it takes, if any are typed.
    pub min_length: u64,
    /// The most characters it takes.
    pub max_length: u64,
    /// Labels and values of a select menu; empty for text, and for selects of users, roles and channels.
    pub options: Vec<(String, String)>,
    pub(crate) component: Value,
}

impl ModalField {
    /// Whether it is chosen, not typed.
    pub(crate) fn is_select(&self) -> bool {
        matches!(self.component["type"].as_u64(), Some(3 | 5..=8))
    }
}

impl Modal {
    pub(crate) fn read(modal: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let components = modal["components"].as_array().cloned().unwrap_or_default();
        let field = |input: &Value, label: &Value| ModalField {
            label: text(label),
            custom_id: text(&input["custom_id"]),
            value: text(&input["value"]),
            required: input["required"] != false,
            min_length: input["min_length"].as_u64().unwrap_or(0),
            max_length: input["max_length"].as_u64().unwrap_or(4000),
            options: input["options"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|option| (text(&option["label"]), text(&option["value"])))
                .collect(),
            component: input.clone(),
        };
        let mut fields = Vec::new();
        for component in flattened(&components) {
            if component["type"] == 18 {
                fields.push(field(&component["component"], &component["label"]));
            } else if component["type"] == 4 && component["label"].is_string() {
                fields.push(field(component, &component["label"]));
            }
        }
        Self {
            title: text(&modal["title"]),
            custom_id: text(&modal["custom_id"]),
            fields,
            components,
        }
    }
}

impl Reply {
    /// The reply as it stands, once it can be told what it is.
    pub(crate) fn read(
        server: &Arc<Server>,
        state: &State,
        interaction_id: Snowflake,
        lost_patience: bool,
    ) -> Option<Self> {
        let interaction = state.interactions.get(&interaction_id)?;
        let answered = interaction.answers > 0;
        let kind = match interaction.acknowledged {
            None if interaction.given_up => ReplyKind::DidNotRespond,
            None | Some(Acknowledgement::Autocomplete) => return None,
            Some(_) if interaction.original_deleted => ReplyKind::Deleted,
            Some(Acknowledgement::Message) => ReplyKind::Message,
            Some(Acknowledgement::DeferredMessage) if answered => ReplyKind::Message,
            Some(Acknowledgement::DeferredMessage) if lost_patience => ReplyKind::Thinking,
            Some(Acknowledgement::DeferredMessage) => return None,
            Some(Acknowledgement::DeferredUpdate) if answered => ReplyKind::Updated,
            Some(Acknowledgement::DeferredUpdate) => ReplyKind::Acknowledged,
            Some(Acknowledgement::Update) => ReplyKind::Updated,
            Some(Acknowledgement::Modal) => ReplyKind::Modal,
        };
        let shown = matches!(
            kind,
            ReplyKind::Message | ReplyKind::Updated | ReplyKind::Acknowledged
        );
        let message = interaction
            .original
            .filter(|_| shown)
            .and_then(|key| Message::read(state, key));
        Some(Self {
            kind,
            content: message
                .as_ref()
                .map(|message| message.content.clone())
                .unwrap_or_default(),
            embeds: message
                .as_ref()
                .map(|message| message.embeds.clone())
                .unwrap_or_default(),
            components: message
                .as_ref()
                .map(|message| message.components.clone())
                .unwrap_or_default(),
            ephemeral: message.as_ref().is_some_and(|message| message.ephemeral),
            modal: interaction.modal.as_ref().map(Modal::read),
            message,
            interaction_id,
            server: Arc::clone(server),
        })
    }

    /// Everything there is to read: a message as [`Message::text`] has it, or a form's title and labels.
    #[must_use]
    pub fn text(&self) -> String {
        if let Some(modal) = &self.modal {
            let labels = modal
                .fields
                .iter()
                .map(|field| format!("[{}]", field.label));
            return [modal.title.clone()]
                .into_iter()
                .chain(labels)
                .collect::<Vec<_>>()
                .join("\n");
        }
        if self.kind == ReplyKind::DidNotRespond {
            return "The application did not respond".to_owned();
        }
        readable(&self.content, &self.embeds, &self.components)
    }

    /// The buttons, in order.
    #[must_use]
    pub fn buttons(&self) -> Vec<Button> {
        Button::all_in(&self.components)
    }

    /// The select menus, in order.
    #[must_use]
    pub fn selects(&self) -> Vec<Select> {
        Select::all_in(&self.components)
    }

    /// How long the bot took to acknowledge it, in machine time: from the telling of the interaction to the callback,
    /// as both are seen by this Discord. Nothing where it did not respond.
    #[must_use]
    pub fn acknowledged_after(&self) -> Option<Duration> {
        self.server.look(|state| {
            let interaction = state.interactions.get(&self.interaction_id)?;
            interaction.acknowledged_after
        })
    }

    /// The reply as it stands now, after later edits.
    #[must_use]
    pub fn now(&self) -> Self {
        self.server
            .look(|state| Self::read(&self.server, state, self.interaction_id, true))
            .unwrap_or_else(|| self.clone())
    }

    /// What the bot sent after its first answer, so far.
    #[must_use]
    pub fn followups(&self) -> Vec<Message> {
        self.server.look(|state| {
            let interaction = state.interactions.get(&self.interaction_id);
            let keys = interaction
                .map(|interaction| interaction.followups.clone())
                .unwrap_or_default();
            keys.into_iter()
                .filter_map(|key| Message::read(state, key))
                .collect()
        })
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Reply")
            .field("kind", &self.kind)
            .field("ephemeral", &self.ephemeral)
            .field("text", &self.text())
            .finish_non_exhaustive()
    }
}
