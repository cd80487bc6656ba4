//! How good readings of logs are, by the same rules as the corpora's own scorer.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use convener::listening::Model;
use convener::listening::training::Rehearsal;
use convener::practice::id::{MemberId, MessageId};
use convener::practice::request::ONE_TURN;

use crate::corpora::{Log, Opening, Openings};
use crate::links::Readings;
use crate::written::{Asking, Composed, Playground};

/// How much of what was found is right, and how much of what is right was found.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hits {
    pub(crate) right: usize,
    pub(crate) found: usize,
    pub(crate) there: usize,
}

impl Hits {
    /// The harmonic mean of precision and recall, in percent.
    #[expect(clippy::cast_precision_loss, reason = "counts of some thousand")]
    pub(crate) fn f1(&self) -> f64 {
        200.0 * self.right as f64 / (self.found + self.there).max(1) as f64
    }

    /// How much of what was found is right, in percent.
    #[expect(clippy::cast_precision_loss, reason = "counts of some thousand")]
    pub(crate) fn precision(&self) -> f64 {
        100.0 * self.right as f64 / self.found.max(1) as f64
    }

    /// How much of what is right was found, in percent.
    #[expect(clippy::cast_precision_loss, reason = "counts of some thousand")]
    pub(crate) fn recall(&self) -> f64 {
        100.0 * self.right as f64 / self.there.max(1) as f64
    }
}

impl std::ops::AddAssign for Hits {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.found += other.found;
        self.there += other.there;
    }
}

/// The four measures.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Score {
    pub(crate) detection: Hits,
    pub(crate) answers: Hits,
    pub(crate) links: Hits,
    pub(crate) unanswered: Hits,
}

impl std::ops::AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        self.detection += other.detection;
        self.answers += other.answers;
        self.links += other.links;
        self.unanswered += other.unanswered;
    }
}

impl fmt::Display for Score {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "requests {:.1}, answer links {:.1}, all links {:.1}, unanswered {:.1}",
            self.detection.f1(),
            self.answers.f1(),
            self.links.f1(),
            self.unanswered.f1()
        )
    }
}

/// How good these readings of a log are.
pub(crate) fn score(log: &Log, readings: &Readings, openings: &Openings) -> Score {
    let authors: HashMap<MessageId, MemberId> = log
        .messages
        .iter()
        .filter_map(|said| Some((said.heard.id, said.heard.author.as_ref()?.id)))
        .collect();
    let annotated: HashSet<MessageId> = log
        .messages
        .iter()
        .filter(|said| said.is_annotated)
        .map(|said| said.heard.id)
        .collect();
    let mine: Vec<(MessageId, &Opening)> = openings
        .iter()
        .filter(|((name, _), _)| *name == log.name)
        .map(|((_, id), opening)| (*id, opening))
        .collect();
    let mut turns: HashMap<MessageId, MessageId> = HashMap::new();
    for (id, opening) in &mine {
        turns.extend(opening.turn.iter().map(|message| (*message, *id)));
    }
    let requests: HashMap<MessageId, &Opening> = mine
        .iter()
        .filter(|(_, opening)| opening.is_request)
        .map(|(id, opening)| (*id, *opening))
        .collect();
    let request_of =
        |message: &MessageId| turns.get(message).filter(|id| requests.contains_key(id));
    let answered = answered(log, readings, &authors);

    let mut score = Score::default();
    let (mut hit, mut wrong) = (HashSet::new(), 0);
    let mut listed = HashSet::new();
    let mut found_answers = HashSet::new();
    for (place, (said, reading)) in log.messages.iter().zip(readings).enumerate() {
        let id = said.heard.id;
        if !said.is_annotated {
            continue;
        }
        let gold: HashSet<MessageId> = or_self(&said.links, id);
        let found = or_self(&reading.reply_to, id);
        score.links.right += gold.intersection(&found).count();
        score.links.there += gold.len();
        score.links.found += found.len();
        let Some(author) = said.heard.author.as_ref() else {
            continue;
        };
        for target in &reading.reply_to {
            if let Some(request) = request_of(target)
                && authors.get(request) != Some(&author.id)
                && !author.is_bot
            {
                found_answers.insert((*request, id));
            }
        }
        if reading.is_request {
            match request_of(&id) {
                Some(request) => {
                    hit.insert(*request);
                }
                None => wrong += 1,
            }
            let is_ignored = request_of(&id).is_some_and(|request| requests[request].is_ignored);
            if !answered[place] && !is_ignored {
                listed.insert(request_of(&id).copied().unwrap_or(id));
            }
        }
    }
    score.detection = Hits {
        right: hit.len(),
        found: hit.len() + wrong,
        there: requests.len(),
    };
    let gold_answers: HashSet<(MessageId, MessageId)> = requests
        .iter()
        .flat_map(|(id, opening)| opening.answers.iter().map(|answer| (*id, *answer)))
        .filter(|(_, answer)| annotated.contains(answer))
        .collect();
    score.answers = Hits {
        right: gold_answers.intersection(&found_answers).count(),
        found: found_answers.len(),
        there: gold_answers.len(),
    };
    let unanswered: HashSet<MessageId> = requests
        .iter()
        .filter(|(_, opening)| opening.is_unanswered && !opening.is_ignored)
        .map(|(id, _)| *id)
        .collect();
    score.unanswered = Hits {
        right: listed.intersection(&unanswered).count(),
        found: listed.len(),
        there: unanswered.len(),
    };
    score
}

/// How many messages must follow before it is said that a request is unanswered, by the corpora's rule.
const TOO_SOON: usize = 30;

/// What our labels say of the openings of logs.
pub(crate) fn openings<'log>(logs: impl IntoIterator<Item = &'log Log>, own: &Asking) -> Openings {
    let mut openings = Openings::new();
    for log in logs {
        let authors: HashMap<MessageId, MemberId> = log
            .messages
            .iter()
            .filter_map(|said| Some((said.heard.id, said.heard.author.as_ref()?.id)))
            .collect();
        let answered = answered(log, &crate::links::gold(log), &authors);
        let place: HashMap<MessageId, usize> = (0..)
            .zip(&log.messages)
            .map(|(place, said)| (said.heard.id, place))
            .collect();
        for turn in crate::requests::turns(log) {
            let opener = turn[0];
            let asker = authors[&opener];
            let answers = log.messages.iter().filter(|said| {
                said.heard.is_by_a_person()
                    && authors.get(&said.heard.id) != Some(&asker)
                    && said.links.iter().any(|link| turn.contains(link))
            });
            let is_unanswered = !answered[place[&opener]];
            let opening = Opening {
                is_request: own.get(&(log.name.clone(), opener)) == Some(&true),
                answers: answers.map(|said| said.heard.id).collect(),
                is_unanswered,
                is_ignored: is_unanswered && place[&opener] + TOO_SOON > log.messages.len(),
                turn,
            };
            openings.insert((log.name.clone(), opener), opening);
        }
    }
    openings
}

fn or_self(links: &[MessageId], id: MessageId) -> HashSet<MessageId> {
    if links.is_empty() {
        HashSet::from([id])
    } else {
        links.iter().copied().collect()
    }
}

/// For each message, whether somebody else replied to any message of its author in all that links
/// connect with it.
fn answered(log: &Log, readings: &Readings, authors: &HashMap<MessageId, MemberId>) -> Vec<bool> {
    let places: HashMap<MessageId, usize> = log
        .messages
        .iter()
        .zip(0..)
        .map(|(said, place)| (said.heard.id, place))
        .collect();
    let mut parents: Vec<usize> = (0..log.messages.len()).collect();
    let root = |parents: &[usize], mut place: usize| {
        while parents[place] != place {
            place = parents[place];
        }
        place
    };
    let links: Vec<(usize, usize)> = readings
        .iter()
        .enumerate()
        .flat_map(|(place, reading)| reading.reply_to.iter().map(move |to| (place, to)))
        .filter_map(|(place, to)| Some((place, *places.get(to)?)))
        .collect();
    for (place, to) in &links {
        let (one, other) = (root(&parents, *place), root(&parents, *to));
        parents[one.max(other)] = one.min(other);
    }
    let author = |place: usize| authors.get(&log.messages[place].heard.id);
    let responded: HashSet<(usize, MemberId)> = links
        .iter()
        .filter(|(place, to)| {
            log.messages[*place].heard.is_by_a_person() && author(*place) != author(*to)
        })
        .filter_map(|(place, to)| Some((root(&parents, *place), *author(*to)?)))
        .collect();
    (0..log.messages.len())
        .map(|place| {
            author(place)
                .is_some_and(|author| responded.contains(&(root(&parents, place), *author)))
        })
        .collect()
}

/// How many of the links are found of those messages of which Discord does not tell what they reply to; a
/// link to itself stands for starting something.
pub(crate) fn without_reply<'log>(
    logs: impl IntoIterator<Item = &'log Log>,
    model: &Arc<Model>,
) -> Hits {
    let mut hits = Hits::default();
    for log in logs {
        let readings = crate::links::readings(log, model);
        for (said, reading) in log.messages.iter().zip(readings) {
            if said.is_annotated && said.heard.reply_to.is_empty() {
                let links = or_self(&said.links, said.heard.id);
                let found = or_self(&reading.reply_to, said.heard.id);
                hits += Hits {
                    right: links.intersection(&found).count(),
                    found: found.len(),
                    there: links.len(),
                };
            }
        }
    }
    hits
}

/// How many requests of the playground's community are found, each where it or what its author said next is
/// taken for one; what readers may differ about counts for neither.
pub(crate) fn playground(playground: &Playground, model: &Arc<Model>) -> Hits {
    let mut hits = Hits::default();
    for log in &playground.channels {
        // Who asks, until when that is one request, and whether it was found.
        let mut asking: Option<(MemberId, DateTime<Utc>, bool)> = None;
        for (said, reading) in log.messages.iter().zip(crate::links::readings(log, model)) {
            let Some(author) = said.heard.author.as_ref() else {
                continue;
            };
            let label = playground.requests.get(&said.heard.id).copied().flatten();
            if label == Some(true) {
                hits.there += 1;
                asking = Some((author.id, said.heard.at + ONE_TURN, false));
            }
            asking =
                asking.filter(|(asker, until, _)| *asker == author.id && said.heard.at <= *until);
            if reading.opens_request() {
                match &mut asking {
                    Some((.., is_found)) => {
                        let is_new = !std::mem::replace(is_found, true);
                        hits.right += usize::from(is_new);
                        hits.found += usize::from(is_new);
                    }
                    None => hits.found += usize::from(label.is_some()),
                }
            }
        }
    }
    hits
}

/// How many messages are taken for requests, each of them alone in its channel.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Alone {
    /// Requests with a question mark, and how many of them there are.
    marked: (usize, usize),
    /// Requests without one.
    plain: (usize, usize),
    /// Openings that ask for nothing.
    other: (usize, usize),
    /// What is said within a conversation, which alone may well look like its beginning.
    replies: (usize, usize),
}

/// What a model makes of these messages, each of them alone.
pub(crate) fn alone<'composed>(
    messages: impl IntoIterator<Item = &'composed Composed>,
    model: &Arc<Model>,
) -> Alone {
    let mut alone = Alone::default();
    for composed in messages {
        let is_request = Rehearsal::of(Arc::clone(model))
            .see(&composed.heard())
            .is_some_and(|sight| sight.reading.is_request);
        let (found, there) = match composed {
            _ if !composed.begins => &mut alone.replies,
            _ if !composed.is_request => &mut alone.other,
            _ if composed.text.contains(['?', '？', '؟']) => &mut alone.marked,
            _ => &mut alone.plain,
        };
        *found += usize::from(is_request);
        *there += 1;
    }
    alone
}

impl fmt::Display for Alone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "requests with a question mark {} of {}, without {} of {}; taken for one: {} of {} other openings, \
             {} of {} replies",
            self.marked.0,
            self.marked.1,
            self.plain.0,
            self.plain.1,
            self.other.0,
            self.other.1,
            self.replies.0,
            self.replies.1
        )
    }
}
