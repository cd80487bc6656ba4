//! The events of dates in Discord's own calendar. They stand as notices of the outbox, and follow their dates;
//! what people do with them there is done with the dates.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{Facilitation, Failure, coordinators_channel};
use crate::facilitation::request::is_public;
use crate::facilitation::{Fault, put_notice};
use crate::practice::id::{ChannelId, EventId, GuildId, MeetupId};
use crate::practice::meetup::{FoundEvent, KnownEvent, Meetup, Taken, Touch, taken};
use crate::practice::notice::Notice;
use crate::practice::recurrence::instant_of;
use crate::storage::{StorageError, Transaction};

impl Facilitation {
    /// Whether an event is one of ours, and is not as it was put into Discord's calendar. What the gateway
    /// tells may be older than what we put there since; so what seems touched is to be looked at.
    pub async fn is_event_touched(
        &self,
        event: EventId,
        found: Option<&FoundEvent>,
    ) -> Result<bool, Fault> {
        let known = self.store.read().await?.known_event(event).await?;
        Ok(known.is_some_and(|known| known.is_touched(found)))
    }

    /// The events of a guild that are to come, as far as is known here.
    pub async fn events_to_come(&self, guild: GuildId) -> Result<Vec<EventId>, Fault> {
        let now = self.clock.now();
        let events = self.store.read().await?.events_after(guild, now).await?;
        Ok(events.into_iter().map(|event| event.id).collect())
    }

    /// Takes over what somebody did with an event: its date is moved or left out with it, and the
    /// coordinators are told. `found` is how it is in Discord; `None` where it is gone.
    pub async fn take_event(
        &self,
        event: EventId,
        found: Option<&FoundEvent>,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let Some(known) = transaction.known_event(event).await? else {
            return Ok(());
        };
        let Some(meetup) = transaction.meetup(known.meetup).await? else {
            return Ok(());
        };
        let is_shown = is_for_everybody(&mut transaction, &meetup).await?;
        let touch = match taken(&meetup, &known, found, now) {
            Taken::Nothing => return Ok(()),
            Taken::Moved(date, to) => {
                keep_found(&mut transaction, &known, found).await?;
                self.tend(&mut transaction, meetup.id).await?;
                self.move_one(&mut transaction, &meetup, date, to).await?;
                Touch::Moved {
                    from: date.starts_at,
                    to: instant_of(to, meetup.schedule().zone),
                }
            }
            // Where not everybody may know of it, it was removed by Convener itself.
            Taken::Removed(_) if !is_shown => {
                transaction.forget_event(event).await?;
                return Ok(self.commit(transaction).await?);
            }
            Taken::Removed(date) => {
                transaction.forget_event(event).await?;
                self.tend(&mut transaction, meetup.id).await?;
                self.skip_date(&mut transaction, &meetup, date, None)
                    .await?;
                Touch::Removed { at: date.starts_at }
            }
            Taken::Lost => {
                transaction.forget_event(event).await?;
                stir_event(&mut transaction, &meetup, known.original, now).await?;
                return Ok(self.commit(transaction).await?);
            }
            Taken::Renamed(_) => {
                keep_found(&mut transaction, &known, found).await?;
                Touch::Renamed
            }
        };
        let plan = &meetup.plan;
        let channel = coordinators_channel(&mut transaction, plan.guild, plan.channel).await?;
        let notice = Notice::EventTouched {
            meetup: meetup.id,
            original: known.original,
            heard_at: now,
            touch,
        };
        put_notice(&mut transaction, plan.guild, channel, &notice, now).await?;
        Ok(self.commit(transaction).await?)
    }

    /// Has the events that Discord refused tried again, as it may take them now.
    pub async fn revive_events(&self, guild: GuildId) -> Result<(), Fault> {
        let mut transaction = self.store.begin().await?;
        transaction.revive_events(guild, self.clock.now()).await?;
        Ok(self.commit(transaction).await?)
    }

    /// Whether a community has meetups at all.
    pub async fn has_meetups(&self, guild: GuildId) -> Result<bool, Fault> {
        Ok(!self.store.read().await?.meetups(guild).await?.is_empty())
    }
}

/// Whether everybody may know of a series: whoever may not read where it is announced is not to find its dates in
/// Discord's own calendar, which the whole guild sees.
pub async fn is_for_everybody(
    transaction: &mut Transaction,
    meetup: &Meetup,
) -> Result<bool, StorageError> {
    is_public(transaction, meetup.plan.channel).await
}

/// A channel was opened to everybody, or closed: so are the events of what is announced in it.
pub(in crate::facilitation) async fn stir_events_at(
    transaction: &mut Transaction,
    guild: GuildId,
    channel: ChannelId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    for meetup in transaction.meetups_at(guild, channel).await? {
        stir_events(transaction, meetup, now).await?;
    }
    Ok(())
}

/// Keeps an event as somebody left it.
async fn keep_found(
    transaction: &mut Transaction,
    known: &KnownEvent,
    found: Option<&FoundEvent>,
) -> Result<(), StorageError> {
    let Some(found) = found else {
        return Ok(());
    };
    let known = KnownEvent {
        title: found.title.clone(),
        starts_at: found.starts_at,
        ..known.clone()
    };
    transaction.keep_event(&known).await
}

/// Puts the event of the next date into Discord's calendar: so there is one a series ahead, and a second while
/// one runs.
pub(super) async fn put_event(
    transaction: &mut Transaction,
    meetup: &Meetup,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let Some(next) = meetup.schedule().next_after(now) else {
        return Ok(());
    };
    let notice = Notice::NativeEvent {
        meetup: meetup.id,
        original: next.original,
    };
    let plan = &meetup.plan;
    put_notice(transaction, plan.guild, plan.channel, &notice, now).await?;
    Ok(())
}

/// Has the event of a date follow it.
pub(super) async fn stir_event(
    transaction: &mut Transaction,
    meetup: &Meetup,
    original: NaiveDateTime,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let notice = Notice::NativeEvent {
        meetup: meetup.id,
        original,
    };
    let key = notice.key(meetup.plan.guild, meetup.plan.channel);
    transaction.stir_notice(&key, now).await
}

/// Has every event of a series follow it.
pub(super) async fn stir_events(
    transaction: &mut Transaction,
    meetup: MeetupId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    transaction
        .stir_notices(&Notice::events_of(meetup), now)
        .await
}
