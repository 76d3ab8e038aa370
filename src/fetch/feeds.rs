//! The feeds of a corpus: what is new in them becomes files.
//!
//! A feed is asked at its interval, only for what changed, and less and less often while it fails. An entry that holds the whole
//! article is saved as it is; of one that only teases the linked page is fetched.

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
    /// Its address.
    pub url: String,
    /// The outlet's name, where it is not the feed's title.
    pub outlet: Option<String>,
    /// Minutes between two looks; at least 5.
    #[serde(default = "half_an_hour")]
    pub minutes: u32,
    /// Tags of its articles.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Hosts besides those of its own site that its entries may lead to, each with those below it.
    #[serde(default)]
    pub also: Vec<String>,
}

const fn half_an_hour() -> u32 {
    30
}

/// What a look at one feed gave.
#[derive(Debug)]
pub struct FeedReport {
    /// Its address.
    pub url: String,
    /// Articles that were saved.
    pub added: u64,
    /// Entries that the folder had.
    pub known: u64,
    /// Why entries were not saved; they are tried again, three times in all.
    pub failed: Vec<FetchError>,
    /// Why the feed itself could not be read.
    pub error: Option<FetchError>,
    /// When it may be asked again, in seconds since 1970.
    pub next: i64,
}

/// Most entries of one feed that are looked at in one go, the first in its order.
const ENTRIES: usize = 50;

/// How often an entry is tried.
const TRIES: u32 = 3;

/// Words from which on the text of an entry is the article and no teaser.
const WHOLE: usize = 200;

/// The longest wait for a feed that fails, in seconds.
const LONGEST: i64 = 24 * 3600;

/// Reads `feeds.toml` of a corpus folder; empty where there is none.
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

/// Looks at the feeds of a corpus folder that are due at `now` (seconds since 1970), or at all of them with `at_once`, and saves what
/// is new. Feeds that are not due are not in the reports.
///
/// # Errors
/// [`FetchError::Io`] where nothing can be saved. What is wrong with one feed is in its report.
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
        if at_once || state.next <= now {
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
                // While something is to be tried again the whole feed is wanted.
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

/// Reads a feed; of one that is no good XML, the entries that are.
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

/// Whether a feed, which was found at `at`, may bring an article of `url`: one of its own site, or of a host that its operator lists.
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
    let why = format!("the feed is of another site; `also = [\"{host}\"]` in feeds.toml lets it point there");
    Err(FetchError::Refused { url: url.to_string(), why })
}

impl FeedReport {
    /// Returns how long until the feed may be asked again.
    #[must_use]
    pub fn wait(&self) -> Duration {
        let seconds = self.next.saturating_sub(Timestamp::now().as_second());
        Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
    }
}
