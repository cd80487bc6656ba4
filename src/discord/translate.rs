//! Discord's values as ours.

use chrono::{DateTime, Utc};
use serenity::all::{
    ChannelType, GuildChannel, Member, Message, MessageType, PermissionOverwriteType, Permissions,
    Role, Timestamp, User,
};

use crate::facilitation::door::GuildMember;
use crate::practice::community::{Channel, ChannelKind};
use crate::practice::id::{
    ChannelId, EventId, GuildId, InteractionId, MemberId, MessageId, RoleId,
};
use crate::practice::message::{Attachment, Author, Heard, MessageKind, Reaction};

/// A snowflake as one of our ids. Snowflakes fit into 63 bits until the year 2084.
fn number(snowflake: u64) -> i64 {
    i64::try_from(snowflake).unwrap_or(i64::MAX)
}

macro_rules! ids {
    ($($function:ident: $theirs:ty => $ours:ident, $what:literal;)*) => {
        $(
            #[doc = $what]
            pub(super) fn $function(id: $theirs) -> $ours {
                $ours::new(number(id.get()))
            }
        )*
    };
}

ids! {
    guild_id: serenity::all::GuildId => GuildId, "A guild's id.";
    channel_id: serenity::all::ChannelId => ChannelId, "A channel's id.";
    message_id: serenity::all::MessageId => MessageId, "A message's id.";
    member_id: serenity::all::UserId => MemberId, "A member's id.";
    role_id: serenity::all::RoleId => RoleId, "A role's id.";
    event_id: serenity::all::ScheduledEventId => EventId, "A scheduled event's id.";
    interaction_id: serenity::all::InteractionId => InteractionId, "An interaction's id.";
}

/// A channel's id, as serenity writes it.
pub(super) fn their_channel_id(id: ChannelId) -> serenity::all::ChannelId {
    serenity::all::ChannelId::new(id.get().unsigned_abs().max(1))
}

/// A message's id, as serenity writes it.
pub(super) fn their_message_id(id: MessageId) -> serenity::all::MessageId {
    serenity::all::MessageId::new(id.get().unsigned_abs().max(1))
}

/// A guild's id, as serenity writes it.
pub(super) fn their_guild_id(id: GuildId) -> serenity::all::GuildId {
    serenity::all::GuildId::new(id.get().unsigned_abs().max(1))
}

/// A member's id, as serenity writes it.
pub(super) fn their_user_id(id: MemberId) -> serenity::all::UserId {
    serenity::all::UserId::new(id.get().unsigned_abs().max(1))
}

/// A scheduled event's id, as serenity writes it.
pub(super) fn their_event_id(id: EventId) -> serenity::all::ScheduledEventId {
    serenity::all::ScheduledEventId::new(id.get().unsigned_abs().max(1))
}

/// A moment; chrono is what serenity keeps it in.
pub(super) fn moment(timestamp: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(timestamp.timestamp_micros()).unwrap_or_default()
}

/// A person, by the name that others see in the guild.
pub(super) fn author(user: &User, nickname: Option<&str>) -> Author {
    let name = nickname
        .or(user.global_name.as_deref())
        .unwrap_or(&user.name);
    Author {
        id: member_id(user.id),
        name: scrubbed(name),
        is_bot: user.bot || user.system,
    }
}

/// Somebody of whom no more than the id is told.
pub(super) fn stranger(id: serenity::all::UserId) -> Author {
    Author {
        id: member_id(id),
        name: String::new(),
        is_bot: false,
    }
}

/// A member as a person.
pub(super) fn member(member: &Member) -> Author {
    author(&member.user, member.nick.as_deref())
}

/// A member with what they may do.
pub(super) fn guild_member(member: &Member, permissions: Permissions) -> GuildMember {
    GuildMember {
        person: self::member(member),
        roles: member.roles.iter().map(|id| role_id(*id)).collect(),
        manages_guild: permissions.contains(Permissions::MANAGE_GUILD),
        manages_events: permissions.contains(Permissions::MANAGE_EVENTS),
    }
}

/// Whether everybody of a guild may read its channels unless one says otherwise.
pub(super) fn everybody_reads(guild: serenity::all::GuildId, roles: &[&Role]) -> bool {
    roles
        .iter()
        .filter(|role| role.id.get() == guild.get())
        .any(|everybody| everybody.permissions.contains(Permissions::VIEW_CHANNEL))
}

/// A channel or a thread. `everybody_reads` is what its guild gives everybody.
/// <https://discord.com/developers/docs/topics/permissions#permission-overwrites>
pub(super) fn channel(channel: &GuildChannel, everybody_reads: bool) -> Channel {
    let of_everybody = channel.permission_overwrites.iter().find(|overwrite| {
        overwrite.kind == PermissionOverwriteType::Role(channel.guild_id.everyone_role())
    });
    let is_public = match (channel.kind, of_everybody) {
        (ChannelType::PrivateThread, _) => false,
        (ChannelType::PublicThread | ChannelType::NewsThread, _) => true,
        (_, Some(overwrite)) if overwrite.deny.contains(Permissions::VIEW_CHANNEL) => false,
        (_, Some(overwrite)) if overwrite.allow.contains(Permissions::VIEW_CHANNEL) => true,
        _ => everybody_reads,
    };
    Channel {
        id: channel_id(channel.id),
        guild: guild_id(channel.guild_id),
        name: scrubbed(&channel.name),
        kind: match channel.kind {
            ChannelType::Text | ChannelType::News => ChannelKind::Text,
            ChannelType::Forum => ChannelKind::Forum,
            ChannelType::PublicThread | ChannelType::PrivateThread | ChannelType::NewsThread => {
                ChannelKind::Thread
            }
            _ => ChannelKind::Other,
        },
        parent: channel.parent_id.map(channel_id),
        is_public,
    }
}

/// A message; `None` for the copy of itself that a thread shows of the message it began with.
pub(super) fn heard(message: &Message) -> Option<Heard> {
    let kind = match message.kind {
        MessageType::Regular
        | MessageType::InlineReply
        | MessageType::ChatInputCommand
        | MessageType::ContextMenuCommand => MessageKind::Message,
        MessageType::ThreadStarterMessage => return None,
        _ => MessageKind::System,
    };
    let nickname = message
        .member
        .as_ref()
        .and_then(|member| member.nick.as_deref());
    let mut author = author(&message.author, nickname);
    author.is_bot |= message.webhook_id.is_some();
    let replied_to = message
        .message_reference
        .as_ref()
        .filter(|reference| reference.channel_id == message.channel_id)
        .and_then(|reference| reference.message_id)
        .filter(|_| message.kind == MessageType::InlineReply);
    Some(Heard {
        channel: channel_id(message.channel_id),
        id: message_id(message.id),
        author: (kind != MessageKind::System).then_some(author),
        at: moment(message.timestamp),
        edited_at: message.edited_timestamp.map(moment),
        text: scrubbed(&message.content),
        kind,
        reply_to: replied_to.map(message_id).into_iter().collect(),
        mentions: message
            .mentions
            .iter()
            .map(|user| member_id(user.id))
            .collect(),
        reactions: message
            .reactions
            .iter()
            .map(|reaction| Reaction {
                emoji: scrubbed(&reaction.reaction_type.to_string()),
                count: number(reaction.count),
            })
            .collect(),
        attachments: message
            .attachments
            .iter()
            .map(|file| Attachment {
                name: scrubbed(&file.filename),
                url: scrubbed(&file.url),
            })
            .collect(),
    })
}

/// Text without NUL, which `PostgreSQL` refuses.
pub(super) fn scrubbed(text: &str) -> String {
    text.replace('\0', "")
}
