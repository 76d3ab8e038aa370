//! How is a request received and its response sent?
//!
//! Checks the authorisation; only then reads the body and files, applies the rules for injected failures,
//! checks the rate limits, calls `route`, and writes the log line and the rate-limit headers. For a request
//! without a token only the headers are read, and nothing is kept.

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

/// The largest JSON body accepted, in bytes. All commands of an application with their translations take a
/// third of it.
const LARGEST: usize = 1 << 20;
/// The largest form accepted, in bytes: ten files of 10 MiB and the JSON.
const LARGEST_FORM: usize = 101 << 20;
/// The time limit for a whole body.
const READ: Duration = Duration::from_secs(30);
/// The largest gateway message read, in bytes. One of more than 4096 is refused; one of more than this ends
/// the socket.
const LARGEST_MESSAGE: usize = 16 << 10;

/// A request that has been read.
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
        // A client that sends so slowly gets no response.
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

/// Reads the parts of a request before its body.
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

/// Returns why a request is refused before its body is read: it has neither the bot's token nor, where that
/// is enough, an interaction's token.
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
    // The fault does not contain the path, which anyone could choose.
    state
        .fault(refusal.code.max(u32::from(refusal.status)), "a request without a token that was ever issued");
    Some(refusal)
}

/// Compares the hashes, so that the time taken reveals nothing about the token.
fn is_token(auth: Option<&str>, token: &str) -> bool {
    let given = auth.and_then(|auth| auth.strip_prefix("Bot ")).unwrap_or_default();
    blake3::hash(given.as_bytes()) == blake3::hash(token.as_bytes())
}

/// Refuses a request whose body was not read; the connection closes after the response.
fn refuse(refusal: &Refusal) -> Response {
    let mut response = respond(refusal.status, &refusal.body());
    put(&mut response, "connection", "close");
    response
}

/// Reads the body and files; `false` if they are too large.
async fn read(request: Request, incoming: &mut Incoming) -> bool {
    let kind = text(request.headers(), header::CONTENT_TYPE).unwrap_or_default();
    let is_form = kind.starts_with("multipart/form-data");
    let most = match incoming.parts().as_slice() {
        // Asking for the gateway's address needs no token, so no body is accepted.
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

/// Reads the parts of a form: the JSON in `payload_json`, and the uploaded files.
async fn form(mut request: Request, most: usize, incoming: &mut Incoming) -> bool {
    // Our own limits apply instead of axum's.
    DefaultBodyLimit::disable().apply(&mut request);
    incoming.body = Err(INVALID_JSON);
    let Ok(mut form) = Multipart::from_request(request, &()).await else { return true };
    let (mut body, mut all) = (Ok(Value::Null), 0);
    while let Ok(Some(mut field)) = form.next_field().await {
        let part = field.name().unwrap_or_default().to_owned();
        let name = field.file_name().map(str::to_owned);
        let kind = field.content_type().unwrap_or("application/octet-stream").to_owned();
        let is_json = part == "payload_json";
        let mut bytes = Vec::new();
        loop {
            let Ok(chunk) = field.chunk().await else { return true };
            let Some(chunk) = chunk else { break };
            all += chunk.len();
            bytes.extend_from_slice(&chunk);
            if all > most || (is_json && bytes.len() > LARGEST) {
                return false;
            }
        }
        if is_json {
            body = serde_json::from_slice(&bytes).map_err(|_| INVALID_JSON);
        } else if let Some(name) = name {
            incoming.files.push(Upload { part, name, kind, bytes });
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

/// Records a fault for a refusal that a correct bot never gets.
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
            // Waits are given in seconds, as a decimal number.
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

/// Records a request and its response; the status is 0 if there was none.
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

/// Returns an HTML error page, as from the proxies in front of Discord.
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

/// Returns a response that never arrives: the connection is cut when it is written.
fn cut_off(cut: &Cut) -> Response {
    cut.now();
    Response::new(Body::empty())
}
