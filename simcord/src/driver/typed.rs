//! What people type, turned into what Discord stores: `@ana` and `#help` become mentions.

use crate::{snowflake::Snowflake, state::State};

/// Replaces `@handle`, `@role` and `#channel` by mentions, where the guild knows the name.
pub(crate) fn with_mentions(state: &State, guild: Option<Snowflake>, text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        let after = &rest[letter.len_utf8()..];
        // `<@5>` is a mention already, and `a@b` none at all.
        let found = if before.is_alphanumeric() || before == '<' {
            None
        } else if letter == '@' {
            user_or_role(state, guild, after)
        } else if letter == '#' {
            channel(state, guild, after)
        } else {
            None
        };
        if let Some((mention, length)) = found {
            result.push_str(&mention);
            rest = &after[length..];
            before = '>';
        } else {
            result.push(letter);
            rest = after;
            before = letter;
        }
    }
    result
}

/// The longest of these names that the text begins with, if no further letter follows.
fn longest<'a>(
    text: &str,
    names: impl Iterator<Item = (&'a str, String)>,
) -> Option<(String, usize)> {
    let goes_on = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    names
        .filter(|(name, _)| !name.is_empty() && text.starts_with(name))
        .filter(|(name, _)| !text[name.len()..].chars().next().is_some_and(goes_on))
        .max_by_key(|(name, _)| name.len())
        .map(|(name, mention)| (mention, name.len()))
}

fn user_or_role(state: &State, guild: Option<Snowflake>, text: &str) -> Option<(String, usize)> {
    let guild = state.guilds.get(&guild?)?;
    let users = guild.members.keys().filter_map(|id| state.users.get(id));
    let users = users.map(|user| (user.handle.as_str(), format!("<@{}>", user.id)));
    let roles = guild
        .roles
        .iter()
        .filter(|role| role.id != guild.id && role.bot.is_none());
    let roles = roles.map(|role| (role.name.as_str(), format!("<@&{}>", role.id)));
    longest(text, users.chain(roles))
}

fn channel(state: &State, guild: Option<Snowflake>, text: &str) -> Option<(String, usize)> {
    let channels = state
        .channels
        .values()
        .filter(|channel| channel.guild.is_some() && channel.guild == guild);
    longest(
        text,
        channels.map(|channel| (channel.name.as_str(), format!("<#{}>", channel.id))),
    )
}
