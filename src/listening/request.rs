//! Whether a message asks the community for something.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::model::{Findings, model};
use super::text::Words;
use super::window::{Line, Shape};

model! {
    /// What makes a message sound like a request, beside the [`CUES`].
    Asks {
        /// Whatever it is.
        Always = -4.808,
        /// It holds a question mark.
        HasQuestion = 2.369,
        /// It ends with one.
        EndsInQuestion = 0.000,
        /// It speaks to whoever is there.
        Calls = 0.429,
        /// It greets.
        Greets = 1.343,
        /// It thanks.
        Thanks = -0.345,
        /// It begins as a reply does.
        Replies = -1.229,
        /// It goes on as a sentence does.
        GoesOn = -0.493,
        /// It says that it worked.
        Settles = 0.374,
        /// It says no more than "same here".
        JoinsIn = 0.000,
        /// It holds a link.
        HasLink = 0.000,
        /// Its words, as a logarithm.
        Length = 1.070,
        /// It is one or two words.
        IsShort = -0.542,
        /// It is more than forty words.
        IsLong = -0.025,
        /// It speaks to somebody.
        Addresses = -5.024,
        /// It speaks to a name that nobody here has.
        AddressesStranger = 0.000,
        /// It names somebody.
        NamesSomebody = -1.783,
    }
}

model! {
    /// What makes a message that asks a new request.
    Opens {
        /// Whatever it is.
        Always = -0.233,
        /// How much it sounds like a request.
        Asks = 0.939,
        /// How sure it is that it starts something, as a score.
        Starts = -0.014,
        /// It goes on with its author's own opening, which nobody replied to.
        GoesOnOwn = 1.106,
        /// It replies to somebody else.
        RepliesToOther = 0.000,
        /// It speaks to somebody.
        Addresses = -0.006,
        /// Its author is new.
        AuthorIsNew = 1.194,
        /// Its author is a part of a conversation of the last minutes.
        AuthorTalks = -0.671,
    }
}

/// The score from which a message is taken for a request.
pub(crate) const THRESHOLD: f32 = 0.0;

/// The longest cue, in words.
pub(crate) const LONGEST_CUE: usize = 4;

/// Words that speak for a request or against it. `^` is the beginning of a sentence.
const CUES: &[(&str, f32)] = &[
    ("trouble", 1.45),
    ("^ is", 1.35),
    ("^ how", 1.30),
    ("whats the", 1.24),
    ("^ can", 1.13),
    ("im trying", 1.05),
    ("^ any", 1.03),
    ("whats", 1.00),
    ("^ i cant", 0.92),
    ("find", 0.92),
    ("issue", 0.83),
    ("how to", 0.82),
    ("anyone", 0.82),
    ("tell me", 0.77),
    ("^ what", 0.76),
    ("this error", 0.72),
    ("format", 0.69),
    ("any", 0.68),
    ("if i", 0.68),
    ("open", 0.64),
    ("^ anyone", 0.63),
    ("does", 0.62),
    ("trying", 0.62),
    ("user", 0.62),
    ("im having", 0.61),
    ("? ^", 0.57),
    ("i need", 0.53),
    ("is there", 0.51),
    ("^ i have", 0.49),
    ("after", 0.49),
    ("how do", 0.43),
    ("i cant", 0.42),
    ("how", 0.40),
    ("is", 0.39),
    ("file", 0.38),
    ("question", 0.37),
    ("^ when i", 0.36),
    ("i try to", 0.36),
    ("anybody", 0.36),
    ("what is", 0.35),
    ("help", 0.35),
    ("has", 0.33),
    ("look", 0.32),
    ("app", 0.32),
    ("and the", 0.32),
    ("is it", 0.31),
    ("^ i need", 0.29),
    ("version", 0.29),
    ("seem to", 0.29),
    ("command", 0.29),
    ("my", 0.26),
    ("directory", 0.26),
    ("isnt", 0.26),
    ("can", 0.25),
    ("code", 0.25),
    ("error", 0.23),
    ("^ does", 0.22),
    ("to", 0.22),
    ("cant", 0.21),
    ("why", 0.21),
    ("i", 0.21),
    ("need", 0.21),
    ("try to", 0.20),
    ("get", 0.19),
    ("following", 0.19),
    ("^ has", 0.19),
    ("getting", 0.19),
    ("problem", 0.18),
    ("while", 0.17),
    ("add", 0.14),
    ("using", 0.13),
    ("can i", 0.12),
    ("way", 0.10),
    ("are there", 0.09),
    ("in", 0.09),
    ("^ do you", 0.07),
    ("where", 0.07),
    ("when", 0.06),
    ("^ im", 0.06),
    ("on a", 0.05),
    ("about", 0.05),
    ("work", -0.07),
    ("someone", -0.07),
    ("would", -0.08),
    ("setting", -0.09),
    ("make", -0.09),
    ("have", -0.09),
    ("case", -0.09),
    ("other", -0.10),
    ("bit", -0.10),
    ("it ?", -0.10),
    ("before", -0.10),
    ("no", -0.11),
    ("i just", -0.11),
    ("this", -0.11),
    ("might be", -0.12),
    ("by", -0.13),
    ("and", -0.14),
    ("still", -0.14),
    ("first", -0.14),
    ("was", -0.14),
    ("off", -0.14),
    ("think", -0.16),
    ("he", -0.16),
    ("if you", -0.17),
    ("people", -0.19),
    ("^ its", -0.19),
    ("well", -0.19),
    ("the", -0.20),
    ("up", -0.20),
    ("to the", -0.20),
    ("^ i", -0.22),
    ("be", -0.23),
    ("^ the", -0.24),
    ("time", -0.24),
    ("of", -0.24),
    ("this is", -0.25),
    ("could", -0.25),
    ("want", -0.26),
    ("ill", -0.27),
    ("here ^", -0.27),
    ("now", -0.29),
    ("for", -0.29),
    ("dont", -0.30),
    ("if", -0.31),
    ("here", -0.31),
    ("should", -0.33),
    ("as", -0.33),
    ("its", -0.33),
    ("go", -0.33),
    ("that", -0.36),
    ("just", -0.37),
    ("let me", -0.37),
    ("working", -0.46),
    ("might", -0.47),
    ("i can", -0.49),
    ("maybe", -0.49),
    ("thing", -0.50),
    ("our", -0.56),
    ("to be", -0.58),
    ("we", -0.60),
    ("^ there", -0.72),
    ("your", -0.84),
    ("you", -0.98),
    ("link", -1.03),
];

static CUE_WEIGHTS: LazyLock<HashMap<&'static str, f32>> =
    LazyLock::new(|| CUES.iter().copied().collect());

/// How much these words sound like a request, whoever says them and whenever.
pub(crate) fn asks(words: &Words, shape: &Shape) -> f32 {
    let mut found: Vec<&str> = words
        .runs(LONGEST_CUE)
        .filter(|run| CUE_WEIGHTS.contains_key(run))
        .collect();
    found.sort_unstable();
    found.dedup();
    let cues: f32 = found.iter().map(|cue| CUE_WEIGHTS[cue]).sum();
    cues + shape_findings(words, shape).score()
}

/// What the shape of a message says of its being a request.
pub(crate) fn shape_findings(words: &Words, shape: &Shape) -> Findings<Asks> {
    let mut findings = Findings::new();
    findings.note(Asks::Always, true);
    findings.note(Asks::HasQuestion, shape.has_question);
    findings.note(Asks::EndsInQuestion, shape.ends_in_question);
    findings.note(Asks::Calls, shape.calls);
    findings.note(Asks::Greets, shape.greets);
    findings.note(Asks::Thanks, shape.thanks);
    findings.note(Asks::Replies, shape.replies);
    findings.note(Asks::GoesOn, shape.goes_on);
    findings.note(Asks::Settles, shape.settles);
    findings.note(Asks::JoinsIn, shape.joins_in);
    findings.note(Asks::HasLink, shape.has_link);
    let count = f32::from(u16::try_from(shape.words).unwrap_or(u16::MAX));
    findings.measure(Asks::Length, count.ln_1p());
    findings.note(Asks::IsShort, shape.words <= 2);
    findings.note(Asks::IsLong, shape.words > 40);
    findings.note(Asks::Addresses, !words.addressed.is_empty());
    findings.note(Asks::AddressesStranger, words.addresses_stranger);
    findings.note(Asks::NamesSomebody, !words.named.is_empty());
    findings
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
    pub(crate) goes_on_own: bool,
    pub(crate) replies_to_other: bool,
    pub(crate) author_is_new: bool,
    pub(crate) author_talks: bool,
}

/// What speaks for a message opening a request.
pub(crate) fn opens(line: &Line, standing: Standing) -> Findings<Opens> {
    let mut findings = Findings::new();
    findings.note(Opens::Always, true);
    findings.measure(Opens::Asks, line.asks.clamp(-8.0, 8.0));
    findings.measure(Opens::Starts, standing.starts.clamp(-8.0, 8.0));
    findings.note(Opens::GoesOnOwn, standing.goes_on_own);
    findings.note(Opens::RepliesToOther, standing.replies_to_other);
    findings.note(Opens::Addresses, !line.addressed.is_empty());
    findings.note(Opens::AuthorIsNew, standing.author_is_new);
    findings.note(Opens::AuthorTalks, standing.author_talks);
    findings
}
