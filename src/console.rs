//! Someone without a token opens the address that `rapporteur serve` prints. What do they see? The embedded
//! Discord as a page, with the bot in it.
//!
//! [`furnish`] creates a small server with two people, and [`serve`] serves the page. The page requests what
//! one of them sees in a channel, receives an event when something has changed, and sends what they do. All
//! of this uses the [`Simulator`]'s methods for people, so nothing is possible here that a Discord client
//! would not allow. This module knows nothing about quotes.
//!
//! The page is one hand-written file each of HTML, CSS and JavaScript, and loads nothing from other sites. It
//! draws messages itself instead of using a component library: the maintained one
//! (`@skyra/discord-components-core`) takes 166 kB for the six parts needed, fetches avatars from Discord,
//! and supports neither ARIA roles and labels nor reduced motion.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;
use reqwest::Url;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::loopback::{self, Limits};
use crate::simulator::{File, Id, Impossible, Simulator};

/// A browser opens a handful of connections, one of which waits for changes.
const LIMITS: Limits = Limits { connections: 32, headers: Duration::from_secs(30), whole: None };

/// The largest request body in bytes; it must hold an attached file.
const LARGEST: usize = 1 << 20;
/// The time limit for autocomplete.
const SUGGESTIONS: Duration = Duration::from_secs(5);
/// Changes within this time are sent as one event.
const PAUSE: Duration = Duration::from_millis(40);
/// How often a keep-alive is sent to a page that waits for changes, so that a closed page is noticed.
const BEAT: Duration = Duration::from_secs(15);
/// The most messages shown of a channel; these are the newest.
const SHOWN: usize = 100;

/// Nothing is loaded from other sites, and no other page can embed this one.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
form-action 'none'; frame-ancestors 'none'";

/// Creates what a new user finds: a server with two channels and a thread, its owner, who may configure the
/// bot, and a member, who may not.
pub fn furnish(simulator: &Simulator) {
    let [ann, olga] = ["Ann", "Olga"].map(|name| simulator.add_user(name));
    let guild = simulator.add_guild("Newsroom", olga);
    simulator.join(ann, guild);
    simulator.add_channel(guild, "desk");
    let talks = simulator.add_channel(guild, "talks");
    simulator.add_thread(talks, "follow-ups", ann);
    for user in [ann, olga] {
        simulator.dm(user);
    }
}

/// Serves the page on loopback, on `port` or any free port if it is 0, until `stop`; returns the address.
///
/// # Errors
/// If the port is taken.
pub async fn serve(simulator: Simulator, port: u16, stop: CancellationToken) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    let answer = move |_, request| page(simulator.clone(), request);
    tokio::spawn(async move {
        if let Err(error) = loopback::serve(listener, LIMITS, stop, answer).await {
            tracing::error!(cause = %error, "the console is no longer served");
        }
    });
    Ok(address)
}

/// Answers one request for the page or by the page. The page's links are relative, so it can be served under
/// any path that ends in `/`. The server must decide who has access, as [`loopback`] does.
pub async fn page(simulator: Simulator, request: Request) -> Response {
    let (method, path) = match (request.method().clone(), request.uri().path().to_owned()) {
        (Method::HEAD, path) => (Method::GET, path),
        asked => asked,
    };
    let query = Query(request.uri().query().unwrap_or_default().to_owned());
    let mut response = match (method, path.as_str()) {
        (Method::GET, "/") => asset("text/html; charset=utf-8", include_str!("console/console.html")),
        (Method::GET, "/console.css") => {
            asset("text/css; charset=utf-8", include_str!("console/console.css"))
        }
        (Method::GET, "/console.js") => {
            asset("text/javascript; charset=utf-8", include_str!("console/console.js"))
        }
        (Method::GET, "/favicon.ico") => StatusCode::NO_CONTENT.into_response(),
        (Method::GET, "/people") => json(&json!({"people": simulator.people(), "bot": simulator.bot()})),
        (Method::GET, "/view") => answered(view(&simulator, &query)),
        (Method::GET, "/changes") => changes(&simulator),
        (Method::GET, path) if path.starts_with("/attachments/") => {
            simulator.file(path, &query.0).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
        }
        (Method::POST, "/attach") => match body(request).await {
            Some(bytes) => answered(attach(&simulator, &query, &bytes)),
            None => too_large(),
        },
        (Method::POST, "/do") => match body(request).await {
            Some(bytes) => answered(act(&simulator, &bytes).await),
            None => too_large(),
        },
        (Method::GET | Method::POST, _) => StatusCode::NOT_FOUND.into_response(),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // An attached file has a stricter policy.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    response
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

fn json(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

/// Why a request is refused.
enum Refused {
    /// It is not in the page's format.
    Unreadable,
    /// A Discord client would not allow it.
    Impossible(Impossible),
}

impl From<Impossible> for Refused {
    fn from(impossible: Impossible) -> Self {
        Self::Impossible(impossible)
    }
}

fn answered(result: Result<Value, Refused>) -> Response {
    match result {
        Ok(value) => json(&value),
        Err(Refused::Unreadable) => StatusCode::BAD_REQUEST.into_response(),
        Err(Refused::Impossible(why)) => (StatusCode::UNPROCESSABLE_ENTITY, why.to_string()).into_response(),
    }
}

fn too_large() -> Response {
    StatusCode::PAYLOAD_TOO_LARGE.into_response()
}

/// Returns the body of a request; `None` if it is too large. A body up to a few times too large is still read
/// to its end: a browser that cannot finish sending reports a broken connection instead of the reason.
async fn body(request: Request) -> Option<Bytes> {
    let mut chunks = request.into_body().into_data_stream();
    let (mut kept, mut read) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.ok()?;
        read += chunk.len();
        if read > LARGEST * 8 {
            return None;
        }
        if read <= LARGEST {
            kept.extend_from_slice(&chunk);
        }
    }
    (read <= LARGEST).then(|| kept.into())
}

/// The query of an address, after the `?`.
struct Query(String);

impl Query {
    fn text(&self, name: &str) -> Option<String> {
        let url = Url::parse(&format!("http://localhost/?{}", self.0)).ok()?;
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    fn id(&self, name: &str) -> Option<Id> {
        self.text(name)?.parse().ok()
    }
}

/// Returns what a person sees: the channels and, for one of them, the messages, the commands and whether the
/// bot is typing.
fn view(simulator: &Simulator, query: &Query) -> Result<Value, Refused> {
    let user = query.id("as").ok_or(Refused::Unreadable)?;
    let channels = simulator.channels_for(user);
    let Some(channel) = query.id("channel") else { return Ok(json!({"channels": channels})) };
    let mut messages = simulator.visible_to(user, channel);
    let first = messages.len().saturating_sub(SHOWN);
    messages.drain(..first);
    Ok(json!({
        "channels": channels,
        "messages": messages,
        "commands": simulator.commands_for(user, channel),
        "typing": simulator.typing(channel).is_some_and(|since| simulator.now() - since < 10_000),
    }))
}

/// Sends a server-sent event whenever something has changed.
fn changes(simulator: &Simulator) -> Response {
    let changed = simulator.changes();
    let events = futures_util::stream::unfold((changed, true), |(mut changed, first)| async move {
        if first {
            return Some((event("data: open\n\n"), (changed, false)));
        }
        let happened = tokio::time::timeout(BEAT, changed.changed()).await;
        match happened {
            Ok(Ok(())) => {
                tokio::time::sleep(PAUSE).await;
                changed.mark_unchanged();
                Some((event("data: changed\n\n"), (changed, false)))
            }
            // The simulator has ended.
            Ok(Err(_)) => None,
            Err(_) => Some((event(": still here\n\n"), (changed, false))),
        }
    });
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(events)).into_response()
}

fn event(text: &'static str) -> Result<Bytes, Infallible> {
    Ok(Bytes::from_static(text.as_bytes()))
}

/// Writes a message with one file; the request's body is the file.
fn attach(simulator: &Simulator, query: &Query, bytes: &Bytes) -> Result<Value, Refused> {
    let (Some(by), Some(channel)) = (query.id("as"), query.id("channel")) else {
        return Err(Refused::Unreadable);
    };
    let text = |name| query.text(name).unwrap_or_default();
    let file = File {
        name: text("name").rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
        kind: text("kind"),
        description: Some(text("description")).filter(|text| !text.is_empty()),
        bytes: bytes.to_vec(),
    };
    let said = simulator.attach(by, channel, &text("content"), query.id("reply"), &[file])?;
    Ok(json!({"id": said}))
}

/// Performs a person's action: writing a message, calling a command, clicking or choosing.
async fn act(simulator: &Simulator, bytes: &Bytes) -> Result<Value, Refused> {
    let value: Value = serde_json::from_slice(bytes).map_err(|_| Refused::Unreadable)?;
    let text = |name: &str| value[name].as_str().ok_or(Refused::Unreadable);
    let id = |name: &str| text(name)?.parse::<Id>().map_err(|_| Refused::Unreadable);
    let by = id("as")?;
    let done = match text("do")? {
        "say" => simulator.say(by, id("channel")?, text("content")?, id("reply").ok())?,
        "rewrite" => {
            simulator.rewrite(by, id("message")?, text("content")?)?;
            id("message")?
        }
        "slash" => simulator.slash(by, id("channel")?, text("command")?, &value["options"])?,
        "menu" => simulator.message_menu(by, text("command")?, id("message")?)?,
        "click" => {
            let clicked = simulator.click(by, id("message")?, text("button")?)?;
            let outcome = simulator.acknowledged(clicked, SUGGESTIONS).await;
            return Ok(json!({"id": clicked, "modal": outcome.modal}));
        }
        "submit" => simulator.modal_submit(by, id("opened")?, &value["texts"])?,
        "select" => {
            let values = value["values"].as_array().ok_or(Refused::Unreadable)?;
            let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            simulator.select(by, id("message")?, text("menu")?, &values)?
        }
        "complete" => {
            let option = text("option")?;
            let asked =
                simulator.autocomplete(by, id("channel")?, text("command")?, &value["options"], option)?;
            let outcome = simulator.settled(asked, SUGGESTIONS).await;
            return Ok(json!({"choices": outcome.choices.unwrap_or_default()}));
        }
        "dismiss" => {
            simulator.dismiss(by, id("message")?)?;
            id("message")?
        }
        _ => return Err(Refused::Unreadable),
    };
    Ok(json!({"id": done}))
}
