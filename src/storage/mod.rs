//! What do we know? Every SQL statement of Convener is in this room.
//!
//! There are two engines, `SQLite` and `PostgreSQL`, and one text of each statement for both: `$1`
//! placeholders, `RETURNING`, `ON CONFLICT`. `each_engine!` stamps a call for each, so that the
//! compiler checks it against both native drivers. Where the dialects truly differ two constants
//! stand side by side, named `…_SQLITE` and `…_POSTGRES`; a test counts them.
//!
//! A transaction is a value: [`Store::begin`], calls on [`Transaction`], [`Transaction::commit`].
//! It rolls back where it is dropped. Keep it short: `SQLite` has one writer.
//!
//! To add a statement:
//! 1. put it as a `const …: &str` into the method that uses it, in the file of its noun;
//! 2. pass the time in; never `now()`, arrays, intervals or `ILIKE`;
//! 3. where it is for several rows at a time, write it for one and see `rows`;
//! 4. read a column that can be NULL into an `Option`: sqlx reads `SQLite`'s NULL into a plain
//!    number as 0, silently.
//!
//! `tests/storage` prepares every statement on both engines. To add a table, write the migration
//! twice under the same name; a test holds the two schemas equal.

mod activity;
mod agenda;
mod archive_link;
mod audit;
mod calendar;
mod community;
mod correction;
mod digest;
mod draft;
mod external_id;
mod figure;
mod health;
mod history;
mod meetup;
mod meetup_answer;
mod meetup_attendance;
mod meetup_draft;
mod meetup_event;
mod meetup_gathering;
mod meetup_host;
mod meetup_poll;
mod message;
mod outbox;
mod participation;
mod preference;
mod privacy;
mod request;
mod rows;
mod scene;
mod search;
mod shard;
mod topic;

use std::collections::BTreeSet;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::error::DatabaseError;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteError, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};

use crate::practice::id::{GuildId, RequestId};
pub use agenda::{DueJob, NewJob};
pub use digest::Said;
pub use health::{AgendaState, OutboxState};
pub use message::{NewMessage, StoredMessage};
pub use outbox::{DueNotice, Parked, Place, SAID_ANEW_AFTER};
pub use participation::day_of;
pub use privacy::{MEMBER_TABLES, MemberTable};
pub use request::RequestFilter;
pub use scene::KnownPlace;

/// Runs one expression on whichever engine a transaction is of.
macro_rules! each_engine {
    ($transaction:expr, $connection:ident => $body:expr) => {
        match &mut $transaction.engine {
            $crate::storage::EngineTransaction::Sqlite(inner) => {
                let $connection = &mut **inner;
                $body
            }
            $crate::storage::EngineTransaction::Postgres(inner) => {
                let $connection = &mut **inner;
                $body
            }
        }
    };
}
use each_engine;

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// How long a statement waits for another process that writes the same `SQLite` file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The URL names no engine that Convener knows.
    #[error("'{0}' is not a database; give a file, sqlite:FILE or postgres://USER@HOST/NAME")]
    Url(String),
    /// The database can't be reached or opened.
    #[error("can't open the database {place}: {reason}")]
    Open {
        /// The file or the server, without a password.
        place: String,
        /// Why, and what to do.
        reason: String,
        /// The driver's error.
        #[source]
        source: sqlx::Error,
    },
    /// The schema can't be brought up to date.
    #[error("can't bring the database's tables up to date: {0}")]
    Migrate(#[from] MigrateError),
    /// Another process holds the `SQLite` file.
    #[error(
        "the database is locked by another program; stop it, or give another file with --database"
    )]
    Locked(#[source] sqlx::Error),
    /// This user may not write the `SQLite` file.
    #[error(
        "the database is read-only; let this user write its file and its folder, or give another \
         file with --database"
    )]
    ReadOnly(#[source] sqlx::Error),
    /// A value in the database is none that Convener writes.
    #[error("the database holds '{value}' as {column}, which Convener does not write")]
    Inconsistent {
        /// The column.
        column: &'static str,
        /// The value.
        value: String,
    },
    /// Anything else.
    #[error("the database failed: {0}")]
    Driver(#[source] sqlx::Error),
}

impl StorageError {
    /// Whether the same may succeed a moment later: the database is away, busy, or without room.
    ///
    /// `PostgreSQL`'s classes of errors: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        const PASSING: [&str; 5] = ["08", "40", "53", "55", "57"];
        match self {
            Self::Locked(_) => true,
            Self::Driver(sqlx::Error::Database(error)) => match error.code() {
                Some(code) if code.len() == 5 => {
                    PASSING.iter().any(|class| code.starts_with(class))
                }
                // SQLite: can't write or read the disk, or it is full.
                Some(code) => matches!(code.parse::<i32>().map(|code| code & 0xff), Ok(10 | 13)),
                None => false,
            },
            Self::Driver(error) => matches!(
                error,
                sqlx::Error::Io(_)
                    | sqlx::Error::Tls(_)
                    | sqlx::Error::Protocol(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::WorkerCrashed
            ),
            _ => false,
        }
    }
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match sqlite_code(&error) {
            Some(5) => Self::Locked(error),
            Some(8) => Self::ReadOnly(error),
            _ => Self::Driver(error),
        }
    }
}

/// The primary result code of an error, where `SQLite` gave it: <https://sqlite.org/rescode.html>.
///
/// Extended codes keep it in their low byte. `PostgreSQL`'s codes can be numbers too, of another list.
fn sqlite_code(error: &sqlx::Error) -> Option<i32> {
    let error = error.as_database_error()?;
    let code = error.try_downcast_ref::<SqliteError>()?.code()?;
    Some(code.parse::<i32>().ok()? & 0xff)
}

/// The result of asking the database.
pub type Result<T> = std::result::Result<T, StorageError>;

/// A value of a column, parsed; what can't be parsed names the column.
fn parsed<T: FromStr>(column: &'static str, text: &str) -> Result<T> {
    text.parse().map_err(|_| StorageError::Inconsistent {
        column,
        value: text.to_owned(),
    })
}

/// A value of a column, found by its name.
fn named<T>(column: &'static str, name: &str, from: impl Fn(&str) -> Option<T>) -> Result<T> {
    from(name).ok_or_else(|| StorageError::Inconsistent {
        column,
        value: name.to_owned(),
    })
}

/// The database. Cloning it is cheap: the connections are shared.
#[derive(Clone, Debug)]
pub struct Store {
    pools: Pools,
}

#[derive(Clone, Debug)]
enum Pools {
    /// One connection writes, so that our own tasks queue for it instead of finding it busy.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// A transaction, rolled back unless it is committed.
pub struct Transaction {
    engine: EngineTransaction,
    /// The boards that are to be said anew, as the last thing before the end: their rows are locked
    /// for a moment only, and always after everything else, so that nobody waits in a circle.
    stirred_boards: BTreeSet<GuildId>,
    /// The requests of which all that was said is to be said anew, and those whose words are to be
    /// indexed anew: once each, however often they changed.
    stirred_requests: BTreeSet<RequestId>,
    reworded_requests: BTreeSet<RequestId>,
    /// The earliest job that it put on the agenda.
    earliest_job: Option<DateTime<Utc>>,
    has_notices: bool,
}

enum EngineTransaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Store {
    /// Opens the database, makes a `SQLite` file that is not there yet, and brings its tables up to
    /// date.
    ///
    /// `url` is a file, `sqlite:FILE` or `postgres://…`.
    pub async fn open(url: &str) -> Result<Self> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Self::open_postgres(url).await;
        }
        let file = url.strip_prefix("sqlite:").unwrap_or(url);
        let file = file.strip_prefix("//").unwrap_or(file);
        if file.is_empty() || file.contains("://") {
            // What follows the scheme can hold a password.
            let shown = url
                .split_once("://")
                .map_or_else(|| url.to_owned(), |(scheme, _)| format!("{scheme}://…"));
            return Err(StorageError::Url(shown));
        }
        Self::open_sqlite(Path::new(file)).await
    }

    async fn open_sqlite(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A commit is on the disk before it is acknowledged; batches make that free.
            .synchronous(SqliteSynchronous::Full)
            // What is forgotten is overwritten, not only unlinked.
            .pragma("secure_delete", "ON")
            .statement_cache_capacity(rows::STATEMENTS)
            // In KiB: what a large batch touches is written once.
            .pragma("cache_size", "-6144")
            // In pages, 64 MiB: the ends of the indexes are written with every batch, and folded into the
            // file once for many.
            .pragma("wal_autocheckpoint", "16000")
            .busy_timeout(BUSY_TIMEOUT);
        let until = tokio::time::Instant::now() + BUSY_TIMEOUT;
        let writer = loop {
            let writer = SqlitePoolOptions::new().max_connections(1);
            match writer.connect_with(options.clone()).await {
                // Where several open a new file at once, SQLite waits for none to give it its journal.
                Err(error)
                    if sqlite_code(&error) == Some(5) && tokio::time::Instant::now() < until => {}
                writer => break writer.map_err(|error| sqlite_open_error(file, error))?,
            }
            tokio::time::sleep(BUSY_TIMEOUT / 50).await;
        };
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_lazy_with(options);
        // Of several processes that open a new file at once, one makes the tables; the others wait
        // and find them. sqlx takes such a lock for `PostgreSQL` only.
        let mut transaction = writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(|error| sqlite_open_error(file, error))?;
        SQLITE_MIGRATIONS
            .run_direct(None, &mut *transaction, false)
            .await?;
        transaction.commit().await?;
        Ok(Self {
            pools: Pools::Sqlite { writer, readers },
        })
    }

    async fn open_postgres(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| StorageError::Url("postgres:…".to_owned()))?
            .statement_cache_capacity(rows::STATEMENTS);
        let place = format!("{}:{}", options.get_host(), options.get_port());
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options)
            .await
            .map_err(|source| StorageError::Open {
                place,
                reason: "is the server there, and may this user in?".to_owned(),
                source,
            })?;
        POSTGRES_MIGRATIONS.run(&pool).await?;
        Ok(Self {
            pools: Pools::Postgres(pool),
        })
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Transaction> {
        let engine = match &self.pools {
            Pools::Sqlite { writer, .. } => {
                EngineTransaction::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)
            }
            Pools::Postgres(pool) => EngineTransaction::Postgres(pool.begin().await?),
        };
        Ok(Transaction::over(engine))
    }

    /// Begins a transaction that only reads: it sees one state and waits for nobody.
    pub async fn read(&self) -> Result<Transaction> {
        let engine = match &self.pools {
            Pools::Sqlite { readers, .. } => EngineTransaction::Sqlite(readers.begin().await?),
            Pools::Postgres(pool) => EngineTransaction::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        };
        Ok(Transaction::over(engine))
    }

    /// Copies a `SQLite` database, as it is at this moment, into a new file. `PostgreSQL` has a tool
    /// of its own, so there it does nothing.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        if let Pools::Sqlite { readers, .. } = &self.pools {
            let statement = "VACUUM INTO $1";
            sqlx::query(statement)
                .bind(file.display().to_string())
                .execute(readers)
                .await?;
        }
        Ok(())
    }

    /// The engine's name, for logs.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        match self.pools {
            Pools::Sqlite { .. } => "sqlite",
            Pools::Postgres(_) => "postgres",
        }
    }

    /// Whether other machines may work on the same database.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.pools, Pools::Postgres(_))
    }

    /// Waits until every connection is given back, and closes them.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

impl Transaction {
    fn over(engine: EngineTransaction) -> Self {
        Self {
            engine,
            stirred_boards: BTreeSet::new(),
            stirred_requests: BTreeSet::new(),
            reworded_requests: BTreeSet::new(),
            earliest_job: None,
            has_notices: false,
        }
    }

    /// Has the board of a community said anew, once this transaction comes to its end.
    pub fn stir_board(&mut self, guild: GuildId) {
        self.stirred_boards.insert(guild);
    }

    /// The boards that are to be said anew, each once.
    pub fn take_stirred_boards(&mut self) -> BTreeSet<GuildId> {
        std::mem::take(&mut self.stirred_boards)
    }

    /// Has all that was said of a request said anew, once this transaction comes to its end.
    pub fn stir_request(&mut self, request: RequestId) {
        self.stirred_requests.insert(request);
    }

    /// The requests of which all that was said is to be said anew, each once.
    pub fn take_stirred_requests(&mut self) -> BTreeSet<RequestId> {
        std::mem::take(&mut self.stirred_requests)
    }

    /// Has the words of a request indexed anew, once this transaction comes to its end.
    pub fn reword_request(&mut self, request: RequestId) {
        self.reworded_requests.insert(request);
    }

    /// The requests whose words are to be indexed anew, each once.
    pub fn take_reworded_requests(&mut self) -> BTreeSet<RequestId> {
        std::mem::take(&mut self.reworded_requests)
    }

    /// When the earliest job is due that it put on the agenda.
    #[must_use]
    pub fn earliest_job(&self) -> Option<DateTime<Utc>> {
        self.earliest_job
    }

    /// Whether it left anything in the outbox to be said, or to be said anew.
    #[must_use]
    pub fn has_notices(&self) -> bool {
        self.has_notices
    }

    /// Makes all of it last.
    pub async fn commit(self) -> Result<()> {
        match self.engine {
            EngineTransaction::Sqlite(inner) => inner.commit().await?,
            EngineTransaction::Postgres(inner) => inner.commit().await?,
        }
        Ok(())
    }

    /// The text of a statement for the engine at hand, where the dialects truly differ.
    fn dialect(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.engine {
            EngineTransaction::Sqlite(_) => sqlite,
            EngineTransaction::Postgres(_) => postgres,
        }
    }
}

fn sqlite_open_error(file: &Path, source: sqlx::Error) -> StorageError {
    let reason = match sqlite_code(&source) {
        Some(5 | 8) => return source.into(),
        Some(11 | 26) => "it is not a SQLite database, or it is damaged; give another file",
        Some(14) if file.is_dir() => "it is a folder; give a file in it",
        Some(14) => "does its folder exist, and may this user write there?",
        Some(13) => "the disk is full; make room and start again",
        _ => "see the cause",
    };
    StorageError::Open {
        place: file.display().to_string(),
        reason: reason.to_owned(),
        source,
    }
}
