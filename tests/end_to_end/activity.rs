//! A message is logged as an activity.

use chrono::TimeDelta;
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
    let log = ana.runs_in("#help", "/activity list", json!({})).await;
    assert!(log.content.contains(&message.link()), "{}", log.content);
    world.discord.assert_clean();
}

#[tokio::test]
async fn the_log_is_filtered_and_added_to() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let question = "Where can I find the wiring plan of the rain gauge?";
    let asked = world.says(&ana, "#help", question).await;
    world.advance(TimeDelta::minutes(30)).await;
    let mine = world
        .says(&ben, "#help", "The bench is free on Thursday.")
        .await;
    let logged = json!({"message": mine.link(), "kind": "visits"});
    let logged = ana.runs_in("#help", "/activity log", logged).await;
    assert!(logged.content.contains("Visits"), "{}", logged.content);
    let all = json!({});
    let asks = json!({"kind": "request_for_information"});
    let of_ben = json!({"member": "@ben"});
    let this_week = json!({"week": "2026-W10"});
    let last_week = json!({"week": "2026-W09"});
    for (filter, has_question, has_visit) in [
        (all, true, true),
        (asks, true, false),
        (of_ben, false, true),
        (this_week, true, true),
        (last_week, false, false),
    ] {
        let log = ana.runs_in("#help", "/activity list", filter.clone()).await;
        let has = |message: &simcord::Message| log.content.contains(&message.link());
        assert_eq!(
            (has(&asked), has(&mine)),
            (has_question, has_visit),
            "{filter}: {}",
            log.content
        );
    }
    for (command, options, told) in [
        (
            "/activity list",
            json!({"kind": "knitting"}),
            "none of the eleven",
        ),
        ("/activity list", json!({"week": "soon"}), "not a week"),
        (
            "/activity why",
            json!({"message": "hello"}),
            "Paste its link",
        ),
    ] {
        let refused = ana.runs_in("#help", command, options).await;
        assert!(refused.content.contains(told), "{}", refused.content);
    }
}

#[tokio::test]
async fn the_log_tells_on_nobody() {
    let mut world = World::new().await;
    let (ana, cleo, elsewhere) = (
        world.ana.clone(),
        world.cleo.clone(),
        world.guild.member("dora"),
    );
    let options = json!({
        "question": "Where can I find the wiring plan of the rain gauge?",
        "without_name": true,
    });
    ana.runs_in("#help", "/ask", options).await;
    world.settle().await;
    let posted = world.discord.next_message("#help").await;
    world.guild.private_channel("pilot", &[&world.core_role]);
    world.settle().await;
    let question = "Where can I find the budget of the pilot?";
    let private = world.says(&cleo, "#pilot", question).await;
    for (who, place, options, shown, hidden) in [
        (&elsewhere, "#help", json!({}), &posted, &private),
        (&cleo, "#pilot", json!({}), &private, &posted),
        (
            &elsewhere,
            "#help",
            json!({"member": "@ana"}),
            &posted,
            &posted,
        ),
    ] {
        let log = who.runs_in(place, "/activity list", options.clone()).await;
        let has = |message: &simcord::Message| log.content.contains(&message.link());
        let is_named = options.get("member").is_some();
        assert_eq!(has(shown), !is_named, "{options}: {}", log.content);
        assert_eq!(has(hidden), place == "#pilot", "{options}: {}", log.content);
    }
    // What somebody can't read they can't log, nor what was never heard here.
    let stranger = "https://discord.com/channels/1/2/3".to_owned();
    let unheard = format!("{}9", posted.link());
    for link in [private.link(), stranger, unheard] {
        let options = json!({"message": link, "kind": "visits"});
        let refused = elsewhere.runs_in("#help", "/activity log", options).await;
        assert!(
            refused.content.contains("don't keep such a message"),
            "{}",
            refused.content
        );
    }
}

#[tokio::test]
async fn a_reading_says_what_decided() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let question = "Where can I find the wiring plan of the rain gauge?";
    let asked = world.says(&ana, "#help", question).await;
    let link = json!({"message": asked.link()});
    let why = ana.runs_in("#help", "/activity why", link).await;
    assert!(
        why.ephemeral && why.content.contains("**Request for information**"),
        "{}",
        why.content
    );
    assert!(
        why.content.contains("opens a request") && why.content.contains("What spoke most for it: "),
        "{}",
        why.content
    );
}

const RIDDLES: [&str; 4] = [
    "has keys but opens no lock?",
    "gets wetter the more it dries?",
    "has teeth and can not bite?",
    "has many rings and no fingers?",
];

/// What is corrected is told from what is usual.
async fn everyday_talk(world: &mut World) {
    let ana = world.ana.clone();
    for said in [
        "The bench is free on Thursday.",
        "I wrote the steps up in the wiki last night.",
        "You have to hold it over a bucket and set the offset.",
        "Good morning everybody.",
    ] {
        world.says(&ana, "#help", said).await;
        world.advance(TimeDelta::minutes(20)).await;
    }
}

#[tokio::test]
async fn what_several_of_the_core_group_correct_is_read_otherwise() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let (cleo, dora) = (world.cleo.clone(), world.guild.member("dora"));
    dora.has_role(&world.core_role);
    everyday_talk(&mut world).await;
    for (number, riddle) in RIDDLES.into_iter().enumerate() {
        let riddle = format!("Riddle corner: does anyone know what {riddle}");
        world.says(&ben, "#help", &riddle).await;
        world.advance(TimeDelta::hours(5)).await;
        let who = [&cleo, &dora][number % 2];
        let card = world.pick(who).await;
        who.clicks(&card, "Not a request").await;
        world.settle().await;
    }
    let before = world.requests().await.len();
    assert_eq!(before, RIDDLES.len());
    world
        .says(
            &ben,
            "#help",
            "Riddle corner: does anyone know what has a neck and no head?",
        )
        .await;
    assert_eq!(world.requests().await.len(), before, "it was learnt");
    world.advance(TimeDelta::hours(5)).await;
    let question = "Where can I find the wiring plan of the rain gauge?";
    world.says(&ana, "#meetups", question).await;
    assert_eq!(world.requests().await.len(), before + 1);
    let detection = cleo.runs_in("#core", "/detection", json!({})).await;
    assert!(
        detection
            .content
            .contains("4 messages, 0 taken up or confirmed, 4 said to be none")
            && detection.content.contains("4 corrections by 2 people")
            && detection.content.contains("has shifted"),
        "{}",
        detection.content
    );
    let refused = ana.runs_in("#help", "/detection", json!({})).await;
    assert!(
        refused.content.contains("core group"),
        "{}",
        refused.content
    );
    // What is said is forgotten with who said it: one member alone shifts nothing.
    dora.runs_in("#help", "/privacy forget", json!({})).await;
    world
        .says(
            &ben,
            "#help",
            "Riddle corner: does anyone know what has a thumb and no fingers?",
        )
        .await;
    assert_eq!(world.requests().await.len(), before + 2);
}

#[tokio::test]
async fn what_is_taken_up_alike_changes_nothing() {
    let mut world = World::new().await;
    let (cleo, dora) = (world.cleo.clone(), world.guild.member("dora"));
    dora.has_role(&world.core_role);
    everyday_talk(&mut world).await;
    let questions = [
        ("elif", "why does the level sensor drift at night?"),
        ("finn", "how do I paint the mast?"),
        ("gwen", "does anyone know a battery that lasts a winter?"),
        ("hugo", "has anyone seen the manual of the gateway?"),
    ];
    for (number, (asker, question)) in questions.into_iter().enumerate() {
        let asker = world.guild.member(asker);
        let question = format!("Weir watch: {question}");
        world.says(&asker, "#help", &question).await;
        let request = world.requests().await.last().unwrap().id.get();
        let who = [&cleo, &dora][number % 2];
        who.runs_in("#core", "/request claim", json!({"number": request}))
            .await;
        world.advance(TimeDelta::hours(20)).await;
    }
    let before = world.requests().await.len();
    assert_eq!(before, questions.len());
    let ben = world.ben.clone();
    let remark = "Weir watch: the goat looks well today.";
    world.says(&ben, "#meetups", remark).await;
    assert_eq!(world.requests().await.len(), before, "it only tells");
}

#[tokio::test]
async fn what_is_logged_alike_is_heard() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let (cleo, dora) = (world.cleo.clone(), world.guild.member("dora"));
    dora.has_role(&world.core_role);
    everyday_talk(&mut world).await;
    let wishes = ["pump on wheels", "long ladder", "quiet place", "spare rope"];
    for (number, wish) in wishes.into_iter().enumerate() {
        world.advance(TimeDelta::hours(20)).await;
        let wish = format!("Wanted: a {wish}, at last.");
        let wish = world.says(&ben, "#meetups", &wish).await;
        assert_eq!(world.requests().await.len(), number, "not heard");
        let who = [&cleo, &dora][number % 2];
        who.uses("Log as request", &wish).await;
        world.settle().await;
    }
    let wish = "Wanted: a bicycle wheel, at last.";
    world.says(&ana, "#meetups", wish).await;
    assert_eq!(world.requests().await.len(), wishes.len() + 1, "learnt");
}

#[tokio::test]
async fn a_correction_that_is_taken_back_shifts_nothing_at_once() {
    let mut world = World::new().await;
    let ben = world.ben.clone();
    let (cleo, dora) = (world.cleo.clone(), world.guild.member("dora"));
    dora.has_role(&world.core_role);
    everyday_talk(&mut world).await;
    let mut rejected = None;
    for (number, riddle) in RIDDLES.into_iter().enumerate() {
        let riddle = format!("Riddle corner: does anyone know what {riddle}");
        world.says(&ben, "#help", &riddle).await;
        world.advance(TimeDelta::hours(5)).await;
        let who = [&cleo, &dora][number % 2];
        let card = world.pick(who).await;
        rejected = Some(who.clicks(&card, "Not a request").await);
        world.settle().await;
    }
    let riddle = "Riddle corner: does anyone know what has a neck and no head?";
    world.says(&ben, "#meetups", riddle).await;
    assert_eq!(world.requests().await.len(), RIDDLES.len(), "it was learnt");
    dora.clicks(&rejected.unwrap(), "Undo").await;
    let riddle = "Riddle corner: does anyone know what has a thumb and no fingers?";
    world.says(&cleo, "#meetups", riddle).await;
    assert_eq!(world.requests().await.len(), RIDDLES.len() + 1);
}
