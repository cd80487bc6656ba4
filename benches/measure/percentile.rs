//! What is told of many times.

use std::time::Duration;

/// In how many milliseconds so many of a hundred were done.
pub(crate) fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    let index = (times.len() * percent).div_ceil(100).max(1) - 1;
    times[index].as_secs_f64() * 1_000.0
}
