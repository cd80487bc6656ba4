//! Limits of application commands:
//! <https://discord.com/developers/docs/interactions/application-commands#application-command-object>.

use std::collections::HashSet;

use serde_json::Value;

use super::Problems;

const SUB_COMMAND: u64 = 1;
const SUB_COMMAND_GROUP: u64 = 2;
/// Names, descriptions and values of one command together.
const MOST_CHARACTERS: usize = 8000;

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn joined(path: &str, field: &str) -> String {
    if path.is_empty() {
        field.to_owned()
    } else {
        format!("{path}.{field}")
    }
}

pub(crate) fn check_command(problems: &mut Problems, path: &str, command: &Value) {
    let name = command["name"].as_str().unwrap_or_default();
    let description = command["description"].as_str().unwrap_or_default();
    match command["type"].as_u64().unwrap_or(1) {
        1 => {
            check_name(problems, &joined(path, "name"), name);
            problems.length(&joined(path, "description"), description, 1, 100);
            check_options(problems, path, list(&command["options"]), 0);
        }
        2 | 3 => {
            problems.length(&joined(path, "name"), name, 1, 32);
            if !description.is_empty() {
                let explanation = "Context menu commands cannot have description";
                problems.add(
                    &joined(path, "description"),
                    "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_CANNOT_BE_SET",
                    explanation,
                );
            }
            if !list(&command["options"]).is_empty() {
                let explanation = "Context menu commands cannot have options";
                problems.add(
                    &joined(path, "options"),
                    "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS_CANNOT_BE_SET",
                    explanation,
                );
            }
        }
        _ => problems.add(
            &joined(path, "type"),
            "BASE_TYPE_CHOICES",
            "Value must be one of (1, 2, 3, 4).",
        ),
    }
    if size(command) > MOST_CHARACTERS {
        problems.add(
            path,
            "APPLICATION_COMMAND_TOO_LARGE",
            "Command exceeds maximum size (8000)",
        );
    }
}

/// Names of chat commands and options: word characters, dash, apostrophe, and nothing in upper case that has a lower case.
fn check_name(problems: &mut Problems, path: &str, name: &str) {
    problems.length(path, name, 1, 32);
    let allowed = |letter: char| letter.is_alphanumeric() || "-_'".contains(letter);
    if !name.is_empty() && (!name.chars().all(allowed) || name.to_lowercase() != name) {
        let explanation = "Command name is invalid";
        problems.add(path, "APPLICATION_COMMAND_INVALID_NAME", explanation);
    }
}

fn check_options(problems: &mut Problems, path: &str, options: &[Value], depth: usize) {
    if options.len() > 25 {
        let path = joined(path, "options");
        problems.add(
            &path,
            "BASE_TYPE_MAX_LENGTH",
            "Must be 25 or fewer in length.",
        );
    }
    let mut names = HashSet::new();
    let mut optional_seen = false;
    for (index, option) in options.iter().enumerate() {
        let path = joined(path, &format!("options.{index}"));
        let field = |name: &str| format!("{path}.{name}");
        let name = option["name"].as_str().unwrap_or_default();
        let kind = option["type"].as_u64().unwrap_or(0);
        check_name(problems, &field("name"), name);
        problems.length(
            &field("description"),
            option["description"].as_str().unwrap_or_default(),
            1,
            100,
        );
        if !names.insert(name) {
            let explanation = "Option names must be unique within a command";
            problems.add(
                &field("name"),
                "APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
                explanation,
            );
        }
        let is_branch = matches!(kind, SUB_COMMAND | SUB_COMMAND_GROUP);
        if !(1..=11).contains(&kind) {
            problems.add(
                &field("type"),
                "BASE_TYPE_CHOICES",
                "Value must be one of (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11).",
            );
        } else if is_branch && (depth > 1 || (kind == SUB_COMMAND_GROUP && depth > 0)) {
            let explanation = "Sub-commands can only be nested one level in a group";
            problems.add(
                &field("type"),
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                explanation,
            );
        }
        if options.iter().any(|other| {
            matches!(
                other["type"].as_u64(),
                Some(SUB_COMMAND | SUB_COMMAND_GROUP)
            ) != is_branch
        }) {
            let explanation = "Sub-command and sub-command group option types are mutually exclusive to all other types";
            problems.add(
                &field("type"),
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                explanation,
            );
        }
        let required = option["required"] == true;
        if required && optional_seen {
            let explanation = "Required options must be placed before non-required options";
            problems.add(
                &path,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                explanation,
            );
        }
        optional_seen |= !required && !is_branch;
        check_choices(problems, &path, option);
        if is_branch {
            check_options(problems, &path, list(&option["options"]), depth + 1);
        }
    }
}

fn check_choices(problems: &mut Problems, path: &str, option: &Value) {
    let choices = list(&option["choices"]);
    if choices.len() > 25 {
        problems.add(
            &format!("{path}.choices"),
            "BASE_TYPE_MAX_LENGTH",
            "Must be 25 or fewer in length.",
        );
    }
    if !choices.is_empty() && option["autocomplete"] == true {
        let explanation = "Choices and autocomplete cannot both be set";
        problems.add(
            path,
            "APPLICATION_COMMAND_OPTIONS_CHOICES_AND_AUTOCOMPLETE",
            explanation,
        );
    }
    check_each_choice(problems, path, choices);
}

/// Checks what is suggested while an option is typed:
/// <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-autocomplete>.
pub(crate) fn check_suggestions(problems: &mut Problems, data: &Value) {
    let Some(choices) = data["choices"].as_array() else {
        problems.required("data.choices");
        return;
    };
    problems.count("data.choices", choices.len(), 0, 25);
    check_each_choice(problems, "data", choices);
}

fn check_each_choice(problems: &mut Problems, path: &str, choices: &[Value]) {
    for (number, choice) in choices.iter().enumerate() {
        let field = |name: &str| format!("{path}.choices.{number}.{name}");
        problems.length(
            &field("name"),
            choice["name"].as_str().unwrap_or_default(),
            1,
            100,
        );
        match &choice["value"] {
            Value::String(value) => problems.length(&field("value"), value, 1, 100),
            Value::Number(_) => {}
            _ => problems.required(&field("value")),
        }
    }
}

fn size(command: &Value) -> usize {
    let text = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let own = text(&command["name"]) + text(&command["description"]);
    let choices = list(&command["choices"])
        .iter()
        .map(|choice| text(&choice["name"]) + text(&choice["value"]));
    own + choices.sum::<usize>() + list(&command["options"]).iter().map(size).sum::<usize>()
}
