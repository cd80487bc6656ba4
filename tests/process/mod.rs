//! The production process over simcord: started, told the time, settled, and killed.
//!
//! The harness owns Discord, the clock and the database, so that all of them outlive the process.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use convener::clock::{Clock, Report, SimulatedClock, Work};
use serde_json::json;
use simcord::Simcord;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// How long, in machine time, the processes may take to settle.
const PATIENCE: Duration = Duration::from_mins(1);

/// What outlives the processes, and those that run.
pub(crate) struct Harness {
    pub(crate) discord: Simcord,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) running: Vec<Process>,
    database: Option<String>,
    clock: SimulatedClock,
    listener: TcpListener,
    /// Rings whenever a process says something of itself.
    reports: watch::Sender<()>,
}

/// One process, as the harness sees it.
pub(crate) struct Process {
    pub(crate) child: Child,
    /// Discord by the door that this process has for itself.
    pub(crate) discord: Simcord,
    is_stopping: bool,
    report: watch::Receiver<Option<Report>>,
    ticks: OwnedWriteHalf,
    reader: AbortHandle,
}

impl Harness {
    /// Over a database of its own, in the folder that the processes run in, or over the one named.
    pub(crate) async fn new(database: Option<String>) -> Self {
        Self::with_shards(database, 1).await
    }

    /// The same, over a Discord that advises so many shards.
    pub(crate) async fn with_shards(database: Option<String>, shards: u64) -> Self {
        let now: DateTime<Utc> = "2026-03-02T12:00:00Z".parse().unwrap();
        let clock = SimulatedClock::new(now, Work::new());
        let told = clock.clone();
        let time = Arc::new(move || told.now());
        Self {
            discord: Simcord::builder().time(time).shards(shards).start().await,
            folder: tempfile::tempdir().unwrap(),
            running: Vec::new(),
            database,
            clock,
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            reports: watch::Sender::new(()),
        }
    }

    /// Where the database is, for [`convener::storage::Store::open`].
    pub(crate) fn database(&self) -> String {
        let own = || self.folder.path().join("convener.db").display().to_string();
        self.database.clone().unwrap_or_else(own)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Starts one more process; it has the time, and nothing else is waited for.
    pub(crate) async fn launch(&mut self) {
        self.launch_with(&[]).await;
    }

    /// Starts one more process with these arguments.
    pub(crate) async fn launch_with(&mut self, arguments: &[&str]) {
        let discord = self.discord.for_another_process().await;
        let address: SocketAddr = self.listener.local_addr().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_convener"))
            .arg("run")
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("DISCORD_TOKEN", discord.token())
            .env("CONVENER_DATABASE__URL", self.database())
            .env("CONVENER_DISCORD__API_BASE", discord.base_url())
            .env("CONVENER_CLOCK__FOLLOW", address.to_string())
            .env("CONVENER_LOG__FILTER", "warn")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let accepted = tokio::time::timeout(PATIENCE, self.listener.accept()).await;
        let (stream, _) = accepted.unwrap().unwrap();
        let (reader, ticks) = stream.into_split();
        let (latest, report) = watch::channel(None);
        let bell = self.reports.clone();
        let mut lines = BufReader::new(reader).lines();
        let reader = tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                latest.send_replace(Some(serde_json::from_str(&line).unwrap()));
                bell.send_replace(());
            }
            drop(latest);
            bell.send_replace(());
        });
        let mut process = Process {
            child,
            discord,
            is_stopping: false,
            report,
            ticks,
            reader: reader.abort_handle(),
        };
        process.tick(self.now()).await;
        self.running.push(process);
    }

    /// Starts one more process, and waits until all have settled.
    pub(crate) async fn start(&mut self) {
        self.launch().await;
        self.settle().await;
    }

    /// Waits until every process has come to this time and has nothing under way.
    pub(crate) async fn settle(&self) {
        let (mut changes, mut reports) = (self.discord.changes(), self.reports.subscribe());
        let settled = async {
            while !self
                .running
                .iter()
                .all(|process| process.is_settled(self.now()))
            {
                tokio::select! {
                    rung = changes.changed() => rung.unwrap(),
                    rung = reports.changed() => rung.unwrap(),
                }
            }
        };
        let outcome = tokio::time::timeout(PATIENCE, settled).await;
        let state = |process: &Process| {
            let delivered = process.discord.gateway().delivered();
            format!("{:?}, {delivered} events told", *process.report.borrow())
        };
        let states: Vec<String> = self.running.iter().map(state).collect();
        assert!(outcome.is_ok(), "not settled: {states:#?}");
    }

    /// Lets this time pass, with all that falls due in it done when it is due.
    pub(crate) async fn advance(&mut self, by: TimeDelta) {
        self.settle().await;
        let end = self.now() + by;
        while let Some(next) = self.next_wakeup().filter(|next| *next <= end) {
            self.jump(next - self.now()).await;
            self.settle().await;
        }
        self.jump(end - self.now()).await;
        self.settle().await;
    }

    /// Lets this time pass at once, and waits for nothing.
    pub(crate) async fn jump(&mut self, by: TimeDelta) {
        self.clock.advance_to(self.now() + by);
        let now = self.now();
        for process in &mut self.running {
            process.tick(now).await;
        }
    }

    fn next_wakeup(&self) -> Option<DateTime<Utc>> {
        let wakeups = self.running.iter().filter_map(|process| {
            process
                .report
                .borrow()
                .and_then(|report| report.earliest_wakeup)
        });
        wakeups.min()
    }

    /// SIGTERM: time passes while it hands on what it serves, with a look now and then; then it ends.
    pub(crate) async fn stop(&mut self, which: usize, look: impl Fn(&Self)) {
        let stopping = self.running[which].child.id().to_string();
        let signal = Command::new("kill").args(["-TERM", &stopping]).status();
        assert!(signal.unwrap().success());
        self.running[which].is_stopping = true;
        while !self.running[which].discord.gateway().shards().is_empty() {
            look(self);
            if let Some(next) = self.next_wakeup() {
                self.jump(next - self.now()).await;
            }
            self.settle().await;
        }
        let mut stopped = self.running.remove(which);
        let ended = async { while stopped.report.changed().await.is_ok() {} };
        assert!(
            tokio::time::timeout(PATIENCE, ended).await.is_ok(),
            "it did not stop"
        );
        assert!(stopped.child.wait().unwrap().success());
    }

    /// SIGKILL: no destructor runs, nothing is flushed.
    pub(crate) fn kill(&mut self, which: usize) {
        drop(self.running.swap_remove(which));
    }
}

impl Process {
    async fn tick(&mut self, now: DateTime<Utc>) {
        let line = format!("{}\n", json!({"now": now}));
        let told = self.ticks.write_all(line.as_bytes()).await;
        assert!(told.is_ok() || self.is_stopping, "{told:?}");
    }

    fn is_settled(&self, now: DateTime<Utc>) -> bool {
        let has_ended = self.report.has_changed().is_err();
        assert!(
            !has_ended || self.is_stopping,
            "the process ended by itself"
        );
        if has_ended {
            return true;
        }
        let gateway = self.discord.gateway();
        let is_still = |report: Report| {
            report.now == now && report.is_still && report.handled == gateway.delivered()
        };
        self.report.borrow().is_some_and(is_still) && (gateway.connected() || self.is_stopping)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        self.reader.abort();
    }
}
