//! Calendars, fetched over a real socket as a calendar program does.

use chrono::TimeDelta;
use icalendar::Component;
use serde_json::json;
use simcord::Person;

use super::{bench_night, plan, runs};
use crate::pages::{Fetched, fetch, pages};
use crate::world::World;

fn entries(fetched: &Fetched) -> Vec<icalendar::Event> {
    let calendar: icalendar::Calendar = fetched.body.parse().unwrap();
    let events = calendar.components.iter();
    events
        .filter_map(|component| component.as_event().cloned())
        .collect()
}

/// The path of the link that somebody gets.
async fn link(who: &Person, options: serde_json::Value) -> String {
    let reply = who.runs_in("#meetups", "/meetup calendar", options).await;
    assert!(reply.ephemeral, "a link is a secret");
    let after = reply.content.strip_prefix("<https://example.org").unwrap();
    after.split_once('>').unwrap().0.to_owned()
}

fn property(event: &icalendar::Event, key: &str) -> String {
    event.property_value(key).unwrap().to_owned()
}

#[tokio::test]
async fn a_calendar_follows_every_change_and_keeps_its_uids() {
    let mut world = World::new().await;
    bench_night(&mut world).await;
    let address = pages(&world).await;
    let path = link(&world.ana, json!({"whose": "the community's: every date"})).await;
    let first = fetch(address, &path, "").await;
    assert_eq!(first.status, 200);
    assert_eq!(first.header("content-type"), "text/calendar; charset=utf-8");
    let events = entries(&first);
    assert_eq!(events.len(), 26, "half a year of Tuesdays");
    assert_eq!(property(&events[0], "DTSTART"), "20260303T173000Z");
    assert_eq!(property(&events[4], "DTSTART"), "20260331T163000Z");
    assert_eq!(property(&events[0], "DTEND"), "20260303T183000Z");
    assert_eq!(property(&events[0], "SEQUENCE"), "0");

    // What the reader has already is not sent again.
    for header in [
        format!("If-None-Match: {}\r\n", first.header("etag")),
        format!("If-Modified-Since: {}\r\n", first.header("last-modified")),
    ] {
        let again = fetch(address, &path, &header).await;
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{header}");
    }

    world.advance(TimeDelta::minutes(1)).await;
    runs(&mut world, "/meetup skip", json!({"number": 1})).await;
    let options = json!({"number": 1, "date": "10 march", "to": "11 march 20:00"});
    let proposal = runs(&mut world, "/meetup move", options).await;
    world.lena.clicks(&proposal, "Only this date").await;
    for header in [
        format!("If-None-Match: {}\r\n", first.header("etag")),
        format!("If-Modified-Since: {}\r\n", first.header("last-modified")),
    ] {
        let changed = fetch(address, &path, &header).await;
        assert_eq!(changed.status, 200, "{header}");
    }
    let changed = entries(&fetch(address, &path, "").await);
    let of_uid = |uid: &str| {
        changed
            .iter()
            .find(|event| event.get_uid() == Some(uid))
            .unwrap()
    };
    let skipped = of_uid(events[0].get_uid().unwrap());
    assert_eq!(property(skipped, "STATUS"), "CANCELLED");
    assert_eq!(property(skipped, "SEQUENCE"), "2");
    let moved = of_uid(events[1].get_uid().unwrap());
    assert_eq!(property(moved, "DTSTART"), "20260311T190000Z");
    assert_eq!(property(moved, "STATUS"), "CONFIRMED");
    let proposal = runs(&mut world, "/meetup cancel", json!({"number": 1})).await;
    world.lena.clicks(&proposal, "Yes, call it off").await;
    let off = entries(&fetch(address, &path, "").await);
    assert!(
        off.iter()
            .all(|event| property(event, "STATUS") == "CANCELLED")
    );
    assert_eq!(off.len(), events.len());
}

#[tokio::test]
async fn a_member_s_calendar_has_what_they_answered() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    plan(
        &mut world,
        json!({"title": "Clinic", "when": "fridays noon"}),
    )
    .await;
    let clinic = world.discord.next_message("#meetups").await;
    let address = pages(&world).await;
    let path = link(&world.ana, json!({})).await;
    assert!(entries(&fetch(address, &path, "").await).is_empty());
    world.ana.clicks(&announced, "Going").await;
    world.ana.clicks(&clinic, "Maybe").await;
    let stands: Vec<_> = entries(&fetch(address, &path, "").await)
        .iter()
        .map(|event| (property(event, "SUMMARY"), property(event, "STATUS")))
        .collect();
    let expected = [("Bench night", "CONFIRMED"), ("Clinic", "TENTATIVE")];
    assert_eq!(
        stands,
        expected.map(|(title, status)| (title.to_owned(), status.to_owned()))
    );
    world.ana.clicks(&clinic, "Can't").await;
    assert_eq!(entries(&fetch(address, &path, "").await).len(), 1);
    // Another's calendar is another's.
    let other = link(&world.ben, json!({})).await;
    assert!(entries(&fetch(address, &other, "").await).is_empty());
}

#[tokio::test]
async fn a_link_is_given_again_and_can_be_replaced() {
    let mut world = World::new().await;
    bench_night(&mut world).await;
    let unpublished = world
        .ana
        .runs_in("#meetups", "/meetup calendar", json!({}))
        .await;
    assert!(
        unpublished.content.contains("`web.public_url`"),
        "{}",
        unpublished.content
    );
    let address = pages(&world).await;
    let path = link(&world.ana, json!({})).await;
    assert_eq!(link(&world.ana, json!({})).await, path);
    let new = link(&world.ana, json!({"replace": true})).await;
    assert_ne!(new, path);
    assert_eq!(fetch(address, &path, "").await.status, 404);
    assert_eq!(fetch(address, &new, "").await.status, 200);
    for guessed in [
        "/calendar/.ics",
        "/calendar/0.ics",
        "/calendar/%00.ics",
        "/calendar/x",
    ] {
        assert_eq!(fetch(address, guessed, "").await.status, 404, "{guessed}");
    }
    let options = json!({"whose": "the community's: every date", "replace": true});
    let refused = world
        .ana
        .runs_in("#meetups", "/meetup calendar", options)
        .await;
    assert!(
        refused.content.contains("permission to manage events"),
        "{}",
        refused.content
    );
}

#[tokio::test]
async fn a_calendar_is_written_as_rfc_5545_has_it() {
    let mut world = World::new().await;
    let title =
        "Kännchen, Ton; \\ und sehr viele Wörter über das Glasieren 🏺 und das Brennen von Tellern";
    plan(&mut world, json!({"title": title, "when": "daily noon"})).await;
    let address = pages(&world).await;
    let path = link(&world.lena, json!({"whose": "the community's: every date"})).await;
    let fetched = fetch(address, &path, "").await;
    let lines: Vec<_> = fetched.body.split("\r\n").collect();
    assert_eq!(
        (lines[0], lines[lines.len() - 2]),
        ("BEGIN:VCALENDAR", "END:VCALENDAR")
    );
    for line in &lines {
        assert!(line.len() <= 75 && !line.contains('\n'), "{line}");
    }
    assert_eq!(
        entries(&fetched).len(),
        60,
        "the most that are shown of a series"
    );
    let summary = entries(&fetched)[0].get_summary().unwrap().to_owned();
    assert_eq!(summary, title);
}
