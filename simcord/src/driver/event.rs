//! Scheduled events and voice channels, as people have them.

use chrono::{DateTime, Utc};

use super::{Guild, Person, Place, Refused, acting::a_moment};
use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    state::{self, ChannelKind, EventStatus, State, Venue},
};

/// A scheduled event at the moment it was looked at.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ScheduledEvent {
    /// The event's id.
    pub id: Snowflake,
    /// What it is called.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// When it begins, in community time.
    pub starts_at: DateTime<Utc>,
    /// When it ends, in community time.
    pub ends_at: Option<DateTime<Utc>>,
    /// The voice channel it takes place in.
    pub channel: Option<Snowflake>,
    /// The place outside of Discord.
    pub location: Option<String>,
    /// Discord's status: 1 scheduled, 2 active, 3 completed, 4 canceled.
    pub status: u64,
    /// The handles of who means to come.
    pub interested: Vec<String>,
}

impl ScheduledEvent {
    fn read(state: &State, event: &state::ScheduledEvent) -> Self {
        let handle = |user: &Snowflake| state.users.get(user).map(|user| user.handle.clone());
        let (channel, location) = match &event.venue {
            Venue::Voice(channel) => (Some(*channel), None),
            Venue::External(location) => (None, Some(location.clone())),
        };
        Self {
            id: event.id,
            name: event.name.clone(),
            description: event.description.clone().unwrap_or_default(),
            starts_at: event.starts_at,
            ends_at: event.ends_at,
            channel,
            location,
            status: event.status as u64,
            interested: event.interested.iter().filter_map(handle).collect(),
        }
    }
}

impl Guild {
    /// Every scheduled event, past ones too, in the order they were made.
    #[must_use]
    pub fn scheduled_events(&self) -> Vec<ScheduledEvent> {
        self.server.change(|state| {
            state.let_events_begin_and_end(self.id());
            let events = state.events_of(self.id());
            events
                .map(|event| ScheduledEvent::read(state, event))
                .collect()
        })
    }
}

impl Person {
    /// As [`Person::is_interested`] or [`Person::loses_interest`], or why not.
    pub async fn try_is_interested(
        &self,
        event: &ScheduledEvent,
        interested: bool,
    ) -> Result<(), Refused> {
        self.server.change(|state| {
            let known = self.find_event(state, event)?;
            if known.status.is_over() {
                return Err(Refused::Impossible("that event is over".to_owned()));
            }
            state.set_interest(event.id, self.id(), interested);
            Ok(())
        })?;
        a_moment().await;
        Ok(())
    }

    /// As [`Person::cancels`], or why not.
    pub async fn try_cancels(&self, event: &ScheduledEvent) -> Result<(), Refused> {
        self.server.change(|state| {
            let known = self.find_own_event(state, event)?;
            if !known.status.can_become(EventStatus::Canceled) {
                return Err(Refused::Impossible(
                    "only an event that has not begun can be cancelled".to_owned(),
                ));
            }
            state.change_scheduled_event(event.id, |event| event.status = EventStatus::Canceled);
            Ok(())
        })?;
        a_moment().await;
        Ok(())
    }

    /// As [`Person::reschedules`], or why not.
    pub async fn try_reschedules(
        &self,
        event: &ScheduledEvent,
        starts_at: DateTime<Utc>,
    ) -> Result<(), Refused> {
        self.server.change(|state| {
            let begun = self.find_own_event(state, event)?.status != EventStatus::Scheduled;
            if begun || starts_at <= state.now() {
                return Err(Refused::Impossible(
                    "only an event to come can be moved, and only to a time to come".to_owned(),
                ));
            }
            state.change_scheduled_event(event.id, |event| {
                let lasts = event.ends_at.map(|end| end - event.starts_at);
                event.starts_at = starts_at;
                event.ends_at = lasts.map(|lasts| starts_at + lasts);
            });
            Ok(())
        })?;
        a_moment().await;
        Ok(())
    }

    /// As [`Person::renames_event`], or why not.
    pub async fn try_renames_event(
        &self,
        event: &ScheduledEvent,
        name: &str,
    ) -> Result<(), Refused> {
        self.server.change(|state| {
            self.find_own_event(state, event)?;
            state.change_scheduled_event(event.id, |event| name.clone_into(&mut event.name));
            Ok(())
        })?;
        a_moment().await;
        Ok(())
    }

    /// As [`Person::deletes_event`], or why not.
    pub async fn try_deletes_event(&self, event: &ScheduledEvent) -> Result<(), Refused> {
        self.server.change(|state| {
            self.find_own_event(state, event)?;
            state.delete_scheduled_event(event.id);
            Ok(())
        })?;
        a_moment().await;
        Ok(())
    }

    /// An event that they may change: an own one, or any with Manage Events.
    fn find_own_event<'a>(
        &self,
        state: &'a State,
        event: &ScheduledEvent,
    ) -> Result<&'a state::ScheduledEvent, Refused> {
        let known = self.find_event(state, event)?;
        let may = state.guilds.get(&known.guild).is_some_and(|guild| {
            guild
                .base_permissions(self.id())
                .contains(Permissions::MANAGE_EVENTS)
        });
        if known.creator == self.id() || may {
            return Ok(known);
        }
        Err(Refused::NotAllowed {
            who: self.handle_in(state),
            missing: Permissions::MANAGE_EVENTS,
            channel: String::new(),
        })
    }

    /// As [`Person::joins_voice`], or why not.
    pub async fn try_joins_voice(&self, place: impl Into<Place>) -> Result<(), Refused> {
        let place = place.into();
        self.server.change(|state| {
            let id = self.find_channel(state, &place)?;
            let channel = state.channels.get(&id);
            let guild = channel
                .filter(|channel| channel.kind == ChannelKind::Voice)
                .and_then(|channel| channel.guild);
            let Some(guild) = guild else {
                return Err(Refused::Impossible(format!("{place} is no voice channel")));
            };
            self.need(state, id, Permissions::CONNECT)?;
            state.connect(guild, self.id(), Some(id));
            Ok(())
        })?;
        a_moment().await;
        Ok(())
    }

    /// Hangs up, wherever they are.
    pub async fn leaves_voice(&self) {
        if let Some(guild) = self.guild {
            self.server
                .change(|state| state.connect(guild, self.id(), None));
        }
        a_moment().await;
    }

    fn find_event<'a>(
        &self,
        state: &'a State,
        event: &ScheduledEvent,
    ) -> Result<&'a state::ScheduledEvent, Refused> {
        let gone = || Refused::Impossible("that event is gone".to_owned());
        let known = state.scheduled_events.get(&event.id).ok_or_else(gone)?;
        if let Venue::Voice(channel) = known.venue {
            self.need(state, channel, Permissions::VIEW_CHANNEL)?;
        }
        Ok(known)
    }
}
