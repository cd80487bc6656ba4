//! What a control (a button, a menu) does, and the durable custom id that says so.
//!
//! A custom id outlives the process, the version and the year in which it was posted: it holds all
//! that is needed to act, and its spelling is a contract. Never change one; add another.
//! At most 100 characters: <https://discord.com/developers/docs/components/reference#anatomy-of-a-component>

use std::fmt;
use std::str::FromStr;

use super::id::{ChannelId, MessageId, RequestId};
use super::refusal::Refusal;

/// What using a control asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// "I'll take it": the person means to answer this request.
    ClaimRequest(RequestId),
    /// The request has been answered where Convener did not see it.
    ResolveRequest(RequestId),
    /// What was taken for a request is none.
    NotARequest(RequestId),
    /// The activity picked in the menu is what this message is.
    LogActivity(ChannelId, MessageId),
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClaimRequest(request) => write!(formatter, "request:claim:{request}"),
            Self::ResolveRequest(request) => write!(formatter, "request:resolve:{request}"),
            Self::NotARequest(request) => write!(formatter, "request:not:{request}"),
            Self::LogActivity(channel, message) => {
                write!(formatter, "activity:log:{channel}:{message}")
            }
        }
    }
}

impl FromStr for Action {
    type Err = Refusal;

    fn from_str(custom_id: &str) -> Result<Self, Refusal> {
        fn number<T: FromStr>(text: &str) -> Result<T, Refusal> {
            text.parse().map_err(|_| Refusal::UnknownControl)
        }
        match custom_id.split(':').collect::<Vec<_>>()[..] {
            ["request", "claim", id] => Ok(Self::ClaimRequest(number(id)?)),
            ["request", "resolve", id] => Ok(Self::ResolveRequest(number(id)?)),
            ["request", "not", id] => Ok(Self::NotARequest(number(id)?)),
            ["activity", "log", channel, message] => {
                Ok(Self::LogActivity(number(channel)?, number(message)?))
            }
            _ => Err(Refusal::UnknownControl),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_id_of_last_year_is_still_read() {
        for (custom_id, action) in [
            ("request:claim:7", Action::ClaimRequest(RequestId::new(7))),
            (
                "request:resolve:7",
                Action::ResolveRequest(RequestId::new(7)),
            ),
            ("request:not:7", Action::NotARequest(RequestId::new(7))),
            (
                "activity:log:5:6",
                Action::LogActivity(ChannelId::new(5), MessageId::new(6)),
            ),
        ] {
            assert_eq!(custom_id.parse(), Ok(action));
            assert_eq!(action.to_string(), custom_id);
        }
    }

    #[test]
    fn a_forged_custom_id_is_refused() {
        for forged in [
            "",
            "request",
            "request:claim:",
            "request:claim:x",
            "request:claim:1:2",
            "♥",
        ] {
            assert_eq!(
                forged.parse::<Action>(),
                Err(Refusal::UnknownControl),
                "{forged}"
            );
        }
    }
}
