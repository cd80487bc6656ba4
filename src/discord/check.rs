//! Whether Convener can do in a guild what it is there for; what is missing, and how to mend it.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::TimeDelta;
use serenity::all::{
    ApplicationFlags, ChannelType, GuildChannel, Member, PartialGuild, Permissions,
};
use tokio_util::sync::CancellationToken;

use super::messenger::{DiscordMessenger, within_time};
use super::translate;
use crate::facilitation::door::DoorError;
use crate::facilitation::{Facilitation, Fault};
use crate::practice::community::Community;
use crate::practice::id::{ChannelId, GuildId};

/// How often everything is looked at again.
const CHECK_EVERY: TimeDelta = TimeDelta::days(1);

/// How many channels that can't be read are named.
const NAMED: usize = 5;

/// What is lost without the content of messages.
pub(super) const NO_CONTENT: &str = "Message Content is switched off for me in Discord's developer portal (page Bot), so I hear only \
     commands, menus and where I am mentioned; questions in chat I do not notice.";

/// What is lost without the coming of members.
pub(super) const NO_MEMBERS: &str = "Server Members is switched off for me in Discord's developer portal (page Bot), so I don't know \
     who is new, and who is of the core group only when I see them act.";

/// What is lost without the permission to make events.
pub(super) const NO_EVENTS: &str = "I may not make events in Discord's own calendar, so the meetups stand in their channels and in \
     the calendars of `/meetup calendar` only. Give my role Create Events, and I add them.";

/// Whether events may be made in Discord's own calendar.
pub(super) fn may_make_events(permissions: Permissions) -> bool {
    permissions.intersects(Permissions::CREATE_EVENTS | Permissions::MANAGE_EVENTS)
        || permissions.administrator()
}

/// Whether the content of messages is switched on.
pub(super) fn may_read_content(flags: ApplicationFlags) -> bool {
    flags.intersects(
        ApplicationFlags::GATEWAY_MESSAGE_CONTENT
            | ApplicationFlags::GATEWAY_MESSAGE_CONTENT_LIMITED,
    )
}

/// Whether the coming of members is switched on.
pub(super) fn may_see_members(flags: ApplicationFlags) -> bool {
    flags.intersects(
        ApplicationFlags::GATEWAY_GUILD_MEMBERS | ApplicationFlags::GATEWAY_GUILD_MEMBERS_LIMITED,
    )
}

/// Looks at every community once a day, until it is told to stop; tells the core group what is new.
pub(super) async fn check_daily(
    facilitation: Arc<Facilitation>,
    messenger: Arc<DiscordMessenger>,
    stop: CancellationToken,
) {
    loop {
        let next = facilitation.clock.now() + CHECK_EVERY;
        let under_way = tokio::select! {
            () = stop.cancelled() => return,
            under_way = facilitation.clock.sleep_until(next) => under_way,
        };
        if let Err(fault) = check_all(&facilitation, &messenger).await {
            tracing::error!(error = %fault, "communities not checked");
        }
        drop(under_way);
    }
}

async fn check_all(facilitation: &Facilitation, messenger: &DiscordMessenger) -> Result<(), Fault> {
    for community in facilitation.communities().await? {
        if community.left_at.is_none() {
            check_guild(facilitation, messenger, community.guild).await?;
        }
    }
    Ok(())
}

/// Looks at one community, and keeps what is missing.
pub(super) async fn check_guild(
    facilitation: &Facilitation,
    messenger: &DiscordMessenger,
    guild: GuildId,
) -> Result<(), Fault> {
    let community = facilitation.community(guild).await?;
    let Some(community) = community.filter(|community| community.set_up_at.is_some()) else {
        return Ok(());
    };
    match faults(facilitation, messenger, &community).await {
        Ok(faults) => {
            if !faults.iter().any(|fault| fault == NO_EVENTS) {
                facilitation.revive_events(guild).await?;
            }
            facilitation.keep_ailing(guild, &faults).await
        }
        // Discord is not to be reached now; that is no news of the community.
        Err(Unchecked::Door(error)) => {
            tracing::warn!(guild.id = %guild, %error, "community not checked");
            Ok(())
        }
        Err(Unchecked::Fault(fault)) => Err(fault),
    }
}

/// Why a community could not be looked at.
#[derive(Debug)]
pub(super) enum Unchecked {
    /// Discord did not answer.
    Door(DoorError),
    /// Our own fault.
    Fault(Fault),
}

impl From<DoorError> for Unchecked {
    fn from(error: DoorError) -> Self {
        Self::Door(error)
    }
}

impl From<Fault> for Unchecked {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Everything that is missing in a community, each in a sentence with its remedy.
pub(super) async fn faults(
    facilitation: &Facilitation,
    messenger: &DiscordMessenger,
    community: &Community,
) -> Result<Vec<String>, Unchecked> {
    let http = messenger.http();
    let mut faults = Vec::new();
    let application = within_time(http.get_current_application_info()).await?;
    let flags = application.flags.unwrap_or_default();
    if !may_read_content(flags) {
        faults.push(NO_CONTENT.to_owned());
    }
    if !may_see_members(flags) {
        faults.push(NO_MEMBERS.to_owned());
    }
    let id = translate::their_guild_id(community.guild);
    let guild = within_time(http.get_guild(id)).await?;
    let ourselves = within_time(http.get_current_user()).await?.id;
    let member = within_time(http.get_member(id, ourselves)).await?;
    let channels = within_time(http.get_channels(id)).await?;
    let place = Place {
        guild: &guild,
        member: &member,
        channels: &channels,
    };
    let core =
        Permissions::SEND_MESSAGES | Permissions::EMBED_LINKS | Permissions::READ_MESSAGE_HISTORY;
    // Whether it may pin, serenity can't tell yet; a board that is not pinned works as well.
    faults.extend(place.missing("The core group's channel", community.core_channel, core));
    faults.extend(place.missing("The leads' channel", community.leads_channel, core));
    for (what, role) in [
        ("core group", community.core_role),
        ("coordinators", community.coordinator_role),
        ("leads", community.lead_role),
    ] {
        if let Some(role) = role
            && !guild.roles.keys().any(|id| translate::role_id(*id) == role)
        {
            faults.push(format!(
                "The role of the {what} was deleted. `/setup start` takes another."
            ));
        }
    }
    if !may_make_events(guild.member_permissions(&member))
        && facilitation.has_meetups(community.guild).await?
    {
        faults.push(NO_EVENTS.to_owned());
    }
    let heard = facilitation
        .heard_channels(community.guild, &HashSet::new())
        .await?;
    let read = Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY;
    let unreadable: Vec<String> = channels
        .iter()
        .filter(|channel| matches!(channel.kind, ChannelType::Text | ChannelType::Forum))
        .filter(|channel| {
            heard
                .iter()
                .any(|(heard, _)| heard.id == translate::channel_id(channel.id))
        })
        .filter(|channel| !place.permissions(channel).contains(read))
        .map(|channel| format!("<#{}>", channel.id))
        .collect();
    if !unreadable.is_empty() {
        let more = unreadable.len().saturating_sub(NAMED);
        let mut named = unreadable[..unreadable.len().min(NAMED)].join(", ");
        if more > 0 {
            named.push_str(&format!(" and {more} more"));
        }
        faults.push(format!(
            "I can't read {named}. Give my role View Channel and Read Message History there, or use \
             `/setup watch` to leave them out."
        ));
    }
    Ok(faults)
}

struct Place<'a> {
    guild: &'a PartialGuild,
    member: &'a Member,
    channels: &'a [GuildChannel],
}

impl Place<'_> {
    fn permissions(&self, channel: &GuildChannel) -> Permissions {
        self.guild.user_permissions_in(channel, self.member)
    }

    /// What is missing to work in a channel.
    fn missing(
        &self,
        what: &str,
        channel: Option<ChannelId>,
        needed: Permissions,
    ) -> Option<String> {
        let wanted = channel?;
        let is_wanted = |channel: &&GuildChannel| translate::channel_id(channel.id) == wanted;
        let Some(channel) = self.channels.iter().find(is_wanted) else {
            return Some(format!("{what} is gone. `/setup start` takes another."));
        };
        let needed = needed | Permissions::VIEW_CHANNEL;
        let missing = needed.difference(self.permissions(channel));
        let names = missing.get_permission_names().join(", ");
        (!missing.is_empty()).then(|| {
            format!(
                "{what}, <#{wanted}>, does not let me: {names}. Give my role these permissions there."
            )
        })
    }
}
