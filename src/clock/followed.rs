//! A clock in another process, followed over a loopback socket: for tests that kill the process.
//!
//! One JSON object a line. The harness sends `{"now": INSTANT}`; the process answers with a
//! [`Report`] whenever something changed. The harness owns the clock, so the time survives a SIGKILL.

use std::net::SocketAddr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::{Clock, SimulatedClock, Sleep, Work};

/// What the harness says: the time.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Tick {
    now: DateTime<Utc>,
}

/// What the process says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The time that it has come to.
    pub now: DateTime<Utc>,
    /// Whether nothing is under way at that time.
    pub is_still: bool,
    /// The earliest instant that it waits for.
    pub earliest_wakeup: Option<DateTime<Utc>>,
    /// How many events of Discord it has handled since it began.
    pub handled: u64,
}

/// Why a clock can't be followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// Only a harness on this machine may set the time.
    #[error("clock.follow is {0}, which is not on this machine; leave it out, it is for tests")]
    NotLoopback(SocketAddr),
    /// The harness is not there, or it left before it told the time.
    #[error("can't follow the clock at {address}: {source}")]
    Connect {
        /// Where it should be.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

/// Community time as another process on this machine tells it.
#[derive(Clone, Debug)]
pub struct FollowedClock {
    clock: SimulatedClock,
}

impl FollowedClock {
    /// Connects to the harness, waits for the first time that it tells, and follows it from then on.
    pub async fn follow(address: SocketAddr, work: Work) -> Result<Self, FollowError> {
        if !address.ip().is_loopback() {
            return Err(FollowError::NotLoopback(address));
        }
        let failed = |source| FollowError::Connect { address, source };
        let stream = TcpStream::connect(address).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        let (reader, writer) = stream.into_split();
        let mut reader = BufReader::new(reader);
        let first = next_tick(&mut reader).await.map_err(failed)?;
        let clock = SimulatedClock::new(first.now, work.clone());
        tokio::spawn(report(clock.clone(), work, writer));
        tokio::spawn(listen(clock.clone(), reader));
        Ok(Self { clock })
    }
}

impl Clock for FollowedClock {
    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    fn sleep_until(&self, instant: DateTime<Utc>) -> Sleep {
        self.clock.sleep_until(instant)
    }
}

async fn next_tick(reader: &mut BufReader<OwnedReadHalf>) -> std::io::Result<Tick> {
    let mut line = String::new();
    if reader.read_line(&mut line).await? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_str(&line)?)
}

async fn listen(clock: SimulatedClock, mut reader: BufReader<OwnedReadHalf>) {
    // Where the harness is gone the time stands still; the process is about to be killed.
    while let Ok(tick) = next_tick(&mut reader).await {
        clock.advance_to(tick.now);
    }
}

async fn report(clock: SimulatedClock, work: Work, mut writer: OwnedWriteHalf) {
    let (mut work_changes, mut clock_changes) = (work.changes(), clock.changes());
    loop {
        let report = Report {
            now: clock.now(),
            is_still: work.is_still(),
            earliest_wakeup: clock.earliest_wakeup(),
            handled: work.handled(),
        };
        let line = format!("{}\n", serde_json::json!(report));
        if writer.write_all(line.as_bytes()).await.is_err() {
            return;
        }
        tokio::select! {
            () = work_changes.next() => {}
            changed = clock_changes.changed() => if changed.is_err() { return },
        }
    }
}
