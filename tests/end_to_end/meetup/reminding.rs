//! Reminders: at their local time, once, to those who go; late while that helps, reported when not.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{bench_night, next_in_thread, runs};
use crate::world::World;

#[tokio::test]
async fn those_who_go_are_reminded_at_the_local_time_across_the_clock_change() {
    let mut world = World::new().await;
    let mut announced = bench_night(&mut world).await;
    for (starts_at, next_at) in [
        ("2026-03-03T17:30:00Z", 1_773_163_800_i64),
        ("2026-03-10T17:30:00Z", 1_773_768_600),
        ("2026-03-17T17:30:00Z", 1_774_373_400),
        ("2026-03-24T17:30:00Z", 1_774_974_600),
        ("2026-03-31T16:30:00Z", 1_775_579_400),
    ] {
        let starts: DateTime<Utc> = starts_at.parse().unwrap();
        world.ana.clicks(&announced, "Going").await;
        world.ben.clicks(&announced, "Maybe").await;
        world.settle().await;
        for ahead in [TimeDelta::hours(24), TimeDelta::minutes(15)] {
            if starts - ahead > world.simulation.now() {
                let just_before = starts - ahead - TimeDelta::seconds(1);
                world.simulation.advance_to(just_before).await.unwrap();
                world.discord.assert_no_message("#meetups");
                world.advance(TimeDelta::seconds(1)).await;
                let reminder = next_in_thread(&world, &announced).await;
                let text = reminder.text();
                assert!(
                    text.contains(&format!("<t:{}:F>", starts.timestamp())),
                    "{text}"
                );
                assert_eq!(reminder.pings, ["ana"]);
            }
        }
        // The next date is announced when this one begins, and asked about when it is over.
        world.simulation.advance_to(starts).await.unwrap();
        let next = world.discord.next_message("#meetups").await;
        assert!(
            next.text().contains(&format!("<t:{next_at}:F>")),
            "{}",
            next.text()
        );
        world.advance(TimeDelta::hours(1)).await;
        let ended = next_in_thread(&world, &announced).await;
        assert!(ended.text().contains("Who was there?"), "{}", ended.text());
        announced = next;
    }
    world.discord.assert_clean();
}

#[tokio::test]
async fn after_an_outage_a_reminder_is_late_while_it_helps_and_reported_when_it_does_not() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    world.advance_to("2026-03-02T17:30:00Z").await;
    next_in_thread(&world, &announced).await;
    world.advance_to("2026-03-03T17:00:00Z").await;
    let stopped = world.stop().await;
    stopped.advance(TimeDelta::minutes(20)); // Ten minutes before the start.
    let mut world = stopped.start().await;
    let reminder = next_in_thread(&world, &announced).await;
    assert!(
        reminder.text().contains("late, sorry"),
        "{}",
        reminder.text()
    );
    world.advance_to("2026-03-10T17:00:00Z").await;
    world.discord.next_message("#meetups").await;
    let stopped = world.stop().await;
    stopped.advance(TimeDelta::hours(2));
    let mut world = stopped.start().await;
    let missed = world.discord.next_message("#core").await;
    assert!(
        missed.text().contains("not there in time"),
        "{}",
        missed.text()
    );
    // What was missed is not sent any more; the next date goes on as planned.
    let next = world.discord.next_message("#meetups").await;
    assert!(next.text().contains("<t:1773768600:F>"), "{}", next.text());
    world.advance_to("2026-03-16T17:30:00Z").await;
    next_in_thread(&world, &next).await;
}

#[tokio::test]
async fn a_channel_in_which_nobody_else_speaks_is_not_read_from_its_beginning_each_time() {
    let mut world = World::new().await;
    bench_night(&mut world).await;
    world.advance_to("2026-03-10T18:00:00Z").await;
    let stopped = world.stop().await;
    let world = stopped.start().await;
    let stopped = world.stop().await;
    let before = stopped.discord.requests().len();
    let world = stopped.start().await;
    let channel = world.discord.channel("#meetups").unwrap().id();
    let path = format!("/channels/{channel}/messages?");
    let requests = world.discord.requests().split_off(before);
    let read: Vec<_> = requests
        .iter()
        .filter(|request| request.method == "GET" && request.path.starts_with(&path))
        .map(|request| request.answer.as_array().unwrap().len())
        .collect();
    // The announcement of that evening, and that there is nothing after it.
    assert_eq!(read, [1, 0]);
}

#[tokio::test]
async fn where_no_thread_can_be_opened_the_channel_is_told() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    world
        .discord
        .fail_next("POST", "/channels/*/messages/*/threads", 403, 1);
    world.advance_to("2026-03-02T17:30:00Z").await;
    let reminder = world.discord.next_message("#meetups").await;
    assert!(reminder.text().contains("Starts"), "{}", reminder.text());
    assert_eq!(world.discord.message(announced.id).unwrap().thread_id, None);
}

#[tokio::test]
async fn a_single_date_is_over_when_it_is_over() {
    let mut world = World::new().await;
    super::plan(
        &mut world,
        json!({"title": "Open day", "when": "tomorrow 18:30"}),
    )
    .await;
    world.discord.next_message("#meetups").await;
    world.advance(TimeDelta::days(3)).await;
    let list = runs(&mut world, "/meetup list", json!({})).await;
    assert!(list.content.contains("no date to come"), "{}", list.content);
    let refused = runs(&mut world, "/meetup skip", json!({"number": 1})).await;
    assert!(
        refused.content.contains("no date to come"),
        "{}",
        refused.content
    );
}
