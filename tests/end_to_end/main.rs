//! Does it work for people? The whole of Convener, in one process with simcord, in simulated time.

mod activity;
mod connection;
mod digest;
mod meetup;
mod request;
mod setup;
mod world;
