//! `/meetup poll`.

use serenity::all::GuildChannel;

use super::author;
use crate::discord::command::{Context, Failed, answer};
use crate::discord::translate;
use crate::facilitation::meetup::Question;
use crate::practice::meetup::{LONGEST_MINUTES, USUAL_MINUTES};
use crate::view;

/// Ask which time suits, across time zones. The times fall into the hours that members stated.
#[poise::command(slash_command, guild_only)]
pub(super) async fn poll(
    context: Context<'_>,
    #[description = "What would it be called?"]
    #[max_length = 100]
    title: String,
    #[description = "From which day on? Such as: next monday. Tomorrow, if you leave it out"]
    #[max_length = 60]
    from: Option<String>,
    #[description = "How many minutes would it take? 60, if you leave it out"]
    #[min = 5]
    #[max = 1440]
    minutes: Option<u32>,
    #[description = "Is it for each week? Then times can take turns between zones"] weekly: Option<
        bool,
    >,
    #[description = "Where is it asked? Here, if you leave it out"]
    #[channel_types("Text")]
    channel: Option<GuildChannel>,
) -> Result<(), Failed> {
    let by = author(context).await?;
    let here = context.interaction.channel_id;
    let question = Question {
        title: translate::scrubbed(&title),
        from,
        minutes: minutes.unwrap_or(USUAL_MINUTES).min(LONGEST_MINUTES),
        is_weekly: weekly.unwrap_or(false),
        channel: translate::channel_id(channel.map_or(here, |channel| channel.id)),
    };
    let facilitation = &context.data().facilitation;
    let slots = facilitation.ask_for_times(question, by).await?;
    answer(context, &view::meetup::polled(&slots)).await
}
