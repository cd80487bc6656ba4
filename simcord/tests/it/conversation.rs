//! A real client talks: messages, commands, buttons, selects, forms.

use crate::bot::Bot;
use serde_json::json;
use simcord::{Permissions, Refused, ReplyKind, Simcord};

#[tokio::test]
async fn a_bot_hears_a_message_and_replies() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let help = guild.channel("help").topic("Ask here");
    let ana = guild.member("ana");
    let mut bot = Bot::start(&discord).await;

    let said = ana.says(&help, "echo hello @ana").await;
    let answer = discord.next_message("#help").await;
    assert_eq!(answer.content, format!("hello <@{}>", ana.id()));
    assert_eq!(answer.reply_to, Some(said.id));
    assert_eq!(answer.pings, ["ana"]);

    bot.settles(&discord).await;
    assert!(
        !bot.heard().iter().any(|event| event.starts_with("unknown")),
        "{:?}",
        bot.heard()
    );
    discord.assert_no_message("#help");
    discord.assert_clean();
}

#[tokio::test]
async fn commands_are_answered_at_once_later_or_never() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let _help = guild.channel("help");
    let ana = guild.member("ana");
    let _ben = guild.member("ben");
    let _bot = Bot::start(&discord).await;

    let reply = ana
        .runs(
            "/ask",
            json!({"question": "Which tip?", "whom": "@ben", "place": "#help"}),
        )
        .await;
    assert_eq!(
        reply.content,
        r#"question="Which tip?" whom="ben" place="help""#
    );
    assert!(reply.ephemeral);
    assert!(discord.messages("#help").is_empty());

    let begun = std::time::Instant::now();
    let reply = ana.runs_in("#help", "/slow", json!({})).await;
    let acknowledged_after = reply.acknowledged_after().unwrap();
    assert!(!acknowledged_after.is_zero() && acknowledged_after < begun.elapsed());
    assert_eq!(
        (reply.kind, reply.content.as_str()),
        (ReplyKind::Message, "thought")
    );

    let reply = ana.runs("/twice", json!({})).await;
    assert_eq!(reply.content, "once");
    assert_eq!(discord.next_message("#help").await.content, "40060");

    assert_eq!(
        ana.runs("/meetup schedule", json!({"day": "friday"}))
            .await
            .content,
        "1"
    );
    discord.assert_clean();

    let reply = ana.runs("/silent", json!({})).await;
    assert_eq!(reply.kind, ReplyKind::DidNotRespond);
    assert_eq!(reply.acknowledged_after(), None);
    assert_eq!(discord.unanswered(), ["silent"]);
}

#[tokio::test]
async fn buttons_selects_forms_and_menus_work() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let help = guild.channel("help");
    let ana = guild.member("ana");
    let mut bot = Bot::start(&discord).await;

    ana.says(&help, "offer").await;
    let offer = discord.next_message(&help).await;
    assert_eq!(offer.text(), "Who helps?\n[I'll help] [Pick one ▾]");
    let reply = ana.clicks(&offer, "I'll help").await;
    assert_eq!(
        (reply.kind, reply.content.as_str()),
        (ReplyKind::Updated, "ana helps")
    );
    assert_eq!(discord.next_edit(&help).await.content, "ana helps");
    let refused = ana.try_clicks(&offer, "I'll help").await.unwrap_err();
    assert!(
        matches!(refused, Refused::NoSuchComponent { .. }),
        "{refused}"
    );

    ana.says(&help, "offer").await;
    let offer = discord.next_message(&help).await;
    assert_eq!(
        ana.selects(&offer, "Pick one", &["Option b"]).await.content,
        "picked [\"b\"]"
    );

    let form = ana.runs("/form", json!({})).await;
    assert_eq!(form.text(), "An idea\n[Your idea]");
    let refused = ana
        .try_submits(&form, &[("Your idea", "far too long to fit")])
        .await
        .unwrap_err();
    assert!(matches!(refused, Refused::BadForm { .. }), "{refused}");
    assert_eq!(
        ana.submits(&form, &[("Your idea", "less glue")])
            .await
            .content,
        "idea-form: less glue"
    );

    let said = ana.says(&help, "a gem").await;
    assert_eq!(ana.uses("Keep", &said).await.content, "kept: a gem");

    bot.settles(&discord).await;
    assert!(
        !bot.heard().iter().any(|event| event.starts_with("unknown")),
        "{:?}",
        bot.heard()
    );
    discord.assert_clean();
}

#[tokio::test]
async fn people_are_stopped_in_their_own_terms() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let core = guild.role("Core", Permissions::NONE);
    let room = guild.private_channel("core", &[&core]);
    let _help = guild.channel("help");
    let (ana, ben) = (guild.member("ana"), guild.member("ben"));
    ana.has_role(&core);
    let secret = ana.says(&room, "between us").await;
    let refusals = [
        ben.try_says("#core", "hello").await.unwrap_err(),
        ben.try_reacts(&secret, "👍").await.unwrap_err(),
        ben.try_says("#nowhere", "hello").await.unwrap_err(),
        ben.try_runs(Some("#help"), "/ask", json!({}))
            .await
            .unwrap_err(),
    ];
    let told: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "ben lacks {\"VIEW_CHANNEL\"} in #core",
            "ben lacks {\"VIEW_CHANNEL\"} in #core",
            "ben finds no channel \"#nowhere\"",
            "there is no command \"ask\" here; the bot offers []",
        ]
    );
}
