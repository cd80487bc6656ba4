//! Activities that members logged.

use convener::practice::activity::ActivityKind::{self, ProblemSolving, ReusingAssets, Visits};
use convener::practice::activity::LogFilter;
use convener::practice::id::{MemberId, MessageId};
use convener::practice::reading::Reading;
use convener::practice::week::Period;
use convener::storage::Transaction;

use crate::engine::Database;
use crate::sample::{CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD, at, heard, small_talk};

on_each_engine!(
    a_message_is_logged_once_as_each_kind,
    the_log_holds_what_was_read_and_what_was_logged,
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

#[expect(
    clippy::too_many_lines,
    reason = "each filter has its expected lines beside it"
)]
async fn the_log_holds_what_was_read_and_what_was_logged(database: &Database) {
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
    let whole_day = LogFilter {
        period: Period {
            from: at("00:00:00"),
            to: at("23:00:00"),
        },
        kind: None,
        channel: None,
        member: None,
    };
    let log = async |transaction: &mut Transaction, filter: &LogFilter, from, limit| {
        let entries = transaction.activity_log(GUILD, filter, from, limit).await;
        entries
            .unwrap()
            .into_iter()
            .map(|entry| (entry.message.get(), entry.kind, entry.confidence.is_some()))
            .collect::<Vec<(i64, ActivityKind, bool)>>()
    };
    let all = [
        (2, Visits, false),
        (1, ProblemSolving, true),
        (1, Visits, false),
    ];
    assert_eq!(log(&mut transaction, &whole_day, 0, 9).await, all);
    assert_eq!(log(&mut transaction, &whole_day, 1, 1).await, all[1..2]);
    for (filter, expected) in [
        (
            LogFilter {
                kind: Some(Visits),
                ..whole_day
            },
            vec![all[0], all[2]],
        ),
        (
            LogFilter {
                channel: Some(OTHER_CHANNEL),
                ..whole_day
            },
            vec![],
        ),
        (
            LogFilter {
                member: Some(MemberId::new(7)),
                ..whole_day
            },
            all.to_vec(),
        ),
        (
            LogFilter {
                member: Some(MemberId::new(8)),
                ..whole_day
            },
            vec![],
        ),
        (
            LogFilter {
                period: Period {
                    from: at("10:00:00"),
                    to: at("13:00:00"),
                },
                ..whole_day
            },
            vec![all[1]],
        ),
    ] {
        assert_eq!(
            log(&mut transaction, &filter, 0, 9).await,
            expected,
            "{filter:?}"
        );
    }
    // Logged as what it was read as, it is there once.
    let (message, by) = (MessageId::new(1), MemberId::new(7));
    transaction
        .log_activity(GUILD, CHANNEL, message, ProblemSolving, by, at("14:00:00"))
        .await
        .unwrap();
    assert_eq!(log(&mut transaction, &whole_day, 0, 9).await, all);
    let elsewhere = transaction
        .activity_log(OTHER_GUILD, &whole_day, 0, 9)
        .await;
    assert!(elsewhere.unwrap().is_empty());
}
