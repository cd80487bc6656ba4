//! `GET /metrics`: what there is to watch, in Prometheus' text format.
//! <https://prometheus.io/docs/practices/naming/>

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::prometheus_text::{CONTENT_TYPE, encode};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::facilitation::Facilitation;
use crate::facilitation::health::Vitals;

pub(super) fn router() -> Router<Arc<Facilitation>> {
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(State(facilitation): State<Arc<Facilitation>>) -> Response {
    let vitals = match facilitation.vitals().await {
        Ok(vitals) => vitals,
        Err(fault) => return super::fault(&fault).into_response(),
    };
    let mut body = String::new();
    // Writing into memory does not fail.
    encode(&mut body, &registry(&vitals)).ok();
    let headers = [
        (header::CONTENT_TYPE, CONTENT_TYPE),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, body).into_response()
}

/// Made anew each time, as what it tells is in the database.
fn registry(vitals: &Vitals) -> Registry {
    let mut registry = Registry::default();
    registry.register(
        "convener_build",
        "The version that runs",
        Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]),
    );
    registry.register(
        "convener_messages",
        "Messages heard since the start",
        ConstCounter::new(vitals.messages),
    );
    for (name, help, value) in [
        (
            "convener_gateway_connected",
            "1 where Discord is listened to, else 0",
            i64::from(vitals.gateway),
        ),
        (
            "convener_communities",
            "Communities that were set up",
            vitals.communities,
        ),
        (
            "convener_requests_open",
            "Requests that are open",
            vitals.open_requests,
        ),
        (
            "convener_outbox_pending",
            "Notices that wait to be said",
            vitals.outbox_pending,
        ),
        (
            "convener_outbox_oldest_seconds",
            "How long the notice has been due that has waited longest",
            vitals.outbox_oldest_seconds,
        ),
        (
            "convener_outbox_given_up",
            "Notices that were given up",
            vitals.outbox_given_up,
        ),
        (
            "convener_agenda_overdue",
            "Jobs that were due more than a minute ago",
            vitals.agenda_overdue,
        ),
        (
            "convener_agenda_parked",
            "Jobs that failed again and again, and are not tried any more",
            vitals.agenda_parked,
        ),
        (
            "process_start_time_seconds",
            "When the process was started, since the Unix epoch",
            vitals.started_at.timestamp(),
        ),
    ] {
        registry.register(name, help, ConstGauge::new(value));
    }
    if let Some(bytes) = resident_memory() {
        registry.register(
            "process_resident_memory_bytes",
            "Memory that the process has",
            ConstGauge::new(bytes),
        );
    }
    registry
}

/// What Linux says of the process's memory; `None` on other systems.
/// <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>
fn resident_memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1_024)
}
