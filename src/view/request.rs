//! Requests, as members and the core group read them.

use super::markdown::{channel, escape, from_now, member, quote};
use crate::practice::action::Action;
use crate::practice::post::{Card, Control, Post};
use crate::practice::request::{Request, Status};

/// How much of a question the core group reads.
const QUOTED: usize = 300;

/// How much of a question a list shows.
const LISTED: usize = 90;

/// How many requests a list shows: with their links they fit into one message.
const MOST_LISTED: usize = 8;

/// To a channel: a question from `/ask`.
#[must_use]
pub fn question(request: &Request) -> Post {
    Post {
        text: format!("{} asks:", member(request.asked.author.id)),
        card: Some(Card {
            text: escape(&request.asked.text),
            footer: "Reply to this message to answer.".to_owned(),
            ..Card::default()
        }),
        controls: Vec::new(),
    }
}

/// To the core group: a request waits, or what became of it since.
#[must_use]
pub fn waiting(request: &Request) -> Post {
    let (asked, id) = (&request.asked, request.id);
    let place = match asked.link() {
        Some(link) => format!("[Go to the question]({link})"),
        None => "The question is being posted.".to_owned(),
    };
    let taken = request
        .life
        .claimed_by
        .map(|by| format!("\n{} takes it.", member(by)));
    let text = format!(
        "{}\n\n{} in {}, {}. {place}{}",
        quote(&asked.text, QUOTED),
        member(asked.author.id),
        channel(asked.channel),
        from_now(asked.asked_at),
        taken.unwrap_or_default()
    );
    let button = |label: &str, action| Control::Button(label.to_owned(), action);
    let (state, controls) = match request.life.status {
        Status::Open => (
            "is waiting for an answer",
            vec![
                button("I'll take it", Action::ClaimRequest(id)),
                button("Answered", Action::ResolveRequest(id)),
                button("Not a request", Action::NotARequest(id)),
            ],
        ),
        Status::Answered => (
            "has been answered",
            vec![button("Answered", Action::ResolveRequest(id))],
        ),
        Status::Resolved => ("is settled", Vec::new()),
        Status::Withdrawn => ("was no request", Vec::new()),
        Status::Lapsed => ("was closed without an answer", Vec::new()),
    };
    let card = Card {
        title: format!("Request {id} {state}"),
        text,
        ..Card::default()
    };
    Post {
        text: String::new(),
        card: Some(card),
        controls,
    }
}

/// To who asked for a list: what is open, the oldest first.
#[must_use]
pub fn list(requests: &[Request], are_all: bool) -> Post {
    if requests.is_empty() {
        return Post::words(if are_all {
            "No request is waiting. Everybody has been answered."
        } else {
            "You have no open request. `/ask` starts one."
        });
    }
    let mut lines = vec![match (requests.len(), are_all) {
        (1, true) => "One request is waiting:".to_owned(),
        (count, true) => format!("{count} requests are waiting, the oldest first:"),
        (1, false) => "One request of yours is open:".to_owned(),
        (count, false) => format!("{count} requests of yours are open, the oldest first:"),
    }];
    for request in requests.iter().take(MOST_LISTED) {
        let asked = &request.asked;
        let words = quote(&asked.text, LISTED);
        let words = asked
            .link()
            .map_or(words.clone(), |link| format!("[{words}]({link})"));
        let taken = request
            .life
            .claimed_by
            .map(|by| format!(", taken by {}", member(by)));
        lines.push(format!(
            "• {words}\n  {} {}{}",
            channel(asked.channel),
            from_now(asked.asked_at),
            taken.unwrap_or_default()
        ));
    }
    if requests.len() > MOST_LISTED {
        lines.push(format!("… and {} more.", requests.len() - MOST_LISTED));
    }
    Post::words(lines.join("\n"))
}

/// To who asked: the question is on its way.
#[must_use]
pub fn asked(waits_hours: i64) -> Post {
    Post::words(format!(
        "Your question will be here in a moment. If nobody has answered within {waits_hours} hours, the core \
         group hears of it."
    ))
}

/// To who logged a message as a request.
#[must_use]
pub fn logged() -> Post {
    Post::words("Logged. It stays in sight until it is answered.")
}

/// For a terminal: one line a request, the newest last.
#[must_use]
pub fn table(requests: &[(Request, String)]) -> String {
    let mut lines = vec![format!(
        "{:<10} {:<17} {:<16} {}",
        "STATUS", "ASKED (UTC)", "CHANNEL", "REQUEST"
    )];
    for (request, channel) in requests {
        let asked_at = request.asked.asked_at.format("%Y-%m-%d %H:%M").to_string();
        let words = request
            .asked
            .text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let words: String = words
            .chars()
            .filter(|character| !character.is_control())
            .take(80)
            .collect();
        lines.push(format!(
            "{:<10} {asked_at:<17} {channel:<16} {words}",
            request.life.status.name()
        ));
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::practice::id::{ChannelId, GuildId, MemberId, MessageId, RequestId};
    use crate::practice::message::Author;
    use crate::practice::request::{Life, NewRequest, Origin};

    fn request(text: &str) -> Request {
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
            },
            life: Life::new(),
        }
    }

    #[test]
    fn the_core_group_reads_what_waits_and_where() {
        let post = waiting(&request("Does *anyone* know?"));
        insta::assert_snapshot!(post.card.unwrap().text, @r"
        Does \*anyone\* know?

        <@4> in <#2>, <t:1000:R>. [Go to the question](https://discord.com/channels/1/2/3)
        ");
    }

    #[test]
    fn a_long_list_says_how_much_more_there_is() {
        let requests: Vec<_> = (0..20).map(|_| request("What is it?")).collect();
        let text = list(&requests, true).text;
        assert!(text.starts_with("20 requests are waiting"), "{text}");
        assert!(text.ends_with("… and 12 more."), "{text}");
        assert!(text.chars().count() <= 2_000);
    }

    #[test]
    fn the_longest_list_fits_into_one_message() {
        let requests: Vec<_> = (0..20).map(|_| request(&"*".repeat(500))).collect();
        assert!(list(&requests, true).text.chars().count() <= 2_000);
    }
}
