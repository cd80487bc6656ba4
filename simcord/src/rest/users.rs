//! The bot itself, other users, direct messages, and where the gateway is.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Answered, ApiError, Call, id};
use crate::state::State;

pub(crate) fn route(state: &mut State, call: &Call<'_>) -> Answered {
    match (call.method, call.segments) {
        (&Method::GET, ["gateway"]) => Answer::ok(json!({"url": gateway_url(call)})),
        (&Method::GET, ["gateway", "bot"]) => gateway_for_bots(state, call),
        (&Method::GET, ["applications" | "oauth2", .., "@me"]) => {
            Answer::ok(state.application_payload())
        }
        (&Method::GET, ["users", "@me"]) => Answer::ok(state.current_user_payload()),
        (&Method::GET, ["users", "@me", "guilds"]) => guilds(state),
        (&Method::POST, ["users", "@me", "channels"]) => open_direct_channel(state, call.body),
        (&Method::GET, ["users", user]) => {
            let user = id(user)?;
            if state.users.contains_key(&user) {
                Answer::ok(state.user_payload(user))
            } else {
                Err(ApiError::UNKNOWN_USER)
            }
        }
        _ => Err(ApiError::NO_ROUTE),
    }
}

/// By the door that the request came in by.
fn gateway_url(call: &Call<'_>) -> String {
    format!("ws://127.0.0.1:{}", call.entrance)
}

fn gateway_for_bots(state: &State, call: &Call<'_>) -> Answered {
    let start_limit =
        json!({"total": 1000, "remaining": 1000, "reset_after": 14_400_000, "max_concurrency": 1});
    Answer::ok(json!({
        "url": gateway_url(call),
        "shards": state.gateway.shards,
        "session_start_limit": start_limit,
    }))
}

fn guilds(state: &State) -> Answered {
    let ours = state
        .guilds
        .values()
        .filter(|guild| guild.members.contains_key(&state.bot()));
    let payloads: Vec<Value> = ours
        .map(|guild| {
            json!({
                "id": guild.id,
                "name": guild.name,
                "icon": null,
                "banner": null,
                "owner": guild.owner == state.bot(),
                "permissions": guild.base_permissions(state.bot()).bits().to_string(),
                "features": ["COMMUNITY"],
            })
        })
        .collect();
    Answer::ok(json!(payloads))
}

/// Opening always works; only the first message shows that a person accepts none.
fn open_direct_channel(state: &mut State, body: &Value) -> Answered {
    let recipient = id(body["recipient_id"].as_str().unwrap_or_default())?;
    if recipient == state.bot() || !state.users.contains_key(&recipient) {
        return Err(ApiError::UNKNOWN_USER);
    }
    let channel = state.direct_channel(state.bot(), recipient);
    Answer::ok(state.channel_payload(channel))
}
