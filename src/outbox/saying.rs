//! A notice in words, with what is known when it is said.

use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, TimeDelta, Utc};

use super::event::{self, EventSaying};
use crate::facilitation::{Facilitation, digest, trend};
use crate::practice::board::Board;
use crate::practice::id::{ChannelId, GuildId, RequestId};
use crate::practice::notice::Notice;
use crate::practice::post::Post;
use crate::practice::request::{Change, Status};
use crate::practice::week::Week;
use crate::storage::{DueNotice, StorageError, Transaction};
use crate::view;

/// In a guild that Convener was removed from it is looked again after this.
const AFTER_LEAVING: TimeDelta = TimeDelta::days(1);

/// What there is to say or to do.
#[derive(Debug, Hash)]
pub(super) enum Saying {
    /// A message.
    Post(Box<Post>),
    /// A post of a forum bears the tag of what is solved, or does not.
    Solved {
        /// The post.
        post: ChannelId,
        /// Whether it does.
        is_solved: bool,
    },
    /// The event of a date stands in Discord's own calendar, or does not.
    Event(EventSaying),
    /// What it speaks of is gone or past.
    Nothing,
    /// Somebody would be pinged in the community's quiet hours, or Convener is not there now.
    NotBefore(DateTime<Utc>),
}

/// A hash of what is said, never zero: what is the same is not said again.
pub(super) fn hash(saying: &Saying) -> i64 {
    let mut hasher = DefaultHasher::new();
    saying.hash(&mut hasher);
    hasher.finish().cast_signed() | 1
}

/// What there is to say of a notice now.
pub(super) async fn saying(
    transaction: &mut Transaction,
    due: &DueNotice,
    notice: &Notice,
    facilitation: &Facilitation,
) -> Result<Saying, StorageError> {
    let now = facilitation.clock.now();
    let community = transaction.community(due.guild).await?;
    if community
        .as_ref()
        .is_some_and(|community| community.left_at.is_some())
    {
        return Ok(Saying::NotBefore(now + AFTER_LEAVING));
    }
    let post = match notice {
        Notice::RecordingStarts => Some(view::community::recording_starts()),
        Notice::Board => {
            let entries = transaction.open_for_board(due.guild).await?;
            Some(view::board::board(&Board::of(entries, now)))
        }
        Notice::BoardMoved { to } => Some(view::board::moved(*to)),
        Notice::Question { request } => {
            let request = transaction.request(*request).await?;
            request.map(|request| view::request::question(&request))
        }
        Notice::RequestWaiting {
            request, called, ..
        } => transaction
            .request(*request)
            .await?
            .filter(|request| due.message.is_some() || request.life.status == Status::Open)
            .map(|request| view::request::waiting(&request, *called)),
        Notice::Invitation { request, member } => match transaction.request(*request).await? {
            Some(request) if due.message.is_some() || request.life.status == Status::Open => {
                let events = transaction.request_events(request.id).await?;
                let has_declined = events
                    .iter()
                    .any(|event| event.change == Change::Declined && event.by == Some(*member));
                Some(view::request::invitation(&request, *member, has_declined))
            }
            _ => None,
        },
        Notice::ToAsker { request } => to_asker(transaction, due, *request, facilitation).await?,
        Notice::ThanksOffer { request } => transaction
            .request(*request)
            .await?
            .filter(|request| due.message.is_some() || request.life.status == Status::Answered)
            .map(|request| view::request::thanks_offer(&request)),
        Notice::SolvedTag { request } => {
            return Ok(match transaction.request(*request).await? {
                Some(request) => Saying::Solved {
                    post: request.asked.channel,
                    is_solved: request.life.status == Status::Resolved,
                },
                None => Saying::Nothing,
            });
        }
        Notice::NativeEvent { meetup, original } => {
            let event = event::saying(transaction, *meetup, *original, now).await?;
            return Ok(event.map_or(Saying::Nothing, Saying::Event));
        }
        Notice::Ailing { faults, .. } => Some(view::community::ailing(faults)),
        Notice::EventTouched { .. }
        | Notice::MeetupAnnounced { .. }
        | Notice::AnnouncementMoved { .. }
        | Notice::MeetupChanged { .. }
        | Notice::MeetupReminder { .. }
        | Notice::OwnReminder { .. }
        | Notice::MeetupEnded { .. }
        | Notice::MeetupNote { .. }
        | Notice::SeatOffered { .. }
        | Notice::RhythmLost { .. }
        | Notice::TimePoll { .. }
        | Notice::HostLeft { .. }
        | Notice::PlaceGone { .. }
        | Notice::ReminderMissed { .. } => {
            super::meetup::post(transaction, due, notice, facilitation).await?
        }
        Notice::Digest { week, late } => weekly(transaction, due.guild, *week, *late).await?,
    };
    let Some(post) = post else {
        return Ok(Saying::Nothing);
    };
    // Only a first sending rings; and what is said of meetups has its own time.
    let rings = due.message.is_none()
        && !post.pings.is_empty()
        && matches!(
            notice,
            Notice::RequestWaiting { .. } | Notice::Invitation { .. } | Notice::ToAsker { .. }
        );
    let quiet_until = community
        .filter(|_| rings)
        .and_then(|community| community.quiet.end_after(now, community.zone));
    Ok(match quiet_until {
        Some(time) => Saying::NotBefore(time),
        None => Saying::Post(Box::new(post)),
    })
}

/// A week, for the leads.
async fn weekly(
    transaction: &mut Transaction,
    guild: GuildId,
    week: Week,
    late: bool,
) -> Result<Option<Post>, StorageError> {
    let Some(community) = transaction.community(guild).await? else {
        return Ok(None);
    };
    let digest = digest::digest(transaction, &community, week).await?;
    let trend = trend::trend(transaction, &community, week).await?;
    let mut post = view::digest::post(&digest, late);
    post.pictures = view::chart::pictures(&trend);
    Ok(Some(post))
}

/// What who asked hears: that nobody has answered yet, or why it was closed by others. What they did
/// themselves they know.
async fn to_asker(
    transaction: &mut Transaction,
    due: &DueNotice,
    request: RequestId,
    facilitation: &Facilitation,
) -> Result<Option<Post>, StorageError> {
    let Some(request) = transaction.request(request).await? else {
        return Ok(None);
    };
    let events = transaction.request_events(request.id).await?;
    let closed_by = events
        .iter()
        .rev()
        .find(|event| {
            matches!(
                event.change,
                Change::Resolved | Change::Withdrawn | Change::Lapsed
            )
        })
        .and_then(|event| event.by);
    let is_news = match request.life.status {
        Status::Open => request.life.called_at.is_some(),
        Status::Answered => false,
        Status::Resolved | Status::Withdrawn | Status::Lapsed => {
            closed_by != Some(request.asked.author.id)
        }
    };
    let is_deleted = request.life.status == Status::Withdrawn && request.asked.text.is_empty();
    if is_deleted && due.message.is_none() || !is_news && due.message.is_none() {
        return Ok(None);
    }
    let community = transaction.community(due.guild).await?;
    let rhythm = community.map_or(facilitation.rhythm, |community| {
        community.own_rhythm.over(&facilitation.rhythm)
    });
    Ok(Some(view::request::to_asker(
        &request,
        closed_by,
        rhythm.request_lapses.num_days(),
    )))
}
