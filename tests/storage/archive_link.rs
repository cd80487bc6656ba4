//! Links to the archive.

use chrono::TimeDelta;

use crate::engine::Database;
use crate::sample::{GUILD, OTHER_GUILD, at};

on_each_engine!(a_link_opens_until_it_expires_or_is_revoked);

async fn a_link_opens_until_it_expires_or_is_revoked(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let (made, expires) = (at("09:00:00"), at("12:00:00"));
    for (guild, hash) in [(GUILD, "one"), (GUILD, "two"), (OTHER_GUILD, "other")] {
        let kept = transaction.keep_archive_link(guild, hash, made, expires);
        kept.await.unwrap();
    }
    let mut opens = async |hash: &str, time: &str| {
        let opened = transaction.archive_of(hash, at(time)).await.unwrap();
        opened.map(|(guild, _)| guild)
    };
    assert_eq!(opens("one", "11:59:59.999999").await, Some(GUILD));
    assert_eq!(opens("one", "12:00:00").await, None);
    assert_eq!(opens("three", "10:00:00").await, None);
    assert_eq!(opens("other", "10:00:00").await, Some(OTHER_GUILD));

    let early = expires - TimeDelta::hours(1);
    transaction
        .keep_archive_link(GUILD, "old", made, early)
        .await
        .unwrap();
    let revoked = transaction.revoke_archive_links(GUILD, early).await;
    assert_eq!(revoked.unwrap(), 2, "what has expired was none any more");
    let opened = transaction.archive_of("one", made).await.unwrap();
    assert_eq!(opened, None);
    let opened = transaction.archive_of("other", made).await.unwrap();
    assert!(opened.is_some(), "another community's is its own");
    transaction
        .drop_expired_archive_links(OTHER_GUILD, expires)
        .await
        .unwrap();
    let opened = transaction.archive_of("other", made).await.unwrap();
    assert_eq!(opened, None);
}
