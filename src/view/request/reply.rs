//! What is said to one person who did something about a request.

use super::super::markdown::{escape, member, quote};
use super::{LISTED, of};
use crate::practice::action::{Action, RequestAction};
use crate::practice::id::{DraftId, MemberId};
use crate::practice::knowing::{Known, Suggestion};
use crate::practice::post::{Choice, Control, Post};
use crate::practice::request::{Request, Status};

/// How much of an answer is shown with what was answered before.
const QUOTED_ANSWER: usize = 160;

/// To who closed a request: it can be taken back for a moment.
#[must_use]
pub fn closed(request: &Request) -> Post {
    let text = match request.life.status {
        Status::Withdrawn => "It is off the list.",
        _ => "Marked as settled. Thank you!",
    };
    let undo = of(request, RequestAction::Undo);
    Post {
        text: format!("{text} For a minute you can take that back."),
        controls: vec![Control::Button("Undo".to_owned(), undo)],
        ..Post::default()
    }
}

/// To who opened a request again, or took its closing back.
#[must_use]
pub fn open_again(request: &Request) -> Post {
    Post::words(match request.life.status {
        Status::Open => "It is open again, and the core group sees it.",
        _ => "That is taken back.",
    })
}

/// To who was called or asked and declined.
#[must_use]
pub fn declined() -> Post {
    Post::words("That's fine, thank you for saying so. I don't ask you again about this one.")
}

/// To who means to answer.
#[must_use]
pub fn claimed(request: &Request) -> Post {
    let place = request.asked.link().unwrap_or_default();
    Post::words(format!("Thank you! It is yours for a day: {place}"))
}

/// To the core group: who could know, and why.
#[must_use]
pub fn who_could_know(request: &Request, suggestions: &[Suggestion]) -> Post {
    if suggestions.is_empty() {
        return Post::words(
            "I know of nobody who has listed the topic or answered something alike, or all of them \
             have been asked twice this week.",
        );
    }
    let choices = suggestions
        .iter()
        .map(|suggestion| {
            let mut why = Vec::new();
            if let Some(topic) = &suggestion.topic {
                why.push(format!("lists “{topic}”"));
            }
            if suggestion.answers > 0 {
                why.push(format!("answered {} alike", suggestion.answers));
            }
            Choice {
                label: suggestion.name.chars().take(100).collect(),
                value: suggestion.member.to_string(),
                detail: why.join(", ").chars().take(100).collect(),
            }
        })
        .collect();
    let ask = of(request, RequestAction::Invite);
    Post {
        text: "They could know. Whom shall I ask, beside the question?".to_owned(),
        controls: vec![Control::Menu("Ask one of them".to_owned(), ask, choices)],
        ..Post::default()
    }
}

/// To the core group: a member is asked.
#[must_use]
pub fn invited(invited: MemberId) -> Post {
    Post::words(format!(
        "I ask {} beside the question. They can say no without a reason.",
        member(invited)
    ))
}

/// To who asks: what was answered before.
#[must_use]
pub fn similar(draft: DraftId, known: &[Known]) -> Post {
    let mut lines = vec!["This may have been answered before:".to_owned()];
    for Known { request, answer } in known {
        let words = quote(&request.asked.text, LISTED);
        let words = request
            .asked
            .link()
            .map_or(words.clone(), |link| format!("[{words}]({link})"));
        lines.push(format!("• {words}"));
        if !answer.is_empty() {
            lines.push(format!("  ↳ {}", quote(answer, QUOTED_ANSWER)));
        }
    }
    Post {
        text: lines.join("\n"),
        controls: vec![
            Control::Button("Post my question".to_owned(), Action::PostDraft(draft)),
            Control::Button("That answers it".to_owned(), Action::DropDraft(draft)),
        ],
        ..Post::default()
    }
}

/// To who found their answer before they asked.
#[must_use]
pub fn draft_dropped() -> Post {
    Post::words("Good! Nothing was posted.")
}

/// To who asked without their name: what became of it, and what they can do.
#[must_use]
pub fn mine(request: &Request) -> Post {
    let button = |label: &str, action| Control::Button(label.to_owned(), of(request, action));
    let (text, controls) = match request.life.status {
        Status::Open => (
            "Nobody has answered yet.",
            vec![
                button("It's settled", RequestAction::Resolve),
                button("Take it back", RequestAction::Reject),
            ],
        ),
        Status::Answered => (
            "It has been answered: look below your question.",
            vec![
                button("It's settled", RequestAction::Resolve),
                button("Not yet", RequestAction::Reopen),
            ],
        ),
        Status::Resolved => (
            "It is settled.",
            vec![button("Open it again", RequestAction::Reopen)],
        ),
        Status::Withdrawn => (
            "It was taken back.",
            vec![button("Open it again", RequestAction::Reopen)],
        ),
        Status::Lapsed => (
            "Nobody answered in time.",
            vec![button("Open it again", RequestAction::Reopen)],
        ),
    };
    Post {
        text: format!("{text} Only you see this."),
        controls,
        ..Post::default()
    }
}

/// To a member: what they say that they know about.
#[must_use]
pub fn topics(topics: &[String]) -> Post {
    if topics.is_empty() {
        return Post::words(
            "You list no topics, so nobody asks you about any. `/preferences topics:` lists some.",
        );
    }
    let listed: Vec<_> = topics.iter().map(|topic| escape(topic)).collect();
    Post::words(format!(
        "You know about: {}. When a question waits, the core group may ask you, at most twice a week, \
         and you can always say no.",
        listed.join(", ")
    ))
}

/// To who asked: the question is on its way.
#[must_use]
pub fn asked(waits_hours: i64, is_anonymous: bool) -> Post {
    let who = if is_anonymous {
        " Your name is not shown and stands in no digest; whoever runs me could look it up in the \
         database. **I asked this**, below the question, is for you alone."
    } else {
        ""
    };
    Post::words(format!(
        "Your question will be here in a moment. If nobody has answered within {waits_hours} hours, it \
         moves up on the core group's board.{who}"
    ))
}

/// To who logged a message as a request.
#[must_use]
pub fn logged() -> Post {
    Post::words("Logged. It stays in sight until it is answered.")
}
