//! `kill -9` while it runs: the real process over simcord, with the harness's clock, which survives.

#![expect(clippy::unwrap_used, reason = "a test fails where it can't go on")]

mod described;
#[expect(dead_code, reason = "other tests use the rest")]
mod process;

use std::process::Command;

use chrono::TimeDelta;
use convener::practice::request::Change;
use described::DescribedTraffic;
use process::Harness;
use serde_json::json;
use simcord::Permissions;

#[tokio::test]
async fn killed_at_any_moment_it_says_nothing_twice_and_loses_nothing() {
    let mut harness = Harness::new(None).await;
    let discord = harness.discord.clone();
    let _described = DescribedTraffic(discord.clone());
    let guild = discord.guild("Makers");
    let core_role = guild.role("Core", Permissions::MANAGE_GUILD);
    let help = guild.channel("help");
    let core = guild.private_channel("core", &[&core_role]);
    guild.private_channel("leads", &[&core_role]);
    let people = ["ana", "ben", "dora", "emil"].map(|name| guild.member(name));
    let cleo = guild.member("cleo");
    cleo.has_role(&core_role);
    harness.start().await;
    let options = json!({"core_channel": "#core", "leads_channel": "#leads"});
    cleo.runs_in("#leads", "/setup start", options).await;
    harness.settle().await;

    let mut said = Vec::new();
    for round in 0..6 {
        let question =
            |line| format!("How do I wire gauge {round}-{line} to the new gateway board?");
        for (line, person) in people.iter().take(3).enumerate() {
            person.says(&help, &question(line)).await;
            said.push(question(line));
        }
        // Killed in the middle of hearing, with the messages sent and not waited for.
        harness.kill(0);
        people[3].says(&help, &question(3)).await;
        said.push(question(3));
        harness.start().await;
        harness.advance(TimeDelta::hours(3)).await;
        // Killed in the middle of surfacing: time jumps past what is due, and nobody waits.
        harness.jump(TimeDelta::hours(2)).await;
        harness.kill(0);
        harness.start().await;
        harness.advance(TimeDelta::minutes(10)).await;
    }
    harness.advance(TimeDelta::hours(6)).await;
    harness.kill(0);

    let store = convener::storage::Store::open(&harness.database())
        .await
        .unwrap();
    let mut transaction = store.read().await.unwrap();
    let channel = convener::practice::id::ChannelId::new(help.id().get().try_into().unwrap());
    let kept = transaction
        .messages_until(channel, harness.now(), 1_000)
        .await
        .unwrap();
    let kept: Vec<_> = kept.into_iter().map(|message| message.heard.text).collect();
    assert_eq!(kept, said);

    let requests = transaction
        .requests(convener::storage::RequestFilter::default())
        .await
        .unwrap();
    // What Discord says of the pinned board has no words of its own.
    let said = core.messages();
    let said: Vec<_> = said
        .iter()
        .filter(|message| !message.text().is_empty())
        .collect();
    let boards = said.iter().filter(|message| message.pinned).count();
    assert_eq!(boards, 1);
    let mut calls = 0;
    for request in &requests {
        let events = transaction.request_events(request.id).await.unwrap();
        let count = |change| events.iter().filter(|event| event.change == change).count();
        assert_eq!(count(Change::Surfaced), 1, "{}", request.asked.text);
        let link = request.asked.link().unwrap();
        let cards = said
            .iter()
            .filter(|message| !message.pinned && message.text().contains(&link));
        assert_eq!(
            cards.count(),
            count(Change::Called),
            "{}",
            request.asked.text
        );
        calls += count(Change::Called);
    }
    assert!(calls >= 1, "{calls} calls");
    assert!(requests.len() >= 3, "{} requests", requests.len());
    assert_eq!(said.len(), 1 + calls);
}

#[tokio::test]
async fn told_to_stop_it_stops_in_order() {
    let mut harness = Harness::new(None).await;
    harness.discord.guild("Makers").channel("help");
    // A file is one process's: nobody is there to share with.
    harness.launch_with(&["--shards", "auto"]).await;
    harness.settle().await;
    let process = &mut harness.running[0];
    let id = process.child.id().to_string();
    Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(process.child.wait().unwrap().success());
    assert!(
        !harness.folder.path().join("convener.db-wal").exists(),
        "the database was closed"
    );
}
