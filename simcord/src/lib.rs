//! Discord in one process: the REST API and gateway, version 10, in memory, driven by people in code.
//!
//! A bot under test talks to it over real sockets, as it would to Discord; the test speaks for the people.
//!
//! ```no_run
//! # async fn example() {
//! use simcord::Simcord;
//! use serde_json::json;
//!
//! let discord = Simcord::start().await;
//! let guild = discord.guild("Makers");
//! let help = guild.channel("help");
//! let ana = guild.member("ana");
//! // … start the bot against `discord.base_url()` with `discord.token()` …
//! ana.says(&help, "How do I solder this?").await;
//! let answer = discord.next_message("#help").await;
//! let reply = ana.runs("/ask", json!({"question": "Which tip?"})).await;
//! assert!(reply.ephemeral);
//! discord.assert_clean();
//! # }
//! ```
//!
//! People's side is [`Person`]; what goes wrong on purpose is [`Failure`] and [`Gateway`]. The rules are Discord's,
//! told in the docs of what they concern; what isn't modelled is listed in the README and answers 404, which
//! [`Simcord::assert_clean`] reports.

mod driver;
mod failure;
mod gateway;
mod page;
mod permissions;
mod ratelimit;
mod recording;
mod rest;
mod server;
mod simcord;
mod snowflake;
mod start;
mod state;
mod time;
mod traffic;
mod validate;

pub use driver::{
    Attachment, Button, Channel, Embed, Guild, Message, MessageRef, Modal, ModalField, Person,
    Place, Refused, Reply, ReplyKind, Role, ScheduledEvent, Select,
};
pub use failure::Failure;
pub use gateway::Gateway;
pub use permissions::Permissions;
pub use ratelimit::{Limit, RateLimits};
pub use recording::{Act, Deed, Performed, Recording, RecordingError, Stage};
pub use simcord::Simcord;
pub use snowflake::Snowflake;
pub use start::Builder;
pub use time::{
    ACKNOWLEDGEMENT_DEADLINE, INTERACTION_TOKEN_LIFE, NONCE_WINDOW, PATIENCE, TimeSource,
    wall_clock,
};
pub use traffic::Request;

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
