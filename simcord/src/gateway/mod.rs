//! The gateway: sessions, their intents, and the events they are told.
//! <https://discord.com/developers/docs/events/gateway>

mod connection;
mod control;
mod flood;
mod process;
mod session;

pub(crate) use connection::serve;
pub use control::Gateway;
pub(crate) use flood::{Flood, PreparedLine};
use process::Processes;
pub(crate) use session::{ContentRule, Dispatch, Intents, Outgoing, Session, strip_content};

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use crate::{snowflake::Snowflake, state::State};

/// An open socket, and the port that it came in by.
pub(crate) struct Socket {
    pub(crate) entrance: u16,
    pub(crate) sender: UnboundedSender<Outgoing>,
}

/// What the gateway knows of its clients.
pub(crate) struct GatewayState {
    pub(crate) allowed_intents: Intents,
    pub(crate) shards: u64,
    pub(crate) heartbeat_interval_ms: u64,
    pub(crate) sessions: Vec<Session>,
    pub(crate) processes: Processes,
    /// Every open socket by its number, identified or not.
    pub(crate) sockets: BTreeMap<u64, Socket>,
    pub(crate) opened_sockets: u64,
    pub(crate) identifies: u64,
    pub(crate) resumes: u64,
}

impl GatewayState {
    pub(crate) fn new(allowed_intents: Intents, shards: u64) -> Self {
        Self {
            allowed_intents,
            shards,
            // Discord's own.
            heartbeat_interval_ms: 41_250,
            sessions: Vec::new(),
            processes: Processes::default(),
            sockets: BTreeMap::new(),
            opened_sockets: 0,
            identifies: 0,
            resumes: 0,
        }
    }

    /// The application's flags say which privileged intents it has, as a small bot that needs no review:
    /// <https://discord.com/developers/docs/resources/application#application-object-application-flags>.
    pub(crate) fn application_flags(&self) -> u64 {
        let limited = [
            (Intents::GUILD_PRESENCES, 13),
            (Intents::GUILD_MEMBERS, 15),
            (Intents::MESSAGE_CONTENT, 19),
        ];
        limited
            .iter()
            .filter(|(intent, _)| self.allowed_intents.contains(*intent))
            .map(|(_, bit)| 1 << bit)
            .sum()
    }
}

impl State {
    /// Tells an event to every session that asked for it and may know.
    pub(crate) fn dispatch(&mut self, dispatch: &Dispatch) {
        let bot = self.bot();
        if let Some(guild) = dispatch.guild
            && !self
                .guilds
                .get(&guild)
                .is_some_and(|guild| guild.members.contains_key(&bot))
        {
            return;
        }
        if dispatch
            .channel
            .is_some_and(|channel| !self.sees(bot, channel))
        {
            return;
        }
        for session in &mut self.gateway.sessions {
            session.tell(dispatch, &mut self.gateway.processes);
        }
    }

    /// Introduces a guild, with all its members if the session may have them.
    pub(crate) fn dispatch_guild_create(&mut self, guild: Snowflake) {
        let Some(guild) = self.guilds.get(&guild) else {
            return;
        };
        let with_members = self.guild_create_payload(guild, true);
        let without_members = self.guild_create_payload(guild, false);
        let id = guild.id;
        for session in &mut self.gateway.sessions {
            let data = if session.intents.contains(Intents::GUILD_MEMBERS) {
                &with_members
            } else {
                &without_members
            };
            let dispatch = Dispatch::in_guild("GUILD_CREATE", Intents::GUILDS, id, data.clone());
            session.tell(&dispatch, &mut self.gateway.processes);
        }
    }

    pub(crate) fn ready_payload(&self, session: &Session, resume_url: &str) -> Value {
        let guilds: Vec<Value> = self
            .guilds
            .keys()
            .filter(|guild| session.has_guild(**guild))
            .map(|guild| json!({"id": guild, "unavailable": true}))
            .collect();
        json!({
            "v": 10,
            "user": self.current_user_payload(),
            "guilds": guilds,
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": resume_url,
            "shard": [session.shard.0, session.shard.1],
            "application": {"id": self.application.id, "flags": self.gateway.application_flags()},
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "user_settings": {},
            "geo_ordered_rtc_regions": [],
        })
    }
}
