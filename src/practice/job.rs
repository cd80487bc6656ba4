//! What is due, as a value: put on the agenda in the transaction that decided it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::{GuildId, MeetupId, MemberId, RequestId};
use super::week::Week;

/// Something to be done at its time. Its form in the database is JSON, so a variant's spelling is a
/// contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// Move a request that still is open to what waits on the core group's board.
    SurfaceRequest {
        /// The request.
        request: RequestId,
        /// Since when it has been open.
        open_since: DateTime<Utc>,
    },
    /// Call one of the core group to a request that still waits.
    CallToRequest {
        /// The request.
        request: RequestId,
        /// Since when it has been open.
        open_since: DateTime<Utc>,
    },
    /// Put a request that still waits onto the agenda of the next meetup.
    RaiseRequest {
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
    /// Take a request off whoever took it and did not come to it.
    ReleaseClaim {
        /// The request.
        request: RequestId,
        /// When it was taken.
        claimed_at: DateTime<Utc>,
    },
    /// Put a request that was snoozed back onto the board.
    WakeRequest {
        /// The request.
        request: RequestId,
        /// Until when it was snoozed.
        until: DateTime<Utc>,
    },
    /// What versions before 0.2 left: the same as tending the series.
    RemindOfMeetup {
        /// The series.
        meetup: MeetupId,
        /// When this date starts.
        starts_at: DateTime<Utc>,
    },
    /// Do whatever a series needs by now, and put the next time at which it needs something on the
    /// agenda.
    TendMeetup {
        /// The series.
        meetup: MeetupId,
        /// When it needs something.
        at: DateTime<Utc>,
    },
    /// Offer a seat to the next of those who wait, if it was not taken.
    EndOffer {
        /// The series.
        meetup: MeetupId,
        /// The date, by the local time that the rule gives.
        original: NaiveDateTime,
        /// For whom it is kept.
        member: MemberId,
        /// Since when.
        offered_at: DateTime<Utc>,
    },
    /// Write the digest of a week, and put the next week on the agenda.
    WriteDigest {
        /// The community.
        guild: GuildId,
        /// The week.
        week: Week,
    },
    /// Forget the words that are older than the community keeps them, and put the next day on the
    /// agenda.
    ForgetOldWords {
        /// The community.
        guild: GuildId,
        /// The day.
        day: NaiveDate,
    },
}

impl Job {
    /// Whether it names a member: then nothing of it is kept when it is done.
    #[must_use]
    pub fn names_a_member(&self) -> bool {
        matches!(self, Self::EndOffer { .. })
    }

    /// The key under which it is on the agenda once, whatever happens.
    #[must_use]
    pub fn key(&self) -> String {
        let step = |request: &RequestId, step: &str, since: &DateTime<Utc>| {
            format!("request:{request}:{step}:{}", since.timestamp_micros())
        };
        match self {
            Self::SurfaceRequest {
                request,
                open_since,
            } => step(request, "surface", open_since),
            Self::CallToRequest {
                request,
                open_since,
            } => step(request, "call", open_since),
            Self::RaiseRequest {
                request,
                open_since,
            } => step(request, "raise", open_since),
            Self::LapseRequest {
                request,
                open_since,
            } => step(request, "lapse", open_since),
            Self::ReleaseClaim {
                request,
                claimed_at,
            } => step(request, "release", claimed_at),
            Self::WakeRequest { request, until } => step(request, "wake", until),
            Self::RemindOfMeetup { meetup, starts_at } => {
                format!("meetup:{meetup}:remind:{}", starts_at.timestamp())
            }
            Self::TendMeetup { meetup, at } => {
                format!("meetup:{meetup}:tend:{}", at.timestamp_micros())
            }
            Self::EndOffer {
                meetup,
                original,
                member,
                offered_at,
            } => format!(
                "meetup:{meetup}:offer:{}:{member}:{}",
                original.and_utc().timestamp(),
                offered_at.timestamp_micros()
            ),
            Self::WriteDigest { guild, week } => format!("digest:{guild}:{week}"),
            Self::ForgetOldWords { guild, day } => format!("forget-words:{guild}:{day}"),
        }
    }
}
