//! Reactions to a message.

use axum::http::Method;

use super::{Answer, Answered, ApiError, Call, id, messages::find, require};
use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    state::{Emoji, MessageKey, State},
};

pub(crate) fn route(state: &mut State, call: &Call<'_>) -> Answered {
    let [
        "channels",
        channel,
        "messages",
        message,
        "reactions",
        rest @ ..,
    ] = call.segments
    else {
        return Err(ApiError::NO_ROUTE);
    };
    let channel = id(channel)?;
    require(state, channel, Permissions::READ_MESSAGE_HISTORY)?;
    let key = find(state, channel, message)?;
    let bot = state.bot();
    match (call.method, rest) {
        (&Method::PUT, [emoji, "@me"]) => add(state, key, emoji),
        (&Method::DELETE, [emoji, "@me"]) => remove(state, key, emoji, bot),
        (&Method::DELETE, [emoji, user]) => {
            require(state, channel, Permissions::MANAGE_MESSAGES)?;
            remove(state, key, emoji, id(user)?)
        }
        (&Method::DELETE, []) => remove_all(state, key, None),
        (&Method::DELETE, [emoji]) => remove_all(state, key, Some(&Emoji::read(emoji))),
        (&Method::GET, [emoji]) => users(state, call, key, emoji),
        _ => Err(ApiError::NO_ROUTE),
    }
}

fn add(state: &mut State, key: MessageKey, emoji: &str) -> Answered {
    let emoji = Emoji::read(emoji);
    // Plain letters are no emoji. Which pictures there are is not checked.
    if emoji.id.is_none()
        && emoji
            .name
            .chars()
            .all(|letter| letter.is_ascii_alphabetic() || letter == '_')
    {
        return Err(ApiError::UNKNOWN_EMOJI);
    }
    let known = state
        .messages
        .get(&key)
        .is_some_and(|message| message.reactions.iter().any(|given| given.emoji == emoji));
    // Joining a reaction that is there needs no right of its own.
    require(
        state,
        key.0,
        if known {
            Permissions::NONE
        } else {
            Permissions::ADD_REACTIONS
        },
    )?;
    let bot = state.bot();
    state.react(key, bot, &emoji);
    Answer::no_content()
}

fn remove(state: &mut State, key: MessageKey, emoji: &str, user: Snowflake) -> Answered {
    state.unreact(key, user, &Emoji::read(emoji));
    Answer::no_content()
}

fn remove_all(state: &mut State, key: MessageKey, emoji: Option<&Emoji>) -> Answered {
    require(state, key.0, Permissions::MANAGE_MESSAGES)?;
    state.clear_reactions(key, emoji);
    Answer::no_content()
}

fn users(state: &State, call: &Call<'_>, key: MessageKey, emoji: &str) -> Answered {
    let limit = call.limit(25, 100)?;
    let after = call.query_id("after").unwrap_or_default();
    let emoji = Emoji::read(emoji);
    let message = state.messages.get(&key).ok_or(ApiError::UNKNOWN_MESSAGE)?;
    let reaction = message
        .reactions
        .iter()
        .find(|reaction| reaction.emoji == emoji);
    let mut users: Vec<Snowflake> = reaction
        .map(|reaction| reaction.users.clone())
        .unwrap_or_default();
    users.retain(|user| *user > after);
    users.sort_unstable();
    Answer::ok(
        users
            .iter()
            .take(limit)
            .map(|user| state.user_payload(*user))
            .collect(),
    )
}
