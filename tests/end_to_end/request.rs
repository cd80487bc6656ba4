//! A question is kept in sight until it is answered.

use chrono::TimeDelta;
use convener::practice::request::{Origin, Status};
use serde_json::json;

use crate::world::World;

const QUESTION: &str = "How do I stop the ultrasonic level sensor from drifting at night?";
const ANSWER: &str = "Compensate for the air temperature: the speed of sound changes with it, so add a probe beside it.";

#[tokio::test]
async fn an_answered_question_is_not_surfaced() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let asked = world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::minutes(10)).await;
    world.replies(&ben, &asked, ANSWER).await;
    assert_eq!(world.request().await.life.status, Status::Answered);
    world.advance(TimeDelta::days(2)).await;
    world.discord.assert_no_message("#core");
}

#[tokio::test]
async fn a_clarifying_question_leaves_the_request_open() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let asked = world.says(&ana, "#help", QUESTION).await;
    world.replies(&ben, &asked, "Which sensor is it?").await;
    let request = world.request().await;
    assert_eq!(request.life.status, Status::Open);
    assert!(request.life.first_response_at.is_some());
}

#[tokio::test]
async fn what_is_asked_within_the_turn_of_a_request_is_a_part_of_it() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let second = "Has anyone tried lithium cells below minus twenty degrees?";
    world
        .says(&ana, "#help", "How do I reset the password of the wiki?")
        .await;
    world.advance(TimeDelta::minutes(3)).await;
    let asked = world.says(&ana, "#help", second).await;
    assert_eq!(world.requests().await.len(), 1);
    world.advance(TimeDelta::minutes(1)).await;
    // After a restart it is known as such, too.
    let mut world = world.stop().await.start().await;
    world.replies(&ben, &asked, ANSWER).await;
    assert_eq!(world.request().await.life.status, Status::Answered);
    world.advance(TimeDelta::seconds(30)).await;
    let third = "Does anyone know a good book on soil moisture sensors?";
    world.says(&ana, "#help", third).await;
    assert_eq!(world.request().await.life.status, Status::Open);
    world.advance(TimeDelta::hours(5)).await;
    world.says(&ana, "#help", QUESTION).await;
    assert_eq!(world.requests().await.len(), 2);
}

#[tokio::test]
async fn an_answer_in_a_thread_counts() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let asked = world.says(&ana, "#help", QUESTION).await;
    let thread = ben.starts_thread(&asked, "Drifting sensor").await;
    world.settle().await;
    ben.says(&thread, ANSWER).await;
    world.settle().await;
    assert_eq!(world.requests().await[0].life.status, Status::Answered);
}

#[tokio::test]
async fn ask_posts_the_question_and_a_reply_to_it_answers() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let reply = ana
        .runs_in("#help", "/ask", json!({"question": QUESTION}))
        .await;
    assert!(
        reply.ephemeral && reply.content.contains("4 hours"),
        "{}",
        reply.content
    );
    world.settle().await;
    let posted = world.discord.next_message("#help").await;
    assert!(posted.text().contains(QUESTION), "{}", posted.text());
    assert!(posted.pings.is_empty());
    let request = world.request().await;
    assert_eq!(request.asked.origin, Origin::Asked);
    assert_eq!(
        request.asked.link().as_deref(),
        Some(posted.link().as_str())
    );
    let ben = world.ben.clone();
    world.replies(&ben, &posted, ANSWER).await;
    assert_eq!(world.request().await.life.status, Status::Answered);
}

#[tokio::test]
async fn what_somebody_asks_pings_nobody() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let question = "@everyone could <@1> or @ben help with **this** node?";
    ana.runs_in("#help", "/ask", json!({"question": question}))
        .await;
    world.settle().await;
    let posted = world.discord.next_message("#help").await;
    assert!(
        posted.pings.is_empty() && !posted.pings_everyone,
        "{:?}",
        posted.pings
    );
    world.advance(TimeDelta::hours(5)).await;
    let board = world.board();
    assert!(board.text().contains("everyone"), "{}", board.text());
    assert!(board.pings.is_empty() && !board.pings_everyone);
    // The one who is called is pinged, and nobody whom the question names.
    world.advance(TimeDelta::hours(20)).await;
    let call = world.discord.next_message("#core").await;
    assert_eq!(call.pings, [world.cleo.handle()]);
    assert!(!call.pings_everyone);
}

#[tokio::test]
async fn members_see_their_own_requests_and_the_core_group_sees_all() {
    let mut world = World::new().await;
    let (ana, ben, cleo) = (world.ana.clone(), world.ben.clone(), world.cleo.clone());
    world.says(&ana, "#help", QUESTION).await;
    let mine = ana.runs_in("#help", "/requests", json!({})).await;
    assert!(
        mine.content.contains("One request of yours is open"),
        "{}",
        mine.content
    );
    let none = ben.runs_in("#help", "/requests", json!({})).await;
    assert!(none.content.contains("no open request"), "{}", none.content);
    let all = cleo.runs_in("#help", "/requests", json!({})).await;
    assert!(
        all.content.contains("One request is waiting"),
        "{}",
        all.content
    );
    assert!(mine.ephemeral && none.ephemeral && all.ephemeral);
}

#[tokio::test]
async fn a_message_is_logged_as_a_request_by_its_author_and_not_by_others() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let message = world
        .says(&ana, "#help", "the node on the weir went quiet again")
        .await;
    if world.requests().await.is_empty() {
        let refused = ben.uses("Log as request", &message).await;
        assert!(
            refused.content.contains("core group"),
            "{}",
            refused.content
        );
        let logged = ana.uses("Log as request", &message).await;
        assert!(logged.content.contains("Logged"), "{}", logged.content);
    }
    assert_eq!(
        world
            .request()
            .await
            .asked
            .message
            .unwrap()
            .get()
            .unsigned_abs(),
        message.id.get()
    );
}

#[tokio::test]
async fn a_deleted_question_is_withdrawn_and_its_words_are_gone() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let asked = world.says(&ana, "#help", QUESTION).await;
    ana.deletes(&asked).await;
    world.settle().await;
    let request = world.request().await;
    assert_eq!(
        (request.life.status, request.asked.text.as_str()),
        (Status::Withdrawn, "")
    );
    assert!(world.kept(&world.help).await.is_empty());
}

#[tokio::test]
async fn an_edit_is_kept() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let asked = world.says(&ana, "#help", QUESTION).await;
    ana.edits(
        &asked,
        "How do I stop the sensor from drifting? (It is the old one.)",
    )
    .await;
    world.settle().await;
    let kept = world.kept(&world.help).await;
    assert_eq!(
        kept,
        ["How do I stop the sensor from drifting? (It is the old one.)"]
    );
    assert_eq!(world.request().await.asked.text, kept[0]);
}

#[tokio::test]
async fn a_request_that_nobody_answers_lapses() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::days(15)).await;
    assert_eq!(world.request().await.life.status, Status::Lapsed);
}

#[tokio::test]
async fn people_talk_on_while_questions_are_posted() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    for number in 0..5 {
        let question = format!("How do I wire gauge {number} to the new gateway board?");
        ana.runs_in("#help", "/ask", json!({"question": question}))
            .await;
        for line in 0..3 {
            ben.says(
                "#help",
                &format!("Meanwhile, {line} of {number} gauges are back."),
            )
            .await;
        }
    }
    world.settle().await;
    let asked = world.requests().await;
    let asked = asked
        .iter()
        .filter(|request| request.asked.origin == Origin::Asked);
    assert_eq!(asked.count(), 5);
    assert_eq!(world.kept(&world.help).await.len(), 20);
}

#[tokio::test]
async fn a_logged_request_is_answered_like_any_other() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let message = world
        .says(&ana, "#help", "the node on the weir went quiet again")
        .await;
    ana.uses("Log as request", &message).await;
    world.replies(&ben, &message, ANSWER).await;
    assert_eq!(world.request().await.life.status, Status::Answered);
}
