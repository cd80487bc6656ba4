//! Messages of a channel, and typing.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Answered, ApiError, Call, id, message_body, require};
use crate::{
    gateway::{Intents, strip_content},
    permissions::Permissions,
    snowflake::Snowflake,
    state::{Draft, Guild, MessageKey, State},
};

pub(crate) fn route(state: &mut State, call: &Call<'_>) -> Answered {
    let channel = id(call.segments.get(1).copied().unwrap_or_default())?;
    require(state, channel, Permissions::NONE)?;
    match (call.method, &call.segments[2..]) {
        (&Method::GET, ["messages"]) => list(state, call, channel),
        (&Method::POST, ["messages"]) => create(state, channel, call),
        (&Method::POST, ["messages", "bulk-delete"]) => bulk_delete(state, channel, call.body),
        (&Method::GET, ["messages", message]) => {
            require(state, channel, Permissions::READ_MESSAGE_HISTORY)?;
            let key = find(state, channel, message)?;
            Answer::ok(payload(state, key))
        }
        (&Method::PATCH, ["messages", message]) => edit(state, channel, message, call.body),
        (&Method::DELETE, ["messages", message]) => delete(state, channel, message),
        (&Method::POST, ["typing"]) => {
            require(state, channel, Permissions::SEND_MESSAGES)?;
            let bot = state.bot();
            state.dispatch_typing(channel, bot);
            Answer::no_content()
        }
        _ => Err(ApiError::NO_ROUTE),
    }
}

/// A message of this channel that is no secret of one person.
pub(crate) fn find(
    state: &State,
    channel: Snowflake,
    message: &str,
) -> Result<MessageKey, ApiError> {
    let key = (channel, id(message)?);
    let known = state
        .messages
        .get(&key)
        .filter(|message| message.ephemeral_to.is_none());
    known.map(|_| key).ok_or(ApiError::UNKNOWN_MESSAGE)
}

/// A message as the bot may read it: without its text if the application has no Message Content intent.
pub(crate) fn payload(state: &State, key: MessageKey) -> Value {
    let mut payload = state.message_payload(key);
    let readable = state
        .gateway
        .allowed_intents
        .contains(Intents::MESSAGE_CONTENT)
        || state
            .channels
            .get(&key.0)
            .is_none_or(|channel| channel.guild.is_none())
        || state.messages.get(&key).is_some_and(|message| {
            message.author == state.bot() || message.mentioned.users.contains(&state.bot())
        });
    if !readable {
        strip_content(&mut payload);
    }
    payload
}

/// What sending needs here.
pub(crate) fn sending(state: &State, channel: Snowflake) -> Permissions {
    let thread = state
        .channels
        .get(&channel)
        .is_some_and(|channel| channel.thread.is_some());
    if thread {
        Permissions::SEND_MESSAGES_IN_THREADS
    } else {
        Permissions::SEND_MESSAGES
    }
}

fn list(state: &State, call: &Call<'_>, channel: Snowflake) -> Answered {
    let limit = call.limit(50, 100)?;
    // Without the right to read history the list is empty, not forbidden.
    if require(state, channel, Permissions::READ_MESSAGE_HISTORY).is_err() {
        return Answer::ok(json!([]));
    }
    let visible = || {
        state
            .messages_in(channel)
            .filter(|message| message.ephemeral_to.is_none())
            .map(|message| message.id)
    };
    let mut ids: Vec<Snowflake> = if let Some(after) = call.query_id("after") {
        visible().filter(|id| *id > after).take(limit).collect()
    } else if let Some(around) = call.query_id("around") {
        let mut near: Vec<Snowflake> = visible()
            .rev()
            .filter(|id| *id <= around)
            .take(limit / 2 + 1)
            .collect();
        near.extend(
            visible()
                .filter(|id| *id > around)
                .take(limit.saturating_sub(near.len())),
        );
        near
    } else {
        let before = call.query_id("before").unwrap_or(Snowflake::new(u64::MAX));
        visible()
            .rev()
            .filter(|id| *id < before)
            .take(limit)
            .collect()
    };
    // Newest first, however they were asked for.
    ids.sort_unstable_by(|one, other| other.cmp(one));
    Answer::ok(
        ids.into_iter()
            .map(|id| payload(state, (channel, id)))
            .collect(),
    )
}

fn create(state: &mut State, channel_id: Snowflake, call: &Call<'_>) -> Answered {
    let body = call.body;
    let channel = state
        .channels
        .get(&channel_id)
        .ok_or(ApiError::UNKNOWN_CHANNEL)?;
    if !channel.kind.holds_messages() {
        return Err(ApiError::NOT_A_TEXT_CHANNEL);
    }
    if channel
        .thread
        .as_ref()
        .is_some_and(|thread| thread.locked && thread.archived)
    {
        return Err(ApiError::THREAD_ARCHIVED);
    }
    let bot = state.bot();
    if channel.is_direct() {
        let recipients = channel.recipients.iter().filter(|user| **user != bot);
        for user in recipients {
            let shared = |guild: &Guild| {
                guild.members.contains_key(user) && guild.members.contains_key(&bot)
            };
            if !state.guilds.values().any(shared) {
                return Err(ApiError::NO_MUTUAL_GUILDS);
            }
            let known = state.users.get(user);
            if known.is_none_or(|user| !user.accepts_direct_messages) {
                return Err(ApiError::CANNOT_SEND_TO_USER);
            }
        }
    }
    require(state, channel_id, sending(state, channel_id))?;
    let draft = message_body::draft(body, call.files)?;
    if !draft.embeds.is_empty() {
        require(state, channel_id, Permissions::EMBED_LINKS)?;
    }
    if !draft.attachments.is_empty() {
        require(state, channel_id, Permissions::ATTACH_FILES)?;
    }
    let reply_to = message_body::reply_to(state, channel_id, body)?;
    if reply_to.is_some() {
        require(state, channel_id, Permissions::READ_MESSAGE_HISTORY)?;
    }
    if let Some(nonce) = draft
        .nonce
        .as_ref()
        .filter(|_| body["enforce_nonce"] == true)
        && let Some(known) = state.sent_with_nonce(bot, channel_id, nonce)
    {
        return Answer::ok(payload(state, known));
    }
    let key = state.send(bot, channel_id, Draft { reply_to, ..draft });
    Answer::ok(payload(state, key))
}

fn edit(state: &mut State, channel: Snowflake, message: &str, body: &Value) -> Answered {
    let key = find(state, channel, message)?;
    let bot = state.bot();
    let Some(message) = state.messages.get(&key) else {
        return Err(ApiError::UNKNOWN_MESSAGE);
    };
    if message.author != bot {
        return Err(ApiError::NOT_YOUR_MESSAGE);
    }
    let thread = state
        .channels
        .get(&channel)
        .and_then(|channel| channel.thread.as_ref());
    if thread.is_some_and(|thread| thread.archived) {
        return Err(ApiError::THREAD_ARCHIVED);
    }
    let change = message_body::edit(body, message)?;
    state.edit(key, bot, change);
    Answer::ok(payload(state, key))
}

fn delete(state: &mut State, channel: Snowflake, message: &str) -> Answered {
    let key = find(state, channel, message)?;
    let own = state
        .messages
        .get(&key)
        .is_some_and(|message| message.author == state.bot());
    let direct = state
        .channels
        .get(&channel)
        .is_some_and(crate::state::Channel::is_direct);
    if !own && direct {
        return Err(ApiError::NOT_IN_DIRECT_MESSAGES);
    }
    require(
        state,
        channel,
        if own {
            Permissions::NONE
        } else {
            Permissions::MANAGE_MESSAGES
        },
    )?;
    state.delete_messages(channel, &[key.1]);
    Answer::no_content()
}

/// <https://discord.com/developers/docs/resources/message#bulk-delete-messages>
fn bulk_delete(state: &mut State, channel: Snowflake, body: &Value) -> Answered {
    require(state, channel, Permissions::MANAGE_MESSAGES)?;
    let ids: Vec<Snowflake> = body["messages"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .filter_map(|id| id.as_str()?.parse().ok())
        .collect();
    if !(2..=100).contains(&ids.len()) {
        return Err(ApiError::WRONG_DELETE_COUNT);
    }
    let oldest = state.now() - chrono::TimeDelta::days(14);
    if ids.iter().any(|id| id.created_at() < oldest) {
        return Err(ApiError::TOO_OLD_TO_BULK_DELETE);
    }
    state.delete_messages(channel, &ids);
    Answer::no_content()
}
