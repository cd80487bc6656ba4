//! How much memory `convener run` takes when it knows many guilds and nothing is said.
//!
//! ```text
//! cargo bench --bench idle                       # on SQLite
//! TEST_POSTGRES_URL=… cargo bench --bench idle   # on both engines
//! IDLE_GUILDS=100 IDLE_SET_UP=100 cargo bench --bench idle
//! ```
//!
//! A thousand guilds of 50 channels and 100 members each, some of which are set up. What is measured is the
//! memory that is resident in the program's own process once it has nothing to do any more, what of that is not
//! of a file (the program itself is), and the most that was until then.

#![expect(clippy::unwrap_used, reason = "a bench fails where it can't go on")]
#![expect(
    clippy::disallowed_methods,
    reason = "a bench is told by the environment how much to measure"
)]
#![expect(clippy::print_stdout, reason = "a bench prints what it measures")]

#[expect(dead_code, reason = "the rest is the firehose's")]
mod client;
#[expect(dead_code, reason = "the rest is the firehose's")]
mod discord;
mod rows;
#[path = "../measure/setting.rs"]
mod setting;

use std::time::Duration;

use simcord::{Permissions, Person, Simcord};

use client::{Client, Discord, cpu_seconds, megabytes};
use rows::Engine;
use setting::setting;

const CHANNELS: usize = 50;
const MEMBERS: usize = 100;

/// How many people there are in all; each is in many guilds.
const PEOPLE: usize = 2_000;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match std::env::args().nth(1).as_deref() {
        Some("discord") => runtime.block_on(play()),
        _ => runtime.block_on(measure()),
    }
}

/// How many guilds there are, and how many of them are set up.
fn guilds() -> (usize, usize) {
    let guilds = setting("IDLE_GUILDS", 1_000);
    (guilds, setting("IDLE_SET_UP", 20).min(guilds))
}

async fn play() {
    let (guilds, set_up) = guilds();
    let discord = Simcord::start().await;
    let leads: Vec<_> = (0..guilds).map(|number| found(&discord, number)).collect();
    discord::say(&format!("{} {}", discord.base_url(), discord.token()));
    discord.gateway().connection().await;
    discord.offers("/setup").await;
    for (number, lead) in leads.iter().take(set_up).enumerate() {
        discord::set_up(lead, &format!("#core-{number}")).await;
    }
    discord::say("set up");
    discord::until_the_end().await;
}

/// A guild; who leads it.
fn found(discord: &Simcord, number: usize) -> Person {
    let guild = discord.guild(&format!("Gardeners {number}"));
    let lead_role = guild.role("Lead", Permissions::MANAGE_GUILD);
    for channel in 1..CHANNELS {
        guild.channel(&format!("beds-{channel}"));
    }
    guild.private_channel(&format!("core-{number}"), &[&lead_role]);
    let lead = guild.member(&format!("lead{number}"));
    lead.has_role(&lead_role);
    for member in 1..MEMBERS {
        guild.member(&format!("gardener{}", (number * 37 + member) % PEOPLE));
    }
    lead
}

async fn measure() {
    let mut engines = vec![Engine::Sqlite];
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(server) => engines.push(Engine::Postgres(server)),
        Err(_) => println!("idle: postgres is NOT measured: TEST_POSTGRES_URL is not set"),
    }
    let (guilds, set_up) = guilds();
    for engine in &engines {
        let database = engine.database().await;
        let mut discord = Discord::start(&[]);
        let convener = Client::Convener.serve(&discord.says(), &database.url);
        discord.says();
        come_to_rest(convener.id()).await;
        println!(
            "idle: engine={} guilds={guilds} channels={CHANNELS} members={MEMBERS} set_up={set_up} \
             idle_mb={:.1} own_mb={:.1} peak_mb={:.1}",
            engine.name(),
            megabytes(convener.id(), "VmRSS:"),
            megabytes(convener.id(), "RssAnon:"),
            megabytes(convener.id(), "VmHWM:"),
        );
    }
}

/// Waits until the process uses next to no CPU.
async fn come_to_rest(process: u32) {
    let mut before = f64::NEG_INFINITY;
    loop {
        let used = cpu_seconds(process);
        if used - before < 0.03 {
            break;
        }
        before = used;
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
}
