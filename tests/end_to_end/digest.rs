//! The leads read a week on a page.

use chrono::TimeDelta;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn the_digest_comes_once_on_monday_at_the_communitys_hour() {
    let mut world = World::new().await;
    let (ana, ben, cleo) = (world.ana.clone(), world.ben.clone(), world.cleo.clone());
    let asked = world
        .says(
            &ana,
            "#help",
            "Where can I find the wiring plan of the rain gauge?",
        )
        .await;
    world.advance(TimeDelta::minutes(30)).await;
    world
        .replies(
            &ben,
            &asked,
            "It is in the wiki, on the page about gauges, with a photo.",
        )
        .await;
    let waiting = world
        .says(
            &cleo,
            "#help",
            "Has anyone tried lithium cells below minus twenty degrees?",
        )
        .await;
    world.advance_to("2026-03-09T07:59:00Z").await;
    world.discord.assert_no_message("#leads");
    world.advance(TimeDelta::minutes(1)).await; // Nine o'clock in Berlin.
    let digest = world.discord.next_message("#leads").await;
    insta::assert_snapshot!(digest.text().replace(&waiting.link(), "LINK"), @r"
    Makers: week 2026-W10
    Mon 2 Mar to Sun 8 Mar 2026, as counted in Europe/Berlin.
    What to do next: • 1 request waits, the oldest for 6 days: the board of the core group shows it
    • 1 request waited so long that the next meetup is the place for it
    • No meetup is planned for the coming week: `/meetup schedule` plans one
    • [Has anyone tried lithium cells below minus twenty degrees?](LINK) has waited 6 days
    Requests: • 2 new, 1 answered, 0 resolved, 1 waiting, 0 closed without an answer
    • First answer: half within 30 min, nine in ten within 30 min
    The practice: • Request for information: 1
    • Seeking experience: 1
    • Not seen this week: problem solving, reusing assets, coordination and strategy, building an argument, growing confidence, discussing developments, documenting projects, visits, mapping knowledge and gaps
    The people: • 3 messages by 3 people, 0 newcomers
    • In ninety days: 0 core, 0 active, 3 now and then, 0 reading; 3 moved inwards this week, 0 outwards
    • 1 answer by 1 person in ninety days; 0 of 2 who asked answered somebody, too
    • Busiest: #help 3
    ");
    world.advance(TimeDelta::days(6)).await;
    world.discord.assert_no_message("#leads");
    world.advance(TimeDelta::days(1)).await;
    let quiet = world.discord.next_message("#leads").await;
    assert!(quiet.text().contains("quiet week"), "{}", quiet.text());
}

#[tokio::test]
async fn digest_now_shows_the_same_page_and_moves_nothing() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    world
        .says(
            &ana,
            "#help",
            "Where can I find the wiring plan of the rain gauge?",
        )
        .await;
    let refused = ana.runs_in("#help", "/digest now", json!({})).await;
    assert!(
        refused.content.contains("core group"),
        "{}",
        refused.content
    );
    let shown = world.lena.runs_in("#leads", "/digest now", json!({})).await;
    assert!(
        shown.ephemeral && shown.text().contains("1 message by 1 person"),
        "{}",
        shown.text()
    );
    world.settle().await;
    world.discord.assert_no_message("#leads");
}

#[tokio::test]
async fn an_absence_is_stated() {
    let mut world = World::new().await;
    world.advance(TimeDelta::hours(2)).await;
    let stopped = world.stop().await;
    stopped.advance(TimeDelta::hours(30));
    stopped
        .ana
        .says("#help", "Is anybody there who knows about the new gateway?")
        .await;
    let mut world = stopped.start().await;
    assert_eq!(
        world.kept(&world.help).await.len(),
        1,
        "what was said meanwhile is read later"
    );
    world.advance_to("2026-03-09T08:00:00Z").await;
    let digest = world.discord.next_message("#leads").await;
    assert!(
        digest.text().contains("I was away for 1 day 6 h"),
        "{}",
        digest.text()
    );
}
