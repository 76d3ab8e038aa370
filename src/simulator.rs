//! What would Discord do? An embedded Discord on loopback: REST interface and gateway, in process.
//!
//! It is a state machine that follows Discord's reference, not a list of canned answers. Interactions must be
//! acknowledged within 3 seconds; their tokens live 15 minutes; an ephemeral message is visible to one
//! person; message text is withheld from a bot without the message-content intent; limits and permissions are
//! enforced with Discord's error codes; a resumed session receives the events it missed. The clock can be
//! moved forward, and the failures of the real Discord can be injected ([`Rule`]). A [`Simulator`] is used by
//! the tests that drive the real bot, and when the bot runs without a token.
//!
//! It serves `http://` and `ws://` on 127.0.0.1 only, to clients that hold this run's random token, and never
//! to a page in a browser. For a request without the token it reads no body and keeps nothing. Protocol
//! violations by the bot are collected in [`Simulator::faults`]; after a good run it is empty.
//!
//! Limits: there is one application, and there are no voice channels, emojis, polls, webhooks other than an
//! interaction's, or Components V2. A request to an endpoint that is not implemented gets 404 and is recorded
//! as a fault. The rate limits are those observed in practice; Discord does not promise them.

mod choice;
mod clock;
mod command;
mod component;
mod field;
mod file;
mod form;
mod gateway;
mod impossible;
mod interact;
mod interaction;
mod limit;
mod log;
mod mention;
mod message;
mod object;
mod outcome;
mod people;
pub mod permission;
mod place;
mod refusal;
mod rest;
mod route;
mod rule;
mod session;
mod trouble;
mod world;

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, OpenOptions};
use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

pub use clock::Id;
pub use impossible::Impossible;
pub use outcome::{Outcome, text};

pub use rule::{Delivery, Mishap, Rule, Scope};
pub use world::{Fault, File, Request};

use crate::loopback::{self, Limits};
use world::{APPLICATION, Kept, Sessions, State};

/// Enough for the bot's many concurrent REST requests and one socket per shard.
const LIMITS: Limits = Limits { connections: 512, headers: Duration::from_secs(30), whole: None };

/// The application's id in Base64: the first of a token's three parts.
const TOKEN: &str = "MTEwMDAwMDAwMDAwMDAwMDAwMA";

/// The settings of a simulator.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port of 127.0.0.1; 0 for any that is free.
    pub port: u16,
    /// The bot's name.
    pub name: String,
    /// The heartbeat interval announced by the gateway; Discord's is 41.25 seconds.
    pub heartbeat: Duration,
    /// The number of shards that `GET /gateway/bot` recommends; 1 or more.
    pub shards: u64,
    /// The time that must pass between two IDENTIFYs.
    pub identify_gap: Duration,
    /// IDENTIFYs allowed per day; one more resets the token.
    pub identifies: u32,
    /// The privileged intents that are switched on, as bits: members 2, presences 256, message content 32768.
    pub privileged_intents: u64,
    /// A file to which each request is appended as one line of JSON.
    pub log: Option<PathBuf>,
    /// Whether the log also holds the responses.
    pub log_answers: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            port: 0,
            name: "Rapporteur".to_owned(),
            heartbeat: Duration::from_millis(41_250),
            shards: 1,
            identify_gap: Duration::from_secs(5),
            identifies: 1000,
            privileged_intents: 0,
            log: None,
            log_answers: false,
        }
    }
}

/// Returns 44 random hexadecimal digits.
fn random() -> io::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| io::Error::other("the system has no random numbers"))?;
    Ok(blake3::hash(&bytes).to_hex().chars().take(44).collect())
}

/// The state shared by the handles and the server's tasks.
struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<()>,
    ended: CancellationToken,
}

impl Shared {
    /// Reads or changes the state, then wakes everyone waiting for a change.
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let result = act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_replace(());
        result
    }

    /// Reads the state without waking anyone.
    fn look<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A handle to an embedded Discord, which stops when the last handle is dropped.
#[derive(Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
    base: String,
    token: String,
    _guard: Arc<DropGuard>,
}

impl Simulator {
    /// Starts an embedded Discord whose only user is the bot.
    ///
    /// # Errors
    /// If the port is taken, the log cannot be opened, or the system provides no random numbers for a token.
    pub async fn start(options: Options) -> io::Result<Simulator> {
        let log: Option<fs::File> = match &options.log {
            Some(path) => Some(OpenOptions::new().create(true).append(true).open(path)?),
            None => None,
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let base = format!("http://{}", listener.local_addr()?);
        let sessions = Sessions::new(
            options.heartbeat,
            options.shards.max(1),
            options.identify_gap,
            options.privileged_intents,
            options.identifies,
        );
        let (token, secret) = (random()?, random()?);
        let (short, long) = token.split_at(6);
        let token = format!("{TOKEN}.{short}.{long}");
        let mut state = State {
            secret,
            clock: clock::Clock::default(),
            base: base.clone(),
            token: token.clone(),
            name: options.name.clone(),
            users: BTreeMap::new(),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            files: BTreeMap::new(),
            typing: BTreeMap::new(),
            commands: Vec::new(),
            creates: HashMap::new(),
            interactions: BTreeMap::new(),
            tokens: HashMap::new(),
            sessions,
            rules: rule::Rules::default(),
            buckets: limit::Buckets::default(),
            faults: Vec::new(),
            requests: Kept::default(),
            refused: 0,
            log,
            log_answers: options.log_answers,
        };
        state.user(APPLICATION, &options.name, true);
        let ended = CancellationToken::new();
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            changed: watch::Sender::new(()),
            ended: ended.clone(),
        });
        let served = shared.clone();
        let server = loopback::serve(listener, LIMITS, ended.clone(), move |cut, request| {
            rest::serve(served.clone(), cut, request)
        });
        tokio::spawn(server);
        let guard = Arc::new(ended.drop_guard());
        Ok(Simulator { shared, base, token, _guard: guard })
    }

    /// Stops the simulator; open requests and sockets are cut.
    pub fn stop(&self) {
        self.shared.ended.cancel();
    }

    /// Returns its address, `http://127.0.0.1:PORT`; the REST API is under `/api/v10`.
    #[must_use]
    pub fn base(&self) -> String {
        self.base.clone()
    }

    /// Returns the bot token, which is random and new for each run.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Waits until `look` returns something, for at most `within` of real time.
    async fn until<T>(&self, within: Duration, mut look: impl FnMut(&mut State) -> Option<T>) -> Option<T> {
        let mut changes = self.shared.changed.subscribe();
        let search = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = self.shared.look(&mut look) {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(within, search).await.ok().flatten()
    }

    /// Waits until the bot has a session with an open socket; false if it has none within that time.
    pub async fn online(&self, within: Duration) -> bool {
        self.until(within, |state| (state.sessions.online() > 0).then_some(())).await.is_some()
    }

    /// Waits until the bot has registered a command with this name, of any type.
    pub async fn has_command(&self, name: &str, within: Duration) -> bool {
        let look = |state: &mut State| state.commands.iter().any(|c| c.name() == name).then_some(());
        self.until(within, look).await.is_some()
    }

    /// Returns the registered commands, translations included.
    #[must_use]
    pub fn commands(&self) -> Vec<serde_json::Value> {
        self.shared.look(|state| state.commands.iter().map(|command| command.json(true)).collect())
    }

    /// Returns the bot's violations of the protocol, oldest first.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.shared.look(|state| state.faults.clone())
    }

    /// Returns the faults and clears them.
    pub fn take_faults(&self) -> Vec<Fault> {
        self.shared.look(|state| std::mem::take(&mut state.faults))
    }

    /// Returns the requests so far, oldest first. Only the newest are kept, up to about
    /// [`MEMORY`](Self::MEMORY) bytes. Requests without the bot's token or an interaction's token are not
    /// included.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.look(|state| state.requests.iter().cloned().collect())
    }

    /// The approximate limit on the memory used by recorded requests, in bytes.
    pub const MEMORY: usize = world::MEMORY;

    /// Returns how many requests were refused for lack of a valid token; nothing else about them is kept.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.shared.look(|state| state.refused)
    }

    /// Waits until some request satisfies `enough`, for at most `within`; false if none did.
    pub async fn requested(&self, within: Duration, enough: impl Fn(&Request) -> bool) -> bool {
        self.until(within, |state| state.requests.iter().any(&enough).then_some(())).await.is_some()
    }

    /// Returns how many requests Discord would count as invalid. Discord bans an address after ten thousand
    /// of them within ten minutes.
    #[must_use]
    pub fn invalid_requests(&self) -> usize {
        self.shared.look(|state| {
            let remembered = state.requests.iter().filter(|request| request.invalid).count();
            remembered + usize::try_from(state.refused).unwrap_or(usize::MAX)
        })
    }

    /// Returns a receiver that is marked as changed whenever the state may have changed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<()> {
        self.shared.changed.subscribe()
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.shared.with(|state| state.clock.advance(by));
    }

    /// Returns the clock's time, in milliseconds of Unix time.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.shared.look(|state| state.clock.now())
    }
}
