//! `GET /calendar/{secret}.ics`: a calendar, for whoever knows its secret.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, SubsecRound, Utc};

use crate::facilitation::Facilitation;
use crate::view::calendar::{entity_tag, http_date, ics};

pub(super) fn router() -> Router<Arc<Facilitation>> {
    Router::new().route("/calendar/{file}", get(calendar))
}

async fn calendar(
    State(facilitation): State<Arc<Facilitation>>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response {
    let found = match file.strip_suffix(".ics") {
        Some(secret) => facilitation.calendar(secret).await,
        None => Ok(None),
    };
    let calendar = match found {
        Ok(Some(calendar)) => calendar,
        Ok(None) => {
            let text = "There is no such calendar. In Discord, /meetup calendar gives the link.\n";
            return (StatusCode::NOT_FOUND, text).into_response();
        }
        Err(fault) => return super::fault(&fault).into_response(),
    };
    let body = ics(&calendar);
    let tag = entity_tag(&body);
    let known = [
        (header::ETAG, tag.clone()),
        (header::LAST_MODIFIED, http_date(calendar.changed_at)),
        // Whoever has the link has the calendar; what lies between keeps none.
        (header::CACHE_CONTROL, "private, max-age=300".to_owned()),
    ];
    if is_known(&headers, &tag, calendar.changed_at) {
        return (StatusCode::NOT_MODIFIED, known).into_response();
    }
    let kind = [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")];
    (known, kind, body).into_response()
}

/// Whether the reader has this very calendar: RFC 9110, section 13.2.2.
fn is_known(headers: &HeaderMap, tag: &str, changed_at: DateTime<Utc>) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(tags) = text(header::IF_NONE_MATCH) {
        let bare = |known: &str| known.trim().trim_start_matches("W/").to_owned();
        return tags
            .split(',')
            .any(|known| bare(known) == tag || bare(known) == "*");
    }
    text(header::IF_MODIFIED_SINCE)
        .and_then(|since| DateTime::parse_from_rfc2822(since).ok())
        .is_some_and(|since| changed_at.trunc_subsecs(0) <= since)
}
