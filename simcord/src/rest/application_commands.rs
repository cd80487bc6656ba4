//! Registering application commands:
//! <https://discord.com/developers/docs/interactions/application-commands#registering-a-command>.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Answered, ApiError, Call, id, require_in_guild};
use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    state::{CommandKind, State},
    validate::{Problems, check_command},
};

/// So many chat commands, and five of each other kind, fit one guild or the global list.
const MOST_COMMANDS: [(CommandKind, usize); 3] = [
    (CommandKind::Slash, 100),
    (CommandKind::User, 5),
    (CommandKind::Message, 5),
];

pub(crate) fn route(state: &mut State, call: &Call<'_>) -> Answered {
    let ["applications", application, rest @ ..] = call.segments else {
        return Err(ApiError::NO_ROUTE);
    };
    if id(application)? != state.application.id {
        return Err(ApiError::new(
            403,
            20012,
            "You are not authorized to perform this action on this application",
        ));
    }
    let (guild, rest) = match rest {
        ["guilds", guild, "commands", rest @ ..] => (Some(id(guild)?), rest),
        ["commands", rest @ ..] => (None, rest),
        _ => return Err(ApiError::NO_ROUTE),
    };
    if let Some(guild) = guild {
        require_in_guild(state, guild, Permissions::NONE)?;
    }
    match (call.method, rest) {
        (&Method::GET, []) => Answer::ok(json!(commands(state, guild))),
        (&Method::PUT, []) => overwrite(state, guild, call.body),
        (&Method::POST, []) => create(state, guild, call.body),
        (&Method::GET, ["permissions"]) => Answer::ok(json!([])),
        (&Method::GET, [command]) => {
            let at = position(state, guild, command)?;
            Answer::ok(state.commands[at].body.clone())
        }
        (&Method::PATCH, [command]) => change(state, guild, command, call.body),
        (&Method::DELETE, [command]) => {
            let at = position(state, guild, command)?;
            state.commands.remove(at);
            Answer::no_content()
        }
        _ => Err(ApiError::NO_ROUTE),
    }
}

fn commands(state: &State, guild: Option<Snowflake>) -> Vec<Value> {
    state
        .commands
        .iter()
        .filter(|command| command.guild == guild)
        .map(|command| command.body.clone())
        .collect()
}

fn position(state: &State, guild: Option<Snowflake>, command: &str) -> Result<usize, ApiError> {
    let command = id(command)?;
    let found = state
        .commands
        .iter()
        .position(|known| known.guild == guild && known.id == command);
    found.ok_or(ApiError::UNKNOWN_COMMAND)
}

fn overwrite(state: &mut State, guild: Option<Snowflake>, body: &Value) -> Answered {
    let Some(sent) = body.as_array() else {
        return Err(ApiError::field(
            "_errors",
            "BASE_TYPE_LIST",
            "Only iterables may be used in a ListType",
        ));
    };
    let mut problems = Problems::default();
    for (index, command) in sent.iter().enumerate() {
        check_command(&mut problems, &format!("{index}"), command);
        let key = |command: &Value| {
            (
                command["name"].clone(),
                command["type"].as_u64().unwrap_or(1),
            )
        };
        if sent[..index]
            .iter()
            .any(|earlier| key(earlier) == key(command))
        {
            let name = format!("{index}.name");
            problems.add(
                &name,
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            );
        }
    }
    problems.check()?;
    for (kind, most) in MOST_COMMANDS {
        if sent
            .iter()
            .filter(|command| command["type"].as_u64().unwrap_or(1) == kind as u64)
            .count()
            > most
        {
            return Err(ApiError::TOO_MANY_COMMANDS);
        }
    }
    let kept: Vec<Snowflake> = sent
        .iter()
        .map(|command| state.register_command(guild, command))
        .collect();
    state
        .commands
        .retain(|command| command.guild != guild || kept.contains(&command.id));
    Answer::ok(json!(commands(state, guild)))
}

fn create(state: &mut State, guild: Option<Snowflake>, body: &Value) -> Answered {
    let mut problems = Problems::default();
    check_command(&mut problems, "", body);
    problems.check()?;
    let kind = body["type"].as_u64().unwrap_or(1);
    let known = state.commands.iter().any(|command| {
        command.guild == guild && body["name"] == command.name && command.kind as u64 == kind
    });
    for (limited, most) in MOST_COMMANDS {
        let count = state
            .commands
            .iter()
            .filter(|command| command.guild == guild && command.kind == limited)
            .count();
        if !known && limited as u64 == kind && count >= most {
            return Err(ApiError::TOO_MANY_COMMANDS);
        }
    }
    let id = state.register_command(guild, body);
    let command = state
        .commands
        .iter()
        .find(|command| command.id == id)
        .map(|command| command.body.clone());
    let command = command.unwrap_or_default();
    if known {
        Answer::ok(command)
    } else {
        Answer::created(command)
    }
}

fn change(state: &mut State, guild: Option<Snowflake>, command: &str, body: &Value) -> Answered {
    let at = position(state, guild, command)?;
    let mut changed = state.commands[at].body.clone();
    if let (Some(changed), Some(body)) = (changed.as_object_mut(), body.as_object()) {
        changed.extend(body.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    let mut problems = Problems::default();
    check_command(&mut problems, "", &changed);
    problems.check()?;
    let name = changed["name"].as_str().unwrap_or_default().to_owned();
    let command = &mut state.commands[at];
    command.name = name;
    command.body = changed;
    Answer::ok(command.body.clone())
}
