//! What this Discord knows: one plain structure behind one lock.
//!
//! Each file below holds one kind of thing and what can happen to it. Both the REST API (the bot) and the driver
//! (people) go through these functions, so that whoever acts, the gateway tells the same events.

mod attachment;
mod channel;
mod command;
mod forum;
mod guild;
mod interaction;
mod mention;
mod message;
mod payload;
mod pin;
mod reaction;
mod scheduled_event;
mod thread;
mod user;
mod voice;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

pub(crate) use attachment::Attachment;
pub(crate) use channel::{Channel, ChannelKind, Overwrite, OverwriteTarget};
pub(crate) use command::{Command, CommandKind};
pub(crate) use forum::{ForumTag, MOST_APPLIED_TAGS, MOST_TAGS, REQUIRE_TAG};
pub(crate) use guild::Guild;
pub(crate) use interaction::{Acknowledgement, Interaction, InteractionKind, InteractionSource};
pub(crate) use mention::AllowedMentions;
pub(crate) use message::{BotEdit, Draft, Message, MessageKey, message_flag, message_kind};
pub(crate) use pin::MOST_PINS;
pub(crate) use reaction::{Emoji, Reaction};
pub(crate) use scheduled_event::{EventStatus, MOST_EVENTS, ScheduledEvent, Venue};
pub(crate) use thread::{NewThread, Thread};
pub(crate) use user::{Application, User};

use crate::{
    failure::Failures,
    gateway::GatewayState,
    ratelimit::RateLimits,
    snowflake::{Snowflake, SnowflakeMint},
    time::TimeSource,
    traffic::Traffic,
};

pub(crate) struct State {
    pub(crate) time: TimeSource,
    pub(crate) mint: SnowflakeMint,
    pub(crate) application: Application,
    pub(crate) users: BTreeMap<Snowflake, User>,
    pub(crate) guilds: BTreeMap<Snowflake, Guild>,
    pub(crate) channels: BTreeMap<Snowflake, Channel>,
    /// Keyed by channel first, so that a channel's messages are one range in order.
    pub(crate) messages: BTreeMap<MessageKey, Message>,
    pub(crate) scheduled_events: BTreeMap<Snowflake, ScheduledEvent>,
    pub(crate) commands: Vec<Command>,
    pub(crate) interactions: BTreeMap<Snowflake, Interaction>,
    /// Edits that the bot made and nobody has looked at yet.
    pub(crate) bot_edits: Vec<BotEdit>,
    pub(crate) gateway: GatewayState,
    pub(crate) traffic: Traffic,
    pub(crate) rate_limits: RateLimits,
    pub(crate) failures: Failures,
}

impl State {
    pub(crate) fn new(
        time: TimeSource,
        bot_name: &str,
        gateway: GatewayState,
        rate_limits: RateLimits,
    ) -> Self {
        let mut mint = SnowflakeMint::default();
        let owner = User::person(mint.next(time()), "developer");
        let application = Application::new(mint.next(time()), bot_name, owner.id);
        let bot = User {
            bot: true,
            ..User::person(application.id, bot_name)
        };
        Self {
            time,
            mint,
            application,
            users: BTreeMap::from([(owner.id, owner), (bot.id, bot)]),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            scheduled_events: BTreeMap::new(),
            commands: Vec::new(),
            interactions: BTreeMap::new(),
            bot_edits: Vec::new(),
            gateway,
            traffic: Traffic::default(),
            rate_limits,
            failures: Failures::default(),
        }
    }

    /// The community time.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.time)()
    }

    pub(crate) fn next_id(&mut self) -> Snowflake {
        let now = self.now();
        self.mint.next(now)
    }

    /// The bot's user id. Discord gives the bot's user and its application the same one.
    pub(crate) fn bot(&self) -> Snowflake {
        self.application.id
    }
}
