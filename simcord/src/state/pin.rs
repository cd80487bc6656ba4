//! Pinned messages: <https://discord.com/developers/docs/resources/message#pin-message>.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Draft, MessageKey, State, message::with_guild, message_kind};
use crate::{
    gateway::{ContentRule, Intents},
    snowflake::Snowflake,
    time::timestamp,
};

/// The most pins of a channel.
pub(crate) const MOST_PINS: usize = 250;

impl State {
    /// The pins of a channel with their times, the latest pin first.
    pub(crate) fn pins(&self, channel: Snowflake) -> Vec<(DateTime<Utc>, Snowflake)> {
        let mut pins: Vec<_> = self
            .messages_in(channel)
            .filter_map(|message| Some((message.pinned_at?, message.id)))
            .collect();
        pins.sort_by(|one, other| other.cmp(one));
        pins
    }

    /// Pins a message, which says so in the channel. Whether there is room for it is for the caller to know.
    pub(crate) fn pin(&mut self, key: MessageKey, by: Snowflake) {
        let now = self.now();
        match self.messages.get_mut(&key) {
            Some(message) if message.pinned_at.is_none() => message.pinned_at = Some(now),
            _ => return,
        }
        if let Some(channel) = self.channels.get_mut(&key.0) {
            channel.last_pin = Some(now);
        }
        self.dispatch_message("MESSAGE_UPDATE", key);
        self.dispatch_pins(key.0);
        let draft = Draft {
            kind: message_kind::PINNED,
            about: Some(key),
            ..Draft::default()
        };
        self.send(by, key.0, draft);
    }

    /// Takes a pin back, without a word in the channel.
    pub(crate) fn unpin(&mut self, key: MessageKey) {
        let taken = self
            .messages
            .get_mut(&key)
            .and_then(|message| message.pinned_at.take());
        if taken.is_some() {
            self.dispatch_message("MESSAGE_UPDATE", key);
            self.dispatch_pins(key.0);
        }
    }

    fn dispatch_pins(&mut self, channel: Snowflake) {
        let known = self.channels.get(&channel);
        let guild = known.and_then(|channel| channel.guild);
        let last_pin = known.and_then(|channel| channel.last_pin).map(timestamp);
        let data = json!({"channel_id": channel, "last_pin_timestamp": last_pin});
        self.dispatch_in_channel(
            "CHANNEL_PINS_UPDATE",
            channel,
            with_guild(data, guild),
            ContentRule::Plain,
            (Intents::GUILDS, Intents::DIRECT_MESSAGES),
        );
    }
}
