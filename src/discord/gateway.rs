//! Reading the gateway: on a thread of its own, so that it can be held up.
//!
//! serenity reads as fast as it can, and hands each event over in a task of its own, without bound. Here its
//! shards and those tasks share one thread: while a task is held up because the line is full, nothing
//! is read, and Discord waits. Such tasks run in the order in which they were begun, so events come
//! in the order in which they were told. Whatever waits for anything else is done elsewhere.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock, Weak};
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
use super::sharing::{Order, Pace, Part, Served, Starter};
use crate::facilitation::door::{Gateway, ListenedTo};
use crate::facilitation::{Facilitation, Fault};

/// How long the shards may take to say goodbye.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

/// How long it is before it is looked again whether a shard can be ended that has no socket yet.
const PAUSE: Duration = Duration::from_secs(1);

/// What is read, and by whom it is heard.
pub(super) struct Reader {
    pub(super) http: Http,
    pub(super) intents: GatewayIntents,
    /// Where the gateway is.
    pub(super) url: String,
    pub(super) handler: Arc<Handler>,
    pub(super) pace: Pace,
    /// What this process is to serve, for whoever asks.
    pub(super) served: Arc<Served>,
}

/// Whether all shards of this process are connected.
pub(super) struct Connected {
    /// Weak, as the handler keeps the facilitation, and that keeps this.
    handler: Weak<Handler>,
    served: Arc<Served>,
}

impl Connected {
    pub(super) fn new(handler: &Arc<Handler>, served: &Arc<Served>) -> Self {
        Self {
            handler: Arc::downgrade(handler),
            served: Arc::clone(served),
        }
    }

    async fn shards(&self) -> Vec<u32> {
        match self.handler.upgrade() {
            Some(handler) => handler.connected_shards().await,
            None => Vec::new(),
        }
    }
}

impl fmt::Debug for Connected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.served.fmt(formatter)
    }
}

#[async_trait]
impl Gateway for Connected {
    async fn is_connected(&self) -> bool {
        match self.served.known() {
            Some(needed) => needed.is_met(&self.shards().await),
            None => false,
        }
    }

    async fn listened_to(&self) -> ListenedTo {
        match self.served.known() {
            Some(needed) => ListenedTo {
                total: needed.total,
                shards: self.shards().await,
            },
            None => ListenedTo::default(),
        }
    }
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
    /// No part of the shards could be had.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The shards were so many, and are so many by now.
    #[error("the shards were {0} and are {1} by now")]
    AnotherTotal(u32, u32),
}

impl Reader {
    /// Reads until it is told to stop, or until Discord ends it for good.
    pub(super) async fn read(
        self,
        facilitation: &Facilitation,
        part: Part,
        stop: CancellationToken,
    ) -> Result<(), Ended> {
        let (orders, ordered) = mpsc::unbounded_channel();
        let (ended, mut end) = oneshot::channel();
        let starter = Starter {
            facilitation,
            handler: Arc::clone(&self.handler),
            served: Arc::clone(&self.served),
            pace: self.pace,
            orders,
            begun: std::sync::Mutex::default(),
        };
        let process = facilitation.new_process()?;
        let thread_stops = CancellationToken::new();
        // The thread ends with this future, even where that is only dropped: it would connect again and again.
        let stop_thread = thread_stops.clone().drop_guard();
        std::thread::Builder::new()
            .name("gateway".to_owned())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                let outcome = match runtime {
                    Ok(runtime) => runtime.block_on(self.read_here(ordered, thread_stops)),
                    Err(error) => Err(Ended::Thread(error.to_string())),
                };
                // Where nobody waits any more, nobody asks.
                ended.send(outcome).ok();
            })
            .map_err(|error| Ended::Thread(error.to_string()))?;
        let serves = async {
            match &part {
                Part::Given(shards) => {
                    starter.serve_these(shards, &stop).await;
                    Ok(())
                }
                Part::Shared(total) => starter.share(process, *total, &stop).await,
            }
        };
        let broken_off = |_| Err(Ended::Thread("it broke off, the log says why".to_owned()));
        let outcome = tokio::select! {
            outcome = &mut end => outcome.unwrap_or_else(broken_off),
            stopped = serves => {
                drop(stop_thread);
                stopped.and(end.await.unwrap_or_else(broken_off))
            }
        };
        if let Part::Shared(_) = part
            && let Err(fault) = facilitation.leave_shards(process).await
        {
            tracing::warn!(error = %fault, "shards not given back; others take them in a minute");
        }
        outcome
    }

    /// Reads on this thread, by the shards that it is told to begin.
    async fn read_here(
        self,
        mut orders: mpsc::UnboundedReceiver<Order>,
        stop: CancellationToken,
    ) -> Result<(), Ended> {
        let handler = Arc::clone(&self.handler);
        let common = Common {
            handler: Arc::new(Handle(self.handler)),
            http: Arc::new(self.http),
            url: Arc::new(Mutex::new(self.url)),
            data: Arc::default(),
            intents: self.intents,
        };
        let (outcome, mut outcomes) = mpsc::unbounded_channel();
        // Each under the number of its beginning: a shard may begin again while its end is on its way.
        let mut managers: BTreeMap<u32, (u64, Arc<ShardManager>)> = BTreeMap::new();
        let mut beginnings = 0;
        loop {
            tokio::select! {
                Some(order) = orders.recv() => match order {
                    Order::Begin { shard, total } => {
                        beginnings += 1;
                        let manager = common.begin([shard, total], beginnings, outcome.clone());
                        handler.keep_shard(shard, &manager);
                        managers.insert(shard, (beginnings, manager));
                    }
                    Order::End(shard, under_way) => {
                        // It may have been kept only after it was let go.
                        handler.let_shard_go(shard);
                        if let Some((_, manager)) = managers.remove(&shard) {
                            tokio::spawn(async move {
                                end(manager).await;
                                drop(under_way);
                            });
                        }
                    }
                },
                Some((beginning, ended)) = outcomes.recv() => {
                    // What was to end has ended.
                    if managers.values().any(|(number, _)| *number == beginning) {
                        return Ok(ended?);
                    }
                }
                () = stop.cancelled() => break,
            }
        }
        let goodbyes = managers.values().map(|(_, manager)| manager.shutdown_all());
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

/// Ends a shard, as soon as it has a socket.
async fn end(manager: Arc<ShardManager>) {
    while manager.runners.lock().await.is_empty() {
        tokio::time::sleep(PAUSE).await;
    }
    manager.shutdown_all().await;
}

/// What the shards of a process share.
struct Common {
    handler: Arc<dyn RawEventHandler>,
    http: Arc<Http>,
    url: Arc<Mutex<String>>,
    data: Arc<RwLock<TypeMap>>,
    intents: GatewayIntents,
}

impl Common {
    /// Begins a shard of so many; it goes on by itself until it is shut down or Discord ends it for good.
    ///
    /// Each has a manager of its own: one for all would start them five seconds apart, whatever Discord
    /// allows. Nothing here asks serenity for the gateway: where its own look-up fails, it falls back to
    /// Discord's real one, token and all.
    fn begin(
        &self,
        [shard, total]: [u32; 2],
        beginning: u64,
        outcome: mpsc::UnboundedSender<(u64, Result<(), GatewayError>)>,
    ) -> Arc<ShardManager> {
        let (manager, mut ends) = ShardManager::new(ShardManagerOptions {
            data: Arc::clone(&self.data),
            event_handlers: Vec::new(),
            raw_event_handlers: vec![Arc::clone(&self.handler)],
            framework: Arc::new(OnceLock::new()),
            shard_index: shard,
            shard_init: 1,
            shard_total: total,
            ws_url: Arc::clone(&self.url),
            http: Arc::clone(&self.http),
            intents: self.intents,
            presence: None,
        });
        // It can't fail: it only queues.
        manager.initialize().ok();
        tokio::spawn(async move {
            if let Some(ended) = ends.next().await {
                outcome.send((beginning, ended)).ok();
            }
        });
        manager
    }
}
