//! What Discord refuses: one file for each kind of body.

mod commands;
mod components;
mod embeds;
mod scheduled_events;

use serde_json::{Map, Value, json};

pub(crate) use commands::{check_command, check_suggestions};
pub(crate) use components::{check_components, check_modal};
pub(crate) use embeds::check_embeds;
pub(crate) use scheduled_events::check_scheduled_event;

use crate::rest::ApiError;

/// Everything wrong with a body, each under the dotted path of its field (`embeds.0.title`).
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: Vec<Problem>,
}

#[derive(Debug)]
struct Problem {
    path: String,
    code: String,
    message: String,
}

impl Problems {
    pub(crate) fn add(&mut self, path: &str, code: &str, message: &str) {
        self.found.push(Problem {
            path: path.to_owned(),
            code: code.to_owned(),
            message: message.to_owned(),
        });
    }

    pub(crate) fn required(&mut self, path: &str) {
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required");
    }

    /// Checks a text's length in characters, both ends included.
    pub(crate) fn length(&mut self, path: &str, text: &str, least: usize, most: usize) {
        let length = text.chars().count();
        if least > 0 && length == 0 {
            self.required(path);
        } else if length < least || (least > 0 && length > most) {
            self.add(
                path,
                "BASE_TYPE_BAD_LENGTH",
                &format!("Must be between {least} and {most} in length."),
            );
        } else if length > most {
            self.add(
                path,
                "BASE_TYPE_MAX_LENGTH",
                &format!("Must be {most} or fewer in length."),
            );
        }
    }

    /// Checks how many entries a list has, both ends included.
    pub(crate) fn count(&mut self, path: &str, length: usize, least: usize, most: usize) {
        if !(least..=most).contains(&length) {
            self.add(
                path,
                "BASE_TYPE_BAD_LENGTH",
                &format!("Must be between {least} and {most} in length."),
            );
        }
    }

    pub(crate) fn check(self) -> Result<(), ApiError> {
        if self.found.is_empty() {
            Ok(())
        } else {
            Err(ApiError::form(self.nested()))
        }
    }

    /// The problems as Discord nests them.
    pub(crate) fn nested(&self) -> Value {
        let mut root = json!({});
        for problem in &self.found {
            let mut place = &mut root;
            for part in problem
                .path
                .split('.')
                .filter(|part| !part.is_empty() && *part != "_errors")
            {
                place = &mut place[part];
                if place.is_null() {
                    *place = Value::Object(Map::new());
                }
            }
            let error = json!({"code": problem.code, "message": problem.message});
            match &mut place["_errors"] {
                Value::Array(errors) => errors.push(error),
                none => *none = json!([error]),
            }
        }
        root
    }
}

/// <https://discord.com/developers/docs/resources/message#allowed-mentions-object>
pub(crate) fn check_allowed_mentions(problems: &mut Problems, allowed: &Value) {
    for kind in ["users", "roles"] {
        let listed = allowed[kind]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let parsed = allowed["parse"]
            .as_array()
            .is_some_and(|kinds| kinds.iter().any(|known| known == kind));
        if parsed && !listed.is_empty() {
            let message =
                format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
            problems.add(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                &message,
            );
        }
        if listed.len() > 100 {
            problems.count(&format!("allowed_mentions.{kind}"), listed.len(), 0, 100);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_nested_by_their_path() {
        let mut problems = Problems::default();
        problems.length("embeds.0.title", &"a".repeat(257), 0, 256);
        let nested = problems.nested();
        assert_eq!(
            nested["embeds"]["0"]["title"]["_errors"][0]["code"],
            "BASE_TYPE_MAX_LENGTH"
        );
    }
}
