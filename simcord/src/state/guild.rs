//! Guilds, their roles and members, and who may do what where.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{ChannelKind, Draft, OverwriteTarget, State, User, message_kind};
use crate::{
    gateway::{Dispatch, Intents},
    permissions::{Change, Permissions, overwritten},
    snowflake::Snowflake,
    time::timestamp,
};

#[derive(Clone, Debug)]
pub(crate) struct Guild {
    pub(crate) id: Snowflake,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) owner: Snowflake,
    /// @everyone, whose id is the guild's, comes first.
    pub(crate) roles: Vec<Role>,
    pub(crate) members: BTreeMap<Snowflake, Member>,
    /// Who is in which voice channel.
    pub(crate) voice: BTreeMap<Snowflake, Snowflake>,
    /// Where Discord greets newcomers and thanks for boosts.
    pub(crate) system_channel: Option<Snowflake>,
}

#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) id: Snowflake,
    pub(crate) name: String,
    pub(crate) permissions: Permissions,
    pub(crate) mentionable: bool,
    /// The bot's own role is managed by its integration: nobody can give or take it.
    pub(crate) bot: Option<Snowflake>,
}

#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) user: Snowflake,
    pub(crate) nick: Option<String>,
    pub(crate) roles: Vec<Snowflake>,
    pub(crate) joined_at: DateTime<Utc>,
    /// Since when they boost the guild.
    pub(crate) boosts_since: Option<DateTime<Utc>>,
}

impl Guild {
    pub(crate) fn role(&self, id: Snowflake) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    fn role_permissions(&self, id: Snowflake) -> Permissions {
        self.role(id)
            .map_or(Permissions::NONE, |role| role.permissions)
    }

    /// What a member may do before any channel has its say.
    pub(crate) fn base_permissions(&self, user: Snowflake) -> Permissions {
        let Some(member) = self.members.get(&user) else {
            return Permissions::NONE;
        };
        if user == self.owner {
            return Permissions::ALL;
        }
        let mut sum = self.role_permissions(self.id);
        for role in &member.roles {
            sum |= self.role_permissions(*role);
        }
        if sum.contains(Permissions::ADMINISTRATOR) {
            Permissions::ALL
        } else {
            sum
        }
    }
}

impl State {
    /// Founds a guild that the bot is in from the start.
    pub(crate) fn found_guild(&mut self, name: &str, bot_permissions: Permissions) -> Snowflake {
        let id = self.next_id();
        let founder = self.add_user(User::person(Snowflake::default(), "founder"));
        let bot_role = self.next_id();
        let now = self.now();
        let everyone = Role {
            id,
            name: "@everyone".to_owned(),
            permissions: Permissions::EVERYONE_BY_DEFAULT,
            mentionable: false,
            bot: None,
        };
        let managed = Role {
            id: bot_role,
            name: self.application.name.clone(),
            permissions: bot_permissions,
            mentionable: false,
            bot: Some(self.bot()),
        };
        let member = |user, roles| {
            (
                user,
                Member {
                    user,
                    nick: None,
                    roles,
                    joined_at: now,
                    boosts_since: None,
                },
            )
        };
        let guild = Guild {
            id,
            name: name.to_owned(),
            description: None,
            owner: founder,
            roles: vec![everyone, managed],
            members: BTreeMap::from([
                member(founder, Vec::new()),
                member(self.bot(), vec![bot_role]),
            ]),
            voice: BTreeMap::new(),
            system_channel: None,
        };
        self.guilds.insert(id, guild);
        self.dispatch_guild_create(id);
        id
    }

    pub(crate) fn add_user(&mut self, user: User) -> Snowflake {
        let id = self.next_id();
        self.users.insert(id, User { id, ..user });
        id
    }

    pub(crate) fn add_role(
        &mut self,
        guild: Snowflake,
        name: &str,
        permissions: Permissions,
    ) -> Snowflake {
        let id = self.next_id();
        let role = Role {
            id,
            name: name.to_owned(),
            permissions,
            mentionable: false,
            bot: None,
        };
        if let Some(guild) = self.guilds.get_mut(&guild) {
            guild.roles.push(role);
        }
        self.dispatch_role("GUILD_ROLE_CREATE", guild, id);
        id
    }

    pub(crate) fn change_role(
        &mut self,
        guild: Snowflake,
        id: Snowflake,
        change: impl FnOnce(&mut Role),
    ) {
        let role = self
            .guilds
            .get_mut(&guild)
            .and_then(|guild| guild.roles.iter_mut().find(|role| role.id == id));
        if let Some(role) = role {
            change(role);
            self.dispatch_role("GUILD_ROLE_UPDATE", guild, id);
        }
    }

    fn dispatch_role(&mut self, event: &'static str, guild: Snowflake, role: Snowflake) {
        let data = json!({"guild_id": guild, "role": self.role_payload(guild, role)});
        self.dispatch(&Dispatch::in_guild(event, Intents::GUILDS, guild, data));
    }

    /// A member from before anybody listens.
    pub(crate) fn add_member(
        &mut self,
        guild: Snowflake,
        user: Snowflake,
        joined_at: DateTime<Utc>,
    ) {
        if let Some(guild) = self.guilds.get_mut(&guild) {
            let member = Member {
                user,
                nick: None,
                roles: Vec::new(),
                joined_at,
                boosts_since: None,
            };
            guild.members.insert(user, member);
        }
    }

    pub(crate) fn join(&mut self, guild_id: Snowflake, user: Snowflake) {
        self.add_member(guild_id, user, self.now());
        let mut data = self.member_payload(guild_id, user);
        data["guild_id"] = json!(guild_id);
        self.dispatch(&Dispatch::in_guild(
            "GUILD_MEMBER_ADD",
            Intents::GUILD_MEMBERS,
            guild_id,
            data,
        ));
        self.announce(guild_id, user, message_kind::JOINED);
    }

    /// Begins to boost a guild.
    pub(crate) fn boost(&mut self, guild: Snowflake, user: Snowflake) {
        let now = self.now();
        self.change_member(guild, user, |member| {
            member.boosts_since.get_or_insert(now);
        });
        self.announce(guild, user, message_kind::BOOSTED);
    }

    /// Says what somebody did by a system message, where there is a channel for them.
    fn announce(&mut self, guild: Snowflake, user: Snowflake, kind: u64) {
        let channel = self
            .guilds
            .get(&guild)
            .and_then(|guild| guild.system_channel)
            .filter(|channel| self.channels.contains_key(channel));
        if let Some(channel) = channel {
            let draft = Draft {
                kind,
                ..Draft::default()
            };
            self.send(user, channel, draft);
        }
    }

    pub(crate) fn leave(&mut self, guild_id: Snowflake, user: Snowflake) {
        self.connect(guild_id, user, None);
        if let Some(guild) = self.guilds.get_mut(&guild_id) {
            guild.members.remove(&user);
        }
        let data = json!({"guild_id": guild_id, "user": self.user_payload(user)});
        self.dispatch(&Dispatch::in_guild(
            "GUILD_MEMBER_REMOVE",
            Intents::GUILD_MEMBERS,
            guild_id,
            data,
        ));
    }

    pub(crate) fn change_member(
        &mut self,
        guild_id: Snowflake,
        user: Snowflake,
        change: impl FnOnce(&mut Member),
    ) {
        let Some(member) = self
            .guilds
            .get_mut(&guild_id)
            .and_then(|guild| guild.members.get_mut(&user))
        else {
            return;
        };
        change(member);
        let mut data = self.member_payload(guild_id, user);
        data["guild_id"] = json!(guild_id);
        // Changes to itself reach the bot with GUILDS alone.
        let intents = if user == self.bot() {
            Intents::GUILD_MEMBERS | Intents::GUILDS
        } else {
            Intents::GUILD_MEMBERS
        };
        self.dispatch(&Dispatch::in_guild(
            "GUILD_MEMBER_UPDATE",
            intents,
            guild_id,
            data,
        ));
    }

    /// What a user may do in a channel, with threads under their parent's rules:
    /// <https://discord.com/developers/docs/topics/permissions#permission-overwrites>.
    pub(crate) fn permissions_in(&self, user: Snowflake, channel_id: Snowflake) -> Permissions {
        let Some(channel) = self.channels.get(&channel_id) else {
            return Permissions::NONE;
        };
        let Some(guild) = channel.guild.and_then(|id| self.guilds.get(&id)) else {
            let everything = Permissions::EVERYONE_BY_DEFAULT | Permissions::PIN_MESSAGES;
            return if channel.recipients.contains(&user) {
                everything
            } else {
                Permissions::NONE
            };
        };
        let base = guild.base_permissions(user);
        if base == Permissions::ALL || base == Permissions::NONE {
            return base;
        }
        if let Some(thread) = &channel.thread {
            let permissions = channel.parent.map_or(Permissions::NONE, |parent| {
                self.permissions_in(user, parent)
            });
            let hidden = channel.kind == ChannelKind::PrivateThread
                && !thread.has_member(user)
                && !permissions.contains(Permissions::MANAGE_THREADS);
            return if hidden {
                Permissions::NONE
            } else {
                permissions
            };
        }
        let roles = guild
            .members
            .get(&user)
            .map(|member| member.roles.as_slice())
            .unwrap_or_default();
        let change = |target: OverwriteTarget| {
            let found = channel
                .overwrites
                .iter()
                .find(|overwrite| overwrite.target == target);
            found.map_or_else(Change::default, |overwrite| overwrite.change)
        };
        let permissions = overwritten(
            base,
            change(OverwriteTarget::Role(guild.id)),
            roles
                .iter()
                .map(|role| change(OverwriteTarget::Role(*role))),
            change(OverwriteTarget::Member(user)),
        );
        // Who cannot see a channel can do nothing in it.
        if permissions.contains(Permissions::VIEW_CHANNEL) {
            permissions
        } else {
            Permissions::NONE
        }
    }

    pub(crate) fn sees(&self, user: Snowflake, channel: Snowflake) -> bool {
        self.permissions_in(user, channel)
            .contains(Permissions::VIEW_CHANNEL)
    }

    pub(crate) fn role_payload(&self, guild: Snowflake, role: Snowflake) -> Value {
        let Some(guild) = self.guilds.get(&guild) else {
            return Value::Null;
        };
        let Some(position) = guild.roles.iter().position(|known| known.id == role) else {
            return Value::Null;
        };
        let role = &guild.roles[position];
        let mut payload = json!({
            "id": role.id,
            "name": role.name,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
            "hoist": false,
            "icon": null,
            "unicode_emoji": null,
            "position": position,
            "permissions": role.permissions.bits().to_string(),
            "managed": role.bot.is_some(),
            "mentionable": role.mentionable,
            "flags": 0,
        });
        if let Some(bot) = role.bot {
            payload["tags"] = json!({"bot_id": bot});
        }
        payload
    }

    pub(crate) fn role_payloads(&self, guild: Snowflake) -> Vec<Value> {
        let roles = self
            .guilds
            .get(&guild)
            .map(|guild| guild.roles.as_slice())
            .unwrap_or_default();
        roles
            .iter()
            .map(|role| self.role_payload(guild, role.id))
            .collect()
    }

    /// A member without the user, as messages carry it.
    pub(crate) fn partial_member_payload(
        &self,
        guild: Snowflake,
        user: Snowflake,
    ) -> Option<Value> {
        let member = self.guilds.get(&guild)?.members.get(&user)?;
        Some(json!({
            "nick": member.nick,
            "avatar": null,
            "banner": null,
            "roles": member.roles,
            "joined_at": timestamp(member.joined_at),
            "premium_since": member.boosts_since.map(timestamp),
            "deaf": false,
            "mute": false,
            "flags": 0,
            "pending": false,
            "communication_disabled_until": null,
        }))
    }

    pub(crate) fn member_payload(&self, guild: Snowflake, user: Snowflake) -> Value {
        let mut payload = self
            .partial_member_payload(guild, user)
            .unwrap_or_else(|| json!({}));
        payload["user"] = self.user_payload(user);
        payload
    }
}
