//! Who serves which shards, and when each was listened to.

use chrono::TimeDelta;
use convener::practice::id::{GuildId, ProcessId};
use convener::practice::shard::{SharedShard, Sharer};

use crate::engine::Database;
use crate::sample::at;

on_each_engine!(
    the_last_sign_of_life_is_kept_for_each_shard,
    absences_of_a_guilds_shard_that_touch_a_span_are_found,
    a_shard_that_is_away_still_is_seen_by_what_others_hear,
    a_shard_that_is_only_shared_out_counts_from_the_total_before,
    who_does_not_renew_is_gone,
    what_is_shared_out_is_kept_beside_what_was_heard,
);

/// A guild in a shard of sixteen.
fn guild(shard: i64) -> GuildId {
    GuildId::new((160 + shard) << 22)
}

async fn the_last_sign_of_life_is_kept_for_each_shard(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.alive_at().await.unwrap(), None);
    for time in ["10:00:00", "10:00:01.000001"] {
        transaction
            .keep_shards_alive(16, &[3, 4, 9], at(time))
            .await
            .unwrap();
        assert_eq!(transaction.alive_at().await.unwrap(), Some(at(time)));
    }
    transaction
        .keep_shards_alive(16, &[9], at("11:00:00"))
        .await
        .unwrap();
    let alive = transaction.shards_alive_at(16).await.unwrap();
    let (early, late) = (at("10:00:01.000001"), at("11:00:00"));
    assert_eq!(alive, [(3, early), (4, early), (9, late)].into());
    let mut other = async |total| transaction.other_total_alive_at(total).await.unwrap();
    assert_eq!(other(16).await, None);
    assert_eq!(other(8).await, Some(late));
}

async fn absences_of_a_guilds_shard_that_touch_a_span_are_found(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let absences = [
        (at("01:00:00"), at("02:00:00.5")),
        (at("10:00:00"), at("11:00:00")),
        (at("20:00:00"), at("21:00:00")),
    ];
    // The first was counted by another total: of two shards it was in the second.
    let places = [(2, 1), (16, 3), (16, 3)];
    for kept in [2, 0, 1, 1] {
        let ((total, shard), (from, to)) = (places[kept], absences[kept]);
        transaction
            .keep_absence(total, shard, from, to)
            .await
            .unwrap();
    }
    for (from, to, found) in [
        ("00:00:00", "23:00:00", 0..3),
        ("02:00:00", "20:00:00.000001", 0..3),
        ("10:15:00", "10:30:00", 1..2),
        // Spans are half-open.
        ("02:00:00.5", "10:00:00", 1..1),
        ("11:00:00", "20:00:00", 1..1),
    ] {
        let absent = transaction.absences(guild(3), at(from), at(to)).await;
        assert_eq!(absent.unwrap(), absences[found], "{from} to {to}");
    }
    let mut of = async |guild| {
        let absences = transaction.absences(guild, at("00:00:00"), at("23:00:00"));
        absences.await.unwrap().len()
    };
    assert_eq!((of(guild(5)).await, of(guild(4)).await), (1, 0));
    // A community of another platform is in no shard.
    assert_eq!(of(GuildId::new(-3)).await, 0);
}

async fn a_shard_that_is_away_still_is_seen_by_what_others_hear(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let mut alive = async |total, shards: &[u32], time| {
        transaction
            .keep_shards_alive(total, shards, at(time))
            .await
            .unwrap();
    };
    alive(1, &[0], "08:00:00").await;
    alive(16, &[3, 4], "10:00:00").await;
    alive(16, &[4], "12:00:00").await;
    let mut own = async |shard| transaction.guild_alive_at(guild(shard)).await.unwrap();
    assert_eq!(own(3).await, Some((at("10:00:00"), at("12:00:00"))));
    assert_eq!(own(4).await, Some((at("12:00:00"), at("12:00:00"))));
    // Never under this total: as long as it was not listened to under another.
    assert_eq!(own(5).await, Some((at("08:00:00"), at("12:00:00"))));
    let mut elsewhere = async |id| transaction.guild_alive_at(GuildId::new(id)).await.unwrap();
    assert_eq!(elsewhere(-3 << 22).await, None);
}

async fn a_shard_that_is_only_shared_out_counts_from_the_total_before(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let holder = Some(ProcessId::new(7));
    let shared = SharedShard {
        number: 3,
        holder,
        heir: None,
    };
    transaction.keep_shared_shards(16, &[shared]).await.unwrap();
    let steps: [(u32, &[u32], &str, Option<&str>); 7] = [
        // It was never listened to, under any total.
        (16, &[4], "08:00:00", None),
        (8, &[4], "09:00:00", Some("08:00:00")),
        (16, &[4], "10:00:00", Some("09:00:00")),
        (16, &[3], "11:00:00", Some("11:00:00")),
        (16, &[4], "12:00:00", Some("11:00:00")),
        (8, &[4], "13:00:00", Some("12:00:00")),
        (16, &[4], "14:00:00", Some("13:00:00")),
    ];
    for (total, shards, time, own) in steps {
        transaction
            .keep_shards_alive(total, shards, at(time))
            .await
            .unwrap();
        let alive_at = transaction.guild_alive_at(guild(3)).await.unwrap();
        assert_eq!(alive_at, own.map(|own| (at(own), at(time))), "{time}");
    }
}

async fn who_does_not_renew_is_gone(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    transaction.turn_to_share().await.unwrap();
    let sharer = |process, is_leaving| Sharer {
        process: ProcessId::new(process),
        is_leaving,
    };
    let lease = at("10:00:00") + TimeDelta::minutes(1);
    for (process, is_leaving, until) in [
        (7, false, lease),
        (3, true, lease),
        (5, false, at("10:00:30")),
        (7, true, lease),
    ] {
        transaction
            .keep_sharer(sharer(process, is_leaving), 16, until)
            .await
            .unwrap();
    }
    let mut sharers = async |time| transaction.sharers(at(time)).await.unwrap();
    assert_eq!(sharers("10:00:29").await.len(), 3);
    let left = [(sharer(3, true), 16), (sharer(7, true), 16)];
    assert_eq!(sharers("10:00:30").await, left);
    transaction.forget_sharer(ProcessId::new(3)).await.unwrap();
    assert_eq!(
        transaction.sharers(at("10:00:30")).await.unwrap(),
        left[1..]
    );
    assert_eq!(transaction.sharers(lease).await.unwrap(), []);
}

async fn what_is_shared_out_is_kept_beside_what_was_heard(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    transaction
        .keep_shards_alive(3, &[1], at("10:00:00"))
        .await
        .unwrap();
    let shard = |number, holder: Option<i64>, heir: Option<i64>| SharedShard {
        number,
        holder: holder.map(ProcessId::new),
        heir: heir.map(ProcessId::new),
    };
    let all = [
        shard(0, None, None),
        shard(1, Some(7), Some(9)),
        shard(2, None, Some(9)),
    ];
    transaction.keep_shared_shards(3, &all[1..]).await.unwrap();
    assert_eq!(transaction.shared_shards(3).await.unwrap(), all);
    assert_eq!(transaction.alive_at().await.unwrap(), Some(at("10:00:00")));
    let freed = [shard(1, None, None)];
    transaction.keep_shared_shards(3, &freed).await.unwrap();
    assert_eq!(transaction.shared_shards(3).await.unwrap()[1], freed[0]);
}
