//! Scheduled events of a guild: <https://discord.com/developers/docs/resources/guild-scheduled-event>.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::State;
use crate::{
    gateway::{Dispatch, Intents},
    snowflake::Snowflake,
    time::timestamp,
};

/// The most events of a guild that are not over.
pub(crate) const MOST_EVENTS: usize = 100;

/// Where an event takes place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Venue {
    Voice(Snowflake),
    External(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventStatus {
    Scheduled = 1,
    Active = 2,
    Completed = 3,
    Canceled = 4,
}

impl EventStatus {
    pub(crate) fn from_number(number: u64) -> Option<Self> {
        let all = [
            Self::Scheduled,
            Self::Active,
            Self::Completed,
            Self::Canceled,
        ];
        all.into_iter().find(|status| *status as u64 == number)
    }

    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Canceled)
    }

    pub(crate) fn can_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Scheduled, Self::Active | Self::Canceled) | (Self::Active, Self::Completed)
        )
    }
}

#[derive(Clone, Debug)]
pub(crate) struct ScheduledEvent {
    pub(crate) id: Snowflake,
    pub(crate) guild: Snowflake,
    pub(crate) creator: Snowflake,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) venue: Venue,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: Option<DateTime<Utc>>,
    pub(crate) status: EventStatus,
    pub(crate) recurrence: Option<Value>,
    pub(crate) interested: Vec<Snowflake>,
}

impl State {
    pub(crate) fn add_scheduled_event(&mut self, event: ScheduledEvent) {
        let id = event.id;
        self.scheduled_events.insert(id, event);
        self.dispatch_scheduled_event("GUILD_SCHEDULED_EVENT_CREATE", id);
    }

    pub(crate) fn change_scheduled_event(
        &mut self,
        id: Snowflake,
        change: impl FnOnce(&mut ScheduledEvent),
    ) {
        if let Some(event) = self.scheduled_events.get_mut(&id) {
            change(event);
            self.dispatch_scheduled_event("GUILD_SCHEDULED_EVENT_UPDATE", id);
        }
    }

    pub(crate) fn delete_scheduled_event(&mut self, id: Snowflake) {
        self.dispatch_scheduled_event("GUILD_SCHEDULED_EVENT_DELETE", id);
        self.scheduled_events.remove(&id);
    }

    /// External events begin and end by themselves; here that happens when somebody next looks.
    pub(crate) fn let_events_begin_and_end(&mut self, guild: Snowflake) {
        let now = self.now();
        let due: Vec<(Snowflake, EventStatus)> = self
            .events_of(guild)
            .filter(|event| matches!(event.venue, Venue::External(_)))
            .filter_map(|event| {
                let begun = event.status == EventStatus::Active || event.starts_at <= now;
                let ended = event.ends_at.is_some_and(|end| end <= now);
                match event.status {
                    EventStatus::Scheduled | EventStatus::Active if begun && ended => {
                        Some((event.id, EventStatus::Completed))
                    }
                    EventStatus::Scheduled if begun => Some((event.id, EventStatus::Active)),
                    _ => None,
                }
            })
            .collect();
        for (id, status) in due {
            self.change_scheduled_event(id, |event| event.status = status);
        }
    }

    pub(crate) fn events_of(&self, guild: Snowflake) -> impl Iterator<Item = &ScheduledEvent> {
        self.scheduled_events
            .values()
            .filter(move |event| event.guild == guild)
    }

    /// Says that somebody means to come, or no longer.
    pub(crate) fn set_interest(&mut self, id: Snowflake, user: Snowflake, interested: bool) {
        let Some(event) = self.scheduled_events.get_mut(&id) else {
            return;
        };
        if event.interested.contains(&user) == interested {
            return;
        }
        let guild = event.guild;
        let name = if interested {
            event.interested.push(user);
            "GUILD_SCHEDULED_EVENT_USER_ADD"
        } else {
            event.interested.retain(|known| *known != user);
            "GUILD_SCHEDULED_EVENT_USER_REMOVE"
        };
        let data = json!({"guild_scheduled_event_id": id, "user_id": user, "guild_id": guild});
        self.dispatch(&Dispatch::in_guild(
            name,
            Intents::GUILD_SCHEDULED_EVENTS,
            guild,
            data,
        ));
    }

    fn dispatch_scheduled_event(&mut self, name: &'static str, id: Snowflake) {
        let Some(event) = self.scheduled_events.get(&id) else {
            return;
        };
        let data = self.scheduled_event_payload(event);
        let intents = Intents::GUILD_SCHEDULED_EVENTS;
        let mut dispatch = Dispatch::in_guild(name, intents, event.guild, data);
        if let Venue::Voice(channel) = event.venue {
            dispatch = dispatch.seen_in(channel);
        }
        self.dispatch(&dispatch);
    }

    pub(crate) fn scheduled_event_payload(&self, event: &ScheduledEvent) -> Value {
        let (kind, channel, metadata) = match &event.venue {
            Venue::Voice(channel) => (2, Some(channel), Value::Null),
            Venue::External(location) => (3, None, json!({"location": location})),
        };
        json!({
            "id": event.id,
            "guild_id": event.guild,
            "channel_id": channel,
            "creator_id": event.creator,
            "creator": self.user_payload(event.creator),
            "name": event.name,
            "description": event.description,
            "image": null,
            "scheduled_start_time": timestamp(event.starts_at),
            "scheduled_end_time": event.ends_at.map(timestamp),
            "privacy_level": 2,
            "status": event.status as u64,
            "entity_type": kind,
            "entity_id": null,
            "entity_metadata": metadata,
            "recurrence_rule": event.recurrence,
            "guild_scheduled_event_exceptions": [],
        })
    }
}
