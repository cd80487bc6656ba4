//! Who changed what about Convener: kept, and readable in chat.

use chrono::{DateTime, Utc};

use super::id::MemberId;

/// A line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// Who; `None` where they have been forgotten.
    pub by: Option<MemberId>,
    /// What they did, to be read after their name: "set the zone to Europe/Berlin".
    pub deed: String,
}
