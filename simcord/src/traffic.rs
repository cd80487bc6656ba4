//! What the bot asked of the REST API, kept for a test to look at.

use serde::Serialize;
use serde_json::Value;

/// One request that the bot made, and how it was answered.
#[derive(Clone, Debug, Serialize)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path after `/api/v10`, with its query: `/channels/1/messages?limit=50`.
    pub path: String,
    /// The JSON body, or null.
    pub body: Value,
    /// The status of the answer; 0 when the answer was lost or held back on purpose.
    pub status: u16,
    /// The JSON of the answer, or null.
    pub answer: Value,
}

#[derive(Default)]
pub(crate) struct Traffic {
    pub(crate) requests: Vec<Request>,
    /// Requests for which there is no route: something that isn't modelled, or a mistake of the bot.
    pub(crate) unexpected: Vec<String>,
}
