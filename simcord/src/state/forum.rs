//! Tags of forums and of the posts in them:
//! <https://discord.com/developers/docs/resources/channel#forum-tag-object>.

use serde_json::{Value, json};

use super::{Emoji, State};
use crate::snowflake::Snowflake;

/// The most tags that a forum offers.
pub(crate) const MOST_TAGS: usize = 20;
/// The most tags that a post bears.
pub(crate) const MOST_APPLIED_TAGS: usize = 5;
/// The flag of a forum whose posts must bear a tag.
pub(crate) const REQUIRE_TAG: u64 = 1 << 4;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ForumTag {
    pub(crate) id: Snowflake,
    pub(crate) name: String,
    /// Only for those who manage threads.
    pub(crate) moderated: bool,
    pub(crate) emoji: Option<Emoji>,
}

impl ForumTag {
    pub(crate) fn payload(&self) -> Value {
        let emoji = self.emoji.as_ref();
        // A custom emoji goes by its id alone, any other by its character.
        let id = emoji.and_then(|emoji| emoji.id);
        let name = emoji.filter(|emoji| emoji.id.is_none());
        json!({
            "id": self.id,
            "name": self.name,
            "moderated": self.moderated,
            "emoji_id": id,
            "emoji_name": name.map(|emoji| &emoji.name),
        })
    }
}

impl State {
    /// The tags that posts in `forum` can bear.
    pub(crate) fn tags_of(&self, forum: Snowflake) -> &[ForumTag] {
        self.channels
            .get(&forum)
            .map(|channel| channel.tags.as_slice())
            .unwrap_or_default()
    }

    /// Whether a post in `forum` must bear a tag.
    pub(crate) fn requires_tag(&self, forum: Snowflake) -> bool {
        self.channels
            .get(&forum)
            .is_some_and(|channel| channel.flags & REQUIRE_TAG != 0)
    }
}
