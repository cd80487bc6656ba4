//! The two times.
//!
//! *Community time* is what people live in: ids, message timestamps, nonce windows and the 15 minutes of an
//! interaction token. It comes from a [`TimeSource`], so that a test can live a month in a second. *Machine time*
//! is what sockets live in: the 3 seconds to acknowledge an interaction, rate limits, and the patience of a test.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, SecondsFormat, Utc};

/// Where the community time comes from.
pub type TimeSource = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// An interaction must be acknowledged within this machine time:
/// <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback>.
pub const ACKNOWLEDGEMENT_DEADLINE: Duration = Duration::from_secs(3);

/// An interaction's token serves this much community time.
pub const INTERACTION_TOKEN_LIFE: chrono::TimeDelta = chrono::TimeDelta::minutes(15);

/// A `nonce` with `enforce_nonce` stands for one message during this much community time.
/// Discord says "the past few minutes".
pub const NONCE_WINDOW: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// How long a test waits for an event, in machine time, before it says what it missed.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The time of this machine.
#[must_use]
pub fn wall_clock() -> TimeSource {
    Arc::new(now)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads this machine's clock"
)]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A timestamp as Discord writes it.
pub(crate) fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, false)
}
