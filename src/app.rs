//! How is it wired, and in which order does it stop?

use std::net::SocketAddr;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, FollowError, FollowedClock, SystemClock, Work};
use crate::config::{Config, ConfigError};
use crate::discord::{ConnectError, Connection};
use crate::facilitation::Facilitation;
use crate::facilitation::door::Messenger;
use crate::practice::rhythm::Rhythm;
use crate::storage::{StorageError, Store};
use crate::{agenda, outbox, web};

/// Why Convener does not run. Each is one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Discord.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The clock of a test harness.
    #[error(transparent)]
    Follow(#[from] FollowError),
    /// A worker is gone, which is a bug; stopping lets whoever started Convener start it again.
    #[error("a worker of Convener ended unexpectedly; the log says why")]
    Worker,
}

/// Convener, ready to be served.
pub struct App {
    facilitation: Arc<Facilitation>,
    work: Work,
    /// Where pages are served.
    listen: Option<SocketAddr>,
}

impl App {
    /// Over a database and a clock that are there already; `work` counts what is under way.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>, rhythm: Rhythm, work: Work) -> Self {
        let facilitation = Arc::new(Facilitation::new(store, clock, rhythm, &work));
        Self {
            facilitation,
            work,
            listen: None,
        }
    }

    /// As the settings say.
    pub async fn from_config(config: &Config) -> Result<Self, AppError> {
        let work = Work::new();
        let clock: Arc<dyn Clock> = match config.clock.follow()? {
            Some(_) if !is_loopback(config.discord.api_base()?.as_deref()) => {
                return Err(ConfigError::Clock(config.clock.follow.clone()).into());
            }
            Some(address) => Arc::new(FollowedClock::follow(address, work.clone()).await?),
            None => Arc::new(SystemClock::new(work.clone())),
        };
        let store = Store::open(&config.database.url).await?;
        let mut app = Self::new(store, clock, (&config.rhythm).into(), work);
        app.listen = config.web.listen()?;
        if let Some(url) = config.web.public_url()? {
            app.facilitation.public_url.get_or_init(|| url);
        }
        Ok(app)
    }

    /// The use cases.
    #[must_use]
    pub fn facilitation(&self) -> &Arc<Facilitation> {
        &self.facilitation
    }

    /// What is under way.
    #[must_use]
    pub fn work(&self) -> &Work {
        &self.work
    }

    /// Serves Discord until it is told to stop, or until something ends it for good.
    ///
    /// It stops from the outside in: first nothing more is heard and what was heard is kept, then the
    /// agenda and the outbox finish what they have begun, then the database is closed. What is left is
    /// done after the next start.
    pub async fn serve(
        &self,
        connection: Connection,
        stop: CancellationToken,
    ) -> Result<(), AppError> {
        let workers_stop = CancellationToken::new();
        let messenger: Arc<dyn Messenger> = connection.messenger();
        let facilitation = || Arc::clone(&self.facilitation);
        let mut workers = tokio::task::JoinSet::new();
        workers.spawn(agenda::run(facilitation(), workers_stop.clone()));
        workers.spawn(agenda::keep_presence(facilitation(), workers_stop.clone()));
        workers.spawn(agenda::look_around(facilitation(), workers_stop.clone()));
        workers.spawn(outbox::run(facilitation(), messenger, workers_stop.clone()));
        if let Some(listen) = self.listen {
            workers.spawn(web::run(facilitation(), listen, workers_stop.clone()));
        }
        let discord_stop = stop.child_token();
        let mut serving =
            Box::pin(connection.serve(facilitation(), self.work.clone(), discord_stop.clone()));
        let served = tokio::select! {
            served = &mut serving => served.map_err(AppError::from),
            Some(_) = workers.join_next() => {
                discord_stop.cancel();
                serving.await.ok();
                Err(AppError::Worker)
            }
        };
        workers_stop.cancel();
        while workers.join_next().await.is_some() {}
        self.facilitation.store.close().await;
        served
    }
}

/// Whether a base is on this machine: only there may a harness tell the time.
fn is_loopback(api_base: Option<&str>) -> bool {
    let host = api_base
        .and_then(|base| base.split_once("://"))
        .map(|(_, host)| host);
    let host = host.map(|host| host.rsplit_once(':').map_or(host, |(host, _)| host));
    matches!(host, Some("127.0.0.1" | "localhost" | "[::1]"))
}
