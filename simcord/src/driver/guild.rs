//! Guilds and roles as a test holds them, and who sets them up.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Channel, Person, channel::overwrite};
use crate::{
    permissions::Permissions,
    server::Server,
    snowflake::Snowflake,
    state::{self, ChannelKind, OverwriteTarget, User},
};

/// A guild ("server") with its channels, roles and members. The bot is in it from the start, with a role of its own.
#[derive(Clone)]
pub struct Guild {
    pub(crate) server: Arc<Server>,
    id: Snowflake,
}

/// A role of a guild.
#[derive(Clone, Debug)]
pub struct Role {
    id: Snowflake,
    name: String,
}

impl Role {
    /// The role's id.
    #[must_use]
    pub fn id(&self) -> Snowflake {
        self.id
    }

    /// The role's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `<@&id>`, as a text mentions it.
    #[must_use]
    pub fn mention(&self) -> String {
        format!("<@&{}>", self.id)
    }
}

impl Guild {
    pub(crate) fn new(server: &Arc<Server>, id: Snowflake) -> Self {
        Self {
            server: Arc::clone(server),
            id,
        }
    }

    /// The guild's id.
    #[must_use]
    pub fn id(&self) -> Snowflake {
        self.id
    }

    /// Says what the guild is about.
    #[must_use]
    pub fn about(self, description: &str) -> Self {
        self.server.change(|state| {
            if let Some(guild) = state.guilds.get_mut(&self.id) {
                guild.description = Some(description.to_owned());
            }
        });
        self
    }

    /// Makes a role with these permissions on top of @everyone's.
    #[must_use]
    pub fn role(&self, name: &str, permissions: Permissions) -> Role {
        let id = self
            .server
            .change(|state| state.add_role(self.id, name, permissions));
        Role {
            id,
            name: name.to_owned(),
        }
    }

    /// Lets anyone mention a role.
    pub fn make_mentionable(&self, role: &Role) {
        self.server
            .change(|state| state.change_role(self.id, role.id, |role| role.mentionable = true));
    }

    /// Sets what everyone may do.
    pub fn everyone_may(&self, permissions: Permissions) {
        self.server.change(|state| {
            state.change_role(self.id, self.id, |role| role.permissions = permissions);
        });
    }

    /// Sets what the bot's own role may do; @everyone's permissions come on top.
    pub fn bot_may(&self, permissions: Permissions) {
        self.server.change(|state| {
            let guild = state.guilds.get(&self.id);
            let role = guild
                .and_then(|guild| guild.roles.iter().find(|role| role.bot.is_some()))
                .map(|role| role.id);
            if let Some(role) = role {
                state.change_role(self.id, role, |role| role.permissions = permissions);
            }
        });
    }

    /// Lets Discord greet newcomers and thank for boosts in this channel.
    pub fn greets_in(&self, channel: &Channel) {
        self.server.change(|state| {
            if let Some(guild) = state.guilds.get_mut(&self.id) {
                guild.system_channel = Some(channel.id());
            }
        });
    }

    /// Makes a text channel that everyone sees.
    pub fn channel(&self, name: &str) -> Channel {
        self.add(ChannelKind::Text, name)
    }

    /// Makes a text channel for the members of some roles, and the bot.
    pub fn private_channel(&self, name: &str, roles: &[&Role]) -> Channel {
        let channel = self.channel(name);
        self.make_private(&channel, roles);
        channel
    }

    /// Closes a channel to all but the members of some roles, and the bot.
    pub fn make_private(&self, channel: &Channel, roles: &[&Role]) {
        let view = Permissions::VIEW_CHANNEL;
        self.server.change(|state| {
            let bot = OverwriteTarget::Member(state.bot());
            overwrite(state, channel.id(), bot, view, Permissions::NONE);
            for role in roles {
                overwrite(
                    state,
                    channel.id(),
                    OverwriteTarget::Role(role.id),
                    view,
                    Permissions::NONE,
                );
            }
            // Last, so that nobody loses sight of it in between.
            overwrite(
                state,
                channel.id(),
                OverwriteTarget::Role(self.id),
                Permissions::NONE,
                view,
            );
        });
    }

    /// Makes a forum.
    pub fn forum(&self, name: &str) -> Channel {
        self.add(ChannelKind::Forum, name)
    }

    /// Makes a voice channel. Nobody can talk in it; its text chat works.
    pub fn voice_channel(&self, name: &str) -> Channel {
        self.add(ChannelKind::Voice, name)
    }

    /// Makes a category to put channels into.
    pub fn category(&self, name: &str) -> Channel {
        self.add(ChannelKind::Category, name)
    }

    fn add(&self, kind: ChannelKind, name: &str) -> Channel {
        let channel = state::Channel::new(Snowflake::default(), kind, name);
        let id = self
            .server
            .change(|state| state.add_channel(self.id, channel));
        Channel::new(&self.server, id)
    }

    /// A person with this handle joins, now. Somebody of another guild with the same handle is the same person.
    pub fn member(&self, handle: &str) -> Person {
        let person = self.newcomer(handle);
        person.joins();
        person
    }

    /// A person who joined in the past, without an event: a member from before the bot was there.
    #[must_use]
    pub fn member_since(&self, handle: &str, joined_at: DateTime<Utc>) -> Person {
        let person = self.newcomer(handle);
        self.server
            .change(|state| state.add_member(self.id, person.id(), joined_at));
        person
    }

    /// A person who has not joined yet: see [`Person::joins`].
    pub fn newcomer(&self, handle: &str) -> Person {
        let user = self.server.change(|state| {
            let known = state
                .users
                .values()
                .find(|user| user.handle == handle)
                .map(|user| user.id);
            known.unwrap_or_else(|| state.add_user(User::person(Snowflake::default(), handle)))
        });
        Person::new(&self.server, Some(self.id), user)
    }

    /// The founder, who may do everything.
    #[must_use]
    pub fn owner(&self) -> Person {
        let owner = self
            .server
            .look(|state| state.guilds.get(&self.id).map(|guild| guild.owner));
        Person::new(&self.server, Some(self.id), owner.unwrap_or_default())
    }
}
