//! What a member may see, take along, have forgotten, and stop.

use chrono::TimeDelta;
use convener::facilitation::hearing::Source;
use convener::practice::id::{ChannelId, GuildId, MessageId};
use convener::practice::message::{Heard, MessageKind};
use convener::practice::request::Status;
use serde_json::json;

use crate::world::World;

const QUESTION: &str = "How do I stop the quetzalcoatlus sensor from drifting at night?";

#[tokio::test]
async fn a_member_sees_takes_along_and_has_forgotten_what_is_kept_of_them() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    world.says(&ana, "#help", QUESTION).await;
    world.says(&ben, "#help", "Let us see.").await;
    let shown = ana.runs_in("#help", "/privacy show", json!({})).await;
    assert!(
        shown.ephemeral && shown.content.contains("1 messages"),
        "{}",
        shown.content
    );
    let exported = ana.runs_in("#help", "/privacy export", json!({})).await;
    assert!(exported.ephemeral, "{}", exported.content);
    let forgotten = ana.runs_in("#help", "/privacy forget", json!({})).await;
    assert!(
        forgotten.content.contains("are gone"),
        "{}",
        forgotten.content
    );
    world.settle().await;
    let request = world.request().await;
    assert_eq!(request.life.status, Status::Withdrawn);
    assert_eq!(
        (request.asked.text.as_str(), request.asked.author.id.get()),
        ("", 0)
    );
    assert_eq!(world.kept(&world.help).await, ["", "Let us see."]);
    world.advance(TimeDelta::seconds(10)).await;
    assert!(!world.board().text().contains("quetzalcoatlus"));
    let nothing = ana.runs_in("#help", "/privacy show", json!({})).await;
    assert!(
        nothing.content.contains("nothing of you"),
        "{}",
        nothing.content
    );
    let file = world.folder.path().join("convener.db");
    for file in [file.clone(), file.with_extension("db-wal")] {
        let bytes = std::fs::read(&file).unwrap_or_default();
        let holds = bytes.windows(14).any(|window| window == b"quetzalcoatlus");
        assert!(!holds, "{}", file.display());
    }
}

#[tokio::test]
async fn who_pauses_is_not_recorded_until_they_resume() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let paused = ana.runs_in("#help", "/privacy pause", json!({})).await;
    assert!(
        paused.content.contains("I record nothing"),
        "{}",
        paused.content
    );
    world.says(&ana, "#help", QUESTION).await;
    world.says(&ben, "#help", "Let us see.").await;
    assert_eq!(world.kept(&world.help).await, ["Let us see."]);
    assert!(world.requests().await.is_empty());
    ana.runs_in("#help", "/privacy resume", json!({})).await;
    world.says(&ana, "#help", "Good morning!").await;
    assert_eq!(world.kept(&world.help).await.len(), 2);
}

#[tokio::test]
async fn old_words_are_forgotten_by_themselves() {
    let mut world = World::new().await;
    let (ana, lena) = (world.ana.clone(), world.lena.clone());
    lena.runs_in("#leads", "/setup rhythm", json!({"words_days": 2}))
        .await;
    let old = world.says(&ana, "#help", "An old word.").await;
    world.advance(TimeDelta::days(1)).await;
    world.says(&ana, "#help", "A newer word.").await;
    world.advance(TimeDelta::hours(44)).await;
    assert_eq!(world.kept(&world.help).await, ["", "A newer word."]);
    // Discord still shows them, and reading on does not bring them back.
    let stopped = world.stop().await;
    let mut world = stopped.start().await;
    assert_eq!(world.kept(&world.help).await, ["", "A newer word."]);
    // What is edited or read from an export late is old again on the next day.
    ana.edits(&old, "An old word of another kind.").await;
    world.settle().await;
    let facilitation = world.simulation.facilitation();
    let guild = GuildId::new(world.guild.id().get().try_into().unwrap());
    let mut exported = heard(&world, "A very old word.");
    exported.at = world.simulation.now() - TimeDelta::days(90);
    facilitation
        .hear(guild, vec![exported], Source::Export)
        .await
        .unwrap();
    let kept = world.kept(&world.help).await;
    assert_eq!(
        kept,
        [
            "A very old word.",
            "An old word of another kind.",
            "A newer word."
        ]
    );
    world.advance(TimeDelta::days(1)).await;
    assert_eq!(world.kept(&world.help).await, ["", "", ""]);
}

/// A message as an export holds it.
fn heard(world: &World, text: &str) -> Heard {
    Heard {
        channel: ChannelId::new(world.help.id().get().try_into().unwrap()),
        id: MessageId::new(17),
        author: None,
        at: world.simulation.now(),
        edited_at: None,
        text: text.to_owned(),
        kind: MessageKind::Message,
        reply_to: Vec::new(),
        mentions: Vec::new(),
        reactions: Vec::new(),
        attachments: Vec::new(),
    }
}

#[tokio::test]
async fn an_edit_does_not_bring_back_what_was_forgotten() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let old = world.says(&ana, "#help", QUESTION).await;
    ana.runs_in("#help", "/privacy forget", json!({})).await;
    ana.edits(&old, "How do I stop the quetzalcoatlus from drifting?")
        .await;
    world.settle().await;
    assert_eq!(world.kept(&world.help).await, [""]);
    assert_eq!(world.request().await.asked.text, "");
}

#[tokio::test]
async fn who_pauses_is_not_logged_by_others_either() {
    let mut world = World::new().await;
    let (ana, cleo) = (world.ana.clone(), world.cleo.clone());
    ana.runs_in("#help", "/privacy pause", json!({})).await;
    let message = world.says(&ana, "#help", QUESTION).await;
    let refused = cleo.uses("Log as request", &message).await;
    assert!(
        refused.content.contains("does not want to be recorded"),
        "{}",
        refused.content
    );
    assert!(world.requests().await.is_empty());
}

#[tokio::test]
async fn a_check_mark_brings_nobody_back_who_was_forgotten_or_has_paused() {
    let mut world = World::new().await;
    let (ana, cleo, lena) = (world.ana.clone(), world.cleo.clone(), world.lena.clone());
    world.says(&lena, "#help", "Good morning!").await;
    let asked = world.says(&ana, "#help", QUESTION).await;
    cleo.runs_in("#help", "/privacy pause", json!({})).await;
    lena.runs_in("#help", "/privacy forget", json!({})).await;
    let stopped = world.stop().await;
    cleo.reacts(&asked, "✅").await;
    lena.reacts(&asked, "✅").await;
    let world = stopped.start().await;
    assert_eq!(world.request().await.life.status, Status::Open);
    let nothing = lena.runs_in("#help", "/privacy show", json!({})).await;
    assert!(
        nothing.content.contains("nothing of you"),
        "{}",
        nothing.content
    );
}
