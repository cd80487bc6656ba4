//! Answering interactions: the callback, the original answer, and followups.
//! <https://discord.com/developers/docs/interactions/receiving-and-responding>

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Answered, ApiError, Call, id, message_body};
use crate::{
    snowflake::Snowflake,
    state::{
        Acknowledgement, Draft, Interaction, InteractionKind, MessageKey, State, message_flag,
        message_kind,
    },
    validate::{Problems, check_modal, check_suggestions},
};

pub(crate) fn route(state: &mut State, call: &Call<'_>) -> Answered {
    match (call.method, call.segments) {
        (&Method::POST, ["interactions", interaction, token, "callback"]) => {
            callback(state, id(interaction)?, token, call)
        }
        (method, ["webhooks", application, token, rest @ ..]) => {
            if id(application)? != state.application.id {
                return Err(ApiError::UNKNOWN_WEBHOOK);
            }
            let interaction = by_token(state, token)?;
            match (method, rest) {
                (&Method::POST, []) => follow_up(state, interaction, call),
                (&Method::GET, ["messages", message]) => {
                    let key = answer_key(state, interaction, message)?;
                    Answer::ok(state.message_payload(key))
                }
                (&Method::PATCH, ["messages", message]) => {
                    edit(state, interaction, message, call.body)
                }
                (&Method::DELETE, ["messages", message]) => delete(state, interaction, message),
                _ => Err(ApiError::NO_ROUTE),
            }
        }
        _ => Err(ApiError::NO_ROUTE),
    }
}

fn by_token(state: &State, token: &str) -> Result<Snowflake, ApiError> {
    let found = state
        .interactions
        .values()
        .find(|interaction| interaction.token == token);
    let interaction = found.ok_or(ApiError::INVALID_WEBHOOK_TOKEN)?;
    if !interaction.token_lives(state.now()) {
        return Err(ApiError::INVALID_WEBHOOK_TOKEN);
    }
    // Before the first answer there is nothing to follow up.
    if interaction.acknowledged.is_none() {
        return Err(ApiError::UNKNOWN_WEBHOOK);
    }
    Ok(interaction.id)
}

fn callback(state: &mut State, id: Snowflake, token: &str, call: &Call<'_>) -> Answered {
    let now = state.now();
    let known = state
        .interactions
        .get(&id)
        .filter(|interaction| interaction.token == token);
    let interaction = known.ok_or(ApiError::UNKNOWN_INTERACTION)?;
    if interaction.acknowledged.is_some() {
        return Err(ApiError::ALREADY_ACKNOWLEDGED);
    }
    if interaction.given_up || !interaction.token_lives(now) {
        return Err(ApiError::UNKNOWN_INTERACTION);
    }
    let from_component = interaction.message.is_some();
    let data = &call.body["data"];
    let suggests = interaction.kind == InteractionKind::Autocomplete;
    let acknowledgement = match call.body["type"]
        .as_u64()
        .filter(|kind| suggests == (*kind == 8))
    {
        Some(4) => Acknowledgement::Message,
        Some(5) => Acknowledgement::DeferredMessage,
        Some(6) if from_component => Acknowledgement::DeferredUpdate,
        Some(7) if from_component => Acknowledgement::Update,
        Some(8) => Acknowledgement::Autocomplete,
        Some(9) if interaction.kind != InteractionKind::Modal => Acknowledgement::Modal,
        _ => {
            let explanation = "Value must be one of {4, 5, 6, 7, 8, 9, 10, 12}.";
            return Err(ApiError::field("type", "BASE_TYPE_CHOICES", explanation));
        }
    };
    let interaction = interaction.clone();
    let message = match acknowledgement {
        Acknowledgement::Message => {
            let draft = message_body::draft(data, call.files)?;
            Some(send(state, &interaction, draft))
        }
        Acknowledgement::DeferredMessage => {
            let flags = data["flags"].as_u64().unwrap_or(0) & message_flag::EPHEMERAL
                | message_flag::LOADING;
            Some(send(
                state,
                &interaction,
                Draft {
                    flags,
                    ..Draft::default()
                },
            ))
        }
        Acknowledgement::DeferredUpdate => interaction.message,
        Acknowledgement::Update => {
            let key = interaction.message.ok_or(ApiError::UNKNOWN_MESSAGE)?;
            update(state, key, data)?;
            Some(key)
        }
        Acknowledgement::Autocomplete => {
            let mut problems = Problems::default();
            check_suggestions(&mut problems, data);
            problems.check()?;
            None
        }
        Acknowledgement::Modal => {
            let mut problems = Problems::default();
            check_modal(&mut problems, data);
            problems.check()?;
            None
        }
    };
    if let Some(interaction) = state.interactions.get_mut(&id) {
        interaction.acknowledged = Some(acknowledgement);
        interaction.acknowledged_after = Some(interaction.told_at.elapsed());
        interaction.original = message;
        interaction.answers = u64::from(matches!(
            acknowledgement,
            Acknowledgement::Message | Acknowledgement::Update
        ));
        if let Some(choices) = data["choices"].as_array().filter(|_| suggests) {
            interaction.suggestions.clone_from(choices);
        }
        interaction.modal = (acknowledgement == Acknowledgement::Modal).then(|| data.clone());
    }
    if !call.query_flag("with_response") {
        return Answer::no_content();
    }
    let mut response = json!({"interaction": {
        "id": id,
        "type": interaction.kind as u64,
        "response_message_id": message.map(|(_, id)| id),
        "response_message_loading": acknowledgement == Acknowledgement::DeferredMessage,
        "response_message_ephemeral": is_ephemeral(state, message),
        "channel_id": interaction.channel,
    }});
    if let Some(guild) = interaction.guild {
        response["interaction"]["guild_id"] = json!(guild);
    }
    response["resource"] = json!({"type": call.body["type"]});
    if let Some(key) = message {
        response["resource"]["message"] = state.message_payload(key);
    }
    Answer::ok(response)
}

fn is_ephemeral(state: &State, key: Option<MessageKey>) -> bool {
    key.and_then(|key| state.messages.get(&key))
        .is_some_and(|message| message.ephemeral_to.is_some())
}

/// Sends an answer into the channel, or only to the person who asked.
fn send(state: &mut State, interaction: &Interaction, draft: Draft) -> MessageKey {
    let ephemeral = draft.flags & message_flag::EPHEMERAL != 0;
    let kind = match (interaction.kind, interaction.message) {
        (InteractionKind::Command, None) => message_kind::COMMAND,
        (InteractionKind::Command, Some(_)) => message_kind::CONTEXT_MENU,
        _ => message_kind::SAID,
    };
    let draft = Draft {
        kind,
        interaction: Some(interaction.id),
        ephemeral_to: ephemeral.then_some(interaction.person),
        ..draft
    };
    let bot = state.bot();
    state.send(bot, interaction.channel, draft)
}

fn update(state: &mut State, key: MessageKey, body: &Value) -> Result<(), ApiError> {
    let message = state.messages.get(&key).ok_or(ApiError::UNKNOWN_MESSAGE)?;
    let change = message_body::edit(body, message)?;
    let bot = state.bot();
    state.edit(key, bot, change);
    Ok(())
}

fn follow_up(state: &mut State, id: Snowflake, call: &Call<'_>) -> Answered {
    let body = call.body;
    let draft = message_body::draft(body, call.files)?;
    let Some(interaction) = state.interactions.get(&id).cloned() else {
        return Err(ApiError::UNKNOWN_WEBHOOK);
    };
    // The first followup of a deferred answer fills it in, and is as private as the deferral was.
    let loading = interaction.original.filter(|_| {
        interaction.acknowledged == Some(Acknowledgement::DeferredMessage)
            && interaction.answers == 0
    });
    if let Some(key) = loading {
        if let Some(message) = state.messages.get_mut(&key) {
            message.attachments = draft.attachments;
        }
        update(state, key, body)?;
        count_answer(state, id);
        return Answer::ok(state.message_payload(key));
    }
    let key = send(state, &interaction, draft);
    if let Some(message) = state.messages.get_mut(&key) {
        message.kind = message_kind::SAID;
    }
    if let Some(interaction) = state.interactions.get_mut(&id) {
        interaction.followups.push(key);
    }
    Answer::ok(state.message_payload(key))
}

/// The message that a token and `@original` or an id stand for.
fn answer_key(state: &State, id: Snowflake, message: &str) -> Result<MessageKey, ApiError> {
    let interaction = state
        .interactions
        .get(&id)
        .ok_or(ApiError::UNKNOWN_WEBHOOK)?;
    let ours = || interaction.original.iter().chain(&interaction.followups);
    let key = if message == "@original" {
        interaction.original
    } else {
        let message = super::id(message)?;
        ours().copied().find(|(_, id)| *id == message)
    };
    key.filter(|key| state.messages.contains_key(key))
        .ok_or(ApiError::UNKNOWN_MESSAGE)
}

fn edit(state: &mut State, id: Snowflake, message: &str, body: &Value) -> Answered {
    let key = answer_key(state, id, message)?;
    update(state, key, body)?;
    if state
        .interactions
        .get(&id)
        .is_some_and(|interaction| interaction.original == Some(key))
    {
        count_answer(state, id);
    }
    Answer::ok(state.message_payload(key))
}

fn delete(state: &mut State, id: Snowflake, message: &str) -> Answered {
    let key = answer_key(state, id, message)?;
    if let Some(interaction) = state
        .interactions
        .get_mut(&id)
        .filter(|interaction| interaction.original == Some(key))
    {
        interaction.original_deleted = true;
    }
    state.delete_messages(key.0, &[key.1]);
    Answer::no_content()
}

fn count_answer(state: &mut State, id: Snowflake) {
    if let Some(interaction) = state.interactions.get_mut(&id) {
        interaction.answers += 1;
    }
}
