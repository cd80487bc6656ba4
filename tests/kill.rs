//! `kill -9` while it runs: the real process over simcord, with the harness's clock, which survives.

#![expect(clippy::unwrap_used, reason = "a test fails where it can't go on")]

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use convener::clock::{Report, SimulatedClock, Work};
use convener::practice::request::Change;
use serde_json::json;
use simcord::{Permissions, Simcord};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// How long, in machine time, the process may take to settle.
const PATIENCE: Duration = Duration::from_secs(30);

/// The process, as the harness sees it.
struct Process {
    child: Child,
    reports: Lines<BufReader<OwnedReadHalf>>,
    ticks: OwnedWriteHalf,
    latest: Option<Report>,
}

/// Discord, a clock, and a folder with the database: what outlives the process.
struct Harness {
    discord: Simcord,
    clock: SimulatedClock,
    folder: tempfile::TempDir,
    listener: TcpListener,
}

impl Harness {
    async fn new() -> Self {
        let now: DateTime<Utc> = "2026-03-02T12:00:00Z".parse().unwrap();
        let clock = SimulatedClock::new(now, Work::new());
        let told = clock.clone();
        let time = std::sync::Arc::new(move || convener::clock::Clock::now(&told));
        Self {
            discord: Simcord::builder().time(time).start().await,
            clock,
            folder: tempfile::tempdir().unwrap(),
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
        }
    }

    fn now(&self) -> DateTime<Utc> {
        convener::clock::Clock::now(&self.clock)
    }

    async fn start(&self) -> Process {
        let address: SocketAddr = self.listener.local_addr().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_convener"))
            .arg("run")
            .current_dir(self.folder.path())
            .env_clear()
            .env("DISCORD_TOKEN", self.discord.token())
            .env("CONVENER_DISCORD__API_BASE", self.discord.base_url())
            .env("CONVENER_CLOCK__FOLLOW", address.to_string())
            .env("CONVENER_LOG__FILTER", "warn")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let identifies = self.discord.gateway().identifies();
        let (stream, _) = self.listener.accept().await.unwrap();
        let (reader, ticks) = stream.into_split();
        let reports = BufReader::new(reader).lines();
        let mut process = Process {
            child,
            reports,
            ticks,
            latest: None,
        };
        process.tick(self.now()).await;
        let mut changes = self.discord.changes();
        while self.discord.gateway().identifies() == identifies {
            tokio::time::timeout(PATIENCE, changes.changed())
                .await
                .unwrap()
                .unwrap();
        }
        self.settle(&mut process).await;
        process
    }

    /// Waits until the process has come to this time and has nothing under way.
    async fn settle(&self, process: &mut Process) {
        let mut changes = self.discord.changes();
        let settled = async {
            loop {
                let delivered = self.discord.gateway().delivered();
                if process.latest.is_some_and(|report| {
                    report.now == self.now() && report.is_still && report.handled == delivered
                }) && self.discord.gateway().connected()
                {
                    return;
                }
                tokio::select! {
                    line = process.reports.next_line() => {
                        let line = line.unwrap().expect("the process is gone");
                        process.latest = Some(serde_json::from_str(&line).unwrap());
                    }
                    _ = changes.changed() => {}
                }
            }
        };
        let outcome = tokio::time::timeout(PATIENCE, settled).await;
        assert!(outcome.is_ok(), "not settled: {:?}", process.latest);
    }

    async fn advance(&self, process: &mut Process, by: TimeDelta) {
        self.settle(process).await;
        let end = self.now() + by;
        while let Some(next) = process
            .latest
            .and_then(|report| report.earliest_wakeup)
            .filter(|next| *next <= end)
        {
            self.clock.advance_to(next);
            process.tick(next).await;
            self.settle(process).await;
        }
        self.clock.advance_to(end);
        process.tick(end).await;
        self.settle(process).await;
    }
}

impl Process {
    async fn tick(&mut self, now: DateTime<Utc>) {
        let line = format!("{}\n", json!({"now": now}));
        self.ticks.write_all(line.as_bytes()).await.unwrap();
    }

    /// SIGKILL: no destructor runs, nothing is flushed.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[tokio::test]
async fn killed_at_any_moment_it_says_nothing_twice_and_loses_nothing() {
    let harness = Harness::new().await;
    let discord = &harness.discord;
    let guild = discord.guild("Makers");
    let core_role = guild.role("Core", Permissions::MANAGE_GUILD);
    let help = guild.channel("help");
    let core = guild.private_channel("core", &[&core_role]);
    guild.private_channel("leads", &[&core_role]);
    let people = ["ana", "ben", "dora", "emil"].map(|name| guild.member(name));
    let cleo = guild.member("cleo");
    cleo.has_role(&core_role);
    let mut process = harness.start().await;
    let options = json!({"core_channel": "#core", "leads_channel": "#leads"});
    cleo.runs_in("#leads", "/setup start", options).await;
    harness.settle(&mut process).await;

    let mut said = Vec::new();
    for round in 0..6 {
        let question =
            |line| format!("How do I wire gauge {round}-{line} to the new gateway board?");
        for (line, person) in people.iter().take(3).enumerate() {
            person.says(&help, &question(line)).await;
            said.push(question(line));
        }
        // Killed in the middle of hearing, with the messages sent and not waited for.
        process.kill();
        people[3].says(&help, &question(3)).await;
        said.push(question(3));
        process = harness.start().await;
        harness.advance(&mut process, TimeDelta::hours(3)).await;
        // Killed in the middle of surfacing: time jumps past what is due, and nobody waits.
        harness
            .clock
            .advance_to(harness.now() + TimeDelta::hours(2));
        process.tick(harness.now()).await;
        process.kill();
        process = harness.start().await;
        harness.advance(&mut process, TimeDelta::minutes(10)).await;
    }
    harness.advance(&mut process, TimeDelta::hours(6)).await;
    process.kill();

    let database = harness
        .folder
        .path()
        .join("convener.db")
        .display()
        .to_string();
    let store = convener::storage::Store::open(&database).await.unwrap();
    let mut transaction = store.read().await.unwrap();
    let channel = convener::practice::id::ChannelId::new(help.id().get().try_into().unwrap());
    let kept = transaction
        .messages_until(channel, harness.now(), 1_000)
        .await
        .unwrap();
    let kept: Vec<_> = kept.into_iter().map(|message| message.heard.text).collect();
    assert_eq!(kept, said);

    let requests = transaction
        .requests(convener::storage::RequestFilter::default())
        .await
        .unwrap();
    // What Discord says of the pinned board has no words of its own.
    let said = core.messages();
    let said: Vec<_> = said
        .iter()
        .filter(|message| !message.text().is_empty())
        .collect();
    let boards = said.iter().filter(|message| message.pinned).count();
    assert_eq!(boards, 1);
    let mut calls = 0;
    for request in &requests {
        let events = transaction.request_events(request.id).await.unwrap();
        let count = |change| events.iter().filter(|event| event.change == change).count();
        assert_eq!(count(Change::Surfaced), 1, "{}", request.asked.text);
        let link = request.asked.link().unwrap();
        let cards = said
            .iter()
            .filter(|message| !message.pinned && message.text().contains(&link));
        assert_eq!(
            cards.count(),
            count(Change::Called),
            "{}",
            request.asked.text
        );
        calls += count(Change::Called);
    }
    assert!(calls >= 3, "{calls} calls");
    assert!(requests.len() >= 6, "{} requests", requests.len());
    assert_eq!(said.len(), 1 + calls);
}

#[tokio::test]
async fn told_to_stop_it_stops_in_order() {
    let harness = Harness::new().await;
    harness.discord.guild("Makers").channel("help");
    let mut process = harness.start().await;
    let id = process.child.id().to_string();
    Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(process.child.wait().unwrap().success());
    assert!(
        !harness.folder.path().join("convener.db-wal").exists(),
        "the database was closed"
    );
}
