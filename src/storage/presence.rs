//! When Convener was there to hear.

use chrono::{DateTime, Utc};

use super::{Result, Transaction, each_engine};

impl Transaction {
    /// When Convener was last known to listen.
    pub async fn alive_at(&mut self) -> Result<Option<DateTime<Utc>>> {
        const ALIVE_AT: &str = "SELECT alive_at FROM presence WHERE presence_id = 1";
        let row: Option<(DateTime<Utc>,)> = each_engine!(self, connection =>
            sqlx::query_as(ALIVE_AT).fetch_optional(connection).await)?;
        Ok(row.map(|(at,)| at))
    }

    /// Keeps that Convener listens now.
    pub async fn keep_alive(&mut self, now: DateTime<Utc>) -> Result<()> {
        const KEEP_ALIVE: &str = "
            INSERT INTO presence (presence_id, alive_at) VALUES (1, $1)
            ON CONFLICT (presence_id) DO UPDATE SET alive_at = excluded.alive_at";
        each_engine!(self, connection =>
            sqlx::query(KEEP_ALIVE).bind(now).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps a span in which Convener was not there to hear.
    pub async fn keep_absence(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<()> {
        const KEEP_ABSENCE: &str = "
            INSERT INTO absences (absent_from, absent_to) VALUES ($1, $2)
            ON CONFLICT (absent_from) DO NOTHING";
        each_engine!(self, connection =>
            sqlx::query(KEEP_ABSENCE).bind(from).bind(to).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// The absences that touch a span.
    pub async fn absences(
        &mut self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<(DateTime<Utc>, DateTime<Utc>)>> {
        const ABSENCES: &str = "
            SELECT absent_from, absent_to FROM absences
            WHERE absent_from < $2 AND absent_to > $1 ORDER BY absent_from";
        Ok(each_engine!(self, connection =>
            sqlx::query_as(ABSENCES).bind(from).bind(to).fetch_all(connection).await)?)
    }
}
