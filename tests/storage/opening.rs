//! What an operator is told when a database can't be opened.
//!
//! What the engines say themselves is not tested word by word: it changes between their versions.

use std::fs;
use std::path::Path;

use convener::storage::{StorageError, Store};

use crate::engine::{Database, on_postgres, on_sqlite, runtime};
use crate::sample::{GUILD, at};

on_each_engine!(
    a_database_is_opened_twice_at_once,
    what_was_kept_is_there_after_opening_again,
    what_the_engine_refuses_is_not_taken_for_a_lock,
);

/// The one sentence that a database which can't be opened is answered with.
async fn refusal(url: &str) -> (StorageError, String) {
    let error = Store::open(url).await.unwrap_err();
    let sentence = error.to_string();
    assert!(!sentence.contains('\n'), "{sentence}");
    assert!(!sentence.ends_with('.'), "{sentence}");
    assert!(!sentence.contains("hunter2"), "{sentence}");
    (error, sentence)
}

fn file_refusal(file: &Path) -> String {
    let (error, sentence) = runtime().block_on(refusal(file.to_str().unwrap()));
    assert!(matches!(error, StorageError::Open { .. }), "{error:?}");
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(sentence.contains(name), "{sentence}");
    sentence
}

#[test]
fn a_folder_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let sentence = file_refusal(folder.path());
    assert!(
        sentence.ends_with("it is a folder; give a file in it"),
        "{sentence}"
    );
}

#[test]
fn a_text_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    let text = "Milk, eggs, and a database that is none.\n".repeat(100);
    fs::write(&file, &text).unwrap();
    let sentence = file_refusal(&file);
    assert!(sentence.contains("not a SQLite database"), "{sentence}");
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        text,
        "it stays as it was"
    );
}

#[test]
fn a_folder_that_is_missing_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("missing").join("convener.db");
    let sentence = file_refusal(&file);
    assert!(sentence.contains("does its folder exist"), "{sentence}");
    assert!(!folder.path().join("missing").exists());
}

/// A header that asks for a later way of writing makes a file read-only for everybody:
/// <https://sqlite.org/fileformat2.html#file_format_version_numbers>.
#[test]
fn a_file_of_a_later_format_is_read_only() {
    const WRITE_VERSION: usize = 18;
    on_sqlite(async |database: &Database| {
        let mut theirs = database.beside().await;
        theirs.run("CREATE TABLE theirs (id INTEGER)").await;
        drop(theirs);
        let url = database.url();
        let mut bytes = fs::read(&url).unwrap();
        bytes[WRITE_VERSION] = 3;
        fs::write(&url, bytes).unwrap();
        assert_read_only(&refusal(&url).await.0);
    });
}

/// A database with a write-ahead log is found read-only when it is written.
///
/// Root, who runs the tests in many containers, is not held back by permissions.
#[test]
fn a_file_that_may_not_be_written_is_read_only() {
    on_sqlite(async |database: &Database| {
        database.store().await.close().await;
        let url = database.url();
        let mut permissions = fs::metadata(&url).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&url, permissions).unwrap();
        if fs::OpenOptions::new().append(true).open(&url).is_err() {
            // What can be read is read.
            let store = database.store().await;
            let mut transaction = store.begin().await.unwrap();
            assert!(transaction.communities().await.unwrap().is_empty());
            let refused = transaction.keep_guild(GUILD, "Potters").await;
            assert_read_only(&refused.unwrap_err());
        }
    });
}

fn assert_read_only(error: &StorageError) {
    assert!(matches!(error, StorageError::ReadOnly(_)), "{error:?}");
    let sentence = error.to_string();
    assert!(sentence.contains("is read-only"), "{sentence}");
}

async fn locked(database: &Database, prepare: &str) {
    let mut other = database.beside().await;
    other.run(prepare).await;
    other.run("BEGIN EXCLUSIVE").await;
    let (error, sentence) = refusal(&database.url()).await;
    assert!(matches!(error, StorageError::Locked(_)), "{error:?}");
    assert!(sentence.contains("locked by another program"), "{sentence}");
    other.run("ROLLBACK").await;
    Store::open(&database.url()).await.unwrap();
}

#[test]
fn a_new_file_that_another_program_locks_says_so() {
    on_sqlite(async |database: &Database| {
        locked(database, "CREATE TABLE theirs (id INTEGER)").await;
    });
}

/// With a write-ahead log others may read meanwhile: it is found locked when the tables are made.
#[test]
fn a_file_with_a_log_that_another_program_locks_says_so() {
    on_sqlite(async |database: &Database| locked(database, "PRAGMA journal_mode = WAL").await);
}

#[test]
fn a_writer_that_finds_the_file_locked_says_so() {
    on_sqlite(async |database: &Database| {
        let store = database.store().await;
        let mut other = database.beside().await;
        other.run("BEGIN EXCLUSIVE").await;
        // Who reads waits for nobody.
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.alive_at().await.unwrap(), None);
        let refused = store.begin().await.err();
        assert!(
            matches!(refused, Some(StorageError::Locked(_))),
            "{refused:?}"
        );
        other.run("ROLLBACK").await;
        store.begin().await.unwrap();
    });
}

#[test]
fn a_url_of_no_known_engine_says_what_to_give() {
    for url in [
        "mysql://ana:hunter2@localhost/convener",
        "sqlite://ana:hunter2@localhost://x",
        "",
        "sqlite:",
        "sqlite://",
    ] {
        let (error, sentence) = runtime().block_on(refusal(url));
        assert!(matches!(error, StorageError::Url(_)), "{url}: {error:?}");
        assert!(
            sentence.contains("sqlite:FILE or postgres://"),
            "{sentence}"
        );
    }
}

#[test]
fn a_postgres_url_that_can_not_be_read_keeps_its_password() {
    let url = "postgres://ana:hunter2@localhost:port/convener";
    let (error, _) = runtime().block_on(refusal(url));
    assert!(matches!(error, StorageError::Url(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("hunter2"));
}

#[test]
fn a_server_without_this_database_is_named_without_the_password() {
    on_postgres(async |database: &Database| {
        let url = database.url_of("convener_absent", "hunter2");
        let (error, sentence) = refusal(&url).await;
        assert!(matches!(error, StorageError::Open { .. }), "{error:?}");
        assert!(sentence.contains("is the server there"), "{sentence}");
    });
}

async fn a_database_is_opened_twice_at_once(database: &Database) {
    let url = database.url();
    let stores = tokio::join!(
        Store::open(&url),
        Store::open(&url),
        Store::open(&url),
        Store::open(&url)
    );
    for store in [stores.0, stores.1, stores.2, stores.3] {
        let mut transaction = store.unwrap().begin().await.unwrap();
        assert!(transaction.communities().await.unwrap().is_empty());
    }
}

async fn what_was_kept_is_there_after_opening_again(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    transaction.keep_guild(GUILD, "Potters").await.unwrap();
    transaction
        .keep_shards_alive(1, &[0], at("10:00:00"))
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    store.close().await;

    let store = database.store().await;
    let mut transaction = store.read().await.unwrap();
    assert_eq!(transaction.communities().await.unwrap().len(), 1);
    assert_eq!(transaction.alive_at().await.unwrap(), Some(at("10:00:00")));
    assert_eq!(store.engine(), database.engine());
}

/// `PostgreSQL` refuses a NUL with 22021, whose low byte is that of `SQLite`'s "busy".
async fn what_the_engine_refuses_is_not_taken_for_a_lock(database: &Database) {
    let store = database.store().await;
    let mut transaction = store.begin().await.unwrap();
    let kept = transaction.keep_guild(GUILD, "Pot\0ters").await;
    match store.engine() {
        "postgres" => assert!(matches!(kept, Err(StorageError::Driver(_))), "{kept:?}"),
        _ => kept.unwrap(),
    }
}
