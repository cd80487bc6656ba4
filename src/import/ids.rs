//! From a source's ids to our own.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::SourceMessage;
use super::scalar::has_year;
use crate::practice::id::{ChannelId, MemberId, MessageId};
use crate::practice::message::{Author, Heard, MessageKind};

/// The number of an id that Discord made; `None` for the ids of other platforms, which get a
/// negative number from whoever keeps the original text.
///
/// Numbers that are too small to hold a time are not Discord's: IRC logs are numbered from 0.
#[must_use]
pub fn snowflake(id: &str) -> Option<i64> {
    if !id.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    id.parse().ok().filter(|number| *number >= 1 << 22)
}

/// Whoever knows which numbers stand for a source's ids.
pub trait Ids {
    /// The channel of this id.
    fn channel(&mut self, id: &str) -> ChannelId;
    /// The message of this id in this channel: some sources number per channel.
    fn message(&mut self, channel: &str, id: &str) -> MessageId;
    /// The member of this id.
    fn member(&mut self, id: &str) -> MemberId;
}

/// Numbers that hold as long as the process: a snowflake is itself, any other id the next negative
/// number.
#[derive(Debug, Default)]
pub struct Interner {
    numbers: HashMap<String, i64>,
}

impl Interner {
    fn number(&mut self, scope: &str, id: &str) -> i64 {
        if let Some(number) = snowflake(id) {
            return number;
        }
        let key = format!("{scope}\0{id}");
        let next = self.numbers.len();
        *self
            .numbers
            .entry(key)
            // More ids than an i64 counts do not fit into memory.
            .or_insert_with(|| -1 - i64::try_from(next).unwrap_or(i64::MAX - 1))
    }
}

impl Ids for Interner {
    fn channel(&mut self, id: &str) -> ChannelId {
        ChannelId::new(self.number("channel", id))
    }

    fn message(&mut self, channel: &str, id: &str) -> MessageId {
        MessageId::new(self.number(channel, id))
    }

    fn member(&mut self, id: &str) -> MemberId {
        MemberId::new(self.number("member", id))
    }
}

/// A message of an export as it is heard. Where the source gives no time, it is said a second after
/// the `previous` one of its channel, or at the epoch.
#[must_use]
pub fn heard(message: &SourceMessage, previous: Option<DateTime<Utc>>, ids: &mut dyn Ids) -> Heard {
    let channel = &message.channel;
    let is_system = message.kind == MessageKind::System;
    let after = previous.map(|previous| {
        let next = previous.checked_add_signed(TimeDelta::seconds(1));
        next.filter(has_year).unwrap_or(previous)
    });
    Heard {
        channel: ids.channel(channel),
        id: ids.message(channel, &message.id),
        author: message
            .author
            .as_ref()
            .filter(|_| !is_system)
            .map(|author| Author {
                id: ids.member(&author.id),
                name: author.name.clone(),
                is_bot: author.is_bot,
            }),
        at: message.at.or(after).unwrap_or_default(),
        edited_at: message.edited_at,
        text: message.text.clone(),
        kind: message.kind,
        reply_to: message
            .reply_to
            .iter()
            .map(|id| ids.message(channel, id))
            .collect(),
        mentions: message.mentions.iter().map(|id| ids.member(id)).collect(),
        reactions: message.reactions.clone(),
        attachments: message.attachments.clone(),
    }
}
