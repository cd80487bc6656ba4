//! Community time, and what is under way in it.
//!
//! Due dates, leases, backoff and lateness are in community time, read from a [`Clock`]. Sockets,
//! Discord's three seconds and shutdown are in machine time, which tokio keeps.
//!
//! Simulation is by events, never by scaling: deliver what is due, wait until all is settled, jump to
//! the earliest wake-up. [`Work`] says what is under way; a wake-up is under way from the jump on,
//! so that nothing looks settled between the jump and the work that it starts.

mod followed;
mod rounds;
mod simulated;
mod system;
mod work;

use std::fmt::Debug;
use std::pin::Pin;

use chrono::{DateTime, Utc};

pub use followed::{FollowError, FollowedClock, Report};
pub use rounds::{backoff, go_the_rounds};
pub use simulated::SimulatedClock;
pub use system::SystemClock;
pub use work::{Bell, UnderWay, Work};

/// A wait for an instant of community time. It counts from its making, not from its first poll.
pub type Sleep = Pin<Box<dyn Future<Output = UnderWay> + Send>>;

/// Community time, in microseconds: `PostgreSQL` keeps no finer grain.
pub trait Clock: Debug + Send + Sync {
    /// The present instant.
    fn now(&self) -> DateTime<Utc>;

    /// Waits until an instant; at once where it has come. What follows the wait is under way as
    /// long as the answer is kept.
    fn sleep_until(&self, instant: DateTime<Utc>) -> Sleep;
}
