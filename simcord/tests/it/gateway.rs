//! Connections break, sessions go on or end, and intents decide who hears what.

use crate::bot::Bot;
use serenity::all::GatewayIntents;
use simcord::Simcord;

#[tokio::test]
async fn a_dropped_session_is_resumed_and_told_what_it_missed() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let help = guild.channel("help");
    let ana = guild.member("ana");
    let mut bot = Bot::start(&discord).await;
    bot.settles(&discord).await;

    discord.gateway().drop_connections();
    ana.says(&help, "echo while you were away").await;
    assert_eq!(
        discord.next_message(&help).await.content,
        "while you were away"
    );
    bot.hears("RESUMED", 1).await;
    bot.settles(&discord).await;
    assert_eq!(
        (discord.gateway().identifies(), discord.gateway().resumes()),
        (1, 1)
    );
}

#[tokio::test]
async fn a_reconnect_is_answered_with_a_resume() {
    let discord = Simcord::start().await;
    let help = discord.guild("Makers").channel("help");
    let ana = discord.person("founder").unwrap();
    let mut bot = Bot::start(&discord).await;
    discord.gateway().reconnect();
    ana.says(&help, "echo again").await;
    assert_eq!(discord.next_message(&help).await.content, "again");
    bot.settles(&discord).await;
    assert_eq!(discord.gateway().identifies(), 1);
}

#[tokio::test]
async fn an_invalid_session_is_followed_by_a_new_one_of_the_same_process() {
    let discord = Simcord::start().await;
    let help = discord.guild("Makers").channel("help");
    let ana = discord.person("founder").unwrap();
    let mut bot = Bot::start(&discord).await;
    bot.settles(&discord).await;
    let before = discord.gateway().delivered();
    discord.gateway().invalidate_sessions(false);
    bot.hears("READY", 2).await;
    ana.says(&help, "echo back").await;
    assert_eq!(discord.next_message(&help).await.content, "back");
    bot.settles(&discord).await;
    assert!(discord.gateway().delivered() > before);
    assert_eq!(discord.gateway().identifies(), 2);
}

#[tokio::test]
async fn a_new_process_counts_from_the_start() {
    let discord = Simcord::start().await;
    let help = discord.guild("Makers").channel("help");
    let ana = discord.person("founder").unwrap();
    let mut first = Bot::start(&discord).await;
    for _ in 0..5 {
        ana.says(&help, "hello").await;
    }
    first.settles(&discord).await;
    let before = discord.gateway().delivered();
    drop(first);
    let mut second = Bot::start(&discord).await;
    second.hears("READY", 1).await;
    second.settles(&discord).await;
    assert!(discord.gateway().delivered() < before);
}

#[tokio::test]
async fn intents_and_sight_decide_what_is_heard() {
    let discord = Simcord::builder().message_content(false).start().await;
    let guild = discord.guild("Makers");
    let (help, hidden) = (guild.channel("help"), guild.channel("hidden"));
    hidden.hide_from_bot();
    let ana = guild.member("ana");
    let intents = GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES;
    let mut bot = Bot::start_with(&discord, intents).await;

    // Not readable for the bot: not an echo. A mention of the bot is, but begins with the mention.
    ana.says(&help, "echo unread").await;
    let secret = ana.says(&hidden, "echo unseen").await;
    ana.reacts(&secret, "👀").await;
    let _ben = guild.member("ben");
    bot.settles(&discord).await;
    let heard: Vec<String> = bot
        .heard()
        .into_iter()
        .filter(|event| event != "GUILD_CREATE")
        .collect();
    assert_eq!(heard, ["READY", "MESSAGE_CREATE"]);
    discord.assert_no_message(&help);
}

#[tokio::test]
async fn what_may_not_be_asked_for_closes_the_connection() {
    let discord = Simcord::builder().privileged_intents(false).start().await;
    let http = crate::bot::http(&discord, &discord.token());
    let refused =
        serenity::client::ClientBuilder::new_with_http(http, crate::bot::EVERYTHING).await;
    let mut client = refused.unwrap();
    let waited = tokio::time::timeout(simcord::PATIENCE, client.start()).await;
    let error = waited
        .expect("waited for the gateway to close the connection")
        .unwrap_err();
    assert!(error.to_string().contains("isallowed"), "{error}");

    let http = crate::bot::http(&discord, "bm90LWl0.simcor.wrong");
    let error = http.get_current_user().await.unwrap_err();
    assert!(error.to_string().contains("401: Unauthorized"), "{error}");
}

#[tokio::test]
async fn two_processes_of_a_bot_hear_the_same_and_are_counted_apart() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let help = guild.channel("help");
    let ana = guild.member("ana");
    let mut first = Bot::start(&discord).await;
    let other = discord.for_another_process().await;
    assert_ne!(other.base_url(), discord.base_url());
    let mut second = Bot::start(&other).await;
    for (bot, discord) in [(&mut first, &discord), (&mut second, &other)] {
        bot.settles(discord).await;
        ana.says(&help, "hello").await;
        bot.settles(discord).await;
    }
    second.hears("MESSAGE_CREATE", 2).await;
    first.hears("MESSAGE_CREATE", 2).await;

    // Only one of them is disturbed.
    other.gateway().drop_connections();
    second.hears("RESUMED", 1).await;
    first.settles(&discord).await;
    assert_eq!(discord.gateway().resumes(), 1);
    assert!(!first.heard().contains(&"RESUMED".to_owned()));
    // The second is gone for good, and the first talks on.
    drop(second);
    drop(other);
    ana.says(&help, "echo still here").await;
    assert_eq!(discord.next_message(&help).await.content, "still here");
    first.settles(&discord).await;
}

#[tokio::test]
async fn a_flood_is_told_whole_and_in_order() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let help = guild.channel("help");
    let (ana, ben) = (guild.member("ana"), guild.member("ben"));
    let mut bot = Bot::start(&discord).await;
    bot.settles(&discord).await;
    let before = discord.gateway().delivered();
    let lines = [(&help, &ana, "echo one"), (&help, &ben, "just talk")];
    discord.gateway().flood(&lines, 201);
    bot.settles(&discord).await;
    let heard = bot.heard();
    assert_eq!(
        heard
            .iter()
            .filter(|event| *event == "MESSAGE_CREATE")
            .count(),
        201
    );
    // What happens after it is told after it; of it nothing is kept.
    ana.says(&help, "echo afterwards").await;
    bot.settles(&discord).await;
    assert!(discord.gateway().delivered() > before + 201);
    let kept = discord.messages(&help);
    assert!(kept.iter().all(|message| message.content != "just talk"));
}
