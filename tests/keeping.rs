//! What an operator does for the database: looks after it, copies it, has somebody forgotten.

#![expect(clippy::unwrap_used, reason = "a test fails where it can't go on")]

mod operator;

use std::fs;

use serde_json::{Value, json};
use simcord::{Permissions, Simcord};

use operator::{Operator, export, told};

#[test]
fn a_backup_is_whole_and_overwrites_nothing() {
    let operator = Operator::new();
    let file = operator.file("help.json", export().to_string());
    operator.gets(&["import", &file]);
    let said = operator.gets(&["backup", "copy.db"]);
    assert!(said.contains("holds the whole database"), "{said}");
    let requests = operator.gets(&["requests", "--format", "json"]);
    let copied = operator.gets(&["--database", "copy.db", "requests", "--format", "json"]);
    assert_eq!(copied, requests);
    let refused = operator.is_told(&["backup", "copy.db"]);
    assert!(refused.contains("is there already"), "{refused}");
    let nowhere = operator.is_told(&["backup", "no/such/folder/copy.db"]);
    assert!(nowhere.contains("can't write"), "{nowhere}");
}

#[test]
fn somebody_is_forgotten_by_their_id() {
    let operator = Operator::new();
    let file = operator.file("help.json", export().to_string());
    operator.gets(&["import", &file]);
    let said = operator.gets(&["forget", "--member", "101"]);
    assert_eq!(said, "Makers: 4 entries forgotten\n");
    let requests: Value =
        serde_json::from_str(&operator.gets(&["requests", "--format", "json"])).unwrap();
    assert_eq!(requests[0]["text"], json!(""));
    assert_eq!(requests[0]["author"], json!("0"));
    assert_ne!(requests[1]["text"], json!(""));
    let bytes = fs::read(operator.path("convener.db")).unwrap();
    let question = b"calibrate the level sensor";
    assert!(
        !bytes
            .windows(question.len())
            .any(|window| window == question)
    );
    assert_eq!(
        operator.gets(&["forget", "--member", "101"]),
        "Makers: 0 entries forgotten\n"
    );
}

#[test]
fn the_doctor_says_what_is_missing() {
    let operator = Operator::new();
    let nothing = operator.is_told(&["doctor"]);
    assert!(nothing.contains("there is no database"), "{nothing}");
    operator.gets(&["migrate"]);
    let output = operator.types(&["doctor"]);
    let report = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(
        report.contains("ok    database: is open (sqlite)"),
        "{report}"
    );
    assert!(
        report.contains("FAULT token: there is no token"),
        "{report}"
    );
    let complaint = told(&["doctor"], &output, 1);
    assert!(complaint.contains("one thing needs"), "{complaint}");
}

#[tokio::test]
async fn the_doctor_looks_at_every_community() {
    let operator = Operator::new();
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let core = guild.private_channel("core", &[]);
    let lena = guild.member("lena");
    lena.has_role(&guild.role("Lead", Permissions::MANAGE_GUILD));
    let url = operator.path("convener.db").display().to_string();
    let store = convener::storage::Store::open(&url).await.unwrap();
    let mut transaction = store.begin().await.unwrap();
    let id = convener::practice::id::GuildId::new(guild.id().get().try_into().unwrap());
    transaction.keep_guild(id, "Makers").await.unwrap();
    let mut community = transaction.community(id).await.unwrap().unwrap();
    let channel = core.id().get().try_into().unwrap();
    community.core_channel = Some(convener::practice::id::ChannelId::new(channel));
    community.set_up_at = Some(chrono::DateTime::UNIX_EPOCH);
    transaction.keep_settings(&community).await.unwrap();
    transaction.commit().await.unwrap();
    store.close().await;
    let doctor = async || {
        let mut command = operator.command(&["doctor"]);
        command
            .env("DISCORD_TOKEN", discord.token())
            .env("CONVENER_DISCORD__API_BASE", discord.base_url());
        let output = tokio::task::spawn_blocking(move || command.output());
        String::from_utf8(output.await.unwrap().unwrap().stdout).unwrap()
    };
    let report = doctor().await;
    assert!(
        report.contains("ok    Makers: nothing is missing"),
        "{report}"
    );
    core.overwrite_bot(Permissions::NONE, Permissions::SEND_MESSAGES);
    let report = doctor().await;
    assert!(
        report.contains("FAULT Makers: The core group's channel"),
        "{report}"
    );
    core.delete();
    let report = doctor().await;
    assert!(report.contains("is gone"), "{report}");
}
