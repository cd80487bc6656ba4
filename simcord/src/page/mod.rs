//! The chat page at `/`: to watch the community, and to be somebody in it.
//!
//! A page of plain HTML, style and script from this crate. It asks `/simcord/view` for what one person sees, which
//! answers when something changed, and posts what that person does.

mod typed_command;
mod view;

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Method, Uri, header},
    response::Response,
};
use serde_json::{Value, json};

use crate::{
    driver::{MessageRef, Person, Refused, Reply},
    server::Server,
    snowflake::Snowflake,
};

/// What the host does when somebody presses *skip ahead*.
pub(crate) type Skip = Arc<dyn Fn() + Send + Sync>;

const HTML: &str = include_str!("index.html");
/// Where in the page its first view stands.
const FIRST_VIEW: &str = "{}";
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Nothing from elsewhere, and no script or style but the files above.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Answers whatever is neither API nor gateway.
pub(crate) async fn answer(
    server: Arc<Server>,
    port: u16,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    if !is_from_here(port, &headers) {
        return respond(403, "text/plain", "this page is for this machine");
    }
    match (&method, uri.path()) {
        (&Method::GET, "/") => {
            let query = crate::rest::parse_query(uri.query().unwrap_or_default());
            let first = view::next(&server, &query).await.to_string();
            // Within a page the data must not end the element that it is in.
            let page = HTML.replace(FIRST_VIEW, &first.replace('<', "\\u003c"));
            finish(200, "text/html; charset=utf-8", Body::from(page))
        }
        (&Method::GET, "/simcord/page.css") => respond(200, "text/css; charset=utf-8", STYLE),
        (&Method::GET, "/simcord/page.js") => {
            respond(200, "text/javascript; charset=utf-8", SCRIPT)
        }
        (&Method::GET, "/simcord/view") => {
            let query = crate::rest::parse_query(uri.query().unwrap_or_default());
            json_response(&view::next(&server, &query).await)
        }
        (&Method::GET, path) if path.starts_with("/attachments/") => attachment(&server, path),
        (&Method::POST, path) => {
            // Another site's form can't send this type without asking first, and nobody answers that question.
            let is_json = headers
                .get(header::CONTENT_TYPE)
                .is_some_and(|kind| kind == "application/json");
            match serde_json::from_slice(&bytes) {
                Ok(body) if is_json => json_response(&act(&server, path, &body).await),
                _ => respond(400, "text/plain", "JSON is expected"),
            }
        }
        _ => respond(404, "text/plain", "not found"),
    }
}

/// A file of a message. What is no picture is given to be kept, not to be shown.
fn attachment(server: &Server, path: &str) -> Response {
    let found = server.look(|state| {
        let mut messages = state.messages.values();
        messages.find_map(|message| {
            let mut attachments = message.attachments.iter();
            attachments
                .find(|attachment| attachment.path(message.channel) == path)
                .map(|attachment| attachment.bytes.to_vec())
        })
    });
    match found {
        Some(bytes) if bytes.starts_with(b"\x89PNG") => finish(200, "image/png", Body::from(bytes)),
        Some(bytes) => finish(200, "application/octet-stream", Body::from(bytes)),
        None => respond(404, "text/plain", "not found"),
    }
}

/// Guards against names of other sites that point to this machine.
fn is_from_here(port: u16, headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    ["127.0.0.1", "localhost"]
        .iter()
        .any(|name| host == format!("{name}:{port}"))
}

fn respond(status: u16, kind: &'static str, body: &'static str) -> Response {
    finish(status, kind, Body::from(body))
}

fn json_response(body: &Value) -> Response {
    finish(200, "application/json", Body::from(body.to_string()))
}

fn finish(status: u16, kind: &'static str, body: Body) -> Response {
    let response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, kind)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
        .body(body);
    response.unwrap_or_default()
}

fn id(body: &Value, field: &str) -> Snowflake {
    body[field]
        .as_str()
        .and_then(|id| id.parse().ok())
        .unwrap_or_default()
}

async fn act(server: &Arc<Server>, path: &str, body: &Value) -> Value {
    let (person, channel) = (id(body, "as"), id(body, "channel"));
    let guild = server.look(|state| {
        state
            .channels
            .get(&channel)
            .and_then(|channel| channel.guild)
    });
    let person = Person::new(server, guild, person);
    let message = MessageRef((channel, id(body, "message")));
    let text = |field: &str| body[field].as_str().unwrap_or_default();
    let outcome = match path {
        "/simcord/skip" => {
            if let Some(skip) = &server.on_skip {
                skip();
            }
            Ok(json!({}))
        }
        "/simcord/say" => say(server, &person, channel, text("text")).await,
        "/simcord/click" => person
            .try_clicks(message, text("component"))
            .await
            .map(|reply| told(&reply)),
        "/simcord/select" => {
            let choices = body["choices"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            let choices: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
            person
                .try_selects(message, text("component"), &choices)
                .await
                .map(|reply| told(&reply))
        }
        "/simcord/submit" => submit(server, &person, body).await,
        _ => Err(Refused::Impossible(
            "there is no such thing to do".to_owned(),
        )),
    };
    outcome.unwrap_or_else(|refused| json!({"refused": refused.to_string()}))
}

async fn say(
    server: &Arc<Server>,
    person: &Person,
    channel: Snowflake,
    text: &str,
) -> Result<Value, Refused> {
    if !text.starts_with('/') {
        return person.try_says(channel, text).await.map(|_| json!({}));
    }
    let (command, options) = server.look(|state| typed_command::read(state, channel, text));
    person
        .try_runs(Some(channel), &command, options)
        .await
        .map(|reply| told(&reply))
}

async fn submit(server: &Arc<Server>, person: &Person, body: &Value) -> Result<Value, Refused> {
    let interaction = id(body, "interaction");
    let form = server.look(|state| Reply::read(server, state, interaction, true));
    let form = form.ok_or_else(|| Refused::Impossible("that form is gone".to_owned()))?;
    let empty = serde_json::Map::new();
    let fields = body["fields"].as_object().unwrap_or(&empty);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .filter_map(|(name, text)| Some((name.as_str(), text.as_str()?)))
        .collect();
    person
        .try_submits(&form, &fields)
        .await
        .map(|reply| told(&reply))
}

/// What the page must show that the view doesn't: a form, or that nothing came.
fn told(reply: &Reply) -> Value {
    let Some(modal) = &reply.modal else {
        return match reply.kind {
            crate::ReplyKind::DidNotRespond => json!({"refused": reply.text()}),
            _ => json!({}),
        };
    };
    let fields: Vec<Value> = modal
        .fields
        .iter()
        .map(|field| {
            json!({
                "id": field.custom_id,
                "label": field.label,
                "value": field.value,
                "required": field.required,
                "min": field.min_length,
                "max": field.max_length,
            })
        })
        .collect();
    json!({"form": {"interaction": reply.interaction_id, "title": modal.title, "fields": fields}})
}
