//! What the model is learnt from: a message seen as the reader sees it.
//!
//! A [`Rehearsal`] hears a channel like a [`Listener`], shows what it knew of each message before it
//! decided, and remembers what it is told the message meant.

use std::sync::Arc;

use super::cues;
use super::links::{Candidate, Situation};
use super::model::{Model, group_of};
use super::places;
use super::request;
use super::shape::Shape;
use super::text::{Roster, Words};
use super::{Listener, speaker};
use crate::practice::id::{MemberId, MessageId};
use crate::practice::message::Heard;
use crate::practice::reading::Reading;

pub use super::bytes::Broken;
pub use super::features::{FEATURES, Row};
pub use super::model::{GROUPS, Learnt, MEANINGS, Parts, Settings};
pub use super::request::{OPENING_FEATURES, OpeningRow};
pub use super::trees::{Tree, Trees};

/// What is known of a message's words alone: runs of words, stems and the message's shape, each as a
/// number.
#[must_use]
pub fn features_of(text: &str) -> Vec<u32> {
    let words = Words::of(text, &Nobody);
    let mut found = Vec::new();
    request::gather(&words, &Shape::of(&words), &mut found);
    found
}

/// What [`features_of`] tells, the cues of activities, and where words stand.
#[must_use]
pub fn cues_of(text: &str) -> Vec<u32> {
    let words = Words::of(text, &Nobody);
    let mut found = Vec::new();
    request::gather(&words, &Shape::of(&words), &mut found);
    cues::add_cues(&words, &mut found);
    places::add_places(&words, &mut found);
    found
}

/// What the shape of a message tells, as numbers: the part of [`features_of`] that needs no known word.
#[must_use]
pub fn facts_of(text: &str) -> Vec<u32> {
    let words = Words::of(text, &Nobody);
    let mut found = Vec::new();
    request::add_facts(&words, &Shape::of(&words), &mut found);
    found
}

/// The groups of the words that a text's matter is told by.
#[must_use]
pub fn groups_of(text: &str) -> Vec<usize> {
    let matter = Words::of(text, &Nobody).matter();
    matter
        .as_slice()
        .iter()
        .map(|word| group_of(*word))
        .collect()
}

/// Nobody is known by name.
struct Nobody;

impl Roster for Nobody {
    fn find(&self, _: u32) -> Option<MemberId> {
        None
    }
}

/// A message as the reader sees it before it decides.
#[derive(Clone, Debug)]
pub struct Sight {
    /// What is known of its words, with names told from words.
    pub words: Vec<u32>,
    /// What is known of the chance that it starts something.
    pub start: Row,
    /// The earlier messages that come into question, and what is known of each.
    pub candidates: Vec<(MessageId, Row)>,
    /// What tells whether it opens a request; `None` where it can't.
    pub opening: Option<OpeningRow>,
    /// What the model that is rehearsed makes of it.
    pub reading: Reading,
}

/// Hears a channel, and is told what each message meant.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    listener: Listener,
}

impl Rehearsal {
    /// A rehearsal of what this model makes of a channel.
    #[must_use]
    pub fn of(model: Arc<Model>) -> Self {
        Self {
            listener: Listener::with(model),
        }
    }

    /// Hears a message and shows what is known of it; what it meant is still to be told with
    /// [`Rehearsal::learn`]. `None` for a line of the platform.
    pub fn see(&mut self, message: &Heard) -> Option<Sight> {
        let author = speaker(message)?;
        let listener = &mut self.listener;
        listener.window.meet(author);
        let look = listener.look(message, author);
        let situation = Situation::of(&look.line, &listener.window, &listener.model);
        let mut candidates = Vec::new();
        situation.candidates(&listener.model, &mut candidates);
        let place_of = |candidate: &Candidate| listener.window.lines[candidate.place].id;
        Some(Sight {
            words: listener.found.clone(),
            start: situation.start(),
            candidates: candidates
                .iter()
                .map(|candidate| (place_of(candidate), candidate.row))
                .collect(),
            opening: listener.opening(message, &look),
            reading: listener.read(message, &look),
        })
    }

    /// Remembers a message with what it meant.
    pub fn learn(&mut self, message: &Heard, reading: &Reading) {
        self.listener.recall(message, reading);
    }
}
