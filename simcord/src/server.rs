//! The lock round the state, and the bell that rings when something changed.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use crate::{page::Skip, state::State};

pub(crate) struct Server {
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    pub(crate) on_skip: Option<Skip>,
}

/// What a wait ended without: nothing of the sort happened in time.
#[derive(Debug, thiserror::Error)]
#[error("waited {} s for {awaited}; {seen}", patience.as_secs_f64())]
pub(crate) struct TimedOut {
    awaited: String,
    seen: String,
    patience: Duration,
}

/// Ends a test that waited in vain.
pub(crate) fn in_time<T>(waited: Result<T, TimedOut>) -> T {
    waited.unwrap_or_else(|missed| panic!("{missed}"))
}

impl Server {
    pub(crate) fn new(state: State, on_skip: Option<Skip>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(state),
            changes: watch::Sender::new(0),
            on_skip,
        })
    }

    /// Changes the state, and rings the bell.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.lock());
        self.changes.send_modify(|count| *count += 1);
        result
    }

    /// Looks at the state.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic of one test thread must not hide what the others see.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Waits until `look` finds something, for this long in machine time. What it takes while looking is a change
    /// that nobody else waits for, so the bell stays silent.
    pub(crate) async fn wait_for<T>(
        &self,
        patience: Duration,
        awaited: impl Into<String>,
        mut look: impl FnMut(&mut State) -> Option<T>,
        seen: impl FnOnce(&State) -> String,
    ) -> Result<T, TimedOut> {
        let mut changes = self.changes();
        let waiting = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = look(&mut self.lock()) {
                    return found;
                }
                // The sender lives as long as `self`.
                let _ = changes.changed().await;
            }
        };
        match tokio::time::timeout(patience, waiting).await {
            Ok(found) => Ok(found),
            Err(_) => Err(TimedOut {
                awaited: awaited.into(),
                seen: self.look(seen),
                patience,
            }),
        }
    }
}
