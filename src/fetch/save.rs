//! What was fetched, as files of a corpus folder: the page as it came, and beside it where it came from.
//!
//! Below `fetched/HOST/` a page is `NAME.html` with `NAME.html.meta.toml`, an article that a feed brought whole is `NAME.json`. Both
//! are written beside and put in place in one go. `fetched/.state.json` remembers the addresses and words that are there, and what
//! feeds said; it may be deleted: at most something is fetched again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::get::Page;
use super::{Added, FetchError};
use crate::article::{self, Article, Format, Origin};
use crate::fold;

/// What is known of an article from where its address was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// The feed, as its address.
    pub(super) feed: Option<String>,
    pub(super) outlet: Option<String>,
    pub(super) title: Option<String>,
    pub(super) byline: Option<String>,
    /// A day, `2025-12-31`.
    pub(super) date: Option<String>,
    pub(super) tags: Vec<String>,
}

/// What a feed said the last time.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct FeedState {
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    /// When it may be asked again, in seconds since 1970.
    pub(super) next: i64,
    /// How often in a row it failed.
    pub(super) failures: u32,
    /// Entries that failed, by address, with how often.
    pub(super) tried: BTreeMap<String, u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    /// Where an address was saved, by its address, as [`address`] makes it.
    addresses: BTreeMap<String, PathBuf>,
    /// Where words were saved, by their hash.
    words: BTreeMap<String, PathBuf>,
    feeds: BTreeMap<String, FeedState>,
}

/// The folder of what was fetched.
pub(super) struct Store {
    folder: PathBuf,
    state: State,
}

impl Store {
    /// Opens that of a corpus folder.
    pub(super) fn open(corpus: &Path) -> Result<Self, FetchError> {
        let folder = corpus.join("fetched");
        let path = folder.join(".state.json");
        let state = match fs::read(&path) {
            // A state that cannot be read is as good as none.
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => State::default(),
            Err(source) => return Err(FetchError::Io { path, source }),
        };
        Ok(Self { folder, state })
    }

    /// Writes down what is remembered.
    pub(super) fn close(&self) -> Result<(), FetchError> {
        let path = self.folder.join(".state.json");
        let json = serde_json::to_vec(&self.state).unwrap_or_default();
        put(&path, &json)
    }

    pub(super) fn feed(&mut self, url: &str) -> &mut FeedState {
        self.state.feeds.entry(url.to_owned()).or_default()
    }

    /// Forgets feeds that are no longer listed.
    pub(super) fn keep_feeds(&mut self, urls: &BTreeSet<&str>) {
        self.state.feeds.retain(|url, _| urls.contains(url.as_str()));
    }

    /// The file of an address, if it is still there.
    pub(super) fn find(&self, url: &str) -> Option<PathBuf> {
        let path = self.folder.join(self.state.addresses.get(&address(url))?);
        path.exists().then_some(path)
    }

    /// Saves a page that was found at `asked`.
    pub(super) fn page(&mut self, asked: &Url, page: &Page, found: &Found) -> Result<Added, FetchError> {
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
        let origin = Origin { path: "page", format: Some(format), sidecar: None };
        let mut articles = article::read(page.bytes.as_slice(), origin);
        let article = match articles.next() {
            Some(Ok(article)) => article,
            Some(Err(error)) => return Err(no_article(error.to_string())),
            None => return Err(no_article("no text".to_owned())),
        };
        if articles.next().is_some() {
            return Err(no_article("it lists several; name a feed in feeds.toml instead".to_owned()));
        }
        // A page may say that its address is another one, of its own site: nobody speaks for another's.
        let stated = article.citation.url.as_deref().and_then(|url| Url::parse(url).ok());
        let canonical =
            stated.filter(|url| url.host_str() == page.url.host_str()).unwrap_or_else(|| page.url.clone());
        let names = [asked.as_str(), page.url.as_str(), canonical.as_str()];
        if let Some(path) = self.known(&names, &article) {
            return Ok(Added::Known { path });
        }
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
        let host = page.url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
        let outlet = found.outlet.clone().or_else(|| or(&citation.outlet, &Some(host)));
        let day = citation.date.map(|day| day.to_string());
        let more = [
            ("outlet", outlet),
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
        let mut beside = path.clone().into_os_string();
        beside.push(".meta.toml");
        // First what it says of the article: a scan in between sees nothing.
        put(Path::new(&beside), about.to_string().as_bytes())?;
        put(&path, &page.bytes)?;
        self.remember(&names, &article, inner);
        Ok(Added::New { path, title: article.citation.title.or_else(|| found.title.clone()) })
    }

    /// Saves an article that a feed brought whole, as HTML.
    pub(super) fn entry(&mut self, url: &Url, html: &str, found: &Found) -> Result<Added, FetchError> {
        let no_article = |why: String| FetchError::NoArticle { url: url.to_string(), why };
        let fetched = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let object = serde_json::json!({
            "url": url.as_str(), "title": found.title, "outlet": found.outlet, "author": found.byline, "date": found.date,
            "tags": found.tags, "content_html": html, "fetched": fetched, "feed": found.feed,
        });
        let bytes = serde_json::to_vec_pretty(&object).unwrap_or_default();
        let origin = Origin { path: "entry.json", format: Some(Format::Json), sidecar: None };
        let article = match article::read(bytes.as_slice(), origin).next() {
            Some(Ok(article)) => article,
            Some(Err(error)) => return Err(no_article(error.to_string())),
            None => return Err(no_article("no text".to_owned())),
        };
        if let Some(path) = self.known(&[url.as_str()], &article) {
            return Ok(Added::Known { path });
        }
        let inner = self.name(url, "json");
        let path = self.folder.join(&inner);
        put(&path, &bytes)?;
        self.remember(&[url.as_str()], &article, inner);
        Ok(Added::New { path, title: article.citation.title })
    }

    /// The file that has the address or the words.
    fn known(&self, names: &[&str], article: &Article) -> Option<PathBuf> {
        let by_words = || {
            let path = self.folder.join(self.state.words.get(&words(article))?);
            path.exists().then_some(path)
        };
        names.iter().find_map(|name| self.find(name)).or_else(by_words)
    }

    fn remember(&mut self, names: &[&str], article: &Article, inner: PathBuf) {
        for name in names {
            self.state.addresses.insert(address(name), inner.clone());
        }
        self.state.words.insert(words(article), inner);
    }

    /// The path of a new file inside the folder: the host, the last words of the path, a part of the hash of the whole.
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
        let host = plain(url.host_str().unwrap_or_default().trim_start_matches("www."));
        let last = url
            .path_segments()
            .and_then(|parts| parts.rev().find(|part| !part.is_empty()).map(str::to_owned));
        let last = last.unwrap_or_default();
        let stem = plain(last.split('.').next().unwrap_or_default());
        let hash = blake3::hash(address(url.as_str()).as_bytes()).to_hex();
        let short: String = hash.chars().take(8).collect();
        let name = if stem.is_empty() { short } else { format!("{stem}-{short}") };
        Path::new(&host).join(format!("{name}.{ending}"))
    }
}

/// What two forms of one web address share: no scheme, `www.`, fragment, final slash or parameters that only say how one got there.
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

/// The hash of the words of an article: another layout of the same text is the same.
fn words(article: &Article) -> String {
    blake3::hash(fold::words(&article.text).join(" ").as_bytes()).to_hex().to_string()
}

/// Writes a file in one go: whoever looks sees all of it or nothing.
fn put(path: &Path, bytes: &[u8]) -> Result<(), FetchError> {
    let failed = |source| FetchError::Io { path: path.to_owned(), source };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // A hidden name is no article.
    let part = folder.join(format!(".{name}.part"));
    let write = || {
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)
    };
    write().map_err(|source| {
        // What is left of it is of no use to anybody.
        let _ = fs::remove_file(&part);
        failed(source)
    })
}

#[cfg(test)]
mod tests {
    use super::address;

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
}
