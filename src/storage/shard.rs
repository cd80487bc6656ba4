//! The shards: who serves which, and when each was listened to.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::rows::portions;
use super::{Result, Store, Transaction, each_engine};
use crate::practice::id::{GuildId, ProcessId};
use crate::practice::shard::{SharedShard, Sharer};

/// By what `PostgreSQL` knows the turn to start shards: any number that nothing else locks.
const IDENTIFYING_KEY: i64 = 0x1de7;

/// By what it knows the turn to share shards out.
const SHARING_KEY: i64 = 0x1de8;

impl Store {
    /// Waits for the turn to start shards, of all processes on this database; it lasts as long as the
    /// transaction is kept. `SQLite` is one machine's: whoever asks there has the turn.
    pub async fn turn_to_identify(&self) -> Result<Option<Transaction>> {
        if !self.is_shared() {
            return Ok(None);
        }
        let mut transaction = self.begin().await?;
        transaction.take_turn(IDENTIFYING_KEY).await?;
        Ok(Some(transaction))
    }
}

impl Transaction {
    /// Waits until no other process has the turn of this key; it lasts as long as the transaction. `SQLite`
    /// has one writer anyway.
    async fn take_turn(&mut self, key: i64) -> Result<()> {
        const TURN_SQLITE: &str = "SELECT $1";
        const TURN_POSTGRES: &str = "SELECT pg_advisory_xact_lock($1)";
        let statement = self.dialect(TURN_SQLITE, TURN_POSTGRES);
        each_engine!(self, connection => sqlx::query(statement)
            .bind(key).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// When any shard was last known to be listened to.
    pub async fn alive_at(&mut self) -> Result<Option<DateTime<Utc>>> {
        const ALIVE_AT: &str = "SELECT MAX(alive_at) FROM shards";
        let (at,): (Option<DateTime<Utc>>,) = each_engine!(self, connection =>
            sqlx::query_as(ALIVE_AT).fetch_one(connection).await)?;
        Ok(at)
    }

    /// When each shard of a total was last known to be listened to, those that ever were.
    pub async fn shards_alive_at(&mut self, total: u32) -> Result<BTreeMap<u32, DateTime<Utc>>> {
        const SHARDS_ALIVE_AT: &str =
            "SELECT shard, alive_at FROM shards WHERE total = $1 AND alive_at IS NOT NULL";
        let rows: Vec<(i64, DateTime<Utc>)> = each_engine!(self, connection =>
            sqlx::query_as(SHARDS_ALIVE_AT).bind(i64::from(total)).fetch_all(connection).await)?;
        Ok(rows
            .into_iter()
            .filter_map(|(shard, at)| Some((u32::try_from(shard).ok()?, at)))
            .collect())
    }

    /// When any shard of another total was last known to be listened to.
    pub async fn other_total_alive_at(&mut self, total: u32) -> Result<Option<DateTime<Utc>>> {
        const OTHER_TOTAL_ALIVE_AT: &str = "SELECT MAX(alive_at) FROM shards WHERE total <> $1";
        let (at,): (Option<DateTime<Utc>>,) = each_engine!(self, connection =>
            sqlx::query_as(OTHER_TOTAL_ALIVE_AT).bind(i64::from(total)).fetch_one(connection).await)?;
        Ok(at)
    }

    /// Keeps that these shards of a total are listened to now.
    pub async fn keep_shards_alive(
        &mut self,
        total: u32,
        shards: &[u32],
        now: DateTime<Utc>,
    ) -> Result<()> {
        const KEEP_SHARDS_ALIVE: &str = "
            INSERT INTO shards (total, shard, alive_at) VALUES ($1, $2, $3)
            ON CONFLICT (total, shard) DO UPDATE SET alive_at = excluded.alive_at";
        for rows in portions(shards) {
            let statement = self.for_rows(KEEP_SHARDS_ALIVE, rows.len());
            each_engine!(self, connection => {
                let mut query = sqlx::query(statement);
                for shard in rows {
                    query = query.bind(i64::from(total)).bind(i64::from(*shard)).bind(now);
                }
                query.execute(connection).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Keeps a span in which a shard of a total was not listened to.
    pub async fn keep_absence(
        &mut self,
        total: u32,
        shard: u32,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<()> {
        const KEEP_ABSENCE: &str = "
            INSERT INTO shard_absences (total, shard, absent_from, absent_to)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (total, shard, absent_from) DO NOTHING";
        each_engine!(self, connection => sqlx::query(KEEP_ABSENCE)
            .bind(i64::from(total)).bind(i64::from(shard)).bind(from).bind(to)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// The absences that touch a span, of the shard in which a guild is, by whatever total it was
    /// counted. One that has not ended is not among them; [`guild_alive_at`](Self::guild_alive_at) tells of it.
    pub async fn absences(
        &mut self,
        guild: GuildId,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<(DateTime<Utc>, DateTime<Utc>)>> {
        // A guild's shard: https://discord.com/developers/docs/events/gateway#sharding
        const ABSENCES: &str = "
            SELECT absent_from, absent_to FROM shard_absences
            WHERE shard = (CAST($1 AS BIGINT) >> 22) % total AND absent_from < $3 AND absent_to > $2
            ORDER BY absent_from";
        Ok(each_engine!(self, connection => sqlx::query_as(ABSENCES)
            .bind(guild.get()).bind(from).bind(to).fetch_all(connection).await)?)
    }

    /// When the shard of a guild was last listened to, and when any of the same total was; of the total of
    /// which a shard was listened to last. Before that total a guild was in another shard: it counts as
    /// listened to when any shard of another total was.
    pub async fn guild_alive_at(
        &mut self,
        guild: GuildId,
    ) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
        const GUILD_ALIVE_AT: &str = "
            SELECT own.alive_at, latest.alive_at, (
                SELECT MAX(other.alive_at) FROM shards other WHERE other.total <> latest.total
            )
            FROM shards latest LEFT JOIN shards own ON own.total = latest.total
                AND own.shard = (CAST($1 AS BIGINT) >> 22) % own.total
            WHERE latest.alive_at IS NOT NULL
            ORDER BY latest.alive_at DESC, latest.total DESC LIMIT 1";
        type Row = (Option<DateTime<Utc>>, DateTime<Utc>, Option<DateTime<Utc>>);
        let row: Option<Row> = each_engine!(self, connection => sqlx::query_as(GUILD_ALIVE_AT)
            .bind(guild.get()).fetch_optional(connection).await)?;
        Ok(row.and_then(|(own, latest, other)| {
            // A community of another platform is in no shard.
            let other = other.filter(|_| guild.get() > 0);
            Some((own.max(other)?, latest))
        }))
    }

    /// Waits for the turn to share shards out, of all processes; it lasts as long as the transaction.
    pub async fn turn_to_share(&mut self) -> Result<()> {
        self.take_turn(SHARING_KEY).await
    }

    /// The processes that share shards whose leases have not run out, each with its total. The others are
    /// forgotten.
    pub async fn sharers(&mut self, now: DateTime<Utc>) -> Result<Vec<(Sharer, u32)>> {
        const FORGET_PROCESSES: &str = "DELETE FROM processes WHERE leased_until <= $1";
        const SHARERS: &str =
            "SELECT process_id, is_leaving, total FROM processes ORDER BY process_id";
        each_engine!(self, connection => sqlx::query(FORGET_PROCESSES)
            .bind(now).execute(connection).await.map(drop))?;
        let rows: Vec<(i64, bool, i64)> = each_engine!(self, connection =>
            sqlx::query_as(SHARERS).fetch_all(connection).await)?;
        let sharer = |(process, is_leaving, total)| {
            let sharer = Sharer {
                process: ProcessId::new(process),
                is_leaving,
            };
            (sharer, u32::try_from(total).unwrap_or(1))
        };
        Ok(rows.into_iter().map(sharer).collect())
    }

    /// Keeps that a process shares shards, until its lease runs out.
    pub async fn keep_sharer(
        &mut self,
        sharer: Sharer,
        total: u32,
        leased_until: DateTime<Utc>,
    ) -> Result<()> {
        const KEEP_SHARER: &str = "
            INSERT INTO processes (process_id, total, leased_until, is_leaving)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (process_id) DO UPDATE
            SET leased_until = excluded.leased_until, is_leaving = excluded.is_leaving";
        each_engine!(self, connection => sqlx::query(KEEP_SHARER)
            .bind(sharer.process.get()).bind(i64::from(total)).bind(leased_until)
            .bind(sharer.is_leaving).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// A process shares no more; what it had is free.
    pub async fn forget_sharer(&mut self, process: ProcessId) -> Result<()> {
        const FORGET_SHARER: &str = "DELETE FROM processes WHERE process_id = $1";
        each_engine!(self, connection => sqlx::query(FORGET_SHARER)
            .bind(process.get()).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// All shards of a total, in their order, with whose they are.
    pub async fn shared_shards(&mut self, total: u32) -> Result<Vec<SharedShard>> {
        const SHARED_SHARDS: &str = "
            SELECT shard, holder, heir FROM shards
            WHERE total = $1 AND (holder IS NOT NULL OR heir IS NOT NULL)";
        let rows: Vec<(i64, Option<i64>, Option<i64>)> = each_engine!(self, connection =>
            sqlx::query_as(SHARED_SHARDS).bind(i64::from(total)).fetch_all(connection).await)?;
        let free = |number| SharedShard {
            number,
            holder: None,
            heir: None,
        };
        let mut shards: Vec<SharedShard> = (0..total).map(free).collect();
        for (number, holder, heir) in rows {
            let at = usize::try_from(number).unwrap_or(usize::MAX);
            if let Some(shard) = shards.get_mut(at) {
                shard.holder = holder.map(ProcessId::new);
                shard.heir = heir.map(ProcessId::new);
            }
        }
        Ok(shards)
    }

    /// Keeps whose these shards of a total are.
    pub async fn keep_shared_shards(&mut self, total: u32, shards: &[SharedShard]) -> Result<()> {
        const KEEP_SHARED_SHARDS: &str = "
            INSERT INTO shards (total, shard, holder, heir) VALUES ($1, $2, $3, $4)
            ON CONFLICT (total, shard) DO UPDATE SET holder = excluded.holder, heir = excluded.heir";
        for rows in portions(shards) {
            let statement = self.for_rows(KEEP_SHARED_SHARDS, rows.len());
            each_engine!(self, connection => {
                let mut query = sqlx::query(statement);
                for shard in rows {
                    query = query
                        .bind(i64::from(total))
                        .bind(i64::from(shard.number))
                        .bind(shard.holder.map(ProcessId::get))
                        .bind(shard.heir.map(ProcessId::get));
                }
                query.execute(connection).await.map(drop)
            })?;
        }
        Ok(())
    }
}
