//! Failures on demand: what the network and Discord do on bad days.

use std::time::Duration;

use crate::ratelimit::path_matches;

/// How a request fails.
#[derive(Clone, Debug)]
pub enum Failure {
    /// This status, with an empty error body; nothing is done. 500, 502 and 503 are Discord's usual ones.
    Status(u16),
    /// This status with Discord's code and message; nothing is done.
    Error {
        /// The HTTP status.
        status: u16,
        /// The JSON error code: <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>.
        code: u64,
        /// What the error says.
        message: String,
    },
    /// 429; nothing is done.
    RateLimited {
        /// What the answer says about when to come again, in machine time.
        retry_after: Duration,
        /// Whether all routes are meant.
        global: bool,
    },
    /// No answer ever comes; nothing is done.
    Hang,
    /// It is done, but the connection breaks before the answer arrives.
    AnswerLost,
}

impl From<u16> for Failure {
    fn from(status: u16) -> Self {
        Self::Status(status)
    }
}

/// Failures that wait for their request.
#[derive(Default)]
pub(crate) struct Failures {
    planned: Vec<Planned>,
}

struct Planned {
    method: String,
    path: String,
    failure: Failure,
    times: u32,
}

impl Failures {
    pub(crate) fn plan(&mut self, method: &str, path: &str, failure: Failure, times: u32) {
        self.planned.push(Planned {
            method: method.to_owned(),
            path: path.to_owned(),
            failure,
            times,
        });
    }

    /// The failure that is due for this request.
    pub(crate) fn take(&mut self, method: &str, segments: &[&str]) -> Option<Failure> {
        let due = |planned: &Planned| {
            (planned.method == "*" || planned.method == method)
                && (planned.path == "*" || path_matches(&planned.path, segments))
        };
        let at = self.planned.iter().position(due)?;
        let planned = &mut self.planned[at];
        planned.times = planned.times.saturating_sub(1);
        let failure = planned.failure.clone();
        if planned.times == 0 {
            self.planned.remove(at);
        }
        Some(failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planned_failure_happens_so_many_times_and_only_where_it_was_planned() {
        let mut failures = Failures::default();
        failures.plan("POST", "/channels/*/messages", 500.into(), 2);
        assert!(
            failures
                .take("GET", &["channels", "1", "messages"])
                .is_none()
        );
        assert!(
            failures
                .take("POST", &["channels", "1", "messages"])
                .is_some()
        );
        assert!(
            failures
                .take("POST", &["channels", "2", "messages"])
                .is_some()
        );
        assert!(
            failures
                .take("POST", &["channels", "1", "messages"])
                .is_none()
        );
    }
}
