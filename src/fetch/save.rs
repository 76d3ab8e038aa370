//! Saves what was fetched as files of a corpus folder: each page as it was received, with a sidecar about its
//! origin.
//!
//! A page is saved below `fetched/HOST/` as `NAME.html` (or `.txt`, `.json`: the format in which it is read)
//! with `NAME.html.meta.toml`; an article that a feed contained in full is saved as `NAME.json`, with such a
//! sidecar too. Files are written under a temporary name and renamed, so that they appear complete.
//! `fetched/.state.json` remembers the known URLs and words, and the state of feeds; if it is deleted, the
//! worst that happens is that something is fetched again. It is read, changed and written under a lock, so
//! that several processes can add articles at the same time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::get::Page;
use super::{Added, FetchError, site};
use crate::article::{self, Article, FETCHED, Format, Origin};
use crate::fold;

/// What is known about an article from the place where its URL was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// The URL of the feed.
    pub(super) feed: Option<String>,
    /// The outlet, as the operator names it.
    pub(super) outlet: Option<String>,
    /// The title of the feed.
    pub(super) feed_title: Option<String>,
    pub(super) title: Option<String>,
    pub(super) byline: Option<String>,
    /// A day, `2025-12-31`.
    pub(super) date: Option<String>,
    pub(super) tags: Vec<String>,
}

/// The state of a feed after its last poll.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct FeedState {
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    /// When it may be requested again, in seconds since 1970.
    pub(super) next: i64,
    /// Number of consecutive failures.
    pub(super) failures: u32,
    /// Number of failed tries of each entry, by URL.
    pub(super) tried: BTreeMap<String, u32>,
    /// Entries that link where the feed may not link to, by URL: each is reported once.
    pub(super) refused: BTreeSet<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    /// Normalised URL (see [`address`]) -> the file it was saved in.
    addresses: BTreeMap<String, PathBuf>,
    /// Hash of the words of an article -> the file it was saved in.
    words: BTreeMap<String, PathBuf>,
    feeds: BTreeMap<String, FeedState>,
}

/// The folder of fetched files.
pub(super) struct Store {
    folder: PathBuf,
}

impl Store {
    /// Opens the store of a corpus folder; the folder is created when something is saved.
    pub(super) fn open(corpus: &Path) -> Self {
        Self { folder: corpus.join(FETCHED) }
    }

    fn read(&self) -> Result<State, FetchError> {
        let path = self.folder.join(".state.json");
        match fs::read(&path) {
            // A state that cannot be parsed is treated as empty.
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(State::default()),
            Err(source) => Err(FetchError::Io { path, source }),
        }
    }

    /// Changes the state under the lock.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> Result<T, FetchError>) -> Result<T, FetchError> {
        let path = self.folder.join(".lock");
        let failed = |source| FetchError::Io { path: path.clone(), source };
        fs::create_dir_all(&self.folder).map_err(failed)?;
        let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        // Released when the file is closed, also if the process dies.
        lock.lock().map_err(failed)?;
        let mut state = self.read()?;
        let out = change(&mut state)?;
        let json = serde_json::to_vec(&state).unwrap_or_default();
        put(&self.folder.join(".state.json"), &json)?;
        Ok(out)
    }

    /// Returns the state of a feed after its last poll.
    pub(super) fn feed(&self, url: &str) -> Result<FeedState, FetchError> {
        Ok(self.read()?.feeds.remove(url).unwrap_or_default())
    }

    /// Saves the state of a feed.
    pub(super) fn keep_feed(&self, url: &str, feed: FeedState) -> Result<(), FetchError> {
        self.change(|state| {
            state.feeds.insert(url.to_owned(), feed);
            Ok(())
        })
    }

    /// Forgets feeds that are no longer listed.
    pub(super) fn keep_feeds(&self, urls: &BTreeSet<&str>) -> Result<(), FetchError> {
        if self.read()?.feeds.keys().all(|url| urls.contains(url.as_str())) {
            return Ok(());
        }
        self.change(|state| {
            state.feeds.retain(|url, _| urls.contains(url.as_str()));
            Ok(())
        })
    }

    /// Returns the file of a URL, if it still exists.
    pub(super) fn find(&self, url: &str) -> Result<Option<PathBuf>, FetchError> {
        Ok(self.find_in(&self.read()?, url))
    }

    fn find_in(&self, state: &State, url: &str) -> Option<PathBuf> {
        let path = self.folder.join(state.addresses.get(&address(url))?);
        path.exists().then_some(path)
    }

    /// Saves a page that was requested as `asked`.
    pub(super) fn page(&self, asked: &Url, page: &Page, found: &Found) -> Result<Added, FetchError> {
        let format = match page.kind.as_str() {
            "text/plain" => Format::Text,
            kind if kind.ends_with("json") => Format::Json,
            _ => Format::Html,
        };
        let ending = match format {
            Format::Text => "txt",
            Format::Json => "json",
            _ => "html",
        };
        let no_article = |why: String| FetchError::NoArticle { url: page.url.to_string(), why };
        // Parsed in the same way as it will be when the folder is read.
        let path = format!("{FETCHED}page.{ending}");
        let origin = Origin { path: &path, format: Some(format), sidecar: Some("") };
        let article = match article::read(page.bytes.as_slice(), origin).next() {
            Some(Ok(article)) => article,
            Some(Err(error)) => return Err(no_article(error.to_string())),
            None => return Err(no_article("no text".to_owned())),
        };
        // A page may state another URL as its own, but only on its own host: it must not speak for another
        // site.
        let stated = article.citation.url.as_deref().and_then(|url| Url::parse(url).ok());
        let canonical =
            stated.filter(|url| site::is_same_host(url, &page.url)).unwrap_or_else(|| page.url.clone());
        let names = [asked.as_str(), page.url.as_str(), canonical.as_str()];
        let mut about = toml::Table::new();
        let mut say = |key: &str, value: &str| about.insert(key.to_owned(), value.into());
        say("url", canonical.as_str());
        say("fetched", &Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        say("fetched_from", page.url.as_str());
        if let Some(feed) = &found.feed {
            say("feed", feed);
        }
        let or =
            |own: &Option<String>, other: &Option<String>| own.is_none().then(|| other.clone()).flatten();
        let citation = &article.citation;
        let outlet = outlet(found, citation.outlet.as_deref(), &page.url);
        let day = citation.date.map(|day| day.to_string());
        let more = [
            ("outlet", Some(outlet)),
            ("title", or(&citation.title, &found.title)),
            ("author", or(&citation.byline, &found.byline)),
            ("date", or(&day, &found.date)),
        ];
        for (key, value) in more {
            if let Some(value) = value {
                say(key, &value);
            }
        }
        if article.tags.is_empty() && !found.tags.is_empty() {
            about.insert("tags".to_owned(), found.tags.clone().into());
        }
        let inner = self.name(&canonical, ending);
        let path = self.folder.join(&inner);
        // The sidecar is written first, so that a scan never sees the page without it.
        self.change(|state| {
            if let Some(path) = self.known(state, &names, &article) {
                return Ok(Added::Known { path });
            }
            put(&sidecar(&path), about.to_string().as_bytes())?;
            put(&path, &page.bytes)?;
            remember(state, &names, &article, inner);
            Ok(Added::New { path, title: article.citation.title.clone().or_else(|| found.title.clone()) })
        })
    }

    /// Saves an article that a feed contained in full, as HTML.
    pub(super) fn entry(&self, url: &Url, html: &str, found: &Found) -> Result<Added, FetchError> {
        let no_article = |why: String| FetchError::NoArticle { url: url.to_string(), why };
        let fetched = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let object = serde_json::json!({
            "title": found.title, "author": found.byline, "date": found.date, "tags": found.tags, "content_html": html,
        });
        let mut about = toml::Table::new();
        let mut say = |key: &str, value: &str| about.insert(key.to_owned(), value.into());
        say("url", url.as_str());
        say("outlet", &outlet(found, None, url));
        say("fetched", &fetched);
        if let Some(feed) = &found.feed {
            say("feed", feed);
        }
        let bytes = serde_json::to_vec_pretty(&object).unwrap_or_default();
        let path = format!("{FETCHED}entry.json");
        let origin = Origin { path: &path, format: Some(Format::Json), sidecar: Some("") };
        let article = match article::read(bytes.as_slice(), origin).next() {
            Some(Ok(article)) => article,
            Some(Err(error)) => return Err(no_article(error.to_string())),
            None => return Err(no_article("no text".to_owned())),
        };
        let inner = self.name(url, "json");
        let path = self.folder.join(&inner);
        self.change(|state| {
            if let Some(path) = self.known(state, &[url.as_str()], &article) {
                return Ok(Added::Known { path });
            }
            put(&sidecar(&path), about.to_string().as_bytes())?;
            put(&path, &bytes)?;
            remember(state, &[url.as_str()], &article, inner);
            Ok(Added::New { path, title: article.citation.title.clone() })
        })
    }

    /// Returns the file that has one of the URLs, or the same words.
    fn known(&self, state: &State, names: &[&str], article: &Article) -> Option<PathBuf> {
        let by_words = || {
            let path = self.folder.join(state.words.get(&words(article))?);
            path.exists().then_some(path)
        };
        names.iter().find_map(|name| self.find_in(state, name)).or_else(by_words)
    }

    /// Returns the path of a new file inside the folder: the host, the last words of the URL path, a part of
    /// the hash of the whole URL.
    fn name(&self, url: &Url, ending: &str) -> PathBuf {
        let plain = |text: &str| {
            let kept = text
                .to_lowercase()
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
                .collect::<String>();
            let parts: Vec<&str> = kept.split('-').filter(|part| !part.is_empty()).take(10).collect();
            parts.join("-").chars().take(60).collect::<String>()
        };
        let last = url
            .path_segments()
            .and_then(|parts| parts.rev().find(|part| !part.is_empty()).map(str::to_owned));
        let last = last.unwrap_or_default();
        let stem = plain(last.split('.').next().unwrap_or_default());
        let hash = blake3::hash(address(url.as_str()).as_bytes()).to_hex();
        let short: String = hash.chars().take(8).collect();
        let name = if stem.is_empty() { short } else { format!("{stem}-{short}") };
        Path::new(&host_folder(url)).join(format!("{name}.{ending}"))
    }
}

/// Returns the path of the sidecar of a file.
fn sidecar(path: &Path) -> PathBuf {
    let mut beside = path.to_owned().into_os_string();
    beside.push(".meta.toml");
    beside.into()
}

/// Records where an article was saved.
fn remember(state: &mut State, names: &[&str], article: &Article, inner: PathBuf) {
    for name in names {
        state.addresses.insert(address(name), inner.clone());
    }
    state.words.insert(words(article), inner);
}

/// Returns the outlet under which a page at `url` is recorded: the one that the operator names; otherwise the
/// one that the page or its feed claims, if it is the name of the site; otherwise the host.
fn outlet(found: &Found, own: Option<&str>, url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let claimed = own.into_iter().chain(found.feed_title.as_deref());
    let agreed = || claimed.map(str::trim).find(|name| site::agrees(name, host)).map(str::to_owned);
    found.outlet.clone().or_else(agreed).unwrap_or_else(|| host.trim_start_matches("www.").to_owned())
}

/// Returns the folder of a host: its name, and its port unless it is the default one. No two hosts share a
/// folder.
fn host_folder(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_start_matches("www.");
    let port = url.port().map(|port| format!("_{port}")).unwrap_or_default();
    // Only IPv6 addresses contain other characters than letters, digits, dots and hyphens.
    let host: String =
        host.chars().filter(|c| !matches!(c, '[' | ']')).map(|c| if c == ':' { '_' } else { c }).collect();
    format!("{host}{port}")
}

/// Returns what equivalent forms of a URL have in common: without scheme, `www.`, fragment, final slash and
/// tracking parameters.
pub(super) fn address(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else { return url.to_owned() };
    url.set_fragment(None);
    let tracks = |name: &str| {
        name.starts_with("utm_") || matches!(name, "fbclid" | "gclid" | "mc_cid" | "mc_eid" | "cmpid")
    };
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !tracks(name))
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    let query: Vec<String> = kept.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let host = url.host_str().unwrap_or_default().trim_start_matches("www.");
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = url.path().trim_end_matches('/');
    if query.is_empty() {
        format!("{host}{port}{path}")
    } else {
        format!("{host}{port}{path}?{}", query.join("&"))
    }
}

/// Returns the hash of the words of an article: the same for another layout of the same text.
fn words(article: &Article) -> String {
    blake3::hash(fold::words(&article.text).join(" ").as_bytes()).to_hex().to_string()
}

/// Writes a file atomically: readers see all of it or nothing.
fn put(path: &Path, bytes: &[u8]) -> Result<(), FetchError> {
    let failed = |source| FetchError::Io { path: path.to_owned(), source };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Hidden files are not articles.
    let part = folder.join(format!(".{name}.part"));
    let write = || {
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)
    };
    write().map_err(|source| {
        // Remove the incomplete file.
        let _ = fs::remove_file(&part);
        failed(source)
    })
}

#[cfg(test)]
mod tests {
    use super::{address, host_folder};

    #[test]
    fn addresses_of_one_page_are_one() {
        for url in [
            "https://www.herald.example/a/b/",
            "http://HERALD.example/a/b#top",
            "https://herald.example/a/b?utm_source=x&fbclid=1",
        ] {
            assert_eq!(address(url), "herald.example/a/b", "{url}");
        }
        assert_eq!(address("https://herald.example/?id=1&utm_x=2"), "herald.example?id=1");
    }

    #[test]
    fn hosts_have_folders_of_their_own() {
        let folder = |url: &str| host_folder(&url.parse().expect("an address"));
        assert_eq!(folder("https://www.Herald.example/a"), "herald.example");
        assert_eq!(folder("http://herald.example:8080/a"), "herald.example_8080");
        assert_eq!(folder("http://[2001:db8::1]/a"), "2001_db8__1");
        assert_ne!(folder("http://a-b.example/"), folder("http://a.b.example/"));
    }
}
