//! Lists of phrases, and which of them hold a run of words.

use super::ngram::Runs;
use super::text::{START, Word, number_of};

/// Up to 32 lists of phrases of one to three words.
#[derive(Debug)]
pub(crate) struct Phrases {
    /// The number of a phrase in each slot, with a bit for each list that holds it.
    slots: Vec<(Word, u32)>,
}

impl Phrases {
    /// Lists by their number, each with its phrases between commas; `^` begins a sentence.
    pub(crate) fn of<'lists>(lists: impl IntoIterator<Item = (u32, &'lists str)>) -> Self {
        let mut known: Vec<(Word, u32)> = Vec::new();
        for (list, phrases) in lists {
            for phrase in phrases.split(',') {
                let words = phrase.split_whitespace().map(|word| match word {
                    "^" => START,
                    word => number_of(word),
                });
                known.push((Runs::number(words), 1 << list));
            }
        }
        // Over twice the number of phrases, so that most are found at the first look.
        let mut slots = vec![(0, 0); (known.len() * 2 + 2).next_power_of_two()];
        for (number, lists) in known {
            let mut slot = slot_of(number, slots.len());
            while slots[slot].1 != 0 && slots[slot].0 != number {
                slot = (slot + 1) % slots.len();
            }
            slots[slot] = (number, slots[slot].1 | lists);
        }
        Self { slots }
    }

    /// The lists that hold this run, a bit for each.
    pub(crate) fn lists_of(&self, number: Word) -> u32 {
        let mut slot = slot_of(number, self.slots.len());
        loop {
            let (found, lists) = self.slots[slot];
            if lists == 0 || found == number {
                return lists;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }
}

fn slot_of(number: Word, slots: usize) -> usize {
    let mixed = number.wrapping_mul(0x9e37_79b1);
    usize::try_from(mixed ^ mixed >> 15).unwrap_or_default() & (slots - 1)
}
