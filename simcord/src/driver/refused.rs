//! Why a person could not do what they meant to.

use crate::permissions::Permissions;

/// What stops a person, in their own terms.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// No channel or thread of that name that they could know of.
    #[error("{who} finds no channel {name:?}")]
    NoSuchChannel {
        /// The person's handle.
        who: String,
        /// The name that was looked for.
        name: String,
    },
    /// They left the guild, or never joined.
    #[error("{who} is not a member here")]
    NotAMember {
        /// The person's handle.
        who: String,
    },
    /// A permission is missing.
    #[error("{who} lacks {missing:?} in #{channel}")]
    NotAllowed {
        /// The person's handle.
        who: String,
        /// What they would need.
        missing: Permissions,
        /// The channel's name.
        channel: String,
    },
    /// The message was deleted, or is not for their eyes.
    #[error("{who} doesn't see that message")]
    NoSuchMessage {
        /// The person's handle.
        who: String,
    },
    /// Only authors edit.
    #[error("{who} can't change a message of {author}")]
    NotTheirMessage {
        /// The person's handle.
        who: String,
        /// Whose message it is.
        author: String,
    },
    /// The bot registered no such command.
    #[error("there is no command {name:?} here; the bot offers {offered:?}")]
    NoSuchCommand {
        /// As it was typed.
        name: String,
        /// Every command there is.
        offered: Vec<String>,
    },
    /// The command doesn't take what was given.
    #[error("{command} doesn't accept this: {problem}")]
    BadOption {
        /// The command.
        command: String,
        /// What is wrong.
        problem: String,
    },
    /// The message has no such button or select.
    #[error("nothing to use is called {label:?}; the message offers {offered:?}")]
    NoSuchComponent {
        /// Label, placeholder or custom id that was looked for.
        label: String,
        /// What there is.
        offered: Vec<String>,
    },
    /// The button or select is there but greyed out.
    #[error("{label:?} is disabled")]
    Disabled {
        /// Its label, placeholder or custom id.
        label: String,
    },
    /// The modal doesn't take what was typed.
    #[error("the form doesn't accept this: {problem}")]
    BadForm {
        /// What is wrong.
        problem: String,
    },
    /// Nothing like that can be done here.
    #[error("{0}")]
    Impossible(String),
}
