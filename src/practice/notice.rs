//! What Convener says unprompted, as a value: decided in one transaction, put into words when sent.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::{ChannelId, GuildId, MeetupId, RequestId};
use super::week::Week;

/// Something to be said. Its form in the database is JSON, so a variant's spelling is a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// To a channel: from now on what is said here is recorded.
    RecordingStarts,
    /// To a channel: a question that somebody asked through `/ask`.
    Question {
        /// The request.
        request: RequestId,
    },
    /// To the core group: a request waits.
    RequestWaiting {
        /// The request.
        request: RequestId,
        /// Since when it has been open.
        open_since: DateTime<Utc>,
    },
    /// To a meetup's channel: it starts soon.
    MeetupReminder {
        /// The series.
        meetup: MeetupId,
        /// When this date of it starts.
        starts_at: DateTime<Utc>,
        /// Whether the reminder is later than it was meant to be.
        late: bool,
    },
    /// To the core group: a reminder could not be sent in time, so it was not sent.
    ReminderMissed {
        /// The series.
        meetup: MeetupId,
        /// When the date started that nobody was reminded of.
        starts_at: DateTime<Utc>,
    },
    /// To the leads: the week that ended.
    Digest {
        /// The week.
        week: Week,
        /// Whether it is later than the community's hour.
        late: bool,
    },
}

impl Notice {
    /// The key under which it is said once, whatever happens.
    #[must_use]
    pub fn key(&self, guild: GuildId, channel: ChannelId) -> String {
        match self {
            Self::RecordingStarts => format!("recording:{channel}"),
            Self::Question { request } => format!("request:{request}:question"),
            Self::RequestWaiting {
                request,
                open_since,
            } => {
                format!(
                    "request:{request}:waiting:{}",
                    open_since.timestamp_micros()
                )
            }
            Self::MeetupReminder {
                meetup, starts_at, ..
            } => {
                format!("meetup:{meetup}:reminder:{}", starts_at.timestamp())
            }
            Self::ReminderMissed { meetup, starts_at } => {
                format!("meetup:{meetup}:missed:{}", starts_at.timestamp())
            }
            Self::Digest { week, .. } => format!("digest:{guild}:{week}"),
        }
    }
}
