//! Finding requests by their words.

use convener::practice::community::{Channel, ChannelKind};
use convener::practice::id::{ChannelId, MemberId, RequestId};
use convener::practice::request::{Change, Event};
use convener::practice::words::telling_words;
use convener::storage::Transaction;

use crate::engine::Database;
use crate::sample::{CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD, asked, at};

on_each_engine!(
    the_most_alike_comes_first,
    what_not_everybody_may_read_is_shown_to_nobody,
    what_is_dropped_is_not_found,
    any_text_can_be_looked_for,
);

async fn place(transaction: &mut Transaction, id: ChannelId, is_public: bool) {
    let channel = Channel {
        id,
        guild: GUILD,
        name: "help".to_owned(),
        kind: ChannelKind::Text,
        parent: None,
        is_public,
    };
    transaction.keep_channel(&channel).await.unwrap();
}

/// A request that was answered, with the words of both.
async fn answered(
    transaction: &mut Transaction,
    channel: ChannelId,
    message: i64,
    question: &str,
    answer: &str,
) -> RequestId {
    let mut request = asked(Some(message), "10:00:00");
    request.channel = channel;
    question.clone_into(&mut request.text);
    let id = transaction.open_request(&request, None).await.unwrap();
    let id = id.unwrap();
    let event = Event::of_member(Change::Answered, at("11:00:00"), MemberId::new(8));
    let life = transaction.request(id).await.unwrap().unwrap().life;
    let life = life.after(&event).unwrap();
    transaction
        .keep_request_event(id, &event, &life)
        .await
        .unwrap();
    transaction
        .keep_words(GUILD, id, question, answer)
        .await
        .unwrap();
    id
}

async fn found(transaction: &mut Transaction, text: &str) -> Vec<RequestId> {
    transaction
        .similar_answered(GUILD, &telling_words(text), CHANNEL, 9)
        .await
        .unwrap()
}

async fn the_most_alike_comes_first(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    place(&mut transaction, CHANNEL, true).await;
    let kiln = answered(
        &mut transaction,
        CHANNEL,
        1,
        "Which kiln for stoneware?",
        "",
    )
    .await;
    let glaze = answered(
        &mut transaction,
        CHANNEL,
        2,
        "Why does my glaze crawl on stoneware in the kiln?",
        "Wash the dust off before glazing.",
    )
    .await;
    answered(&mut transaction, CHANNEL, 3, "Where do you buy clay?", "").await;
    let alike = found(&mut transaction, "My glazes are crawling, is it the kiln?").await;
    assert_eq!(alike, [glaze, kiln]);
    let by_answer = found(&mut transaction, "dust on shelves").await;
    assert_eq!(by_answer, [glaze]);
    let elsewhere = transaction
        .similar_answered(OTHER_GUILD, &telling_words("kiln"), CHANNEL, 9)
        .await;
    assert!(elsewhere.unwrap().is_empty());
}

async fn what_not_everybody_may_read_is_shown_to_nobody(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    place(&mut transaction, CHANNEL, true).await;
    place(&mut transaction, OTHER_CHANNEL, false).await;
    let hidden = answered(&mut transaction, OTHER_CHANNEL, 1, "Which kiln?", "").await;
    assert!(found(&mut transaction, "kiln").await.is_empty());
    let beside = transaction
        .similar_answered(GUILD, &telling_words("kiln"), OTHER_CHANNEL, 9)
        .await;
    assert_eq!(beside.unwrap(), [hidden], "whoever asks there reads it");
}

async fn what_is_dropped_is_not_found(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    place(&mut transaction, CHANNEL, true).await;
    let kiln = answered(&mut transaction, CHANNEL, 1, "Which kiln?", "").await;
    assert_eq!(found(&mut transaction, "kiln").await, [kiln]);
    transaction.keep_words(GUILD, kiln, "", "").await.unwrap();
    assert!(found(&mut transaction, "kiln").await.is_empty());
}

async fn any_text_can_be_looked_for(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    place(&mut transaction, CHANNEL, true).await;
    for text in [
        "",
        "'; DROP TABLE requests; --",
        "\"NEAR(AND OR NOT*:^",
        "guild: question answer",
        "日本語の質問です",
        "سؤال عن الطين",
        "а́ б̈ ☃ 🏺🏺🏺",
        &"kiln ".repeat(10_000),
    ] {
        found(&mut transaction, text).await;
    }
}
