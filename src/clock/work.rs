//! What is under way.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, watch};

/// How much is under way, and how many events of Discord have been handled.
///
/// Cloning it is cheap: the count is shared.
#[derive(Clone, Debug)]
pub struct Work {
    state: watch::Sender<State>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    under_way: usize,
    handled: u64,
}

/// One piece of work, as long as it is kept.
#[derive(Debug)]
pub struct UnderWay {
    work: Work,
}

impl Work {
    /// Nothing under way.
    #[must_use]
    pub fn new() -> Self {
        Self {
            state: watch::Sender::new(State::default()),
        }
    }

    /// Begins a piece of work.
    #[must_use]
    pub fn begin(&self) -> UnderWay {
        self.state.send_modify(|state| state.under_way += 1);
        UnderWay { work: self.clone() }
    }

    /// Whether nothing is under way.
    #[must_use]
    pub fn is_still(&self) -> bool {
        self.state.borrow().under_way == 0
    }

    /// Counts an event of Discord as handled.
    pub fn count_handled(&self) {
        self.state.send_modify(|state| state.handled += 1);
    }

    /// How many events of Discord have been handled since the process began.
    #[must_use]
    pub fn handled(&self) -> u64 {
        self.state.borrow().handled
    }

    /// Tells of every change from now on.
    #[must_use]
    pub fn changes(&self) -> WorkChanges {
        WorkChanges {
            receiver: self.state.subscribe(),
        }
    }
}

impl Default for Work {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.work.state.send_modify(|state| state.under_way -= 1);
    }
}

/// Changes of [`Work`], one after the other.
#[derive(Debug)]
pub struct WorkChanges {
    receiver: watch::Receiver<State>,
}

impl WorkChanges {
    /// Waits for the next change.
    pub async fn next(&mut self) {
        // The sender is a part of every clone of `Work`; without one nothing can change any more.
        if self.receiver.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Calls a worker. From the ring to the end of the worker's round there is work under way.
#[derive(Debug)]
pub struct Bell {
    work: Work,
    ringing: Mutex<Option<UnderWay>>,
    notify: Notify,
    /// Until when the worker sleeps, while it does.
    sleeps_until: Mutex<Option<DateTime<Utc>>>,
}

impl Bell {
    /// A bell that is silent.
    #[must_use]
    pub fn new(work: Work) -> Self {
        Self {
            work,
            ringing: Mutex::new(None),
            notify: Notify::new(),
            sleeps_until: Mutex::new(None),
        }
    }

    /// Rings; once is enough for any number of things to do.
    pub fn ring(&self) {
        let mut ringing = self.ringing.lock().unwrap_or_else(PoisonError::into_inner);
        ringing.get_or_insert_with(|| self.work.begin());
        self.notify.notify_one();
    }

    /// Rings for what is to be done at an instant; not where the worker wakes before it by itself.
    pub fn ring_for(&self, instant: DateTime<Utc>) {
        let sleeps_until = *self.sleeps_until();
        if sleeps_until.is_none_or(|until| instant < until) {
            self.ring();
        }
    }

    /// The worker begins a round (`None`), or has found that there is nothing to do before an instant.
    /// Whoever rings between the two is heard.
    pub(super) fn keep_sleeps_until(&self, instant: Option<DateTime<Utc>>) {
        *self.sleeps_until() = instant;
    }

    fn sleeps_until(&self) -> MutexGuard<'_, Option<DateTime<Utc>>> {
        self.sleeps_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a ring.
    pub async fn rung(&self) -> UnderWay {
        loop {
            let taken = self
                .ringing
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            if let Some(under_way) = taken {
                return under_way;
            }
            self.notify.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_ring_is_under_way_until_its_round_is_over() {
        let work = Work::new();
        let bell = Bell::new(work.clone());
        bell.ring();
        bell.ring();
        assert!(!work.is_still());
        let round = bell.rung().await;
        assert!(!work.is_still());
        drop(round);
        assert!(work.is_still());
    }

    #[test]
    fn it_rings_for_what_comes_before_the_worker_wakes() {
        let work = Work::new();
        let bell = Bell::new(work.clone());
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        bell.keep_sleeps_until(Some(at(10)));
        bell.ring_for(at(10));
        assert!(work.is_still(), "it wakes by itself");
        bell.ring_for(at(9));
        assert!(!work.is_still());
        let other = Bell::new(Work::new());
        other.ring_for(at(10));
        assert!(
            !other.work.is_still(),
            "it is not known until when it sleeps"
        );
    }
}
