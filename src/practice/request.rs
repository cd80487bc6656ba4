//! Requests: what the community is asked, and what becomes of it.
//!
//! A request's life is a state machine. Every change is an event that is kept, with who and when;
//! applying the kept events in their order gives the state again.

use chrono::{DateTime, TimeDelta, Utc};

use super::id::{ChannelId, GuildId, MemberId, MessageId, RequestId};
use super::message::Author;
use super::message::message_link;

/// Messages of one author in one channel within this time are one request (behaviour of chat: people
/// press enter in the middle of a thought).
pub const ONE_TURN: TimeDelta = TimeDelta::minutes(5);

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Nobody has answered.
    Open,
    /// Somebody else gave a substantive reply.
    Answered,
    /// The asker or the core group says that it is settled.
    Resolved,
    /// Deleted, or not a request after all.
    Withdrawn,
    /// Closed with no answer: a gap.
    Lapsed,
}

impl Status {
    /// All of them, in the order of a life.
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Answered,
        Self::Resolved,
        Self::Withdrawn,
        Self::Lapsed,
    ];

    /// The name in JSON, in the database and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Resolved => "resolved",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }

    /// The status of this name; `None` for any other name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether nothing but a reopening can follow.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Resolved | Self::Withdrawn | Self::Lapsed)
    }
}

/// Which way a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Convener heard it in a channel.
    Detected,
    /// Somebody used `/ask`.
    Asked,
    /// Somebody logged a message as a request.
    Logged,
    /// It was read from an export. It never pings anybody.
    Imported,
}

impl Origin {
    const ALL: [Self; 4] = [Self::Detected, Self::Asked, Self::Logged, Self::Imported];

    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Detected => "detected",
            Self::Asked => "asked",
            Self::Logged => "logged",
            Self::Imported => "imported",
        }
    }

    /// The origin of this name; `None` for any other name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.name() == name)
    }
}

/// What can happen to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// Somebody else replied, with or without substance.
    Attended,
    /// Somebody else replied with substance.
    Answered,
    /// The asker asked on, or what was closed is taken up again.
    Reopened,
    /// The asker or the core group says that it is settled.
    Resolved,
    /// It was deleted, or it is no request.
    Withdrawn,
    /// It waited too long.
    Lapsed,
    /// Somebody means to answer it.
    Claimed,
    /// The core group was told that it waits.
    Surfaced,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Attended,
        Self::Answered,
        Self::Reopened,
        Self::Resolved,
        Self::Withdrawn,
        Self::Lapsed,
        Self::Claimed,
        Self::Surfaced,
    ];

    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attended => "attended",
            Self::Answered => "answered",
            Self::Reopened => "reopened",
            Self::Resolved => "resolved",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
            Self::Claimed => "claimed",
            Self::Surfaced => "surfaced",
        }
    }

    /// The change of this name; `None` for any other name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.name() == name)
    }
}

/// A change with its circumstances: one line of a request's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub change: Change,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it; `None` where Convener itself did.
    pub by: Option<MemberId>,
    /// The message that brought it about, where one did.
    pub message: Option<MessageId>,
}

/// The state of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// Where it stands.
    pub status: Status,
    /// When somebody else first replied at all.
    pub first_response_at: Option<DateTime<Utc>>,
    /// When somebody else first replied with substance, since it was last open.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Who means to answer it.
    pub claimed_by: Option<MemberId>,
    /// When the core group was told.
    pub surfaced_at: Option<DateTime<Utc>>,
}

impl Life {
    /// A request that was just asked.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            status: Status::Open,
            first_response_at: None,
            answered_at: None,
            closed_at: None,
            claimed_by: None,
            surfaced_at: None,
        }
    }

    /// The state after an event; `None` where it changes nothing, so that it is not kept either.
    ///
    /// From a closed state only a reopening leads on.
    #[must_use]
    pub fn after(self, event: &Event) -> Option<Self> {
        let mut next = self;
        match (self.status, event.change) {
            (_, Change::Attended) => {
                next.first_response_at.get_or_insert(event.at);
            }
            (Status::Open, Change::Answered) => {
                next.first_response_at.get_or_insert(event.at);
                next.answered_at = Some(event.at);
                next.status = Status::Answered;
                next.claimed_by = None;
            }
            (
                Status::Answered | Status::Resolved | Status::Withdrawn | Status::Lapsed,
                Change::Reopened,
            ) => {
                next.status = Status::Open;
                next.answered_at = None;
                next.closed_at = None;
                next.surfaced_at = None;
            }
            (Status::Open | Status::Answered, Change::Resolved) => {
                next.status = Status::Resolved;
                next.closed_at = Some(event.at);
            }
            (Status::Open | Status::Answered, Change::Withdrawn) => {
                next.status = Status::Withdrawn;
                next.closed_at = Some(event.at);
            }
            (Status::Open, Change::Lapsed) => {
                next.status = Status::Lapsed;
                next.closed_at = Some(event.at);
            }
            (Status::Open, Change::Claimed) => next.claimed_by = event.by,
            (Status::Open, Change::Surfaced) => {
                next.surfaced_at.get_or_insert(event.at);
            }
            _ => {}
        }
        (next != self).then_some(next)
    }
}

impl Default for Life {
    fn default() -> Self {
        Self::new()
    }
}

/// A request that is to be: all but its number and its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRequest {
    /// The community.
    pub guild: GuildId,
    /// Where it was asked.
    pub channel: ChannelId,
    /// The message that opened it; `None` until a question from `/ask` has been posted.
    pub message: Option<MessageId>,
    /// Who asks.
    pub author: Author,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// The words of it.
    pub text: String,
    /// Which way it came in.
    pub origin: Origin,
}

impl NewRequest {
    /// The link to the message that opened it; `None` before it has one, and for other platforms.
    #[must_use]
    pub fn link(&self) -> Option<String> {
        self.message
            .and_then(|message| message_link(self.guild, self.channel, message))
    }
}

/// A request to the community.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its number.
    pub id: RequestId,
    /// How it was asked.
    pub asked: NewRequest,
    /// Where it stands.
    pub life: Life,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(change: Change, minute: i64) -> Event {
        let at = DateTime::from_timestamp(60 * minute, 0).unwrap();
        Event {
            change,
            at,
            by: Some(MemberId::new(7)),
            message: None,
        }
    }

    fn lived(changes: &[Change]) -> Life {
        (1..)
            .zip(changes)
            .fold(Life::new(), |life, (minute, change)| {
                life.after(&event(*change, minute)).unwrap_or(life)
            })
    }

    #[test]
    fn a_clarifying_question_is_attention_and_not_an_answer() {
        let life = lived(&[Change::Attended]);
        assert_eq!(life.status, Status::Open);
        assert!(life.first_response_at.is_some() && life.answered_at.is_none());
    }

    #[test]
    fn an_answer_counts_from_its_first() {
        let life = lived(&[Change::Attended, Change::Answered, Change::Answered]);
        assert_eq!(life.status, Status::Answered);
        assert_eq!(life.answered_at, Some(event(Change::Answered, 2).at));
        assert_eq!(life.first_response_at, Some(event(Change::Answered, 1).at));
    }

    #[test]
    fn a_new_question_of_the_asker_reopens() {
        let life = lived(&[Change::Answered, Change::Reopened]);
        assert_eq!((life.status, life.answered_at), (Status::Open, None));
    }

    proptest! {
        #[test]
        fn from_a_closed_state_only_reopening_leads_on(
            changes in prop::collection::vec(prop::sample::select(Change::ALL.to_vec()), 0..20)
        ) {
            let mut life = Life::new();
            for (minute, change) in (1..).zip(changes) {
                let next = life.after(&event(change, minute)).unwrap_or(life);
                if life.status.is_closed() && change != Change::Reopened {
                    prop_assert_eq!(next.status, life.status);
                    prop_assert_eq!(next.closed_at, life.closed_at);
                }
                prop_assert_eq!(next.closed_at.is_some(), next.status.is_closed());
                prop_assert!(next.answered_at.is_none_or(|at| next.first_response_at.unwrap() <= at));
                life = next;
            }
        }
    }
}
