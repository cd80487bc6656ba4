//! What is due, as a value: put on the agenda in the transaction that decided it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::{GuildId, MeetupId, RequestId};
use super::week::Week;

/// Something to be done at its time. Its form in the database is JSON, so a variant's spelling is a
/// contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// Tell the core group of a request that still waits.
    SurfaceRequest {
        /// The request.
        request: RequestId,
        /// Since when it has been open.
        open_since: DateTime<Utc>,
    },
    /// Close a request that nobody answered.
    LapseRequest {
        /// The request.
        request: RequestId,
        /// Since when it has been open.
        open_since: DateTime<Utc>,
    },
    /// Remind a community of a date of a meetup, and put the next date on the agenda.
    RemindOfMeetup {
        /// The series.
        meetup: MeetupId,
        /// When this date starts.
        starts_at: DateTime<Utc>,
    },
    /// Write the digest of a week, and put the next week on the agenda.
    WriteDigest {
        /// The community.
        guild: GuildId,
        /// The week.
        week: Week,
    },
}

impl Job {
    /// The key under which it is on the agenda once, whatever happens.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::SurfaceRequest {
                request,
                open_since,
            } => {
                format!(
                    "request:{request}:surface:{}",
                    open_since.timestamp_micros()
                )
            }
            Self::LapseRequest {
                request,
                open_since,
            } => {
                format!("request:{request}:lapse:{}", open_since.timestamp_micros())
            }
            Self::RemindOfMeetup { meetup, starts_at } => {
                format!("meetup:{meetup}:remind:{}", starts_at.timestamp())
            }
            Self::WriteDigest { guild, week } => format!("digest:{guild}:{week}"),
        }
    }
}
