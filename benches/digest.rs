//! How long a week's whole digest takes in a community that has written for years.
//!
//! ```text
//! cargo bench --bench digest                               # a million messages, on SQLite
//! DIGEST_MESSAGES=10000000 cargo bench --bench digest
//! TEST_POSTGRES_URL=… cargo bench --bench digest           # on PostgreSQL, too
//! ```
//!
//! The messages are spread over two years; what is measured is one of the last weeks, read twenty times.
//! Each engine prints one line: how many messages, the median and the 95th percentile.

#![expect(clippy::unwrap_used, reason = "a bench fails where it can't go on")]
#![expect(
    clippy::disallowed_methods,
    reason = "a bench is told by the environment how much to measure"
)]
#![expect(clippy::print_stdout, reason = "a bench prints what it measures")]

#[path = "measure/percentile.rs"]
mod percentile;
#[path = "measure/setting.rs"]
mod setting;

use std::str::FromStr;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use convener::facilitation::digest::digest;
use convener::practice::digest::Digest;
use convener::practice::id::GuildId;
use convener::practice::week::Week;
use convener::storage::Store;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;

use percentile::percentile;
use setting::setting;

const GUILD: GuildId = GuildId::new(1_000_000_000_000_000_001);

/// What the messages are spread over.
const DAYS: i64 = 728;

/// One message in so many asks something.
const ASKS_ONE_IN: i64 = 40;

/// How many people there are; a few of them write most, as in any community.
const PEOPLE: i64 = 5_000;

fn end() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_409_600, 0).unwrap() // Monday, 2 March 2026
}

/// The statements that fill a database. Times are seconds before their end; what differs between the engines is
/// how a row of numbers is had, and how seconds become a time.
fn filling(messages: i64, numbers: &str, time: impl Fn(&str) -> String) -> String {
    let (guild, seconds) = (GUILD, DAYS * 86_400);
    let begin = (end() - TimeDelta::days(DAYS)).timestamp();
    // In order, as they come; pseudo-random by multiplication, the same on both engines.
    let at = format!("{begin} + CAST(i * {seconds}.0 / {messages} AS BIGINT)");
    let written_at = time(&at);
    let answered_at = time(&format!("{at} + 600 + (i * 7919) % 20000"));
    let author = format!(
        "1 + ((i * 48271) % {PEOPLE}) * ((i * 69621) % {PEOPLE}) / {PEOPLE} * ((i * 39373) % {PEOPLE}) / {PEOPLE}"
    );
    let kinds =
        "CASE (i * 16807) % 24 WHEN 0 THEN 'problem_solving' WHEN 1 THEN 'seeking_experience'
        WHEN 2 THEN 'request_for_information' WHEN 3 THEN 'reusing_assets'
        WHEN 4 THEN 'discussing_developments' END";
    let asks = format!("{numbers} WHERE i % {ASKS_ONE_IN} = 0");
    let joined_at = time(&format!("{begin} + (i * {seconds}) / {PEOPLE}"));
    format!(
        "INSERT INTO communities (guild_id, name, zone) VALUES ({guild}, 'Makers', 'Europe/Berlin');
        INSERT INTO messages (channel_id, message_id, guild_id, author_id, author_name, author_is_bot,
            kind, written_at, text, activity, confidence, is_request, begins)
        SELECT 1 + (i * 30269) % 40, i, {guild}, {author}, 'somebody', FALSE, 'message', {written_at},
            'Half a line of words, as most messages are, and now and then some more of them.',
            {kinds}, 0.7, i % {ASKS_ONE_IN} = 0, (i * 16807) % 24 < 8
        FROM {numbers};
        INSERT INTO requests (guild_id, channel_id, message_id, author_id, author_name, asked_at,
            text, origin, status, first_response_at, answered_at, open_since)
        SELECT {guild}, 1 + (i * 30269) % 40, i, {author}, 'somebody', {written_at},
            'Where do I find the wiring plan?', 'detected',
            CASE WHEN i % 1000 = 0 THEN 'open' ELSE 'answered' END,
            {answered_at}, {answered_at}, {written_at}
        FROM {asks};
        INSERT INTO request_events (request_id, change, happened_at, member_id)
        SELECT request_id, 'attended', answered_at, 1 + request_id % 40 FROM requests;
        INSERT INTO request_events (request_id, change, happened_at, member_id)
        SELECT request_id, 'answered', answered_at, 1 + request_id % 40 FROM requests
        WHERE status = 'answered';
        INSERT INTO members (guild_id, member_id, name, is_bot, joined_at)
        SELECT {guild}, i, 'somebody', FALSE, {joined_at} FROM {numbers} WHERE i <= {PEOPLE};"
    )
}

/// What `member_days` holds of these messages.
const DAYS_SQLITE: &str = "
    INSERT INTO member_days (guild_id, day, member_id, messages)
    SELECT guild_id, CAST(STRFTIME('%s', written_at) AS INTEGER) / 86400, author_id, COUNT(*)
    FROM messages GROUP BY 1, 2, 3; ANALYZE;";
const DAYS_POSTGRES: &str = "
    INSERT INTO member_days (guild_id, day, member_id, messages)
    SELECT guild_id, FLOOR(EXTRACT(EPOCH FROM written_at) / 86400)::BIGINT, author_id, COUNT(*)
    FROM messages GROUP BY 1, 2, 3; ANALYZE;";

/// The most memory that this process has had, in megabytes; where the system says so.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    let kilobytes = line.split_whitespace().nth(1)?;
    Some(kilobytes.parse::<u64>().ok()? / 1_024)
}

async fn measure(engine: &str, store: &Store, messages: i64, filled: Duration) {
    let week = Week::of(end() - TimeDelta::days(10), chrono_tz::Europe::Berlin);
    let before = peak_megabytes();
    let mut times = Vec::new();
    let mut last: Option<Digest> = None;
    for _ in 0..20 {
        let begun = Instant::now();
        let mut transaction = store.read().await.unwrap();
        let community = transaction.community(GUILD).await.unwrap().unwrap();
        last = Some(digest(&mut transaction, &community, week).await.unwrap());
        times.push(begun.elapsed());
    }
    let last = last.unwrap();
    assert!(last.messages > 0 && last.requests.answered > 0 && last.participation.core > 0);
    let (median, p95) = (percentile(&mut times, 50), percentile(&mut times, 95));
    println!(
        "digest: engine={engine} messages={messages} (filled in {:.0} s) week={} messages of {} people: \
         median {median:.1} ms, p95 {p95:.1} ms; peak memory before {before:?} MB, after {:?} MB",
        filled.as_secs_f64(),
        last.messages,
        last.people,
        peak_megabytes(),
    );
}

#[tokio::main]
async fn main() {
    let messages = i64::try_from(setting("DIGEST_MESSAGES", 1_000_000)).unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("convener.db");
    let store = Store::open(file.to_str().unwrap()).await.unwrap();
    let begun = Instant::now();
    let mut connection = SqliteConnectOptions::new()
        .filename(&file)
        .connect()
        .await
        .unwrap();
    let numbers =
        format!("(SELECT value AS i FROM bench_numbers WHERE value <= {messages}) AS numbers");
    let statements = format!(
        "PRAGMA synchronous = OFF;
        CREATE TEMP TABLE bench_numbers (value INTEGER PRIMARY KEY);
        WITH RECURSIVE counted (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < {messages})
        INSERT INTO bench_numbers SELECT i FROM counted;
        {}{DAYS_SQLITE}",
        filling(messages, &numbers, |seconds| format!(
            "STRFTIME('%Y-%m-%dT%H:%M:%S+00:00', {seconds}, 'unixepoch')"
        ))
    );
    sqlx::raw_sql(AssertSqlSafe(statements))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    measure("sqlite", &store, messages, begun.elapsed()).await;
    store.close().await;
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        on_postgres(&url, messages).await;
    } else {
        println!("digest: PostgreSQL was not measured: TEST_POSTGRES_URL is not set");
    }
}

async fn on_postgres(url: &str, messages: i64) {
    let server = PgConnectOptions::from_str(url).unwrap();
    let name = format!("convener_bench_digest_{}", std::process::id());
    let mut beside = server.connect().await.unwrap();
    let run = async |connection: &mut sqlx::PgConnection, statements: String| {
        sqlx::raw_sql(AssertSqlSafe(statements))
            .execute(connection)
            .await
            .unwrap();
    };
    run(&mut beside, format!("CREATE DATABASE {name}")).await;
    let database = server.clone().database(&name);
    let store = Store::open(database.to_url_lossy().as_ref()).await.unwrap();
    let begun = Instant::now();
    let mut connection = database.connect().await.unwrap();
    let numbers = format!("GENERATE_SERIES(1, {messages}::BIGINT) AS numbers (i)");
    let statements = filling(messages, &numbers, |seconds| {
        format!("TO_TIMESTAMP({seconds})")
    });
    run(&mut connection, statements + DAYS_POSTGRES).await;
    // As autovacuum leaves it: what is visible to all is known.
    run(&mut connection, "VACUUM ANALYZE".to_owned()).await;
    connection.close().await.unwrap();
    measure("postgres", &store, messages, begun.elapsed()).await;
    store.close().await;
    run(&mut beside, format!("DROP DATABASE {name} WITH (FORCE)")).await;
    beside.close().await.unwrap();
}
