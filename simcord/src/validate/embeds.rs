//! Limits of embeds: <https://discord.com/developers/docs/resources/message#embed-object-embed-limits>.

use serde_json::Value;

use super::Problems;

/// All texts of all embeds of a message together.
const MOST_CHARACTERS: usize = 6000;

pub(crate) fn check_embeds(problems: &mut Problems, embeds: &[Value]) {
    if embeds.len() > 10 {
        problems.add(
            "embeds",
            "BASE_TYPE_MAX_LENGTH",
            "Must be 10 or fewer in length.",
        );
    }
    let mut total = 0;
    for (index, embed) in embeds.iter().enumerate() {
        let path = format!("embeds.{index}");
        let mut text = |field: &str, value: &Value, least: usize, most: usize| {
            let text = value.as_str().unwrap_or_default();
            total += text.chars().count();
            problems.length(&format!("{path}.{field}"), text, least, most);
        };
        text("title", &embed["title"], 0, 256);
        text("description", &embed["description"], 0, 4096);
        text("footer.text", &embed["footer"]["text"], 0, 2048);
        text("author.name", &embed["author"]["name"], 0, 256);
        let fields = embed["fields"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        for (number, field) in fields.iter().enumerate() {
            text(&format!("fields.{number}.name"), &field["name"], 1, 256);
            text(&format!("fields.{number}.value"), &field["value"], 1, 1024);
        }
        if fields.len() > 25 {
            problems.add(
                &format!("{path}.fields"),
                "BASE_TYPE_MAX_LENGTH",
                "Must be 25 or fewer in length.",
            );
        }
        check_links(problems, &path, embed);
    }
    if total > MOST_CHARACTERS {
        let last = format!("embeds.{}", embeds.len() - 1);
        problems.add(
            &last,
            "MAX_EMBED_SIZE_EXCEEDED",
            "Embed size exceeds maximum size of 6000",
        );
    }
}

fn check_links(problems: &mut Problems, path: &str, embed: &Value) {
    let links = [
        ("url", &embed["url"]),
        ("image.url", &embed["image"]["url"]),
        ("thumbnail.url", &embed["thumbnail"]["url"]),
        ("author.url", &embed["author"]["url"]),
    ];
    for (field, link) in links {
        let known = ["http://", "https://", "attachment://"];
        if link
            .as_str()
            .is_some_and(|link| !known.iter().any(|scheme| link.starts_with(scheme)))
        {
            problems.add(
                &format!("{path}.{field}"),
                "URL_TYPE_INVALID_URL",
                "Not a well formed URL.",
            );
        }
    }
}
