//! Reading the gateway: on a thread of its own, so that it can be held up.
//!
//! serenity reads as fast as it can, and hands each event over in a task of its own, without bound. Here its
//! shards and those tasks share one thread: while a task is held up because the line is full, nothing
//! is read, and Discord waits. Such tasks run in the order in which they were begun, so events come
//! in the order in which they were told. Whatever waits for anything else is done elsewhere.
//!
//! Shards are started in turns: of all processes on a database one at a time starts some, as many as
//! Discord lets identify at once.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use serenity::all::{
    GatewayError, GatewayIntents, Http, RawEventHandler, ShardManager, ShardManagerOptions,
};
use serenity::futures::StreamExt;
use serenity::prelude::TypeMap;
use tokio::sync::{Mutex, RwLock, mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::event::{Handle, Handler};
use super::shards::Shards;
use crate::facilitation::Facilitation;
use crate::facilitation::door::Gateway;

/// How long the shards may take to say goodbye.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

/// How long a turn lasts: Discord lets so many shards identify in this time.
/// <https://discord.com/developers/docs/events/gateway#rate-limiting>
pub(super) const TURN: Duration = Duration::from_secs(5);

/// How long a turn waits for its shards to be ready; then they go on trying by themselves.
const READY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long it is before a turn is asked for again where the database can't give one.
const PAUSE: Duration = Duration::from_secs(1);

/// What is read, and by whom it is heard.
pub(super) struct Reader {
    pub(super) http: Http,
    pub(super) intents: GatewayIntents,
    /// Where the gateway is.
    pub(super) url: String,
    pub(super) handler: Arc<Handler>,
    pub(super) shards: Shards,
    pub(super) pace: Pace,
}

/// Whether all shards of this process are connected.
pub(super) struct Connected {
    handler: Arc<Handler>,
    shards: usize,
}

impl Connected {
    pub(super) fn new(handler: &Arc<Handler>, shards: &Shards) -> Self {
        Self {
            handler: Arc::clone(handler),
            shards: shards.numbers().len(),
        }
    }
}

impl fmt::Debug for Connected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} shards", self.shards)
    }
}

#[async_trait]
impl Gateway for Connected {
    async fn is_connected(&self) -> bool {
        self.handler.are_connected(self.shards).await
    }
}

/// How fast shards may be started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// How many shards may identify in one turn.
    pub(super) at_once: u32,
    /// How long a turn lasts at least.
    pub(super) turn: Duration,
}

/// Why it is read no more.
#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    /// Discord ended it.
    #[error(transparent)]
    Discord(#[from] GatewayError),
    /// The thread can't be started, or it broke off.
    #[error("the gateway's thread failed: {0}")]
    Thread(String),
}

impl Reader {
    /// Reads until it is told to stop, or until Discord ends it for good.
    pub(super) async fn read(
        self,
        facilitation: &Facilitation,
        stop: CancellationToken,
    ) -> Result<(), Ended> {
        let (begin, begins) = mpsc::unbounded_channel();
        let (ended, mut end) = oneshot::channel();
        let (shards, pace) = (self.shards.clone(), self.pace);
        let handler = Arc::clone(&self.handler);
        let stop_thread = stop.clone();
        std::thread::Builder::new()
            .name("gateway".to_owned())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                let outcome = match runtime {
                    Ok(runtime) => runtime.block_on(self.read_here(begins, stop_thread)),
                    Err(error) => Err(Ended::Thread(error.to_string())),
                };
                // Where nobody waits any more, nobody asks.
                ended.send(outcome).ok();
            })
            .map_err(|error| Ended::Thread(error.to_string()))?;
        let starts = async {
            start_in_turns(facilitation, &handler, &shards, pace, &begin).await;
            std::future::pending::<()>().await;
        };
        let broken_off = || Ended::Thread("it broke off, the log says why".to_owned());
        tokio::select! {
            outcome = &mut end => outcome.unwrap_or_else(|_| Err(broken_off())),
            () = starts => Ok(()),
        }
    }

    /// Reads on this thread, by the shards that it is told to begin.
    async fn read_here(
        self,
        mut begins: mpsc::UnboundedReceiver<u32>,
        stop: CancellationToken,
    ) -> Result<(), Ended> {
        let handler = Arc::clone(&self.handler);
        let common = Common {
            handler: Arc::new(Handle(self.handler)),
            http: Arc::new(self.http),
            url: Arc::new(Mutex::new(self.url)),
            data: Arc::default(),
            intents: self.intents,
            total: self.shards.total(),
        };
        let (outcome, mut outcomes) = mpsc::unbounded_channel();
        let mut managers = Vec::new();
        loop {
            tokio::select! {
                Some(shard) = begins.recv() => {
                    let manager = common.begin(shard, outcome.clone());
                    handler.know_shards(&manager);
                    managers.push(manager);
                }
                Some(ended) = outcomes.recv() => return Ok(ended?),
                () = stop.cancelled() => break,
            }
        }
        let goodbyes = managers.iter().map(|manager| manager.shutdown_all());
        // A shard that was started a moment ago is not reached; its socket just breaks off.
        timeout(
            SHUTDOWN_TIMEOUT,
            serenity::futures::future::join_all(goodbyes),
        )
        .await
        .ok();
        Ok(())
    }
}

/// What the shards of a process share.
struct Common {
    handler: Arc<dyn RawEventHandler>,
    http: Arc<Http>,
    url: Arc<Mutex<String>>,
    data: Arc<RwLock<TypeMap>>,
    intents: GatewayIntents,
    total: u32,
}

impl Common {
    /// Begins a shard; it goes on by itself until it is shut down or Discord ends it for good.
    ///
    /// Each has a manager of its own: one for all would start them five seconds apart, whatever Discord
    /// allows. Nothing here asks serenity for the gateway: where its own look-up fails, it falls back to
    /// Discord's real one, token and all.
    fn begin(
        &self,
        shard: u32,
        outcome: mpsc::UnboundedSender<Result<(), GatewayError>>,
    ) -> Arc<ShardManager> {
        let (manager, mut ends) = ShardManager::new(ShardManagerOptions {
            data: Arc::clone(&self.data),
            event_handlers: Vec::new(),
            raw_event_handlers: vec![Arc::clone(&self.handler)],
            framework: Arc::new(OnceLock::new()),
            shard_index: shard,
            shard_init: 1,
            shard_total: self.total,
            ws_url: Arc::clone(&self.url),
            http: Arc::clone(&self.http),
            intents: self.intents,
            presence: None,
        });
        // It can't fail: it only queues.
        manager.initialize().ok();
        tokio::spawn(async move {
            if let Some(ended) = ends.next().await {
                outcome.send(ended).ok();
            }
        });
        manager
    }
}

/// Has all shards begun, some in each turn.
async fn start_in_turns(
    facilitation: &Facilitation,
    handler: &Handler,
    shards: &Shards,
    pace: Pace,
    begin: &mpsc::UnboundedSender<u32>,
) {
    let starting = handler.begin_work();
    let numbers: Vec<u32> = shards.numbers().collect();
    for together in numbers.chunk_by(|one, next| one / pace.at_once == next / pace.at_once) {
        let turn = loop {
            match facilitation.turn_to_identify().await {
                Ok(turn) => break turn,
                Err(fault) => {
                    tracing::error!(error = %fault, "no turn to start shards");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        };
        let mut ready = handler.ready_shards();
        for shard in together {
            // Where the thread has ended nobody starts anything.
            begin.send(*shard).ok();
        }
        let all_ready = ready.wait_for(|ready| together.iter().all(|shard| ready.contains(shard)));
        let lasts = tokio::time::sleep(pace.turn);
        if timeout(READY_TIMEOUT, all_ready).await.is_err() {
            tracing::warn!(shards = ?together, "not ready yet");
        }
        lasts.await;
        drop(turn);
    }
    drop(starting);
}
