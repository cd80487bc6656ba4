//! `convener playground`: a recorded community, Discord and Convener in one process. No token.
//!
//! The recording is lived by jumps to its end; without `--once` the time then goes on one to one,
//! and a page shows the channels and lets anybody take part.

mod converted;
mod report;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chrono::TimeDelta;
use simcord::{Recording, Stage};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::practice::rhythm::Rhythm;
use crate::simulation::{SimulatedTime, Simulation};
use crate::storage::Store;
use crate::web::Pages;

/// The community that we recorded: four weeks of people who build river and weather loggers.
const COMMUNITY: &str = include_str!("../../../playground/community.jsonl");

/// What is lived after the last act, so that what it leads to is seen: the next digest, for one.
const AFTERMATH: TimeDelta = TimeDelta::hours(36);

/// How far *skip ahead* goes.
const SKIP: TimeDelta = TimeDelta::hours(4);

/// How often the time is moved on once it goes one to one.
const TICK: Duration = Duration::from_millis(250);

/// Live through a recorded community, without a token and without Discord.
#[derive(Debug, clap::Args)]
pub(super) struct Playground {
    /// Live the recording to its end, print what was surfaced and each digest, and stop.
    #[arg(long)]
    once: bool,
    /// Another recording: a playground's own JSONL, or any export that `import` reads.
    #[arg(long, value_name = "FILE")]
    recording: Option<PathBuf>,
    /// The port of the page on 127.0.0.1; 0 is any that is free.
    #[arg(long, default_value_t = 4_280)]
    port: u16,
}

/// Lives it.
pub(super) async fn run(config: &Config, arguments: Playground) -> anyhow::Result<()> {
    let recording = match &arguments.recording {
        None => Recording::read(COMMUNITY.as_bytes())?,
        Some(file) => converted::recording(file)?,
    };
    let begins_at = recording
        .begins_at()
        .context("the recording holds no acts; there is nothing to live")?;
    let folder = tempfile::tempdir().context("can't make a folder for the database")?;
    let store = Store::open(&folder.path().join("playground.db").display().to_string()).await?;
    let time = SimulatedTime::at(begins_at - TimeDelta::minutes(5));
    let (skip, skips) = mpsc::unbounded_channel();
    let discord = time
        .discord()
        .bot_name("Convener")
        .port(if arguments.once { 0 } else { arguments.port })
        .on_skip(move || {
            skip.send(()).ok();
        })
        .try_start()
        .await
        .with_context(|| {
            format!(
                "can't serve on port {}; choose another with --port",
                arguments.port
            )
        })?;
    let stage = recording.found(&discord);
    let simulation = Simulation::start(store, discord, time, Rhythm::from(&config.rhythm)).await?;
    let mut life = Life {
        simulation,
        stage,
        recording,
        undone: Vec::new(),
    };
    life.live().await?;
    super::print(&report::report(&life.simulation, &life.undone).await?)?;
    if !arguments.once {
        go_on(&mut life.simulation, skips).await?;
    }
    life.simulation.stop().await?;
    Ok(())
}

struct Life {
    simulation: Simulation,
    stage: Stage,
    recording: Recording,
    /// What could not be done, and why.
    undone: Vec<String>,
}

impl Life {
    async fn live(&mut self) -> anyhow::Result<()> {
        let mut end = self.simulation.now();
        for act in self.recording.acts() {
            self.simulation.advance_to(act.at).await?;
            if let Err(refused) = self.stage.perform(act).await {
                self.undone.push(format!("line {}: {refused}", act.line));
            }
            end = act.at;
        }
        Ok(self.simulation.advance_to(end + AFTERMATH).await?)
    }
}

/// Lets the time go on one to one, with jumps where somebody asks for them, until the interrupt.
async fn go_on(
    simulation: &mut Simulation,
    mut skips: mpsc::UnboundedReceiver<()>,
) -> anyhow::Result<()> {
    let address = simulation.discord().base_url();
    let pages = Pages::bind((Ipv4Addr::LOCALHOST, 0).into()).await?;
    let url = format!("http://{}", pages.address()?);
    let facilitation = Arc::clone(simulation.facilitation());
    facilitation.public_url.get_or_init(|| url);
    let stop = CancellationToken::new();
    let _stopped_in_the_end = stop.clone().drop_guard();
    tokio::spawn(pages.serve(facilitation, stop));
    super::print(&format!(
        "\nThe community is at {address} until you press Ctrl-C. As one of its leads, /digest link gives \
         you the pages of its weeks.\n"
    ))?;
    let signal = super::run::wait_for_signal();
    tokio::pin!(signal);
    let mut last = tokio::time::Instant::now();
    loop {
        tokio::select! {
            () = &mut signal => return Ok(()),
            skipped = skips.recv() => if skipped.is_some() { simulation.advance(SKIP).await? },
            () = tokio::time::sleep(TICK) => {}
        }
        let elapsed = TimeDelta::from_std(last.elapsed())?;
        last = tokio::time::Instant::now();
        simulation.advance(elapsed).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorded_community_is_whole() {
        let recording = Recording::read(COMMUNITY.as_bytes()).unwrap();
        assert!(recording.acts().len() > 2_000);
    }
}
