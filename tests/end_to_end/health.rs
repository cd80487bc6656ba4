//! What whoever runs Convener can watch.

use chrono::TimeDelta;
use simcord::Failure;

use crate::pages::{fetch, pages};
use crate::world::World;

/// The value of a metric.
fn value(metrics: &str, name: &str) -> i64 {
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{name} ")));
    let value = line.unwrap_or_else(|| panic!("no {name} in {metrics}"));
    value.parse().unwrap()
}

#[tokio::test]
async fn it_is_ready_while_it_listens_and_its_database_answers() {
    let world = World::new().await;
    let address = pages(&world).await;
    let alive = fetch(address, "/healthz", "").await;
    assert_eq!((alive.status, alive.body.as_str()), (200, "alive\n"));
    let ready = fetch(address, "/readyz", "").await;
    assert_eq!((ready.status, ready.body.as_str()), (200, "ready\n"));
    let metrics = fetch(address, "/metrics", "").await.body;
    assert_eq!(value(&metrics, "convener_gateway_connected"), 1);

    world.simulation.facilitation().store.close().await;
    let unready = fetch(address, "/readyz", "").await;
    assert_eq!(
        (unready.status, unready.body.as_str()),
        (503, "the database does not answer\n")
    );
    assert_eq!(fetch(address, "/healthz", "").await.status, 200);
    let metrics = fetch(address, "/metrics", "").await;
    assert_eq!(metrics.status, 500);
    assert!(metrics.body.contains("went wrong"), "{}", metrics.body);
}

#[tokio::test]
async fn before_it_listens_it_is_not_ready() {
    let world = World::new().await;
    let stopped = world.stop().await;
    let file = stopped
        .folder
        .path()
        .join("convener.db")
        .display()
        .to_string();
    let store = convener::storage::Store::open(&file).await.unwrap();
    let clock = std::sync::Arc::new(stopped.time.clock.clone());
    let rhythm = convener::practice::rhythm::Rhythm::default();
    let work = convener::clock::Work::new();
    let facilitation = convener::facilitation::Facilitation::new(store, clock, rhythm, &work);
    let readiness = facilitation.readiness().await;
    assert!(readiness.database && !readiness.gateway, "{readiness:?}");
}

#[tokio::test]
async fn the_metrics_count_and_name_nobody() {
    let mut world = World::new().await;
    let ana = world.ana.clone();
    let text = "Where can I find the wiring plan of the rain gauge?";
    world.says(&ana, "#help", text).await;
    world
        .says(&ana, "#help", "Thanks in advance to all of you.")
        .await;
    world.discord.fail_next(
        "PATCH",
        "/channels/*/messages/*",
        Failure::Status(503),
        1_000,
    );
    world.advance(TimeDelta::hours(5)).await;
    let address = pages(&world).await;
    let fetched = fetch(address, "/metrics", "").await;
    assert_eq!(fetched.status, 200);
    assert_eq!(
        fetched.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let metrics = fetched.body;
    for (name, expected) in [
        ("convener_messages_total", 2),
        ("convener_communities", 1),
        ("convener_requests_open", 1),
        ("convener_outbox_pending", 1),
        ("convener_outbox_given_up", 0),
        ("convener_agenda_overdue", 0),
        ("convener_agenda_parked", 0),
    ] {
        assert_eq!(value(&metrics, name), expected, "{name}: {metrics}");
    }
    let waited = value(&metrics, "convener_outbox_oldest_seconds");
    assert!(
        waited >= 3_600,
        "the board is due since the request waits: {waited}"
    );
    let started = value(&metrics, "process_start_time_seconds");
    assert_eq!(started, crate::world::monday().timestamp());
    assert!(
        metrics.contains("convener_build_info{version=\""),
        "{metrics}"
    );
    for line in metrics.lines().filter(|line| !line.starts_with('#')) {
        let (name, _) = line.split_once([' ', '{']).unwrap();
        assert!(metrics.contains(&format!("# TYPE {name} ")), "{name}");
    }
    for secret in ["Makers", "ana", "help", "wiring"] {
        assert!(!metrics.contains(secret), "{secret} in {metrics}");
    }
}
