//! A community lived by events: Convener and simcord in one process, and time that jumps.
//!
//! Deliver what is due, wait until all is settled, jump to the earliest wake-up: a month takes
//! seconds, and takes them the same way each time.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use simcord::Simcord;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::app::{App, AppError};
use crate::clock::{SimulatedClock, Work};
use crate::discord::Connection;
use crate::facilitation::Facilitation;
use crate::practice::rhythm::Rhythm;
use crate::storage::Store;

/// How long, in machine time, all may take to settle before something is held to be stuck.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a simulation does not go on.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// Convener did not start, or it ended.
    #[error(transparent)]
    App(#[from] AppError),
    /// Something was under way for too long.
    #[error(
        "not settled after {PATIENCE:?}: {handled} of {delivered} events handled, still: {is_still}"
    )]
    Stuck {
        /// Events that Convener has handled.
        handled: u64,
        /// Events that it was sent.
        delivered: u64,
        /// Whether nothing else is under way.
        is_still: bool,
    },
    /// A task of ours is gone, which is a bug.
    #[error("the bot's task is gone: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// A clock whose time can be moved, with the work that is under way in it.
#[derive(Clone, Debug)]
pub struct SimulatedTime {
    /// What is under way.
    pub work: Work,
    /// The time.
    pub clock: SimulatedClock,
}

impl SimulatedTime {
    /// Time that stands at an instant.
    #[must_use]
    pub fn at(now: DateTime<Utc>) -> Self {
        let work = Work::new();
        Self {
            clock: SimulatedClock::new(now, work.clone()),
            work,
        }
    }

    /// The same time for Convener's next start.
    #[must_use]
    pub fn restarted(&self) -> Self {
        let work = Work::new();
        Self {
            clock: self.clock.with_work(work.clone()),
            work,
        }
    }

    /// Discord with this time.
    pub fn discord(&self) -> simcord::Builder {
        let clock = self.clock.clone();
        Simcord::builder().time(Arc::new(move || crate::clock::Clock::now(&clock)))
    }
}

/// Convener in simcord. Dropped, it breaks off where it stands; [`Simulation::stop`] ends it in order.
pub struct Simulation {
    discord: Simcord,
    time: SimulatedTime,
    facilitation: Arc<Facilitation>,
    stop: CancellationToken,
    serving: AbortOnDropHandle<Result<(), AppError>>,
}

impl Simulation {
    /// Starts Convener over a database and a simcord that has this time, and waits until it is
    /// connected and settled.
    pub async fn start(
        store: Store,
        discord: Simcord,
        time: SimulatedTime,
        rhythm: Rhythm,
    ) -> Result<Self, SimulationError> {
        let token = SecretString::from(discord.token());
        let connection = Connection::open(Some(&discord.base_url()), token)
            .await
            .map_err(AppError::from)?;
        Self::over(store, discord, time, rhythm, connection).await
    }

    /// The same, over a connection that has been opened.
    pub async fn over(
        store: Store,
        discord: Simcord,
        time: SimulatedTime,
        rhythm: Rhythm,
        connection: Connection,
    ) -> Result<Self, SimulationError> {
        let clock = Arc::new(time.clock.clone());
        let app = App::new(store, clock, rhythm, time.work.clone());
        let facilitation = Arc::clone(app.facilitation());
        let stop = CancellationToken::new();
        let app_stop = stop.clone();
        let serving = tokio::spawn(async move { app.serve(connection, app_stop).await });
        let serving = AbortOnDropHandle::new(serving);
        let mut simulation = Self {
            discord,
            time,
            facilitation,
            stop,
            serving,
        };
        simulation.settle().await?;
        Ok(simulation)
    }

    /// The Discord that it lives in.
    #[must_use]
    pub fn discord(&self) -> &Simcord {
        &self.discord
    }

    /// The use cases, for looking at what is kept.
    #[must_use]
    pub fn facilitation(&self) -> &Arc<Facilitation> {
        &self.facilitation
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        crate::clock::Clock::now(&self.time.clock)
    }

    /// Waits until every event that was sent is handled and nothing is under way.
    pub async fn settle(&mut self) -> Result<(), SimulationError> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let mut work_changes = self.time.work.changes();
        let mut discord_changes = self.discord.changes();
        while !self.is_settled() {
            tokio::select! {
                () = work_changes.next() => {}
                _ = discord_changes.changed() => {}
                ended = &mut self.serving => {
                    ended??;
                    return Err(self.stuck());
                }
                () = tokio::time::sleep_until(deadline) => return Err(self.stuck()),
            }
        }
        Ok(())
    }

    fn is_settled(&self) -> bool {
        let gateway = self.discord.gateway();
        gateway.connected()
            && self.time.work.is_still()
            && self.time.work.handled() == gateway.delivered()
            // Looked at last: an event that was just handled may have begun other work.
            && self.time.work.is_still()
    }

    fn stuck(&self) -> SimulationError {
        SimulationError::Stuck {
            handled: self.time.work.handled(),
            delivered: self.discord.gateway().delivered(),
            is_still: self.time.work.is_still(),
        }
    }

    /// Lives on to an instant, with all that becomes due on the way.
    pub async fn advance_to(&mut self, instant: DateTime<Utc>) -> Result<(), SimulationError> {
        self.settle().await?;
        while let Some(next) = self
            .time
            .clock
            .earliest_wakeup()
            .filter(|next| *next <= instant)
        {
            self.time.clock.advance_to(next);
            self.settle().await?;
        }
        self.time.clock.advance_to(instant);
        self.settle().await
    }

    /// Lives on for a while.
    pub async fn advance(&mut self, by: TimeDelta) -> Result<(), SimulationError> {
        self.advance_to(self.now() + by).await
    }

    /// Stops Convener in order; the community stays.
    pub async fn stop(self) -> Result<(Simcord, SimulatedTime), SimulationError> {
        self.stop.cancel();
        self.serving.await??;
        Ok((self.discord, self.time))
    }
}
