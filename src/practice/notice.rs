//! What Convener says unprompted, as a value: decided in one transaction, put into words when said.
//!
//! A notice is said once, under its key. Where what it speaks of changes, it is said anew: the
//! message that stands is edited in place.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::{ChannelId, GuildId, MeetupId, MemberId, NoteId, PollId, RequestId};
use super::meetup::{Change, Touch};
use super::week::Week;

/// Something to be said. Its form in the database is JSON, so a variant's spelling is a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// To a channel: from now on what is said here is recorded.
    RecordingStarts,
    /// To the core group: the board of what is open.
    Board,
    /// Where the board was: where it is now.
    BoardMoved {
        /// The channel in which it is.
        to: ChannelId,
    },
    /// To a channel: a question that somebody asked through `/ask`.
    Question {
        /// The request.
        request: RequestId,
    },
    /// To the core group: a request waits, and one of them is called to it.
    RequestWaiting {
        /// The request.
        request: RequestId,
        /// Since when it has been open.
        open_since: DateTime<Utc>,
        /// Who is called; `None` where nobody is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        called: Option<MemberId>,
    },
    /// Beside a question: a member is asked whether they know.
    Invitation {
        /// The request.
        request: RequestId,
        /// Who could know.
        member: MemberId,
    },
    /// To who asked: nobody has answered yet, or why the request was closed.
    ToAsker {
        /// The request.
        request: RequestId,
    },
    /// To who asked and gave thanks, in private: is it settled?
    ThanksOffer {
        /// The request.
        request: RequestId,
    },
    /// On a post of a forum: whether it bears the tag of what is solved.
    SolvedTag {
        /// The request.
        request: RequestId,
    },
    /// To the core group: what Convener can't do any more, and what to do about it.
    Ailing {
        /// The sentences, each with its remedy.
        faults: Vec<String>,
        /// When it was seen.
        seen_at: DateTime<Utc>,
    },
    /// To a meetup's channel: the next date, with buttons to answer it.
    MeetupAnnounced {
        /// The series.
        meetup: MeetupId,
        /// The date, by the local time that the rule gives.
        original: NaiveDateTime,
    },
    /// Where a date was announced before: where it is now.
    AnnouncementMoved {
        /// The series.
        meetup: MeetupId,
        /// The date, by the local time that the rule gives.
        original: NaiveDateTime,
    },
    /// In Discord's own calendar: the event of a date, which stands and follows it.
    NativeEvent {
        /// The series.
        meetup: MeetupId,
        /// The date, by the local time that the rule gives.
        original: NaiveDateTime,
    },
    /// To the core group: what somebody did with the event of a date, and what became of it.
    EventTouched {
        /// The series.
        meetup: MeetupId,
        /// The date, by the local time that the rule gives.
        original: NaiveDateTime,
        /// When that was heard.
        heard_at: DateTime<Utc>,
        /// What they did.
        touch: Touch,
    },
    /// To a meetup's thread: what has changed, for all whom it concerns.
    MeetupChanged {
        /// The series.
        meetup: MeetupId,
        /// The date, by the local time that the rule gives; with those that follow where the change
        /// is of them too.
        original: NaiveDateTime,
        /// How often the series has been changed.
        sequence: i64,
        /// What has changed.
        change: Change,
    },
    /// To a meetup's thread: a seat is kept for a member.
    SeatOffered {
        /// The series.
        meetup: MeetupId,
        /// The date, by the local time that the rule gives.
        original: NaiveDateTime,
        /// Since when.
        offered_at: DateTime<Utc>,
        /// For whom; last, as in every notice, so that it can be forgotten.
        member: MemberId,
    },
    /// To a meetup's thread: it is over; who was there, and what was said?
    MeetupEnded {
        /// The series.
        meetup: MeetupId,
        /// The date, by the local time that the rule gives.
        original: NaiveDateTime,
    },
    /// To a meetup's thread: what somebody wrote down of a date.
    MeetupNote {
        /// The series.
        meetup: MeetupId,
        /// The date, by the local time that the rule gives.
        original: NaiveDateTime,
        /// The note.
        note: NoteId,
    },
    /// To the core group: a series is losing its rhythm.
    RhythmLost {
        /// The series.
        meetup: MeetupId,
        /// The last of the dates that did not take place.
        original: NaiveDateTime,
    },
    /// To a meetup's thread: it starts soon.
    MeetupReminder {
        /// The series.
        meetup: MeetupId,
        /// The date, by the local time that the rule gives; `None` is from before 0.2.
        #[serde(default)]
        original: Option<NaiveDateTime>,
        /// How long before the start it was meant to be, in minutes.
        #[serde(default)]
        ahead_minutes: i64,
        /// When this date of it starts.
        starts_at: DateTime<Utc>,
        /// Whether the reminder is later than it was meant to be.
        late: bool,
    },
    /// To a member, in private as they chose, or in the thread where they take no private messages: it starts soon.
    OwnReminder {
        /// The series.
        meetup: MeetupId,
        /// The date, by the local time that the rule gives.
        original: NaiveDateTime,
        /// When it starts.
        starts_at: DateTime<Utc>,
        /// How long before the start it was meant to be, in minutes.
        ahead_minutes: i64,
        /// Who; last, as in every notice, so that they can be forgotten.
        member: MemberId,
    },
    /// To a channel: which time suits? It stands, and shows what is answered.
    TimePoll {
        /// The poll.
        poll: PollId,
    },
    /// To the core group: who hosts a series has left.
    HostLeft {
        /// The series.
        meetup: MeetupId,
        /// Who; last, as in every notice, so that they can be forgotten.
        member: MemberId,
    },
    /// To the core group: a channel in which a series is announced or comes together was deleted.
    PlaceGone {
        /// The series.
        meetup: MeetupId,
        /// The channel.
        place: ChannelId,
        /// Whether it is the voice channel in which people come together.
        is_room: bool,
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
    /// The start of the key of every board.
    pub const BOARD: &str = "board:";

    /// The key under which it is said once, whatever happens.
    #[must_use]
    pub fn key(&self, guild: GuildId, channel: ChannelId) -> String {
        match self {
            Self::RecordingStarts => format!("recording:{channel}"),
            Self::Board => format!("board:{guild}"),
            Self::BoardMoved { .. } => Self::moved_board(guild, channel),
            Self::Question { request } => format!("request:{request}:question"),
            Self::RequestWaiting {
                request,
                open_since,
                called,
            } => {
                let since = open_since.timestamp_micros();
                match called {
                    Some(member) => format!("request:{request}:call:{member}:{since}"),
                    None => format!("request:{request}:waiting:{since}"),
                }
            }
            Self::Invitation { request, member } => format!("request:{request}:invite:{member}"),
            Self::ToAsker { request } => format!("request:{request}:asker"),
            Self::ThanksOffer { request } => format!("request:{request}:thanks"),
            Self::SolvedTag { request } => format!("request:{request}:tag"),
            Self::Ailing { seen_at, .. } => format!("ailing:{guild}:{}", seen_at.timestamp()),
            Self::MeetupAnnounced { meetup, original } => {
                format!("{}{}", Self::announcements_of(*meetup), moment(original))
            }
            Self::AnnouncementMoved { meetup, original } => format!(
                "{}{}:{channel}",
                Self::moved_announcements_of(*meetup),
                moment(original)
            ),
            Self::NativeEvent { meetup, original } => {
                format!("{}{}", Self::events_of(*meetup), moment(original))
            }
            Self::EventTouched {
                meetup,
                original,
                heard_at,
                ..
            } => format!(
                "meetup:{meetup}:touched:{}:{}",
                moment(original),
                heard_at.timestamp_micros()
            ),
            Self::MeetupChanged {
                meetup,
                original,
                sequence,
                ..
            } => format!("meetup:{meetup}:changed:{}:{sequence}", moment(original)),
            Self::SeatOffered {
                meetup,
                original,
                member,
                offered_at,
            } => format!(
                "meetup:{meetup}:seat:{}:{member}:{}",
                moment(original),
                offered_at.timestamp_micros()
            ),
            Self::MeetupEnded { meetup, original } => {
                format!("{}{}", Self::endings_of(*meetup), moment(original))
            }
            Self::MeetupNote { note, .. } => Self::of_note(*note),
            Self::RhythmLost { meetup, original } => {
                format!("meetup:{meetup}:rhythm:{}", moment(original))
            }
            Self::MeetupReminder {
                meetup,
                starts_at,
                ahead_minutes,
                ..
            } => format!(
                "meetup:{meetup}:reminder:{}:{ahead_minutes}",
                starts_at.timestamp()
            ),
            Self::OwnReminder {
                meetup,
                starts_at,
                ahead_minutes,
                member,
                ..
            } => format!(
                "meetup:{meetup}:own:{}:{ahead_minutes}:{member}:{channel}",
                starts_at.timestamp()
            ),
            Self::TimePoll { poll } => Self::of_poll(*poll),
            Self::HostLeft { meetup, member } => format!("meetup:{meetup}:host-left:{member}"),
            Self::PlaceGone { meetup, place, .. } => format!("meetup:{meetup}:gone:{place}"),
            Self::ReminderMissed { meetup, starts_at } => {
                format!("meetup:{meetup}:missed:{}", starts_at.timestamp())
            }
            Self::Digest { week, .. } => format!("digest:{guild}:{week}"),
        }
    }

    /// The key under which a board in a channel says that it has moved.
    #[must_use]
    pub fn moved_board(guild: GuildId, channel: ChannelId) -> String {
        format!("moved-board:{guild}:{channel}")
    }

    /// The start of the key of each event of a series in Discord's own calendar.
    #[must_use]
    pub fn events_of(meetup: MeetupId) -> String {
        format!("meetup:{meetup}:event:")
    }

    /// The start of the key of each announcement of a series.
    #[must_use]
    pub fn announcements_of(meetup: MeetupId) -> String {
        format!("meetup:{meetup}:announced:")
    }

    /// The start of the key of what stands where dates of a series were announced before.
    #[must_use]
    pub fn moved_announcements_of(meetup: MeetupId) -> String {
        format!("meetup:{meetup}:announced-before:")
    }

    /// The start of the key of what is said after each date of a series.
    #[must_use]
    pub fn endings_of(meetup: MeetupId) -> String {
        format!("meetup:{meetup}:ended:")
    }

    /// The key of a poll.
    #[must_use]
    pub fn of_poll(poll: PollId) -> String {
        format!("poll:{poll}")
    }

    /// The key of a note.
    #[must_use]
    pub fn of_note(note: NoteId) -> String {
        format!("note:{note}")
    }

    /// The start of the key of all that is said of a request.
    #[must_use]
    pub fn of_request(request: RequestId) -> String {
        format!("request:{request}:")
    }
}

/// A local time in a key.
fn moment(original: &NaiveDateTime) -> i64 {
    original.and_utc().timestamp()
}
