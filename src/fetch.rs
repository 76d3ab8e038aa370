//! From the web to the corpus: fetches a page that somebody names, and the feeds of `corpus/feeds.toml`. Each
//! article is saved as a file that a person can read and correct.
//!
//! Strangers choose what is fetched, so every address is checked before each connection ([`Guard`]): only
//! public addresses are allowed, also after redirects, and the connection is made to the address that was
//! checked. Size, time and redirects are limited. A site's `robots.txt` is respected (RFC 9309), and requests
//! to the same host are separated by a pause. An article that the folder already has, with the same URL or
//! the same words, is not saved again.
//!
//! A page is one article of its own host, whatever it says about itself: the server's media type alone
//! determines the format in which it is read, its path in the folder names its host, and its sidecar records
//! its URL and outlet. It keeps the outlet that it claims only if its URL agrees (`site.rs`).

mod feeds;
mod get;
mod guard;
mod http;
mod robots;
mod save;
mod site;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::Url;

pub use feeds::{Feed, FeedReport, feeds, read_feeds};
pub use guard::{Guard, Lookup, is_public};

use robots::Rules;
use save::{Found, Store};

/// Why something was not fetched. The message is meant for the person who named the URL.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The URL is not one that may be fetched.
    #[error("`{url}` is not fetched: {why}")]
    Refused {
        /// The URL, or one it redirected to.
        url: String,
        /// The rule that forbids it.
        why: String,
    },
    /// The site's robots.txt disallows this page.
    #[error("`{0}` is not fetched: the site's robots.txt disallows it")]
    Robots(String),
    /// Too many redirects.
    #[error("`{0}` redirects more than {max} times", max = http::MAX_REDIRECTS)]
    Redirects(String),
    /// The site answered with an error status.
    #[error("`{url}` answered with status {status}")]
    Status {
        /// The URL.
        url: String,
        /// The HTTP status.
        status: u16,
        /// How long the site asks to wait.
        wait: Option<Duration>,
    },
    /// The page has a media type that cannot hold an article.
    #[error("`{url}` is `{kind}`, not an article")]
    Kind {
        /// The URL.
        url: String,
        /// Its media type.
        kind: String,
    },
    /// It is compressed in a way that was not requested.
    #[error("`{url}` is compressed as `{encoding}`; only gzip is supported")]
    Encoding {
        /// The URL.
        url: String,
        /// The content encoding that the site states.
        encoding: String,
    },
    /// More bytes than a page may have.
    #[error("`{url}` is larger than {limit} bytes")]
    TooLarge {
        /// The URL.
        url: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// It took too long.
    #[error("`{url}` took longer than {} seconds", limit.as_secs())]
    TooSlow {
        /// The URL.
        url: String,
        /// The limit.
        limit: Duration,
    },
    /// No connection, or one that was interrupted.
    #[error("`{url}` cannot be read: {why}")]
    Connection {
        /// The URL.
        url: String,
        /// What went wrong, in one line.
        why: String,
    },
    /// The page contains no article.
    #[error("`{url}` holds no article: {why}")]
    NoArticle {
        /// The URL.
        url: String,
        /// The error of the article parser.
        why: String,
    },
    /// It cannot be saved.
    #[error("`{}` cannot be written", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
}

/// The result of adding a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It was saved.
    New {
        /// The file.
        path: PathBuf,
        /// The headline.
        title: Option<String>,
    },
    /// The folder already has it, under this or another URL.
    Known {
        /// The file.
        path: PathBuf,
    },
}

/// The robots.txt rules of sites and when they were read, by the origin of the site.
type Known = HashMap<String, (Instant, Arc<Rules>)>;

/// Fetches pages within limits. There is one for the lifetime of the program: it remembers when each host was
/// last asked.
#[derive(Clone)]
pub struct Fetcher {
    /// Decides which addresses may be fetched.
    pub guard: Guard,
    /// Maximum size in bytes of a page.
    pub max_bytes: u64,
    /// Maximum time for a page, including its redirects.
    pub max_time: Duration,
    /// Minimum time between two requests to the same host.
    pub pause: Duration,
    asked: Arc<Mutex<HashMap<String, Instant>>>,
    robots: Arc<Mutex<Known>>,
}

impl Default for Fetcher {
    /// Returns the default limits: public addresses only, 8 MiB, 30 seconds, a pause of 2 seconds.
    fn default() -> Self {
        Self {
            guard: Guard::default(),
            max_bytes: 8 << 20,
            max_time: Duration::from_secs(30),
            pause: Duration::from_secs(2),
            asked: Arc::default(),
            robots: Arc::default(),
        }
    }
}

/// Fetches the page at `url` and saves its article, with its provenance, below `folder`, a corpus folder.
/// Saves either all of it or nothing.
///
/// # Errors
/// [`FetchError`]; the folder is then unchanged.
pub async fn add(fetcher: &Fetcher, folder: &Path, url: &str) -> Result<Added, FetchError> {
    let refused = |why: &str| FetchError::Refused { url: url.to_owned(), why: why.to_owned() };
    let address = Url::parse(url.trim())
        .map_err(|_| refused("it is not a web address; it must begin with `https://` or `http://`"))?;
    let store = Store::open(folder);
    if let Some(path) = store.find(address.as_str())? {
        return Ok(Added::Known { path });
    }
    page(fetcher, &store, &address, &Found::default(), &|_| Ok(())).await
}

/// Fetches a page and saves its article, unless `allow` rejects the final URL.
async fn page(
    fetcher: &Fetcher,
    store: &Store,
    url: &Url,
    found: &Found,
    allow: &(dyn Fn(&Url) -> Result<(), FetchError> + Sync),
) -> Result<Added, FetchError> {
    let get::Got::Page(page) = get::get(fetcher, url, &http::Before::default()).await? else {
        return Err(FetchError::Status { url: url.to_string(), status: 304, wait: None });
    };
    allow(&page.url)?;
    store.page(url, &page, found)
}
