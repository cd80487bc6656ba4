//! `GET /archive/{secret}`: the archive of digests, for whoever knows its secret.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::facilitation::{Facilitation, Fault};
use crate::practice::archive::Opened;
use crate::view::page;

/// What a page may load and do: its own style, and nothing else.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = BASE64_STANDARD.encode(Sha256::digest(page::STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src data:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
});

pub(super) fn router() -> Router<Arc<Facilitation>> {
    Router::new()
        .route("/archive/{secret}", get(weeks))
        .route("/archive/{secret}/{week}", get(week))
        .route("/archive/{secret}/{week}/{figure}", get(listing))
}

async fn weeks(
    State(facilitation): State<Arc<Facilitation>>,
    Path(secret): Path<String>,
) -> Response {
    let opened = facilitation.archive_weeks(&secret).await;
    answer(opened, |weeks| page::weeks(&weeks, &secret))
}

async fn week(
    State(facilitation): State<Arc<Facilitation>>,
    Path((secret, week)): Path<(String, String)>,
) -> Response {
    let opened = facilitation.archive_week(&secret, &week).await;
    answer(opened, |week| page::week(&week, &secret))
}

/// Which page of a listing is asked for.
#[derive(Deserialize)]
struct Asked {
    page: Option<String>,
}

async fn listing(
    State(facilitation): State<Arc<Facilitation>>,
    Path((secret, week, figure)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> Response {
    // What is no number is no page.
    let number = asked.page.map_or(1, |page| page.parse().unwrap_or(0));
    let opened = facilitation
        .archive_listing(&secret, &week, &figure, number)
        .await;
    answer(opened, |opening| page::listing(&opening))
}

fn answer<T>(opened: Result<Opened<T>, Fault>, page: impl FnOnce(T) -> String) -> Response {
    let (status, body) = match opened {
        Ok(Opened::Page(value)) => (StatusCode::OK, page(value)),
        Ok(Opened::Absent(absence)) => (StatusCode::NOT_FOUND, page::absent(absence)),
        Ok(Opened::Nothing) => (StatusCode::NOT_FOUND, page::nothing()),
        Err(fault) => return super::fault(&fault).into_response(),
    };
    // The address holds the secret: nobody is told of it, and nothing between keeps what it opened.
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY.as_str()),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "private, no-store"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    (status, headers, body).into_response()
}
