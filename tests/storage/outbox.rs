//! The outbox.

use std::time::Duration;

use chrono::TimeDelta;
use convener::practice::id::{MeetupId, MemberId, MessageId, RequestId};
use convener::practice::notice::Notice;
use convener::storage::{DueNotice, Place, Transaction};

use crate::engine::{Database, on_postgres};
use crate::sample::{CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD, at};

on_each_engine!(
    a_notice_comes_back_as_it_was_decided,
    a_key_is_said_once_even_after_it_was_sent,
    a_lease_is_exclusive_until_it_lapses,
    what_was_sent_is_kept_with_its_message,
    a_failed_notice_is_tried_again_at_its_time,
    a_notice_that_is_given_up_is_not_tried_again,
    the_next_notice_is_when_something_can_be_leased,
    what_waits_and_what_was_given_up_is_counted,
    what_changes_is_said_anew_in_its_place_and_not_at_once,
    what_changes_while_it_is_said_is_said_again,
    all_that_is_said_of_one_thing_is_stirred_together,
    a_notice_whose_message_is_gone_is_sent_anew,
    what_is_for_one_member_is_kept_as_theirs,
    what_was_given_up_is_listed_and_can_be_stirred,
);

const LEASE: TimeDelta = TimeDelta::minutes(5);

/// Who waits for the other's lock would wait for ever.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

fn question(number: i64) -> Notice {
    let request = RequestId::new(number);
    Notice::Question { request }
}

async fn put(transaction: &mut Transaction, number: i64, time: &str) {
    let key = format!("question {number}");
    transaction
        .put_notice(
            GUILD,
            Place::Channel(CHANNEL),
            &key,
            &question(number),
            at(time),
        )
        .await
        .unwrap();
}

async fn lease(transaction: &mut Transaction, now: &str, limit: i64) -> Vec<DueNotice> {
    transaction
        .lease_notices(at(now), LEASE, limit)
        .await
        .unwrap()
}

async fn next(transaction: &mut Transaction) -> Option<chrono::DateTime<chrono::Utc>> {
    transaction.next_notice_at().await.unwrap()
}

/// The numbers of the questions, and how often each was tried.
fn questions(notices: &[DueNotice]) -> Vec<(i64, i64)> {
    let of = |due: &DueNotice| match serde_json::from_str(&due.notice).unwrap() {
        Notice::Question { request } => (request.get(), due.attempts),
        notice => panic!("{notice:?}"),
    };
    notices.iter().map(of).collect()
}

async fn a_notice_comes_back_as_it_was_decided(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let notices = [
        Notice::RecordingStarts,
        question(3),
        Notice::RequestWaiting {
            request: RequestId::new(3),
            open_since: at("09:00:00.123456"),
            called: Some(MemberId::new(8)),
        },
        Notice::MeetupReminder {
            original: Some("2026-11-24T18:30:00".parse().unwrap()),
            ahead_minutes: 15,
            meetup: MeetupId::new(4),
            starts_at: at("17:00:00"),
            late: true,
        },
        Notice::ReminderMissed {
            meetup: MeetupId::new(4),
            starts_at: at("17:00:00"),
        },
        Notice::Digest {
            week: "2026-W53".parse().unwrap(),
            late: false,
        },
    ];
    for notice in &notices {
        let key = notice.key(OTHER_GUILD, OTHER_CHANNEL);
        let created_at = at("10:00:00.000001");
        transaction
            .put_notice(
                OTHER_GUILD,
                Place::Channel(OTHER_CHANNEL),
                &key,
                notice,
                created_at,
            )
            .await
            .unwrap();
    }
    let due = lease(&mut transaction, "10:00:00.000001", 9).await;
    let read = |due: &DueNotice| serde_json::from_str(&due.notice).unwrap();
    let said: Vec<Notice> = due.iter().map(read).collect();
    assert_eq!(said, notices);
    for due in due {
        let place = Place::Channel(OTHER_CHANNEL);
        assert_eq!((due.guild, due.place), (OTHER_GUILD, place));
        assert_eq!(due.created_at, at("10:00:00.000001"));
    }
}

async fn a_key_is_said_once_even_after_it_was_sent(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    put(&mut transaction, 1, "10:00:00").await;
    put(&mut transaction, 1, "10:00:00").await;
    let due = lease(&mut transaction, "10:00:00", 9).await;
    assert_eq!(questions(&due), [(1, 1)]);
    transaction
        .keep_said(&due[0], Some(MessageId::new(90)), 5, at("10:00:01"))
        .await
        .unwrap();
    put(&mut transaction, 1, "10:00:00").await;
    assert!(lease(&mut transaction, "23:00:00", 9).await.is_empty());
}

async fn a_lease_is_exclusive_until_it_lapses(database: &Database) {
    let stores = [database.store().await, database.store().await];
    let mut transaction = stores[0].begin().await.unwrap();
    put(&mut transaction, 1, "10:00:00").await;
    put(&mut transaction, 2, "10:00:00.000001").await;
    transaction.commit().await.unwrap();
    for (process, now, expected) in [
        (0, "09:59:59", vec![]),
        (0, "10:00:00", vec![(1, 1)]),
        (1, "10:00:00.000001", vec![(2, 1)]),
        (1, "10:04:59.999999", vec![]),
        (1, "10:05:00", vec![(1, 2)]),
        (0, "10:05:00.000001", vec![(2, 2)]),
    ] {
        let mut transaction = stores[process].begin().await.unwrap();
        let due = lease(&mut transaction, now, 9).await;
        transaction.commit().await.unwrap();
        assert_eq!(questions(&due), expected, "process {process} at {now}");
    }
}

async fn what_was_sent_is_kept_with_its_message(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    for number in 1..=3 {
        put(&mut transaction, number, "10:00:00").await;
    }
    let due = lease(&mut transaction, "10:00:00", 9).await;
    let message = MessageId::new;
    for (index, message, time) in [
        (1, message(92), "10:00:01"),
        (0, message(91), "10:00:02.000001"),
        (0, message(99), "10:00:03"),
    ] {
        transaction
            .keep_said(&due[index], Some(message), 5, at(time))
            .await
            .unwrap();
    }
    let sent = transaction.sent_notices(GUILD).await.unwrap();
    let expected = [
        (CHANNEL, message(92), question(2), at("10:00:01")),
        (CHANNEL, message(91), question(1), at("10:00:02.000001")),
    ];
    assert_eq!(sent, expected, "the first message stays");
    let elsewhere = transaction.sent_notices(OTHER_GUILD).await.unwrap();
    assert!(elsewhere.is_empty());
}

async fn a_failed_notice_is_tried_again_at_its_time(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    put(&mut transaction, 1, "10:00:00").await;
    let due = lease(&mut transaction, "10:00:00", 9).await;
    let again_at = at("10:30:00.000001");
    transaction
        .retry_notice(&due[0], "no answer", again_at)
        .await
        .unwrap();
    assert_eq!(next(&mut transaction).await, Some(again_at));
    assert!(lease(&mut transaction, "10:30:00", 9).await.is_empty());
    let due = lease(&mut transaction, "10:30:00.000001", 9).await;
    assert_eq!(questions(&due), [(1, 2)]);
}

async fn a_notice_that_is_given_up_is_not_tried_again(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    put(&mut transaction, 1, "10:00:00").await;
    put(&mut transaction, 2, "10:00:00").await;
    let due = lease(&mut transaction, "10:00:00", 1).await;
    let given_up = due[0].clone();
    transaction
        .give_up_notice(&given_up, "no such channel", at("10:00:01"))
        .await
        .unwrap();
    let due = lease(&mut transaction, "23:00:00", 9).await;
    assert_eq!(questions(&due), [(2, 1)]);
    transaction
        .retry_notice(&given_up, "a late word of another", at("10:00:02"))
        .await
        .unwrap();
    assert!(lease(&mut transaction, "23:00:01", 9).await.is_empty());
}

async fn what_waits_and_what_was_given_up_is_counted(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    for (number, time) in [
        (1, "10:00:00"),
        (2, "10:01:00"),
        (3, "10:02:00"),
        (4, "12:00:00"),
    ] {
        put(&mut transaction, number, time).await;
    }
    let due = lease(&mut transaction, "10:01:00", 9).await;
    transaction
        .keep_said(&due[0], Some(MessageId::new(90)), 5, at("10:01:00"))
        .await
        .unwrap();
    transaction
        .give_up_notice(&due[1], "no such channel", at("10:01:00"))
        .await
        .unwrap();
    for (time, oldest) in [("10:01:00", None), ("11:00:00", Some(at("10:02:00")))] {
        let state = transaction.outbox_state(at(time)).await.unwrap();
        assert_eq!((state.pending, state.given_up), (2, 1), "{time}");
        assert_eq!(state.oldest_due_at, oldest, "{time}");
    }
}

async fn the_next_notice_is_when_something_can_be_leased(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    assert_eq!(next(&mut transaction).await, None);
    put(&mut transaction, 1, "10:00:00").await;
    put(&mut transaction, 2, "10:02:00").await;
    assert_eq!(next(&mut transaction).await, Some(at("10:00:00")));
    let first = lease(&mut transaction, "10:01:00", 9).await;
    assert_eq!(next(&mut transaction).await, Some(at("10:02:00")));
    let second = lease(&mut transaction, "10:03:00", 9).await;
    assert_eq!(next(&mut transaction).await, Some(at("10:06:00")));
    transaction
        .keep_said(&first[0], Some(MessageId::new(90)), 5, at("10:03:00"))
        .await
        .unwrap();
    assert_eq!(next(&mut transaction).await, Some(at("10:08:00")));
    transaction
        .give_up_notice(&second[0], "no such channel", at("10:03:00"))
        .await
        .unwrap();
    assert_eq!(next(&mut transaction).await, None);
}

/// Puts a notice and has it said as message 90 at 10:00:01.
async fn said(transaction: &mut Transaction, number: i64) {
    put(transaction, number, "10:00:00").await;
    let due = lease(transaction, "10:00:00", 1).await;
    transaction
        .keep_said(&due[0], Some(MessageId::new(90)), 5, at("10:00:01"))
        .await
        .unwrap();
}

async fn what_changes_is_said_anew_in_its_place_and_not_at_once(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    said(&mut transaction, 1).await;
    for time in ["10:00:02", "10:00:03"] {
        transaction
            .stir_notice("question 1", at(time))
            .await
            .unwrap();
    }
    assert!(lease(&mut transaction, "10:00:11", 9).await.is_empty());
    let due = lease(&mut transaction, "10:00:12", 9).await;
    assert_eq!(questions(&due), [(1, 1)]);
    assert_eq!(due[0].message, Some(MessageId::new(90)));
    assert_eq!(due[0].said_hash, 5);
    // A notice that has not been said yet is said as things are then.
    put(&mut transaction, 2, "10:00:00").await;
    transaction
        .stir_notice("question 2", at("10:00:12"))
        .await
        .unwrap();
    assert_eq!(lease(&mut transaction, "10:00:12", 9).await[0].revision, 0);
    // Long after, it is said at once.
    transaction
        .keep_said(&due[0], due[0].message, 6, at("10:00:13"))
        .await
        .unwrap();
    transaction
        .stir_notice("question 1", at("11:00:00"))
        .await
        .unwrap();
    assert_eq!(lease(&mut transaction, "11:00:00", 9).await.len(), 2);
}

async fn what_changes_while_it_is_said_is_said_again(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    put(&mut transaction, 1, "10:00:00").await;
    let due = lease(&mut transaction, "10:00:00", 1).await;
    transaction
        .stir_notice("question 1", at("10:00:01"))
        .await
        .unwrap();
    transaction
        .keep_said(&due[0], Some(MessageId::new(90)), 5, at("10:00:02"))
        .await
        .unwrap();
    assert_eq!(next(&mut transaction).await, Some(at("10:00:12")));
    let again = lease(&mut transaction, "10:00:12", 1).await;
    assert_eq!(again[0].message, Some(MessageId::new(90)));
}

async fn all_that_is_said_of_one_thing_is_stirred_together(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    for key in ["request:1:asker", "request:1:tag", "request:10:asker"] {
        transaction
            .put_notice(
                GUILD,
                Place::Channel(CHANNEL),
                key,
                &question(1),
                at("10:00:00"),
            )
            .await
            .unwrap();
    }
    for due in lease(&mut transaction, "10:00:00", 9).await {
        transaction
            .keep_said(&due, Some(MessageId::new(90)), 5, at("10:00:01"))
            .await
            .unwrap();
    }
    let key_start = Notice::of_request(RequestId::new(1));
    transaction
        .stir_notices(&key_start, at("11:00:00"))
        .await
        .unwrap();
    assert_eq!(lease(&mut transaction, "11:00:00", 9).await.len(), 2);
}

async fn a_notice_whose_message_is_gone_is_sent_anew(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    said(&mut transaction, 1).await;
    let key = transaction
        .notice_said_as(CHANNEL, MessageId::new(90))
        .await
        .unwrap()
        .unwrap();
    transaction
        .lose_notice_message(&key, MessageId::new(90), at("11:00:01"))
        .await
        .unwrap();
    // Another process hears of it, too, when it is being sent anew already.
    transaction
        .lose_notice_message(&key, MessageId::new(90), at("11:00:02"))
        .await
        .unwrap();
    let again = lease(&mut transaction, "11:00:01", 9).await;
    assert_eq!((again[0].message, again[0].attempts), (None, 1));
    assert_eq!(again[0].revision, 1, "it was lost once");
}

async fn what_is_for_one_member_is_kept_as_theirs(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let place = Place::Member(MemberId::new(7));
    transaction
        .put_notice(GUILD, place, "private", &question(1), at("10:00:00"))
        .await
        .unwrap();
    let due = lease(&mut transaction, "10:00:00", 9).await;
    assert_eq!(due[0].place, place);
}

async fn what_was_given_up_is_listed_and_can_be_stirred(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    put(&mut transaction, 1, "10:00:00").await;
    let due = lease(&mut transaction, "10:00:00", 9).await;
    transaction
        .give_up_notice(&due[0], "no such channel", at("10:00:01"))
        .await
        .unwrap();
    let parked = transaction
        .notices_given_up(at("09:00:00"), 5)
        .await
        .unwrap();
    assert_eq!(parked[0].key, "question 1");
    assert_eq!(parked[0].reason.as_deref(), Some("no such channel"));
    transaction
        .stir_notice("question 1", at("12:00:00"))
        .await
        .unwrap();
    let due = lease(&mut transaction, "12:00:00", 9).await;
    assert_eq!(questions(&due), [(1, 2)], "it may have been sent before");
}

async fn a_lease_that_is_being_taken_is_passed_over(database: &Database) {
    let (store, second) = (database.store().await, database.store().await);
    let mut transaction = store.begin().await.unwrap();
    put(&mut transaction, 1, "10:00:00").await;
    put(&mut transaction, 2, "10:00:00").await;
    transaction.commit().await.unwrap();

    let mut taking = store.begin().await.unwrap();
    let due = lease(&mut taking, "10:00:00", 1).await;
    assert_eq!(questions(&due), [(1, 1)]);
    let mut transaction = second.begin().await.unwrap();
    let others = lease(&mut transaction, "10:00:00", 9);
    let others = tokio::time::timeout(LONGEST_WAIT, others).await;
    assert_eq!(questions(&others.unwrap()), [(2, 1)]);
}

/// `SQLite` has one writer: there the second waits for the first.
#[test]
fn on_postgres_a_lease_that_is_being_taken_is_passed_over() {
    on_postgres(a_lease_that_is_being_taken_is_passed_over);
}
