//! Whether the storage stays fast while it grows: how fast rows go in, how long a digest and a search take, and how
//! large the file is, after a million messages and after many more.
//!
//! ```text
//! cargo bench --bench growth
//! GROWTH_MESSAGES=50000000 cargo bench --bench growth   # some 22 GB, in TMPDIR
//! ```
//!
//! Ten communities write a thousand short messages a day each, and go on so for as long as it takes: what grows is
//! the past. The rows go in as hearing keeps them, by the same statements, 2,000 messages a transaction. One in
//! forty asks something and is answered. Each line tells of the last hundred thousand messages before it, of the
//! digest of the latest whole week, and of searches for requests that are alike.

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

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use convener::facilitation::digest::digest;
use convener::practice::activity::ActivityKind;
use convener::practice::community::{Channel, ChannelKind};
use convener::practice::id::{ChannelId, GuildId, MemberId, MessageId};
use convener::practice::message::{Author, Heard, MessageKind};
use convener::practice::reading::Reading;
use convener::practice::request::{Change, Event, Life, NewRequest, Origin};
use convener::practice::week::Week;
use convener::practice::words::telling_words;
use convener::storage::{NewMessage, Store};

use numbers::Numbers;
use percentile::percentile;
use setting::setting;

const COMMUNITIES: usize = 10;

/// Of a community.
const CHANNELS: usize = 20;
const PEOPLE: usize = 300;

/// In all communities together.
const MESSAGES_A_DAY: usize = 10_000;

/// One message in so many asks something.
const ASKS_ONE_IN: usize = 40;

/// As many as a transaction of hearing has in a flood.
const BATCH: usize = 2_000;

/// Over how many of the last messages the speed is taken.
const STRETCH: usize = 100_000;

/// Where it is measured first.
const FIRST: usize = 1_000_000;

/// How many different words there are; how often each comes follows Zipf's law.
const DIFFERENT_WORDS: f64 = 30_000.0;

fn number(index: usize) -> i64 {
    i64::try_from(index).unwrap()
}

fn guild(community: usize) -> GuildId {
    GuildId::new(1_000_000_000_000_000_001 + number(community))
}

/// When a message is written.
fn moment(message: usize) -> DateTime<Utc> {
    let begin = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    begin + TimeDelta::milliseconds(number(message) * 86_400_000 / number(MESSAGES_A_DAY))
}

/// A message by its number, and what was made of it.
fn message(index: usize, numbers: &mut Numbers) -> (GuildId, Heard, Reading) {
    let community = index % COMMUNITIES;
    // A few write most, as in any community.
    let person = numbers.below(PEOPLE) * numbers.below(PEOPLE) / PEOPLE;
    let is_request = (index / COMMUNITIES).is_multiple_of(ASKS_ONE_IN);
    let activity = match numbers.below(24) {
        _ if is_request => Some(ActivityKind::RequestForInformation),
        0 => Some(ActivityKind::ProblemSolving),
        1 => Some(ActivityKind::ReusingAssets),
        2 => Some(ActivityKind::DiscussingDevelopments),
        _ => None,
    };
    let words = 6 + numbers.below(10);
    let heard = Heard {
        channel: ChannelId::new(number(community * CHANNELS + numbers.below(CHANNELS)) + 1),
        id: MessageId::new(number(index) + 1),
        author: Some(Author {
            id: MemberId::new(number(community * PEOPLE + person) + 1),
            name: format!("person {person}"),
            is_bot: false,
        }),
        at: moment(index),
        edited_at: None,
        text: numbers.sentence(words),
        kind: MessageKind::Message,
        reply_to: Vec::new(),
        mentions: Vec::new(),
        reactions: Vec::new(),
        attachments: Vec::new(),
    };
    let reading = Reading {
        activity,
        confidence: 0.7,
        is_request,
        begins: activity.is_some(),
        ..Reading::default()
    };
    (guild(community), heard, reading)
}

#[tokio::main]
async fn main() {
    let most = setting("GROWTH_MESSAGES", FIRST).next_multiple_of(BATCH);
    let stops = [FIRST.min(most), most];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("growth.db");
    let store = Store::open(file.to_str().unwrap()).await.unwrap();
    begin(&store).await;
    let mut numbers = Numbers::new(11, DIFFERENT_WORDS);
    let (mut stretch, mut timed) = (Duration::ZERO, 0);
    for first in (0..most).step_by(BATCH) {
        let batch: Vec<_> = (first..first + BATCH)
            .map(|index| message(index, &mut numbers))
            .collect();
        let begun = Instant::now();
        keep(&store, &batch, &mut numbers).await;
        let messages = first + BATCH;
        let is_near = |stop: &usize| (messages..messages + STRETCH).contains(stop);
        if stops.iter().any(is_near) {
            stretch += begun.elapsed();
            timed += BATCH;
        }
        if stops.contains(&messages) {
            tell(&store, &file, messages, rate(timed, stretch)).await;
            (stretch, timed) = (Duration::ZERO, 0);
        }
    }
    store.close().await;
}

async fn begin(store: &Store) {
    let mut transaction = store.begin().await.unwrap();
    for community in 0..COMMUNITIES {
        transaction
            .keep_guild(guild(community), "Makers")
            .await
            .unwrap();
        for channel in 0..CHANNELS {
            let channel = Channel {
                id: ChannelId::new(number(community * CHANNELS + channel) + 1),
                guild: guild(community),
                name: format!("channel-{channel}"),
                kind: ChannelKind::Text,
                parent: None,
                is_public: true,
            };
            transaction.keep_channel(&channel).await.unwrap();
        }
    }
    transaction.commit().await.unwrap();
}

/// Keeps a batch in one transaction, in the steps of hearing.
async fn keep(store: &Store, batch: &[(GuildId, Heard, Reading)], numbers: &mut Numbers) {
    let new: Vec<_> = batch
        .iter()
        .map(|(guild, heard, reading)| NewMessage {
            guild: *guild,
            heard,
            reading: reading.clone(),
        })
        .collect();
    let guilds: Vec<_> = (0..COMMUNITIES).map(guild).collect();
    let marks: BTreeMap<_, _> = batch
        .iter()
        .map(|(_, heard, _)| (heard.channel, heard.id))
        .collect();
    let channels: Vec<_> = marks.keys().copied().collect();
    let mut transaction = store.begin().await.unwrap();
    transaction.communities_of(&guilds).await.unwrap();
    transaction.places(&channels).await.unwrap();
    assert!(transaction.keep_messages(&new).await.unwrap());
    let authors = batch.iter().filter_map(|(guild, heard, _)| {
        let author = heard.author.as_ref()?;
        Some(((*guild, author.id), author))
    });
    transaction.keep_members(&authors.collect()).await.unwrap();
    for (guild, heard, _) in batch.iter().filter(|(.., reading)| reading.is_request) {
        let asked = NewRequest {
            guild: *guild,
            channel: heard.channel,
            message: Some(heard.id),
            author: heard.author.clone().unwrap(),
            asked_at: heard.at,
            text: heard.text.clone(),
            origin: Origin::Detected,
            is_anonymous: false,
            is_public: true,
        };
        let id = transaction.open_request(&asked, None).await;
        let id = id.unwrap().unwrap();
        let answered_at = heard.at + TimeDelta::hours(1);
        let event = Event::of_member(Change::Answered, answered_at, MemberId::new(1));
        let life = Life::asked(heard.at).after(&event).unwrap();
        transaction
            .keep_request_event(id, &event, &life)
            .await
            .unwrap();
        let answer = numbers.sentence(12);
        transaction
            .keep_words(*guild, id, &heard.text, &answer)
            .await
            .unwrap();
    }
    transaction.move_marks(&marks).await.unwrap();
    transaction.commit().await.unwrap();
}

/// Rows a second.
fn rate(rows: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(rows).unwrap()) / took.as_secs_f64()
}

async fn tell(store: &Store, file: &Path, messages: usize, rows: f64) {
    let week = Week::of(moment(messages) - TimeDelta::days(7), chrono_tz::UTC);
    let mut digests = Vec::new();
    for round in 0..20 {
        let mut transaction = store.read().await.unwrap();
        let community = transaction.community(guild(round % COMMUNITIES)).await;
        let community = community.unwrap().unwrap();
        let begun = Instant::now();
        let of_week = digest(&mut transaction, &community, week).await.unwrap();
        digests.push(begun.elapsed());
        assert!(of_week.messages > 6_000 && of_week.requests.answered > 100);
    }
    // The same questions each time, whatever was written.
    let mut numbers = Numbers::new(13, DIFFERENT_WORDS);
    let mut searches = Vec::new();
    for round in 0..200 {
        let words = telling_words(&format!("Why does my {} not work?", numbers.sentence(6)));
        let mut transaction = store.read().await.unwrap();
        let begun = Instant::now();
        let found = transaction
            .similar_answered(guild(round % COMMUNITIES), &words, ChannelId::new(1), 3)
            .await
            .unwrap();
        searches.push(begun.elapsed());
        assert!(!found.is_empty());
    }
    let megabytes = std::fs::metadata(file).unwrap().len() / 1_000_000;
    println!(
        "growth: messages={messages} rows_a_second={rows:.0} digest_ms={:.1} (p95 {:.1}) \
         similar_ms={:.2} (p95 {:.2}) file_mb={megabytes}",
        percentile(&mut digests, 50),
        percentile(&mut digests, 95),
        percentile(&mut searches, 50),
        percentile(&mut searches, 95),
    );
}
