//! Permission bits, and how roles and overwrites add up.

use std::{
    fmt,
    ops::{BitAnd, BitOr, BitOrAssign, Not},
};

/// A set of permissions: <https://discord.com/developers/docs/topics/permissions>.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Permissions(u64);

macro_rules! permissions {
    ($($name:ident = $bit:literal;)*) => {
        impl Permissions {
            $(
                #[doc = concat!("Discord's `", stringify!($name), "`.")]
                pub const $name: Self = Self(1 << $bit);
            )*
            /// Every permission there is a name for.
            pub const ALL: Self = Self($(1 << $bit)|*);

            const NAMES: &'static [(&'static str, Self)] = &[$((stringify!($name), Self::$name)),*];
        }
    };
}

permissions! {
    CREATE_INSTANT_INVITE = 0;
    KICK_MEMBERS = 1;
    BAN_MEMBERS = 2;
    ADMINISTRATOR = 3;
    MANAGE_CHANNELS = 4;
    MANAGE_GUILD = 5;
    ADD_REACTIONS = 6;
    VIEW_AUDIT_LOG = 7;
    PRIORITY_SPEAKER = 8;
    STREAM = 9;
    VIEW_CHANNEL = 10;
    SEND_MESSAGES = 11;
    SEND_TTS_MESSAGES = 12;
    MANAGE_MESSAGES = 13;
    EMBED_LINKS = 14;
    ATTACH_FILES = 15;
    READ_MESSAGE_HISTORY = 16;
    MENTION_EVERYONE = 17;
    USE_EXTERNAL_EMOJIS = 18;
    VIEW_GUILD_INSIGHTS = 19;
    CONNECT = 20;
    SPEAK = 21;
    MUTE_MEMBERS = 22;
    DEAFEN_MEMBERS = 23;
    MOVE_MEMBERS = 24;
    USE_VAD = 25;
    CHANGE_NICKNAME = 26;
    MANAGE_NICKNAMES = 27;
    MANAGE_ROLES = 28;
    MANAGE_WEBHOOKS = 29;
    MANAGE_GUILD_EXPRESSIONS = 30;
    USE_APPLICATION_COMMANDS = 31;
    REQUEST_TO_SPEAK = 32;
    MANAGE_EVENTS = 33;
    MANAGE_THREADS = 34;
    CREATE_PUBLIC_THREADS = 35;
    CREATE_PRIVATE_THREADS = 36;
    USE_EXTERNAL_STICKERS = 37;
    SEND_MESSAGES_IN_THREADS = 38;
    USE_EMBEDDED_ACTIVITIES = 39;
    MODERATE_MEMBERS = 40;
    CREATE_GUILD_EXPRESSIONS = 43;
    CREATE_EVENTS = 44;
    SEND_POLLS = 49;
    PIN_MESSAGES = 51;
}

impl Permissions {
    /// No permission at all.
    pub const NONE: Self = Self(0);

    /// What @everyone may do in a new guild.
    pub const EVERYONE_BY_DEFAULT: Self = Self(
        Self::VIEW_CHANNEL.0
            | Self::SEND_MESSAGES.0
            | Self::SEND_MESSAGES_IN_THREADS.0
            | Self::READ_MESSAGE_HISTORY.0
            | Self::ADD_REACTIONS.0
            | Self::EMBED_LINKS.0
            | Self::ATTACH_FILES.0
            | Self::USE_EXTERNAL_EMOJIS.0
            | Self::CREATE_PUBLIC_THREADS.0
            | Self::CREATE_PRIVATE_THREADS.0
            | Self::CHANGE_NICKNAME.0
            | Self::USE_APPLICATION_COMMANDS.0
            | Self::CONNECT.0
            | Self::SPEAK.0
            | Self::CREATE_INSTANT_INVITE.0,
    );

    /// What the bot's own role may do in a new guild: talk, read, and look after messages and threads.
    pub const BOT_BY_DEFAULT: Self = Self(
        Self::EVERYONE_BY_DEFAULT.0
            | Self::MANAGE_MESSAGES.0
            | Self::MANAGE_THREADS.0
            | Self::PIN_MESSAGES.0,
    );

    /// The set with these bits.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The bits, as Discord counts them.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The permission of that name, written as Discord does (`MANAGE_MESSAGES`).
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, permission)| *permission)
    }

    /// Whether every permission of `other` is in this set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// This set without the permissions of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl BitOr for Permissions {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Permissions {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Permissions {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Permissions {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0)
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Self::NAMES
            .iter()
            .filter(|(_, permission)| self.contains(*permission));
        formatter
            .debug_set()
            .entries(names.map(|(name, _)| name))
            .finish()
    }
}

/// What one overwrite takes and gives.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Change {
    pub(crate) allow: Permissions,
    pub(crate) deny: Permissions,
}

/// Adds up overwrites in Discord's order: @everyone's, then those of all roles together (an allow of one role
/// beats the deny of another), then the member's own.
/// <https://discord.com/developers/docs/topics/permissions#permission-overwrites>
pub(crate) fn overwritten(
    base: Permissions,
    everyone: Change,
    roles: impl Iterator<Item = Change>,
    member: Change,
) -> Permissions {
    let roles = roles.fold(Change::default(), |sum, next| Change {
        allow: sum.allow | next.allow,
        deny: sum.deny | next.deny,
    });
    [everyone, roles, member]
        .into_iter()
        .fold(base, |permissions, change| {
            permissions.without(change.deny) | change.allow
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_roles_allow_beats_anothers_deny_and_the_member_comes_last() {
        let view = Permissions::VIEW_CHANNEL;
        let allow = Change {
            allow: view,
            deny: Permissions::NONE,
        };
        let deny = Change {
            allow: Permissions::NONE,
            deny: view,
        };
        let none = Change::default();
        assert_eq!(
            overwritten(view, deny, [allow, deny].into_iter(), none),
            view
        );
        assert_eq!(
            overwritten(view, none, [allow].into_iter(), deny),
            Permissions::NONE
        );
    }
}
