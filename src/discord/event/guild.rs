//! Guilds and channels, as they are met.

use std::collections::HashSet;
use std::sync::PoisonError;

use serenity::all::ScheduledEvent;

use super::Handler;
use crate::discord::{catch_up, check, scheduled_event, translate};
use crate::facilitation::Fault;
use crate::practice::community::Channel;
use crate::practice::id::{ChannelId, GuildId};
use crate::practice::message::Author;

/// A guild as it is met; far smaller than what Discord tells of it.
pub(super) struct Met {
    id: GuildId,
    name: String,
    channels: Vec<Channel>,
    active: HashSet<ChannelId>,
    /// Who is in a voice channel, and in which.
    seen: Vec<(Author, Option<ChannelId>)>,
    events: Vec<ScheduledEvent>,
}
impl Handler {
    pub(super) fn met(&self, guild: &serenity::all::Guild) -> Met {
        let id = translate::guild_id(guild.id);
        let roles: Vec<_> = guild.roles.values().collect();
        let reads = translate::everybody_reads(guild.id, &roles);
        self.keep_everybody_reads(id, reads);
        let places = guild.channels.values().chain(&guild.threads);
        Met {
            id,
            name: translate::scrubbed(&guild.name),
            channels: places
                .map(|place| translate::channel(place, reads))
                .collect(),
            active: guild
                .threads
                .iter()
                .map(|thread| translate::channel_id(thread.id))
                .collect(),
            seen: guild
                .voice_states
                .values()
                .map(|state| {
                    let room = state.channel_id.map(translate::channel_id);
                    (translate::stranger(state.user_id), room)
                })
                .collect(),
            events: guild.scheduled_events.clone(),
        }
    }

    pub(super) async fn meet_guild(&self, met: Met) -> Result<(), Fault> {
        let facilitation = &self.facilitation;
        facilitation
            .meet_guild(met.id, &met.name, &met.channels)
            .await?;
        if let Some(ourselves) = self.ourselves.get() {
            let reader = self.messenger.as_ref();
            catch_up::catch_up(facilitation, reader, met.id, &met.active, *ourselves).await?;
            for (member, room) in &met.seen {
                facilitation.see_in_voice(met.id, member, *room).await?;
            }
            scheduled_event::catch_up(facilitation, reader, met.id, &met.events).await?;
            check::check_guild(facilitation, &self.messenger, met.id).await?;
        }
        Ok(())
    }

    pub(super) fn keep_everybody_reads(&self, guild: GuildId, reads: bool) {
        self.everybody_reads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(guild, reads);
    }

    /// In a channel that was made just now nothing was missed.
    pub(super) async fn meet_new_channel(
        &self,
        channel: &serenity::all::GuildChannel,
    ) -> Result<(), Fault> {
        self.meet_channel(channel).await?;
        let guild = translate::guild_id(channel.guild_id);
        self.facilitation
            .keep_caught_up(guild, translate::channel_id(channel.id));
        Ok(())
    }

    pub(super) async fn meet_channel(
        &self,
        channel: &serenity::all::GuildChannel,
    ) -> Result<(), Fault> {
        let everybody_reads = *self
            .everybody_reads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&translate::guild_id(channel.guild_id))
            .unwrap_or(&false);
        self.facilitation
            .meet_channel(&translate::channel(channel, everybody_reads))
            .await
    }
}
