//! What is known of a member.

use chrono::{DateTime, Utc};

use super::id::ChannelId;

/// Something that is known of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// When it happened, where that is kept.
    pub at: Option<DateTime<Utc>>,
    /// Where, where that is kept.
    pub channel: Option<ChannelId>,
    /// In which words.
    pub words: String,
}

/// All that is known of a member of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traces {
    /// The kind, to be read after a number: "messages".
    pub what: &'static str,
    /// What is known.
    pub traces: Vec<Trace>,
}
