//! `/setup`.

use serenity::all::{GuildChannel, Role};

use super::{Context, Failed, answer, guild, later, who};
use crate::discord::{catch_up, check, translate};
use crate::facilitation::Failure;
use crate::facilitation::request::Actor;
use crate::facilitation::setup::{RhythmSettings, Settings};
use crate::practice::community::Watch;
use crate::practice::refusal::Refusal;
use crate::practice::rhythm::OwnRhythm;
use crate::view;

/// Set Convener up for this community, and see whether it can do its work.
#[poise::command(
    slash_command,
    guild_only,
    subcommands("start", "watch", "rhythm", "check", "log"),
    default_member_permissions = "MANAGE_GUILD"
)]
#[expect(
    clippy::unused_async,
    reason = "poise wants a function of every command, also of a group"
)]
pub(super) async fn setup(_context: Context<'_>) -> Result<(), Failed> {
    Ok(())
}

/// Set Convener up, or change what was set. What you leave out stays, or is looked for.
#[poise::command(slash_command, guild_only)]
async fn start(
    context: Context<'_>,
    #[description = "Where should the core group have its board of requests?"] core_channel: Option<
        GuildChannel,
    >,
    #[description = "Where should the leads read the weekly digest?"] leads_channel: Option<
        GuildChannel,
    >,
    #[description = "Which role has the core group?"] core_role: Option<Role>,
    #[description = "Which role have the coordinators of meetups?"] coordinator_role: Option<Role>,
    #[description = "Which role have the leads?"] lead_role: Option<Role>,
    #[description = "The community's time zone, such as Europe/Berlin"]
    #[max_length = 60]
    zone: Option<String>,
) -> Result<(), Failed> {
    let by = lead(context).await?;
    let role = |role: Option<Role>| role.map(|role| translate::role_id(role.id));
    let channel =
        |channel: Option<GuildChannel>| channel.map(|channel| translate::channel_id(channel.id));
    let settings = Settings {
        core_channel: channel(core_channel),
        leads_channel: channel(leads_channel),
        core_role: role(core_role),
        coordinator_role: role(coordinator_role),
        lead_role: role(lead_role),
        zone,
    };
    let data = context.data();
    let community = data.facilitation.set_up(&by, &settings).await?;
    answer(context, &view::community::set_up(&community)).await?;
    // Answered first: a community of thousands takes its time to be listed.
    let reader = data.messenger.as_ref();
    catch_up::know_core_group(&data.facilitation, reader, &community).await?;
    Ok(())
}

/// What is made of what is said in a channel.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum How {
    #[name = "keep requests in sight and log activities"]
    Requests,
    #[name = "log activities only, such as in a showcase"]
    Activity,
    #[name = "record nothing"]
    Off,
}

/// Choose what Convener makes of what is said in a channel.
#[poise::command(slash_command, guild_only)]
async fn watch(
    context: Context<'_>,
    #[description = "Which channel or forum?"] channel: GuildChannel,
    #[description = "How is it watched?"] how: How,
) -> Result<(), Failed> {
    let by = lead(context).await?;
    let channel = translate::channel_id(channel.id);
    let watch = match how {
        How::Requests => Watch::Requests,
        How::Activity => Watch::Activity,
        How::Off => Watch::Off,
    };
    let facilitation = &context.data().facilitation;
    facilitation.set_watch(&by, channel, watch).await?;
    answer(context, &view::community::watched(channel, watch)).await
}

/// Set after how long things happen, and when nobody is disturbed.
#[poise::command(slash_command, guild_only)]
#[expect(
    clippy::too_many_arguments,
    reason = "each is an option of the command in Discord"
)]
async fn rhythm(
    context: Context<'_>,
    #[description = "Hours until a request counts as waiting"] waits_hours: Option<i64>,
    #[description = "Hours until one of the core group is called to it"] calls_hours: Option<i64>,
    #[description = "Hours until it is for the next meetup's agenda"] meetup_hours: Option<i64>,
    #[description = "Days until it is closed as a gap"] lapses_days: Option<i64>,
    #[description = "Days for which the words of messages are kept"] words_days: Option<i64>,
    #[description = "The hour at which the quiet begins, 0 to 23"] quiet_from: Option<i64>,
    #[description = "The hour at which the quiet ends, 0 to 23"] quiet_to: Option<i64>,
) -> Result<(), Failed> {
    let by = lead(context).await?;
    let settings = RhythmSettings {
        quiet_from,
        quiet_to,
        own: OwnRhythm {
            waits_hours,
            calls_hours,
            raised_hours: meetup_hours,
            lapses_days,
            text_kept_days: words_days,
            ..OwnRhythm::default()
        },
    };
    let facilitation = &context.data().facilitation;
    let community = facilitation.set_rhythm(&by, &settings).await?;
    let rhythm = facilitation.rhythm_in(by.guild).await?;
    answer(context, &view::community::rhythm(&community, &rhythm)).await
}

/// See whether Convener can do its work here, and what to do where it can't.
#[poise::command(slash_command, guild_only)]
async fn check(context: Context<'_>) -> Result<(), Failed> {
    let by = lead(context).await?;
    // Discord is asked several things first; that may take longer than it waits.
    later(context).await?;
    let data = context.data();
    let community = data.facilitation.community(by.guild).await?;
    let community = community
        .filter(|community| community.set_up_at.is_some())
        .ok_or(Refusal::NotSetUp)?;
    let faults = check::faults(&data.facilitation, &data.messenger, &community)
        .await
        .map_err(|unchecked| match unchecked {
            check::Unchecked::Door(error) => Failure::Fault(error.into()),
            check::Unchecked::Fault(fault) => Failure::Fault(fault),
        })?;
    if !faults.iter().any(|fault| fault == check::NO_EVENTS) {
        data.facilitation.revive_events(by.guild).await?;
    }
    answer(context, &view::community::checked(&faults)).await
}

/// See who changed what about Convener.
#[poise::command(slash_command, guild_only)]
async fn log(context: Context<'_>) -> Result<(), Failed> {
    let by = lead(context).await?;
    let deeds = context.data().facilitation.deeds(&by).await?;
    answer(context, &view::community::deeds(&deeds)).await
}

/// Who uses `/setup`; only the leads may.
async fn lead(context: Context<'_>) -> Result<Actor, Failure> {
    guild(context)?;
    let by = who(context).await?;
    if by.is_lead {
        Ok(by)
    } else {
        Err(Refusal::LeadsOnly.into())
    }
}
