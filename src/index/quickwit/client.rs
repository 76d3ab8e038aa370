//! An HTTP client for a Quickwit server, with timeouts, retries, and a circuit breaker for a server that is
//! down.

use std::fmt;
use std::str::FromStr;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use reqwest::{Client as Http, Method, StatusCode, Url};
use tokio::runtime::Runtime;

/// Where an archive is: `quickwit+http://host:7280`, or `quickwit+http://host:7280/prefix` if several
/// archives share one cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `http://host:7280`.
    base: String,
    /// The prefix of the names of its indexes.
    prefix: String,
}

/// The prefix of index names if the address does not give one.
const PREFIX: &str = "rapporteur";

impl FromStr for Address {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let url = text.trim().strip_prefix("quickwit+").ok_or(())?;
        let url = Url::parse(url).map_err(drop)?;
        let is_plain = matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !is_plain {
            return Err(());
        }
        let prefix = url.path().trim_matches('/');
        let is_name = |name: &str| {
            (1..=100).contains(&name.len())
                && name.starts_with(|first: char| first.is_ascii_alphabetic())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        };
        if !prefix.is_empty() && !is_name(prefix) {
            return Err(());
        }
        let prefix = if prefix.is_empty() { PREFIX } else { prefix }.to_owned();
        Ok(Self { base: url.origin().ascii_serialization(), prefix })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "quickwit+{}", self.base)?;
        if self.prefix == PREFIX { Ok(()) } else { write!(out, "/{}", self.prefix) }
    }
}

impl Address {
    /// Returns the prefix of the names of its indexes.
    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }
}

/// Why a request to an archive failed.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It cannot be reached, or does not answer in time.
    #[error(
        "the archive `{address}` does not answer: {reason}; check that Quickwit runs there, and RAPPORTEUR_STORE"
    )]
    Silent {
        /// The archive.
        address: String,
        /// What happened.
        reason: String,
    },
    /// It rejected the request.
    #[error("the archive `{address}` rejected a request ({status}): {reason}")]
    Refused {
        /// The archive.
        address: String,
        /// The HTTP status.
        status: u16,
        /// What it gave as the reason.
        reason: String,
    },
    /// Its answer is invalid.
    #[error("the archive `{address}` gave an invalid answer: {reason}")]
    Garbled {
        /// The archive.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The share was indexed from another corpus.
    #[error(
        "share {share} of the archive was made from `{corpus}`; give this indexer a share of its own \
         (RAPPORTEUR_SHARE), or replace what is there with `rapporteur index --full`"
    )]
    Taken {
        /// The share.
        share: String,
        /// The corpus that the share was indexed from.
        corpus: String,
    },
    /// Its index has other settings than this version gives it.
    #[error(
        "the index `{index}` of the archive `{address}` has other settings: {difference}; delete it \
         (`DELETE /api/v1/indexes/{index}`) and run `rapporteur index` again"
    )]
    Foreign {
        /// The archive.
        address: String,
        /// The name of the index.
        index: String,
        /// The first setting that differs.
        difference: String,
    },
    /// Some of its machines did not answer, so the results may be incomplete.
    #[error(
        "the archive `{address}` answered only in part: {failed} of {total} splits could not be searched; ask again, or check the cluster"
    )]
    Partial {
        /// The archive.
        address: String,
        /// The number of splits that were not searched.
        failed: u64,
        /// The number of splits.
        total: u64,
    },
}

/// What was exchanged with an archive: round trips, and bytes in each direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Number of requests that were answered.
    pub round_trips: u64,
    /// Bytes in the bodies of the requests.
    pub sent: u64,
    /// Bytes of the bodies of the answers.
    pub received: u64,
}

/// Timeout of a request that a question waits for.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// Timeout of a request for which nobody waits but a program that reads or writes everything.
pub(super) const LONG: Duration = Duration::from_secs(120);
/// Maximum size of an answer in bytes.
const MOST: usize = 256 << 20;
/// Maximum number of times that a request is sent.
const TRIES: u32 = 3;
/// The pause before the first retry; it doubles each time. Up to half of it is random.
const PAUSE: Duration = Duration::from_millis(150);
/// Number of consecutive failures after which requests fail immediately, for [`REST`].
const FAILURES: u32 = 3;
/// How long the circuit breaker stays open; then one request is let through.
const REST: Duration = Duration::from_secs(5);

/// Whether the server has answered recently.
#[derive(Default)]
struct Circuit {
    failures: u32,
    until: Option<Instant>,
    reason: String,
}

/// What may be done if a request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It changes nothing, so it can be sent again.
    Question,
    /// It adds documents: it is sent again only if the server rejected it before doing anything.
    Documents,
}

/// How often, and how long, a search is tried.
pub(super) struct Attempts {
    tries: u32,
    end: Instant,
}

impl Attempts {
    /// Begins the first attempt of something that may take as long as `patience`.
    pub(super) fn begin(patience: Duration) -> Self {
        Self { tries: 1, end: Instant::now() + patience }
    }

    /// Waits until it is time for another attempt; returns `false` at once if this was the last one.
    pub(super) fn pause(&mut self) -> bool {
        let pause = jittered(PAUSE * 2_u32.pow(self.tries - 1));
        if self.tries >= TRIES || Instant::now() + pause >= self.end {
            return false;
        }
        self.tries += 1;
        std::thread::sleep(pause);
        true
    }
}

/// A client of one server. Blocks the calling thread, which may be a thread of an asynchronous runtime.
pub(super) struct Client {
    address: Address,
    /// How long a request may take, except for batches of documents, which have [`LONG`].
    patience: Duration,
    http: Http,
    circuit: Mutex<Circuit>,
}

/// The runtime of all clients: two threads that wait for the network.
fn runtime() -> Option<&'static Runtime> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    let start = || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).thread_name("archive").enable_io().enable_time().build().ok()
    };
    RUNTIME.get_or_init(start).as_ref()
}

/// Why a single attempt failed.
enum Failure {
    /// The server did nothing, so the request can always be sent again.
    Refused(StatusCode, String),
    /// The server may have carried out the request.
    Lost(String),
    /// Another attempt would not help.
    Final(ArchiveError),
}

impl Client {
    pub(super) fn new(address: &Address, patience: Duration) -> Result<Self, ArchiveError> {
        let http = Http::builder()
            .user_agent(concat!("rapporteur/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .pool_idle_timeout(Duration::from_secs(60))
            .build()
            .map_err(|error| ArchiveError::Silent { address: address.to_string(), reason: chain(&error) })?;
        Ok(Self { address: address.clone(), patience, http, circuit: Mutex::default() })
    }

    pub(super) const fn patience(&self) -> Duration {
        self.patience
    }

    pub(super) const fn address(&self) -> &Address {
        &self.address
    }

    /// Returns the error for an invalid answer.
    pub(super) fn garbled(&self, reason: impl fmt::Display) -> ArchiveError {
        ArchiveError::Garbled { address: self.address.to_string(), reason: reason.to_string() }
    }

    fn silent(&self, reason: impl fmt::Display) -> ArchiveError {
        ArchiveError::Silent { address: self.address.to_string(), reason: reason.to_string() }
    }

    /// Sends a request and returns the answer; `path` begins with a slash. `None` if the server says that
    /// what was asked for does not exist (404).
    pub(super) fn send(
        &self,
        method: &Method,
        path: &str,
        body: &[u8],
        kind: Kind,
    ) -> Result<Option<Vec<u8>>, ArchiveError> {
        let patience = if kind == Kind::Question { self.patience } else { LONG };
        let end = Instant::now() + patience;
        let mut tries = 0;
        loop {
            if let Some(reason) = self.is_open() {
                return Err(self.silent(reason));
            }
            tries += 1;
            let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(100));
            let failure = match self.attempt(method, path, body, left) {
                Ok(answer) => {
                    self.close();
                    return Ok(answer);
                }
                Err(Failure::Final(error)) => {
                    self.close();
                    return Err(error);
                }
                Err(failure) => failure,
            };
            let pause = jittered(PAUSE * 2_u32.pow(tries - 1));
            // A busy server rejects documents for as long as it is busy, so they wait until there is room.
            let last = match (&failure, kind) {
                (Failure::Refused(..), Kind::Documents) => false,
                (Failure::Refused(..), Kind::Question) | (_, Kind::Question) => tries >= TRIES,
                (_, Kind::Documents) => true,
            };
            if last || Instant::now() + pause >= end {
                return Err(match failure {
                    Failure::Refused(status, reason) => ArchiveError::Refused {
                        address: self.address.to_string(),
                        status: status.as_u16(),
                        reason,
                    },
                    Failure::Lost(reason) => {
                        self.fail(&reason);
                        self.silent(reason)
                    }
                    Failure::Final(error) => error,
                });
            }
            std::thread::sleep(pause);
        }
    }

    fn attempt(
        &self,
        method: &Method,
        path: &str,
        body: &[u8],
        patience: Duration,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let Some(runtime) = runtime() else { return Err(Failure::Lost("no threads".to_owned())) };
        let url = format!("{}{path}", self.address.base);
        let request = self
            .http
            .request(method.clone(), url)
            .timeout(patience)
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body.to_vec());
        let (sender, receiver) = mpsc::sync_channel(1);
        runtime.spawn(async move {
            // If this fails, nobody is waiting any more.
            let _ = sender.send(exchange(request).await);
        });
        let (status, bytes) = match receiver.recv_timeout(patience + Duration::from_secs(1)) {
            Ok(Ok(answer)) => answer,
            Ok(Err(failure)) => return Err(failure),
            Err(RecvTimeoutError::Timeout) => return Err(Failure::Lost("no answer in time".to_owned())),
            Err(RecvTimeoutError::Disconnected) => return Err(Failure::Lost("the request ended".to_owned())),
        };
        if status.is_success() {
            return Ok(Some(bytes));
        }
        let reason = told(&bytes);
        match status {
            StatusCode::NOT_FOUND => Ok(None),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                Err(Failure::Refused(status, reason))
            }
            _ if status.is_server_error() => Err(Failure::Lost(format!("{status}: {reason}"))),
            _ => Err(Failure::Final(ArchiveError::Refused {
                address: self.address.to_string(),
                status: status.as_u16(),
                reason,
            })),
        }
    }

    /// Returns why the circuit breaker is open; `None` if requests are let through.
    fn is_open(&self) -> Option<String> {
        let mut circuit = self.circuit.lock().unwrap_or_else(PoisonError::into_inner);
        let until = circuit.until?;
        if Instant::now() < until {
            return Some(format!("{} (asked again in a few seconds)", circuit.reason));
        }
        // One request is let through; the others wait for its result.
        circuit.until = Some(Instant::now() + REST);
        None
    }

    fn fail(&self, reason: &str) {
        let mut circuit = self.circuit.lock().unwrap_or_else(PoisonError::into_inner);
        circuit.failures += 1;
        reason.clone_into(&mut circuit.reason);
        if circuit.failures >= FAILURES {
            circuit.until = Some(Instant::now() + REST);
        }
    }

    fn close(&self) {
        *self.circuit.lock().unwrap_or_else(PoisonError::into_inner) = Circuit::default();
    }
}

/// Sends a request and reads the answer, up to [`MOST`] bytes.
async fn exchange(request: reqwest::RequestBuilder) -> Result<(StatusCode, Vec<u8>), Failure> {
    let mut response = request.send().await.map_err(|error| {
        // Without a connection nothing was done, but waiting would not help either.
        Failure::Lost(chain(&error))
    })?;
    let status = response.status();
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Failure::Lost(chain(&error)))? {
        if bytes.len() + chunk.len() > MOST {
            return Err(Failure::Lost(format!("more than {MOST} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((status, bytes))
}

/// Returns a random pause between half of `pause` and all of it, so that clients do not all return at once.
fn jittered(pause: Duration) -> Duration {
    let random = getrandom::u32().unwrap_or(u32::MAX);
    pause / 2 + (pause / 2).mul_f64(f64::from(random) / f64::from(u32::MAX))
}

/// Returns what a server says about an error, a few hundred bytes at most.
fn told(bytes: &[u8]) -> String {
    let json: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
    let message = ["/message", "/error/reason"].iter().find_map(|at| json.pointer(at)?.as_str());
    let text = message.map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), str::to_owned);
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(400).collect()
}

/// Returns the last cause of an error, which is the most specific; the address is given elsewhere.
fn chain(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut last: &dyn std::error::Error = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_server_and_a_prefix() {
        for (text, shown) in [
            ("quickwit+http://127.0.0.1:7280", "quickwit+http://127.0.0.1:7280"),
            (" quickwit+https://archive.example/ ", "quickwit+https://archive.example"),
            ("quickwit+http://host:1/desk-2", "quickwit+http://host:1/desk-2"),
            ("quickwit+http://host:1/a", "quickwit+http://host:1/a"),
        ] {
            assert_eq!(text.parse::<Address>().map(|address| address.to_string()), Ok(shown.to_owned()));
        }
        for text in [
            "",
            "http://host:7280",
            "quickwit+",
            "quickwit+ftp://host",
            "quickwit+http://",
            "quickwit+http://user:word@host",
            "quickwit+http://host/a/b",
            "quickwit+http://host/-x-",
            "quickwit+http://host?x=1",
        ] {
            assert_eq!(text.parse::<Address>(), Err(()), "{text}");
        }
    }

    #[test]
    fn after_three_failures_requests_fail_at_once() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = format!("quickwit+http://{}", free.expect("a port is free"));
        let client = Client::new(&address.parse().expect("an address"), PATIENCE).expect("a client");
        let error = || client.send(&Method::GET, "/", b"", Kind::Question).expect_err("nobody is there");
        for _ in 0..FAILURES {
            let error = error().to_string();
            assert!(error.contains("refused") && !error.contains("asked again"), "{error}");
        }
        let start = Instant::now();
        let error = error().to_string();
        assert!(error.contains("asked again in a few seconds"), "{error}");
        assert!(start.elapsed() < PAUSE, "at once");
    }

    #[test]
    fn a_pause_is_random_within_its_half() {
        let pause = Duration::from_millis(100);
        for _ in 0..100 {
            assert!((pause / 2..=pause).contains(&jittered(pause)));
        }
    }
}
