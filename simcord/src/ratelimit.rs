//! Rate limits, in machine time: <https://discord.com/developers/docs/topics/rate-limits>.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// One bucket's size: so many requests in so much machine time.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Requests until the bucket is empty.
    pub requests: u32,
    /// How long until it is full again.
    pub per: Duration,
}

/// Which limits hold. By default none does.
#[derive(Debug, Default)]
pub struct RateLimits {
    rules: Vec<(&'static str, &'static str, Limit)>,
    global: Option<Limit>,
    buckets: HashMap<String, Bucket>,
}

#[derive(Debug)]
struct Bucket {
    started: Instant,
    used: u32,
}

/// How a bucket stands after a request.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) bucket: String,
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) reset_after: Duration,
    pub(crate) exceeded: bool,
    pub(crate) global: bool,
}

impl RateLimits {
    /// About what Discord does: 5 messages in 5 s for a channel, 2 renames in 10 min, one reaction in 250 ms,
    /// and 50 requests a second in all. Discord publishes no numbers; these were seen.
    #[must_use]
    pub fn like_discord() -> Self {
        let limit = |requests, milliseconds| Limit {
            requests,
            per: Duration::from_millis(milliseconds),
        };
        Self::default()
            .with("POST", "/channels/*/messages", limit(5, 5_000))
            .with("PATCH", "/channels/*/messages/*", limit(5, 5_000))
            .with("DELETE", "/channels/*/messages/*", limit(5, 5_000))
            .with(
                "PUT",
                "/channels/*/messages/*/reactions/*/@me",
                limit(1, 250),
            )
            .with("PATCH", "/channels/*", limit(2, 600_000))
            .with_global(limit(50, 1_000))
    }

    /// Adds a limit for a route; `*` stands for one segment of the path. The first id of the path has its own bucket.
    #[must_use]
    pub fn with(mut self, method: &'static str, path: &'static str, limit: Limit) -> Self {
        self.rules.push((method, path, limit));
        self
    }

    /// Adds a limit over all routes.
    #[must_use]
    pub fn with_global(mut self, limit: Limit) -> Self {
        self.global = Some(limit);
        self
    }

    /// Counts a request against its bucket, or the global one if that is empty.
    pub(crate) fn count(&mut self, method: &str, segments: &[&str]) -> Option<Standing> {
        let now = Instant::now();
        if let Some(limit) = self.global {
            let standing = self.fill("global", limit, now, true);
            if standing.exceeded {
                return Some(standing);
            }
        }
        let rule = self
            .rules
            .iter()
            .find(|(known, path, _)| *known == method && path_matches(path, segments))?;
        let (path, limit) = (rule.1, rule.2);
        let major = segments.get(1).copied().unwrap_or_default();
        Some(self.fill(&format!("{method} {path} {major}"), limit, now, false))
    }

    fn fill(&mut self, bucket: &str, limit: Limit, now: Instant, global: bool) -> Standing {
        let state = self.buckets.entry(bucket.to_owned()).or_insert(Bucket {
            started: now,
            used: 0,
        });
        if now - state.started >= limit.per {
            *state = Bucket {
                started: now,
                used: 0,
            };
        }
        let exceeded = state.used >= limit.requests;
        state.used += u32::from(!exceeded);
        Standing {
            bucket: format!(
                "{:016x}",
                bucket
                    .bytes()
                    .fold(5381_u64, |hash, byte| hash.wrapping_mul(33)
                        ^ u64::from(byte))
            ),
            limit: limit.requests,
            remaining: limit.requests - state.used,
            reset_after: limit.per.saturating_sub(now - state.started),
            exceeded,
            global,
        }
    }
}

/// Whether a path fits a pattern like `/channels/*/messages`.
pub(crate) fn path_matches(pattern: &str, segments: &[&str]) -> bool {
    let pattern: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    pattern.len() == segments.len()
        && pattern
            .iter()
            .zip(segments)
            .all(|(expected, given)| *expected == "*" || expected == given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_has_its_own_bucket() {
        let hour = Duration::from_hours(1);
        let mut limits = RateLimits::default().with(
            "POST",
            "/channels/*/messages",
            Limit {
                requests: 1,
                per: hour,
            },
        );
        let mut exceeded = |channel| {
            limits
                .count("POST", &["channels", channel, "messages"])
                .unwrap()
                .exceeded
        };
        assert!(!exceeded("1"));
        assert!(!exceeded("2"));
        assert!(exceeded("1"));
    }
}
