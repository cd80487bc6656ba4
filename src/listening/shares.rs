//! What share each activity has, from how often each was read.
//!
//! A reader that takes a tenth of all information requests for problems counts too many problems.
//! How often it takes what for what is known from cross-validation, so the count can be corrected:
//! the shares are looked for under which the readings that were counted are likeliest (expectation
//! maximisation, as in Dempster, Laird and Rubin 1977; for classifiers Saerens, Latinne and
//! Decaestecker 2002). Each community is confused otherwise, though, and by the confusions of others the likeliest
//! shares are further off than what was read; so what was read weighs as much beforehand (as a Dirichlet
//! prior) as what the confusions make of it. The interval is that of 95 in 100 bootstrap samples, of the readings as well
//! as of the confusions; each count of a sample is drawn by Poisson's law (Hanley and `MacGibbon` 2006). As few
//! messages say little whatever was read, it reaches two messages to each side at least.
//!
//! `--evaluate=activities` of the trainer prints how near shares and intervals come by the confusions of other channels.

use super::model::{MEANINGS, Model};
use crate::practice::activity::ActivityKind;

/// How often each meaning was read: the eleven activities in their order, then none.
pub type Counts = [u32; MEANINGS];

/// The share of one meaning among all, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The activity; `None` is small talk.
    pub activity: Option<ActivityKind>,
    /// The likeliest share.
    pub share: f64,
    /// With 95 in 100, the share is no less.
    pub low: f64,
    /// With 95 in 100, the share is no more.
    pub high: f64,
}

/// How many samples the interval is taken from.
const SAMPLES: usize = 120;
/// How many times shares are improved.
const ROUNDS: usize = 200;
/// What every cell of the confusions has more than was counted: nothing is impossible.
const DOUBT: f64 = 0.1;
/// How much what was read weighs beforehand: as much as what confusions make of it.
const TRUST: f64 = 1.0;
/// So many messages the interval reaches to each side at least.
const FEW: f64 = 2.0;

type Numbers = [f64; MEANINGS];
type Table = [Numbers; MEANINGS];

/// The shares of the eleven activities and of none, in that order, among messages that start
/// something. Empty where nothing was read.
#[must_use]
pub fn shares(read: &Counts) -> Vec<Share> {
    shares_by(read, &Model::embedded().confusion)
}

/// The same by given confusions: for each meaning, how often it was read as each.
#[must_use]
pub fn shares_by(read: &Counts, confusion: &[Counts; MEANINGS]) -> Vec<Share> {
    let all: u32 = read.iter().sum();
    if all == 0 {
        return Vec::new();
    }
    let counted = read.map(f64::from);
    let confused: Table = confusion.map(|row| row.map(f64::from));
    #[expect(clippy::cast_precision_loss, reason = "twelve")]
    let evenly = [1.0 / MEANINGS as f64; MEANINGS];
    let estimate = likeliest(&counted, &chances(&confused), evenly);
    // A sample's shares are not far from these; nothing begins at zero, from where it could not rise.
    let near = std::array::from_fn(|meaning| 0.9 * estimate[meaning] + 0.1 * evenly[meaning]);
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut samples: Vec<Numbers> = Vec::with_capacity(SAMPLES);
    for _ in 0..SAMPLES {
        let table = confused.map(|row| row.map(|count| random.poisson(count)));
        let drawn = counted.map(|count| random.poisson(count));
        samples.push(likeliest(&drawn, &chances(&table), near));
    }
    let few = FEW / f64::from(all);
    (0..MEANINGS)
        .map(|meaning| {
            let mut drawn: Vec<f64> = samples.iter().map(|sample| sample[meaning]).collect();
            drawn.sort_by(f64::total_cmp);
            let share = estimate[meaning];
            Share {
                activity: ActivityKind::ALL.get(meaning).copied(),
                share,
                low: drawn[SAMPLES / 40].min(share - few).max(0.0),
                high: drawn[SAMPLES - 1 - SAMPLES / 40].max(share + few).min(1.0),
            }
        })
        .collect()
}

/// The chance that each meaning is read as each.
fn chances(counts: &Table) -> Table {
    counts.map(|row| {
        let sum: f64 = row.iter().map(|count| count + DOUBT).sum();
        row.map(|count| (count + DOUBT) / sum)
    })
}

/// The shares that are likeliest by these readings, looked for from some shares on.
fn likeliest(read: &Numbers, chances: &Table, mut shares: Numbers) -> Numbers {
    let all = read.iter().sum::<f64>().max(1.0);
    for _ in 0..ROUNDS {
        let mut next = [0.0; MEANINGS];
        for (read_as, count) in read.iter().enumerate() {
            let parts: Numbers =
                std::array::from_fn(|meaning| shares[meaning] * chances[meaning][read_as]);
            let sum: f64 = parts.iter().sum();
            for (next, part) in next.iter_mut().zip(parts) {
                *next += count * part / sum.max(f64::MIN_POSITIVE);
            }
        }
        let next: Numbers = std::array::from_fn(|meaning| {
            (next[meaning] + TRUST * read[meaning]) / (all * (1.0 + TRUST))
        });
        let change: f64 = next
            .iter()
            .zip(shares)
            .map(|(one, other)| (one - other).abs())
            .sum();
        shares = next;
        if change < 1e-5 {
            break;
        }
    }
    shares
}

/// Numbers that look drawn at random, the same each time.
struct Random(u64);

impl Random {
    /// A number from 0 to 1.
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        #[expect(
            clippy::cast_precision_loss,
            reason = "fifty-three bits, which it holds"
        )]
        let (number, most) = ((self.0 >> 11) as f64, (1_u64 << 53) as f64);
        number / most
    }

    /// A count whose mean is given (Knuth's product of uniforms; of many the normal law, as a sum of twelve
    /// uniforms, is near enough).
    fn poisson(&mut self, mean: f64) -> f64 {
        if mean > 30.0 {
            let normal = (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0;
            return (mean + mean.sqrt() * normal).round().max(0.0);
        }
        let (limit, mut product, mut count) = ((-mean).exp(), self.uniform(), 0.0);
        while product > limit {
            product *= self.uniform();
            count += 1.0;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const INFORMATION: usize = ActivityKind::RequestForInformation as usize;
    const PROBLEM: usize = ActivityKind::ProblemSolving as usize;

    /// A reader that is right nine times in ten, but takes a third of all questions for problems.
    fn confusion() -> [Counts; MEANINGS] {
        let mut confusion = [[0; MEANINGS]; MEANINGS];
        for (meaning, row) in confusion.iter_mut().enumerate() {
            row[meaning] = 90;
            row[MEANINGS - 1] += 10;
        }
        confusion[INFORMATION] = [0; MEANINGS];
        confusion[INFORMATION][INFORMATION] = 66;
        confusion[INFORMATION][PROBLEM] = 34;
        confusion
    }

    #[test]
    fn what_is_taken_for_something_else_is_counted_where_it_belongs() {
        let mut read = [0; MEANINGS];
        // 300 questions of which 102 are taken for problems, and 100 problems.
        read[INFORMATION] = 198;
        read[PROBLEM] = 102 + 90;
        read[MEANINGS - 1] = 10;
        let shares = shares_by(&read, &confusion());
        // On the way from what was read, .495 and .48, to what is likeliest, .75 and .25.
        assert!(
            (shares[INFORMATION].share - 0.58).abs() < 0.02,
            "{shares:?}"
        );
        assert!((shares[PROBLEM].share - 0.40).abs() < 0.02, "{shares:?}");
        assert!(shares[INFORMATION].low > 0.5 && shares[INFORMATION].high < 0.65);
    }

    #[test]
    fn what_is_never_read_may_be_there_all_the_same() {
        let mut read = [0; MEANINGS];
        read[INFORMATION] = 50;
        let shares = shares_by(&read, &confusion());
        assert!(shares[PROBLEM].low <= 0.0 && shares[PROBLEM].high >= 2.0 / 50.0);
    }

    #[test]
    fn little_that_was_read_says_little() {
        let (mut few, mut many) = ([0; MEANINGS], [0; MEANINGS]);
        few[PROBLEM] = 4;
        few[INFORMATION] = 4;
        many[PROBLEM] = 400;
        many[INFORMATION] = 400;
        let width = |read| {
            let shares = shares_by(read, &confusion());
            shares[PROBLEM].high - shares[PROBLEM].low
        };
        assert!(width(&few) > 2.0 * width(&many));
        assert!(shares_by(&[0; MEANINGS], &confusion()).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn shares_are_of_one_whole(read in prop::array::uniform12(0_u32..500)) {
            let shares = shares_by(&read, &confusion());
            prop_assume!(!shares.is_empty());
            let sum: f64 = shares.iter().map(|share| share.share).sum();
            prop_assert!((sum - 1.0).abs() < 1e-6);
            for share in shares {
                prop_assert!(0.0 <= share.low && share.low <= share.share);
                prop_assert!(share.share <= share.high && share.high <= 1.0 + 1e-9);
            }
        }
    }
}
