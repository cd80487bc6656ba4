//! `convener run`: serves Discord until it is told to stop.

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::config::{self, Config};
use crate::discord::Connection;
use crate::practice::shard::Serving;
use crate::telemetry;

/// What to serve.
#[derive(Debug, clap::Args)]
pub(super) struct Run {
    /// Serve a part of the guilds; other processes on the same database serve the others. `auto` takes a
    /// fair part, `auto/16` of sixteen shards, 0..4/16 the first four of sixteen. Otherwise as
    /// discord.shards says, and all guilds where it says nothing.
    #[arg(long, value_name = "auto|FIRST..END/TOTAL")]
    shards: Option<Serving>,
}

/// Serves until SIGINT or SIGTERM, or until Discord ends it for good.
pub(super) async fn run(config: &Config, arguments: Run) -> anyhow::Result<()> {
    telemetry::start(&config.log)?;
    let token = config::token()?;
    let api_base = config.discord.api_base()?;
    let app = App::from_config(config).await?;
    let serving = match arguments.shards {
        Some(serving) => serving,
        None => config.discord.shards()?,
    };
    let connection = Connection::open(api_base.as_deref(), token).await?;
    let connection = connection.serving(serving);
    let stop = CancellationToken::new();
    let asked = stop.clone();
    tokio::spawn(async move {
        wait_for_signal().await;
        tracing::info!("stopping");
        asked.cancel();
    });
    tracing::info!(
        database.engine = app.facilitation().store.engine(),
        "starting"
    );
    Ok(app.serve(connection, stop).await?)
}

/// Waits for the terminal's interrupt or for the service manager's wish.
pub(super) async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupt = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(interrupt.await),
    }
}
