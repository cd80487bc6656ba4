//! Community time passes when the test says so; machine time always does.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use serenity::all::ChannelId;
use simcord::{Limit, RateLimits, Simcord};

use crate::bot::{Bot, error_code, http};

#[tokio::test]
async fn tokens_and_nonces_live_in_community_time() {
    let now = Arc::new(Mutex::new(
        "2025-03-03T09:00:00Z".parse::<DateTime<Utc>>().unwrap(),
    ));
    let clock = Arc::clone(&now);
    let discord = Simcord::builder()
        .time(Arc::new(move || *clock.lock().unwrap()))
        .start()
        .await;
    let guild = discord.guild("Makers");
    let help = guild.channel("help");
    let ana = guild.member("ana");
    let _bot = Bot::start(&discord).await;
    let http = http(&discord, &discord.token());
    let later = |by: TimeDelta| *now.lock().unwrap() += by;

    let said = ana.says(&help, "early").await;
    assert_eq!(said.sent_at, *now.lock().unwrap());
    assert_eq!(said.id.created_at(), said.sent_at);
    ana.runs("/slow", json!({})).await;
    let token = discord
        .requests()
        .iter()
        .find_map(|request| {
            Some(
                request
                    .path
                    .strip_prefix("/interactions/")?
                    .split('/')
                    .nth(1)?
                    .to_owned(),
            )
        })
        .unwrap();
    let more = json!({"content": "more"});
    later(TimeDelta::minutes(14));
    http.create_followup_message(&token, &more, Vec::new())
        .await
        .unwrap();
    later(TimeDelta::minutes(2));
    let expired = http
        .create_followup_message(&token, &more, Vec::new())
        .await
        .unwrap_err();
    assert_eq!(error_code(&expired), 50027);

    let once = json!({"content": "once", "nonce": "n", "enforce_nonce": true});
    let channel = ChannelId::new(help.id().get());
    let first = http
        .send_message(channel, Vec::new(), &once)
        .await
        .unwrap()
        .id;
    assert_eq!(
        http.send_message(channel, Vec::new(), &once)
            .await
            .unwrap()
            .id,
        first
    );
    later(TimeDelta::minutes(10));
    assert_ne!(
        http.send_message(channel, Vec::new(), &once)
            .await
            .unwrap()
            .id,
        first
    );
}

#[tokio::test]
async fn buckets_fill_in_machine_time() {
    let limit = Limit {
        requests: 2,
        per: Duration::from_hours(1),
    };
    let limits = RateLimits::default().with("POST", "/channels/*/messages", limit);
    let discord = Simcord::builder().rate_limits(limits).start().await;
    let help = discord.guild("Makers").channel("help");
    let http = http(&discord, &discord.token());
    for _ in 0..3 {
        let channel = ChannelId::new(help.id().get());
        let _ = http
            .send_message(channel, Vec::new(), &json!({"content": "hello"}))
            .await;
    }
    let answers: Vec<u16> = discord
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(answers, [200, 200, 429]);
    assert!(
        discord.requests()[2].answer["retry_after"]
            .as_f64()
            .unwrap()
            > 3000.0
    );
}
