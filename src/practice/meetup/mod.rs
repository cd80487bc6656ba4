//! Meetups: when a community comes together.

mod answer;
mod calendar;
mod change;
mod event;
mod gathering;
mod poll;
mod tend;

use chrono::{DateTime, TimeDelta, Utc};

use super::id::{ChannelId, GuildId, MeetupId, MemberId};
use super::recurrence::Schedule;
use super::refusal::Refusal;

pub use answer::{Answer, Answers, Given, Wish, offer_ends};
pub use calendar::{Calendar, CalendarOwner, Entry, Standing};
pub use change::{Change, Draft, following_rule};
pub use event::{FoundEvent, KnownEvent, NativeEvent, Taken, Touch, taken};
pub use gathering::{
    LONGEST_NOTE, LONGEST_PROPOSAL, Note, Proposal, date_of_coming, last_begun, next_host,
};
pub use poll::{NewPoll, Poll, Slot, Suits, UNNAMED_MEETUP, Vote, offered, outcome};
pub use tend::{ANNOUNCED_AHEAD, Due, due, next_due};

/// A reminder that is later than this says so.
pub const REMINDER_GRACE: TimeDelta = TimeDelta::minutes(1);

/// How long a meetup takes where nobody says.
pub const USUAL_MINUTES: u32 = 60;

/// The longest meetup: a day.
pub const LONGEST_MINUTES: u32 = 24 * 60;

/// The most seats that are counted.
pub const MOST_SEATS: u32 = 10_000;

/// A meetup that is to be: all but its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMeetup {
    /// The community.
    pub guild: GuildId,
    /// What it is called.
    pub title: String,
    /// Where it is announced.
    pub channel: ChannelId,
    /// The voice channel in which people come together, where there is one.
    pub room: Option<ChannelId>,
    /// Who hosts it.
    pub host: MemberId,
    /// When it takes place.
    pub schedule: Schedule,
    /// How long a date takes.
    pub minutes: u32,
    /// For how many people there is room; `None` is for all.
    pub seats: Option<u32>,
    /// The series that it goes on from, where "this and the following" were changed.
    pub continues: Option<MeetupId>,
}

impl NewMeetup {
    /// The same, if it can be.
    pub fn checked(mut self) -> Result<Self, Refusal> {
        self.title = self.title.split_whitespace().collect::<Vec<_>>().join(" ");
        self.title = self.title.chars().take(100).collect();
        if self.title.is_empty() {
            return Err(Refusal::NoTitle);
        }
        if !(5..=LONGEST_MINUTES).contains(&self.minutes) {
            return Err(Refusal::Minutes(self.minutes));
        }
        if self
            .seats
            .is_some_and(|seats| !(1..=MOST_SEATS).contains(&seats))
        {
            return Err(Refusal::Seats(self.seats.unwrap_or_default()));
        }
        Ok(self)
    }
}

/// A series of meetups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meetup {
    /// Its number.
    pub id: MeetupId,
    /// All else that people chose.
    pub plan: NewMeetup,
    /// When it was called off.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Why, in the words of who did.
    pub cancel_reason: Option<String>,
    /// How often it was changed: RFC 5545's `SEQUENCE`.
    pub sequence: i64,
    /// When it was last changed.
    pub changed_at: DateTime<Utc>,
    /// Up to when all that was due has been done; `None` where nobody has looked yet.
    pub tended_to: Option<DateTime<Utc>>,
}

impl Meetup {
    /// How long a date takes.
    #[must_use]
    pub fn lasts(&self) -> TimeDelta {
        TimeDelta::minutes(self.plan.minutes.into())
    }

    /// When it takes place.
    #[must_use]
    pub fn schedule(&self) -> &Schedule {
        &self.plan.schedule
    }
}
