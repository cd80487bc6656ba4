//! A time as people type it, shown before it is kept.

use chrono::TimeDelta;
use serde_json::json;

use super::{bench_night, plan};
use crate::world::World;

#[tokio::test]
async fn a_meetup_is_shown_before_it_is_kept() {
    let mut world = World::new().await;
    let options =
        json!({"title": "Bench night", "when": "every 2nd tuesday 6:30 pm", "channel": "#meetups"});
    let proposal = world
        .lena
        .runs_in("#meetups", "/meetup schedule", options.clone())
        .await;
    world.settle().await;
    assert!(proposal.ephemeral);
    // 18:30 in Berlin is 17:30 UTC before the 29th of March, and 16:30 after it.
    for said in [
        "every 2 weeks on Tuesday at 18:30 (Europe/Berlin)",
        "<t:1772559000:F>",
        "<t:1773768600:F>",
        "<t:1774974600:F> (<t:1774974600:R>)\n  ⏰ The clocks change",
    ] {
        assert!(proposal.content.contains(said), "{}", proposal.content);
    }
    world.discord.assert_no_message("#meetups");
    let list = world
        .ana
        .runs_in("#meetups", "/meetup list", json!({}))
        .await;
    assert!(list.content.contains("No meetup"), "{}", list.content);

    let dropped = world.lena.clicks(&proposal, "No").await;
    assert_eq!(dropped.content, "Nothing was changed.");
    let kept = plan(&mut world, options).await;
    assert!(kept.content.contains("is planned"), "{}", kept.content);
    assert!(
        kept.buttons().is_empty(),
        "there is nothing more to confirm"
    );
    let announced = world.discord.next_message("#meetups").await;
    assert!(
        announced.text().contains("<t:1772559000:F>"),
        "{}",
        announced.text()
    );
    assert!(
        announced.text().contains("18:30 in Europe/Berlin"),
        "{}",
        announced.text()
    );
    assert!(announced.pings.is_empty());
    world.discord.assert_clean();
}

#[tokio::test]
async fn a_proposal_outlives_a_restart_and_is_kept_once() {
    let world = World::new().await;
    let options = json!({"title": "Bench night", "when": "next tue 18:30", "channel": "#meetups"});
    let proposal = world
        .lena
        .runs_in("#meetups", "/meetup schedule", options)
        .await;
    let stopped = world.stop().await;
    let mut world = stopped.start().await;
    world.lena.clicks(&proposal, "Yes, plan it").await;
    world.settle().await;
    world.discord.next_message("#meetups").await;
    let list = world
        .ana
        .runs_in("#meetups", "/meetup list", json!({}))
        .await;
    assert_eq!(list.content.lines().count(), 1, "{}", list.content);
}

#[tokio::test]
async fn what_can_t_be_planned_is_refused_with_what_would_work() {
    let world = World::new().await;
    for (when, zone, hint) in [
        ("yesterday", "", "tomorrow 18:30"),
        ("25:00", "", "`18:30`"),
        ("31 Feb 18:00", "", "`29 February`"),
        ("every 0 weeks on monday 18:00", "", "every 2 weeks"),
        ("every monday 18:00 10000 times", "", "1000 at the most"),
        ("2026-03-01 18:00", "", "over already"),
        (
            "every monday from 1 june 18:00 until 1 may",
            "",
            "later end",
        ),
        ("tue 18:00", "Mars/Olympus", "`Europe/Berlin`"),
    ] {
        let options = json!({"title": "Bench night", "when": when, "zone": zone});
        let reply = world
            .lena
            .runs_in("#meetups", "/meetup schedule", options)
            .await;
        assert!(
            reply.ephemeral && reply.content.contains(hint),
            "{when}: {}",
            reply.content
        );
        assert!(reply.buttons().is_empty(), "{when}");
    }
    let options = json!({"title": "Bench night", "when": "tue 18:00"});
    let refused = world
        .ana
        .runs_in("#meetups", "/meetup schedule", options)
        .await;
    assert!(
        refused.content.contains("permission to manage events"),
        "{}",
        refused.content
    );
}

#[tokio::test]
async fn a_meetup_keeps_the_zone_of_its_host() {
    let mut world = World::new().await;
    let options =
        json!({"title": "Far call", "when": "tuesdays 18:30", "zone": "America/New_York"});
    let kept = plan(&mut world, options).await;
    // New York's clocks change on the 8th of March: 23:30 UTC, then 22:30 UTC.
    for said in [
        "18:30 (America/New_York)",
        "<t:1772580600:F>",
        "<t:1773181800:F>",
        "⏰",
    ] {
        assert!(kept.content.contains(said), "{}", kept.content);
    }
}

#[tokio::test]
async fn a_time_is_read_while_it_is_typed() {
    let mut world = World::new().await;
    let read = async |when: &str, zone: &str| {
        let options = json!({"when": when, "zone": zone});
        let suggested = world
            .lena
            .is_suggested("/meetup schedule", options, "when")
            .await;
        let [(name, value)] = &suggested[..] else {
            panic!("{suggested:?}");
        };
        assert_eq!(value, when, "what is sent is what was typed");
        name.clone()
    };
    assert_eq!(
        read("next tue 6pm", "").await,
        "Tue 3 March 2026, 18:00 (Europe/Berlin)"
    );
    assert_eq!(
        read("last friday of the month 17:00", "Asia/Tokyo").await,
        "every month on the last Friday, first Fri 27 March 2026, 17:00 (Asia/Tokyo)"
    );
    let unclear = read("next tue", "").await;
    assert!(unclear.contains("At what time?"), "{unclear}");

    bench_night(&mut world).await;
    let suggested = world
        .lena
        .is_suggested("/meetup show", json!({"number": 1}), "number")
        .await;
    assert_eq!(suggested, [("1: Bench night".to_owned(), json!(1))]);
    let options = json!({"number": 1, "date": "24 march"});
    let suggested = world
        .lena
        .is_suggested("/meetup show", options, "date")
        .await;
    let name = "Tue 24 March 2026, 18:30 (Europe/Berlin)".to_owned();
    assert_eq!(suggested, [(name, json!("2026-03-24T18:30:00"))]);
    let zones = world
        .lena
        .is_suggested("/meetup schedule", json!({"zone": "new y"}), "zone")
        .await;
    let name = "America/New_York";
    assert!(zones.contains(&(name.to_owned(), json!(name))), "{zones:?}");
}

#[tokio::test]
async fn what_waits_longest_is_on_the_agenda_of_the_next_date() {
    let mut world = World::new().await;
    bench_night(&mut world).await;
    let question = "How do I keep the glaze from running off the vase?";
    world
        .ana
        .runs_in("#help", "/ask", json!({ "question": question }))
        .await;
    world.settle().await;
    let agenda = async |world: &World| {
        let options = json!({"number": 1});
        let reply = world
            .cleo
            .runs_in("#meetups", "/meetup agenda", options)
            .await;
        reply.text()
    };
    let before = agenda(&world).await;
    assert!(before.contains("Nothing waits for"), "{before}");
    // It waits for 72 hours, and through the quiet of the night.
    world.advance(TimeDelta::hours(96)).await;
    let after = agenda(&world).await;
    assert!(after.contains("glaze from running"), "{after}");
    assert!(after.contains("<t:1773163800:F>"), "{after}");
    // What waits is for the core group; members read what they proposed.
    let for_ana = world
        .ana
        .runs_in("#meetups", "/meetup agenda", json!({"number": 1}))
        .await;
    assert!(
        for_ana.text().contains("Nothing waits for"),
        "{}",
        for_ana.text()
    );
}

#[tokio::test]
async fn a_meetup_can_be_planned_in_a_form() {
    let mut world = World::new().await;
    let options = json!({"title": "Bench night"});
    let form = world
        .lena
        .runs_in("#meetups", "/meetup schedule", options)
        .await;
    let fields = [
        ("when", "every 2nd tuesday 6:30 pm"),
        ("minutes", "90"),
        ("seats", "12"),
    ];
    let proposal = world.lena.submits(&form, &fields).await;
    for said in ["**Bench night**", "every 2 weeks", "90 min, room for 12"] {
        assert!(proposal.content.contains(said), "{}", proposal.content);
    }
    world.lena.clicks(&proposal, "Yes, plan it").await;
    world.settle().await;
    let announced = world.discord.next_message("#meetups").await;
    assert!(
        announced.text().contains("Going: 0 of 12"),
        "{}",
        announced.text()
    );
    let fields = [("when", "tue 18:30"), ("minutes", "soon")];
    let refused = world.lena.submits(&form, &fields).await;
    assert!(
        refused.content.contains("5 to 1440 minutes"),
        "{}",
        refused.content
    );
}
