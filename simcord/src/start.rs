//! Starting a Discord.

use std::{io, sync::Arc};

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
use tokio::{net::TcpListener, task::AbortHandle};

use crate::{
    Simcord,
    gateway::{self, Gateway, GatewayState, Intents},
    page::{self, Skip},
    permissions::Permissions,
    ratelimit::RateLimits,
    rest,
    server::Server,
    state::State,
    time::{TimeSource, wall_clock},
};

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
    pub(crate) fn new() -> Self {
        Self {
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
        let mut allowed = Intents::KNOWN;
        if !self.privileged_intents {
            allowed = allowed.without(Intents::PRIVILEGED);
        } else if !self.message_content {
            allowed = allowed.without(Intents::MESSAGE_CONTENT);
        }
        let gateway = GatewayState::new(allowed, self.shards);
        let state = State::new(self.time, &self.bot_name, gateway, self.rate_limits);
        let server = Server::new(state, self.on_skip);
        let door = Door::open(&server, self.port).await?;
        Ok(Simcord {
            server,
            bot_permissions: self.bot_permissions,
            door: Arc::new(door),
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

/// A port to come in by. It closes when the last handle that watches it is gone.
pub(crate) struct Door {
    server: Arc<Server>,
    port: u16,
    task: AbortHandle,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.task.abort();
        let gateway = Gateway {
            server: Arc::clone(&self.server),
            entrance: self.port,
        };
        gateway.drop_connections();
        gateway.forget_process();
    }
}

impl Door {
    /// Opens a door on 127.0.0.1; any free port is number 0.
    pub(crate) async fn open(server: &Arc<Server>, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let port = listener.local_addr()?.port();
        let routed = Arc::clone(server);
        let application = Router::new()
            .fallback(move |socket, method, uri, headers, body| {
                enter(
                    Arc::clone(&routed),
                    port,
                    socket,
                    method,
                    uri,
                    headers,
                    body,
                )
            })
            // Files are dropped, but have to arrive.
            .layer(DefaultBodyLimit::max(MOST_BYTES));
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, application).await {
                tracing::error!(%error, "the server stopped");
            }
        });
        Ok(Self {
            server: Arc::clone(server),
            port,
            task: task.abort_handle(),
        })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

/// Sockets to the gateway, requests to the API, and the rest to the page.
async fn enter(
    server: Arc<Server>,
    port: u16,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Ok(socket) = socket {
        return socket.on_upgrade(move |socket| gateway::serve(server, socket, port));
    }
    if uri.path().starts_with("/api/") {
        return rest::answer(server, port, method, uri, headers, body).await;
    }
    page::answer(server, port, method, uri, headers, body).await
}
