//! What was said, on its way to be kept: one writer takes what has gathered in one transaction.
//!
//! serenity hands events over in tasks of their own, without bound or order. Each waits here until
//! its message is kept; the line is bounded, and what has gathered is heard in the order of ids.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::facilitation::Facilitation;
use crate::facilitation::hearing::Source;
use crate::practice::id::GuildId;
use crate::practice::message::Heard;

/// How many messages may wait. What does not fit makes its event wait.
const LINE: usize = 1_024;

/// How many messages are kept in one transaction.
const BATCH: usize = 256;

/// How often a batch is tried again where the database fails, and the machine time that is waited
/// before the first of these; before each other it is longer by as much. In all it is half a minute.
const MOST_TRIES: u32 = 7;
const PAUSE: Duration = Duration::from_secs(1);

struct Arrival {
    guild: GuildId,
    heard: Heard,
    kept: oneshot::Sender<()>,
}

/// The way in.
#[derive(Clone)]
pub(super) struct Intake {
    line: mpsc::Sender<Arrival>,
}

impl Intake {
    /// Hands a message in, and waits until it is kept, or until keeping it has failed for good.
    pub(super) async fn hear(&self, guild: GuildId, heard: Heard) {
        let (kept, is_kept) = oneshot::channel();
        if self.line.send(Arrival { guild, heard, kept }).await.is_ok() {
            is_kept.await.ok();
        }
    }
}

/// Starts the writer. It ends when nobody can hand anything in any more.
pub(super) fn start(facilitation: Arc<Facilitation>) -> (Intake, JoinHandle<()>) {
    let (line, mut arrivals) = mpsc::channel::<Arrival>(LINE);
    let worker = tokio::spawn(async move {
        let mut gathered = Vec::with_capacity(BATCH);
        while arrivals.recv_many(&mut gathered, BATCH).await > 0 {
            let mut by_guild: BTreeMap<GuildId, (Vec<Heard>, Vec<oneshot::Sender<()>>)> =
                BTreeMap::new();
            for arrival in gathered.drain(..) {
                let (batch, waiting) = by_guild.entry(arrival.guild).or_default();
                batch.push(arrival.heard);
                waiting.push(arrival.kept);
            }
            for (guild, (batch, waiting)) in by_guild {
                let mut tries = 0;
                while let Err(fault) = facilitation
                    .hear(guild, batch.clone(), Source::Discord)
                    .await
                {
                    tracing::error!(guild.id = %guild, tries, error = %fault, "messages not kept");
                    tries += 1;
                    if tries > MOST_TRIES {
                        break;
                    }
                    tokio::time::sleep(PAUSE * tries).await;
                }
                for kept in waiting {
                    kept.send(()).ok();
                }
            }
        }
    });
    (Intake { line }, worker)
}
