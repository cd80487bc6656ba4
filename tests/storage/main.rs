//! The contract of `convener::storage`, held on both engines.
//!
//! `SQLite` is tested always, each test on a file of its own. `PostgreSQL` is tested where
//! `TEST_POSTGRES_URL` names a server on which databases may be made: each test makes one and drops
//! it. `.ci/test` starts such a server.
//!
//! To add a test, write an `async fn` that takes a [`engine::Database`] and name it in the
//! `on_each_engine!` of its file.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

/// Stamps each test for both engines, so that a failure names the test and the engine.
macro_rules! on_each_engine {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $test() {
                crate::engine::on_sqlite(super::$test);
            })+
        }

        mod postgres {
            $(#[test]
            fn $test() {
                crate::engine::on_postgres(super::$test);
            })+
        }
    };
}

mod activity;
mod agenda;
mod archive_link;
mod community;
mod correction;
mod digest;
mod engine;
mod external_id;
mod gathering;
mod meetup;
mod message;
mod migrations;
mod opening;
mod outbox;
mod participation;
mod plans;
mod privacy;
mod recount;
mod request;
mod sample;
mod schemas;
mod search;
mod shard;
mod statements;
