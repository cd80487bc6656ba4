//! What each member chooses for themselves: when, where and whether they are reminded.

use chrono::TimeDelta;
use serde_json::{Value, json};
use simcord::{Person, Reply};

use super::{bench_night, next_in_thread};
use crate::world::World;

async fn prefers(world: &mut World, who: &Person, options: Value) -> Reply {
    let reply = who.runs_in("#help", "/preferences", options).await;
    world.settle().await;
    reply
}

#[tokio::test]
async fn each_member_is_reminded_when_and_where_they_chose() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    let (ana, ben, cleo) = (world.ana.clone(), world.ben.clone(), world.cleo.clone());
    for person in [&ana, &ben, &cleo] {
        person.clicks(&announced, "Going").await;
    }
    let private = json!({"reminders": "3 h, 10 min", "where": "in private"});
    let kept = prefers(&mut world, &ana, private).await;
    assert!(
        kept.content
            .contains("3 h and 10 min before the start, in private"),
        "{}",
        kept.content
    );
    let kept = prefers(&mut world, &ben, json!({"reminders": "2 hours"})).await;
    assert!(
        kept.content.contains("2 h before the start, in the thread"),
        "{}",
        kept.content
    );
    // Everybody else is reminded as usual.
    world.advance_to("2026-03-02T17:30:00Z").await;
    let reminder = next_in_thread(&world, &announced).await;
    assert_eq!(reminder.pings, ["cleo"]);
    assert!(ana.direct_messages().is_empty());
    world.advance_to("2026-03-03T14:30:00Z").await;
    let reminder = ana.next_direct_message().await;
    assert!(
        reminder.text().contains("<t:1772559000:F>") && reminder.text().contains("say so in"),
        "{}",
        reminder.text()
    );
    world.advance_to("2026-03-03T15:30:00Z").await;
    let reminder = next_in_thread(&world, &announced).await;
    assert_eq!(reminder.pings, ["ben"]);
    // Ana takes no private messages any more: the thread mentions her.
    ana.accepts_direct_messages(false);
    world.advance_to("2026-03-03T17:15:00Z").await;
    let reminder = next_in_thread(&world, &announced).await;
    assert_eq!(reminder.pings, ["cleo"]);
    world.advance_to("2026-03-03T17:20:00Z").await;
    let reminder = next_in_thread(&world, &announced).await;
    assert_eq!(reminder.pings, ["ana"]);
    assert!(!reminder.text().contains("late"), "{}", reminder.text());
    world.advance_to("2026-03-03T17:30:00Z").await;
    assert_eq!(ana.direct_messages().len(), 1);
    world.discord.assert_clean();
}

#[tokio::test]
async fn an_own_reminder_is_late_while_it_helps_and_follows_the_answer() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    let ana = world.ana.clone();
    let private = json!({"reminders": "1 h", "where": "in private"});
    prefers(&mut world, &ana, private).await;
    ana.clicks(&announced, "Going").await;
    world.advance_to("2026-03-03T16:00:00Z").await;
    let stopped = world.stop().await;
    stopped.advance(TimeDelta::minutes(50));
    let mut world = stopped.start().await;
    let reminder = ana.next_direct_message().await;
    assert!(
        reminder.text().contains("late, sorry"),
        "{}",
        reminder.text()
    );
    // Of the next date she says no in time.
    world.advance_to("2026-03-03T17:30:00Z").await;
    let next = world.discord.next_message("#meetups").await;
    ana.clicks(&next, "Going").await;
    ana.clicks(&next, "Can't").await;
    world.advance_to("2026-03-10T17:30:00Z").await;
    assert_eq!(ana.direct_messages().len(), 1);
}

#[tokio::test]
async fn whoever_wants_no_reminder_gets_none() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    let ana = world.ana.clone();
    ana.clicks(&announced, "Going").await;
    let kept = prefers(&mut world, &ana, json!({"reminders": "none"})).await;
    assert!(kept.content.contains("not reminded"), "{}", kept.content);
    world.advance_to("2026-03-02T17:30:00Z").await;
    let reminder = next_in_thread(&world, &announced).await;
    assert!(reminder.pings.is_empty(), "{:?}", reminder.pings);
}

#[tokio::test]
async fn what_can_t_be_preferred_is_refused_with_what_would_work() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    for (options, hint) in [
        (json!({"reminders": "soon"}), "`1 day, 15 min`"),
        (json!({"reminders": "8 days"}), "`1 day, 15 min`"),
        (json!({"free": "evenings"}), "`18-22`"),
        (json!({"zone": "Mars/Base"}), "`Europe/Berlin`"),
    ] {
        let refused = prefers(&mut world, &ana, options).await;
        assert!(refused.content.contains(hint), "{}", refused.content);
    }
    let kept = prefers(
        &mut world,
        &ana,
        json!({"zone": "Asia/Tokyo", "free": "18-22"}),
    )
    .await;
    assert!(
        kept.content.contains("Asia/Tokyo") && kept.content.contains("from 18:00 to 22:00"),
        "{}",
        kept.content
    );
    // Nothing typed, nothing changed.
    let kept = prefers(&mut world, &ana, json!({})).await;
    assert!(kept.content.contains("Asia/Tokyo"), "{}", kept.content);
}

#[tokio::test]
async fn what_is_refused_keeps_nothing_and_what_is_kept_is_told() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let both = |zone| json!({"topics": "wiring", "zone": zone});
    let refused = prefers(&mut world, &ana, both("Mars/Base")).await;
    assert!(refused.content.contains("Mars/Base"), "{}", refused.content);
    let nothing = prefers(&mut world, &ana, json!({})).await;
    assert!(
        nothing.content.contains("You list no topics"),
        "{}",
        nothing.content
    );
    let kept = prefers(&mut world, &ana, both("Europe/Paris")).await;
    assert!(
        kept.content.contains("You know about: wiring")
            && kept.content.contains("Your zone is Europe/Paris"),
        "{}",
        kept.content
    );
}
