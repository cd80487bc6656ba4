//! Who hosts, and where: in turns, elsewhere, and gone.

use chrono::TimeDelta;
use serde_json::json;

use super::{bench_night, plan, runs};
use crate::world::World;

#[tokio::test]
async fn hosts_take_turns_with_each_date_that_is_announced() {
    let mut world = World::new().await;
    bench_night(&mut world).await;
    for member in ["@ana", "@ben"] {
        let options = json!({"number": 1, "member": member, "turns": true});
        let kept = runs(&mut world, "/meetup host", options).await;
        assert!(kept.content.contains("take turns"), "{}", kept.content);
    }
    let hosts = [&world.ana, &world.ben, &world.lena].map(simcord::Person::mention);
    for (begins, host) in ["03", "10", "17"].iter().zip(&hosts) {
        world
            .advance_to(&format!("2026-03-{begins}T17:30:00Z"))
            .await;
        let announced = world.discord.next_message("#meetups").await;
        assert!(
            announced.text().contains(&format!("{host} hosts")),
            "{}",
            announced.text()
        );
    }
    let options = json!({"number": 1, "member": "@helper", "turns": true});
    let refused = runs(&mut world, "/meetup host", options).await;
    assert!(
        refused.content.contains("Name a person"),
        "{}",
        refused.content
    );
    // Handing it over ends the turns.
    let options = json!({"number": 1, "member": "@cleo"});
    let kept = runs(&mut world, "/meetup host", options).await;
    assert!(kept.content.contains("from now on"), "{}", kept.content);
    world.advance_to("2026-03-24T17:30:00Z").await;
    let announced = world.discord.next_message("#meetups").await;
    assert!(
        announced
            .text()
            .contains(&format!("{} hosts", world.cleo.mention())),
        "{}",
        announced.text()
    );
}

#[tokio::test]
async fn who_hosted_a_date_says_who_was_there_also_once_the_next_one_s_turn_has_come() {
    let mut world = World::new().await;
    let workshop = world.guild.voice_channel("Workshop");
    let options = json!({"title": "Bench night", "when": "tuesdays 6:30 pm", "room": "#Workshop"});
    plan(&mut world, options).await;
    let announced = world.discord.next_message("#meetups").await;
    for (member, turns) in [("@ana", false), ("@ben", true)] {
        let options = json!({"number": 1, "member": member, "turns": turns});
        runs(&mut world, "/meetup host", options).await;
    }
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    world.advance_to("2026-03-03T17:30:00Z").await;
    for person in [&ana, &ben, &world.cleo.clone()] {
        person.joins_voice(&workshop).await;
    }
    world.advance_to("2026-03-03T18:30:00Z").await;
    for _ in 0..2 {
        super::next_in_thread(&world, &announced).await; // The reminders.
    }
    let ended = super::next_in_thread(&world, &announced).await;
    let says = format!("{} can say whether", ana.mention());
    assert!(ended.text().contains(&says), "{}", ended.text());
    let refused = ben.clicks(&ended, "They all were there").await;
    assert!(
        refused.content.contains("permission"),
        "{}",
        refused.content
    );
    // What somebody said of one counts more than what is said of all.
    let options = json!({"number": 1, "member": "@cleo", "there": false});
    let shown = ana.runs_in("#meetups", "/meetup attendance", options).await;
    let cleo = format!("Was not there: {}", world.cleo.mention());
    assert!(shown.content.contains(&cleo), "{}", shown.content);
    let noted = ana.clicks(&ended, "They all were there").await;
    assert!(
        noted.content.contains("2 people were there"),
        "{}",
        noted.content
    );
    let shown = runs(&mut world, "/meetup attendance", json!({"number": 1})).await;
    assert!(
        shown.content.contains(&cleo) && !shown.content.contains("not said yet"),
        "{}",
        shown.content
    );
}

#[tokio::test]
async fn a_host_who_left_is_told_once_and_the_next_in_turn_hosts() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    let options = json!({"number": 1, "member": "@ana"});
    runs(&mut world, "/meetup host", options).await;
    let options = json!({"number": 1, "member": "@ben", "turns": true});
    runs(&mut world, "/meetup host", options).await;
    world.ana.leaves();
    world.settle().await;
    let told = world.discord.next_message("#core").await;
    let ben = world.ben.mention();
    assert!(
        told.text().contains(&format!("{ben} hosts the next date")),
        "{}",
        told.text()
    );
    world.advance(TimeDelta::seconds(10)).await;
    let stands = world.discord.message(announced.id).unwrap();
    assert!(
        stands.text().contains(&format!("{ben} hosts")),
        "{}",
        stands.text()
    );
    world.ben.leaves();
    world.settle().await;
    let told = world.discord.next_message("#core").await;
    assert!(
        told.text().contains("has left; `/meetup host number:1`"),
        "{}",
        told.text()
    );
    world.discord.assert_no_message("#core");
}

#[tokio::test]
async fn where_a_meetup_was_announced_before_it_says_where_it_is_now() {
    let mut world = World::new().await;
    let announced = bench_night(&mut world).await;
    world.ana.clicks(&announced, "Going").await;
    world.advance(TimeDelta::seconds(10)).await;
    let options = json!({"number": 1, "channel": "#help"});
    runs(&mut world, "/meetup place", options).await;
    let anew = world.discord.next_message("#help").await;
    assert!(
        anew.text().contains(&world.ana.mention()),
        "{}",
        anew.text()
    );
    world.advance(TimeDelta::seconds(10)).await;
    let before = world.discord.message(announced.id).unwrap();
    let now = format!("announced in <#{}>", world.help.id());
    assert!(before.text().contains(&now), "{}", before.text());
    assert!(before.buttons().is_empty());
    let events = world.guild.scheduled_events();
    let place = format!("Say in <#{}> whether", world.help.id());
    assert!(
        events[0].description.starts_with(&place),
        "{}",
        events[0].description
    );
    // Back again, it is what stands there.
    let options = json!({"number": 1, "channel": "#meetups"});
    runs(&mut world, "/meetup place", options).await;
    world.advance(TimeDelta::seconds(10)).await;
    let again = world.discord.message(announced.id).unwrap();
    assert!(!again.buttons().is_empty(), "{}", again.text());
    world.discord.assert_no_message("#meetups");
    assert!(world.discord.message(anew.id).unwrap().buttons().is_empty());
    world.discord.assert_clean();
}

#[tokio::test]
async fn a_channel_that_was_deleted_is_told_once_and_another_takes_its_place() {
    let mut world = World::new().await;
    let workshop = world.guild.voice_channel("Workshop");
    let meetups = world.guild.channel("evenings");
    world.settle().await;
    world.discord.next_message("#evenings").await; // Convener's greeting.
    let options = json!({"title": "Bench night", "when": "tuesdays 6:30 pm", "room": "#Workshop",
        "channel": "#evenings"});
    plan(&mut world, options).await;
    world.discord.next_message("#evenings").await;
    workshop.delete();
    world.settle().await;
    let told = world.discord.next_message("#core").await;
    assert!(
        told.text().contains(
            "voice channel of **Bench night** was deleted; `/meetup place number:1 room:`"
        ),
        "{}",
        told.text()
    );
    meetups.delete();
    world.settle().await;
    let told = world.discord.next_message("#core").await;
    assert!(
        told.text().contains("`/meetup place number:1 channel:`"),
        "{}",
        told.text()
    );
    let nowhere = runs(&mut world, "/meetup place", json!({"number": 1})).await;
    assert!(nowhere.content.contains("Where to?"), "{}", nowhere.content);
    let options = json!({"number": 1, "channel": "#meetups"});
    let placed = runs(&mut world, "/meetup place", options).await;
    assert!(
        placed.content.contains("announced in"),
        "{}",
        placed.content
    );
    let announced = world.discord.next_message("#meetups").await;
    assert!(
        announced.text().contains("<t:1772559000:F>"),
        "{}",
        announced.text()
    );
    world.ana.clicks(&announced, "Going").await;
    world.advance_to("2026-03-02T17:30:00Z").await;
    let reminder = super::next_in_thread(&world, &announced).await;
    assert_eq!(reminder.pings, ["ana"]);
    world.discord.assert_no_message("#core");
}
