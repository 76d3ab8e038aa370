//! Here is a request for Discord: how is it delivered, and what if that fails?
//!
//! Everything a user sees goes through [`Rest::send`]. It sends one HTTP request and repeats it after a 5xx
//! status, a broken connection or a 429 (after the time that Discord states) until a deadline, but never
//! after any other refusal. Requests are built so that sending them twice does no harm: an edit of the same
//! message, a message with an enforced nonce, an acknowledgement whose second copy is refused, which proves
//! that the first one arrived.
//!
//! serenity's own client is not used for this: it retries only after 429, keeps an entry for each interaction
//! for ever, and writes URLs (which contain the interaction's token) and bodies into its traces. The errors
//! here never contain a URL.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::client::Api;
use super::failure::Failure;
use super::message::File;
use super::metrics::Metrics;

/// How long one request may take.
const ATTEMPT: Duration = Duration::from_secs(10);
/// How long one attempt to acknowledge may take: two attempts fit into the 3 s that Discord waits.
const ATTEMPT_ACKNOWLEDGE: Duration = Duration::from_millis(1400);
/// The first and the longest pause before a retry.
const PAUSE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(20));
/// How long requests in progress may go on after the bot has begun to stop.
pub const LAST_WORDS: Duration = Duration::from_secs(5);

/// One request.
pub struct Call {
    method: reqwest::Method,
    /// The path after `/api/v10`.
    path: String,
    body: Option<Value>,
    /// Attached files.
    files: Vec<File>,
    /// The key of the rate limit that the request counts towards; `None` for interactions, each of which has
    /// a limit of its own.
    bucket: Option<String>,
    attempt: Duration,
}

impl Call {
    /// Acknowledges an interaction.
    #[must_use]
    pub fn acknowledge(id: u64, token: &str, body: Value) -> Self {
        Self {
            attempt: ATTEMPT_ACKNOWLEDGE,
            ..Self::new(reqwest::Method::POST, format!("/interactions/{id}/{token}/callback"), Some(body))
        }
    }

    /// Attaches files.
    #[must_use]
    pub fn with_files(mut self, files: &[File]) -> Self {
        self.files = files.to_vec();
        self
    }

    const fn new(method: reqwest::Method, path: String, body: Option<Value>) -> Self {
        Self { method, path, body, files: Vec::new(), bucket: None, attempt: ATTEMPT }
    }

    /// Fills in or edits the reply to an interaction.
    #[must_use]
    pub fn edit(application: u64, token: &str, body: Value) -> Self {
        Self::new(
            reqwest::Method::PATCH,
            format!("/webhooks/{application}/{token}/messages/@original"),
            Some(body),
        )
    }

    /// Posts another message in reply to an interaction.
    #[must_use]
    pub fn follow_up(application: u64, token: &str, body: Value) -> Self {
        Self::new(reqwest::Method::POST, format!("/webhooks/{application}/{token}"), Some(body))
    }

    /// Deletes the reply to an interaction.
    #[must_use]
    pub fn delete(application: u64, token: &str) -> Self {
        let path = format!("/webhooks/{application}/{token}/messages/@original");
        Self::new(reqwest::Method::DELETE, path, None)
    }

    /// Calls an endpoint of a channel; `what` is the rest of the path.
    #[must_use]
    pub fn channel(method: reqwest::Method, channel: u64, what: &str, body: Option<Value>) -> Self {
        let bucket =
            Some(format!("{method} {channel}/{}", what.split(['/', '?']).next().unwrap_or_default()));
        Self { bucket, ..Self::new(method, format!("/channels/{channel}{what}"), body) }
    }

    /// Opens the direct-message channel with a user.
    #[must_use]
    pub fn direct(user: u64) -> Self {
        let body = serde_json::json!({"recipient_id": user.to_string()});
        let bucket = Some("direct".to_owned());
        Self { bucket, ..Self::new(reqwest::Method::POST, "/users/@me/channels".to_owned(), Some(body)) }
    }

    /// Asks which application the token belongs to.
    #[must_use]
    pub fn application() -> Self {
        Self::new(reqwest::Method::GET, "/applications/@me".to_owned(), None)
    }

    /// Asks for the address of the gateway.
    #[must_use]
    pub fn gateway() -> Self {
        let bucket = Some("gateway".to_owned());
        Self { bucket, ..Self::new(reqwest::Method::GET, "/gateway/bot".to_owned(), None) }
    }

    /// Reads or, with a body, replaces the commands of the application: the global ones, or those of one
    /// server.
    #[must_use]
    pub fn commands(application: u64, guild: Option<u64>, body: Option<Value>) -> Self {
        let (method, query) = match body {
            Some(_) => (reqwest::Method::PUT, ""),
            None => (reqwest::Method::GET, "?with_localizations=true"),
        };
        let bucket = Some("commands".to_owned());
        let place = guild.map(|guild| format!("/guilds/{guild}")).unwrap_or_default();
        Self {
            bucket,
            ..Self::new(method, format!("/applications/{application}{place}/commands{query}"), body)
        }
    }
}

/// Sends requests.
pub struct Rest {
    client: reqwest::Client,
    api: Api,
    base: String,
    authorization: SecretString,
    /// Until when the requests of each rate limit have to wait.
    waits: Mutex<HashMap<String, Instant>>,
    metrics: Arc<Metrics>,
    stop: CancellationToken,
}

impl Rest {
    /// Returns a sender that uses `token` on `api`; `stop` is cancelled when the bot stops.
    #[must_use]
    pub fn new(
        client: reqwest::Client,
        api: &Api,
        token: &SecretString,
        metrics: Arc<Metrics>,
        stop: CancellationToken,
    ) -> Self {
        let authorization = SecretString::from(format!("Bot {}", token.expose_secret()));
        Self {
            client,
            api: api.clone(),
            base: api.rest(),
            authorization,
            waits: Mutex::default(),
            metrics,
            stop,
        }
    }

    /// Sends a request until it succeeds or `deadline` has passed. Once the bot is stopping, at most
    /// [`LAST_WORDS`] are left.
    ///
    /// # Errors
    /// Why the request did not succeed.
    pub async fn send(&self, call: &Call, deadline: Instant) -> Result<Value, Failure> {
        let mut pause = PAUSE.0;
        let mut last = 0;
        loop {
            let deadline =
                if self.stop.is_cancelled() { deadline.min(Instant::now() + LAST_WORDS) } else { deadline };
            if let Some(until) = self.wait_of(call) {
                if until > deadline {
                    return Err(Failure::Late(429));
                }
                sleep_until(until).await;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                self.metrics.late();
                return Err(Failure::Late(last));
            }
            let again = match tokio::time::timeout(call.attempt.min(left), self.once(call)).await {
                Ok(Ok(Sent::Done(value))) => return Ok(value),
                Ok(Ok(Sent::Failed(failure))) => {
                    self.metrics.failed(&failure);
                    return Err(failure);
                }
                Ok(Ok(Sent::Later { status, after })) => {
                    last = status;
                    after
                }
                // A broken connection, or a request that timed out.
                Ok(Err(_)) | Err(_) => None,
            };
            self.metrics.retried();
            let until = Instant::now() + again.unwrap_or(pause);
            if until >= deadline {
                self.metrics.late();
                return Err(Failure::Late(last));
            }
            sleep_until(until).await;
            pause = (pause * 2).min(PAUSE.1);
        }
    }

    /// Downloads a file that a user attached, of at most `most` bytes, by `deadline`, without the bot's
    /// token. Returns `None` if the URL is not on Discord's attachment hosts, the file is larger, or the
    /// download fails.
    pub async fn attachment(&self, url: &str, most: usize, deadline: Instant) -> Option<Vec<u8>> {
        if !self.api.keeps(url) {
            return None;
        }
        let fetched = async {
            let mut response = self.client.get(url).send().await.ok()?.error_for_status().ok()?;
            let mut bytes = Vec::new();
            while let Some(chunk) = response.chunk().await.ok()? {
                if bytes.len() + chunk.len() > most {
                    return None;
                }
                bytes.extend_from_slice(&chunk);
            }
            response.status().is_success().then_some(bytes)
        };
        tokio::time::timeout_at(deadline.min(Instant::now() + ATTEMPT), fetched).await.ok().flatten()
    }

    async fn once(&self, call: &Call) -> reqwest::Result<Sent> {
        let mut request = self.client.request(call.method.clone(), format!("{}{}", self.base, call.path));
        request = request.header("Authorization", self.authorization.expose_secret());
        if let Some(body) = &call.body {
            let (kind, bytes) = if call.files.is_empty() {
                ("application/json".to_owned(), body.to_string().into_bytes())
            } else {
                form(body, &call.files)
            };
            request = request.header("Content-Type", kind).body(bytes);
        }
        let response = request.send().await.map_err(reqwest::Error::without_url)?;
        let status = response.status();
        let seconds = |name: &str| {
            let value = response.headers().get(name)?.to_str().ok()?.trim().parse::<f64>().ok()?;
            Duration::try_from_secs_f64(value).ok()
        };
        let (after, reset) = (seconds("retry-after"), seconds("x-ratelimit-reset-after"));
        let is_empty = response.headers().get("x-ratelimit-remaining").is_some_and(|left| left == "0");
        let is_global = response.headers().contains_key("x-ratelimit-global");
        let bytes = response.bytes().await.map_err(reqwest::Error::without_url)?;
        // An HTML page from a proxy in between is not JSON; its status says enough.
        let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if status.as_u16() == 429 {
            let named =
                value["retry_after"].as_f64().and_then(|value| Duration::try_from_secs_f64(value).ok());
            let after = after.max(named);
            if let Some(after) = after {
                let global = is_global || value["global"].as_bool() == Some(true);
                self.wait(if global { Some(GLOBAL) } else { call.bucket.as_deref() }, after);
            }
            return Ok(Sent::Later { status: 429, after });
        }
        if is_empty && let Some(reset) = reset {
            self.wait(call.bucket.as_deref(), reset);
        }
        if status.is_success() {
            return Ok(Sent::Done(value));
        }
        if status.is_server_error() {
            return Ok(Sent::Later { status: status.as_u16(), after });
        }
        Ok(Sent::Failed(failure(status.as_u16(), value["code"].as_u64().unwrap_or_default())))
    }

    fn wait(&self, bucket: Option<&str>, after: Duration) {
        let Some(bucket) = bucket else { return };
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if waits.len() >= 1024 {
            waits.retain(|_, until| *until > now);
        }
        waits.insert(bucket.to_owned(), now + after);
    }

    /// Returns until when this request has to wait. The global limit does not apply to interactions.
    fn wait_of(&self, call: &Call) -> Option<Instant> {
        let bucket = call.bucket.as_deref()?;
        let waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        let until = waits.get(bucket).max(waits.get(GLOBAL)).copied()?;
        (until > Instant::now()).then_some(until)
    }
}

/// Returns the media type and the bytes of a multipart body with files (RFC 7578).
fn form(body: &Value, files: &[File]) -> (String, Vec<u8>) {
    let mut body = body.clone();
    let told = files.iter().enumerate().map(|(id, file)| {
        let mut told = serde_json::json!({"id": id, "filename": file.name});
        if !file.alt.is_empty() {
            told["description"] = Value::from(file.alt.as_str());
        }
        told
    });
    body["attachments"] = told.collect();
    let body = body.to_string().into_bytes();
    // The boundary is a hash of all parts, so no part can contain it.
    let mut hash = blake3::Hasher::new();
    hash.update(&body);
    files.iter().for_each(|file| {
        hash.update(&file.bytes);
    });
    let boundary = hash.finalize().to_hex();
    let mut out = Vec::new();
    let mut part = |name: &str, kind: &str, bytes: &[u8]| {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name={name}\r\nContent-Type: {kind}\r\n\r\n"
        );
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(bytes);
        out.extend_from_slice(b"\r\n");
    };
    part("\"payload_json\"", "application/json", &body);
    for (id, file) in files.iter().enumerate() {
        part(&format!("\"files[{id}]\"; filename=\"{}\"", file.name), file.kind, &file.bytes);
    }
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), out)
}

/// The key of the limit for all requests except interactions.
const GLOBAL: &str = "global";

/// The outcome of one attempt.
enum Sent {
    Done(Value),
    Failed(Failure),
    Later { status: u16, after: Option<Duration> },
}

/// Returns what a refusal means; the codes are Discord's (topics/opcodes-and-status-codes).
const fn failure(status: u16, code: u64) -> Failure {
    match (status, code) {
        (_, 40060) => Failure::Already,
        (_, 200_000 | 200_001) => Failure::Blocked,
        (_, 10003 | 10008 | 10015 | 10062 | 50027) | (404, _) => Failure::Gone(code),
        (403, _) | (_, 50001 | 50007 | 50013 | 160_002) => Failure::Forbidden(code),
        (401, _) => Failure::Unauthorized,
        _ => Failure::Refused { status, code },
    }
}
