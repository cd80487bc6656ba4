//! What is known of a member, and that it can be forgotten.

use chrono::TimeDelta;
use convener::practice::id::{MeetupId, MemberId, MessageId};
use convener::practice::job::Job;
use convener::practice::message::Attachment;
use convener::storage::{MEMBER_TABLES, Transaction};

use crate::engine::{Database, on_sqlite};
use crate::sample::{CHANNEL, GUILD, asked, at, heard, person, small_talk};

on_each_engine!(
    all_that_is_known_of_a_member_is_found_and_forgotten,
    old_words_are_forgotten_and_counts_stay,
    what_is_forgotten_is_not_looked_at_again,
    whoever_does_not_want_to_be_recorded_is_kept_as_a_hash,
);

const MEMBER: MemberId = MemberId::new(7);

/// A word that stands nowhere else.
const SECRET: &str = "quetzalcoatlus";

/// A message, a request with its words in the index, and a name.
async fn write(transaction: &mut Transaction) {
    transaction.keep_guild(GUILD, "Potters").await.unwrap();
    let mut message = heard(5, "10:00:00", &format!("my {SECRET} is broken"));
    message.attachments.push(Attachment {
        name: format!("{SECRET}.jpg"),
        url: "https://example.org/1".to_owned(),
    });
    transaction
        .keep_message(GUILD, &message, &small_talk())
        .await
        .unwrap();
    let mut request = asked(Some(5), "10:00:00");
    request.text.clone_from(&message.text);
    let id = transaction.open_request(&request, None).await.unwrap();
    transaction
        .keep_words(GUILD, id.unwrap(), &message.text, "")
        .await
        .unwrap();
    transaction
        .keep_member(GUILD, &person(7), Some(at("09:00:00")))
        .await
        .unwrap();
}

async fn forget(transaction: &mut Transaction) {
    let requests = transaction.requests_with_words_of(GUILD, MEMBER).await;
    for table in MEMBER_TABLES {
        transaction.forget_of(table, GUILD, MEMBER).await.unwrap();
    }
    for request in requests.unwrap() {
        transaction
            .keep_words(GUILD, request, "", "")
            .await
            .unwrap();
    }
    transaction.compact_words().await.unwrap();
}

async fn known(transaction: &mut Transaction) -> Vec<(&'static str, usize)> {
    let mut known = Vec::new();
    for table in MEMBER_TABLES {
        let of_table = transaction.known_of(table, GUILD, MEMBER).await.unwrap();
        if !of_table.is_empty() {
            known.push((table.name, of_table.len()));
        }
    }
    known
}

async fn all_that_is_known_of_a_member_is_found_and_forgotten(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    write(&mut transaction).await;
    for member in [7, 77] {
        let offer = Job::EndOffer {
            meetup: MeetupId::new(1),
            original: at("18:30:00").naive_utc(),
            member: MemberId::new(member),
            offered_at: at("10:00:00"),
        };
        let json = serde_json::json!(offer).to_string();
        transaction
            .put_job(GUILD, &offer.key(), &json, at("11:00:00"))
            .await
            .unwrap();
    }
    assert_eq!(
        known(&mut transaction).await,
        [
            ("messages", 1),
            ("requests", 1),
            ("member_days", 1),
            ("agenda", 1),
            ("members", 1)
        ]
    );
    forget(&mut transaction).await;
    assert_eq!(known(&mut transaction).await, []);
    let kept = transaction
        .message(CHANNEL, MessageId::new(5))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.heard.text, "");
    assert_eq!(kept.heard.author.unwrap().name, "");
    let (hour, now) = (TimeDelta::hours(1), at("11:00:00"));
    let due = transaction.lease_jobs(now, hour, 9).await.unwrap();
    assert_eq!(due.len(), 1, "the offer of somebody else: {due:?}");
}

async fn old_words_are_forgotten_and_counts_stay(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    transaction.keep_guild(GUILD, "Potters").await.unwrap();
    for (id, time) in [(5, "10:00:00"), (6, "12:00:00")] {
        transaction
            .keep_message(GUILD, &heard(id, time, "words"), &small_talk())
            .await
            .unwrap();
    }
    let forgotten = transaction
        .forget_words_before(GUILD, at("11:00:00"))
        .await
        .unwrap();
    assert_eq!(forgotten, 1);
    let texts = transaction
        .texts_between(CHANNEL, MessageId::new(5), MessageId::new(6))
        .await
        .unwrap();
    let texts: Vec<_> = texts.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["", "words"]);
    let again = transaction.forget_words_before(GUILD, at("11:00:00")).await;
    assert_eq!(again.unwrap(), 0);
}

async fn what_is_forgotten_is_not_looked_at_again(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    transaction.keep_guild(GUILD, "Potters").await.unwrap();
    for (id, time) in [(5, "10:00:00"), (6, "12:00:00"), (7, "14:00:00")] {
        transaction
            .keep_message(GUILD, &heard(id, time, "words"), &small_talk())
            .await
            .unwrap();
    }
    let mut forget = async |time| {
        let forgotten = transaction.forget_words_before(GUILD, at(time)).await;
        forgotten.unwrap()
    };
    assert_eq!(forget("11:00:00").await, 1);
    // Words are kept for longer from now on, then for less long than at first.
    assert_eq!(forget("09:00:00").await, 0);
    assert_eq!(forget("13:00:00").await, 1);
    // What comes late, and says so, is not overlooked; what does not has to wait for nothing.
    for (id, time) in [(3, "10:30:00"), (4, "12:30:00")] {
        transaction
            .keep_message(GUILD, &heard(id, time, "late words"), &small_talk())
            .await
            .unwrap();
    }
    transaction
        .keep_words_since(GUILD, at("12:30:00"))
        .await
        .unwrap();
    transaction
        .keep_words_since(GUILD, at("12:45:00"))
        .await
        .unwrap();
    let forgotten = transaction.forget_words_before(GUILD, at("13:30:00")).await;
    assert_eq!(forgotten.unwrap(), 1);
}

async fn whoever_does_not_want_to_be_recorded_is_kept_as_a_hash(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let key = transaction.hash_key("first").await.unwrap();
    assert_eq!(transaction.hash_key("second").await.unwrap(), key);
    for is_paused in [true, true, false, true] {
        transaction
            .keep_paused(GUILD, "abc", is_paused)
            .await
            .unwrap();
    }
    assert_eq!(
        transaction.paused(&[GUILD]).await.unwrap(),
        [(GUILD, "abc".to_owned())]
    );
}

/// How often a text stands in a file.
fn count(file: &std::path::Path, text: &str) -> usize {
    let bytes = std::fs::read(file).unwrap_or_default();
    bytes
        .windows(text.len())
        .filter(|window| *window == text.as_bytes())
        .count()
}

/// Not only the answers: the file itself, its journal and its index of words hold it no more.
#[test]
fn what_is_forgotten_is_gone_from_the_file() {
    on_sqlite(async |database: &Database| {
        let store = database.store().await;
        let mut transaction = store.begin().await.unwrap();
        write(&mut transaction).await;
        // Others write on, so that the words lie in the middle of pages and of the journal.
        for id in 100..400 {
            let message = heard(id, "11:00:00", &format!("somebody talks on, line {id}"));
            let mut message = message;
            message.author = Some(person(8));
            transaction
                .keep_message(GUILD, &message, &small_talk())
                .await
                .unwrap();
        }
        transaction.commit().await.unwrap();
        let file = database.file();
        let journal = file.with_extension("db-wal");
        assert!(count(&file, SECRET) + count(&journal, SECRET) > 0);

        let mut transaction = store.begin().await.unwrap();
        forget(&mut transaction).await;
        transaction.commit().await.unwrap();
        assert!(store.empty_journal().await.unwrap());
        assert_eq!(count(&file, SECRET), 0, "in the file");
        assert_eq!(count(&journal, SECRET), 0, "in the journal");
        assert_eq!(count(&file, "person 7"), 0, "the name");
    });
}
