//! Which of the messages that come into question a new one replies to: trees weigh them against each other
//! and against the chance that it starts something.

use super::features::{FEATURES, Row};
use super::links::{CANDIDATES, Candidate};
use super::trees::Trees;

/// How many trees sort out the candidates of which the others choose.
const SORTING: usize = 16;
/// How many candidates are left then.
const CHOSEN: usize = 6;

/// How many of the others are asked at a time, before it is looked at again whether one leads.
const BLOCK: usize = 16;
/// How far one must lead to be chosen without the trees that are left. Where all were asked, no more choices were right.
const SETTLED: f32 = 2.0;

/// Whether one leads so far that the other trees are not asked.
fn is_settled(sums: &[f32]) -> bool {
    let (mut first, mut second) = (f32::MIN, f32::MIN);
    for sum in sums {
        if *sum > first {
            (first, second) = (*sum, first);
        } else {
            second = second.max(*sum);
        }
    }
    first - second > SETTLED
}

/// What the trees make of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weighed {
    /// Where in the window the best candidate is.
    pub(crate) place: usize,
    /// The score of starting something, less that of the best candidate, as far as trees were asked.
    pub(crate) starts: f32,
    /// What is known of the message and of the best candidate.
    pub(crate) row: Row,
}

/// Weighs the candidates against the chance that a message starts something: a few trees sort out
/// most of them, the others choose among the rest, and are asked only until one leads by far. `None` where there is
/// no candidate.
pub(crate) fn weigh(trees: &Trees, start: &Row, candidates: &[Candidate]) -> Option<Weighed> {
    let rows = [start]
        .into_iter()
        .chain(candidates.iter().map(|candidate| &candidate.row));
    let mut all = [[0; CANDIDATES + 1]; FEATURES];
    for (lane, row) in rows.enumerate() {
        for (column, value) in all.iter_mut().zip(row) {
            column[lane] = *value;
        }
    }
    let mut sums = [0.0; CANDIDATES + 1];
    trees.add(0..SORTING.min(trees.0.len()), &all, &mut sums);
    // The chance of starting something stays; its lane is the first.
    let mut chosen = [0; CHOSEN + 2];
    let mut count = 1;
    let mut left = sums;
    while count <= CHOSEN.min(candidates.len()) {
        let next =
            (1..=candidates.len()).max_by(|one, other| left[*one].total_cmp(&left[*other]))?;
        left[next] = f32::MIN;
        chosen[count] = next;
        count += 1;
    }
    let mut few = [[0; CHOSEN + 2]; FEATURES];
    for (column, all) in few.iter_mut().zip(&all) {
        for (value, lane) in column.iter_mut().zip(chosen) {
            *value = all[lane];
        }
    }
    let mut sums = chosen.map(|lane| sums[lane]);
    let mut next = SORTING.min(trees.0.len());
    while next < trees.0.len() && !is_settled(&sums[..count]) {
        let end = (next + BLOCK).min(trees.0.len());
        trees.add(next..end, &few, &mut sums);
        next = end;
    }
    let best = (1..count).max_by(|one, other| sums[*one].total_cmp(&sums[*other]))?;
    let candidate = &candidates[chosen[best] - 1];
    Some(Weighed {
        row: candidate.row,
        place: candidate.place,
        starts: sums[0] - sums[best],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listening::features::Feature;
    use crate::listening::trees::{DEPTH, LEAVES, Tree};

    /// A tree that gives so much to the chance of starting something.
    fn for_start(score: f32) -> Tree {
        let mut leaves = [0.0; LEAVES];
        leaves[LEAVES - 1] = score;
        Tree {
            questions: [(Feature::Starts as u8, 0); DEPTH],
            leaves,
        }
    }

    #[test]
    fn the_other_trees_are_asked_only_while_none_leads_by_far() {
        let mut start = [0; FEATURES];
        start[Feature::Starts as usize] = 1;
        let candidate = Candidate {
            place: 7,
            row: [0; FEATURES],
        };
        // What is asked after the first speaks against starting.
        let starts = |lead: f32| {
            let mut trees = vec![for_start(0.0); SORTING];
            trees[0] = for_start(lead);
            trees.extend(vec![for_start(-1.0); BLOCK]);
            weigh(&Trees(trees), &start, &[candidate]).map(|weighed| weighed.starts > 0.0)
        };
        assert_eq!(starts(SETTLED + 0.1), Some(true));
        assert_eq!(starts(SETTLED - 0.1), Some(false));
        assert!(weigh(&Trees::default(), &start, &[]).is_none());
    }
}
