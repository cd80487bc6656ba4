//! What a community's own corrections shift in how it is read.
//!
//! "Not a request", "Log as request" and "Log as activity" say of single messages what they are. What such
//! messages have in common, and others of the community have not, shifts the reading of those to come: a little
//! for each piece of text, and no more than [`MOST`] from what the reader is at most sure of where a community
//! says otherwise, [`SURE`]. Who takes up what was heard corrects nothing: what confirmed requests have in common
//! is how people write at all.
//!
//! No member can shift anything alone: a piece of text counts from four corrections of messages that have it,
//! and of each member only two count. What a member said is forgotten with
//! them, as the shift is learnt anew from the corrections that are kept.

use std::collections::{HashMap, HashSet};

use super::model::{MEANINGS, Model};
use super::ngram::{Run, Runs};
use super::text::{Roster, Word, Words};
use crate::practice::activity::ActivityKind;
use crate::practice::id::MemberId;
use crate::practice::reading::{Correction, Verdict};

/// The most by which the score of opening a request is shifted.
const MOST: f32 = 3.0;

/// The same for an activity: most messages are small talk, so that the odds are long against each kind.
const MOST_OF_ACTIVITY: f32 = 6.0;

/// As sure of a request as the reader may be where a community says otherwise, in log-odds (0.88): what several say
/// alike turns that, too, however sure a model is.
const SURE: f32 = 2.0;

/// How many corrections a piece of text must have to count: a handful.
const HANDFUL: u32 = 4;

/// So many of them count of one member: it takes two at least.
const OF_ONE_MEMBER: u32 = 2;

/// A piece of text is telling where it is so many times as frequent in corrected messages as in all.
const TELLING: f32 = 3.0;

/// The most by which one piece of text shifts a score.
const MOST_OF_PIECE: f32 = 1.5;

/// How a community's own corrections shift its reading.
#[derive(Clone, Debug, Default)]
pub struct Leaning {
    /// For each telling piece of text the shift towards a request.
    requests: HashMap<Word, f32>,
    /// For each the shift towards each activity, and towards none.
    activities: HashMap<Word, [f32; MEANINGS]>,
}

/// Nobody is known: names are words like others here.
struct Nobody;

impl Roster for Nobody {
    fn find(&self, _name: Word) -> Option<MemberId> {
        None
    }
}

impl Leaning {
    /// Learns from what members said; `background` is what is written in the community every day, for telling
    /// what is in many messages anyway.
    #[must_use]
    pub fn learn(corrections: &[Correction], background: &[String]) -> Self {
        let mut words = Words::default();
        let mut in_background: HashMap<Word, u32> = HashMap::new();
        let corrected: HashSet<&str> = corrections
            .iter()
            .map(|correction| correction.text.as_str())
            .collect();
        // What was corrected is not what is usual, also where little else was said.
        let background: Vec<&String> = background
            .iter()
            .filter(|text| !corrected.contains(text.as_str()))
            .collect();
        for text in &background {
            for piece in pieces(text, &mut words, |_| true) {
                *in_background.entry(piece).or_default() += 1;
            }
        }
        let usual = |piece: Word| {
            let count = in_background.get(&piece).copied().unwrap_or_default();
            #[expect(clippy::cast_precision_loss, reason = "hundreds of messages")]
            let share = (count as f32 + 0.5) / (background.len() as f32 + 1.0);
            share
        };
        let model = Model::embedded();
        let asks = |word: Word| {
            let known = model.tone.find(Runs::number([word]));
            known.is_some_and(|row| row[0] > 0)
        };
        let mut weights_of = |verdict: Verdict| {
            let meant = corrections
                .iter()
                .filter(|correction| correction.verdict == verdict);
            // How people ask anywhere is no sign of not asking: a riddle may begin like any question.
            let counts = |word: Word| verdict != Verdict::NoRequest || !asks(word);
            weights(meant, usual, counts, &mut words)
        };
        let mut leaning = Self::default();
        for (piece, weight) in weights_of(Verdict::Request) {
            leaning.requests.insert(piece, weight);
        }
        for (piece, weight) in weights_of(Verdict::NoRequest) {
            *leaning.requests.entry(piece).or_default() -= weight;
        }
        for kind in ActivityKind::ALL {
            for (piece, weight) in weights_of(Verdict::Activity(kind)) {
                let row = leaning.activities.entry(piece).or_default();
                row[kind as usize] += weight;
            }
        }
        leaning
    }

    /// Whether nothing is shifted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty() && self.activities.is_empty()
    }

    /// The score of opening a request, shifted by what these words have in common with what was corrected.
    pub(crate) fn shifted(&self, score: f32, words: &Words) -> f32 {
        let shifts = Runs::of(&words.tokens).filter_map(|run| self.requests.get(&run.number));
        let shift = shifts.sum::<f32>().clamp(-MOST, MOST);
        // A shift against its reading first caps how sure the reader is; one with it only adds.
        if shift > 0.0 {
            score.max(-SURE) + shift
        } else if shift < 0.0 {
            score.min(SURE) + shift
        } else {
            score
        }
    }

    /// What is added to the score of each activity, and of none.
    pub(crate) fn towards_activities(&self, words: &Words) -> [f32; MEANINGS] {
        let mut shifts = [0.0; MEANINGS];
        if self.activities.is_empty() {
            return shifts;
        }
        for run in Runs::of(&words.tokens) {
            if let Some(row) = self.activities.get(&run.number) {
                for (shift, weight) in shifts.iter_mut().zip(row) {
                    *shift += weight;
                }
            }
        }
        shifts.map(|shift| shift.clamp(-MOST_OF_ACTIVITY, MOST_OF_ACTIVITY))
    }
}

/// The telling pieces of messages that were corrected alike, each with its weight.
fn weights<'a>(
    corrections: impl Iterator<Item = &'a Correction>,
    usual: impl Fn(Word) -> f32,
    counts: impl Fn(Word) -> bool,
    words: &mut Words,
) -> Vec<(Word, f32)> {
    let mut of_members: HashMap<Word, HashMap<MemberId, u32>> = HashMap::new();
    let mut all: HashMap<MemberId, u32> = HashMap::new();
    for correction in corrections {
        *all.entry(correction.by).or_default() += 1;
        for piece in pieces(&correction.text, words, &counts) {
            let members = of_members.entry(piece).or_default();
            *members.entry(correction.by).or_default() += 1;
        }
    }
    // Of each member as much counts of all as can count of a piece, twice over: then what is in half of what
    // everybody corrects counts in full.
    let all: u32 = all
        .values()
        .map(|count| *count.min(&(2 * OF_ONE_MEMBER)))
        .sum();
    let telling = of_members.into_iter().filter_map(|(piece, members)| {
        let count: u32 = members
            .values()
            .map(|count| *count.min(&OF_ONE_MEMBER))
            .sum();
        #[expect(clippy::cast_precision_loss, reason = "a handful of corrections")]
        let frequency = count as f32 / all.max(1) as f32;
        let times = frequency / usual(piece);
        (count >= HANDFUL && times >= TELLING)
            .then(|| (piece, (times.ln() / 2.0).min(MOST_OF_PIECE)))
    });
    telling.collect()
}

/// The different pieces of a text: its runs of one to three words, all of which count.
fn pieces(text: &str, words: &mut Words, counts: impl Fn(Word) -> bool) -> HashSet<Word> {
    words.read(text, &Nobody);
    let tokens = &words.tokens;
    let all_count = |run: &Run| {
        let mut tokens = tokens[run.first..run.first + run.length].iter();
        tokens.all(|token| counts(token.word))
    };
    Runs::of(tokens)
        .filter(all_count)
        .map(|run| run.number)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listening::Listener;
    use crate::practice::id::{ChannelId, MessageId};
    use crate::practice::message::{Author, Heard, MessageKind};
    use std::sync::Arc;

    const EVERY_DAY: [&str; 8] = [
        "How do I calibrate the level sensor of the new board?",
        "You have to hold it over a bucket and set the offset.",
        "Thanks, that worked.",
        "Has anyone tried lithium cells below minus twenty degrees?",
        "The meetup is on Thursday at six.",
        "My logger does not wake up after the update, what can I do?",
        "Good morning everybody.",
        "I wrote the steps up in the wiki last night.",
    ];

    fn background() -> Vec<String> {
        let days = (0..20).flat_map(|_| EVERY_DAY);
        days.map(str::to_owned).collect()
    }

    fn said(by: i64, text: &str, verdict: Verdict) -> Correction {
        Correction {
            by: MemberId::new(by),
            text: text.to_owned(),
            verdict,
        }
    }

    fn is_request(leaning: Leaning, text: &str) -> bool {
        read(leaning, text).is_request
    }

    fn read(leaning: Leaning, text: &str) -> crate::practice::reading::Reading {
        let mut listener = Listener::new();
        listener.lean(Some(Arc::new(leaning)));
        listener.hear(&Heard {
            channel: ChannelId::new(1),
            id: MessageId::new(9),
            author: Some(Author {
                id: MemberId::new(99),
                name: "zoe".to_owned(),
                is_bot: false,
            }),
            at: chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
            edited_at: None,
            text: text.to_owned(),
            kind: MessageKind::Message,
            reply_to: Vec::new(),
            mentions: Vec::new(),
            reactions: Vec::new(),
            attachments: Vec::new(),
        })
    }

    #[test]
    fn what_is_said_alike_outweighs_the_surest_model() {
        let leaning = Leaning::learn(&riddles(2), &background());
        let mut words = Words::default();
        words.read(NEW_RIDDLE, &Nobody);
        assert!(leaning.shifted(9.0, &words) < 0.0);
        assert!(leaning.shifted(-9.0, &words) < -9.0, "nobody doubts it");
        words.read(EVERY_DAY[0], &Nobody);
        for score in [-9.0, 9.0] {
            assert!((leaning.shifted(score, &words) - score).abs() < 0.1);
        }
    }

    #[test]
    fn what_several_log_as_a_request_becomes_one() {
        let logged: Vec<_> = (0..)
            .zip([
                "Wanted, a pump that runs on twelve volts",
                "Wanted, somebody with a long ladder",
                "Wanted, a quiet place for the spare mast",
                "Wanted, two hands on Saturday",
            ])
            .map(|(number, text)| said(1 + number % 2, text, Verdict::Request))
            .collect();
        let leaning = Leaning::learn(&logged, &background());
        let mut words = Words::default();
        words.read("Wanted, an old bicycle wheel", &Nobody);
        assert!(leaning.shifted(-9.0, &words) > -1.0);
        assert!(leaning.shifted(0.0, &words) > 1.0);
    }

    const RIDDLES: [&str; 5] = [
        "Riddle corner: does anyone know what has keys but opens no lock?",
        "Riddle corner: does anyone know what gets wetter the more it dries?",
        "Riddle corner: does anyone know who travels around the world in a corner?",
        "Riddle corner: does anyone know what breaks when its name is said?",
        "Riddle corner: does anyone know what you can catch and never throw?",
    ];
    const NEW_RIDDLE: &str = "Riddle corner: does anyone know what has a neck and no head?";
    const ASKED_ALIKE: &str = "Does anyone know why the gateway drops packets at night?";

    fn riddles(members: i64) -> Vec<Correction> {
        let said = (0..)
            .zip(RIDDLES)
            .map(|(number, text)| said(1 + number % members, text, Verdict::NoRequest));
        said.collect()
    }

    #[test]
    fn a_handful_of_corrections_by_several_shifts_what_is_alike() {
        assert!(is_request(Leaning::default(), NEW_RIDDLE));
        let leaning = || Leaning::learn(&riddles(2), &background());
        assert!(!is_request(leaning(), NEW_RIDDLE));
        for question in [EVERY_DAY[0], EVERY_DAY[5], ASKED_ALIKE] {
            assert!(is_request(leaning(), question), "{question}");
        }
    }

    #[test]
    fn a_question_stays_one_where_little_else_was_said() {
        let little = [EVERY_DAY[1], EVERY_DAY[4], EVERY_DAY[6], EVERY_DAY[7]].map(str::to_owned);
        let leaning = Leaning::learn(&riddles(2), &little);
        for question in [EVERY_DAY[0], EVERY_DAY[5], ASKED_ALIKE] {
            assert!(is_request(leaning.clone(), question), "{question}");
        }
        assert!(!is_request(leaning, NEW_RIDDLE));
    }

    #[test]
    fn one_member_alone_shifts_nothing() {
        let mut corrections = Vec::new();
        for _ in 0..100 {
            corrections.extend(riddles(1));
            let question = said(1, EVERY_DAY[0], Verdict::NoRequest);
            corrections.push(question);
        }
        let leaning = Leaning::learn(&corrections, &background());
        assert!(leaning.is_empty());
        // Neither do a hundred more of theirs beside one of somebody else's.
        corrections.push(said(2, RIDDLES[0], Verdict::NoRequest));
        let leaning = Leaning::learn(&corrections, &background());
        assert!(is_request(leaning, EVERY_DAY[0]));
    }

    #[test]
    fn what_is_logged_alike_is_read_alike() {
        let logged: Vec<_> = (0..)
            .zip([
                "Field note 12: the float sticks in silt, see the photo",
                "Field note 13: solar panel shaded until ten",
                "Field note 14: mice ate the cable",
                "Field note 15: new mast, no more drift",
            ])
            .map(|(number, text)| {
                let kind = Verdict::Activity(ActivityKind::DocumentingProjects);
                said(1 + number % 2, text, kind)
            })
            .collect();
        let leaning = Leaning::learn(&logged, &background());
        let reading = read(leaning, "Field note 16: antenna found in the nettles");
        assert_eq!(reading.activity, Some(ActivityKind::DocumentingProjects));
    }
}
