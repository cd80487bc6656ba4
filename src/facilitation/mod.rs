//! What does Convener do about it? One use case a function, one transaction each.
//!
//! A use case takes what it needs from the store and the clock and returns values; it knows nothing
//! of Discord. What it wants said it puts into the outbox, what it wants done later onto the agenda,
//! both in its own transaction: so a crash at any instant loses neither and repeats neither.
//!
//! To add a use case: a method of [`Facilitation`] in the file of its noun, which begins a
//! transaction, decides by `practice`, keeps, commits, and rings.

pub mod activity;
pub mod archive;
pub mod calendar;
pub mod community;
pub mod detection;
pub mod digest;
pub mod door;
mod ear;
pub mod export;
pub mod health;
pub mod hearing;
pub mod listening;
pub mod meetup;
pub mod preference;
pub mod privacy;
pub mod request;
mod secret;
pub mod setup;
pub mod trend;
pub mod watermark;

use std::collections::HashSet;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, OnceLock};

use chrono::{DateTime, Utc};

use crate::clock::{Bell, Clock, Work};
use crate::practice::community::Community;
use crate::practice::id::{ChannelId, GuildId};
use crate::practice::job::Job;
use crate::practice::notice::Notice;
use crate::practice::refusal::Refusal;
use crate::practice::rhythm::Rhythm;
use crate::storage::{NewJob, Place, StorageError, Store, Transaction};
use door::Gateway;
use ear::Ears;
use watermark::Watermarks;

/// Whether what was due was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// It was done, or there was nothing to do any more.
    Now,
    /// Its time has not come after all; nothing was done.
    NotBefore(DateTime<Utc>),
}

/// Why a use case did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The person asked for what can't be: shown to them.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// Our own fault: logged once, with an id that is shown.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Something went wrong that no person who uses Convener can mend.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database did not do what it was asked.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Discord did not do what it was asked.
    #[error(transparent)]
    Door(#[from] door::DoorError),
    /// The operating system gave no randomness for a key.
    #[error("no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
}

impl Fault {
    /// Whether the same may succeed a moment later: the database is away, or busy.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Storage(error) => error.is_passing(),
            Self::Door(_) | Self::Randomness(_) => false,
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self::Fault(error.into())
    }
}

/// The use cases, with all that they need. Shared by everything that acts.
#[derive(Debug)]
pub struct Facilitation {
    /// What is known.
    pub store: Store,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// After how long things happen.
    pub rhythm: Rhythm,
    /// Calls the agenda's worker.
    pub agenda_bell: Bell,
    /// Calls the outbox's worker.
    pub outbox_bell: Bell,
    /// Where people reach the pages, without a slash at its end; unset where they can't.
    pub public_url: OnceLock<String>,
    /// How Discord is listened to, once it is.
    pub gateway: OnceLock<Arc<dyn Gateway>>,
    /// When this process was started.
    started_at: DateTime<Utc>,
    /// Messages that were heard since then.
    messages: AtomicU64,
    ears: Ears,
    /// The channels that are known, so that a message of another is held until it is.
    known: Mutex<HashSet<ChannelId>>,
    watermarks: Watermarks,
}

impl Facilitation {
    /// All of it over a store and a clock; `work` counts what is rung for.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>, rhythm: Rhythm, work: &Work) -> Self {
        let started_at = clock.now();
        Self {
            store,
            clock,
            rhythm,
            agenda_bell: Bell::new(work.clone()),
            outbox_bell: Bell::new(work.clone()),
            public_url: OnceLock::new(),
            gateway: OnceLock::new(),
            started_at,
            messages: AtomicU64::new(0),
            ears: Ears::default(),
            known: Mutex::default(),
            watermarks: Watermarks::default(),
        }
    }

    /// Commits, and calls the workers to what the transaction left for them.
    pub async fn commit(&self, mut transaction: Transaction) -> Result<(), StorageError> {
        for request in transaction.take_reworded_requests() {
            self.index_words(&mut transaction, request).await?;
        }
        let now = self.clock.now();
        for request in transaction.take_stirred_requests() {
            let key = Notice::of_request(request);
            transaction.stir_notices(&key, now).await?;
        }
        for guild in transaction.take_stirred_boards() {
            self.put_board(&mut transaction, guild).await?;
        }
        let (earliest_job, has_notices) = (transaction.earliest_job(), transaction.has_notices());
        transaction.commit().await?;
        if let Some(due_at) = earliest_job {
            self.agenda_bell.ring_for(due_at);
        }
        if has_notices {
            self.outbox_bell.ring();
        }
        Ok(())
    }
}

/// The community of a guild that its leads have set up.
async fn set_up_community(
    transaction: &mut Transaction,
    guild: GuildId,
) -> Result<Community, Failure> {
    let community = transaction.community(guild).await?;
    Ok(community
        .filter(|community| community.set_up_at.is_some())
        .ok_or(Refusal::NotSetUp)?)
}

/// Puts a job on the agenda.
async fn put_job(
    transaction: &mut Transaction,
    guild: GuildId,
    job: &Job,
    due_at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let json = serde_json::json!(job).to_string();
    transaction.put_job(guild, &job.key(), &json, due_at).await
}

/// Puts jobs on the agenda.
async fn put_jobs(
    transaction: &mut Transaction,
    guild: GuildId,
    jobs: &[(Job, DateTime<Utc>)],
) -> Result<(), StorageError> {
    let jobs: Vec<_> = jobs
        .iter()
        .map(|(job, due_at)| NewJob {
            guild,
            key: job.key(),
            job: serde_json::json!(job).to_string(),
            due_at: *due_at,
        })
        .collect();
    transaction.put_jobs(&jobs).await
}

/// Puts a notice into the outbox, to be said in a channel; whether it is new.
async fn put_notice(
    transaction: &mut Transaction,
    guild: GuildId,
    channel: ChannelId,
    notice: &Notice,
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let (place, key) = (Place::Channel(channel), notice.key(guild, channel));
    transaction.put_notice(guild, place, &key, notice, at).await
}
