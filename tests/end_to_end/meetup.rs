//! A weekly series with a reminder.

use chrono::TimeDelta;
use serde_json::json;

use crate::world::World;

async fn schedule(world: &mut World) -> simcord::Reply {
    let options =
        json!({"title": "Bench night", "day": "tuesday", "time": "6:30 pm", "channel": "#meetups"});
    let reply = world
        .lena
        .runs_in("#meetups", "/meetup schedule", options)
        .await;
    world.settle().await;
    reply
}

#[tokio::test]
async fn a_weekly_meetup_is_reminded_of_at_its_local_time_across_the_clock_change() {
    let mut world = World::new().await;
    let reply = schedule(&mut world).await;
    // 18:30 in Berlin is 17:30 UTC before the 29th of March, and 16:30 after it.
    for unix in ["1772559000", "1773163800", "1773768600"] {
        assert!(reply.content.contains(unix), "{}", reply.content);
    }
    for (starts_at, unix) in [
        ("2026-03-03T17:30:00Z", 1_772_559_000_i64),
        ("2026-03-10T17:30:00Z", 1_773_163_800),
        ("2026-03-17T17:30:00Z", 1_773_768_600),
        ("2026-03-24T17:30:00Z", 1_774_373_400),
        ("2026-03-31T16:30:00Z", 1_774_974_600),
    ] {
        let starts: chrono::DateTime<chrono::Utc> = starts_at.parse().unwrap();
        assert_eq!(starts.timestamp(), unix);
        world
            .simulation
            .advance_to(starts - TimeDelta::minutes(16))
            .await
            .unwrap();
        world.discord.assert_no_message("#meetups");
        world.advance(TimeDelta::minutes(1)).await;
        let reminder = world.discord.next_message("#meetups").await;
        assert!(
            reminder.text().contains(&format!("<t:{unix}:F>")),
            "{}",
            reminder.text()
        );
        assert!(reminder.pings.is_empty());
    }
    world.discord.assert_clean();
}

#[tokio::test]
async fn a_cancelled_meetup_reminds_nobody() {
    let mut world = World::new().await;
    schedule(&mut world).await;
    let list = world
        .ana
        .runs_in("#meetups", "/meetup list", json!({}))
        .await;
    assert!(list.content.contains("Bench night"), "{}", list.content);
    let refused = world
        .ana
        .runs_in("#meetups", "/meetup cancel", json!({"number": 1}))
        .await;
    assert!(
        refused.content.contains("permission to manage events"),
        "{}",
        refused.content
    );
    world
        .lena
        .runs_in("#meetups", "/meetup cancel", json!({"number": 1}))
        .await;
    world.advance(TimeDelta::days(8)).await;
    world.discord.assert_no_message("#meetups");
}

#[tokio::test]
async fn a_time_that_is_none_is_refused_with_one_that_would_work() {
    let world = World::new().await;
    let options = json!({"title": "Bench night", "day": "tuesday", "time": "25:00"});
    let reply = world
        .lena
        .runs_in("#meetups", "/meetup schedule", options)
        .await;
    assert!(
        reply.ephemeral && reply.content.contains("`18:30`"),
        "{}",
        reply.content
    );
}

#[tokio::test]
async fn after_an_outage_a_reminder_is_late_while_it_helps_and_reported_when_it_does_not() {
    let mut world = World::new().await;
    schedule(&mut world).await;
    world.advance_to("2026-03-03T17:00:00Z").await;
    let stopped = world.stop().await;
    stopped.advance(TimeDelta::minutes(20)); // Ten minutes before the start.
    let mut world = stopped.start().await;
    let reminder = world.discord.next_message("#meetups").await;
    assert!(
        reminder.text().contains("late, sorry"),
        "{}",
        reminder.text()
    );
    world.advance_to("2026-03-10T17:00:00Z").await;
    let stopped = world.stop().await;
    stopped.advance(TimeDelta::hours(2));
    let world = stopped.start().await;
    let missed = world.discord.next_message("#core").await;
    assert!(
        missed.text().contains("not there in time"),
        "{}",
        missed.text()
    );
    world.discord.assert_no_message("#meetups");
}
