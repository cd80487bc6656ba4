//! Does it work for people? The whole of Convener, in one process with simcord, in simulated time.

#![expect(clippy::unwrap_used, reason = "a test fails where it can't go on")]

mod activity;
mod connection;
mod digest;
mod meetup;
mod request;
mod setup;
mod world;
