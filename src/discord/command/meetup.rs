//! `/meetup`.

use chrono::Weekday;
use serenity::all::GuildChannel;

use super::{Context, Failed, answer, guild, who};
use crate::discord::translate;
use crate::facilitation::meetup::Plan;
use crate::practice::id::MeetupId;
use crate::practice::refusal::Refusal;
use crate::view;

/// A day of the week.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum Day {
    #[name = "monday"]
    Monday,
    #[name = "tuesday"]
    Tuesday,
    #[name = "wednesday"]
    Wednesday,
    #[name = "thursday"]
    Thursday,
    #[name = "friday"]
    Friday,
    #[name = "saturday"]
    Saturday,
    #[name = "sunday"]
    Sunday,
}

impl From<Day> for Weekday {
    fn from(day: Day) -> Self {
        match day {
            Day::Monday => Self::Mon,
            Day::Tuesday => Self::Tue,
            Day::Wednesday => Self::Wed,
            Day::Thursday => Self::Thu,
            Day::Friday => Self::Fri,
            Day::Saturday => Self::Sat,
            Day::Sunday => Self::Sun,
        }
    }
}

/// Plan meetups, and see which are planned.
#[poise::command(slash_command, guild_only, subcommands("schedule", "list", "cancel"))]
#[expect(
    clippy::unused_async,
    reason = "poise wants a function of every command, also of a group"
)]
pub(super) async fn meetup(_context: Context<'_>) -> Result<(), Failed> {
    Ok(())
}

/// Plan a weekly meetup.
#[poise::command(slash_command, guild_only)]
async fn schedule(
    context: Context<'_>,
    #[description = "What is it called?"]
    #[max_length = 100]
    title: String,
    #[description = "On which day of the week?"] day: Day,
    #[description = "At what time, in the community's zone? Such as 18:30 or 6:30 pm"]
    #[max_length = 20]
    time: String,
    #[description = "Where is it announced? Here, if you leave it out"] channel: Option<
        GuildChannel,
    >,
) -> Result<(), Failed> {
    let by = who(context).await?;
    if !by.is_coordinator {
        return Err(Refusal::CoordinatorsOnly.into());
    }
    let here = context.interaction.channel_id;
    let plan = Plan {
        title,
        day: day.into(),
        time,
        channel: translate::channel_id(channel.map_or(here, |channel| channel.id)),
        host: by.member.id,
    };
    let interaction = translate::interaction_id(context.interaction.id);
    let facilitation = &context.data().facilitation;
    let (meetup, dates) = facilitation
        .schedule_meetup(guild(context)?, plan, interaction)
        .await?;
    answer(context, &view::meetup::scheduled(&meetup, &dates)).await
}

/// See which meetups are planned, each with its next date.
#[poise::command(slash_command, guild_only)]
async fn list(context: Context<'_>) -> Result<(), Failed> {
    let meetups = context.data().facilitation.meetups(guild(context)?).await?;
    answer(context, &view::meetup::list(&meetups)).await
}

/// Call a series of meetups off.
#[poise::command(slash_command, guild_only)]
async fn cancel(
    context: Context<'_>,
    #[description = "Its number, as /meetup list shows it"]
    #[min = 1]
    number: i64,
) -> Result<(), Failed> {
    if !who(context).await?.is_coordinator {
        return Err(Refusal::CoordinatorsOnly.into());
    }
    let meetup = MeetupId::new(number);
    context
        .data()
        .facilitation
        .cancel_meetup(guild(context)?, meetup)
        .await?;
    answer(context, &view::meetup::cancelled()).await
}
