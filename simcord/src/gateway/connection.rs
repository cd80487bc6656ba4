//! One socket, from Hello to its end.

use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedSender};

use super::{Flood, Intents, Outgoing, Session, Socket};
use crate::{server::Server, snowflake::Snowflake, state::State};

/// Reasons to end a connection: <https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes>.
mod close {
    pub(super) const UNKNOWN_OPCODE: (u16, &str) = (4001, "Unknown opcode.");
    pub(super) const DECODE_ERROR: (u16, &str) = (4002, "Error while decoding payload.");
    pub(super) const NOT_AUTHENTICATED: (u16, &str) = (4003, "Not authenticated.");
    pub(super) const AUTHENTICATION_FAILED: (u16, &str) = (4004, "Authentication failed.");
    pub(super) const ALREADY_AUTHENTICATED: (u16, &str) = (4005, "Already authenticated.");
    pub(super) const INVALID_SHARD: (u16, &str) = (4010, "Invalid shard.");
    pub(super) const INVALID_INTENTS: (u16, &str) = (4013, "Invalid intent(s).");
    pub(super) const DISALLOWED_INTENTS: (u16, &str) = (4014, "Disallowed intent(s).");
}

type Closing = (u16, &'static str);

/// So many frames of a flood are written before the client is listened to again.
const BREATH: usize = 64;

/// Talks with one client until one of both has enough.
pub(crate) async fn serve(server: Arc<Server>, mut socket: WebSocket, entrance: u16) {
    let (sender, mut outgoing) = mpsc::unbounded_channel();
    let (number, hello) = server.change(|state| {
        state.gateway.opened_sockets += 1;
        let number = state.gateway.opened_sockets;
        let socket = Socket {
            entrance,
            sender: sender.clone(),
        };
        state.gateway.sockets.insert(number, socket);
        (
            number,
            json!({"op": 10, "d": {"heartbeat_interval": state.gateway.heartbeat_interval_ms}}),
        )
    });
    let connection = Connection {
        server: Arc::clone(&server),
        entrance,
        number,
        sender,
    };
    connection.send(&hello);
    let mut flood: Option<Flood> = None;
    loop {
        tokio::select! {
            // What is to be told goes first, so that a close comes after the frames before it.
            biased;
            next = outgoing.recv(), if flood.is_none() => match next {
                Some(Outgoing::Flood(next)) => flood = Some(next),
                Some(Outgoing::Frame(frame)) => {
                    if socket.send(Message::Text(frame.into())).await.is_err() {
                        break;
                    }
                }
                Some(Outgoing::Close(code, reason)) => {
                    let frame = CloseFrame { code, reason: reason.into() };
                    let _ = socket.send(Message::Close(Some(frame))).await;
                    break;
                }
                Some(Outgoing::Drop) | None => break,
            },
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => connection.receive(&text),
                Some(Ok(Message::Binary(bytes))) => connection.receive(&String::from_utf8_lossy(&bytes)),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.as_ref().map_or(0, |frame| frame.code);
                    connection.said_goodbye(code);
                    // Who closes waits for the answer: RFC 6455, section 5.5.1.
                    let _ = socket.send(Message::Close(frame)).await;
                    break;
                }
                Some(Err(_)) | None => break,
            },
            // A flood goes on only while the client has nothing to say.
            () = std::future::ready(()), if flood.is_some() => {
                match pour(&mut socket, flood.as_mut()).await {
                    Ok(true) => {}
                    Ok(false) => flood = None,
                    Err(_) => break,
                }
            }
        }
    }
    server.change(|state| {
        state.gateway.sockets.remove(&number);
        for session in &mut state.gateway.sessions {
            if session
                .socket
                .as_ref()
                .is_some_and(|(known, _)| *known == number)
            {
                session.socket = None;
            }
        }
    });
}

/// Writes some frames of a flood; whether more may follow.
async fn pour(socket: &mut WebSocket, flood: Option<&mut Flood>) -> Result<bool, axum::Error> {
    let mut written = 0;
    for frame in flood.into_iter().flatten().take(BREATH) {
        socket.feed(Message::Text(frame.into())).await?;
        written += 1;
    }
    socket.flush().await?;
    Ok(written == BREATH)
}

struct Connection {
    server: Arc<Server>,
    entrance: u16,
    number: u64,
    sender: UnboundedSender<Outgoing>,
}

impl Connection {
    fn send(&self, payload: &Value) {
        let _ = self.sender.send(Outgoing::Frame(payload.to_string()));
    }

    fn receive(&self, text: &str) {
        let outcome = match serde_json::from_str::<Value>(text) {
            Ok(payload) => self.server.change(|state| self.handle(state, &payload)),
            Err(_) => Err(close::DECODE_ERROR),
        };
        if let Err((code, reason)) = outcome {
            let _ = self.sender.send(Outgoing::Close(code, reason));
        }
    }

    fn handle(&self, state: &mut State, payload: &Value) -> Result<(), Closing> {
        let data = &payload["d"];
        let identified = self.session_of(state).is_some();
        match payload["op"].as_u64() {
            Some(1) => self.send(&json!({"op": 11, "d": null})),
            Some(2 | 6) if identified => return Err(close::ALREADY_AUTHENTICATED),
            Some(2) => return self.identify(state, data),
            Some(6) => return self.resume(state, data),
            Some(3 | 4 | 8 | 31) if !identified => return Err(close::NOT_AUTHENTICATED),
            // A presence and a wish to speak change nothing that is modelled.
            Some(3 | 4 | 31) => {}
            Some(8) => self.request_members(state, data),
            _ => return Err(close::UNKNOWN_OPCODE),
        }
        Ok(())
    }

    /// Who closes with 1000 or 1001 ends the session:
    /// <https://discord.com/developers/docs/events/gateway#initiating-a-disconnect>.
    fn said_goodbye(&self, code: u16) {
        self.server.change(|state| {
            let Some(at) = self
                .session_of(state)
                .filter(|_| matches!(code, 1000 | 1001))
            else {
                return;
            };
            let session = state.gateway.sessions.remove(at);
            let sessions = &state.gateway.sessions;
            let goes_on = sessions
                .iter()
                .any(|other| other.entrance == session.entrance && other.socket.is_some());
            let process = state.gateway.processes.of(session.entrance);
            process.session_ended(session.shard.0, goes_on);
        });
    }

    fn session_of(&self, state: &State) -> Option<usize> {
        let ours = |session: &Session| {
            session
                .socket
                .as_ref()
                .is_some_and(|(number, _)| *number == self.number)
        };
        state.gateway.sessions.iter().position(ours)
    }

    fn identify(&self, state: &mut State, data: &Value) -> Result<(), Closing> {
        if !has_token(state, data) {
            return Err(close::AUTHENTICATION_FAILED);
        }
        let intents = Intents::from_bits(data["intents"].as_u64().ok_or(close::DECODE_ERROR)?);
        if !Intents::KNOWN.contains(intents) {
            return Err(close::INVALID_INTENTS);
        }
        if !state.gateway.allowed_intents.contains(intents) {
            return Err(close::DISALLOWED_INTENTS);
        }
        let shard = match data["shard"].as_array().map(Vec::as_slice) {
            None => (0, 1),
            Some([number, count]) => {
                let shard = number.as_u64().zip(count.as_u64());
                shard
                    .filter(|(number, count)| number < count)
                    .ok_or(close::INVALID_SHARD)?
            }
            Some(_) => return Err(close::INVALID_SHARD),
        };
        state.gateway.identifies += 1;
        state
            .gateway
            .processes
            .of(self.entrance)
            .identified(shard.0);
        // A process has one session a shard: the one before is forgotten with its replay.
        state
            .gateway
            .sessions
            .retain(|session| session.shard != shard || session.entrance != self.entrance);
        let id = format!("{:032x}", state.next_id().get());
        let mut session = Session::new(
            id,
            self.entrance,
            shard,
            intents,
            (self.number, self.sender.clone()),
        );
        let ready = state.ready_payload(&session, &format!("ws://127.0.0.1:{}", self.entrance));
        session.tell_directly("READY", &ready, &mut state.gateway.processes);
        let guilds: Vec<Snowflake> = state
            .guilds
            .keys()
            .copied()
            .filter(|guild| session.has_guild(*guild))
            .collect();
        if session.intents.contains(Intents::GUILDS) {
            for guild in guilds.iter().filter_map(|guild| state.guilds.get(guild)) {
                let data =
                    state.guild_create_payload(guild, intents.contains(Intents::GUILD_MEMBERS));
                session.tell_directly("GUILD_CREATE", &data, &mut state.gateway.processes);
            }
        }
        state.gateway.sessions.push(session);
        Ok(())
    }

    fn resume(&self, state: &mut State, data: &Value) -> Result<(), Closing> {
        if !has_token(state, data) {
            return Err(close::AUTHENTICATION_FAILED);
        }
        let sequence = data["seq"].as_u64().ok_or(close::DECODE_ERROR)?;
        let gateway = &mut state.gateway;
        let id = data["session_id"].as_str().unwrap_or_default();
        let known = gateway.sessions.iter_mut().find(|session| session.id == id);
        let shard = known.as_ref().map_or(0, |session| session.shard.0);
        let Some(session) = known.filter(|session| sequence <= session.sequence) else {
            gateway
                .processes
                .of(self.entrance)
                .session_invalidated(shard);
            self.send(&json!({"op": 9, "d": false}));
            return Ok(());
        };
        gateway.resumes += 1;
        session.entrance = self.entrance;
        let process = gateway.processes.of(self.entrance);
        process.resumed(session.shard.0, sequence);
        session.socket = Some((self.number, self.sender.clone()));
        session.replay(sequence, &mut gateway.processes);
        session.tell_directly("RESUMED", &json!({}), &mut gateway.processes);
        Ok(())
    }

    /// <https://discord.com/developers/docs/events/gateway-events#request-guild-members>
    fn request_members(&self, state: &mut State, data: &Value) {
        let guild = data["guild_id"]
            .as_str()
            .and_then(|id| id.parse::<Snowflake>().ok());
        let Some((guild, at)) = guild
            .and_then(|id| state.guilds.get(&id))
            .zip(self.session_of(state))
        else {
            return;
        };
        let wanted: Option<Vec<&str>> = match &data["user_ids"] {
            Value::Array(ids) => Some(ids.iter().filter_map(Value::as_str).collect()),
            Value::String(id) => Some(vec![id]),
            _ => None,
        };
        let query = data["query"].as_str().unwrap_or_default();
        let limit = data["limit"]
            .as_u64()
            .filter(|limit| *limit > 0)
            .map_or(usize::MAX, |limit| {
                usize::try_from(limit).unwrap_or(usize::MAX)
            });
        let matches = |user: &Snowflake| match &wanted {
            Some(ids) => ids.contains(&user.to_string().as_str()),
            None => state
                .users
                .get(user)
                .is_some_and(|user| user.handle.starts_with(query)),
        };
        let found: Vec<Value> = guild
            .members
            .keys()
            .filter(|user| matches(user))
            .take(limit)
            .map(|user| state.member_payload(guild.id, *user))
            .collect();
        let chunks: Vec<&[Value]> = if found.is_empty() {
            vec![&[]]
        } else {
            found.chunks(1000).collect()
        };
        for (index, members) in chunks.iter().enumerate() {
            let chunk = json!({
                "guild_id": guild.id,
                "members": members,
                "chunk_index": index,
                "chunk_count": chunks.len(),
                "not_found": [],
                "nonce": data["nonce"],
            });
            let gateway = &mut state.gateway;
            gateway.sessions[at].tell_directly(
                "GUILD_MEMBERS_CHUNK",
                &chunk,
                &mut gateway.processes,
            );
        }
    }
}

fn has_token(state: &State, data: &Value) -> bool {
    let token = data["token"].as_str().unwrap_or_default();
    token.strip_prefix("Bot ").unwrap_or(token) == state.application.token
}
