//! How long people wait for an answer to a command while much is said: from the telling of the interaction until
//! its callback has come, as Discord sees it.
//!
//! ```text
//! cargo bench --bench interactions                       # on SQLite
//! TEST_POSTGRES_URL=… cargo bench --bench interactions   # on both engines
//! INTERACTIONS_SECONDS=10 INTERACTIONS_MESSAGES=5000 cargo bench --bench interactions
//! ```
//!
//! The same Discord as the firehose's, in a process of its own, tells `convener run` 2,000 messages of about a
//! kilobyte a second, and ten commands a second beside them, one in five of which writes. What waits in the
//! socket before a command is part of its time. Every message must have been stored.

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

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};

use client::{Client, Discord};
use rows::Engine;
use setting::setting;

/// How often something is said, and how many times until there is a command.
const TURN: Duration = Duration::from_millis(10);
const TURNS_A_SECOND: usize = 100;
const TURNS_A_COMMAND: usize = 10;

/// What is asked in turns.
const COMMANDS: [&str; 5] = [
    "/requests",
    "/meetup list",
    "/activity list",
    "/preferences",
    "/privacy show",
];

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match std::env::args().nth(1).as_deref() {
        Some("discord") => runtime.block_on(play()),
        _ => runtime.block_on(measure()),
    }
}

/// Messages a second, and for how many seconds.
fn load() -> (usize, usize) {
    (
        setting("INTERACTIONS_MESSAGES", 2_000),
        setting("INTERACTIONS_SECONDS", 60),
    )
}

async fn play() {
    let (discord, places) = discord::open(true).await;
    let lines = discord::lines(&places);
    let spoken: Vec<_> = lines
        .iter()
        .map(|(channel, person, text)| (*channel, *person, text.as_str()))
        .collect();
    let (messages, seconds) = load();
    let at_once = messages / TURNS_A_SECOND;
    discord::say("ready");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let mut asked = JoinSet::new();
    let mut last = None;
    let mut turns = interval(TURN);
    for turn in 0..seconds * TURNS_A_SECOND {
        turns.tick().await;
        let first = turn * at_once % (spoken.len() - at_once);
        let said = &spoken[first..first + at_once];
        let count = u64::try_from(at_once).unwrap();
        let id = discord.gateway().flood(said, count);
        last = Some((said[at_once - 1].0, id));
        if turn % TURNS_A_COMMAND != 0 {
            continue;
        }
        let number = turn / TURNS_A_COMMAND;
        let place = &places[number % places.len()];
        let person = place.members[number % place.members.len()].clone();
        let channel = place.channels[number % place.channels.len()].clone();
        asked.spawn(async move {
            let command = COMMANDS[number % COMMANDS.len()];
            let options = match command {
                "/preferences" => json!({"free": "18-22"}),
                _ => Value::Object(serde_json::Map::new()),
            };
            let reply = person.runs_in(&channel, command, options).await;
            (command, reply.acknowledged_after())
        });
    }
    let (channel, last) = last.unwrap();
    discord::say(&format!("{} {last}", channel.id()));
    while let Some(answered) = asked.join_next().await {
        let (command, after) = answered.unwrap();
        let micros =
            after.map_or_else(|| "never".to_owned(), |after| after.as_micros().to_string());
        discord::say(&format!("{micros} {command}"));
    }
    discord::say("end");
    discord::until_the_end().await;
}

async fn measure() {
    let mut engines = vec![Engine::Sqlite];
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(server) => engines.push(Engine::Postgres(server)),
        Err(_) => println!("interactions: postgres is NOT measured: TEST_POSTGRES_URL is not set"),
    }
    for engine in &engines {
        measure_on(engine).await;
    }
}

async fn measure_on(engine: &Engine) {
    let (messages, seconds) = load();
    let mut database = engine.database().await;
    let mut discord = Discord::start(&[]);
    let convener = Client::Convener.serve(&discord.says(), &database.url);
    discord.says();
    let begun = Instant::now();
    discord.goes_on();
    let last = discord.says();
    let last = (last[0].parse().unwrap(), last[1].parse().unwrap());
    let mut times: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut unanswered = 0;
    loop {
        let words = discord.says();
        let (micros, command) = words.split_first().unwrap();
        match micros.as_str() {
            "end" => break,
            "never" => unanswered += 1,
            micros => {
                let milliseconds = micros.parse::<f64>().unwrap() / 1_000.0;
                times
                    .entry(command.join(" "))
                    .or_default()
                    .push(milliseconds);
            }
        }
    }
    let count = messages / TURNS_A_SECOND * TURNS_A_SECOND * seconds;
    let stored = database.fill(last, count).await;
    let took = (Instant::from_std(stored) - begun).as_secs_f64();
    drop(convener);
    for (command, of_command) in &mut times {
        println!(
            "interactions: engine={} {command}: {}",
            engine.name(),
            percentiles(of_command)
        );
    }
    let mut all: Vec<f64> = times.into_values().flatten().collect();
    println!(
        "interactions: engine={} messages={count} in {took:.1} s, commands={} unanswered={unanswered}: {}",
        engine.name(),
        all.len(),
        percentiles(&mut all),
    );
}

/// The median, the 99th percentile and the longest of these milliseconds.
fn percentiles(times: &mut [f64]) -> String {
    times.sort_unstable_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() * percent).div_ceil(100).max(1) - 1];
    format!(
        "p50_ms={:.1} p99_ms={:.1} max_ms={:.1}",
        at(50),
        at(99),
        at(100)
    )
}
