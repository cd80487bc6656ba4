//! Channels as a test holds them.

use std::sync::Arc;

use crate::{
    driver::{Message, Role},
    permissions::{Change, Permissions},
    server::Server,
    snowflake::Snowflake,
    state::{ForumTag, Overwrite, OverwriteTarget, REQUIRE_TAG, State},
};

/// A text channel, forum, category or thread.
#[derive(Clone)]
pub struct Channel {
    pub(crate) server: Arc<Server>,
    id: Snowflake,
    name: String,
}

impl Channel {
    pub(crate) fn new(server: &Arc<Server>, id: Snowflake) -> Self {
        let name = server.look(|state| state.channels.get(&id).map(|channel| channel.name.clone()));
        Self {
            server: Arc::clone(server),
            id,
            name: name.unwrap_or_default(),
        }
    }

    /// The channel's id.
    #[must_use]
    pub fn id(&self) -> Snowflake {
        self.id
    }

    /// Its name when this handle was made, without the `#`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a thread is archived now.
    #[must_use]
    pub fn is_archived(&self) -> bool {
        self.server.look(|state| {
            let thread = state
                .channels
                .get(&self.id)
                .and_then(|channel| channel.thread.as_ref());
            thread.is_some_and(|thread| thread.archived)
        })
    }

    /// Its name as it stands now.
    #[must_use]
    pub fn current_name(&self) -> String {
        let known = self.server.look(|state| {
            state
                .channels
                .get(&self.id)
                .map(|channel| channel.name.clone())
        });
        known.unwrap_or_default()
    }

    /// The names of a post's tags, as they stand now.
    #[must_use]
    pub fn applied_tags(&self) -> Vec<String> {
        self.server.look(|state| {
            let channel = state.channels.get(&self.id);
            let applied = channel
                .and_then(|channel| channel.thread.as_ref())
                .map(|thread| thread.applied_tags.clone())
                .unwrap_or_default();
            let forum = channel.and_then(|channel| channel.parent);
            let offered = state.tags_of(forum.unwrap_or_default());
            let names = applied
                .iter()
                .filter_map(|id| offered.iter().find(|tag| tag.id == *id));
            names.map(|tag| tag.name.clone()).collect()
        })
    }

    /// Lets posts of a forum bear these tags, too.
    #[must_use]
    pub fn with_tags(self, names: &[&str]) -> Self {
        self.offer_tags(names, false);
        self
    }

    /// Lets posts of a forum bear these tags, too, which only those give and take who manage threads.
    #[must_use]
    pub fn with_moderated_tags(self, names: &[&str]) -> Self {
        self.offer_tags(names, true);
        self
    }

    fn offer_tags(&self, names: &[&str], moderated: bool) {
        self.server.change(|state| {
            for name in names {
                let tag = ForumTag {
                    id: state.next_id(),
                    name: (*name).to_owned(),
                    moderated,
                    emoji: None,
                };
                state.change_channel(self.id, |channel| channel.tags.push(tag));
            }
        });
    }

    /// Lets a forum refuse posts without a tag.
    #[must_use]
    pub fn requiring_a_tag(self) -> Self {
        self.server.change(|state| {
            state.change_channel(self.id, |channel| channel.flags |= REQUIRE_TAG);
        });
        self
    }

    /// Says what the channel is about.
    #[must_use]
    pub fn topic(self, topic: &str) -> Self {
        self.server.change(|state| {
            state.change_channel(self.id, |channel| channel.topic = Some(topic.to_owned()));
        });
        self
    }

    /// Puts the channel into a category.
    #[must_use]
    pub fn category(self, category: &Self) -> Self {
        self.server.change(|state| {
            state.change_channel(self.id, |channel| channel.parent = Some(category.id));
        });
        self
    }

    /// Gives and takes permissions of a role in this channel.
    pub fn overwrite(&self, role: &Role, allow: Permissions, deny: Permissions) {
        self.server.change(|state| {
            overwrite(
                state,
                self.id,
                OverwriteTarget::Role(role.id()),
                allow,
                deny,
            );
        });
    }

    /// Gives and takes permissions of the bot in this channel, over those of its roles.
    pub fn overwrite_bot(&self, allow: Permissions, deny: Permissions) {
        self.server.change(|state| {
            overwrite(
                state,
                self.id,
                OverwriteTarget::Member(state.bot()),
                allow,
                deny,
            );
        });
    }

    /// Takes the channel out of the bot's sight.
    pub fn hide_from_bot(&self) {
        self.overwrite_bot(Permissions::NONE, Permissions::VIEW_CHANNEL);
    }

    /// Deletes the channel, as an admin can, with its threads and messages.
    pub fn delete(&self) {
        self.server.change(|state| state.delete_channel(self.id));
    }

    /// Every message, oldest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.server
            .look(|state| Message::all_in(&self.server, state, self.id))
    }

    /// The threads of this channel or posts of this forum, oldest first.
    #[must_use]
    pub fn threads(&self) -> Vec<Self> {
        let ids: Vec<Snowflake> = self.server.look(|state| {
            let threads = state
                .channels
                .values()
                .filter(|channel| channel.thread.is_some());
            threads
                .filter(|channel| channel.parent == Some(self.id))
                .map(|channel| channel.id)
                .collect()
        });
        ids.into_iter()
            .map(|id| Self::new(&self.server, id))
            .collect()
    }

    /// `<#id>`, as a text mentions it.
    #[must_use]
    pub fn mention(&self) -> String {
        format!("<#{}>", self.id)
    }
}

impl std::fmt::Debug for Channel {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "#{} ({})", self.name, self.id)
    }
}

pub(crate) fn overwrite(
    state: &mut State,
    channel: Snowflake,
    target: OverwriteTarget,
    allow: Permissions,
    deny: Permissions,
) {
    state.change_channel(channel, |channel| {
        channel.overwrites.retain(|known| known.target != target);
        channel.overwrites.push(Overwrite {
            target,
            change: Change { allow, deny },
        });
    });
}

/// Where something happens: a name like `"#help"` (a channel's or a thread's), or a handle.
#[derive(Clone, Debug)]
pub enum Place {
    /// By name, with or without `#`.
    Named(String),
    /// By id.
    Id(Snowflake),
}

impl Place {
    pub(crate) fn find(&self, state: &State, guild: Option<Snowflake>) -> Option<Snowflake> {
        match self {
            Self::Named(name) => state.channel_named(guild, name),
            Self::Id(id) => state.channels.contains_key(id).then_some(*id),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Named(name) => formatter.write_str(name),
            Self::Id(id) => write!(formatter, "<#{id}>"),
        }
    }
}

impl From<&str> for Place {
    fn from(name: &str) -> Self {
        Self::Named(name.to_owned())
    }
}

impl From<&String> for Place {
    fn from(name: &String) -> Self {
        Self::Named(name.clone())
    }
}

impl From<&Channel> for Place {
    fn from(channel: &Channel) -> Self {
        Self::Id(channel.id)
    }
}

impl From<Snowflake> for Place {
    fn from(id: Snowflake) -> Self {
        Self::Id(id)
    }
}
