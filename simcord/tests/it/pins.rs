//! Messages are pinned and unpinned, by the bot and by people.

use crate::bot::{Bot, error_code, http};
use crate::raw::call;
use serde_json::{Value, json};
use serenity::all::{ChannelId, MessageId};
use simcord::{Permissions, Refused, Simcord};

fn ids(message: &simcord::Message) -> (ChannelId, MessageId) {
    (message.channel_id.get().into(), message.id.get().into())
}

#[tokio::test]
async fn a_bot_pins_and_people_unpin() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let core = guild.role("Core", Permissions::PIN_MESSAGES);
    let help = guild.channel("help");
    let (ana, ben) = (guild.member("ana"), guild.member("ben"));
    ana.has_role(&core);
    let mut bot = Bot::start(&discord).await;
    ben.says(&help, "echo the board").await;
    let board = discord.next_message(&help).await;
    bot.settles(&discord).await;

    let http = http(&discord, &discord.token());
    let (channel, message) = ids(&board);
    for _ in 0..2 {
        http.pin_message(channel, message, None).await.unwrap();
    }
    bot.hears("CHANNEL_PINS_UPDATE", 1).await;
    bot.settles(&discord).await;
    let told = |bot: &Bot| {
        bot.heard()
            .iter()
            .filter(|event| *event == "CHANNEL_PINS_UPDATE")
            .count()
    };
    assert_eq!(told(&bot), 1, "a second pin changes nothing");
    assert!(discord.message(board.id).unwrap().pinned);
    let notice = discord.messages(&help).pop().unwrap();
    assert_eq!((notice.kind, notice.author.as_str()), (6, "helper"));
    // It is nothing that the bot said.
    discord.assert_no_message(&help);
    let heard = http
        .get_message(channel, notice.id.get().into())
        .await
        .unwrap();
    assert_eq!(heard.kind, serenity::all::MessageType::PinsAdd);
    let about = heard.message_reference.unwrap().message_id;
    assert_eq!(about, Some(message));
    assert!(heard.referenced_message.is_none());
    let error = http
        .pin_message(channel, notice.id.get().into(), None)
        .await
        .unwrap_err();
    assert_eq!(error_code(&error), 50021);

    let refused = ben.try_unpins(&board).await.unwrap_err();
    assert!(matches!(refused, Refused::NotAllowed { .. }), "{refused}");
    ana.unpins(&board).await;
    assert!(!discord.message(board.id).unwrap().pinned);
    bot.hears("CHANNEL_PINS_UPDATE", 2).await;
    ana.pins(&board).await;
    // A moderator may also take the whole message away.
    guild.everyone_may(Permissions::EVERYONE_BY_DEFAULT | Permissions::MANAGE_MESSAGES);
    ben.deletes(&board).await;
    assert_eq!(http.get_pins(channel).await.unwrap().len(), 0);
}

#[tokio::test]
async fn pins_are_listed_by_both_routes() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let help = guild.channel("help");
    let owner = guild.owner();
    let mut said = Vec::new();
    for text in ["one", "two", "three"] {
        let message = owner.says(&help, text).await;
        owner.pins(&message).await;
        said.push(message);
    }
    let contents = |messages: &Value, of: fn(&Value) -> &Value| -> Vec<String> {
        let list = messages.as_array().unwrap().iter();
        list.map(|item| of(item)["content"].as_str().unwrap().to_owned())
            .collect()
    };
    let (status, page) = call(
        &discord,
        "GET",
        &format!("/channels/{}/messages/pins?limit=2", help.id()),
        &Value::Null,
    )
    .await;
    assert_eq!((status, &page["has_more"]), (200, &json!(true)));
    assert_eq!(
        contents(&page["items"], |item| &item["message"]),
        ["three", "two"]
    );
    let path = format!("/channels/{}/messages/pins/{}", help.id(), said[1].id);
    assert_eq!(call(&discord, "DELETE", &path, &Value::Null).await.0, 204);
    let (_, all) = call(
        &discord,
        "GET",
        &format!("/channels/{}/pins", help.id()),
        &Value::Null,
    )
    .await;
    assert_eq!(contents(&all, |message| message), ["three", "one"]);
    assert_eq!(call(&discord, "PUT", &path, &Value::Null).await.0, 204);
    assert!(discord.message(said[1].id).unwrap().pinned);

    help.overwrite_bot(Permissions::NONE, Permissions::PIN_MESSAGES);
    let (status, refused) = call(&discord, "PUT", &path, &Value::Null).await;
    assert_eq!(
        (status, &refused["code"]),
        (403, &json!(50013)),
        "Manage Messages is not enough"
    );
}
