//! What people may do to each other, and how much a bot may do at once.

use std::time::Duration;

use crate::{bot::Bot, by_hand::ByHand, raw::call};
use serde_json::{Value, json};
use simcord::{Limit, Permissions, RateLimits, Simcord};

#[tokio::test]
async fn roles_come_go_and_are_called() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let help = guild.channel("help");
    let core = guild.role("Core", Permissions::NONE);
    let (ana, ben) = (guild.member("ana"), guild.member("ben"));
    let mut bot = Bot::start(&discord).await;
    ben.has_role(&core);
    assert!(ana.says(&help, "@Core please").await.pings.is_empty());
    guild.make_mentionable(&core);
    assert_eq!(ana.says(&help, "@Core please").await.pings, ["ben"]);
    bot.hears("GUILD_ROLE_UPDATE", 1).await;

    help.overwrite(&core, Permissions::NONE, Permissions::SEND_MESSAGES);
    let refused = ben.try_says(&help, "Here").await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "ben lacks {\"SEND_MESSAGES\"} in #help"
    );
    ben.loses_role(&core);
    bot.hears("GUILD_MEMBER_UPDATE", 2).await;
    assert!(ana.says(&help, "@Core please").await.pings.is_empty());

    let thanks = ben.says(&help, "Here").await;
    ana.reacts(&thanks, "✅").await;
    ana.unreacts(&thanks, "✅").await;
    bot.hears("MESSAGE_REACTION_REMOVE", 1).await;
    assert!(discord.message(thanks.id).unwrap().reactions.is_empty());
}

#[tokio::test]
async fn a_command_is_used_on_a_person() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let _help = guild.channel("help");
    let (ana, ben) = (guild.member("ana"), guild.member("ben"));
    let mut bot = ByHand::start(&discord, &json!([{"name": "Thank", "type": 2}])).await;
    let (reply, (used, _)) = tokio::join!(
        ana.uses_on_person("Thank", &ben),
        bot.answers(4, json!({"content": "Thanked"})),
    );
    assert_eq!(reply.content, "Thanked");
    assert_eq!(used["data"]["target_id"], json!(ben.id()));
    let named = &used["data"]["resolved"]["users"][ben.id().to_string()];
    assert_eq!(named["username"], "ben");
}

#[tokio::test]
async fn a_bot_that_hurries_is_told_to_wait() {
    let patient = Limit {
        requests: 3,
        per: Duration::from_hours(1),
    };
    let limits = RateLimits::like_discord().with_global(patient);
    let discord = Simcord::builder()
        .rate_limits(limits)
        .bot_permissions(Permissions::VIEW_CHANNEL)
        .start()
        .await;
    let help = discord.guild("Makers").channel("help");
    let path = format!("/channels/{}", help.id());
    for _ in 0..3 {
        assert_eq!(call(&discord, "GET", &path, &Value::Null).await.0, 200);
    }
    let (status, refused) = call(&discord, "GET", &path, &Value::Null).await;
    assert_eq!((status, &refused["global"]), (429, &json!(true)));
}
