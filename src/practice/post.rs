//! A message of Convener's own, before it is put into a platform's form.

use super::action::Action;
use super::id::{MemberId, MessageId};

/// What is to be shown: words, perhaps a card, perhaps controls. Nobody is pinged by it but whom it
/// names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Post {
    /// The words above everything else, at most 2,000 characters.
    pub text: String,
    /// A card below them.
    pub card: Option<Card>,
    /// Controls below that: the buttons in rows of five, each menu in a row of its own.
    pub controls: Vec<Control>,
    /// Whom it pings, once, when it is first sent.
    pub pings: Vec<MemberId>,
    /// Pictures with it.
    pub pictures: Vec<Picture>,
    /// The message of the same channel that it replies to.
    pub reply_to: Option<MessageId>,
    /// Whether it is pinned to its channel.
    pub is_pinned: bool,
}

/// A picture that is shown with a post.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Picture {
    /// Its name as a file.
    pub name: String,
    /// What is to be seen on it, for whoever can't see it: at most 1,024 characters.
    /// <https://discord.com/developers/docs/resources/message#attachment-object>
    pub description: String,
    /// The picture, as a PNG.
    pub png: Vec<u8>,
}

/// A card: Discord calls it an embed. At most 6,000 characters in all.
/// <https://discord.com/developers/docs/resources/message#embed-object-embed-limits>
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Card {
    /// Its heading, at most 256 characters.
    pub title: String,
    /// Its words, at most 4,096 characters.
    pub text: String,
    /// Named parts below the words: a name of at most 256 characters, a text of at most 1,024.
    pub fields: Vec<(String, String)>,
    /// The small print.
    pub footer: String,
}

/// Something to use.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Control {
    /// A button with its label.
    Button(String, Action),
    /// A menu with its placeholder, of which one is chosen.
    Menu(String, Action, Vec<Choice>),
    /// A menu with its placeholder, of which any number is chosen.
    Choices(String, Action, Vec<Choice>),
}

/// A line of a menu. <https://discord.com/developers/docs/components/reference#string-select-select-option-structure>
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Choice {
    /// What is read, at most 100 characters.
    pub label: String,
    /// What choosing it says, at most 100 characters.
    pub value: String,
    /// A second, smaller line, at most 100 characters; empty for none.
    pub detail: String,
}

impl Control {
    /// What using it asks for.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::Button(_, action) | Self::Menu(_, action, _) | Self::Choices(_, action, _) => {
                *action
            }
        }
    }
}

impl Post {
    /// Words alone.
    #[must_use]
    pub fn words(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}
