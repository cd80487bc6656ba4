//! Whom a message calls, and who is really disturbed by it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::State;
use crate::{permissions::Permissions, snowflake::Snowflake};

/// What an author lets a message's text do:
/// <https://discord.com/developers/docs/resources/message#allowed-mentions-object>.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one switch of Discord's object"
)]
pub(crate) struct AllowedMentions {
    everyone: bool,
    all_roles: bool,
    all_users: bool,
    roles: Vec<Snowflake>,
    users: Vec<Snowflake>,
    replied_user: bool,
}

impl Default for AllowedMentions {
    /// Discord's default: the text does what it says, and a reply calls the one it answers.
    fn default() -> Self {
        Self {
            everyone: true,
            all_roles: true,
            all_users: true,
            roles: Vec::new(),
            users: Vec::new(),
            replied_user: true,
        }
    }
}

impl AllowedMentions {
    pub(crate) fn read(value: Option<&Value>) -> Self {
        let Some(value) = value.filter(|value| value.is_object()) else {
            return Self::default();
        };
        let ids = |key: &str| -> Vec<Snowflake> {
            let list = value[key].as_array().map(Vec::as_slice).unwrap_or_default();
            list.iter()
                .filter_map(|id| id.as_str().and_then(|id| id.parse().ok()))
                .collect()
        };
        let parses = |kind: &str| {
            value["parse"]
                .as_array()
                .is_some_and(|kinds| kinds.iter().any(|known| known == kind))
        };
        // Without "parse" and without lists nothing is allowed: an empty object silences everything.
        Self {
            everyone: parses("everyone"),
            all_roles: parses("roles"),
            all_users: parses("users"),
            roles: ids("roles"),
            users: ids("users"),
            replied_user: value["replied_user"].as_bool().unwrap_or(false),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MentionKind {
    User(Snowflake),
    Role(Snowflake),
    Channel(Snowflake),
    Everyone,
    Here,
}

/// Every mention in a text, in order.
pub(crate) fn mentions_in(text: &str) -> Vec<MentionKind> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('<') {
        let Some(inside) = text[at + 1..].split_once('>').map(|(inside, _)| inside) else {
            continue;
        };
        let id = |prefix: &str| {
            inside
                .strip_prefix(prefix)
                .and_then(|id| id.parse::<Snowflake>().ok())
        };
        if let Some(role) = id("@&") {
            found.push(MentionKind::Role(role));
        } else if let Some(user) = id("@!").or_else(|| id("@")) {
            found.push(MentionKind::User(user));
        } else if let Some(channel) = id("#") {
            found.push(MentionKind::Channel(channel));
        }
    }
    if text.contains("@everyone") {
        found.push(MentionKind::Everyone);
    }
    if text.contains("@here") {
        found.push(MentionKind::Here);
    }
    found
}

/// What came of a message's mentions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mentioned {
    /// `mentions` of the message.
    pub(crate) users: Vec<Snowflake>,
    /// `mention_roles` of the message.
    pub(crate) roles: Vec<Snowflake>,
    pub(crate) everyone: bool,
    /// Everyone whose client rings: users named, members of roles called, and all for @everyone.
    pub(crate) pinged: BTreeSet<Snowflake>,
}

impl State {
    /// What a text of `author` does in `channel`; `replied_to` is the author of the message it answers.
    pub(crate) fn resolve_mentions(
        &self,
        author: Snowflake,
        channel: Snowflake,
        text: &str,
        allowed: &AllowedMentions,
        replied_to: Option<Snowflake>,
    ) -> Mentioned {
        let guild = self
            .channels
            .get(&channel)
            .and_then(|channel| channel.guild)
            .and_then(|id| self.guilds.get(&id));
        let may_call_all = self
            .permissions_in(author, channel)
            .contains(Permissions::MENTION_EVERYONE);
        let mut result = Mentioned::default();
        for mention in mentions_in(text) {
            match mention {
                MentionKind::User(user)
                    if (allowed.all_users || allowed.users.contains(&user))
                        && self.users.contains_key(&user)
                        && !result.users.contains(&user) =>
                {
                    result.users.push(user);
                }
                MentionKind::Role(id) if allowed.all_roles || allowed.roles.contains(&id) => {
                    let role = guild.and_then(|guild| guild.role(id));
                    if role.is_some_and(|role| role.mentionable || may_call_all)
                        && !result.roles.contains(&id)
                    {
                        result.roles.push(id);
                    }
                }
                MentionKind::Everyone | MentionKind::Here
                    if allowed.everyone && may_call_all && guild.is_some() =>
                {
                    result.everyone = true;
                }
                _ => {}
            }
        }
        if let Some(user) = replied_to.filter(|_| allowed.replied_user)
            && !result.users.contains(&user)
        {
            result.users.push(user);
        }
        result.pinged.extend(&result.users);
        for member in guild.iter().flat_map(|guild| guild.members.values()) {
            if result.everyone || member.roles.iter().any(|role| result.roles.contains(role)) {
                result.pinged.insert(member.user);
            }
        }
        result
            .pinged
            .retain(|user| *user != author && self.sees(*user, channel));
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_found_in_order() {
        let (user, role) = (Snowflake::new(5), Snowflake::new(6));
        assert_eq!(
            mentions_in("<@5> <@!5> <@&6> <#7> @here <nothing>"),
            [
                MentionKind::User(user),
                MentionKind::User(user),
                MentionKind::Role(role),
                MentionKind::Channel(Snowflake::new(7)),
                MentionKind::Here
            ]
        );
    }

    #[test]
    fn an_empty_allowed_mentions_silences_everything() {
        let silent = AllowedMentions::read(Some(&serde_json::json!({"parse": []})));
        assert!(!silent.everyone && !silent.all_users && !silent.all_roles && !silent.replied_user);
    }
}
