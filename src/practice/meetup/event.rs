//! The event of a date in Discord's own calendar: how it is to be, and what it means where somebody
//! touched it there.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Meetup;
use crate::practice::id::{EventId, MeetupId};
use crate::practice::recurrence::Date;

/// How the event of a date is to be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NativeEvent {
    /// What it is called.
    pub title: String,
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Where it is, at most 100 characters.
    pub place: String,
    /// What it is about, at most 1,000 characters; it holds the mark.
    pub about: String,
    /// What it is found by where it is not known whether it was made. No other event has it.
    pub mark: String,
}

impl NativeEvent {
    /// The mark of a date.
    #[must_use]
    pub fn mark(meetup: MeetupId, original: NaiveDateTime) -> String {
        format!("Meetup {meetup} · {}", original.format("%Y-%m-%d %H:%M"))
    }

    /// Whether a description is as Convener writes it: a line of words and a mark. What people wrote is theirs.
    #[must_use]
    pub fn is_own_about(about: &str) -> bool {
        let mut lines = about.lines().skip(1);
        let mark = lines.next().and_then(|line| line.strip_prefix("Meetup "));
        mark.is_some_and(|mark| mark.contains(" · ")) && lines.next().is_none()
    }
}

/// An event as Discord has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundEvent {
    /// Its id.
    pub id: EventId,
    /// What it is called.
    pub title: String,
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// Whether somebody cancelled it.
    pub is_cancelled: bool,
}

/// An event of ours, as it was last put there or taken over from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownEvent {
    /// Its id.
    pub id: EventId,
    /// The series.
    pub meetup: MeetupId,
    /// The date, by the local time that the rule gives.
    pub original: NaiveDateTime,
    /// What it was called.
    pub title: String,
    /// When it started.
    pub starts_at: DateTime<Utc>,
}

impl KnownEvent {
    /// Whether it is not in Discord as it was put there; `None` is an event that is gone.
    #[must_use]
    pub fn is_touched(&self, found: Option<&FoundEvent>) -> bool {
        found.is_none_or(|found| {
            found.is_cancelled || found.starts_at != self.starts_at || found.title != self.title
        })
    }
}

/// What somebody did with an event. Its form in the database is JSON, so a variant's spelling is a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "touch", rename_all = "snake_case")]
pub enum Touch {
    /// They moved it.
    Moved {
        /// When it was.
        from: DateTime<Utc>,
        /// When it is.
        to: DateTime<Utc>,
    },
    /// They cancelled or deleted it.
    Removed {
        /// When it was to be.
        at: DateTime<Utc>,
    },
    /// They gave it another name.
    Renamed,
}

/// What an event that was touched means for its date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Nothing: it is over, or the date was changed here meanwhile, which counts.
    Nothing,
    /// The date is moved with it.
    Moved(Date, NaiveDateTime),
    /// The date does not take place.
    Removed(Date),
    /// The event is gone, but the date was changed here meanwhile, which counts: it gets another event.
    Lost,
    /// It keeps the name that it was given, and its series keeps its own.
    Renamed(Date),
}

/// What an event that was touched means. Who may touch it may manage events, as coordinators may: so what they
/// did counts as theirs, unless the date was changed here since the event was last put right.
#[must_use]
pub fn taken(
    meetup: &Meetup,
    known: &KnownEvent,
    found: Option<&FoundEvent>,
    now: DateTime<Utc>,
) -> Taken {
    let date = meetup.schedule().date_of(known.original);
    let is_on = meetup.cancelled_at.is_none();
    let Some(date) = date.filter(|date| is_on && date.starts_at > now) else {
        return Taken::Nothing;
    };
    let is_ours_to_say = date.starts_at != known.starts_at;
    let Some(found) = found.filter(|found| !found.is_cancelled) else {
        return if is_ours_to_say {
            Taken::Lost
        } else {
            Taken::Removed(date)
        };
    };
    if found.starts_at != known.starts_at && !is_ours_to_say && found.starts_at > now {
        let zone = meetup.schedule().zone;
        let to = found.starts_at.with_timezone(&zone).naive_local();
        return Taken::Moved(date, to);
    }
    if found.title != known.title {
        return Taken::Renamed(date);
    }
    Taken::Nothing
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;
    use crate::practice::id::{ChannelId, GuildId, MemberId};
    use crate::practice::meetup::NewMeetup;
    use crate::practice::recurrence::{Exception, Schedule};

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-03-{text}:00Z").parse().unwrap()
    }

    #[test]
    fn what_people_wrote_about_an_event_is_told_apart() {
        let original = known().original;
        let mark = NativeEvent::mark(MeetupId::new(7), original);
        assert!(NativeEvent::is_own_about(&format!("Say so.\n{mark}")));
        for theirs in ["", "Bring boards.", &format!("Say so.\n\nBoards!\n{mark}")] {
            assert!(!NativeEvent::is_own_about(theirs), "{theirs}");
        }
    }

    fn tuesdays() -> Meetup {
        let start = "2026-03-03T18:30:00".parse().unwrap();
        let rule = "FREQ=WEEKLY".parse().unwrap();
        Meetup {
            id: MeetupId::new(7),
            plan: NewMeetup {
                guild: GuildId::new(1),
                title: "Bench night".to_owned(),
                channel: ChannelId::new(2),
                room: None,
                host: MemberId::new(3),
                schedule: Schedule::new(start, Berlin, rule),
                minutes: 60,
                seats: None,
                continues: None,
            },
            cancelled_at: None,
            cancel_reason: None,
            sequence: 0,
            changed_at: at("01T12:00"),
            tended_to: None,
        }
    }

    fn known() -> KnownEvent {
        KnownEvent {
            id: EventId::new(9),
            meetup: MeetupId::new(7),
            original: "2026-03-10T18:30:00".parse().unwrap(),
            title: "Bench night".to_owned(),
            starts_at: at("10T17:30"),
        }
    }

    fn found(starts_at: &str, title: &str) -> FoundEvent {
        FoundEvent {
            id: EventId::new(9),
            title: title.to_owned(),
            starts_at: at(starts_at),
            is_cancelled: false,
        }
    }

    #[test]
    fn what_people_do_with_an_event_is_done_with_its_date() {
        let (meetup, now) = (tuesdays(), at("05T12:00"));
        let read = |found: Option<&FoundEvent>| {
            let is_touched = known().is_touched(found);
            (is_touched, taken(&meetup, &known(), found, now))
        };
        let date = meetup.schedule().date_of(known().original).unwrap();
        let untouched = found("10T17:30", "Bench night");
        assert_eq!(read(Some(&untouched)), (false, Taken::Nothing));
        let later = "2026-03-11T20:00:00".parse().unwrap();
        let moved = found("11T19:00", "Bench night");
        assert_eq!(read(Some(&moved)), (true, Taken::Moved(date, later)));
        let renamed = found("10T17:30", "Lathe night");
        assert_eq!(read(Some(&renamed)), (true, Taken::Renamed(date)));
        assert_eq!(read(None), (true, Taken::Removed(date)));
        let cancelled = FoundEvent {
            is_cancelled: true,
            ..untouched
        };
        assert_eq!(read(Some(&cancelled)), (true, Taken::Removed(date)));
    }

    #[test]
    fn what_was_changed_here_meanwhile_counts() {
        let mut meetup = tuesdays();
        let to = Exception::Moved("2026-03-12T18:30:00".parse().unwrap());
        meetup.plan.schedule.exceptions.insert(known().original, to);
        let now = at("05T12:00");
        let moved = found("11T19:00", "Bench night");
        assert_eq!(taken(&meetup, &known(), Some(&moved), now), Taken::Nothing);
        assert_eq!(taken(&meetup, &known(), None, now), Taken::Lost);
        let skipped = Exception::Skipped;
        meetup
            .plan
            .schedule
            .exceptions
            .insert(known().original, skipped);
        assert_eq!(taken(&meetup, &known(), None, now), Taken::Nothing);
        let begun = at("10T17:30");
        assert_eq!(taken(&tuesdays(), &known(), None, begun), Taken::Nothing);
    }
}
