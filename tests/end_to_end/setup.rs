//! `/setup`, and what is recorded before and after it.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use simcord::Permissions;

use crate::world::World;

#[tokio::test]
async fn each_channel_is_told_once_that_recording_starts() {
    let mut world = World::before_setup().await;
    let reply = world.set_up().await;
    assert!(
        reply.ephemeral && reply.content.starts_with("All set."),
        "{}",
        reply.content
    );
    let told = world.discord.next_message("#help").await;
    assert!(
        told.content.contains("From now on I listen"),
        "{}",
        told.content
    );
    world.discord.next_message("#meetups").await;
    world.discord.next_message("#core").await;
    world.set_up().await;
    world.advance(TimeDelta::hours(1)).await;
    for channel in ["#help", "#meetups", "#core", "#leads"] {
        world.discord.assert_no_message(channel);
    }
    world.discord.assert_clean();
}

#[tokio::test]
async fn before_setup_nothing_is_recorded_and_commands_say_what_to_do() {
    let mut world = World::before_setup().await;
    let ana = world.ana.clone();
    world
        .says(&ana, "#help", "How do I calibrate the level sensor?")
        .await;
    assert!(world.kept(&world.help).await.is_empty());
    let reply = ana
        .runs_in("#help", "/ask", json!({"question": "Anybody?"}))
        .await;
    assert!(
        reply.ephemeral && reply.content.contains("`/setup`"),
        "{}",
        reply.content
    );
    assert!(world.requests().await.is_empty());
}

#[tokio::test]
async fn a_zone_that_does_not_exist_is_refused_and_nothing_is_kept() {
    let world = World::before_setup().await;
    let options = json!({"core_channel": "#core", "leads_channel": "#leads", "zone": "Mars/Base"});
    let reply = world.lena.runs_in("#leads", "/setup start", options).await;
    assert!(reply.content.contains("Mars/Base") && reply.content.contains("Europe/Berlin"));
    let reply = world.ana.runs_in("#help", "/requests", json!({})).await;
    assert!(reply.content.contains("not set up"), "{}", reply.content);
}

#[tokio::test]
async fn the_core_group_and_the_leads_talk_unrecorded() {
    let mut world = World::new().await;
    let cleo = world.cleo.clone();
    world
        .says(
            &cleo,
            "#core",
            "Could somebody look at the question about the sensor?",
        )
        .await;
    assert!(world.requests().await.is_empty());
}

#[tokio::test]
async fn a_channel_that_is_made_later_is_told_too() {
    let mut world = World::new().await;
    world.guild.channel("lounge");
    world.settle().await;
    let told = world.discord.next_message("#lounge").await;
    assert!(
        told.content.contains("From now on I listen"),
        "{}",
        told.content
    );
}

#[tokio::test]
async fn a_thread_of_the_core_group_is_not_recorded() {
    let mut world = World::new().await;
    let cleo = world.cleo.clone();
    let message = world.says(&cleo, "#core", "About the sensor.").await;
    let thread = cleo.starts_thread(&message, "The sensor").await;
    world.settle().await;
    cleo.says(&thread, "Who of us could answer the question about drift?")
        .await;
    world.settle().await;
    assert!(world.requests().await.is_empty());
}

#[tokio::test]
async fn where_an_earlier_version_was_set_up_the_board_is_there_after_the_next_start() {
    let world = World::before_setup().await;
    let id = |snowflake: simcord::Snowflake| i64::try_from(snowflake.get()).unwrap();
    let guild = convener::practice::id::GuildId::new(id(world.guild.id()));
    let core = id(world.discord.channel("#core").unwrap().id());
    let store = &world.simulation.facilitation().store;
    let mut transaction = store.begin().await.unwrap();
    let mut community = transaction.community(guild).await.unwrap().unwrap();
    community.core_channel = Some(convener::practice::id::ChannelId::new(core));
    community.set_up_at = Some(world.simulation.now());
    transaction.keep_settings(&community).await.unwrap();
    transaction.commit().await.unwrap();
    assert!(world.discord.messages("#core").is_empty());
    let stopped = world.stop().await;
    let world = stopped.start().await;
    assert!(world.board().text().contains("Nothing is waiting"));
}

#[tokio::test]
async fn who_is_quicker_than_the_news_of_their_guild_is_answered_all_the_same() {
    let mut world = World::new().await;
    // What is to be kept waits behind somebody else.
    let store = world.simulation.facilitation().store.clone();
    let held = store.begin().await.unwrap();
    let guild = world.discord.guild("Potters");
    let lead = guild.role("Lead", Permissions::MANAGE_GUILD);
    let kiln = guild.private_channel("kiln", &[&lead]);
    let dora = guild.member("dora");
    dora.has_role(&lead);
    let options = json!({"core_channel": kiln.mention(), "leads_channel": kiln.mention()});
    let mut asked = Box::pin(dora.runs_in(&kiln, "/setup start", options));
    let early = tokio::time::timeout(Duration::from_millis(300), &mut asked).await;
    assert!(
        early.is_err(),
        "answered before anything is known: {early:?}"
    );
    drop(held);
    let reply = asked.await;
    assert!(reply.content.starts_with("All set."), "{}", reply.content);
    world.settle().await;
    assert!(
        world
            .ana
            .runs_in("#help", "/requests", json!({}))
            .await
            .ephemeral
    );
}
