//! "Log as activity", `/activity` and `/detection`.

use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse, GuildChannel, Message, User};

use super::digest::suggest_week;
use super::{Context, Failed, answer, guild, who};
use crate::discord::translate;
use crate::facilitation::activity::{LogWish, MessagePointedAt};
use crate::practice::activity::ActivityKind;
use crate::practice::refusal::Refusal;
use crate::view;

/// Log a message as one of the eleven activities.
#[poise::command(context_menu_command = "Log as activity", guild_only)]
pub(super) async fn log_as_activity(context: Context<'_>, message: Message) -> Result<(), Failed> {
    let channel = translate::channel_id(message.channel_id);
    answer(
        context,
        &view::activity::choice(channel, translate::message_id(message.id)),
    )
    .await
}

/// See what is practised here, add to it, and ask why a message was read as it was.
#[poise::command(slash_command, guild_only, subcommands("list", "log", "why"))]
#[expect(
    clippy::unused_async,
    reason = "poise wants a function of every command, also of a group"
)]
pub(super) async fn activity(_context: Context<'_>) -> Result<(), Failed> {
    Ok(())
}

/// See what the community has been practising lately.
#[poise::command(slash_command, guild_only)]
async fn list(
    context: Context<'_>,
    #[description = "Of which kind?"]
    #[autocomplete = "suggest_kind"]
    #[max_length = 60]
    kind: Option<String>,
    #[description = "Whose?"] member: Option<User>,
    #[description = "In which channel?"] channel: Option<GuildChannel>,
    #[description = "In which week, such as 2026-W47? The last twelve where you leave it out"]
    #[autocomplete = "suggest_week"]
    #[max_length = 20]
    week: Option<String>,
    #[description = "Which page?"]
    #[min = 1]
    #[max = 1000]
    page: Option<i64>,
) -> Result<(), Failed> {
    let guild = guild(context)?;
    let page = page.unwrap_or(1);
    let wish = LogWish {
        kind: kind.as_deref(),
        channel: channel.map(|channel| translate::channel_id(channel.id)),
        member: member.map(|member| translate::author(&member, None).id),
        week: week.as_deref(),
        page,
        seen_from: translate::channel_id(context.interaction.channel_id),
    };
    let facilitation = &context.data().facilitation;
    let (entries, has_more) = facilitation.activity_log(guild, &wish).await?;
    let log = view::activity::log(guild, &entries, has_more.then_some(page + 1));
    answer(context, &log).await
}

/// Log a message as one of the eleven activities.
#[poise::command(slash_command, guild_only)]
async fn log(
    context: Context<'_>,
    #[description = "The message's link"]
    #[max_length = 200]
    message: String,
    #[description = "What is it an example of?"]
    #[autocomplete = "suggest_kind"]
    #[max_length = 60]
    kind: String,
) -> Result<(), Failed> {
    let by = who(context).await?;
    let pointed = pointed_at(context, &message)?;
    let kind = kind
        .parse()
        .ok()
        .or_else(|| ActivityKind::titled(&kind))
        .ok_or_else(|| Refusal::NotAnActivity(kind.clone()))?;
    let facilitation = &context.data().facilitation;
    let is_new = facilitation
        .log_activity(by.guild, pointed, kind, by.member.id)
        .await?;
    answer(context, &view::activity::logged(kind, is_new)).await
}

/// See how a message was read, and what in it decided.
#[poise::command(slash_command, guild_only)]
async fn why(
    context: Context<'_>,
    #[description = "The message's link"]
    #[max_length = 200]
    message: String,
) -> Result<(), Failed> {
    let guild = guild(context)?;
    let pointed = pointed_at(context, &message)?;
    let facilitation = &context.data().facilitation;
    let why = facilitation.why(guild, pointed).await?;
    answer(context, &view::activity::why(guild, &why)).await
}

/// See how well requests are detected here, by channel.
#[poise::command(slash_command, guild_only)]
pub(super) async fn detection(context: Context<'_>) -> Result<(), Failed> {
    let by = who(context).await?;
    if !by.is_core {
        return Err(Refusal::CoreGroupOnly.into());
    }
    let facilitation = &context.data().facilitation;
    let (detections, learnt) = facilitation.detections(by.guild).await?;
    answer(context, &view::activity::detection(&detections, &learnt)).await
}

/// The message that a link of this guild points at; a number alone is of the channel where it is typed.
fn pointed_at(context: Context<'_>, link: &str) -> Result<MessagePointedAt, Refusal> {
    let here = translate::channel_id(context.interaction.channel_id);
    let mut parts = link.trim().trim_end_matches('/').rsplit('/');
    let message = parts.next().and_then(|message| message.parse().ok());
    let pointed = |channel, message| MessagePointedAt {
        channel,
        message,
        from: here,
    };
    let message = message.ok_or(Refusal::UnknownMessage)?;
    let Some(channel) = parts.next() else {
        return Ok(pointed(here, message));
    };
    let is_here = parts.next().and_then(|id| id.parse().ok()) == Some(guild(context)?);
    let channel = channel.parse().ok().filter(|_| is_here);
    Ok(pointed(channel.ok_or(Refusal::UnknownMessage)?, message))
}

/// The activities whose name has what is typed.
#[expect(clippy::unused_async, reason = "poise awaits suggestions")]
async fn suggest_kind(_context: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let partial = partial.trim().to_lowercase();
    let choices = ActivityKind::ALL
        .into_iter()
        .filter(|kind| kind.title().to_lowercase().contains(&partial))
        .map(|kind| AutocompleteChoice::new(kind.title(), kind.name()));
    CreateAutocompleteResponse::new().set_choices(choices.collect())
}
