//! Who comes: buttons, seats that are offered in turn, and who was there.

use chrono::TimeDelta;
use convener::practice::id::{GuildId, MemberId};
use convener::storage::MEMBER_TABLES;
use serde_json::json;
use simcord::Person;

use super::{bench_night, next_in_thread, plan, runs};
use crate::world::World;

#[tokio::test]
async fn an_answer_shows_at_once_and_can_be_changed() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    world.ana.clicks(&announced, "Going").await;
    let shown = world.ben.clicks(&announced, "Maybe").await;
    let text = shown.text();
    let (ana, ben) = (world.ana.mention(), world.ben.mention());
    assert!(text.contains("Going: 1") && text.contains(&ana), "{text}");
    assert!(text.contains("Maybe: 1") && text.contains(&ben), "{text}");
    let shown = world.ana.clicks(&announced, "Can't").await;
    assert!(!shown.text().contains("Going: "), "{}", shown.text());
    // The button is pressed twice, or its answer was lost: it stands as it stands.
    let shown = world.ana.clicks(&announced, "Can't").await;
    assert!(!shown.text().contains("Going: "), "{}", shown.text());
    world.settle().await;
    world.discord.assert_clean();
}

#[tokio::test]
async fn a_seat_that_is_free_is_offered_in_turn_with_a_time_limit() {
    let mut world = World::new().await;
    let options = json!({"title": "Bench night", "when": "next fri 18:30", "seats": 1});
    plan(&mut world, options).await;
    let announced = world.discord.next_message("#meetups").await;
    world.ana.clicks(&announced, "Going").await;
    world.ben.clicks(&announced, "Going").await;
    let shown = world.cleo.clicks(&announced, "Going").await;
    assert!(
        shown.text().contains("Waiting for a seat: 2"),
        "{}",
        shown.text()
    );
    world.ana.clicks(&announced, "Can't").await;
    world.settle().await;
    let offer = next_in_thread(&world, &announced).await;
    assert_eq!(offer.pings, ["ben"]);
    assert!(offer.text().contains("a seat is free"), "{}", offer.text());
    assert_eq!(jobs_naming(&world, &world.ben).await, 1);
    // Ben does not come back to it for twelve hours; then it is cleo's turn.
    world.advance(TimeDelta::hours(12)).await;
    let offer = next_in_thread(&world, &announced).await;
    assert_eq!(offer.pings, ["cleo"]);
    let taken = world.cleo.clicks(&offer, "I'm coming").await;
    assert!(taken.text().contains("Going: 1 of 1"), "{}", taken.text());
    world.settle().await;
    // Ben was too late, and waits again.
    let shown = world.ben.clicks(&announced, "Going").await;
    assert!(
        shown.text().contains("Waiting for a seat: 1"),
        "{}",
        shown.text()
    );
    // Cleo took her seat in time, so nobody is asked at the end of her offer.
    world.advance(TimeDelta::hours(13)).await;
    let thread = world
        .discord
        .message(announced.id)
        .unwrap()
        .thread_id
        .unwrap();
    world.discord.assert_no_message(thread);
    world.discord.assert_clean();
    // What is over names nobody.
    for member in [&world.ben, &world.cleo] {
        assert_eq!(jobs_naming(&world, member).await, 0);
    }
}

/// How many jobs of the agenda name a member.
async fn jobs_naming(world: &World, member: &Person) -> usize {
    let guild = GuildId::new(world.guild.id().get().try_into().unwrap());
    let member = MemberId::new(member.id().get().try_into().unwrap());
    let agenda = MEMBER_TABLES.iter().find(|table| table.name == "agenda");
    let mut transaction = world.simulation.facilitation().store.read().await.unwrap();
    let known = transaction.known_of(agenda.unwrap(), guild, member).await;
    known.unwrap().len()
}

#[tokio::test]
async fn who_has_themselves_forgotten_is_named_no_more() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    world.ana.clicks(&announced, "Going").await;
    world.ben.clicks(&announced, "Going").await;
    world
        .ana
        .runs_in("#help", "/privacy forget", json!({}))
        .await;
    world.settle().await;
    world.advance(TimeDelta::seconds(10)).await;
    let shown = world.discord.message(announced.id).unwrap().text();
    assert!(shown.contains("Going: 1"), "{shown}");
    assert!(!shown.contains(&world.ana.mention()), "{shown}");
}

#[tokio::test]
async fn who_was_there_is_asked_afterwards_and_can_be_put_right() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    world.ana.clicks(&announced, "Going").await;
    world.advance_to("2026-03-03T18:30:00Z").await;
    for _ in 0..2 {
        next_in_thread(&world, &announced).await; // The reminders.
    }
    let ended = next_in_thread(&world, &announced).await;
    world.ana.clicks(&ended, "I was there").await;
    let noted = world.ben.clicks(&ended, "I was there").await;
    assert!(
        noted.content.contains("2 people were there"),
        "{}",
        noted.content
    );
    let options = json!({"number": 1, "member": "@ben", "there": false});
    let shown = runs(&mut world, "/meetup attendance", options).await;
    let there = format!("Was there: {}\n", world.ana.mention());
    assert!(shown.content.contains(&there), "{}", shown.content);
    let late = world.ana.clicks(&announced, "Going").await;
    assert!(late.content.contains("is over"), "{}", late.content);
}
