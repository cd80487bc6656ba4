//! Does it work for people? The whole of Convener, in one process with simcord, in simulated time.

#![expect(clippy::unwrap_used, reason = "a test fails where it can't go on")]

mod activity;
mod archive;
mod asking;
mod board;
mod connection;
#[path = "../described/mod.rs"]
mod described;
mod digest;
mod forum;
mod health;
mod ladder;
mod meetup;
mod pages;
mod privacy;
mod request;
mod settling;
mod setup;
mod world;
