//! Channels of a guild, and direct messages.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{ForumTag, State, Thread};
use crate::{
    gateway::{Dispatch, Intents},
    permissions::Change,
    snowflake::Snowflake,
    time::timestamp,
};

/// The kinds that are modelled: <https://discord.com/developers/docs/resources/channel#channel-object-channel-types>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChannelKind {
    Text = 0,
    Direct = 1,
    Voice = 2,
    Category = 4,
    Announcement = 5,
    PublicThread = 11,
    PrivateThread = 12,
    Forum = 15,
}

impl ChannelKind {
    pub(crate) fn from_number(number: u64) -> Option<Self> {
        let kinds = [
            Self::Text,
            Self::Direct,
            Self::Voice,
            Self::Category,
            Self::Announcement,
            Self::PublicThread,
            Self::PrivateThread,
            Self::Forum,
        ];
        kinds.into_iter().find(|kind| *kind as u64 == number)
    }

    /// Whether messages can be sent straight into such a channel.
    pub(crate) fn holds_messages(self) -> bool {
        !matches!(self, Self::Category | Self::Forum)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OverwriteTarget {
    Role(Snowflake),
    Member(Snowflake),
}

#[derive(Clone, Debug)]
pub(crate) struct Overwrite {
    pub(crate) target: OverwriteTarget,
    pub(crate) change: Change,
}

#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) id: Snowflake,
    pub(crate) guild: Option<Snowflake>,
    pub(crate) kind: ChannelKind,
    pub(crate) name: String,
    pub(crate) topic: Option<String>,
    /// A channel's category, or a thread's channel.
    pub(crate) parent: Option<Snowflake>,
    pub(crate) position: usize,
    pub(crate) overwrites: Vec<Overwrite>,
    /// Seconds that people wait between two messages.
    pub(crate) slowmode: u64,
    pub(crate) last_message: Option<Snowflake>,
    pub(crate) last_pin: Option<DateTime<Utc>>,
    pub(crate) thread: Option<Thread>,
    /// What posts of a forum can be marked with.
    pub(crate) tags: Vec<ForumTag>,
    /// Bits of `flags`: <https://discord.com/developers/docs/resources/channel#channel-object-channel-flags>.
    pub(crate) flags: u64,
    /// Who talks here, for direct messages.
    pub(crate) recipients: Vec<Snowflake>,
}

impl Channel {
    pub(crate) fn new(id: Snowflake, kind: ChannelKind, name: &str) -> Self {
        Self {
            id,
            guild: None,
            kind,
            name: name.to_owned(),
            topic: None,
            parent: None,
            position: 0,
            overwrites: Vec::new(),
            slowmode: 0,
            last_message: None,
            last_pin: None,
            thread: None,
            tags: Vec::new(),
            flags: 0,
            recipients: Vec::new(),
        }
    }

    pub(crate) fn is_direct(&self) -> bool {
        self.kind == ChannelKind::Direct
    }
}

impl State {
    pub(crate) fn add_channel(&mut self, guild: Snowflake, channel: Channel) -> Snowflake {
        let id = self.next_id();
        let position = self
            .channels
            .values()
            .filter(|channel| channel.guild == Some(guild))
            .count();
        self.channels.insert(
            id,
            Channel {
                id,
                guild: Some(guild),
                position,
                ..channel
            },
        );
        self.dispatch_channel("CHANNEL_CREATE", id);
        id
    }

    /// Changes a channel or thread, and tells.
    pub(crate) fn change_channel(&mut self, id: Snowflake, change: impl FnOnce(&mut Channel)) {
        let Some(channel) = self.channels.get_mut(&id) else {
            return;
        };
        change(channel);
        let event = if channel.thread.is_some() {
            "THREAD_UPDATE"
        } else {
            "CHANNEL_UPDATE"
        };
        self.dispatch_channel(event, id);
    }

    pub(crate) fn delete_channel(&mut self, id: Snowflake) {
        let is_thread = self
            .channels
            .get(&id)
            .is_some_and(|channel| channel.thread.is_some());
        if is_thread {
            let data = json!({
                "id": id,
                "guild_id": self.channels[&id].guild,
                "parent_id": self.channels[&id].parent,
                "type": self.channels[&id].kind as u64,
            });
            self.dispatch_about_channel("THREAD_DELETE", id, data);
        } else {
            self.dispatch_channel("CHANNEL_DELETE", id);
        }
        self.channels.remove(&id);
        self.channels
            .retain(|_, channel| channel.thread.is_none() || channel.parent != Some(id));
        let channels = &self.channels;
        self.messages
            .retain(|(channel, _), _| channels.contains_key(channel));
    }

    pub(crate) fn dispatch_channel(&mut self, event: &'static str, id: Snowflake) {
        let data = self.channel_payload(id);
        self.dispatch_about_channel(event, id, data);
    }

    fn dispatch_about_channel(&mut self, event: &'static str, id: Snowflake, data: Value) {
        let Some(guild) = self.channels.get(&id).and_then(|channel| channel.guild) else {
            return;
        };
        self.dispatch(&Dispatch::in_guild(event, Intents::GUILDS, guild, data).seen_in(id));
    }

    /// The direct messages of two users, opened if they never talked.
    pub(crate) fn direct_channel(&mut self, one: Snowflake, other: Snowflake) -> Snowflake {
        let known = self.channels.values().find(|channel| {
            channel.is_direct()
                && channel.recipients.contains(&one)
                && channel.recipients.contains(&other)
        });
        if let Some(channel) = known {
            return channel.id;
        }
        let id = self.next_id();
        let mut channel = Channel::new(id, ChannelKind::Direct, "");
        channel.recipients = vec![one, other];
        self.channels.insert(id, channel);
        id
    }

    /// The channel or open thread of that name, first in `guild` and then anywhere. A `#` in front is ignored.
    pub(crate) fn channel_named(&self, guild: Option<Snowflake>, name: &str) -> Option<Snowflake> {
        let name = name.strip_prefix('#').unwrap_or(name);
        let mut named: Vec<&Channel> = self
            .channels
            .values()
            .filter(|channel| channel.name == name)
            .collect();
        named.sort_by_key(|channel| {
            let elsewhere = guild.is_some() && channel.guild != guild;
            (
                elsewhere,
                channel.thread.is_some(),
                channel.kind == ChannelKind::Category,
                channel.id,
            )
        });
        named
            .first()
            .filter(|channel| guild.is_none() || channel.guild == guild)
            .map(|channel| channel.id)
    }

    pub(crate) fn channel_payload(&self, id: Snowflake) -> Value {
        let Some(channel) = self.channels.get(&id) else {
            return Value::Null;
        };
        if channel.is_direct() {
            let recipients = channel
                .recipients
                .iter()
                .filter(|user| **user != self.bot());
            return json!({
                "id": id,
                "type": 1,
                "last_message_id": channel.last_message,
                "last_pin_timestamp": channel.last_pin.map(timestamp),
                "flags": 0,
                "recipients": recipients.map(|user| self.user_payload(*user)).collect::<Vec<_>>(),
            });
        }
        if let Some(thread) = &channel.thread {
            return self.thread_payload(channel, thread);
        }
        let overwrites = channel.overwrites.iter().map(|overwrite| {
            let (id, kind) = match overwrite.target {
                OverwriteTarget::Role(id) => (id, 0),
                OverwriteTarget::Member(id) => (id, 1),
            };
            json!({
                "id": id,
                "type": kind,
                "allow": overwrite.change.allow.bits().to_string(),
                "deny": overwrite.change.deny.bits().to_string(),
            })
        });
        let mut payload = json!({
            "id": id,
            "guild_id": channel.guild,
            "type": channel.kind as u64,
            "name": channel.name,
            "position": channel.position,
            "parent_id": channel.parent,
            "permission_overwrites": overwrites.collect::<Vec<_>>(),
            "flags": channel.flags,
            "nsfw": false,
        });
        if channel.kind == ChannelKind::Category {
            return payload;
        }
        payload["topic"] = json!(channel.topic);
        payload["last_message_id"] = json!(channel.last_message);
        payload["last_pin_timestamp"] = json!(channel.last_pin.map(timestamp));
        payload["rate_limit_per_user"] = json!(channel.slowmode);
        if channel.kind == ChannelKind::Voice {
            payload["bitrate"] = json!(64_000);
            payload["user_limit"] = json!(0);
            payload["rtc_region"] = Value::Null;
        }
        if channel.kind == ChannelKind::Forum {
            payload["available_tags"] = channel.tags.iter().map(ForumTag::payload).collect();
            payload["default_reaction_emoji"] = Value::Null;
            payload["default_sort_order"] = Value::Null;
            payload["default_forum_layout"] = json!(0);
        }
        payload
    }

    /// A channel as interactions carry it.
    pub(crate) fn interaction_channel_payload(&self, id: Snowflake, user: Snowflake) -> Value {
        let mut payload = self.channel_payload(id);
        payload["permissions"] = json!(self.permissions_in(user, id).bits().to_string());
        payload
    }
}
