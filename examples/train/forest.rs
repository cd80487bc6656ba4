//! Boosting of trees whose questions are the same on all paths, over whole numbers below 128.
//!
//! The same rows give the same trees, byte for byte: sums are taken in one order, and what is drawn
//! at random is drawn by a number that follows from the tree's.

use std::ops::Range;

use convener::listening::training::{Tree, Trees};

const DEPTH: usize = 6;
const LEAVES: usize = 1 << DEPTH;

/// How trees are grown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Growth {
    /// How many trees.
    pub(crate) trees: usize,
    /// How much of its answer each tree gives.
    pub(crate) rate: f64,
    /// How strongly answers are drawn to 0.
    pub(crate) caution: f64,
    /// Of how many groups in 16 each tree learns.
    pub(crate) share: u64,
}

/// Rows by column, so that one feature lies together.
pub(crate) struct Columns {
    features: Vec<Vec<u8>>,
    /// One more than the largest value of each.
    values: Vec<usize>,
    rows: usize,
}

impl Columns {
    /// The columns of these rows.
    pub(crate) fn of<const COUNT: usize>(rows: &[[u8; COUNT]]) -> Self {
        let column = |feature: usize| rows.iter().map(move |row| row[feature]);
        Self {
            features: (0..COUNT)
                .map(|feature| column(feature).collect())
                .collect(),
            values: (0..COUNT)
                .map(|feature| usize::from(column(feature).max().unwrap_or_default()) + 1)
                .collect(),
            rows: rows.len(),
        }
    }
}

/// Trees that tell which row of each group is the right one: `right` says how much of a group each
/// row is worth, all of a group's together 1.
pub(crate) fn choose(
    columns: &Columns,
    groups: &[Range<usize>],
    right: &[f64],
    growth: Growth,
) -> Trees {
    boost(columns, groups, growth, |scores, slopes| {
        for group in groups {
            let highest = group
                .clone()
                .map(|row| scores[row])
                .fold(f64::MIN, f64::max);
            let mut sum = 0.0;
            for row in group.clone() {
                slopes[row].0 = libm::exp(scores[row] - highest);
                sum += slopes[row].0;
            }
            for row in group.clone() {
                let chance = slopes[row].0 / sum;
                slopes[row] = (right[row] - chance, (chance * (1.0 - chance)).max(1e-6));
            }
        }
    })
}

/// Trees that tell whether a row is so, each row weighing what it does.
pub(crate) fn decide(columns: &Columns, is_so: &[bool], weights: &[f64], growth: Growth) -> Trees {
    let groups: Vec<Range<usize>> = (0..columns.rows).map(|row| row..row + 1).collect();
    boost(columns, &groups, growth, |scores, slopes| {
        for (row, slope) in slopes.iter_mut().enumerate() {
            let chance = 1.0 / (1.0 + libm::exp(-scores[row]));
            let goal = f64::from(u8::from(is_so[row]));
            *slope = (
                weights[row] * (goal - chance),
                weights[row] * (chance * (1.0 - chance)).max(1e-6),
            );
        }
    })
}

fn boost(
    columns: &Columns,
    groups: &[Range<usize>],
    growth: Growth,
    mut slope: impl FnMut(&[f64], &mut [(f64, f64)]),
) -> Trees {
    let mut scores = vec![0.0; columns.rows];
    let mut slopes = vec![(0.0, 0.0); columns.rows];
    let mut trees = Vec::new();
    for number in 0..growth.trees {
        slope(&scores, &mut slopes);
        let drawn: Vec<u32> = groups
            .iter()
            .enumerate()
            .filter(|(group, _)| draw(number, *group) % 16 < growth.share)
            .flat_map(|(_, rows)| rows.clone())
            .map(|row| u32::try_from(row).unwrap_or(u32::MAX))
            .collect();
        let tree = grow(columns, &drawn, &slopes, growth);
        for (row, score) in scores.iter_mut().enumerate() {
            let leaf = tree.questions.iter().fold(0, |leaf, (feature, bound)| {
                leaf << 1 | usize::from(columns.features[usize::from(*feature)][row] > *bound)
            });
            *score += f64::from(tree.leaves[leaf]);
        }
        trees.push(tree);
    }
    Trees(trees)
}

/// A number for a group and a tree that looks drawn at random.
fn draw(tree: usize, group: usize) -> u64 {
    let mixed = (tree as u64)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add((group as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9));
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed >> 40
}

/// A question, and how much its answers explain.
type Split = (f64, u8, u8);

fn grow(columns: &Columns, drawn: &[u32], slopes: &[(f64, f64)], growth: Growth) -> Tree {
    let mine: Vec<(f64, f64)> = drawn.iter().map(|row| slopes[*row as usize]).collect();
    // What is drawn lies together, which is looked at again for each question.
    let near: Vec<Vec<u8>> = columns
        .features
        .iter()
        .map(|column| drawn.iter().map(|row| column[*row as usize]).collect())
        .collect();
    let mut leaves = vec![0_u8; drawn.len()];
    let mut questions = [(0, 0); DEPTH];
    let half = columns.features.len().div_ceil(2);
    for (level, question) in questions.iter_mut().enumerate() {
        let leaves_now = 1 << level;
        let look = |features: Range<usize>| {
            let mut best: Split = (f64::MIN, 0, 0);
            for feature in features {
                let split = best_of(
                    &near[feature],
                    columns.values[feature],
                    &mine,
                    &leaves,
                    leaves_now,
                    growth.caution,
                );
                if split.0 > best.0 {
                    best = (split.0, u8::try_from(feature).unwrap_or_default(), split.1);
                }
            }
            best
        };
        let count = columns.features.len();
        let (first, second) = std::thread::scope(|scope| {
            let other = scope.spawn(|| look(half..count));
            (look(0..half), other.join())
        });
        let second = second.unwrap_or((f64::MIN, 0, 0));
        let (_, feature, bound) = if second.0 > first.0 { second } else { first };
        *question = (feature, bound);
        for (leaf, value) in leaves.iter_mut().zip(&near[usize::from(feature)]) {
            *leaf = *leaf << 1 | u8::from(*value > bound);
        }
    }
    let mut sums = [(0.0, 0.0); LEAVES];
    for (leaf, (slope, curve)) in leaves.iter().zip(&mine) {
        let sum = &mut sums[usize::from(*leaf)];
        sum.0 += slope;
        sum.1 += curve;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "answers are kept as small numbers"
    )]
    let answer =
        |(slope, curve): (f64, f64)| (growth.rate * slope / (curve + growth.caution)) as f32;
    Tree {
        questions,
        leaves: sums.map(answer),
    }
}

/// The best bound for one feature: how much it explains, and the bound.
fn best_of(
    column: &[u8],
    values: usize,
    slopes: &[(f64, f64)],
    leaves: &[u8],
    leaves_now: usize,
    caution: f64,
) -> (f64, u8) {
    let mut sums = vec![(0.0, 0.0); leaves_now * values];
    for ((value, (slope, curve)), leaf) in column.iter().zip(slopes).zip(leaves) {
        let sum = &mut sums[usize::from(*leaf) * values + usize::from(*value)];
        sum.0 += slope;
        sum.1 += curve;
    }
    let explained = |(slope, curve): (f64, f64)| slope * slope / (curve + caution);
    let mut gains = vec![0.0; values];
    let mut last = 0;
    for leaf in sums.chunks(values) {
        let all = leaf
            .iter()
            .fold((0.0, 0.0), |all, sum| (all.0 + sum.0, all.1 + sum.1));
        let mut below = (0.0, 0.0);
        for (value, sum) in leaf.iter().enumerate() {
            if sum.1 > 0.0 {
                last = last.max(value);
            }
            below = (below.0 + sum.0, below.1 + sum.1);
            let above = (all.0 - below.0, all.1 - below.1);
            gains[value] += explained(below) + explained(above) - explained(all);
        }
    }
    (0..last.max(1))
        .map(|bound| (gains[bound], u8::try_from(bound).unwrap_or_default()))
        .fold(
            (f64::MIN, 0),
            |best, split| {
                if split.0 > best.0 { split } else { best }
            },
        )
}
