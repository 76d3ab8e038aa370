//! One HTTP request, within limits: each hop is checked, and the connection is made to the checked addresses.

use std::error::Error as _;
use std::io::Read as _;
use std::time::{Duration, Instant};

use flate2::bufread::MultiGzDecoder;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH,
};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};

use super::{FetchError, Fetcher};

/// Maximum number of redirects of one request.
pub(super) const MAX_REDIRECTS: usize = 5;

/// The user agent. Its name before the slash is also the one looked up in robots.txt.
pub(super) const AGENT: &str = concat!("rapporteur/", env!("CARGO_PKG_VERSION"));

const KINDS: &str = "text/html, application/xhtml+xml, application/feed+json, application/atom+xml, application/rss+xml, \
                     application/json;q=0.9, application/xml;q=0.9, text/xml;q=0.9, text/plain;q=0.5";

/// Validators of an earlier response, so that the page is only sent if it has changed.
#[derive(Clone, Debug, Default)]
pub(super) struct Before {
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
}

/// Sends one request, to the checked addresses only, after the pause due to its host.
pub(super) async fn send(fetcher: &Fetcher, url: &Url, before: &Before) -> Result<Response, FetchError> {
    let addresses = fetcher.guard.addresses(url).await?;
    wait(fetcher, url).await;
    let host = url.host_str().unwrap_or_default();
    let failed = |error: reqwest::Error| connection(url, &error);
    let client = Client::builder()
        .user_agent(AGENT)
        .no_proxy()
        .redirect(Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .pool_max_idle_per_host(0)
        .resolve_to_addrs(host, &addresses)
        .build()
        .map_err(failed)?;
    let mut request = client.get(url.clone()).header(ACCEPT, KINDS).header(ACCEPT_ENCODING, "gzip");
    for (name, value) in [(IF_NONE_MATCH, &before.etag), (IF_MODIFIED_SINCE, &before.last_modified)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    request.send().await.map_err(failed)
}

async fn wait(fetcher: &Fetcher, url: &Url) {
    let host = url.host_str().unwrap_or_default().to_owned();
    let due = {
        let Ok(mut asked) = fetcher.asked.lock() else { return };
        let now = Instant::now();
        let due = asked.get(&host).map_or(now, |last| (*last + fetcher.pause).max(now));
        asked.insert(host, due);
        due
    };
    tokio::time::sleep_until(due.into()).await;
}

/// Reads a body to its end, up to the size limit.
pub(super) async fn body(
    fetcher: &Fetcher,
    url: &Url,
    mut response: Response,
) -> Result<Vec<u8>, FetchError> {
    let limit = fetcher.max_bytes;
    let large = || FetchError::TooLarge { url: url.to_string(), limit };
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(large());
    }
    let packed = packing(url, response.headers())?;
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| connection(url, &error))? {
        if (bytes.len() + chunk.len()) as u64 > limit {
            return Err(large());
        }
        bytes.extend_from_slice(&chunk);
    }
    if !packed {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(bytes.as_slice()).take(limit + 1).read_to_end(&mut unpacked).map_err(|error| {
        FetchError::Connection { url: url.to_string(), why: format!("invalid gzip data: {error}") }
    })?;
    if unpacked.len() as u64 > limit { Err(large()) } else { Ok(unpacked) }
}

/// Returns whether the body was compressed with gzip in transit. No other compression is requested or
/// supported.
fn packing(url: &Url, headers: &HeaderMap) -> Result<bool, FetchError> {
    let codings: Vec<String> = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity")
        .collect();
    match codings.as_slice() {
        [] => Ok(false),
        [coding] if coding == "gzip" || coding == "x-gzip" => Ok(true),
        _ => Err(FetchError::Encoding { url: url.to_string(), encoding: codings.join(", ") }),
    }
}

/// Returns the value of a header as text; `None` if it is missing or not text.
pub(super) fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// Builds a connection error from the innermost cause; the outer ones only repeat the URL.
fn connection(url: &Url, error: &reqwest::Error) -> FetchError {
    let mut why = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        why = error.to_string();
        cause = error.source();
    }
    FetchError::Connection { url: url.to_string(), why: why.split_whitespace().collect::<Vec<_>>().join(" ") }
}
