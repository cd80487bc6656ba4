//! The line in which what was heard waits to be kept. It is bounded.
//!
//! Whoever reads the gateway waits a moment where the line is full, so that Discord waits too; where
//! that does not help, what comes is let go. It is not lost: the channel's mark stays where it is, and
//! the channel is read on once there is room again.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::intake::News;
use crate::clock::UnderWay;
use crate::facilitation::Facilitation;
use crate::practice::id::{ChannelId, GuildId};

/// How many events may wait; of some kilobytes each, so that all of them are a few megabytes.
const LONGEST: usize = 3_072;

/// How many more of those may wait that reading on finds only where they are recent: edits, deletions, ✅.
const RESERVE: usize = 1_024;

/// How long the gateway's reader waits for room. Somebody who pressed a button may be behind it, and
/// Discord gives three seconds for an answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// How many events are kept at once. Each batch writes the ends of the same indexes, so that large ones
/// cost far less; it takes some 100 ms, in which nobody else writes.
pub(super) const BATCH: usize = LONGEST;

/// How long more is waited for where events come one after the other: a batch costs as much as one.
const LINGER: Duration = Duration::from_millis(15);

/// How long, where so many came at once that nothing is gained by haste.
const LONG_LINGER: Duration = Duration::from_millis(60);
const MANY: usize = 200;

/// An event in the line.
pub(super) struct Arrival {
    pub(super) guild: GuildId,
    pub(super) news: News,
    /// As long as it is here, something is under way.
    pub(super) under_way: UnderWay,
}

/// The line.
pub(super) struct Line {
    facilitation: Arc<Facilitation>,
    state: Mutex<State>,
    /// Rings where something has come into an empty line, and at its end.
    arrived: Notify,
    /// Rings where there is room again.
    room: Condvar,
    /// Rings where something was let go, and where there is time to read it.
    missed: Notify,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Arrival>,
    is_closed: bool,
    /// Whether what comes is let go, until half of the line is free.
    lets_go: bool,
    /// Where something was let go, and is to be read.
    missed: BTreeMap<ChannelId, GuildId>,
    /// How many channels are being read on for that.
    being_read: usize,
    /// What was let go is under way until it has been read.
    under_way: Option<UnderWay>,
}

impl Line {
    pub(super) fn new(facilitation: Arc<Facilitation>) -> Self {
        Self {
            facilitation,
            state: Mutex::default(),
            arrived: Notify::new(),
            room: Condvar::new(),
            missed: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an event in, or lets it go. `waits` says that the thread may be held up where the line is
    /// full.
    pub(super) fn enter(&self, arrival: Arrival, waits: bool) {
        let mut state = self.state();
        if waits && !state.lets_go && state.waiting.len() >= LONGEST {
            let is_full = |state: &mut State| state.waiting.len() >= LONGEST && !state.is_closed;
            let waited = self.room.wait_timeout_while(state, PATIENCE, is_full);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        if state.is_closed {
            return;
        }
        let is_found_by_reading = matches!(arrival.news, News::Said(_));
        let most = match is_found_by_reading {
            true if state.lets_go => 0,
            true => LONGEST,
            false => LONGEST + RESERVE,
        };
        if state.waiting.len() >= most {
            if !state.lets_go {
                tracing::warn!("more comes than can be kept; what does not fit is read later");
                state.lets_go = true;
            }
            let (channel, _) = arrival.news.place();
            self.miss_in(&mut state, arrival.guild, channel, arrival.under_way);
            return;
        }
        if state.waiting.is_empty() {
            self.arrived.notify_one();
        }
        state.waiting.push_back(arrival);
    }

    /// Takes what has gathered; `None` at the end. More is waited for where more is likely to come: while
    /// events come faster than they are kept, as the size of the batch before tells.
    pub(super) async fn gather(&self, before: usize) -> Option<Vec<Arrival>> {
        let linger = match before {
            0 | 1 => Duration::ZERO,
            2..MANY => LINGER,
            _ => LONG_LINGER,
        };
        loop {
            let (waiting, is_closed) = {
                let state = self.state();
                (state.waiting.len(), state.is_closed)
            };
            if waiting > 0 {
                if !linger.is_zero() && waiting < BATCH && !is_closed {
                    tokio::time::sleep(linger).await;
                }
                return Some(self.take());
            }
            if is_closed {
                return None;
            }
            self.arrived.notified().await;
        }
    }

    fn take(&self) -> Vec<Arrival> {
        let mut state = self.state();
        let count = state.waiting.len().min(BATCH);
        let batch = state.waiting.drain(..count).collect();
        if state.waiting.len() <= LONGEST / 2 {
            state.lets_go = false;
            if !state.missed.is_empty() {
                self.missed.notify_one();
            }
        }
        self.room.notify_all();
        batch
    }

    /// Nothing comes in any more; what is there is still kept.
    pub(super) fn close(&self) {
        self.state().is_closed = true;
        self.arrived.notify_one();
        self.missed.notify_one();
        self.room.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().is_closed
    }

    /// Something of a channel was not kept: it is to be read on.
    pub(super) fn miss(&self, guild: GuildId, channel: ChannelId, under_way: UnderWay) {
        self.miss_in(&mut self.state(), guild, channel, under_way);
    }

    fn miss_in(&self, state: &mut State, guild: GuildId, channel: ChannelId, under_way: UnderWay) {
        self.facilitation.miss(channel);
        state.missed.insert(channel, guild);
        state.under_way.get_or_insert(under_way);
        self.missed.notify_one();
    }

    /// The next channel that is to be read on, as soon as there is time; `None` at the end.
    pub(super) async fn next_missed(&self) -> Option<(ChannelId, GuildId)> {
        loop {
            {
                let mut state = self.state();
                if state.is_closed {
                    return None;
                }
                if !state.lets_go
                    && state.waiting.len() <= LONGEST / 2
                    && let Some(next) = state.missed.pop_first()
                {
                    state.being_read += 1;
                    return Some(next);
                }
            }
            self.missed.notified().await;
        }
    }

    /// A channel was read on, as far as it can be; or it `is_missed` still.
    pub(super) fn keep_read(&self, channel: ChannelId, guild: GuildId, is_missed: bool) {
        let mut state = self.state();
        state.being_read -= 1;
        if is_missed {
            state.missed.insert(channel, guild);
            self.missed.notify_one();
        } else if state.missed.is_empty() && state.being_read == 0 {
            state.under_way = None;
        }
    }
}
