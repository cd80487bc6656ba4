//! `/digest`.

use super::{Context, Failed, answer, guild, who};
use crate::practice::refusal::Refusal;
use crate::view;

/// Read how the community is doing.
#[poise::command(slash_command, guild_only, subcommands("now"))]
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
    if !who(context).await?.is_core {
        return Err(Refusal::CoreGroupOnly.into());
    }
    let digest = context
        .data()
        .facilitation
        .digest_now(guild(context)?)
        .await?;
    answer(context, &view::digest::post(&digest, false)).await
}
