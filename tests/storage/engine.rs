//! A database for one test, made before it and gone after it.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use convener::storage::Store;
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, FromRow, PgConnection, SqliteConnection};

/// An empty database.
pub(crate) struct Database {
    place: Place,
}

enum Place {
    Sqlite(PathBuf),
    Postgres(Box<PgConnectOptions>),
}

/// A connection beside the store, for what the store does not offer.
pub(crate) enum Beside {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    /// What [`Store::open`] takes.
    pub(crate) fn url(&self) -> String {
        match &self.place {
            Place::Sqlite(file) => file.to_str().unwrap().to_owned(),
            Place::Postgres(options) => options.to_url_lossy().to_string(),
        }
    }

    /// The same server with another database and a password, which a trusting server ignores.
    pub(crate) fn url_of(&self, name: &str, password: &str) -> String {
        match &self.place {
            Place::Sqlite(_) => panic!("a file has no server"),
            Place::Postgres(options) => PgConnectOptions::clone(options)
                .database(name)
                .password(password)
                .to_url_lossy()
                .to_string(),
        }
    }

    /// The engine's name.
    pub(crate) fn engine(&self) -> &'static str {
        match self.place {
            Place::Sqlite(_) => "sqlite",
            Place::Postgres(_) => "postgres",
        }
    }

    /// A store over it. A second one stands for a second process.
    pub(crate) async fn store(&self) -> Store {
        Store::open(&self.url()).await.unwrap()
    }

    /// The file of a `SQLite` database.
    pub(crate) fn file(&self) -> std::path::PathBuf {
        match &self.place {
            Place::Sqlite(file) => file.clone(),
            Place::Postgres(_) => panic!("PostgreSQL has no one file"),
        }
    }

    pub(crate) async fn beside(&self) -> Beside {
        match &self.place {
            Place::Sqlite(file) => {
                let options = SqliteConnectOptions::new()
                    .filename(file)
                    .create_if_missing(true);
                Beside::Sqlite(options.connect().await.unwrap())
            }
            Place::Postgres(options) => Beside::Postgres(options.connect().await.unwrap()),
        }
    }
}

impl Beside {
    /// Runs statements that answer nothing.
    pub(crate) async fn run(&mut self, statements: &str) {
        let statements = AssertSqlSafe(statements.to_owned());
        match self {
            Self::Sqlite(connection) => {
                sqlx::raw_sql(statements).execute(connection).await.unwrap();
            }
            Self::Postgres(connection) => {
                sqlx::raw_sql(statements).execute(connection).await.unwrap();
            }
        }
    }

    /// All rows that a statement answers.
    pub(crate) async fn rows<T>(&mut self, statement: &str) -> Vec<T>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let statement = AssertSqlSafe(statement.to_owned());
        match self {
            Self::Sqlite(connection) => sqlx::query_as(statement).fetch_all(connection).await,
            Self::Postgres(connection) => sqlx::query_as(statement).fetch_all(connection).await,
        }
        .unwrap()
    }

    /// The one number that a statement answers.
    pub(crate) async fn number(&mut self, statement: &str) -> i64 {
        let statement = AssertSqlSafe(statement.to_owned());
        match self {
            Self::Sqlite(connection) => sqlx::query_scalar(statement).fetch_one(connection).await,
            Self::Postgres(connection) => sqlx::query_scalar(statement).fetch_one(connection).await,
        }
        .unwrap()
    }
}

/// Runs a test on a new file.
pub(crate) fn on_sqlite(test: impl AsyncFnOnce(&Database)) {
    let folder = tempfile::tempdir().unwrap();
    let database = Database {
        place: Place::Sqlite(folder.path().join("convener.db")),
    };
    runtime().block_on(test(&database));
}

/// Runs a test on a new database of the server that the environment names; says so where none is.
pub(crate) fn on_postgres(test: impl AsyncFnOnce(&Database)) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Some(server) = server() else { return };
    let name = format!(
        "convener_test_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    let runtime = runtime();
    runtime.block_on(on_server(&server, &format!("CREATE DATABASE {name}")));
    let database = Database {
        place: Place::Postgres(Box::new(server.clone().database(&name))),
    };
    // The database is dropped after a failure too: the server need not be a throw-away one.
    let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(test(&database))));
    runtime.block_on(on_server(
        &server,
        &format!("DROP DATABASE {name} WITH (FORCE)"),
    ));
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

async fn on_server(server: &PgConnectOptions, statement: &str) {
    let mut connection = server.connect().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

const DID_NOT_RUN: &str =
    "\nThe tests on PostgreSQL did NOT run: TEST_POSTGRES_URL is not set; see .ci/test\n";

fn server() -> Option<PgConnectOptions> {
    static SAID: Once = Once::new();
    if let Some(url) = environment("TEST_POSTGRES_URL") {
        return Some(PgConnectOptions::from_str(&url).unwrap());
    }
    assert!(
        environment("CI").is_none(),
        "TEST_POSTGRES_URL is not set, and CI must not pass without the tests on PostgreSQL"
    );
    SAID.call_once(|| tell(DID_NOT_RUN));
    None
}

/// Says something past the capture of the test harness: a test that did not run must not look as if it had.
pub(crate) fn tell(what: &str) {
    std::io::stderr().write_all(what.as_bytes()).unwrap();
}

#[expect(
    clippy::disallowed_methods,
    reason = "the tests' own settings, which are none of the program's"
)]
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A runtime for one test: a panic in it fails this test only.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}
