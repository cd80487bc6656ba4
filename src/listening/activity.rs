//! Which of the eleven activities a message starts.

use super::cues::add_cues;
use super::model::{MEANINGS, Model};
use super::places::add_places;
use super::text::{Word, Words};
use crate::practice::activity::ActivityKind;

/// The activity that these words start, and how sure that is, from 0 to 1. What asks is one of the
/// eleven, never small talk. `shifts` is what the community's own corrections add to each score.
pub(crate) fn read(
    words: &Words,
    found: &[Word],
    asks: bool,
    model: &Model,
    shifts: Option<[f32; MEANINGS]>,
) -> (Option<ActivityKind>, f32) {
    let mut cues = Vec::with_capacity(24 + words.tokens.len() * 3);
    add_cues(words, &mut cues);
    add_places(words, &mut cues);
    let mut scores = scores(found.iter().chain(&cues).copied(), model);
    for (score, shift) in scores.iter_mut().zip(shifts.unwrap_or_default()) {
        *score += shift;
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

/// A score for each meaning.
fn scores(found: impl Iterator<Item = Word>, model: &Model) -> [f32; MEANINGS] {
    let mut scores = model.settings.activity_bias;
    model.activity.add(&mut scores, found);
    scores.map(|score| score * model.settings.sharpness)
}
