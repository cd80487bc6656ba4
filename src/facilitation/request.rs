//! Requests: opened, followed to their answer, surfaced, closed.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Facilitation, Failure, Fault, put_job, put_notice, set_up_community};
use crate::listening::Listener;
use crate::practice::community::Channel;
use crate::practice::id::{ChannelId, GuildId, InteractionId, MemberId, MessageId, RequestId};
use crate::practice::job::Job;
use crate::practice::message::{Author, Heard, MessageKind};
use crate::practice::notice::Notice;
use crate::practice::reading::{Bearing, Reading};
use crate::practice::refusal::Refusal;
use crate::practice::request::{Change, Event, NewRequest, Origin, Request, Status};
use crate::storage::{RequestFilter, StorageError, Transaction};

/// Who acts, and whether they belong to the core group.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Where they act.
    pub guild: GuildId,
    /// The person.
    pub member: Author,
    /// Whether they have the core group's role, or may manage the guild.
    pub is_core: bool,
    /// Whether they may plan meetups.
    pub is_coordinator: bool,
}

/// How long after a request was heard its steps are taken at the earliest.
const READING_TIME: TimeDelta = TimeDelta::minutes(10);

/// The longest question that is kept, in characters: one that can be read in one sitting.
const LONGEST_QUESTION: usize = 1_500;

impl Facilitation {
    /// Draws the consequences of a message for requests: it may open one, or be a part of one's
    /// conversation.
    pub(super) async fn mind(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
        thread: Option<&Channel>,
        heard: &Heard,
        reading: &Reading,
        origin: Origin,
    ) -> Result<(), StorageError> {
        let Some(author) = heard.author.as_ref().filter(|_| heard.is_by_a_person()) else {
            return Ok(());
        };
        if reading.is_request {
            let request = NewRequest {
                guild,
                channel: heard.channel,
                message: Some(heard.id),
                author: author.clone(),
                asked_at: heard.at,
                text: heard.text.clone(),
                origin,
            };
            self.open(transaction, &request, None).await?;
        }
        let Some(concern) = reading.concern else {
            return Ok(());
        };
        let change = match concern.bearing {
            Bearing::Answer => Change::Answered,
            Bearing::Attention => Change::Attended,
            Bearing::NewQuestion => Change::Reopened,
            Bearing::Thanks | Bearing::Elaboration | Bearing::Aside => return Ok(()),
        };
        let mut request = transaction
            .request_of_message(heard.channel, concern.opener)
            .await?;
        if let (None, Some(parent)) = (&request, thread.and_then(|thread| thread.parent)) {
            request = transaction
                .request_of_message(parent, concern.opener)
                .await?;
        }
        let Some(request) = request else {
            return Ok(());
        };
        let by_asker = request.asked.author.id == author.id;
        if by_asker != (change == Change::Reopened) {
            return Ok(());
        }
        let event = Event {
            change,
            at: heard.at,
            by: Some(author.id),
            message: Some(heard.id),
        };
        self.change(transaction, &request, event).await?;
        Ok(())
    }

    /// Opens a request and puts its steps on the agenda; `None` where it is open already.
    async fn open(
        &self,
        transaction: &mut Transaction,
        request: &NewRequest,
        interaction: Option<InteractionId>,
    ) -> Result<Option<RequestId>, StorageError> {
        let opened = transaction.open_request(request, interaction).await?;
        if let Some(id) = opened
            && request.origin != Origin::Imported
        {
            self.put_steps(transaction, request.guild, id, request.asked_at)
                .await?;
        }
        Ok(opened)
    }

    async fn put_steps(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
        request: RequestId,
        open_since: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        // After an absence the answer may be on the next page.
        let not_before = self.clock.now() + READING_TIME;
        let surface = Job::SurfaceRequest {
            request,
            open_since,
        };
        put_job(
            transaction,
            guild,
            &surface,
            (open_since + self.rhythm.request_waits).max(not_before),
        )
        .await?;
        let lapse = Job::LapseRequest {
            request,
            open_since,
        };
        put_job(
            transaction,
            guild,
            &lapse,
            (open_since + self.rhythm.request_lapses).max(not_before),
        )
        .await
    }

    /// Applies an event to a request and keeps both; whether it changed anything.
    async fn change(
        &self,
        transaction: &mut Transaction,
        request: &Request,
        event: Event,
    ) -> Result<bool, StorageError> {
        // Read again under a lock: on PostgreSQL somebody else may have changed it since.
        let Some(life) = transaction.locked_life(request.id).await? else {
            return Ok(false);
        };
        let Some(life) = life.after(&event) else {
            return Ok(false);
        };
        transaction
            .keep_request_event(request.id, &event, &life)
            .await?;
        if event.change == Change::Reopened {
            self.put_steps(transaction, request.asked.guild, request.id, event.at)
                .await?;
        }
        Ok(true)
    }

    /// `/ask`: records a question and has it posted in the channel. Idempotent by the interaction.
    pub async fn ask(
        &self,
        guild: GuildId,
        channel: ChannelId,
        asker: &Author,
        question: &str,
        interaction: InteractionId,
    ) -> Result<(), Failure> {
        let question: String = question.trim().chars().take(LONGEST_QUESTION).collect();
        if question.is_empty() {
            return Err(Refusal::EmptyQuestion.into());
        }
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        set_up_community(&mut transaction, guild).await?;
        let request = NewRequest {
            guild,
            channel,
            message: None,
            author: asker.clone(),
            asked_at: now,
            text: question,
            origin: Origin::Asked,
        };
        transaction.keep_member(guild, asker, None).await?;
        if let Some(request) = self
            .open(&mut transaction, &request, Some(interaction))
            .await?
        {
            put_notice(
                &mut transaction,
                guild,
                channel,
                &Notice::Question { request },
                now,
            )
            .await?;
        }
        Ok(self.commit(transaction).await?)
    }

    /// Keeps which message a question was posted as, and the message itself as the asker's.
    ///
    /// The outbox calls it in the transaction that marks the notice sent.
    pub async fn keep_posted_question(
        &self,
        transaction: &mut Transaction,
        request: RequestId,
        message: MessageId,
    ) -> Result<(), StorageError> {
        let Some(Request { asked, .. }) = transaction.request(request).await? else {
            return Ok(());
        };
        transaction.keep_request_message(request, message).await?;
        let heard = Heard {
            channel: asked.channel,
            id: message,
            author: Some(asked.author),
            at: asked.asked_at,
            edited_at: None,
            text: asked.text,
            kind: MessageKind::Message,
            reply_to: Vec::new(),
            mentions: Vec::new(),
            reactions: Vec::new(),
            attachments: Vec::new(),
        };
        let reading = Reading {
            is_request: true,
            confidence: 1.0,
            ..read_alone(&heard)
        };
        let kept = transaction
            .kept_messages(heard.channel, heard.id, heard.id)
            .await?;
        if kept.is_empty() {
            transaction
                .keep_message(asked.guild, &heard, &reading)
                .await?;
        }
        Ok(())
    }

    /// "Log as request": records a message that somebody pointed at.
    pub async fn log_request(
        &self,
        guild: GuildId,
        heard: Heard,
        by: &Actor,
    ) -> Result<(), Failure> {
        let Some(author) = heard.author.clone().filter(|_| heard.is_by_a_person()) else {
            return Err(Refusal::UnknownRequest.into());
        };
        if author.id != by.member.id && !by.is_core {
            return Err(Refusal::CoreGroupOnly.into());
        }
        let mut transaction = self.store.begin().await?;
        set_up_community(&mut transaction, guild).await?;
        let request = NewRequest {
            guild,
            channel: heard.channel,
            message: Some(heard.id),
            author,
            asked_at: heard.at,
            text: heard.text,
            origin: Origin::Logged,
        };
        let (channel, message) = (heard.channel, heard.id);
        if self.open(&mut transaction, &request, None).await?.is_none()
            && let Some(known) = transaction.request_of_message(channel, message).await?
            && known.life.status.is_closed()
        {
            let event = Event {
                change: Change::Reopened,
                at: self.clock.now(),
                by: Some(by.member.id),
                message: None,
            };
            self.change(&mut transaction, &known, event).await?;
        }
        transaction.keep_is_request(channel, message, true).await?;
        self.commit(transaction).await?;
        // The ear is filled again, and knows the request.
        self.recall_said(channel).await;
        Ok(())
    }

    /// The requests that a person asks for: the core group's all, anybody else's their own.
    pub async fn open_requests(&self, guild: GuildId, by: &Actor) -> Result<Vec<Request>, Failure> {
        let mut transaction = self.store.read().await?;
        set_up_community(&mut transaction, guild).await?;
        let author = (!by.is_core).then_some(by.member.id);
        let filter = RequestFilter {
            guild: Some(guild),
            status: Some(Status::Open),
            author,
        };
        Ok(transaction.requests(filter).await?)
    }

    /// "I'll take it": the request afterwards.
    pub async fn claim_request(&self, request: RequestId, by: &Actor) -> Result<Request, Failure> {
        self.act_on_request(request, by, Change::Claimed).await
    }

    /// "Answered": the request afterwards.
    pub async fn resolve_request(
        &self,
        request: RequestId,
        by: &Actor,
    ) -> Result<Request, Failure> {
        self.act_on_request(request, by, Change::Resolved).await
    }

    /// "Not a request": the request afterwards.
    pub async fn reject_request(&self, request: RequestId, by: &Actor) -> Result<Request, Failure> {
        let rejected = self.act_on_request(request, by, Change::Withdrawn).await?;
        if let Some(message) = rejected.asked.message {
            self.unlearn(rejected.asked.channel, message).await;
        }
        Ok(rejected)
    }

    async fn act_on_request(
        &self,
        request: RequestId,
        by: &Actor,
        change: Change,
    ) -> Result<Request, Failure> {
        let mut transaction = self.store.begin().await?;
        let request = transaction
            .request(request)
            .await?
            .ok_or(Refusal::UnknownRequest)?;
        if request.asked.guild != by.guild {
            return Err(Refusal::UnknownRequest.into());
        }
        let is_asker = request.asked.author.id == by.member.id;
        if !(by.is_core || is_asker && change == Change::Resolved) {
            return Err(Refusal::CoreGroupOnly.into());
        }
        if request.life.status.is_closed()
            || (change == Change::Claimed && request.life.status != Status::Open)
        {
            return Err(Refusal::RequestClosed.into());
        }
        let event = Event {
            change,
            at: self.clock.now(),
            by: Some(by.member.id),
            message: None,
        };
        self.change(&mut transaction, &request, event).await?;
        if let (Change::Withdrawn, Some(message)) = (change, request.asked.message) {
            transaction
                .keep_is_request(request.asked.channel, message, false)
                .await?;
        }
        let changed = transaction
            .request(request.id)
            .await?
            .ok_or(Refusal::UnknownRequest)?;
        self.commit(transaction).await?;
        Ok(changed)
    }

    /// Agenda: tells the core group of a request that is still open.
    pub async fn surface_request(
        &self,
        transaction: &mut Transaction,
        request: RequestId,
        open_since: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let Some(request) = transaction.request(request).await? else {
            return Ok(());
        };
        let community = transaction.community(request.asked.guild).await?;
        let core_channel = community.and_then(|community| community.core_channel);
        let (Status::Open, Some(core_channel)) = (request.life.status, core_channel) else {
            return Ok(());
        };
        if reopened_since(transaction, request.id, open_since).await? {
            return Ok(());
        }
        let now = self.clock.now();
        let event = Event {
            change: Change::Surfaced,
            at: now,
            by: None,
            message: None,
        };
        if self.change(transaction, &request, event).await? {
            let notice = Notice::RequestWaiting {
                request: request.id,
                open_since,
            };
            put_notice(transaction, request.asked.guild, core_channel, &notice, now).await?;
        }
        Ok(())
    }

    /// Agenda: closes a request that has been open since a time and that nobody answered.
    pub async fn lapse_request(
        &self,
        transaction: &mut Transaction,
        request: RequestId,
        open_since: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let Some(request) = transaction.request(request).await? else {
            return Ok(());
        };
        if !reopened_since(transaction, request.id, open_since).await? {
            let event = Event {
                change: Change::Lapsed,
                at: self.clock.now(),
                by: None,
                message: None,
            };
            self.change(transaction, &request, event).await?;
        }
        Ok(())
    }

    /// A message was deleted: a request that it opened is withdrawn by its asker.
    pub(super) async fn withdraw_deleted(
        &self,
        transaction: &mut Transaction,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<(), StorageError> {
        if let Some(request) = transaction.request_of_message(channel, message).await? {
            let by: Option<MemberId> = Some(request.asked.author.id);
            let at = self.clock.now();
            let event = Event {
                change: Change::Withdrawn,
                at,
                by,
                message: Some(message),
            };
            self.change(transaction, &request, event).await?;
            transaction.keep_request_text(request.id, "").await?;
        }
        Ok(())
    }

    /// Import: closes what nobody answered within the export's own span.
    pub(super) async fn lapse_imported(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
        last_message_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let asked_before = last_message_at - self.rhythm.request_lapses;
        for request in transaction
            .imported_requests_open_since(guild, asked_before)
            .await?
        {
            let at = request.asked.asked_at + self.rhythm.request_lapses;
            let event = Event {
                change: Change::Lapsed,
                at,
                by: None,
                message: None,
            };
            self.change(transaction, &request, event).await?;
        }
        Ok(())
    }
}

/// What a message means on its own, without what was said before it.
fn read_alone(heard: &Heard) -> Reading {
    Listener::new().hear(heard)
}

/// Whether a request was reopened after a time, so that what was due since then is not any more.
async fn reopened_since(
    transaction: &mut Transaction,
    request: RequestId,
    open_since: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let events = transaction.request_events(request).await?;
    Ok(events
        .iter()
        .any(|event| event.change == Change::Reopened && event.at > open_since))
}
