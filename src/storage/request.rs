//! Requests and their history.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Transaction, each_engine, named};
use crate::practice::id::{ChannelId, GuildId, InteractionId, MemberId, MessageId, RequestId};
use crate::practice::message::Author;
use crate::practice::request::{Change, Event, Life, NewRequest, Origin, Request, Status};

/// Which requests to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestFilter {
    /// Those of one community.
    pub guild: Option<GuildId>,
    /// Those of one status.
    pub status: Option<Status>,
    /// Those of one asker.
    pub author: Option<MemberId>,
}

#[derive(FromRow)]
struct RequestRow {
    request_id: i64,
    guild_id: i64,
    channel_id: i64,
    message_id: Option<i64>,
    author_id: i64,
    author_name: String,
    asked_at: DateTime<Utc>,
    text: String,
    origin: String,
    status: String,
    first_response_at: Option<DateTime<Utc>>,
    answered_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    claimed_by: Option<i64>,
    surfaced_at: Option<DateTime<Utc>>,
}

impl TryFrom<RequestRow> for Request {
    type Error = super::StorageError;

    fn try_from(row: RequestRow) -> Result<Self> {
        Ok(Self {
            id: RequestId::new(row.request_id),
            asked: NewRequest {
                guild: GuildId::new(row.guild_id),
                channel: ChannelId::new(row.channel_id),
                message: row.message_id.map(MessageId::new),
                author: Author {
                    id: MemberId::new(row.author_id),
                    name: row.author_name,
                    is_bot: false,
                },
                asked_at: row.asked_at,
                text: row.text,
                origin: named("requests.origin", &row.origin, Origin::from_name)?,
            },
            life: Life {
                status: named("requests.status", &row.status, Status::from_name)?,
                first_response_at: row.first_response_at,
                answered_at: row.answered_at,
                closed_at: row.closed_at,
                claimed_by: row.claimed_by.map(MemberId::new),
                surfaced_at: row.surfaced_at,
            },
        })
    }
}

#[derive(FromRow)]
struct EventRow {
    change: String,
    happened_at: DateTime<Utc>,
    member_id: Option<i64>,
    message_id: Option<i64>,
}

impl TryFrom<EventRow> for Event {
    type Error = super::StorageError;

    fn try_from(row: EventRow) -> Result<Self> {
        Ok(Self {
            change: named("request_events.change", &row.change, Change::from_name)?,
            at: row.happened_at,
            by: row.member_id.map(MemberId::new),
            message: row.message_id.map(MessageId::new),
        })
    }
}

impl Transaction {
    /// Opens a request; `None` where this message, or this use of a command, opened one before.
    pub async fn open_request(
        &mut self,
        request: &NewRequest,
        interaction: Option<InteractionId>,
    ) -> Result<Option<RequestId>> {
        const OPEN_REQUEST: &str = "
            INSERT INTO requests (guild_id, channel_id, message_id, author_id, author_name, asked_at,
                text, origin, interaction_id, status)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open')
            ON CONFLICT DO NOTHING
            RETURNING request_id";
        let row: Option<(i64,)> = each_engine!(self, connection => sqlx::query_as(OPEN_REQUEST)
            .bind(request.guild.get())
            .bind(request.channel.get())
            .bind(request.message.map(MessageId::get))
            .bind(request.author.id.get())
            .bind(&request.author.name)
            .bind(request.asked_at)
            .bind(&request.text)
            .bind(request.origin.name())
            .bind(interaction.map(InteractionId::get))
            .fetch_optional(connection)
            .await)?;
        Ok(row.map(|(id,)| RequestId::new(id)))
    }

    /// A request by its number.
    pub async fn request(&mut self, request: RequestId) -> Result<Option<Request>> {
        const REQUEST: &str = "
            SELECT request_id, guild_id, channel_id, message_id, author_id, author_name, asked_at,
                text, origin, status, first_response_at, answered_at, closed_at, claimed_by, surfaced_at
            FROM requests WHERE request_id = $1";
        let row: Option<RequestRow> = each_engine!(self, connection =>
            sqlx::query_as(REQUEST).bind(request.get()).fetch_optional(connection).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The state of a request, locked until the transaction ends.
    pub async fn locked_life(&mut self, request: RequestId) -> Result<Option<Life>> {
        // An update locks the row on PostgreSQL; SQLite's one writer holds everything anyway.
        const LOCKED_REQUEST: &str = "
            UPDATE requests SET status = status WHERE request_id = $1
            RETURNING request_id, guild_id, channel_id, message_id, author_id, author_name, asked_at,
                text, origin, status, first_response_at, answered_at, closed_at, claimed_by, surfaced_at";
        let row: Option<RequestRow> = each_engine!(self, connection =>
            sqlx::query_as(LOCKED_REQUEST).bind(request.get()).fetch_optional(connection).await)?;
        row.map(|row| Request::try_from(row).map(|request| request.life))
            .transpose()
    }

    /// The request that a message opened.
    pub async fn request_of_message(
        &mut self,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<Option<Request>> {
        const REQUEST_OF_MESSAGE: &str = "
            SELECT request_id, guild_id, channel_id, message_id, author_id, author_name, asked_at,
                text, origin, status, first_response_at, answered_at, closed_at, claimed_by, surfaced_at
            FROM requests WHERE channel_id = $1 AND message_id = $2";
        let row: Option<RequestRow> = each_engine!(self, connection =>
            sqlx::query_as(REQUEST_OF_MESSAGE).bind(channel.get()).bind(message.get())
                .fetch_optional(connection).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The requests that a filter names, the newest last.
    pub async fn requests(&mut self, filter: RequestFilter) -> Result<Vec<Request>> {
        const REQUESTS: &str = "
            SELECT request_id, guild_id, channel_id, message_id, author_id, author_name, asked_at,
                text, origin, status, first_response_at, answered_at, closed_at, claimed_by, surfaced_at
            FROM requests
            WHERE guild_id = COALESCE($1, guild_id) AND status = COALESCE($2, status)
                AND author_id = COALESCE($3, author_id)
            ORDER BY asked_at, request_id";
        let rows: Vec<RequestRow> = each_engine!(self, connection => sqlx::query_as(REQUESTS)
            .bind(filter.guild.map(GuildId::get))
            .bind(filter.status.map(Status::name))
            .bind(filter.author.map(MemberId::get))
            .fetch_all(connection)
            .await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Keeps an event of a request, and the state that it leads to.
    pub async fn keep_request_event(
        &mut self,
        request: RequestId,
        event: &Event,
        life: &Life,
    ) -> Result<()> {
        const KEEP_EVENT: &str = "
            INSERT INTO request_events (request_id, change, happened_at, member_id, message_id)
            VALUES ($1, $2, $3, $4, $5)";
        const KEEP_LIFE: &str = "
            UPDATE requests
            SET status = $2, first_response_at = $3, answered_at = $4, closed_at = $5, claimed_by = $6,
                surfaced_at = $7
            WHERE request_id = $1";
        each_engine!(self, connection => sqlx::query(KEEP_EVENT)
            .bind(request.get())
            .bind(event.change.name())
            .bind(event.at)
            .bind(event.by.map(MemberId::get))
            .bind(event.message.map(MessageId::get))
            .execute(connection)
            .await
            .map(drop))?;
        each_engine!(self, connection => sqlx::query(KEEP_LIFE)
            .bind(request.get())
            .bind(life.status.name())
            .bind(life.first_response_at)
            .bind(life.answered_at)
            .bind(life.closed_at)
            .bind(life.claimed_by.map(MemberId::get))
            .bind(life.surfaced_at)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// The history of a request, in its order.
    pub async fn request_events(&mut self, request: RequestId) -> Result<Vec<Event>> {
        const REQUEST_EVENTS: &str = "
            SELECT change, happened_at, member_id, message_id FROM request_events
            WHERE request_id = $1 ORDER BY event_id";
        let rows: Vec<EventRow> = each_engine!(self, connection =>
            sqlx::query_as(REQUEST_EVENTS).bind(request.get()).fetch_all(connection).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Keeps which message a question from `/ask` was posted as.
    pub async fn keep_request_message(
        &mut self,
        request: RequestId,
        message: MessageId,
    ) -> Result<()> {
        const KEEP_REQUEST_MESSAGE: &str = "
            UPDATE requests SET message_id = $2 WHERE request_id = $1 AND message_id IS NULL";
        each_engine!(self, connection => sqlx::query(KEEP_REQUEST_MESSAGE)
            .bind(request.get()).bind(message.get()).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Keeps the words of a request whose message was edited.
    pub async fn keep_request_text(&mut self, request: RequestId, text: &str) -> Result<()> {
        const KEEP_REQUEST_TEXT: &str = "UPDATE requests SET text = $2 WHERE request_id = $1";
        each_engine!(self, connection => sqlx::query(KEEP_REQUEST_TEXT)
            .bind(request.get()).bind(text).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// The imported requests of a guild that are open and were asked before a time.
    pub async fn imported_requests_open_since(
        &mut self,
        guild: GuildId,
        asked_before: DateTime<Utc>,
    ) -> Result<Vec<Request>> {
        const IMPORTED_OPEN: &str = "
            SELECT request_id, guild_id, channel_id, message_id, author_id, author_name, asked_at,
                text, origin, status, first_response_at, answered_at, closed_at, claimed_by, surfaced_at
            FROM requests
            WHERE guild_id = $1 AND status = 'open' AND origin = 'imported' AND asked_at <= $2";
        let rows: Vec<RequestRow> = each_engine!(self, connection =>
            sqlx::query_as(IMPORTED_OPEN).bind(guild.get()).bind(asked_before)
                .fetch_all(connection).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}
