//! "Log as activity" and `/activity`.

use serenity::all::Message;

use super::{Context, Failed, answer, guild};
use crate::discord::translate;
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

/// See what the community has been practising lately.
#[poise::command(slash_command, guild_only)]
pub(super) async fn activity(context: Context<'_>) -> Result<(), Failed> {
    let guild = guild(context)?;
    let latest = context.data().facilitation.latest_activities(guild).await?;
    answer(context, &view::activity::log(guild, &latest)).await
}
