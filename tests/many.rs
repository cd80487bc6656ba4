//! Many processes over one `PostgreSQL`, each with some of sixteen shards: kill any, all work goes on, and
//! nothing is done twice.

#![expect(clippy::unwrap_used, reason = "a test fails where it can't go on")]

#[path = "storage/engine.rs"]
#[expect(dead_code, reason = "the tests of the storage use the rest")]
mod engine;
#[expect(dead_code, reason = "other tests use the rest")]
mod process;

use chrono::TimeDelta;
use convener::practice::id::ChannelId;
use convener::storage::Store;
use engine::Database;
use process::Harness;
use serde_json::json;
use simcord::{Channel, Permissions, Person, Simcord};

const SHARDS: u64 = 16;

/// Which shards each process serves.
const RANGES: [&str; 3] = ["0..6/16", "6..11/16", "11..16/16"];

/// A community in a shard of its own.
struct Place {
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
    let mut places = Vec::new();
    for number in 0..16 {
        places.push(found(&discord, number));
        // A guild's shard is the millisecond of its founding, counted over.
        harness.jump(TimeDelta::milliseconds(1)).await;
    }
    for range in RANGES {
        harness.launch_with(&["--shards", range]).await;
    }
    harness.settle().await;
    assert_eq!(discord.gateway().identifies(), SHARDS, "each shard once");
    for place in &places {
        let core = place.core.mention();
        let options = json!({"core_channel": core, "leads_channel": core});
        place
            .lead
            .runs_in(&place.core, "/setup start", options)
            .await;
    }
    harness.settle().await;
    harness.advance(TimeDelta::minutes(1)).await;
    for place in &places {
        place
            .ana
            .says(
                &place.help,
                "How do I wire the gauge to the new gateway board?",
            )
            .await;
    }
    harness.settle().await;

    // The one in the middle is killed: what is due in its communities is done by the others.
    harness.kill(1);
    for place in &places {
        place.ben.says(&place.help, "Good morning!").await;
    }
    harness.advance(TimeDelta::hours(5)).await;
    harness.launch_with(&["--shards", RANGES[1]]).await;
    harness.settle().await;
    harness.advance(TimeDelta::hours(21)).await;
    let store = Store::open(&database.url()).await.unwrap();
    for place in &places {
        assert_eq!(
            kept(&store, &place.help).await,
            [
                "How do I wire the gauge to the new gateway board?",
                "Good morning!"
            ],
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

/// How many boards stand.
fn boards(discord: &Simcord, place: &Place) -> usize {
    let messages = discord.messages(&place.core);
    messages.iter().filter(|message| message.pinned).count()
}
