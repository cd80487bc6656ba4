//! The agenda: what is due, durably.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::FromRow;

use super::rows::portions;
use super::{Parked, Result, Transaction, each_engine};
use crate::practice::id::{GuildId, JobId};

/// A job that this process has leased.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct DueJob {
    #[sqlx(rename = "job_id")]
    id: i64,
    #[sqlx(rename = "guild_id")]
    guild: i64,
    /// What is to be done, as JSON.
    pub job: String,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

/// A job that is to be put on the agenda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// Whose it is.
    pub guild: GuildId,
    /// Its key: there is one of each, done or not.
    pub key: String,
    /// What is to be done, as JSON.
    pub job: String,
    /// When.
    pub due_at: DateTime<Utc>,
}

impl DueJob {
    /// Its number.
    #[must_use]
    pub fn id(&self) -> JobId {
        JobId::new(self.id)
    }

    /// Whose it is.
    #[must_use]
    pub fn guild(&self) -> GuildId {
        GuildId::new(self.guild)
    }
}

impl Transaction {
    /// Puts a job on the agenda; nothing where one of this key is there, done or not.
    pub async fn put_job(
        &mut self,
        guild: GuildId,
        key: &str,
        job: &str,
        due_at: DateTime<Utc>,
    ) -> Result<()> {
        let job = NewJob {
            guild,
            key: key.to_owned(),
            job: job.to_owned(),
            due_at,
        };
        self.put_jobs(&[job]).await
    }

    /// Puts jobs on the agenda, as [`Transaction::put_job`] does one.
    pub async fn put_jobs(&mut self, jobs: &[NewJob]) -> Result<()> {
        const PUT_JOBS: &str = "
            INSERT INTO agenda (guild_id, job, job_key, due_at, attempts) VALUES ($1, $2, $3, $4, 0)
            ON CONFLICT (job_key) DO NOTHING";
        let earliest = jobs.iter().map(|job| job.due_at).min();
        self.earliest_job = self.earliest_job.into_iter().chain(earliest).min();
        for rows in portions(jobs) {
            let statement = self.for_rows(PUT_JOBS, rows.len());
            each_engine!(self, connection => {
                let mut query = sqlx::query(statement);
                for job in rows {
                    query = query
                        .bind(job.guild.get())
                        .bind(&job.job)
                        .bind(&job.key)
                        .bind(job.due_at);
                }
                query.execute(connection).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Leases what is due, the longest due first.
    pub async fn lease_jobs(
        &mut self,
        now: DateTime<Utc>,
        lease: TimeDelta,
        limit: i64,
    ) -> Result<Vec<DueJob>> {
        const LEASE_JOBS_SQLITE: &str = "
            UPDATE agenda SET leased_until = $2, attempts = attempts + 1
            WHERE job_id IN (
                SELECT job_id FROM agenda
                WHERE finished_at IS NULL AND parked_at IS NULL AND due_at <= $1
                    AND (leased_until IS NULL OR leased_until <= $1)
                ORDER BY due_at, job_id LIMIT $3)
            RETURNING job_id, guild_id, job, due_at, attempts";
        const LEASE_JOBS_POSTGRES: &str = "
            UPDATE agenda SET leased_until = $2, attempts = attempts + 1
            WHERE job_id IN (
                SELECT job_id FROM agenda
                WHERE finished_at IS NULL AND parked_at IS NULL AND due_at <= $1
                    AND (leased_until IS NULL OR leased_until <= $1)
                ORDER BY due_at, job_id LIMIT $3 FOR UPDATE SKIP LOCKED)
            RETURNING job_id, guild_id, job, due_at, attempts";
        let statement = self.dialect(LEASE_JOBS_SQLITE, LEASE_JOBS_POSTGRES);
        let mut jobs: Vec<DueJob> = each_engine!(self, connection => sqlx::query_as(statement)
            .bind(now).bind(now + lease).bind(limit).fetch_all(connection).await)?;
        jobs.sort_by_key(|job| (job.due_at, job.id));
        Ok(jobs)
    }

    /// Strikes a job off; whether this lease still held it.
    pub async fn finish_job(&mut self, job: &DueJob, at: DateTime<Utc>) -> Result<bool> {
        const FINISH_JOB: &str = "
            UPDATE agenda SET finished_at = $3, leased_until = NULL
            WHERE job_id = $1 AND attempts = $2 AND finished_at IS NULL";
        let affected = each_engine!(self, connection => sqlx::query(FINISH_JOB)
            .bind(job.id).bind(job.attempts).bind(at)
            .execute(connection).await.map(|result| result.rows_affected()))?;
        Ok(affected == 1)
    }

    /// Lets a job go that is done, so that nothing is left of it.
    pub async fn drop_job(&mut self, job: &DueJob) -> Result<()> {
        const DROP_JOB: &str = "DELETE FROM agenda WHERE job_id = $1 AND finished_at IS NOT NULL";
        each_engine!(self, connection => sqlx::query(DROP_JOB)
            .bind(job.id).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps why a job failed and when to try it again.
    pub async fn retry_job(
        &mut self,
        job: &DueJob,
        error: &str,
        again_at: DateTime<Utc>,
    ) -> Result<()> {
        const RETRY_JOB: &str = "
            UPDATE agenda SET leased_until = $3, last_error = $4
            WHERE job_id = $1 AND attempts = $2 AND finished_at IS NULL";
        each_engine!(self, connection => sqlx::query(RETRY_JOB)
            .bind(job.id).bind(job.attempts).bind(again_at).bind(error)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Puts a job off because its time has not come after all; that was no failure.
    pub async fn postpone_job(&mut self, job: &DueJob, due_at: DateTime<Utc>) -> Result<()> {
        const POSTPONE_JOB: &str = "
            UPDATE agenda SET due_at = $3, leased_until = NULL, attempts = 0
            WHERE job_id = $1 AND attempts = $2 AND finished_at IS NULL";
        each_engine!(self, connection => sqlx::query(POSTPONE_JOB)
            .bind(job.id).bind(job.attempts).bind(due_at).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Moves a job that nobody works at to another time; whether there is one.
    pub async fn move_job(&mut self, key: &str, due_at: DateTime<Utc>) -> Result<bool> {
        const MOVE_JOB: &str = "
            UPDATE agenda SET due_at = $2
            WHERE job_key = $1 AND finished_at IS NULL AND leased_until IS NULL";
        let affected = each_engine!(self, connection => sqlx::query(MOVE_JOB)
            .bind(key).bind(due_at).execute(connection).await
            .map(|result| result.rows_affected()))?;
        if affected == 1 {
            let earliest = self
                .earliest_job
                .map_or(due_at, |earliest| earliest.min(due_at));
            self.earliest_job = Some(earliest);
        }
        Ok(affected == 1)
    }

    /// Keeps that a job will not be tried again until somebody looks at it, and why.
    pub async fn park_job(&mut self, job: &DueJob, error: &str, at: DateTime<Utc>) -> Result<()> {
        const PARK_JOB: &str = "
            UPDATE agenda SET parked_at = $3, last_error = $4, leased_until = NULL
            WHERE job_id = $1 AND attempts = $2 AND finished_at IS NULL";
        each_engine!(self, connection => sqlx::query(PARK_JOB)
            .bind(job.id).bind(job.attempts).bind(at).bind(error)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// The jobs that are parked, the latest first.
    pub async fn parked_jobs(&mut self, limit: i64) -> Result<Vec<Parked>> {
        const PARKED_JOBS: &str = "
            SELECT job_key AS key, parked_at, last_error AS reason FROM agenda
            WHERE parked_at IS NOT NULL ORDER BY parked_at DESC LIMIT $1";
        Ok(each_engine!(self, connection =>
            sqlx::query_as(PARKED_JOBS).bind(limit).fetch_all(connection).await)?)
    }

    /// When there is next something to lease.
    pub async fn next_job_at(&mut self) -> Result<Option<DateTime<Utc>>> {
        // Each half is the first entry of an index.
        const NEXT_JOB_AT: &str = "
            SELECT MIN(due_at) FROM agenda
            WHERE finished_at IS NULL AND parked_at IS NULL AND leased_until IS NULL
            UNION ALL
            SELECT MIN(CASE WHEN leased_until < due_at THEN due_at ELSE leased_until END) FROM agenda
            WHERE finished_at IS NULL AND parked_at IS NULL AND leased_until IS NOT NULL";
        let rows: Vec<(Option<DateTime<Utc>>,)> = each_engine!(self, connection =>
            sqlx::query_as(NEXT_JOB_AT).fetch_all(connection).await)?;
        Ok(rows.into_iter().filter_map(|(at,)| at).min())
    }
}
