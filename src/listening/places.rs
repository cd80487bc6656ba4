//! Where in a message its words stand: what a message begins with, and what its last question or last
//! sentence says, tell better what it is for than the same words elsewhere.

use super::ngram::Runs;
use super::text::{QUESTION, START, Token, Word, Words};

/// What a word's number is joined with, by where it stands.
const FIRST: [Word; 3] = [0x1b56_c4e9, 0x6a09_e667, 0x3c6e_f372];
const IN_PURPOSE: Word = 0x510e_527f;
const OPENS_PURPOSE: Word = 0x9b05_688c;
const APART: Word = 0x1f83_d9ab;

/// Adds the first three words by their place, every two words with one between them, the words and pairs of the
/// sentence that tells the purpose, and how that one begins.
pub(crate) fn add_places(words: &Words, found: &mut Vec<Word>) {
    let tokens = || words.tokens.iter().filter(|token| token.word != START);
    for (place, token) in FIRST.iter().zip(tokens()) {
        found.push(Runs::number([*place, token.word]));
    }
    for (one, other) in tokens().zip(tokens().skip(2)) {
        found.push(Runs::number([APART, one.word, other.word]));
    }
    let Some((purpose, is_alone)) = purpose(words) else {
        return;
    };
    for length in 1..=purpose.len().min(3) {
        // What a sentence opens with is more than its first word, which other lists have.
        let opening = purpose[..length].iter().map(|token| token.word);
        found.push(Runs::number([OPENS_PURPOSE].into_iter().chain(opening)));
    }
    if is_alone {
        return;
    }
    for (place, token) in purpose.iter().enumerate() {
        found.push(Runs::number([IN_PURPOSE, token.word]));
        if let Some(next) = purpose.get(place + 1) {
            found.push(Runs::number([IN_PURPOSE, token.word, next.word]));
        }
    }
}

/// The sentence that tells what a message is for: its last question, or else its last sentence; and whether it has no
/// other. Sentences of one word are none.
fn purpose(words: &Words) -> Option<(&[Token], bool)> {
    let sentences = || {
        words
            .tokens
            .split(|token| token.word == START)
            .filter(|sentence| sentence.len() > 1)
    };
    let asks = |sentence: &&[Token]| sentence.last().is_some_and(|last| last.word == QUESTION);
    let question = sentences().rev().find(asks);
    let purpose = question.or_else(|| sentences().next_back())?;
    Some((purpose, sentences().nth(1).is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listening::text::{Roster, number_of};
    use crate::practice::id::MemberId;

    struct Nobody;

    impl Roster for Nobody {
        fn find(&self, _: Word) -> Option<MemberId> {
            None
        }
    }

    fn sentence(text: &str) -> Option<Vec<Word>> {
        let words = Words::of(text, &Nobody);
        purpose(&words).map(|(tokens, _)| tokens.iter().map(|token| token.word).collect())
    }

    #[test]
    fn the_last_question_tells_the_purpose_and_else_the_last_sentence() {
        let numbers =
            |words: &[&'static str]| Some(words.iter().map(|word| number_of(word)).collect());
        assert_eq!(
            sentence("It broke. Who can help? I tried all."),
            numbers(&["who", "can", "help", "?"])
        );
        assert_eq!(
            sentence("It broke. I tried all"),
            numbers(&["i", "tried", "all"])
        );
        assert_eq!(sentence("Hm. Ok."), None);
        assert_eq!(sentence(""), None);
    }

    #[test]
    fn the_same_words_elsewhere_are_other_places() {
        let places = |text: &str| {
            let mut found = Vec::new();
            add_places(&Words::of(text, &Nobody), &mut found);
            found.sort_unstable();
            found
        };
        assert_ne!(places("who knows this one"), places("this one who knows"));
        assert_eq!(places("who knows this one"), places("Who knows THIS one"));
    }
}
