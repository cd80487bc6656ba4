//! `/setup`.

use serenity::all::{GuildChannel, Role};

use super::{Context, Failed, answer, guild};
use crate::discord::translate;
use crate::facilitation::community::Settings;
use crate::view;

/// Set Convener up for this community, or change what was set.
#[poise::command(slash_command, guild_only, default_member_permissions = "MANAGE_GUILD")]
pub(super) async fn setup(
    context: Context<'_>,
    #[description = "Where should the core group read which requests wait?"]
    core_channel: GuildChannel,
    #[description = "Where should the leads read the weekly digest?"] leads_channel: GuildChannel,
    #[description = "Which role has the core group?"] core_role: Option<Role>,
    #[description = "The community's time zone, such as Europe/Berlin"]
    #[max_length = 60]
    zone: Option<String>,
) -> Result<(), Failed> {
    let settings = Settings {
        core_channel: translate::channel_id(core_channel.id),
        leads_channel: translate::channel_id(leads_channel.id),
        core_role: core_role.map(|role| translate::role_id(role.id)),
        zone,
    };
    let community = context
        .data()
        .facilitation
        .set_up(guild(context)?, &settings)
        .await?;
    answer(context, &view::community::set_up(&community)).await
}
