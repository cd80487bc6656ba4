//! The wall clock.

use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use super::{Clock, Sleep, Work};

/// The longest wait in one piece: after it the clock is read again, so that a machine that slept or
/// whose clock was set wakes in time.
const LONGEST_WAIT: TimeDelta = TimeDelta::seconds(30);

/// The machine's own clock.
#[derive(Clone, Debug)]
pub struct SystemClock {
    work: Work,
}

impl SystemClock {
    /// A clock whose wake-ups count as work under way.
    #[must_use]
    pub fn new(work: Work) -> Self {
        Self { work }
    }
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the wall clock"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }

    fn sleep_until(&self, instant: DateTime<Utc>) -> Sleep {
        let clock = self.clone();
        Box::pin(async move {
            loop {
                let wait = (instant - clock.now()).min(LONGEST_WAIT);
                match wait.to_std() {
                    Ok(wait) if wait > Duration::ZERO => tokio::time::sleep(wait).await,
                    _ => return clock.work.begin(),
                }
            }
        })
    }
}
