//! Requests and their history.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::rows::portions;
use super::{Result, Transaction, each_engine, named};
use crate::practice::board::Entry;
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
pub(super) struct RequestRow {
    pub(super) request_id: i64,
    guild_id: i64,
    channel_id: i64,
    message_id: Option<i64>,
    author_id: i64,
    author_name: String,
    asked_at: DateTime<Utc>,
    text: String,
    origin: String,
    is_anonymous: bool,
    is_public: bool,
    status: String,
    open_since: DateTime<Utc>,
    first_response_at: Option<DateTime<Utc>>,
    answered_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    confirmed_at: Option<DateTime<Utc>>,
    claimed_by: Option<i64>,
    claimed_at: Option<DateTime<Utc>>,
    snoozed_until: Option<DateTime<Utc>>,
    surfaced_at: Option<DateTime<Utc>>,
    called_at: Option<DateTime<Utc>>,
    raised_at: Option<DateTime<Utc>>,
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
                is_anonymous: row.is_anonymous,
                is_public: row.is_public,
            },
            life: Life {
                status: named("requests.status", &row.status, Status::from_name)?,
                open_since: row.open_since,
                first_response_at: row.first_response_at,
                answered_at: row.answered_at,
                closed_at: row.closed_at,
                confirmed_at: row.confirmed_at,
                claimed_by: row.claimed_by.map(MemberId::new),
                claimed_at: row.claimed_at,
                snoozed_until: row.snoozed_until,
                surfaced_at: row.surfaced_at,
                called_at: row.called_at,
                raised_at: row.raised_at,
            },
        })
    }
}

#[derive(FromRow)]
pub(super) struct EventRow {
    change: String,
    happened_at: DateTime<Utc>,
    member_id: Option<i64>,
    message_id: Option<i64>,
    held_until: Option<DateTime<Utc>>,
}

impl TryFrom<EventRow> for Event {
    type Error = super::StorageError;

    fn try_from(row: EventRow) -> Result<Self> {
        Ok(Self {
            change: named("request_events.change", &row.change, Change::from_name)?,
            at: row.happened_at,
            by: row.member_id.map(MemberId::new),
            message: row.message_id.map(MessageId::new),
            until: row.held_until,
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
                open_since, text, origin, interaction_id, status, is_anonymous,
                is_public)
            VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, 'open', $10, $11)
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
            .bind(request.is_anonymous)
            .bind(request.is_public)
            .fetch_optional(connection)
            .await)?;
        Ok(row.map(|(id,)| RequestId::new(id)))
    }

    /// A request by its number.
    pub async fn request(&mut self, request: RequestId) -> Result<Option<Request>> {
        const REQUEST: &str = "
            SELECT request_id, guild_id, channel_id, message_id, author_id, author_name,
                asked_at, text, origin, is_anonymous, is_public, status, open_since, first_response_at,
                answered_at, closed_at, confirmed_at, claimed_by, claimed_at, snoozed_until,
                surfaced_at, called_at, raised_at
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
            RETURNING request_id, guild_id, channel_id, message_id, author_id, author_name,
                asked_at, text, origin, is_anonymous, is_public, status, open_since, first_response_at,
                answered_at, closed_at, confirmed_at, claimed_by, claimed_at, snoozed_until,
                surfaced_at, called_at, raised_at";
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
            SELECT request_id, guild_id, channel_id, message_id, author_id, author_name,
                asked_at, text, origin, is_anonymous, is_public, status, open_since, first_response_at,
                answered_at, closed_at, confirmed_at, claimed_by, claimed_at, snoozed_until,
                surfaced_at, called_at, raised_at
            FROM requests WHERE channel_id = $1 AND message_id = $2";
        let row: Option<RequestRow> = each_engine!(self, connection =>
            sqlx::query_as(REQUEST_OF_MESSAGE).bind(channel.get()).bind(message.get())
                .fetch_optional(connection).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The requests that these messages opened.
    pub async fn requests_of_messages(
        &mut self,
        messages: &[(ChannelId, MessageId)],
    ) -> Result<Vec<Request>> {
        const REQUESTS_OF_MESSAGES: &str = "
            SELECT request_id, guild_id, channel_id, message_id, author_id, author_name,
                asked_at, text, origin, is_anonymous, is_public, status, open_since, first_response_at,
                answered_at, closed_at, confirmed_at, claimed_by, claimed_at, snoozed_until,
                surfaced_at, called_at, raised_at
            FROM (VALUES (CAST($1 AS BIGINT), CAST($2 AS BIGINT))) AS wanted
            JOIN requests ON channel_id = wanted.column1 AND message_id = wanted.column2";
        let mut requests = Vec::new();
        for wanted in portions(messages) {
            let statement = self.for_rows(REQUESTS_OF_MESSAGES, wanted.len());
            let rows: Vec<RequestRow> = each_engine!(self, connection => {
                let mut query = sqlx::query_as(statement);
                for (channel, message) in wanted {
                    query = query.bind(channel.get()).bind(message.get());
                }
                query.fetch_all(connection).await
            })?;
            for row in rows {
                requests.push(row.try_into()?);
            }
        }
        Ok(requests)
    }

    /// The requests that a filter names, the newest last.
    pub async fn requests(&mut self, filter: RequestFilter) -> Result<Vec<Request>> {
        const REQUESTS: &str = "
            SELECT request_id, guild_id, channel_id, message_id, author_id, author_name,
                asked_at, text, origin, is_anonymous, is_public, status, open_since, first_response_at,
                answered_at, closed_at, confirmed_at, claimed_by, claimed_at, snoozed_until,
                surfaced_at, called_at, raised_at
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
            INSERT INTO request_events (request_id, guild_id, change, happened_at, member_id, message_id,
                held_until)
            SELECT request_id, guild_id, $2, $3, $4, $5, $6 FROM requests WHERE request_id = $1";
        const KEEP_LIFE: &str = "
            UPDATE requests
            SET status = $2, open_since = $3, first_response_at = $4, answered_at = $5, closed_at = $6,
                confirmed_at = $7, claimed_by = $8, claimed_at = $9, snoozed_until = $10,
                surfaced_at = $11, called_at = $12, raised_at = $13
            WHERE request_id = $1";
        each_engine!(self, connection => sqlx::query(KEEP_EVENT)
            .bind(request.get())
            .bind(event.change.name())
            .bind(event.at)
            .bind(event.by.map(MemberId::get))
            .bind(event.message.map(MessageId::get))
            .bind(event.until)
            .execute(connection)
            .await
            .map(drop))?;
        each_engine!(self, connection => sqlx::query(KEEP_LIFE)
            .bind(request.get())
            .bind(life.status.name())
            .bind(life.open_since)
            .bind(life.first_response_at)
            .bind(life.answered_at)
            .bind(life.closed_at)
            .bind(life.confirmed_at)
            .bind(life.claimed_by.map(MemberId::get))
            .bind(life.claimed_at)
            .bind(life.snoozed_until)
            .bind(life.surfaced_at)
            .bind(life.called_at)
            .bind(life.raised_at)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// The history of a request, in its order.
    pub async fn request_events(&mut self, request: RequestId) -> Result<Vec<Event>> {
        const REQUEST_EVENTS: &str = "
            SELECT change, happened_at, member_id, message_id, held_until FROM request_events
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

    /// The imported requests of a guild that have been open since before a time.
    pub async fn imported_requests_open_since(
        &mut self,
        guild: GuildId,
        open_before: DateTime<Utc>,
    ) -> Result<Vec<Request>> {
        const IMPORTED_OPEN: &str = "
            SELECT request_id, guild_id, channel_id, message_id, author_id, author_name,
                asked_at, text, origin, is_anonymous, is_public, status, open_since, first_response_at,
                answered_at, closed_at, confirmed_at, claimed_by, claimed_at, snoozed_until,
                surfaced_at, called_at, raised_at
            FROM requests
            WHERE guild_id = $1 AND status = 'open' AND origin = 'imported' AND open_since <= $2";
        let rows: Vec<RequestRow> = each_engine!(self, connection =>
            sqlx::query_as(IMPORTED_OPEN).bind(guild.get()).bind(open_before)
                .fetch_all(connection).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// What is on a community's board: its open requests, with when each asker joined.
    pub async fn open_for_board(&mut self, guild: GuildId) -> Result<Vec<Entry>> {
        const OPEN_FOR_BOARD: &str = "
            SELECT requests.request_id, requests.guild_id, requests.channel_id,
                requests.message_id, requests.author_id, requests.author_name,
                requests.asked_at, requests.text, requests.origin, requests.is_anonymous, requests.is_public,
                requests.status, requests.open_since, requests.first_response_at,
                requests.answered_at, requests.closed_at, requests.confirmed_at,
                requests.claimed_by, requests.claimed_at, requests.snoozed_until,
                requests.surfaced_at, requests.called_at, requests.raised_at,
                members.joined_at
            FROM requests
            LEFT JOIN members ON members.guild_id = requests.guild_id
                AND members.member_id = requests.author_id
            WHERE requests.guild_id = $1 AND status = 'open' AND origin <> 'imported'";
        #[derive(FromRow)]
        struct EntryRow {
            #[sqlx(flatten)]
            request: RequestRow,
            joined_at: Option<DateTime<Utc>>,
        }
        let rows: Vec<EntryRow> = each_engine!(self, connection =>
            sqlx::query_as(OPEN_FOR_BOARD).bind(guild.get()).fetch_all(connection).await)?;
        rows.into_iter()
            .map(|row| Ok(Entry::new(row.request.try_into()?, row.joined_at)))
            .collect()
    }

    /// The request that a message brought forward, as an answer or as attention; the latest of them.
    pub async fn request_answered_by(&mut self, message: MessageId) -> Result<Option<RequestId>> {
        const REQUEST_ANSWERED_BY: &str = "
            SELECT request_id FROM request_events
            WHERE message_id = $1 AND change IN ('answered', 'attended')
            ORDER BY event_id DESC LIMIT 1";
        let row: Option<(i64,)> = each_engine!(self, connection =>
            sqlx::query_as(REQUEST_ANSWERED_BY).bind(message.get()).fetch_optional(connection).await)?;
        Ok(row.map(|(id,)| RequestId::new(id)))
    }

    /// The core group of a community, who was called least lately first.
    pub async fn core_rotation(&mut self, guild: GuildId) -> Result<Vec<MemberId>> {
        const CORE_ROTATION: &str = "
            SELECT member_id FROM (
                SELECT members.member_id, (
                    SELECT MAX(happened_at) FROM request_events
                    WHERE request_events.member_id = members.member_id
                        AND change = 'called' AND request_events.guild_id = $1) AS called_at
                FROM members WHERE guild_id = $1 AND is_core AND NOT is_bot AND NOT has_left) AS core
            ORDER BY called_at NULLS FIRST, member_id";
        let rows: Vec<(i64,)> = each_engine!(self, connection =>
            sqlx::query_as(CORE_ROTATION).bind(guild.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| MemberId::new(id)).collect())
    }

    /// How often a member was asked since a time whether they could know, and when last at all.
    pub async fn invitations(
        &mut self,
        guild: GuildId,
        member: MemberId,
        since: DateTime<Utc>,
    ) -> Result<(i64, Option<DateTime<Utc>>)> {
        const INVITATIONS: &str = "
            SELECT COUNT(CASE WHEN happened_at >= $3 THEN 1 END), MAX(happened_at) FROM request_events
            WHERE member_id = $2 AND change = 'invited' AND guild_id = $1";
        Ok(each_engine!(self, connection => sqlx::query_as(INVITATIONS)
            .bind(guild.get()).bind(member.get()).bind(since).fetch_one(connection).await)?)
    }

    /// The words of the messages that answered a request, the first of them first.
    pub async fn answer_texts(&mut self, request: RequestId) -> Result<Vec<String>> {
        // An answer is in the request's channel, or in the thread that was started from its message,
        // which has the message's own id.
        const ANSWER_TEXTS: &str = "
            SELECT messages.text FROM request_events
            JOIN requests ON requests.request_id = request_events.request_id
            JOIN messages ON messages.channel_id IN (requests.channel_id, requests.message_id)
                AND messages.message_id = request_events.message_id
            WHERE request_events.request_id = $1 AND request_events.change = 'answered'
                AND messages.deleted_at IS NULL AND messages.text <> ''
            ORDER BY event_id";
        let rows: Vec<(String,)> = each_engine!(self, connection =>
            sqlx::query_as(ANSWER_TEXTS).bind(request.get()).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(text,)| text).collect())
    }

    /// The request that a use of `/ask` opened.
    pub async fn request_of_interaction(
        &mut self,
        interaction: InteractionId,
    ) -> Result<RequestId> {
        const REQUEST_OF_INTERACTION: &str =
            "SELECT request_id FROM requests WHERE interaction_id = $1";
        let (id,): (i64,) = each_engine!(self, connection => sqlx::query_as(REQUEST_OF_INTERACTION)
            .bind(interaction.get()).fetch_one(connection).await)?;
        Ok(RequestId::new(id))
    }

    /// The last request of a member in a channel that is open or answered.
    pub async fn live_request_in(
        &mut self,
        channel: ChannelId,
        author: MemberId,
    ) -> Result<Option<Request>> {
        const LIVE_REQUEST_IN: &str = "
            SELECT request_id, guild_id, channel_id, message_id, author_id, author_name,
                asked_at, text, origin, is_anonymous, is_public, status, open_since, first_response_at,
                answered_at, closed_at, confirmed_at, claimed_by, claimed_at, snoozed_until,
                surfaced_at, called_at, raised_at
            FROM requests
            WHERE channel_id = $1 AND author_id = $2 AND status IN ('open', 'answered')
            ORDER BY asked_at DESC, request_id DESC LIMIT 1";
        let row: Option<RequestRow> = each_engine!(self, connection => sqlx::query_as(LIVE_REQUEST_IN)
            .bind(channel.get()).bind(author.get()).fetch_optional(connection).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The requests of a guild that are open or answered and were opened by a message, the newest
    /// first, at most so many: those whose message may have been edited or deleted in an absence.
    pub async fn live_requests(&mut self, guild: GuildId, limit: i64) -> Result<Vec<Request>> {
        const LIVE_REQUESTS: &str = "
            SELECT request_id, guild_id, channel_id, message_id, author_id, author_name,
                asked_at, text, origin, is_anonymous, is_public, status, open_since, first_response_at,
                answered_at, closed_at, confirmed_at, claimed_by, claimed_at, snoozed_until,
                surfaced_at, called_at, raised_at
            FROM requests
            WHERE guild_id = $1 AND status IN ('open', 'answered') AND message_id IS NOT NULL
                AND origin IN ('detected', 'logged')
            ORDER BY asked_at DESC, request_id DESC LIMIT $2";
        let rows: Vec<RequestRow> = each_engine!(self, connection => sqlx::query_as(LIVE_REQUESTS)
            .bind(guild.get()).bind(limit).fetch_all(connection).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}
