//! Time that moves only when it is told to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::{oneshot, watch};

use super::{Clock, Sleep, UnderWay, Work};

/// A clock in the hands of whoever holds it.
///
/// Cloning it is cheap: the time is shared.
#[derive(Clone, Debug)]
pub struct SimulatedClock {
    work: Work,
    state: Arc<Mutex<State>>,
    /// Counts what came to be or ceased to be waited for.
    version: watch::Sender<u64>,
}

#[derive(Debug)]
struct State {
    now: DateTime<Utc>,
    next_sleeper: u64,
    sleepers: BTreeMap<(DateTime<Utc>, u64), oneshot::Sender<UnderWay>>,
}

impl SimulatedClock {
    /// A clock that stands at an instant.
    #[must_use]
    pub fn new(now: DateTime<Utc>, work: Work) -> Self {
        let state = State {
            now,
            next_sleeper: 0,
            sleepers: BTreeMap::new(),
        };
        Self {
            work,
            state: Arc::new(Mutex::new(state)),
            version: watch::Sender::new(0),
        }
    }

    /// The same time for the next process of a test: what is under way there is counted anew.
    #[must_use]
    pub fn with_work(&self, work: Work) -> Self {
        Self {
            work,
            ..self.clone()
        }
    }

    /// The earliest instant that is waited for.
    #[must_use]
    pub fn earliest_wakeup(&self) -> Option<DateTime<Utc>> {
        self.state()
            .sleepers
            .keys()
            .next()
            .map(|(instant, _)| *instant)
    }

    /// Moves the time to an instant, never back, and wakes all that waited for it.
    pub fn advance_to(&self, instant: DateTime<Utc>) {
        let mut state = self.state();
        state.now = state.now.max(instant);
        while let Some(entry) = state.sleepers.first_entry() {
            if entry.key().0 > instant {
                break;
            }
            // A sleeper that is gone drops the answer, and with it the work.
            drop(entry.remove().send(self.work.begin()));
        }
        drop(state);
        self.version.send_modify(|version| *version += 1);
    }

    /// Tells of every change of what is waited for, and of the time.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a sleeper off the list when nobody waits for it any more.
struct Registration {
    clock: SimulatedClock,
    key: (DateTime<Utc>, u64),
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.clock.state().sleepers.remove(&self.key);
        self.clock.version.send_modify(|version| *version += 1);
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> DateTime<Utc> {
        self.state().now
    }

    fn sleep_until(&self, instant: DateTime<Utc>) -> Sleep {
        let mut state = self.state();
        if instant <= state.now {
            let under_way = self.work.begin();
            return Box::pin(async move { under_way });
        }
        let (sender, receiver) = oneshot::channel();
        let key = (instant, state.next_sleeper);
        state.next_sleeper += 1;
        state.sleepers.insert(key, sender);
        drop(state);
        let registration = Registration {
            clock: self.clone(),
            key,
        };
        self.version.send_modify(|version| *version += 1);
        Box::pin(async move {
            let _registration = registration;
            match receiver.await {
                Ok(under_way) => under_way,
                // The clock is gone, so the time never comes.
                Err(_) => std::future::pending().await,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[tokio::test]
    async fn a_sleeper_wakes_at_its_time_and_not_before() {
        let work = Work::new();
        let clock = SimulatedClock::new(at(0), work.clone());
        let mut sleep = clock.sleep_until(at(10));
        clock.advance_to(at(9));
        assert!(futures_ready(&mut sleep).is_none());
        assert_eq!(clock.earliest_wakeup(), Some(at(10)));
        clock.advance_to(at(10));
        assert!(!work.is_still(), "a wake-up is under way from the jump on");
        drop(sleep.await);
        assert!(work.is_still());
        assert_eq!(clock.earliest_wakeup(), None);
    }

    #[tokio::test]
    async fn who_stops_waiting_is_not_waited_for() {
        let clock = SimulatedClock::new(at(0), Work::new());
        drop(clock.sleep_until(at(10)));
        assert_eq!(clock.earliest_wakeup(), None);
    }

    fn futures_ready(sleep: &mut Sleep) -> Option<UnderWay> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match sleep.as_mut().poll(&mut context) {
            std::task::Poll::Ready(under_way) => Some(under_way),
            std::task::Poll::Pending => None,
        }
    }
}
