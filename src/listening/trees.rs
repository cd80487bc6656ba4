//! Boosted trees over small whole numbers: what one says is looked up by asking a few questions of
//! the form "is this feature greater than that?", the same for all paths of the tree.

use super::bytes::{Broken, Bytes};

/// How many questions a tree asks.
pub(crate) const DEPTH: usize = 6;
/// How many answers a tree has.
pub(crate) const LEAVES: usize = 1 << DEPTH;

/// One tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// For each question, the feature that it asks about and what that is compared with.
    pub questions: [(u8, u8); DEPTH],
    /// What the tree adds to the score, by the answers: the first question's answer is the highest
    /// bit.
    pub leaves: [f32; LEAVES],
}

impl Tree {
    fn leaf<const COUNT: usize>(&self, row: &[u8; COUNT]) -> f32 {
        let mut leaf = 0;
        for (feature, bound) in self.questions {
            // A feature out of range would be a broken model, which is refused when it is read.
            let value = row.get(usize::from(feature)).copied().unwrap_or_default();
            leaf = leaf << 1 | usize::from(value > bound);
        }
        self.leaves[leaf]
    }
}

/// Trees whose answers are added up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trees(pub Vec<Tree>);

impl Trees {
    /// The sum of what the trees say of one row.
    pub(crate) fn score<const COUNT: usize>(&self, row: &[u8; COUNT]) -> f32 {
        self.0.iter().map(|tree| tree.leaf(row)).sum()
    }

    /// Adds what the trees from `first` to `end` say of many rows at once: the rows lie side by
    /// side, feature by feature.
    pub(crate) fn add<const LANES: usize, const COUNT: usize>(
        &self,
        trees: std::ops::Range<usize>,
        columns: &[[u8; LANES]; COUNT],
        sums: &mut [f32; LANES],
    ) {
        for tree in self.0.get(trees).unwrap_or_default() {
            let mut leaves = [0_u8; LANES];
            for (feature, bound) in tree.questions {
                if let Some(column) = columns.get(usize::from(feature)) {
                    for (leaf, value) in leaves.iter_mut().zip(column) {
                        *leaf = *leaf << 1 | u8::from(*value > bound);
                    }
                }
            }
            for (sum, leaf) in sums.iter_mut().zip(leaves) {
                *sum += tree.leaves[usize::from(leaf) % LEAVES];
            }
        }
    }

    /// Reads trees that were written by [`Trees::write`], over so many features.
    pub(crate) fn read(bytes: &mut Bytes<'_>, features: usize) -> Result<Self, Broken> {
        let count = bytes.count()?;
        let mut trees = Vec::new();
        for _ in 0..count {
            let mut questions = [(0, 0); DEPTH];
            for question in &mut questions {
                *question = (bytes.byte()?, bytes.byte()?);
                if usize::from(question.0) >= features {
                    return Err(Broken);
                }
            }
            let mut leaves = [0.0; LEAVES];
            for leaf in &mut leaves {
                *leaf = bytes.number()?;
            }
            trees.push(Tree { questions, leaves });
        }
        Ok(Self(trees))
    }

    /// Writes the trees.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        super::bytes::write_count(bytes, self.0.len());
        for tree in &self.0 {
            for (feature, bound) in tree.questions {
                bytes.extend([feature, bound]);
            }
            for leaf in tree.leaves {
                bytes.extend(leaf.to_le_bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn trees() -> impl Strategy<Value = Trees> {
        let tree = (
            prop::array::uniform6((0_u8..9, 0_u8..30)),
            prop::collection::vec(-2.0_f32..2.0, LEAVES),
        );
        prop::collection::vec(tree, 0..6).prop_map(|trees| {
            let tree = |(questions, leaves): (_, Vec<f32>)| Tree {
                questions,
                leaves: leaves.try_into().unwrap(),
            };
            Trees(trees.into_iter().map(tree).collect())
        })
    }

    proptest! {
        #[test]
        fn rows_side_by_side_are_read_as_each_alone(
            trees in trees(),
            rows in prop::collection::vec(prop::array::uniform9(0_u8..32), 4),
        ) {
            let mut columns = [[0; 4]; 9];
            for (lane, row) in rows.iter().enumerate() {
                for (column, value) in columns.iter_mut().zip(row) {
                    column[lane] = *value;
                }
            }
            let mut sums = [0.0; 4];
            let middle = trees.0.len() / 2;
            trees.add(0..middle, &columns, &mut sums);
            trees.add(middle..trees.0.len(), &columns, &mut sums);
            for (sum, row) in sums.iter().zip(&rows) {
                prop_assert!((sum - trees.score(row)).abs() < 1e-4);
            }
        }

        #[test]
        fn what_was_written_is_read(trees in trees()) {
            let mut file = Vec::new();
            trees.write(&mut file);
            prop_assert_eq!(Trees::read(&mut Bytes(&file), 9), Ok(trees.clone()));
            let is_over = trees.0.iter().flat_map(|tree| tree.questions).any(|(feature, _)| feature > 7);
            prop_assert_eq!(Trees::read(&mut Bytes(&file), 8).is_err(), is_over);
        }
    }
}
