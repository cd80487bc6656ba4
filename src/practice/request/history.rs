//! A request with all that happened to it: what a digest counts.

use chrono::{DateTime, Utc};

use super::{Change, Event, Life, Request, Status};
use crate::practice::week::Period;

/// A request with its history, without what was taken back: that never happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The request, as it stands today.
    pub request: Request,
    events: Vec<Event>,
}

impl History {
    /// A request with its events, in the order in which they are kept.
    #[must_use]
    pub fn new(request: Request, events: Vec<Event>) -> Self {
        Self {
            request,
            events: without_undone(events),
        }
    }

    /// Where it stood at a time; `None` before it was asked.
    #[must_use]
    pub fn status_at(&self, time: DateTime<Utc>) -> Option<Status> {
        let asked_at = self.request.asked.asked_at;
        let before: Vec<Event> = self
            .events
            .iter()
            .filter(|event| event.at < time)
            .copied()
            .collect();
        (asked_at < time).then(|| Life::lived(asked_at, &before).status)
    }

    /// When somebody else first answered it, however often it was asked again.
    #[must_use]
    pub fn first_answered_at(&self) -> Option<DateTime<Utc>> {
        let answers = self
            .events
            .iter()
            .filter(|event| event.change == Change::Answered);
        answers.map(|event| event.at).min()
    }

    /// Whether it was asked in a period, and was a request still at its end.
    #[must_use]
    pub fn was_asked_in(&self, period: Period) -> bool {
        self.request.asked.asked_at >= period.from
            && self
                .status_at(period.to)
                .is_some_and(|status| status != Status::Withdrawn)
    }

    /// Whether it changed in a certain way in a period.
    #[must_use]
    pub fn changed_in(&self, change: Change, period: Period) -> bool {
        self.events
            .iter()
            .any(|event| event.change == change && period.holds(event.at))
    }
}

/// The events but for closings that were taken back, and for the answers that were marked with them.
fn without_undone(events: Vec<Event>) -> Vec<Event> {
    let last_of_status = |events: &[Event]| {
        events.iter().rposition(|event| {
            matches!(
                event.change,
                Change::Answered
                    | Change::Reopened
                    | Change::Resolved
                    | Change::Withdrawn
                    | Change::Lapsed
            )
        })
    };
    let mut kept: Vec<Event> = Vec::with_capacity(events.len());
    for event in events {
        if event.change != Change::Undone {
            kept.push(event);
            continue;
        }
        let Some(closing) = last_of_status(&kept) else {
            continue;
        };
        let closing = kept.remove(closing);
        let marked = last_of_status(&kept).filter(|index| {
            closing.change == Change::Resolved
                && closing.message.is_some()
                && kept[*index].change == Change::Answered
                && kept[*index].message == closing.message
        });
        if let Some(index) = marked {
            kept.remove(index);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId, RequestId};
    use crate::practice::message::Author;
    use crate::practice::request::{NewRequest, Origin};

    fn moment(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(60 * minute, 0).unwrap()
    }

    fn history(changes: &[(Change, Option<i64>)]) -> History {
        let mut life = Life::asked(moment(0));
        let mut events = Vec::new();
        for (minute, (change, message)) in (1..).zip(changes) {
            let event = Event {
                message: message.map(MessageId::new),
                ..Event::of_member(*change, moment(minute), MemberId::new(7))
            };
            let mut with: Vec<Event> = events.clone();
            with.push(event);
            let next = Life::lived(moment(0), &with);
            // As events are kept: only what changes something.
            if next != life {
                (life, events) = (next, with);
            }
        }
        let asked = NewRequest {
            guild: GuildId::new(1),
            channel: ChannelId::new(2),
            message: Some(MessageId::new(3)),
            author: Author {
                id: MemberId::new(4),
                name: "ana".to_owned(),
                is_bot: false,
            },
            asked_at: moment(0),
            text: String::new(),
            origin: Origin::Detected,
            is_anonymous: false,
            is_public: true,
        };
        let id = RequestId::new(1);
        History::new(Request { id, asked, life }, events)
    }

    #[test]
    fn it_stood_where_its_events_had_brought_it() {
        let history = history(&[
            (Change::Answered, Some(8)),
            (Change::Reopened, Some(9)),
            (Change::Resolved, None),
        ]);
        let stood: Vec<_> = (0..5)
            .map(|minute| history.status_at(moment(minute)))
            .collect();
        let expected = [
            None,
            Some(Status::Open),
            Some(Status::Answered),
            Some(Status::Open),
            Some(Status::Resolved),
        ];
        assert_eq!(stood, expected);
        assert_eq!(history.first_answered_at(), Some(moment(1)));
    }

    #[test]
    fn what_was_taken_back_never_happened() {
        let history = history(&[
            (Change::Answered, Some(8)),
            (Change::Resolved, Some(8)),
            (Change::Undone, None),
        ]);
        assert_eq!(history.first_answered_at(), None);
        assert_eq!(history.status_at(moment(3)), Some(Status::Open));
        let all = Period {
            from: moment(0),
            to: moment(9),
        };
        assert!(!history.changed_in(Change::Resolved, all) && history.was_asked_in(all));
    }

    proptest! {
        /// In the end it stands where the request itself says.
        #[test]
        fn it_ends_as_it_is_kept(
            changes in prop::collection::vec(
                (prop::sample::select(Change::ALL.as_slice()), prop::option::of(8_i64..10)), 0..12)
        ) {
            let history = history(&changes);
            let ends = history.status_at(moment(99));
            prop_assert_eq!(ends, Some(history.request.life.status));
        }
    }
}
