//! What members bring to a date, who was seen at it, and what is written down of it.

use chrono::TimeDelta;
use serde_json::json;

use super::{bench_night, next_in_thread, plan, runs};
use crate::world::World;

/// Lives on until Bench night is over; what its thread says then.
async fn ended(world: &mut World, announced: &simcord::Message) -> simcord::Message {
    world.advance_to("2026-03-03T18:30:00Z").await;
    for _ in 0..2 {
        next_in_thread(world, announced).await; // The reminders.
    }
    next_in_thread(world, announced).await
}

#[tokio::test]
async fn notes_are_written_in_a_window_and_kept_as_an_activity() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    let early = runs(&mut world, "/meetup notes", json!({"number": 1})).await;
    assert!(
        early.content.contains("not taken place yet"),
        "{}",
        early.content
    );
    let ended = ended(&mut world, &announced).await;
    let window = world.ana.clicks(&ended, "Write notes").await;
    let text = "We drew *twelve* boards.\nNext time: the oven.";
    let noted = world.ana.submits(&window, &[("notes", text)]).await;
    world.settle().await;
    assert!(noted.content.contains("in the thread"), "{}", noted.content);
    let posted = next_in_thread(&world, &announced).await;
    for said in ["Bench night, 3 March 2026", text, &world.ana.mention()] {
        assert!(posted.text().contains(said), "{}", posted.text());
    }
    let log = runs(&mut world, "/activity list", json!({})).await;
    let link = posted.id.to_string();
    assert!(
        log.text().contains("Documenting projects") && log.text().contains(&link),
        "{}",
        log.text()
    );
    // Others add theirs by the command.
    let window = world
        .ben
        .runs_in("#meetups", "/meetup notes", json!({"number": 1}))
        .await;
    let refused = world.ben.submits(&window, &[("notes", "  ")]).await;
    assert!(
        refused.content.contains("Write a few words"),
        "{}",
        refused.content
    );
    // Whoever has themselves forgotten has their notes emptied, also where they stand.
    world
        .ana
        .runs_in("#help", "/privacy forget", json!({}))
        .await;
    world.settle().await;
    world.advance(TimeDelta::seconds(10)).await;
    let emptied = world.discord.message(posted.id).unwrap();
    assert!(
        emptied.text().contains("taken back") && !emptied.text().contains("boards"),
        "{}",
        emptied.text()
    );
    world.discord.assert_clean();
}

#[tokio::test]
async fn whoever_was_seen_in_the_room_is_suggested_and_people_confirm() {
    let mut world = World::new().await;
    let workshop = world.guild.voice_channel("Workshop");
    let hall = world.guild.voice_channel("Hall");
    let options = json!({"title": "Bench night", "when": "tuesdays 6:30 pm", "room": "#Workshop"});
    let kept = plan(&mut world, options).await;
    assert!(
        kept.content
            .contains(&format!("held in <#{}>", workshop.id())),
        "{}",
        kept.content
    );
    let announced = world.discord.next_message("#meetups").await;
    world.ana.joins_voice(&workshop).await; // A day too early.
    world.ana.leaves_voice().await;
    world.advance_to("2026-03-03T17:20:00Z").await;
    world.ana.joins_voice(&workshop).await;
    world.cleo.joins_voice(&workshop).await;
    world.settle().await;
    world.cleo.joins_voice(&hall).await; // Not there at the start.
    world.advance_to("2026-03-03T17:40:00Z").await;
    // Who came while nobody listened is there still.
    let stopped = world.stop().await;
    stopped.ben.joins_voice(&workshop).await;
    let mut world = stopped.start().await;
    let ended = ended(&mut world, &announced).await;
    let (ana, ben) = (world.ana.mention(), world.ben.mention());
    assert!(
        ended.text().contains(&format!("{ana} {ben}. ")),
        "{}",
        ended.text()
    );
    assert!(ended.pings.is_empty(), "{:?}", ended.pings);
    let refused = world.ana.clicks(&ended, "They all were there").await;
    assert!(
        refused.content.contains("permission"),
        "{}",
        refused.content
    );
    let shown = runs(&mut world, "/meetup attendance", json!({"number": 1})).await;
    assert!(
        shown.content.contains("Was there: nobody")
            && shown
                .content
                .contains(&format!("not said yet: {ana} {ben}")),
        "{}",
        shown.content
    );
    let noted = world.lena.clicks(&ended, "They all were there").await;
    assert!(
        noted.content.contains("2 people were there"),
        "{}",
        noted.content
    );
    world.settle().await;
    let shown = runs(&mut world, "/meetup attendance", json!({"number": 1})).await;
    assert!(
        shown.content.contains(&format!("Was there: {ana} {ben}\n"))
            && !shown.content.contains("not said yet"),
        "{}",
        shown.content
    );
    world.discord.assert_clean();
}

#[tokio::test]
async fn who_has_themselves_forgotten_is_named_no_more_where_a_date_was_announced_or_ended() {
    let mut world = World::new().await;
    let workshop = world.guild.voice_channel("Workshop");
    let options = json!({"title": "Bench night", "when": "tuesdays 6:30 pm", "room": "#Workshop"});
    plan(&mut world, options).await;
    let announced = world.discord.next_message("#meetups").await;
    let options = json!({"number": 1, "member": "@ana"});
    runs(&mut world, "/meetup host", options).await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    for person in [&ana, &ben] {
        person.clicks(&announced, "Going").await;
    }
    world.advance_to("2026-03-03T17:20:00Z").await;
    ana.joins_voice(&workshop).await;
    let ended = ended(&mut world, &announced).await;
    let next = world.discord.next_message("#meetups").await;
    let stands = |world: &World, message: &simcord::Message| {
        world.discord.message(message.id).unwrap().text()
    };
    for message in [&announced, &next, &ended] {
        let text = stands(&world, message);
        assert!(text.contains(&ana.mention()), "{text}");
    }
    // Discord lets nobody edit what is in an archived thread.
    let role = world
        .guild
        .role("Threads", simcord::Permissions::MANAGE_THREADS);
    world.lena.has_role(&role);
    let thread = world.discord.message(announced.id).unwrap().thread_id;
    world.lena.archives(thread.unwrap()).await;
    ana.runs_in("#help", "/privacy forget", json!({})).await;
    world.settle().await;
    world.advance(TimeDelta::seconds(10)).await;
    for message in [&announced, &next, &ended] {
        let text = stands(&world, message);
        assert!(
            !text.contains(&ana.mention()) && !text.contains("<@0>"),
            "{text}"
        );
    }
    assert!(stands(&world, &announced).contains(&ben.mention()));
    assert!(stands(&world, &next).contains("\nEverybody is welcome"));
    world.discord.assert_clean();
}

#[tokio::test]
async fn a_note_whose_writer_has_themselves_forgotten_before_it_was_posted_is_not_posted() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    let ended = ended(&mut world, &announced).await;
    let window = world.ana.clicks(&ended, "Write notes").await;
    world.discord.fail_next(
        "POST",
        "/channels/*/messages",
        simcord::Failure::Status(503),
        1,
    );
    world.ana.submits(&window, &[("notes", "Boards.")]).await;
    world
        .ana
        .runs_in("#help", "/privacy forget", json!({}))
        .await;
    world.advance(TimeDelta::hours(1)).await;
    let thread = world.discord.message(announced.id).unwrap().thread_id;
    world.discord.assert_no_message(thread.unwrap());
}

#[tokio::test]
async fn members_propose_what_the_next_date_is_about() {
    let mut world = World::new().await;
    bench_night(&mut world).await;
    let options = json!({"number": 1, "topic": "Reflow without *smoke*"});
    let proposed = world
        .ana
        .runs_in("#meetups", "/meetup propose", options)
        .await;
    assert!(
        proposed.content.contains("<t:1772559000:F>"),
        "{}",
        proposed.content
    );
    let agenda = world
        .ben
        .runs_in("#meetups", "/meetup agenda", json!({"number": 1}))
        .await;
    let line = format!("• Reflow without \\*smoke\\* ({})", world.ana.mention());
    assert!(agenda.content.contains(&line), "{}", agenda.content);
    // With the date it is done.
    world.advance_to("2026-03-03T17:30:00Z").await;
    let agenda = runs(&mut world, "/meetup agenda", json!({"number": 1})).await;
    assert!(
        agenda.content.contains("Nothing waits"),
        "{}",
        agenda.content
    );
    let options = json!({"number": 1, "topic": " "});
    let refused = world
        .ana
        .runs_in("#meetups", "/meetup propose", options)
        .await;
    assert!(
        refused.content.contains("Write a few words"),
        "{}",
        refused.content
    );
}
