//! `/meetup`.

mod around;
mod poll;
mod suggest;

use serenity::all::{CreateInteractionResponse, CreateModal, GuildChannel, User};

pub(super) use suggest::suggest_zone;

use super::{Context, Failed, answer, guild, who};
use crate::discord::{meetup as meetup_window, translate};
use crate::facilitation::meetup::{Author, NewDate, Plan};
use crate::practice::id::MeetupId;
use crate::practice::meetup::{CalendarOwner, LONGEST_MINUTES, MOST_SEATS, USUAL_MINUTES};
use crate::practice::refusal::Refusal;
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
        "place",
        "around::agenda",
        "around::propose",
        "around::attendance",
        "around::notes",
        "poll::poll",
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

/// Opens a window.
async fn open(context: Context<'_>, window: CreateModal) -> Result<(), Failed> {
    let response = CreateInteractionResponse::Modal(window);
    let opened = context
        .interaction
        .create_response(context.serenity_context(), response)
        .await;
    opened.map_err(|error| Failed::Answer(Box::new(error)))
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
    #[autocomplete = "suggest::suggest_when"]
    when: Option<String>,
    #[description = "Where is it announced? Here, if you leave it out"] channel: Option<
        GuildChannel,
    >,
    #[description = "The voice channel in which you come together, if there is one"]
    #[channel_types("Voice")]
    room: Option<GuildChannel>,
    #[description = "The time zone, such as Europe/Berlin. The community's, if you leave it out"]
    #[max_length = 60]
    #[autocomplete = "suggest::suggest_zone"]
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
        return open(context, window).await;
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
    #[autocomplete = "suggest::suggest_meetup"]
    number: i64,
    #[description = "Which date? The next one, if you leave it out"]
    #[max_length = 60]
    #[autocomplete = "suggest::suggest_date"]
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
    #[autocomplete = "suggest::suggest_meetup"]
    number: i64,
    #[description = "To when? Such as: 19:00, or: thu 18:30"]
    #[max_length = 100]
    #[autocomplete = "suggest::suggest_when"]
    to: String,
    #[description = "Which date? The next one, if you leave it out"]
    #[max_length = 60]
    #[autocomplete = "suggest::suggest_date"]
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
    #[autocomplete = "suggest::suggest_meetup"]
    number: i64,
    #[description = "Which date? The next one, if you leave it out"]
    #[max_length = 60]
    #[autocomplete = "suggest::suggest_date"]
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
    #[autocomplete = "suggest::suggest_meetup"]
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
    #[autocomplete = "suggest::suggest_meetup"]
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
    #[autocomplete = "suggest::suggest_meetup"]
    number: i64,
    #[description = "Who hosts it from now on?"] member: User,
    #[description = "Does the member take turns with those who host it now? No, if you leave it out"]
    turns: Option<bool>,
) -> Result<(), Failed> {
    let by = author(context).await?;
    let member = translate::author(&member, None);
    let (meetup, turns) = context
        .data()
        .facilitation
        .host_meetup(MeetupId::new(number), &member, turns.unwrap_or(false), by)
        .await?;
    answer(context, &view::meetup::hosted(&meetup, &turns)).await
}

/// Have a meetup announced in another channel, or come together in another voice channel.
#[poise::command(slash_command, guild_only)]
async fn place(
    context: Context<'_>,
    #[description = "Which meetup?"]
    #[min = 1]
    #[autocomplete = "suggest::suggest_meetup"]
    number: i64,
    #[description = "Where is it announced from now on?"]
    #[channel_types("Text")]
    channel: Option<GuildChannel>,
    #[description = "In which voice channel do you come together from now on?"]
    #[channel_types("Voice")]
    room: Option<GuildChannel>,
) -> Result<(), Failed> {
    let by = author(context).await?;
    let id =
        |channel: Option<GuildChannel>| channel.map(|channel| translate::channel_id(channel.id));
    let meetup = context
        .data()
        .facilitation
        .place_meetup(MeetupId::new(number), id(channel), id(room), by)
        .await?;
    answer(context, &view::meetup::placed(&meetup)).await
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
