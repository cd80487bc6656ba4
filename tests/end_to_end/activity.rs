//! A message is logged as an activity.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_message_is_logged_as_one_of_the_eleven() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let message = world
        .says(
            &ana,
            "#help",
            "I wrote the steps up in the wiki last night.",
        )
        .await;
    let choice = ben.uses("Log as activity", &message).await;
    assert!(choice.ephemeral);
    let menu = &choice.selects()[0];
    assert_eq!(menu.options.len(), 11);
    let logged = ben
        .selects(&choice, "Choose an activity", &["documenting_projects"])
        .await;
    assert!(
        logged.content.contains("Documenting projects"),
        "{}",
        logged.content
    );
    let again = ben
        .selects(&choice, "Choose an activity", &["documenting_projects"])
        .await;
    assert!(again.content.contains("before"), "{}", again.content);
    let log = ana.runs_in("#help", "/activity", json!({})).await;
    assert!(log.content.contains(&message.link()), "{}", log.content);
    world.discord.assert_clean();
}
