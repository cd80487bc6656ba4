//! What is due, and was it done?
//!
//! A job is put on the agenda in the transaction that decided it, under a key that is unique. The
//! worker leases what is due and does each job in a transaction of its own, in which it is also
//! struck off: so its effects happen once, whatever crashes. What recurs puts its next date on the
//! agenda as its last act.
//!
//! To add a job: a variant of `practice::job::Job`, its use case in `facilitation`, its line in
//! `perform`.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use crate::clock::UnderWay;
use crate::facilitation::{Facilitation, Fault};
use crate::practice::job::Job;
use crate::storage::{DueJob, StorageError, Transaction};

/// How long a job is leased: far longer than any takes.
const LEASE: TimeDelta = TimeDelta::minutes(1);

/// How many jobs are leased at once.
const BATCH: i64 = 20;

/// How often it is written down that Convener listens. What is missed of an absence is less than
/// twice this.
const PRESENCE_EVERY: TimeDelta = TimeDelta::minutes(15);

/// The database is asked again after this where it failed.
const AFTER_FAULT: TimeDelta = TimeDelta::seconds(5);

/// Does what is on the agenda, until it is told to stop; what is begun then is finished first.
pub async fn run(facilitation: Arc<Facilitation>, stop: CancellationToken) {
    let mut round: Option<UnderWay> = None;
    facilitation.agenda_bell.ring();
    loop {
        let next = match perform_due(&facilitation).await {
            Ok(next) => next,
            Err(fault) => {
                tracing::error!(error = %fault, "agenda round failed");
                Some(facilitation.clock.now() + AFTER_FAULT)
            }
        };
        let sleep = next.map(|next| facilitation.clock.sleep_until(next));
        drop(round.take());
        round = tokio::select! {
            () = stop.cancelled() => return,
            under_way = facilitation.agenda_bell.rung() => Some(under_way),
            Some(under_way) = async { Some(sleep?.await) } => Some(under_way),
        };
    }
}

/// Writes down every so often that Convener listens, until it is told to stop.
pub async fn keep_presence(facilitation: Arc<Facilitation>, stop: CancellationToken) {
    let mut round: Option<UnderWay> = None;
    loop {
        if let Err(fault) = facilitation.keep_presence().await {
            tracing::error!(error = %fault, "presence not kept");
        }
        let sleep = facilitation
            .clock
            .sleep_until(facilitation.clock.now() + PRESENCE_EVERY);
        drop(round.take());
        round = tokio::select! {
            () = stop.cancelled() => return,
            under_way = sleep => Some(under_way),
        };
    }
}

/// Does all that is due; when there is next something to do.
async fn perform_due(facilitation: &Facilitation) -> Result<Option<DateTime<Utc>>, Fault> {
    loop {
        let mut transaction = facilitation.store.begin().await?;
        let due = transaction
            .lease_jobs(facilitation.clock.now(), LEASE, BATCH)
            .await?;
        if due.is_empty() {
            return Ok(transaction.next_job_at().await?);
        }
        transaction.commit().await?;
        for job in due {
            if let Err(fault) = perform_once(facilitation, &job).await {
                tracing::error!(job.id = %job.id(), attempts = job.attempts, error = %fault, "job failed");
                let again_at = facilitation.clock.now() + backoff(job.attempts);
                let mut transaction = facilitation.store.begin().await?;
                transaction
                    .retry_job(&job, &fault.to_string(), again_at)
                    .await?;
                transaction.commit().await?;
            }
        }
    }
}

/// A job that fails is tried again after 10 s, 20 s, 40 s, … up to an hour.
fn backoff(attempts: i64) -> TimeDelta {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(10);
    TimeDelta::seconds(10 * (1 << doublings)).min(TimeDelta::hours(1))
}

async fn perform_once(facilitation: &Facilitation, due: &DueJob) -> Result<(), Fault> {
    let mut transaction = facilitation.store.begin().await?;
    // Where the lease ran out and somebody else did it, there is nothing left to do.
    if !transaction
        .finish_job(due, facilitation.clock.now())
        .await?
    {
        return Ok(());
    }
    let job = serde_json::from_str(&due.job).map_err(|_| StorageError::Inconsistent {
        column: "agenda.job",
        value: due.job.clone(),
    })?;
    perform(facilitation, &mut transaction, job).await?;
    transaction.commit().await?;
    facilitation.outbox_bell.ring();
    Ok(())
}

async fn perform(
    facilitation: &Facilitation,
    transaction: &mut Transaction,
    job: Job,
) -> Result<(), Fault> {
    match job {
        Job::SurfaceRequest {
            request,
            open_since,
        } => {
            facilitation
                .surface_request(transaction, request, open_since)
                .await
        }
        Job::LapseRequest {
            request,
            open_since,
        } => {
            facilitation
                .lapse_request(transaction, request, open_since)
                .await
        }
        Job::RemindOfMeetup { meetup, starts_at } => {
            facilitation
                .remind_of_meetup(transaction, meetup, starts_at)
                .await
        }
        Job::WriteDigest { guild, week } => {
            facilitation.write_digest(transaction, guild, week).await
        }
    }
}
