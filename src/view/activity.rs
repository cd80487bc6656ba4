//! The activity log, as members read it.

use super::markdown::channel;
use crate::practice::action::Action;
use crate::practice::activity::ActivityKind;
use crate::practice::id::{ChannelId, GuildId, MessageId};
use crate::practice::message::message_link;
use crate::practice::post::{Choice, Control, Post};

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

/// To who asked for the log.
#[must_use]
pub fn log(guild: GuildId, latest: &[(ChannelId, MessageId, ActivityKind)]) -> Post {
    if latest.is_empty() {
        return Post::words("Nothing has been logged yet. It fills as people talk.");
    }
    let lines: Vec<_> = latest
        .iter()
        .map(|(place, message, kind)| {
            let title = kind.title();
            match message_link(guild, *place, *message) {
                Some(link) => format!("• [{title}]({link}) in {}", channel(*place)),
                None => format!("• {title} in {}", channel(*place)),
            }
        })
        .collect();
    Post::words(lines.join("\n"))
}
