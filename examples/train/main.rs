//! Makes the reader's model from the corpora, byte for byte the same each time.
//!
//! `cargo run --release --example train` writes `src/listening/model.bin`; with `--evaluate` it
//! prints how good such a model is on what it has not seen, and writes nothing. The corpora are where
//! `CONVENER_CORPORA` says; `training/` holds our own labels.

#![expect(clippy::print_stdout, reason = "what is measured is printed")]

mod activities;
mod corpora;
mod forest;
mod links;
mod requests;
mod score;
mod words;
mod written;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use convener::listening::Model;
use convener::listening::training::Parts;

use corpora::{Corpora, Labelled, Log, Openings};
use forest::Growth;
use requests::Lessons;
use words::Practice;
use written::{Asking, Composed, Playground};

/// How requests and links are learnt. The numbers were chosen by `--evaluate`.
const REQUESTS: requests::Plan = requests::Plan {
    tone: Practice {
        rarest: 4.0,
        rounds: 8,
        rate: 0.3,
        caution: 2e-5,
    },
    links: Growth {
        trees: 220,
        rate: 0.2,
        caution: 5.0,
        share: 8,
    },
    opens: Growth {
        trees: 120,
        rate: 0.07,
        caution: 20.0,
        share: 10,
    },
    opens_from: 0.1,
};

/// How activities are learnt.
const ACTIVITIES: activities::Plan = activities::Plan {
    practice: Practice {
        rarest: 4.0,
        rounds: 5,
        rate: 0.3,
        caution: 2e-4,
    },
    fairness: 0.2,
    development: 3.0,
    written: 0.5,
};

/// All that is learnt from and measured by.
struct Material {
    train: Vec<Log>,
    development: Vec<Log>,
    /// Discord channels, each without and with its replies told, and others to measure by.
    channels: Vec<[Log; 2]>,
    exports: Vec<[Log; 2]>,
    /// Channels that were written for this, in the same way.
    written: Vec<[Log; 2]>,
    openings: Openings,
    own: Asking,
    texts: Vec<Labelled>,
    /// Those of the texts that nobody said in the channels, which are measured by.
    elsewhere: Vec<Labelled>,
    /// Single messages that were written for this: in nine languages, and English ones that mostly only tell.
    languages: Vec<Composed>,
    remarks: Vec<Composed>,
    /// Those of them that open a conversation: every second, and the others.
    lone: [Vec<Log>; 2],
    playground: Playground,
}

impl Material {
    fn of(corpora: &Corpora) -> anyhow::Result<Self> {
        let both = |logs: Vec<Log>| logs.into_iter().map(|log| [log.untold(), log]).collect();
        let (channels, exports) = (corpora.channels()?, corpora.exports()?);
        let languages = corpora.composed("languages.tsv")?;
        let remarks = corpora.composed("remarks.tsv")?;
        let mut own = corpora.own_openings()?;
        let lone = [0, 1].map(|half| {
            let messages = halved(&languages, half).chain(halved(&remarks, half));
            let (logs, asking) = written::lone(messages, &half.to_string());
            own.extend(asking);
            logs
        });
        // The corpora write the same words with other signs here and there.
        let words = |text: &str| -> String {
            let letters = text.chars().filter(|sign| sign.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect()
        };
        let said: HashSet<String> = channels
            .iter()
            .chain(&exports)
            .flat_map(|log| &log.messages)
            .map(|said| words(&said.heard.text))
            .collect();
        let texts = corpora.activities()?;
        let elsewhere = texts
            .iter()
            .filter(|text| !said.contains(&words(&text.text)))
            .cloned()
            .collect();
        Ok(Self {
            train: corpora.logs("requests/links_train.jsonl")?,
            development: corpora.logs("requests/dev.jsonl")?,
            channels: both(channels),
            exports: both(exports),
            written: both(corpora.written_channels()?),
            openings: corpora.development_openings()?,
            own,
            texts,
            elsewhere,
            languages,
            remarks,
            lone,
            playground: corpora.playground()?,
        })
    }

    /// What is learnt from all training logs, these of the development set, the channels, and these halves of the
    /// single messages that were written for it.
    fn lessons<'material>(
        &'material self,
        development: impl IntoIterator<Item = &'material Log>,
        halves: &[usize],
    ) -> Lessons<'material> {
        let lone = halves.iter().flat_map(|half| &self.lone[*half]);
        let written = halves
            .iter()
            .flat_map(|half| halved(&self.languages, *half).chain(halved(&self.remarks, *half)));
        Lessons {
            logs: self.train.iter().chain(development).chain(lone).collect(),
            channels: self.channels.iter().chain(&self.written).collect(),
            openings: &self.openings,
            own: &self.own,
            texts: &self.elsewhere,
            replies: written.filter(|composed| !composed.begins).collect(),
        }
    }
}

fn main() -> anyhow::Result<()> {
    let material = Material::of(&Corpora::found()?)?;
    match std::env::args().nth(1).as_deref() {
        None => {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/listening/model.bin");
            let bytes = learn(&material)?.write();
            std::fs::write(&file, &bytes)
                .with_context(|| format!("{} is not writable", file.display()))?;
            println!("{}: {} bytes", file.display(), bytes.len());
        }
        Some("--evaluate") => {
            evaluate_requests(&material)?;
            evaluate_activities(&material.texts);
        }
        Some("--evaluate=requests") => evaluate_requests(&material)?,
        Some("--evaluate=activities") => evaluate_activities(&material.texts),
        Some(other) => anyhow::bail!(
            "'{other}' is none of --evaluate, --evaluate=requests and --evaluate=activities"
        ),
    }
    Ok(())
}

/// The model that Convener comes with: learnt from everything.
fn learn(material: &Material) -> anyhow::Result<Parts> {
    let mut lessons = material.lessons(&material.development, &[0, 1]);
    lessons.channels.extend(&material.exports);
    let mut parts = requests::learn(&lessons, REQUESTS)?;
    let texts = &material.texts;
    let answers = activities::cross_validate(texts, ACTIVITIES);
    let words = activities::words_of(texts);
    let all: Vec<&Labelled> = texts.iter().collect();
    let words: Vec<&[u32]> = words.iter().map(Vec::as_slice).collect();
    let mut reader = activities::learn(&all, &words, ACTIVITIES);
    reader.sharpness = activities::sharpness(texts, &answers);
    reader.give(&mut parts);
    parts.confusion = activities::confusion(texts, &answers);
    Ok(parts)
}

fn model_of(lessons: &Lessons<'_>) -> anyhow::Result<Arc<Model>> {
    Ok(Arc::new(Model::read(
        &requests::learn(lessons, REQUESTS)?.write(),
    )?))
}

fn score_of<'log>(
    logs: impl IntoIterator<Item = &'log Log>,
    openings: &Openings,
    model: &Arc<Model>,
) -> score::Score {
    let mut score = score::Score::default();
    for log in logs {
        score += score::score(log, &links::readings(log, model), openings);
    }
    score
}

/// Reads the logs of the development set and of the exported channels after learning from the others
/// alone, then each half of the development set after learning from its other half, too.
fn evaluate_requests(material: &Material) -> anyhow::Result<()> {
    let Material {
        development,
        openings,
        ..
    } = material;
    let model = model_of(&material.lessons([], &[0]))?;
    println!("unseen, of requests/dev.jsonl, learnt from the other logs alone:");
    println!("  {}", score_of(development, openings, &model));
    let [untold, told] = [0, 1].map(|kind| material.exports.iter().map(move |log| &log[kind]));
    let read = score::openings(told.clone(), &material.own);
    println!(
        "unseen, of five Discord channels, learnt from four others; told what Reply was used for:"
    );
    let score = score_of(told.clone(), &read, &model);
    println!("  {score}");
    println!(
        "  requests found {:.1}, right of what is taken for one {:.1}, answers found {:.1}",
        score.detection.recall(),
        score.detection.precision(),
        score.answers.recall()
    );
    println!(
        "  links of messages without Reply {:.1}",
        score::without_reply(told, &model).f1()
    );
    println!("the same, where none is told:");
    println!("  {}", score_of(untold, &read, &model));
    println!(
        "unseen, of what was written in nine languages, each message alone, learnt from every second one:"
    );
    println!("  {}", score::alone(halved(&material.languages, 1), &model));
    println!("the same of English remarks:");
    println!("  {}", score::alone(halved(&material.remarks, 1), &model));
    let found = score::playground(&material.playground, &model);
    println!("unseen, of the playground's community, told what Reply was used for:");
    println!(
        "  requests found {:.1}, right of what is taken for one {:.1}",
        found.recall(),
        found.precision()
    );
    let mut score = score::Score::default();
    for half in 0..2 {
        let part = |half: usize| development.iter().skip(half).step_by(2);
        let model = model_of(&material.lessons(part(1 - half), &[0, 1]))?;
        score += score_of(part(half), openings, &model);
    }
    println!("unseen, of requests/dev.jsonl, each half learnt from the other half, too:");
    println!("  {score}");
    println!("seen, the same by the model that Convener comes with:");
    println!("  {}", score_of(development, openings, &Model::embedded()));
    Ok(())
}

/// Every second of these messages, or each other one.
fn halved(messages: &[Composed], half: usize) -> impl Iterator<Item = &Composed> {
    messages.iter().skip(half).step_by(2)
}

fn evaluate_activities(texts: &[Labelled]) {
    let answers = activities::cross_validate(texts, ACTIVITIES);
    let answers = activities::sharpened(&answers, activities::sharpness(texts, &answers));
    println!("unseen, of activities/dev.jsonl, each tenth read after learning from the others:");
    println!("  {}", activities::score(texts, &answers));
    println!(
        "the shares of activities in some hundred messages of a channel, by what is confused in the others:"
    );
    println!("  {}", activities::shares(texts, &answers));
    println!("what all labelled texts are (lines) and are read as (columns, in the same order):");
    println!(
        "{}",
        activities::table(&activities::confusion(texts, &answers))
    );
}
