//! Reading and checking the body of a message, for channels, answers to interactions, and followups alike.

use serde_json::Value;

use super::{ApiError, File};
use crate::{
    snowflake::Snowflake,
    state::{AllowedMentions, Attachment, Draft, Message, MessageKey, State, message_flag},
    validate::{Problems, check_allowed_mentions, check_components, check_embeds},
};

/// Flags that a bot can set.
const SETTABLE: u64 =
    message_flag::SUPPRESS_EMBEDS | message_flag::EPHEMERAL | message_flag::SUPPRESS_NOTIFICATIONS;
/// Layout components instead of content and embeds. Their inside is not checked.
const IS_COMPONENTS_V2: u64 = 1 << 15;

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// How many files a message has at most, and how long a description of one is.
/// <https://discord.com/developers/docs/resources/message#create-message>
const MOST_FILES: usize = 10;
const LONGEST_DESCRIPTION: usize = 1_024;

/// A new message.
pub(crate) fn draft(body: &Value, files: &[File]) -> Result<Draft, ApiError> {
    check(body)?;
    let flags = body["flags"].as_u64().unwrap_or(0) & (SETTABLE | IS_COMPONENTS_V2);
    let draft = Draft {
        content: body["content"].as_str().unwrap_or_default().to_owned(),
        embeds: list(&body["embeds"]).into_iter().map(embed).collect(),
        components: numbered(list(&body["components"])),
        attachments: attachments(body, files)?,
        flags,
        nonce: body.get("nonce").filter(|nonce| !nonce.is_null()).cloned(),
        allowed_mentions: AllowedMentions::read(body.get("allowed_mentions")),
        ..Draft::default()
    };
    let has_files = !draft.attachments.is_empty() || body["poll"].is_object();
    if is_empty(&draft.content, &draft.embeds, &draft.components) && !has_files {
        return Err(ApiError::EMPTY_MESSAGE);
    }
    Ok(draft)
}

/// The files of a body, with what it says about them.
fn attachments(body: &Value, files: &[File]) -> Result<Vec<Attachment>, ApiError> {
    let told = list(&body["attachments"]);
    let mut problems = Problems::default();
    problems.count("files", files.len(), 0, MOST_FILES);
    for (index, told) in told.iter().enumerate() {
        let description = told["description"].as_str().unwrap_or_default();
        let path = format!("attachments.{index}.description");
        problems.length(&path, description, 0, LONGEST_DESCRIPTION);
        let is_there = |number: u64| files.iter().any(|file| file.number == number);
        if !number(&told["id"]).is_some_and(is_there) {
            problems.add(
                &format!("attachments.{index}.id"),
                "MESSAGE_ATTACHMENT_NOT_FOUND",
                "Attachment data not found",
            );
        }
    }
    problems.check()?;
    let attachment = |file: &File| {
        let told = told
            .iter()
            .find(|told| number(&told["id"]) == Some(file.number));
        let text = |field: &str| {
            told.and_then(|told| told[field].as_str())
                .map(str::to_owned)
        };
        Attachment {
            id: Snowflake::default(),
            filename: text("filename").unwrap_or_else(|| file.filename.clone()),
            description: text("description"),
            content_type: file.content_type.clone(),
            bytes: file.bytes.as_slice().into(),
        }
    };
    Ok(files.iter().map(attachment).collect())
}

/// The number by which a body speaks of a file, as a number or as a text.
fn number(value: &Value) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

/// Checks an edit, and gives what to do to the message.
pub(crate) fn edit(
    body: &Value,
    message: &Message,
) -> Result<impl FnOnce(&mut Message) + use<>, ApiError> {
    check(body)?;
    let mut edited = message.clone();
    if let Some(content) = body.get("content") {
        content
            .as_str()
            .unwrap_or_default()
            .clone_into(&mut edited.content);
    }
    if let Some(embeds) = body.get("embeds") {
        edited.embeds = list(embeds).into_iter().map(embed).collect();
    }
    if let Some(components) = body.get("components") {
        edited.components = numbered(list(components));
    }
    if let Some(flags) = body["flags"].as_u64() {
        edited.flags = edited.flags & !message_flag::SUPPRESS_EMBEDS
            | flags & (message_flag::SUPPRESS_EMBEDS | IS_COMPONENTS_V2);
    }
    edited.flags &= !message_flag::LOADING;
    if is_empty(&edited.content, &edited.embeds, &edited.components)
        && edited.attachments.is_empty()
    {
        return Err(ApiError::EMPTY_MESSAGE);
    }
    Ok(move |message: &mut Message| {
        message.content = edited.content;
        message.embeds = edited.embeds;
        message.components = edited.components;
        message.flags = edited.flags;
    })
}

/// The message that a body replies to.
pub(crate) fn reply_to(
    state: &State,
    channel: Snowflake,
    body: &Value,
) -> Result<Option<MessageKey>, ApiError> {
    let reference = &body["message_reference"];
    // Type 1 forwards, which isn't modelled.
    let Some(id) = reference["message_id"].as_str() else {
        return Ok(None);
    };
    let id = super::id(id)?;
    let known = state
        .messages
        .get(&(channel, id))
        .filter(|message| message.ephemeral_to.is_none());
    match known {
        Some(_) => Ok(Some((channel, id))),
        None if reference["fail_if_not_exists"] == false => Ok(None),
        None => Err(ApiError::field(
            "message_reference",
            "REPLIES_UNKNOWN_MESSAGE",
            "Unknown message",
        )),
    }
}

fn check(body: &Value) -> Result<(), ApiError> {
    let mut problems = Problems::default();
    match &body["content"] {
        Value::Null => {}
        Value::String(content) => problems.length("content", content, 0, 2000),
        _ => problems.add(
            "content",
            "STRING_TYPE_CONVERT",
            "Could not interpret \"content\" as string.",
        ),
    }
    if let Value::String(nonce) = &body["nonce"] {
        problems.length("nonce", nonce, 0, 25);
    }
    check_embeds(&mut problems, &list(&body["embeds"]));
    if body["flags"].as_u64().unwrap_or(0) & IS_COMPONENTS_V2 == 0 {
        check_components(&mut problems, &list(&body["components"]));
    } else if body["content"]
        .as_str()
        .is_some_and(|content| !content.is_empty())
    {
        let explanation =
            "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2";
        problems.add(
            "content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            explanation,
        );
    }
    check_allowed_mentions(&mut problems, &body["allowed_mentions"]);
    problems.check()
}

fn is_empty(content: &str, embeds: &[Value], components: &[Value]) -> bool {
    content.trim().is_empty() && embeds.is_empty() && components.is_empty()
}

/// Discord says of every embed what made it.
fn embed(mut embed: Value) -> Value {
    embed["type"] = "rich".into();
    embed
}

/// Discord gives every component of a message a number, unless the bot did, and fills in how much a select takes.
fn numbered(mut components: Vec<Value>) -> Vec<Value> {
    fn number(components: &mut [Value], next: &mut u64) {
        for component in components {
            *next += 1;
            if component["id"].is_null() {
                component["id"] = (*next).into();
            }
            if matches!(component["type"].as_u64(), Some(3 | 5..=8)) {
                for limit in ["min_values", "max_values"] {
                    if component[limit].is_null() {
                        component[limit] = 1.into();
                    }
                }
            }
            if let Some(inside) = component
                .get_mut("components")
                .and_then(Value::as_array_mut)
            {
                number(inside, next);
            }
        }
    }
    number(&mut components, &mut 0);
    components
}
