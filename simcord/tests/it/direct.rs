//! Direct messages, both ways.

use crate::{bot::Bot, raw::call};
use serde_json::{Value, json};
use simcord::Simcord;

async fn open(discord: &Simcord, person: &simcord::Person) -> String {
    let body = json!({"recipient_id": person.id()});
    let (status, channel) = call(discord, "POST", "/users/@me/channels", &body).await;
    assert_eq!((status, &channel["type"]), (200, &json!(1)));
    assert_eq!(channel["recipients"][0]["id"], json!(person.id()));
    channel["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn people_and_the_bot_write_to_each_other() {
    let discord = Simcord::builder().message_content(false).start().await;
    let ana = discord.guild("Makers").member("ana");
    let intents = serenity::all::GatewayIntents::non_privileged();
    let mut bot = Bot::start_with(&discord, intents).await;

    // Content comes without the Message Content intent here.
    ana.writes_to_the_bot("echo only for you").await;
    assert_eq!(ana.next_direct_message().await.content, "only for you");
    let channel = open(&discord, &ana).await;
    assert_eq!(open(&discord, &ana).await, channel, "there is one for two");
    let path = format!("/channels/{channel}/messages");
    let (status, _) = call(&discord, "POST", &path, &json!({"content": "A reminder"})).await;
    assert_eq!(status, 200);
    let reminder = ana.next_direct_message().await;
    assert_eq!(
        (reminder.content.as_str(), reminder.guild_id),
        ("A reminder", None)
    );
    ana.reacts(&reminder, "👍").await;
    bot.hears("MESSAGE_REACTION_ADD", 1).await;
    assert_eq!(ana.direct_messages().len(), 3);
    let (_, read) = call(&discord, "GET", &path, &Value::Null).await;
    assert_eq!(read[2]["content"], "echo only for you");

    ana.accepts_direct_messages(false);
    let (status, error) = call(&discord, "POST", &path, &json!({"content": "Another"})).await;
    assert_eq!((status, &error["code"]), (403, &json!(50007)));
    ana.accepts_direct_messages(true);
    ana.leaves();
    let (status, error) = call(&discord, "POST", &path, &json!({"content": "Another"})).await;
    assert_eq!((status, &error["code"]), (403, &json!(50278)));
}
