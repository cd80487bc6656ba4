//! Reading and checking the tags of forums and posts.

use serde_json::Value;

use super::{ApiError, require};
use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    state::{Emoji, ForumTag, MOST_APPLIED_TAGS, MOST_TAGS, State},
    validate::Problems,
};

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The tags that a forum is to offer. One with an id keeps it.
pub(crate) fn offered(state: &mut State, tags: &Value) -> Result<Vec<ForumTag>, ApiError> {
    let sent = list(tags);
    let mut problems = Problems::default();
    problems.count("available_tags", sent.len(), 0, MOST_TAGS);
    for (index, tag) in sent.iter().enumerate() {
        let name = tag["name"].as_str().unwrap_or_default();
        problems.length(&format!("available_tags.{index}.name"), name, 1, 20);
    }
    problems.check()?;
    let mut tags: Vec<ForumTag> = Vec::new();
    for tag in sent {
        let name = tag["name"].as_str().unwrap_or_default();
        if tags.iter().any(|known| known.name == name) {
            return Err(ApiError::TAG_NAMES_NOT_UNIQUE);
        }
        let id = tag["id"].as_str().and_then(|id| id.parse().ok());
        let custom = tag["emoji_id"].as_str().and_then(|id| id.parse().ok());
        let character = tag["emoji_name"].as_str().unwrap_or_default();
        tags.push(ForumTag {
            id: id.unwrap_or_else(|| state.next_id()),
            name: name.to_owned(),
            moderated: tag["moderated"] == true,
            emoji: (custom.is_some() || !character.is_empty()).then(|| Emoji {
                name: character.to_owned(),
                id: custom,
            }),
        });
    }
    Ok(tags)
}

/// The tags that the bot gives to a post which bears these so far.
pub(crate) fn applied(
    state: &State,
    forum: Snowflake,
    tags: &Value,
    borne: &[Snowflake],
) -> Result<Vec<Snowflake>, ApiError> {
    let sent = list(tags);
    let mut problems = Problems::default();
    problems.count("applied_tags", sent.len(), 0, MOST_APPLIED_TAGS);
    problems.check()?;
    let mut applied = Vec::new();
    for tag in sent {
        let id = super::id(tag.as_str().unwrap_or_default())?;
        if !state.tags_of(forum).iter().any(|known| known.id == id) {
            return Err(ApiError::UNKNOWN_TAG);
        }
        if !applied.contains(&id) {
            applied.push(id);
        }
    }
    let moderated_changes = state
        .tags_of(forum)
        .iter()
        .any(|tag| tag.moderated && applied.contains(&tag.id) != borne.contains(&tag.id));
    if moderated_changes {
        require(state, forum, Permissions::MANAGE_THREADS)?;
    }
    Ok(applied)
}
