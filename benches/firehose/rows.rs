//! Where the rows go, and whether all of them have come.

use std::str::FromStr;
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;

/// How long a client may take in all.
const PATIENCE: Duration = Duration::from_mins(5);

/// How often it is looked whether the last row has come.
const LOOKS: Duration = Duration::from_millis(10);

/// Which database, and on which server.
pub(crate) enum Engine {
    Sqlite,
    Postgres(String),
}

/// A new database for one run.
pub(crate) struct Database {
    pub(crate) url: String,
    connection: Beside,
    _folder: TempDir,
}

enum Beside {
    Sqlite(Box<SqliteConnectOptions>),
    Postgres(PgConnection),
}

impl Engine {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    pub(crate) async fn database(&self) -> Database {
        let folder = tempfile::tempdir().unwrap();
        let (url, connection) = match self {
            Self::Sqlite => {
                let file = folder.path().join("firehose.db");
                let options = SqliteConnectOptions::new().filename(&file);
                (
                    file.display().to_string(),
                    Beside::Sqlite(Box::new(options)),
                )
            }
            Self::Postgres(server) => {
                let server = PgConnectOptions::from_str(server).unwrap();
                let mut on_server = server.connect().await.unwrap();
                for statement in [
                    "DROP DATABASE IF EXISTS convener_firehose WITH (FORCE)",
                    "CREATE DATABASE convener_firehose",
                ] {
                    sqlx::raw_sql(statement)
                        .execute(&mut on_server)
                        .await
                        .unwrap();
                }
                on_server.close().await.unwrap();
                let options = server.database("convener_firehose");
                let connection = options.connect().await.unwrap();
                let url = options.to_url_lossy().to_string();
                (url, Beside::Postgres(connection))
            }
        };
        Database {
            url,
            connection,
            _folder: folder,
        }
    }
}

impl Database {
    /// Waits until so many rows are there, the last message among them; when that was.
    pub(crate) async fn fill(&mut self, last: (i64, i64), messages: usize) -> Instant {
        let end = Instant::now() + PATIENCE;
        let mut sqlite = match &self.connection {
            // Opened only now: the client makes the file.
            Beside::Sqlite(options) => Some(options.connect().await.unwrap()),
            Beside::Postgres(_) => None,
        };
        let has_last = format!(
            "SELECT COUNT(*) FROM messages WHERE channel_id = {} AND message_id = {}",
            last.0, last.1
        );
        let mut statement = has_last.as_str();
        let mut wanted = 1;
        loop {
            let found = self.number(&mut sqlite, statement).await;
            let seen = Instant::now();
            if found == wanted && statement != has_last {
                return seen;
            }
            if found == wanted {
                // The last has come; of those before it some may be on their way.
                statement = "SELECT COUNT(*) FROM messages";
                wanted = i64::try_from(messages).unwrap();
                continue;
            }
            assert!(seen < end, "{statement}: {found} of {wanted} rows");
            tokio::time::sleep(LOOKS).await;
        }
    }

    async fn number(&mut self, sqlite: &mut Option<SqliteConnection>, statement: &str) -> i64 {
        let statement = AssertSqlSafe(statement.to_owned());
        match (&mut self.connection, sqlite) {
            (Beside::Postgres(connection), _) => {
                sqlx::query_scalar(statement).fetch_one(connection).await
            }
            (Beside::Sqlite(_), Some(connection)) => {
                sqlx::query_scalar(statement).fetch_one(connection).await
            }
            (Beside::Sqlite(_), None) => return 0,
        }
        .unwrap()
    }
}
