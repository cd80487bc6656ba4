//! Events of the gateway: each is handled, and counted when it has been.

mod guild;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use async_trait::async_trait;
use serenity::all::{
    ConnectionStage, Context, Event, FullEvent, Interaction, Message, MessageUpdateEvent,
    RawEventHandler, Reaction, ReactionType, Ready, ScheduledEvent, ShardManager, UserId,
    VoiceState,
};
use tokio::runtime;
use tokio::sync::{Semaphore, watch};

use super::intake::{Intake, News};
use super::messenger::DiscordMessenger;
use super::{command, component, marks, scheduled_event, translate};
use crate::clock::{UnderWay, Work};
use crate::facilitation::request::Pointed;
use crate::facilitation::{Facilitation, Failure, Fault};
use crate::practice::id::{GuildId, MemberId};
use crate::practice::meetup::FoundEvent;

/// How many events are handled at once of those that are no messages. Many come together where Convener
/// starts in many guilds, or where many people join.
const AT_ONCE: usize = 8;

/// What handles events.
pub(super) struct Handler {
    facilitation: Arc<Facilitation>,
    messenger: Arc<DiscordMessenger>,
    intake: Intake,
    work: Work,
    /// Where everything runs but the reading of the gateway.
    elsewhere: runtime::Handle,
    at_once: Semaphore,
    /// Guilds are read on in a line of their own: nothing else is to wait behind them.
    read_on_at_once: Semaphore,
    /// The guilds that are told of and not kept yet.
    being_met: watch::Sender<BTreeSet<GuildId>>,
    commands: poise::FrameworkOptions<command::Data, command::Failed>,
    data: command::Data,
    /// What keeps each shard that has begun; poise asks for one of them.
    shards: Mutex<BTreeMap<u32, Arc<ShardManager>>>,
    /// The shards that have been ready.
    ready: watch::Sender<BTreeSet<u32>>,
    ourselves: Arc<OnceLock<MemberId>>,
    /// Whether the content of messages is shown to us.
    reads_content: bool,
    /// Whether everybody of a guild may read its channels unless one says otherwise.
    everybody_reads: Mutex<HashMap<GuildId, bool>>,
}

/// The handler as serenity takes it.
pub(super) struct Handle(pub(super) Arc<Handler>);

#[async_trait]
impl RawEventHandler for Handle {
    /// Runs on the gateway's thread, and waits for nothing but room in the line.
    async fn raw_event(&self, context: Context, event: Event) {
        Handler::receive(&self.0, context, event);
    }
}

impl Handler {
    pub(super) fn new(
        facilitation: Arc<Facilitation>,
        messenger: Arc<DiscordMessenger>,
        intake: Intake,
        work: Work,
        ourselves: Arc<OnceLock<MemberId>>,
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
            intake,
            work,
            elsewhere: runtime::Handle::current(),
            at_once: Semaphore::new(AT_ONCE),
            read_on_at_once: Semaphore::new(AT_ONCE),
            being_met: watch::Sender::default(),
            commands,
            shards: Mutex::default(),
            ready: watch::Sender::default(),
            ourselves,
            reads_content,
            everybody_reads: Mutex::default(),
        }
    }

    /// A shard has begun, and this keeps it; it is not ready yet.
    pub(super) fn keep_shard(&self, shard: u32, manager: &Arc<ShardManager>) {
        let mut kept = self.kept_shards();
        kept.insert(shard, Arc::clone(manager));
        self.ready.send_modify(|ready| {
            ready.remove(&shard);
        });
    }

    /// A shard is to end.
    pub(super) fn let_shard_go(&self, shard: u32) {
        let mut kept = self.kept_shards();
        kept.remove(&shard);
        self.ready.send_modify(|ready| {
            ready.remove(&shard);
        });
    }

    fn kept_shards(&self) -> MutexGuard<'_, BTreeMap<u32, Arc<ShardManager>>> {
        self.shards.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The shards that are connected.
    pub(super) async fn connected_shards(&self) -> Vec<u32> {
        let kept = self.kept_shards().clone();
        let mut connected = Vec::with_capacity(kept.len());
        for (shard, manager) in kept {
            let runners = manager.runners.lock().await;
            let mut stages = runners.values().map(|runner| runner.stage);
            if stages.any(|stage| stage == ConnectionStage::Connected) {
                connected.push(shard);
            }
        }
        connected
    }

    /// Something is under way, as long as what is given is kept.
    pub(super) fn begin_work(&self) -> UnderWay {
        self.work.begin()
    }

    /// The shards that have been ready, now and from now on.
    pub(super) fn ready_shards(&self) -> watch::Receiver<BTreeSet<u32>> {
        self.ready.subscribe()
    }

    /// A session begins: what was said before it may have been missed in its guilds.
    /// Gives the shard, and of how many it is one.
    fn begin_session(&self, ready: &Ready) -> (u32, u32) {
        self.ourselves.set(translate::member_id(ready.user.id)).ok();
        let guilds = ready
            .guilds
            .iter()
            .map(|guild| translate::guild_id(guild.id));
        self.facilitation.forget_caught_up(guilds);
        let (shard, total) = ready
            .shard
            .map_or((0, 1), |shard| (shard.id.0, shard.total));
        let kept = self.kept_shards();
        // One that is to end may still come to it.
        if kept.contains_key(&shard) {
            self.ready.send_modify(|ready| {
                ready.insert(shard);
            });
        }
        drop(kept);
        tracing::info!(shard, guilds = ready.guilds.len(), "connected to Discord");
        (shard, total)
    }

    /// Takes nothing in any more.
    pub(super) fn close(&self) {
        self.intake.close();
    }

    /// Hands an event to where it is handled.
    fn receive(handler: &Arc<Self>, context: Context, event: Event) {
        let under_way = handler.work.begin();
        match event {
            Event::MessageCreate(event) => handler.hear(&event.message),
            Event::MessageUpdate(event) => handler.hear_edit(event),
            Event::MessageDelete(event) => {
                handler.hear_deletions(event.guild_id, event.channel_id, &[event.message_id]);
            }
            Event::MessageDeleteBulk(event) => {
                handler.hear_deletions(event.guild_id, event.channel_id, &event.ids);
            }
            Event::Ready(event) => {
                let (shard, total) = handler.begin_session(&event.ready);
                let this = Arc::clone(handler);
                return handler
                    .later(async move { this.facilitation.keep_listening(total, &[shard]).await });
            }
            // An event that serenity can't decode comes as unknown, and would be lost in silence.
            Event::Unknown(event) => {
                tracing::warn!(
                    event.kind = event.kind,
                    "event of a kind that is not understood"
                );
            }
            Event::GuildCreate(event) => {
                let met = handler.met(&event.guild);
                return handler.meet_later(met);
            }
            Event::InteractionCreate(event) => {
                let this = Arc::clone(handler);
                handler.elsewhere.spawn(async move {
                    Box::pin(this.interact(&context, event.interaction)).await;
                    this.work.count_handled();
                    drop(under_way);
                });
                return;
            }
            Event::ReactionAdd(event) if !is_mark(&event.reaction) => {}
            event => {
                let this = Arc::clone(handler);
                return handler.later(async move { this.handle(event).await });
            }
        }
        // What waits in the line is under way until it is kept.
        handler.work.count_handled();
    }

    async fn handle(&self, event: Event) -> Result<(), Fault> {
        match event {
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
            Event::ReactionAdd(event) => self.hear_mark(&event.reaction).await?,
            Event::GuildScheduledEventUpdate(event) => {
                let told = scheduled_event::found(&event.event);
                self.hear_event(&event.event, Some(&told)).await?;
            }
            Event::GuildScheduledEventDelete(event) => self.hear_event(&event.event, None).await?,
            Event::VoiceStateUpdate(event) => self.see_in_voice(&event.voice_state).await?,
            _ => {}
        }
        Ok(())
    }

    /// What people do with the events of Discord's own calendar.
    async fn hear_event(
        &self,
        event: &ScheduledEvent,
        told: Option<&FoundEvent>,
    ) -> Result<(), Fault> {
        let (facilitation, reader) = (&self.facilitation, self.messenger.as_ref());
        let guild = translate::guild_id(event.guild_id);
        let id = translate::event_id(event.id);
        scheduled_event::hear(facilitation, reader, guild, id, told).await
    }

    /// Sees who is in which voice channel.
    async fn see_in_voice(&self, state: &VoiceState) -> Result<(), Fault> {
        let (Some(guild), Some(member)) = (state.guild_id, &state.member) else {
            return Ok(());
        };
        let room = state.channel_id.map(translate::channel_id);
        let member = translate::member(member);
        self.facilitation
            .see_in_voice(translate::guild_id(guild), &member, room)
            .await
    }

    /// Has an event handled elsewhere, with a few others at a time.
    fn later<F>(self: &Arc<Self>, handling: F)
    where
        F: Future<Output = Result<(), Fault>> + Send + 'static,
    {
        let (handler, under_way) = (Arc::clone(self), self.work.begin());
        self.elsewhere.spawn(async move {
            // Nobody closes the semaphore.
            let _permit = handler.at_once.acquire().await.ok();
            if let Err(fault) = Box::pin(handling).await {
                tracing::error!(error = %fault, "event not handled");
            }
            handler.work.count_handled();
            drop(under_way);
        });
    }

    fn hear(&self, message: &Message) {
        let Some(guild) = message.guild_id else {
            return;
        };
        if self.is_ours(message.author.id) {
            return;
        }
        if let Some(heard) = translate::heard(message) {
            self.intake
                .take(translate::guild_id(guild), News::Said(heard));
        }
    }

    fn hear_edit(&self, event: MessageUpdateEvent) {
        let edited_at = event.edited_timestamp;
        let (Some(guild), Some(text), Some(edited_at)) = (event.guild_id, event.content, edited_at)
        else {
            return;
        };
        // What we change in what we posted on somebody's behalf is no edit of theirs; and words that
        // may not be read come empty.
        let is_ours = event.author.is_some_and(|author| self.is_ours(author.id));
        if is_ours || (text.is_empty() && !self.reads_content) {
            return;
        }
        let news = News::Edited {
            channel: translate::channel_id(event.channel_id),
            message: translate::message_id(event.id),
            text: translate::scrubbed(&text),
            edited_at: translate::moment(edited_at),
        };
        self.intake.take(translate::guild_id(guild), news);
    }

    fn hear_deletions(
        &self,
        guild: Option<serenity::all::GuildId>,
        channel: serenity::all::ChannelId,
        messages: &[serenity::all::MessageId],
    ) {
        let Some(guild) = guild else {
            return;
        };
        for message in messages {
            let news = News::Deleted {
                channel: translate::channel_id(channel),
                message: translate::message_id(*message),
            };
            self.intake.take(translate::guild_id(guild), news);
        }
    }

    fn is_ours(&self, author: UserId) -> bool {
        self.ourselves.get() == Some(&translate::member_id(author))
    }

    /// Hears that somebody put a ✅ on a message.
    async fn hear_mark(&self, reaction: &Reaction) -> Result<(), Fault> {
        let (Some(guild), Some(member)) = (reaction.guild_id, &reaction.member) else {
            return Ok(());
        };
        if member.user.bot {
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
                .filter(|author| !self.is_ours(*author))
                .map(translate::member_id),
            is_marked: false,
        };
        self.intake
            .take_at_once(translate::guild_id(guild), News::Settled(pointed, by));
        Ok(())
    }

    async fn interact(&self, context: &Context, interaction: Interaction) {
        if let Some(guild) = guild_of(&interaction) {
            self.wait_until_met(guild).await;
        }
        match interaction {
            Interaction::Component(component) => {
                component::interact(&self.facilitation, context, &component).await;
            }
            Interaction::Modal(modal) => {
                component::submit(&self.facilitation, context, &modal).await;
            }
            interaction => {
                let Some(shard_manager) = self.kept_shards().values().next().cloned() else {
                    return;
                };
                let framework = poise::FrameworkContext {
                    bot_id: self
                        .ourselves
                        .get()
                        .map_or_else(UserId::default, |id| translate::their_user_id(*id)),
                    serenity_context: context,
                    options: &self.commands,
                    user_data: &self.data,
                    shard_manager: &shard_manager,
                };
                let event = FullEvent::InteractionCreate { interaction };
                Box::pin(poise::dispatch_event(framework, event)).await;
            }
        }
    }
}

/// Where somebody uses a command, a button or a form.
fn guild_of(interaction: &Interaction) -> Option<GuildId> {
    let guild = match interaction {
        Interaction::Command(command) | Interaction::Autocomplete(command) => command.guild_id,
        Interaction::Component(component) => component.guild_id,
        Interaction::Modal(modal) => modal.guild_id,
        _ => None,
    };
    guild.map(translate::guild_id)
}

/// Whether a reaction says that something is settled.
fn is_mark(reaction: &Reaction) -> bool {
    matches!(&reaction.emoji, ReactionType::Unicode(emoji) if emoji == marks::SETTLED)
}
