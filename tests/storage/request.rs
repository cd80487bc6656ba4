//! Requests and their history.

use convener::practice::id::{InteractionId, MemberId, MessageId, RequestId};
use convener::practice::request::{Change, Event, Life, Origin, Status};
use convener::storage::{RequestFilter, Transaction};

use crate::engine::Database;
use crate::sample::{CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD, asked, at};

on_each_engine!(
    a_message_opens_one_request,
    an_interaction_opens_one_request,
    the_kept_events_give_the_kept_life,
    requests_are_filtered_and_listed_newest_last,
    the_words_of_a_request_follow_its_message,
    imported_requests_lapse_alone,
);

async fn open(transaction: &mut Transaction, message: i64, time: &str) -> RequestId {
    let opened = transaction
        .open_request(&asked(Some(message), time), None)
        .await;
    opened.unwrap().unwrap()
}

async fn a_message_opens_one_request(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let new = asked(Some(5), "10:00:00.654321");
    let id = transaction.open_request(&new, None).await.unwrap().unwrap();
    let again = transaction.open_request(&new, None).await.unwrap();
    assert_eq!(again, None);
    let mut elsewhere = new.clone();
    elsewhere.channel = OTHER_CHANNEL;
    let other = transaction.open_request(&elsewhere, None).await.unwrap();
    assert!(other.is_some(), "some platforms number per channel");

    let request = transaction.request(id).await.unwrap().unwrap();
    assert_eq!(
        (&request.asked, request.life),
        (&new, Life::asked(new.asked_at))
    );
    let found = transaction
        .request_of_message(CHANNEL, MessageId::new(5))
        .await
        .unwrap();
    assert_eq!(found, Some(request));
    let none = transaction
        .request_of_message(CHANNEL, MessageId::new(6))
        .await
        .unwrap();
    assert_eq!(none, None);
}

async fn an_interaction_opens_one_request(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let mut question = asked(None, "10:00:00");
    question.origin = Origin::Asked;
    let first = Some(InteractionId::new(71));
    let opened = transaction.open_request(&question, first).await.unwrap();
    let id = opened.unwrap();
    let again = transaction.open_request(&question, first).await.unwrap();
    assert_eq!(again, None);
    // Two questions that wait to be posted have no message yet, and are two all the same.
    let second = Some(InteractionId::new(72));
    let other = transaction.open_request(&question, second).await.unwrap();
    assert!(other.is_some());

    for (message, stays) in [(90, 90), (91, 90)] {
        transaction
            .keep_request_message(id, MessageId::new(message))
            .await
            .unwrap();
        let request = transaction.request(id).await.unwrap().unwrap();
        assert_eq!(request.asked.message, Some(MessageId::new(stays)));
    }
}

async fn the_kept_events_give_the_kept_life(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let id = open(&mut transaction, 5, "10:00:00").await;
    let bystander = open(&mut transaction, 6, "10:00:00").await;
    let changes = [
        (Change::Claimed, "10:01:00.000001", Some(8), None),
        (Change::Surfaced, "10:02:00", None, None),
        (Change::Attended, "10:03:00", Some(8), Some(21)),
        (Change::Answered, "10:04:00", Some(8), Some(22)),
        (Change::Reopened, "10:05:00", Some(7), Some(23)),
        (Change::Answered, "10:06:00", Some(9), Some(24)),
        (Change::Resolved, "10:07:00.999999", Some(7), None),
    ];
    let mut kept = Vec::new();
    for (change, time, by, message) in changes {
        let event = Event {
            change,
            at: at(time),
            by: by.map(MemberId::new),
            message: message.map(MessageId::new),
            until: None,
        };
        let life = transaction.request(id).await.unwrap().unwrap().life;
        let next = life.after(&event).unwrap();
        transaction
            .keep_request_event(id, &event, &next)
            .await
            .unwrap();
        kept.push(event);
        let events = transaction.request_events(id).await.unwrap();
        assert_eq!(events, kept);
        let request = transaction.request(id).await.unwrap().unwrap();
        let lived = Life::lived(request.asked.asked_at, &events);
        assert_eq!(request.life, lived, "after {change:?}");
    }
    let untouched = transaction.request(bystander).await.unwrap().unwrap();
    assert_eq!(untouched.life, Life::asked(untouched.asked.asked_at));
    let events = transaction.request_events(bystander).await.unwrap();
    assert!(events.is_empty());
}

async fn requests_are_filtered_and_listed_newest_last(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let late = open(&mut transaction, 5, "12:00:00").await;
    let early = open(&mut transaction, 6, "09:00:00").await;
    let mut by_another = asked(Some(7), "11:00:00");
    by_another.author.id = MemberId::new(8);
    let opened = transaction.open_request(&by_another, None).await.unwrap();
    let by_another = opened.unwrap();
    let mut foreign = asked(Some(8), "10:00:00");
    foreign.guild = OTHER_GUILD;
    let opened = transaction.open_request(&foreign, None).await.unwrap();
    let foreign = opened.unwrap();
    let settled = Event {
        change: Change::Resolved,
        at: at("13:00:00"),
        by: None,
        message: None,
        until: None,
    };
    let life = Life::asked(at("09:00:00")).after(&settled).unwrap();
    transaction
        .keep_request_event(early, &settled, &life)
        .await
        .unwrap();

    let all = RequestFilter::default();
    let of_guild = RequestFilter {
        guild: Some(GUILD),
        ..all
    };
    let open = RequestFilter {
        status: Some(Status::Open),
        ..of_guild
    };
    let of_author = RequestFilter {
        author: Some(MemberId::new(8)),
        ..all
    };
    for (filter, expected) in [
        (all, vec![early, foreign, by_another, late]),
        (of_guild, vec![early, by_another, late]),
        (open, vec![by_another, late]),
        (of_author, vec![by_another]),
    ] {
        let requests = transaction.requests(filter).await.unwrap();
        let ids: Vec<_> = requests.iter().map(|request| request.id).collect();
        assert_eq!(ids, expected, "{filter:?}");
    }
}

async fn the_words_of_a_request_follow_its_message(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let id = open(&mut transaction, 5, "10:00:00").await;
    let bystander = open(&mut transaction, 6, "10:00:00").await;
    transaction.keep_request_text(id, "edited").await.unwrap();
    let request = transaction.request(id).await.unwrap().unwrap();
    assert_eq!(request.asked.text, "edited");
    let request = transaction.request(bystander).await.unwrap().unwrap();
    assert_ne!(request.asked.text, "edited");
}

async fn imported_requests_lapse_alone(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    open(&mut transaction, 5, "10:00:00").await;
    let mut ids = Vec::new();
    for (message, time) in [(6, "10:00:00"), (7, "11:00:00"), (8, "11:00:00.000001")] {
        let mut imported = asked(Some(message), time);
        imported.origin = Origin::Imported;
        let opened = transaction.open_request(&imported, None).await.unwrap();
        ids.push(opened.unwrap());
    }
    let waiting = transaction
        .imported_requests_open_since(GUILD, at("11:00:00"))
        .await
        .unwrap();
    let waiting: Vec<_> = waiting.iter().map(|request| request.id).collect();
    assert_eq!(waiting, ids[..2]);
    let elsewhere = transaction
        .imported_requests_open_since(OTHER_GUILD, at("11:00:00"))
        .await
        .unwrap();
    assert!(elsewhere.is_empty());
}
