//! People acting: what they see, type, click and are told.
//!
//! Methods of [`Person`] read as sentences (`ana.says("#help", "How do I …?")`) and panic where a person would be
//! stopped, since in a test that is the end. Each has a `try_` twin that gives the [`Refused`] instead.

mod acting;
mod asking;
mod channel;
mod event;
mod form;
mod guild;
mod message;
mod options;
mod person;
mod refused;
mod reply;
mod threading;
mod typed;
mod using;

pub use channel::{Channel, Place};
pub use event::ScheduledEvent;
pub use guild::{Guild, Role};
pub use message::{Attachment, Button, Embed, Message, MessageRef, Select};
pub use person::Person;
pub(crate) use person::{seen_by_the_bot, take_next};
pub use refused::Refused;
pub use reply::{Modal, ModalField, Reply, ReplyKind};
