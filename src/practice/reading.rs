//! What Convener makes of one message.

use super::activity::ActivityKind;
use super::id::{MemberId, MessageId};

/// What one message means, read when it came, with what had been said before it.
///
/// A later message can change a request's state, never a message's reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Whether it begins something; else it is a part of something begun before.
    pub begins: bool,
    /// The activity that it starts; `None` is small talk, or a part of something begun before.
    pub activity: Option<ActivityKind>,
    /// How sure the reader is of `activity`, from 0 to 1; where it begins nothing, of that.
    pub confidence: f32,
    /// Whether it asks the community for something.
    pub is_request: bool,
    /// The earlier messages of the channel that it replies to, as read.
    pub reply_to: Vec<MessageId>,
    /// The request of the same channel whose conversation it belongs to, and what it brings.
    pub concern: Option<Concern>,
}

impl Reading {
    /// Whether it opens a request: who asks for something more within one turn goes on with the
    /// request that they have opened.
    #[must_use]
    pub fn opens_request(&self) -> bool {
        self.is_request && self.concern.is_none()
    }
}

/// A message's part in the conversation of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concern {
    /// The message that opened the request.
    pub opener: MessageId,
    /// What this message brings to it.
    pub bearing: Bearing,
}

/// What a message brings to the request that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearing {
    /// Somebody else replies with substance.
    Answer,
    /// Somebody else replies without an answer: a clarifying question, a "same here".
    Attention,
    /// The asker thanks, or says that it worked.
    Thanks,
    /// The asker adds to the request or explains.
    Elaboration,
    /// The asker asks on after an answer: the request is open again.
    NewQuestion,
    /// Others talk on within the conversation.
    Aside,
}

/// What a member said that a message is, other than it was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Who said so.
    pub by: MemberId,
    /// The words of the message.
    pub text: String,
    /// What it is.
    pub verdict: Verdict,
}

/// What a message is, as a member says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// A request to the community.
    Request,
    /// No request.
    NoRequest,
    /// An activity of this kind.
    Activity(ActivityKind),
}
