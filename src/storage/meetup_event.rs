//! The events of dates in Discord's own calendar.

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::FromRow;

use super::meetup::local;
use super::{Result, StorageError, Transaction, each_engine, parsed};
use crate::practice::id::{EventId, GuildId, MeetupId};
use crate::practice::meetup::KnownEvent;

#[derive(FromRow)]
struct EventRow {
    meetup_id: i64,
    original_local: String,
    event_id: i64,
    title: String,
    starts_at: DateTime<Utc>,
}

impl TryFrom<EventRow> for KnownEvent {
    type Error = StorageError;

    fn try_from(row: EventRow) -> Result<Self> {
        Ok(Self {
            id: EventId::new(row.event_id),
            meetup: MeetupId::new(row.meetup_id),
            original: parsed("meetup_events.original_local", &row.original_local)?,
            title: row.title,
            starts_at: row.starts_at,
        })
    }
}

impl Transaction {
    /// Keeps an event as it is in Discord now.
    pub async fn keep_event(&mut self, event: &KnownEvent) -> Result<()> {
        const KEEP_EVENT: &str = "
            INSERT INTO meetup_events (meetup_id, original_local, event_id, title, starts_at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (meetup_id, original_local) DO UPDATE
            SET event_id = excluded.event_id, title = excluded.title, starts_at = excluded.starts_at";
        each_engine!(self, connection => sqlx::query(KEEP_EVENT)
            .bind(event.meetup.get()).bind(local(event.original)).bind(event.id.get())
            .bind(&event.title).bind(event.starts_at)
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Forgets an event, which is gone.
    pub async fn forget_event(&mut self, event: EventId) -> Result<()> {
        const FORGET_EVENT: &str = "DELETE FROM meetup_events WHERE event_id = $1";
        each_engine!(self, connection => sqlx::query(FORGET_EVENT)
            .bind(event.get()).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// The event of a date.
    pub async fn event_of(
        &mut self,
        meetup: MeetupId,
        original: NaiveDateTime,
    ) -> Result<Option<KnownEvent>> {
        const EVENT_OF: &str = "
            SELECT meetup_id, original_local, event_id, title, starts_at FROM meetup_events
            WHERE meetup_id = $1 AND original_local = $2";
        let row: Option<EventRow> = each_engine!(self, connection => sqlx::query_as(EVENT_OF)
            .bind(meetup.get()).bind(local(original)).fetch_optional(connection).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// An event of ours by its id.
    pub async fn known_event(&mut self, event: EventId) -> Result<Option<KnownEvent>> {
        const KNOWN_EVENT: &str = "
            SELECT meetup_id, original_local, event_id, title, starts_at FROM meetup_events
            WHERE event_id = $1";
        let row: Option<EventRow> = each_engine!(self, connection =>
            sqlx::query_as(KNOWN_EVENT).bind(event.get()).fetch_optional(connection).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The events of a guild that start after a time.
    pub async fn events_after(
        &mut self,
        guild: GuildId,
        time: DateTime<Utc>,
    ) -> Result<Vec<KnownEvent>> {
        const EVENTS_AFTER: &str = "
            SELECT meetup_events.meetup_id, original_local, event_id, meetup_events.title, starts_at
            FROM meetup_events JOIN meetups ON meetups.meetup_id = meetup_events.meetup_id
            WHERE guild_id = $1 AND starts_at > $2 ORDER BY event_id";
        let rows: Vec<EventRow> = each_engine!(self, connection => sqlx::query_as(EVENTS_AFTER)
            .bind(guild.get()).bind(time).fetch_all(connection).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Gives the event of a date to the date of another series that goes on from it.
    pub async fn hand_over_event(
        &mut self,
        from: (MeetupId, NaiveDateTime),
        to: (MeetupId, NaiveDateTime),
    ) -> Result<()> {
        const HAND_OVER_EVENT: &str = "
            UPDATE meetup_events SET meetup_id = $3, original_local = $4
            WHERE meetup_id = $1 AND original_local = $2";
        each_engine!(self, connection => sqlx::query(HAND_OVER_EVENT)
            .bind(from.0.get()).bind(local(from.1)).bind(to.0.get()).bind(local(to.1))
            .execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Has the events that Discord refused tried again.
    pub async fn revive_events(&mut self, guild: GuildId, at: DateTime<Utc>) -> Result<()> {
        const REVIVE_EVENTS: &str = "
            UPDATE outbox SET given_up_at = NULL, attempts = 1, due_at = $2
            WHERE guild_id = $1 AND given_up_at IS NOT NULL AND notice_key LIKE 'meetup:%:event:%'";
        each_engine!(self, connection => sqlx::query(REVIVE_EVENTS)
            .bind(guild.get()).bind(at).execute(connection).await.map(drop))?;
        self.has_notices = true;
        Ok(())
    }
}
