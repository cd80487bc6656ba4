//! The event of a date in Discord's own calendar, which stands as a notice does.
//!
//! Discord knows no nonce for events. The step by which it is made once: before an event is made that may have
//! been made before, the events of the guild are listed and looked through for its mark. What is known of an
//! event is kept in the transaction that ends its notice's lease.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::facilitation::door::{DoorError, Messenger};
use crate::facilitation::meetup::is_for_everybody;
use crate::facilitation::{Facilitation, Fault};
use crate::practice::id::{EventId, MeetupId};
use crate::practice::meetup::{KnownEvent, Meetup, NativeEvent};
use crate::practice::notice::Notice;
use crate::practice::recurrence::Date;
use crate::storage::{DueNotice, StorageError, Transaction};
use crate::view;

/// What is to be done about the event of a date.
#[derive(Debug, Hash)]
pub(super) enum EventSaying {
    /// It stands, as this.
    Stands(NativeEvent),
    /// It does not.
    IsOff,
}

/// What is to be done about the event of a date now; `None` where it is over.
pub(super) async fn saying(
    transaction: &mut Transaction,
    meetup: MeetupId,
    original: NaiveDateTime,
    now: DateTime<Utc>,
) -> Result<Option<EventSaying>, StorageError> {
    let known = transaction.event_of(meetup, original).await?;
    let found = transaction.meetup(meetup).await?;
    let date = found
        .filter(|meetup| meetup.cancelled_at.is_none())
        .and_then(|meetup| {
            let date = meetup.schedule().date_of(original)?;
            Some((meetup, date))
        });
    if date.as_ref().is_some_and(|(_, date)| date.starts_at <= now) {
        return Ok(None);
    }
    if let Some((meetup, date)) = date
        && is_for_everybody(transaction, &meetup).await?
    {
        let event = event(transaction, &meetup, &date).await?;
        return Ok(Some(EventSaying::Stands(event)));
    }
    Ok(known
        .filter(|known| known.starts_at > now)
        .map(|_| EventSaying::IsOff))
}

async fn event(
    transaction: &mut Transaction,
    meetup: &Meetup,
    date: &Date,
) -> Result<NativeEvent, StorageError> {
    let place = meetup.plan.room.unwrap_or(meetup.plan.channel);
    let place = transaction.channel(place).await?;
    let place = place.map(|channel| channel.name);
    Ok(view::meetup::native_event(meetup, date, place.as_deref()))
}

/// Does what is to be done about the event of a date, and keeps that it was done.
pub(super) async fn deliver(
    facilitation: &Facilitation,
    messenger: &dyn Messenger,
    due: &DueNotice,
    date: (MeetupId, NaiveDateTime),
    saying: &EventSaying,
    said_hash: i64,
) -> Result<(), Fault> {
    let known = facilitation.store.read().await?;
    let known = { known }.event_of(date.0, date.1).await?;
    let done = match (saying, known) {
        (EventSaying::Stands(_), Some(known)) if said_hash == due.said_hash => Ok(Some(known)),
        (EventSaying::Stands(event), Some(known)) => {
            let moved = messenger.move_event(due.guild, known.id, event).await;
            moved.map(|()| {
                Some(KnownEvent {
                    starts_at: event.starts_at,
                    ..known
                })
            })
        }
        (EventSaying::Stands(event), None) => {
            let made = make(messenger, due, event).await;
            made.map(|id| {
                Some(KnownEvent {
                    id,
                    meetup: date.0,
                    original: date.1,
                    title: event.title.clone(),
                    starts_at: event.starts_at,
                })
            })
        }
        (EventSaying::IsOff, Some(known)) => {
            let deleted = messenger.delete_event(due.guild, known.id).await;
            if deleted.is_ok() {
                return forget(facilitation, due, known.id, said_hash).await;
            }
            deleted.map(|()| None)
        }
        (EventSaying::IsOff, None) => Ok(None),
    };
    let now = facilitation.clock.now();
    match done {
        Ok(known) => {
            let mut transaction = facilitation.store.begin().await?;
            if let Some(known) = known {
                transaction.keep_event(&known).await?;
            }
            transaction.keep_said(due, None, said_hash, now).await?;
            Ok(facilitation.commit(transaction).await?)
        }
        // Somebody deleted it; that is heard for itself.
        Err(DoorError::Gone(_)) => {
            let mut transaction = facilitation.store.begin().await?;
            transaction.drop_notice(due, now).await?;
            Ok(facilitation.commit(transaction).await?)
        }
        // Without the permission, or where a hundred are planned, there is none. It is tried again once the
        // permission is there; whoever looks after the community is told by the daily check.
        Err(DoorError::Refused(reason)) => {
            tracing::warn!(notice.id = %due.id, reason, "scheduled event refused");
            let mut transaction = facilitation.store.begin().await?;
            transaction.give_up_notice(due, &reason, now).await?;
            Ok(facilitation.commit(transaction).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn make(
    messenger: &dyn Messenger,
    due: &DueNotice,
    event: &NativeEvent,
) -> Result<EventId, DoorError> {
    if due.attempts > 1
        && let Some(id) = messenger.find_event(due.guild, &event.mark).await?
    {
        // It may have been made before its date was moved.
        messenger.move_event(due.guild, id, event).await?;
        return Ok(id);
    }
    messenger.create_event(due.guild, event).await
}

async fn forget(
    facilitation: &Facilitation,
    due: &DueNotice,
    event: EventId,
    said_hash: i64,
) -> Result<(), Fault> {
    let now = facilitation.clock.now();
    let mut transaction = facilitation.store.begin().await?;
    transaction.forget_event(event).await?;
    transaction.keep_said(due, None, said_hash, now).await?;
    Ok(facilitation.commit(transaction).await?)
}

/// The date that a notice is the event of.
pub(super) fn date_of(notice: &Notice) -> Option<(MeetupId, NaiveDateTime)> {
    match notice {
        Notice::NativeEvent { meetup, original } => Some((*meetup, *original)),
        _ => None,
    }
}
