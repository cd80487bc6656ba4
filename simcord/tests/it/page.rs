//! The chat page shows what a person sees and does what they do.
#![expect(clippy::unwrap_used, reason = "what is asked by hand here is answered")]

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::bot::Bot;
use serde_json::{Value, json};
use simcord::{Permissions, Simcord};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One request by hand: head and body of the answer.
async fn ask(discord: &Simcord, host: Option<&str>, request: &str, body: &str) -> (String, String) {
    let base = discord.base_url();
    let address = base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let (host, length) = (host.unwrap_or(address), body.len());
    let head = format!(
        "{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

async fn view(discord: &Simcord, person: &simcord::Person) -> Value {
    let request = format!("GET /simcord/view?after=-1&as={}", person.id());
    serde_json::from_str(&ask(discord, None, &request, "").await.1).unwrap()
}

async fn act(discord: &Simcord, what: &str, body: Value) -> Value {
    let request = format!("POST /simcord/{what}");
    serde_json::from_str(&ask(discord, None, &request, &body.to_string()).await.1).unwrap()
}

#[tokio::test]
async fn a_person_talks_clicks_and_asks_on_the_page() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let (help, core) = (guild.channel("help"), guild.role("Core", Permissions::NONE));
    let _room = guild.private_channel("core", &[&core]);
    let (ana, ben) = (guild.member("ana"), guild.member("ben"));
    ana.has_role(&core);
    let _bot = Bot::start(&discord).await;

    let said = json!({"as": ana.id(), "channel": help.id(), "text": "offer"});
    assert_eq!(act(&discord, "say", said).await, json!({}));
    let offer = discord.next_message(&help).await;
    let click =
        json!({"as": ana.id(), "channel": help.id(), "message": offer.id, "component": "help:1"});
    assert_eq!(act(&discord, "click", click).await, json!({}));
    let ask = json!({"as": ana.id(), "channel": help.id(), "text": "/ask question: which tip? whom: @ben"});
    assert_eq!(act(&discord, "say", ask).await, json!({}));
    let form = json!({"as": ana.id(), "channel": help.id(), "text": "/form"});
    assert_eq!(
        act(&discord, "say", form).await["form"]["fields"][0]["label"],
        "Your idea"
    );
    let unknown = json!({"as": ana.id(), "channel": help.id(), "text": "/dance"});
    assert!(
        act(&discord, "say", unknown).await["refused"]
            .as_str()
            .unwrap()
            .contains("no command")
    );

    let texts = |view: &Value| -> Vec<String> {
        view["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| message["content"].as_str().unwrap().to_owned())
            .collect()
    };
    let seen = view(&discord, &ana).await;
    let private = "question=\"which tip?\" whom=\"ben\"";
    assert_eq!(texts(&seen), ["offer", "ana helps", private]);
    assert_eq!(seen["channels"].as_array().unwrap().len(), 2);
    let seen = view(&discord, &ben).await;
    assert_eq!(texts(&seen), ["offer", "ana helps"]);
    assert_eq!(seen["channels"].as_array().unwrap().len(), 1);
    assert_eq!(seen["skip"], false);
}

#[tokio::test]
async fn the_page_is_for_this_machine_and_runs_its_own_script_only() {
    let skipped = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&skipped);
    let discord = Simcord::builder()
        .on_skip(move || noted.store(true, Ordering::SeqCst))
        .start()
        .await;
    let (head, html) = ask(&discord, None, "GET /", "").await;
    assert!(head.contains("script-src 'self'"), "{head}");
    assert!(
        !html.contains("<script>") && !html.contains("style="),
        "{html}"
    );
    let (head, _) = ask(&discord, Some("evil.example"), "GET /", "").await;
    assert!(head.starts_with("HTTP/1.1 403"), "{head}");
    act(&discord, "skip", json!({})).await;
    assert!(skipped.load(Ordering::SeqCst));
}
