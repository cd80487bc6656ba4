//! Events of the gateway: each is handled, and counted when it has been.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use serenity::all::{
    Context, Event, FullEvent, Interaction, RawEventHandler, Reaction, ReactionType, ShardManager,
    UserId,
};

use super::intake::{Intake, News};
use super::messenger::DiscordMessenger;
use super::{catch_up, check, command, component, scheduled_event, translate};
use crate::clock::Work;
use crate::facilitation::request::Pointed;
use crate::facilitation::{Facilitation, Failure, Fault};
use crate::practice::community::Channel;
use crate::practice::id::GuildId;
use crate::practice::meetup::FoundEvent;

/// The mark that says that something is settled.
const SETTLED: &str = "✅";

/// What handles events.
pub(super) struct Handler {
    facilitation: Arc<Facilitation>,
    messenger: Arc<DiscordMessenger>,
    intake: Mutex<Option<Intake>>,
    work: Work,
    commands: poise::FrameworkOptions<command::Data, command::Failed>,
    data: command::Data,
    shards: OnceLock<Arc<ShardManager>>,
    ourselves: OnceLock<UserId>,
    /// Whether the content of messages is shown to us.
    reads_content: bool,
    /// Whether everybody of a guild may read its channels unless one says otherwise.
    everybody_reads: Mutex<HashMap<GuildId, bool>>,
}

/// The handler as serenity takes it.
pub(super) struct Handle(pub(super) Arc<Handler>);

#[async_trait]
impl RawEventHandler for Handle {
    async fn raw_event(&self, context: Context, event: Event) {
        let under_way = self.0.work.begin();
        if let Err(fault) = Box::pin(self.0.handle(context, event)).await {
            tracing::error!(error = %fault, "event not handled");
        }
        self.0.work.count_handled();
        drop(under_way);
    }
}

impl Handler {
    pub(super) fn new(
        facilitation: Arc<Facilitation>,
        messenger: Arc<DiscordMessenger>,
        intake: Intake,
        work: Work,
        reads_content: bool,
    ) -> Self {
        let mut commands = poise::FrameworkOptions {
            commands: command::all(),
            on_error: |error| Box::pin(command::on_error(error)),
            ..Default::default()
        };
        poise::set_qualified_names(&mut commands.commands);
        Self {
            data: command::Data {
                facilitation: Arc::clone(&facilitation),
                messenger: Arc::clone(&messenger),
            },
            facilitation,
            messenger,
            intake: Mutex::new(Some(intake)),
            work,
            commands,
            shards: OnceLock::new(),
            ourselves: OnceLock::new(),
            reads_content,
            everybody_reads: Mutex::default(),
        }
    }

    /// The shards, once there is a client that has them.
    pub(super) fn know_shards(&self, shards: Arc<ShardManager>) {
        self.shards.set(shards).ok();
    }

    /// Takes nothing in any more.
    pub(super) fn close(&self) {
        self.intake
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }

    fn intake(&self) -> Option<Intake> {
        self.intake
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn handle(&self, context: Context, event: Event) -> Result<(), Fault> {
        match event {
            Event::Ready(event) => {
                self.ourselves.set(event.ready.user.id).ok();
                self.facilitation.forget_caught_up();
                tracing::info!(guilds = event.ready.guilds.len(), "connected to Discord");
            }
            Event::GuildCreate(event) => self.meet_guild(&event.guild).await?,
            Event::ChannelCreate(event) => self.meet_new_channel(&event.channel).await?,
            Event::ChannelUpdate(event) => self.meet_channel(&event.channel).await?,
            Event::ThreadCreate(event) => self.meet_new_channel(&event.thread).await?,
            Event::ChannelDelete(event) => {
                let guild = translate::guild_id(event.channel.guild_id);
                self.facilitation
                    .lose_channel(guild, translate::channel_id(event.channel.id))
                    .await?;
            }
            Event::ThreadDelete(event) => {
                let guild = translate::guild_id(event.thread.guild_id);
                self.facilitation
                    .lose_channel(guild, translate::channel_id(event.thread.id))
                    .await?;
            }
            Event::ThreadUpdate(event) => self.meet_channel(&event.thread).await?,
            Event::GuildDelete(event) if !event.guild.unavailable => {
                let guild = translate::guild_id(event.guild.id);
                self.facilitation.leave_guild(guild).await?;
            }
            // The role of everybody has the guild's own id.
            Event::GuildRoleUpdate(event)
                if event.role.id == event.role.guild_id.everyone_role() =>
            {
                let guild = event.role.guild_id;
                let reads = translate::everybody_reads(guild, &[&event.role]);
                self.keep_everybody_reads(translate::guild_id(guild), reads);
                let channels = guild.channels(self.messenger.http()).await;
                for channel in channels.unwrap_or_default().values() {
                    self.meet_channel(channel).await?;
                }
            }
            Event::GuildMemberAdd(event) => {
                let member = &event.member;
                let joined_at = member.joined_at.map(translate::moment);
                let joined_at = joined_at.unwrap_or_else(|| self.facilitation.clock.now());
                let roles: Vec<_> = member
                    .roles
                    .iter()
                    .map(|id| translate::role_id(*id))
                    .collect();
                let guild = translate::guild_id(member.guild_id);
                let member = translate::member(member);
                self.facilitation
                    .meet_member(guild, &member, Some(joined_at), &roles)
                    .await?;
            }
            Event::GuildMemberRemove(event) => {
                let guild = translate::guild_id(event.guild_id);
                let member = translate::member_id(event.user.id);
                self.facilitation.lose_member(guild, member).await?;
            }
            Event::GuildMemberUpdate(event) => {
                let roles: Vec<_> = event
                    .roles
                    .iter()
                    .map(|id| translate::role_id(*id))
                    .collect();
                let guild = translate::guild_id(event.guild_id);
                let member = translate::author(&event.user, event.nick.as_deref());
                self.facilitation
                    .meet_member(guild, &member, None, &roles)
                    .await?;
            }
            Event::GuildScheduledEventUpdate(event) => {
                let told = scheduled_event::found(&event.event);
                self.hear_event(&event.event, Some(&told)).await?;
            }
            Event::GuildScheduledEventDelete(event) => self.hear_event(&event.event, None).await?,
            Event::VoiceStateUpdate(event) => self.see_in_voice(&event.voice_state).await?,
            Event::InteractionCreate(event) => {
                Box::pin(self.interact(&context, event.interaction)).await;
            }
            // An event that serenity can't decode comes as unknown, and would be lost in silence.
            Event::Unknown(event) => {
                tracing::warn!(
                    event.kind = event.kind,
                    "event of a kind that is not understood"
                );
            }
            event => self.handle_message(event).await?,
        }
        Ok(())
    }

    /// What people do with the events of Discord's own calendar.
    async fn hear_event(
        &self,
        event: &serenity::all::ScheduledEvent,
        told: Option<&FoundEvent>,
    ) -> Result<(), Fault> {
        let (facilitation, reader) = (&self.facilitation, self.messenger.as_ref());
        let guild = translate::guild_id(event.guild_id);
        let id = translate::event_id(event.id);
        scheduled_event::hear(facilitation, reader, guild, id, told).await
    }

    /// Sees who is in which voice channel.
    async fn see_in_voice(&self, state: &serenity::all::VoiceState) -> Result<(), Fault> {
        let (Some(guild), Some(member)) = (state.guild_id, &state.member) else {
            return Ok(());
        };
        let room = state.channel_id.map(translate::channel_id);
        let member = translate::member(member);
        self.facilitation
            .see_in_voice(translate::guild_id(guild), &member, room)
            .await
    }

    /// What is said, changed and taken back.
    async fn handle_message(&self, event: Event) -> Result<(), Fault> {
        match event {
            Event::MessageCreate(event) => self.hear(&event.message).await,
            Event::MessageUpdate(event) => {
                let edited_at = event.edited_timestamp;
                let (Some(guild), Some(text), Some(edited_at)) =
                    (event.guild_id, event.content, edited_at)
                else {
                    return Ok(());
                };
                // What we change in what we posted on somebody's behalf is no edit of theirs; and
                // words that may not be read come empty.
                let is_ours = event.author.map(|author| author.id) == self.ourselves.get().copied();
                if is_ours || (text.is_empty() && !self.reads_content) {
                    return Ok(());
                }
                let news = News::Edited {
                    channel: translate::channel_id(event.channel_id),
                    message: translate::message_id(event.id),
                    text: translate::scrubbed(&text),
                    edited_at: translate::moment(edited_at),
                };
                self.take(guild, news).await;
            }
            Event::MessageDelete(event) => {
                if let Some(guild) = event.guild_id {
                    let news = News::Deleted {
                        channel: translate::channel_id(event.channel_id),
                        message: translate::message_id(event.message_id),
                    };
                    self.take(guild, news).await;
                }
            }
            Event::MessageDeleteBulk(event) => {
                let Some(guild) = event.guild_id else {
                    return Ok(());
                };
                for id in event.ids {
                    let news = News::Deleted {
                        channel: translate::channel_id(event.channel_id),
                        message: translate::message_id(id),
                    };
                    self.take(guild, news).await;
                }
            }
            Event::ReactionAdd(event) => self.hear_mark(&event.reaction).await?,
            _ => {}
        }
        Ok(())
    }

    async fn meet_guild(&self, guild: &serenity::all::Guild) -> Result<(), Fault> {
        let id = translate::guild_id(guild.id);
        let roles: Vec<_> = guild.roles.values().collect();
        let reads = translate::everybody_reads(guild.id, &roles);
        self.keep_everybody_reads(id, reads);
        let places = guild.channels.values().chain(&guild.threads);
        let channels: Vec<Channel> = places
            .map(|place| translate::channel(place, reads))
            .collect();
        self.facilitation
            .meet_guild(id, &translate::scrubbed(&guild.name), &channels)
            .await?;
        if let Some(ourselves) = self.ourselves.get() {
            let ourselves = translate::member_id(*ourselves);
            let active: HashSet<_> = guild
                .threads
                .iter()
                .map(|thread| translate::channel_id(thread.id))
                .collect();
            let reader = self.messenger.as_ref();
            catch_up::catch_up(&self.facilitation, reader, id, &active, ourselves).await?;
            for state in guild.voice_states.values() {
                let member = translate::stranger(state.user_id);
                let room = state.channel_id.map(translate::channel_id);
                self.facilitation.see_in_voice(id, &member, room).await?;
            }
            let events = &guild.scheduled_events;
            scheduled_event::catch_up(&self.facilitation, reader, id, events).await?;
            check::check_guild(&self.facilitation, &self.messenger, id).await?;
        }
        Ok(())
    }

    fn keep_everybody_reads(&self, guild: GuildId, reads: bool) {
        self.everybody_reads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(guild, reads);
    }

    /// In a channel that was made just now nothing was missed.
    async fn meet_new_channel(&self, channel: &serenity::all::GuildChannel) -> Result<(), Fault> {
        self.meet_channel(channel).await?;
        self.facilitation
            .keep_caught_up(translate::channel_id(channel.id));
        Ok(())
    }

    async fn meet_channel(&self, channel: &serenity::all::GuildChannel) -> Result<(), Fault> {
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

    async fn hear(&self, message: &serenity::all::Message) {
        let Some(guild) = message.guild_id else {
            return;
        };
        if self.ourselves.get() == Some(&message.author.id) {
            return;
        }
        if let Some(heard) = translate::heard(message) {
            self.take(guild, News::Said(heard)).await;
        }
    }

    /// Hears that somebody put a ✅ on a message.
    async fn hear_mark(&self, reaction: &Reaction) -> Result<(), Fault> {
        let is_mark = matches!(&reaction.emoji, ReactionType::Unicode(emoji) if emoji == SETTLED);
        let (Some(guild), Some(member)) = (reaction.guild_id, &reaction.member) else {
            return Ok(());
        };
        if !is_mark || member.user.bot {
            return Ok(());
        }
        let by = command::actor(&self.facilitation, translate::guild_id(guild), member).await;
        let by = match by {
            Ok(by) => by,
            Err(Failure::Refused(_)) => return Ok(()),
            Err(Failure::Fault(fault)) => return Err(fault),
        };
        let pointed = Pointed {
            channel: translate::channel_id(reaction.channel_id),
            message: translate::message_id(reaction.message_id),
            author: reaction
                .message_author_id
                .filter(|author| self.ourselves.get() != Some(author))
                .map(translate::member_id),
            is_marked: false,
        };
        self.take(guild, News::Settled(pointed, by)).await;
        Ok(())
    }

    async fn take(&self, guild: serenity::all::GuildId, news: News) {
        if let Some(intake) = self.intake() {
            intake.take(translate::guild_id(guild), news).await;
        }
    }

    async fn interact(&self, context: &Context, interaction: Interaction) {
        match interaction {
            Interaction::Component(component) => {
                component::interact(&self.facilitation, context, &component).await;
            }
            Interaction::Modal(modal) => {
                component::submit(&self.facilitation, context, &modal).await;
            }
            interaction => {
                let Some(shard_manager) = self.shards.get() else {
                    return;
                };
                let framework = poise::FrameworkContext {
                    bot_id: self.ourselves.get().copied().unwrap_or_default(),
                    serenity_context: context,
                    options: &self.commands,
                    user_data: &self.data,
                    shard_manager,
                };
                let event = FullEvent::InteractionCreate { interaction };
                Box::pin(poise::dispatch_event(framework, event)).await;
            }
        }
    }
}
