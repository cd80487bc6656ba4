//! What is said, and what it means for requests.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::super::{Facilitation, Failure};
use crate::listening::Listener;
use crate::practice::community::{Channel, Community, Watch};
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId, RequestId};
use crate::practice::message::{Heard, MessageKind};
use crate::practice::notice::Notice;
use crate::practice::reading::{Bearing, Reading};
use crate::practice::request::{Change, Event, NewRequest, Origin, Request, Status};
use crate::storage::{Place, StorageError, Transaction};

/// The channel in which something is said, as far as requests care.
#[derive(Clone, Copy, Debug)]
pub(in crate::facilitation) struct Scene<'a> {
    /// The community.
    pub(in crate::facilitation) community: &'a Community,
    /// The thread, where it is one.
    pub(in crate::facilitation) thread: Option<&'a Channel>,
    /// Whether the thread is a post of a forum.
    pub(in crate::facilitation) is_forum_post: bool,
    /// What is made of what is said here.
    pub(in crate::facilitation) watch: Watch,
    /// Which way what is asked here comes in.
    pub(in crate::facilitation) origin: Origin,
    /// Whether everybody may read it.
    pub(in crate::facilitation) is_public: bool,
}

impl Scene<'_> {
    /// Whether a message opens a post of a forum: it has the post's own id.
    /// <https://discord.com/developers/docs/resources/channel#start-thread-in-forum-or-media-channel>
    pub(in crate::facilitation) fn opens_a_post(&self, heard: &Heard) -> bool {
        self.is_forum_post && heard.id.get() == heard.channel.get() && heard.is_by_a_person()
    }
}

/// The requests that a batch of messages is about, by what opened them.
#[derive(Debug, Default)]
pub(in crate::facilitation) struct KnownRequests {
    by_opener: HashMap<(ChannelId, MessageId), Option<Request>>,
}

impl KnownRequests {
    /// Those that these messages opened; of the others it is known that there are none.
    pub(in crate::facilitation) async fn of(
        transaction: &mut Transaction,
        openers: &BTreeSet<(ChannelId, MessageId)>,
    ) -> Result<Self, StorageError> {
        let mut by_opener: HashMap<_, _> = openers.iter().map(|opener| (*opener, None)).collect();
        let openers: Vec<_> = openers.iter().copied().collect();
        for request in transaction.requests_of_messages(&openers).await? {
            if let Some(message) = request.asked.message {
                by_opener.insert((request.asked.channel, message), Some(request));
            }
        }
        Ok(Self { by_opener })
    }

    async fn get(
        &mut self,
        transaction: &mut Transaction,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<Option<&mut Request>, StorageError> {
        let known = match self.by_opener.entry((channel, message)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(vacant) => {
                vacant.insert(transaction.request_of_message(channel, message).await?)
            }
        };
        Ok(known.as_mut())
    }

    /// What a message opened is no longer what was known.
    fn forget(&mut self, channel: ChannelId, message: MessageId) {
        self.by_opener.remove(&(channel, message));
    }
}

impl Facilitation {
    /// Draws the consequences of a message for requests: it may open one, or be a part of one's
    /// conversation.
    pub(in crate::facilitation) async fn mind(
        &self,
        transaction: &mut Transaction,
        asked: &mut KnownRequests,
        scene: Scene<'_>,
        heard: &Heard,
        reading: &Reading,
    ) -> Result<(), StorageError> {
        let Some(author) = heard.author.as_ref().filter(|_| heard.is_by_a_person()) else {
            return Ok(());
        };
        let parent = scene.thread.and_then(|thread| thread.parent);
        let mut place = None;
        if let Some(concern) = reading.concern {
            for channel in [Some(heard.channel), parent].into_iter().flatten() {
                let request = asked.get(transaction, channel, concern.opener).await?;
                if request.is_some() {
                    place = Some(channel);
                    break;
                }
            }
        }
        // What goes on with a request that is none any more opens one.
        if scene.watch == Watch::Requests && reading.is_request && place.is_none() {
            let request = NewRequest {
                guild: scene.community.guild,
                channel: heard.channel,
                message: Some(heard.id),
                author: author.clone(),
                asked_at: heard.at,
                text: heard.text.clone(),
                origin: scene.origin,
                is_anonymous: false,
                is_public: scene.is_public,
            };
            let opened = self
                .open(transaction, scene.community, &request, None)
                .await?;
            asked.forget(heard.channel, heard.id);
            if reading.concern.is_some() {
                transaction
                    .keep_is_request(heard.channel, heard.id, true)
                    .await?;
            }
            if let Some(id) = opened
                && scene.opens_a_post(heard)
                && let Some(request) = transaction.request(id).await?
            {
                // Who opens a post in a forum for questions asks, and means to.
                let event = Event::of_member(Change::Confirmed, heard.at, author.id);
                self.change(transaction, &request, event).await?;
            }
        }
        let (Some(concern), Some(channel)) = (reading.concern, place) else {
            return Ok(());
        };
        let Some(request) = asked.get(transaction, channel, concern.opener).await? else {
            return Ok(());
        };
        let is_by_asker = request.asked.author.id == author.id;
        let change = match (concern.bearing, is_by_asker) {
            (Bearing::Answer, false) => Change::Answered,
            (Bearing::Attention, false) => Change::Attended,
            (Bearing::NewQuestion, true) => Change::Reopened,
            // It may have been settled otherwise than by what the ear heard.
            (_, true) if reading.is_request => Change::Reopened,
            (Bearing::Thanks, true) => return self.offer_to_resolve(transaction, request).await,
            _ => return Ok(()),
        };
        let event = Event {
            message: Some(heard.id),
            ..Event::of_member(change, heard.at, author.id)
        };
        // Most of what is said about a request changes nothing of it.
        if request.life.after(&event).is_some()
            && let Some(life) = self.change(transaction, request, event).await?
        {
            request.life = life;
        }
        Ok(())
    }

    /// The asker gives thanks: in private they are asked, once, whether it is settled.
    async fn offer_to_resolve(
        &self,
        transaction: &mut Transaction,
        request: &Request,
    ) -> Result<(), StorageError> {
        if request.life.status != Status::Answered || !request.is_explicit() {
            return Ok(());
        }
        let (asked, now) = (&request.asked, self.clock.now());
        let notice = Notice::ThanksOffer {
            request: request.id,
        };
        let key = notice.key(asked.guild, asked.channel);
        transaction
            .put_notice(
                asked.guild,
                Place::Member(asked.author.id),
                &key,
                &notice,
                now,
            )
            .await?;
        Ok(())
    }

    /// Keeps which message a question was posted as, and the message itself as the asker's.
    ///
    /// The outbox calls it in the transaction that marks the notice said.
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
            begins: true,
            confidence: 1.0,
            ..read_alone(&heard)
        };
        transaction
            .keep_message(asked.guild, &heard, &reading)
            .await?;
        transaction.stir_request(request);
        transaction.stir_board(asked.guild);
        Ok(())
    }

    /// Puts a question into a channel: it is a request from now on, and is posted by the outbox.
    pub(super) async fn post_question(
        &self,
        transaction: &mut Transaction,
        community: &Community,
        question: &NewRequest,
        interaction: crate::practice::id::InteractionId,
    ) -> Result<Option<RequestId>, Failure> {
        transaction
            .keep_member(question.guild, &question.author, None)
            .await?;
        let is_public = super::is_public(transaction, question.channel).await?;
        let question = &NewRequest {
            is_public,
            ..question.clone()
        };
        let opened = self
            .open(transaction, community, question, Some(interaction))
            .await?;
        if let Some(request) = opened {
            super::put_notice(
                transaction,
                question.guild,
                question.channel,
                &Notice::Question { request },
                self.clock.now(),
            )
            .await?;
        }
        Ok(opened)
    }

    /// A message was deleted: a request that it opened is withdrawn by its asker.
    pub(in crate::facilitation) async fn withdraw_deleted(
        &self,
        transaction: &mut Transaction,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<(), StorageError> {
        if let Some(request) = transaction.request_of_message(channel, message).await? {
            let by: Option<MemberId> = Some(request.asked.author.id);
            let event = Event {
                by,
                message: Some(message),
                ..Event::of_convener(Change::Withdrawn, self.clock.now())
            };
            transaction.keep_request_text(request.id, "").await?;
            self.change(transaction, &request, event).await?;
        }
        if let Some(request) = transaction.request_answered_by(message).await? {
            transaction.reword_request(request);
        }
        Ok(())
    }

    /// The channel of a request was deleted: there is nothing left to answer.
    pub(in crate::facilitation) async fn withdraw_with_its_channel(
        &self,
        transaction: &mut Transaction,
        request: RequestId,
        at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        if let Some(request) = transaction.request(request).await? {
            transaction.keep_request_text(request.id, "").await?;
            // Nobody is told: there is no place left to tell them.
            let event = Event::of_convener(Change::Withdrawn, at);
            self.change_quietly(transaction, &request, event).await?;
            transaction.reword_request(request.id);
            transaction.stir_request(request.id);
            transaction.stir_board(request.asked.guild);
        }
        Ok(())
    }

    /// Import: closes what nobody answered within the export's own span.
    pub(in crate::facilitation) async fn lapse_imported(
        &self,
        transaction: &mut Transaction,
        guild: GuildId,
        last_message_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let open_since_before = last_message_at - self.rhythm.request_lapses;
        for request in transaction
            .imported_requests_open_since(guild, open_since_before)
            .await?
        {
            let at = request.life.open_since + self.rhythm.request_lapses;
            let event = Event::of_convener(Change::Lapsed, at);
            self.change(transaction, &request, event).await?;
        }
        Ok(())
    }
}

/// What a message means on its own, without what was said before it.
fn read_alone(heard: &Heard) -> Reading {
    Listener::new().hear(heard)
}
