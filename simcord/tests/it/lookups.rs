//! What a bot can find out about itself and where it is, for instance to say what is set up wrongly.

use crate::raw::call;
use serde_json::{Value, json};
use simcord::{Permissions, Simcord};

async fn get(discord: &Simcord, path: &str) -> Value {
    let (status, answer) = call(discord, "GET", path, &Value::Null).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

/// Bits 15 and 19 stand for members and message content in an application below the size that is reviewed.
const MEMBERS: u64 = 1 << 15;
const MESSAGE_CONTENT: u64 = 1 << 19;

#[tokio::test]
async fn an_application_knows_its_privileged_intents() {
    let flags = |application: &Value| application["flags"].as_u64().unwrap();
    let discord = Simcord::start().await;
    let all = flags(&get(&discord, "/applications/@me").await);
    assert_eq!(all & (MEMBERS | MESSAGE_CONTENT), MEMBERS | MESSAGE_CONTENT);
    discord.gateway().allow_privileged_intents(false);
    assert_eq!(flags(&get(&discord, "/oauth2/applications/@me").await), 0);

    let discord = Simcord::builder().message_content(false).start().await;
    let some = flags(&get(&discord, "/applications/@me").await);
    assert_eq!(some & (MEMBERS | MESSAGE_CONTENT), MEMBERS);
}

#[tokio::test]
async fn guilds_roles_and_members_are_found() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let core = guild.role("Core", Permissions::MANAGE_GUILD);
    let (ana, stranger) = (guild.member("ana"), guild.newcomer("zoe"));
    ana.has_role(&core);

    let guilds = get(&discord, "/users/@me/guilds").await;
    let permissions: u64 = guilds[0]["permissions"].as_str().unwrap().parse().unwrap();
    assert_eq!(guilds[0]["id"], json!(guild.id()));
    assert!(Permissions::from_bits(permissions).contains(Permissions::BOT_BY_DEFAULT));
    let path = format!("/guilds/{}", guild.id());
    assert_eq!(get(&discord, &path).await["name"], "Makers");
    let roles = get(&discord, &format!("{path}/roles")).await;
    let names: Vec<&Value> = roles
        .as_array()
        .unwrap()
        .iter()
        .map(|role| &role["name"])
        .collect();
    assert_eq!(names, ["@everyone", "helper", "Core"]);
    let role = get(&discord, &format!("{path}/roles/{}", core.id())).await;
    assert_eq!(
        role["permissions"],
        Permissions::MANAGE_GUILD.bits().to_string()
    );
    let member = get(&discord, &format!("{path}/members/{}", ana.id())).await;
    assert_eq!(member["roles"], json!([core.id()]));
    let own = get(
        &discord,
        &format!("{path}/members/{}", discord.application_id()),
    )
    .await;
    assert_eq!(own["user"]["bot"], true);

    let missing = [
        (format!("/guilds/1/members/{}", ana.id()), 10004),
        (format!("{path}/members/{}", stranger.id()), 10007),
        (format!("{path}/members/1"), 10013),
        (format!("{path}/roles/1"), 10011),
    ];
    for (path, code) in missing {
        let (status, error) = call(&discord, "GET", &path, &Value::Null).await;
        assert_eq!((status, &error["code"]), (404, &json!(code)), "{path}");
    }
    discord.gateway().allow_privileged_intents(false);
    let (status, _) = call(
        &discord,
        "GET",
        &format!("{path}/members?limit=5"),
        &Value::Null,
    )
    .await;
    assert_eq!(status, 403, "listing members needs the privileged intent");
}

#[tokio::test]
async fn without_the_message_content_intent_some_content_is_empty() {
    let discord = Simcord::builder().message_content(false).start().await;
    let guild = discord.guild("Makers");
    let help = guild.channel("help");
    let ana = guild.member("ana");
    let path = format!("/channels/{}/messages", help.id());
    call(&discord, "POST", &path, &json!({"content": "Mine"})).await;
    ana.says(&help, "Not yours").await;
    ana.says(&help, "@helper to you").await;
    let messages = get(&discord, &path).await;
    let contents: Vec<&str> = messages
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["content"].as_str().unwrap())
        .collect();
    assert_eq!(
        contents,
        [
            format!("<@{}> to you", discord.application_id()).as_str(),
            "",
            "Mine"
        ]
    );
}
