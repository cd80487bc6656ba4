//! A recorded community is founded and lives.

use std::sync::{Arc, Mutex};

use crate::bot::Bot;
use chrono::{DateTime, Utc};
use simcord::{Performed, Recording, Refused, Simcord};

const MAKERS: &str = r#"
{"guild":"Makers","about":"We make things"}
{"role":"Core","permissions":["MANAGE_MESSAGES"]}
{"category":"Practice"}
{"channel":"help","topic":"Ask here","category":"Practice","kind":"text"}
{"channel":"showcase","kind":"forum"}
{"channel":"core","private_to":["Core"]}
{"member":"ana","name":"Ana Sousa","roles":["Core"],"joined":"2025-03-01T10:00:00Z"}
{"member":"ben","joined":"2025-03-01T11:00:00Z"}
{"member":"cyd"}
{"at":"2025-03-03T09:00:00Z","who":"ben","says":"echo hello @ana, see #help","in":"help","ref":"m1"}
{"at":"2025-03-03T09:01:00Z","who":"ana","replies":"Well","to":"m1","ref":"m2"}
{"at":"2025-03-03T09:02:00Z","who":"ben","reacts":"🎉","to":"m2"}
{"at":"2025-03-03T09:03:00Z","who":"ana","edits":"m2","text":"Well, well"}
{"at":"2025-03-03T09:04:00Z","who":"ben","threads":"More","on":"m2","ref":"t1"}
{"at":"2025-03-03T09:05:00Z","who":"ana","says":"in here","in":"t1"}
{"at":"2025-03-03T09:06:00Z","who":"ben","posts":"My lamp","in":"showcase","text":"It glows","ref":"p1"}
{"at":"2025-03-03T09:07:00Z","who":"ana","reacts":"💡","to":"p1"}
{"at":"2025-03-03T09:08:00Z","who":"cyd","says":"too early","in":"help"}
{"at":"2025-03-04T09:00:00Z","who":"cyd","joins":true}
{"at":"2025-03-04T09:01:00Z","who":"cyd","says":"offer","in":"help"}
{"at":"2025-03-04T09:02:00Z","who":"cyd","clicks":"I'll help","in":"help"}
{"at":"2025-03-04T09:03:00Z","who":"cyd","runs":"/form","in":"help"}
{"at":"2025-03-04T09:04:00Z","who":"cyd","submits":{"Your idea":"less glue"}}
{"at":"2025-03-04T09:05:00Z","who":"cyd","uses":"Keep","on":"m2"}
{"at":"2025-03-04T09:06:00Z","who":"cyd","leaves":true}
"#;

#[tokio::test]
async fn a_recording_is_lived_act_by_act() {
    let recording = Recording::read(MAKERS.as_bytes()).unwrap();
    let now = Arc::new(Mutex::new(recording.begins_at().unwrap()));
    let clock = Arc::clone(&now);
    let time = Arc::new(move || -> DateTime<Utc> { *clock.lock().unwrap() });
    let discord = Simcord::builder().time(time).start().await;
    let mut stage = recording.found(&discord);
    let mut bot = Bot::start(&discord).await;
    let mut told = Vec::new();
    for act in recording.acts() {
        *now.lock().unwrap() = act.at;
        told.push(match stage.perform(act).await {
            Ok(Performed::Said(message)) => {
                assert_eq!(message.edited_at.unwrap_or(message.sent_at), act.at);
                message.content
            }
            Ok(Performed::Started(thread)) => format!("#{}", thread.name()),
            Ok(Performed::Answered(reply)) => reply.text(),
            Ok(_) => "done".to_owned(),
            Err(Refused::NotAMember { who }) => format!("{who} is no member"),
            Err(refused) => panic!("line {}: {refused}", act.line),
        });
        bot.settles(&discord).await;
        if act.line == 21 {
            // The bot's buttons come in its own time.
            discord.next_message("#help").await;
            discord.next_message("#help").await;
        }
    }
    let (ana, help) = (
        discord.person("ana").unwrap(),
        discord.channel("#help").unwrap(),
    );
    assert_eq!(
        told[0],
        format!("echo hello {}, see {}", ana.mention(), help.mention())
    );
    assert_eq!(
        told[1..],
        [
            "Well",
            "done",
            "Well, well",
            "#More",
            "in here",
            "#My lamp",
            "done",
            "cyd is no member",
            "done",
            "offer",
            "cyd helps",
            "An idea\n[Your idea]",
            "idea-form: less glue",
            "kept: Well, well",
            "done"
        ]
    );
    let post = &discord.messages("My lamp")[0];
    assert_eq!(
        (post.content.as_str(), post.reactions.len()),
        ("It glows", 1)
    );
    discord.assert_clean();
}
