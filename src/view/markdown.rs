//! Discord's Markdown: quoting what members wrote, and marks that each reader sees in their own way.

use chrono::{DateTime, Utc};

use crate::practice::id::{ChannelId, MemberId};

/// What a member wrote, so that it shows as written: on one line, at most `length` characters, no
/// markup, no mention.
///
/// <https://support.discord.com/hc/en-us/articles/210298617>
#[must_use]
pub fn quote(text: &str, length: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = line.chars().take(length).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    escape(&shown)
}

/// A name or a text with every character escaped that Discord would take for markup.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '#' | '-' | '[' | ']' | '(' | ')' => {
                escaped.extend(['\\', character]);
            }
            // A zero-width space breaks `@everyone` and `<@id>` without changing what is seen.
            '@' | '<' => escaped.extend([character, '\u{200b}']),
            // Marks that turn the direction of what follows would turn our own words, too.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

/// What a member wrote in their own question, with the markup that they gave it: code stays code. In
/// a card nothing pings; only the marks that turn the direction of what follows are left out.
#[must_use]
pub fn as_written(text: &str) -> String {
    text.chars()
        .filter(|character| !matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect()
}

/// A channel that can be clicked.
#[must_use]
pub fn channel(channel: ChannelId) -> String {
    format!("<#{channel}>")
}

/// A member's name as each reader knows them. It pings only where the post says so.
#[must_use]
pub fn member(member: MemberId) -> String {
    format!("<@{member}>")
}

/// A moment that each reader sees in their own zone, with the day.
/// <https://discord.com/developers/docs/reference#message-formatting-timestamp-styles>
#[must_use]
pub fn moment(instant: DateTime<Utc>) -> String {
    format!("<t:{}:F>", instant.timestamp())
}

/// How far away a moment is, as each reader's Discord counts.
#[must_use]
pub fn from_now(instant: DateTime<Utc>) -> String {
    format!("<t:{}:R>", instant.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_member_wrote_pings_or_marks_up() {
        let quoted = quote("@everyone **look**\n<@1> `x` \u{202e}evil", 100);
        assert_eq!(
            quoted,
            "@\u{200b}everyone \\*\\*look\\*\\* <\u{200b}@\u{200b}1\\> \\`x\\` evil"
        );
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(quote("äöü", 2), "äö…");
        assert_eq!(quote("äö", 2), "äö");
    }
}
