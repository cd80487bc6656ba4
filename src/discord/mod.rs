//! What did Discord say, and how is this said in Discord?
//!
//! The only room that knows serenity and poise. Events come in through one raw handler
//! (`event`), so that each is counted when it has been handled; commands are poise's, dispatched from
//! there; buttons and menus are routed by their durable custom id (`component`), never by in-process
//! collectors, which die with the process.
//!
//! serenity's cache is off: what is needed of a guild is kept in the database.
//!
//! To add a command: a file in `command` whose function parses, asks one use case, and answers with a
//! post of `view`; then its line in `command::all`.

mod catch_up;
mod check;
mod command;
mod component;
mod event;
mod gateway;
mod intake;
mod line;
mod marks;
mod meetup;
mod messenger;
mod render;
mod scheduled_event;
mod sharing;
mod translate;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use secrecy::SecretString;
use serenity::all::{CreateAllowedMentions, GatewayError, GatewayIntents, Http, HttpBuilder};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::clock::Work;
use crate::config;
use crate::facilitation::door::DoorError;
use crate::facilitation::{Facilitation, Fault};
use crate::practice::shard::{Serving, Shards};
use gateway::Ended;
pub use messenger::DiscordMessenger;
use sharing::{Pace, Part, Served};

/// What Convener asks Discord to be told of.
const INTENTS: GatewayIntents = GatewayIntents::GUILDS
    .union(GatewayIntents::GUILD_MESSAGES)
    .union(GatewayIntents::GUILD_MESSAGE_REACTIONS)
    .union(GatewayIntents::GUILD_SCHEDULED_EVENTS)
    .union(GatewayIntents::GUILD_VOICE_STATES);

/// How long a request to Discord may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Why Discord can't be served. Each is one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The base does not answer as Discord does.
    #[error(
        "{place} does not answer as Discord's API does ({reason}); check discord.api_base and the network"
    )]
    Unreachable {
        /// Discord, or the base that was set.
        place: String,
        /// What happened.
        reason: String,
    },
    /// Discord does not know the token.
    #[error("Discord does not accept the token; copy it anew from the developer portal, page Bot")]
    Token,
    /// A privileged intent is switched off.
    #[error(
        "Discord refuses the intents; switch on Server Members and Message Content in the developer portal, page Bot"
    )]
    Intents,
    /// While this process was away from the database, others began anew with another total of shards.
    #[error("the shards were {0} and are {1} by now; start Convener again")]
    AnotherTotal(u32, u32),
    /// The connection ended for good.
    #[error("Discord closed the connection: {0}")]
    Closed(String),
}

/// A connection to Discord that has been checked, and is ready to serve.
pub struct Connection {
    http: Arc<Http>,
    api_base: Option<String>,
    gateway_url: String,
    intents: GatewayIntents,
    /// How many shards Discord advises.
    advised: u32,
    serving: Serving,
    pace: Pace,
    token: SecretString,
    place: String,
}

impl Connection {
    /// Checks that the API answers, that it knows the token, and where its gateway is.
    ///
    /// Nothing is sent anywhere but to `api_base`, or to Discord where there is none.
    pub async fn open(api_base: Option<&str>, token: SecretString) -> Result<Self, ConnectError> {
        let place = api_base.unwrap_or("Discord").to_owned();
        let unreachable = |reason: String| ConnectError::Unreachable {
            place: place.clone(),
            reason,
        };
        let http = http_client(api_base, &token);
        let refused = |error: serenity::Error| match messenger::status_of(&error) {
            Some(401) => ConnectError::Token,
            _ => unreachable(reason(&error)),
        };
        let too_slow = |_| unreachable("no answer".to_owned());
        let gateway = timeout(REQUEST_TIMEOUT, http.get_gateway())
            .await
            .map_err(too_slow)?;
        let gateway = gateway.map_err(refused)?;
        let advice = timeout(REQUEST_TIMEOUT, http.get_bot_gateway()).await;
        let advice = advice.map_err(too_slow)?.map_err(refused)?;
        let at_once = u32::try_from(advice.session_start_limit.max_concurrency);
        let turns = Pace {
            at_once: at_once.unwrap_or(1).max(1),
            // What is not Discord sets no such pace.
            turn: match api_base {
                Some(_) => Duration::ZERO,
                None => sharing::TURN,
            },
        };
        let application = timeout(REQUEST_TIMEOUT, http.get_current_application_info()).await;
        let application = application.map_err(too_slow)?.map_err(refused)?;
        http.set_application_id(application.id);
        let intents = intents(&application);
        if !gateway.url.starts_with("ws://") && !gateway.url.starts_with("wss://") {
            return Err(unreachable("its gateway has no address".to_owned()));
        }
        Ok(Self {
            http: Arc::new(http),
            api_base: api_base.map(str::to_owned),
            gateway_url: gateway.url,
            intents,
            advised: advice.shards.max(1),
            serving: Serving::All,
            pace: turns,
            token,
            place,
        })
    }

    /// Serves these shards only; otherwise it serves all, in as many as Discord advises.
    #[must_use]
    pub fn serving(self, serving: Serving) -> Self {
        Self { serving, ..self }
    }

    /// The way to say things and to read, over this connection.
    #[must_use]
    pub fn messenger(&self) -> Arc<DiscordMessenger> {
        Arc::new(DiscordMessenger::new(Arc::clone(&self.http)))
    }

    /// What is missing in each community that Convener is in, by the community's name; or why it can't
    /// be looked at.
    pub async fn look_at_communities(
        &self,
        facilitation: &Facilitation,
    ) -> Result<Vec<(String, Result<Vec<String>, DoorError>)>, Fault> {
        let messenger = self.messenger();
        let mut found = Vec::new();
        for community in facilitation.communities().await? {
            if community.left_at.is_some() || community.set_up_at.is_none() {
                continue;
            }
            let faults = match check::faults(facilitation, &messenger, &community).await {
                Ok(faults) => Ok(faults),
                Err(check::Unchecked::Door(error)) => Err(error),
                Err(check::Unchecked::Fault(fault)) => return Err(fault),
            };
            found.push((community.name, faults));
        }
        Ok(found)
    }

    /// Serves until it is told to stop, or until Discord ends it for good.
    pub async fn serve(
        self,
        facilitation: Arc<Facilitation>,
        work: Work,
        stop: CancellationToken,
    ) -> Result<(), ConnectError> {
        let commands = poise::builtins::create_application_commands(&command::all());
        timeout(REQUEST_TIMEOUT, self.http.create_global_commands(&commands))
            .await
            .map_err(|_| ConnectError::Unreachable {
                place: self.place.clone(),
                reason: "no answer".to_owned(),
            })?
            .map_err(|error| ConnectError::Unreachable {
                place: self.place.clone(),
                reason: reason(&error),
            })?;
        let ourselves = Arc::new(OnceLock::new());
        let (intake, intake_worker) = intake::start(
            Arc::clone(&facilitation),
            self.messenger(),
            work.clone(),
            Arc::clone(&ourselves),
        );
        let intake_worker = AbortOnDropHandle::new(intake_worker);
        let watch = AbortOnDropHandle::new(tokio::spawn(check::check_daily(
            Arc::clone(&facilitation),
            self.messenger(),
            stop.clone(),
        )));
        let handler = Arc::new(event::Handler::new(
            Arc::clone(&facilitation),
            self.messenger(),
            intake,
            work,
            ourselves,
            self.intents.contains(GatewayIntents::MESSAGE_CONTENT),
        ));
        let served = Arc::new(Served::default());
        let connected = gateway::Connected::new(&handler, &served);
        facilitation.gateway.set(Arc::new(connected)).ok();
        let reader = gateway::Reader {
            http: http_client(self.api_base.as_deref(), &self.token),
            intents: self.intents,
            url: self.gateway_url.clone(),
            handler: Arc::clone(&handler),
            pace: self.pace,
            served,
        };
        let part = match self.serving {
            Serving::Shared(total) if facilitation.store.is_shared() => {
                Part::Shared(total.unwrap_or(self.advised))
            }
            // A file is one process's.
            Serving::Shared(total) => Part::Given(Shards::all(total.unwrap_or(self.advised))),
            Serving::All => Part::Given(Shards::all(self.advised)),
            Serving::Given(shards) => Part::Given(shards),
        };
        let ended = reader.read(&facilitation, part, stop.clone()).await;
        handler.close();
        // What was heard before the end is kept before the end.
        intake_worker.await.ok();
        stop.cancel();
        watch.await.ok();
        ended.map_err(|ended| match ended {
            Ended::Thread(reason) => ConnectError::Closed(reason),
            Ended::Fault(fault) => ConnectError::Closed(fault.to_string()),
            Ended::AnotherTotal(own, other) => ConnectError::AnotherTotal(own, other),
            Ended::Discord(error) => ended_by(&error),
        })
    }
}

/// Why Discord ended the connection.
fn ended_by(error: &GatewayError) -> ConnectError {
    match error {
        GatewayError::DisallowedGatewayIntents | GatewayError::InvalidGatewayIntents => {
            ConnectError::Intents
        }
        GatewayError::InvalidAuthentication => ConnectError::Token,
        error => ConnectError::Closed(error.to_string()),
    }
}

/// What Convener asks to be told of, with the privileged intents that are switched on for it. Without
/// the content of messages it works by commands, menus and mentions; without the coming of members
/// nobody is known to be new.
/// <https://discord.com/developers/docs/events/gateway#privileged-intents>
fn intents(application: &serenity::all::CurrentApplicationInfo) -> GatewayIntents {
    let flags = application.flags.unwrap_or_default();
    let mut intents = INTENTS;
    if check::may_read_content(flags) {
        intents |= GatewayIntents::MESSAGE_CONTENT;
    } else {
        tracing::warn!("{}", check::NO_CONTENT);
    }
    if check::may_see_members(flags) {
        intents |= GatewayIntents::GUILD_MEMBERS;
    } else {
        tracing::warn!("{}", check::NO_MEMBERS);
    }
    intents
}

/// A client of the REST API that pings nobody unless it is told to.
fn http_client(api_base: Option<&str>, token: &SecretString) -> Http {
    let nobody = CreateAllowedMentions::new()
        .empty_users()
        .empty_roles()
        .everyone(false);
    let http = HttpBuilder::new(config::exposed(token)).default_allowed_mentions(nobody);
    match api_base {
        // serenity uses another base only with its own limiter off; the outbox tries again.
        Some(base) => http.proxy(base).ratelimiter_disabled(true).build(),
        None => http.build(),
    }
}

/// What went wrong, in the words of whoever saw it; never with the token, which no error holds.
fn reason(error: &serenity::Error) -> String {
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let words = cause.to_string();
        if !reason.contains(&words) {
            reason = format!("{reason}: {words}");
        }
        source = cause.source();
    }
    reason
}
