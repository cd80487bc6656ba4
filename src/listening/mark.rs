//! A quick look at whether two messages may have a word in common.

use super::text::Word;

/// A bit for each word of a message; some words share a bit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mark([u64; 4]);

impl Mark {
    /// The mark of these words.
    pub(crate) fn of(words: &[Word]) -> Self {
        let mut mark = Self::default();
        for word in words {
            let (part, bit) = place(*word);
            mark.0[part] |= bit;
        }
        mark
    }

    /// Whether two messages may have a word in common.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.0
            .iter()
            .zip(other.0)
            .any(|(one, other)| one & other != 0)
    }

    /// Whether a word may be among the message's.
    pub(crate) fn may_hold(&self, word: Word) -> bool {
        let (part, bit) = place(word);
        self.0[part] & bit != 0
    }
}

fn place(word: Word) -> (usize, u64) {
    let mixed = word.wrapping_mul(0x9e37_79b1);
    let part = usize::try_from(mixed >> 30).unwrap_or_default();
    (part, 1 << (mixed >> 24 & 63))
}
