//! Requests: opened, followed to their answer, kept in sight, closed.
//!
//! `following` draws the consequences of what is said, `asking` takes questions through `/ask`,
//! `acting` is what people do about a request, `ladder` what time does, `board` what the core group
//! sees, `knowing` who and what could help.

mod acting;
mod asking;
mod board;
mod following;
mod knowing;
mod ladder;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Facilitation, Failure, Fault, put_job, put_jobs, put_notice, set_up_community};
use crate::practice::community::{ChannelKind, Community};
use crate::practice::id::{ChannelId, GuildId, InteractionId, RequestId};
use crate::practice::job::Job;
use crate::practice::message::{Author, Heard};
use crate::practice::notice::Notice;
use crate::practice::refusal::Refusal;
use crate::practice::request::{Change, Event, Life, NewRequest, Origin, Request, Status};
use crate::practice::rhythm::Rhythm;
use crate::storage::{RequestFilter, StorageError, Transaction};
pub use acting::Pointed;
pub use asking::{Asked, Question};
pub(super) use following::{KnownRequests, Scene};
pub(super) use knowing::keep_topics;

/// Who acts, and what they may do.
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
    /// Whether they may set Convener up.
    pub is_lead: bool,
}

/// How long after a request was heard its steps are taken at the earliest.
const READING_TIME: TimeDelta = TimeDelta::minutes(10);

/// A message that is heard so much later than it was written calls nobody whose call was due by then.
const LATE_HEARING: TimeDelta = TimeDelta::hours(1);

impl Facilitation {
    /// The rhythm of a community.
    pub(super) fn rhythm_of(&self, community: &Community) -> Rhythm {
        community.own_rhythm.over(&self.rhythm)
    }

    /// Opens a request and puts its steps on the agenda; `None` where it is open already.
    async fn open(
        &self,
        transaction: &mut Transaction,
        community: &Community,
        request: &NewRequest,
        interaction: Option<InteractionId>,
    ) -> Result<Option<RequestId>, StorageError> {
        let opened = transaction.open_request(request, interaction).await?;
        if let Some(id) = opened
            && request.origin != Origin::Imported
        {
            // What is logged long after it was written is taken up from now on.
            let counted_from = match request.origin {
                Origin::Logged => self.clock.now(),
                _ => request.asked_at,
            };
            self.put_steps(transaction, community, id, request.asked_at, counted_from)
                .await?;
            transaction.stir_board(community.guild);
        }
        Ok(opened)
    }

    /// Puts the steps of the ladder on the agenda. `open_since` is what they are known by, and
    /// `counted_from` when their time begins.
    async fn put_steps(
        &self,
        transaction: &mut Transaction,
        community: &Community,
        request: RequestId,
        open_since: DateTime<Utc>,
        counted_from: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let now = self.clock.now();
        // After an absence the answer may be on the next page.
        let not_before = now + READING_TIME;
        let rhythm = self.rhythm_of(community);
        let is_late = now > counted_from + LATE_HEARING;
        // What is heard late calls nobody late, and is not closed before anybody could see it.
        let later_steps_from = if is_late { now } else { counted_from };
        let surface = Job::SurfaceRequest {
            request,
            open_since,
        };
        let call = Job::CallToRequest {
            request,
            open_since,
        };
        let raise = Job::RaiseRequest {
            request,
            open_since,
        };
        let lapse = Job::LapseRequest {
            request,
            open_since,
        };
        let call_at = counted_from + rhythm.request_calls;
        let mut steps = vec![
            (surface, counted_from + rhythm.request_waits),
            (raise, later_steps_from + rhythm.request_raised),
            (lapse, later_steps_from + rhythm.request_lapses),
        ];
        if !(is_late && call_at <= now) {
            steps.push((call, call_at));
        }
        for (_, due_at) in &mut steps {
            *due_at = (*due_at).max(not_before);
        }
        put_jobs(transaction, community.guild, &steps).await
    }

    /// Applies an event to a request and keeps both, with all that follows from it; the state after
    /// it, `None` where it changed nothing.
    async fn change(
        &self,
        transaction: &mut Transaction,
        request: &Request,
        event: Event,
    ) -> Result<Option<Life>, StorageError> {
        // Read again under a lock: on PostgreSQL somebody else may have changed it since.
        let Some(before) = transaction.locked_life(request.id).await? else {
            return Ok(None);
        };
        let Some(life) = before.after(&event) else {
            return Ok(None);
        };
        self.keep_change(transaction, request, event, before, life)
            .await?;
        Ok(Some(life))
    }

    /// Applies an event to a request and keeps both, and tells nobody.
    pub(super) async fn change_quietly(
        &self,
        transaction: &mut Transaction,
        request: &Request,
        event: Event,
    ) -> Result<(), StorageError> {
        if let Some(before) = transaction.locked_life(request.id).await?
            && let Some(life) = before.after(&event)
        {
            transaction
                .keep_request_event(request.id, &event, &life)
                .await?;
        }
        Ok(())
    }

    /// Keeps an event and the state that it leads to, and draws the consequences.
    async fn keep_change(
        &self,
        transaction: &mut Transaction,
        request: &Request,
        event: Event,
        before: Life,
        life: Life,
    ) -> Result<(), StorageError> {
        let (id, guild) = (request.id, request.asked.guild);
        transaction.keep_request_event(id, &event, &life).await?;
        if matches!(
            event.change,
            Change::Answered | Change::Withdrawn | Change::Reopened | Change::Undone
        ) {
            transaction.reword_request(id);
        }
        if request.asked.origin == Origin::Imported {
            return Ok(());
        }
        match event.change {
            Change::Reopened => {
                if let Some(community) = transaction.community(guild).await? {
                    let since = life.open_since;
                    self.put_steps(transaction, &community, id, since, since)
                        .await?;
                }
            }
            Change::Claimed => {
                if let Some(claimed_at) = life.claimed_at
                    && let Some(community) = transaction.community(guild).await?
                {
                    let rhythm = self.rhythm_of(&community);
                    let job = Job::ReleaseClaim {
                        request: id,
                        claimed_at,
                    };
                    put_job(transaction, guild, &job, claimed_at + rhythm.claim_lasts).await?;
                }
            }
            Change::Snoozed => {
                if let Some(until) = event.until {
                    let job = Job::WakeRequest { request: id, until };
                    put_job(transaction, guild, &job, until).await?;
                }
            }
            _ => {}
        }
        let is_newly_closed = life.status.is_closed() && !before.status.is_closed();
        if is_newly_closed && event.by != Some(request.asked.author.id) {
            let changed = Request {
                life,
                ..request.clone()
            };
            if changed.is_explicit() {
                self.tell_asker(transaction, &changed).await?;
            }
        }
        if life.status == Status::Resolved {
            self.tag_solved(transaction, request).await?;
        }
        transaction.stir_request(id);
        transaction.stir_board(guild);
        Ok(())
    }

    /// Has the asker told what becomes of their request, once, beside their question.
    async fn tell_asker(
        &self,
        transaction: &mut Transaction,
        request: &Request,
    ) -> Result<(), StorageError> {
        let asked = &request.asked;
        let notice = Notice::ToAsker {
            request: request.id,
        };
        let now = self.clock.now();
        put_notice(transaction, asked.guild, asked.channel, &notice, now).await?;
        Ok(())
    }

    /// Has a post of a forum bear the tag of what is solved.
    async fn tag_solved(
        &self,
        transaction: &mut Transaction,
        request: &Request,
    ) -> Result<(), StorageError> {
        let asked = &request.asked;
        let Some(thread) = transaction.channel(asked.channel).await? else {
            return Ok(());
        };
        let parent = match thread.parent {
            Some(parent) if thread.kind == ChannelKind::Thread => {
                transaction.channel(parent).await?
            }
            _ => None,
        };
        if parent.is_some_and(|parent| parent.kind == ChannelKind::Forum) {
            let notice = Notice::SolvedTag {
                request: request.id,
            };
            let now = self.clock.now();
            put_notice(transaction, asked.guild, asked.channel, &notice, now).await?;
        }
        Ok(())
    }

    /// Keeps the words of an answered request for finding it again; of any other, none.
    pub(super) async fn index_words(
        &self,
        transaction: &mut Transaction,
        request: RequestId,
    ) -> Result<(), StorageError> {
        let Some(request) = transaction.request(request).await? else {
            return Ok(());
        };
        let (question, answer) =
            if request.life.answered_at.is_some() && request.life.status != Status::Withdrawn {
                let answers = transaction.answer_texts(request.id).await?;
                (request.asked.text, answers.join("\n"))
            } else {
                (String::new(), String::new())
            };
        let guild = request.asked.guild;
        transaction
            .keep_words(guild, request.id, &question, &answer)
            .await
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
        let community = set_up_community(&mut transaction, guild).await?;
        let paused = self.paused_members(&mut transaction, guild).await?;
        if paused.holds(guild, Some(&author)) {
            return Err(Refusal::AuthorPaused.into());
        }
        let is_public = is_public(&mut transaction, heard.channel).await?;
        let request = NewRequest {
            guild,
            channel: heard.channel,
            message: Some(heard.id),
            author,
            asked_at: heard.at,
            text: heard.text,
            origin: Origin::Logged,
            is_anonymous: false,
            is_public,
        };
        let (channel, message) = (heard.channel, heard.id);
        let opened = self
            .open(&mut transaction, &community, &request, None)
            .await?;
        // Of what was not heard it is kept who said so: a community's reading is shifted by that.
        let stored = transaction.message(channel, message).await?;
        let was_heard = stored.is_some_and(|stored| stored.reading.is_request);
        let logged = match opened {
            Some(_) if was_heard => None,
            Some(id) => transaction.request(id).await?,
            None => transaction.request_of_message(channel, message).await?,
        };
        if let Some(logged) = logged {
            let change = if logged.life.status.is_closed() {
                Change::Reopened
            } else {
                Change::Confirmed
            };
            let event = Event::of_member(change, self.clock.now(), by.member.id);
            self.change(&mut transaction, &logged, event).await?;
        }
        transaction.keep_is_request(channel, message, true).await?;
        self.commit(transaction).await?;
        self.learn_anew(guild);
        // The ear is filled again, and knows the request.
        self.recall_said(channel).await;
        Ok(())
    }

    /// The requests that a person asks for: the core group's all, anybody else's their own.
    pub async fn list_requests(
        &self,
        by: &Actor,
        status: Status,
        only_mine: bool,
    ) -> Result<Vec<Request>, Failure> {
        let mut transaction = self.store.read().await?;
        set_up_community(&mut transaction, by.guild).await?;
        let filter = RequestFilter {
            guild: Some(by.guild),
            status: Some(status),
            author: (only_mine || !by.is_core).then_some(by.member.id),
        };
        let mut requests = transaction.requests(filter).await?;
        if !only_mine && by.is_core {
            requests.retain(|request| request.asked.origin != Origin::Imported);
        }
        Ok(requests)
    }

    /// The rhythm of a community; its operator's where it is not set up.
    pub async fn rhythm_in(&self, guild: GuildId) -> Result<Rhythm, Failure> {
        let community = self.community(guild).await?;
        Ok(community.map_or(self.rhythm, |community| self.rhythm_of(&community)))
    }

    /// The community that a request is of.
    pub async fn guild_of_request(&self, request: RequestId) -> Result<GuildId, Failure> {
        let mut transaction = self.store.read().await?;
        let request = transaction.request(request).await?;
        Ok(request.ok_or(Refusal::UnknownRequest)?.asked.guild)
    }

    /// The requests that are not closed and were opened by a message, the newest first, at most so
    /// many.
    pub async fn live_requests(&self, guild: GuildId, limit: i64) -> Result<Vec<Request>, Fault> {
        let mut transaction = self.store.read().await?;
        Ok(transaction.live_requests(guild, limit).await?)
    }

    /// A request of the community that somebody acts in.
    pub async fn request(&self, request: RequestId, by: &Actor) -> Result<Request, Failure> {
        let mut transaction = self.store.read().await?;
        request_of(&mut transaction, request, by).await
    }
}

/// A request of the community that somebody acts in.
async fn request_of(
    transaction: &mut Transaction,
    request: RequestId,
    by: &Actor,
) -> Result<Request, Failure> {
    let request = transaction.request(request).await?;
    Ok(request
        .filter(|request| request.asked.guild == by.guild)
        .ok_or(Refusal::UnknownRequest)?)
}

/// Whether everybody may read a channel; a thread is as its channel, unless it is a private one.
pub(super) async fn is_public(
    transaction: &mut Transaction,
    channel: ChannelId,
) -> Result<bool, StorageError> {
    let Some(place) = transaction.channel(channel).await? else {
        return Ok(false);
    };
    let parent = match place.parent {
        Some(parent) if place.kind == ChannelKind::Thread => transaction.channel(parent).await?,
        _ => None,
    };
    Ok(place.is_read_by_everybody(parent.as_ref()))
}
