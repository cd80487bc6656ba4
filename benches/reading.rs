//! How long it takes to read a message, with what was said before.
//!
//! `cargo bench --bench reading`: each round reads 1,000 messages, so milliseconds of a round are
//! microseconds of a message. Where `CONVENER_CORPORA` is set, real logs are read as well.

#![expect(clippy::unwrap_used, reason = "a bench ends where it can't go on")]

use chrono::DateTime;
use convener::listening::Listener;
use convener::practice::id::{ChannelId, MemberId, MessageId};
use convener::practice::message::{Author, Heard, MessageKind};
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

/// How many messages a round reads.
const MESSAGES: usize = 1_000;
/// How many come before them, so that the ear remembers as much as it can.
const BEFORE: usize = 400;

const PIECES: [&str; 16] = [
    "how do I water only the left beds with the old controller?",
    "did you look at the second menu, there is a switch for each valve",
    "thanks, that worked",
    "good morning everyone",
    "the moisture sensor shows nonsense since the thunderstorm, has anyone seen that before?",
    "mine did that until I cleaned the contacts with vinegar",
    "I have written down how we built the raised beds: https://example.org/beds",
    "who is coming to the seed swap on saturday",
    "no idea, sorry",
    "you could try to update the firmware of the pump first, it is in the shed on the blue stick",
    "which one do you mean, the big or the small one?",
    "the small one behind the gate",
    "lol",
    "we should agree on a day for the common watering, please vote until friday",
    "it says `error 14` and stops, I have tried to turn it off and on again",
    "ok, I will have a look tonight and tell you what I find",
];

fn said(number: usize, author: usize, at: i64, text: String) -> Heard {
    Heard {
        channel: ChannelId::new(1),
        id: MessageId::new(i64::try_from(number).unwrap()),
        author: Some(Author {
            id: MemberId::new(i64::try_from(author).unwrap()),
            name: format!("gardener{author}"),
            is_bot: false,
        }),
        at: DateTime::from_timestamp(at, 0).unwrap(),
        edited_at: None,
        text,
        kind: MessageKind::Message,
        reply_to: Vec::new(),
        mentions: Vec::new(),
        reactions: Vec::new(),
        attachments: Vec::new(),
    }
}

/// A channel of made-up talk: some thirty people, two or three conversations at once.
fn talk() -> Vec<Heard> {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random >> 33).unwrap() % below
    };
    let mut at = 0;
    (0..BEFORE + MESSAGES)
        .map(|number| {
            at += i64::try_from(draw(90)).unwrap();
            let author = draw(6) + number / 50 % 25;
            let piece = PIECES[draw(PIECES.len())];
            let text = match draw(4) {
                0 => format!("gardener{}: {piece}", draw(6) + number / 50 % 25),
                1 => format!("{piece} {}", PIECES[draw(PIECES.len())]),
                _ => piece.to_owned(),
            };
            said(number, author, at, text)
        })
        .collect()
}

#[divan::bench(sample_count = 50)]
fn made_up_talk(bencher: divan::Bencher) {
    measure(bencher, &talk());
}

/// The logs of the corpora one after the other, which have thousands of authors and real words.
#[divan::bench(sample_count = 20)]
fn real_logs(bencher: divan::Bencher) {
    #[expect(clippy::disallowed_methods, reason = "the corpora are not the bot's")]
    let Some(folder) = std::env::var_os("CONVENER_CORPORA") else {
        // Said aloud, for nothing is measured.
        #[expect(clippy::print_stdout, reason = "a bench speaks to who runs it")]
        {
            println!("CONVENER_CORPORA is not set: no real logs are read");
        }
        return;
    };
    let file = std::path::Path::new(&folder).join("requests/input_dev.jsonl");
    let mut authors = std::collections::HashMap::new();
    let messages: Vec<Heard> = std::fs::read_to_string(file)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|line| line["author"].is_string())
        .zip(0..)
        .map(|(line, number)| {
            let count = authors.len();
            let name = line["author"].as_str().unwrap().to_owned();
            let author = *authors.entry(name.clone()).or_insert(count);
            let at: DateTime<chrono::Utc> = line["ts"].as_str().unwrap().parse().unwrap();
            let mut heard = said(
                number,
                author,
                at.timestamp(),
                line["text"].as_str().unwrap().to_owned(),
            );
            heard.author.as_mut().unwrap().name = name;
            heard
        })
        .take(BEFORE + 10 * MESSAGES)
        .collect();
    measure(bencher, &messages);
}

fn measure(bencher: divan::Bencher, messages: &[Heard]) {
    let mut ear = Listener::new();
    for message in &messages[..BEFORE] {
        ear.hear(message);
    }
    bencher
        .counter(ItemsCount::new(messages.len() - BEFORE))
        .with_inputs(|| ear.clone())
        .bench_local_values(|mut ear| {
            for message in &messages[BEFORE..] {
                divan::black_box(ear.hear(message));
            }
            ear
        });
}
