//! Scheduled events, and who is in which voice channel.

use std::sync::{Arc, Mutex};

use crate::{bot::Bot, by_hand::ByHand, raw::call};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use simcord::{Permissions, Simcord};

fn external(name: &str) -> Value {
    json!({
        "name": name,
        "privacy_level": 2,
        "entity_type": 3,
        "scheduled_start_time": "2031-05-05T18:00:00Z",
        "scheduled_end_time": "2031-05-05T19:00:00Z",
        "entity_metadata": {"location": "The workshop"},
    })
}

fn with(base: Value, field: &str, value: Value) -> Value {
    let mut changed = base;
    changed[field] = value;
    changed
}

#[tokio::test]
async fn events_are_scheduled_changed_and_over() {
    let now: Arc<Mutex<DateTime<Utc>>> =
        Arc::new(Mutex::new("2031-05-01T12:00:00Z".parse().unwrap()));
    let told = Arc::clone(&now);
    let discord = Simcord::builder()
        .time(Arc::new(move || *told.lock().unwrap()))
        .start()
        .await;
    let guild = discord.guild("Makers");
    let (ana, ben) = (guild.member("ana"), guild.member("ben"));
    let mut bot = Bot::start(&discord).await;
    let path = format!("/guilds/{}/scheduled-events", guild.id());
    let (_, error) = call(&discord, "POST", &path, &external("Open evening")).await;
    assert_eq!(error["code"], 50013);
    guild.bot_may(Permissions::BOT_BY_DEFAULT | Permissions::CREATE_EVENTS);

    let (status, event) = call(&discord, "POST", &path, &external("Open evening")).await;
    assert_eq!(
        (
            status,
            &event["status"],
            &event["entity_metadata"]["location"]
        ),
        (200, &json!(1), &json!("The workshop"))
    );
    bot.hears("GUILD_SCHEDULED_EVENT_CREATE", 1).await;
    let own = format!("{path}/{}", event["id"].as_str().unwrap());
    let seen = guild.scheduled_events().remove(0);
    for person in [&ana, &ben] {
        person.is_interested(&seen).await;
    }
    ben.loses_interest(&seen).await;
    bot.hears("GUILD_SCHEDULED_EVENT_USER_ADD", 2).await;
    bot.hears("GUILD_SCHEDULED_EVENT_USER_REMOVE", 1).await;
    let (_, users) = call(
        &discord,
        "GET",
        &format!("{own}/users?with_member=true"),
        &Value::Null,
    )
    .await;
    assert_eq!(
        (
            users.as_array().unwrap().len(),
            &users[0]["user"]["username"]
        ),
        (1, &json!("ana"))
    );
    let (_, listed) = call(
        &discord,
        "GET",
        &format!("{path}?with_user_count=true"),
        &Value::Null,
    )
    .await;
    assert_eq!(listed[0]["user_count"], 1);

    let later = json!({"scheduled_start_time": "2031-05-06T18:00:00Z", "scheduled_end_time": "2031-05-06T19:00:00Z"});
    let (status, _) = call(&discord, "PATCH", &own, &later).await;
    assert_eq!(status, 200);
    assert_eq!(
        guild.scheduled_events()[0].starts_at.to_rfc3339(),
        "2031-05-06T18:00:00+00:00"
    );
    bot.hears("GUILD_SCHEDULED_EVENT_UPDATE", 1).await;
    // External events begin and end by themselves.
    *now.lock().unwrap() = "2031-05-06T18:30:00Z".parse().unwrap();
    assert_eq!(
        call(&discord, "GET", &own, &Value::Null).await.1["status"],
        2
    );
    *now.lock().unwrap() = "2031-05-06T19:00:00Z".parse().unwrap();
    assert_eq!(guild.scheduled_events()[0].status, 3);
    let (_, error) = call(&discord, "PATCH", &own, &json!({"name": "Again"})).await;
    assert_eq!(error["code"], 180_000);
    assert_eq!(
        call(&discord, "GET", &path, &Value::Null).await.1,
        json!([])
    );
    assert_eq!(call(&discord, "DELETE", &own, &Value::Null).await.0, 204);
    bot.hears("GUILD_SCHEDULED_EVENT_DELETE", 1).await;
    assert_eq!(
        call(&discord, "GET", &own, &Value::Null).await.1["code"],
        10070
    );

    bot.settles(&discord).await;
    assert!(
        !bot.heard().iter().any(|event| event.starts_with("unknown")),
        "{:?}",
        bot.heard()
    );
}

#[tokio::test]
async fn people_cancel_what_is_theirs_or_what_they_manage() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    guild.bot_may(Permissions::BOT_BY_DEFAULT | Permissions::CREATE_EVENTS);
    let (ana, ben) = (guild.member("ana"), guild.member("ben"));
    ana.has_role(&guild.role("Lead", Permissions::MANAGE_EVENTS));
    let path = format!("/guilds/{}/scheduled-events", guild.id());
    call(&discord, "POST", &path, &external("Open evening")).await;
    let seen = guild.scheduled_events().remove(0);
    let refused = ben.try_cancels(&seen).await.unwrap_err();
    assert!(refused.to_string().contains("MANAGE_EVENTS"), "{refused}");
    ana.cancels(&seen).await;
    assert_eq!(guild.scheduled_events()[0].status, 4);
    let refused = ben.try_is_interested(&seen, true).await.unwrap_err();
    assert_eq!(refused.to_string(), "that event is over");
}

#[tokio::test]
async fn people_move_rename_and_delete_what_they_manage() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    guild.bot_may(Permissions::BOT_BY_DEFAULT | Permissions::CREATE_EVENTS);
    let (ana, ben) = (guild.member("ana"), guild.member("ben"));
    ana.has_role(&guild.role("Lead", Permissions::MANAGE_EVENTS));
    let mut bot = Bot::start(&discord).await;
    let path = format!("/guilds/{}/scheduled-events", guild.id());
    call(&discord, "POST", &path, &external("Open evening")).await;
    let seen = guild.scheduled_events().remove(0);
    let later = "2031-05-06T18:00:00Z".parse().unwrap();
    let refused = ben.try_reschedules(&seen, later).await.unwrap_err();
    assert!(refused.to_string().contains("MANAGE_EVENTS"), "{refused}");
    ana.reschedules(&seen, later).await;
    ana.renames_event(&seen, "Open night").await;
    bot.hears("GUILD_SCHEDULED_EVENT_UPDATE", 2).await;
    let moved = guild.scheduled_events().remove(0);
    assert_eq!(
        (moved.starts_at, moved.name.as_str()),
        (later, "Open night")
    );
    assert_eq!(moved.ends_at, Some(later + chrono::TimeDelta::hours(1)));
    let past = "2001-01-01T00:00:00Z".parse().unwrap();
    assert!(ana.try_reschedules(&seen, past).await.is_err());
    ana.deletes_event(&moved).await;
    bot.hears("GUILD_SCHEDULED_EVENT_DELETE", 1).await;
    assert!(ana.try_deletes_event(&moved).await.is_err());
}

#[tokio::test]
async fn events_that_discord_refuses() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let (workshop, hall) = (guild.voice_channel("Workshop"), guild.voice_channel("Hall"));
    let help = guild.channel("help");
    guild.bot_may(Permissions::BOT_BY_DEFAULT | Permissions::CREATE_EVENTS);
    let path = format!("/guilds/{}/scheduled-events", guild.id());
    let rule = |frequency: u64, days: Value| json!({"start": "2031-05-05T18:00:00Z", "frequency": frequency, "interval": 1, "by_weekday": days});
    let voice = json!({"name": "Call", "privacy_level": 2, "entity_type": 2, "scheduled_start_time": "2031-05-05T18:00:00Z"});
    let base = || external("Open evening");
    let refused = [
        (with(base(), "name", json!("")), "name"),
        (with(base(), "privacy_level", json!(1)), "privacy_level"),
        (
            with(base(), "scheduled_start_time", json!("tomorrow")),
            "scheduled_start_time",
        ),
        (
            with(
                base(),
                "scheduled_start_time",
                json!("2001-01-01T00:00:00Z"),
            ),
            "scheduled_start_time",
        ),
        (
            with(base(), "scheduled_end_time", Value::Null),
            "scheduled_end_time",
        ),
        (
            with(base(), "scheduled_end_time", json!("2031-05-05T17:00:00Z")),
            "scheduled_end_time",
        ),
        (
            with(base(), "entity_metadata", Value::Null),
            "entity_metadata",
        ),
        (
            with(base(), "channel_id", json!(workshop.id())),
            "channel_id",
        ),
        (
            with(base(), "recurrence_rule", rule(2, json!([0, 2]))),
            "recurrence_rule",
        ),
        (
            with(
                base(),
                "recurrence_rule",
                with(rule(2, json!([0])), "count", json!(3)),
            ),
            "recurrence_rule",
        ),
        (voice.clone(), "channel_id"),
    ];
    for (body, field) in refused {
        let (status, error) = call(&discord, "POST", &path, &body).await;
        assert_eq!((status, &error["code"]), (400, &json!(50035)), "{body}");
        assert!(error["errors"][field].is_object(), "{body}: {error}");
    }
    let (status, _) = call(
        &discord,
        "POST",
        &path,
        &with(base(), "recurrence_rule", rule(2, json!([0]))),
    )
    .await;
    assert_eq!(status, 200);
    let (_, error) = call(
        &discord,
        "POST",
        &path,
        &with(voice.clone(), "channel_id", json!(help.id())),
    )
    .await;
    assert_eq!(error["code"], 10003);
    hall.overwrite_bot(Permissions::NONE, Permissions::CONNECT);
    let (_, error) = call(
        &discord,
        "POST",
        &path,
        &with(voice.clone(), "channel_id", json!(hall.id())),
    )
    .await;
    assert_eq!(error["code"], 50013);
    for _ in 1..100 {
        let (status, _) = call(
            &discord,
            "POST",
            &path,
            &with(voice.clone(), "channel_id", json!(workshop.id())),
        )
        .await;
        assert_eq!(status, 200);
    }
    let (_, error) = call(&discord, "POST", &path, &base()).await;
    assert_eq!(error["code"], 30038);
}

#[tokio::test]
async fn people_come_to_voice_channels_and_go() {
    let discord = Simcord::start().await;
    let guild = discord.guild("Makers");
    let (workshop, hall) = (guild.voice_channel("Workshop"), guild.voice_channel("Hall"));
    let help = guild.channel("help");
    let ana = guild.member("ana");
    let ben = guild.member("ben");
    ben.joins_voice(&hall).await;
    let mut bot = ByHand::start(&discord, &json!([])).await;
    let introduced = bot.hears("GUILD_CREATE").await;
    assert_eq!(
        introduced["voice_states"][0]["channel_id"],
        json!(hall.id())
    );

    ana.joins_voice(&workshop).await;
    let told = bot.hears("VOICE_STATE_UPDATE").await;
    assert_eq!(
        (&told["channel_id"], &told["member"]["user"]["username"]),
        (&json!(workshop.id()), &json!("ana"))
    );
    let path = format!("/guilds/{}/voice-states/{}", guild.id(), ana.id());
    assert_eq!(
        call(&discord, "GET", &path, &Value::Null).await.1["channel_id"],
        json!(workshop.id())
    );
    ana.joins_voice(&hall).await;
    assert_eq!(
        bot.hears("VOICE_STATE_UPDATE").await["channel_id"],
        json!(hall.id())
    );
    ana.leaves_voice().await;
    assert_eq!(
        bot.hears("VOICE_STATE_UPDATE").await["channel_id"],
        Value::Null
    );
    let (status, error) = call(&discord, "GET", &path, &Value::Null).await;
    assert_eq!((status, &error["code"]), (404, &json!(10065)));
    ben.leaves();
    assert_eq!(
        bot.hears("VOICE_STATE_UPDATE").await["user_id"],
        json!(ben.id())
    );

    let refused = ana.try_joins_voice(&help).await.unwrap_err();
    assert!(
        refused.to_string().ends_with("is no voice channel"),
        "{refused}"
    );
    guild.everyone_may(Permissions::EVERYONE_BY_DEFAULT.without(Permissions::CONNECT));
    let refused = ana.try_joins_voice(&hall).await.unwrap_err();
    assert_eq!(refused.to_string(), "ana lacks {\"CONNECT\"} in #Hall");
}
