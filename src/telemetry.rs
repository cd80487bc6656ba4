//! The log: on standard error, so that what a command prints can be piped.
//!
//! No line holds what a member wrote, a member's name or a token.

use tracing_subscriber::filter::{FilterExt, LevelFilter, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt, registry};

use crate::config::{ConfigError, Log, LogFormat};

/// Starts logging; the process does it once.
pub fn start(log: &Log) -> Result<(), ConfigError> {
    let filter = EnvFilter::try_new(&log.filter).map_err(|error| {
        ConfigError::Setting(format!("log.filter is '{}': {error}", log.filter))
    })?;
    // serenity opens spans for each event of the gateway and writes the whole event into them, which
    // costs as much as to decode it. No line of ours needs one. The hint lets the other filter's level stand
    // for both: without one every line of every crate would be made up before it is dropped.
    let filter = filter
        .and(filter_fn(|metadata| !metadata.is_span()).with_max_level_hint(LevelFilter::TRACE));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Text => registry().with(lines.with_filter(filter)).try_init(),
        LogFormat::Json => registry().with(lines.json().with_filter(filter)).try_init(),
    };
    started.map_err(|error| ConfigError::Setting(format!("logging can't start: {error}")))
}
