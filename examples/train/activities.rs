//! Learning which activity words start.

use std::collections::BTreeMap;
use std::fmt;

use convener::listening::shares::{self, Counts};
use convener::listening::training::{MEANINGS, Parts, cues_of};
use convener::practice::activity::ActivityKind;

use crate::corpora::Labelled;
use crate::words::{self, Example, Lesson, Practice};

/// How much a label is worth where a second one is plausible; the second is worth the rest.
const FIRST: f64 = 0.75;
/// In how many parts the texts are taken.
const FOLDS: usize = 10;

/// How activities are learnt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) practice: Practice,
    /// How far rare activities are preferred, from 0 (not) to 1 (as if all were as frequent).
    pub(crate) fairness: f64,
    /// What a development text weighs; our own weigh 1.
    pub(crate) development: f64,
    /// What a text weighs that was written for this.
    pub(crate) written: f64,
}

/// What was learnt, and how sure it may be.
pub(crate) struct Reader {
    lesson: Lesson<MEANINGS>,
    preference: [f64; MEANINGS],
    pub(crate) sharpness: f64,
}

impl Reader {
    fn scores(&self, words: &[u32]) -> [f64; MEANINGS] {
        let scores = self.lesson.scores(words);
        std::array::from_fn(|class| (scores[class] + self.preference[class]) * self.sharpness)
    }

    /// The chance of each meaning.
    pub(crate) fn read(&self, words: &[u32]) -> [f64; MEANINGS] {
        words::chances(self.scores(words))
    }

    /// Puts what was learnt into the model.
    pub(crate) fn give(&self, parts: &mut Parts) {
        parts.activity = self.lesson.rounded();
        let bias: [f64; MEANINGS] =
            std::array::from_fn(|class| self.lesson.bias[class] + self.preference[class]);
        #[expect(clippy::cast_possible_truncation, reason = "kept as small numbers")]
        {
            parts.settings.activity_bias = bias.map(|bias| bias as f32);
            parts.settings.sharpness = self.sharpness as f32;
        }
    }
}

/// Learns from these texts.
pub(crate) fn learn(texts: &[&Labelled], words: &[&[u32]], plan: Plan) -> Reader {
    let examples: Vec<Example<MEANINGS>> = texts
        .iter()
        .zip(words)
        .map(|(text, words)| {
            let mut goal = [0.0; MEANINGS];
            match text.alternative {
                Some(second) if second != text.label => {
                    goal[text.label] = FIRST;
                    goal[second] = 1.0 - FIRST;
                }
                _ => goal[text.label] = 1.0,
            }
            Example {
                words: words.to_vec(),
                goal,
                weight: match text {
                    _ if text.is_development => plan.development,
                    _ if text.is_written => plan.written,
                    _ => 1.0,
                },
            }
        })
        .collect();
    let mut shares = [1.0; MEANINGS];
    for text in texts {
        shares[text.label] += 1.0;
    }
    let all: f64 = shares.iter().sum();
    Reader {
        lesson: words::learn(&examples, plan.practice),
        preference: shares.map(|share| -plan.fairness * libm::log(share / all)),
        sharpness: 1.0,
    }
}

/// What was said of texts by readers that had not seen them: for each, its place in the list and the
/// chances.
pub(crate) type Answers = Vec<(usize, [f64; MEANINGS])>;

/// What is known of the words of each text.
pub(crate) fn words_of(texts: &[Labelled]) -> Vec<Vec<u32>> {
    texts.iter().map(|text| cues_of(&text.text)).collect()
}

/// Reads each tenth of the texts after learning from the others.
pub(crate) fn cross_validate(texts: &[Labelled], plan: Plan) -> Answers {
    let words = words_of(texts);
    let mut answers = Vec::new();
    for fold in 0..FOLDS {
        let is_out = |number: &usize| number % FOLDS == fold;
        let (out, learnt): (Vec<usize>, Vec<usize>) = (0..texts.len()).partition(is_out);
        let chosen: Vec<&Labelled> = learnt.iter().map(|number| &texts[*number]).collect();
        let chosen_words: Vec<&[u32]> = learnt
            .iter()
            .map(|number| words[*number].as_slice())
            .collect();
        let reader = learn(&chosen, &chosen_words, plan);
        answers.extend(
            out.into_iter()
                .map(|number| (number, reader.read(&words[number]))),
        );
    }
    answers
}

/// What scores are to be multiplied by so that the chances are what they say, for the texts drawn at
/// random.
pub(crate) fn sharpness(texts: &[Labelled], answers: &Answers) -> f64 {
    let truth = |sharpness: f64| -> f64 {
        answers
            .iter()
            .filter(|(number, _)| texts[*number].is_natural && texts[*number].is_development)
            .map(|(number, chances)| {
                libm::log(sharpen(chances, sharpness)[texts[*number].label].max(1e-9))
            })
            .sum()
    };
    (8..=30)
        .map(|step| f64::from(step) / 20.0)
        .map(|sharpness| (sharpness, truth(sharpness)))
        .fold(
            (1.0, f64::MIN),
            |best, found| {
                if found.1 > best.1 { found } else { best }
            },
        )
        .0
}

fn sharpen(chances: &[f64; MEANINGS], sharpness: f64) -> [f64; MEANINGS] {
    words::chances(chances.map(|chance| libm::log(chance.max(1e-12)) * sharpness))
}

/// The same answers with scores multiplied.
pub(crate) fn sharpened(answers: &Answers, sharpness: f64) -> Answers {
    answers
        .iter()
        .map(|(number, chances)| (*number, sharpen(chances, sharpness)))
        .collect()
}

/// For each meaning that people gave, how often it was read as each; of what people said.
pub(crate) fn confusion(texts: &[Labelled], answers: &Answers) -> [[u32; MEANINGS]; MEANINGS] {
    let mut counts = [[0; MEANINGS]; MEANINGS];
    for (number, chances) in answers {
        if !texts[*number].is_written {
            counts[texts[*number].label][best(chances).0] += 1;
        }
    }
    counts
}

/// In so many messages of a channel shares are looked for, and in no fewer than half of them.
const A_WEEK: usize = 120;

/// How near the shares of activities come that are corrected for what is confused.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Nearness {
    weeks: usize,
    /// How far off the shares are that were read, over all meanings together, summed over the weeks.
    read: f64,
    /// The same of those that were corrected.
    corrected: f64,
    /// How many shares of the eleven lie in their interval.
    within: usize,
    /// How wide the intervals are, together.
    width: f64,
}

impl fmt::Display for Nearness {
    #[expect(clippy::cast_precision_loss, reason = "hundreds")]
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weeks = self.weeks.max(1) as f64;
        let shares = weeks * ActivityKind::ALL.len() as f64;
        write!(
            formatter,
            "off by {:.3} as read, {:.3} as corrected; {:.3} of the intervals hold, {:.3} wide; {} parts of channels",
            self.read / weeks,
            self.corrected / weeks,
            self.within as f64 / shares,
            self.width / shares,
            self.weeks
        )
    }
}

/// Looks for the shares in parts of channels by what is confused elsewhere.
#[expect(clippy::cast_precision_loss, reason = "hundreds")]
pub(crate) fn shares(texts: &[Labelled], answers: &Answers) -> Nearness {
    let everywhere = confusion(texts, answers);
    let mut channels: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (number, chances) in answers {
        let text = &texts[*number];
        if !text.channel.is_empty() {
            let said = channels.entry(&text.channel).or_default();
            said.push((text.label, best(chances).0));
        }
    }
    let mut nearness = Nearness::default();
    for said in channels.values() {
        let mut elsewhere = everywhere;
        for (label, read) in said {
            elsewhere[*label][*read] -= 1;
        }
        for week in said.chunks(A_WEEK).filter(|week| week.len() >= A_WEEK / 2) {
            let (mut there, mut read) = (Counts::default(), Counts::default());
            for (label, class) in week {
                there[*label] += 1;
                read[*class] += 1;
            }
            let all = week.len() as f64;
            nearness.weeks += 1;
            for (meaning, share) in shares::shares_by(&read, &elsewhere).iter().enumerate() {
                let right = f64::from(there[meaning]) / all;
                nearness.read += (f64::from(read[meaning]) / all - right).abs();
                nearness.corrected += (share.share - right).abs();
                if share.activity.is_some() {
                    nearness.within += usize::from(share.low <= right && right <= share.high);
                    nearness.width += share.high - share.low;
                }
            }
        }
    }
    nearness
}

/// What is taken for what, as lines to read.
pub(crate) fn table(confusion: &[[u32; MEANINGS]; MEANINGS]) -> String {
    let name = |class: usize| {
        ActivityKind::ALL
            .get(class)
            .map_or("none", |kind| kind.name())
    };
    let line = |(class, row): (usize, &[u32; MEANINGS])| {
        let counts: Vec<String> = row.iter().map(|count| format!("{count:4}")).collect();
        format!("  {:26}{}", name(class), counts.concat())
    };
    let lines: Vec<String> = confusion.iter().enumerate().map(line).collect();
    lines.join("\n")
}

/// The most likely meaning, and its chance.
pub(crate) fn best(chances: &[f64; MEANINGS]) -> (usize, f64) {
    chances
        .iter()
        .copied()
        .enumerate()
        .fold((0, f64::MIN), |best, (class, chance)| {
            if chance > best.1 {
                (class, chance)
            } else {
                best
            }
        })
}

/// How good answers are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Score {
    /// Of the texts drawn at random, how many were read right.
    pub(crate) natural: f64,
    /// The same, of the 60 % that the reader was surest of.
    pub(crate) surest: f64,
    /// The mean F1 of the eleven activities and small talk, over all.
    pub(crate) fair: f64,
    /// How sure the reader was on average of the texts drawn at random.
    pub(crate) confidence: f64,
}

impl fmt::Display for Score {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "natural mix {:.3} (surest 60 %: {:.3}, said {:.3}), macro-F1 {:.3}",
            self.natural, self.surest, self.confidence, self.fair
        )
    }
}

/// How good answers are, of the development set.
#[expect(clippy::cast_precision_loss, reason = "some hundred")]
pub(crate) fn score(texts: &[Labelled], answers: &Answers) -> Score {
    let mut natural: Vec<(f64, bool)> = Vec::new();
    let mut counts = [[0_usize; MEANINGS]; MEANINGS];
    for (number, chances) in answers {
        if !texts[*number].is_development {
            continue;
        }
        let (class, chance) = best(chances);
        let gold = texts[*number].label;
        counts[gold][class] += 1;
        if texts[*number].is_natural {
            natural.push((chance, gold == class));
        }
    }
    natural.sort_by(|one, other| other.0.total_cmp(&one.0));
    let right = |some: &[(f64, bool)]| {
        some.iter().filter(|(_, is_right)| *is_right).count() as f64 / some.len().max(1) as f64
    };
    let f1 = |class: usize| {
        let found: usize = counts.iter().map(|row| row[class]).sum();
        let there: usize = counts[class].iter().sum();
        2.0 * counts[class][class] as f64 / (found + there).max(1) as f64
    };
    Score {
        natural: right(&natural),
        surest: right(&natural[..natural.len() * 3 / 5]),
        fair: (0..MEANINGS).map(f1).sum::<f64>() / MEANINGS as f64,
        confidence: natural.iter().map(|(chance, _)| chance).sum::<f64>()
            / natural.len().max(1) as f64,
    }
}
