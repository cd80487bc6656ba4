//! A real serenity client, over real sockets, against the server.

#![expect(clippy::unwrap_used, reason = "a test fails where it can't go on")]

mod bot;
mod by_hand;
mod conversation;
mod direct;
mod events;
mod forms;
mod forum;
mod gateway;
mod lookups;
mod manners;
mod page;
mod pins;
mod poise;
mod raw;
mod recording;
mod refusals;
mod system_messages;
mod time;
