//! On which days members wrote: added up as messages come and go, and equal to them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use convener::practice::id::{ChannelId, MemberId, MessageId};
use convener::practice::week::Period;
use convener::storage::{Transaction, day_of};

use crate::engine::Database;
use crate::sample::{CHANNEL, GUILD, OTHER_CHANNEL, asked, at, heard, person, small_talk};

on_each_engine!(
    what_is_added_up_equals_the_messages,
    newcomers_are_answered_within_a_day_or_not,
);

/// In how many of the last thirteen weeks each of persons 1 to 5 wrote, counted from the messages.
async fn counted(transaction: &mut Transaction) -> BTreeMap<MemberId, i64> {
    let until = at("00:00:00");
    let mut weeks: BTreeMap<MemberId, BTreeSet<i64>> = BTreeMap::new();
    for channel in [CHANNEL, OTHER_CHANNEL] {
        let kept = transaction.messages_until(channel, at("23:00:00"), 10_000);
        for message in kept.await.unwrap() {
            let author = message.heard.author.unwrap();
            let days_ago = day_of(until) - 1 - day_of(message.heard.at);
            if !author.is_bot && author.id.get() != 0 && (0..91).contains(&days_ago) {
                weeks.entry(author.id).or_default().insert(days_ago / 7);
            }
        }
    }
    weeks
        .into_iter()
        .map(|(member, weeks)| (member, i64::try_from(weeks.len()).unwrap()))
        .collect()
}

/// The same as it was added up.
async fn written(transaction: &mut Transaction, until: DateTime<Utc>) -> BTreeMap<MemberId, i64> {
    let weeks = transaction.weeks_written(GUILD, until, 13).await.unwrap();
    weeks
        .into_iter()
        .map(|(member, weeks)| (member, weeks.count(0)))
        .collect()
}

async fn what_is_added_up_equals_the_messages(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    // A hundred days, five people, one of them a bot; not everybody on every day.
    for number in 0..400_i64 {
        let author = 1 + number * 7 % 5;
        if (number * number) % 11 < 4 {
            continue;
        }
        let mut message = heard(number + 1, "12:00:00", "words");
        message.at = at("12:00:00") - TimeDelta::hours(6 * number);
        message.channel = if number % 3 == 0 {
            OTHER_CHANNEL
        } else {
            CHANNEL
        };
        let mut writer = person(author);
        writer.is_bot = author == 5;
        message.author = Some(writer);
        transaction
            .keep_message(GUILD, &message, &small_talk())
            .await
            .unwrap();
        // What is heard twice counts once.
        transaction
            .keep_message(GUILD, &message, &small_talk())
            .await
            .unwrap();
    }
    let until = at("00:00:00");
    let added_up = written(&mut transaction, until).await;
    assert_eq!(added_up.len(), 4);
    assert_eq!(added_up, counted(&mut transaction).await);
    for number in (0..300).step_by(2) {
        for channel in [CHANNEL, OTHER_CHANNEL] {
            transaction
                .delete_message(channel, MessageId::new(number), at("13:00:00"))
                .await
                .unwrap();
        }
    }
    let added_up = written(&mut transaction, until).await;
    assert_eq!(added_up, counted(&mut transaction).await);
    let lost: ChannelId = OTHER_CHANNEL;
    transaction
        .delete_messages_of(GUILD, lost, at("14:00:00"))
        .await
        .unwrap();
    let added_up = written(&mut transaction, until).await;
    assert_eq!(added_up, counted(&mut transaction).await);
}

async fn newcomers_are_answered_within_a_day_or_not(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    for (member, joined) in [(7, 3), (8, 30)] {
        let joined_at = at("10:00:00") - TimeDelta::days(joined);
        transaction
            .keep_member(GUILD, &person(member), Some(joined_at))
            .await
            .unwrap();
    }
    for (message, author) in [(1, 7), (2, 7), (3, 8)] {
        let mut request = asked(Some(message), "10:00:00");
        request.author = person(author);
        transaction.open_request(&request, None).await.unwrap();
    }
    let period = Period {
        from: at("00:00:00"),
        to: at("23:00:00"),
    };
    let care = transaction.newcomers_requests(GUILD, period).await.unwrap();
    let care: Vec<_> = care.into_iter().map(|(_, is_soon)| is_soon).collect();
    assert_eq!(care, [false, false], "person 8 came a month ago");
}
