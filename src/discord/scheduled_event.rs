//! Discord's own calendar of a guild: what is put there, and what people do with it.
//! <https://discord.com/developers/docs/resources/guild-scheduled-event>

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serenity::all::{
    CreateScheduledEvent, EditScheduledEvent, Http, ScheduledEvent, ScheduledEventStatus,
    ScheduledEventType, Timestamp,
};

use super::messenger::within_time;
use super::{render, translate};
use crate::facilitation::door::{DoorError, GuildReader};
use crate::facilitation::{Facilitation, Failure, Fault};
use crate::practice::id::{EventId, GuildId};
use crate::practice::meetup::{FoundEvent, NativeEvent};

/// The longest name and place of an event, and its longest description.
const LONGEST_LINE: usize = 100;
const LONGEST_ABOUT: usize = 1_000;

fn timestamp(moment: DateTime<Utc>) -> Timestamp {
    Timestamp::from(moment)
}

/// Makes an event. It is one of a place outside, which begins and ends by itself.
pub(super) async fn create(
    http: &Http,
    guild: GuildId,
    event: &NativeEvent,
) -> Result<EventId, DoorError> {
    let name = render::cut(&event.title, LONGEST_LINE);
    let starts_at = timestamp(event.starts_at);
    let event = CreateScheduledEvent::new(ScheduledEventType::External, name, starts_at)
        .end_time(timestamp(event.ends_at))
        .location(render::cut(&event.place, LONGEST_LINE))
        .description(render::cut(&event.about, LONGEST_ABOUT));
    let guild = translate::their_guild_id(guild);
    let made = within_time(guild.create_scheduled_event(http, event)).await?;
    Ok(translate::event_id(made.id))
}

/// Looks for an event by the mark in its description; others have not our mark.
pub(super) async fn find(
    http: &Http,
    guild: GuildId,
    mark: &str,
) -> Result<Option<EventId>, DoorError> {
    let events = translate::their_guild_id(guild).scheduled_events(http, false);
    let events = within_time(events).await?;
    let is_marked = |event: &&ScheduledEvent| {
        let about = event.description.as_deref().unwrap_or_default();
        event.status != ScheduledEventStatus::Canceled && about.lines().any(|line| line == mark)
    };
    let found = events.iter().find(is_marked);
    Ok(found.map(|event| translate::event_id(event.id)))
}

/// Puts the times and the place of an event right, and its description where nobody wrote another.
pub(super) async fn put_right(
    http: &Http,
    guild: GuildId,
    event: EventId,
    to: &NativeEvent,
) -> Result<(), DoorError> {
    let guild = translate::their_guild_id(guild);
    let event = translate::their_event_id(event);
    let stands = within_time(guild.scheduled_event(http, event, false)).await?;
    let mut edit = EditScheduledEvent::new()
        .start_time(timestamp(to.starts_at))
        .end_time(timestamp(to.ends_at))
        .location(render::cut(&to.place, LONGEST_LINE));
    if NativeEvent::is_own_about(&stands.description.unwrap_or_default()) {
        edit = edit.description(render::cut(&to.about, LONGEST_ABOUT));
    }
    within_time(guild.edit_scheduled_event(http, event, edit)).await?;
    Ok(())
}

/// Deletes an event; it may be gone already.
pub(super) async fn delete(http: &Http, guild: GuildId, event: EventId) -> Result<(), DoorError> {
    let guild = translate::their_guild_id(guild);
    let event = translate::their_event_id(event);
    match within_time(guild.delete_scheduled_event(http, event)).await {
        Err(DoorError::Gone(_)) => Ok(()),
        deleted => deleted,
    }
}

/// Looks an event up; `None` where it is gone.
pub(super) async fn look(
    http: &Http,
    guild: GuildId,
    event: EventId,
) -> Result<Option<FoundEvent>, DoorError> {
    let guild = translate::their_guild_id(guild);
    let event = translate::their_event_id(event);
    match within_time(guild.scheduled_event(http, event, false)).await {
        Ok(event) => Ok(Some(found(&event))),
        Err(DoorError::Gone(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// An event as ours.
pub(super) fn found(event: &ScheduledEvent) -> FoundEvent {
    FoundEvent {
        id: translate::event_id(event.id),
        title: translate::scrubbed(&event.name),
        starts_at: translate::moment(event.start_time),
        is_cancelled: event.status == ScheduledEventStatus::Canceled,
    }
}

/// Hears that an event was changed; or, where `told` is `None`, that it is gone.
pub(super) async fn hear(
    facilitation: &Facilitation,
    reader: &dyn GuildReader,
    guild: GuildId,
    event: EventId,
    told: Option<&FoundEvent>,
) -> Result<(), Fault> {
    if !facilitation.is_event_touched(event, told).await? {
        return Ok(());
    }
    let found = match reader.event(guild, event).await {
        Ok(found) => found,
        // It is looked at again with the next connection.
        Err(error) => {
            tracing::warn!(event.id = %event, %error, "scheduled event not looked at");
            return Ok(());
        }
    };
    match facilitation.take_event(event, found.as_ref()).await {
        Ok(()) | Err(Failure::Refused(_)) => Ok(()),
        Err(Failure::Fault(fault)) => Err(fault),
    }
}

/// Hears what was done with the events of a guild while nobody listened.
pub(super) async fn catch_up(
    facilitation: &Facilitation,
    reader: &dyn GuildReader,
    guild: GuildId,
    events: &[ScheduledEvent],
) -> Result<(), Fault> {
    let known: HashSet<_> = events
        .iter()
        .map(|event| translate::event_id(event.id))
        .collect();
    for event in events {
        let told = found(event);
        hear(facilitation, reader, guild, told.id, Some(&told)).await?;
    }
    for event in facilitation.events_to_come(guild).await? {
        if !known.contains(&event) {
            hear(facilitation, reader, guild, event, None).await?;
        }
    }
    Ok(())
}
