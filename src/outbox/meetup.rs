//! What is said of meetups, and in which thread.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::facilitation::Facilitation;
use crate::facilitation::door::{DoorError, Messenger};
use crate::facilitation::meetup::{as_hosted, concerned, own_leads};
use crate::practice::action::Action;
use crate::practice::id::{ChannelId, GuildId, MeetupId, MemberId, MessageId, PollId};
use crate::practice::meetup::{Answer, Meetup, REMINDER_GRACE};
use crate::practice::notice::Notice;
use crate::practice::post::Post;
use crate::practice::recurrence::{Date, instant_of};
use crate::storage::{DueNotice, Place, StorageError, Transaction};
use crate::view;

/// A notice of a meetup in words; `None` where what it speaks of is gone, over or at another time. What was
/// said before is said anew, as an announcement of what does not take place.
pub(super) async fn post(
    transaction: &mut Transaction,
    due: &DueNotice,
    notice: &Notice,
    facilitation: &Facilitation,
) -> Result<Option<Post>, StorageError> {
    let (was_said, now) = (due.message.is_some(), facilitation.clock.now());
    let usual = facilitation.rhythm.reminder_leads();
    Ok(match notice {
        Notice::MeetupAnnounced { meetup, original } => {
            announcement(transaction, *meetup, *original, was_said, now).await?
        }
        Notice::AnnouncementMoved { meetup, .. } => {
            let meetup = transaction.meetup(*meetup).await?;
            meetup.map(|meetup| view::meetup::placed(&meetup))
        }
        Notice::MeetupReminder { .. } => reminder(transaction, notice, &usual, now).await?,
        Notice::OwnReminder { member, .. } => {
            let is_private = matches!(due.place, Place::Member(_));
            own_reminder(transaction, notice, *member, is_private, now).await?
        }
        Notice::ReminderMissed { meetup, starts_at } => {
            let meetup = transaction.meetup(*meetup).await?;
            meetup.map(|meetup| view::meetup::reminder_missed(&meetup, *starts_at))
        }
        Notice::MeetupChanged {
            meetup,
            original,
            change,
            ..
        } => {
            let Some(meetup) = transaction.meetup(*meetup).await? else {
                return Ok(None);
            };
            let concerned = concerned(transaction, &meetup, *original, change, now).await?;
            Some(view::meetup::changed(&meetup, change, concerned))
        }
        Notice::EventTouched {
            meetup,
            original,
            touch,
            ..
        } => {
            let event = transaction.event_of(*meetup, *original).await?;
            let meetup = transaction.meetup(*meetup).await?;
            let called = event.map(|event| event.title);
            meetup.map(|meetup| view::meetup::event_touched(&meetup, *touch, called.as_deref()))
        }
        Notice::SeatOffered {
            meetup,
            original,
            member,
            offered_at,
        } => {
            let Some((meetup, date)) = to_come(transaction, *meetup, *original, now).await? else {
                return Ok(None);
            };
            let answers = transaction.meetup_answers(meetup.id, *original).await?;
            let stands = answers.of_member(*member);
            let is_kept = stands
                .is_some_and(|given| given.answer == Answer::Offered && given.at == *offered_at);
            is_kept.then(|| view::meetup::seat_offered(&meetup, &date, *member, *offered_at))
        }
        Notice::MeetupEnded { meetup, original } => {
            let seen = transaction.seen(*meetup, *original).await?;
            let Some(meetup) = transaction.meetup(*meetup).await? else {
                return Ok(None);
            };
            let meetup = as_hosted(transaction, meetup, *original).await?;
            let date = meetup.schedule().date_of(*original);
            date.map(|date| view::meetup::ended(&meetup, &date, &seen))
        }
        Notice::MeetupNote { note, .. } => {
            let Some(note) = transaction.note(*note).await? else {
                return Ok(None);
            };
            // What was taken back before it was posted was never there.
            if note.by.is_none() && !was_said {
                return Ok(None);
            }
            let meetup = transaction.meetup(note.meetup).await?;
            meetup.map(|meetup| view::meetup::note(&meetup, &note))
        }
        Notice::TimePoll { poll } => time_poll(transaction, due.guild, *poll).await?,
        notice => to_coordinators(transaction, notice, now).await?,
    })
}

/// The announcement of a date. One that was said stays, also once the date has begun or does not take place.
async fn announcement(
    transaction: &mut Transaction,
    meetup: MeetupId,
    original: NaiveDateTime,
    was_said: bool,
    now: DateTime<Utc>,
) -> Result<Option<Post>, StorageError> {
    if let Some((meetup, date)) = to_come(transaction, meetup, original, now).await? {
        let answers = transaction.meetup_answers(meetup.id, original).await?;
        return Ok(Some(view::meetup::announced(&meetup, &date, &answers)));
    }
    let meetup = transaction.meetup(meetup).await?;
    let Some(meetup) = meetup.filter(|_| was_said) else {
        return Ok(None);
    };
    let date = meetup.schedule().date_of(original);
    let took_place = |date: &Date| {
        let cancelled_at = meetup.cancelled_at;
        date.starts_at <= cancelled_at.unwrap_or(now).min(now)
    };
    if let Some(date) = date.filter(took_place) {
        let answers = transaction.meetup_answers(meetup.id, original).await?;
        let meetup = as_hosted(transaction, meetup, original).await?;
        return Ok(Some(view::meetup::took_place(&meetup, &date, &answers)));
    }
    let starts_at = instant_of(original, meetup.schedule().zone);
    Ok(Some(view::meetup::called_off(&meetup, starts_at)))
}

/// A poll with what is answered by now.
async fn time_poll(
    transaction: &mut Transaction,
    guild: GuildId,
    poll: PollId,
) -> Result<Option<Post>, StorageError> {
    let Some(poll) = transaction.poll(poll).await? else {
        return Ok(None);
    };
    let votes = transaction.votes(poll.id).await?;
    let community = transaction.community(guild).await?;
    let zone = community.map(|community| community.zone);
    Ok(Some(view::meetup::poll(
        &poll,
        &votes,
        zone.unwrap_or_default(),
    )))
}

/// What coordinators read of a series that needs them.
async fn to_coordinators(
    transaction: &mut Transaction,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<Option<Post>, StorageError> {
    let (Notice::RhythmLost { meetup, .. }
    | Notice::HostLeft { meetup, .. }
    | Notice::PlaceGone { meetup, .. }) = notice
    else {
        return Ok(None);
    };
    let meetup = transaction.meetup(*meetup).await?;
    let Some(meetup) = meetup.filter(|meetup| meetup.cancelled_at.is_none()) else {
        return Ok(None);
    };
    Ok(match notice {
        Notice::RhythmLost { .. } => {
            let next = meetup.schedule().next_after(now);
            Some(view::meetup::rhythm_lost(&meetup, next.as_ref()))
        }
        Notice::HostLeft { member, .. } => Some(view::meetup::host_left(&meetup, *member)),
        Notice::PlaceGone { is_room, .. } => Some(view::meetup::place_gone(&meetup, *is_room)),
        _ => None,
    })
}

/// A reminder; `None` where its date has begun, or is at another time.
async fn reminder(
    transaction: &mut Transaction,
    notice: &Notice,
    usual: &[TimeDelta],
    now: DateTime<Utc>,
) -> Result<Option<Post>, StorageError> {
    let Notice::MeetupReminder {
        meetup,
        original,
        starts_at,
        late,
        ahead_minutes,
    } = notice
    else {
        return Ok(None);
    };
    let meetup = transaction.meetup(*meetup).await?;
    let is_due = |meetup: &Meetup| meetup.cancelled_at.is_none() && now < *starts_at;
    let Some(meetup) = meetup.filter(is_due) else {
        return Ok(None);
    };
    let ahead = TimeDelta::minutes(*ahead_minutes);
    let late = *late || (*ahead_minutes > 0 && now > *starts_at - ahead + REMINDER_GRACE);
    let (mut going, mut cant) = (Vec::new(), None);
    if let Some(original) = original {
        let date = meetup.schedule().date_of(*original);
        if date.is_none_or(|date| date.starts_at != *starts_at) {
            return Ok(None);
        }
        let answers = transaction.meetup_answers(meetup.id, *original).await?;
        let own = own_leads(transaction, meetup.plan.guild, usual).await?;
        let is_for_all = usual.contains(&ahead);
        going.extend(answers.of(Answer::Going).filter(|member| {
            own.get(member).map_or(is_for_all, |(leads, in_private)| {
                !in_private && leads.contains(&ahead)
            })
        }));
        if going.is_empty() && !is_for_all {
            return Ok(None);
        }
        cant = Some(Action::CantAfterAll(meetup.id, *original, *ahead_minutes));
    }
    Ok(Some(view::meetup::reminder(
        &meetup, *starts_at, late, going, cant,
    )))
}

/// A reminder as a member chose it; `None` where its date has begun, is at another time, or they don't go.
async fn own_reminder(
    transaction: &mut Transaction,
    notice: &Notice,
    member: MemberId,
    is_private: bool,
    now: DateTime<Utc>,
) -> Result<Option<Post>, StorageError> {
    let Notice::OwnReminder {
        meetup,
        original,
        starts_at,
        ahead_minutes,
        ..
    } = notice
    else {
        return Ok(None);
    };
    let Some((meetup, date)) = to_come(transaction, *meetup, *original, now).await? else {
        return Ok(None);
    };
    let answers = transaction.meetup_answers(meetup.id, *original).await?;
    let stands = answers.of_member(member);
    let is_going = stands.is_some_and(|given| given.answer == Answer::Going);
    if date.starts_at != *starts_at || !is_going {
        return Ok(None);
    }
    let late = now > *starts_at - TimeDelta::minutes(*ahead_minutes) + REMINDER_GRACE;
    if is_private {
        return Ok(Some(view::meetup::private_reminder(
            &meetup, *starts_at, late,
        )));
    }
    let cant = Action::CantAfterAll(meetup.id, *original, *ahead_minutes);
    let going = vec![member];
    Ok(Some(view::meetup::reminder(
        &meetup,
        *starts_at,
        late,
        going,
        Some(cant),
    )))
}

async fn to_come(
    transaction: &mut Transaction,
    meetup: MeetupId,
    original: NaiveDateTime,
    now: DateTime<Utc>,
) -> Result<Option<(Meetup, Date)>, StorageError> {
    let meetup = transaction.meetup(meetup).await?;
    Ok(meetup
        .filter(|meetup| meetup.cancelled_at.is_none())
        .and_then(|meetup| {
            let date = meetup.schedule().date_of(original)?;
            (date.starts_at > now).then_some((meetup, date))
        }))
}

/// The announcement below which a notice belongs, and what its thread is called.
///
/// The date's thread is opened with the first thing that is said in it. It has the id of the announcement, so
/// opening it twice opens one.
pub(super) struct Thread {
    announcement: MessageId,
    title: String,
}

/// Where a notice belongs into a date's thread; `None` where the date was not announced.
pub(super) async fn thread(
    transaction: &mut Transaction,
    guild: GuildId,
    channel: ChannelId,
    notice: &Notice,
) -> Result<Option<Thread>, StorageError> {
    let (meetup, original) = match notice {
        Notice::MeetupReminder {
            meetup,
            original: Some(original),
            ..
        }
        | Notice::MeetupChanged {
            meetup, original, ..
        }
        | Notice::SeatOffered {
            meetup, original, ..
        }
        | Notice::OwnReminder {
            meetup, original, ..
        }
        | Notice::MeetupNote {
            meetup, original, ..
        }
        | Notice::MeetupEnded { meetup, original } => (*meetup, *original),
        _ => return Ok(None),
    };
    let key = Notice::MeetupAnnounced { meetup, original }.key(guild, channel);
    let standing = transaction.standing_notice(&key).await?;
    let (Some((_, Some(announcement))), Some(meetup)) =
        (standing, transaction.meetup(meetup).await?)
    else {
        return Ok(None);
    };
    let date = meetup.schedule().date_of(original).unwrap_or(Date {
        starts_at: original.and_utc(),
        original,
        local: original,
    });
    Ok(Some(Thread {
        announcement,
        title: view::meetup::thread_title(&meetup, &date),
    }))
}

impl Thread {
    /// The thread, opened where it is not yet; the channel itself where none can be opened.
    pub(super) async fn open(
        &self,
        messenger: &dyn Messenger,
        channel: ChannelId,
    ) -> Result<ChannelId, DoorError> {
        let opened = messenger
            .open_thread(channel, self.announcement, &self.title)
            .await;
        match opened {
            // Without the permission, or where people have deleted the announcement.
            Err(DoorError::Refused(_) | DoorError::Gone(_)) => Ok(channel),
            opened => opened,
        }
    }
}
