//! Runs of one to three words as numbers, and the weights that were learnt for them.

use super::bytes::{Broken, Bytes};
use super::text::{START, Token, Word};

/// A run of words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// The run, as a number.
    pub(crate) number: Word,
    /// Its first token's place.
    pub(crate) first: usize,
    /// How many tokens it has.
    pub(crate) length: usize,
}

/// Numbers for runs of words.
pub(crate) struct Runs;

/// What a run's number begins with: no run has the number of a word.
const SEED: u32 = 0x7f4a_7c15;
/// What a stem's number begins with.
const STEM_SEED: u32 = 0x2545_f491;

fn join(number: Word, word: Word) -> Word {
    let mixed = (number.rotate_left(7) ^ word).wrapping_mul(0x85eb_ca6b);
    mixed ^ mixed >> 15
}

impl Runs {
    /// The number of one run.
    pub(crate) fn number(words: impl IntoIterator<Item = Word>) -> Word {
        words.into_iter().fold(SEED, join)
    }

    /// Every run of one to three tokens. A sentence mark alone is none.
    pub(crate) fn of(tokens: &[Token]) -> impl Iterator<Item = Run> {
        (0..tokens.len()).flat_map(move |first| {
            let mut number = SEED;
            tokens[first..]
                .iter()
                .take(3)
                .enumerate()
                .filter_map(move |(place, token)| {
                    number = join(number, token.word);
                    (place > 0 || token.word != START).then_some(Run {
                        number,
                        first,
                        length: place + 1,
                    })
                })
        })
    }

    /// The stems, alone and in pairs.
    pub(crate) fn of_stems(tokens: &[Token]) -> impl Iterator<Item = Run> {
        (0..tokens.len()).flat_map(move |first| {
            let mut number = STEM_SEED;
            tokens[first..]
                .iter()
                .take(2)
                .enumerate()
                .filter_map(move |(place, token)| {
                    number = join(number, token.stem);
                    (place > 0 || token.is_word()).then_some(Run {
                        number,
                        first,
                        length: place + 1,
                    })
                })
        })
    }
}

/// What was learnt of runs of words: for each that is known, a weight for each class.
#[derive(Clone, Debug)]
pub(crate) struct Weights<const CLASSES: usize> {
    /// The number of the run in each slot, with its weights beside it, so that one look at the
    /// memory finds both. A slot without weights is free.
    slots: Vec<(Word, [i8; CLASSES])>,
    /// A bit for each run that is known, some with others: most runs are not known, and that is seen here.
    marks: Vec<u64>,
    /// What a weight is multiplied by.
    scale: f32,
}

impl<const CLASSES: usize> Default for Weights<CLASSES> {
    fn default() -> Self {
        Self::of(Vec::new(), 1.0)
    }
}

impl<const CLASSES: usize> Weights<CLASSES> {
    /// Weights by run. A run all of whose weights are 0 is as good as unknown.
    pub(crate) fn of(known: Vec<(Word, [i8; CLASSES])>, scale: f32) -> Self {
        // A third of the slots at least stays free, so that what is not known is soon found missing.
        let count = (known.len() * 3 / 2 + 2).next_power_of_two();
        let mut weights = Self {
            slots: vec![(0, [0; CLASSES]); count],
            marks: vec![0; count / 8 + 1],
            scale,
        };
        for (number, row) in known {
            let (place, bit) = weights.mark_of(number);
            weights.marks[place] |= bit;
            let mut slot = weights.slot_of(number);
            while weights.slots[slot].1 != [0; CLASSES] {
                slot = (slot + 1) & (count - 1);
            }
            weights.slots[slot] = (number, row);
        }
        weights
    }

    fn slot_of(&self, number: Word) -> usize {
        let mixed = number.wrapping_mul(0x9e37_79b1);
        usize::try_from(mixed ^ mixed >> 15).unwrap_or_default() & (self.slots.len() - 1)
    }

    /// Where the bit of a run is: eight for each slot, so that few runs share one.
    fn mark_of(&self, number: Word) -> (usize, u64) {
        let mixed = number.wrapping_mul(0x85eb_ca6b);
        let mixed = usize::try_from(mixed ^ mixed >> 13).unwrap_or_default();
        let marks = self.slots.len() * 8 - 1;
        ((mixed & marks) / 64, 1 << (mixed & 63))
    }

    /// The weights of a run, unscaled.
    pub(crate) fn find(&self, number: Word) -> Option<&[i8; CLASSES]> {
        let (place, bit) = self.mark_of(number);
        if self.marks[place] & bit == 0 {
            return None;
        }
        let mut slot = self.slot_of(number);
        loop {
            let (found, row) = &self.slots[slot];
            if *row == [0; CLASSES] {
                return None;
            }
            if *found == number {
                return Some(row);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    /// Adds the weights of these runs.
    pub(crate) fn add(&self, sums: &mut [f32; CLASSES], runs: impl Iterator<Item = Word>) {
        let mut whole = [0_i32; CLASSES];
        let mut found: u16 = 0;
        for row in runs.filter_map(|run| self.find(run)) {
            found = found.saturating_add(1);
            for (sum, weight) in whole.iter_mut().zip(row) {
                *sum += i32::from(*weight);
            }
        }
        // A long text says the same more often, not more strongly.
        let by = self.scale / f32::from(found.max(1)).sqrt();
        for (sum, whole) in sums.iter_mut().zip(whole) {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a sum of some thousand small numbers"
            )]
            let whole = whole as f32;
            *sum += whole * by;
        }
    }

    /// Reads weights that were written by [`Weights::write`].
    pub(crate) fn read(bytes: &mut Bytes<'_>) -> Result<Self, Broken> {
        let scale = bytes.number()?;
        let count = bytes.count()?;
        let mut known = Vec::with_capacity(count);
        let mut number: Word = 0;
        for _ in 0..count {
            number = number.wrapping_add(bytes.small()?);
            let mut row = [0; CLASSES];
            for weight in &mut row {
                *weight = i8::from_le_bytes([bytes.byte()?]);
            }
            known.push((number, row));
        }
        Ok(Self::of(known, scale))
    }

    /// Writes weights in the order of their numbers, of which it writes how far they are apart.
    pub(crate) fn write(known: &[(Word, [i8; CLASSES])], scale: f32, bytes: &mut Vec<u8>) {
        bytes.extend(scale.to_le_bytes());
        super::bytes::write_count(bytes, known.len());
        let mut last = 0;
        for (number, row) in known {
            super::bytes::write_small(bytes, number.wrapping_sub(last));
            last = *number;
            bytes.extend(row.iter().flat_map(|weight| weight.to_le_bytes()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_known_is_found_and_nothing_else(
            near in prop::collection::btree_map(0_u32..400, any::<[i8; 2]>(), 0..100),
            far in prop::collection::btree_map(any::<u32>(), any::<[i8; 2]>(), 0..100),
        ) {
            let known: BTreeMap<Word, [i8; 2]> = near.into_iter().chain(far).collect();
            let mut file = Vec::new();
            let rows: Vec<(Word, [i8; 2])> = known.clone().into_iter().collect();
            Weights::write(&rows, 0.5, &mut file);
            let weights: Weights<2> = Weights::read(&mut Bytes(&file)).unwrap();
            for number in (0..400).chain(known.keys().copied()) {
                let row = known.get(&number).filter(|row| **row != [0, 0]);
                prop_assert_eq!(weights.find(number), row);
            }
        }
    }

    #[test]
    fn a_long_text_says_the_same_more_often_and_not_more_strongly() {
        let weights = Weights::of(vec![(7, [10]), (8, [-10])], 1.0);
        let sum = |runs: &[Word]| {
            let mut sums = [0.0];
            weights.add(&mut sums, runs.iter().copied());
            sums[0]
        };
        assert!((sum(&[7]) - 10.0).abs() < 1e-5);
        assert!((sum(&[7, 7, 7, 7]) - 20.0).abs() < 1e-5);
        assert!(sum(&[7, 8]).abs() < 1e-5);
        assert!(sum(&[9, 10, 11]).abs() < 1e-5);
    }
}
