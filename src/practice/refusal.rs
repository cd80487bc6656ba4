//! A person's mistake, or a thing that is not theirs to do: shown to them, never logged as a fault.

use super::week::Week;
use super::when::Unclear;

/// Why Convener does not do what it was asked. `view::refusal` puts it into a sentence that says
/// what would work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The command needs a community that its leads have set up.
    NotSetUp,
    /// Only the core group may do this.
    CoreGroupOnly,
    /// Only the leads may do this.
    LeadsOnly,
    /// Only coordinators may do this.
    CoordinatorsOnly,
    /// There is no such request any more.
    UnknownRequest,
    /// The request is closed, so it can't be claimed or answered.
    RequestClosed,
    /// The request is open, so there is nothing to take up again.
    RequestOpen,
    /// Only who asked may do this.
    AskerOnly,
    /// This call or invitation is somebody else's.
    NotCalled,
    /// The minute in which a closing can be taken back is over.
    TooLateToUndo,
    /// No request was found that a message could answer.
    AnswersNothing,
    /// The draft was posted, or left for too long.
    UnknownDraft,
    /// A question without words.
    EmptyQuestion,
    /// Convener may not write where the question is to be posted.
    CantPostHere,
    /// Nothing is heard where the question is to be posted, so no answer would be.
    NotHeardHere,
    /// The member does not want to be recorded.
    AuthorPaused,
    /// The member was asked already, or often enough this week, or somebody else was asked just now.
    CantInvite,
    /// No channel was given for the core group, and none was found.
    NoCoreChannel,
    /// A number of hours or days that is of no use: what was meant, and the least and the most.
    OutOfRange(&'static str, i64, i64),
    /// The time of a meetup was not understood, or can't be.
    Time(Unclear),
    /// A meetup without a title.
    NoTitle,
    /// A meetup of so many minutes.
    Minutes(u32),
    /// A meetup with so many seats.
    Seats(u32),
    /// The zone is none of the IANA time zone database.
    UnknownZone(String),
    /// The series has no date to come.
    NoDates,
    /// There is no such meetup.
    UnknownMeetup,
    /// The series has no such date to come.
    UnknownDate(String),
    /// The date was skipped, moved away, or is over, so nobody can answer it.
    DateGone,
    /// A date that takes place as planned can't be restored.
    NothingToRestore,
    /// No date of the series has begun yet.
    NoDateYet,
    /// Times of own reminders that are not understood, or can't be.
    Reminders(String),
    /// Hours of a day that are not understood, or can't be.
    FreeHours(String),
    /// Neither a channel nor a room was named.
    NoPlace,
    /// So long a meetup falls into nobody's hours.
    NoFreeHours,
    /// There is no such poll, or it is decided.
    PollClosed,
    /// A bot was to host a meetup.
    BotHost,
    /// All times of a poll are past.
    PollOver,
    /// Nobody has answered a poll yet.
    NoVotes,
    /// There are no words in a note or a proposal.
    NothingWritten,
    /// One date was to be moved to a rhythm.
    MoveToRhythm,
    /// The following dates can't be told from where one of several days went.
    FollowingUnclear,
    /// What was typed is none of the eleven activities.
    NotAnActivity(String),
    /// There is no such message, or it may not be told of here.
    UnknownMessage,
    /// What was typed names no week.
    NotAWeek(String),
    /// The week has not come yet.
    WeekToCome(Week),
    /// The week is before the first that anything is known of.
    WeekBefore(Week, Week),
    /// A link was asked for, and the operator has not said where pages are reached.
    NoPublicUrl,
    /// The draft was confirmed, dropped, or forgotten; or it is another person's.
    DraftGone,
    /// The control is not one of ours, or of a version that is gone.
    UnknownControl,
}
