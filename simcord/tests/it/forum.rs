//! Posts bear tags, and threads are changed.

use crate::bot::{Bot, error_code, http};
use crate::raw::call;
use serde_json::{Value, json};
use serenity::all::ChannelId;
use simcord::{Permissions, Refused, Simcord};

fn tag_id(forum: &Value, name: &str) -> Value {
    let tags = forum["available_tags"].as_array().unwrap();
    tags.iter().find(|tag| tag["name"] == name).unwrap()["id"].clone()
}

#[tokio::test]
async fn posts_bear_tags_of_people_and_of_the_bot() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let forum = guild
        .forum("questions")
        .with_tags(&["Wood", "Metal"])
        .with_moderated_tags(&["Solved"]);
    let (ana, ben) = (guild.member("ana"), guild.member("ben"));
    let mut bot = Bot::start(&discord).await;
    let post = ana
        .posts_tagged(
            &forum,
            "Which glue?",
            "For oak and steel.",
            &["Wood", "Metal"],
        )
        .await;
    bot.hears("THREAD_CREATE", 1).await;

    let path = format!("/channels/{}", post.id());
    let (_, known) = call(&discord, "GET", &path, &Value::Null).await;
    let (_, parent) = call(
        &discord,
        "GET",
        &format!("/channels/{}", forum.id()),
        &Value::Null,
    )
    .await;
    let (wood, metal) = (tag_id(&parent, "Wood"), tag_id(&parent, "Metal"));
    assert_eq!(known["applied_tags"], json!([wood, metal]));

    // The bot manages threads, so it may give a tag that Ana may not.
    let solved = tag_id(&parent, "Solved");
    let (status, changed) = call(
        &discord,
        "PATCH",
        &path,
        &json!({"applied_tags": [wood, solved]}),
    )
    .await;
    assert_eq!(
        (status, &changed["applied_tags"]),
        (200, &json!([wood, solved]))
    );
    assert_eq!(post.applied_tags(), ["Wood", "Solved"]);
    bot.hears("THREAD_UPDATE", 1).await;
    let refused = ana.try_tags(&post, &["Wood"]).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "ana lacks {\"MANAGE_THREADS\"} in #questions"
    );
    ana.tags(&post, &["Metal", "Solved"]).await;
    let refused = ben.try_tags(&post, &["Wood", "Solved"]).await.unwrap_err();
    assert!(
        matches!(refused, Refused::NotAllowed { .. }),
        "not Ben's post: {refused}"
    );
    let refused = ana
        .try_posts(&forum, "Which saw?", "Any.", &["Steel"])
        .await
        .unwrap_err();
    assert!(
        matches!(refused, Refused::NoSuchComponent { .. }),
        "{refused}"
    );

    let (status, error) = call(&discord, "PATCH", &path, &json!({"applied_tags": ["1"]})).await;
    assert_eq!((status, &error["code"]), (404, &json!(10087)));
    guild.bot_may(Permissions::NONE);
    let (_, error) = call(&discord, "PATCH", &path, &json!({"applied_tags": []})).await;
    assert_eq!(error["code"], 50013);
    bot.settles(&discord).await;
    assert!(
        !bot.heard().iter().any(|event| event.starts_with("unknown")),
        "{:?}",
        bot.heard()
    );
}

#[tokio::test]
async fn a_bot_offers_tags_and_posts_with_them() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    guild.bot_may(Permissions::BOT_BY_DEFAULT | Permissions::MANAGE_CHANNELS);
    let forum = guild.forum("showcase").requiring_a_tag();
    let path = format!("/channels/{}", forum.id());
    let twice = json!({"available_tags": [{"name": "Wood"}, {"name": "Wood"}]});
    let (_, error) = call(&discord, "PATCH", &path, &twice).await;
    assert_eq!(error["code"], 40061);
    let tags = json!({"available_tags": [{"name": "Wood", "emoji_name": "🪵"}, {"name": "Metal"}]});
    let (_, offering) = call(&discord, "PATCH", &path, &tags).await;
    assert_eq!(offering["available_tags"][0]["emoji_name"], "🪵");
    let wood = tag_id(&offering, "Wood");
    // A tag that is sent with its id is the same, whatever its name is now.
    let renamed = json!({"available_tags": [{"id": wood, "name": "Timber"}]});
    let (_, offering) = call(&discord, "PATCH", &path, &renamed).await;
    assert_eq!(tag_id(&offering, "Timber"), wood);

    let http = http(&discord, &discord.token());
    let untagged = json!({"name": "A stool", "message": {"content": "Look!"}});
    let id = ChannelId::new(forum.id().get());
    let error = http
        .create_forum_post(id, &untagged, None)
        .await
        .unwrap_err();
    assert_eq!(error_code(&error), 40067);
    let tagged =
        json!({"name": "A stool", "message": {"content": "Look!"}, "applied_tags": [wood]});
    let thread = http.create_forum_post(id, &tagged, None).await.unwrap();
    assert_eq!(thread.applied_tags.len(), 1);
    let ana = guild.member("ana");
    let refused = ana
        .try_posts(&forum, "A bench", "Look!", &[])
        .await
        .unwrap_err();
    let told = refused.to_string();
    assert!(told.ends_with("must bear a tag"), "{told}");
}

#[tokio::test]
async fn threads_are_renamed_closed_and_locked_by_whom_they_belong_to() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let help = guild.channel("help");
    let (ana, ben) = (guild.member("ana"), guild.member("ben"));
    let said = ana.says(&help, "Which tip?").await;
    let thread = ana.starts_thread(&said, "Tips").await;
    let refused = ben.try_renames(&thread, "Mine").await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "ben lacks {\"MANAGE_THREADS\"} in #Tips"
    );
    ana.renames(&thread, "Soldering tips").await;
    assert_eq!(thread.current_name(), "Soldering tips");
    ana.archives(&thread).await;
    assert!(thread.is_archived());

    let path = format!("/channels/{}", thread.id());
    let (_, error) = call(&discord, "PATCH", &path, &json!({"name": "Tips"})).await;
    assert_eq!(error["code"], 50083);
    // Whoever may write in it may open it; locking it is for moderators.
    guild.bot_may(Permissions::NONE);
    let (status, _) = call(&discord, "PATCH", &path, &json!({"archived": false})).await;
    assert_eq!((status, thread.is_archived()), (200, false));
    let (_, error) = call(&discord, "PATCH", &path, &json!({"locked": true})).await;
    assert_eq!(error["code"], 50013);
    guild.bot_may(Permissions::BOT_BY_DEFAULT);
    let (status, changed) = call(
        &discord,
        "PATCH",
        &path,
        &json!({"archived": true, "locked": true}),
    )
    .await;
    assert_eq!(
        (status, &changed["thread_metadata"]["locked"]),
        (200, &json!(true))
    );
    let refused = ben.try_says(&thread, "One more thing").await.unwrap_err();
    assert!(matches!(refused, Refused::NotAllowed { .. }), "{refused}");
}
