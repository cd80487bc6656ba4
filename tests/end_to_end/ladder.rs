//! What time does to a question that nobody answers.

use chrono::TimeDelta;
use convener::practice::request::{Change, Status};
use serde_json::json;

use crate::world::World;

const QUESTION: &str = "How do I stop the ultrasonic level sensor from drifting at night?";

/// How often something happened to the only request.
async fn count(world: &World, change: Change) -> usize {
    let request = world.request().await.id;
    let mut transaction = world.simulation.facilitation().store.read().await.unwrap();
    let events = transaction.request_events(request).await.unwrap();
    events.iter().filter(|event| event.change == change).count()
}

#[tokio::test]
async fn each_step_is_taken_once() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::hours(4)).await;
    assert_eq!(count(&world, Change::Surfaced).await, 1);
    world.advance(TimeDelta::hours(20)).await;
    let call = world.discord.next_message("#core").await;
    assert_eq!(call.pings, [world.cleo.handle()]);
    world.advance(TimeDelta::hours(48)).await;
    assert!(world.request().await.life.raised_at.is_some());
    assert!(world.board().text().contains("for the next meetup"));
    world.advance(TimeDelta::days(12)).await;
    assert_eq!(world.request().await.life.status, Status::Lapsed);
    for change in [
        Change::Surfaced,
        Change::Called,
        Change::Raised,
        Change::Lapsed,
    ] {
        assert_eq!(count(&world, change).await, 1, "{change:?}");
    }
    world.discord.assert_no_message("#core");
    // What was only detected is nobody's business outside the core group.
    world.discord.assert_no_message("#help");
    let card = world.discord.message(call.id).unwrap();
    assert!(card.text().contains("without an answer"), "{}", card.text());
    assert!(card.pings.is_empty() || card.pings == call.pings);
}

#[tokio::test]
async fn nobody_is_called_in_the_quiet_hours() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    // 23:30 in Berlin.
    world.advance_to("2026-03-02T22:30:00Z").await;
    world.says(&ana, "#help", QUESTION).await;
    world.advance_to("2026-03-04T06:59:59Z").await;
    world.discord.assert_no_message("#core");
    // 08:00 in Berlin.
    world.advance_to("2026-03-04T07:00:00Z").await;
    let call = world.discord.next_message("#core").await;
    assert_eq!(call.pings, [world.cleo.handle()]);
}

#[tokio::test]
async fn who_can_not_passes_it_on_and_each_is_called_once() {
    let mut world = World::new().await;
    let (ana, cleo) = (world.ana.clone(), world.cleo.clone());
    let dora = world.guild.member("dora");
    dora.has_role(&world.core_role);
    world.settle().await;
    world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::hours(25)).await;
    let first = world.discord.next_message("#core").await;
    let (called, other) = if first.pings == [cleo.handle()] {
        (&cleo, &dora)
    } else {
        (&dora, &cleo)
    };
    let stranger = other.clicks(&first, "Not me").await;
    assert!(stranger.ephemeral && stranger.content.contains("not called"));
    called.clicks(&first, "Not me").await;
    called.clicks(&first, "Not me").await;
    world.settle().await;
    let second = world.discord.next_message("#core").await;
    assert_eq!(second.pings, [other.handle()]);
    other.clicks(&second, "Not me").await;
    world.settle().await;
    let to_all = world.discord.next_message("#core").await;
    assert!(to_all.pings.is_empty());
    world.advance(TimeDelta::days(1)).await;
    world.discord.assert_no_message("#core");
}

#[tokio::test]
async fn the_calls_go_round() {
    let mut world = World::new().await;
    let cleo = world.cleo.clone();
    let dora = world.guild.member("dora");
    dora.has_role(&world.core_role);
    world.settle().await;
    let mut called = Vec::new();
    for number in 0..4 {
        let asker = world.guild.member(&format!("asker{number}"));
        let question = format!("How do I wire gauge {number} to the new gateway board?");
        asker
            .runs_in("#help", "/ask", json!({"question": question}))
            .await;
        world.settle().await;
        world.advance(TimeDelta::hours(24)).await;
        called.extend(world.discord.next_message("#core").await.pings);
    }
    let of = |who: String| called.iter().filter(|called| **called == who).count();
    assert_eq!((of(cleo.handle()), of(dora.handle())), (2, 2), "{called:?}");
}

#[tokio::test]
async fn a_claim_that_nothing_follows_is_let_go() {
    let mut world = World::new().await;
    let (ana, cleo) = (world.ana.clone(), world.cleo.clone());
    world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::hours(5)).await;
    let card = world.pick(&cleo).await;
    cleo.clicks(&card, "I'll take it").await;
    world.settle().await;
    world.advance(TimeDelta::hours(23)).await;
    assert!(world.request().await.life.claimed_by.is_some());
    world.discord.assert_no_message("#core");
    world.advance(TimeDelta::hours(1)).await;
    assert!(world.request().await.life.claimed_by.is_none());
    // Now somebody is called, once.
    world.discord.next_message("#core").await;
    world.advance(TimeDelta::days(3)).await;
    world.discord.assert_no_message("#core");
}

#[tokio::test]
async fn who_asked_outright_hears_once_and_why_it_was_closed() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    ana.runs_in("#help", "/ask", json!({"question": QUESTION}))
        .await;
    world.settle().await;
    let posted = world.discord.next_message("#help").await;
    world.advance(TimeDelta::hours(25)).await;
    let told = world.discord.next_message("#help").await;
    assert!(
        told.content.contains("Nobody has answered yet"),
        "{}",
        told.content
    );
    assert_eq!(told.pings, [ana.handle()]);
    assert_eq!(told.reply_to, Some(posted.id));
    world.advance(TimeDelta::days(14)).await;
    world.discord.assert_no_message("#help");
    let told = world.discord.message(told.id).unwrap();
    assert!(told.content.contains("a gap"), "{}", told.content);
}

#[tokio::test]
async fn a_community_sets_its_own_hours() {
    let mut world = World::new().await;
    let (ana, lena) = (world.ana.clone(), world.lena.clone());
    let wrong = lena
        .runs_in("#leads", "/setup rhythm", json!({"quiet_from": 25}))
        .await;
    assert!(wrong.content.contains("from 0 to 23"), "{}", wrong.content);
    let set = lena
        .runs_in(
            "#leads",
            "/setup rhythm",
            json!({"waits_hours": 1, "calls_hours": 2}),
        )
        .await;
    assert!(set.content.contains("waits after 1 h"), "{}", set.content);
    world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::hours(1)).await;
    assert!(world.board().text().contains("One request is waiting"));
    world.advance(TimeDelta::hours(1)).await;
    world.discord.next_message("#core").await;
    let log = lena.runs_in("#leads", "/setup log", json!({})).await;
    assert!(
        log.content.contains("changed the rhythm"),
        "{}",
        log.content
    );
}

#[tokio::test]
async fn what_is_first_read_long_after_it_was_written_calls_nobody() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    world.says(&ana, "#help", "Good morning!").await;
    let stopped = world.stop().await;
    ana.says("#help", QUESTION).await;
    stopped.advance(TimeDelta::hours(30));
    let mut world = stopped.start().await;
    world.advance(TimeDelta::days(2)).await;
    assert!(world.request().await.life.surfaced_at.is_some());
    assert!(world.board().text().contains("One request is waiting"));
    world.discord.assert_no_message("#core");
}

#[tokio::test]
async fn what_is_logged_long_after_it_was_written_is_taken_up_from_then_on() {
    let mut world = World::new().await;
    let (ana, cleo) = (world.ana.clone(), world.cleo.clone());
    let old = world
        .says(&ana, "#help", "the node on the weir went quiet again")
        .await;
    world.advance(TimeDelta::days(20)).await;
    cleo.uses("Log as request", &old).await;
    world.advance(TimeDelta::hours(1)).await;
    assert_eq!(world.request().await.life.status, Status::Open);
    world.discord.assert_no_message("#help");
    world.advance(TimeDelta::hours(3)).await;
    assert!(world.board().text().contains("One request is waiting"));
    world.advance(TimeDelta::days(14)).await;
    assert_eq!(world.request().await.life.status, Status::Lapsed);
}

#[tokio::test]
async fn whoever_asked_is_not_woken_by_a_closing_at_night() {
    let mut world = World::new().await;
    let (ana, cleo) = (world.ana.clone(), world.cleo.clone());
    ana.runs_in("#help", "/ask", json!({"question": QUESTION}))
        .await;
    world.settle().await;
    world.discord.next_message("#help").await;
    // 23:30 in Berlin.
    world.advance_to("2026-03-02T22:30:00Z").await;
    let number = json!({"number": world.request().await.id.get()});
    cleo.runs_in("#core", "/request withdraw", number).await;
    world.advance_to("2026-03-03T06:59:00Z").await;
    world.discord.assert_no_message("#help");
    world.advance_to("2026-03-03T07:00:00Z").await;
    let told = world.discord.next_message("#help").await;
    assert!(told.content.contains("off the list"), "{}", told.content);
}

#[tokio::test]
async fn who_left_is_called_to_nothing() {
    let mut world = World::new().await;
    let (ana, cleo) = (world.ana.clone(), world.cleo.clone());
    let dora = world.guild.member("dora");
    dora.has_role(&world.core_role);
    world.settle().await;
    cleo.leaves();
    world.settle().await;
    world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::hours(24)).await;
    let call = world.discord.next_message("#core").await;
    assert_eq!(call.pings, [dora.handle()]);
}

#[tokio::test]
async fn what_was_asked_in_a_channel_goes_with_it() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let lab = world.guild.channel("lab");
    world.settle().await;
    world.discord.next_message("#lab").await;
    world.says(&ana, "#lab", QUESTION).await;
    world.advance(TimeDelta::hours(5)).await;
    lab.delete();
    world.advance(TimeDelta::minutes(1)).await;
    let request = world.request().await;
    assert_eq!(request.life.status, Status::Withdrawn);
    assert!(world.kept(&lab).await.is_empty());
    assert!(world.board().text().contains("Nothing is waiting"));
}

#[tokio::test]
async fn what_was_asked_among_some_is_not_quoted_elsewhere() {
    let mut world = World::new().await;
    let cleo = world.cleo.clone();
    let circle = world.guild.role("Circle", simcord::Permissions::NONE);
    cleo.has_role(&circle);
    world.guild.private_channel("circle", &[&circle]);
    world.settle().await;
    world.discord.next_message("#circle").await;
    world.says(&cleo, "#circle", QUESTION).await;
    world.advance(TimeDelta::hours(5)).await;
    let board = world.board();
    assert!(board.text().contains("One request is waiting"));
    assert!(!board.text().contains("ultrasonic"), "{}", board.text());
}

#[tokio::test]
async fn a_job_that_nobody_can_read_is_parked_and_stops_nothing_else() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let facilitation = world.simulation.facilitation();
    let guild = convener::practice::id::GuildId::new(world.guild.id().get().try_into().unwrap());
    let mut transaction = facilitation.store.begin().await.unwrap();
    transaction
        .put_job(
            guild,
            "from-the-future",
            r#"{"job":"dance"}"#,
            world.simulation.now(),
        )
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::hours(24)).await;
    world.discord.next_message("#core").await;
    let mut transaction = world.simulation.facilitation().store.read().await.unwrap();
    let parked = transaction.parked_jobs(5).await.unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!(parked[0].key, "from-the-future");
}
