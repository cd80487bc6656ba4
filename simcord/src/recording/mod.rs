//! A community and its life as JSON lines, to be lived again by a bot.
//!
//! First come the guild, its roles, channels and members, one a line; then what people did, in order of time:
//!
//! ```text
//! {"guild":"Makers","about":"We make things"}
//! {"role":"Core","permissions":["MANAGE_MESSAGES"]}
//! {"category":"Practice"}
//! {"channel":"help","topic":"Ask here","category":"Practice"}
//! {"channel":"core","private_to":["Core"]}
//! {"member":"ana","name":"Ana Sousa","roles":["Core"],"joined":"2025-03-01T10:00:00Z"}
//! {"at":"2025-03-03T09:00:00Z","who":"ana","says":"How do I …?","in":"help","ref":"m1"}
//! {"at":"2025-03-03T09:02:00Z","who":"ana","reacts":"🎉","to":"m1"}
//! ```
//!
//! [`Recording::read`] checks every line and says which is wrong. [`Recording::found`] builds the guild;
//! [`Stage::perform`] does one act, so that whoever owns the time decides when.

mod read;
mod stage;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

pub use read::RecordingError;
pub use stage::{Performed, Stage};

use crate::permissions::Permissions;

/// A community, and what its people did.
#[derive(Clone, Debug)]
pub struct Recording {
    guild: String,
    about: Option<String>,
    roles: Vec<(String, Permissions)>,
    channels: Vec<RecordedChannel>,
    members: Vec<RecordedMember>,
    acts: Vec<Act>,
}

#[derive(Clone, Debug)]
struct RecordedChannel {
    name: String,
    kind: RecordedKind,
    topic: Option<String>,
    category: Option<String>,
    private_to: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RecordedKind {
    Text,
    Forum,
    Voice,
    Category,
}

#[derive(Clone, Debug)]
struct RecordedMember {
    handle: String,
    name: Option<String>,
    roles: Vec<String>,
    bot: bool,
    /// Absent for who joins in the course of the acts.
    joined: Option<DateTime<Utc>>,
}

/// Something that somebody did.
#[derive(Clone, Debug)]
pub struct Act {
    /// When, in community time.
    pub at: DateTime<Utc>,
    /// The handle of who did it.
    pub who: String,
    /// What it was.
    pub deed: Deed,
    /// The line of the recording, counted from 1.
    pub line: usize,
}

/// What can be done. `label` names the result for later acts; `on`, `to` and `message` are such names.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the fields are those of the format, described where the format is"
)]
pub enum Deed {
    Says {
        text: String,
        place: String,
        label: Option<String>,
    },
    Replies {
        text: String,
        to: String,
        label: Option<String>,
    },
    Reacts {
        emoji: String,
        to: String,
    },
    Edits {
        message: String,
        text: String,
    },
    Deletes {
        message: String,
    },
    Threads {
        title: String,
        on: String,
        label: Option<String>,
    },
    Posts {
        title: String,
        text: String,
        place: String,
        label: Option<String>,
    },
    Joins,
    Leaves,
    Runs {
        command: String,
        place: Option<String>,
        options: Value,
    },
    Uses {
        command: String,
        on: String,
    },
    /// On the message named, the latest one of the bot in that place, or the person's latest private reply.
    Clicks {
        button: String,
        on: Option<String>,
        place: Option<String>,
    },
    /// As for [`Deed::Clicks`].
    Selects {
        choices: Vec<String>,
        on: Option<String>,
        place: Option<String>,
    },
    /// Fills in the person's latest form.
    Submits {
        fields: BTreeMap<String, String>,
    },
}

impl Recording {
    /// What people did, in order.
    #[must_use]
    pub fn acts(&self) -> &[Act] {
        &self.acts
    }

    /// The guild's name.
    #[must_use]
    pub fn guild(&self) -> &str {
        &self.guild
    }

    /// When it begins: at the first act.
    #[must_use]
    pub fn begins_at(&self) -> Option<DateTime<Utc>> {
        self.acts.first().map(|act| act.at)
    }
}
