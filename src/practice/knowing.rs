//! What was answered before, and who could know.

use super::id::MemberId;
use super::request::Request;

/// A request that was answered before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The request.
    pub request: Request,
    /// Its answers; empty where their words are not kept any more.
    pub answer: String,
}

/// A member who could know, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The member.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// The topic that they listed themselves, where one fits.
    pub topic: Option<String>,
    /// How many similar requests they answered.
    pub answers: usize,
}
