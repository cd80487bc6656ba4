//! Messages.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use convener::clock::{SystemClock, Work};
use convener::facilitation::Facilitation;
use convener::facilitation::hearing::Source;
use convener::listening::Listener;
use convener::practice::activity::ActivityKind;
use convener::practice::id::{MemberId, MessageId};
use convener::practice::message::{Attachment, Heard, MessageKind, Reaction};
use convener::practice::reading::Reading;
use convener::practice::rhythm::Rhythm;
use convener::storage::{NewMessage, Transaction};

use crate::engine::Database;
use crate::sample::{CHANNEL, GUILD, OTHER_CHANNEL, at, heard, small_talk};

on_each_engine!(
    a_message_comes_back_as_it_was_kept,
    a_message_is_kept_once,
    messages_are_recalled_in_their_order,
    an_edit_changes_the_words_and_says_whether_there_are_any,
    a_deletion_forgets_the_words_and_what_came_with_them,
    what_is_not_committed_is_not_kept,
    many_messages_are_kept_at_once_or_none_of_them,
    what_is_read_while_some_is_kept_is_read_in_its_order,
);

async fn keep(transaction: &mut Transaction, message: &Heard) {
    transaction
        .keep_message(GUILD, message, &small_talk())
        .await
        .unwrap();
}

async fn a_message_comes_back_as_it_was_kept(database: &Database) {
    let store = database.store().await;
    let words = "„Grüße“ 'quoted' \"twice\" \\n\n\u{feff}👩\u{200d}🔧 \u{1}\u{7f} $1 %s --";
    let mut message = heard(5, "10:00:00.123456", words);
    message.kind = MessageKind::Action;
    message.edited_at = Some(at("10:00:01.000001"));
    message.reply_to = vec![MessageId::new(3), MessageId::new(4)];
    let reading = Reading {
        activity: Some(ActivityKind::SeekingExperience),
        confidence: 0.1,
        is_request: true,
        begins: true,
        reply_to: message.reply_to.clone(),
        concern: None,
    };
    let mut system = heard(6, "10:00:02", "Ana joined");
    (system.kind, system.author) = (MessageKind::System, None);

    let mut transaction = store.begin().await.unwrap();
    transaction
        .keep_message(GUILD, &message, &reading)
        .await
        .unwrap();
    keep(&mut transaction, &system).await;
    transaction.commit().await.unwrap();

    let mut transaction = store.read().await.unwrap();
    let stored = transaction.message(CHANNEL, message.id).await.unwrap();
    let stored = stored.unwrap();
    assert_eq!((stored.heard, stored.reading), (message, reading));
    let stored = transaction.message(CHANNEL, system.id).await.unwrap();
    assert_eq!(stored.unwrap().heard, system);
}

async fn a_message_is_kept_once(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    keep(&mut transaction, &heard(5, "10:00:00", "first")).await;
    // Some platforms number per channel.
    let mut elsewhere = heard(5, "11:00:00", "the same number elsewhere");
    elsewhere.channel = OTHER_CHANNEL;
    keep(&mut transaction, &elsewhere).await;
    transaction.commit().await.unwrap();

    let mut transaction = store.begin().await.unwrap();
    let asked_for: Vec<_> = (1..9).map(|id| (CHANNEL, MessageId::new(id))).collect();
    let kept = transaction.kept_messages(&asked_for).await.unwrap();
    assert_eq!(kept, [((CHANNEL, MessageId::new(5)), false)].into());
    let outside = transaction.kept_messages(&asked_for[5..]).await.unwrap();
    assert!(outside.is_empty());
    let again = transaction
        .keep_message(GUILD, &heard(5, "12:00:00", "second"), &small_talk())
        .await;
    assert!(!again.unwrap(), "it is kept already");
    transaction.commit().await.unwrap();

    let mut transaction = store.read().await.unwrap();
    let stored = transaction.message(CHANNEL, MessageId::new(5)).await;
    assert_eq!(stored.unwrap().unwrap().heard.text, "first");
}

async fn messages_are_recalled_in_their_order(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    // Within a second, fractions of every length must sort as times; the ids of other platforms
    // count down, and those of one instant follow each other so.
    let times = [
        "10:00:00",
        "10:00:00.000001",
        "10:00:00.5",
        "10:00:00.500001",
        "10:00:01",
        "10:00:01",
    ];
    let ids = [50, 10, 40, 20, -7, -8];
    for index in [3, 0, 5, 2, 4, 1] {
        let text = format!("message {index}");
        let mut message = heard(ids[index], times[index], &text);
        if index == 2 {
            message.reply_to = vec![MessageId::new(10)];
        }
        let reading = Reading {
            reply_to: message.reply_to.clone(),
            ..small_talk()
        };
        transaction
            .keep_message(GUILD, &message, &reading)
            .await
            .unwrap();
    }
    let recalled = async |transaction: &mut Transaction, until, limit| -> Vec<i64> {
        let messages = transaction.messages_until(CHANNEL, until, limit).await;
        let messages = messages.unwrap().into_iter();
        messages.map(|stored| stored.heard.id.get()).collect()
    };
    let later = at("11:00:00");
    assert_eq!(recalled(&mut transaction, later, 9).await, ids);
    assert_eq!(recalled(&mut transaction, later, 2).await, [-7, -8]);
    let middle = at("10:00:00.5");
    assert_eq!(recalled(&mut transaction, middle, 9).await, [50, 10, 40]);
    let before = at("09:59:59.999999");
    assert!(recalled(&mut transaction, before, 9).await.is_empty());

    let messages = transaction.messages_until(CHANNEL, later, 9).await;
    let links: Vec<_> = messages
        .unwrap()
        .into_iter()
        .map(|stored| stored.reading.reply_to)
        .collect();
    assert_eq!(links[2], [MessageId::new(10)]);
    assert_eq!(links.concat().len(), 1, "the links of others");
}

async fn an_edit_changes_the_words_and_says_whether_there_are_any(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let message = heard(5, "10:00:00", "before");
    keep(&mut transaction, &message).await;
    let edited_at = at("10:05:00.000007");
    let edited = transaction
        .edit_message(CHANNEL, message.id, "after", edited_at)
        .await;
    assert!(edited.unwrap());
    let stored = transaction.message(CHANNEL, message.id).await.unwrap();
    let stored = stored.unwrap().heard;
    assert_eq!(
        (stored.text.as_str(), stored.edited_at, stored.at),
        ("after", Some(edited_at), message.at)
    );
    let unknown = transaction
        .edit_message(OTHER_CHANNEL, message.id, "after", edited_at)
        .await;
    assert!(!unknown.unwrap());
}

async fn a_deletion_forgets_the_words_and_what_came_with_them(database: &Database) {
    let store = database.store().await;
    let mut message = heard(5, "10:00:00", "a secret");
    message.reactions = vec![Reaction {
        emoji: "👍".to_owned(),
        count: 2,
    }];
    message.attachments = vec![Attachment {
        name: "secret.pdf".to_owned(),
        url: "https://example.org/secret.pdf".to_owned(),
    }];
    let mut transaction = store.begin().await.unwrap();
    keep(&mut transaction, &message).await;
    transaction.commit().await.unwrap();
    let mut beside = database.beside().await;
    let came_with_it = "
        SELECT (SELECT COUNT(*) FROM reactions) + (SELECT COUNT(*) FROM attachments)";
    assert_eq!(beside.number(came_with_it).await, 2);

    let mut transaction = store.begin().await.unwrap();
    transaction
        .delete_message(CHANNEL, message.id, at("11:00:00"))
        .await
        .unwrap();
    let edited = transaction
        .edit_message(CHANNEL, message.id, "back again", at("12:00:00"))
        .await;
    assert!(!edited.unwrap(), "what is deleted stays so");
    let stored = transaction.message(CHANNEL, message.id).await.unwrap();
    assert_eq!(stored, None);
    let recalled = transaction.messages_until(CHANNEL, at("13:00:00"), 9).await;
    assert!(recalled.unwrap().is_empty());
    let place = (CHANNEL, message.id);
    let kept = transaction.kept_messages(&[place]).await.unwrap();
    assert_eq!(kept, [(place, true)].into(), "that there was one stays");
    transaction.commit().await.unwrap();

    assert_eq!(beside.number(came_with_it).await, 0);
    let words = beside
        .number("SELECT COUNT(*) FROM messages WHERE text <> ''")
        .await;
    assert_eq!(words, 0);
}

async fn what_is_not_committed_is_not_kept(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let message = heard(5, "10:00:00", "on second thoughts");
    keep(&mut transaction, &message).await;
    drop(transaction);
    let mut transaction = store.begin().await.unwrap();
    let stored = transaction.message(CHANNEL, message.id).await.unwrap();
    assert_eq!(stored, None);
}

async fn many_messages_are_kept_at_once_or_none_of_them(database: &Database) {
    let store = database.store().await;
    // Seven rows are three portions.
    let messages: Vec<Heard> = (5..12)
        .map(|id| {
            let mut message = heard(id, "11:00:00", &format!("words of {id}"));
            message.author.as_mut().unwrap().id = MemberId::new(id % 2 + 1);
            message
        })
        .collect();
    let rows = messages.iter().map(|heard| NewMessage {
        guild: GUILD,
        heard,
        reading: Reading {
            reply_to: [1, 2]
                .map(|back| MessageId::new(heard.id.get() - back))
                .into(),
            confidence: 0.5,
            ..small_talk()
        },
    });
    let rows: Vec<NewMessage<'_>> = rows.collect();
    let mut transaction = store.begin().await.unwrap();
    assert!(transaction.keep_messages(&rows).await.unwrap());
    transaction.commit().await.unwrap();

    let mut transaction = store.read().await.unwrap();
    for message in &messages {
        let stored = transaction.message(CHANNEL, message.id).await.unwrap();
        let stored = stored.unwrap();
        assert_eq!(stored.heard.text, message.text);
        assert_eq!(stored.reading.reply_to.len(), 2);
    }
    drop(transaction);
    let mut beside = database.beside().await;
    for (member, days) in [(1, 3), (2, 4)] {
        let counted = format!("SELECT messages FROM member_days WHERE member_id = {member}");
        assert_eq!(beside.number(&counted).await, days, "of {member}");
    }

    let later = heard(12, "12:00:00", "later");
    let later = NewMessage {
        guild: GUILD,
        heard: &later,
        reading: small_talk(),
    };
    let mut transaction = store.begin().await.unwrap();
    let again = [later, rows[3].clone()];
    assert!(!transaction.keep_messages(&again).await.unwrap());
}

/// What is kept of a reading.
fn known(
    message: MessageId,
    reading: Reading,
) -> (MessageId, bool, Option<ActivityKind>, BTreeSet<MessageId>) {
    let replies = reading.reply_to.into_iter().collect();
    (message, reading.is_request, reading.activity, replies)
}

async fn what_is_read_while_some_is_kept_is_read_in_its_order(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    transaction.keep_guild(GUILD, "Makers").await.unwrap();
    transaction.commit().await.unwrap();
    let work = Work::new();
    let clock = Arc::new(SystemClock::new(work.clone()));
    let facilitation = Facilitation::new(store.clone(), clock, Rhythm::default(), &work);
    let said: Vec<Heard> = (0..1_300)
        .map(|number| {
            let text = match number % 5 {
                0 => format!("How do I mend gauge {number}?"),
                1 => "thanks, that worked".to_owned(),
                _ => format!("person {}: try the fuse of gauge {number}", number % 7),
            };
            let mut message = heard(number + 1, "08:00:00", &text);
            message.at += TimeDelta::seconds(number);
            message.author.as_mut().unwrap().id = MemberId::new(number % 7 + 1);
            if number % 3 == 0 {
                message.channel = OTHER_CHANNEL;
            }
            message
        })
        .collect();
    let heard = facilitation.hear(GUILD, said.clone(), Source::Export).await;
    assert_eq!(heard.unwrap(), said.len());
    let mut transaction = store.read().await.unwrap();
    for channel in [CHANNEL, OTHER_CHANNEL] {
        let mut listener = Listener::new();
        let said = said.iter().filter(|message| message.channel == channel);
        let read: Vec<_> = said
            .map(|message| known(message.id, listener.hear(message)))
            .collect();
        let kept = transaction
            .messages_until(channel, at("12:00:00"), 2_000)
            .await;
        let kept: Vec<_> = kept
            .unwrap()
            .into_iter()
            .map(|stored| known(stored.heard.id, stored.reading))
            .collect();
        assert_eq!(kept, read);
    }
}
