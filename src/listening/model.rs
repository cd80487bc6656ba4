//! What was learnt, as it is kept in the file `model.bin`.

use std::sync::{Arc, LazyLock};

use super::bytes::{Broken, Bytes, write_count};
use super::features::FEATURES;
use super::ngram::Weights;
use super::request::OPENING_FEATURES;
use super::text::Word;
use super::trees::Trees;
use crate::practice::activity::ActivityKind;

/// The first bytes of the file; the last of them is the version.
const MARK: &[u8] = b"convener model 2";

/// The eleven activities, then small talk.
pub const MEANINGS: usize = ActivityKind::ALL.len() + 1;

/// How many groups words are put into, to tell how rare they are.
pub const GROUPS: usize = 1 << 13;

/// The weights of runs of words: the number of each run, and a weight for each class.
pub type Learnt<const CLASSES: usize> = Vec<(Word, [i8; CLASSES])>;

/// What the reader has learnt. `examples/train` makes it.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// How rare the words of each group are, from 0 to 15.
    pub(crate) rarity: Vec<u8>,
    /// What makes words sound like a request, like the beginning of a conversation, and like what is
    /// said to somebody else.
    pub(crate) tone: Weights<3>,
    /// What words say of the activity that they start.
    pub(crate) activity: Weights<MEANINGS>,
    /// What makes a message a reply to another, or a beginning.
    pub(crate) links: Trees,
    /// What makes a message open a request.
    pub(crate) opens: Trees,
    /// For each meaning, how often it was read as each in cross-validation.
    pub(crate) confusion: [[u32; MEANINGS]; MEANINGS],
    /// Single numbers.
    pub(crate) settings: Settings,
}

/// The model's single numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// How much words sound like a request, like a beginning and like a response before any is read.
    pub tone_bias: [f32; 3],
    /// The score from which a message is taken for a request.
    pub opens_from: f32,
    /// How likely each activity is before a word is read.
    pub activity_bias: [f32; MEANINGS],
    /// What the scores of activities are multiplied by, so that confidence is what it says.
    pub sharpness: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tone_bias: [0.0; 3],
            opens_from: 0.0,
            activity_bias: [0.0; MEANINGS],
            sharpness: 1.0,
        }
    }
}

/// What is written to the file.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// How rare the words of each group are.
    pub rarity: Vec<u8>,
    /// What makes words sound like a request, like a beginning and like a response, and the scale of the weights.
    pub tone: (Learnt<3>, f32),
    /// What words say of the activity that they start, and the scale of the weights.
    pub activity: (Learnt<MEANINGS>, f32),
    /// What makes a message a reply to another, or a beginning.
    pub links: Trees,
    /// What makes a message open a request.
    pub opens: Trees,
    /// For each meaning, how often it was read as each in cross-validation.
    pub confusion: [[u32; MEANINGS]; MEANINGS],
    /// Single numbers.
    pub settings: Settings,
}

static EMBEDDED: LazyLock<Arc<Model>> = LazyLock::new(|| {
    // A test reads it, so it is never broken here.
    Arc::new(Model::read(include_bytes!("model.bin")).unwrap_or_default())
});

impl Model {
    /// The model that Convener comes with.
    pub fn embedded() -> Arc<Self> {
        Arc::clone(&EMBEDDED)
    }

    /// How rare a word is, from 0 (in every message) to 15.
    pub(crate) fn rarity(&self, word: Word) -> u8 {
        self.rarity.get(group_of(word)).copied().unwrap_or(8)
    }

    /// Reads a model's file.
    pub fn read(file: &[u8]) -> Result<Self, Broken> {
        let mut bytes = Bytes(file);
        if bytes.take(MARK.len())? != MARK {
            return Err(Broken);
        }
        let count = bytes.count()?;
        let rarity = bytes.take(count)?.to_vec();
        let tone = Weights::read(&mut bytes)?;
        let activity = Weights::read(&mut bytes)?;
        let links = Trees::read(&mut bytes, FEATURES)?;
        let opens = Trees::read(&mut bytes, OPENING_FEATURES)?;
        let mut confusion = [[0; MEANINGS]; MEANINGS];
        for count in confusion.iter_mut().flatten() {
            *count = bytes.whole()?;
        }
        let mut settings = Settings {
            tone_bias: [bytes.number()?, bytes.number()?, bytes.number()?],
            opens_from: bytes.number()?,
            sharpness: bytes.number()?,
            ..Settings::default()
        };
        for bias in &mut settings.activity_bias {
            *bias = bytes.number()?;
        }
        Ok(Self {
            rarity,
            tone,
            activity,
            links,
            opens,
            confusion,
            settings,
        })
    }
}

impl Parts {
    /// The model's file.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = MARK.to_vec();
        write_count(&mut bytes, self.rarity.len());
        bytes.extend(&self.rarity);
        Weights::write(&self.tone.0, self.tone.1, &mut bytes);
        Weights::write(&self.activity.0, self.activity.1, &mut bytes);
        self.links.write(&mut bytes);
        self.opens.write(&mut bytes);
        for count in self.confusion.iter().flatten() {
            bytes.extend(count.to_le_bytes());
        }
        let settings = &self.settings;
        let single = [
            settings.tone_bias[0],
            settings.tone_bias[1],
            settings.tone_bias[2],
            settings.opens_from,
            settings.sharpness,
        ];
        for number in single.iter().chain(&settings.activity_bias) {
            bytes.extend(number.to_le_bytes());
        }
        bytes
    }
}

/// The group of a word.
pub(crate) fn group_of(word: Word) -> usize {
    usize::try_from(word ^ word >> 13).unwrap_or_default() % GROUPS
}

/// From a score to a probability.
pub(crate) fn probability(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}
