//! Ids of other platforms.

use std::collections::HashSet;

use crate::engine::Database;

on_each_engine!(
    a_foreign_id_gets_a_number_below_zero_for_good,
    a_number_gives_its_original_back,
);

async fn a_foreign_id_gets_a_number_below_zero_for_good(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let names = [
        ("member", "U024BE7LH"),
        ("member", "u024be7lh"),
        ("message", "U024BE7LH"),
        ("message", "1355517523.000005"),
        ("channel", ""),
        ("guild", "T’s “own”"),
    ];
    let mut numbers = Vec::new();
    for (noun, original) in names {
        numbers.push(transaction.external_id(noun, original).await.unwrap());
    }
    assert!(numbers.iter().all(|number| *number < 0), "{numbers:?}");
    let different: HashSet<_> = numbers.iter().collect();
    assert_eq!(different.len(), names.len(), "{numbers:?}");
    transaction.commit().await.unwrap();

    store.close().await;
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    for ((noun, original), number) in names.into_iter().zip(numbers) {
        let again = transaction.external_id(noun, original).await.unwrap();
        assert_eq!(again, number, "{noun} {original}");
    }
}

async fn a_number_gives_its_original_back(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    for original in ["C024BE7LR", "0017", "-1"] {
        let number = transaction.external_id("channel", original).await.unwrap();
        assert_eq!(transaction.original_id(number).await.unwrap(), original);
    }
    for own in [0, 1, i64::MAX, -404] {
        let text = transaction.original_id(own).await.unwrap();
        assert_eq!(text, own.to_string());
    }
}
