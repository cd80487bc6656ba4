//! The bare client: serenity as it comes, and rows in batches. It stores what is said and does nothing else.

use std::str::FromStr;

use serenity::all::{
    ClientBuilder, Context, EventHandler, GatewayIntents, HttpBuilder, Message, async_trait,
};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection};
use tokio::sync::mpsc::{self, UnboundedSender};

/// How many rows a transaction has at most.
const BATCH: usize = 1_000;

/// How many rows a statement has at most.
const ROWS: usize = 100;

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS messages (
        channel_id BIGINT NOT NULL,
        message_id BIGINT NOT NULL,
        guild_id BIGINT NOT NULL,
        author_id BIGINT NOT NULL,
        author_name TEXT NOT NULL,
        written_at BIGINT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (channel_id, message_id)
    )";

struct Logger {
    rows: UnboundedSender<Message>,
}

#[async_trait]
impl EventHandler for Logger {
    async fn message(&self, _: Context, message: Message) {
        self.rows.send(message).unwrap();
    }
}

pub(crate) async fn log() {
    let url = std::env::var("CONVENER_DATABASE__URL").unwrap();
    let (rows, waiting) = mpsc::unbounded_channel();
    if url.starts_with("postgres") {
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::query(TABLE).execute(&mut connection).await.unwrap();
        tokio::spawn(to_postgres(connection, waiting));
    } else {
        let options = SqliteConnectOptions::from_str(&url)
            .unwrap()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let mut connection = options.connect().await.unwrap();
        sqlx::query(TABLE).execute(&mut connection).await.unwrap();
        tokio::spawn(to_sqlite(connection, waiting));
    }
    let base = std::env::var("CONVENER_DISCORD__API_BASE").unwrap();
    let http = HttpBuilder::new(std::env::var("DISCORD_TOKEN").unwrap())
        .proxy(base)
        .ratelimiter_disabled(true)
        .build();
    let intents =
        GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES | GatewayIntents::MESSAGE_CONTENT;
    let mut client = ClientBuilder::new_with_http(http, intents)
        .event_handler(Logger { rows })
        .await
        .unwrap();
    client.start().await.unwrap();
}

/// A loop that takes what has gathered and inserts it; once for each native driver.
macro_rules! writer {
    ($name:ident, $connection:ty, $is_plain:literal) => {
        async fn $name(mut connection: $connection, mut waiting: mpsc::UnboundedReceiver<Message>) {
            let mut batch = Vec::with_capacity(BATCH);
            while waiting.recv_many(&mut batch, BATCH).await > 0 {
                let mut transaction = connection.begin().await.unwrap();
                for rows in batch.chunks(ROWS) {
                    let statement = AssertSqlSafe(insertion(rows.len(), $is_plain));
                    let mut insert = sqlx::query(statement);
                    for message in rows {
                        insert = insert
                            .bind(number(message.channel_id.get()))
                            .bind(number(message.id.get()))
                            .bind(number(message.guild_id.map_or(0, |guild| guild.get())))
                            .bind(number(message.author.id.get()))
                            .bind(&message.author.name)
                            .bind(message.timestamp.timestamp_micros())
                            .bind(&message.content);
                    }
                    insert.execute(&mut *transaction).await.unwrap();
                }
                transaction.commit().await.unwrap();
                batch.clear();
            }
        }
    };
}

writer!(to_sqlite, SqliteConnection, true);
writer!(to_postgres, PgConnection, false);

fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap()
}

/// With plain parameters, where names would be looked through for each.
fn insertion(rows: usize, is_plain: bool) -> String {
    let rows: Vec<String> = (0..rows)
        .map(|row| {
            let columns: Vec<String> = (1..=7)
                .map(|column| {
                    if is_plain {
                        "?".to_owned()
                    } else {
                        format!("${}", row * 7 + column)
                    }
                })
                .collect();
            format!("({})", columns.join(", "))
        })
        .collect();
    format!("INSERT INTO messages VALUES {}", rows.join(", "))
}
