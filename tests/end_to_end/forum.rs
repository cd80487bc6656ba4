//! A post of a forum is a request from its first message.

use chrono::TimeDelta;
use convener::practice::request::Status;
use serde_json::json;

use crate::world::World;

const ANSWER: &str = "Compensate for the air temperature: the speed of sound changes with it, so add a probe beside it.";

#[tokio::test]
async fn a_post_is_a_request_and_bears_the_tag_while_it_is_solved() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let forum = world.guild.forum("questions");
    let _ = forum.with_tags(&["Hardware", "Solved"]);
    world.settle().await;
    let post = ana
        .posts(
            "#questions",
            "Drifting sensor",
            "The level sensor, again. It drifts at night.",
        )
        .await;
    world.settle().await;
    let request = world.request().await;
    assert_eq!(request.life.status, Status::Open);
    assert!(request.is_explicit());
    ben.says(&post, ANSWER).await;
    world.settle().await;
    let number = json!({"number": request.id.get()});
    ana.runs_in("#help", "/request resolve", number.clone())
        .await;
    world.settle().await;
    assert_eq!(post.applied_tags(), ["Solved"]);
    ana.runs_in("#help", "/request reopen", number).await;
    world.advance(TimeDelta::seconds(10)).await;
    assert!(post.applied_tags().is_empty());
    assert_eq!(post.current_name(), "Drifting sensor");
}

#[tokio::test]
async fn in_a_showcase_nothing_is_taken_for_a_request() {
    let mut world = World::new().await;
    let (ana, lena) = (world.ana.clone(), world.lena.clone());
    world.guild.forum("showcase");
    world.settle().await;
    let how = json!({"channel": "#showcase", "how": "log activities only, such as in a showcase"});
    let watched = lena.runs_in("#leads", "/setup watch", how).await;
    assert!(
        watched.content.contains("take nothing for a request"),
        "{}",
        watched.content
    );
    ana.posts(
        "#showcase",
        "My sensor",
        "Does anybody know a nicer one? Here it is.",
    )
    .await;
    world.settle().await;
    assert!(world.requests().await.is_empty());
}

#[tokio::test]
async fn where_nothing_is_watched_nothing_is_kept() {
    let mut world = World::new().await;
    let (ana, lena) = (world.ana.clone(), world.lena.clone());
    let how = json!({"channel": "#help", "how": "record nothing"});
    lena.runs_in("#leads", "/setup watch", how).await;
    world
        .says(&ana, "#help", "How do I stop the sensor from drifting?")
        .await;
    assert!(world.kept(&world.help).await.is_empty());
}
