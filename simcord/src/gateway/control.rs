//! What a test can do to the gateway, and see of it.

use std::sync::Arc;

use serde_json::json;

use super::{Intents, Outgoing, Session};
use crate::{
    driver::{Channel, Person},
    server::{Server, in_time},
    snowflake::Snowflake,
    time::PATIENCE,
};

/// The gateway as its operators have it: see [`Simcord::gateway`](crate::Simcord::gateway).
#[derive(Clone)]
pub struct Gateway {
    pub(crate) server: Arc<Server>,
    /// The port whose connections are meant.
    pub(crate) entrance: u16,
}

impl Gateway {
    /// Whether a bot is connected and ready: every session it has opened hears.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.server.look(|state| {
            let sessions = state.gateway.sessions.iter();
            let mut ours = sessions
                .filter(|session| self.watches(session.entrance))
                .peekable();
            ours.peek().is_some() && ours.all(|session| session.socket.is_some())
        })
    }

    /// The shards by which a bot hears, in their order.
    #[must_use]
    pub fn shards(&self) -> Vec<u64> {
        self.server.look(|state| {
            let sessions = state.gateway.sessions.iter();
            let hears =
                |session: &&Session| self.watches(session.entrance) && session.socket.is_some();
            let mut shards: Vec<u64> = sessions
                .filter(hears)
                .map(|session| session.shard.0)
                .collect();
            shards.sort_unstable();
            shards
        })
    }

    /// Waits until a bot is connected. Panics if none comes.
    pub async fn connection(&self) {
        let look = |state: &mut crate::state::State| {
            state
                .gateway
                .sessions
                .iter()
                .any(|session| self.watches(session.entrance) && session.socket.is_some())
                .then_some(())
        };
        let seen = |state: &crate::state::State| {
            format!("{} sockets were opened", state.gateway.opened_sockets)
        };
        let waited = self
            .server
            .wait_for(PATIENCE, "a bot to connect and identify", look, seen)
            .await;
        in_time(waited);
    }

    /// How many dispatches the present bot process has been sent and, as far as known, received.
    ///
    /// READY and RESUMED count too, for every shard. A frame counts when it is queued for a live socket; one that
    /// happens while the bot is away counts when it is replayed. On RESUME the count falls back to what the client
    /// says it has seen (plus earlier sessions of the same process) before the replay is added. An IDENTIFY without
    /// an invalid session before it comes from a new process, and starts again at 0.
    ///
    /// A bot that counts the dispatches it has handled has therefore settled when its count equals this one.
    #[must_use]
    pub fn delivered(&self) -> u64 {
        self.server
            .look(|state| state.gateway.processes.delivered(self.entrance))
    }

    /// How many times a bot identified since the start. A resumed session doesn't count.
    #[must_use]
    pub fn identifies(&self) -> u64 {
        self.server.look(|state| state.gateway.identifies)
    }

    /// How many times a session was resumed.
    #[must_use]
    pub fn resumes(&self) -> u64 {
        self.server.look(|state| state.gateway.resumes)
    }

    /// Cuts every connection without a word; sessions can be resumed.
    pub fn drop_connections(&self) {
        self.to_every_socket(|| Outgoing::Drop);
    }

    /// Asks every client to come again (opcode 7) and hangs up, as Discord does when it restarts a server.
    pub fn reconnect(&self) {
        self.to_every_socket(|| Outgoing::Frame(json!({"op": 7, "d": null}).to_string()));
        self.to_every_socket(|| Outgoing::Close(4000, "Restarting."));
    }

    /// Tells every client that its session is invalid (opcode 9). One that isn't resumable is forgotten: the bot
    /// must identify again and misses what happened in between.
    pub fn invalidate_sessions(&self, resumable: bool) {
        self.server.change(|state| {
            let gateway = &mut state.gateway;
            for session in &mut gateway.sessions {
                if !self.watches(session.entrance) {
                    continue;
                }
                if !resumable {
                    let process = gateway.processes.of(session.entrance);
                    process.session_invalidated(session.shard.0);
                }
                if let Some((_, socket)) = session.socket.take() {
                    let invalid = json!({"op": 9, "d": resumable});
                    let _ = socket.send(Outgoing::Frame(invalid.to_string()));
                }
            }
            if !resumable {
                let sessions = &mut gateway.sessions;
                sessions.retain(|session| !self.watches(session.entrance));
            }
        });
    }

    /// Tells the connected bot this many new messages as fast as it reads: what these people say in these channels,
    /// over and over. For measuring: the messages are kept nowhere, so they can't be read later, and what else
    /// happens is told after them. The id of the last one.
    ///
    /// # Panics
    /// If no bot is connected that would hear them all.
    pub fn flood(&self, lines: &[(&Channel, &Person, &str)], count: u64) -> Snowflake {
        let (told, last) = self.server.change(|state| {
            let prepared: Vec<_> = lines
                .iter()
                .filter_map(|(channel, person, text)| {
                    state.prepared_line(person.id(), channel.id(), text)
                })
                .collect();
            let now = state.now();
            let before = state.mint.set_aside(now, count).get();
            let gateway = &mut state.gateway;
            let session = gateway.sessions.iter_mut().find(|session| {
                session.entrance == self.entrance
                    && prepared.iter().all(|line| session.has_guild(line.guild))
            });
            let told = session.map_or(0, |session| {
                session.flood(prepared, count, before, &mut gateway.processes)
            });
            (told, Snowflake::new(before + count))
        });
        assert_eq!(told, count, "nobody would hear all of it");
        last
    }

    /// Whether bots may have the privileged intents (members, presences, message content) from now on.
    pub fn allow_privileged_intents(&self, allowed: bool) {
        self.server.change(|state| {
            let intents = &mut state.gateway.allowed_intents;
            *intents = if allowed {
                Intents::KNOWN
            } else {
                intents.without(Intents::PRIVILEGED)
            };
        });
    }

    /// Whoever came by this port comes no more.
    pub(crate) fn forget_process(&self) {
        self.server.change(|state| {
            let gateway = &mut state.gateway;
            gateway
                .sessions
                .retain(|session| !self.watches(session.entrance));
            gateway.processes.forget(self.entrance);
        });
    }

    fn watches(&self, entrance: u16) -> bool {
        self.entrance == entrance
    }

    fn to_every_socket(&self, message: impl Fn() -> Outgoing) {
        self.server.change(|state| {
            let sockets = state.gateway.sockets.values();
            for socket in sockets.filter(|socket| self.watches(socket.entrance)) {
                let _ = socket.sender.send(message());
            }
            // Nothing that happens from here on can still reach them.
            if matches!(message(), Outgoing::Drop | Outgoing::Close(..)) {
                for session in &mut state.gateway.sessions {
                    if self.watches(session.entrance) {
                        session.socket = None;
                    }
                }
            }
        });
    }
}
