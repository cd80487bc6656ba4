//! Requests with all that happened to them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::request::{EventRow, RequestRow};
use super::rows::portions;
use super::{Result, Transaction, each_engine};
use crate::practice::id::GuildId;
use crate::practice::request::{Event, History};
use crate::practice::week::Period;

impl Transaction {
    /// The requests of a guild that matter in a period, with their history, the oldest first: those that
    /// were open at any time in it, were asked in it or changed their status in it. All were asked
    /// before its end.
    pub async fn histories(&mut self, guild: GuildId, period: Period) -> Result<Vec<History>> {
        // What is open today or has changed its status since may have been open in the period.
        const TOUCHED_REQUESTS: &str = "
            WITH touched AS (
                SELECT request_id FROM requests
                WHERE guild_id = $1 AND status = 'open' AND asked_at < $3
                UNION
                SELECT request_id FROM requests
                WHERE guild_id = $1 AND asked_at >= $2 AND asked_at < $3
                UNION
                SELECT request_id FROM request_events
                WHERE guild_id = $1 AND happened_at >= $2
                    AND change IN ('answered', 'reopened', 'resolved', 'withdrawn', 'lapsed', 'undone'))
            SELECT requests.request_id, guild_id, channel_id, message_id, author_id, author_name,
                asked_at, text, origin, is_anonymous, is_public, status, open_since, first_response_at,
                answered_at, closed_at, confirmed_at, claimed_by, claimed_at, snoozed_until,
                surfaced_at, called_at, raised_at
            FROM touched JOIN requests ON requests.request_id = touched.request_id
            WHERE asked_at < $3
            ORDER BY asked_at, requests.request_id";
        const EVENTS_OF: &str = "
            SELECT events.request_id, change, happened_at, member_id, message_id, held_until
            FROM (VALUES (CAST($1 AS BIGINT))) AS wanted
            JOIN request_events AS events ON events.request_id = wanted.column1
            ORDER BY event_id";
        #[derive(FromRow)]
        struct Row {
            request_id: i64,
            #[sqlx(flatten)]
            event: EventRow,
        }
        let (from, to): (DateTime<Utc>, DateTime<Utc>) = (period.from, period.to);
        let requests: Vec<RequestRow> = each_engine!(self, connection =>
            sqlx::query_as(TOUCHED_REQUESTS).bind(guild.get()).bind(from).bind(to)
                .fetch_all(connection).await)?;
        let mut events: HashMap<i64, Vec<Event>> = HashMap::new();
        for wanted in portions(&requests) {
            let statement = self.for_rows(EVENTS_OF, wanted.len());
            let rows: Vec<Row> = each_engine!(self, connection => {
                let mut query = sqlx::query_as(statement);
                for request in wanted {
                    query = query.bind(request.request_id);
                }
                query.fetch_all(connection).await
            })?;
            for row in rows {
                let of_request = events.entry(row.request_id).or_default();
                of_request.push(row.event.try_into()?);
            }
        }
        let with_events = |row: RequestRow| {
            let events = events.remove(&row.request_id).unwrap_or_default();
            Ok(History::new(row.try_into()?, events))
        };
        requests.into_iter().map(with_events).collect()
    }
}
