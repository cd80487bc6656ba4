//! Guilds and channels, as they are met.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use serenity::all::ScheduledEvent;
use tokio::time::timeout;

use super::Handler;
use crate::discord::{catch_up, check, scheduled_event, translate};
use crate::facilitation::Fault;
use crate::practice::community::Channel;
use crate::practice::id::{ChannelId, GuildId};
use crate::practice::message::Author;

/// How long a command waits for its guild to be known. Discord waits three seconds for an answer:
/// <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback>.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// A guild as it is met; far smaller than what Discord tells of it.
pub(super) struct Met {
    name: String,
    channels: Vec<Channel>,
    found: Found,
}

/// What is looked at of a guild once it is kept. Many may wait for that, and long.
struct Found {
    id: GuildId,
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
        let found = Found {
            id,
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
        };
        Met {
            name: translate::scrubbed(&guild.name),
            channels: places
                .map(|place| translate::channel(place, reads))
                .collect(),
            found,
        }
    }

    /// Has a guild met, and then read on, each with a few others at a time.
    pub(super) fn meet_later(self: &Arc<Self>, met: Met) {
        let id = met.found.id;
        self.being_met.send_modify(|guilds| {
            guilds.insert(id);
        });
        let (handler, under_way) = (Arc::clone(self), self.work.begin());
        self.elsewhere.spawn(async move {
            let outcome = Box::pin(handler.meet_and_read_on(met)).await;
            if let Err(fault) = outcome {
                tracing::error!(guild.id = %id, error = %fault, "guild not met");
            }
            handler.work.count_handled();
            drop(under_way);
        });
    }

    async fn meet_and_read_on(&self, met: Met) -> Result<(), Fault> {
        let Met {
            name,
            channels,
            found,
        } = met;
        // Nobody closes the semaphores.
        let permit = self.at_once.acquire().await.ok();
        let kept = self
            .facilitation
            .meet_guild(found.id, &name, &channels)
            .await;
        drop((permit, name, channels));
        self.being_met.send_modify(|guilds| {
            guilds.remove(&found.id);
        });
        kept?;
        let _permit = self.read_on_at_once.acquire().await.ok();
        self.read_on(found).await
    }

    /// Waits until a guild is known that Convener has come to a moment ago: somebody may be quicker there with a
    /// command. Not for long, as Discord waits for an answer.
    pub(super) async fn wait_until_met(&self, guild: GuildId) {
        let mut being_met = self.being_met.subscribe();
        let is_known = async || matches!(self.facilitation.community(guild).await, Ok(Some(_)));
        if being_met.borrow().contains(&guild) && !is_known().await {
            let met = being_met.wait_for(|guilds| !guilds.contains(&guild));
            timeout(LONGEST_WAIT, met).await.ok();
        }
    }

    async fn read_on(&self, found: Found) -> Result<(), Fault> {
        let facilitation = &self.facilitation;
        if let Some(ourselves) = self.ourselves.get() {
            let reader = self.messenger.as_ref();
            catch_up::catch_up(facilitation, reader, found.id, &found.active, *ourselves).await?;
            for (member, room) in &found.seen {
                facilitation.see_in_voice(found.id, member, *room).await?;
            }
            scheduled_event::catch_up(facilitation, reader, found.id, &found.events).await?;
            check::check_guild(facilitation, &self.messenger, found.id).await?;
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
