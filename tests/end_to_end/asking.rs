//! `/ask`: at once, in a window, without a name, and what was answered before.

use chrono::TimeDelta;
use convener::practice::request::Status;
use serde_json::json;

use crate::world::World;

const QUESTION: &str = "How do I stop the ultrasonic level sensor from drifting at night?";
const ALIKE: &str = "My ultrasonic level sensors drift every night, what helps?";
const ANSWER: &str = "Compensate for the air temperature: the speed of sound changes with it, so add a probe beside it.";

/// A question of ana's that ben has answered.
async fn answered(world: &mut World) -> simcord::Message {
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let asked = world.says(&ana, "#help", QUESTION).await;
    world.replies(&ben, &asked, ANSWER).await;
    assert_eq!(world.request().await.life.status, Status::Answered);
    asked
}

#[tokio::test]
async fn a_longer_question_is_written_in_a_window() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let window = ana.runs_in("#help", "/ask", json!({})).await;
    assert!(window.modal.is_some());
    let long = format!(
        "{}\n```\nlet x = 1; // *not* markup\n```",
        "word ".repeat(700)
    );
    let reply = ana.submits(&window, &[("question", &long)]).await;
    assert!(
        reply.ephemeral && reply.content.contains("4 hours"),
        "{}",
        reply.content
    );
    world.settle().await;
    let posted = world.discord.next_message("#help").await;
    assert!(posted.text().contains("let x = 1; // *not* markup"));
    assert_eq!(world.request().await.asked.text, long.trim());
    let empty = ana.runs_in("#help", "/ask", json!({})).await;
    let reply = ana.submits(&empty, &[("question", "   ")]).await;
    assert!(reply.content.contains("a few words"), "{}", reply.content);
}

#[tokio::test]
async fn what_was_answered_before_is_shown_first_and_to_the_asker_alone() {
    let mut world = World::new().await;
    let asked = answered(&mut world).await;
    let cleo = world.cleo.clone();
    let reply = cleo
        .runs_in("#meetups", "/ask", json!({"question": ALIKE}))
        .await;
    assert!(
        reply.ephemeral && reply.content.contains(&asked.link()),
        "{}",
        reply.content
    );
    assert!(
        reply.content.contains("air temperature"),
        "{}",
        reply.content
    );
    world.settle().await;
    world.discord.assert_no_message("#meetups");
    cleo.clicks(&reply, "Post my question").await;
    world.settle().await;
    let posted = world.discord.next_message("#meetups").await;
    assert!(posted.text().contains(ALIKE));
    assert!(reply.now().buttons().is_empty(), "it can't be posted twice");
}

#[tokio::test]
async fn a_draft_waits_over_a_restart_and_can_be_dropped() {
    let mut world = World::new().await;
    answered(&mut world).await;
    let cleo = world.cleo.clone();
    let reply = cleo
        .runs_in("#meetups", "/ask", json!({"question": ALIKE}))
        .await;
    let stopped = world.stop().await;
    let mut world = stopped.start().await;
    cleo.clicks(&reply, "That answers it").await;
    world.settle().await;
    assert!(reply.now().content.contains("Nothing was posted"));
    world.advance(TimeDelta::hours(1)).await;
    world.discord.assert_no_message("#meetups");
}

#[tokio::test]
async fn what_was_answered_where_not_everybody_reads_is_not_shown() {
    let mut world = World::new().await;
    let core_role = world.core_role.clone();
    world.guild.private_channel("staff", &[&core_role]);
    world.settle().await;
    world.discord.next_message("#staff").await;
    let (cleo, ana) = (world.cleo.clone(), world.ana.clone());
    let dora = world.guild.member("dora");
    dora.has_role(&core_role);
    let asked = world.says(&cleo, "#staff", QUESTION).await;
    world.replies(&dora, &asked, ANSWER).await;
    assert_eq!(world.request().await.life.status, Status::Answered);
    let reply = ana
        .runs_in("#help", "/ask", json!({"question": ALIKE}))
        .await;
    assert!(
        !reply.content.contains("answered before"),
        "{}",
        reply.content
    );
}

#[tokio::test]
async fn without_a_name_nobody_is_named_and_the_asker_keeps_their_hand_on_it() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let options = json!({"question": QUESTION, "without_name": true});
    let reply = ana.runs_in("#help", "/ask", options).await;
    assert!(
        reply.content.contains("Your name is not shown"),
        "{}",
        reply.content
    );
    world.settle().await;
    let posted = world.discord.next_message("#help").await;
    assert!(!posted.text().contains("ana") && !posted.text().contains(&ana.mention()));
    let stranger = ben.clicks(&posted, "I asked this").await;
    assert!(stranger.ephemeral && stranger.content.contains("whoever asked"));
    world.advance(TimeDelta::hours(25)).await;
    let told = world.discord.next_message("#help").await;
    assert!(told.pings.is_empty(), "{:?}", told.pings);
    assert!(!world.board().text().contains(&ana.mention()));
    world.replies(&ben, &posted, ANSWER).await;
    let mine = ana.clicks(&posted, "I asked this").await;
    assert!(mine.ephemeral && mine.content.contains("has been answered"));
    let closed = ana.clicks(&mine, "It's settled").await;
    assert_eq!(world.request().await.life.status, Status::Resolved);
    ana.clicks(&closed, "Undo").await;
    assert_eq!(world.request().await.life.status, Status::Answered);
    let mine = ana.clicks(&posted, "I asked this").await;
    ana.clicks(&mine, "It's settled").await;
    world.advance(TimeDelta::minutes(1)).await;
    for message in world.discord.messages("#help") {
        assert!(
            !message.text().contains(&ana.mention()),
            "{}",
            message.text()
        );
    }
}

#[tokio::test]
async fn a_question_keeps_its_words_whatever_becomes_of_it() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    ana.runs_in("#help", "/ask", json!({"question": QUESTION}))
        .await;
    world.settle().await;
    let posted = world.discord.next_message("#help").await;
    ana.clicks(&posted, "It's settled").await;
    world.advance(TimeDelta::minutes(1)).await;
    let stopped = world.stop().await;
    let world = stopped.start().await;
    let request = world.request().await;
    assert_eq!(request.life.status, Status::Resolved);
    assert_eq!(request.asked.text, QUESTION);
    let shown = world.discord.message(posted.id).unwrap();
    assert!(shown.text().contains(QUESTION), "{}", shown.text());
    assert!(shown.text().contains("Settled"), "{}", shown.text());
}

#[tokio::test]
async fn where_nothing_can_be_posted_or_heard_the_asker_is_told_at_once() {
    let mut world = World::new().await;
    let (ana, cleo, lena) = (world.ana.clone(), world.cleo.clone(), world.lena.clone());
    let unheard = cleo
        .runs_in("#core", "/ask", json!({"question": QUESTION}))
        .await;
    assert!(
        unheard.content.contains("I don't listen here"),
        "{}",
        unheard.content
    );
    let how = json!({"channel": "#meetups", "how": "record nothing"});
    lena.runs_in("#leads", "/setup watch", how).await;
    let off = ana
        .runs_in("#meetups", "/ask", json!({"question": QUESTION}))
        .await;
    assert!(
        off.content.contains("I don't listen here"),
        "{}",
        off.content
    );
    world.help.overwrite_bot(
        simcord::Permissions::NONE,
        simcord::Permissions::SEND_MESSAGES,
    );
    world.settle().await;
    let mute = ana
        .runs_in("#help", "/ask", json!({"question": QUESTION}))
        .await;
    assert!(
        mute.content.contains("I may not write here"),
        "{}",
        mute.content
    );
    assert!(world.requests().await.is_empty());
}
