//! Events of the gateway: each is handled, and counted when it has been.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use serenity::all::{
    Context, Event, FullEvent, Interaction, RawEventHandler, ShardManager, UserId,
};

use super::intake::Intake;
use super::messenger::DiscordMessenger;
use super::{catch_up, command, component, translate};
use crate::clock::Work;
use crate::facilitation::{Facilitation, Fault};
use crate::practice::community::Channel;

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
            },
            facilitation,
            messenger,
            intake: Mutex::new(Some(intake)),
            work,
            commands,
            shards: OnceLock::new(),
            ourselves: OnceLock::new(),
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
                self.facilitation
                    .lose_channel(translate::channel_id(event.channel.id))
                    .await?;
            }
            Event::ThreadDelete(event) => {
                self.facilitation
                    .lose_channel(translate::channel_id(event.thread.id))
                    .await?;
            }
            Event::ThreadUpdate(event) => self.meet_channel(&event.thread).await?,
            Event::GuildMemberAdd(event) => {
                let joined_at = event.member.joined_at.map(translate::moment);
                let joined_at = joined_at.unwrap_or_else(|| self.facilitation.clock.now());
                let guild = translate::guild_id(event.member.guild_id);
                let member = translate::member(&event.member);
                self.facilitation
                    .meet_member(guild, &member, joined_at)
                    .await?;
            }
            Event::MessageCreate(event) => self.hear(&event.message).await,
            Event::MessageUpdate(event) => {
                let edited_at = event.edited_timestamp;
                let (Some(guild), Some(text), Some(edited_at)) =
                    (event.guild_id, event.content, edited_at)
                else {
                    return Ok(());
                };
                let (guild, channel) = (
                    translate::guild_id(guild),
                    translate::channel_id(event.channel_id),
                );
                let (message, text) = (translate::message_id(event.id), translate::scrubbed(&text));
                let edited_at = translate::moment(edited_at);
                self.facilitation
                    .hear_edit(guild, channel, message, &text, edited_at)
                    .await?;
            }
            Event::MessageDelete(event) => {
                let channel = translate::channel_id(event.channel_id);
                let message = translate::message_id(event.message_id);
                self.facilitation.hear_deletion(channel, message).await?;
            }
            Event::MessageDeleteBulk(event) => {
                for id in event.ids {
                    let channel = translate::channel_id(event.channel_id);
                    self.facilitation
                        .hear_deletion(channel, translate::message_id(id))
                        .await?;
                }
            }
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
            _ => {}
        }
        Ok(())
    }

    async fn meet_guild(&self, guild: &serenity::all::Guild) -> Result<(), Fault> {
        let id = translate::guild_id(guild.id);
        let places = guild.channels.values().chain(&guild.threads);
        let channels: Vec<Channel> = places.map(translate::channel).collect();
        self.facilitation
            .meet_guild(id, &translate::scrubbed(&guild.name), &channels)
            .await?;
        if let Some(ourselves) = self.ourselves.get() {
            let ourselves = translate::member_id(*ourselves);
            catch_up::catch_up(&self.facilitation, self.messenger.as_ref(), id, ourselves).await?;
        }
        Ok(())
    }

    /// In a channel that was made just now nothing was missed.
    async fn meet_new_channel(&self, channel: &serenity::all::GuildChannel) -> Result<(), Fault> {
        self.meet_channel(channel).await?;
        self.facilitation
            .keep_caught_up(translate::channel_id(channel.id));
        Ok(())
    }

    async fn meet_channel(&self, channel: &serenity::all::GuildChannel) -> Result<(), Fault> {
        self.facilitation
            .meet_channel(&translate::channel(channel))
            .await
    }

    async fn hear(&self, message: &serenity::all::Message) {
        let Some(guild) = message.guild_id else {
            return;
        };
        if self.ourselves.get() == Some(&message.author.id) {
            return;
        }
        if let (Some(heard), Some(intake)) = (translate::heard(message), self.intake()) {
            intake.hear(translate::guild_id(guild), heard).await;
        }
    }

    async fn interact(&self, context: &Context, interaction: Interaction) {
        match interaction {
            Interaction::Component(component) => {
                component::interact(&self.facilitation, context, &component).await;
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
