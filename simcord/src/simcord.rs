//! Starting a Discord, and looking at it from above.

use std::{io, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{
        DefaultBodyLimit,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, Method, Uri},
    response::Response,
};
use tokio::{net::TcpListener, sync::watch, task::AbortHandle};

use crate::{
    driver::{Channel, Guild, Message, Person, Place},
    failure::Failure,
    gateway::{self, Gateway, GatewayState, Intents},
    page::{self, Skip},
    permissions::Permissions,
    ratelimit::RateLimits,
    rest,
    server::{Server, in_time},
    snowflake::Snowflake,
    state::{MessageKey, State},
    time::{PATIENCE, TimeSource, wall_clock},
    traffic::Request,
};

/// A running Discord. Clones are handles to the same one; it ends with the last of them.
#[derive(Clone)]
pub struct Simcord {
    server: Arc<Server>,
    bot_permissions: Permissions,
    _listening: Arc<Listening>,
}

/// Closes the door when the last handle is gone.
struct Listening {
    server: Arc<Server>,
    task: AbortHandle,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
        Gateway {
            server: Arc::clone(&self.server),
        }
        .drop_connections();
    }
}

/// How a Discord starts: see [`Simcord::builder`].
#[must_use]
pub struct Builder {
    time: TimeSource,
    port: u16,
    bot_name: String,
    bot_permissions: Permissions,
    privileged_intents: bool,
    message_content: bool,
    shards: u64,
    rate_limits: RateLimits,
    on_skip: Option<Skip>,
}

impl Builder {
    /// Where the community time comes from. By default it is this machine's clock.
    pub fn time(mut self, time: TimeSource) -> Self {
        self.time = time;
        self
    }

    /// The port to listen on. By default any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// What the bot is called. By default `helper`.
    pub fn bot_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.bot_name);
        self
    }

    /// What the bot's own role may do in every guild. By default [`Permissions::BOT_BY_DEFAULT`].
    pub fn bot_permissions(mut self, permissions: Permissions) -> Self {
        self.bot_permissions = permissions;
        self
    }

    /// Whether the application was given the privileged intents (members, presences, message content). By default
    /// it was; without, a bot that asks for them is closed with 4014.
    pub fn privileged_intents(mut self, allowed: bool) -> Self {
        self.privileged_intents = allowed;
        self
    }

    /// Whether the application was given the Message Content intent, apart from the other privileged ones.
    pub fn message_content(mut self, allowed: bool) -> Self {
        self.message_content = allowed;
        self
    }

    /// How many shards the gateway recommends. By default 1.
    pub fn shards(mut self, shards: u64) -> Self {
        self.shards = shards;
        self
    }

    /// Which rate limits hold. By default none.
    pub fn rate_limits(mut self, limits: RateLimits) -> Self {
        self.rate_limits = limits;
        self
    }

    /// What *skip ahead* on the chat page does. Without it there is no such button.
    pub fn on_skip(mut self, skip: impl Fn() + Send + Sync + 'static) -> Self {
        self.on_skip = Some(Arc::new(skip));
        self
    }

    /// Listens on 127.0.0.1, or says why that cannot be.
    pub async fn try_start(self) -> io::Result<Simcord> {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await?;
        let address = listener.local_addr()?;
        let mut allowed = Intents::KNOWN;
        if !self.privileged_intents {
            allowed = allowed.without(Intents::PRIVILEGED);
        } else if !self.message_content {
            allowed = allowed.without(Intents::MESSAGE_CONTENT);
        }
        let gateway = GatewayState::new(allowed, self.shards);
        let state = State::new(
            self.time,
            format!("ws://{address}"),
            &self.bot_name,
            gateway,
            self.rate_limits,
        );
        let server = Server::new(state, format!("http://{address}"), self.on_skip);
        let routed = Arc::clone(&server);
        let application = Router::new()
            .fallback(move |socket, method, uri, headers, body| {
                enter(Arc::clone(&routed), socket, method, uri, headers, body)
            })
            // Files are dropped, but have to arrive.
            .layer(DefaultBodyLimit::max(MOST_BYTES));
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, application).await {
                tracing::error!(%error, "the server stopped");
            }
        });
        let listening = Listening {
            server: Arc::clone(&server),
            task: task.abort_handle(),
        };
        Ok(Simcord {
            server,
            bot_permissions: self.bot_permissions,
            _listening: Arc::new(listening),
        })
    }

    /// Listens on 127.0.0.1.
    ///
    /// # Panics
    /// If the port is taken: see [`Builder::try_start`].
    pub async fn start(self) -> Simcord {
        self.try_start()
            .await
            .unwrap_or_else(|error| panic!("cannot listen on 127.0.0.1: {error}"))
    }
}

/// The largest request that is read: more than a message with its files.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// Sockets to the gateway, requests to the API, and the rest to the page.
async fn enter(
    server: Arc<Server>,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Ok(socket) = socket {
        return socket.on_upgrade(move |socket| gateway::serve(server, socket));
    }
    if uri.path().starts_with("/api/") {
        return rest::answer(server, method, uri, headers, body).await;
    }
    page::answer(server, method, uri, headers, body).await
}

impl Simcord {
    /// A Discord as it usually is, with this machine's time.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// A Discord to be arranged before it starts.
    pub fn builder() -> Builder {
        Builder {
            time: wall_clock(),
            port: 0,
            bot_name: "helper".to_owned(),
            bot_permissions: Permissions::BOT_BY_DEFAULT,
            privileged_intents: true,
            message_content: true,
            shards: 1,
            rate_limits: RateLimits::default(),
            on_skip: None,
        }
    }

    /// Where the API is, like `http://127.0.0.1:1234`: requests go to `/api/v10/…` under it.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.server.base_url.clone()
    }

    /// Where the gateway is, like `ws://127.0.0.1:1234`.
    #[must_use]
    pub fn gateway_url(&self) -> String {
        self.server.base_url.replacen("http", "ws", 1)
    }

    /// The one token that is accepted.
    #[must_use]
    pub fn token(&self) -> String {
        self.server.look(|state| state.application.token.clone())
    }

    /// The id of the application, which is the bot's user id too.
    #[must_use]
    pub fn application_id(&self) -> Snowflake {
        self.server.look(State::bot)
    }

    /// The gateway, to look at and to disturb.
    #[must_use]
    pub fn gateway(&self) -> Gateway {
        Gateway {
            server: Arc::clone(&self.server),
        }
    }

    /// Rings whenever something changed: a message, an answer, a connection. The number has no meaning.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.server.changes()
    }

    /// Founds a guild. The bot is in it from the start, and hears of it if it is connected.
    #[must_use]
    pub fn guild(&self, name: &str) -> Guild {
        let id = self
            .server
            .change(|state| state.found_guild(name, self.bot_permissions));
        Guild::new(&self.server, id)
    }

    /// Somebody with this handle, in the guild they are a member of.
    #[must_use]
    pub fn person(&self, handle: &str) -> Option<Person> {
        self.server.look(|state| {
            let user = state.users.values().find(|user| user.handle == handle)?;
            let guild = state
                .guilds
                .values()
                .find(|guild| guild.members.contains_key(&user.id))
                .map(|guild| guild.id);
            Some(Person::new(&self.server, guild, user.id))
        })
    }

    /// The channel or thread of that name.
    #[must_use]
    pub fn channel(&self, place: impl Into<Place>) -> Option<Channel> {
        let place = place.into();
        let id = self.server.look(|state| place.find(state, None));
        id.map(|id| Channel::new(&self.server, id))
    }

    /// Waits until the bot offers this command in some guild or everywhere: `"/ask"`, or the name of a menu command.
    /// Bots register their commands in their own time after they start. Panics if it never does.
    pub async fn offers(&self, command: &str) {
        let name = command.trim_start_matches('/');
        let look = |state: &mut State| {
            state
                .commands
                .iter()
                .find(|known| known.name == name)
                .map(|_| ())
        };
        let awaited = format!("the bot to offer {command}");
        in_time(
            self.server
                .wait_for(PATIENCE, awaited, look, crate::driver::seen_by_the_bot)
                .await,
        );
    }

    /// The next message of the bot in that channel that nobody has taken yet, answers to commands included.
    /// Waits for it, and panics if none comes.
    pub async fn next_message(&self, place: impl Into<Place>) -> Message {
        let place = place.into();
        let look = |state: &mut State| {
            let channel = place.find(state, None)?;
            crate::driver::take_next(state, channel)
        };
        let awaited = format!("a message of the bot in {place}");
        let waited = self
            .server
            .wait_for(PATIENCE, awaited, look, crate::driver::seen_by_the_bot)
            .await;
        in_time(waited)
    }

    /// The next edit by the bot in that channel that nobody has taken yet, with the message as it is then.
    /// Waits for it, and panics if none comes.
    pub async fn next_edit(&self, place: impl Into<Place>) -> Message {
        let place = place.into();
        let look = |state: &mut State| {
            let channel = place.find(state, None)?;
            take_edit(state, |key| key.0 == channel)
        };
        let awaited = format!("an edit by the bot in {place}");
        let waited = self
            .server
            .wait_for(PATIENCE, awaited, look, crate::driver::seen_by_the_bot)
            .await;
        in_time(waited)
    }

    /// Makes sure that the bot said nothing in that channel that nobody has taken. It doesn't wait: let the bot
    /// settle first, by [`Gateway::delivered`].
    ///
    /// # Panics
    /// If it did.
    pub fn assert_no_message(&self, place: impl Into<Place>) {
        let place = place.into();
        let taken = self.server.change(|state| {
            let channel = place.find(state, None)?;
            crate::driver::take_next(state, channel)
        });
        if let Some(message) = taken {
            panic!("the bot said in {place}: {}", message.text());
        }
    }

    /// Every message of a channel that all its members see, oldest first.
    ///
    /// # Panics
    /// If there is no such channel.
    #[must_use]
    pub fn messages(&self, place: impl Into<Place>) -> Vec<Message> {
        let place = place.into();
        self.server.look(|state| {
            let channel = place
                .find(state, None)
                .unwrap_or_else(|| panic!("there is no channel {place}"));
            Message::all_in(&self.server, state, channel)
        })
    }

    /// A message as it is now; nothing if it was deleted.
    #[must_use]
    pub fn message(&self, id: Snowflake) -> Option<Message> {
        self.server.look(|state| {
            let message = state.message_with_id(id)?;
            Message::read(state, (message.channel, id))
        })
    }

    /// Lets requests fail, the first of them first. `path` is without `/api/v10`, and `*` stands for one segment:
    /// `fail_next("POST", "/channels/*/messages", 500, 2)`; `"*"` alone stands for any method or path.
    pub fn fail_next(&self, method: &str, path: &str, failure: impl Into<Failure>, times: u32) {
        self.server
            .change(|state| state.failures.plan(method, path, failure.into(), times));
    }

    /// Answers requests with 429: see [`Simcord::fail_next`].
    pub fn rate_limit_next(&self, method: &str, path: &str, retry_after: Duration, times: u32) {
        self.fail_next(
            method,
            path,
            Failure::RateLimited {
                retry_after,
                global: false,
            },
            times,
        );
    }

    /// Never answers the next such request: see [`Simcord::fail_next`].
    pub fn hang_next(&self, method: &str, path: &str) {
        self.fail_next(method, path, Failure::Hang, 1);
    }

    /// Every request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.server.look(|state| state.traffic.requests.clone())
    }

    /// Every request so far as JSON, one a line, for a check against Discord's `OpenAPI` description:
    /// <https://github.com/discord/discord-api-spec>.
    #[must_use]
    pub fn traffic_as_jsonl(&self) -> String {
        let lines = self
            .requests()
            .into_iter()
            .filter_map(|request| serde_json::to_string(&request).ok());
        lines.map(|line| line + "\n").collect()
    }

    /// Requests that no route answers: what isn't modelled, or a mistake of the bot.
    #[must_use]
    pub fn unexpected_requests(&self) -> Vec<String> {
        self.server.look(|state| state.traffic.unexpected.clone())
    }

    /// Interactions that were not acknowledged within 3 seconds, by the command's name.
    #[must_use]
    pub fn unanswered(&self) -> Vec<String> {
        self.server.look(|state| {
            let given_up = state
                .interactions
                .values()
                .filter(|interaction| interaction.given_up);
            given_up
                .map(|interaction| interaction.name.clone())
                .collect()
        })
    }

    /// Makes sure that the bot kept to Discord's rules.
    ///
    /// # Panics
    /// If the bot asked for something that isn't there, sent a body that Discord refuses, or left an interaction
    /// without an answer.
    pub fn assert_clean(&self) {
        let unexpected = self.unexpected_requests();
        assert!(unexpected.is_empty(), "no route for {unexpected:?}");
        let refused: Vec<String> = self
            .requests()
            .into_iter()
            .filter(|request| request.answer["code"] == 50035)
            .map(|request| {
                format!(
                    "{} {} {} → {}",
                    request.method, request.path, request.body, request.answer
                )
            })
            .collect();
        assert!(
            refused.is_empty(),
            "Discord refuses:\n{}",
            refused.join("\n")
        );
        let unanswered = self.unanswered();
        assert!(
            unanswered.is_empty(),
            "the application did not respond to {unanswered:?}"
        );
    }
}

fn take_edit(state: &mut State, wanted: impl Fn(MessageKey) -> bool) -> Option<Message> {
    let at = state
        .bot_edits
        .iter()
        .position(|edit| wanted(edit.message) && state.messages.contains_key(&edit.message))?;
    let edit = state.bot_edits.remove(at);
    Message::read(state, edit.message)
}
