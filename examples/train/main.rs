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

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use convener::listening::Model;
use convener::practice::id::MessageId;

use corpora::{Corpora, Labelled, Log, Openings};
use forest::Growth;
use requests::Lessons;
use words::Practice;

/// How requests and links are learnt. The numbers were chosen by `--evaluate`.
const REQUESTS: requests::Plan = requests::Plan {
    tone: Practice {
        rarest: 4,
        rounds: 8,
        rate: 0.3,
        caution: 2e-5,
    },
    links: Growth {
        trees: 180,
        rate: 0.1,
        caution: 5.0,
        share: 8,
    },
    opens: Growth {
        trees: 40,
        rate: 0.1,
        caution: 20.0,
        share: 10,
    },
    start_bias: -0.1,
    opens_from: 0.6,
};

/// How activities are learnt.
const ACTIVITIES: activities::Plan = activities::Plan {
    practice: Practice {
        rarest: 4,
        rounds: 5,
        rate: 0.3,
        caution: 2e-4,
    },
    fairness: 0.2,
    development: 3.0,
};

fn main() -> anyhow::Result<()> {
    let corpora = Corpora::found()?;
    let train = corpora.logs("requests/links_train.jsonl")?;
    let development = corpora.logs("requests/dev.jsonl")?;
    let channels = corpora.channels()?;
    let openings = corpora.development_openings()?;
    let own = corpora.own_openings()?;
    let texts = corpora.activities()?;
    match std::env::args().nth(1).as_deref() {
        None => {}
        Some("--evaluate") => {
            evaluate_requests(&train, &development, &channels, &openings, &own)?;
            evaluate_activities(&texts);
            return Ok(());
        }
        Some("--evaluate=requests") => {
            return evaluate_requests(&train, &development, &channels, &openings, &own);
        }
        Some("--evaluate=activities") => {
            evaluate_activities(&texts);
            return Ok(());
        }
        Some(other) => anyhow::bail!(
            "'{other}' is none of --evaluate, --evaluate=requests and --evaluate=activities"
        ),
    }
    let answers = activities::cross_validate(&texts, ACTIVITIES);
    let sharpness = activities::sharpness(&texts, &answers);
    let lessons = Lessons {
        logs: train.iter().chain(&development).collect(),
        channels: channels.iter().collect(),
        openings: &openings,
        own: &own,
    };
    let mut parts = requests::learn(&lessons, REQUESTS)?;
    let words = activities::words_of(&texts);
    let all: Vec<&Labelled> = texts.iter().collect();
    let words: Vec<&[u32]> = words.iter().map(Vec::as_slice).collect();
    let mut reader = activities::learn(&all, &words, ACTIVITIES);
    reader.sharpness = sharpness;
    reader.give(&mut parts);
    parts.confusion = activities::confusion(&texts, &answers);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/listening/model.bin");
    let bytes = parts.write();
    std::fs::write(&file, &bytes).with_context(|| format!("{} is not writable", file.display()))?;
    println!("{}: {} bytes", file.display(), bytes.len());
    Ok(())
}

fn score_of(logs: &[Log], openings: &Openings, model: &Arc<Model>) -> score::Score {
    let mut score = score::Score::default();
    for log in logs {
        score += score::score(log, &links::readings(log, model), openings);
    }
    score
}

/// Reads the logs of the development set: all after learning from the other logs alone, then each half
/// after learning from the other half, too.
fn evaluate_requests(
    train: &[Log],
    development: &[Log],
    channels: &[Log],
    openings: &Openings,
    own: &HashMap<(String, MessageId), bool>,
) -> anyhow::Result<()> {
    let none = Openings::new();
    let lessons = Lessons {
        logs: train.iter().collect(),
        channels: channels.iter().take(2).collect(),
        openings: &none,
        own,
    };
    let model = Arc::new(Model::read(&requests::learn(&lessons, REQUESTS)?.write())?);
    println!("unseen, of requests/dev.jsonl, learnt from the other logs alone:");
    println!("  {}", score_of(development, openings, &model));
    let mut score = score::Score::default();
    for half in 0..2 {
        let (read, learnt): (Vec<_>, Vec<_>) =
            (0..development.len()).partition(|log| log % 2 == half);
        let lessons = Lessons {
            logs: train
                .iter()
                .chain(learnt.iter().map(|log| &development[*log]))
                .collect(),
            channels: lessons.channels.clone(),
            openings,
            own,
        };
        let model = Arc::new(Model::read(&requests::learn(&lessons, REQUESTS)?.write())?);
        for log in read {
            score += score_of(&development[log..=log], openings, &model);
        }
    }
    println!("unseen, each half of them learnt from the other logs and the other half:");
    println!("  {score}");
    println!(
        "unseen, of two Discord channels, learnt from the two others: of the replies that were"
    );
    println!("made with Reply, and of which the reader was not told, it finds");
    println!("  {:.1} %", score::recall(&channels[2..], &model));
    println!("seen, the same by the model that Convener comes with:");
    println!("  {}", score_of(development, openings, &Model::embedded()));
    Ok(())
}

fn evaluate_activities(texts: &[Labelled]) {
    let answers = activities::cross_validate(texts, ACTIVITIES);
    let answers = activities::sharpened(&answers, activities::sharpness(texts, &answers));
    println!("unseen, of activities/dev.jsonl, each tenth read after learning from the others:");
    println!("  {}", activities::score(texts, &answers));
    println!("what all labelled texts are (lines) and are read as (columns, in the same order):");
    println!(
        "{}",
        activities::table(&activities::confusion(texts, &answers))
    );
}
