//! Commands as text: `/meetup schedule day: next friday whom: @ana`.

use serde_json::{Map, Value, json};

use crate::{
    snowflake::Snowflake,
    state::{CommandKind, State},
};

/// Splits a typed command into its words and its options, whose names the command knows.
pub(super) fn read(state: &State, channel: Snowflake, text: &str) -> (String, Value) {
    let guild = state
        .channels
        .get(&channel)
        .and_then(|channel| channel.guild);
    let name = text
        .trim_start_matches('/')
        .split_whitespace()
        .next()
        .unwrap_or_default();
    let known = state.command_named(guild, CommandKind::Slash, name);
    let mut kinds = Map::new();
    collect_kinds(
        known
            .map(crate::state::Command::options)
            .unwrap_or_default(),
        &mut kinds,
    );

    let mut command = Vec::new();
    let mut options: Vec<(String, Vec<&str>)> = Vec::new();
    for word in text.split_whitespace() {
        let option = word
            .split_once(':')
            .filter(|(name, _)| kinds.contains_key(*name));
        match (option, options.last_mut()) {
            (Some((name, rest)), _) => {
                options.push((
                    name.to_owned(),
                    Some(rest)
                        .into_iter()
                        .filter(|rest| !rest.is_empty())
                        .collect(),
                ));
            }
            (None, Some((_, words))) => words.push(word),
            (None, None) => command.push(word),
        }
    }
    let options: Map<String, Value> = options
        .into_iter()
        .map(|(name, words)| (name.clone(), value(&kinds[&name], &words.join(" "))))
        .collect();
    (command.join(" "), Value::Object(options))
}

fn collect_kinds(options: &[Value], kinds: &mut Map<String, Value>) {
    for option in options {
        match option["type"].as_u64() {
            Some(1 | 2) => collect_kinds(
                option["options"]
                    .as_array()
                    .map(Vec::as_slice)
                    .unwrap_or_default(),
                kinds,
            ),
            _ => {
                kinds.insert(
                    option["name"].as_str().unwrap_or_default().to_owned(),
                    option["type"].clone(),
                );
            }
        }
    }
}

fn value(kind: &Value, text: &str) -> Value {
    match kind.as_u64() {
        Some(4) => text
            .parse::<i64>()
            .map_or_else(|_| json!(text), Value::from),
        Some(5) => text
            .parse::<bool>()
            .map_or_else(|_| json!(text), Value::from),
        Some(10) => text
            .parse::<f64>()
            .map_or_else(|_| json!(text), Value::from),
        _ => json!(text),
    }
}
