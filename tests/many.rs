//! Many processes over one `PostgreSQL`, each with some of sixteen shards: kill any, all work goes on, and
//! nothing is done twice.

#![expect(clippy::unwrap_used, reason = "a test fails where it can't go on")]

#[path = "storage/engine.rs"]
#[expect(dead_code, reason = "the tests of the storage use the rest")]
mod engine;
#[expect(dead_code, reason = "other tests use the rest")]
mod process;

use chrono::TimeDelta;
use convener::facilitation::digest::digest;
use convener::practice::id::{ChannelId, GuildId};
use convener::storage::Store;
use engine::Database;
use process::Harness;
use serde_json::json;
use simcord::{Channel, Permissions, Person, Simcord};

const SHARDS: u64 = 16;

/// Which shards each process serves.
const RANGES: [&str; 3] = ["0..6/16", "6..11/16", "11..16/16"];

const QUESTION: &str = "How do I wire the gauge to the new gateway board?";

/// A community in a shard of its own.
struct Place {
    guild: GuildId,
    shard: u64,
    help: Channel,
    core: Channel,
    ana: Person,
    ben: Person,
    lead: Person,
}

fn found(discord: &Simcord, number: usize) -> Place {
    let guild = discord.guild(&format!("Makers {number}"));
    let lead_role = guild.role("Lead", Permissions::MANAGE_GUILD);
    let help = guild.channel(&format!("help-{number}"));
    let core = guild.private_channel(&format!("core-{number}"), &[&lead_role]);
    let [ana, ben, lead] =
        ["ana", "ben", "lena"].map(|name| guild.member(&format!("{name}{number}")));
    lead.has_role(&lead_role);
    Place {
        guild: GuildId::new(guild.id().get().try_into().unwrap()),
        shard: (guild.id().get() >> 22) % SHARDS,
        help,
        core,
        ana,
        ben,
        lead,
    }
}

async fn kept(store: &Store, channel: &Channel) -> Vec<String> {
    let mut transaction = store.read().await.unwrap();
    let channel = ChannelId::new(channel.id().get().try_into().unwrap());
    let far = "2027-01-01T00:00:00Z".parse().unwrap();
    let kept = transaction.messages_until(channel, far, 100).await.unwrap();
    kept.into_iter().map(|stored| stored.heard.text).collect()
}

/// For how long the digest of this week says that each was not heard.
async fn offline_seconds(store: &Store, places: &[Place]) -> Vec<i64> {
    let mut transaction = store.read().await.unwrap();
    let mut seconds = Vec::new();
    for place in places {
        let community = transaction.community(place.guild).await.unwrap().unwrap();
        let week = "2026-W10".parse().unwrap();
        let digest = digest(&mut transaction, &community, week).await.unwrap();
        seconds.push(digest.coverage.offline_seconds);
    }
    seconds
}

/// How often the core group was called.
fn calls(discord: &Simcord, place: &Place) -> usize {
    let messages = discord.messages(&place.core);
    let calls = messages.iter().filter(|message| !message.pings.is_empty());
    calls.count()
}

#[test]
fn three_processes_share_sixteen_shards_and_any_may_be_killed() {
    engine::on_postgres(async |database| live(database).await);
}

async fn live(database: &Database) {
    let mut harness = Harness::with_shards(Some(database.url()), SHARDS).await;
    let discord = harness.discord.clone();
    let places = found_all(&mut harness).await;
    for range in RANGES {
        harness.launch_with(&["--shards", range]).await;
    }
    harness.settle().await;
    assert_eq!(discord.gateway().identifies(), SHARDS, "each shard once");
    set_up(&mut harness, &places).await;
    harness.advance(TimeDelta::minutes(1)).await;
    ask_all(&mut harness, &places).await;

    // The one in the middle is killed: what is due in its communities is done by the others.
    harness.kill(1);
    for place in &places {
        place.ben.says(&place.help, "Good morning!").await;
    }
    harness.advance(TimeDelta::hours(5)).await;
    let store = Store::open(&database.url()).await.unwrap();
    let before = offline_seconds(&store, &places).await;
    harness.launch_with(&["--shards", RANGES[1]]).await;
    harness.settle().await;
    // What one did not hear is missing in its own communities, while it is away and after.
    for seconds in [before, offline_seconds(&store, &places).await] {
        for (place, seconds) in places.iter().zip(seconds) {
            let was_away = (6..11).contains(&place.shard);
            let expected = if was_away {
                5 * 3_600 - 900..=5 * 3_600 + 900
            } else {
                0..=0
            };
            assert!(
                expected.contains(&seconds),
                "{seconds} s of shard {}",
                place.shard
            );
        }
    }
    harness.advance(TimeDelta::hours(21)).await;
    for place in &places {
        assert_eq!(
            kept(&store, &place.help).await,
            [QUESTION, "Good morning!"],
            "of shard {}",
            place.shard
        );
        assert_eq!(boards(&discord, place), 1, "of shard {}", place.shard);
    }

    // A rolling restart: the next comes before the one before it goes.
    for range in [RANGES[0], RANGES[2], RANGES[1]] {
        harness.launch_with(&["--shards", range]).await;
        for place in &places {
            place.ben.says(&place.help, "And good evening!").await;
        }
        harness.settle().await;
        drop(harness.running.remove(0));
        for place in &places {
            place.ana.says(&place.help, "Good night!").await;
        }
        harness.settle().await;
        harness.advance(TimeDelta::minutes(10)).await;
    }
    harness.advance(TimeDelta::hours(2)).await;
    for place in &places {
        assert_eq!(kept(&store, &place.help).await.len(), 2 + 3 * 2);
        assert_eq!(boards(&discord, place), 1, "of shard {}", place.shard);
        assert!(calls(&discord, place) <= 1, "of shard {}", place.shard);
    }
    store.close().await;
    harness.running.clear();
}

#[test]
fn processes_share_the_shards_out_and_take_over_what_others_leave() {
    engine::on_postgres(async |database| live_shared(database).await);
}

/// The shards that each process serves.
fn parts(harness: &Harness) -> Vec<Vec<u64>> {
    let running = harness.running.iter();
    running
        .map(|process| process.discord.gateway().shards())
        .collect()
}

/// Each shard is served by one process, and no process has more than a fair part.
fn assert_fair(harness: &Harness) {
    let parts = parts(harness);
    let mut all: Vec<u64> = parts.iter().flatten().copied().collect();
    all.sort_unstable();
    assert_eq!(all, (0..SHARDS).collect::<Vec<_>>(), "{parts:?}");
    let fair = usize::try_from(SHARDS).unwrap() / parts.len();
    let is_fair = |part: &Vec<u64>| (fair..=fair + 1).contains(&part.len());
    assert!(parts.iter().all(is_fair), "{parts:?}");
}

fn assert_no_gap(harness: &Harness) {
    let parts = parts(harness);
    let is_served = |shard: u64| parts.iter().any(|part| part.contains(&shard));
    assert!((0..SHARDS).all(is_served), "{parts:?}");
}

/// A community for each shard.
async fn found_all(harness: &mut Harness) -> Vec<Place> {
    let discord = harness.discord.clone();
    let mut places = Vec::new();
    for number in 0..16 {
        places.push(found(&discord, number));
        // A guild's shard is the millisecond of its founding, counted over.
        harness.jump(TimeDelta::milliseconds(1)).await;
    }
    places
}

async fn set_up(harness: &mut Harness, places: &[Place]) {
    for place in places {
        let core = place.core.mention();
        let options = json!({"core_channel": core, "leads_channel": core});
        let lead = &place.lead;
        lead.runs_in(&place.core, "/setup start", options).await;
    }
    harness.settle().await;
}

async fn ask_all(harness: &mut Harness, places: &[Place]) {
    for place in places {
        place.ana.says(&place.help, QUESTION).await;
    }
    harness.settle().await;
}

async fn live_shared(database: &Database) {
    let mut harness = Harness::with_shards(Some(database.url()), SHARDS).await;
    let discord = harness.discord.clone();
    let places = found_all(&mut harness).await;
    harness.launch_with(&["--shards", "auto"]).await;
    harness.settle().await;
    assert_fair(&harness);
    // The first has decided how many there are.
    for shards in ["auto/4", "auto"] {
        harness.launch_with(&["--shards", shards]).await;
    }
    harness.advance(TimeDelta::minutes(1)).await;
    assert_fair(&harness);
    set_up(&mut harness, &places).await;
    ask_all(&mut harness, &places).await;

    // Any may be killed: when its lease has run out the others serve what it served.
    harness.kill(1);
    for place in &places {
        place.ben.says(&place.help, "Good morning!").await;
    }
    harness.advance(TimeDelta::minutes(2)).await;
    assert_fair(&harness);
    let store = Store::open(&database.url()).await.unwrap();
    for place in &places {
        let kept = kept(&store, &place.help).await;
        assert_eq!(
            kept,
            [QUESTION, "Good morning!"],
            "of shard {}",
            place.shard
        );
    }
    harness.advance(TimeDelta::hours(5)).await;

    // A rolling restart, in which nothing is let fall for a moment.
    for _ in 0..2 {
        harness.launch_with(&["--shards", "auto"]).await;
        harness.advance(TimeDelta::minutes(1)).await;
        assert_fair(&harness);
        harness.stop(0, assert_no_gap).await;
        assert_no_gap(&harness);
        for place in &places {
            place.ben.says(&place.help, "And good evening!").await;
            let asked = place
                .lead
                .runs_in(&place.core, "/requests", json!({}))
                .await;
            assert!(asked.ephemeral);
        }
        harness.advance(TimeDelta::minutes(1)).await;
        assert_fair(&harness);
    }
    for place in &places {
        assert_eq!(kept(&store, &place.help).await.len(), 2 + 2);
        assert_eq!(boards(&discord, place), 1, "of shard {}", place.shard);
        let board = discord.messages(&place.core);
        let board = board.iter().find(|message| message.pinned).unwrap();
        assert!(board.text().contains("wire the gauge"), "{}", board.text());
    }
    store.close().await;
    // The last is alone, and waits for nobody.
    while !harness.running.is_empty() {
        harness.stop(0, |_| {}).await;
    }
}

/// How many boards stand.
fn boards(discord: &Simcord, place: &Place) -> usize {
    let messages = discord.messages(&place.core);
    messages.iter().filter(|message| message.pinned).count()
}
