//! Which of the eleven activities a message starts.

use std::sync::LazyLock;

use super::cues::{BIAS, CUES, Meaning, SHAPES};
use super::lexicon::Lexicon;
use super::model::Model;
use super::request::shape_findings;
use super::text::Words;
use super::window::Shape;
use crate::practice::activity::ActivityKind;

static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::of(CUES.iter().map(|cue| cue.phrases)));

/// From here on, more phrases of one sense say nothing new.
const MOST_PHRASES: u8 = 3;

/// The eleven, then small talk.
const MEANINGS: usize = ActivityKind::ALL.len() + 1;

/// The activity that these words start, and how sure that is, from 0 to 1. What asks is one of the
/// eleven, never small talk.
pub(crate) fn read(words: &Words, shape: &Shape, asks: bool) -> (Meaning, f32) {
    let mut scores = [0.0; MEANINGS];
    add(&mut scores, BIAS, 1.0);
    let findings = shape_findings(words, shape);
    for (feature, weights) in SHAPES {
        add(&mut scores, weights, findings.values[feature.place()]);
    }
    for (cue, count) in CUES.iter().zip(LEXICON.count(words)) {
        add(
            &mut scores,
            cue.weights,
            f32::from(count.min(MOST_PHRASES)).sqrt(),
        );
    }
    let open = if asks { MEANINGS - 1 } else { MEANINGS };
    let highest = scores.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = scores.iter().map(|score| (score - highest).exp()).sum();
    let best = (0..open)
        .max_by(|one, other| scores[*one].total_cmp(&scores[*other]))
        .unwrap_or(MEANINGS - 1);
    (
        ActivityKind::ALL.get(best).copied(),
        (scores[best] - highest).exp() / sum,
    )
}

fn add(scores: &mut [f32; MEANINGS], weights: &[(Meaning, f32)], size: f32) {
    for (meaning, weight) in weights {
        let place = meaning.map_or(MEANINGS - 1, |kind| kind as usize);
        scores[place] += weight * size;
    }
}
