//! Lists of phrases, and which of them some words hold.

use std::collections::HashMap;

use super::text::Words;

/// The longest phrase, in words.
const LONGEST: usize = 4;

/// Lists of phrases, for finding all of them in one pass.
#[derive(Debug)]
pub(crate) struct Lexicon {
    lists: usize,
    of_phrase: HashMap<&'static str, Vec<usize>>,
}

impl Lexicon {
    /// Lists whose phrases stand between commas.
    pub(crate) fn of(lists: impl IntoIterator<Item = &'static str>) -> Self {
        let mut lexicon = Self {
            lists: 0,
            of_phrase: HashMap::new(),
        };
        for list in lists {
            for phrase in list.split(',').map(str::trim) {
                lexicon
                    .of_phrase
                    .entry(phrase)
                    .or_default()
                    .push(lexicon.lists);
            }
            lexicon.lists += 1;
        }
        lexicon
    }

    /// How many different phrases of each list the words hold.
    pub(crate) fn count(&self, words: &Words) -> Vec<u8> {
        let mut found: Vec<&str> = words
            .runs(LONGEST)
            .filter(|run| self.of_phrase.contains_key(run))
            .collect();
        found.sort_unstable();
        found.dedup();
        let mut counts = vec![0_u8; self.lists];
        for list in found.iter().flat_map(|phrase| &self.of_phrase[phrase]) {
            counts[*list] = counts[*list].saturating_add(1);
        }
        counts
    }

    /// Which lists hold this word.
    pub(crate) fn holds(&self, list: usize, word: &str) -> bool {
        self.of_phrase
            .get(word)
            .is_some_and(|lists| lists.contains(&list))
    }
}
