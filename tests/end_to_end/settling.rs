//! A request is settled: by whom, by what, and how that is taken back.

use chrono::TimeDelta;
use convener::practice::request::Status;
use serde_json::json;

use crate::world::World;

const QUESTION: &str = "How do I stop the ultrasonic level sensor from drifting at night?";
const ANSWER: &str = "Compensate for the air temperature: the speed of sound changes with it, so add a probe beside it.";

#[tokio::test]
async fn a_check_mark_of_the_asker_settles_it_and_of_anybody_else_does_not() {
    let mut world = World::new().await;
    let (ana, ben, cleo) = (world.ana.clone(), world.ben.clone(), world.cleo.clone());
    let asked = world.says(&ana, "#help", QUESTION).await;
    let answer = world.replies(&ben, &asked, ANSWER).await;
    ben.reacts(&asked, "✅").await;
    ana.reacts(&answer, "👍").await;
    world.settle().await;
    assert_eq!(world.request().await.life.status, Status::Answered);
    ana.reacts(&answer, "✅").await;
    world.settle().await;
    assert_eq!(world.request().await.life.status, Status::Resolved);
    let dora = world.guild.member("dora");
    let another = world
        .says(
            &dora,
            "#meetups",
            "Where do I find the wiring of the gateway board?",
        )
        .await;
    cleo.reacts(&another, "✅").await;
    world.settle().await;
    let requests = world.requests().await;
    assert_eq!(requests.last().unwrap().life.status, Status::Resolved);
}

#[tokio::test]
async fn a_message_is_marked_as_the_answer() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    world.says(&ana, "#help", QUESTION).await;
    let hint = world.says(&ben, "#help", "Temperature.").await;
    let refused = ben.uses("Mark as answer", &hint).await;
    assert!(refused.ephemeral, "{}", refused.content);
    assert_ne!(world.request().await.life.status, Status::Resolved);
    let marked = ana.uses("Mark as answer", &hint).await;
    assert!(marked.content.contains("settled"), "{}", marked.content);
    let request = world.request().await;
    assert_eq!(request.life.status, Status::Resolved);
    assert!(request.life.answered_at.is_some());
    // The mark and the closing were one act, and are taken back together.
    ana.clicks(&marked, "Undo").await;
    assert_eq!(world.request().await.life.status, Status::Open);
}

#[tokio::test]
async fn a_check_mark_on_something_else_settles_nothing() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let poll = world.says(&ben, "#help", "I am in for Tuesday.").await;
    let first = world.says(&ana, "#help", QUESTION).await;
    ana.reacts(&poll, "✅").await;
    world.settle().await;
    assert_eq!(world.request().await.life.status, Status::Open);
    // One that is settled already is not mistaken for another.
    ana.reacts(&first, "✅").await;
    world.settle().await;
    ana.runs_in(
        "#help",
        "/ask",
        json!({"question": "Where do I find the wiring plan?"}),
    )
    .await;
    world.settle().await;
    ana.unreacts(&first, "✅").await;
    ana.reacts(&first, "✅").await;
    world.settle().await;
    let last = world.requests().await.pop().unwrap();
    assert_eq!(last.life.status, Status::Open);
}

#[tokio::test]
async fn what_was_closed_can_be_taken_back_for_a_minute() {
    let mut world = World::new().await;
    let (ana, cleo) = (world.ana.clone(), world.cleo.clone());
    world.says(&ana, "#help", QUESTION).await;
    let number = world.request().await.id.get();
    let resolve = json!({"number": number});
    let closed = ana
        .runs_in("#help", "/request resolve", resolve.clone())
        .await;
    assert_eq!(world.request().await.life.status, Status::Resolved);
    let stranger = cleo.try_clicks(&closed, "Undo").await;
    assert!(stranger.is_err(), "nobody else sees it");
    ana.clicks(&closed, "Undo").await;
    assert_eq!(world.request().await.life.status, Status::Open);
    let closed = ana
        .runs_in("#help", "/request resolve", resolve.clone())
        .await;
    world.advance(TimeDelta::seconds(61)).await;
    let late = ana.clicks(&closed, "Undo").await;
    assert!(late.content.contains("is over"), "{}", late.content);
    ana.runs_in("#help", "/request reopen", resolve).await;
    assert_eq!(world.request().await.life.status, Status::Open);
}

#[tokio::test]
async fn strangers_settle_nothing_and_unknown_numbers_are_said_to_be_so() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    world.says(&ana, "#help", QUESTION).await;
    let number = world.request().await.id.get();
    for command in ["resolve", "reopen", "withdraw", "claim"] {
        let command = format!("/request {command}");
        let refused = ben
            .runs_in("#help", &command, json!({"number": number}))
            .await;
        assert!(
            refused.ephemeral && refused.content.contains("core group"),
            "{command}"
        );
        let unknown = ana.runs_in("#help", &command, json!({"number": 999})).await;
        assert!(
            unknown.content.contains("no such request"),
            "{}",
            unknown.content
        );
    }
    assert_eq!(world.request().await.life.status, Status::Open);
}

#[tokio::test]
async fn thanks_of_who_asked_outright_are_answered_in_private_and_once() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    ana.runs_in("#help", "/ask", json!({"question": QUESTION}))
        .await;
    world.settle().await;
    let posted = world.discord.next_message("#help").await;
    let answer = world.replies(&ben, &posted, ANSWER).await;
    world.replies(&ana, &answer, "Thanks, that worked!").await;
    world
        .replies(&ana, &answer, "Thank you so much, really!")
        .await;
    let offers = ana.direct_messages();
    assert_eq!(offers.len(), 1, "{offers:#?}");
    assert_eq!(world.request().await.life.status, Status::Answered);
    ana.clicks(&offers[0], "It's settled").await;
    assert_eq!(world.request().await.life.status, Status::Resolved);
    world.discord.assert_no_message("#help");
}

#[tokio::test]
async fn who_takes_no_private_messages_is_left_alone() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    ana.accepts_direct_messages(false);
    ana.runs_in("#help", "/ask", json!({"question": QUESTION}))
        .await;
    world.settle().await;
    let posted = world.discord.next_message("#help").await;
    let answer = world.replies(&ben, &posted, ANSWER).await;
    world.replies(&ana, &answer, "Thanks, that worked!").await;
    world.advance(TimeDelta::days(1)).await;
    assert!(ana.direct_messages().is_empty());
    world.discord.assert_no_message("#help");
}

#[tokio::test]
async fn who_could_know_is_asked_beside_the_question_and_can_say_no() {
    let mut world = World::new().await;
    let (ana, ben, cleo) = (world.ana.clone(), world.ben.clone(), world.cleo.clone());
    let listed = ben
        .runs_in(
            "#help",
            "/preferences",
            json!({"topics": "level sensor, wiring"}),
        )
        .await;
    assert!(
        listed.content.contains("level sensor"),
        "{}",
        listed.content
    );
    let asked = world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::hours(5)).await;
    let card = world.pick(&cleo).await;
    let who = cleo.clicks(&card, "Who could know?").await;
    let id = ben.id().to_string();
    cleo.selects(&who, "Ask one of them", &[&id]).await;
    world.settle().await;
    let asked_ben = world.discord.next_message("#help").await;
    assert_eq!(asked_ben.pings, [ben.handle()]);
    assert_eq!(asked_ben.reply_to, Some(asked.id));
    ben.clicks(&asked_ben, "Not me").await;
    world.advance(TimeDelta::seconds(10)).await;
    let declined = world.discord.message(asked_ben.id).unwrap();
    assert!(declined.buttons().is_empty(), "{}", declined.text());
    let nobody = cleo.clicks(&card, "Who could know?").await;
    assert!(nobody.content.contains("nobody"), "{}", nobody.content);
}
