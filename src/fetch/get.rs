//! Fetches one page over HTTP, following redirects, if its site allows programs to read the page.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, ETAG, HeaderMap, LAST_MODIFIED, LOCATION, RETRY_AFTER};
use reqwest::{Response, Url};

use super::http::{Before, MAX_REDIRECTS, body, send, text};
use super::robots;
use super::{FetchError, Fetcher};

#[derive(Debug)]
pub(super) enum Got {
    Page(Page),
    /// The page has not changed (status 304).
    Unchanged,
}

/// A complete page.
#[derive(Debug)]
pub(super) struct Page {
    /// The final URL, after redirects.
    pub(super) url: Url,
    /// Its media type in lower case, without parameters.
    pub(super) kind: String,
    pub(super) bytes: Vec<u8>,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
}

/// Fetches a page, following redirects.
pub(super) async fn get(fetcher: &Fetcher, url: &Url, before: &Before) -> Result<Got, FetchError> {
    let limit = fetcher.max_time;
    let slow = || FetchError::TooSlow { url: url.to_string(), limit };
    tokio::time::timeout(limit, follow(fetcher, url, before)).await.unwrap_or_else(|_| Err(slow()))
}

async fn follow(fetcher: &Fetcher, first: &Url, before: &Before) -> Result<Got, FetchError> {
    let mut url = first.clone();
    for _ in 0..=MAX_REDIRECTS {
        // Checked before robots.txt is requested, so that nothing is requested from forbidden addresses.
        fetcher.guard.addresses(&url).await?;
        if !robots::allows(fetcher, &url).await? {
            return Err(FetchError::Robots(url.to_string()));
        }
        let response = send(fetcher, &url, before).await?;
        let status = response.status();
        if status.as_u16() == 304 {
            return Ok(Got::Unchanged);
        }
        if status.is_redirection() {
            let location = text(response.headers(), LOCATION.as_str());
            let next = location.and_then(|location| url.join(&location).ok());
            url = next.ok_or_else(|| refusal(&url, response.headers(), status.as_u16()))?;
            continue;
        }
        if !status.is_success() {
            return Err(refusal(&url, response.headers(), status.as_u16()));
        }
        return read(fetcher, url, response).await.map(Got::Page);
    }
    Err(FetchError::Redirects(first.to_string()))
}

fn refusal(url: &Url, headers: &HeaderMap, status: u16) -> FetchError {
    let wait = text(headers, RETRY_AFTER.as_str()).and_then(|seconds| seconds.parse().ok());
    FetchError::Status { url: url.to_string(), status, wait: wait.map(Duration::from_secs) }
}

async fn read(fetcher: &Fetcher, url: Url, response: Response) -> Result<Page, FetchError> {
    let kind = text(response.headers(), CONTENT_TYPE.as_str()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !is_text(&kind) {
        return Err(FetchError::Kind { url: url.to_string(), kind });
    }
    let (etag, last_modified) =
        (text(response.headers(), ETAG.as_str()), text(response.headers(), LAST_MODIFIED.as_str()));
    let bytes = body(fetcher, &url, response).await?;
    Ok(Page { url, kind, bytes, etag, last_modified })
}

/// Returns whether a media type may hold an article or a feed. A missing media type is accepted.
fn is_text(kind: &str) -> bool {
    let is_markup = ["html", "xml", "json"].iter().any(|ending| kind.ends_with(ending));
    kind.is_empty() || is_markup || kind == "text/plain"
}
