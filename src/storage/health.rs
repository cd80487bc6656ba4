//! What waits and what was given up, for whoever watches over Convener.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Transaction, each_engine};

/// How the outbox is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct OutboxState {
    /// Notices that wait to be said.
    pub pending: i64,
    /// When the one was due that has waited longest, of those that are due.
    pub oldest_due_at: Option<DateTime<Utc>>,
    /// Notices that were given up.
    pub given_up: i64,
}

/// How the agenda is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct AgendaState {
    /// Jobs that were due before a time and are not done.
    pub overdue: i64,
    /// Jobs that are parked.
    pub parked: i64,
}

impl Transaction {
    /// How the outbox is at a time. It is asked often, and most of the outbox was said long ago: each part has
    /// an index that holds nothing else.
    pub async fn outbox_state(&mut self, at: DateTime<Utc>) -> Result<OutboxState> {
        const OUTBOX_STATE: &str = "
            SELECT
                (SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL AND given_up_at IS NULL) AS pending,
                (SELECT MIN(due_at) FROM outbox
                WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at <= $1) AS oldest_due_at,
                (SELECT COUNT(*) FROM outbox
                WHERE given_up_at IS NOT NULL AND sent_at IS NULL) AS given_up";
        Ok(each_engine!(self, connection =>
            sqlx::query_as(OUTBOX_STATE).bind(at).fetch_one(connection).await)?)
    }

    /// How the agenda is: what was due before a time, and what is parked.
    pub async fn agenda_state(&mut self, due_before: DateTime<Utc>) -> Result<AgendaState> {
        const AGENDA_STATE: &str = "
            SELECT COUNT(CASE WHEN parked_at IS NULL AND due_at < $1 THEN 1 END) AS overdue,
                COUNT(parked_at) AS parked
            FROM agenda WHERE finished_at IS NULL";
        Ok(each_engine!(self, connection =>
            sqlx::query_as(AGENDA_STATE).bind(due_before).fetch_one(connection).await)?)
    }

    /// How many communities were set up that Convener was not removed from.
    pub async fn live_communities(&mut self) -> Result<i64> {
        const LIVE_COMMUNITIES: &str = "
            SELECT COUNT(*) FROM communities WHERE set_up_at IS NOT NULL AND left_at IS NULL";
        let (count,): (i64,) = each_engine!(self, connection =>
            sqlx::query_as(LIVE_COMMUNITIES).fetch_one(connection).await)?;
        Ok(count)
    }

    /// How many requests are open that were not imported.
    pub async fn open_requests(&mut self) -> Result<i64> {
        const OPEN_REQUESTS: &str = "
            SELECT COUNT(*) FROM communities
            JOIN requests ON requests.guild_id = communities.guild_id
            WHERE requests.status = 'open' AND requests.origin <> 'imported'";
        let (count,): (i64,) = each_engine!(self, connection =>
            sqlx::query_as(OPEN_REQUESTS).fetch_one(connection).await)?;
        Ok(count)
    }
}
