//! How Convener itself is: for whoever runs it, and for what watches over it.

use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Facilitation, Fault};

/// What was due this long ago and is not done waits on something.
const OVERDUE_AFTER: TimeDelta = TimeDelta::minutes(1);

/// Whether Convener can do its work now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// Whether the database answers.
    pub database: bool,
    /// Whether Discord is listened to.
    pub gateway: bool,
}

/// What there is to watch. Counts alone: no community and nobody in it is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vitals {
    /// When this process was started, in community time.
    pub started_at: DateTime<Utc>,
    /// Messages that this process has heard.
    pub messages: u64,
    /// Communities that were set up, and that Convener was not removed from.
    pub communities: i64,
    /// Requests that are open in them; of an import none is.
    pub open_requests: i64,
    /// Notices that wait to be said.
    pub outbox_pending: i64,
    /// Seconds since the one was due that has waited longest.
    pub outbox_oldest_seconds: i64,
    /// Notices that were given up.
    pub outbox_given_up: i64,
    /// Jobs that were due more than a minute ago.
    pub agenda_overdue: i64,
    /// Jobs that are parked.
    pub agenda_parked: i64,
    /// Whether Discord is listened to.
    pub gateway: bool,
}

impl Facilitation {
    /// Whether the database answers and Discord is listened to.
    pub async fn readiness(&self) -> Readiness {
        let answers = async {
            let mut transaction = self.store.read().await?;
            transaction.alive_at().await
        };
        let database = answers.await;
        if let Err(error) = &database {
            tracing::warn!(%error, "not ready: the database does not answer");
        }
        Readiness {
            database: database.is_ok(),
            gateway: self.is_connected().await,
        }
    }

    /// What there is to watch.
    pub async fn vitals(&self) -> Result<Vitals, Fault> {
        let now = self.clock.now();
        let mut transaction = self.store.read().await?;
        let outbox = transaction.outbox_state(now).await?;
        let agenda = transaction.agenda_state(now - OVERDUE_AFTER).await?;
        let waited = |since: DateTime<Utc>| (now - since).num_seconds().max(0);
        Ok(Vitals {
            started_at: self.started_at,
            messages: self.messages.load(Ordering::Relaxed),
            communities: transaction.live_communities().await?,
            open_requests: transaction.open_requests().await?,
            outbox_pending: outbox.pending,
            outbox_oldest_seconds: outbox.oldest_due_at.map_or(0, waited),
            outbox_given_up: outbox.given_up,
            agenda_overdue: agenda.overdue,
            agenda_parked: agenda.parked,
            gateway: self.is_connected().await,
        })
    }

    async fn is_connected(&self) -> bool {
        match self.gateway.get() {
            Some(gateway) => gateway.is_connected().await,
            None => false,
        }
    }
}
