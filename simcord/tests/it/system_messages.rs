//! What Discord says in people's names.

use crate::bot::Bot;
use serenity::all::MessageType;
use simcord::Simcord;

#[tokio::test]
async fn newcomers_and_boosts_are_told_in_the_system_channel() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let (lobby, help) = (guild.channel("lobby"), guild.channel("help"));
    let mut bot = Bot::start(&discord).await;
    guild.member("early");
    assert!(
        discord.messages(&lobby).is_empty(),
        "nobody is greeted by default"
    );

    guild.greets_in(&lobby);
    let ana = guild.member("ana");
    ana.boosts();
    ana.says(&help, "Hello").await;
    bot.hears("MESSAGE_CREATE", 3).await;
    bot.hears("GUILD_MEMBER_UPDATE", 1).await;
    let told: Vec<_> = discord
        .messages(&lobby)
        .into_iter()
        .map(|message| (message.author, message.kind, message.content))
        .collect();
    let by_ana = |kind| ("ana".to_owned(), kind, String::new());
    assert_eq!(told, [by_ana(7), by_ana(8)]);
    let http = crate::bot::http(&discord, &discord.token());
    let heard = http
        .get_messages(lobby.id().get().into(), None, None)
        .await
        .unwrap();
    let kinds: Vec<MessageType> = heard.iter().map(|message| message.kind).collect();
    assert_eq!(kinds, [MessageType::NitroBoost, MessageType::MemberJoin]);
    let member = http
        .get_member(guild.id().get().into(), ana.id().get().into())
        .await
        .unwrap();
    assert!(member.premium_since.is_some());
    bot.settles(&discord).await;
    assert!(
        !bot.heard().iter().any(|event| event.starts_with("unknown")),
        "{:?}",
        bot.heard()
    );
}
