//! Chance that is the same each time.

/// What words begin with; a number after it makes thousands of different ones.
const BEGINNINGS: [&str; 16] = [
    "sensor", "gauge", "river", "logger", "battery", "solar", "antenna", "gateway", "firmware",
    "wiring", "pressure", "level", "drift", "bucket", "station", "bridge",
];

/// Numbers without chance: the same each time (Knuth's linear congruence, MMIX).
pub(crate) struct Numbers {
    last: u64,
    different_words: f64,
}

impl Numbers {
    /// Numbers that begin anywhere, and words of so many different ones. How often each comes follows Zipf's law,
    /// as in any language: the most frequent one in every eighth place or so.
    pub(crate) fn new(first: u64, different_words: f64) -> Self {
        Self {
            last: first,
            different_words,
        }
    }

    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.last = self
            .last
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.last >> 33).unwrap() % most
    }

    pub(crate) fn sentence(&mut self, words: usize) -> String {
        let words: Vec<_> = (0..words).map(|_| self.word()).collect();
        words.join(" ")
    }

    fn word(&mut self) -> String {
        // A rank whose logarithm is spread evenly is one by Zipf's law.
        let even = f64::from(u32::try_from(self.below(1 << 24)).unwrap()) / f64::from(1 << 24);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it lies between 1 and the number of words"
        )]
        let rank = self.different_words.powf(even) as usize;
        format!("{}{rank}", BEGINNINGS[rank % BEGINNINGS.len()])
    }
}
