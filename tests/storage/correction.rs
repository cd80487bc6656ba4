//! What members said of readings.

use chrono::TimeDelta;
use convener::practice::activity::ActivityKind::Visits;
use convener::practice::detection::Detection;
use convener::practice::id::{MemberId, MessageId, RequestId};
use convener::practice::reading::{Correction, Verdict};
use convener::practice::request::{Change, Event, Life, Origin};
use convener::storage::{MEMBER_TABLES, Transaction};

use crate::engine::Database;
use crate::sample::{CHANNEL, GUILD, OTHER_GUILD, asked, at, heard, small_talk};

on_each_engine!(
    what_others_said_of_a_message_is_a_correction,
    detection_is_judged_by_what_people_did,
);

/// A message of person 7 that was taken for a request.
async fn detected(transaction: &mut Transaction, message: i64) -> RequestId {
    opened(transaction, message, Origin::Detected).await
}

/// A request of person 7.
async fn opened(transaction: &mut Transaction, message: i64, origin: Origin) -> RequestId {
    let text = format!("words of {message}");
    let message = heard(message, "10:00:00", &text);
    transaction
        .keep_message(GUILD, &message, &small_talk())
        .await
        .unwrap();
    let mut request = asked(Some(message.id.get()), "10:00:00");
    request.origin = origin;
    let opened = transaction.open_request(&request, None).await;
    opened.unwrap().unwrap()
}

async fn changed(transaction: &mut Transaction, request: RequestId, change: Change, by: i64) {
    let at = at("10:00:00") + TimeDelta::seconds(request.get());
    let event = Event::of_member(change, at, MemberId::new(by));
    let life: Life = transaction.request(request).await.unwrap().unwrap().life;
    let life = life.after(&event).unwrap();
    transaction
        .keep_request_event(request, &event, &life)
        .await
        .unwrap();
}

async fn what_others_said_of_a_message_is_a_correction(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    for (message, origin, change, by) in [
        (1, Origin::Detected, Change::Withdrawn, 8),
        (2, Origin::Logged, Change::Confirmed, 9),
        // Who asked takes their own back.
        (3, Origin::Detected, Change::Withdrawn, 7),
        (4, Origin::Detected, Change::Withdrawn, 8),
        // What was heard rightly is no correction.
        (5, Origin::Detected, Change::Claimed, 9),
        (6, Origin::Detected, Change::Confirmed, 9),
        (7, Origin::Logged, Change::Claimed, 9),
        (8, Origin::Logged, Change::Confirmed, 7),
    ] {
        let request = opened(&mut transaction, message, origin).await;
        changed(&mut transaction, request, change, by).await;
    }
    for (message, by) in [(2, 8), (3, 7)] {
        let (message, by) = (MessageId::new(message), MemberId::new(by));
        transaction
            .log_activity(GUILD, CHANNEL, message, Visits, by, at("12:00:00"))
            .await
            .unwrap();
    }
    // Words that are gone teach nothing.
    transaction
        .delete_message(CHANNEL, MessageId::new(4), at("12:00:00"))
        .await
        .unwrap();
    let said = |by, message: i64, verdict| Correction {
        by: MemberId::new(by),
        text: format!("words of {message}"),
        verdict,
    };
    let all = [
        said(8, 2, Verdict::Activity(Visits)),
        said(9, 2, Verdict::Request),
        said(8, 1, Verdict::NoRequest),
    ];
    assert_eq!(transaction.corrections(GUILD, 9).await.unwrap(), all);
    assert_eq!(transaction.corrections(GUILD, 1).await.unwrap(), all[..1]);
    let elsewhere = transaction.corrections(OTHER_GUILD, 9).await.unwrap();
    assert!(elsewhere.is_empty());
    for table in MEMBER_TABLES {
        let member = MemberId::new(8);
        transaction.forget_of(table, GUILD, member).await.unwrap();
    }
    assert_eq!(transaction.corrections(GUILD, 9).await.unwrap(), all[1..2]);
    let texts = transaction.latest_texts(GUILD, 2).await.unwrap();
    assert_eq!(texts.len(), 2);
}

async fn detection_is_judged_by_what_people_did(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    for (message, change, by) in [
        (1, Some(Change::Withdrawn), 8),
        (2, Some(Change::Claimed), 9),
        (3, Some(Change::Resolved), 7),
        (4, Some(Change::Withdrawn), 7),
        (5, None, 0),
    ] {
        let request = detected(&mut transaction, message).await;
        if let Some(change) = change {
            changed(&mut transaction, request, change, by).await;
        }
    }
    let expected = Detection {
        channel: CHANNEL,
        detected: 5,
        confirmed: 2,
        rejected: 1,
    };
    let since = at("09:00:00");
    assert_eq!(
        transaction.detections(GUILD, since).await.unwrap(),
        [expected]
    );
    let later = transaction.detections(GUILD, at("11:00:00")).await.unwrap();
    assert!(later.is_empty());
}
