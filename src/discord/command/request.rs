//! `/ask`, `/requests` and "Log as request".

use serenity::all::Message;

use super::{Context, Failed, answer, guild, who};
use crate::discord::translate;
use crate::practice::refusal::Refusal;
use crate::view;

/// Ask the community something, and have it kept in sight until it is answered.
#[poise::command(slash_command, guild_only)]
pub(super) async fn ask(
    context: Context<'_>,
    #[description = "What would you like to know?"]
    #[max_length = 1500]
    question: String,
) -> Result<(), Failed> {
    let facilitation = &context.data().facilitation;
    let asker = who(context).await?.member;
    let channel = translate::channel_id(context.interaction.channel_id);
    let interaction = translate::interaction_id(context.interaction.id);
    facilitation
        .ask(guild(context)?, channel, &asker, &question, interaction)
        .await?;
    answer(
        context,
        &view::request::asked(facilitation.rhythm.request_waits.num_hours()),
    )
    .await
}

/// See which requests are still open: yours, or all of them for the core group.
#[poise::command(slash_command, guild_only)]
pub(super) async fn requests(context: Context<'_>) -> Result<(), Failed> {
    let by = who(context).await?;
    let open = context
        .data()
        .facilitation
        .open_requests(guild(context)?, &by)
        .await?;
    answer(context, &view::request::list(&open, by.is_core)).await
}

/// Log a message as a request.
#[poise::command(context_menu_command = "Log as request", guild_only)]
pub(super) async fn log_as_request(context: Context<'_>, message: Message) -> Result<(), Failed> {
    let by = who(context).await?;
    let heard = translate::heard(&message).ok_or(Refusal::UnknownRequest)?;
    context
        .data()
        .facilitation
        .log_request(guild(context)?, heard, &by)
        .await?;
    answer(context, &view::request::logged()).await
}
