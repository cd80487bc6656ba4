//! A worker that is woken by a bell or by the clock.

use std::fmt::Display;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use super::{Bell, Clock, UnderWay};

/// A round is tried again after this where it failed.
const AFTER_FAULT: TimeDelta = TimeDelta::seconds(5);

/// Goes the rounds of a worker until it is told to stop: at once, whenever the bell rings, and when
/// what the last round gave as the next due time has come. A round that is begun is finished.
pub async fn go_the_rounds<R, F, E>(
    what: &'static str,
    clock: Arc<dyn Clock>,
    bell: &Bell,
    stop: CancellationToken,
    round: R,
) where
    R: Fn() -> F + Send,
    F: Future<Output = Result<Option<DateTime<Utc>>, E>> + Send,
    E: Display,
{
    let mut under_way: Option<UnderWay> = None;
    bell.ring();
    loop {
        bell.keep_sleeps_until(None);
        let next = match round().await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(what, %error, "round failed");
                Some(clock.now() + AFTER_FAULT)
            }
        };
        bell.keep_sleeps_until(next);
        let sleep = next.map(|next| clock.sleep_until(next));
        drop(under_way.take());
        under_way = tokio::select! {
            () = stop.cancelled() => return,
            ringing = bell.rung() => Some(ringing),
            Some(waking) = async { Some(sleep?.await) } => Some(waking),
        };
    }
}

/// How long to wait after a try that failed: 10 s, 20 s, 40 s, … up to `longest`, and up to a fifth
/// more by `seed`, so that what failed together is not tried again together.
#[must_use]
pub fn backoff(attempts: i64, longest: TimeDelta, seed: i64) -> TimeDelta {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(10);
    let wait = TimeDelta::seconds(10 * (1 << doublings)).min(longest);
    // A multiplicative hash: neighbouring numbers fall far apart.
    let spread = i32::try_from(seed.wrapping_mul(0x9e37_79b1).rem_euclid(1_000)).unwrap_or(0);
    wait + wait * spread / 5_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backoff_doubles_up_to_its_longest_and_spreads() {
        let longest = TimeDelta::minutes(30);
        assert_eq!(backoff(1, longest, 0), TimeDelta::seconds(10));
        assert_eq!(backoff(3, longest, 0), TimeDelta::seconds(40));
        assert_eq!(backoff(40, longest, 0), longest);
        let waits: Vec<_> = (0..50).map(|seed| backoff(1, longest, seed)).collect();
        let (least, most) = (TimeDelta::seconds(10), TimeDelta::seconds(12));
        assert!(waits.iter().all(|wait| (least..most).contains(wait)));
        assert!(waits.iter().any(|wait| *wait > TimeDelta::seconds(11)));
    }
}
