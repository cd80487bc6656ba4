//! Bodies that Discord refuses, missing permissions, and bad days.

use std::time::Duration;

use crate::bot::{error_code, http};
use serde_json::{Value, json};
use serenity::{
    all::{ChannelId, GuildId, Http},
    http::HttpError,
};
use simcord::{Failure, Permissions, Simcord};

async fn send(
    http: &Http,
    channel: &simcord::Channel,
    body: &Value,
) -> Result<serenity::all::Message, serenity::Error> {
    http.send_message(ChannelId::new(channel.id().get()), Vec::new(), body)
        .await
}

/// The dotted path of the first error, like `embeds[0].title`.
fn field(error: &serenity::Error) -> String {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => response
            .error
            .errors
            .first()
            .map(|error| error.path.clone())
            .unwrap_or_default(),
        other => panic!("{other}"),
    }
}

fn button(id: &str) -> Value {
    json!({"type": 2, "style": 1, "label": "Go", "custom_id": id})
}

fn row(components: &Value) -> Value {
    json!({"type": 1, "components": components})
}

#[tokio::test]
async fn messages_that_discord_refuses() {
    let discord = Simcord::start().await;
    let help = discord.guild("Makers").channel("help");
    let http = http(&discord, &discord.token());

    let empty = send(&http, &help, &json!({"content": ""}))
        .await
        .unwrap_err();
    assert_eq!(error_code(&empty), 50006);
    let long = "a".repeat(2001);
    let embed = json!({"description": "b".repeat(4000)});
    let rows: Vec<Value> = (0..6)
        .map(|number| row(&json!([button(&number.to_string())])))
        .collect();
    let refused = [
        (json!({"content": long}), "content"),
        (json!({"embeds": [embed, embed]}), "embeds.1"),
        (
            json!({"embeds": [{"title": "c".repeat(257)}]}),
            "embeds.0.title",
        ),
        (
            json!({"embeds": [{"fields": [{"name": "", "value": "d"}]}]}),
            "embeds.0.fields.0.name",
        ),
        (json!({"components": rows}), "components"),
        (
            json!({"components": [row(&json!([button("x"), button("x")]))]}),
            "components.0.components.1.custom_id",
        ),
        (
            json!({"components": [row(&json!([{"type": 2, "style": 1, "label": "Go"}]))]}),
            "components.0.components.0.custom_id",
        ),
        (
            json!({"components": [row(&json!([{"type": 2, "style": 5, "label": "Go"}]))]}),
            "components.0.components.0.url",
        ),
        (
            json!({"content": "e", "message_reference": {"message_id": "1"}}),
            "message_reference",
        ),
        (
            json!({"content": "f", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}),
            "allowed_mentions",
        ),
    ];
    for (body, path) in refused {
        let error = send(&http, &help, &body).await.unwrap_err();
        assert_eq!(
            (error_code(&error), field(&error)),
            (50035, path.to_owned()),
            "{body}"
        );
    }
    let accepted = row(
        &json!([button("x"), button("y"), {"type": 2, "style": 5, "label": "Go", "url": "https://example.org"}]),
    );
    send(
        &http,
        &help,
        &json!({"content": "fine", "components": [accepted]}),
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn commands_that_discord_refuses() {
    let discord = Simcord::start().await;
    let http = http(&discord, &discord.token());
    let text = |name: &str, required: bool| json!({"type": 3, "name": name, "description": "d", "required": required});
    let refused = [
        json!([{"name": "Ask", "description": "d"}]),
        json!([{"name": "ask", "description": "d"}, {"name": "ask", "description": "d"}]),
        json!([{"name": "ask"}]),
        json!([{"name": "ask", "description": "d", "options": [text("a", false), text("b", true)]}]),
        json!([{"name": "Keep", "type": 3, "description": "d"}]),
    ];
    for body in refused {
        let error = http.create_global_commands(&body).await.unwrap_err();
        assert_eq!(error_code(&error), 50035, "{body}");
    }
    let many: Vec<Value> = (0..101)
        .map(|number| json!({"name": format!("c{number}"), "description": "d"}))
        .collect();
    assert_eq!(
        error_code(&http.create_global_commands(&many).await.unwrap_err()),
        30032
    );

    let kept = json!([{"name": "ask", "description": "d", "options": [text("a", true), text("b", false)]}]);
    let first = http.create_global_commands(&kept).await.unwrap();
    let again = http.create_global_commands(&kept).await.unwrap();
    assert_eq!(first[0].id, again[0].id);
}

#[tokio::test]
async fn permissions_hold_for_the_bot() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let (help, hidden) = (guild.channel("help"), guild.channel("hidden"));
    hidden.hide_from_bot();
    let ana = guild.member("ana");
    ana.accepts_direct_messages(false);
    let http = http(&discord, &discord.token());
    let hello = json!({"content": "hello"});

    assert_eq!(
        error_code(&send(&http, &hidden, &hello).await.unwrap_err()),
        50001
    );
    help.overwrite_bot(Permissions::NONE, Permissions::SEND_MESSAGES);
    assert_eq!(
        error_code(&send(&http, &help, &hello).await.unwrap_err()),
        50013
    );
    let nowhere = http.get_channel(ChannelId::new(1)).await.unwrap_err();
    assert_eq!(error_code(&nowhere), 10003);
    let said = ana.says(&help, "keep this").await;
    guild.bot_may(Permissions::NONE);
    let error = http
        .delete_message(help.id().get().into(), said.id.get().into(), None)
        .await
        .unwrap_err();
    assert_eq!(error_code(&error), 50013);

    let direct = http
        .create_private_channel(&json!({"recipient_id": ana.id()}))
        .await
        .unwrap();
    let error = http
        .send_message(direct.id, Vec::new(), &hello)
        .await
        .unwrap_err();
    assert_eq!(error_code(&error), 50007);
    http.get_guild(GuildId::new(guild.id().get()))
        .await
        .unwrap();
}

#[tokio::test]
async fn nobody_is_pinged_who_may_not_be() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let help = guild.channel("help");
    let core = guild.role("Core", Permissions::NONE);
    let (ana, ben) = (guild.member("ana"), guild.member("ben"));
    ben.has_role(&core);
    let http = http(&discord, &discord.token());

    let text = format!("@everyone {} {}", ana.mention(), core.mention());
    send(&http, &help, &json!({"content": text})).await.unwrap();
    let loud = discord.next_message(&help).await;
    // No right to call @everyone, and a role that nobody may mention.
    assert_eq!(
        (loud.pings.as_slice(), loud.pings_everyone),
        (["ana".to_owned()].as_slice(), false)
    );
    send(
        &http,
        &help,
        &json!({"content": text, "allowed_mentions": {"parse": []}}),
    )
    .await
    .unwrap();
    assert!(discord.next_message(&help).await.pings.is_empty());
    guild.bot_may(Permissions::BOT_BY_DEFAULT | Permissions::MENTION_EVERYONE);
    send(
        &http,
        &help,
        &json!({"content": text, "allowed_mentions": {"roles": [core.id()]}}),
    )
    .await
    .unwrap();
    assert_eq!(discord.next_message(&help).await.pings, ["ben"]);
}

#[tokio::test]
async fn bad_days_come_as_planned() {
    let discord = Simcord::start().await;
    let help = discord.guild("Makers").channel("help");
    let http = http(&discord, &discord.token());
    let hello = json!({"content": "hello", "nonce": "once", "enforce_nonce": true});

    discord.fail_next("POST", "/channels/*/messages", 503, 1);
    assert_eq!(status(&send(&http, &help, &hello).await.unwrap_err()), 503);
    discord.rate_limit_next(
        "POST",
        "/channels/*/messages",
        Duration::from_millis(1500),
        1,
    );
    assert_eq!(status(&send(&http, &help, &hello).await.unwrap_err()), 429);
    assert_eq!(
        discord.requests().last().unwrap().answer["retry_after"],
        1.5
    );
    assert!(discord.messages(&help).is_empty());

    discord.fail_next("POST", "/channels/*/messages", Failure::AnswerLost, 1);
    send(&http, &help, &hello).await.unwrap_err();
    assert_eq!(discord.messages(&help).len(), 1);
    // Tried again with the same nonce, it is the same message.
    let sent = send(&http, &help, &hello).await.unwrap();
    assert_eq!(discord.messages(&help).len(), 1);
    assert_eq!(discord.messages(&help)[0].id, sent.id.get());

    discord.hang_next("GET", "/users/@me");
    let waited = tokio::time::timeout(Duration::from_millis(50), http.get_current_user()).await;
    assert!(waited.is_err());
}

fn status(error: &serenity::Error) -> u16 {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => {
            response.status_code.as_u16()
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
#[should_panic(expected = "no route for [\"GET /guilds/")]
async fn an_unknown_route_is_remembered() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let http = http(&discord, &discord.token());
    let error = http
        .get_guild_vanity_url(guild.id().get().into())
        .await
        .unwrap_err();
    assert_eq!(status(&error), 404);
    discord.assert_clean();
}
