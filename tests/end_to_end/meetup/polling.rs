//! A time that suits, found across zones.

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use serde_json::json;
use simcord::Message;

use super::runs;
use crate::world::World;

/// The times that a poll offers, in its order.
fn offered(poll: &Message) -> Vec<DateTime<Utc>> {
    let text = poll.text();
    let moments = text.split("<t:").filter_map(|part| {
        let (seconds, _) = part.split_once(":F>")?;
        DateTime::from_timestamp(seconds.parse().ok()?, 0)
    });
    moments.collect()
}

/// The choices of those times that are in the evening of a zone.
fn evenings(poll: &Message, zone: Tz) -> Vec<String> {
    let in_evening = |time: &DateTime<Utc>| (18..22).contains(&time.with_timezone(&zone).hour());
    let evenings = offered(poll).into_iter().filter(in_evening);
    evenings.map(|time| time.timestamp().to_string()).collect()
}

const MENU: &str = "Which of them suit you?";

#[tokio::test]
async fn times_are_offered_in_everybody_s_hours_and_a_series_takes_turns_between_zones() {
    let mut world = World::new().await;
    let zones = [Tz::Asia__Tokyo, Tz::Europe__Berlin, Tz::Europe__Berlin];
    let people = [world.ana.clone(), world.ben.clone(), world.cleo.clone()];
    for (person, zone) in people.iter().zip(zones) {
        let options = json!({"zone": zone.name(), "free": "18-22"});
        person.runs_in("#help", "/preferences", options).await;
    }
    let options = json!({"title": "Reading circle", "from": "next monday", "weekly": true});
    let asked = runs(&mut world, "/meetup poll", options).await;
    assert!(
        asked.content.contains("those of 2 people"),
        "{}",
        asked.content
    );
    let poll = world.discord.next_message("#meetups").await;
    let from: DateTime<Utc> = "2026-03-08T23:00:00Z".parse().unwrap();
    for time in offered(&poll) {
        assert!(time >= from && time < from + TimeDelta::days(7), "{time}");
    }
    let early = world.lena.clicks(&poll, "Decide").await;
    assert!(
        early.content.contains("Nobody has said yet"),
        "{}",
        early.content
    );
    for (person, zone) in people.iter().zip(zones) {
        let evenings = evenings(&poll, zone);
        assert!(!evenings.is_empty(), "{zone}: {}", poll.text());
        let chosen: Vec<&str> = evenings.iter().map(String::as_str).collect();
        let noted = person.selects(&poll, MENU, &chosen).await;
        assert!(noted.content.contains("suit"), "{}", noted.content);
    }
    world.settle().await;
    world.advance(TimeDelta::seconds(10)).await;
    let shown = world.discord.message(poll.id).unwrap();
    assert!(
        shown.text().contains(&world.ana.mention()),
        "{}",
        shown.text()
    );
    let refused = world.ana.clicks(&poll, "Decide").await;
    assert!(
        refused.content.contains("permission"),
        "{}",
        refused.content
    );
    let decided = world.lena.clicks(&poll, "Decide").await;
    assert!(
        decided.content.contains("suits 2 of 3") && decided.content.contains("in turns"),
        "{}",
        decided.content
    );
    let other = world.lena.clicks(&poll, "Decide").await;
    let planned = world.lena.clicks(&decided, "Plan it in turns").await;
    assert!(
        planned.content.contains("number `1` and `2`"),
        "{}",
        planned.content
    );
    world.settle().await;
    // One week it is an evening in one zone, the next in the other, each by its own clocks.
    for number in [1, 2] {
        let show = runs(&mut world, "/meetup show", json!({"number": number})).await;
        let times: Vec<_> = show
            .text()
            .split("<t:")
            .filter_map(|part| part.split_once(":F>")?.0.parse::<i64>().ok())
            .collect();
        assert_eq!(times[1] - times[0], 14 * 24 * 3_600, "{}", show.text());
    }
    let list = runs(&mut world, "/meetup list", json!({})).await;
    assert_eq!(
        list.content.matches("Reading circle").count(),
        2,
        "{}",
        list.content
    );
    let again = world.lena.clicks(&other, "Plan it each week").await;
    assert!(
        again.content.contains("decided already"),
        "{}",
        again.content
    );
    let late = people[0].selects(&poll, MENU, &[]).await;
    assert!(late.content.contains("decided already"), "{}", late.content);
    world.advance(TimeDelta::seconds(10)).await;
    let closed = world.discord.message(poll.id).unwrap();
    assert!(
        closed.text().contains("Decided, thank you"),
        "{}",
        closed.text()
    );
    assert!(closed.buttons().is_empty());
    assert!(!closed.text().contains("Choose"), "{}", closed.text());
    world.discord.assert_clean();
}

#[tokio::test]
async fn where_nobody_has_stated_hours_it_is_the_evening_of_the_community() {
    let mut world = World::new().await;
    let options = json!({"title": "Kiln day", "minutes": 120});
    runs(&mut world, "/meetup poll", options).await;
    let poll = world.discord.next_message("#meetups").await;
    for time in offered(&poll) {
        let hour = time.with_timezone(&Tz::Europe__Berlin).hour();
        assert!((17..=20).contains(&hour), "{time}");
    }
    world.ben.selects(&poll, MENU, &["#1"]).await;
    let decided = world.lena.clicks(&poll, "Decide").await;
    let planned = world.lena.clicks(&decided, "Plan it").await;
    assert!(
        planned.content.contains("number `1`"),
        "{}",
        planned.content
    );
    world.settle().await;
    let announced = world.discord.next_message("#meetups").await;
    let moment = format!("<t:{}:F>", offered(&poll)[0].timestamp());
    assert!(announced.text().contains(&moment), "{}", announced.text());
}

#[tokio::test]
async fn a_single_time_that_is_past_is_not_decided_on() {
    let mut world = World::new().await;
    runs(&mut world, "/meetup poll", json!({"title": "Kiln day"})).await;
    let poll = world.discord.next_message("#meetups").await;
    let times = offered(&poll);
    world.ana.selects(&poll, MENU, &["#1", "#2"]).await;
    world.ben.selects(&poll, MENU, &["#1"]).await;
    world.advance_to(&times[0].to_rfc3339()).await;
    let decided = world.lena.clicks(&poll, "Decide").await;
    let second = format!("<t:{}:F> suits 1 of", times[1].timestamp());
    assert!(decided.content.contains(&second), "{}", decided.content);
    world.advance_to(&times.last().unwrap().to_rfc3339()).await;
    let over = world.lena.clicks(&poll, "Decide").await;
    assert!(over.content.contains("asks for others"), "{}", over.content);
    let over = world.lena.clicks(&decided, "Plan it").await;
    assert!(over.content.contains("asks for others"), "{}", over.content);
}

#[tokio::test]
async fn who_has_themselves_forgotten_is_named_no_more() {
    let mut world = World::new().await;
    runs(&mut world, "/meetup poll", json!({"title": "Kiln day"})).await;
    let poll = world.discord.next_message("#meetups").await;
    for person in [&world.ana, &world.ben] {
        person.selects(&poll, MENU, &["#1", "#2"]).await;
    }
    world
        .ana
        .runs_in("#help", "/privacy forget", json!({}))
        .await;
    world.settle().await;
    world.advance(TimeDelta::seconds(10)).await;
    let shown = world.discord.message(poll.id).unwrap().text();
    let (ana, ben) = (world.ana.mention(), world.ben.mention());
    assert!(shown.contains(&ben) && !shown.contains(&ana), "{shown}");
}

#[tokio::test]
async fn what_can_t_be_polled_is_refused_with_what_would_work() {
    let mut world = World::new().await;
    for (options, hint) in [
        (
            json!({"title": "Kiln day", "from": "yesterday"}),
            "tomorrow",
        ),
        (
            json!({"title": "Kiln day", "from": "1 march 2026"}),
            "tomorrow",
        ),
        (
            json!({"title": "Kiln day", "minutes": 600}),
            "fewer minutes",
        ),
        (json!({"title": " "}), "Give it a title"),
    ] {
        let refused = runs(&mut world, "/meetup poll", options).await;
        assert!(refused.content.contains(hint), "{}", refused.content);
    }
    let options = json!({"title": "Kiln day"});
    let refused = world.ana.runs_in("#meetups", "/meetup poll", options).await;
    assert!(
        refused.content.contains("permission"),
        "{}",
        refused.content
    );
    world.discord.assert_no_message("#meetups");
}
