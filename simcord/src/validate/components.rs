//! Limits of buttons, selects and modals: <https://discord.com/developers/docs/components/reference>.

use std::collections::HashSet;

use serde_json::Value;

use super::Problems;

const ACTION_ROW: u64 = 1;
const BUTTON: u64 = 2;
const STRING_SELECT: u64 = 3;
const TEXT_INPUT: u64 = 4;
const LABEL: u64 = 18;
const LINK: u64 = 5;
const PREMIUM: u64 = 6;

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

pub(crate) fn check_components(problems: &mut Problems, rows: &[Value]) {
    if rows.len() > 5 {
        problems.count("components", rows.len(), 1, 5);
    }
    let mut seen = HashSet::new();
    for (index, row) in rows.iter().enumerate() {
        let path = format!("components.{index}");
        if row["type"].as_u64() != Some(ACTION_ROW) {
            problems.add(
                &format!("{path}.type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1,).",
            );
            continue;
        }
        let components = list(&row["components"]);
        problems.count(&format!("{path}.components"), components.len(), 1, 5);
        let mut width = 0;
        for (number, component) in components.iter().enumerate() {
            let path = format!("{path}.components.{number}");
            match component["type"].as_u64() {
                Some(BUTTON) => {
                    width += 1;
                    check_button(problems, &path, component);
                }
                Some(STRING_SELECT | 5..=8) => {
                    width += 5;
                    check_select(problems, &path, component);
                }
                _ => {
                    let explanation = "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).";
                    problems.add(&format!("{path}.type"), "UNION_TYPE_CHOICES", explanation);
                }
            }
            check_custom_id_is_new(problems, &path, component, &mut seen);
        }
        if width > 5 {
            let explanation = "Components displayed in a row cannot exceed the row's width of 5.";
            problems.add(&path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", explanation);
        }
    }
}

fn check_custom_id_is_new(
    problems: &mut Problems,
    path: &str,
    component: &Value,
    seen: &mut HashSet<String>,
) {
    if let Some(id) = component["custom_id"].as_str()
        && !seen.insert(id.to_owned())
    {
        let explanation = "Component custom id cannot be duplicated";
        problems.add(
            &format!("{path}.custom_id"),
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            explanation,
        );
    }
}

fn check_button(problems: &mut Problems, path: &str, button: &Value) {
    let field = |name: &str| format!("{path}.{name}");
    let style = button["style"].as_u64();
    match style {
        Some(LINK) => {
            if button["url"].as_str().unwrap_or_default().is_empty() {
                problems.add(
                    &field("url"),
                    "BUTTON_COMPONENT_URL_REQUIRED",
                    "A url is required",
                );
            }
            if !button["custom_id"].is_null() {
                let explanation = "A custom id and url cannot both be specified";
                problems.add(
                    &field("custom_id"),
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    explanation,
                );
            }
        }
        Some(1..=4) => {
            let id = button["custom_id"].as_str().unwrap_or_default();
            if id.is_empty() {
                problems.add(
                    &field("custom_id"),
                    "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED",
                    "A custom id is required",
                );
            }
            problems.length(&field("custom_id"), id, 0, 100);
        }
        Some(PREMIUM) => {}
        _ => problems.add(
            &field("style"),
            "BASE_TYPE_CHOICES",
            "Value must be one of (1, 2, 3, 4, 5, 6).",
        ),
    }
    let label = button["label"].as_str().unwrap_or_default();
    problems.length(&field("label"), label, 0, 80);
    if style != Some(PREMIUM) && label.is_empty() && !button["emoji"].is_object() {
        problems.add(
            path,
            "BUTTON_COMPONENT_INVALID_LABEL_OR_EMOJI",
            "A button must have a label or emoji",
        );
    }
}

fn check_select(problems: &mut Problems, path: &str, select: &Value) {
    let field = |name: &str| format!("{path}.{name}");
    problems.length(
        &field("custom_id"),
        select["custom_id"].as_str().unwrap_or_default(),
        1,
        100,
    );
    problems.length(
        &field("placeholder"),
        select["placeholder"].as_str().unwrap_or_default(),
        0,
        150,
    );
    let options = list(&select["options"]);
    if select["type"].as_u64() == Some(STRING_SELECT) {
        problems.count(&field("options"), options.len(), 1, 25);
    }
    let mut values = HashSet::new();
    for (number, option) in options.iter().enumerate() {
        let option_field = |name: &str| format!("{path}.options.{number}.{name}");
        problems.length(
            &option_field("label"),
            option["label"].as_str().unwrap_or_default(),
            1,
            100,
        );
        problems.length(
            &option_field("value"),
            option["value"].as_str().unwrap_or_default(),
            1,
            100,
        );
        problems.length(
            &option_field("description"),
            option["description"].as_str().unwrap_or_default(),
            0,
            100,
        );
        if !values.insert(option["value"].as_str().unwrap_or_default()) {
            let explanation = "The specified option value is already used";
            problems.add(
                &option_field("value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                explanation,
            );
        }
    }
    let (least, most) = (
        select["min_values"].as_u64().unwrap_or(1),
        select["max_values"].as_u64().unwrap_or(1),
    );
    if least > 25 || most == 0 || most > 25 || least > most {
        problems.add(
            &field("max_values"),
            "NUMBER_TYPE_MAX",
            "int value should be between min_values and 25.",
        );
    } else if select["type"].as_u64() == Some(STRING_SELECT)
        && !options.is_empty()
        && most > options.len() as u64
    {
        let explanation = "The maximum number of values exceeds the number of options";
        problems.add(
            &field("max_values"),
            "SELECT_COMPONENT_MAX_VALUES_EXCEEDS_OPTIONS",
            explanation,
        );
    }
}

/// Checks a modal, in rows of text inputs or in the newer labels.
pub(crate) fn check_modal(problems: &mut Problems, modal: &Value) {
    problems.length(
        "data.custom_id",
        modal["custom_id"].as_str().unwrap_or_default(),
        1,
        100,
    );
    problems.length(
        "data.title",
        modal["title"].as_str().unwrap_or_default(),
        1,
        45,
    );
    let rows = list(&modal["components"]);
    problems.count("data.components", rows.len(), 1, 5);
    let mut seen = HashSet::new();
    for (index, row) in rows.iter().enumerate() {
        let path = format!("data.components.{index}");
        match row["type"].as_u64() {
            Some(ACTION_ROW) => {
                problems.count(
                    &format!("{path}.components"),
                    list(&row["components"]).len(),
                    1,
                    1,
                );
                for (number, input) in list(&row["components"]).iter().enumerate() {
                    let path = format!("{path}.components.{number}");
                    problems.length(
                        &format!("{path}.label"),
                        input["label"].as_str().unwrap_or_default(),
                        1,
                        45,
                    );
                    check_text_input(problems, &path, input);
                    check_custom_id_is_new(problems, &path, input, &mut seen);
                }
            }
            Some(LABEL) => {
                problems.length(
                    &format!("{path}.label"),
                    row["label"].as_str().unwrap_or_default(),
                    1,
                    45,
                );
                let path = format!("{path}.component");
                match row["component"]["type"].as_u64() {
                    Some(STRING_SELECT | 5..=8) => {
                        check_select(problems, &path, &row["component"]);
                    }
                    // Files, and choices by ticks.
                    Some(19 | 21..=23) => {}
                    _ => check_text_input(problems, &path, &row["component"]),
                }
                check_custom_id_is_new(problems, &path, &row["component"], &mut seen);
            }
            // Text display.
            Some(10) => {}
            _ => {
                let explanation = "Value of field \"type\" must be one of (1, 10, 18).";
                problems.add(&format!("{path}.type"), "UNION_TYPE_CHOICES", explanation);
            }
        }
    }
}

fn check_text_input(problems: &mut Problems, path: &str, input: &Value) {
    let field = |name: &str| format!("{path}.{name}");
    if input["type"].as_u64() != Some(TEXT_INPUT) {
        problems.add(
            &field("type"),
            "UNION_TYPE_CHOICES",
            "Value of field \"type\" must be one of (4,).",
        );
        return;
    }
    problems.length(
        &field("custom_id"),
        input["custom_id"].as_str().unwrap_or_default(),
        1,
        100,
    );
    problems.length(
        &field("placeholder"),
        input["placeholder"].as_str().unwrap_or_default(),
        0,
        100,
    );
    problems.length(
        &field("value"),
        input["value"].as_str().unwrap_or_default(),
        0,
        4000,
    );
    if !matches!(input["style"].as_u64(), Some(1 | 2)) {
        problems.add(
            &field("style"),
            "BASE_TYPE_CHOICES",
            "Value must be one of (1, 2).",
        );
    }
    let least = input["min_length"].as_u64().unwrap_or(0);
    let most = input["max_length"].as_u64().unwrap_or(4000);
    if most == 0 || most > 4000 || least > most {
        problems.add(
            &field("max_length"),
            "NUMBER_TYPE_MAX",
            "int value should be less than or equal to 4000.",
        );
    }
}
