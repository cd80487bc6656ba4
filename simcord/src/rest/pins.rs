//! Pins of a channel, by the routes of today and by the older ones, which serve still.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Answered, ApiError, Call, id, messages, require};
use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    state::{MOST_PINS, State},
    time::timestamp,
};

pub(crate) fn route(state: &mut State, call: &Call<'_>) -> Answered {
    let channel = id(call.segments.get(1).copied().unwrap_or_default())?;
    require(state, channel, Permissions::NONE)?;
    match (call.method, &call.segments[2..]) {
        (&Method::GET, ["messages", "pins"]) => list(state, call, channel),
        (&Method::GET, ["pins"]) => list_all(state, channel),
        (&Method::PUT, ["messages", "pins", message] | ["pins", message]) => {
            pin(state, channel, message)
        }
        (&Method::DELETE, ["messages", "pins", message] | ["pins", message]) => {
            let key = messages::find(state, channel, message)?;
            require(state, channel, Permissions::PIN_MESSAGES)?;
            state.unpin(key);
            Answer::no_content()
        }
        _ => Err(ApiError::NO_ROUTE),
    }
}

/// A page of pins, the latest first; none without the right to read history.
fn list(state: &State, call: &Call<'_>, channel: Snowflake) -> Answered {
    let limit = call.limit(50, 50)?;
    let before = match call.query("before") {
        None => None,
        Some(text) => Some(text.parse::<chrono::DateTime<chrono::Utc>>().map_err(|_| {
            let explanation = format!("\"{text}\" is not a valid ISO8601 timestamp");
            ApiError::field("before", "DATETIME_TYPE_PARSE", &explanation)
        })?),
    };
    let readable = require(state, channel, Permissions::READ_MESSAGE_HISTORY).is_ok();
    let mut pins = state.pins(channel);
    pins.retain(|(at, _)| readable && before.is_none_or(|before| *at < before));
    let items: Vec<Value> = pins
        .iter()
        .take(limit)
        .map(|(at, id)| {
            json!({"pinned_at": timestamp(*at), "message": messages::payload(state, (channel, *id))})
        })
        .collect();
    Answer::ok(json!({"items": items, "has_more": pins.len() > limit}))
}

fn list_all(state: &State, channel: Snowflake) -> Answered {
    if require(state, channel, Permissions::READ_MESSAGE_HISTORY).is_err() {
        return Answer::ok(json!([]));
    }
    let pins = state.pins(channel).into_iter();
    Answer::ok(
        pins.map(|(_, id)| messages::payload(state, (channel, id)))
            .collect(),
    )
}

fn pin(state: &mut State, channel: Snowflake, message: &str) -> Answered {
    let key = messages::find(state, channel, message)?;
    // Manage Messages alone no longer serves: the right to pin was cut out of it.
    require(state, channel, Permissions::PIN_MESSAGES)?;
    let known = state.messages.get(&key).ok_or(ApiError::UNKNOWN_MESSAGE)?;
    if known.is_system() {
        return Err(ApiError::SYSTEM_MESSAGE);
    }
    if known.pinned_at.is_none() && state.pins(channel).len() >= MOST_PINS {
        return Err(ApiError::TOO_MANY_PINS);
    }
    let bot = state.bot();
    state.pin(key, bot);
    Answer::no_content()
}
