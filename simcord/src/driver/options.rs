//! What was typed behind a command, checked and turned into the data of an interaction, as the client does.

use serde_json::{Map, Value, json};

use super::Refused;
use crate::{
    snowflake::Snowflake,
    state::{Command, State},
};

/// Option types: <https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-type>.
mod kind {
    pub(super) const SUB_COMMAND: u64 = 1;
    pub(super) const SUB_COMMAND_GROUP: u64 = 2;
    pub(super) const STRING: u64 = 3;
    pub(super) const INTEGER: u64 = 4;
    pub(super) const BOOLEAN: u64 = 5;
    pub(super) const USER: u64 = 6;
    pub(super) const CHANNEL: u64 = 7;
    pub(super) const ROLE: u64 = 8;
    pub(super) const MENTIONABLE: u64 = 9;
    pub(super) const NUMBER: u64 = 10;
}

/// Names in what a person typed, looked up; what was found goes along with the interaction.
pub(super) struct Resolver<'a> {
    pub(super) state: &'a State,
    pub(super) guild: Option<Snowflake>,
    pub(super) person: Snowflake,
    pub(super) resolved: Map<String, Value>,
}

impl Resolver<'_> {
    fn insert(&mut self, group: &str, id: Snowflake, payload: Value) {
        self.resolved.entry(group).or_insert_with(|| json!({}))[id.to_string()] = payload;
    }

    pub(super) fn user(&mut self, name: &str) -> Option<Snowflake> {
        let name = name
            .trim_start_matches("<@")
            .trim_end_matches('>')
            .trim_start_matches('@');
        let found = self
            .state
            .users
            .values()
            .find(|user| user.handle == name || user.id.to_string() == name)?;
        let id = found.id;
        self.insert("users", id, self.state.user_payload(id));
        if let Some(guild) = self.guild
            && let Some(mut member) = self.state.partial_member_payload(guild, id)
        {
            let permissions = self.state.guilds[&guild].base_permissions(id);
            member["permissions"] = json!(permissions.bits().to_string());
            self.insert("members", id, member);
        }
        Some(id)
    }

    pub(super) fn role(&mut self, name: &str) -> Option<Snowflake> {
        let name = name
            .trim_start_matches("<@&")
            .trim_end_matches('>')
            .trim_start_matches('@')
            .trim_start_matches('&');
        let guild = self.state.guilds.get(&self.guild?)?;
        let role = guild
            .roles
            .iter()
            .find(|role| role.name == name || role.id.to_string() == name)?;
        self.insert("roles", role.id, self.state.role_payload(guild.id, role.id));
        Some(role.id)
    }

    pub(super) fn channel(&mut self, name: &str) -> Option<Snowflake> {
        let by_id = name
            .trim_start_matches("<#")
            .trim_end_matches('>')
            .parse::<Snowflake>()
            .ok();
        let known = by_id.filter(|id| self.state.channels.contains_key(id));
        let id = known.or_else(|| self.state.channel_named(self.guild, name))?;
        self.insert(
            "channels",
            id,
            self.state.interaction_channel_payload(id, self.person),
        );
        Some(id)
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The `options` of an interaction for a command, its sub-command words, and what was typed for each option.
/// While the `focused` one is being typed, the command may be incomplete.
pub(super) fn fill_in(
    command: &Command,
    words: &[&str],
    typed: &Value,
    focused: Option<&str>,
    resolver: &mut Resolver<'_>,
) -> Result<Vec<Value>, Refused> {
    let empty = Map::new();
    let typed = match typed {
        Value::Object(typed) => typed,
        Value::Null => &empty,
        _ => {
            return Err(bad(
                &command.name,
                "options are an object of names and values",
            ));
        }
    };
    descend(
        &format!("/{}", command.name),
        command.options(),
        words,
        (typed, focused),
        resolver,
    )
}

fn bad(command: &str, problem: &str) -> Refused {
    Refused::BadOption {
        command: command.to_owned(),
        problem: problem.to_owned(),
    }
}

fn descend(
    path: &str,
    options: &[Value],
    words: &[&str],
    (typed, focused): (&Map<String, Value>, Option<&str>),
    resolver: &mut Resolver<'_>,
) -> Result<Vec<Value>, Refused> {
    let is_branch = |option: &Value| {
        matches!(
            option["type"].as_u64(),
            Some(kind::SUB_COMMAND | kind::SUB_COMMAND_GROUP)
        )
    };
    if let Some((word, rest)) = words.split_first() {
        let branch = options
            .iter()
            .find(|option| is_branch(option) && option["name"] == *word);
        let branch =
            branch.ok_or_else(|| bad(path, &format!("there is no sub-command {word:?}")))?;
        let inside = descend(
            &format!("{path} {word}"),
            list(&branch["options"]),
            rest,
            (typed, focused),
            resolver,
        )?;
        return Ok(vec![
            json!({"name": word, "type": branch["type"], "options": inside}),
        ]);
    }
    if options.iter().any(is_branch) {
        let offered: Vec<&str> = options
            .iter()
            .filter_map(|option| option["name"].as_str())
            .collect();
        return Err(bad(path, &format!("one of {offered:?} must follow")));
    }
    for name in typed.keys() {
        if !options.iter().any(|option| option["name"] == *name) {
            let offered: Vec<&str> = options
                .iter()
                .filter_map(|option| option["name"].as_str())
                .collect();
            return Err(bad(
                path,
                &format!("there is no option {name:?}, only {offered:?}"),
            ));
        }
    }
    let mut filled = Vec::new();
    for option in options {
        let name = option["name"].as_str().unwrap_or_default();
        match typed.get(name).filter(|value| !value.is_null()) {
            value if focused == Some(name) => {
                if option["autocomplete"] != true {
                    return Err(bad(path, &format!("nothing is suggested for {name}")));
                }
                let typed = value.map_or(String::new(), |value| {
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                });
                filled.push(
                    json!({"name": name, "type": option["type"], "value": typed, "focused": true}),
                );
            }
            Some(value) => {
                let problem = |problem: String| bad(path, &format!("{name}: {problem}"));
                let value = value_of(option, value, resolver).map_err(problem)?;
                filled.push(json!({"name": name, "type": option["type"], "value": value}));
            }
            None if option["required"] == true && focused.is_none() => {
                return Err(bad(path, &format!("{name} is required")));
            }
            None => {}
        }
    }
    Ok(filled)
}

fn value_of(option: &Value, typed: &Value, resolver: &mut Resolver<'_>) -> Result<Value, String> {
    let choices = list(&option["choices"]);
    if !choices.is_empty() {
        let chosen = choices
            .iter()
            .find(|choice| choice["value"] == *typed || choice["name"] == *typed);
        return chosen
            .map(|choice| choice["value"].clone())
            .ok_or_else(|| format!("{typed} is none of the choices"));
    }
    let text = typed.as_str().unwrap_or_default();
    let named = |id: Option<Snowflake>| {
        id.map(|id| json!(id))
            .ok_or_else(|| format!("nothing is called {typed}"))
    };
    match option["type"].as_u64().unwrap_or_default() {
        kind::STRING => {
            let length = text.chars().count() as u64;
            if !typed.is_string() {
                Err(format!("{typed} is no text"))
            } else if option["min_length"]
                .as_u64()
                .is_some_and(|least| length < least)
            {
                Err(format!(
                    "at least {} characters are needed",
                    option["min_length"]
                ))
            } else if length > option["max_length"].as_u64().unwrap_or(6000) {
                Err("the text is too long".to_owned())
            } else {
                Ok(typed.clone())
            }
        }
        kind::INTEGER | kind::NUMBER => {
            let whole = option["type"] == kind::INTEGER;
            let number = typed
                .as_f64()
                .filter(|_| !whole || typed.is_i64() || typed.is_u64());
            let number = number.ok_or_else(|| format!("{typed} is no such number"))?;
            if option["min_value"]
                .as_f64()
                .is_some_and(|least| number < least)
                || option["max_value"]
                    .as_f64()
                    .is_some_and(|most| number > most)
            {
                return Err(format!("{typed} is out of range"));
            }
            Ok(typed.clone())
        }
        kind::BOOLEAN => typed
            .as_bool()
            .map(Value::from)
            .ok_or_else(|| format!("{typed} is neither true nor false")),
        kind::USER => named(resolver.user(text)),
        kind::CHANNEL => named(resolver.channel(text)),
        kind::ROLE => named(resolver.role(text)),
        kind::MENTIONABLE => {
            let found = if text.starts_with("@&") {
                resolver.role(text)
            } else {
                resolver.user(text)
            };
            named(found.or_else(|| resolver.role(text)))
        }
        other => Err(format!("options of type {other} are not modelled")),
    }
}
