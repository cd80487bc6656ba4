//! Activities that members logged.

use convener::practice::activity::ActivityKind::{self, ProblemSolving, ReusingAssets, Visits};
use convener::practice::id::{MemberId, MessageId};
use convener::practice::reading::Reading;

use crate::engine::Database;
use crate::sample::{CHANNEL, GUILD, OTHER_GUILD, at, heard, small_talk};

on_each_engine!(
    a_message_is_logged_once_as_each_kind,
    the_latest_activities_are_those_read_and_those_logged,
);

async fn a_message_is_logged_once_as_each_kind(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let message = MessageId::new(5);
    for (kind, by, is_new) in [
        (Visits, 7, true),
        (Visits, 8, false),
        (ReusingAssets, 7, true),
    ] {
        let logged = transaction
            .log_activity(
                GUILD,
                CHANNEL,
                message,
                kind,
                MemberId::new(by),
                at("10:00:00"),
            )
            .await;
        assert_eq!(logged.unwrap(), is_new, "{kind} by {by}");
    }
}

async fn the_latest_activities_are_those_read_and_those_logged(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let solving = Reading {
        activity: Some(ProblemSolving),
        ..Reading::default()
    };
    for (id, time, reading) in [
        (1, "10:00:00", &solving),
        (2, "11:00:00", &small_talk()),
        (3, "12:00:00", &solving),
    ] {
        transaction
            .keep_message(GUILD, &heard(id, time, "words"), reading)
            .await
            .unwrap();
    }
    let deleted = MessageId::new(3);
    transaction
        .delete_message(CHANNEL, deleted, at("12:30:00"))
        .await
        .unwrap();
    for (message, time) in [(2, "13:00:00"), (1, "09:00:00")] {
        let (message, by) = (MessageId::new(message), MemberId::new(7));
        transaction
            .log_activity(GUILD, CHANNEL, message, Visits, by, at(time))
            .await
            .unwrap();
    }
    let latest = async |transaction: &mut convener::storage::Transaction, guild, limit| {
        let activities = transaction.latest_activities(guild, limit).await.unwrap();
        activities
            .into_iter()
            .map(|(channel, message, kind)| {
                assert_eq!(channel, CHANNEL);
                (message.get(), kind)
            })
            .collect::<Vec<(i64, ActivityKind)>>()
    };
    let all = [(2, Visits), (1, ProblemSolving), (1, Visits)];
    assert_eq!(latest(&mut transaction, GUILD, 9).await, all);
    assert_eq!(latest(&mut transaction, GUILD, 1).await, all[..1]);
    assert!(latest(&mut transaction, OTHER_GUILD, 9).await.is_empty());
}
