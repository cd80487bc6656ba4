//! A client in a process of its own, fed by a Discord in another.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use crate::rows::Engine;

/// Ticks of `/proc/…/stat` in a second: <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>.
const TICKS: f64 = 100.0;

/// Who is measured.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Client {
    /// `convener run`.
    Convener,
    /// serenity, and rows in batches.
    Logger,
    /// discord.py, and rows in batches; `SQLite` only.
    Python,
}

/// Which Python runs it, one that has discord.py.
pub(crate) const PYTHON: &str = "FIREHOSE_PYTHON";

/// What one run took.
pub(crate) struct Measured {
    /// Messages a second.
    pub(crate) throughput: f64,
    /// Seconds of CPU for 100,000 messages.
    pub(crate) cpu: f64,
    /// The most memory that was resident, in MB.
    pub(crate) peak: f64,
}

/// A process that ends with its handle.
pub(crate) struct Running(Child);

impl Running {
    /// The process's id.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The process that plays Discord.
pub(crate) struct Discord {
    _running: Running,
    says: BufReader<ChildStdout>,
    told: ChildStdin,
}

impl Discord {
    /// This program, told by its first argument to play Discord, and by the environment how.
    pub(crate) fn start(settings: &[(&str, String)]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("discord")
            .envs(settings.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            says: BufReader::new(child.stdout.take().unwrap()),
            told: child.stdin.take().unwrap(),
            _running: Running(child),
        }
    }

    /// The words of the next line that it writes.
    pub(crate) fn says(&mut self) -> Vec<String> {
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'), "the process that plays Discord ended");
        line.split_whitespace().map(str::to_owned).collect()
    }

    /// Lets it go on.
    pub(crate) fn goes_on(&mut self) {
        self.told.write_all(b"go\n").unwrap();
    }
}

impl Client {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Convener => "convener",
            Self::Logger => "serenity logger",
            Self::Python => "discord.py logger",
        }
    }

    /// Feeds it so many messages, and waits until all are stored.
    pub(crate) async fn run(self, engine: &Engine, messages: usize) -> Measured {
        let mut database = engine.database().await;
        let mut discord = Discord::start(&[
            ("FIREHOSE_MESSAGES", messages.to_string()),
            ("FIREHOSE_SETS_UP", (self == Self::Convener).to_string()),
        ]);
        let client = self.serve(&discord.says(), &database.url);
        discord.says();
        let id = client.id();
        let (begun, cpu_before) = (Instant::now(), cpu_seconds(id));
        discord.goes_on();
        let last = discord.says();
        let last = (last[0].parse().unwrap(), last[1].parse().unwrap());
        let seconds = (database.fill(last, messages).await - begun).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 messages")]
        let messages = messages as f64;
        Measured {
            throughput: messages / seconds,
            cpu: (cpu_seconds(id) - cpu_before) * 100_000.0 / messages,
            peak: peak_megabytes(id),
        }
    }

    /// Starts it with a Discord whose address and token these are.
    pub(crate) fn serve(self, address: &[String], database: &str) -> Running {
        let client = self
            .command()
            .env("DISCORD_TOKEN", &address[1])
            .env("CONVENER_DISCORD__API_BASE", &address[0])
            .env("CONVENER_DATABASE__URL", database)
            .env("CONVENER_WEB__LISTEN", "")
            .spawn();
        Running(client.unwrap())
    }

    fn command(self) -> Command {
        let mut command = match self {
            Self::Convener => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_convener"));
                command.arg("run").stderr(Stdio::null());
                command
            }
            Self::Logger => {
                let mut command = Command::new(std::env::current_exe().unwrap());
                command.arg("logger");
                command
            }
            Self::Python => {
                let mut command = Command::new(std::env::var(PYTHON).unwrap());
                command.arg(concat!(
                    env!("CARGO_MANIFEST_DIR"),
                    "/benches/firehose/logger.py"
                ));
                command
            }
        };
        // Where there is no convener.toml.
        command.current_dir(std::env::temp_dir());
        command
    }
}

/// How much CPU a process has used, its threads together, in itself and for it.
pub(crate) fn cpu_seconds(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // Behind the name, which is in parentheses and may hold anything.
    let fields: Vec<&str> = stat
        .rsplit_once(')')
        .unwrap()
        .1
        .split_whitespace()
        .collect();
    let ticks = |field: usize| fields[field].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / TICKS
}

fn peak_megabytes(process: u32) -> f64 {
    megabytes(process, "VmHWM:")
}

/// One of the sizes of a process: <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>.
pub(crate) fn megabytes(process: u32, size: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(size));
    let kilobytes: f64 = line
        .unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap();
    kilobytes / 1_024.0
}
