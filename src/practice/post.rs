//! A message of Convener's own, before it is put into a platform's form.

use super::action::Action;
use super::activity::ActivityKind;

/// What is to be shown: words, perhaps a card, perhaps controls. Nobody is pinged by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Post {
    /// The words above everything else, at most 2,000 characters.
    pub text: String,
    /// A card below them.
    pub card: Option<Card>,
    /// A row of controls below that.
    pub controls: Vec<Control>,
}

/// A card: Discord calls it an embed. At most 6,000 characters in all.
/// <https://discord.com/developers/docs/resources/message#embed-object-embed-limits>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// A button with its label.
    Button(String, Action),
    /// A menu of the eleven activities, with its placeholder.
    ActivityMenu(String, Action, Vec<ActivityKind>),
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
