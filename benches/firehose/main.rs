//! How fast Discord is heard: messages a second from the socket to the database, CPU and memory.
//!
//! ```text
//! cargo bench --bench firehose                       # on SQLite
//! TEST_POSTGRES_URL=… cargo bench --bench firehose   # on both engines
//! FIREHOSE_MESSAGES=20000 FIREHOSE_RUNS=3 cargo bench --bench firehose
//! FIREHOSE_PYTHON=/path/to/python3 cargo bench --bench firehose   # one that has discord.py, as a further rival
//! ```
//!
//! A process of its own plays Discord and tells messages of about a kilobyte as fast as they are read,
//! one in forty a question. Beside it runs either `convener run`, the program as it is, or a bare logger:
//! serenity, and rows inserted in batches. They take turns; each must have stored every message. The
//! time ends with the last row; CPU and memory are the client's alone.

#![expect(clippy::unwrap_used, reason = "a bench fails where it can't go on")]
#![expect(
    clippy::disallowed_methods,
    reason = "a bench is told by the environment how much to measure"
)]
#![expect(clippy::print_stdout, reason = "a bench prints what it measures")]

mod client;
mod discord;
mod logger;
mod rows;
#[path = "../measure/setting.rs"]
mod setting;

use client::{Client, Measured, PYTHON};
use rows::Engine;
use setting::setting;

fn main() {
    let role = std::env::args().nth(1);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match role.as_deref() {
        Some("discord") => runtime.block_on(discord::play()),
        Some("logger") => runtime.block_on(logger::log()),
        _ => runtime.block_on(measure()),
    }
}

/// The middle one of these numbers.
fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_unstable_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// What one client did, in the middle of its runs.
struct Median {
    throughput: f64,
    cpu: f64,
    peak: f64,
}

impl Median {
    fn of(runs: &[Measured]) -> Self {
        Self {
            throughput: median(runs.iter().map(|run| run.throughput)),
            cpu: median(runs.iter().map(|run| run.cpu)),
            peak: median(runs.iter().map(|run| run.peak)),
        }
    }
}

async fn measure() {
    let messages = setting("FIREHOSE_MESSAGES", 100_000);
    let runs = setting("FIREHOSE_RUNS", 5);
    let mut engines = vec![Engine::Sqlite];
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(server) => engines.insert(0, Engine::Postgres(server)),
        Err(_) => println!("firehose: postgres is NOT measured: TEST_POSTGRES_URL is not set"),
    }
    let has_python = std::env::var(PYTHON).is_ok();
    if !has_python {
        println!("firehose: discord.py is NOT measured: {PYTHON} is not set");
    }
    println!("| engine | client | run | messages/s | CPU s per 100,000 | peak MB |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let mut lines = Vec::new();
    let mut throughputs = Vec::new();
    for engine in &engines {
        let (mut convener, mut logger, mut python) = (Vec::new(), Vec::new(), Vec::new());
        let with_python = has_python && matches!(engine, Engine::Sqlite);
        for run in 1..=runs {
            for (client, measured) in [
                (Client::Convener, &mut convener),
                (Client::Logger, &mut logger),
                (Client::Python, &mut python),
            ] {
                if client == Client::Python && !with_python {
                    continue;
                }
                let of_run = client.run(engine, messages).await;
                tell(engine, client, &run.to_string(), &of_run);
                measured.push(of_run);
            }
        }
        let (convener, logger) = (Median::of(&convener), Median::of(&logger));
        let python = with_python.then(|| Median::of(&python));
        let medians = [
            (Client::Convener, Some(&convener)),
            (Client::Logger, Some(&logger)),
            (Client::Python, python.as_ref()),
        ];
        for (client, median) in medians {
            let Some(median) = median else { continue };
            let median = Measured {
                throughput: median.throughput,
                cpu: median.cpu,
                peak: median.peak,
            };
            tell(engine, client, "median", &median);
        }
        throughputs.push(convener.throughput);
        lines.push(format!(
            "firehose: engine={} throughput_vs_serenity={:.2} cpu_vs_serenity={:.2} peak_mb={:.0}",
            engine.name(),
            convener.throughput / logger.throughput,
            convener.cpu / logger.cpu,
            convener.peak,
        ));
        if let Some(python) = python {
            lines.push(format!(
                "firehose: engine={} throughput_vs_discord_py={:.2} cpu_vs_discord_py={:.2}",
                engine.name(),
                convener.throughput / python.throughput,
                convener.cpu / python.cpu,
            ));
        }
    }
    if let [postgres, sqlite] = throughputs[..] {
        println!("firehose: postgres_vs_sqlite={:.2}", postgres / sqlite);
    }
    for line in lines {
        println!("{line}");
    }
}

fn tell(engine: &Engine, client: Client, run: &str, measured: &Measured) {
    println!(
        "| {} | {} | {run} | {:.0} | {:.2} | {:.0} |",
        engine.name(),
        client.name(),
        measured.throughput,
        measured.cpu,
        measured.peak
    );
}
