//! Bad days: dropped connections, refusals, restarts, a gateway that is not where it should be.

use chrono::TimeDelta;
use convener::discord::{ConnectError, Connection};
use convener::practice::request::Status;
use convener::practice::rhythm::Rhythm;
use convener::simulation::{SimulatedTime, Simulation};
use convener::storage::Store;
use secrecy::SecretString;
use serde_json::json;
use simcord::Simcord;

use crate::world::{World, monday};

const QUESTION: &str = "How do I stop the ultrasonic level sensor from drifting at night?";

#[tokio::test]
async fn what_is_said_while_the_connection_is_gone_is_heard_once() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    world.says(&ana, "#help", "One before.").await;
    world.discord.gateway().drop_connections();
    ana.says("#help", "Two while it is gone.").await;
    world.discord.gateway().connection().await;
    world.settle().await;
    world.discord.gateway().invalidate_sessions(false);
    ana.says("#help", "Three while the session is lost.").await;
    world.discord.gateway().connection().await;
    world.settle().await;
    assert_eq!(
        world.kept(&world.help).await,
        [
            "One before.",
            "Two while it is gone.",
            "Three while the session is lost."
        ]
    );
    assert!(world.discord.gateway().resumes() >= 1);
}

#[tokio::test]
async fn after_a_restart_what_was_said_meanwhile_is_read_and_nothing_is_said_twice() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let asked = world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::hours(25)).await;
    world.discord.next_message("#core").await;
    let stopped = world.stop().await;
    stopped.advance(TimeDelta::hours(1));
    ben.replies(
        &asked,
        "Compensate for the air temperature: the speed of sound changes with it.",
    )
    .await;
    let mut world = stopped.start().await;
    assert_eq!(world.request().await.life.status, Status::Answered);
    assert_eq!(world.kept(&world.help).await.len(), 2);
    world.advance(TimeDelta::days(1)).await;
    world.discord.assert_no_message("#core");
    world.discord.assert_no_message("#help");
}

#[tokio::test]
async fn a_request_that_came_due_while_convener_was_away_is_surfaced_once() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    world.says(&ana, "#help", QUESTION).await;
    let stopped = world.stop().await;
    stopped.advance(TimeDelta::hours(25));
    let mut world = stopped.start().await;
    world.advance(TimeDelta::seconds(10)).await;
    assert!(world.board().text().contains("One request is waiting"));
    world.advance(TimeDelta::hours(1)).await;
    world.discord.next_message("#core").await;
    world.advance(TimeDelta::days(1)).await;
    world.discord.assert_no_message("#core");
}

#[tokio::test]
async fn a_failing_discord_delays_a_message_and_never_doubles_it() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    world.says(&ana, "#help", QUESTION).await;
    world
        .discord
        .fail_next("POST", "/channels/*/messages", 503, 3);
    world.advance(TimeDelta::hours(24)).await;
    world.discord.assert_no_message("#core");
    world.advance(TimeDelta::minutes(5)).await;
    world.discord.next_message("#core").await;
    world.advance(TimeDelta::days(1)).await;
    world.discord.assert_no_message("#core");
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_is_found_and_not_repeated() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    world.says(&ana, "#help", QUESTION).await;
    world.discord.fail_next(
        "POST",
        "/channels/*/messages",
        simcord::Failure::AnswerLost,
        1,
    );
    world.advance(TimeDelta::hours(25)).await;
    let core = world.discord.messages("#core");
    let calls = core.iter().filter(|message| !message.pings.is_empty());
    assert_eq!(calls.count(), 1, "{core:#?}");
}

#[tokio::test]
async fn a_channel_that_is_gone_stops_nothing_else() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    world.discord.channel("#core").unwrap().delete();
    world.settle().await;
    world.says(&ana, "#help", QUESTION).await;
    world.advance_to("2026-03-09T08:00:00Z").await;
    world.discord.next_message("#leads").await;
}

#[tokio::test]
async fn what_is_dropped_hangs_up() {
    let World {
        discord,
        simulation,
        ..
    } = World::new().await;
    let mut changes = discord.changes();
    drop(simulation);
    let hung_up = async {
        while discord.gateway().connected() {
            changes.changed().await.unwrap();
        }
    };
    let waited = tokio::time::timeout(simcord::PATIENCE, hung_up).await;
    assert!(waited.is_ok(), "it goes on");
}

async fn refusal(discord: &Simcord, base: &str, token: &str) -> ConnectError {
    let token = SecretString::from(token.to_owned());
    let refused = Connection::open(Some(base), token).await.err().unwrap();
    assert_eq!(discord.gateway().identifies(), 0);
    refused
}

#[tokio::test]
async fn a_wrong_base_and_a_wrong_token_are_refused_before_anything_is_sent() {
    let discord = Simcord::start().await;
    let nobody = refusal(&discord, "http://127.0.0.1:9", &discord.token()).await;
    assert!(
        matches!(nobody, ConnectError::Unreachable { .. }),
        "{nobody}"
    );
    let wrong = refusal(&discord, &discord.base_url(), "MTIz.wrong.token").await;
    assert!(matches!(wrong, ConnectError::Token), "{wrong}");
    assert!(!wrong.to_string().contains("MTIz"));
    discord.fail_next("GET", "/gateway", 503, 1);
    let failing = refusal(&discord, &discord.base_url(), &discord.token()).await;
    assert!(
        matches!(failing, ConnectError::Unreachable { .. }),
        "{failing}"
    );
}

#[tokio::test]
async fn where_only_the_second_look_for_the_gateway_fails_the_verified_one_is_used() {
    // serenity asks again when it builds its client, and would fall back to Discord's real gateway.
    let folder = tempfile::tempdir().unwrap();
    let time = SimulatedTime::at(monday());
    let discord = time.discord().start().await;
    discord.guild("Makers").channel("help");
    let token = SecretString::from(discord.token());
    let connection = Connection::open(Some(&discord.base_url()), token)
        .await
        .unwrap();
    discord.fail_next("GET", "/gateway", 503, 1);
    let store = Store::open(&folder.path().join("convener.db").display().to_string())
        .await
        .unwrap();
    let simulation = Simulation::over(store, discord.clone(), time, Rhythm::default(), connection)
        .await
        .unwrap();
    assert_eq!(discord.gateway().identifies(), 1);
    simulation.stop().await.unwrap();
}

#[tokio::test]
async fn without_the_privileged_intents_it_works_by_commands_and_says_once_what_is_missing() {
    let mut world = World::without_privileges().await;
    let (ana, lena) = (world.ana.clone(), world.lena.clone());
    world.set_up().await;
    world.says(&ana, "#help", QUESTION).await;
    assert!(world.requests().await.is_empty(), "it can't be read");
    world.discord.next_message("#help").await;
    ana.runs_in("#help", "/ask", json!({"question": QUESTION}))
        .await;
    world.settle().await;
    assert!(
        world
            .discord
            .next_message("#help")
            .await
            .text()
            .contains(QUESTION)
    );
    let check = lena.runs_in("#leads", "/setup check", json!({})).await;
    assert!(
        check.content.contains("Message Content is switched off"),
        "{}",
        check.content
    );
    world.advance(TimeDelta::days(5)).await;
    let told = world.discord.messages("#core");
    let told = told
        .iter()
        .filter(|message| message.content.contains("Message Content"));
    assert_eq!(told.count(), 1);
}

#[tokio::test]
async fn what_was_edited_and_deleted_in_an_absence_is_noticed() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let edited = world.says(&ana, "#help", "It is the old one.").await;
    let deleted = world.says(&ben, "#help", "I said too much.").await;
    let asked = world.says(&ana, "#help", QUESTION).await;
    let stopped = world.stop().await;
    ana.edits(&edited, "It is the new one.").await;
    ben.deletes(&deleted).await;
    ana.deletes(&asked).await;
    ben.says("#help", "Good morning!").await;
    let world = stopped.start().await;
    assert_eq!(
        world.kept(&world.help).await,
        ["It is the new one.", "Good morning!"]
    );
    assert_eq!(world.request().await.life.status, Status::Withdrawn);
}

#[tokio::test]
async fn an_old_question_that_was_deleted_in_an_absence_leaves_the_board() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let asked = world.says(&ana, "#help", QUESTION).await;
    for number in 0..150 {
        ben.says("#help", &format!("Gauge {number} is back.")).await;
    }
    world.settle().await;
    let stopped = world.stop().await;
    ana.deletes(&asked).await;
    let world = stopped.start().await;
    assert_eq!(world.requests().await[0].life.status, Status::Withdrawn);
}

#[tokio::test]
async fn where_the_history_may_not_be_read_nothing_is_taken_for_deleted() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    world.says(&ana, "#help", QUESTION).await;
    let stopped = world.stop().await;
    stopped.help.overwrite_bot(
        simcord::Permissions::NONE,
        simcord::Permissions::READ_MESSAGE_HISTORY,
    );
    let world = stopped.start().await;
    assert_eq!(world.kept(&world.help).await, [QUESTION]);
    assert_eq!(world.request().await.life.status, Status::Open);
}

#[tokio::test]
async fn the_last_message_that_was_deleted_in_an_absence_is_noticed() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let only = world.says(&ana, "#meetups", "I said too much.").await;
    let stopped = world.stop().await;
    ana.deletes(&only).await;
    let world = stopped.start().await;
    let meetups = world.discord.channel("#meetups").unwrap();
    assert!(world.kept(&meetups).await.is_empty());
}

#[tokio::test]
async fn a_check_mark_that_was_put_in_an_absence_settles_what_it_would_have() {
    let mut world = World::new().await;
    let (ana, ben, cleo) = (world.ana.clone(), world.ben.clone(), world.cleo.clone());
    let old = world.says(&ana, "#help", QUESTION).await;
    for number in 0..150 {
        ben.says("#help", &format!("Gauge {number} is back.")).await;
    }
    let wiring = "Where do I find the wiring of the gateway board?";
    let answered = world.says(&ana, "#meetups", wiring).await;
    let pumps = "How do I calibrate the new pressure sensor without a pump?";
    let dora = world.guild.member("dora");
    world.advance(TimeDelta::hours(1)).await;
    let unheard = world.says(&dora, "#meetups", pumps).await;
    let stopped = world.stop().await;
    ana.reacts(&old, "✅").await;
    let answer = ben
        .replies(&answered, "It is in the wiki, under Wiring.")
        .await;
    cleo.reacts(&answer, "✅").await;
    ben.reacts(&unheard, "✅").await;
    dora.reacts(&unheard, "👍").await;
    let valves = "Does anybody know how to keep the valves from freezing in winter?";
    let new = ben.says("#help", valves).await;
    ben.reacts(&new, "✅").await;
    let mut world = stopped.start().await;
    let status = async |world: &World| {
        let requests = world.requests().await.into_iter();
        let status = requests.map(|request| (request.asked.text, request.life.status));
        status.collect::<std::collections::HashMap<_, _>>()
    };
    let found = status(&world).await;
    for (question, expected) in [
        (QUESTION, Status::Resolved),
        (wiring, Status::Resolved),
        (pumps, Status::Open),
        (valves, Status::Resolved),
    ] {
        assert_eq!(found.get(question), Some(&expected), "{question}");
    }
    // What is opened again is not closed by the mark that is older than that.
    let resolved = world.requests().await.pop().unwrap();
    let reopen = serde_json::json!({"number": resolved.id.get()});
    ben.runs_in("#help", "/request reopen", reopen).await;
    world.settle().await;
    assert_eq!(status(&world).await[valves], Status::Open);
    let world = world.stop().await.start().await;
    assert_eq!(status(&world).await[valves], Status::Open);
}

/// What Convener has asked of Discord since so many requests, by the beginning of the path.
fn asked_for(discord: &Simcord, since: usize, path: &str) -> Vec<usize> {
    let requests = discord.requests().into_iter().enumerate().skip(since);
    let of_path = requests.filter(|(_, request)| request.path.starts_with(path));
    of_path.map(|(at, _)| at).collect()
}

#[tokio::test]
async fn check_marks_that_discord_can_not_tell_of_yet_keep_nothing_from_being_read() {
    let mut world = World::new().await;
    let (ana, ben) = (world.ana.clone(), world.ben.clone());
    let asked = world.says(&ana, "#help", QUESTION).await;
    let stopped = world.stop().await;
    ana.reacts(&asked, "✅").await;
    for number in 0..120 {
        ben.says("#help", &format!("Gauge {number} is back.")).await;
    }
    let reactions = "/channels/*/messages/*/reactions/*";
    stopped.discord.fail_next("GET", reactions, 503, 1);
    let since = stopped.discord.requests().len();
    let world = stopped.start().await;
    assert_eq!(world.kept(&world.help).await.len(), 121);
    assert_eq!(world.request().await.life.status, Status::Resolved);
    // However long it lasts, the messages are read by then.
    let channel = format!("/channels/{}/messages", world.help.id());
    let pages = asked_for(&world.discord, since, &format!("{channel}?"));
    let mark = format!("{channel}/{}/reactions/", asked.id);
    let marks = asked_for(&world.discord, since, &mark);
    assert_eq!(marks.len(), 2);
    assert!(pages.last() < marks.first(), "{pages:?} {marks:?}");
}

#[tokio::test]
async fn of_those_who_put_a_check_mark_in_an_absence_few_are_asked_about() {
    let mut world = World::new().await;
    let (ana, ben, cleo) = (world.ana.clone(), world.ben.clone(), world.cleo.clone());
    let names = (0..12).map(|number| format!("maker{number}"));
    let makers: Vec<_> = names.map(|name| world.guild.member(&name)).collect();
    for maker in &makers {
        world.says(maker, "#meetups", "Good morning!").await;
    }
    let first = world.says(&ana, "#help", QUESTION).await;
    world.advance(TimeDelta::hours(1)).await;
    let valves = "Does anybody know how to keep the valves from freezing in winter?";
    let second = world.says(&ben, "#help", valves).await;
    let stopped = world.stop().await;
    for maker in makers.iter().chain([&cleo]) {
        maker.reacts(&first, "✅").await;
        maker.reacts(&second, "✅").await;
    }
    let since = stopped.discord.requests().len();
    let world = stopped.start().await;
    for request in world.requests().await {
        assert_eq!(request.life.status, Status::Resolved, "{request:#?}");
    }
    let guild = format!("/guilds/{}", world.guild.id());
    let members = asked_for(&world.discord, since, &format!("{guild}/members/"));
    // Each is one more, for Convener's own permissions.
    assert_eq!(members.len(), 10 + 1);
    let requests = world.discord.requests().into_iter().skip(since);
    let guilds = requests.filter(|request| request.path == guild).count();
    assert_eq!(guilds, 1 + 1);
}
