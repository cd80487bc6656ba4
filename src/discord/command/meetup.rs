//! `/meetup`.

use serenity::all::{
    AutocompleteChoice, CreateAutocompleteResponse, CreateInteractionResponse, GuildChannel,
    ResolvedValue, User,
};

use super::{Context, Failed, answer, guild, who};
use crate::discord::{meetup as meetup_window, render, translate};
use crate::facilitation::meetup::{Author, NewDate, Plan};
use crate::practice::id::MeetupId;
use crate::practice::meetup::{CalendarOwner, LONGEST_MINUTES, MOST_SEATS, USUAL_MINUTES};
use crate::practice::refusal::Refusal;
use crate::practice::when;
use crate::view;

/// Plan meetups, and see which are planned.
#[poise::command(
    slash_command,
    guild_only,
    subcommands(
        "schedule",
        "list",
        "show",
        "move_date",
        "skip",
        "restore",
        "cancel",
        "host",
        "agenda",
        "attendance",
        "calendar"
    )
)]
#[expect(
    clippy::unused_async,
    reason = "poise wants a function of every command, also of a group"
)]
pub(super) async fn meetup(_context: Context<'_>) -> Result<(), Failed> {
    Ok(())
}

/// Who uses the command.
async fn author(context: Context<'_>) -> Result<Author, Failed> {
    let by = who(context).await?;
    Ok(Author {
        guild: by.guild,
        member: by.member.id,
        is_coordinator: by.is_coordinator,
        interaction: translate::interaction_id(context.interaction.id),
    })
}

/// Plan a meetup, once or again and again. You see its dates before it is kept.
#[poise::command(slash_command, guild_only)]
#[expect(
    clippy::too_many_arguments,
    reason = "each is an option of the command in Discord"
)]
async fn schedule(
    context: Context<'_>,
    #[description = "What is it called? Leave it out, and a form opens"]
    #[max_length = 100]
    title: Option<String>,
    #[description = "When? Such as: next tue 6pm, or: every 2nd thursday 18:30 until june"]
    #[max_length = 100]
    #[autocomplete = "suggest_when"]
    when: Option<String>,
    #[description = "Where is it announced? Here, if you leave it out"] channel: Option<
        GuildChannel,
    >,
    #[description = "The voice channel in which you come together, if there is one"]
    #[channel_types("Voice")]
    room: Option<GuildChannel>,
    #[description = "The time zone, such as Europe/Berlin. The community's, if you leave it out"]
    #[max_length = 60]
    #[autocomplete = "suggest_zone"]
    zone: Option<String>,
    #[description = "How many minutes does it take? 60, if you leave it out"]
    #[min = 5]
    #[max = 1440]
    minutes: Option<u32>,
    #[description = "For how many people is there room? For all, if you leave it out"]
    #[min = 1]
    #[max = 10000]
    seats: Option<u32>,
) -> Result<(), Failed> {
    let by = author(context).await?;
    let (Some(title), Some(when)) = (&title, &when) else {
        let window = meetup_window::window(
            title.as_deref().unwrap_or_default(),
            when.as_deref().unwrap_or_default(),
        );
        let response = CreateInteractionResponse::Modal(window);
        let opened = context
            .interaction
            .create_response(context.serenity_context(), response)
            .await;
        return opened.map_err(|error| Failed::Answer(Box::new(error)));
    };
    let here = context.interaction.channel_id;
    let plan = Plan {
        title: title.clone(),
        when: when.clone(),
        zone,
        channel: translate::channel_id(channel.map_or(here, |channel| channel.id)),
        room: room.map(|room| translate::channel_id(room.id)),
        minutes: minutes.unwrap_or(USUAL_MINUTES).min(LONGEST_MINUTES),
        seats: seats.map(|seats| seats.min(MOST_SEATS)),
    };
    let proposal = context.data().facilitation.propose_meetup(plan, by).await?;
    answer(context, &meetup_window::proposed(&proposal)).await
}

/// See which meetups are planned, each with its next date.
#[poise::command(slash_command, guild_only)]
async fn list(context: Context<'_>) -> Result<(), Failed> {
    let meetups = context.data().facilitation.meetups(guild(context)?).await?;
    answer(context, &view::meetup::list(&meetups)).await
}

/// See a date of a meetup, who comes, and which dates follow. Say whether you come.
#[poise::command(slash_command, guild_only)]
async fn show(
    context: Context<'_>,
    #[description = "Which meetup?"]
    #[min = 1]
    #[autocomplete = "suggest_meetup"]
    number: i64,
    #[description = "Which date? The next one, if you leave it out"]
    #[max_length = 60]
    #[autocomplete = "suggest_date"]
    date: Option<String>,
) -> Result<(), Failed> {
    let shown = context
        .data()
        .facilitation
        .show_meetup(guild(context)?, MeetupId::new(number), date.as_deref())
        .await?;
    let post = view::meetup::shown_date(
        &shown.meetup,
        shown.date.as_ref(),
        &shown.answers,
        &shown.following,
    );
    answer(context, &post).await
}

/// Move a date of a meetup; you are asked whether those that follow go with it.
#[poise::command(slash_command, guild_only, rename = "move")]
async fn move_date(
    context: Context<'_>,
    #[description = "Which meetup?"]
    #[min = 1]
    #[autocomplete = "suggest_meetup"]
    number: i64,
    #[description = "To when? Such as: 19:00, or: thu 18:30"]
    #[max_length = 100]
    #[autocomplete = "suggest_when"]
    to: String,
    #[description = "Which date? The next one, if you leave it out"]
    #[max_length = 60]
    #[autocomplete = "suggest_date"]
    date: Option<String>,
) -> Result<(), Failed> {
    let by = author(context).await?;
    let wish = NewDate {
        meetup: MeetupId::new(number),
        date,
        to,
    };
    let proposal = context.data().facilitation.propose_move(wish, by).await?;
    answer(context, &meetup_window::proposed(&proposal)).await
}

/// Leave out one date of a meetup.
#[poise::command(slash_command, guild_only)]
async fn skip(
    context: Context<'_>,
    #[description = "Which meetup?"]
    #[min = 1]
    #[autocomplete = "suggest_meetup"]
    number: i64,
    #[description = "Which date? The next one, if you leave it out"]
    #[max_length = 60]
    #[autocomplete = "suggest_date"]
    date: Option<String>,
    #[description = "Why? Whoever wanted to come reads it"]
    #[max_length = 300]
    reason: Option<String>,
) -> Result<(), Failed> {
    let by = author(context).await?;
    let meetup = MeetupId::new(number);
    let (meetup, date) = context
        .data()
        .facilitation
        .skip_meetup(meetup, date.as_deref(), reason.as_deref(), by)
        .await?;
    answer(context, &view::meetup::skipped(&meetup, &date)).await
}

/// Take up a date again that was left out or moved.
#[poise::command(slash_command, guild_only)]
async fn restore(
    context: Context<'_>,
    #[description = "Which meetup?"]
    #[min = 1]
    #[autocomplete = "suggest_meetup"]
    number: i64,
    #[description = "Which date? The next one that was left out or moved, if you leave it out"]
    #[max_length = 60]
    date: Option<String>,
) -> Result<(), Failed> {
    let by = author(context).await?;
    let meetup = MeetupId::new(number);
    let (meetup, date) = context
        .data()
        .facilitation
        .restore_meetup(meetup, date.as_deref(), by)
        .await?;
    answer(context, &view::meetup::restored(&meetup, &date)).await
}

/// Call a meetup off, with all its dates.
#[poise::command(slash_command, guild_only)]
async fn cancel(
    context: Context<'_>,
    #[description = "Which meetup?"]
    #[min = 1]
    #[autocomplete = "suggest_meetup"]
    number: i64,
    #[description = "Why? Whoever wanted to come reads it"]
    #[max_length = 300]
    reason: Option<String>,
) -> Result<(), Failed> {
    let by = author(context).await?;
    let meetup = MeetupId::new(number);
    let proposal = context
        .data()
        .facilitation
        .propose_cancel(meetup, reason.as_deref(), by)
        .await?;
    answer(context, &meetup_window::proposed(&proposal)).await
}

/// Hand a meetup over to another host.
#[poise::command(slash_command, guild_only)]
async fn host(
    context: Context<'_>,
    #[description = "Which meetup?"]
    #[min = 1]
    #[autocomplete = "suggest_meetup"]
    number: i64,
    #[description = "Who hosts it from now on?"] member: User,
) -> Result<(), Failed> {
    let by = author(context).await?;
    let meetup = context
        .data()
        .facilitation
        .host_meetup(MeetupId::new(number), translate::member_id(member.id), by)
        .await?;
    answer(context, &view::meetup::hosted(&meetup)).await
}

/// See what the next date of a meetup is for: the questions that still wait.
#[poise::command(slash_command, guild_only)]
async fn agenda(
    context: Context<'_>,
    #[description = "Which meetup?"]
    #[min = 1]
    #[autocomplete = "suggest_meetup"]
    number: i64,
) -> Result<(), Failed> {
    let by = who(context).await?;
    let facilitation = &context.data().facilitation;
    let shown = facilitation
        .show_meetup(by.guild, MeetupId::new(number), None)
        .await?;
    let date = shown.date.ok_or(Refusal::NoDates)?;
    let board = facilitation.board(&by).await?;
    let raised: Vec<_> = board
        .waiting
        .iter()
        .chain(&board.heard)
        .filter(|entry| entry.request.life.raised_at.is_some())
        .collect();
    answer(
        context,
        &view::meetup::agenda(&shown.meetup, &date, &raised),
    )
    .await
}

/// See who was at the last date of a meetup, and put it right.
#[poise::command(slash_command, guild_only)]
async fn attendance(
    context: Context<'_>,
    #[description = "Which meetup?"]
    #[min = 1]
    #[autocomplete = "suggest_meetup"]
    number: i64,
    #[description = "Whom to put right"] member: Option<User>,
    #[description = "Was the member there? Yes, if you leave it out"] there: Option<bool>,
) -> Result<(), Failed> {
    let by = author(context).await?;
    let member = member.map(|member| (translate::member_id(member.id), there.unwrap_or(true)));
    let (shown, there) = context
        .data()
        .facilitation
        .meetup_attendance(MeetupId::new(number), member, by)
        .await?;
    let date = shown.date.ok_or(Refusal::NoDateYet)?;
    let post = view::meetup::attendance(&shown.meetup, &date, &shown.answers, &there);
    answer(context, &post).await
}

/// Whose calendar.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum Whose {
    #[name = "mine: the dates that I answered"]
    Mine,
    #[name = "the community's: every date"]
    Community,
}

/// Get a link with which your calendar shows the meetups, wherever you are.
#[poise::command(slash_command, guild_only)]
async fn calendar(
    context: Context<'_>,
    #[description = "Whose calendar? Yours, if you leave it out"] whose: Option<Whose>,
    #[description = "Make a new link, so that the old one shows nothing any more"] replace: Option<
        bool,
    >,
) -> Result<(), Failed> {
    let by = author(context).await?;
    let replace = replace.unwrap_or(false);
    let owner = match whose {
        Some(Whose::Community) => CalendarOwner::Community,
        Some(Whose::Mine) | None => CalendarOwner::Member(by.member),
    };
    // A new link of the community's would take it from everybody.
    if replace && owner == CalendarOwner::Community && !by.is_coordinator {
        return Err(Refusal::CoordinatorsOnly.into());
    }
    let link = context
        .data()
        .facilitation
        .calendar_link(by.guild, owner, replace)
        .await?;
    answer(context, &view::meetup::calendar(&link, owner, replace)).await
}

/// The most suggestions that Discord takes, and their longest name.
/// <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-autocomplete>
const MOST_SUGGESTIONS: usize = 25;
const LONGEST_SUGGESTION: usize = 100;

fn suggestions(choices: Vec<AutocompleteChoice>) -> CreateAutocompleteResponse {
    CreateAutocompleteResponse::new().set_choices(choices)
}

/// What was typed so far in another option.
fn typed(context: Context<'_>, option: &str) -> Option<String> {
    let options = context.interaction.data.options();
    let of_subcommand = options.iter().find_map(|option| match &option.value {
        ResolvedValue::SubCommand(options) => Some(options.clone()),
        _ => None,
    });
    of_subcommand
        .unwrap_or_default()
        .iter()
        .find(|given| given.name == option)
        .and_then(|given| match given.value {
            ResolvedValue::String(text) => Some(text.to_owned()),
            ResolvedValue::Integer(number) => Some(number.to_string()),
            ResolvedValue::Autocomplete { value, .. } => Some(value.to_owned()),
            _ => None,
        })
}

/// How the time that is being typed is read.
async fn suggest_when(context: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let facilitation = &context.data().facilitation;
    let zone = typed(context, "zone").and_then(|zone| zone.trim().parse().ok());
    let zone = match (zone, guild(context)) {
        (Some(zone), _) => Some(zone),
        (None, Ok(guild)) => {
            let community = facilitation.community(guild).await.ok().flatten();
            community.map(|community| community.zone)
        }
        (None, Err(_)) => None,
    };
    let Some(zone) = zone else {
        return suggestions(Vec::new());
    };
    let texts = if partial.trim().is_empty() {
        vec![
            "next tue 6pm",
            "every thursday 18:30",
            "last friday of the month 17:00",
        ]
    } else {
        vec![partial]
    };
    let now = facilitation.clock.now();
    let choices = texts.into_iter().map(|text| {
        let name = match when::read(text, now, zone) {
            Ok(when) => view::when::suggestion(when.start, &when.rule, zone),
            Err(unclear) => view::when::unclear(&unclear),
        };
        AutocompleteChoice::new(render::cut(&name, LONGEST_SUGGESTION), text)
    });
    suggestions(choices.collect())
}

/// The zones whose name has what is typed.
#[expect(clippy::unused_async, reason = "poise awaits suggestions")]
async fn suggest_zone(_context: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let partial = partial.trim().to_lowercase().replace(' ', "_");
    let choices = chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(|name| name.to_lowercase().contains(&partial))
        .take(MOST_SUGGESTIONS)
        .map(|name| AutocompleteChoice::new(name, name));
    suggestions(choices.collect())
}

/// The series whose title has what is typed.
async fn suggest_meetup(context: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Ok(guild) = guild(context) else {
        return suggestions(Vec::new());
    };
    let facilitation = &context.data().facilitation;
    let meetups = facilitation.meetups(guild).await.unwrap_or_default();
    let partial = partial.trim().to_lowercase();
    let choices = meetups
        .iter()
        .filter(|(meetup, _)| {
            let title = meetup.plan.title.to_lowercase();
            title.contains(&partial) || meetup.id.to_string() == partial
        })
        .take(MOST_SUGGESTIONS)
        .map(|(meetup, _)| {
            let name = format!("{}: {}", meetup.id, meetup.plan.title);
            AutocompleteChoice::new(render::cut(&name, LONGEST_SUGGESTION), meetup.id.get())
        });
    suggestions(choices.collect())
}

/// The next dates of the series that is chosen.
async fn suggest_date(context: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let number = typed(context, "number").and_then(|number| number.parse().ok());
    let (Ok(guild), Some(number)) = (guild(context), number) else {
        return suggestions(Vec::new());
    };
    let facilitation = &context.data().facilitation;
    let found = facilitation
        .meetup_dates(guild, MeetupId::new(number), MOST_SUGGESTIONS)
        .await;
    let Ok((meetup, dates)) = found else {
        return suggestions(Vec::new());
    };
    let zone = meetup.schedule().zone.name();
    let partial = partial.trim().to_lowercase();
    let choices = dates
        .iter()
        .map(|date| {
            let name = format!("{} ({zone})", view::when::local(date.local));
            let value = date.original.format("%Y-%m-%dT%H:%M:%S").to_string();
            (name, value)
        })
        .filter(|(name, _)| name.to_lowercase().contains(&partial))
        .map(|(name, value)| AutocompleteChoice::new(name, value));
    suggestions(choices.collect())
}
