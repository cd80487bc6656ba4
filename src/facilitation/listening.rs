//! Which shards this process serves, and when each was listened to.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Facilitation, Fault};
use crate::practice::id::{GuildId, ProcessId};
use crate::practice::shard::{Sharer, share};
use crate::practice::week::Period;
use crate::storage::{StorageError, Transaction};

/// A shard was away where it was last known to be listened to longer ago than this.
const AWAY_AFTER: TimeDelta = TimeDelta::minutes(30);

/// How long a process has its shards: what it leaves when it dies is others' after this.
const LEASE: TimeDelta = TimeDelta::minutes(1);

/// What a process tells of itself where it shares shards with others.
#[derive(Clone, Copy, Debug)]
pub struct Sharing<'a> {
    /// Which process.
    pub process: ProcessId,
    /// How many shards it would have in all, where no other has decided that.
    pub total: u32,
    /// The shards that it has begun.
    pub begun: &'a BTreeSet<u32>,
    /// Those of them that have been connected.
    pub ready: &'a BTreeSet<u32>,
    /// Whether it is about to stop.
    pub is_leaving: bool,
}

/// A process's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// How many shards there are in all; whoever shares first decides it.
    pub total: u32,
    /// The shards that the process is to serve, until they are handed on.
    pub serves: BTreeSet<u32>,
    /// Those of them that nobody else serves meanwhile.
    pub held: BTreeSet<u32>,
    /// Whether other processes are there to take over what it leaves.
    pub is_awaited: bool,
}

impl Facilitation {
    /// A number for this process, as no other has it.
    pub fn new_process(&self) -> Result<ProcessId, Fault> {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes)?;
        // Positive, so that it reads well.
        Ok(ProcessId::new(i64::from_le_bytes(bytes) & i64::MAX))
    }

    /// Waits for the turn to start shards, of all processes on this database; it lasts as long as what
    /// is given is kept.
    pub async fn turn_to_identify(&self) -> Result<Option<Transaction>, Fault> {
        Ok(self.store.turn_to_identify().await?)
    }

    /// Renews a process's lease, and puts right what its part of the shards is.
    pub async fn share_shards(&self, sharing: Sharing<'_>) -> Result<Share, Fault> {
        let now = self.clock.now();
        let process = sharing.process;
        let mut transaction = self.store.begin().await?;
        transaction.turn_to_share().await?;
        let mut others = transaction.sharers(now).await?;
        let is_back = others.iter().all(|(sharer, _)| sharer.process != process);
        others.retain(|(sharer, _)| sharer.process != process);
        let total = others.first().map_or(sharing.total, |(_, total)| *total);
        let own = Sharer {
            process,
            is_leaving: sharing.is_leaving,
        };
        transaction.keep_sharer(own, total, now + LEASE).await?;
        let mut sharers: Vec<_> = others.into_iter().map(|(sharer, _)| sharer).collect();
        let is_awaited = sharers.iter().any(|sharer| !sharer.is_leaving);
        sharers.push(own);
        let before = transaction.shared_shards(total).await?;
        let mut shards = before.clone();
        let (begun, ready) = (sharing.begun, sharing.ready);
        share(process, &sharers, &mut shards, begun, ready, is_back);
        let pairs = shards.iter().zip(&before);
        let changed: Vec<_> = pairs
            .filter_map(|(shard, before)| (shard != before).then_some(*shard))
            .collect();
        transaction.keep_shared_shards(total, &changed).await?;
        transaction.commit().await?;
        let mine = shards.iter().filter(|shard| shard.is_served_by(process));
        let held = shards.iter().filter(|shard| shard.holder == Some(process));
        Ok(Share {
            total,
            serves: mine.map(|shard| shard.number).collect(),
            held: held.map(|shard| shard.number).collect(),
            is_awaited,
        })
    }

    /// A process gives back at once what it still has.
    pub async fn leave_shards(&self, process: ProcessId) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        transaction.forget_sharer(process).await?;
        Ok(transaction.commit().await?)
    }

    /// Keeps which shards are listened to now, as the gateway says.
    pub async fn keep_presence(&self) -> Result<(), Fault> {
        let Some(gateway) = self.gateway.get() else {
            return Ok(());
        };
        let listened = gateway.listened_to().await;
        self.keep_listening(listened.total, &listened.shards).await
    }

    /// Keeps that these shards of a total are listened to now; a long silence before it is kept as an
    /// absence.
    pub async fn keep_listening(&self, total: u32, shards: &[u32]) -> Result<(), Fault> {
        if shards.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let alive_at = transaction.shards_alive_at(total).await?;
        // With another total a guild was in another shard.
        let other = transaction.other_total_alive_at(total).await?;
        for shard in shards {
            let alive_at = alive_at.get(shard).copied().max(other);
            if let Some(alive_at) = alive_at.filter(|at| now - *at > AWAY_AFTER) {
                transaction
                    .keep_absence(total, *shard, alive_at, now)
                    .await?;
            }
        }
        transaction.keep_shards_alive(total, shards, now).await?;
        Ok(transaction.commit().await?)
    }
}

/// When, within a period, the shard of a guild was not listened to. While others are, an absence that has
/// not ended counts up to when they last were.
pub(super) async fn absences(
    transaction: &mut Transaction,
    guild: GuildId,
    period: Period,
) -> Result<Vec<(DateTime<Utc>, DateTime<Utc>)>, StorageError> {
    let mut absences = transaction.absences(guild, period.from, period.to).await?;
    if let Some((own, latest)) = transaction.guild_alive_at(guild).await?
        && latest - own > AWAY_AFTER
    {
        absences.push((own, latest));
    }
    absences.retain(|(from, to)| *from < period.to && *to > period.from);
    for (from, to) in &mut absences {
        *from = (*from).max(period.from);
        *to = (*to).min(period.to);
    }
    Ok(absences)
}
