//! Learning what words say: logistic regression over the numbers of their runs.

use std::collections::HashMap;

use convener::listening::training::Learnt;

/// One text: what is known of its words, how likely each class is for it, and what it weighs.
#[derive(Clone, Debug)]
pub(crate) struct Example<const CLASSES: usize> {
    pub(crate) words: Vec<u32>,
    pub(crate) goal: [f64; CLASSES],
    pub(crate) weight: f64,
}

/// How the weights are learnt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Practice {
    /// In how many texts a run must be to be learnt; one that weighs little counts for as much.
    pub(crate) rarest: f64,
    /// How many times all texts are gone through.
    pub(crate) rounds: usize,
    /// How large the first steps are.
    pub(crate) rate: f64,
    /// How strongly weights are drawn to 0.
    pub(crate) caution: f64,
}

/// Weights, and what each class starts from.
#[derive(Clone, Debug)]
pub(crate) struct Lesson<const CLASSES: usize> {
    places: HashMap<u32, usize>,
    weights: Vec<[f64; CLASSES]>,
    pub(crate) bias: [f64; CLASSES],
}

/// Learns from these texts. One class alone is told by its chance; several share theirs.
pub(crate) fn learn<const CLASSES: usize>(
    examples: &[Example<CLASSES>],
    practice: Practice,
) -> Lesson<CLASSES> {
    let mut lesson = Lesson {
        places: places(examples, practice.rarest),
        weights: Vec::new(),
        bias: [0.0; CLASSES],
    };
    let count = lesson.places.len();
    lesson.weights = vec![[0.0; CLASSES]; count];
    let mut steps = vec![[1e-4; CLASSES]; count];
    let mut bias_steps = [1e-4; CLASSES];
    let known: Vec<Vec<usize>> = examples
        .iter()
        .map(|example| lesson.known(&example.words).collect())
        .collect();
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..practice.rounds {
        for last in (1..order.len()).rev() {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            order.swap(
                last,
                usize::try_from(random % (last as u64 + 1)).unwrap_or_default(),
            );
        }
        for number in &order {
            let (example, words) = (&examples[*number], &known[*number]);
            let size = size(words.len());
            let chances = chances(lesson.sum(words, size));
            let slope: [f64; CLASSES] = std::array::from_fn(|class| {
                example.weight * (example.goal[class] - chances[class])
            });
            for class in 0..CLASSES {
                bias_steps[class] += slope[class] * slope[class];
                lesson.bias[class] += practice.rate * slope[class] / bias_steps[class].sqrt();
            }
            for word in words {
                let (weights, steps) = (&mut lesson.weights[*word], &mut steps[*word]);
                for class in 0..CLASSES {
                    let slope = slope[class] * size - practice.caution * weights[class];
                    steps[class] += slope * slope;
                    weights[class] += practice.rate * slope / steps[class].sqrt();
                }
            }
        }
    }
    lesson
}

/// A long text says the same more often, not more strongly.
fn size(words: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "some thousand")]
    let words = words.max(1) as f64;
    1.0 / words.sqrt()
}

/// Chances from scores.
pub(crate) fn chances<const CLASSES: usize>(scores: [f64; CLASSES]) -> [f64; CLASSES] {
    if CLASSES == 1 {
        return scores.map(|score| 1.0 / (1.0 + libm::exp(-score)));
    }
    let highest = scores.iter().copied().fold(f64::MIN, f64::max);
    let parts = scores.map(|score| libm::exp(score - highest));
    let sum: f64 = parts.iter().sum();
    parts.map(|part| part / sum)
}

/// From what weight on a text counts in full where it is counted in how many texts a run is.
const FULL: f64 = 0.5;

/// A place for each run that is in enough texts, in the order of their numbers.
fn places<const CLASSES: usize>(examples: &[Example<CLASSES>], rarest: f64) -> HashMap<u32, usize> {
    let mut count: HashMap<u32, f64> = HashMap::new();
    for example in examples {
        let mut words = example.words.clone();
        words.sort_unstable();
        words.dedup();
        for word in words {
            *count.entry(word).or_default() += if example.weight < FULL {
                example.weight
            } else {
                1.0
            };
        }
    }
    let mut words: Vec<u32> = count
        .into_iter()
        .filter(|(_, count)| *count >= rarest)
        .map(|(word, _)| word)
        .collect();
    words.sort_unstable();
    words.into_iter().zip(0..).collect()
}

impl<const CLASSES: usize> Lesson<CLASSES> {
    fn known<'lesson>(
        &'lesson self,
        words: &'lesson [u32],
    ) -> impl Iterator<Item = usize> + 'lesson {
        words
            .iter()
            .filter_map(|word| self.places.get(word).copied())
    }

    fn sum(&self, known: &[usize], size: f64) -> [f64; CLASSES] {
        let mut sum = [0.0; CLASSES];
        for word in known {
            for (sum, weight) in sum.iter_mut().zip(&self.weights[*word]) {
                *sum += weight * size;
            }
        }
        std::array::from_fn(|class| sum[class] + self.bias[class])
    }

    /// The score of each class for a text.
    pub(crate) fn scores(&self, words: &[u32]) -> [f64; CLASSES] {
        let known: Vec<usize> = self.known(words).collect();
        self.sum(&known, size(known.len()))
    }

    /// The weights as small whole numbers, and the scale that makes them what they are.
    pub(crate) fn rounded(&self) -> (Learnt<CLASSES>, f32) {
        let largest = self
            .weights
            .iter()
            .flatten()
            .fold(1e-9, |largest: f64, weight| largest.max(weight.abs()));
        let scale = largest / 127.0;
        #[expect(clippy::cast_possible_truncation, reason = "between -127 and 127")]
        let round = |weight: f64| (weight / scale).round() as i8;
        let mut learnt: Learnt<CLASSES> = self
            .places
            .iter()
            .map(|(word, place)| (*word, self.weights[*place].map(round)))
            .filter(|(_, row)| row.iter().any(|weight| *weight != 0))
            .collect();
        learnt.sort_unstable();
        #[expect(clippy::cast_possible_truncation, reason = "kept as a small number")]
        let scale = scale as f32;
        (learnt, scale)
    }
}
