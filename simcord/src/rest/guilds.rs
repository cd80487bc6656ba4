//! Guilds, their channels, roles and members.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Answered, ApiError, Call, channels, id, require_in_guild};
use crate::{permissions::Permissions, snowflake::Snowflake, state::State};

pub(crate) fn route(state: &mut State, call: &Call<'_>) -> Answered {
    let guild = id(call.segments.get(1).copied().unwrap_or_default())?;
    require_in_guild(state, guild, Permissions::NONE)?;
    match (call.method, &call.segments[2..]) {
        (&Method::GET, []) => get(state, call, guild),
        (&Method::GET, ["channels"]) => Answer::ok(json!(channels_of(state, guild))),
        (&Method::POST, ["channels"]) => channels::create(state, guild, call.body),
        (&Method::GET, ["roles"]) => Answer::ok(json!(state.role_payloads(guild))),
        (&Method::GET, ["roles", role]) => match state.role_payload(guild, id(role)?) {
            Value::Null => Err(ApiError::UNKNOWN_ROLE),
            role => Answer::ok(role),
        },
        (&Method::GET, ["members"]) => members(state, call, guild),
        (&Method::GET, ["members", "search"]) => search_members(state, call, guild),
        (&Method::GET, ["members", user]) => {
            let user = member_id(state, guild, user)?;
            Answer::ok(state.member_payload(guild, user))
        }
        (&Method::GET, ["voice-states", user]) => {
            let user = member_id(state, guild, user)?;
            let found = state.voice_state(guild, user);
            found.map_or(Err(ApiError::UNKNOWN_VOICE_STATE), Answer::ok)
        }
        (&Method::PUT, ["members", user, "roles", role]) => {
            change_role(state, guild, user, role, true)
        }
        (&Method::DELETE, ["members", user, "roles", role]) => {
            change_role(state, guild, user, role, false)
        }
        _ => Err(ApiError::NO_ROUTE),
    }
}

fn get(state: &State, call: &Call<'_>, id: Snowflake) -> Answered {
    let guild = state.guilds.get(&id).ok_or(ApiError::UNKNOWN_GUILD)?;
    let mut payload = state.guild_payload(guild);
    if call.query_flag("with_counts") {
        payload["approximate_member_count"] = json!(guild.members.len());
        payload["approximate_presence_count"] = json!(guild.members.len());
    }
    Answer::ok(payload)
}

fn channels_of(state: &State, guild: Snowflake) -> Vec<Value> {
    let channels = state
        .channels
        .values()
        .filter(|channel| channel.guild == Some(guild) && channel.thread.is_none());
    channels
        .map(|channel| state.channel_payload(channel.id))
        .collect()
}

fn members(state: &State, call: &Call<'_>, id: Snowflake) -> Answered {
    // Listing needs the members intent, as an application: <https://discord.com/developers/docs/resources/guild#list-guild-members>.
    if !state
        .gateway
        .allowed_intents
        .contains(crate::gateway::Intents::GUILD_MEMBERS)
    {
        return Err(ApiError::MISSING_ACCESS);
    }
    let after = call.query_id("after").unwrap_or_default();
    let limit = call.limit(1, 1000)?;
    let guild = state.guilds.get(&id).ok_or(ApiError::UNKNOWN_GUILD)?;
    let found = guild
        .members
        .keys()
        .filter(|user| **user > after)
        .take(limit);
    Answer::ok(found.map(|user| state.member_payload(id, *user)).collect())
}

fn search_members(state: &State, call: &Call<'_>, id: Snowflake) -> Answered {
    let Some(query) = call.query("query") else {
        return Err(ApiError::field(
            "query",
            "BASE_TYPE_REQUIRED",
            "This field is required",
        ));
    };
    let query = query.to_lowercase();
    let limit = call.limit(1, 1000)?;
    let guild = state.guilds.get(&id).ok_or(ApiError::UNKNOWN_GUILD)?;
    let matches = |user: &&Snowflake| {
        let nick = guild.members[*user]
            .nick
            .as_deref()
            .unwrap_or_default()
            .to_lowercase();
        let name = state
            .users
            .get(*user)
            .map(|user| user.handle.to_lowercase())
            .unwrap_or_default();
        nick.starts_with(&query) || name.starts_with(&query)
    };
    Answer::ok(
        guild
            .members
            .keys()
            .filter(matches)
            .take(limit)
            .map(|user| state.member_payload(id, *user))
            .collect(),
    )
}

fn member_id(state: &State, guild: Snowflake, user: &str) -> Result<Snowflake, ApiError> {
    let user = if user == "@me" {
        state.bot()
    } else {
        id(user)?
    };
    let member = state
        .guilds
        .get(&guild)
        .is_some_and(|guild| guild.members.contains_key(&user));
    if member {
        return Ok(user);
    }
    Err(if state.users.contains_key(&user) {
        ApiError::UNKNOWN_MEMBER
    } else {
        ApiError::UNKNOWN_USER
    })
}

fn change_role(
    state: &mut State,
    guild: Snowflake,
    user: &str,
    role: &str,
    given: bool,
) -> Answered {
    let (user, role) = (member_id(state, guild, user)?, id(role)?);
    require_in_guild(state, guild, Permissions::MANAGE_ROLES)?;
    let known = state
        .guilds
        .get(&guild)
        .and_then(|guild| guild.role(role))
        .ok_or(ApiError::UNKNOWN_ROLE)?;
    if known.bot.is_some() || role == guild {
        return Err(ApiError::MISSING_PERMISSIONS);
    }
    state.change_member(guild, user, |member| {
        member.roles.retain(|known| *known != role);
        if given {
            member.roles.push(role);
        }
    });
    Answer::no_content()
}
