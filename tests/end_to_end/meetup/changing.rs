//! Dates moved, left out and restored; series called off and handed over. Whoever answered is told.

use chrono::TimeDelta;
use serde_json::json;

use super::{bench_night, next_in_thread, runs};
use crate::world::World;

#[tokio::test]
async fn a_moved_date_tells_everybody_who_answered_and_moves_its_reminders() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    world.ana.clicks(&announced, "Going").await;
    world.ben.clicks(&announced, "Can't").await;
    let proposal = runs(
        &mut world,
        "/meetup move",
        json!({"number": 1, "to": "thu 19:00"}),
    )
    .await;
    assert!(
        proposal.content.contains("<t:1772733600:F>"),
        "{}",
        proposal.content
    );
    let labels: Vec<_> = proposal
        .buttons()
        .into_iter()
        .map(|button| button.label)
        .collect();
    assert_eq!(labels, ["Only this date", "This and the following", "No"]);
    world.lena.clicks(&proposal, "Only this date").await;
    world.settle().await;
    let told = next_in_thread(&world, &announced).await;
    assert!(
        told.text()
            .contains("not on <t:1772559000:F> but on <t:1772733600:F>"),
        "{}",
        told.text()
    );
    let mut pings = told.pings.clone();
    pings.sort_unstable();
    assert_eq!(pings, ["ana", "ben"]);
    // Nothing at the old time, and the reminder at the new one.
    world.advance_to("2026-03-04T17:59:59Z").await;
    let thread = world
        .discord
        .message(announced.id)
        .unwrap()
        .thread_id
        .unwrap();
    world.discord.assert_no_message(thread);
    world.advance_to("2026-03-04T18:00:00Z").await;
    let reminder = next_in_thread(&world, &announced).await;
    assert!(
        reminder.text().contains("<t:1772733600:F>"),
        "{}",
        reminder.text()
    );
    let list = runs(&mut world, "/meetup show", json!({"number": 1})).await;
    assert!(
        list.text().contains("Moved from Tue 3 March 2026, 18:30"),
        "{}",
        list.text()
    );
    world.discord.assert_clean();
}

#[tokio::test]
async fn this_and_the_following_go_on_as_a_series_of_their_own() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    world.advance_to("2026-03-03T17:30:00Z").await;
    let second = world.discord.next_message("#meetups").await;
    world.ana.clicks(&second, "Going").await;
    let options = json!({"number": 1, "date": "10 march", "to": "thu 12 march 19:00"});
    let proposal = runs(&mut world, "/meetup move", options).await;
    assert!(
        proposal.content.contains("every week on Thursday at 19:00"),
        "{}",
        proposal.content
    );
    let kept = world.lena.clicks(&proposal, "This and the following").await;
    world.settle().await;
    assert!(kept.content.contains("number `2`"), "{}", kept.content);
    let announced_anew = world.discord.next_message("#meetups").await;
    let told = next_in_thread(&world, &announced_anew).await;
    assert_eq!(told.pings, ["ana"]);
    assert!(
        told.text().contains("so are the dates that follow"),
        "{}",
        told.text()
    );
    // Ana's answer went with the date.
    let show = runs(&mut world, "/meetup show", json!({"number": 2})).await;
    assert!(show.text().contains("Going: 1"), "{}", show.text());
    let list = runs(&mut world, "/meetup list", json!({})).await;
    assert!(
        list.content.contains("`1` **Bench night** in"),
        "{}",
        list.content
    );
    assert!(list.content.contains("no date to come"), "{}", list.content);
    world.advance_to("2026-03-11T18:00:00Z").await;
    let reminder = next_in_thread(&world, &announced_anew).await;
    assert_eq!(reminder.pings, ["ana"]);
    drop(announced);
    world.discord.assert_clean();
}

#[tokio::test]
async fn whose_turn_it_is_and_what_is_proposed_goes_on_with_the_following() {
    let mut world = World::new().await;
    bench_night(&mut world).await;
    let options = json!({"number": 1, "member": "@ana", "turns": true});
    runs(&mut world, "/meetup host", options).await;
    world.advance_to("2026-03-03T18:30:00Z").await;
    world.discord.next_message("#meetups").await;
    let options = json!({"number": 1, "topic": "Reflow without smoke"});
    let ben = world.ben.clone();
    ben.runs_in("#meetups", "/meetup propose", options).await;
    let options = json!({"number": 1, "to": "thu 12 march 19:00"});
    let proposal = runs(&mut world, "/meetup move", options).await;
    world.lena.clicks(&proposal, "This and the following").await;
    world.settle().await;
    let agenda = runs(&mut world, "/meetup agenda", json!({"number": 2})).await;
    assert!(agenda.content.contains("Reflow"), "{}", agenda.content);
    let hosts = [&world.ana, &world.lena].map(simcord::Person::mention);
    for (begins, host) in ["2026-03-11T12:00:00Z", "2026-03-12T18:00:00Z"]
        .iter()
        .zip(&hosts)
    {
        world.advance_to(begins).await;
        let announced = world.discord.next_message("#meetups").await;
        let says = format!("{host} hosts");
        assert!(announced.text().contains(&says), "{}", announced.text());
    }
}

#[tokio::test]
async fn a_skipped_date_is_told_and_can_be_restored() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    world.ana.clicks(&announced, "Going").await;
    world.ben.clicks(&announced, "Can't").await;
    let options = json!({"number": 1, "reason": "The workshop is flooded"});
    runs(&mut world, "/meetup skip", options).await;
    let told = next_in_thread(&world, &announced).await;
    assert!(
        told.text()
            .contains("does not take place. Why: The workshop is flooded"),
        "{}",
        told.text()
    );
    assert_eq!(told.pings, ["ana"]);
    // The announcement says so, and has no buttons any more.
    world.advance(TimeDelta::seconds(10)).await;
    let off = world.discord.message(announced.id).unwrap();
    assert!(
        off.text().contains("this date does not take place"),
        "{}",
        off.text()
    );
    assert!(off.buttons().is_empty());
    runs(
        &mut world,
        "/meetup restore",
        json!({"number": 1, "date": "3 march"}),
    )
    .await;
    let told = next_in_thread(&world, &announced).await;
    assert!(told.text().contains("as planned"), "{}", told.text());
    world.advance_to("2026-03-02T17:30:00Z").await;
    let reminder = next_in_thread(&world, &announced).await;
    assert_eq!(reminder.pings, ["ana"]);
    let nothing = runs(&mut world, "/meetup restore", json!({"number": 1})).await;
    assert!(
        nothing.content.contains("nothing to restore"),
        "{}",
        nothing.content
    );
}

#[tokio::test]
async fn two_dates_left_out_in_a_row_are_a_rhythm_lost() {
    let mut world = World::new().await;
    bench_night(&mut world).await;
    runs(&mut world, "/meetup skip", json!({"number": 1})).await;
    world.discord.assert_no_message("#core");
    runs(
        &mut world,
        "/meetup skip",
        json!({"number": 1, "date": "10 march"}),
    )
    .await;
    let warning = world.discord.next_message("#core").await;
    assert!(
        warning.text().contains("more than once in a row"),
        "{}",
        warning.text()
    );
    let unknown = runs(
        &mut world,
        "/meetup skip",
        json!({"number": 1, "date": "11 march"}),
    )
    .await;
    assert!(
        unknown.content.contains("no date “11 march”"),
        "{}",
        unknown.content
    );
}

#[tokio::test]
async fn a_series_that_is_called_off_tells_those_who_meant_to_come_and_reminds_nobody() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    world.ana.clicks(&announced, "Going").await;
    let refused = world
        .ana
        .runs_in("#meetups", "/meetup cancel", json!({"number": 1}))
        .await;
    assert!(
        refused.content.contains("permission to manage events"),
        "{}",
        refused.content
    );
    let options = json!({"number": 1, "reason": "We found a better day"});
    let proposal = runs(&mut world, "/meetup cancel", options).await;
    assert!(
        proposal.content.contains("1 person answered"),
        "{}",
        proposal.content
    );
    world.lena.clicks(&proposal, "Yes, call it off").await;
    world.settle().await;
    let told = next_in_thread(&world, &announced).await;
    assert!(
        told.text()
            .contains("called off, with all its dates. Why: We found a better day"),
        "{}",
        told.text()
    );
    assert_eq!(told.pings, ["ana"]);
    world.advance(TimeDelta::days(8)).await;
    world.discord.assert_no_message("#meetups");
}

#[tokio::test]
async fn a_host_hands_over() {
    let mut world = World::new().await;
    bench_night(&mut world).await;
    let handed = runs(
        &mut world,
        "/meetup host",
        json!({"number": 1, "member": "@ben"}),
    )
    .await;
    assert!(
        handed.content.contains(&world.ben.mention()),
        "{}",
        handed.content
    );
    let refused = world
        .ana
        .runs_in(
            "#meetups",
            "/meetup host",
            json!({"number": 1, "member": "@ana"}),
        )
        .await;
    assert!(
        refused.content.contains("permission"),
        "{}",
        refused.content
    );
    let handed = world
        .ben
        .runs_in(
            "#meetups",
            "/meetup host",
            json!({"number": 1, "member": "@ana"}),
        )
        .await;
    assert!(
        handed.content.contains(&world.ana.mention()),
        "{}",
        handed.content
    );
}
