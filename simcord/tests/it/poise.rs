//! A bot of the poise framework, as most are, meets nothing it doesn't know.

use poise::serenity_prelude as serenity;
use serde_json::json;
use simcord::{Permissions, Refused, Simcord};

type Context<'a> = poise::Context<'a, (), serenity::Error>;

/// Adds up
#[poise::command(slash_command)]
async fn add(
    context: Context<'_>,
    #[description = "One number"] one: i64,
    #[description = "Another"] other: Option<i64>,
) -> Result<(), serenity::Error> {
    context.defer_ephemeral().await?;
    context.say((one + other.unwrap_or(1)).to_string()).await?;
    Ok(())
}

/// Only for some
#[poise::command(slash_command, default_member_permissions = "MANAGE_MESSAGES")]
async fn tidy(context: Context<'_>) -> Result<(), serenity::Error> {
    context.say("tidied").await?;
    Ok(())
}

#[tokio::test]
async fn a_poise_bot_registers_and_answers() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let _help = guild.channel("help");
    let ana = guild.member("ana");
    let options = poise::FrameworkOptions {
        commands: vec![add(), tidy()],
        ..Default::default()
    };
    let framework = poise::Framework::builder()
        .options(options)
        .setup(|context, _ready, framework| {
            Box::pin(async move {
                poise::builtins::register_globally(context, &framework.options().commands).await
            })
        })
        .build();
    let http = crate::bot::http(&discord, &discord.token());
    let intents = serenity::GatewayIntents::non_privileged();
    let mut client = serenity::ClientBuilder::new_with_http(http, intents)
        .framework(framework)
        .await
        .unwrap();
    let running = tokio::spawn(async move { client.start().await });
    discord.offers("/tidy").await;

    let reply = ana.runs("/add", json!({"one": 2, "other": 3})).await;
    assert_eq!((reply.content.as_str(), reply.ephemeral), ("5", true));
    let refused = ana
        .try_runs(Some("#help"), "/add", json!({"one": "two"}))
        .await
        .unwrap_err();
    assert!(matches!(refused, Refused::BadOption { .. }), "{refused}");
    let refused = ana
        .try_runs(Some("#help"), "/tidy", json!({}))
        .await
        .unwrap_err();
    assert!(matches!(refused, Refused::NotAllowed { .. }), "{refused}");
    ana.has_role(&guild.role("Core", Permissions::MANAGE_MESSAGES));
    assert_eq!(ana.runs("/tidy", json!({})).await.content, "tidied");
    discord.assert_clean();
    running.abort();
}
