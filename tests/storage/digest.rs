//! What a digest counts.

use convener::practice::activity::ActivityKind::{ProblemSolving, SeekingExperience, Visits};
use convener::practice::community::{Channel, ChannelKind, Watch};
use convener::practice::digest::RequestCounts;
use convener::practice::id::{ChannelId, MemberId, MessageId, RequestId};
use convener::practice::message::{Heard, MessageKind};
use convener::practice::reading::Reading;
use convener::practice::request::{Change, Event, Life, Status};
use convener::practice::week::Period;
use convener::storage::Transaction;

use crate::engine::Database;
use crate::sample::{
    CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD, asked, at, heard, person, small_talk,
};

on_each_engine!(
    only_peoples_messages_count,
    an_activity_read_and_logged_counts_once,
    what_waits_is_counted_as_of_a_time,
    the_first_answer_ever_counts,
    changes_count_once_a_request,
    only_what_is_watched_can_be_missed,
);

async fn only_what_is_watched_can_be_missed(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    for (id, name, kind) in [
        (1, "help", ChannelKind::Text),
        (2, "off-topic", ChannelKind::Text),
        (3, "a thread", ChannelKind::Thread),
        (4, "questions", ChannelKind::Forum),
    ] {
        let channel = Channel {
            id: ChannelId::new(id),
            guild: GUILD,
            name: name.to_owned(),
            kind,
            parent: None,
            is_public: true,
        };
        transaction.keep_channel(&channel).await.unwrap();
        transaction
            .keep_unreadable(channel.id, Some(at("09:00:00")))
            .await
            .unwrap();
    }
    transaction
        .keep_watch(ChannelId::new(2), Watch::Off)
        .await
        .unwrap();
    let unreadable = transaction.unreadable_channels(GUILD, at("10:00:00")).await;
    assert_eq!(unreadable.unwrap(), ["help", "questions"]);
    assert_eq!(transaction.watched_channels(GUILD).await.unwrap(), 2);
}

fn morning() -> Period {
    Period {
        from: at("08:00:00"),
        to: at("12:00:00"),
    }
}

async fn only_peoples_messages_count(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let mut keep = async |message: Heard| {
        transaction
            .keep_message(GUILD, &message, &small_talk())
            .await
            .unwrap();
    };
    let in_other = |mut message: Heard| {
        message.channel = OTHER_CHANNEL;
        message
    };
    keep(heard(1, "07:59:59.999999", "before")).await;
    keep(heard(2, "08:00:00", "the first instant")).await;
    keep(heard(3, "11:59:59.999999", "the last")).await;
    keep(heard(4, "12:00:00", "after")).await;
    keep(in_other(heard(5, "09:00:00", "the only one here"))).await;
    let mut action = heard(6, "09:00:00", "waves");
    action.kind = MessageKind::Action;
    action.author = Some(person(8));
    keep(action).await;
    let mut bot = heard(7, "09:00:00", "beep");
    bot.author.as_mut().unwrap().is_bot = true;
    bot.author.as_mut().unwrap().id = MemberId::new(99);
    keep(bot).await;
    let mut system = heard(8, "09:00:00", "Ana joined");
    (system.kind, system.author) = (MessageKind::System, None);
    keep(system).await;
    let mut pinned = heard(9, "09:00:00", "Ana pinned a message");
    pinned.kind = MessageKind::System;
    pinned.author = Some(person(98));
    keep(pinned).await;
    let mut taken_back = heard(10, "09:00:00", "a secret");
    taken_back.author = Some(person(97));
    keep(taken_back).await;
    transaction
        .delete_message(CHANNEL, MessageId::new(10), at("09:01:00"))
        .await
        .unwrap();
    transaction
        .keep_message(OTHER_GUILD, &heard(11, "09:00:00", "away"), &small_talk())
        .await
        .unwrap();
    let help = Channel {
        id: CHANNEL,
        guild: GUILD,
        name: "help".to_owned(),
        kind: ChannelKind::Text,
        parent: None,
        is_public: true,
    };
    transaction.keep_channel(&help).await.unwrap();

    let said = transaction.said(GUILD, morning()).await.unwrap();
    let counted: Vec<_> = said
        .channels
        .into_iter()
        .map(|count| (count.id, count.name, count.messages))
        .collect();
    let expected = [
        (CHANNEL, "help".to_owned(), 3),
        (OTHER_CHANNEL, OTHER_CHANNEL.to_string(), 1),
    ];
    assert_eq!(counted, expected);
    assert_eq!(said.people, 2);
    let last = transaction.last_message_at(GUILD).await.unwrap();
    assert_eq!(last, Some(at("12:00:00")));
}

async fn an_activity_read_and_logged_counts_once(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    for (id, time, activity) in [
        (1, "09:00:00", Some(ProblemSolving)),
        (2, "09:00:00", Some(ProblemSolving)),
        (3, "09:00:00", None),
        (4, "12:00:00", Some(SeekingExperience)),
        (5, "09:00:00", Some(SeekingExperience)),
    ] {
        let reading = Reading {
            activity,
            ..small_talk()
        };
        transaction
            .keep_message(GUILD, &heard(id, time, "words"), &reading)
            .await
            .unwrap();
    }
    transaction
        .delete_message(CHANNEL, MessageId::new(5), at("09:01:00"))
        .await
        .unwrap();
    for (message, kind, time) in [
        (1, ProblemSolving, "10:00:00"),
        (1, Visits, "10:00:00"),
        (3, Visits, "10:00:00"),
        (4, Visits, "12:00:00"),
    ] {
        let (message, by) = (MessageId::new(message), MemberId::new(7));
        transaction
            .log_activity(GUILD, CHANNEL, message, kind, by, at(time))
            .await
            .unwrap();
    }
    let counts = transaction.activities_by_kind(GUILD, morning()).await;
    let counts = counts.unwrap();
    assert_eq!(counts.len(), 11, "what is absent is there as 0");
    let some: Vec<_> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
    assert_eq!(some, [(ProblemSolving, 2), (Visits, 2)]);
}

async fn opened(transaction: &mut Transaction, message: i64, time: &str) -> RequestId {
    let request = asked(Some(message), time);
    let opened = transaction.open_request(&request, None).await;
    opened.unwrap().unwrap()
}

async fn change(transaction: &mut Transaction, request: RequestId, change: Change, time: &str) {
    let event = Event {
        change,
        at: at(time),
        by: Some(MemberId::new(8)),
        message: None,
        until: None,
    };
    let life: Life = transaction.request(request).await.unwrap().unwrap().life;
    let life = life.after(&event).unwrap();
    transaction
        .keep_request_event(request, &event, &life)
        .await
        .unwrap();
}

async fn what_waits_is_counted_as_of_a_time(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let reopened = opened(&mut transaction, 1, "09:00:00").await;
    let waiting = opened(&mut transaction, 2, "08:30:00").await;
    let withdrawn = opened(&mut transaction, 3, "09:00:00").await;
    change(&mut transaction, waiting, Change::Attended, "09:01:00").await;
    change(&mut transaction, waiting, Change::Claimed, "09:02:00").await;
    change(&mut transaction, waiting, Change::Surfaced, "09:03:00").await;
    change(&mut transaction, withdrawn, Change::Withdrawn, "09:30:00").await;
    change(&mut transaction, reopened, Change::Answered, "10:00:00").await;
    change(&mut transaction, reopened, Change::Reopened, "11:00:00").await;
    change(&mut transaction, reopened, Change::Surfaced, "11:30:00").await;
    change(&mut transaction, reopened, Change::Resolved, "12:00:00").await;

    for (time, expected) in [
        ("08:30:00", vec![]),
        ("09:00:00", vec![waiting]),
        ("09:00:00.000001", vec![waiting, reopened, withdrawn]),
        ("09:30:00.000001", vec![waiting, reopened]),
        // An answer at the very end of a period belongs to the next.
        ("10:00:00", vec![waiting, reopened]),
        ("10:00:00.000001", vec![waiting]),
        ("11:30:01", vec![waiting, reopened]),
        ("12:00:00.000001", vec![waiting]),
    ] {
        let period = Period {
            from: at("00:00:00"),
            to: at(time),
        };
        let histories = transaction.histories(GUILD, period).await.unwrap();
        let waits: Vec<RequestId> = histories
            .iter()
            .filter(|history| history.status_at(period.to) == Some(Status::Open))
            .map(|history| history.request.id)
            .collect();
        assert_eq!(waits, expected, "at {time}");
    }
    let elsewhere = transaction.histories(OTHER_GUILD, morning()).await;
    assert!(elsewhere.unwrap().is_empty());
}

async fn the_first_answer_ever_counts(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let twice = opened(&mut transaction, 1, "06:00:00").await;
    change(&mut transaction, twice, Change::Answered, "07:00:00").await;
    change(&mut transaction, twice, Change::Reopened, "08:30:00").await;
    change(&mut transaction, twice, Change::Answered, "09:00:00").await;
    let once = opened(&mut transaction, 2, "06:00:00.000001").await;
    change(&mut transaction, once, Change::Attended, "07:00:00").await;
    change(&mut transaction, once, Change::Answered, "08:00:00").await;
    let late = opened(&mut transaction, 3, "06:00:00").await;
    change(&mut transaction, late, Change::Answered, "12:00:00").await;

    let histories = transaction.histories(GUILD, morning()).await.unwrap();
    let counts = RequestCounts::of(&histories, morning());
    assert_eq!((counts.answered, counts.new), (1, 0));
    // From a microsecond after six to eight, in whole seconds.
    assert_eq!(counts.median_seconds_to_answer, Some(7_199));
}

async fn changes_count_once_a_request(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let back_and_forth = opened(&mut transaction, 1, "08:00:00").await;
    for (kind, time) in [
        (Change::Resolved, "09:00:00"),
        (Change::Reopened, "09:10:00"),
        (Change::Resolved, "09:20:00"),
    ] {
        change(&mut transaction, back_and_forth, kind, time).await;
    }
    let taken_back = opened(&mut transaction, 2, "08:00:00").await;
    change(&mut transaction, taken_back, Change::Withdrawn, "09:00:00").await;
    let later = opened(&mut transaction, 3, "11:59:59.999999").await;
    change(&mut transaction, later, Change::Withdrawn, "12:00:00").await;
    opened(&mut transaction, 4, "12:00:00").await;

    let histories = transaction.histories(GUILD, morning()).await.unwrap();
    let counts = RequestCounts::of(&histories, morning());
    assert_eq!((counts.resolved, counts.lapsed), (1, 0));
    // Withdrawn after the period, it was a request in it: a digest stays as it was written.
    assert_eq!(counts.new, 2);
}
