//! Lists of requests: for a person in chat, and for a terminal.

use super::super::board::public_words;
use super::super::markdown::{channel, from_now, member, quote};
use super::LISTED;
use crate::practice::post::Post;
use crate::practice::request::{Request, Status};

/// How many requests a list shows: with their links they fit into one message.
const MOST_LISTED: usize = 8;

/// To who asked for a list: the requests of one status, the oldest first.
#[must_use]
pub fn list(requests: &[Request], status: Status, are_all: bool, page: usize) -> Post {
    if requests.is_empty() {
        return Post::words(match (status, are_all) {
            (Status::Open, true) => {
                "No request is waiting. Everybody has been answered.".to_owned()
            }
            (Status::Open, false) => "You have no open request. `/ask` starts one.".to_owned(),
            (_, true) => format!("No request is {}.", status.name()),
            (_, false) => format!("None of your requests is {}.", status.name()),
        });
    }
    let what = match status {
        Status::Open if are_all => "waiting".to_owned(),
        status => status.name().to_owned(),
    };
    let mut lines = vec![match (requests.len(), are_all) {
        (1, true) => format!("One request is {what}:"),
        (count, true) => format!("{count} requests are {what}, the oldest first:"),
        (1, false) => format!("One request of yours is {what}:"),
        (count, false) => format!("{count} requests of yours are {what}, the oldest first:"),
    }];
    let last = (requests.len() - 1) / MOST_LISTED;
    let page = page.min(last);
    let shown = requests.iter().skip(page * MOST_LISTED);
    for request in shown.take(MOST_LISTED) {
        let asked = &request.asked;
        let words = if are_all {
            public_words(asked)
        } else {
            &asked.text
        };
        let words = quote(words, LISTED);
        let words = asked
            .link()
            .map_or(words.clone(), |link| format!("[{words}]({link})"));
        let taken = request
            .life
            .claimed_by
            .map(|by| format!(", taken by {}", member(by)));
        lines.push(format!(
            "• `{}` {words}\n  {} {}{}",
            request.id,
            channel(asked.channel),
            from_now(asked.asked_at),
            taken.unwrap_or_default()
        ));
    }
    if last > 0 {
        lines.push(format!("Page {} of {}.", page + 1, last + 1));
    }
    Post::words(lines.join("\n"))
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
    use super::super::tests::request;
    use super::*;

    #[test]
    fn a_long_list_says_how_much_more_there_is() {
        let requests: Vec<_> = (0..20).map(|_| request("What is it?")).collect();
        let text = list(&requests, Status::Open, true, 0).text;
        assert!(text.starts_with("20 requests are waiting"), "{text}");
        assert!(text.ends_with("Page 1 of 3."), "{text}");
        assert!(text.chars().count() <= 2_000);
    }

    #[test]
    fn the_longest_list_fits_into_one_message() {
        let requests: Vec<_> = (0..20).map(|_| request(&"*".repeat(500))).collect();
        assert!(list(&requests, Status::Open, true, 9).text.chars().count() <= 2_000);
    }
}
