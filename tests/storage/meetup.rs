//! Series of meetups.

use chrono_tz::Europe::Berlin;
use convener::practice::id::{InteractionId, MeetupId, MemberId};
use convener::practice::meetup::NewMeetup;

use crate::engine::Database;
use crate::sample::{CHANNEL, GUILD, OTHER_GUILD, at};

on_each_engine!(
    a_series_comes_back_as_it_was_called,
    a_use_of_the_command_calls_one_series,
    a_series_is_called_off_once,
);

fn evening(title: &str) -> NewMeetup {
    NewMeetup {
        guild: GUILD,
        title: title.to_owned(),
        channel: CHANNEL,
        host: MemberId::new(7),
        start: "2026-11-24T18:30:00".parse().unwrap(),
        zone: Berlin,
        rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=9"
            .parse()
            .unwrap(),
    }
}

async fn a_series_comes_back_as_it_was_called(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let plan = evening("Open studio");
    let id = transaction
        .keep_meetup(&plan, at("10:00:00"), InteractionId::new(71))
        .await
        .unwrap()
        .unwrap();
    let meetup = transaction.meetup(id).await.unwrap().unwrap();
    assert_eq!((&meetup.plan, meetup.cancelled_at), (&plan, None));
    assert_eq!(transaction.meetups(GUILD).await.unwrap(), [meetup]);
    assert!(transaction.meetups(OTHER_GUILD).await.unwrap().is_empty());
    let unknown = transaction.meetup(MeetupId::new(404)).await.unwrap();
    assert_eq!(unknown, None);
}

async fn a_use_of_the_command_calls_one_series(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    for (interaction, is_new) in [(71, true), (71, false), (72, true)] {
        let kept = transaction
            .keep_meetup(
                &evening("Open studio"),
                at("10:00:00"),
                InteractionId::new(interaction),
            )
            .await
            .unwrap();
        assert_eq!(kept.is_some(), is_new, "{interaction}");
    }
    assert_eq!(transaction.meetups(GUILD).await.unwrap().len(), 2);
}

async fn a_series_is_called_off_once(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let mut ids = Vec::new();
    for interaction in [71, 72] {
        let kept = transaction
            .keep_meetup(
                &evening("Open studio"),
                at("10:00:00"),
                InteractionId::new(interaction),
            )
            .await;
        ids.push(kept.unwrap().unwrap());
    }
    let off_at = at("11:00:00.000001");
    for (guild, is_off) in [(OTHER_GUILD, false), (GUILD, true), (GUILD, false)] {
        let off = transaction.cancel_meetup(guild, ids[0], off_at).await;
        assert_eq!(off.unwrap(), is_off);
    }
    let off = transaction.meetup(ids[0]).await.unwrap().unwrap();
    assert_eq!(off.cancelled_at, Some(off_at));
    let on: Vec<_> = transaction.meetups(GUILD).await.unwrap();
    assert_eq!(on.iter().map(|on| on.id).collect::<Vec<_>>(), ids[1..]);
}
