//! `GET /healthz` and `GET /readyz`: for whatever starts Convener again, or sends people elsewhere.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::facilitation::Facilitation;

pub(super) fn router() -> Router<Arc<Facilitation>> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
}

/// The process is there and answers.
async fn healthz() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], "alive\n")
}

/// It can do its work: the database answers, and Discord is listened to.
async fn readyz(State(facilitation): State<Arc<Facilitation>>) -> impl IntoResponse {
    let readiness = facilitation.readiness().await;
    let (status, body) = match (readiness.database, readiness.gateway) {
        (true, true) => (StatusCode::OK, "ready\n"),
        (false, _) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer\n",
        ),
        (true, false) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "not connected to Discord\n",
        ),
    };
    (status, [(header::CACHE_CONTROL, "no-store")], body)
}
