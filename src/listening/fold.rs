//! Words as numbers: folded, so that case, accents and what has no width make no difference.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// A word as a number: the same on every machine.
pub(crate) type Word = u32;

/// FNV-1a over the folded characters of a word: small, and the same on every machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hasher(pub(crate) u32);

impl Hasher {
    /// No character yet.
    pub(crate) const EMPTY: Self = Self(0x811c_9dc5);

    /// With one more character, which is folded.
    pub(crate) fn add(self, sign: char) -> Self {
        let mut hash = self.0;
        let mut rest = u32::from(sign);
        loop {
            hash = (hash ^ (rest & 0xff)).wrapping_mul(0x0100_0193);
            rest >>= 8;
            if rest == 0 {
                return Self(hash);
            }
        }
    }
}

/// The number of a word that is written here, in ASCII.
pub(crate) const fn number_of(word: &str) -> Word {
    let bytes = word.as_bytes();
    let mut hash = Hasher::EMPTY.0;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash
}

/// The numbers of words between single spaces.
pub(crate) const fn numbers_of<const COUNT: usize>(words: &str) -> [Word; COUNT] {
    let bytes = words.as_bytes();
    let mut numbers = [Hasher::EMPTY.0; COUNT];
    let (mut at, mut word) = (0, 0);
    while at < bytes.len() {
        if bytes[at] == b' ' {
            word += 1;
        } else {
            numbers[word] = (numbers[word] ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        }
        at += 1;
    }
    numbers
}

/// A sign of a script that writes no spaces: each is taken for a word.
pub(crate) fn stands_alone(sign: char) -> bool {
    matches!(sign, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

pub(crate) fn is_emoji(sign: char) -> bool {
    matches!(sign, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}')
}

/// The number of a name or word as it is written, folded.
pub(crate) fn folded_number(text: &str) -> Word {
    let mut hash = Hasher::EMPTY;
    for sign in text.chars() {
        if sign.is_ascii() {
            hash = hash.add(sign.to_ascii_lowercase());
        } else {
            fold(sign, |folded| hash = hash.add(folded));
        }
    }
    hash.0
}

/// Lower case, compatibility forms made plain, without accents and without what has no width.
pub(crate) fn fold(sign: char, mut take: impl FnMut(char)) {
    // The Greek question mark would be decomposed to a semicolon.
    if matches!(sign, '\u{37e}' | '؟' | '⸮' | '՞' | '፧') {
        return take('?');
    }
    decompose_compatible(sign, |part| {
        if is_combining_mark(part) || has_no_width(part) {
            return;
        }
        for lower in part.to_lowercase() {
            if !is_combining_mark(lower) {
                take(lower);
            }
        }
    });
}

fn has_no_width(sign: char) -> bool {
    matches!(sign,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{e0000}'..='\u{e01ef}')
}
