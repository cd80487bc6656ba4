//! When Convener was there to hear.

use crate::engine::Database;
use crate::sample::at;

on_each_engine!(
    the_last_sign_of_life_is_kept,
    absences_that_touch_a_span_are_found,
);

async fn the_last_sign_of_life_is_kept(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.alive_at().await.unwrap(), None);
    for time in ["10:00:00", "10:00:01.000001"] {
        transaction.keep_alive(at(time)).await.unwrap();
        assert_eq!(transaction.alive_at().await.unwrap(), Some(at(time)));
    }
}

async fn absences_that_touch_a_span_are_found(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let absences = [
        (at("01:00:00"), at("02:00:00.5")),
        (at("10:00:00"), at("11:00:00")),
        (at("20:00:00"), at("21:00:00")),
    ];
    for (from, to) in [absences[2], absences[0], absences[1], absences[1]] {
        transaction.keep_absence(from, to).await.unwrap();
    }
    for (from, to, found) in [
        ("00:00:00", "23:00:00", 0..3),
        ("02:00:00", "20:00:00.000001", 0..3),
        ("10:15:00", "10:30:00", 1..2),
        // Spans are half-open.
        ("02:00:00.5", "10:00:00", 1..1),
        ("11:00:00", "20:00:00", 1..1),
    ] {
        let absent = transaction.absences(at(from), at(to)).await.unwrap();
        assert_eq!(absent, absences[found], "{from} to {to}");
    }
}
