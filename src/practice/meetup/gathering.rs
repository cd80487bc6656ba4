//! What comes to a date before it, and what stays of it afterwards.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::Meetup;
use crate::practice::id::{MeetupId, MemberId, NoteId};
use crate::practice::recurrence::Date;

/// Who comes to the room so long before the start is likely there at the start.
const EARLY: TimeDelta = TimeDelta::hours(1);

/// The longest note, and the longest proposal, in characters.
pub const LONGEST_NOTE: u16 = 3_000;
/// See [`LONGEST_NOTE`].
pub const LONGEST_PROPOSAL: usize = 200;

/// What somebody wrote down of a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its number.
    pub id: NoteId,
    /// The series.
    pub meetup: MeetupId,
    /// The date, by the local time that the rule gives.
    pub original: NaiveDateTime,
    /// Who wrote it; nobody where they had themselves forgotten.
    pub by: Option<MemberId>,
    /// What they wrote; empty where it was forgotten.
    pub text: String,
}

/// What a member would like to talk about at the next date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Who proposes it.
    pub by: MemberId,
    /// What.
    pub text: String,
}

/// The date for which somebody comes to the room now: one that runs, or that starts within the hour.
#[must_use]
pub fn date_of_coming(meetup: &Meetup, now: DateTime<Utc>) -> Option<Date> {
    let earliest = now - meetup.lasts();
    let mut dates = meetup.schedule().dates_after(earliest);
    dates.next().filter(|date| date.starts_at <= now + EARLY)
}

/// The last date that has begun.
#[must_use]
pub fn last_begun(meetup: &Meetup, now: DateTime<Utc>) -> Option<Date> {
    meetup
        .schedule()
        .dates_after(DateTime::<Utc>::MIN_UTC)
        .take_while(|date| date.starts_at <= now)
        .last()
}

/// Whose turn is after a host's; `None` where nobody else takes turns.
#[must_use]
pub fn next_host(turns: &[MemberId], host: MemberId) -> Option<MemberId> {
    let at = turns.iter().position(|member| *member == host);
    let next = match at {
        Some(at) => turns.get((at + 1) % turns.len()),
        None => turns.first(),
    };
    next.copied().filter(|next| *next != host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_go_round() {
        let [ana, ben, cleo] = [1, 2, 3].map(MemberId::new);
        let turns = [ana, ben, cleo];
        assert_eq!(next_host(&turns, ana), Some(ben));
        assert_eq!(next_host(&turns, cleo), Some(ana));
        assert_eq!(next_host(&turns[..1], ana), None);
        assert_eq!(next_host(&turns[..1], ben), Some(ana));
        assert_eq!(next_host(&[], ana), None);
    }
}
