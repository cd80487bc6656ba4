//! The agenda.

use std::time::Duration;

use chrono::TimeDelta;
use convener::storage::{DueJob, Store, Transaction};

use crate::engine::{Database, on_postgres};
use crate::sample::{GUILD, OTHER_GUILD, at};

on_each_engine!(
    a_key_is_put_once_even_after_it_is_done,
    jobs_are_leased_when_due_the_longest_due_first,
    a_lease_is_exclusive,
    a_lapsed_lease_is_taken_by_another,
    a_failed_job_is_tried_again_at_its_time,
    the_next_job_is_when_something_can_be_leased,
    processes_share_the_agenda_without_doing_a_job_twice,
);

const LEASE: TimeDelta = TimeDelta::minutes(5);

/// Who waits for the other's lock would wait for ever.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

async fn put(transaction: &mut Transaction, key: &str, due: &str) {
    transaction
        .put_job(GUILD, key, &format!("{{\"job\":\"{key}\"}}"), at(due))
        .await
        .unwrap();
}

async fn lease(transaction: &mut Transaction, now: &str, limit: i64) -> Vec<DueJob> {
    transaction.lease_jobs(at(now), LEASE, limit).await.unwrap()
}

async fn lease_in(store: &Store, now: &str) -> Vec<DueJob> {
    let mut transaction = store.begin().await.unwrap();
    let jobs = lease(&mut transaction, now, 9).await;
    transaction.commit().await.unwrap();
    jobs
}

fn words(jobs: &[DueJob]) -> Vec<&str> {
    let quoted = jobs.iter().map(|job| job.job.split('"').nth(3).unwrap());
    quoted.collect()
}

async fn a_key_is_put_once_even_after_it_is_done(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    put(&mut transaction, "once", "10:00:00").await;
    transaction
        .put_job(OTHER_GUILD, "once", "another", at("09:00:00"))
        .await
        .unwrap();
    let jobs = lease(&mut transaction, "10:00:00", 9).await;
    assert_eq!(words(&jobs), ["once"]);
    assert_eq!(
        (jobs[0].guild(), jobs[0].due_at, jobs[0].attempts),
        (GUILD, at("10:00:00"), 1)
    );
    let finished = transaction.finish_job(&jobs[0], at("10:00:01")).await;
    assert!(finished.unwrap());
    put(&mut transaction, "once", "10:00:00").await;
    assert!(lease(&mut transaction, "23:00:00", 9).await.is_empty());
}

async fn jobs_are_leased_when_due_the_longest_due_first(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    for (key, due) in [
        ("third", "10:00:00.000002"),
        ("first", "09:00:00"),
        ("later", "10:00:00.000003"),
        ("second", "10:00:00"),
    ] {
        put(&mut transaction, key, due).await;
    }
    let jobs = lease(&mut transaction, "10:00:00.000002", 2).await;
    assert_eq!(words(&jobs), ["first", "second"]);
    let jobs = lease(&mut transaction, "10:00:00.000002", 9).await;
    assert_eq!(words(&jobs), ["third"]);
}

async fn a_lease_is_exclusive(database: &Database) {
    let (store, second) = (database.store().await, database.store().await);
    let mut transaction = store.begin().await.unwrap();
    put(&mut transaction, "one", "10:00:00").await;
    transaction.commit().await.unwrap();
    assert_eq!(lease_in(&store, "10:00:00").await.len(), 1);
    assert!(lease_in(&second, "10:04:59.999999").await.is_empty());
}

async fn a_lapsed_lease_is_taken_by_another(database: &Database) {
    let (store, second) = (database.store().await, database.store().await);
    let mut transaction = store.begin().await.unwrap();
    put(&mut transaction, "one", "10:00:00").await;
    transaction.commit().await.unwrap();
    let first_lease = lease_in(&store, "10:00:00").await;
    let second_lease = lease_in(&second, "10:05:00").await;
    assert_eq!(second_lease.len(), 1);
    assert_eq!(second_lease[0].attempts, 2);

    let mut transaction = store.begin().await.unwrap();
    let late = transaction
        .finish_job(&first_lease[0], at("10:05:01"))
        .await;
    assert!(!late.unwrap(), "the first holder is too late");
    transaction
        .retry_job(&first_lease[0], "too late as well", at("10:05:02"))
        .await
        .unwrap();
    assert!(lease(&mut transaction, "10:06:00", 9).await.is_empty());
    transaction.commit().await.unwrap();

    let mut transaction = second.begin().await.unwrap();
    let held = &second_lease[0];
    assert!(transaction.finish_job(held, at("10:06:00")).await.unwrap());
    let again = transaction.finish_job(held, at("10:06:01")).await;
    assert!(!again.unwrap(), "a job is struck off once");
}

async fn a_failed_job_is_tried_again_at_its_time(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    put(&mut transaction, "one", "10:00:00").await;
    let jobs = lease(&mut transaction, "10:00:00", 9).await;
    let again_at = at("10:30:00");
    transaction
        .retry_job(&jobs[0], "no answer", again_at)
        .await
        .unwrap();
    assert_eq!(transaction.next_job_at().await.unwrap(), Some(again_at));
    assert!(lease(&mut transaction, "10:29:59", 9).await.is_empty());
    let jobs = lease(&mut transaction, "10:30:00", 9).await;
    assert_eq!(jobs[0].attempts, 2);
}

async fn the_next_job_is_when_something_can_be_leased(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.next_job_at().await.unwrap(), None);
    put(&mut transaction, "early", "10:00:00").await;
    put(&mut transaction, "late", "10:02:00.000001").await;
    let next = transaction.next_job_at().await.unwrap();
    assert_eq!(next, Some(at("10:00:00")));
    let jobs = lease(&mut transaction, "10:01:00", 9).await;
    let next = transaction.next_job_at().await.unwrap();
    assert_eq!(next, Some(at("10:02:00.000001")));
    let late = lease(&mut transaction, "10:03:00", 9).await;
    let next = transaction.next_job_at().await.unwrap();
    assert_eq!(next, Some(at("10:06:00")), "when the first lease lapses");
    for job in jobs.iter().chain(&late) {
        transaction.finish_job(job, at("10:03:00")).await.unwrap();
    }
    assert_eq!(transaction.next_job_at().await.unwrap(), None);
}

async fn processes_share_the_agenda_without_doing_a_job_twice(database: &Database) {
    const JOBS: usize = 12;
    let stores = [database.store().await, database.store().await];
    let mut transaction = stores[0].begin().await.unwrap();
    for number in 0..JOBS {
        put(&mut transaction, &format!("job {number}"), "10:00:00").await;
    }
    transaction.commit().await.unwrap();
    let work = async |store: &Store| {
        let mut done = Vec::new();
        loop {
            let mut transaction = store.begin().await.unwrap();
            let jobs = lease(&mut transaction, "10:00:00", 1).await;
            transaction.commit().await.unwrap();
            let Some(job) = jobs.into_iter().next() else {
                return done;
            };
            done.push(job.id());
        }
    };
    let (mut done, others) = tokio::join!(work(&stores[0]), work(&stores[1]));
    done.extend(others);
    done.sort_unstable();
    done.dedup();
    assert_eq!(done.len(), JOBS);
    let mut transaction = stores[0].begin().await.unwrap();
    let again = lease(&mut transaction, "10:05:00", 99).await;
    assert!(again.iter().all(|job| job.attempts == 2), "leased twice");
}

async fn a_lease_that_is_being_taken_is_passed_over(database: &Database) {
    let (store, second) = (database.store().await, database.store().await);
    let mut transaction = store.begin().await.unwrap();
    put(&mut transaction, "first", "10:00:00").await;
    put(&mut transaction, "second", "10:00:01").await;
    transaction.commit().await.unwrap();

    let mut taking = store.begin().await.unwrap();
    assert_eq!(words(&lease(&mut taking, "10:01:00", 1).await), ["first"]);
    let others = tokio::time::timeout(LONGEST_WAIT, lease_in(&second, "10:01:00")).await;
    assert_eq!(words(&others.unwrap()), ["second"]);
}

/// `SQLite` has one writer: there the second waits for the first.
#[test]
fn on_postgres_a_lease_that_is_being_taken_is_passed_over() {
    on_postgres(a_lease_that_is_being_taken_is_passed_over);
}
