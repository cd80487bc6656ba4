//! The log: on standard error, so that what a command prints can be piped.
//!
//! No line holds what a member wrote, a member's name or a token.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{ConfigError, Log, LogFormat};

/// Starts logging; the process does it once.
pub fn start(log: &Log) -> Result<(), ConfigError> {
    let filter = EnvFilter::try_new(&log.filter).map_err(|error| {
        ConfigError::Setting(format!("log.filter is '{}': {error}", log.filter))
    })?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Text => lines.finish().try_init(),
        LogFormat::Json => lines.json().finish().try_init(),
    };
    started.map_err(|error| ConfigError::Setting(format!("logging can't start: {error}")))
}
