//! What a control (a button, a menu) does, and the durable custom id that says so.
//!
//! A custom id outlives the process, the version and the year in which it was posted: it holds all
//! that is needed to act, and its spelling is a contract. Never change one; add another.
//! At most 100 characters: <https://discord.com/developers/docs/components/reference#anatomy-of-a-component>

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDateTime;

use super::board::Shelf;
use super::id::{ChannelId, DraftId, MeetupDraftId, MeetupId, MessageId, PollId, RequestId};
use super::meetup::Wish;
use super::refusal::Refusal;

/// What using a control asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A page of a shelf of the board, for whoever wants to see it.
    ShowShelf(Shelf, u32),
    /// The request that was chosen on the board, with what can be done about it.
    ChooseRequest,
    /// What is done about one request.
    Request(RequestAction, RequestId),
    /// The question of a draft is posted after all.
    PostDraft(DraftId),
    /// The question of a draft is answered by what was found.
    DropDraft(DraftId),
    /// The window in which a question is written was sent.
    Ask,
    /// The same, without the asker's name.
    AskWithoutName,
    /// The activity picked in the menu is what this message is.
    LogActivity(ChannelId, MessageId),
    /// Somebody says whether they come to a date.
    AnswerMeetup(MeetupId, NaiveDateTime, Wish),
    /// Somebody who was reminded, so many minutes ahead, can't come after all. The minutes tell one reminder of
    /// a date from the other.
    CantAfterAll(MeetupId, NaiveDateTime, i64),
    /// The window in which a meetup is planned was sent.
    PlanMeetup,
    /// A change of a meetup is confirmed; where there is a choice, for one date only.
    KeepMeetup(MeetupDraftId),
    /// It is confirmed for this date and the following.
    KeepMeetupFollowing(MeetupDraftId),
    /// It is dropped.
    DropMeetup(MeetupDraftId),
    /// The times chosen in the menu suit somebody.
    VoteForTimes(PollId),
    /// Whoever asked which time suits would see what the answers come to.
    DecidePoll(PollId),
    /// The time that suits the most is planned; for a series in turns, all that it takes turns between.
    PlanPolled(PollId, bool),
    /// Somebody says that they were at a date.
    WasThere(MeetupId, NaiveDateTime),
    /// The host says that all who were seen in the room were there.
    AllWereThere(MeetupId, NaiveDateTime),
    /// Somebody would write down what was said at a date, or has written it in the window.
    WriteNotes(MeetupId, NaiveDateTime),
}

/// A local time in a custom id.
const LOCAL: &str = "%Y%m%dT%H%M%S";

const WISHES: [(&str, Wish); 3] = [
    ("going", Wish::Going),
    ("maybe", Wish::Maybe),
    ("no", Wish::No),
];

/// What can be done about a request with a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestAction {
    /// "I'll take it": the person means to answer this request.
    Claim,
    /// "Not me": who was called or asked can't.
    Decline,
    /// "Who could know": who may be asked.
    Suggest,
    /// The member chosen from those who could know is asked.
    Invite,
    /// "Snooze": it is off the board until tomorrow.
    Snooze,
    /// The request is settled.
    Resolve,
    /// What was taken for a request is none.
    Reject,
    /// It is open again.
    Reopen,
    /// The closing of a moment ago is taken back.
    Undo,
    /// Who asked without their name sees what became of it.
    Mine,
}

impl RequestAction {
    const ALL: [Self; 10] = [
        Self::Claim,
        Self::Decline,
        Self::Suggest,
        Self::Invite,
        Self::Snooze,
        Self::Resolve,
        Self::Reject,
        Self::Reopen,
        Self::Undo,
        Self::Mine,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Decline => "decline",
            Self::Suggest => "who",
            Self::Invite => "invite",
            Self::Snooze => "snooze",
            Self::Resolve => "resolve",
            Self::Reject => "not",
            Self::Reopen => "reopen",
            Self::Undo => "undo",
            Self::Mine => "mine",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ShowShelf(part, page) => write!(formatter, "board:{}:{page}", part.name()),
            Self::ChooseRequest => write!(formatter, "board:choose"),
            Self::Request(action, request) => {
                write!(formatter, "request:{}:{request}", action.name())
            }
            Self::PostDraft(draft) => write!(formatter, "draft:post:{draft}"),
            Self::DropDraft(draft) => write!(formatter, "draft:drop:{draft}"),
            Self::Ask => write!(formatter, "ask"),
            Self::AskWithoutName => write!(formatter, "ask:without-name"),
            Self::LogActivity(channel, message) => {
                write!(formatter, "activity:log:{channel}:{message}")
            }
            Self::AnswerMeetup(meetup, original, wish) => {
                let known = WISHES.iter().find(|(_, known)| known == wish);
                let name = known.map_or("", |(name, _)| name);
                let original = original.format(LOCAL);
                write!(formatter, "meetup:{name}:{meetup}:{original}")
            }
            Self::CantAfterAll(meetup, original, ahead) => {
                let original = original.format(LOCAL);
                write!(formatter, "meetup:cant:{meetup}:{original}:{ahead}")
            }
            Self::PlanMeetup => write!(formatter, "meetup:plan"),
            Self::KeepMeetup(draft) => write!(formatter, "meetup:keep:{draft}"),
            Self::KeepMeetupFollowing(draft) => write!(formatter, "meetup:keep-all:{draft}"),
            Self::DropMeetup(draft) => write!(formatter, "meetup:drop:{draft}"),
            Self::VoteForTimes(poll) => write!(formatter, "meetup:vote:{poll}"),
            Self::DecidePoll(poll) => write!(formatter, "meetup:decide:{poll}"),
            Self::PlanPolled(poll, false) => write!(formatter, "meetup:polled:best:{poll}"),
            Self::PlanPolled(poll, true) => write!(formatter, "meetup:polled:turns:{poll}"),
            Self::AllWereThere(meetup, original) => {
                let original = original.format(LOCAL);
                write!(formatter, "meetup:all-there:{meetup}:{original}")
            }
            Self::WriteNotes(meetup, original) => {
                let original = original.format(LOCAL);
                write!(formatter, "meetup:notes:{meetup}:{original}")
            }
            Self::WasThere(meetup, original) => {
                write!(
                    formatter,
                    "meetup:there:{meetup}:{}",
                    original.format(LOCAL)
                )
            }
        }
    }
}

impl FromStr for Action {
    type Err = Refusal;

    fn from_str(custom_id: &str) -> Result<Self, Refusal> {
        fn number<T: FromStr>(text: &str) -> Result<T, Refusal> {
            text.parse().map_err(|_| Refusal::UnknownControl)
        }
        let local = |text: &str| {
            NaiveDateTime::parse_from_str(text, LOCAL).map_err(|_| Refusal::UnknownControl)
        };
        match custom_id.split(':').collect::<Vec<_>>()[..] {
            ["board", "choose"] => Ok(Self::ChooseRequest),
            ["board", name, page] => {
                let part = Shelf::from_name(name).ok_or(Refusal::UnknownControl)?;
                Ok(Self::ShowShelf(part, number(page)?))
            }
            ["request", name, id] => {
                let action = RequestAction::ALL
                    .into_iter()
                    .find(|action| action.name() == name);
                let action = action.ok_or(Refusal::UnknownControl)?;
                Ok(Self::Request(action, number(id)?))
            }
            ["draft", "post", id] => Ok(Self::PostDraft(number(id)?)),
            ["draft", "drop", id] => Ok(Self::DropDraft(number(id)?)),
            ["ask"] => Ok(Self::Ask),
            ["ask", "without-name"] => Ok(Self::AskWithoutName),
            ["activity", "log", channel, message] => {
                Ok(Self::LogActivity(number(channel)?, number(message)?))
            }
            ["meetup", "plan"] => Ok(Self::PlanMeetup),
            ["meetup", "keep", draft] => Ok(Self::KeepMeetup(number(draft)?)),
            ["meetup", "keep-all", draft] => Ok(Self::KeepMeetupFollowing(number(draft)?)),
            ["meetup", "drop", draft] => Ok(Self::DropMeetup(number(draft)?)),
            ["meetup", "there", meetup, original] => {
                Ok(Self::WasThere(number(meetup)?, local(original)?))
            }
            ["meetup", "vote", poll] => Ok(Self::VoteForTimes(number(poll)?)),
            ["meetup", "decide", poll] => Ok(Self::DecidePoll(number(poll)?)),
            ["meetup", "polled", "best", poll] => Ok(Self::PlanPolled(number(poll)?, false)),
            ["meetup", "polled", "turns", poll] => Ok(Self::PlanPolled(number(poll)?, true)),
            ["meetup", "all-there", meetup, original] => {
                Ok(Self::AllWereThere(number(meetup)?, local(original)?))
            }
            ["meetup", "notes", meetup, original] => {
                Ok(Self::WriteNotes(number(meetup)?, local(original)?))
            }
            ["meetup", "cant", meetup, original, ahead] => {
                let (meetup, ahead) = (number(meetup)?, number(ahead)?);
                Ok(Self::CantAfterAll(meetup, local(original)?, ahead))
            }
            ["meetup", name, meetup, original] => {
                let known = WISHES.iter().find(|(known, _)| *known == name);
                let (_, wish) = known.ok_or(Refusal::UnknownControl)?;
                Ok(Self::AnswerMeetup(number(meetup)?, local(original)?, *wish))
            }
            _ => Err(Refusal::UnknownControl),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meetups_custom_id_of_last_year_is_still_read() {
        let (meetup, draft) = (MeetupId::new(7), MeetupDraftId::new(9));
        let original: NaiveDateTime = "2026-03-10T18:30:00".parse().unwrap();
        let answer = |wish| Action::AnswerMeetup(meetup, original, wish);
        for (custom_id, action) in [
            ("meetup:going:7:20260310T183000", answer(Wish::Going)),
            ("meetup:maybe:7:20260310T183000", answer(Wish::Maybe)),
            ("meetup:no:7:20260310T183000", answer(Wish::No)),
            (
                "meetup:there:7:20260310T183000",
                Action::WasThere(meetup, original),
            ),
            (
                "meetup:cant:7:20260310T183000:1440",
                Action::CantAfterAll(meetup, original, 1_440),
            ),
            (
                "meetup:all-there:7:20260310T183000",
                Action::AllWereThere(meetup, original),
            ),
            (
                "meetup:notes:7:20260310T183000",
                Action::WriteNotes(meetup, original),
            ),
            ("meetup:vote:3", Action::VoteForTimes(PollId::new(3))),
            ("meetup:decide:3", Action::DecidePoll(PollId::new(3))),
            (
                "meetup:polled:best:3",
                Action::PlanPolled(PollId::new(3), false),
            ),
            (
                "meetup:polled:turns:3",
                Action::PlanPolled(PollId::new(3), true),
            ),
            ("meetup:plan", Action::PlanMeetup),
            ("meetup:keep:9", Action::KeepMeetup(draft)),
            ("meetup:keep-all:9", Action::KeepMeetupFollowing(draft)),
            ("meetup:drop:9", Action::DropMeetup(draft)),
        ] {
            assert_eq!(custom_id.parse(), Ok(action));
            assert_eq!(action.to_string(), custom_id);
        }
    }

    #[test]
    fn a_custom_id_of_last_year_is_still_read() {
        let of_request = |action| Action::Request(action, RequestId::new(7));
        for (custom_id, action) in [
            ("request:claim:7", of_request(RequestAction::Claim)),
            ("request:resolve:7", of_request(RequestAction::Resolve)),
            ("request:not:7", of_request(RequestAction::Reject)),
            ("request:decline:7", of_request(RequestAction::Decline)),
            ("request:who:7", of_request(RequestAction::Suggest)),
            ("request:invite:7", of_request(RequestAction::Invite)),
            ("request:snooze:7", of_request(RequestAction::Snooze)),
            ("request:reopen:7", of_request(RequestAction::Reopen)),
            ("request:undo:7", of_request(RequestAction::Undo)),
            ("request:mine:7", of_request(RequestAction::Mine)),
            ("board:choose", Action::ChooseRequest),
            ("board:waiting:2", Action::ShowShelf(Shelf::Waiting, 2)),
            ("board:heard:0", Action::ShowShelf(Shelf::Heard, 0)),
            ("draft:post:9", Action::PostDraft(DraftId::new(9))),
            ("draft:drop:9", Action::DropDraft(DraftId::new(9))),
            ("ask", Action::Ask),
            ("ask:without-name", Action::AskWithoutName),
            (
                "activity:log:5:6",
                Action::LogActivity(ChannelId::new(5), MessageId::new(6)),
            ),
        ] {
            assert_eq!(custom_id.parse(), Ok(action));
            assert_eq!(action.to_string(), custom_id);
        }
    }

    #[test]
    fn a_forged_custom_id_is_refused() {
        for forged in [
            "",
            "request",
            "request:claim:",
            "request:claim:x",
            "request:claim:1:2",
            "request:delete:1",
            "board:waiting:-1",
            "board:all:1",
            "meetup:going:7:tomorrow",
            "meetup:delete:7:20260310T183000",
            "♥",
        ] {
            assert_eq!(
                forged.parse::<Action>(),
                Err(Refusal::UnknownControl),
                "{forged}"
            );
        }
    }
}
