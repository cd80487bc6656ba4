//! What time does to a request: each step at most once, whatever crashes.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::{Facilitation, Fault, Timing, put_notice};
use crate::practice::community::Community;
use crate::practice::id::{MemberId, RequestId};
use crate::practice::notice::Notice;
use crate::practice::request::{Change, Event, Request, Status, UNDO_WITHIN};
use crate::storage::{StorageError, Transaction};

impl Facilitation {
    /// Agenda: a request that is still open waits, and the board says so.
    pub async fn surface_request(
        &self,
        transaction: &mut Transaction,
        request: RequestId,
        open_since: DateTime<Utc>,
    ) -> Result<Timing, Fault> {
        self.take_step(transaction, request, open_since, Change::Surfaced)
            .await
    }

    /// Takes a step that is no more than an event.
    async fn take_step(
        &self,
        transaction: &mut Transaction,
        request: RequestId,
        open_since: DateTime<Utc>,
        change: Change,
    ) -> Result<Timing, Fault> {
        let now = self.clock.now();
        Ok(match step(transaction, request, open_since, now).await? {
            Step::Take(request) => {
                let event = Event::of_convener(change, now);
                self.change(transaction, &request, event).await?;
                Timing::Now
            }
            Step::Leave => Timing::Now,
            Step::Wait(time) => Timing::NotBefore(time),
        })
    }

    /// Agenda: one of the core group, in turn, is called to a request that nobody has taken. Not
    /// while it is snoozed or taken, and not in the community's quiet hours.
    pub async fn call_to_request(
        &self,
        transaction: &mut Transaction,
        request: RequestId,
        open_since: DateTime<Utc>,
    ) -> Result<Timing, Fault> {
        let request = match step(transaction, request, open_since, self.clock.now()).await? {
            Step::Take(request) => request,
            Step::Leave => return Ok(Timing::Now),
            Step::Wait(time) => return Ok(Timing::NotBefore(time)),
        };
        let Some(community) = transaction.community(request.asked.guild).await? else {
            return Ok(Timing::Now);
        };
        let (now, life) = (self.clock.now(), &request.life);
        let rhythm = self.rhythm_of(&community);
        let taken_until = life.claimed_at.map(|at| at + rhythm.claim_lasts);
        let quiet_until = community.quiet.end_after(now, community.zone);
        if community.core_channel.is_none() {
            return Ok(Timing::Now);
        }
        let not_before = [life.snoozed_until, taken_until, quiet_until];
        if let Some(time) = not_before.into_iter().flatten().max()
            && time > now
        {
            return Ok(Timing::NotBefore(time));
        }
        if life.called_at.is_none() {
            self.call_next(transaction, &community, &request).await?;
            if request.is_explicit() {
                self.tell_asker(transaction, &request).await?;
            }
        }
        Ok(Timing::Now)
    }

    /// Calls whoever of the core group was called least lately, and not yet to this request. Where
    /// nobody is left the call is to all of them, once, and pings nobody.
    pub(super) async fn call_next(
        &self,
        transaction: &mut Transaction,
        community: &Community,
        request: &Request,
    ) -> Result<(), StorageError> {
        let Some(core_channel) = community.core_channel else {
            return Ok(());
        };
        let called = called_since(transaction, request).await?;
        let rotation = transaction.core_rotation(community.guild).await?;
        let next = rotation
            .into_iter()
            .find(|member| *member != request.asked.author.id && !called.contains(&Some(*member)));
        if next.is_none() && called.contains(&None) {
            return Ok(());
        }
        let now = self.clock.now();
        let event = Event {
            by: next,
            ..Event::of_convener(Change::Called, now)
        };
        if self.change(transaction, request, event).await?.is_some() {
            let notice = Notice::RequestWaiting {
                request: request.id,
                open_since: request.life.open_since,
                called: next,
            };
            let say_at = community
                .quiet
                .end_after(now, community.zone)
                .unwrap_or(now);
            put_notice(transaction, community.guild, core_channel, &notice, say_at).await?;
        }
        Ok(())
    }

    /// Agenda: a request that still waits goes onto the agenda of the next meetup.
    pub async fn raise_request(
        &self,
        transaction: &mut Transaction,
        request: RequestId,
        open_since: DateTime<Utc>,
    ) -> Result<Timing, Fault> {
        self.take_step(transaction, request, open_since, Change::Raised)
            .await
    }

    /// Agenda: closes a request that has been open since a time and that nobody answered.
    pub async fn lapse_request(
        &self,
        transaction: &mut Transaction,
        request: RequestId,
        open_since: DateTime<Utc>,
    ) -> Result<Timing, Fault> {
        self.take_step(transaction, request, open_since, Change::Lapsed)
            .await
    }

    /// Agenda: whoever took a request did not come to it, so it waits for anybody again.
    pub async fn release_claim(
        &self,
        transaction: &mut Transaction,
        request: RequestId,
        claimed_at: DateTime<Utc>,
    ) -> Result<Timing, Fault> {
        let request = transaction.request(request).await?;
        if let Some(request) = request.filter(|request| request.life.claimed_at == Some(claimed_at))
        {
            let event = Event::of_convener(Change::Released, self.clock.now());
            self.change(transaction, &request, event).await?;
        }
        Ok(Timing::Now)
    }

    /// Agenda: a request that was snoozed is back on the board.
    pub async fn wake_request(
        &self,
        transaction: &mut Transaction,
        request: RequestId,
        until: DateTime<Utc>,
    ) -> Result<Timing, Fault> {
        let request = transaction.request(request).await?;
        if let Some(request) = request.filter(|request| request.life.snoozed_until == Some(until)) {
            transaction.stir_board(request.asked.guild);
        }
        Ok(Timing::Now)
    }
}

/// What is to be done about a step that was due since a request has been open.
enum Step {
    /// It still is.
    Take(Box<Request>),
    /// It is not any more.
    Leave,
    /// It was closed a moment ago, which may be taken back.
    Wait(DateTime<Utc>),
}

async fn step(
    transaction: &mut Transaction,
    request: RequestId,
    open_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Step, StorageError> {
    let Some(request) = transaction.request(request).await? else {
        return Ok(Step::Leave);
    };
    if request.life.open_since != open_since {
        return Ok(Step::Leave);
    }
    let may_be_undone_until = request.life.closed_at.map(|at| at + UNDO_WITHIN);
    Ok(match (request.life.status, may_be_undone_until) {
        (Status::Open, _) => Step::Take(Box::new(request)),
        (_, Some(until)) if now <= until => Step::Wait(until + TimeDelta::seconds(1)),
        _ => Step::Leave,
    })
}

/// Who was called to a request since it has been open; `None` among them is a call to all.
async fn called_since(
    transaction: &mut Transaction,
    request: &Request,
) -> Result<Vec<Option<MemberId>>, StorageError> {
    let events = transaction.request_events(request.id).await?;
    Ok(events
        .iter()
        .filter(|event| event.change == Change::Called && event.at >= request.life.open_since)
        .map(|event| event.by)
        .collect())
}
