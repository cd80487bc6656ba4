//! The REST API. Each area has its own file with one table of routes at its top.
//!
//! To add a route: find its area below, add a line to the area's `match`, and write its function beside the
//! others. A route is a plain function over the state: no I/O, no waiting, so a test sees it whole or not at all.

mod answer;
mod application_commands;
mod channels;
mod entry;
mod form_data;
mod forum;
mod guilds;
mod interactions;
mod message_body;
mod messages;
mod pins;
mod reactions;
mod scheduled_events;
mod threads;
mod users;

use axum::http::Method;
use serde_json::Value;

pub(crate) use answer::{Answer, Answered, ApiError};
pub(crate) use entry::{answer, parse_query};
pub(crate) use form_data::File;

use crate::{permissions::Permissions, snowflake::Snowflake, state::State};

/// One request, taken apart.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a Method,
    /// The path after `/api/v10`.
    pub(crate) segments: &'a [&'a str],
    pub(crate) query: &'a [(String, String)],
    pub(crate) body: &'a Value,
    /// The files that come with the body.
    pub(crate) files: &'a [File],
    /// The port that it came in by.
    pub(crate) entrance: u16,
}

impl Call<'_> {
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn query_id(&self, name: &str) -> Option<Snowflake> {
        self.query(name)?.parse().ok()
    }

    pub(crate) fn query_flag(&self, name: &str) -> bool {
        self.query(name)
            .is_some_and(|value| value == "true" || value == "1")
    }

    /// A `limit` between 1 and `most`.
    pub(crate) fn limit(&self, default: usize, most: usize) -> Result<usize, ApiError> {
        match self.query("limit") {
            None => Ok(default),
            Some(text) => match text.parse() {
                Ok(limit) if (1..=most).contains(&limit) => Ok(limit),
                _ => Err(ApiError::field(
                    "limit",
                    "NUMBER_TYPE_MAX",
                    &format!("int value should be between 1 and {most}."),
                )),
            },
        }
    }
}

/// Finds the area that answers.
pub(crate) fn route(state: &mut State, call: &Call<'_>) -> Answered {
    match call.segments {
        ["gateway" | "users" | "oauth2", ..] | ["applications", "@me"] => users::route(state, call),
        ["guilds", _, "threads", ..] => threads::route(state, call),
        ["guilds", _, "scheduled-events", ..] => scheduled_events::route(state, call),
        ["guilds", ..] => guilds::route(state, call),
        ["channels", _, "messages", _, "threads"]
        | ["channels", _, "threads" | "thread-members" | "users", ..] => {
            threads::route(state, call)
        }
        ["channels", _, "messages", _, "reactions", ..] => reactions::route(state, call),
        ["channels", _, "pins", ..] | ["channels", _, "messages", "pins", ..] => {
            pins::route(state, call)
        }
        ["channels", _, "messages" | "typing", ..] => messages::route(state, call),
        ["channels", ..] => channels::route(state, call),
        ["applications", ..] => application_commands::route(state, call),
        ["interactions" | "webhooks", ..] => interactions::route(state, call),
        _ => Err(ApiError::NO_ROUTE),
    }
}

/// An id of the path. Discord answers a malformed one as a form error.
pub(crate) fn id(text: &str) -> Result<Snowflake, ApiError> {
    let wrong = || {
        ApiError::field(
            "id",
            "NUMBER_TYPE_COERCE",
            &format!("Value \"{text}\" is not snowflake."),
        )
    };
    text.parse().map_err(|_| wrong())
}

/// Refuses unless the bot sees the channel and may do all this there.
pub(crate) fn require(
    state: &State,
    channel: Snowflake,
    needed: Permissions,
) -> Result<(), ApiError> {
    if !state.channels.contains_key(&channel) {
        return Err(ApiError::UNKNOWN_CHANNEL);
    }
    let permissions = state.permissions_in(state.bot(), channel);
    if !permissions.contains(Permissions::VIEW_CHANNEL) {
        return Err(ApiError::MISSING_ACCESS);
    }
    if permissions.contains(needed) {
        Ok(())
    } else {
        Err(ApiError::MISSING_PERMISSIONS)
    }
}

/// Refuses unless the bot is in the guild and its roles may do all this.
pub(crate) fn require_in_guild(
    state: &State,
    guild: Snowflake,
    needed: Permissions,
) -> Result<(), ApiError> {
    let known = state.guilds.get(&guild).ok_or(ApiError::UNKNOWN_GUILD)?;
    if !known.members.contains_key(&state.bot()) {
        return Err(ApiError::MISSING_ACCESS);
    }
    if known.base_permissions(state.bot()).contains(needed) {
        Ok(())
    } else {
        Err(ApiError::MISSING_PERMISSIONS)
    }
}
