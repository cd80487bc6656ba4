//! Which shards are begun and ended, and when: those that are given, or a fair part of all.
//!
//! Shards are started in turns: of all processes on a database one at a time starts some, as many as
//! Discord lets identify at once.
//!
//! Processes that share the shards out look every so often what their part is. A part is a lease, renewed
//! by looking. A shard that goes from one to another is served by both for a moment, so that nothing that is
//! pressed or asked in it is missed; each message is kept once all the same.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::event::Handler;
use super::gateway::Ended;
use crate::clock::UnderWay;
use crate::facilitation::Facilitation;
use crate::facilitation::listening::{Share, Sharing};
use crate::practice::id::ProcessId;
use crate::practice::shard::Shards;

/// How long a turn lasts: Discord lets so many shards identify in this time.
/// <https://discord.com/developers/docs/events/gateway#rate-limiting>
pub(super) const TURN: Duration = Duration::from_secs(5);

/// How long a turn waits for its shards to be ready; then they go on trying by themselves.
const READY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long it is before a turn is asked for again where the database can't give one.
const PAUSE: Duration = Duration::from_secs(1);

/// How often it is looked what this process's part is; a lease lasts for several times this.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// How long a process that stops waits at least, until others have taken over what it serves.
const LEAVING: Duration = Duration::from_mins(1);

/// How fast shards may be started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// How many shards may identify in one turn.
    pub(super) at_once: u32,
    /// How long a turn lasts at least.
    pub(super) turn: Duration,
}

/// Which shards are this process's.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// These.
    Given(Shards),
    /// A fair part of all, which are so many where no other process has decided that.
    Shared(u32),
}

/// What this process serves, once it is known.
#[derive(Debug, Default)]
pub(super) struct Served(Mutex<Option<Needed>>);

/// What is to be connected where nothing is missed.
#[derive(Clone, Debug)]
pub(super) struct Needed {
    /// Of how many shards in all.
    pub(super) total: u32,
    /// All of these: nobody else serves them.
    held: BTreeSet<u32>,
    /// Any at all. What it takes from others they still serve; but with nothing it is not ready.
    is_any: bool,
}

impl Needed {
    /// Whether these are enough.
    pub(super) fn is_met(&self, connected: &[u32]) -> bool {
        self.held.iter().all(|shard| connected.contains(shard))
            && !(self.is_any && connected.is_empty())
    }
}

impl Served {
    fn keep(&self, needed: Needed) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(needed);
    }

    pub(super) fn known(&self) -> Option<Needed> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }
}

/// What the gateway's thread is told to do.
#[derive(Debug)]
pub(super) enum Order {
    /// Begin a shard of so many.
    Begin {
        /// Its number.
        shard: u32,
        /// How many there are.
        total: u32,
    },
    /// End a shard; that is under way until it has ended.
    End(u32, UnderWay),
}

/// Has shards begun and ended.
pub(super) struct Starter<'a> {
    pub(super) facilitation: &'a Facilitation,
    pub(super) handler: Arc<Handler>,
    pub(super) served: Arc<Served>,
    pub(super) pace: Pace,
    pub(super) orders: mpsc::UnboundedSender<Order>,
    /// The shards that have begun, or are to in this turn.
    pub(super) begun: Mutex<BTreeSet<u32>>,
}

impl Starter<'_> {
    /// Has these shards begun, some in each turn, and serves them until it is told to stop.
    pub(super) async fn serve_these(&self, shards: &Shards, stop: &CancellationToken) {
        let total = shards.total();
        let numbers: Vec<u32> = shards.numbers().collect();
        self.begun().extend(&numbers);
        self.served.keep(Needed {
            total,
            held: shards.numbers().collect(),
            is_any: true,
        });
        let start_all = async {
            let starting = self.handler.begin_work();
            let is_together = |one: &u32, next: &u32| self.turn_of(*one) == self.turn_of(*next);
            for together in numbers.chunk_by(is_together) {
                self.start(together.to_vec(), total).await;
            }
            drop(starting);
        };
        if stop.run_until_cancelled(start_all).await.is_some() {
            stop.cancelled().await;
        }
    }

    /// Serves a fair part of all shards until it is told to stop, and what it serves is handed on.
    pub(super) async fn share(
        &self,
        process: ProcessId,
        wanted: u32,
        stop: &CancellationToken,
    ) -> Result<(), Ended> {
        let clock = &self.facilitation.clock;
        let mut starting: Option<Pin<Box<dyn Future<Output = ()> + Send + '_>>> = None;
        let mut agreed: Option<u32> = None;
        let mut leaving: Option<Pin<Box<tokio::time::Sleep>>> = None;
        let mut under_way: Option<UnderWay> = Some(self.handler.begin_work());
        loop {
            if stop.is_cancelled() && leaving.is_none() {
                let longest = longest_leaving(self.begun().len(), self.pace.turn);
                leaving = Some(Box::pin(tokio::time::sleep(longest)));
            }
            let begun = self.begun().clone();
            let ready = self.handler.ready_shards().borrow().clone();
            let sharing = Sharing {
                process,
                total: agreed.unwrap_or(wanted),
                begun: &begun,
                ready: &ready,
                is_leaving: leaving.is_some(),
            };
            let shared = tokio::select! {
                shared = self.facilitation.share_shards(sharing) => shared,
                // A database that does not answer holds nobody up who is to stop.
                () = stop.cancelled(), if leaving.is_none() => continue,
                () = finished(leaving.as_mut()) => {
                    tracing::warn!("the database does not say whether others have taken over");
                    return Ok(());
                }
            };
            match shared {
                Ok(share) => {
                    let total = *agreed.get_or_insert_with(|| {
                        say_agreed(share.total, wanted);
                        share.total
                    });
                    if share.total != total {
                        return Err(Ended::AnotherTotal(total, share.total));
                    }
                    self.end_others(&share);
                    if leaving.is_some() && (share.serves.is_empty() || !share.is_awaited) {
                        return Ok(());
                    }
                    if starting.is_none() && leaving.is_none() {
                        let next = self.next_to_begin(&share);
                        if !next.is_empty() {
                            self.begun().extend(&next);
                            let work = self.handler.begin_work();
                            starting = Some(Box::pin(async move {
                                self.start(next, total).await;
                                drop(work);
                            }));
                        }
                    }
                }
                // What it serves it goes on to serve; others may, too, and that does no harm.
                Err(fault) => tracing::error!(error = %fault, "shards not shared out"),
            }
            let look = clock.sleep_until(clock.now() + LOOK_EVERY);
            drop(under_way.take());
            under_way = Some(tokio::select! {
                () = finished(starting.as_mut()) => {
                    starting = None;
                    self.handler.begin_work()
                }
                looking = look => looking,
                () = stop.cancelled(), if leaving.is_none() => self.handler.begin_work(),
                () = finished(leaving.as_mut()) => {
                    tracing::warn!("others have not taken over all shards");
                    return Ok(());
                }
            });
        }
    }

    /// Ends what has been handed on.
    fn end_others(&self, share: &Share) {
        self.served.keep(Needed {
            total: share.total,
            held: share.held.clone(),
            is_any: !share.serves.is_empty(),
        });
        let others: Vec<u32> = self.begun().difference(&share.serves).copied().collect();
        self.begun().retain(|shard| share.serves.contains(shard));
        for shard in others {
            tracing::info!(shard, "handed on");
            self.handler.let_shard_go(shard);
            // Where the thread has ended nobody ends anything.
            let ending = Order::End(shard, self.handler.begin_work());
            self.orders.send(ending).ok();
        }
    }

    fn begun(&self) -> MutexGuard<'_, BTreeSet<u32>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The shards to be begun in the next turn.
    fn next_to_begin(&self, share: &Share) -> Vec<u32> {
        let mut next: Vec<u32> = share.serves.difference(&self.begun()).copied().collect();
        let first = next.first().map(|first| self.turn_of(*first));
        next.retain(|shard| Some(self.turn_of(*shard)) == first);
        next
    }

    /// Shards of the same turn may identify together.
    fn turn_of(&self, shard: u32) -> u32 {
        shard / self.pace.at_once
    }

    /// Has shards begun in one turn, those that have not been handed on before it comes.
    async fn start(&self, mut shards: Vec<u32>, total: u32) {
        let turn = loop {
            match self.facilitation.turn_to_identify().await {
                Ok(turn) => break turn,
                Err(fault) => {
                    tracing::error!(error = %fault, "no turn to start shards");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        };
        shards.retain(|shard| self.begun().contains(shard));
        if shards.is_empty() {
            return;
        }
        let mut ready = self.handler.ready_shards();
        for shard in &shards {
            let order = Order::Begin {
                shard: *shard,
                total,
            };
            // Where the thread has ended nobody starts anything.
            self.orders.send(order).ok();
        }
        let is_settled = |ready: &BTreeSet<u32>, shard: &u32| {
            ready.contains(shard) || !self.begun().contains(shard)
        };
        let all_ready = ready.wait_for(|ready| shards.iter().all(|shard| is_settled(ready, shard)));
        let lasts = tokio::time::sleep(self.pace.turn);
        if timeout(READY_TIMEOUT, all_ready).await.is_err() {
            tracing::warn!(?shards, "not ready yet");
        }
        lasts.await;
        drop(turn);
    }
}

/// How long others may take to take over so many shards: each in a turn of its own, and they have to look that
/// they are to, and this process that they have.
fn longest_leaving(shards: usize, turn: Duration) -> Duration {
    let turns = u32::try_from(shards).unwrap_or(u32::MAX);
    LEAVING.max(turn.saturating_mul(turns).saturating_add(2 * LOOK_EVERY))
}

/// Says how many shards there are, and why.
fn say_agreed(total: u32, wanted: u32) {
    if total == wanted {
        tracing::info!(total, "sharing the shards out");
    } else {
        tracing::warn!(
            total,
            wanted,
            "sharing the shards out, as many as the first process decided; to change it stop all, then start them"
        );
    }
}

/// Waits for what there may be; for ever where there is nothing.
async fn finished<F: Future<Output = ()> + Unpin>(future: Option<F>) {
    match future {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_serves_much_gives_others_the_time_to_take_it_over() {
        for (shards, seconds) in [(0, 60), (6, 60), (7, 65), (64, 350)] {
            let longest = longest_leaving(shards, TURN);
            assert_eq!(longest, Duration::from_secs(seconds), "{shards} shards");
        }
    }

    #[test]
    fn what_is_its_own_is_connected_and_not_only_as_much() {
        let needed = |held: &[u32], is_any| Needed {
            total: 16,
            held: held.iter().copied().collect(),
            is_any,
        };
        let own = needed(&[3, 4], true);
        assert!(own.is_met(&[3, 4]) && own.is_met(&[3, 4, 9]));
        // The ninth goes to somebody else, and is connected still.
        assert!(!own.is_met(&[4, 9]));
        let takes_over = needed(&[], true);
        assert!(takes_over.is_met(&[3]) && !takes_over.is_met(&[]));
        assert!(needed(&[], false).is_met(&[]));
    }
}
