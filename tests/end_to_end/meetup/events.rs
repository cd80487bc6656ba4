//! Dates in Discord's own calendar: put there, following what is done here, and followed where people touch
//! them there.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use simcord::{Failure, Permissions, ScheduledEvent};

use super::{bench_night, next_in_thread, plan, runs};
use crate::world::World;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The events that are to come or run.
fn events(world: &World) -> Vec<ScheduledEvent> {
    let events = world.guild.scheduled_events().into_iter();
    events.filter(|event| event.status <= 2).collect()
}

fn only(world: &World) -> ScheduledEvent {
    let mut events = events(world);
    assert_eq!(events.len(), 1, "{events:#?}");
    events.remove(0)
}

/// Lets coordinators touch events, as the role of who leads lets them.
fn lena_manages_events(world: &World) {
    let role = world.guild.role("Events", Permissions::MANAGE_EVENTS);
    world.lena.has_role(&role);
}

#[tokio::test]
async fn the_next_date_stands_in_discords_calendar_and_the_one_after_it_once_it_runs() {
    let mut world = World::new().await;
    bench_night(&mut world).await;
    let event = only(&world);
    assert_eq!(event.name, "Bench night");
    assert_eq!(event.starts_at, at("2026-03-03T17:30:00Z"));
    assert_eq!(event.ends_at, Some(at("2026-03-03T18:30:00Z")));
    assert_eq!(event.location.as_deref(), Some("#meetups"));
    assert!(
        event.description.contains("whether you come"),
        "{}",
        event.description
    );
    world.advance_to("2026-03-03T17:30:00Z").await;
    let starts: Vec<_> = events(&world).iter().map(|event| event.starts_at).collect();
    assert_eq!(
        starts,
        [at("2026-03-03T17:30:00Z"), at("2026-03-10T17:30:00Z")]
    );
    world.advance_to("2026-03-29T12:00:00Z").await;
    // The clocks went forward: 18:30 in Berlin is an hour earlier in UTC.
    assert_eq!(only(&world).starts_at, at("2026-03-31T16:30:00Z"));
    world.discord.assert_clean();
}

#[tokio::test]
async fn an_event_follows_its_date() {
    let mut world = World::new().await;
    bench_night(&mut world).await;
    let options = json!({"number": 1, "to": "thu 19:00"});
    let proposal = runs(&mut world, "/meetup move", options).await;
    world.lena.clicks(&proposal, "Only this date").await;
    world.advance(TimeDelta::seconds(10)).await;
    let moved = only(&world);
    assert_eq!(moved.starts_at, at("2026-03-05T18:00:00Z"));
    runs(&mut world, "/meetup skip", json!({"number": 1})).await;
    world.advance(TimeDelta::seconds(10)).await;
    assert_eq!(only(&world).starts_at, at("2026-03-10T17:30:00Z"));
    runs(&mut world, "/meetup restore", json!({"number": 1})).await;
    world.advance(TimeDelta::seconds(10)).await;
    let starts: Vec<_> = events(&world).iter().map(|event| event.starts_at).collect();
    assert_eq!(
        starts,
        [at("2026-03-10T17:30:00Z"), at("2026-03-03T17:30:00Z")]
    );
    let proposal = runs(&mut world, "/meetup cancel", json!({"number": 1})).await;
    world.lena.clicks(&proposal, "Yes, call it off").await;
    world.settle().await;
    world.advance(TimeDelta::seconds(10)).await;
    assert!(events(&world).is_empty(), "{:#?}", events(&world));
    // What Convener did is no news to anybody.
    world.discord.assert_no_message("#core");
    world.discord.assert_clean();
}

#[tokio::test]
async fn this_and_the_following_keep_their_event_and_who_is_interested_in_it() {
    let mut world = World::new().await;
    bench_night(&mut world).await;
    world.advance_to("2026-03-03T18:30:00Z").await;
    world.ana.is_interested(&only(&world)).await;
    let options = json!({"number": 1, "to": "thu 12 march 19:00"});
    let proposal = runs(&mut world, "/meetup move", options).await;
    world.lena.clicks(&proposal, "This and the following").await;
    world.settle().await;
    world.advance(TimeDelta::seconds(10)).await;
    let event = only(&world);
    assert_eq!(event.starts_at, at("2026-03-12T18:00:00Z"));
    assert_eq!(event.interested, ["ana"]);
}

#[tokio::test]
async fn a_date_follows_the_event_that_somebody_moved() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    lena_manages_events(&world);
    world.ana.clicks(&announced, "Going").await;
    let later = at("2026-03-04T19:00:00Z");
    world.lena.reschedules(&only(&world), later).await;
    world.settle().await;
    let told = next_in_thread(&world, &announced).await;
    assert!(
        told.text()
            .contains("not on <t:1772559000:F> but on <t:1772650800:F>"),
        "{}",
        told.text()
    );
    assert_eq!(told.pings, ["ana"]);
    let told = world.discord.next_message("#core").await;
    assert!(
        told.text().contains("so the date is moved"),
        "{}",
        told.text()
    );
    world.advance(TimeDelta::minutes(1)).await;
    assert_eq!(only(&world).starts_at, later);
    world.discord.assert_no_message("#core");
    world.advance_to("2026-03-03T19:00:00Z").await;
    let reminder = next_in_thread(&world, &announced).await;
    assert!(
        reminder.text().contains("<t:1772650800:F>"),
        "{}",
        reminder.text()
    );
}

#[tokio::test]
async fn a_date_whose_event_somebody_removed_is_left_out() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    lena_manages_events(&world);
    world.ana.clicks(&announced, "Going").await;
    world.lena.deletes_event(&only(&world)).await;
    world.settle().await;
    let told = next_in_thread(&world, &announced).await;
    assert!(
        told.text().contains("does not take place"),
        "{}",
        told.text()
    );
    let told = world.discord.next_message("#core").await;
    assert!(
        told.text().contains("`/meetup restore` takes it up again"),
        "{}",
        told.text()
    );
    // The next one is cancelled, not deleted; that is the same.
    world.lena.cancels(&only(&world)).await;
    world.settle().await;
    world.discord.next_message("#core").await;
    assert_eq!(only(&world).starts_at, at("2026-03-17T17:30:00Z"));
    let options = json!({"number": 1, "date": "3 march"});
    runs(&mut world, "/meetup restore", options).await;
    world.advance(TimeDelta::seconds(10)).await;
    let starts: Vec<_> = events(&world).iter().map(|event| event.starts_at).collect();
    assert!(starts.contains(&at("2026-03-03T17:30:00Z")), "{starts:?}");
}

#[tokio::test]
async fn a_date_that_was_moved_here_meanwhile_gets_another_event_for_the_one_that_somebody_removed()
{
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    lena_manages_events(&world);
    world.ana.clicks(&announced, "Going").await;
    let stale = only(&world);
    let options = json!({"number": 1, "to": "thu 19:00"});
    let proposal = runs(&mut world, "/meetup move", options).await;
    world.lena.clicks(&proposal, "Only this date").await;
    world.lena.deletes_event(&stale).await;
    world.settle().await;
    let told = next_in_thread(&world, &announced).await;
    assert!(told.text().contains("is not on"), "{}", told.text());
    world.advance(TimeDelta::seconds(10)).await;
    let event = only(&world);
    assert_ne!(event.id, stale.id);
    assert_eq!(event.starts_at, at("2026-03-05T18:00:00Z"));
    world.discord.assert_no_message("#core");
}

#[tokio::test]
async fn the_name_that_somebody_gave_an_event_stays() {
    let mut world = World::new().await;
    bench_night(&mut world).await;
    lena_manages_events(&world);
    world.lena.renames_event(&only(&world), "Lathe night").await;
    world.settle().await;
    let told = world.discord.next_message("#core").await;
    assert!(
        told.text().contains("“Lathe night”; I leave it so"),
        "{}",
        told.text()
    );
    let options = json!({"number": 1, "to": "19:00"});
    let proposal = runs(&mut world, "/meetup move", options).await;
    world.lena.clicks(&proposal, "Only this date").await;
    world.advance(TimeDelta::seconds(10)).await;
    let event = only(&world);
    assert_eq!(
        (event.name.as_str(), event.starts_at),
        ("Lathe night", at("2026-03-03T18:00:00Z"))
    );
    world.discord.assert_no_message("#core");
}

#[tokio::test]
async fn what_was_done_with_events_while_nobody_listened_is_taken_over() {
    let mut world = World::new().await;
    bench_night(&mut world).await;
    let options = json!({"title": "Clinic", "when": "fridays noon"});
    plan(&mut world, options).await;
    lena_manages_events(&world);
    let both = events(&world);
    let stopped = world.stop().await;
    stopped
        .lena
        .reschedules(&both[0], at("2026-03-04T19:00:00Z"))
        .await;
    stopped.lena.deletes_event(&both[1]).await;
    let mut world = stopped.start().await;
    let mut told = Vec::new();
    for _ in 0..2 {
        told.push(world.discord.next_message("#core").await.text());
    }
    told.sort_unstable();
    assert!(
        told[0].contains("moved the event of **Bench night**"),
        "{told:?}"
    );
    assert!(
        told[1].contains("removed the event of **Clinic**"),
        "{told:?}"
    );
    let show = runs(&mut world, "/meetup show", json!({"number": 2})).await;
    assert!(show.text().contains("<t:1773399600:F>"), "{}", show.text());
}

#[tokio::test]
async fn what_not_everybody_may_read_stands_in_no_calendar_of_the_whole_guild() {
    let mut world = World::new().await;
    let options = json!({"title": "Surprise party", "when": "fridays noon", "channel": "#core"});
    plan(&mut world, options).await;
    world.discord.next_message("#core").await;
    assert!(events(&world).is_empty(), "{:#?}", events(&world));
    let options = json!({"number": 1, "channel": "#help"});
    runs(&mut world, "/meetup place", options).await;
    assert_eq!(only(&world).location.as_deref(), Some("#help"));
    world.guild.make_private(&world.help, &[&world.core_role]);
    world.settle().await;
    world.advance(TimeDelta::seconds(10)).await;
    assert!(events(&world).is_empty(), "{:#?}", events(&world));
}

#[tokio::test]
async fn an_event_of_which_it_is_not_known_whether_it_was_made_is_made_once() {
    let mut world = World::new().await;
    // Discord makes it, and the answer is lost.
    world
        .discord
        .fail_next("POST", "/guilds/*/scheduled-events", Failure::AnswerLost, 1);
    bench_night(&mut world).await;
    world.advance(TimeDelta::minutes(30)).await;
    assert_eq!(world.guild.scheduled_events().len(), 1);
    assert_eq!(only(&world).starts_at, at("2026-03-03T17:30:00Z"));
}

#[tokio::test]
async fn without_the_permission_meetups_work_and_it_is_said_once() {
    let mut world = World::new().await;
    world.guild.bot_may(Permissions::BOT_BY_DEFAULT);
    let kept = plan(
        &mut world,
        json!({"title": "Bench night", "when": "tuesdays 6:30 pm"}),
    )
    .await;
    assert!(kept.content.contains("Create Events"), "{}", kept.content);
    world.discord.next_message("#meetups").await;
    world.advance(TimeDelta::days(3)).await;
    let told = world.discord.next_message("#core").await;
    assert!(told.text().contains("Create Events"), "{}", told.text());
    world.discord.assert_no_message("#core");
    let checked = runs(&mut world, "/setup check", json!({})).await;
    assert!(
        checked.content.contains("Create Events"),
        "{}",
        checked.content
    );
    assert!(events(&world).is_empty());
    // Once it is given, the events are there.
    world
        .guild
        .bot_may(Permissions::BOT_BY_DEFAULT | Permissions::CREATE_EVENTS);
    runs(&mut world, "/setup check", json!({})).await;
    assert_eq!(only(&world).starts_at, at("2026-03-10T17:30:00Z"));
}
