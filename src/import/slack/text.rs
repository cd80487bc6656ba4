//! Slack's markup as people read it.

use super::Members;

/// The words of a message, and the ids of those whom it mentions.
pub(super) fn read(markup: &str, members: &Members) -> (String, Vec<String>) {
    let mut text = String::with_capacity(markup.len());
    let mut mentions = Vec::new();
    let mut rest = markup;
    while let Some((before, after)) = rest.split_once('<') {
        // Slack escapes what writers type, so an open bracket without its end is the text's end.
        let Some((inner, after)) = after.split_once('>') else {
            break;
        };
        text.push_str(&unescaped(before));
        text.push_str(&unescaped(&inner_text(inner, members, &mut mentions)));
        rest = after;
    }
    text.push_str(&unescaped(rest));
    (text, mentions)
}

fn inner_text(inner: &str, members: &Members, mentions: &mut Vec<String>) -> String {
    let (what, label) = match inner.split_once('|') {
        Some((what, label)) => (what, Some(label)),
        None => (inner, None),
    };
    if let Some(id) = what.strip_prefix('@') {
        mentions.push(id.to_owned());
        let name = members.get(id).map(|member| member.name.as_str());
        return format!("@{}", name.or(label).unwrap_or(id));
    }
    if let Some(id) = what.strip_prefix('#') {
        return format!("#{}", label.unwrap_or(id));
    }
    if let Some(call) = what.strip_prefix('!') {
        let call = label.unwrap_or(call).trim_start_matches('@');
        return format!("@{call}");
    }
    match label {
        Some(label) if !what.ends_with(label) => format!("{label} ({what})"),
        _ => what.to_owned(),
    }
}

/// Slack escapes these three characters and no other.
/// <https://docs.slack.dev/messaging/formatting-message-text>
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
