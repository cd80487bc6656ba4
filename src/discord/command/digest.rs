//! `/digest`.

use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse, GuildChannel};

use super::{Context, Failed, answer, guild, who};
use crate::discord::translate;
use crate::facilitation::Failure;
use crate::facilitation::digest::DigestSettings;
use crate::facilitation::request::Actor;
use crate::practice::refusal::Refusal;
use crate::view;

/// The most that Discord shows while something is typed.
/// <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-autocomplete>
const MOST_SUGGESTIONS: usize = 25;

/// Read how the community is doing.
#[poise::command(
    slash_command,
    guild_only,
    subcommands("now", "week", "link", "settings")
)]
#[expect(
    clippy::unused_async,
    reason = "poise wants a function of every command, also of a group"
)]
pub(super) async fn digest(_context: Context<'_>) -> Result<(), Failed> {
    Ok(())
}

/// Read the digest of this week, as it is so far.
#[poise::command(slash_command, guild_only)]
async fn now(context: Context<'_>) -> Result<(), Failed> {
    let by = reader(context).await?;
    let digest = context.data().facilitation.digest_now(by.guild).await?;
    answer(context, &view::digest::post(&digest, false)).await
}

/// Read the digest of a week that was.
#[poise::command(slash_command, guild_only)]
async fn week(
    context: Context<'_>,
    #[description = "Which week, such as 2026-W47? The last whole one where you leave it out"]
    #[autocomplete = "suggest_week"]
    #[max_length = 20]
    week: Option<String>,
) -> Result<(), Failed> {
    let by = reader(context).await?;
    let facilitation = &context.data().facilitation;
    let digest = facilitation.digest_of(by.guild, week.as_deref()).await?;
    answer(context, &view::digest::post(&digest, false)).await
}

/// The days on which a digest can come.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// See or set when the digest comes, and where.
#[poise::command(slash_command, guild_only)]
async fn settings(
    context: Context<'_>,
    #[description = "On which day does the digest of the week before come?"] day: Option<Day>,
    #[description = "At which hour, 0 to 23, in the community's time zone?"]
    #[min = 0]
    #[max = 23]
    hour: Option<i64>,
    #[description = "In which channel?"] channel: Option<GuildChannel>,
) -> Result<(), Failed> {
    let by = who(context).await?;
    if !by.is_lead {
        return Err(Refusal::LeadsOnly.into());
    }
    let settings = DigestSettings {
        day: day.map(|day| day as i64),
        hour,
        channel: channel.map(|channel| translate::channel_id(channel.id)),
    };
    let facilitation = &context.data().facilitation;
    let (community, next) = facilitation.set_digest(&by, &settings).await?;
    answer(context, &view::digest::settings(&community, next)).await
}

/// Get a link to the archive of digests, with the messages behind each number.
#[poise::command(slash_command, guild_only)]
async fn link(
    context: Context<'_>,
    #[description = "Let no link that was given open it any more"] revoke: Option<bool>,
) -> Result<(), Failed> {
    let by = reader(context).await?;
    let facilitation = &context.data().facilitation;
    let post = if revoke.unwrap_or(false) {
        view::archive::revoked(facilitation.revoke_archive_links(&by).await?)
    } else {
        view::archive::link(&facilitation.archive_link(&by).await?)
    };
    answer(context, &post).await
}

/// Who uses the command; only the core group and the leads may.
async fn reader(context: Context<'_>) -> Result<Actor, Failure> {
    guild(context)?;
    let by = who(context).await?;
    if by.is_core || by.is_lead {
        Ok(by)
    } else {
        Err(Refusal::CoreGroupOnly.into())
    }
}

/// The weeks that there are, by what is typed.
pub(super) async fn suggest_week(
    context: Context<'_>,
    partial: &str,
) -> CreateAutocompleteResponse {
    let none = CreateAutocompleteResponse::new();
    let Ok(guild) = guild(context) else {
        return none;
    };
    let facilitation = &context.data().facilitation;
    let weeks = facilitation
        .digest_weeks(guild, 104)
        .await
        .unwrap_or_default();
    let choices = weeks
        .into_iter()
        .map(|week| (view::digest::days(week), week.to_string()))
        .filter(|(days, week)| {
            week.contains(partial.trim())
                || days.to_lowercase().contains(&partial.trim().to_lowercase())
        })
        .take(MOST_SUGGESTIONS)
        .map(|(days, week)| AutocompleteChoice::new(format!("{week}: {days}"), week));
    none.set_choices(choices.collect())
}
