//! The statements that are asked most find their rows by an index, however much else there is.

use sqlx::{AssertSqlSafe, Row};

use crate::engine::{self, Beside};
use crate::statements::statements;

/// Those of hearing, of the agenda and of the outbox, and those that would hold these up.
const ASKED_MOST: [&str; 17] = [
    "COMMUNITIES_OF",
    "FIND_OFFERS",
    "FORGET_OFFERS",
    "KEPT_MESSAGES",
    "LEASE_JOBS_SQLITE",
    "LEASE_NOTICES_SQLITE",
    "LINKS_OF_MESSAGES",
    "LOCKED_REQUEST",
    "MESSAGE",
    "MESSAGES_UNTIL",
    "MOVE_MARKS",
    "NEXT_JOB_AT",
    "NEXT_NOTICE_AT",
    "PAUSED",
    "PLACES",
    "REQUESTS_OF_MESSAGES",
    "STIR_NOTICES",
];

/// What statements name of their own: a list of what is wanted, and what was found by an index before.
const OUR_OWN: [&str; 4] = ["wanted", "of_discord", "of_others", "latest"];

#[test]
fn what_is_asked_most_looks_through_no_table() {
    engine::on_sqlite(async |database| {
        drop(database.store().await);
        let Beside::Sqlite(mut connection) = database.beside().await else {
            unreachable!("it is a file");
        };
        let mut looked_at = 0;
        for statement in statements() {
            if !ASKED_MOST.contains(&statement.name.as_str()) {
                continue;
            }
            looked_at += 1;
            let plan = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.text));
            let steps = sqlx::query(plan).fetch_all(&mut connection).await.unwrap();
            for step in steps {
                let step: String = step.get("detail");
                // What is wanted is a list of our own.
                let scanned = step.strip_prefix("SCAN ").unwrap_or_default();
                let is_ours = OUR_OWN.contains(&scanned) || scanned.starts_with("CONSTANT ROW");
                assert!(
                    is_ours || !step.starts_with("SCAN"),
                    "{}: {step}",
                    statement.name
                );
            }
        }
        assert_eq!(looked_at, ASKED_MOST.len());
    });
}

#[test]
fn what_is_forgotten_already_is_not_looked_through_again() {
    engine::on_sqlite(async |database| {
        drop(database.store().await);
        let Beside::Sqlite(mut connection) = database.beside().await else {
            unreachable!("it is a file");
        };
        for name in ["OLD_MESSAGES", "OLD_ATTACHMENTS"] {
            let statement = statements()
                .into_iter()
                .find(|statement| statement.name == name);
            let plan = format!("EXPLAIN QUERY PLAN {}", statement.unwrap().text);
            let steps = sqlx::query(AssertSqlSafe(plan))
                .fetch_all(&mut connection)
                .await;
            let steps: Vec<String> = steps
                .unwrap()
                .iter()
                .map(|step| step.get("detail"))
                .collect();
            let range = "(guild_id=? AND written_at>? AND written_at<?)";
            assert!(steps.iter().any(|step| step.contains(range)), "{steps:?}");
        }
    });
}
