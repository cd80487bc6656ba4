//! What people do about a request: with buttons, commands, menus and a ✅.

use chrono::TimeDelta;

use super::super::{Facilitation, Failure, Fault, set_up_community};
use super::{Actor, request_of};
use crate::practice::community::ChannelKind;
use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId, RequestId};
use crate::practice::message::Author;
use crate::practice::refusal::Refusal;
use crate::practice::request::{Change, Event, Life, Origin, Request, Status};
use crate::storage::{StorageError, Transaction};

/// For how long "Snooze" takes a request off the board.
const SNOOZE: TimeDelta = TimeDelta::hours(24);

/// A message that somebody points at as the answer, or as settled.
#[derive(Clone, Copy, Debug)]
pub struct Pointed {
    /// Where it is.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// Who wrote it, where a person did.
    pub author: Option<MemberId>,
    /// Whether it is marked as the answer, in so many words: then the last question that the person
    /// themselves have in the channel is meant where nothing else tells which.
    pub is_marked: bool,
}

impl Facilitation {
    /// "I'll take it": of the core group, or of who was asked whether they could know.
    pub async fn claim_request(&self, request: RequestId, by: &Actor) -> Result<Request, Failure> {
        let mut transaction = self.store.begin().await?;
        let request = request_of(&mut transaction, request, by).await?;
        if !by.is_core && !was(&mut transaction, &request, by, Change::Invited).await? {
            return Err(Refusal::CoreGroupOnly.into());
        }
        if request.life.status != Status::Open {
            return Err(Refusal::RequestClosed.into());
        }
        let event = Event::of_member(Change::Claimed, self.clock.now(), by.member.id);
        self.finish(transaction, request, event).await
    }

    /// "Not me": who was called has the next of the core group called; who was asked is not asked
    /// again. Nobody has to say why.
    pub async fn decline_request(
        &self,
        request: RequestId,
        by: &Actor,
    ) -> Result<Request, Failure> {
        let mut transaction = self.store.begin().await?;
        let community = set_up_community(&mut transaction, by.guild).await?;
        let request = request_of(&mut transaction, request, by).await?;
        let was_called = was(&mut transaction, &request, by, Change::Called).await?;
        if !was_called && !was(&mut transaction, &request, by, Change::Invited).await? {
            return Err(Refusal::NotCalled.into());
        }
        if was(&mut transaction, &request, by, Change::Declined).await?
            || request.life.status != Status::Open
        {
            return Ok(request);
        }
        let event = Event::of_member(Change::Declined, self.clock.now(), by.member.id);
        self.change(&mut transaction, &request, event).await?;
        if was_called
            && request
                .life
                .claimed_by
                .is_none_or(|who| who == by.member.id)
        {
            self.call_next(&mut transaction, &community, &request)
                .await?;
        }
        self.commit(transaction).await?;
        self.request(request.id, by).await
    }

    /// "Snooze": it is off the board for a day.
    pub async fn snooze_request(&self, request: RequestId, by: &Actor) -> Result<Request, Failure> {
        if !by.is_core {
            return Err(Refusal::CoreGroupOnly.into());
        }
        let mut transaction = self.store.begin().await?;
        let request = request_of(&mut transaction, request, by).await?;
        if request.life.status != Status::Open {
            return Err(Refusal::RequestClosed.into());
        }
        let now = self.clock.now();
        let event = Event {
            until: Some(now + SNOOZE),
            ..Event::of_member(Change::Snoozed, now, by.member.id)
        };
        self.finish(transaction, request, event).await
    }

    /// It is settled: so says who asked, the core group or a coordinator.
    pub async fn resolve_request(
        &self,
        request: RequestId,
        by: &Actor,
    ) -> Result<Request, Failure> {
        let mut transaction = self.store.begin().await?;
        let request = request_of(&mut transaction, request, by).await?;
        may_settle(&request, by)?;
        if request.life.status.is_closed() {
            return Err(Refusal::RequestClosed.into());
        }
        let event = Event::of_member(Change::Resolved, self.clock.now(), by.member.id);
        self.finish(transaction, request, event).await
    }

    /// "Not a request", of the core group; who asked may take their own back.
    pub async fn reject_request(&self, request: RequestId, by: &Actor) -> Result<Request, Failure> {
        let mut transaction = self.store.begin().await?;
        let request = request_of(&mut transaction, request, by).await?;
        if !by.is_core && request.asked.author.id != by.member.id {
            return Err(Refusal::CoreGroupOnly.into());
        }
        if request.life.status.is_closed() {
            return Err(Refusal::RequestClosed.into());
        }
        if let Some(message) = request.asked.message {
            transaction
                .keep_is_request(request.asked.channel, message, false)
                .await?;
        }
        let event = Event::of_member(Change::Withdrawn, self.clock.now(), by.member.id);
        let rejected = self.finish(transaction, request, event).await?;
        if let Some(message) = rejected.asked.message {
            self.unlearn(rejected.asked.channel, message).await;
        }
        Ok(rejected)
    }

    /// It is open again: so says who asked, the core group or a coordinator.
    pub async fn reopen_request(&self, request: RequestId, by: &Actor) -> Result<Request, Failure> {
        let mut transaction = self.store.begin().await?;
        let request = request_of(&mut transaction, request, by).await?;
        may_settle(&request, by)?;
        if request.life.status == Status::Open {
            return Err(Refusal::RequestOpen.into());
        }
        let event = Event::of_member(Change::Reopened, self.clock.now(), by.member.id);
        let channel = request.asked.channel;
        let reopened = self.finish(transaction, request, event).await?;
        self.recall_said(channel).await;
        Ok(reopened)
    }

    /// Takes back a closing of the last minute, of whoever closed it: all is as it was.
    pub async fn undo_request(&self, request: RequestId, by: &Actor) -> Result<Request, Failure> {
        let mut transaction = self.store.begin().await?;
        let request = request_of(&mut transaction, request, by).await?;
        let Some(before) = transaction.locked_life(request.id).await? else {
            return Err(Refusal::UnknownRequest.into());
        };
        let mut events = transaction.request_events(request.id).await?;
        let now = self.clock.now();
        if Life::undoable(&events, by.member.id, now).is_none() {
            return Err(Refusal::TooLateToUndo.into());
        }
        let event = Event::of_member(Change::Undone, now, by.member.id);
        events.push(event);
        let life = Life::lived(request.asked.asked_at, &events);
        if let (Status::Withdrawn, Some(message)) = (before.status, request.asked.message) {
            transaction
                .keep_is_request(request.asked.channel, message, true)
                .await?;
        }
        self.keep_change(&mut transaction, &request, event, before, life)
            .await?;
        self.commit(transaction).await?;
        self.learn_anew(request.asked.guild);
        self.recall_said(request.asked.channel).await;
        self.request(request.id, by).await
    }

    /// Who asked what a ✅ that is found on a message later may settle: a request that is not closed, was
    /// not logged by hand and was never opened again, as the ✅ may be older than that.
    pub async fn asker_of_marked(&self, pointed: Pointed) -> Result<Option<Author>, Fault> {
        let mut transaction = self.store.read().await?;
        let Some(request) = pointed_request(&mut transaction, pointed, None).await? else {
            return Ok(None);
        };
        let events = transaction.request_events(request.id).await?;
        let is_reopened = |event: &Event| matches!(event.change, Change::Reopened | Change::Undone);
        let may_be = request.asked.origin != Origin::Logged && !events.iter().any(is_reopened);
        Ok(may_be.then_some(request.asked.author))
    }

    /// Of those who put a ✅ there while nobody listened, who may count, the core group first. Who is not
    /// known, as after `/privacy forget`, and who is not to be recorded are not brought in by an old ✅.
    pub async fn who_may_count(
        &self,
        guild: GuildId,
        members: &[MemberId],
    ) -> Result<Vec<MemberId>, Fault> {
        let mut transaction = self.store.read().await?;
        let paused = self.paused_members(&mut transaction, guild).await?;
        let (mut core, mut others) = (Vec::new(), Vec::new());
        for member in members {
            if paused.holds_member(guild, *member) {
                continue;
            }
            match transaction.is_core(guild, *member).await? {
                Some(true) => core.push(*member),
                Some(false) => others.push(*member),
                None => {}
            }
        }
        core.append(&mut others);
        Ok(core)
    }

    /// "Mark as answer", or a ✅ on a question or on an answer: the request is settled; `None` where
    /// the message belongs to no request that is open.
    pub async fn settle_by_message(
        &self,
        pointed: Pointed,
        by: &Actor,
    ) -> Result<Option<Request>, Failure> {
        let mut transaction = self.store.begin().await?;
        let Some(request) = pointed_request(&mut transaction, pointed, Some(by.member.id)).await?
        else {
            return Ok(None);
        };
        may_settle(&request, by)?;
        let now = self.clock.now();
        let is_answer = request.asked.message != Some(pointed.message);
        let mut marked = None;
        if let Some(author) = pointed.author
            && is_answer
            && author != request.asked.author.id
        {
            let event = Event {
                message: Some(pointed.message),
                ..Event::of_member(Change::Answered, now, author)
            };
            let answered = self.change(&mut transaction, &request, event).await?;
            // One act with the closing: they are taken back together.
            marked = answered.map(|_| pointed.message);
        }
        let event = Event {
            message: marked,
            ..Event::of_member(Change::Resolved, now, by.member.id)
        };
        self.finish(transaction, request, event).await.map(Some)
    }

    /// Applies a person's event, commits, and gives the request as it is then.
    async fn finish(
        &self,
        mut transaction: Transaction,
        request: Request,
        event: Event,
    ) -> Result<Request, Failure> {
        self.change(&mut transaction, &request, event).await?;
        let changed = transaction
            .request(request.id)
            .await?
            .ok_or(Refusal::UnknownRequest)?;
        self.commit(transaction).await?;
        // Whether it is a request may have been said.
        self.learn_anew(request.asked.guild);
        Ok(changed)
    }
}

/// Whether somebody may say of a request that it is settled, or that it is not.
fn may_settle(request: &Request, by: &Actor) -> Result<(), Refusal> {
    if by.is_core || by.is_coordinator || request.asked.author.id == by.member.id {
        Ok(())
    } else {
        Err(Refusal::CoreGroupOnly)
    }
}

/// Whether somebody was called, was asked or has declined, since the request has been open.
async fn was(
    transaction: &mut Transaction,
    request: &Request,
    by: &Actor,
    change: Change,
) -> Result<bool, StorageError> {
    let events = transaction.request_events(request.id).await?;
    Ok(events.iter().any(|event| {
        event.change == change
            && event.by == Some(by.member.id)
            && event.at >= request.life.open_since
    }))
}

/// The request that a message asks or answers: as it was read, by what it replies to, by its thread,
/// or, where it is marked as an answer, the last that the person themselves have open in the channel.
/// `None` where there is none, or where it is closed.
async fn pointed_request(
    transaction: &mut Transaction,
    pointed: Pointed,
    by: Option<MemberId>,
) -> Result<Option<Request>, StorageError> {
    let Pointed {
        channel, message, ..
    } = pointed;
    let live = |request: Request| (!request.life.status.is_closed()).then_some(request);
    let mut places = vec![(channel, message)];
    if let Some(stored) = transaction.message(channel, message).await? {
        places.extend(stored.reading.reply_to.into_iter().map(|id| (channel, id)));
    }
    if let Some(thread) = transaction.channel(channel).await?
        && thread.kind == ChannelKind::Thread
    {
        let starter = MessageId::new(thread.id.get());
        places.push((channel, starter));
        places.extend(thread.parent.map(|parent| (parent, starter)));
    }
    for (channel, message) in places {
        if let Some(request) = transaction.request_of_message(channel, message).await? {
            return Ok(live(request));
        }
    }
    if let Some(request) = transaction.request_answered_by(message).await? {
        return Ok(transaction.request(request).await?.and_then(live));
    }
    let Some(by) = by.filter(|by| pointed.author.is_some_and(|author| author != *by)) else {
        return Ok(None);
    };
    if !pointed.is_marked {
        return Ok(None);
    }
    let last = transaction.live_request_in(channel, by).await?;
    Ok(last.filter(|request| request.asked.message < Some(message)))
}
