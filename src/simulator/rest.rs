//! How does a request come in and its answer go out?
//!
//! Checks authorisation, and only then reads body and files, lets go wrong what shall go wrong, checks rate limits, hands over to
//! `route`, writes the log line and the rate-limit headers. Of a request without a token nothing is read but its headers, and nothing
//! kept.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Shared;
use super::form::Upload;
use super::gateway;
use super::limit::Headers;
use super::log::Line;
use super::refusal::{INVALID_JSON, INVALID_TOKEN, Refusal, TOO_LARGE, UNAUTHORIZED, UNKNOWN_INTERACTION};
use super::route::{Asked, Reply, answer, needs_token};
use super::rule::{Mishap, Scope};
use super::world::State;
use crate::loopback::Cut;

/// The largest JSON taken, in bytes. All commands of an application with their translations are a third of it.
const LARGEST: usize = 1 << 20;
/// The largest form taken, in bytes: ten files of 10 MiB and JSON.
const LARGEST_FORM: usize = 101 << 20;
/// The time for a whole body.
const READ: Duration = Duration::from_secs(30);
/// Most bytes of a message on the gateway. One of more than 4096 is refused; one of more than this ends the socket.
const LARGEST_MESSAGE: usize = 16 << 10;

/// A request, read.
struct Incoming {
    method: Method,
    path: String,
    query: String,
    auth: Option<String>,
    body: Result<Value, Refusal>,
    files: Vec<Upload>,
}

/// Serves one request.
pub(super) async fn serve(shared: Arc<Shared>, cut: Cut, request: Request) -> Response {
    if request.uri().path().trim_end_matches('/') == "/gateway"
        && request.headers().contains_key(header::UPGRADE)
    {
        return upgrade(shared, cut, request).await;
    }
    let file =
        shared.look(|state| state.file(request.uri().path(), request.uri().query().unwrap_or_default()));
    if let Some(file) = file.filter(|_| *request.method() == Method::GET) {
        return file;
    }
    let mut incoming = head(&request);
    if let Some(refusal) = shared.look(|state| stranger(state, &incoming)) {
        return refuse(&refusal);
    }
    match tokio::time::timeout(READ, read(request, &mut incoming)).await {
        Ok(true) => {}
        Ok(false) => {
            let what = format!("{} {}: the body is too large", incoming.method, incoming.path);
            shared.with(|state| state.fault(TOO_LARGE.code, what));
            return refuse(&TOO_LARGE);
        }
        // Whoever sends so slowly does not wait for an answer.
        Err(_) => return cut_off(&cut),
    }
    let mishap = shared.look(|state| state.rules.request(incoming.method.as_str(), &incoming.path));
    match mishap {
        None => handle(&shared, &incoming),
        Some(Mishap::Slow(delay)) => {
            tokio::select! {
                () = tokio::time::sleep(delay) => handle(&shared, &incoming),
                () = shared.ended.cancelled() => cut_off(&cut),
            }
        }
        Some(Mishap::Hang) => {
            note(&shared, &incoming, 0, &Value::Null);
            shared.ended.cancelled().await;
            cut_off(&cut)
        }
        Some(Mishap::CutBefore) => {
            note(&shared, &incoming, 0, &Value::Null);
            cut_off(&cut)
        }
        Some(Mishap::CutAfter) => {
            handle(&shared, &incoming);
            cut_off(&cut)
        }
        Some(Mishap::StatusAfter(status)) => {
            handle(&shared, &incoming);
            page(status)
        }
        Some(Mishap::Status(status)) => {
            note(&shared, &incoming, status, &Value::Null);
            page(status)
        }
        Some(Mishap::Banned) => {
            note(&shared, &incoming, 429, &Value::Null);
            page(429)
        }
        Some(Mishap::Refused(status, code)) => {
            let refusal = Refusal { status, code, message: "Refused by a rule", errors: None };
            finish(&shared, &incoming, Err(refusal), None)
        }
        Some(Mishap::RateLimited { scope, retry_after, told }) => {
            write(&shared, &incoming, 429, &Value::Null, scope == Scope::Shared);
            limited(scope, retry_after, told)
        }
    }
}

async fn upgrade(shared: Arc<Shared>, cut: Cut, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default().to_owned();
    if !query.split('&').any(|part| part == "v=10") {
        shared.with(|state| state.fault(4012, format!("gateway opened with `?{query}` instead of `?v=10`")));
    }
    if shared.with(|state| state.rules.refuse_socket()) {
        return page(503);
    }
    let (mut parts, _) = request.into_parts();
    match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade
            .max_message_size(LARGEST_MESSAGE)
            .max_frame_size(LARGEST_MESSAGE)
            .on_upgrade(move |socket| gateway::connection(shared, socket, cut)),
        Err(refused) => refused.into_response(),
    }
}

/// What a request says before its body.
fn head(request: &Request) -> Incoming {
    let path = request.uri().path();
    let path = path.strip_prefix("/api/v10").or_else(|| path.strip_prefix("/api")).unwrap_or(path);
    Incoming {
        method: request.method().clone(),
        path: path.trim_end_matches('/').to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        auth: text(request.headers(), header::AUTHORIZATION),
        body: Ok(Value::Null),
        files: Vec::new(),
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Why a request is not listened to any further: it has neither the bot's token nor, where that will do, one of an interaction.
fn stranger(state: &mut State, incoming: &Incoming) -> Option<Refusal> {
    let parts = incoming.parts();
    let is_given = |token: &str| state.tokens.contains_key(token);
    let refusal = match parts.as_slice() {
        ["interactions", _, token, ..] if !is_given(token) => UNKNOWN_INTERACTION,
        ["webhooks", _, token, ..] if !is_given(token) => INVALID_TOKEN,
        parts if needs_token(parts) && !is_token(incoming.auth.as_deref(), &state.token) => UNAUTHORIZED,
        _ => return None,
    };
    state.refused += 1;
    // Not what was asked for: that is anybody's.
    state.fault(
        refusal.code.max(u32::from(refusal.status)),
        "a request without a token that was ever given out",
    );
    Some(refusal)
}

/// Compared by their hashes: how long it takes tells nothing.
fn is_token(auth: Option<&str>, token: &str) -> bool {
    let given = auth.and_then(|auth| auth.strip_prefix("Bot ")).unwrap_or_default();
    blake3::hash(given.as_bytes()) == blake3::hash(token.as_bytes())
}

/// Refuses without having read the body: the connection ends with the answer.
fn refuse(refusal: &Refusal) -> Response {
    let mut response = respond(refusal.status, &refusal.body());
    put(&mut response, "connection", "close");
    response
}

/// Reads body and files; `false` where there is more than is taken.
async fn read(request: Request, incoming: &mut Incoming) -> bool {
    let kind = text(request.headers(), header::CONTENT_TYPE).unwrap_or_default();
    let is_form = kind.starts_with("multipart/form-data");
    let most = match incoming.parts().as_slice() {
        // Whoever wants to know where the gateway is needs no token.
        ["gateway"] => 0,
        _ if is_form => LARGEST_FORM,
        _ => LARGEST,
    };
    let length = text(request.headers(), header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    if length.is_some_and(|length: u64| length > u64::try_from(most).unwrap_or(u64::MAX)) {
        return false;
    }
    if is_form && most > 0 {
        return form(request, most, incoming).await;
    }
    let Ok(bytes) = axum::body::to_bytes(request.into_body(), most).await else { return false };
    if !bytes.is_empty() {
        incoming.body = serde_json::from_slice(&bytes).map_err(|_| INVALID_JSON);
    }
    true
}

/// Reads the parts of a form: the JSON in `payload_json`; of the rest, which are uploads, only the size is kept.
async fn form(mut request: Request, most: usize, incoming: &mut Incoming) -> bool {
    // The limits here are our own.
    DefaultBodyLimit::disable().apply(&mut request);
    incoming.body = Err(INVALID_JSON);
    let Ok(mut form) = Multipart::from_request(request, &()).await else { return true };
    let (mut body, mut all) = (Ok(Value::Null), 0);
    while let Ok(Some(mut field)) = form.next_field().await {
        let part = field.name().unwrap_or_default().to_owned();
        let name = field.file_name().map(str::to_owned);
        let is_json = part == "payload_json";
        let (mut json, mut size) = (Vec::new(), 0);
        loop {
            let Ok(chunk) = field.chunk().await else { return true };
            let Some(chunk) = chunk else { break };
            size += chunk.len();
            all += chunk.len();
            if all > most || (is_json && size > LARGEST) {
                return false;
            }
            if is_json {
                json.extend_from_slice(&chunk);
            }
        }
        if is_json {
            body = serde_json::from_slice(&json).map_err(|_| INVALID_JSON);
        } else if let Some(name) = name {
            incoming.files.push(Upload { part, name, size });
        }
    }
    incoming.body = body;
    true
}

impl Incoming {
    fn parts(&self) -> Vec<&str> {
        self.path.split('/').filter(|part| !part.is_empty()).collect()
    }
}

fn handle(shared: &Shared, incoming: &Incoming) -> Response {
    let parts = incoming.parts();
    let (result, headers) = shared.with(|state| {
        let now = state.clock.now();
        let headers = match state.buckets.take(incoming.method.as_str(), &parts, now) {
            Ok(headers) => headers,
            Err((wait, global)) => return (Ok(Reply::Limited(wait, global)), None),
        };
        let result = incoming.body.clone().and_then(|body| {
            let asked = Asked {
                method: incoming.method.as_str(),
                parts: &parts,
                query: &incoming.query,
                body: &body,
                files: &incoming.files,
            };
            answer(state, &asked)
        });
        if let Err(refusal) = &result {
            blame(state, incoming, refusal);
        }
        (result, Some(headers))
    });
    finish(shared, incoming, result, headers)
}

/// Notes a refusal that a correct bot never gets.
fn blame(state: &mut State, incoming: &Incoming, refusal: &Refusal) {
    let what = format!("{} {}", incoming.method, incoming.path);
    match refusal.code {
        0 if refusal.status == 404 => state.fault(0, format!("{what} is not served here")),
        50_006 | 50_035 | 50_109 => {
            let errors = refusal.errors.clone().unwrap_or_default();
            state.fault(refusal.code, format!("{what}: {} {errors}", refusal.message));
        }
        _ => {}
    }
}

fn finish(
    shared: &Shared,
    incoming: &Incoming,
    result: Result<Reply, Refusal>,
    headers: Option<Headers>,
) -> Response {
    let (status, body) = match result {
        Ok(Reply::Limited(wait, global)) => {
            note(shared, incoming, 429, &Value::Null);
            let scope = if global { Scope::Global } else { Scope::User };
            // Waits are told in seconds with three decimals.
            let seconds = Duration::from_millis(u64::try_from(wait).unwrap_or_default()).as_secs_f64();
            return limited(scope, seconds, true);
        }
        Ok(Reply::Json(status, body)) => (status, body),
        Ok(Reply::Nothing) => (204, Value::Null),
        Err(refusal) => (refusal.status, refusal.body()),
    };
    note(shared, incoming, status, &body);
    let mut response = respond(status, &body);
    if let Some(headers) = headers {
        let now = shared.look(|state| state.clock.now());
        let seconds = |millis: i64| format!("{}.{:03}", millis / 1000, millis % 1000);
        put(&mut response, "x-ratelimit-limit", &headers.limit.to_string());
        put(&mut response, "x-ratelimit-remaining", &headers.remaining.to_string());
        put(&mut response, "x-ratelimit-reset", &seconds(now + headers.reset_after));
        put(&mut response, "x-ratelimit-reset-after", &seconds(headers.reset_after));
        put(&mut response, "x-ratelimit-bucket", &headers.bucket);
    }
    response
}

/// Writes down a request as it was answered; status 0 where it was not.
fn note(shared: &Shared, incoming: &Incoming, status: u16, answer: &Value) {
    write(shared, incoming, status, answer, false);
}

fn write(shared: &Shared, incoming: &Incoming, status: u16, answer: &Value, of_all: bool) {
    let line = Line {
        method: incoming.method.as_str(),
        path: &incoming.path,
        query: &incoming.query,
        body: incoming.body.as_ref().unwrap_or(&Value::Null),
        files: &incoming.files,
        auth: incoming.auth.as_deref(),
        status,
        answer,
        shared: of_all,
    };
    shared.with(|state| state.note(&line));
}

fn respond(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if body.is_null() {
        return status.into_response();
    }
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// An error as the proxies before Discord give it.
fn page(status: u16) -> Response {
    let text = format!(
        "<!DOCTYPE html><html><head><title>{status}</title></head><body><h1>Error {status}</h1></body></html>"
    );
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, [(header::CONTENT_TYPE, "text/html")], text).into_response()
}

fn limited(scope: Scope, seconds: f64, told: bool) -> Response {
    let global = scope == Scope::Global;
    let text = "You are being rate limited.";
    let body = if told {
        json!({"message": text, "retry_after": seconds, "global": global})
    } else {
        json!({"message": text, "global": global})
    };
    let mut response = respond(429, &body);
    let name = match scope {
        Scope::User => "user",
        Scope::Global => "global",
        Scope::Shared => "shared",
    };
    put(&mut response, "x-ratelimit-scope", name);
    if global {
        put(&mut response, "x-ratelimit-global", "true");
    }
    if told {
        put(&mut response, "retry-after", &seconds.to_string());
        put(&mut response, "x-ratelimit-reset-after", &seconds.to_string());
    }
    response
}

fn put(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// An answer that never arrives: its connection is cut when it is written.
fn cut_off(cut: &Cut) -> Response {
    cut.now();
    Response::new(Body::empty())
}
