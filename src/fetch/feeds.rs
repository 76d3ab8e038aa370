//! Polls the feeds of a corpus and saves new entries as files.
//!
//! A feed is requested at its interval, only if it has changed, and less and less often while it fails. An
//! entry with the full text of its article is saved as it is; for an entry with a teaser only, the linked
//! page is fetched.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use reqwest::Url;
use serde::Deserialize;

use super::get::{Got, get};
use super::http::Before;
use super::save::{FeedState, Found, Store};
use super::{Added, FetchError, Fetcher, page, site};
use crate::article;

/// A feed, as `feeds.toml` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// Its URL.
    pub url: String,
    /// The outlet's name, if it differs from the title of the feed.
    pub outlet: Option<String>,
    /// Minutes between two requests; at least 5.
    #[serde(default = "half_an_hour")]
    pub minutes: u32,
    /// The tags of its articles.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Hosts, including their subdomains, that entries may link to besides the site of the feed.
    #[serde(default)]
    pub also: Vec<String>,
    /// Whether another machine polls it.
    #[serde(skip)]
    pub elsewhere: bool,
}

const fn half_an_hour() -> u32 {
    30
}

/// The result of polling one feed.
#[derive(Debug)]
pub struct FeedReport {
    /// Its URL.
    pub url: String,
    /// Number of articles that were saved.
    pub added: u64,
    /// Number of entries that the folder already had.
    pub known: u64,
    /// Why entries were not saved; each is tried three times in total.
    pub failed: Vec<FetchError>,
    /// Why the feed itself could not be read, if it could not.
    pub error: Option<FetchError>,
    /// When it may be requested again, in seconds since 1970.
    pub next: i64,
}

/// Maximum number of entries of a feed that are processed per poll, from the first.
const ENTRIES: usize = 50;

/// How many times an entry is tried.
const TRIES: u32 = 3;

/// Number of words from which the text of an entry is the article and not a teaser.
const WHOLE: usize = 200;

/// Maximum wait, in seconds, for a feed that fails.
const LONGEST: i64 = 24 * 3600;

/// Reads `feeds.toml` of a corpus folder; returns an empty list if there is none.
///
/// # Errors
/// A list that cannot be read or does not parse, with its path.
pub fn read_feeds(corpus: &Path) -> anyhow::Result<Vec<Feed>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct List {
        #[serde(default)]
        feed: Vec<Feed>,
    }
    let path = corpus.join("feeds.toml");
    let named = || format!("list of feeds `{}`", path.display());
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(named),
    };
    let list: List = toml::from_str(&text).with_context(named)?;
    for feed in &list.feed {
        Url::parse(&feed.url).with_context(|| format!("{}: `{}`", named(), feed.url))?;
    }
    Ok(list.feed)
}

/// Polls the feeds of a corpus folder that are due at `now` (seconds since 1970), or all of them with
/// `at_once`, except those polled elsewhere, and saves new articles. Returns a report for each feed that was
/// polled.
///
/// # Errors
/// [`FetchError::Io`] if nothing can be saved. The errors of a single feed are in its report.
pub async fn feeds(
    fetcher: &Fetcher,
    corpus: &Path,
    list: &[Feed],
    now: i64,
    at_once: bool,
) -> Result<Vec<FeedReport>, FetchError> {
    let store = Store::open(corpus);
    store.keep_feeds(&list.iter().map(|feed| feed.url.as_str()).collect())?;
    let mut reports = Vec::new();
    for feed in list {
        let state = store.feed(&feed.url)?;
        if !feed.elsewhere && (at_once || state.next <= now) {
            reports.push(look(fetcher, &store, feed, state, now).await?);
        }
    }
    Ok(reports)
}

async fn look(
    fetcher: &Fetcher,
    store: &Store,
    feed: &Feed,
    state: FeedState,
    now: i64,
) -> Result<FeedReport, FetchError> {
    let mut report =
        FeedReport { url: feed.url.clone(), added: 0, known: 0, failed: Vec::new(), error: None, next: now };
    let interval = i64::from(feed.minutes.max(5)) * 60;
    let failures = state.failures;
    let before = Before { etag: state.etag.clone(), last_modified: state.last_modified.clone() };
    let got = match Url::parse(&feed.url) {
        Ok(url) => get(fetcher, &url, &before).await,
        Err(error) => Err(FetchError::Refused { url: feed.url.clone(), why: error.to_string() }),
    };
    let mut state = FeedState { failures: 0, next: now + interval, ..state };
    match got {
        Ok(Got::Unchanged) => {}
        Ok(Got::Page(page)) => match parse(&page.bytes) {
            Ok(parsed) => {
                entries(fetcher, store, (feed, &page.url), parsed, &mut state, &mut report).await?;
                // The whole feed is needed as long as an entry is to be tried again.
                let all = state.tried.values().all(|tries| *tries >= TRIES);
                state.etag = page.etag.filter(|_| all);
                state.last_modified = page.last_modified.filter(|_| all);
            }
            Err(error) => {
                report.error = Some(FetchError::NoArticle { url: feed.url.clone(), why: error.to_string() });
            }
        },
        Err(error) => report.error = Some(error),
    }
    if let Some(error) = &report.error {
        state.failures = failures.saturating_add(1);
        let asked = match error {
            FetchError::Status { wait: Some(wait), .. } => i64::try_from(wait.as_secs()).unwrap_or(LONGEST),
            _ => 0,
        };
        let longer = interval.saturating_mul(1 << state.failures.min(10));
        state.next = now + longer.max(asked).min(LONGEST);
    }
    report.next = state.next;
    store.keep_feed(&feed.url, state)?;
    Ok(report)
}

/// Parses a feed; if it is not well-formed XML, its well-formed entries only.
fn parse(bytes: &[u8]) -> Result<feed_rs::model::Feed, feed_rs::parser::ParseFeedError> {
    feed_rs::parser::parse(bytes).or_else(|error| {
        let mended = str::from_utf8(bytes).ok().and_then(article::recovered_feed);
        mended.map_or(Err(error), |mended| feed_rs::parser::parse(mended.as_bytes()))
    })
}

async fn entries(
    fetcher: &Fetcher,
    store: &Store,
    (feed, at): (&Feed, &Url),
    parsed: feed_rs::model::Feed,
    state: &mut FeedState,
    report: &mut FeedReport,
) -> Result<(), FetchError> {
    let title = parsed.title.map(|title| title.content);
    let mut links = BTreeSet::new();
    let allow = |url: &Url| may_point_to(feed, at, url);
    for entry in parsed.entries.into_iter().take(ENTRIES) {
        let link = entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"));
        let Some(url) = link.and_then(|link| at.join(&link.href).ok()) else { continue };
        links.insert(url.to_string());
        if let Err(error) = allow(&url) {
            if state.refused.insert(url.to_string()) {
                report.failed.push(error);
            }
            continue;
        }
        state.refused.remove(url.as_str());
        if store.find(url.as_str())?.is_some() {
            report.known += 1;
            continue;
        }
        if state.tried.get(url.as_str()).is_some_and(|tries| *tries >= TRIES) {
            continue;
        }
        let found = Found {
            feed: Some(feed.url.clone()),
            outlet: feed.outlet.clone(),
            feed_title: title.clone(),
            title: entry.title.map(|title| title.content),
            byline: entry.authors.first().and_then(|author| author.name.clone()),
            date: entry.published.or(entry.updated).map(|time| time.format("%Y-%m-%d").to_string()),
            tags: feed.tags.clone(),
        };
        let html = entry.content.and_then(|content| content.body);
        let added = match html.filter(|html| html.split_whitespace().count() >= WHOLE) {
            Some(html) => store.entry(&url, &html, &found),
            None => page(fetcher, store, &url, &found, &allow).await,
        };
        match added {
            Ok(Added::New { .. }) => report.added += 1,
            Ok(Added::Known { .. }) => report.known += 1,
            Err(error @ FetchError::Io { .. }) => return Err(error),
            Err(error) => {
                *state.tried.entry(url.to_string()).or_default() += 1;
                report.failed.push(error);
                continue;
            }
        }
        state.tried.remove(url.as_str());
    }
    state.tried.retain(|url, _| links.contains(url));
    state.refused.retain(|url| links.contains(url));
    Ok(())
}

/// Checks whether a feed, which was fetched from `at`, may supply an article at `url`: one on its own site,
/// or on a host that the operator lists.
fn may_point_to(feed: &Feed, at: &Url, url: &Url) -> Result<(), FetchError> {
    let host = url.host_str().unwrap_or_default();
    let listed = Url::parse(&feed.url).ok();
    let own = [Some(at), listed.as_ref()];
    let is_own =
        own.into_iter().flatten().filter_map(Url::host_str).any(|own| site::site(own) == site::site(host));
    let is_also = |also: &String| {
        host.strip_suffix(also.to_ascii_lowercase().as_str())
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    if is_own || feed.also.iter().any(is_also) {
        return Ok(());
    }
    let why = format!(
        "the feed belongs to another site; to allow this host, write `also = [\"{host}\"]` in feeds.toml"
    );
    Err(FetchError::Refused { url: url.to_string(), why })
}

impl FeedReport {
    /// Returns the time until the feed may be requested again.
    #[must_use]
    pub fn wait(&self) -> Duration {
        let seconds = self.next.saturating_sub(Timestamp::now().as_second());
        Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
    }
}
