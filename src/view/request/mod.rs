//! Requests, as members and the core group read them.

mod list;
mod reply;

pub use list::{list, table};
pub use reply::{
    asked, claimed, closed, declined, draft_dropped, invited, logged, mine, open_again, similar,
    topics, who_could_know,
};

use super::board::public_words;
use super::markdown::{as_written, channel, from_now, member, quote};
use crate::practice::action::{Action, RequestAction};
use crate::practice::id::MemberId;
use crate::practice::post::{Card, Control, Post};
use crate::practice::request::{Request, Status};

/// How much of a question the core group reads.
const QUOTED: usize = 300;

/// How much of a question a list shows.
const LISTED: usize = 90;

/// To a channel: a question from `/ask`, as its asker wrote it.
#[must_use]
pub fn question(request: &Request) -> Post {
    let (asked, life) = (&request.asked, &request.life);
    if asked.text.is_empty() {
        return Post::words("This question was taken back.");
    }
    let button = |label: &str, action| Control::Button(label.to_owned(), of(request, action));
    let mut controls = Vec::new();
    if !life.status.is_closed() {
        controls.push(button("It's settled", RequestAction::Resolve));
    }
    if asked.is_anonymous {
        controls.push(button("I asked this", RequestAction::Mine));
    }
    Post {
        text: if asked.is_anonymous {
            "Somebody asks, without their name:".to_owned()
        } else {
            format!("{} asks:", member(asked.author.id))
        },
        card: Some(Card {
            text: as_written(&asked.text),
            footer: match life.status {
                Status::Open | Status::Answered => "Reply to this message to answer.".to_owned(),
                Status::Resolved => "Settled. Thank you!".to_owned(),
                Status::Withdrawn => "Taken back.".to_owned(),
                Status::Lapsed => "Closed without an answer.".to_owned(),
            },
            ..Card::default()
        }),
        controls,
        ..Post::default()
    }
}

/// To the core group: a request that waits and who is called to it, or what became of it since.
#[must_use]
pub fn waiting(request: &Request, called: Option<MemberId>) -> Post {
    let text = match called {
        Some(called) if request.life.status == Status::Open => {
            format!("{}, could you look at this one?", member(called))
        }
        _ => String::new(),
    };
    Post {
        text,
        pings: called.into_iter().collect(),
        ..card(request)
    }
}

/// A request with all that can be done about it.
#[must_use]
pub fn card(request: &Request) -> Post {
    let (asked, life) = (&request.asked, &request.life);
    let place = match asked.link() {
        Some(link) => format!("[Go to the question]({link})"),
        None => "The question is being posted.".to_owned(),
    };
    let taken = life
        .claimed_by
        .map(|by| format!("\n{} takes it.", member(by)));
    let snoozed = life
        .snoozed_until
        .map(|until| format!("\nSnoozed; it is back {}.", from_now(until)));
    let text = format!(
        "{}\n\n{} in {}, {}. {place}{}{}",
        quote(public_words(asked), QUOTED),
        asker(request),
        channel(asked.channel),
        from_now(asked.asked_at),
        taken.unwrap_or_default(),
        snoozed.unwrap_or_default()
    );
    let button = |label: &str, action| Control::Button(label.to_owned(), of(request, action));
    let (state, controls) = match life.status {
        Status::Open => (
            "is waiting for an answer",
            vec![
                button("I'll take it", RequestAction::Claim),
                button("Not me", RequestAction::Decline),
                button("Who could know?", RequestAction::Suggest),
                button("Snooze", RequestAction::Snooze),
                button("Answered", RequestAction::Resolve),
                button("Not a request", RequestAction::Reject),
            ],
        ),
        Status::Answered => (
            "has been answered",
            vec![button("Answered", RequestAction::Resolve)],
        ),
        Status::Resolved => ("is settled", Vec::new()),
        Status::Withdrawn => ("was no request", Vec::new()),
        Status::Lapsed => (
            "was closed without an answer",
            vec![button("Open it again", RequestAction::Reopen)],
        ),
    };
    Post {
        card: Some(Card {
            title: format!("Request {} {state}", request.id),
            text,
            ..Card::default()
        }),
        controls,
        ..Post::default()
    }
}

/// Beside a question: a member is asked whether they know.
#[must_use]
pub fn invitation(request: &Request, invited: MemberId, has_declined: bool) -> Post {
    let who = member(invited);
    let is_open = request.life.status == Status::Open && !has_declined;
    let text = match request.life.status {
        Status::Open if has_declined => {
            "Somebody was asked about this and can't now. Does anybody else know?".to_owned()
        }
        Status::Open => format!(
            "{who}, the core group thinks that you could know about this. Only if you have the time!"
        ),
        _ => "Thank you, this has been taken care of.".to_owned(),
    };
    let button = |label: &str, action| Control::Button(label.to_owned(), of(request, action));
    Post {
        text,
        controls: if is_open {
            vec![
                button("I'll take it", RequestAction::Claim),
                button("Not me", RequestAction::Decline),
            ]
        } else {
            Vec::new()
        },
        pings: vec![invited],
        reply_to: request.asked.message,
        ..Post::default()
    }
}

/// To who asked, beside their question: that nobody has answered yet, or why it was closed.
#[must_use]
pub fn to_asker(request: &Request, closed_by: Option<MemberId>, lapses_days: i64) -> Post {
    let asked = &request.asked;
    // Who closed their own, they know; and without their name nobody else may.
    let by = match closed_by {
        Some(by) if by == asked.author.id => "Whoever asked".to_owned(),
        Some(by) => member(by),
        None => "I".to_owned(),
    };
    let text = match request.life.status {
        Status::Open => format!(
            "Nobody has answered yet. The core group has it on their board, and one of them is called to \
             it; after {lapses_days} days without an answer it is kept as a gap in what we know. \
             If you have found out meanwhile, tell us, or use the button."
        ),
        Status::Answered => "This has been answered. Is it settled?".to_owned(),
        Status::Resolved => format!(
            "{by} marked this as settled. If it is not, say so: `/request reopen {}`.",
            request.id
        ),
        Status::Withdrawn => format!(
            "{by} took this off the list of requests. If it is one after all: `/request reopen {}`.",
            request.id
        ),
        Status::Lapsed => format!(
            "Nobody answered within {lapses_days} days, so I have closed this; it counts as a gap in what \
             we know. If you still need it: `/request reopen {}`.",
            request.id
        ),
    };
    let text = if asked.is_anonymous {
        text
    } else {
        format!("{}: {text}", member(asked.author.id))
    };
    let is_live = !request.life.status.is_closed();
    Post {
        text,
        controls: if is_live {
            let settled = of(request, RequestAction::Resolve);
            vec![Control::Button("It's settled".to_owned(), settled)]
        } else {
            Vec::new()
        },
        pings: if asked.is_anonymous {
            Vec::new()
        } else {
            vec![asked.author.id]
        },
        reply_to: asked.message,
        ..Post::default()
    }
}

/// To who asked and gave thanks, in private.
#[must_use]
pub fn thanks_offer(request: &Request) -> Post {
    let words = quote(&request.asked.text, LISTED);
    let words = request
        .asked
        .link()
        .map_or(words.clone(), |link| format!("[{words}]({link})"));
    let settled = of(request, RequestAction::Resolve);
    match request.life.status {
        Status::Open | Status::Answered => Post {
            text: format!(
                "It sounds as if your question is answered: {words}\nShall I mark it as settled?"
            ),
            controls: vec![Control::Button("It's settled".to_owned(), settled)],
            ..Post::default()
        },
        _ => Post::words(format!("It is settled: {words}")),
    }
}

fn of(request: &Request, action: RequestAction) -> Action {
    Action::Request(action, request.id)
}

fn asker(request: &Request) -> String {
    if request.asked.is_anonymous {
        "Somebody without a name".to_owned()
    } else {
        member(request.asked.author.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::practice::id::{ChannelId, GuildId, MessageId, RequestId};
    use crate::practice::message::Author;
    use crate::practice::request::{Life, NewRequest, Origin};

    pub(super) fn request(text: &str) -> Request {
        Request {
            id: RequestId::new(7),
            asked: NewRequest {
                guild: GuildId::new(1),
                channel: ChannelId::new(2),
                message: Some(MessageId::new(3)),
                author: Author {
                    id: MemberId::new(4),
                    name: "ana".to_owned(),
                    is_bot: false,
                },
                asked_at: chrono::DateTime::from_timestamp(1_000, 0).unwrap(),
                text: text.to_owned(),
                origin: Origin::Detected,
                is_anonymous: false,
                is_public: true,
            },
            life: Life::asked(chrono::DateTime::from_timestamp(1_000, 0).unwrap()),
        }
    }

    #[test]
    fn the_core_group_reads_what_waits_and_where() {
        let post = waiting(&request("Does *anyone* know?"), None);
        insta::assert_snapshot!(post.card.unwrap().text, @r"
        Does \*anyone\* know?

        <@4> in <#2>, <t:1000:R>. [Go to the question](https://discord.com/channels/1/2/3)
        ");
    }
}
