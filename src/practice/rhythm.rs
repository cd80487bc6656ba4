//! After how long things happen.

use chrono::TimeDelta;

/// How long Convener waits before it acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// How long a request waits before the core group is told of it.
    pub request_waits: TimeDelta,
    /// How long a request waits before it is closed as a gap in the community's knowledge.
    pub request_lapses: TimeDelta,
    /// How long before its start a meetup is announced once more.
    pub reminder_lead: TimeDelta,
    /// The hour of Monday, in the community's zone, at which the leads get their digest.
    pub digest_hour: u32,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            request_waits: TimeDelta::hours(4),
            request_lapses: TimeDelta::days(14),
            reminder_lead: TimeDelta::minutes(15),
            digest_hour: 9,
        }
    }
}
