//! A person's mistake, or a thing that is not theirs to do: shown to them, never logged as a fault.

/// Why Convener does not do what it was asked. `view::refusal` puts it into a sentence that says
/// what would work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The command needs a community that its leads have set up.
    NotSetUp,
    /// Only the core group may do this.
    CoreGroupOnly,
    /// Only coordinators may do this.
    CoordinatorsOnly,
    /// There is no such request any more.
    UnknownRequest,
    /// The request is closed, so it can't be claimed or answered.
    RequestClosed,
    /// A question without words.
    EmptyQuestion,
    /// The time of a meetup was not understood.
    UnknownTime(String),
    /// The zone is none of the IANA time zone database.
    UnknownZone(String),
    /// The series has no date to come.
    NoDates,
    /// There is no such meetup.
    UnknownMeetup,
    /// The control is not one of ours, or of a version that is gone.
    UnknownControl,
}
