//! More comes than can be kept, or the database is away: memory stays bounded, and nothing is lost.

#![expect(clippy::unwrap_used, reason = "a test fails where it can't go on")]

#[path = "../storage/engine.rs"]
#[expect(dead_code, reason = "the tests of the storage use the rest")]
mod engine;

use std::str::FromStr;
use std::time::Duration;

use convener::practice::request::Status;
use convener::practice::rhythm::Rhythm;
use convener::simulation::{SimulatedTime, Simulation};
use convener::storage::RequestFilter;
use engine::Database;
use serde_json::json;
use simcord::{Channel, Permissions, Person, Simcord};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// More than may wait: see `LONGEST` in `src/discord/line.rs`.
const BURST: usize = 5_500;

const QUESTION: &str = "How do I stop the ultrasonic level sensor from drifting at night?";

/// How long the database is away, in machine time; a minute by `STEADY_AWAY_SECONDS=60`.
const AWAY: u64 = 3;

struct World {
    simulation: Simulation,
    discord: Simcord,
    help: Channel,
    ana: Person,
    ben: Person,
    cleo: Person,
}

impl World {
    async fn over(database: &Database) -> Self {
        let time = SimulatedTime::at("2026-03-02T12:00:00Z".parse().unwrap());
        let discord = time.discord().start().await;
        let guild = discord.guild("Makers");
        let lead = guild.role("Lead", Permissions::MANAGE_GUILD);
        let help = guild.channel("help");
        guild.private_channel("core", &[&lead]);
        let [ana, ben, cleo, lena] = ["ana", "ben", "cleo", "lena"].map(|name| guild.member(name));
        lena.has_role(&lead);
        let store = database.store().await;
        let simulation = Simulation::start(store, discord.clone(), time, Rhythm::default());
        let mut simulation = simulation.await.unwrap();
        let options = json!({"core_channel": "#core", "leads_channel": "#core"});
        lena.runs_in("#core", "/setup start", options).await;
        simulation.settle().await.unwrap();
        Self {
            simulation,
            discord,
            help,
            ana,
            ben,
            cleo,
        }
    }

    async fn talk(&self, messages: usize) {
        for number in 0..messages {
            let who = [&self.ana, &self.ben][number % 2];
            who.says(&self.help, &format!("The gauge shows {number}."))
                .await;
        }
    }

    /// What is said is not kept for as long as the database is away.
    async fn waits(&mut self) {
        let away = setting("STEADY_AWAY_SECONDS").unwrap_or(AWAY);
        let settled = self.simulation.settle();
        let waited = tokio::time::timeout(Duration::from_secs(away), settled).await;
        assert!(!matches!(waited, Ok(Ok(()))), "kept without a database");
    }

    /// All of it is kept once it is there again, each once and in its order.
    async fn all_is_kept(mut self) {
        while self.simulation.settle().await.is_err() {}
        let said = self.discord.messages(&self.help).into_iter();
        let said = said.filter(|message| message.author != "helper");
        let said: Vec<String> = said.map(|message| message.content).collect();
        let channel = self.help.id().get().try_into().unwrap();
        let channel = convener::practice::id::ChannelId::new(channel);
        let facilitation = self.simulation.facilitation();
        let mut transaction = facilitation.store.read().await.unwrap();
        let kept = transaction
            .messages_until(channel, self.simulation.now(), 100_000)
            .await
            .unwrap();
        let kept: Vec<String> = kept.into_iter().map(|stored| stored.heard.text).collect();
        assert_eq!(kept.len(), said.len());
        assert_eq!(kept, said);
        let mark = transaction.heard_to(channel).await.unwrap();
        drop(transaction);
        // The mark moves again.
        self.ana.says(&self.help, "All of it is there.").await;
        self.simulation.settle().await.unwrap();
        let facilitation = self.simulation.facilitation();
        let mut transaction = facilitation.store.read().await.unwrap();
        assert!(transaction.heard_to(channel).await.unwrap() > mark);
        drop(transaction);
        self.simulation.stop().await.unwrap();
    }
}

#[test]
fn a_burst_beyond_what_can_wait_is_read_later_and_nothing_is_lost() {
    engine::on_sqlite(async |database| {
        let mut world = World::over(database).await;
        // Somebody else holds the file, as a slow disk would.
        let mut beside = database.beside().await;
        beside.run("BEGIN IMMEDIATE").await;
        world.talk(BURST).await;
        // The ✅ finds a place in the line, its question does not.
        let help = world.help.clone();
        let asked = world.cleo.says(&help, QUESTION).await;
        world.cleo.reacts(&asked, "✅").await;
        world.waits().await;
        beside.run("ROLLBACK").await;
        world.all_is_kept().await;
        let store = database.store().await;
        let mut transaction = store.read().await.unwrap();
        let every = RequestFilter::default();
        let mut requests = transaction.requests(every).await.unwrap().into_iter();
        let request = requests.find(|request| request.asked.text == QUESTION);
        assert_eq!(request.unwrap().life.status, Status::Resolved);
    });
}

#[test]
fn a_file_that_is_held_by_another_program_delays_and_loses_nothing() {
    engine::on_sqlite(async |database| {
        let mut world = World::over(database).await;
        let mut beside = database.beside().await;
        beside.run("BEGIN IMMEDIATE").await;
        world.talk(50).await;
        let help = world.help.clone();
        let first = world.ana.says(&help, "I said too much.").await;
        world.ana.deletes(&first).await;
        world.waits().await;
        beside.run("ROLLBACK").await;
        world.all_is_kept().await;
    });
}

#[test]
fn a_server_that_is_away_delays_and_loses_nothing() {
    engine::on_postgres(async |database| {
        let mut world = World::over(database).await;
        world.talk(20).await;
        take_away(database).await;
        world.talk(BURST).await;
        world.waits().await;
        bring_back(database).await;
        world.all_is_kept().await;
    });
}

/// Cuts every connection to a database of `PostgreSQL`, and lets nobody in.
async fn take_away(database: &Database) {
    let name = name_of(database);
    let statements = format!(
        "ALTER DATABASE {name} ALLOW_CONNECTIONS false;
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}';"
    );
    on_server(&statements).await;
}

/// Lets everybody in again.
async fn bring_back(database: &Database) {
    let name = name_of(database);
    on_server(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
}

fn name_of(database: &Database) -> String {
    let options = PgConnectOptions::from_str(&database.url()).unwrap();
    options.get_database().unwrap().to_owned()
}

async fn on_server(statements: &str) {
    let server: String = setting("TEST_POSTGRES_URL").unwrap();
    let mut connection = PgConnection::connect(&server).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test's own settings, which are none of the program's"
)]
fn setting<T: FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}
