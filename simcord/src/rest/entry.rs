//! The way in: token, limits and planned failures, then the route, then the record of it all.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Method, Uri, header},
    response::Response,
};
use serde_json::{Value, json};

use super::{Answer, ApiError, Call, File, form_data, route};
use crate::{
    failure::Failure, ratelimit::Standing, server::Server, state::State, traffic::Request,
};

/// What became of a request.
enum Fate {
    Answered {
        status: u16,
        body: Value,
        headers: Vec<(&'static str, String)>,
    },
    Hangs,
    Lost,
}

/// Answers one request to `/api/v10/…`.
pub(crate) async fn answer(
    server: Arc<Server>,
    entrance: u16,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    let fate = server.change(|state| handle(state, entrance, &method, &uri, &headers, &bytes));
    match fate {
        Fate::Answered {
            status,
            body,
            headers,
        } => response(status, &body, &headers),
        Fate::Hangs => std::future::pending().await,
        Fate::Lost => broken_response(),
    }
}

fn handle(
    state: &mut State,
    entrance: u16,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    bytes: &[u8],
) -> Fate {
    let path = uri
        .path()
        .trim_start_matches("/api")
        .trim_start_matches("/v10");
    let decoded: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(percent_decoded)
        .collect();
    let segments: Vec<&str> = decoded.iter().map(String::as_str).collect();
    let query = parse_query(uri.query().unwrap_or_default());
    let (body, files, readable) = match read_body(headers, bytes) {
        Some((body, files)) => (body, files, true),
        None => (json!(String::from_utf8_lossy(bytes)), Vec::new(), false),
    };
    let call = Call {
        method,
        segments: &segments,
        query: &query,
        body: &body,
        files: &files,
        entrance,
    };
    let fate = fate_of(state, &call, headers, readable);
    let (status, answer) = match &fate {
        Fate::Answered { status, body, .. } => (*status, body.clone()),
        Fate::Hangs | Fate::Lost => (0, Value::Null),
    };
    let path = uri
        .query()
        .map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    state.traffic.requests.push(Request {
        method: method.to_string(),
        path,
        body,
        status,
        answer,
    });
    fate
}

fn fate_of(state: &mut State, call: &Call<'_>, headers: &HeaderMap, readable: bool) -> Fate {
    let failure = state.failures.take(call.method.as_str(), call.segments);
    match &failure {
        Some(Failure::Hang) => return Fate::Hangs,
        Some(Failure::Status(status)) => {
            return refused(&ApiError::planned(
                *status,
                0,
                format!("{status}: planned failure"),
            ));
        }
        Some(Failure::Error {
            status,
            code,
            message,
        }) => {
            return refused(&ApiError::planned(*status, *code, message.clone()));
        }
        Some(Failure::RateLimited {
            retry_after,
            global,
        }) => return rate_limited(*retry_after, *global, Vec::new()),
        Some(Failure::AnswerLost) | None => {}
    }
    // An interaction's token is authorization enough.
    let by_token = matches!(call.segments, ["interactions" | "webhooks", ..]);
    if !by_token && !is_authorized(state, headers) {
        return refused(&ApiError::UNAUTHORIZED);
    }
    // Interactions don't count against the bot's limits.
    let standing = if by_token {
        None
    } else {
        state.rate_limits.count(call.method.as_str(), call.segments)
    };
    let limit_headers = standing.as_ref().map(headers_of).unwrap_or_default();
    if let Some(exceeded) = standing.filter(|standing| standing.exceeded) {
        return rate_limited(exceeded.reset_after, exceeded.global, limit_headers);
    }
    let answered = if readable {
        route(state, call)
    } else {
        Err(ApiError::INVALID_JSON)
    };
    if answered.as_ref().err() == Some(&ApiError::NO_ROUTE) {
        state
            .traffic
            .unexpected
            .push(format!("{} /{}", call.method, call.segments.join("/")));
    }
    if matches!(failure, Some(Failure::AnswerLost)) {
        return Fate::Lost;
    }
    match answered {
        Ok(Answer { status, body }) => Fate::Answered {
            status,
            body,
            headers: limit_headers,
        },
        Err(error) => refused(&error),
    }
}

fn refused(error: &ApiError) -> Fate {
    Fate::Answered {
        status: error.status,
        body: error.body(),
        headers: Vec::new(),
    }
}

fn rate_limited(
    retry_after: Duration,
    global: bool,
    mut headers: Vec<(&'static str, String)>,
) -> Fate {
    let seconds = retry_after.as_secs_f64();
    // The header counts whole seconds, the body is exact.
    headers.push(("retry-after", format!("{}", seconds.ceil())));
    headers.push((
        "x-ratelimit-scope",
        if global { "global" } else { "user" }.to_owned(),
    ));
    if global {
        headers.push(("x-ratelimit-global", "true".to_owned()));
    } else if headers
        .iter()
        .all(|(name, _)| *name != "x-ratelimit-remaining")
    {
        headers.push(("x-ratelimit-limit", "1".to_owned()));
        headers.push(("x-ratelimit-remaining", "0".to_owned()));
        headers.push(("x-ratelimit-reset-after", format!("{seconds:.3}")));
        headers.push(("x-ratelimit-bucket", "planned".to_owned()));
    }
    let body =
        json!({"message": "You are being rate limited.", "retry_after": seconds, "global": global});
    Fate::Answered {
        status: 429,
        body,
        headers,
    }
}

fn headers_of(standing: &Standing) -> Vec<(&'static str, String)> {
    vec![
        ("x-ratelimit-bucket", standing.bucket.clone()),
        ("x-ratelimit-limit", standing.limit.to_string()),
        ("x-ratelimit-remaining", standing.remaining.to_string()),
        (
            "x-ratelimit-reset-after",
            format!("{:.3}", standing.reset_after.as_secs_f64()),
        ),
    ]
}

fn is_authorized(state: &State, headers: &HeaderMap) -> bool {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    given.strip_prefix("Bot ") == Some(state.application.token.as_str())
}

fn response(status: u16, body: &Value, headers: &[(&'static str, String)]) -> Response {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, value);
    }
    let body = if status == 204 {
        Body::empty()
    } else {
        response = response.header(header::CONTENT_TYPE, "application/json");
        Body::from(body.to_string())
    };
    response
        .body(body)
        .unwrap_or_else(|_| Response::new(Body::empty()))
}

/// A good start whose body breaks off, as when the connection dies.
fn broken_response() -> Response {
    struct Broken;
    impl axum::body::HttpBody for Broken {
        type Data = Bytes;
        type Error = std::io::Error;
        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
            std::task::Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
        }
    }
    Response::new(Body::new(Broken))
}

/// Reads JSON, or a form with files.
fn read_body(headers: &HeaderMap, bytes: &[u8]) -> Option<(Value, Vec<File>)> {
    if bytes.is_empty() {
        return Some((Value::Null, Vec::new()));
    }
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        return form_data::read(kind, bytes);
    }
    let body = serde_json::from_slice(bytes).ok()?;
    Some((body, Vec::new()))
}

pub(crate) fn parse_query(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| {
            (
                percent_decoded(name),
                percent_decoded(&value.replace('+', " ")),
            )
        })
        .collect()
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = hex
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            .filter(|_| *first == b'%')
        {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_in_paths_are_decoded() {
        assert_eq!(percent_decoded("%E2%9C%85"), "✅");
        assert_eq!(percent_decoded("100%"), "100%");
    }
}
