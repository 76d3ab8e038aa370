//! What does a person with a browser get? The reading room: pages to search the quotes, a page for every
//! quote, and the same as JSON.
//!
//! Each page is read from one commit of the index. Nothing about visitors is kept, and there are no cookies
//! and no scripts. Pages are plain HTML and can be printed. The templates escape all text from articles; an
//! address becomes a link only if it is `http` or `https`.
//!
//! On loopback only programs on this machine are answered; under a public name everyone is, up to a rate
//! limit per address. The bot goes first: requests for pages have a thread of their own, only a few pages are
//! made at once, and none is begun while the bot makes an answer. Pages that take long in a large index are
//! made whenever the index changes, before anybody asks for them.

mod address;
mod api;
mod crowd;
mod feed;
mod kept;
mod prepared;
mod query;
mod room;
mod route;
mod view;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use askama::Template as _;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use jiff::ZonedDateTime;
use jiff::civil::Date;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

pub use route::paths;

use crate::fold;
use crate::index::QuoteIndex;
use crate::library::Library;
use crate::loopback::{self, Came, Limits};
use crowd::Crowd;
use kept::Kept;
use prepared::Prepared;
use query::Query;
use route::Route;

/// A page takes milliseconds; slow or silent clients are cut off.
const LIMITS: Limits =
    Limits { connections: 256, headers: Duration::from_secs(5), whole: Some(Duration::from_secs(30)) };

/// Maximum number of pages made at once.
const AT_ONCE: usize = 2;
/// How long a page waits, at most, while the bot makes answers.
const COURTESY: Duration = Duration::from_secs(1);
/// How long a request may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(20);
/// Maximum number of bytes of a path with its query.
const LONGEST: usize = 2 << 10;

/// Only one style sheet and one icon are loaded, no script runs, and no other page can embed this one.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What the reading room needs.
pub struct Options {
    /// Where it listens.
    pub listener: TcpListener,
    /// The public origin; `None` if it is for this machine only.
    pub public: Option<String>,
    /// The index to read from.
    pub library: Arc<Library>,
    /// Stops it when cancelled.
    pub stop: CancellationToken,
}

/// The state of the running reading room.
struct Open {
    library: Arc<Library>,
    origin: String,
    crowd: Crowd,
    kept: Kept,
    prepared: Prepared,
    turns: Arc<Semaphore>,
}

/// Serves the reading room until it is stopped; returns its address.
///
/// # Errors
/// If the listener's address cannot be read, or a thread cannot be started.
pub fn serve(options: Options) -> io::Result<SocketAddr> {
    let Options { listener, public, library, stop } = options;
    let address = listener.local_addr()?;
    let origin = public.clone().unwrap_or_else(|| format!("http://{address}"));
    let open = Arc::new(Open {
        library,
        origin,
        crowd: Crowd::default(),
        kept: Kept::default(),
        prepared: Prepared::default(),
        turns: Arc::new(Semaphore::new(AT_ONCE)),
    });
    let listener = listener.into_std()?;
    let serve = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener)?;
            let preparing = tokio::spawn(prepared::keep(Arc::clone(&open)));
            let answer = move |_, request| answer(Arc::clone(&open), request);
            let served = loopback::serve_under(public, listener, LIMITS, stop, answer).await;
            preparing.abort();
            served
        })
    };
    thread::Builder::new().name("pages".to_owned()).spawn(move || {
        if let Err(error) = serve() {
            tracing::error!(cause = %error, "the reading room is no longer served");
        }
    })?;
    Ok(address)
}

/// A reply, before it becomes a response.
#[derive(Clone, Debug)]
struct Reply {
    status: StatusCode,
    kind: &'static str,
    body: Bytes,
    /// The new location, for a redirect.
    location: Option<String>,
    /// The entity tag, which changes whenever the body does.
    tag: Option<String>,
}

impl Reply {
    fn html(status: StatusCode, body: String) -> Self {
        Self { status, ..Self::of("text/html; charset=utf-8", body) }
    }

    fn of(kind: &'static str, body: String) -> Self {
        Self { status: StatusCode::OK, kind, body: body.into(), location: None, tag: None }
    }

    fn moved(location: String) -> Self {
        let status = StatusCode::PERMANENT_REDIRECT;
        Self { location: Some(location), ..Self::html(status, String::new()) }
    }
}

async fn answer(open: Arc<Open>, request: Request) -> Response {
    let (parts, _body) = request.into_parts();
    let came = parts.extensions.get::<Came>().copied();
    let is_json = parts.uri.path().starts_with("/api/");
    let refuse = |status, text| respond(refusal(&open.origin, is_json, status, text), None);
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        let mut response =
            refuse(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD requests are answered here.");
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    if came.is_some_and(|came| !open.crowd.lets_in(came, &parts.headers)) {
        let mut response = refuse(StatusCode::TOO_MANY_REQUESTS, "Too many requests; try again in a moment.");
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        return response;
    }
    let whole = parts.uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
    if whole.len() > LONGEST {
        return refuse(
            StatusCode::URI_TOO_LONG,
            "That is too long for a question; please ask in fewer words.",
        );
    }
    let Some(route) = Route::parse(parts.uri.path()) else {
        return refuse(StatusCode::NOT_FOUND, "There is no such page.");
    };
    let mut query = match Query::parse(parts.uri.query().unwrap_or_default()) {
        Ok(query) => query,
        Err(wrong) => return refuse(StatusCode::BAD_REQUEST, &wrong),
    };
    query.csv.get_or_insert_with(|| prefers_csv(&parts.headers));
    let Some(index) = open.library.index() else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "Nothing is indexed yet; try again in a moment.");
    };
    let seen = parts.headers.get(header::IF_NONE_MATCH).cloned();
    let wanted = Wanted::new(index, route, parts.uri.query().unwrap_or_default(), query);
    if let (Some(seen), Some(tag)) = (&seen, &wanted.tag)
        && is_same(seen, tag)
    {
        return respond(Reply { tag: Some(tag.clone()), ..Reply::of("", String::new()) }, Some(seen));
    }
    let known = |tag| open.prepared.page(tag).or_else(|| open.kept.page(tag));
    if let Some(known) = wanted.tag.as_deref().and_then(known) {
        return respond(known, None);
    }
    let turn = Arc::clone(&open.turns).acquire_owned();
    let Ok(Ok(turn)) = tokio::time::timeout(PATIENCE, turn).await else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "Too many requests at once; try again in a moment.");
    };
    let settled = wanted.tag.clone();
    match make(&open, wanted, turn).await {
        Ok(reply) => {
            if let Some(tag) = settled.filter(|_| reply.status == StatusCode::OK) {
                open.kept.keep(&tag, &reply);
            }
            respond(reply, seen.as_ref())
        }
        Err(error) => {
            tracing::error!(cause = %error, "a page cannot be made");
            refuse(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong here; it was logged.")
        }
    }
}

/// A page that is to be made.
struct Wanted {
    index: Arc<QuoteIndex>,
    route: Route,
    query: Query,
    today: Date,
    /// The entity tag, from what the page is made of. `None` if it comes from the content: answers to
    /// questions, and, while quotes are being encoded, everything else that depends on meaning.
    tag: Option<String>,
}

impl Wanted {
    /// Describes a page with its query, also as it was written.
    fn new(index: Arc<QuoteIndex>, route: Route, written: &str, query: Query) -> Self {
        let today = ZonedDateTime::now().date();
        let is_csv = u8::from(query.csv == Some(true));
        let place = format!("{route:?}");
        let parts: [&[u8]; 5] =
            [&index.revision().to_le_bytes(), place.as_bytes(), written.as_bytes(), &day(today), &[is_csv]];
        let is_known = !route.asks() && (index.is_settled() || !route.compares());
        let tag = is_known.then(|| tag(&parts));
        Self { index, route, query, today, tag }
    }
}

/// Makes a page with its tag, after the answers that the bot is making. Holds `turn` until then, even if the
/// client disconnects.
async fn make(open: &Open, wanted: Wanted, turn: OwnedSemaphorePermit) -> anyhow::Result<Reply> {
    let origin = open.origin.clone();
    // A bot that always has something to answer must not stop the pages.
    let _ = tokio::time::timeout(COURTESY, open.library.quiet()).await;
    let made = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let Wanted { index, route, query, today, tag } = wanted;
        index.intact()?;
        let room = room::Room { index: &index, origin: &origin, today, query: &query };
        let mut reply = match &route {
            Route::Api(what) => api::reply(&room, what)?,
            page => room.page(page)?,
        };
        if reply.status == StatusCode::OK {
            reply.tag = Some(tag.unwrap_or_else(|| self::tag(&[&reply.body])));
        }
        anyhow::Ok(reply)
    });
    made.await?
}

/// Returns whether a program accepts CSV and not JSON.
fn prefers_csv(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    let names: Vec<&str> = accepted
        .flat_map(|value| value.split(','))
        .filter_map(|range| range.split(';').next())
        .map(str::trim)
        .collect();
    names.contains(&"text/csv") && !names.contains(&api::JSON)
}

fn day(today: Date) -> [u8; 4] {
    let [high, low] = today.year().to_be_bytes();
    [high, low, today.month().unsigned_abs(), today.day().unsigned_abs()]
}

/// Returns an entity tag for what a page is made from, including the version of this program.
fn tag(from: &[&[u8]]) -> String {
    let parts: Vec<&[u8]> = [env!("CARGO_PKG_VERSION").as_bytes()].iter().chain(from).copied().collect();
    format!("W/\"{:016x}\"", fold::number(&parts))
}

/// Returns whether the browser already has the page with this tag.
fn is_same(seen: &HeaderValue, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    seen.to_str().is_ok_and(|seen| seen.split(',').any(|seen| bare(seen) == bare(tag)))
}

/// Returns an error page, or an error object for the API.
fn refusal(origin: &str, is_json: bool, status: StatusCode, text: &str) -> Reply {
    if is_json {
        return Reply { status, ..api::failure(text) };
    }
    let page = view::ListPage::saying(origin, status.canonical_reason().unwrap_or("Not here"), text);
    Reply::html(status, page.render().unwrap_or_default())
}

fn respond(reply: Reply, seen: Option<&HeaderValue>) -> Response {
    let Reply { status, kind, body, location, tag } = reply;
    let is_known = matches!((seen, &tag), (Some(seen), Some(tag)) if is_same(seen, tag));
    let mut response = Response::new(if is_known { Body::empty() } else { Body::from(body) });
    *response.status_mut() = if is_known { StatusCode::NOT_MODIFIED } else { status };
    let headers = response.headers_mut();
    let mut put = |name, value: &str| put(headers, name, value);
    if !is_known {
        put(header::CONTENT_TYPE, kind);
    }
    if kind == api::CSV {
        put(header::CONTENT_DISPOSITION, "attachment; filename=\"quotes.csv\"");
    }
    if let Some(location) = location {
        put(header::LOCATION, &location);
    }
    if let Some(tag) = tag {
        put(header::ETAG, &tag);
    }
    put(header::CACHE_CONTROL, "no-cache");
    put(header::VARY, "accept");
    put(header::CONTENT_SECURITY_POLICY, POLICY);
    put(header::REFERRER_POLICY, "no-referrer");
    put(header::X_FRAME_OPTIONS, "DENY");
    response
}

/// Sets a header; an invalid value is left out.
fn put(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
