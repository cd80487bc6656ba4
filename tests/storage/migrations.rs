//! Migrations, run over tables that have rows in them.
//!
//! To add a migration, add `fill/<its name>` with a row for each table that it makes, in words that
//! both engines read. Every later migration is then run over those rows.

use std::fs;
use std::path::{Path, PathBuf};

use convener::storage::RequestFilter;
use sqlx::migrate::Migrator;

use crate::engine::{Beside, Database};
use crate::sample::GUILD;

on_each_engine!(
    a_second_run_changes_nothing,
    each_migration_runs_over_the_rows_of_those_before,
);

/// The files of a folder, in the order in which they are run.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

fn folder(database: &Database) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("migrations").join(database.engine())
}

async fn run_to(migrator: &Migrator, version: i64, connection: &mut Beside) {
    match connection {
        Beside::Sqlite(connection) => migrator.run_to(version, connection).await.unwrap(),
        Beside::Postgres(connection) => migrator.run_to(version, connection).await.unwrap(),
    }
}

/// How many rows each table has.
async fn rows(tables: &[&str], connection: &mut Beside) -> Vec<i64> {
    let mut rows = Vec::new();
    for table in tables {
        let count = format!("SELECT COUNT(*) FROM {table}");
        rows.push(connection.number(&count).await);
    }
    rows
}

/// The tables that a migration makes.
fn tables(migration: &str) -> Vec<&str> {
    migration
        .split("CREATE TABLE ")
        .skip(1)
        .map(|table| table.split_whitespace().next().unwrap())
        .collect()
}

async fn a_second_run_changes_nothing(database: &Database) {
    const APPLIED: &str = "SELECT COUNT(*) FROM _sqlx_migrations WHERE success";
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    transaction.keep_guild(GUILD, "Potters").await.unwrap();
    transaction.commit().await.unwrap();
    store.close().await;
    let mut connection = database.beside().await;
    let applied = connection.number(APPLIED).await;
    let migrations = names(&folder(database)).len();
    assert_eq!(usize::try_from(applied).unwrap(), migrations);

    let store = database.store().await;
    assert_eq!(connection.number(APPLIED).await, applied);
    let mut transaction = store.read().await.unwrap();
    let community = transaction.community(GUILD).await.unwrap();
    assert_eq!(community.unwrap().name, "Potters");
}

async fn each_migration_runs_over_the_rows_of_those_before(database: &Database) {
    let folder = folder(database);
    let migrator = Migrator::new(folder.as_path()).await.unwrap();
    let fill = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/storage/fill");
    let names = names(&folder);
    let sources: Vec<String> = names
        .iter()
        .map(|name| fs::read_to_string(folder.join(name)).unwrap())
        .collect();
    let mut connection = database.beside().await;
    let mut filled: Vec<&str> = Vec::new();
    for ((name, source), migration) in names.iter().zip(&sources).zip(migrator.iter()) {
        filled.retain(|table| !source.contains(&format!("DROP TABLE {table};")));
        let before = rows(&filled, &mut connection).await;
        run_to(&migrator, migration.version, &mut connection).await;
        assert_eq!(
            rows(&filled, &mut connection).await,
            before,
            "rows before and after {name}"
        );
        let fixture = fs::read_to_string(fill.join(name))
            .unwrap_or_else(|error| panic!("tests/storage/fill/{name}: {error}"));
        connection.run(&fixture).await;
        filled.extend(tables(source));
        for (table, rows) in filled.iter().zip(rows(&filled, &mut connection).await) {
            assert!(rows > 0, "fill/{name} leaves {table} empty");
        }
    }
    drop(connection);

    // What is in the rows is what this version reads.
    let store = database.store().await;
    let mut transaction = store.read().await.unwrap();
    assert_eq!(transaction.communities().await.unwrap().len(), 1);
    let requests = transaction
        .requests(RequestFilter::default())
        .await
        .unwrap();
    let events = transaction.request_events(requests[0].id).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(transaction.meetups(GUILD).await.unwrap().len(), 1);
    assert_eq!(transaction.sent_notices(GUILD).await.unwrap().len(), 1);
}
