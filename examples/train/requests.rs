//! Learning who replies to whom, and what opens a request.
//!
//! What words sound like is learnt first, then the trees that look at it. So that the trees do not
//! trust it more than they may, the logs are halved, and in each half the trees see what was learnt
//! from the other.

use std::collections::HashMap;
use std::sync::Arc;

use convener::listening::Model;
use convener::listening::training::{
    GROUPS, OPENING_FEATURES, Parts, Rehearsal, Settings, facts_of, features_of, groups_of,
};
use convener::practice::id::MessageId;
use convener::practice::reading::Reading;

use crate::corpora::{Log, Opening, Openings};
use crate::forest::{self, Columns, Growth};
use crate::links::{self, Choices, Readings};
use crate::words::{self, Example, Practice};

/// What a message weighs whose words are taken away.
const STRANGE: f64 = 0.3;

/// What is learnt from: logs, and which of their openings are requests, as far as it is known.
pub(crate) struct Lessons<'corpora> {
    pub(crate) logs: Vec<&'corpora Log>,
    /// Logs of which only some replies are known: for learning who replies to whom.
    pub(crate) channels: Vec<&'corpora Log>,
    pub(crate) openings: &'corpora Openings,
    pub(crate) own: &'corpora HashMap<(String, MessageId), bool>,
}

/// How the trees grow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) tone: Practice,
    pub(crate) links: Growth,
    pub(crate) opens: Growth,
    pub(crate) start_bias: f32,
    pub(crate) opens_from: f32,
}

/// A message of a log as people see it.
enum Part {
    /// It is of the opening turn of a conversation: whether that is a request, if it is known.
    Opens(Option<bool>),
    Replies,
}

/// For each annotated message, what part it has.
fn parts(log: &Log, lessons: &Lessons<'_>) -> HashMap<MessageId, Part> {
    let key = |id: MessageId| (log.name.clone(), id);
    let turns = turns(log);
    let mut parts = HashMap::new();
    for said in log.messages.iter().filter(|said| said.is_annotated) {
        parts.insert(said.heard.id, Part::Replies);
    }
    for turn in turns {
        let opener = turn[0];
        let is_request = lessons
            .openings
            .get(&key(opener))
            .map(|opening: &Opening| opening.is_request)
            .or_else(|| lessons.own.get(&key(opener)).copied());
        for message in turn {
            parts.insert(message, Part::Opens(is_request));
        }
    }
    parts
}

/// The opening turns: a message that replies to none, and what its author said next in the
/// conversation until somebody else spoke.
fn turns(log: &Log) -> Vec<Vec<MessageId>> {
    let mut conversation: HashMap<MessageId, MessageId> = HashMap::new();
    let mut turns: HashMap<MessageId, (Vec<MessageId>, bool)> = HashMap::new();
    let mut order = Vec::new();
    let author = |id: MessageId| {
        log.messages
            .iter()
            .find(|said| said.heard.id == id)
            .and_then(|said| said.heard.author.as_ref())
            .map(|author| author.id)
    };
    for said in &log.messages {
        let Some(by) = said.heard.author.as_ref() else {
            continue;
        };
        let id = said.heard.id;
        let root = said
            .links
            .iter()
            .find_map(|link| conversation.get(link).copied());
        conversation.insert(id, root.unwrap_or(id));
        match root {
            None if said.is_annotated && said.links.is_empty() && !by.is_bot => {
                turns.insert(id, (vec![id], true));
                order.push(id);
            }
            None => {}
            Some(root) => {
                let opener = author(root);
                if let Some((turn, is_open)) = turns.get_mut(&root) {
                    *is_open &= opener == Some(by.id);
                    if *is_open {
                        turn.push(id);
                    }
                }
            }
        }
    }
    order
        .into_iter()
        .filter_map(|opener| turns.remove(&opener))
        .map(|(turn, _)| turn)
        .collect()
}

/// How rare the words of each group are.
fn rarity(logs: &[&Log]) -> Vec<u8> {
    let mut counts = vec![0_u32; GROUPS];
    let mut messages = 0_u32;
    for said in logs.iter().flat_map(|log| &log.messages) {
        if said.heard.author.is_some() {
            messages += 1;
            let mut groups = groups_of(&said.heard.text);
            groups.sort_unstable();
            groups.dedup();
            for group in groups {
                counts[group] += 1;
            }
        }
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 15"
    )]
    let steps = |rarity: f64| (rarity * 1.3).round().clamp(0.0, 15.0) as u8;
    counts
        .into_iter()
        .map(|count| {
            steps(libm::log(
                f64::from(messages.max(1)) / f64::from(count.max(1)),
            ))
        })
        .collect()
}

/// What words sound like: like a request, like a beginning.
fn tone(logs: &[&Log], lessons: &Lessons<'_>, practice: Practice) -> Parts {
    let (mut asking, mut beginning) = (Vec::new(), Vec::new());
    for log in logs {
        let texts: HashMap<MessageId, &str> = log
            .messages
            .iter()
            .map(|said| (said.heard.id, said.heard.text.as_str()))
            .collect();
        for (id, part) in ordered(parts(log, lessons)) {
            let words = features_of(texts[&id]);
            let starts = matches!(part, Part::Opens(_));
            beginning.push(example(words.clone(), starts, 1.0));
            match part {
                Part::Opens(Some(is_request)) => {
                    asking.push(example(words, is_request, 1.0));
                    // So that a language of which no word is known is read by its shape.
                    asking.push(example(facts_of(texts[&id]), is_request, STRANGE));
                }
                // What goes on in a conversation asks nobody anew, but may well ask.
                Part::Replies if id.get() % 16 == 0 => asking.push(example(words, false, 0.3)),
                _ => {}
            }
        }
    }
    let asks = words::learn(
        &asking,
        Practice {
            rarest: 2,
            ..practice
        },
    );
    let begins = words::learn(&beginning, practice);
    let (one, one_scale) = asks.rounded();
    let (other, other_scale) = begins.rounded();
    let scale = one_scale.max(other_scale);
    let mut both: std::collections::BTreeMap<u32, [i8; 2]> = std::collections::BTreeMap::new();
    #[expect(clippy::cast_possible_truncation, reason = "no larger than before")]
    let rescale = |weight: i8, by: f32| (f32::from(weight) * by / scale).round() as i8;
    for (word, row) in one {
        both.entry(word).or_default()[0] = rescale(row[0], one_scale);
    }
    for (word, row) in other {
        both.entry(word).or_default()[1] = rescale(row[0], other_scale);
    }
    #[expect(clippy::cast_possible_truncation, reason = "kept as a small number")]
    let bias = [asks.bias[0] as f32, begins.bias[0] as f32];
    Parts {
        rarity: rarity(logs),
        tone: (
            both.into_iter().filter(|(_, row)| *row != [0, 0]).collect(),
            scale,
        ),
        settings: Settings {
            tone_bias: bias,
            ..Settings::default()
        },
        ..Parts::default()
    }
}

fn ordered(parts: HashMap<MessageId, Part>) -> Vec<(MessageId, Part)> {
    let mut parts: Vec<(MessageId, Part)> = parts.into_iter().collect();
    parts.sort_unstable_by_key(|(id, _)| *id);
    parts
}

fn example(words: Vec<u32>, is_so: bool, weight: f64) -> Example<1> {
    Example {
        words,
        goal: [f64::from(u8::from(is_so))],
        weight,
    }
}

fn model(parts: &Parts) -> anyhow::Result<Arc<Model>> {
    Ok(Arc::new(Model::read(&parts.write())?))
}

/// Rows of messages that may open a request.
#[derive(Default)]
struct Decisions {
    rows: Vec<[u8; OPENING_FEATURES]>,
    is_so: Vec<bool>,
    weights: Vec<f64>,
}

impl Decisions {
    fn add(&mut self, log: &Log, lessons: &Lessons<'_>, model: &Arc<Model>, unlabelled: f64) {
        let parts = parts(log, lessons);
        let mut rehearsal = Rehearsal::of(Arc::clone(model));
        for said in &log.messages {
            let Some(sight) = rehearsal.see(&said.heard) else {
                rehearsal.learn(&said.heard, &Reading::default());
                continue;
            };
            let part = parts.get(&said.heard.id);
            let is_request = match part {
                Some(Part::Opens(is_request)) => *is_request,
                Some(Part::Replies) => Some(false),
                None => None,
            };
            if let (Some(row), Some(is_so)) = (sight.opening, is_request) {
                let weight = match part {
                    Some(Part::Opens(_)) => unlabelled,
                    _ => 1.0,
                };
                self.rows.push(row);
                self.is_so.push(is_so);
                self.weights.push(weight);
            }
            let reading = Reading {
                reply_to: sight.reading.reply_to,
                ..Reading::default()
            };
            rehearsal.learn(&said.heard, &reading);
        }
    }
}

/// Every second log, and the others.
fn halved<'corpora>(logs: &[&'corpora Log]) -> [Vec<&'corpora Log>; 2] {
    [0, 1].map(|half| {
        let logs = logs.iter().enumerate();
        logs.filter(|(number, _)| number % 2 == half)
            .map(|(_, log)| *log)
            .collect()
    })
}

/// Learns from these logs.
pub(crate) fn learn(lessons: &Lessons<'_>, plan: Plan) -> anyhow::Result<Parts> {
    let halves = halved(&lessons.logs);
    let channels = halved(&lessons.channels);
    let mut learnt = Vec::new();
    for half in &halves {
        learnt.push(tone(half, lessons, plan.tone));
    }
    // In each half the trees see the words of the other.
    let strangers = [model(&learnt[1])?, model(&learnt[0])?];
    for (half, number) in halves.iter().zip(0..) {
        let mut choices = Choices::default();
        for log in half.iter().chain(&channels[number]) {
            choices.add(log, &links::gold(log), &strangers[number]);
        }
        learnt[number].links = choices.learn(plan.links);
    }
    let strangers = [model(&learnt[1])?, model(&learnt[0])?];
    let mut choices = Choices::default();
    for (number, stranger) in strangers.iter().enumerate() {
        for log in halves[number].iter().chain(&channels[number]) {
            let remembered: Readings = links::readings(log, stranger);
            choices.add(log, &remembered, stranger);
        }
    }
    let mut decisions = Decisions::default();
    for (half, stranger) in halves.iter().zip(&strangers) {
        for log in half {
            let turns = turns(log);
            let key = |turn: &Vec<MessageId>| (log.name.clone(), turn[0]);
            let known = turns
                .iter()
                .filter(|turn| {
                    lessons.openings.contains_key(&key(turn))
                        || lessons.own.contains_key(&key(turn))
                })
                .count();
            #[expect(clippy::cast_precision_loss, reason = "some hundred")]
            let unlabelled = turns.len() as f64 / known.max(1) as f64;
            decisions.add(log, lessons, stranger, unlabelled.min(12.0));
        }
    }
    let mut parts = tone(&lessons.logs, lessons, plan.tone);
    parts.links = choices.learn(plan.links);
    parts.opens = forest::decide(
        &Columns::of(&decisions.rows),
        &decisions.is_so,
        &decisions.weights,
        plan.opens,
    );
    parts.settings.start_bias = plan.start_bias;
    parts.settings.opens_from = plan.opens_from;
    Ok(parts)
}
