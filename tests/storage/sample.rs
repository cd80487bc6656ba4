//! Values to keep. Each differs from every other in all that a test could mix up.

use chrono::{DateTime, Utc};
use convener::practice::id::{ChannelId, GuildId, MemberId, MessageId};
use convener::practice::message::{Author, Heard, MessageKind};
use convener::practice::reading::Reading;
use convener::practice::request::{NewRequest, Origin};

pub(crate) const GUILD: GuildId = GuildId::new(1_000_000_000_000_000_001);
pub(crate) const OTHER_GUILD: GuildId = GuildId::new(1_000_000_000_000_000_002);
pub(crate) const CHANNEL: ChannelId = ChannelId::new(2_000_000_000_000_000_001);
pub(crate) const OTHER_CHANNEL: ChannelId = ChannelId::new(2_000_000_000_000_000_002);

/// An instant of 24 November 2026, by its time of day.
pub(crate) fn at(time: &str) -> DateTime<Utc> {
    format!("2026-11-24T{time}Z").parse().unwrap()
}

pub(crate) fn person(id: i64) -> Author {
    Author {
        id: MemberId::new(id),
        name: format!("person {id}"),
        is_bot: false,
    }
}

/// A message of [`CHANNEL`] by person 7.
pub(crate) fn heard(id: i64, time: &str, text: &str) -> Heard {
    Heard {
        channel: CHANNEL,
        id: MessageId::new(id),
        author: Some(person(7)),
        at: at(time),
        edited_at: None,
        text: text.to_owned(),
        kind: MessageKind::Message,
        reply_to: Vec::new(),
        mentions: Vec::new(),
        reactions: Vec::new(),
        attachments: Vec::new(),
    }
}

pub(crate) fn small_talk() -> Reading {
    Reading::default()
}

/// A request of person 7 in [`CHANNEL`].
pub(crate) fn asked(message: Option<i64>, time: &str) -> NewRequest {
    NewRequest {
        guild: GUILD,
        channel: CHANNEL,
        message: message.map(MessageId::new),
        author: person(7),
        asked_at: at(time),
        text: format!("How does one do this, at {time}?"),
        origin: Origin::Detected,
        is_anonymous: false,
        is_public: true,
    }
}
