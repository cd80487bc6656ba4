//! What members read about what is known of them.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use crate::practice::post::Post;
use crate::practice::privacy::Traces;

/// To a member: how much of what is known of them.
#[must_use]
pub fn shown(known: &[Traces]) -> Post {
    let lines: Vec<String> = known
        .iter()
        .filter(|traces| !traces.traces.is_empty())
        .map(|traces| format!("• {} {}", traces.traces.len(), traces.what))
        .collect();
    if lines.is_empty() {
        return Post::words("I know nothing of you in this community.");
    }
    Post::words(format!(
        "In this community's database I keep of you:\n{}\n`/privacy export` gives it to you as a file, \
         `/privacy forget` deletes your words and your name, `/privacy pause` stops recording you.",
        lines.join("\n")
    ))
}

/// All of it as JSON, for the member to keep.
#[must_use]
pub fn export(known: &[Traces]) -> String {
    let kinds: serde_json::Map<String, Value> = known
        .iter()
        .map(|traces| {
            let rows = traces.traces.iter().map(|trace| {
                json!({
                    "at": trace.at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
                    "channel": trace.channel.map(|channel| channel.to_string()),
                    "words": trace.words,
                })
            });
            (traces.what.to_owned(), rows.collect())
        })
        .collect();
    format!("{:#}\n", Value::Object(kinds))
}

/// With the file.
#[must_use]
pub fn exported() -> Post {
    Post::words("This is all that I keep of you in this community.")
}

/// To a member who was forgotten.
#[must_use]
pub fn forgotten() -> Post {
    Post::words(
        "Your words and your name are gone from my database, its journal and its index. What was counted \
         stays, and names nobody. I can't reach backups that were made before, PostgreSQL's own log, or \
         what stands in Discord itself. From your next message on I record you again; `/privacy pause` \
         stops that.",
    )
}

/// To a member whose recording was stopped.
#[must_use]
pub fn paused() -> Post {
    Post::words(
        "From now on I record nothing that you write here. What I kept before stays until you use \
         `/privacy forget`. So that I can know you I keep a keyed hash of your id, and nothing else. \
         `/privacy resume` takes this back.",
    )
}

/// To a member who is recorded again.
#[must_use]
pub fn resumed() -> Post {
    Post::words("Welcome back: from now on I listen to what you write here, as to everybody's.")
}
