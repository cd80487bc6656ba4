//! What is known of a message and of those before it, as small whole numbers for the trees to ask
//! about.

use super::shape::{List, Shape};
use super::window::Line;

macro_rules! features {
    ($($(#[$documentation:meta])* $feature:ident,)*) => {
        /// What is known of a message and of one earlier message that it may reply to, each as a
        /// small whole number.
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum Feature {
            $($(#[$documentation])* $feature,)*
        }

        /// How many features there are.
        pub const FEATURES: usize = [$(Feature::$feature),*].len();
    };
}

features! {
    /// 1 for the chance that it starts something; 0 for an earlier message.
    Starts,
    /// How much the new one sounds like a request.
    Asks,
    /// How much the new one sounds like a beginning.
    Begins,
    /// It holds a question mark, or ends with one.
    Question,
    /// How it begins.
    Opening,
    /// It thanks, settles, joins in.
    Nod,
    /// Its words.
    Length,
    /// It speaks to nobody, to somebody who has spoken, to somebody who has not, to a stranger.
    Addresses,
    /// It names somebody.
    Names,
    /// Messages since its author's last.
    OwnDistance,
    /// Time since its author's last.
    OwnGap,
    /// Messages since its author was last spoken to, if that was not answered.
    Awaited,
    /// What became of its author's last message.
    OwnState,
    /// Time since anybody spoke.
    Silence,
    /// The mean time between the last messages.
    Pace,
    /// How many spoke in the last ten messages.
    Speakers,
    /// It speaks of the writer, to somebody, or to whoever is there.
    Voice,
    /// It holds a link or code, or is a bot's.
    Holds,
    /// Messages between the two.
    Distance,
    /// Time between the two.
    Gap,
    /// Time between the two, by the channel's pace.
    RelativeGap,
    /// They have the same author.
    SameAuthor,
    /// How many messages of its author came after the earlier one.
    AuthorRank,
    /// How the new one speaks to the earlier one's author.
    SpeaksTo,
    /// How the earlier one speaks to the new one's author.
    IsSpokenTo,
    /// How many messages that spoke to the new one's author came after the earlier one.
    AddressedRank,
    /// Whether the new one's author has spoken since the earlier one.
    SpokeSince,
    /// Whether the two authors talk with each other.
    Partners,
    /// How much the earlier one sounds like a request.
    EarlierAsks,
    /// How much the earlier one sounds like a beginning.
    EarlierBegins,
    /// The earlier one holds a question mark.
    EarlierQuestion,
    /// How the earlier one begins.
    EarlierOpening,
    /// The earlier one thanks, settles, joins in.
    EarlierNod,
    /// The earlier one's words.
    EarlierLength,
    /// The earlier one holds a link or code, or is a bot's.
    EarlierHolds,
    /// How many words they share.
    Shared,
    /// The same, rare ones counting more.
    SharedMatter,
    /// How much of what the new one is about is in the earlier one.
    Covered,
    /// Whether the earlier one started something, or is a request.
    EarlierStarts,
    /// How many have replied to the earlier one.
    Replies,
    /// Who replied to it last: nobody, somebody, the new one's author.
    Replier,
    /// Its author went on at once.
    GoesOn,
    /// How many messages of the conversation came after the earlier one.
    ConversationRank,
    /// How many messages the conversation has.
    ConversationLength,
    /// How many take part in it.
    ConversationMembers,
    /// Whether the new one's author takes part.
    TakesPart,
    /// Whether whom the new one speaks to takes part.
    AddresseeTakesPart,
    /// How many messages the earlier one's author has written.
    EarlierWritten,
    /// How many messages the new one's author has written.
    Written,
    /// What the new one shares with the message that opened the conversation.
    SharedWithOpener,
    /// How many of the last messages speak to somebody by name.
    Naming,
    /// How much the new one sounds like what is said to somebody else.
    Responds,
    /// How much the earlier one sounds like what is said to somebody else.
    EarlierResponds,
    /// How often the speaker changed from the earlier one to the last.
    Turns,
    /// How many people spoke from the earlier one on, at most eight.
    Speaking,
    /// Time since the conversation's last message.
    ConversationGap,
}

/// What is known, for the trees to ask about.
pub type Row = [u8; FEATURES];

/// How many of these bounds, which ascend, a number reaches.
pub(crate) fn step<const COUNT: usize>(number: i64, bounds: &[i32; COUNT]) -> u8 {
    let number = i32::try_from(number.clamp(0, i64::from(i32::MAX))).unwrap_or(i32::MAX);
    // Each is looked at: that is quicker than to stop in time.
    bounds.iter().map(|bound| u8::from(number >= *bound)).sum()
}

/// A count, in steps that grow.
pub(crate) fn counted(number: u64) -> u8 {
    const BOUNDS: [u8; 16] = [1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 23, 31, 42, 60, 85, 120];
    const STEPS: [u8; 128] = {
        let mut steps = [0; 128];
        let (mut number, mut step) = (0, 0);
        while number < 128 {
            if step < BOUNDS.len() && number == BOUNDS[step] as usize {
                step += 1;
            }
            #[expect(clippy::cast_possible_truncation, reason = "at most 16")]
            {
                steps[number] = step as u8;
            }
            number += 1;
        }
        steps
    };
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    STEPS[number.min(127)]
}

/// A time in seconds, in steps that grow.
pub(crate) fn timed(seconds: i64) -> u8 {
    step(
        seconds,
        &[
            4, 12, 31, 61, 121, 181, 301, 481, 721, 1_201, 1_801, 3_601, 10_801, 43_201, 172_801,
        ],
    )
}

/// A score, in halves.
pub(crate) fn measured(score: f32) -> u8 {
    // Scores lie between about -6 and 6.
    let steps = (score.clamp(-6.0, 6.0) + 6.0) * 2.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 24"
    )]
    {
        steps as u8
    }
}

/// How a message begins.
pub(crate) fn opening(shape: &Shape) -> u8 {
    let lists = [List::Asks, List::Greets, List::Replies, List::GoesOn];
    let found = lists.iter().position(|list| shape.is(*list));
    found.map_or(0, |place| u8::try_from(place).unwrap_or_default() + 1)
}

/// Whether it thanks, settles, joins in, or tells of a failure.
pub(crate) fn nod(shape: &Shape) -> u8 {
    let lists = [List::Thanks, List::Settles, List::JoinsIn, List::Fails];
    let found = lists.iter().position(|list| shape.is(*list));
    found.map_or(0, |place| u8::try_from(place).unwrap_or_default() + 1)
}

/// Whether it holds a question mark, or ends with one.
pub(crate) fn question(shape: &Shape) -> u8 {
    u8::from(shape.has_question) + u8::from(shape.ends_in_question)
}

/// Whether it holds a link or code, or is a bot's.
pub(crate) fn holds(line: &Line) -> u8 {
    u8::from(line.shape.has_link) | u8::from(line.shape.has_code) << 1 | u8::from(line.is_bot) << 2
}

/// How many words it has, in steps that grow.
pub(crate) fn length(shape: &Shape) -> u8 {
    step(
        i64::from(shape.words),
        &[1, 2, 3, 4, 5, 7, 9, 12, 16, 22, 30, 45, 70],
    )
}

/// How rare the words are that two messages share, in steps.
pub(crate) fn rare(weight: i64) -> u8 {
    step(weight, &[1, 4, 7, 10, 14, 19, 26, 36])
}
