//! From the web to the corpus: a page that somebody names, and the feeds of `corpus/feeds.toml`, each article as a file that a person
//! can read and correct.
//!
//! What is fetched is chosen by strangers, so every address is checked when it is connected to ([`Guard`]): public addresses only,
//! also behind each redirect, and the connection goes to the address that was checked. Size, time and redirects are bounded. A site's
//! `robots.txt` is respected (RFC 9309), and there is a pause between two requests to one host. An article that the folder has, by
//! its address or its words, is not saved again.
//!
//! A page is one article of its own host, whatever it says of itself: the server's media type decides once in which format it is read,
//! its place in the folder names its host, and beside it stands under which address and outlet it is on record. It keeps the outlet that
//! it calls itself by only where its address agrees (`site.rs`).

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

/// Why something was not fetched. The message is for whoever named the address.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is none that is fetched from.
    #[error("`{url}` is not fetched: {why}")]
    Refused {
        /// The address, or where it led.
        url: String,
        /// Which rule says so.
        why: String,
    },
    /// The site asks programs not to read this page.
    #[error("`{0}` is not fetched: its site's robots.txt asks not to")]
    Robots(String),
    /// It led from one page to another too often.
    #[error("`{0}` redirects more than {max} times", max = http::MAX_REDIRECTS)]
    Redirects(String),
    /// The site answered, but not with the page.
    #[error("`{url}` answered with status {status}")]
    Status {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
        /// How long the site asks to wait.
        wait: Option<Duration>,
    },
    /// The page is of a kind that holds no article.
    #[error("`{url}` is `{kind}`, not an article")]
    Kind {
        /// The address.
        url: String,
        /// Its media type.
        kind: String,
    },
    /// It is packed in a way that was not asked for.
    #[error("`{url}` is packed as `{encoding}`; only gzip is understood")]
    Encoding {
        /// The address.
        url: String,
        /// What the site says of it.
        encoding: String,
    },
    /// More bytes than a page may have.
    #[error("`{url}` is larger than {limit} bytes")]
    TooLarge {
        /// The address.
        url: String,
        /// The bound in bytes.
        limit: u64,
    },
    /// It took too long.
    #[error("`{url}` took longer than {} seconds", limit.as_secs())]
    TooSlow {
        /// The address.
        url: String,
        /// The bound.
        limit: Duration,
    },
    /// No connection, or one that broke off.
    #[error("`{url}` cannot be read: {why}")]
    Connection {
        /// The address.
        url: String,
        /// What went wrong, in one line.
        why: String,
    },
    /// The page has no article in it.
    #[error("`{url}` holds no article: {why}")]
    NoArticle {
        /// The address.
        url: String,
        /// What the reader of articles says.
        why: String,
    },
    /// It cannot be saved.
    #[error("`{}` cannot be written", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// What became of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It was saved.
    New {
        /// The file.
        path: PathBuf,
        /// The headline.
        title: Option<String>,
    },
    /// The folder has it, under this or another address.
    Known {
        /// The file.
        path: PathBuf,
    },
}

/// What sites let programs read, and since when that is known; by the origin of the site.
type Known = HashMap<String, (Instant, Arc<Rules>)>;

/// Fetches, within bounds. One for as long as the program runs: it remembers whom it asked when.
#[derive(Clone)]
pub struct Fetcher {
    /// Which addresses are fetched from.
    pub guard: Guard,
    /// Most bytes of a page.
    pub max_bytes: u64,
    /// Most time for a page with all its redirects.
    pub max_time: Duration,
    /// Least time between two requests to one host.
    pub pause: Duration,
    asked: Arc<Mutex<HashMap<String, Instant>>>,
    robots: Arc<Mutex<Known>>,
}

impl Default for Fetcher {
    /// Public addresses, 8 MiB, 30 seconds, a pause of 2 seconds.
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

/// Fetches the page at `url` and saves its article below `folder`, a corpus folder, with its provenance. Nothing is saved unless all
/// of it is there.
///
/// # Errors
/// [`FetchError`]; the folder is then as it was.
pub async fn add(fetcher: &Fetcher, folder: &Path, url: &str) -> Result<Added, FetchError> {
    let refused = |why: &str| FetchError::Refused { url: url.to_owned(), why: why.to_owned() };
    let address = Url::parse(url.trim())
        .map_err(|_| refused("it is no web address; one begins with `https://` or `http://`"))?;
    let store = Store::open(folder);
    if let Some(path) = store.find(address.as_str())? {
        return Ok(Added::Known { path });
    }
    page(fetcher, &store, &address, &Found::default(), &|_| Ok(())).await
}

/// Fetches a page and puts its article into the store, unless `allow` refuses the address where it was in the end.
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
