//! Learning who replies to whom.

use std::ops::Range;
use std::sync::Arc;

use convener::listening::Model;
use convener::listening::training::{FEATURES, Rehearsal, Trees};
use convener::practice::reading::Reading;

use crate::corpora::Log;
use crate::forest::{self, Columns, Growth};

/// What an earlier reading of a log told.
pub(crate) type Readings = Vec<Reading>;

/// What a model makes of a log.
pub(crate) fn readings(log: &Log, model: &Arc<Model>) -> Readings {
    let mut rehearsal = Rehearsal::of(Arc::clone(model));
    log.messages
        .iter()
        .map(|said| {
            let reading = rehearsal
                .see(&said.heard)
                .map_or_else(Reading::default, |sight| sight.reading);
            rehearsal.learn(&said.heard, &reading);
            reading
        })
        .collect()
}

/// What people say of a log, where they do.
pub(crate) fn gold(log: &Log) -> Readings {
    log.messages
        .iter()
        .map(|said| Reading {
            reply_to: said.links.clone(),
            ..Reading::default()
        })
        .collect()
}

/// Rows in groups, of each of which one is right.
#[derive(Default)]
pub(crate) struct Choices {
    rows: Vec<[u8; FEATURES]>,
    groups: Vec<Range<usize>>,
    right: Vec<f64>,
}

impl Choices {
    /// Adds what a log shows, while it is remembered as these readings say.
    pub(crate) fn add(&mut self, log: &Log, remembered: &Readings, model: &Arc<Model>) {
        let mut rehearsal = Rehearsal::of(Arc::clone(model));
        for (said, reading) in log.messages.iter().zip(remembered) {
            // A reply that is told is not weighed.
            if let Some(sight) = rehearsal.see(&said.heard)
                && said.is_annotated
                && said.heard.reply_to.is_empty()
            {
                let first = self.rows.len();
                let is_right = |id| said.links.contains(id);
                let found = sight
                    .candidates
                    .iter()
                    .filter(|(id, _)| is_right(id))
                    .count();
                if said.links.is_empty() || found > 0 {
                    #[expect(clippy::cast_precision_loss, reason = "a handful")]
                    let share = 1.0 / found.max(1) as f64;
                    self.rows.push(sight.start);
                    self.right.push(f64::from(u8::from(said.links.is_empty())));
                    for (id, row) in &sight.candidates {
                        self.rows.push(*row);
                        self.right.push(if is_right(id) { share } else { 0.0 });
                    }
                    self.groups.push(first..self.rows.len());
                }
            }
            rehearsal.learn(&said.heard, reading);
        }
    }

    /// All of these together.
    pub(crate) fn all<'choices>(parts: impl IntoIterator<Item = &'choices Self>) -> Self {
        let mut all = Self::default();
        for part in parts {
            let first = all.rows.len();
            all.rows.extend(&part.rows);
            all.right.extend(&part.right);
            let groups = part.groups.iter();
            all.groups
                .extend(groups.map(|group| first + group.start..first + group.end));
        }
        all
    }

    /// Trees that choose.
    pub(crate) fn learn(&self, growth: Growth) -> Trees {
        forest::choose(&Columns::of(&self.rows), &self.groups, &self.right, growth)
    }
}
