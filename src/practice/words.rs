//! The words of a text by which it can be found again.

use std::collections::HashSet;

/// How many words of a question are looked for: more find no more, and cost time.
const MOST_WORDS: usize = 12;

/// The shortest word that says something.
const SHORTEST: usize = 3;

/// English words that stand in most questions, and so tell none from another.
const COMMON: &str = "about after all also and any anybody anyone are because been before but can could \
    did does doing don each else ever every for from get gets getting good got had has have having hello \
    help her here hey his how into its just know let like make many maybe more most much need not now off \
    one only onto other our out over please put really same see seem seems she should since some somebody \
    someone something still such tell than thank thanks that the their them then there these they thing \
    things this those through too try trying use used using very want was way well were what when where \
    whether which while who why will with without work working works would yes yet you your";

/// The words by which a text can be found again: in lower case, letters and digits only, each once,
/// the longest first (a long word is rarer), at most a dozen.
#[must_use]
pub fn telling_words(text: &str) -> Vec<String> {
    let common: HashSet<&str> = COMMON.split_whitespace().collect();
    let mut seen = HashSet::new();
    let mut words: Vec<String> = text
        .split(|character: char| !character.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() >= SHORTEST && word.len() <= 40)
        .filter(|word| !common.contains(word.as_str()) && seen.insert(word.clone()))
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.truncate(MOST_WORDS);
    words
}

/// Whether a text speaks of a topic: each word of the topic begins a word of the text, so that
/// "gauge" is found in "gauges".
#[must_use]
pub fn speaks_of(text: &str, topic: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|character: char| !character.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let (said, wanted) = (words(text), words(topic));
    !wanted.is_empty()
        && wanted
            .iter()
            .all(|word| said.iter().any(|said| said.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rare_words_are_left() {
        let words =
            telling_words("How do I stop the ultrasonic level-sensor from drifting? The sensor!");
        assert_eq!(words, ["ultrasonic", "drifting", "sensor", "level", "stop"]);
        assert!(
            telling_words("how can I do this? \"') OR NEAR(*")
                .iter()
                .all(|word| word.chars().all(char::is_alphanumeric))
        );
        assert!(telling_words("??").is_empty());
    }

    #[test]
    fn a_topic_is_found_in_its_forms() {
        assert!(speaks_of("Both gauges drift since Monday", "Gauge"));
        assert!(speaks_of("level sensors", "level sensor"));
        assert!(!speaks_of("level of water", "level sensor"));
        assert!(!speaks_of("anything", " "));
    }
}
