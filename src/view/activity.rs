//! The activity log, as members read it.

use super::markdown::{channel, from_now, quote};
use super::measure::count;
use crate::practice::action::Action;
use crate::practice::activity::{ActivityKind, Entry, SURE_FROM, Why};
use crate::practice::detection::{Detection, Learnt};
use crate::practice::id::{ChannelId, GuildId, MessageId};
use crate::practice::message::message_link;
use crate::practice::post::{Choice, Control, Post};

/// How many channels are shown.
const SHOWN_CHANNELS: usize = 15;

/// To who wants to log a message: which of the eleven it is.
#[must_use]
pub fn choice(channel: ChannelId, message: MessageId) -> Post {
    Post {
        text: "What is this message an example of?".to_owned(),
        controls: vec![Control::Menu(
            "Choose an activity".to_owned(),
            Action::LogActivity(channel, message),
            ActivityKind::ALL.map(choice_of).to_vec(),
        )],
        ..Post::default()
    }
}

fn choice_of(kind: ActivityKind) -> Choice {
    Choice {
        label: kind.title().to_owned(),
        value: kind.name().to_owned(),
        detail: String::new(),
    }
}

/// To who logged it.
#[must_use]
pub fn logged(kind: ActivityKind, is_new: bool) -> Post {
    let title = kind.title();
    Post::words(if is_new {
        format!("Logged as **{title}**. Thank you!")
    } else {
        format!("It was logged as **{title}** before. Thank you!")
    })
}

/// To who asked for the log; `next_page` is the page that goes on with it.
#[must_use]
pub fn log(guild: GuildId, entries: &[Entry], next_page: Option<i64>) -> Post {
    if entries.is_empty() {
        return Post::words("Nothing like that has been logged. The log fills as people talk.");
    }
    let mut lines: Vec<_> = entries.iter().map(|entry| line(guild, entry)).collect();
    if let Some(page) = next_page {
        lines.push(format!("There are more: `page:{page}`."));
    }
    Post::words(lines.join("\n"))
}

fn line(guild: GuildId, entry: &Entry) -> String {
    let title = entry.kind.title();
    let title = match message_link(guild, entry.channel, entry.message) {
        Some(link) => format!("[{title}]({link})"),
        None => title.to_owned(),
    };
    let known_by = match entry.confidence {
        None => ", logged by hand",
        Some(confidence) if confidence < SURE_FROM => ", but I am unsure",
        Some(_) => "",
    };
    format!(
        "• {title} in {} {}{known_by}",
        channel(entry.channel),
        from_now(entry.at)
    )
}

/// To who asked why a message was read as it was.
#[must_use]
pub fn why(guild: GuildId, why: &Why) -> Post {
    let message = message_link(guild, why.channel, why.message).map_or_else(
        || "that message".to_owned(),
        |link| format!("[that message]({link})"),
    );
    let sure = percent(why.confidence);
    let mut text = match (why.activity, why.begins) {
        (Some(kind), _) => format!("I took {message} for **{}**, {sure} % sure.", kind.title()),
        (None, true) => format!("I took {message} for small talk, {sure} % sure."),
        (None, false) => format!(
            "I took {message} for a part of what was begun before, {sure} % sure; such messages are no \
             activity of their own."
        ),
    };
    if why.is_request {
        text.push_str(" It opens a request.");
    }
    if why.begins && why.pieces.is_empty() {
        text.push_str(" No words decided, but its shape, and how rare all else is.");
    } else if why.begins {
        let pieces: Vec<_> = why.pieces.iter().map(|piece| quote(piece, 40)).collect();
        text.push_str(&format!(" What spoke most for it: {}.", pieces.join(", ")));
    }
    text.push_str(
        " If I am wrong, *Log as activity* in its menu puts it right, and I learn from it.",
    );
    Post::words(text)
}

/// To who asked how well requests are detected.
#[must_use]
pub fn detection(detections: &[Detection], learnt: &Learnt) -> Post {
    if detections.is_empty() {
        return Post::words("I have taken nothing for a request in the last ninety days.");
    }
    let mut lines = vec!["What I took for requests in the last ninety days:".to_owned()];
    lines.extend(detections.iter().take(SHOWN_CHANNELS).map(|detection| {
        let judged = match detection.precision() {
            Some(precision) => format!(" ({precision} % of what was judged)"),
            None => String::new(),
        };
        format!(
            "• {}: {}, {} taken up or confirmed, {} said to be none{judged}",
            channel(detection.channel),
            count(detection.detected, "message", "messages"),
            detection.confirmed,
            detection.rejected
        )
    }));
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    lines.push(format!(
        "I keep {} by {}. {}",
        count(number(learnt.corrections), "correction", "corrections"),
        count(number(learnt.members), "person", "people"),
        if learnt.shifts {
            "What several people say alike has shifted how I read."
        } else {
            "They shift how I read once several people say the same of messages that are alike."
        }
    ));
    Post::words(lines.join("\n"))
}

fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}
