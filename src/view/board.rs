//! The core group's board, and its shelves page by page.

use super::markdown::{channel, from_now, member, quote};
use crate::practice::action::Action;
use crate::practice::board::{Board, Entry, PAGE, Shelf};
use crate::practice::id::ChannelId;
use crate::practice::post::{Card, Choice, Control, Post};
use crate::practice::request::NewRequest;

/// How much of a question a line shows: ten lines with their links fit into one card.
const LISTED: usize = 90;

/// How much of a question a line of a menu shows.
const CHOSEN: usize = 90;

/// The longest text of a card, less some room for the lines below the list.
const MOST_TEXT: usize = 3_800;

/// The board: what waits, newcomers first, then the oldest; what was just heard as a number.
#[must_use]
pub fn board(board: &Board) -> Post {
    let mut lines = Vec::new();
    if board.waiting.is_empty() {
        lines
            .push("Nothing is waiting. Everybody has been answered, or asked just now.".to_owned());
    } else {
        lines.extend(shown(&board.waiting, 0));
        if board.waiting.len() > PAGE {
            lines.push(format!("… and {} more.", board.waiting.len() - PAGE));
        }
    }
    let mut small = Vec::new();
    if !board.heard.is_empty() {
        small.push(format!("{} just heard", board.heard.len()));
    }
    if board.snoozed > 0 {
        small.push(format!("{} snoozed", board.snoozed));
    }
    let mut controls = Vec::new();
    if board.waiting.len() > PAGE {
        let all = Action::ShowShelf(Shelf::Waiting, 0);
        controls.push(Control::Button("All that wait".to_owned(), all));
    }
    // This one is always there: by it a board is known again after a crash.
    let heard = Action::ShowShelf(Shelf::Heard, 0);
    controls.push(Control::Button(
        format!("Just heard ({})", board.heard.len()),
        heard,
    ));
    controls.extend(menu(&board.waiting, 0));
    Post {
        card: Some(Card {
            title: match board.waiting.len() {
                0 => "Requests".to_owned(),
                1 => "One request is waiting".to_owned(),
                waiting => format!("{waiting} requests are waiting"),
            },
            text: lines.join("\n"),
            footer: small.join(" · "),
            ..Card::default()
        }),
        controls,
        is_pinned: true,
        ..Post::default()
    }
}

/// Where the board was.
#[must_use]
pub fn moved(to: ChannelId) -> Post {
    Post::words(format!("The board of requests is in {} now.", channel(to)))
}

/// A page of a shelf, for whoever asked for it; the last one where there are not so many.
#[must_use]
pub fn shelf(board: &Board, shelf: Shelf, page: u32) -> Post {
    let entries = board.shelf(shelf);
    if entries.is_empty() {
        return Post::words(match shelf {
            Shelf::Waiting => "Nothing is waiting any more.",
            Shelf::Heard => "Nothing was asked just now.",
        });
    }
    let last = (entries.len() - 1) / PAGE;
    let page = usize::try_from(page).unwrap_or(usize::MAX).min(last);
    let mut controls = Vec::new();
    let turn = |label: &str, page: usize| {
        let page = u32::try_from(page).unwrap_or(u32::MAX);
        Control::Button(label.to_owned(), Action::ShowShelf(shelf, page))
    };
    if page > 0 {
        controls.push(turn("◀ Earlier", page - 1));
    }
    if page < last {
        controls.push(turn("Later ▶", page + 1));
    }
    controls.extend(menu(entries, page));
    let title = match shelf {
        Shelf::Waiting => "Waiting",
        Shelf::Heard => "Just heard",
    };
    Post {
        card: Some(Card {
            title: format!("{title}: {}", entries.len()),
            text: shown(entries, page).join("\n"),
            footer: format!("Page {} of {}", page + 1, last + 1),
            ..Card::default()
        }),
        controls,
        ..Post::default()
    }
}

fn on_page(entries: &[Entry], page: usize) -> impl Iterator<Item = &Entry> {
    entries.iter().skip(page * PAGE).take(PAGE)
}

fn shown(entries: &[Entry], page: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut length = 0;
    for line in on_page(entries, page).map(line) {
        length += line.chars().count() + 1;
        if length > MOST_TEXT {
            break;
        }
        lines.push(line);
    }
    lines
}

/// A request on one line, with what the core group should know of it.
pub(super) fn line(entry: &Entry) -> String {
    let (asked, life) = (&entry.request.asked, &entry.request.life);
    let words = quote(public_words(asked), LISTED);
    let words = asked
        .link()
        .map_or(words.clone(), |link| format!("[{words}]({link})"));
    let mut marks = vec![channel(asked.channel), from_now(life.open_since)];
    if entry.is_of_newcomer {
        marks.push("**new here**".to_owned());
    }
    if let Some(by) = life.claimed_by {
        marks.push(format!("taken by {}", member(by)));
    }
    if life.raised_at.is_some() {
        marks.push("for the next meetup".to_owned());
    }
    format!("• {words}\n  {}", marks.join(" · "))
}

fn menu(entries: &[Entry], page: usize) -> Option<Control> {
    let choices: Vec<Choice> = on_page(entries, page)
        .map(|entry| {
            let words = plain(public_words(&entry.request.asked), CHOSEN);
            Choice {
                label: if words.is_empty() {
                    format!("Request {}", entry.request.id)
                } else {
                    words
                },
                value: entry.request.id.to_string(),
                detail: format!("Request {}", entry.request.id),
            }
        })
        .collect();
    (!choices.is_empty()).then(|| {
        Control::Menu(
            "Do something about a request".to_owned(),
            Action::ChooseRequest,
            choices,
        )
    })
}

/// What a request asks; where it was asked among some only, that it was.
#[must_use]
pub fn public_words(asked: &NewRequest) -> &str {
    if asked.is_public { &asked.text } else { HIDDEN }
}

/// In the place of words that not everybody may read.
pub const HIDDEN: &str = "A question in a place that not everybody reads";

/// The start of a text for a menu, which shows no markup: on one line, without marks that turn the
/// direction of what follows.
fn plain(text: &str, length: usize) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|character| {
            !character.is_control()
                && !matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .take(length)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::practice::id::{GuildId, MemberId, MessageId, RequestId};
    use crate::practice::message::Author;
    use crate::practice::request::{Life, Origin, Request};

    fn moment(hour: i64) -> chrono::DateTime<chrono::Utc> {
        chrono::DateTime::from_timestamp(hour * 3_600, 0).unwrap()
    }

    fn entry(number: i64, text: &str, waits: bool) -> Entry {
        let mut life = Life::asked(moment(number));
        life.surfaced_at = waits.then(|| moment(number + 4));
        let request = Request {
            id: RequestId::new(number),
            asked: NewRequest {
                guild: GuildId::new(1),
                channel: ChannelId::new(2),
                message: Some(MessageId::new(number)),
                author: Author {
                    id: MemberId::new(4),
                    name: "ana".to_owned(),
                    is_bot: false,
                },
                asked_at: moment(number),
                text: text.to_owned(),
                origin: Origin::Detected,
                is_anonymous: false,
                is_public: true,
            },
            life,
        };
        Entry::new(request, None)
    }

    #[test]
    fn newcomers_come_first_and_then_the_oldest() {
        let mut new = entry(9, "Where do I begin?", true);
        new.is_of_newcomer = true;
        let entries = vec![
            entry(3, "How *hot* is it?", true),
            new,
            entry(2, "Why?", true),
            entry(10, "Just now?", false),
        ];
        let post = board(&Board::of(entries, moment(20)));
        let card = post.card.unwrap();
        assert_eq!(card.title, "3 requests are waiting");
        assert_eq!(card.footer, "1 just heard");
        insta::assert_snapshot!(card.text, @r"
        • [Where do I begin?](https://discord.com/channels/1/2/9)
          <#2> · <t:32400:R> · **new here**
        • [Why?](https://discord.com/channels/1/2/2)
          <#2> · <t:7200:R>
        • [How \*hot\* is it?](https://discord.com/channels/1/2/3)
          <#2> · <t:10800:R>
        ");
    }

    #[test]
    fn a_shelf_is_turned_page_by_page_and_never_past_its_end() {
        let entries = (0..25)
            .map(|number| entry(number, "What is it?", true))
            .collect();
        let full = Board::of(entries, moment(100));
        let page = |number| shelf(&full, Shelf::Waiting, number).card.unwrap();
        assert_eq!(page(0).footer, "Page 1 of 3");
        assert_eq!(page(2).text.matches("What is it?").count(), 5);
        assert_eq!(page(u32::MAX), page(2));
        assert!(shelf(&full, Shelf::Heard, 0).card.is_none());
    }

    #[test]
    fn the_longest_questions_fit_into_one_card() {
        let entries = (0..25)
            .map(|number| entry(number, &"*_~`".repeat(1_000), true))
            .collect();
        let post = board(&Board::of(entries, moment(100)));
        assert!(post.card.unwrap().text.chars().count() <= 4_096);
        let Some(Control::Menu(_, _, choices)) = post.controls.last() else {
            panic!("no menu");
        };
        assert!(
            choices
                .iter()
                .all(|choice| choice.label.chars().count() <= 100)
        );
    }

    #[test]
    fn what_nobody_can_see_names_nothing_in_a_menu() {
        let hidden = vec![entry(7, "\u{200b}\u{202e}\u{2066}", true)];
        let post = board(&Board::of(hidden, moment(100)));
        let Some(Control::Menu(_, _, choices)) = post.controls.last() else {
            panic!("no menu");
        };
        assert_eq!(choices[0].label, "Request 7");
    }
}
