//! `convener doctor`: whether everything is as it should be, and what to do where it is not.

use secrecy::SecretString;

use crate::app::App;
use crate::config::{self, Config};
use crate::discord::Connection;
use crate::facilitation::Facilitation;

/// How many notices and jobs that are stuck are named.
const NAMED: i64 = 10;

/// What was given up longer ago is news no more.
const LOOKED_BACK: chrono::TimeDelta = chrono::TimeDelta::days(14);

/// Looks at settings, database, Discord and what is stuck; fails where something is missing.
pub(super) async fn run(config: &Config) -> anyhow::Result<()> {
    let mut report = Report::default();
    // That the settings could be read is known by now: they name the database.
    report.good("settings", "are understood");
    super::open_existing(config).await?.close().await;
    let app = App::from_config(config).await?;
    let facilitation = app.facilitation();
    let engine = facilitation.store.engine();
    report.good(
        "database",
        &format!("is open ({engine}), its tables are up to date"),
    );
    match config::token() {
        Ok(token) => look_at_discord(config, token, facilitation, &mut report).await?,
        Err(error) => report.bad("token", &error.to_string()),
    }
    look_at_what_is_stuck(facilitation, &mut report).await?;
    facilitation.store.close().await;
    super::print(&report.text)?;
    match report.faults {
        0 => Ok(()),
        1 => anyhow::bail!("one thing needs your attention"),
        faults => anyhow::bail!("{faults} things need your attention"),
    }
}

async fn look_at_discord(
    config: &Config,
    token: SecretString,
    facilitation: &Facilitation,
    report: &mut Report,
) -> anyhow::Result<()> {
    let api_base = config.discord.api_base()?;
    let connection = match Connection::open(api_base.as_deref(), token).await {
        Ok(connection) => connection,
        Err(error) => {
            report.bad("Discord", &error.to_string());
            return Ok(());
        }
    };
    report.good("Discord", "answers, and knows the token");
    for (community, faults) in connection.look_at_communities(facilitation).await? {
        match faults {
            Ok(faults) if faults.is_empty() => report.good(&community, "nothing is missing"),
            Ok(faults) => faults
                .iter()
                .for_each(|fault| report.bad(&community, fault)),
            Err(error) => report.bad(&community, &format!("can't be looked at: {error}")),
        }
    }
    Ok(())
}

async fn look_at_what_is_stuck(
    facilitation: &Facilitation,
    report: &mut Report,
) -> anyhow::Result<()> {
    let mut transaction = facilitation.store.read().await?;
    let since = facilitation.clock.now() - LOOKED_BACK;
    let notices = transaction.notices_given_up(since, NAMED).await?;
    let jobs = transaction.parked_jobs(NAMED).await?;
    for (what, stuck, calm) in [
        ("outbox", notices, "nothing was given up"),
        ("agenda", jobs, "nothing is parked"),
    ] {
        if stuck.is_empty() {
            report.good(what, calm);
        }
        for parked in stuck {
            let reason = parked.reason.unwrap_or_default();
            let since = parked.parked_at.format("%Y-%m-%d %H:%M UTC");
            report.bad(
                what,
                &format!("{} is stuck since {since}: {reason}", parked.key),
            );
        }
    }
    Ok(())
}

/// What was found, line by line.
#[derive(Default)]
struct Report {
    text: String,
    faults: usize,
}

impl Report {
    fn good(&mut self, what: &str, finding: &str) {
        self.text.push_str(&format!("ok    {what}: {finding}\n"));
    }

    fn bad(&mut self, what: &str, fault: &str) {
        self.text.push_str(&format!("FAULT {what}: {fault}\n"));
        self.faults += 1;
    }
}
