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
use convener::practice::activity::ActivityKind;
use convener::practice::id::MessageId;
use convener::practice::reading::Reading;

use crate::corpora::{Composed, Labelled, Log, Opening, Openings, Said};
use crate::forest::{self, Columns, Growth};
use crate::links::{self, Choices, Readings};
use crate::words::{self, Example, Practice};

/// What a message weighs whose words are taken away.
const STRANGE: f64 = 0.3;
/// What a text weighs of which only the activity is known, for what asks and for what begins.
const OPENING: f64 = 0.5;
const BEGINNING: f64 = 0.3;
/// What a message of a Discord channel weighs for what opens a request: there are few of them. Each is seen with its
/// channel's replies told and untold.
const DISCORD: f64 = 4.0;
/// How much more it weighs if it opens one: fewer are found there than in IRC, so less sure ones are wanted.
const SOUGHT: f64 = 2.5;

/// What is learnt from: logs, and which of their openings are requests, as far as it is known.
pub(crate) struct Lessons<'corpora> {
    pub(crate) logs: Vec<&'corpora Log>,
    /// Logs of Discord, each with its replies told and untold.
    pub(crate) channels: Vec<&'corpora [Log; 2]>,
    pub(crate) openings: &'corpora Openings,
    pub(crate) own: &'corpora HashMap<(String, MessageId), bool>,
    /// Other texts, whose activity is known: what starts none may be a reply.
    pub(crate) texts: &'corpora [Labelled],
    /// Messages that were written for this.
    pub(crate) composed: Vec<&'corpora Composed>,
}

/// How the trees grow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) tone: Practice,
    pub(crate) links: Growth,
    pub(crate) opens: Growth,
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
pub(crate) fn turns(log: &Log) -> Vec<Vec<MessageId>> {
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

/// What words sound like: like a request, like a beginning, like what is said to somebody else.
fn tone(logs: &[&Log], lessons: &Lessons<'_>, practice: Practice) -> Parts {
    let (mut asking, mut beginning, mut responding) = (Vec::new(), Vec::new(), Vec::new());
    for log in logs {
        let heard: HashMap<MessageId, &Said> = log
            .messages
            .iter()
            .map(|said| (said.heard.id, said))
            .collect();
        let author = |id: &MessageId| heard.get(id)?.heard.author.as_ref().map(|author| author.id);
        for (id, part) in ordered(parts(log, lessons)) {
            let said = heard[&id];
            let text = said.heard.text.as_str();
            let words = features_of(text);
            let starts = matches!(part, Part::Opens(_));
            beginning.push(example(words.clone(), starts, 1.0));
            if let Some(to) = said.links.iter().rev().find_map(author) {
                let is_own = author(&id) == Some(to);
                responding.push(example(words.clone(), !is_own, 1.0));
            }
            match part {
                Part::Opens(Some(is_request)) => {
                    asking.push(example(words, is_request, 1.0));
                    // So that a language of which no word is known is read by its shape.
                    asking.push(example(facts_of(text), is_request, STRANGE));
                }
                // What goes on in a conversation asks nobody anew, but may well ask.
                Part::Replies if id.get() % 16 == 0 => asking.push(example(words, false, 0.3)),
                _ => {}
            }
        }
    }
    for composed in &lessons.composed {
        let words = features_of(&composed.text);
        beginning.push(example(words.clone(), composed.begins, 1.0));
        asking.push(example(words, composed.is_request, 1.0));
        asking.push(example(
            facts_of(&composed.text),
            composed.is_request,
            STRANGE,
        ));
    }
    for text in lessons.texts {
        let words = features_of(&text.text);
        if text.label < ActivityKind::ALL.len() {
            beginning.push(example(words.clone(), true, BEGINNING));
        }
        let is_request = match ActivityKind::ALL.get(text.label) {
            None => false,
            Some(
                ActivityKind::ProblemSolving
                | ActivityKind::RequestForInformation
                | ActivityKind::SeekingExperience
                | ActivityKind::GrowingConfidence,
            ) => true,
            // It may ask, or not.
            Some(_) => continue,
        };
        asking.push(example(words, is_request, OPENING));
    }
    let asks = words::learn(
        &asking,
        Practice {
            rarest: 2,
            ..practice
        },
    );
    let lessons = [
        asks,
        words::learn(&beginning, practice),
        words::learn(&responding, practice),
    ];
    let scale = lessons
        .iter()
        .map(|lesson| lesson.rounded().1)
        .fold(0.0, f32::max);
    let mut all: std::collections::BTreeMap<u32, [i8; 3]> = std::collections::BTreeMap::new();
    for (place, lesson) in lessons.iter().enumerate() {
        let (rows, own_scale) = lesson.rounded();
        for (word, [weight]) in rows {
            #[expect(clippy::cast_possible_truncation, reason = "no larger than before")]
            let weight = (f32::from(weight) * own_scale / scale).round() as i8;
            all.entry(word).or_default()[place] = weight;
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "kept as a small number")]
    let bias = lessons.each_ref().map(|lesson| lesson.bias[0] as f32);
    Parts {
        rarity: rarity(logs),
        tone: (
            all.into_iter().filter(|(_, row)| *row != [0; 3]).collect(),
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
    fn add(&mut self, log: &Log, lessons: &Lessons<'_>, model: &Arc<Model>) {
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
                self.rows.push(row);
                self.is_so.push(is_so);
                self.weights.push(match (log.is_discord(), is_so) {
                    (false, _) => 1.0,
                    (true, false) => DISCORD,
                    (true, true) => DISCORD * SOUGHT,
                });
            }
            let reading = Reading {
                reply_to: sight.reading.reply_to,
                ..Reading::default()
            };
            rehearsal.learn(&said.heard, &reading);
        }
    }
}

/// Every second of these, and the others.
fn halved<T: Copy>(logs: &[T]) -> [Vec<T>; 2] {
    [0, 1].map(|half| {
        let logs = logs.iter().enumerate();
        logs.filter(|(number, _)| number % 2 == half)
            .map(|(_, log)| *log)
            .collect()
    })
}

/// Learns from these logs.
pub(crate) fn learn(lessons: &Lessons<'_>, plan: Plan) -> anyhow::Result<Parts> {
    let mut halves = halved(&lessons.logs);
    for (half, channels) in halves.iter_mut().zip(halved(&lessons.channels)) {
        half.extend(channels.into_iter().flatten());
    }
    let mut learnt = Vec::new();
    for half in &halves {
        learnt.push(tone(half, lessons, plan.tone));
    }
    // In each half the trees see the words of the other.
    let strangers = [model(&learnt[1])?, model(&learnt[0])?];
    for (half, number) in halves.iter().zip(0..) {
        let mut choices = Choices::default();
        for log in half {
            choices.add(log, &links::gold(log), &strangers[number]);
        }
        learnt[number].links = choices.learn(plan.links);
    }
    let strangers = [model(&learnt[1])?, model(&learnt[0])?];
    let mut choices = Choices::default();
    let mut decisions = Decisions::default();
    for (half, stranger) in halves.iter().zip(&strangers) {
        for log in half {
            let remembered: Readings = links::readings(log, stranger);
            choices.add(log, &remembered, stranger);
            decisions.add(log, lessons, stranger);
        }
    }
    let mut parts = tone(&halves.concat(), lessons, plan.tone);
    parts.links = choices.learn(plan.links);
    parts.opens = forest::decide(
        &Columns::of(&decisions.rows),
        &decisions.is_so,
        &decisions.weights,
        plan.opens,
    );
    parts.settings.opens_from = plan.opens_from;
    Ok(parts)
}
