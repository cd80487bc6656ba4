//! Learning who replies to whom, and what opens a request.
//!
//! What words sound like is learnt first, then the trees that look at it. So that the trees do not
//! trust it more than they may, the logs are dealt into folds, and in each fold the trees see what was learnt
//! from the others.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use convener::listening::Model;
use convener::listening::training::{
    GROUPS, OPENING_FEATURES, Parts, Rehearsal, Settings, Trees, facts_of, features_of, groups_of,
};
use convener::practice::activity::ActivityKind;
use convener::practice::id::MessageId;

use crate::corpora::{Labelled, Log, Opening, Openings, Said};
use crate::forest::{self, Columns, Growth};
use crate::links::{self, Choices, Readings};
use crate::words::{self, Example, Practice};
use crate::written::{Asking, Composed};

/// What a message weighs whose words are taken away.
const STRANGE: f64 = 0.3;
/// What a text weighs of which only the activity is known, for what asks and for what begins.
const OPENING: f64 = 0.5;
const BEGINNING: f64 = 0.3;
/// What the words of a message of a Discord channel weigh: there are few of them.
const DISCORD_WORDS: f64 = 2.0;
/// How much more an opening of a Discord channel weighs for what asks, and one that was written to stand alone.
const DISCORD_ASKING: f64 = 2.0;
const LONE_ASKING: f64 = 3.0;
/// What a reply weighs for what asks: all of Discord, and every fourth of the many others.
const REPLY: f64 = 0.3;
/// What a message weighs for what opens a request; each of Discord is seen with its channel's replies told and untold.
const DISCORD: f64 = 4.0;
const LONE: f64 = 8.0;
/// How much more a message of Discord weighs if it opens one: fewer are found there than in IRC, so less sure ones are
/// wanted.
const SOUGHT: f64 = 1.5;

/// What is learnt from: logs, and which of their openings are requests, as far as it is known.
pub(crate) struct Lessons<'corpora> {
    pub(crate) logs: Vec<&'corpora Log>,
    /// Logs of Discord, each with its replies told and untold.
    pub(crate) channels: Vec<&'corpora [Log; 2]>,
    pub(crate) openings: &'corpora Openings,
    pub(crate) own: &'corpora Asking,
    /// Other texts, whose activity is known: what starts none may be a reply.
    pub(crate) texts: &'corpora [Labelled],
    /// Single replies that were written for this.
    pub(crate) replies: Vec<&'corpora Composed>,
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
    /// It is of the opening turn of a conversation: whether that is a request, if it is known, and which message
    /// opens it.
    Opens(Option<bool>, MessageId),
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
            parts.insert(message, Part::Opens(is_request, opener));
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
    let logs = logs.iter().filter(|log| !log.is_untold);
    for said in logs.flat_map(|log| &log.messages) {
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
    // A channel whose replies are told and untold says the same words once.
    for log in logs.iter().filter(|log| !log.is_untold) {
        let heard: HashMap<MessageId, &Said> = log
            .messages
            .iter()
            .map(|said| (said.heard.id, said))
            .collect();
        let (once, asks) = match () {
            () if log.is_of_lone_messages() => (1.0, LONE_ASKING),
            () if log.is_discord() => (DISCORD_WORDS, DISCORD_WORDS * DISCORD_ASKING),
            () => (1.0, 1.0),
        };
        let author = |id: &MessageId| heard.get(id)?.heard.author.as_ref().map(|author| author.id);
        for (id, part) in ordered(parts(log, lessons)) {
            let said = heard[&id];
            let text = said.heard.text.as_str();
            let words = features_of(text);
            let starts = matches!(part, Part::Opens(..));
            beginning.push(example(words.clone(), starts, once));
            if let Some(to) = said.links.iter().rev().find_map(author) {
                let is_own = author(&id) == Some(to);
                responding.push(example(words.clone(), !is_own, once));
            }
            match part {
                Part::Opens(Some(is_request), _) => {
                    asking.push(example(words, is_request, asks));
                    // So that a language of which no word is known is read by its shape.
                    asking.push(example(facts_of(text), is_request, STRANGE * once));
                }
                // What goes on in a conversation asks nobody anew, but may well ask.
                Part::Replies if log.is_discord() || id.get() % 4 == 0 => {
                    asking.push(example(words, false, REPLY * once));
                }
                _ => {}
            }
        }
    }
    for text in lessons.replies.iter().map(|reply| reply.text.as_str()) {
        let words = features_of(text);
        beginning.push(example(words.clone(), false, 1.0));
        asking.push(example(words, false, 1.0));
        asking.push(example(facts_of(text), false, STRANGE));
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
            rarest: 2.0,
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
    /// Adds what a log shows, while it is remembered as these readings say.
    fn add(&mut self, log: &Log, lessons: &Lessons<'_>, remembered: &Readings, model: &Arc<Model>) {
        let parts = parts(log, lessons);
        let mut rehearsal = Rehearsal::of(Arc::clone(model));
        let mut asked: HashSet<MessageId> = HashSet::new();
        for (said, reading) in log.messages.iter().zip(remembered) {
            let sight = rehearsal.see(&said.heard);
            let part = parts.get(&said.heard.id);
            let is_request = match part {
                // Who has asked in this turn asks only once.
                Some(Part::Opens(is_request, opener)) => {
                    is_request.map(|is_request| is_request && !asked.contains(opener))
                }
                Some(Part::Replies) => Some(false),
                None => None,
            };
            if let Some(row) = sight.and_then(|sight| sight.opening)
                && let Some(is_so) = is_request
            {
                self.rows.push(row);
                self.is_so.push(is_so);
                self.weights.push(match is_so {
                    _ if log.is_of_lone_messages() => LONE,
                    _ if !log.is_discord() => 1.0,
                    false => DISCORD,
                    true => DISCORD * SOUGHT,
                });
            }
            if let (true, Some(Part::Opens(_, opener))) = (reading.is_request, part) {
                asked.insert(*opener);
            }
            rehearsal.learn(&said.heard, reading);
        }
    }

    /// All of these together.
    fn all<'decisions>(parts: impl IntoIterator<Item = &'decisions Self>) -> Self {
        let mut all = Self::default();
        for part in parts {
            all.rows.extend(&part.rows);
            all.is_so.extend(&part.is_so);
            all.weights.extend(&part.weights);
        }
        all
    }

    /// Trees that decide.
    fn learn(&self, growth: Growth) -> Trees {
        forest::decide(&Columns::of(&self.rows), &self.is_so, &self.weights, growth)
    }
}

/// Into how many folds the logs are dealt.
const FOLDS: usize = 4;

/// These, dealt into folds.
fn dealt<T: Copy>(logs: &[T]) -> [Vec<T>; FOLDS] {
    std::array::from_fn(|fold| logs.iter().copied().skip(fold).step_by(FOLDS).collect())
}

/// What the folds have, but one of them.
fn all_but<T>(folds: &[T], without: usize) -> impl Iterator<Item = &T> {
    let others = folds.iter().enumerate();
    others
        .filter(move |(fold, _)| *fold != without)
        .map(|(_, of_fold)| of_fold)
}

/// Learns from these logs.
pub(crate) fn learn(lessons: &Lessons<'_>, plan: Plan) -> anyhow::Result<Parts> {
    let mut folds = dealt(&lessons.logs);
    for (fold, channels) in folds.iter_mut().zip(dealt(&lessons.channels)) {
        fold.extend(channels.into_iter().flatten());
    }
    // Each fold is seen by a stranger to it: first by the words of the others, then by their trees, too.
    let mut strangers = Vec::new();
    for fold in 0..FOLDS {
        let others: Vec<&Log> = all_but(&folds, fold).flatten().copied().collect();
        strangers.push(tone(&others, lessons, plan.tone));
    }
    let mut choices = Vec::new();
    for (logs, stranger) in folds.iter().zip(&strangers) {
        let stranger = model(stranger)?;
        let mut of_fold = Choices::default();
        for log in logs {
            of_fold.add(log, &links::gold(log), &stranger);
        }
        choices.push(of_fold);
    }
    for (fold, stranger) in strangers.iter_mut().enumerate() {
        stranger.links = Choices::all(all_but(&choices, fold)).learn(plan.links);
    }
    let mut decisions = Vec::new();
    for (logs, stranger) in folds.iter().zip(&strangers) {
        let stranger = model(stranger)?;
        let mut of_fold = Decisions::default();
        for log in logs {
            of_fold.add(log, lessons, &links::readings(log, &stranger), &stranger);
        }
        decisions.push(of_fold);
    }
    for (fold, stranger) in strangers.iter_mut().enumerate() {
        stranger.opens = Decisions::all(all_but(&decisions, fold)).learn(plan.opens);
        stranger.settings.opens_from = plan.opens_from;
    }
    let (mut choices, mut decisions) = (Choices::default(), Decisions::default());
    for (logs, stranger) in folds.iter().zip(&strangers) {
        let stranger = model(stranger)?;
        for log in logs {
            let remembered: Readings = links::readings(log, &stranger);
            choices.add(log, &remembered, &stranger);
            decisions.add(log, lessons, &remembered, &stranger);
        }
    }
    let mut parts = tone(&folds.concat(), lessons, plan.tone);
    parts.links = choices.learn(plan.links);
    parts.opens = decisions.learn(plan.opens);
    parts.settings.opens_from = plan.opens_from;
    Ok(parts)
}
