//! A month in which the production process is killed over and over, at any instant, on bad days of
//! Discord and on good ones: nothing is said twice, and nothing is lost.
//!
//! `cargo test --release --test storm -- --nocapture` kills it 300 times on each engine. In other builds
//! a few times do. `STORM_KILLS` says how often, and `STORM_SEED` brings the same storm again, as far as
//! the machine's own timing allows.

#![expect(clippy::unwrap_used, reason = "a test fails where it can't go on")]

mod account;
mod bad_day;
#[path = "../storage/engine.rs"]
#[expect(dead_code, reason = "the tests of the storage use the rest")]
mod engine;
mod people;
#[path = "../process/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod process;

use std::time::Duration;

use chrono::TimeDelta;
use engine::Database;
use fastrand::Rng;
use people::Community;
use process::Harness;

/// How long the community lives from one killing to the next: 300 of these are a month.
const SHARE: TimeDelta = TimeDelta::minutes(149);

/// How long it lives on after it, so that all that is due has been done; after a small storm not all.
const CALM: TimeDelta = TimeDelta::days(16);
const SHORT_CALM: TimeDelta = TimeDelta::days(2);

/// From so many kills on a storm is none of the small ones.
const MANY: u32 = 100;

/// How many times the process is killed where nobody says how often.
const KILLS: u32 = if cfg!(debug_assertions) { 6 } else { 300 };

#[test]
fn one_process_on_sqlite() {
    engine::on_sqlite(async |database| storm(database, 1).await);
}

#[test]
fn one_process_on_postgres() {
    engine::on_postgres(async |database| storm(database, 1).await);
}

#[test]
fn two_processes_on_postgres() {
    engine::on_postgres(async |database| storm(database, 2).await);
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test's own settings, which are none of the program's"
)]
fn setting<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

#[expect(clippy::print_stdout, reason = "the account of the storm")]
fn say(line: &str) {
    println!("{line}");
}

/// Lives through the month with this many processes, and accounts for it.
async fn storm(database: &Database, processes: usize) {
    let engine = database.engine();
    let kills: u32 = setting("STORM_KILLS").unwrap_or(KILLS);
    let seed: u64 = setting("STORM_SEED").unwrap_or_else(|| fastrand::u64(..));
    say(&format!(
        "storm: engine={engine} processes={processes} STORM_KILLS={kills} STORM_SEED={seed}"
    ));
    let mut harness = Harness::new(Some(database.url())).await;
    let mut community = Community::found(&harness.discord, Rng::with_seed(seed));
    for _ in 0..processes {
        harness.start().await;
    }
    community.sets_up(&mut harness).await;

    let mut rng = Rng::with_seed(seed.wrapping_add(1));
    let mut killed = 0;
    while killed < kills {
        community.lives(&mut harness).await;
        bad_day::begin(&mut rng, &harness);
        harness.advance(SHARE * rng.i32(40..80) / 100).await;
        // Nobody waits for what comes now.
        for _ in 0..rng.usize(0..4) {
            community.acts().await;
        }
        harness.jump(SHARE * rng.i32(0..80) / 100).await;
        interrupted(&mut rng, &mut harness).await;
        killed += 1;
        for _ in 0..rng.usize(0..3) {
            community.acts().await;
            harness.jump(TimeDelta::minutes(rng.i64(0..20))).await;
        }
        // Some are killed again as they start.
        if killed < kills && rng.u8(..) < 64 {
            harness.launch().await;
            interrupted(&mut rng, &mut harness).await;
            killed += 1;
        }
        while harness.running.len() < processes {
            harness.launch().await;
        }
        harness.settle().await;
    }
    community.hears_last_answers().await;
    harness
        .advance(if kills < MANY { SHORT_CALM } else { CALM })
        .await;
    harness.running.clear();

    let account = account::draw_up(&harness, &community, database).await;
    for line in &account.details {
        say(&format!("storm: {line}"));
    }
    let two = if processes == 1 { "" } else { " processes=2" };
    say(&format!(
        "storm: engine={engine}{two} kills={killed} steps={} duplicates={} losses={}",
        account.steps, account.duplicates, account.losses
    ));
    assert_eq!(
        (account.duplicates, account.losses),
        (0, 0),
        "STORM_SEED={seed}"
    );
}

/// Kills a process after some things have happened in Discord, and a moment more.
async fn interrupted(rng: &mut Rng, harness: &mut Harness) {
    let mut changes = harness.discord.changes();
    for _ in 0..rng.usize(0..30) {
        let waited = tokio::time::timeout(Duration::from_millis(20), changes.changed()).await;
        if waited.is_err() {
            break;
        }
    }
    // Between two changes it writes to its database.
    tokio::time::sleep(Duration::from_micros(rng.u64(0..5_000))).await;
    harness.kill(rng.usize(0..harness.running.len()));
}
