//! A real serenity client, over real sockets, against the server.

mod bot;
mod conversation;
mod forum;
mod gateway;
mod page;
mod pins;
mod poise;
mod raw;
mod recording;
mod refusals;
mod time;
