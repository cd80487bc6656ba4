//! The life of a request: a state machine whose every change is an event that is kept.

use chrono::{DateTime, TimeDelta, Utc};

use crate::practice::id::{MemberId, MessageId};

/// For how long after a request was closed whoever closed it can take that back.
pub const UNDO_WITHIN: TimeDelta = TimeDelta::seconds(60);

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
    /// Whoever meant to answer it did not come to it.
    Released,
    /// The core group does not want to see it until later.
    Snoozed,
    /// Somebody of the core group, or the asker, says that it is a request.
    Confirmed,
    /// It waits, and the core group's board says so.
    Surfaced,
    /// One of the core group was called to it: `by` is who was called.
    Called,
    /// A member who could know was asked to look at it: `by` is who was asked.
    Invited,
    /// Who was called or asked can't answer: `by` is who said so.
    Declined,
    /// It goes onto the agenda of the next meetup.
    Raised,
    /// Its last closing is taken back.
    Undone,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Attended,
        Self::Answered,
        Self::Reopened,
        Self::Resolved,
        Self::Withdrawn,
        Self::Lapsed,
        Self::Claimed,
        Self::Released,
        Self::Snoozed,
        Self::Confirmed,
        Self::Surfaced,
        Self::Called,
        Self::Invited,
        Self::Declined,
        Self::Raised,
        Self::Undone,
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
            Self::Released => "released",
            Self::Snoozed => "snoozed",
            Self::Confirmed => "confirmed",
            Self::Surfaced => "surfaced",
            Self::Called => "called",
            Self::Invited => "invited",
            Self::Declined => "declined",
            Self::Raised => "raised",
            Self::Undone => "undone",
        }
    }

    /// The change of this name; `None` for any other name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.name() == name)
    }

    /// Whether it is kept although it leaves the state as it was.
    const fn is_kept_anyway(self) -> bool {
        matches!(self, Self::Called | Self::Invited | Self::Declined)
    }
}

/// A change with its circumstances: one line of a request's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub change: Change,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it, or whom it concerns; `None` where Convener itself did it.
    pub by: Option<MemberId>,
    /// The message that brought it about, where one did.
    pub message: Option<MessageId>,
    /// Until when it holds, where it ends by itself.
    pub until: Option<DateTime<Utc>>,
}

impl Event {
    /// What Convener itself does.
    #[must_use]
    pub const fn of_convener(change: Change, at: DateTime<Utc>) -> Self {
        Self {
            change,
            at,
            by: None,
            message: None,
            until: None,
        }
    }

    /// What somebody does.
    #[must_use]
    pub const fn of_member(change: Change, at: DateTime<Utc>, by: MemberId) -> Self {
        Self {
            by: Some(by),
            ..Self::of_convener(change, at)
        }
    }
}

/// The state of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// Where it stands.
    pub status: Status,
    /// Since when it has been open: from its asking, or from its last reopening.
    pub open_since: DateTime<Utc>,
    /// When somebody else first replied at all.
    pub first_response_at: Option<DateTime<Utc>>,
    /// When somebody else first replied with substance, since it was last open.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// When a person first said, or showed, that it is a request.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Who means to answer it.
    pub claimed_by: Option<MemberId>,
    /// Since when.
    pub claimed_at: Option<DateTime<Utc>>,
    /// Until when the core group does not want to see it.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// When it began to wait on the core group's board.
    pub surfaced_at: Option<DateTime<Utc>>,
    /// When the first of the core group was called to it.
    pub called_at: Option<DateTime<Utc>>,
    /// When it went onto the agenda of the next meetup.
    pub raised_at: Option<DateTime<Utc>>,
}

impl Life {
    /// A request that was just asked.
    #[must_use]
    pub const fn asked(at: DateTime<Utc>) -> Self {
        Self {
            status: Status::Open,
            open_since: at,
            first_response_at: None,
            answered_at: None,
            closed_at: None,
            confirmed_at: None,
            claimed_by: None,
            claimed_at: None,
            snoozed_until: None,
            surfaced_at: None,
            called_at: None,
            raised_at: None,
        }
    }

    /// The state that a history leads to.
    #[must_use]
    pub fn lived(asked_at: DateTime<Utc>, events: &[Event]) -> Self {
        let mut life = Self::asked(asked_at);
        let mut before_closing: Option<Self> = None;
        // The answer that somebody marked, and the state before it: one act with the closing.
        let mut before_answer: Option<(MessageId, Self)> = None;
        for event in events {
            if event.change == Change::Undone {
                life = before_closing.take().unwrap_or(life);
            } else if let Some(next) = life.after(event) {
                if next.status != life.status {
                    let marked = before_answer.take().filter(|(message, _)| {
                        event.change == Change::Resolved && event.message == Some(*message)
                    });
                    before_closing = next
                        .status
                        .is_closed()
                        .then(|| marked.map_or(life, |(_, before)| before));
                    before_answer = event
                        .message
                        .filter(|_| event.change == Change::Answered)
                        .map(|message| (message, life));
                }
                life = next;
            }
        }
        life
    }

    /// The closing that somebody may still take back: the last change of status, if they made it
    /// themselves within the last minute.
    #[must_use]
    pub fn undoable(events: &[Event], by: MemberId, now: DateTime<Utc>) -> Option<Event> {
        let last = events.iter().rev().find(|event| {
            matches!(
                event.change,
                Change::Answered
                    | Change::Reopened
                    | Change::Resolved
                    | Change::Withdrawn
                    | Change::Lapsed
                    | Change::Undone
            )
        })?;
        let is_closing = matches!(last.change, Change::Resolved | Change::Withdrawn);
        (is_closing && last.by == Some(by) && now <= last.at + UNDO_WITHIN).then_some(*last)
    }

    /// The state after an event; `None` where there is nothing in it to keep.
    ///
    /// From a closed state only a reopening leads on; what takes a closing back needs the history,
    /// see [`Life::lived`]. Times never run backwards: what is heard late counts from the opening.
    #[must_use]
    pub fn after(self, event: &Event) -> Option<Self> {
        let mut next = self;
        let at = event.at.max(self.open_since);
        match (self.status, event.change) {
            (_, Change::Attended) => next.respond(at),
            (Status::Open, Change::Answered) => {
                next.respond(at);
                next.answered_at = Some(at);
                next.status = Status::Answered;
                (next.claimed_by, next.claimed_at) = (None, None);
                next.snoozed_until = None;
            }
            (
                Status::Answered | Status::Resolved | Status::Withdrawn | Status::Lapsed,
                Change::Reopened,
            ) => {
                let latest = self.closed_at.or(self.answered_at);
                next = Self {
                    first_response_at: self.first_response_at,
                    confirmed_at: self.confirmed_at,
                    ..Self::asked(latest.map_or(at, |latest| at.max(latest)))
                };
            }
            (Status::Open | Status::Answered, Change::Resolved) => {
                next.close(Status::Resolved, at);
            }
            (Status::Open | Status::Answered, Change::Withdrawn) => {
                next.close(Status::Withdrawn, at);
            }
            (Status::Open, Change::Lapsed) => next.close(Status::Lapsed, at),
            (Status::Open, Change::Claimed) => {
                if self.claimed_by != event.by {
                    (next.claimed_by, next.claimed_at) = (event.by, Some(at));
                }
                next.confirmed_at.get_or_insert(at);
                next.snoozed_until = None;
            }
            (Status::Open, Change::Released) => (next.claimed_by, next.claimed_at) = (None, None),
            (Status::Open, Change::Snoozed) => {
                next.snoozed_until = event.until;
                next.confirmed_at.get_or_insert(at);
            }
            (Status::Open | Status::Answered, Change::Confirmed)
            | (Status::Open, Change::Invited) => {
                next.confirmed_at.get_or_insert(at);
            }
            (Status::Open, Change::Surfaced) => {
                next.surfaced_at.get_or_insert(at);
            }
            (Status::Open, Change::Called) => {
                next.called_at.get_or_insert(at);
            }
            (Status::Open, Change::Raised) => {
                next.raised_at.get_or_insert(at);
            }
            _ => {}
        }
        let is_kept_anyway = self.status == Status::Open && event.change.is_kept_anyway();
        (is_kept_anyway || next != self).then_some(next)
    }

    /// The first response is the earliest, in whatever order they are heard.
    fn respond(&mut self, at: DateTime<Utc>) {
        self.first_response_at = Some(self.first_response_at.map_or(at, |first| first.min(at)));
    }

    fn close(&mut self, status: Status, at: DateTime<Utc>) {
        self.status = status;
        self.closed_at = Some(self.answered_at.map_or(at, |answered| at.max(answered)));
        (self.claimed_by, self.claimed_at) = (None, None);
        self.snoozed_until = None;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moment(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(60 * minute, 0).unwrap()
    }

    fn event(change: Change, minute: i64) -> Event {
        Event {
            until: (change == Change::Snoozed).then(|| moment(minute + 60)),
            ..Event::of_member(change, moment(minute), MemberId::new(7))
        }
    }

    fn lived(changes: &[Change]) -> Life {
        let events: Vec<_> = (1..)
            .zip(changes)
            .map(|(minute, change)| event(*change, minute))
            .collect();
        Life::lived(moment(0), &events)
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
        assert_eq!(life.answered_at, Some(moment(2)));
        assert_eq!(life.first_response_at, Some(moment(1)));
    }

    #[test]
    fn a_new_question_of_the_asker_reopens_and_begins_the_ladder_anew() {
        let life = lived(&[Change::Surfaced, Change::Answered, Change::Reopened]);
        assert_eq!((life.status, life.answered_at), (Status::Open, None));
        assert_eq!((life.open_since, life.surfaced_at), (moment(3), None));
    }

    #[test]
    fn what_is_taken_back_was_never_closed() {
        let before = lived(&[Change::Surfaced, Change::Claimed]);
        let undone = lived(&[
            Change::Surfaced,
            Change::Claimed,
            Change::Resolved,
            Change::Undone,
        ]);
        assert_eq!(undone, before);
        let twice = [Change::Resolved, Change::Undone, Change::Undone];
        assert_eq!(lived(&twice).status, Status::Open);
    }

    #[test]
    fn an_answer_that_was_marked_is_taken_back_with_its_mark() {
        let marked = |change| Event {
            message: Some(MessageId::new(9)),
            ..event(change, 5)
        };
        let undone = event(Change::Undone, 5);
        let events = [marked(Change::Answered), marked(Change::Resolved), undone];
        assert_eq!(Life::lived(moment(0), &events), Life::asked(moment(0)));
        // An answer that was heard by itself stays.
        let events = [marked(Change::Answered), event(Change::Resolved, 6), undone];
        assert_eq!(Life::lived(moment(0), &events).status, Status::Answered);
    }

    #[test]
    fn who_closed_it_may_take_it_back_within_a_minute() {
        let (closing, attended) = (event(Change::Resolved, 1), event(Change::Attended, 1));
        let events = [closing, attended];
        let by = MemberId::new(7);
        assert_eq!(Life::undoable(&events, by, moment(2)), Some(closing));
        assert_eq!(Life::undoable(&events, by, moment(3)), None);
        assert_eq!(Life::undoable(&events, MemberId::new(8), moment(1)), None);
        let again = [closing, event(Change::Undone, 1)];
        assert_eq!(Life::undoable(&again, by, moment(1)), None);
    }

    #[test]
    fn an_answer_that_is_heard_late_is_not_before_its_question() {
        let early = event(Change::Answered, -5);
        let life = Life::asked(moment(0)).after(&early).unwrap();
        assert_eq!(life.answered_at, Some(moment(0)));
    }

    #[test]
    fn who_takes_it_twice_took_it_the_first_time() {
        let life = lived(&[Change::Claimed]);
        assert_eq!(life.after(&event(Change::Claimed, 9)), None);
    }

    proptest! {
        #[test]
        fn from_a_closed_state_only_reopening_leads_on(
            changes in prop::collection::vec(
                (prop::sample::select(Change::ALL.to_vec()), -5_i64..100), 0..30)
        ) {
            let mut life = Life::asked(moment(0));
            let mut kept = Vec::new();
            for (change, minute) in changes {
                let event = event(change, minute);
                if change == Change::Undone {
                    kept.push(event);
                    life = Life::lived(moment(0), &kept);
                    continue;
                }
                let Some(next) = life.after(&event) else { continue };
                if life.status.is_closed() && change != Change::Reopened {
                    prop_assert_eq!(next.status, life.status);
                    prop_assert_eq!(next.closed_at, life.closed_at);
                }
                prop_assert_eq!(next.closed_at.is_some(), next.status.is_closed());
                                prop_assert!(next.answered_at.is_none_or(|at| next.first_response_at.unwrap() <= at));
                prop_assert!(next.answered_at.is_none_or(|at| at >= next.open_since));
                prop_assert!(next.closed_at.is_none_or(|at| at >= next.answered_at.unwrap_or(next.open_since)));
                prop_assert_eq!(next.claimed_by.is_some(), next.claimed_at.is_some());
                kept.push(event);
                life = next;
            }
            // Replaying what was kept gives the state.
            prop_assert_eq!(Life::lived(moment(0), &kept), life);
        }
    }
}
