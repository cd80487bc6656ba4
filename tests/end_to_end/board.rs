//! The core group's board: one live message.

use chrono::TimeDelta;
use convener::practice::request::Status;
use serde_json::json;

use crate::world::World;

const QUESTION: &str = "How do I stop the ultrasonic level sensor from drifting at night?";

#[tokio::test]
async fn a_question_moves_from_heard_to_waiting_in_place() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let board = world.board();
    assert!(
        board.text().contains("Nothing is waiting"),
        "{}",
        board.text()
    );
    let asked = world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::minutes(239)).await;
    let heard = world.board();
    assert!(heard.text().contains("1 just heard"), "{}", heard.text());
    assert!(!heard.text().contains(&asked.link()));
    world.advance(TimeDelta::minutes(1)).await;
    let waiting = world.board();
    assert!(waiting.text().contains(&asked.link()), "{}", waiting.text());
    assert_eq!(waiting.id, board.id, "it is the same message, edited");
    assert!(waiting.pings.is_empty() && !waiting.pings_everyone);
    world.discord.assert_no_message("#core");
    world.discord.assert_no_message("#help");
    world.discord.assert_clean();
}

#[tokio::test]
async fn many_changes_are_one_edit() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let edits = |world: &World| {
        let requests = world.discord.requests();
        requests
            .iter()
            .filter(|request| request.method == "PATCH")
            .count()
    };
    let before = edits(&world);
    for number in 0..20 {
        let question = format!("How do I wire gauge {number} to the new gateway board?");
        ana.runs_in("#help", "/ask", json!({"question": question}))
            .await;
    }
    world.settle().await;
    assert!(edits(&world) - before <= 1);
    world.advance(TimeDelta::seconds(10)).await;
    assert!(edits(&world) - before <= 2);
    let board = world.board();
    assert!(board.text().contains("20 just heard"), "{}", board.text());
}

#[tokio::test]
async fn the_shelves_are_paged_for_whoever_asks() {
    let mut world = World::new().await;
    let (ana, ben, cleo) = (world.ana.clone(), world.ben.clone(), world.cleo.clone());
    for number in 0..12 {
        let question = format!("How do I wire gauge {number} to the new gateway board?");
        ana.runs_in("#help", "/ask", json!({"question": question}))
            .await;
    }
    world.settle().await;
    world.advance(TimeDelta::hours(5)).await;
    let board = world.board();
    assert!(board.text().contains("… and 2 more."), "{}", board.text());
    let first = cleo.clicks(&board, "All that wait").await;
    assert!(first.ephemeral && first.text().contains("Page 1 of 2"));
    cleo.clicks(&first, "Later ▶").await;
    let second = first.now();
    assert!(second.text().contains("Page 2 of 2"), "{}", second.text());
    let core = world.discord.channel("#core").unwrap();
    let guest = world.guild.role("Guest", simcord::Permissions::NONE);
    core.overwrite(
        &guest,
        simcord::Permissions::VIEW_CHANNEL,
        simcord::Permissions::NONE,
    );
    ben.has_role(&guest);
    let refused = ben.clicks(&board, "All that wait").await;
    assert!(
        refused.content.contains("core group"),
        "{}",
        refused.content
    );
}

#[tokio::test]
async fn what_is_picked_can_be_taken_snoozed_and_rejected() {
    let mut world = World::new().await;
    let (ana, cleo) = (world.ana.clone(), world.cleo.clone());
    world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::hours(5)).await;
    let card = world.pick(&cleo).await;
    assert!(
        card.ephemeral && card.text().contains(QUESTION),
        "{}",
        card.text()
    );
    cleo.clicks(&card, "I'll take it").await;
    world.settle().await;
    assert!(
        card.now().text().contains("takes it"),
        "{}",
        card.now().text()
    );
    assert!(world.request().await.life.claimed_by.is_some());
    world.advance(TimeDelta::seconds(10)).await;
    assert!(
        world.board().text().contains("taken by"),
        "{}",
        world.board().text()
    );
    cleo.clicks(&card.now(), "Snooze").await;
    world.advance(TimeDelta::seconds(10)).await;
    assert!(
        world.board().text().contains("1 snoozed"),
        "{}",
        world.board().text()
    );
    world.advance(TimeDelta::days(1)).await;
    assert!(world.board().text().contains("One request is waiting"));
    cleo.clicks(&card.now(), "Not a request").await;
    assert_eq!(world.request().await.life.status, Status::Withdrawn);
    world.advance(TimeDelta::seconds(10)).await;
    assert!(world.board().text().contains("Nothing is waiting"));
}

#[tokio::test]
async fn a_board_that_is_deleted_is_put_up_again() {
    let mut world = World::new().await;
    let (ana, cleo) = (world.ana.clone(), world.cleo.clone());
    world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::hours(5)).await;
    let board = world.board();
    world.guild.owner().deletes(&board).await;
    world.settle().await;
    world.advance(TimeDelta::seconds(10)).await;
    let anew = world.board();
    assert_ne!(anew.id, board.id);
    assert!(anew.text().contains("One request is waiting"));
    world.pick(&cleo).await;
}

#[tokio::test]
async fn a_board_that_is_deleted_in_an_absence_is_put_up_again() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    world.says(&ana, "#help", QUESTION).await;
    let board = world.board();
    let stopped = world.stop().await;
    stopped.guild.owner().deletes(&board).await;
    let mut world = stopped.start().await;
    world.advance(TimeDelta::hours(5)).await;
    assert!(world.board().text().contains("One request is waiting"));
}

#[tokio::test]
async fn an_unpinned_board_goes_on() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let board = world.board();
    world.guild.owner().unpins(&board).await;
    world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::hours(5)).await;
    let shown = world.discord.message(board.id).unwrap();
    assert!(shown.text().contains("One request is waiting"));
}

#[tokio::test]
async fn a_board_moves_with_the_channel_of_the_core_group() {
    let mut world = World::new().await;
    let (ana, lena) = (world.ana.clone(), world.lena.clone());
    world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::hours(5)).await;
    let board = world.board();
    lena.runs_in("#leads", "/setup start", json!({"core_channel": "#leads"}))
        .await;
    world.advance(TimeDelta::seconds(10)).await;
    let left = world.discord.message(board.id).unwrap();
    assert!(left.text().contains("is in"), "{}", left.text());
    assert!(left.buttons().is_empty() && left.selects().is_empty());
    let moved = world.discord.messages("#leads");
    let moved = moved.iter().find(|message| message.pinned).unwrap();
    assert!(
        moved.text().contains("One request is waiting"),
        "{}",
        moved.text()
    );
}

#[tokio::test]
async fn a_newcomer_is_marked_and_comes_first() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    world.says(&ana, "#help", QUESTION).await;
    let nora = world.guild.newcomer("nora");
    nora.joins();
    world.settle().await;
    let question = "Where do I find the wiring of the gateway board?";
    world.says(&nora, "#help", question).await;
    world.advance(TimeDelta::hours(5)).await;
    let text = world.board().text();
    assert!(text.contains("new here"), "{text}");
    let (new, old) = (text.find("wiring"), text.find("ultrasonic"));
    assert!(new < old, "{text}");
}

#[tokio::test]
async fn a_stale_a_forged_and_a_lost_choice_are_answered_in_a_sentence() {
    let mut world = World::new().await;
    let (ana, ben, cleo) = (world.ana.clone(), world.ben.clone(), world.cleo.clone());
    let asked = world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::hours(5)).await;
    let board = world.board();
    let request = world.request().await.id.to_string();
    let menu = "Do something about a request";
    let card = cleo.selects(&board, menu, &[&request]).await;
    let answer = "Compensate for the air temperature: the speed of sound changes with it.";
    world.replies(&ben, &asked, answer).await;
    let late = cleo.clicks(&card, "I'll take it").await;
    assert!(
        late.ephemeral && late.content.contains("closed already"),
        "{}",
        late.content
    );
    assert_eq!(world.request().await.life.status, Status::Answered);
}

#[tokio::test]
async fn without_the_permission_to_write_everything_else_goes_on_and_the_leads_can_see_why() {
    let mut world = World::new().await;
    let (ana, lena) = (world.ana.clone(), world.lena.clone());
    let core = world.discord.channel("#core").unwrap();
    core.overwrite_bot(
        simcord::Permissions::NONE,
        simcord::Permissions::SEND_MESSAGES,
    );
    world.settle().await;
    world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::days(2)).await;
    assert!(world.request().await.life.surfaced_at.is_some());
    let check = lena.runs_in("#leads", "/setup check", json!({})).await;
    assert!(
        check.content.contains("does not let me") && check.content.contains("Send Messages"),
        "{}",
        check.content
    );
}
