//! Activities that members logged.

use convener::practice::activity::ActivityKind::{self, ProblemSolving, ReusingAssets, Visits};
use convener::practice::activity::LogFilter;
use convener::practice::community::{Channel, ChannelKind};
use convener::practice::id::{ChannelId, MemberId, MessageId};
use convener::practice::reading::Reading;
use convener::practice::request::NewRequest;
use convener::practice::week::Period;
use convener::storage::Transaction;

use crate::engine::Database;
use crate::sample::{
    CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD, asked, at, heard, person, small_talk,
};

on_each_engine!(
    a_message_is_logged_once_as_each_kind,
    the_log_holds_what_was_read_and_what_was_logged,
    the_log_tells_on_nobody,
    what_was_logged_elsewhere_shows_nothing,
);

async fn keep_channel(transaction: &mut Transaction, id: ChannelId, is_public: bool) {
    let channel = Channel {
        id,
        guild: GUILD,
        name: id.to_string(),
        kind: ChannelKind::Text,
        parent: None,
        is_public,
    };
    transaction.keep_channel(&channel).await.unwrap();
}

async fn the_log_tells_on_nobody(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    keep_channel(&mut transaction, CHANNEL, true).await;
    keep_channel(&mut transaction, OTHER_CHANNEL, false).await;
    let solving = Reading {
        activity: Some(ProblemSolving),
        ..Reading::default()
    };
    let mut private = heard(3, "12:00:00", "among us");
    private.channel = OTHER_CHANNEL;
    for message in [
        heard(1, "10:00:00", "with a name"),
        heard(2, "11:00:00", "without one"),
        private,
    ] {
        transaction
            .keep_message(GUILD, &message, &solving)
            .await
            .unwrap();
    }
    for (message, is_anonymous) in [(1, false), (2, true)] {
        let request = NewRequest {
            is_anonymous,
            ..asked(Some(message), "10:00:00")
        };
        transaction.open_request(&request, None).await.unwrap();
    }
    let log = async |transaction: &mut Transaction, member: Option<i64>, seen_from| {
        let filter = LogFilter {
            period: Period {
                from: at("00:00:00"),
                to: at("23:00:00"),
            },
            kind: None,
            channel: None,
            member: member.map(MemberId::new),
            seen_from,
        };
        let entries = transaction.activity_log(GUILD, &filter, 0, 9).await;
        let entries = entries.unwrap().into_iter();
        entries.map(|entry| entry.message.get()).collect::<Vec<_>>()
    };
    assert_eq!(log(&mut transaction, None, CHANNEL).await, [2, 1]);
    assert_eq!(log(&mut transaction, Some(7), CHANNEL).await, [1]);
    assert_eq!(log(&mut transaction, None, OTHER_CHANNEL).await, [3, 2, 1]);
    // A thread is as its channel.
    let thread = Channel {
        id: CHANNEL,
        guild: GUILD,
        name: "thread".to_owned(),
        kind: ChannelKind::Thread,
        parent: Some(OTHER_CHANNEL),
        is_public: true,
    };
    transaction.keep_channel(&thread).await.unwrap();
    let elsewhere = ChannelId::new(5);
    assert!(log(&mut transaction, None, elsewhere).await.is_empty());
    // What members who came lately wrote is as telling.
    let joined = at("08:00:00");
    transaction
        .keep_member(GUILD, &person(7), Some(joined))
        .await
        .unwrap();
    let day = Period {
        from: at("00:00:00"),
        to: at("23:00:00"),
    };
    let behind = transaction.messages_of_newcomers(GUILD, day, day, 1).await;
    assert_eq!(behind.unwrap().number, 2);
}

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
        seen_from: OTHER_CHANNEL,
    };
    keep_channel(&mut transaction, CHANNEL, true).await;
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

async fn what_was_logged_elsewhere_shows_nothing(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let mut message = heard(1, "10:00:00", "a secret of another guild");
    message.author = Some(person(9));
    transaction
        .keep_message(OTHER_GUILD, &message, &small_talk())
        .await
        .unwrap();
    let (id, by) = (message.id, MemberId::new(7));
    transaction
        .log_activity(GUILD, CHANNEL, id, Visits, by, at("12:00:00"))
        .await
        .unwrap();
    let day = Period {
        from: at("00:00:00"),
        to: at("23:00:00"),
    };
    let behind = transaction.activities_behind(GUILD, day, Visits, 1).await;
    let behind = behind.unwrap();
    assert_eq!(behind.sources.len(), 1);
    assert!(
        behind.sources[0]
            .text
            .as_deref()
            .unwrap_or_default()
            .is_empty()
    );
    assert!(transaction.corrections(GUILD, 9).await.unwrap().is_empty());
}
