//! How long it takes to find, to show and to acknowledge, in percentiles.
//!
//! ```text
//! cargo bench --bench requests                 # all of it, on SQLite
//! TEST_POSTGRES_URL=… cargo bench --bench requests
//! REQUESTS_MESSAGES=10000 REQUESTS_REQUESTS=1000 cargo bench --bench requests
//! ```
//!
//! Each part prints one line: what, on which engine, how many, the median and the 95th or 99th percentile.

#![expect(clippy::unwrap_used, reason = "a bench fails where it can't go on")]
#![expect(
    clippy::disallowed_methods,
    reason = "a bench is told by the environment how much to measure"
)]
#![expect(clippy::print_stdout, reason = "a bench prints what it measures")]

#[path = "measure/numbers.rs"]
mod numbers;
#[path = "measure/percentile.rs"]
mod percentile;
#[path = "measure/setting.rs"]
mod setting;

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use convener::practice::board::{Board, Entry, Shelf};
use convener::practice::community::{Channel, ChannelKind};
use convener::practice::id::{ChannelId, GuildId, MemberId, MessageId, RequestId};
use convener::practice::message::{Author, Heard, MessageKind};
use convener::practice::reading::Reading;
use convener::practice::request::{Change, Event, Life, NewRequest, Origin, Request};
use convener::practice::rhythm::Rhythm;
use convener::practice::words::telling_words;
use convener::simulation::{SimulatedTime, Simulation};
use convener::storage::Store;
use convener::view;
use serde_json::json;
use simcord::Permissions;
use tempfile::TempDir;

use numbers::Numbers;
use percentile::percentile;
use setting::setting;

const GUILD: GuildId = GuildId::new(1_000_000_000_000_000_001);

/// How many different words questions have.
const DIFFERENT_WORDS: f64 = 8_000.0;

fn moment(minute: usize) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
        + TimeDelta::minutes(i64::try_from(minute).unwrap())
}

fn person(number: usize) -> Author {
    Author {
        id: MemberId::new(i64::try_from(number).unwrap() + 1),
        name: format!("person {number}"),
        is_bot: false,
    }
}

fn request(number: usize, numbers: &mut Numbers) -> NewRequest {
    NewRequest {
        guild: GUILD,
        channel: ChannelId::new(i64::try_from(number % 40).unwrap() + 1),
        message: Some(MessageId::new(i64::try_from(number).unwrap() + 1)),
        author: person(number % 500),
        asked_at: moment(number),
        text: format!(
            "How do I fix the {} of my {}?",
            numbers.sentence(4),
            numbers.sentence(3)
        ),
        origin: Origin::Detected,
        is_anonymous: false,
        is_public: true,
    }
}

#[tokio::main]
async fn main() {
    board();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("convener.db").display().to_string();
    search(&Store::open(&file).await.unwrap()).await;
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        search(&Store::open(&url).await.unwrap()).await;
    } else {
        println!("requests: search on postgres left out, TEST_POSTGRES_URL is not set");
    }
    acknowledge(&folder).await;
}

/// The board of 500 open requests, and each page of it.
fn board() {
    let mut numbers = Numbers::new(7, DIFFERENT_WORDS);
    let entries: Vec<Entry> = (0..500)
        .map(|number| {
            let asked = request(number, &mut numbers);
            let mut life = Life::asked(asked.asked_at);
            life.surfaced_at = (number % 5 > 0).then(|| asked.asked_at + TimeDelta::hours(4));
            let id = RequestId::new(i64::try_from(number).unwrap() + 1);
            Entry::new(Request { id, asked, life }, None)
        })
        .collect();
    let mut times = Vec::new();
    for round in 0..200 {
        let entries = entries.clone();
        let begun = Instant::now();
        let board = Board::of(entries, moment(100_000));
        let shown = view::board::board(&board);
        let page = view::board::shelf(&board, Shelf::Waiting, round % 40);
        times.push(begun.elapsed());
        assert!(shown.card.is_some() && page.card.is_some());
    }
    let (median, p95) = (percentile(&mut times, 50), percentile(&mut times, 95));
    println!("requests: board of 500, rendered and paged: median {median:.3} ms, p95 {p95:.3} ms");
}

/// A community with many messages and answered requests, and searches in it.
async fn search(store: &Store) {
    let messages = setting("REQUESTS_MESSAGES", 1_000_000);
    let requests = setting("REQUESTS_REQUESTS", 50_000);
    let mut numbers = Numbers::new(11, DIFFERENT_WORDS);
    let begun = Instant::now();
    fill(store, &mut numbers, messages, requests).await;
    let filled = begun.elapsed().as_secs_f64();
    let mut times = Vec::new();
    let mut found_some = 0;
    for _ in 0..200 {
        let words = telling_words(&format!("Why does my {} not work?", numbers.sentence(6)));
        let begun = Instant::now();
        let mut transaction = store.read().await.unwrap();
        let found = transaction
            .similar_answered(GUILD, &words, ChannelId::new(1), 3)
            .await
            .unwrap();
        times.push(begun.elapsed());
        found_some += usize::from(!found.is_empty());
    }
    assert!(
        found_some > 190,
        "{found_some} of 200 searches found something"
    );
    let (median, p95) = (percentile(&mut times, 50), percentile(&mut times, 95));
    println!(
        "requests: similar on {}, {messages} messages, {requests} requests (filled in {filled:.0} s): \
         median {median:.2} ms, p95 {p95:.2} ms",
        store.engine()
    );
}

async fn fill(store: &Store, numbers: &mut Numbers, messages: usize, requests: usize) {
    let mut transaction = store.begin().await.unwrap();
    transaction.keep_guild(GUILD, "Makers").await.unwrap();
    for channel in 1..=40 {
        let channel = Channel {
            id: ChannelId::new(channel),
            guild: GUILD,
            name: format!("channel-{channel}"),
            kind: ChannelKind::Text,
            parent: None,
            is_public: true,
        };
        transaction.keep_channel(&channel).await.unwrap();
    }
    for number in 0..requests {
        let asked = request(number, numbers);
        let id = transaction
            .open_request(&asked, None)
            .await
            .unwrap()
            .unwrap();
        let event = Event::of_member(
            Change::Answered,
            asked.asked_at + TimeDelta::hours(1),
            MemberId::new(900),
        );
        let life = Life::asked(asked.asked_at).after(&event).unwrap();
        transaction
            .keep_request_event(id, &event, &life)
            .await
            .unwrap();
        let answer = numbers.sentence(20);
        transaction
            .keep_words(GUILD, id, &asked.text, &answer)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    for first in (0..messages).step_by(10_000) {
        let mut transaction = store.begin().await.unwrap();
        for number in first..(first + 10_000).min(messages) {
            let heard = Heard {
                channel: ChannelId::new(i64::try_from(number % 40).unwrap() + 1),
                id: MessageId::new(i64::try_from(number).unwrap() + 10_000_000),
                author: Some(person(number % 500)),
                at: moment(number / 10),
                edited_at: None,
                text: numbers.sentence(12),
                kind: MessageKind::Message,
                reply_to: Vec::new(),
                mentions: Vec::new(),
                reactions: Vec::new(),
                attachments: Vec::new(),
            };
            transaction
                .keep_message(GUILD, &heard, &Reading::default())
                .await
                .unwrap();
        }
        transaction.commit().await.unwrap();
    }
}

/// Commands while 500 messages a second come through the gateway: how long until each is acknowledged,
/// seen from Discord.
async fn acknowledge(folder: &TempDir) {
    let time = SimulatedTime::at(moment(0));
    let discord = time.discord().start().await;
    let guild = discord.guild("Makers");
    let lead = guild.role("Lead", Permissions::MANAGE_GUILD);
    guild.channel("help");
    let busy: Vec<_> = (0..10)
        .map(|number| guild.channel(&format!("busy-{number}")))
        .collect();
    guild.private_channel("core", &[&lead]);
    let lena = guild.member("lena");
    lena.has_role(&lead);
    let people: Vec<_> = (0..20)
        .map(|number| guild.member(&format!("member{number}")))
        .collect();
    let file = folder.path().join("acknowledge.db").display().to_string();
    let store = Store::open(&file).await.unwrap();
    let mut simulation = Simulation::start(store, discord.clone(), time, Rhythm::default())
        .await
        .unwrap();
    let options = json!({"core_channel": "#core", "leads_channel": "#core"});
    lena.runs_in("#core", "/setup start", options).await;
    simulation.settle().await.unwrap();
    let talking = tokio::spawn(async move {
        let mut numbers = Numbers::new(13, DIFFERENT_WORDS);
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        for _ in 0..1_000 {
            tick.tick().await;
            // Ten each fiftieth of a second.
            for channel in &busy {
                let who = &people[numbers.below(people.len())];
                who.says(channel, &numbers.sentence(15)).await;
            }
        }
    });
    let mut times = Vec::new();
    while !talking.is_finished() {
        let begun = Instant::now();
        let command = [
            "/requests",
            "/activity list",
            "/meetup list",
            "/privacy show",
        ][times.len() % 4];
        lena.runs_in("#help", command, json!({})).await;
        times.push(begun.elapsed());
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    let count = times.len();
    let (median, p99) = (percentile(&mut times, 50), percentile(&mut times, 99));
    println!(
        "requests: {count} commands acknowledged at 500 messages a second: median {median:.2} ms, p99 \
         {p99:.2} ms"
    );
    simulation.settle().await.unwrap();
    simulation.stop().await.unwrap();
}
