//! Why a message was read as it was: the words that decided, for people to see.

use super::few::Few;
use super::model::Model;
use super::ngram::{Run, Runs};
use super::text::{Token, Words};
use crate::practice::activity::ActivityKind;

/// How many pieces of a message are shown.
const SHOWN: usize = 3;

/// The pieces of a text that spoke most for an activity, or for small talk; the strongest first.
///
/// Empty where no words did: then the shape of the message decided, or how rare everything else is.
pub(crate) fn why(
    text: &str,
    words: &Words,
    activity: Option<ActivityKind>,
    model: &Model,
) -> Vec<String> {
    let meaning = activity.map_or(ActivityKind::ALL.len(), |kind| kind as usize);
    let mut found: Vec<(i32, Run)> = Runs::of(&words.tokens)
        .chain(Runs::of_stems(&words.tokens))
        .filter_map(|run| {
            let row = model.activity.find(run.number)?;
            let others = row
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != meaning);
            let best_other = others.map(|(_, weight)| i32::from(*weight)).max()?;
            Some((i32::from(row[meaning]) - best_other, run))
        })
        .filter(|(weight, _)| *weight > 0)
        .collect();
    found.sort_by_key(|(weight, run)| (-weight, run.first, run.length));
    let mut shown = Vec::new();
    let mut taken: Few<u32, 16> = Few::default();
    for (_, run) in found {
        let tokens = &words.tokens[run.first..run.first + run.length];
        let is_taken = (run.first..run.first + run.length)
            .any(|place| taken.contains(u32::try_from(place).unwrap_or(u32::MAX)));
        if is_taken || shown.len() == SHOWN {
            continue;
        }
        if let Some(piece) = piece(text, tokens) {
            for place in run.first..run.first + run.length {
                taken.add(u32::try_from(place).unwrap_or(u32::MAX));
            }
            shown.push(piece);
        }
    }
    shown
}

/// What some tokens look like in the text, in one line.
fn piece(text: &str, tokens: &[Token]) -> Option<String> {
    let at = |place: u32| usize::try_from(place).ok();
    let start = at(tokens.iter().map(|token| token.start).min()?)?;
    let end = at(tokens.iter().map(|token| token.end).max()?)?;
    let piece = text.get(start..end)?;
    let words: Vec<&str> = piece.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}
