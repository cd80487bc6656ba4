//! One client's session: what it asked for, what it was told, and whether it hears.

use std::ops::BitOr;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::{Flood, PreparedLine, Processes};
use crate::snowflake::Snowflake;

/// Groups of events a client asks for: <https://discord.com/developers/docs/events/gateway#gateway-intents>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Intents(u64);

impl Intents {
    /// Told whatever the client asked for.
    pub(crate) const ALWAYS: Self = Self(0);
    pub(crate) const GUILDS: Self = Self(1);
    pub(crate) const GUILD_MEMBERS: Self = Self(1 << 1);
    pub(crate) const GUILD_VOICE_STATES: Self = Self(1 << 7);
    pub(crate) const GUILD_PRESENCES: Self = Self(1 << 8);
    pub(crate) const DIRECT_MESSAGES: Self = Self(1 << 12);
    pub(crate) const MESSAGE_CONTENT: Self = Self(1 << 15);
    pub(crate) const GUILD_SCHEDULED_EVENTS: Self = Self(1 << 16);

    pub(crate) const PRIVILEGED: Self =
        Self(Self::GUILD_MEMBERS.0 | Self::GUILD_PRESENCES.0 | Self::MESSAGE_CONTENT.0);
    /// Every intent that has a meaning; others end the connection.
    pub(crate) const KNOWN: Self = Self(0x01_FFFF | 0b11 << 20 | 0b11 << 24);

    /// The pairs of one intent for guilds and one for direct messages.
    pub(crate) const MESSAGES: (Self, Self) = (Self(1 << 9), Self::DIRECT_MESSAGES);
    pub(crate) const REACTIONS: (Self, Self) = (Self(1 << 10), Self(1 << 13));
    pub(crate) const TYPING: (Self, Self) = (Self(1 << 11), Self(1 << 14));

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether an event of any of `these` is told to who asked for `self`.
    const fn hears(self, these: Self) -> bool {
        these.0 == 0 || self.0 & these.0 != 0
    }
}

impl BitOr for Intents {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Whether an event's text is for every session, or only for those with the Message Content intent:
/// <https://discord.com/developers/docs/events/gateway#message-content-intent>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentRule {
    Plain,
    NeedsIntent,
}

/// An event, before it is known who hears it.
#[derive(Clone, Debug)]
pub(crate) struct Dispatch {
    event: &'static str,
    intents: Intents,
    pub(super) guild: Option<Snowflake>,
    pub(super) channel: Option<Snowflake>,
    content: ContentRule,
    data: Value,
}

impl Dispatch {
    pub(crate) fn in_guild(
        event: &'static str,
        intents: Intents,
        guild: Snowflake,
        data: Value,
    ) -> Self {
        Self {
            event,
            intents,
            guild: Some(guild),
            channel: None,
            content: ContentRule::Plain,
            data,
        }
    }

    pub(crate) fn direct(event: &'static str, intents: Intents, data: Value) -> Self {
        Self {
            event,
            intents,
            guild: None,
            channel: None,
            content: ContentRule::Plain,
            data,
        }
    }

    /// Only if the bot sees this channel.
    pub(crate) fn seen_in(mut self, channel: Snowflake) -> Self {
        self.channel = Some(channel);
        self
    }

    pub(crate) fn with_content(mut self, content: ContentRule) -> Self {
        self.content = content;
        self
    }
}

/// What goes to a socket's writer.
#[derive(Debug)]
pub(crate) enum Outgoing {
    Frame(String),
    /// Prepared frames, written as fast as they are read; what follows waits.
    Flood(Flood),
    Close(u16, &'static str),
    /// Goes away without a word, as a broken network does.
    Drop,
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    /// The port by which its process comes.
    pub(crate) entrance: u16,
    pub(crate) shard: (u64, u64),
    pub(crate) intents: Intents,
    pub(crate) sequence: u64,
    /// Everything told, for a replay.
    frames: Vec<(u64, String)>,
    /// The socket it hears through, while there is one.
    pub(crate) socket: Option<(u64, UnboundedSender<Outgoing>)>,
}

impl Session {
    pub(crate) fn new(
        id: String,
        entrance: u16,
        shard: (u64, u64),
        intents: Intents,
        socket: (u64, UnboundedSender<Outgoing>),
    ) -> Self {
        Self {
            id,
            entrance,
            shard,
            intents,
            sequence: 0,
            frames: Vec::new(),
            socket: Some(socket),
        }
    }

    /// Direct messages go to the first shard, a guild to the one its id says:
    /// <https://discord.com/developers/docs/events/gateway#sharding>.
    pub(crate) fn has_guild(&self, guild: Snowflake) -> bool {
        (guild.get() >> 22) % self.shard.1 == self.shard.0
    }

    pub(super) fn tell(&mut self, dispatch: &Dispatch, processes: &mut Processes) {
        let ours = dispatch
            .guild
            .map_or(self.shard.0 == 0, |guild| self.has_guild(guild));
        if !ours || !self.intents.hears(dispatch.intents) {
            return;
        }
        let mut data = dispatch.data.clone();
        if dispatch.content == ContentRule::NeedsIntent
            && !self.intents.contains(Intents::MESSAGE_CONTENT)
        {
            strip_content(&mut data);
        }
        self.tell_directly(dispatch.event, &data, processes);
    }

    /// Tells this session alone, whatever it asked for.
    pub(super) fn tell_directly(&mut self, event: &str, data: &Value, processes: &mut Processes) {
        self.sequence += 1;
        let frame = json!({"op": 0, "t": event, "s": self.sequence, "d": data}).to_string();
        self.frames.push((self.sequence, frame.clone()));
        if let Some((_, socket)) = &self.socket
            && socket.send(Outgoing::Frame(frame)).is_ok()
        {
            processes
                .of(self.entrance)
                .sent(self.shard.0, self.sequence);
        }
    }

    /// Tells `count` messages by these lines, those of other shards left out; how many are told. Nothing of them is
    /// kept for a replay.
    pub(super) fn flood(
        &mut self,
        lines: Vec<PreparedLine>,
        count: u64,
        first_id: u64,
        processes: &mut Processes,
    ) -> u64 {
        let Some((_, socket)) = self.socket.as_ref().filter(|_| !lines.is_empty()) else {
            return 0;
        };
        let flood = Flood::new(lines, count, self.sequence, first_id);
        if socket.send(Outgoing::Flood(flood)).is_err() {
            return 0;
        }
        self.sequence += count;
        processes
            .of(self.entrance)
            .sent(self.shard.0, self.sequence);
        count
    }

    /// Tells again everything after `sequence`.
    pub(super) fn replay(&mut self, sequence: u64, processes: &mut Processes) {
        self.frames.retain(|(number, _)| *number > sequence);
        let Some((_, socket)) = &self.socket else {
            return;
        };
        for (number, frame) in &self.frames {
            if socket.send(Outgoing::Frame(frame.clone())).is_ok() {
                processes.of(self.entrance).sent(self.shard.0, *number);
            }
        }
    }
}

pub(crate) fn strip_content(message: &mut Value) {
    message["content"] = json!("");
    for list in ["embeds", "attachments", "components"] {
        message[list] = json!([]);
    }
    if let Some(message) = message.as_object_mut() {
        message.remove("poll");
    }
    if message["referenced_message"].is_object() {
        strip_content(&mut message["referenced_message"]);
    }
}
