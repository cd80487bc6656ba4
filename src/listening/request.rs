//! Whether a message asks the community for something.

use super::features::{
    Feature, Row, counted, length, measured, nod, opening, question, rare, timed,
};
use super::model::Model;
use super::ngram::Runs;
use super::shape::{List, Shape};
use super::text::{Word, Words};
use super::window::Line;

/// What is known of the words alone: runs, stems and the message's shape, as numbers.
pub(crate) fn gather(words: &Words, shape: &Shape, found: &mut Vec<Word>) {
    found.clear();
    found.extend(Runs::of(&words.tokens).map(|run| run.number));
    found.extend(Runs::of_stems(&words.tokens).map(|run| run.number));
    add_facts(words, shape, found);
}

/// Adds what the shape tells, whatever the words are, and in whatever language.
pub(crate) fn add_facts(words: &Words, shape: &Shape, found: &mut Vec<Word>) {
    let facts = [
        (1, question(shape)),
        (2, opening(shape)),
        (3, nod(shape)),
        (4, length(shape)),
        (5, u8::from(shape.is(List::Calls))),
        (6, u8::from(shape.is(List::OfSelf))),
        (7, u8::from(shape.is(List::OfOther))),
        (
            8,
            u8::from(!words.addressed.is_empty()) | u8::from(!words.named.is_empty()) << 1,
        ),
        (9, u8::from(words.addresses_stranger)),
        (10, u8::from(shape.has_link) | u8::from(shape.has_code) << 1),
        (11, u8::from(words.exclaims)),
        (12, u8::from(shape.is(List::Fails))),
    ];
    found.extend(
        facts
            .into_iter()
            .filter(|(_, value)| *value > 0)
            .map(|(fact, value)| fact_number(fact, value)),
    );
}

/// The number of a fact: no run of words has it but by chance.
fn fact_number(fact: u32, value: u8) -> Word {
    (0xfac7_0000 | fact << 8 | u32::from(value)).wrapping_mul(0x9e37_79b1)
}

/// What words sound like, whoever says them and whenever; as scores.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tone {
    /// Like a request.
    pub(crate) asks: f32,
    /// Like the beginning of a conversation.
    pub(crate) begins: f32,
    /// Like what is said to somebody else, rather than a going on with one's own.
    pub(crate) responds: f32,
}

impl Tone {
    /// What these words sound like.
    pub(crate) fn of(found: &[Word], model: &Model) -> Self {
        let mut sums = model.settings.tone_bias;
        model.tone.add(&mut sums, found.iter().copied());
        let [asks, begins, responds] = sums;
        Self {
            asks,
            begins,
            responds,
        }
    }
}

/// How many features tell whether a message opens a request.
pub const OPENING_FEATURES: usize = 32;

/// What tells whether a message opens a request, for the trees to ask about.
pub type OpeningRow = [u8; OPENING_FEATURES];

/// What a message has to do with what its author asked before, as far as that is remembered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnRequest {
    /// Seconds since the last request of its author.
    pub(crate) gap: i64,
    /// Messages since then.
    pub(crate) distance: u64,
    /// How rare the words are that it shares with one of them, together.
    pub(crate) shared: i64,
    /// How much of its matter those are, in eighths.
    pub(crate) eighths: u8,
    /// It is linked to one of them.
    pub(crate) is_linked: bool,
}

/// Where a message stands among the others, for telling a new request from a part of an old one.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a feature of its own; no two exclude each other"
)]
pub(crate) struct Standing {
    /// The score of its starting something, less that of its best link.
    pub(crate) starts: f32,
    /// It goes on with its author's own opening, which nobody replied to.
    pub(crate) goes_on_own: bool,
    /// Somebody else's message is what it replies to.
    pub(crate) replies_to_other: bool,
    /// How much its author's opening so far sounds like a request.
    pub(crate) asked_before: Option<f32>,
    /// Messages since its author's last; `None` where none is remembered.
    pub(crate) own_distance: Option<u64>,
    /// Seconds since its author's last.
    pub(crate) own_gap: i64,
    /// Its author's last message is linked to another's, or another's to it.
    pub(crate) author_talks: bool,
    /// Its author was spoken to since they last spoke.
    pub(crate) is_awaited: bool,
    /// Seconds since anybody spoke.
    pub(crate) silence: i64,
    /// How much what it replies to sounds like a request.
    pub(crate) target_asks: Option<f32>,
    /// What is known of it and of the likeliest link.
    pub(crate) likeliest: Row,
    /// What its author asked before.
    pub(crate) own_request: Option<OwnRequest>,
}

/// What speaks for a message opening a request.
pub(crate) fn opening_row(line: &Line, standing: &Standing) -> OpeningRow {
    let shape = &line.shape;
    let own = standing.own_request;
    let of_own = |value: fn(OwnRequest) -> u8| own.map_or(0, |own| 1 + value(own));
    let of_link = |feature: Feature| standing.likeliest[feature as usize];
    [
        finely(line.tone.asks),
        finely(line.tone.begins),
        finely(line.tone.asks.max(standing.asked_before.unwrap_or(-8.0))),
        finely(standing.starts),
        u8::from(standing.goes_on_own),
        u8::from(standing.replies_to_other),
        standing.asked_before.map_or(0, |asks| 1 + measured(asks)),
        standing
            .own_distance
            .map_or(0, |distance| 1 + counted(distance)),
        timed(standing.own_gap),
        u8::from(standing.author_talks),
        u8::from(standing.is_awaited),
        timed(standing.silence),
        question(shape),
        opening(shape),
        nod(shape),
        length(shape),
        u8::from(!line.addressed.is_empty()) | u8::from(line.addresses_stranger) << 1,
        u8::from(!line.named.is_empty()),
        u8::from(shape.is(List::Calls)),
        u8::from(shape.is(List::OfSelf)),
        u8::from(shape.is(List::OfOther)),
        u8::from(shape.has_link) | u8::from(shape.has_code) << 1,
        finely(line.tone.responds),
        standing.target_asks.map_or(0, |asks| 1 + measured(asks)),
        of_link(Feature::Naming),
        of_link(Feature::Gap),
        of_link(Feature::Covered),
        of_own(|own| timed(own.gap)),
        of_own(|own| counted(own.distance)),
        of_own(|own| u8::from(own.is_linked)),
        of_own(|own| rare(own.shared)),
        of_own(|own| own.eighths),
    ]
}

/// A score in quarters.
fn finely(score: f32) -> u8 {
    let steps = (score.clamp(-8.0, 8.0) + 8.0) * 4.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 64"
    )]
    {
        steps as u8
    }
}
