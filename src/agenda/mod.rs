//! What is due, and was it done?
//!
//! A job is put on the agenda in the transaction that decided it, under a key that is unique. The
//! worker leases what is due and does each job in a transaction of its own, in which it is also
//! struck off: so its effects happen once, whatever crashes. What recurs puts its next date on the
//! agenda as its last act. A job that fails again and again is parked, and stops nothing else.
//!
//! To add a job: a variant of `practice::job::Job`, its use case in `facilitation`, its line in
//! `perform`.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use crate::clock::{UnderWay, backoff, go_the_rounds};
use crate::facilitation::{Facilitation, Fault, Timing};
use crate::practice::job::Job;
use crate::storage::{DueJob, StorageError, Transaction};

/// How long a job is leased: far longer than any takes.
const LEASE: TimeDelta = TimeDelta::minutes(1);

/// How many jobs are leased at once.
const BATCH: i64 = 20;

/// A job that failed is tried again after at most this.
const LONGEST_BACKOFF: TimeDelta = TimeDelta::hours(1);

/// After so many tries, most of a day, a job is parked.
const MOST_ATTEMPTS: i64 = 30;

/// In a guild that Convener was removed from, what is due is looked at again after this.
const AFTER_LEAVING: TimeDelta = TimeDelta::days(1);

/// How often it is written down that Convener listens. What is missed of an absence is less than
/// twice this.
const PRESENCE_EVERY: TimeDelta = TimeDelta::minutes(15);

/// How often it is looked what other processes left to do, where there may be others.
const LOOK_AROUND_EVERY: TimeDelta = TimeDelta::minutes(5);

/// Does what is on the agenda, until it is told to stop; what is begun then is finished first.
pub async fn run(facilitation: Arc<Facilitation>, stop: CancellationToken) {
    let clock = Arc::clone(&facilitation.clock);
    let round = || perform_due(&facilitation);
    go_the_rounds("agenda", clock, &facilitation.agenda_bell, stop, round).await;
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

/// Calls the workers every so often, until it is told to stop: another process on the same database may
/// have left something to do, and be gone.
pub async fn look_around(facilitation: Arc<Facilitation>, stop: CancellationToken) {
    let every = if facilitation.store.is_shared() {
        LOOK_AROUND_EVERY
    } else {
        PRESENCE_EVERY
    };
    let mut round: Option<UnderWay> = None;
    loop {
        let sleep = facilitation
            .clock
            .sleep_until(facilitation.clock.now() + every);
        drop(round.take());
        round = tokio::select! {
            () = stop.cancelled() => return,
            under_way = sleep => Some(under_way),
        };
        facilitation.agenda_bell.ring();
        facilitation.outbox_bell.ring();
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
                put_off(facilitation, &job, &fault).await?;
            }
        }
    }
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
    let job: Job = serde_json::from_str(&due.job).map_err(|_| StorageError::Inconsistent {
        column: "agenda.job",
        value: due.job.clone(),
    })?;
    let community = transaction.community(due.guild()).await?;
    let timing = match community.and_then(|community| community.left_at) {
        // Where Convener was removed work stops; retention goes on.
        Some(_) if !matches!(job, Job::ForgetOldWords { .. }) => {
            Timing::NotBefore(facilitation.clock.now() + AFTER_LEAVING)
        }
        _ => perform(facilitation, &mut transaction, job, due.due_at).await?,
    };
    match timing {
        Timing::Now => {
            if job.names_a_member() {
                transaction.drop_job(due).await?;
            }
            facilitation.commit(transaction).await?;
        }
        Timing::NotBefore(time) => {
            drop(transaction);
            let mut transaction = facilitation.store.begin().await?;
            transaction.postpone_job(due, time).await?;
            transaction.commit().await?;
        }
    }
    Ok(())
}

/// Keeps why a job failed: it is tried again, or parked.
async fn put_off(facilitation: &Facilitation, due: &DueJob, fault: &Fault) -> Result<(), Fault> {
    let (now, reason) = (facilitation.clock.now(), fault.to_string());
    let mut transaction = facilitation.store.begin().await?;
    let is_unreadable = matches!(fault, Fault::Storage(StorageError::Inconsistent { .. }));
    if is_unreadable || due.attempts >= MOST_ATTEMPTS {
        tracing::error!(job.id = %due.id(), attempts = due.attempts, error = %fault, "job parked");
        transaction.park_job(due, &reason, now).await?;
    } else {
        tracing::error!(job.id = %due.id(), attempts = due.attempts, error = %fault, "job failed");
        let again_at = now + backoff(due.attempts, LONGEST_BACKOFF, due.id().get());
        transaction.retry_job(due, &reason, again_at).await?;
    }
    Ok(transaction.commit().await?)
}

async fn perform(
    facilitation: &Facilitation,
    transaction: &mut Transaction,
    job: Job,
    due_at: DateTime<Utc>,
) -> Result<Timing, Fault> {
    let timing = match job {
        Job::SurfaceRequest {
            request,
            open_since,
        } => {
            facilitation
                .surface_request(transaction, request, open_since)
                .await?
        }
        Job::CallToRequest {
            request,
            open_since,
        } => {
            facilitation
                .call_to_request(transaction, request, open_since)
                .await?
        }
        Job::RaiseRequest {
            request,
            open_since,
        } => {
            facilitation
                .raise_request(transaction, request, open_since)
                .await?
        }
        Job::LapseRequest {
            request,
            open_since,
        } => {
            facilitation
                .lapse_request(transaction, request, open_since)
                .await?
        }
        Job::ReleaseClaim {
            request,
            claimed_at,
        } => {
            facilitation
                .release_claim(transaction, request, claimed_at)
                .await?
        }
        Job::WakeRequest { request, until } => {
            facilitation
                .wake_request(transaction, request, until)
                .await?
        }
        Job::RemindOfMeetup { meetup, .. } | Job::TendMeetup { meetup, .. } => {
            facilitation.tend_meetup(transaction, meetup).await?;
            Timing::Now
        }
        Job::EndOffer {
            meetup,
            original,
            member,
            offered_at,
        } => {
            facilitation
                .end_offer(transaction, meetup, original, member, offered_at)
                .await?;
            Timing::Now
        }
        Job::WriteDigest { guild, week } => {
            facilitation
                .write_digest(transaction, guild, week, due_at)
                .await?;
            Timing::Now
        }
        Job::ForgetOldWords { guild, day } => {
            facilitation
                .forget_old_words(transaction, guild, day)
                .await?;
            Timing::Now
        }
    };
    Ok(timing)
}
