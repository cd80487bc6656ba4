//! Every SQL statement of `src/storage`, prepared by both engines.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

use crate::engine::{Beside, Database, on_sqlite};

on_each_engine!(every_statement_is_prepared);

/// How many statements may be written twice, once for each dialect.
const DIALECT_BUDGET: usize = 10;

const SQLITE: &str = "_SQLITE";
const POSTGRES: &str = "_POSTGRES";

pub(crate) struct Statement {
    file: String,
    pub(crate) name: String,
    pub(crate) text: String,
}

fn sources() -> impl Iterator<Item = (String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/storage");
    fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        assert!(path.is_file(), "{} is not looked into", path.display());
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    })
}

/// Each `const NAME: &str = "…"`; a text with escapes would be cut short, and fail to be prepared.
pub(crate) fn statements() -> Vec<Statement> {
    let mut statements = Vec::new();
    for (file, source) in sources() {
        for piece in source.split("const ").skip(1) {
            let Some((name, rest)) = piece.split_once(": &str =") else {
                continue;
            };
            if name
                .contains(|character: char| !character.is_ascii_alphanumeric() && character != '_')
            {
                continue;
            }
            let text = rest.trim_start().strip_prefix('"').unwrap();
            let (text, _) = text.split_once('"').unwrap();
            statements.push(Statement {
                file: file.clone(),
                name: name.to_owned(),
                text: text.to_owned(),
            });
        }
    }
    statements
}

/// What can't be prepared, and why.
async fn refused(connection: &mut Beside, statement: &Statement) -> Option<String> {
    let text = AssertSqlSafe(statement.text.clone()).into_sql_str();
    let prepared = match connection {
        Beside::Sqlite(connection) => connection.prepare(text).await.map(drop),
        Beside::Postgres(connection) => connection.prepare(text).await.map(drop),
    };
    let error = prepared.err()?;
    Some(format!("{}: {}: {error}", statement.file, statement.name))
}

async fn every_statement_is_prepared(database: &Database) {
    let store = database.store().await;
    let foreign = match store.engine() {
        "sqlite" => POSTGRES,
        _ => SQLITE,
    };
    let mut connection = database.beside().await;
    let mut failures = Vec::new();
    for statement in statements() {
        if !statement.name.ends_with(foreign) {
            failures.extend(refused(&mut connection, &statement).await);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What is asked with every look at the metrics, or whenever somebody comes into a room, must not take longer
/// the more was said and seen.
#[test]
fn what_is_asked_often_is_found_by_an_index() {
    on_sqlite(async |database: &Database| {
        database.store().await.close().await;
        let Beside::Sqlite(connection) = database.beside().await else {
            panic!("this is SQLite");
        };
        let mut connection = connection;
        for (name, table) in [
            ("OUTBOX_STATE", "outbox"),
            ("SEEN_SINCE", "meetup_presence"),
        ] {
            let mut statements = statements().into_iter();
            let statement = statements.find(|statement| statement.name == name).unwrap();
            let explain = format!("EXPLAIN QUERY PLAN {}", statement.text);
            let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(AssertSqlSafe(explain))
                .fetch_all(&mut connection)
                .await
                .unwrap();
            let of_table = plan.iter().filter(|(.., step)| step.contains(table));
            let mut looked_up = 0;
            for (.., step) in of_table {
                assert!(step.contains("INDEX"), "{name}: {step}");
                looked_up += 1;
            }
            assert!(looked_up > 0, "{name}: {plan:?}");
        }
    });
}

/// What is written in place would not be found by the tests above.
#[test]
fn every_statement_is_a_constant() {
    let mut asked = 0;
    for (file, source) in sources() {
        for call in ["query(", "query_as(", "query_scalar(", "raw_sql("] {
            for argument in source.split(&format!("sqlx::{call}")).skip(1) {
                let argument = argument.split([')', ',']).next().unwrap().trim();
                let is_constant = argument.chars().all(|character| {
                    character.is_ascii_uppercase() || character.is_ascii_digit() || character == '_'
                });
                // A variable that holds one constant of several.
                let is_chosen = argument == "statement";
                assert!(is_constant || is_chosen, "{file}: sqlx::{call}{argument}");
                asked += 1;
            }
        }
    }
    let statements = statements().len();
    assert!(
        statements >= asked,
        "{asked} statements are asked and {statements} are found"
    );
}

#[test]
fn no_statement_asks_the_database_for_the_time() {
    for statement in statements() {
        let text = statement.text.to_lowercase();
        for clock in ["now()", "current_timestamp", "strftime", "datetime('now"] {
            assert!(!text.contains(clock), "{}: {clock}", statement.name);
        }
    }
}

#[test]
fn statements_of_one_dialect_come_in_pairs_and_are_few() {
    let mut pairs: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for statement in statements() {
        for dialect in [SQLITE, POSTGRES] {
            if let Some(name) = statement.name.strip_suffix(dialect) {
                let pair = format!("{}: {name}", statement.file);
                pairs.entry(pair).or_default().push(dialect);
            }
        }
    }
    for (name, dialects) in &mut pairs {
        dialects.sort_unstable();
        assert_eq!(*dialects, [POSTGRES, SQLITE], "{name}");
    }
    assert!(!pairs.is_empty(), "none is found");
    assert!(
        pairs.len() <= DIALECT_BUDGET,
        "{} statements are written twice: {:?}",
        pairs.len(),
        pairs.keys()
    );
}
