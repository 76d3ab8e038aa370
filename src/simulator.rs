//! What would Discord do? An embedded Discord on loopback: REST interface and gateway, in process.
//!
//! A state machine after Discord's reference, not canned answers: interactions must be acknowledged within 3 seconds, tokens live 15
//! minutes, ephemeral messages are seen by one person, text is withheld from a bot without the message-content intent, limits and
//! permissions are enforced with Discord's error codes, sessions can be resumed and are told what they missed. The clock can be set,
//! and whatever goes wrong on the real one can be made to go wrong here ([`Rule`]). A [`Simulator`] is the base of the tests that
//! drive the real bot, and of the bot run without a token.
//!
//! Reads and writes over `http://` and `ws://` on 127.0.0.1 only, for whoever has the random token of this run and for no page of
//! a browser; of requests without the token no body is read and nothing is kept. What the bot does against the protocol is kept in
//! [`Simulator::faults`]; a good run leaves it empty.
//!
//! Limits: one application; no voice, emojis, polls, webhooks other than an interaction's, nor Components V2; requests to
//! what is not served get 404 and are noted as a fault. Rate limits are those seen in practice, not promised by Discord.

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

/// What the bot opens: REST requests many at once, a socket a shard.
const LIMITS: Limits = Limits { connections: 512, headers: Duration::from_secs(30), whole: None };

/// The application's id in Base64: the first of a token's three parts.
const TOKEN: &str = "MTEwMDAwMDAwMDAwMDAwMDAwMA";

/// How a simulator is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port of 127.0.0.1; 0 for any that is free.
    pub port: u16,
    /// The bot's name.
    pub name: String,
    /// What the gateway asks for; Discord's is 41.25 seconds.
    pub heartbeat: Duration,
    /// Shards asked for by `GET /gateway/bot`; 1 or more.
    pub shards: u64,
    /// The time in which one IDENTIFY is allowed.
    pub identify_gap: Duration,
    /// IDENTIFYs allowed a day; one more resets the token.
    pub identifies: u32,
    /// Privileged intents switched on, as bits: members 2, presences 256, message content 32768.
    pub privileged_intents: u64,
    /// A file to which each request is appended as a line of JSON.
    pub log: Option<PathBuf>,
    /// Whether the log holds the answers too.
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

/// A random word of 44 letters and digits.
fn random() -> io::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| io::Error::other("the system has no random numbers"))?;
    Ok(blake3::hash(&bytes).to_hex().chars().take(44).collect())
}

/// What the handle and the server's tasks share.
struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<()>,
    ended: CancellationToken,
}

impl Shared {
    /// Looks at the state or changes it, and wakes whoever waits for a change.
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let result = act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_replace(());
        result
    }

    /// Looks at the state without waking anybody.
    fn look<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A handle on an embedded Discord, which ends when the last handle is dropped.
#[derive(Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
    base: String,
    token: String,
    _guard: Arc<DropGuard>,
}

impl Simulator {
    /// Starts an embedded Discord with nobody in it but the bot.
    ///
    /// # Errors
    /// Where the port is taken, the log cannot be opened, or the system has no random numbers for a token.
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
            token_life: 15 * 60 * 1000,
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

    /// Ends it: open requests and sockets are cut.
    pub fn stop(&self) {
        self.shared.ended.cancel();
    }

    /// Returns where it is: `http://127.0.0.1:PORT`, with the REST interface below `/api/v10`.
    #[must_use]
    pub fn base(&self) -> String {
        self.base.clone()
    }

    /// Returns the token that is accepted: a random one of this run.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Waits until `look` finds something, at most `within` of the machine's time.
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

    /// Waits until the bot has a session with a socket; false where it has none within that time.
    pub async fn online(&self, within: Duration) -> bool {
        self.until(within, |state| (state.sessions.online() > 0).then_some(())).await.is_some()
    }

    /// Waits until the bot has registered a command of this name, of whatever kind.
    pub async fn has_command(&self, name: &str, within: Duration) -> bool {
        let look = |state: &mut State| state.commands.iter().any(|c| c.name() == name).then_some(());
        self.until(within, look).await.is_some()
    }

    /// Returns the registered commands, translations included.
    #[must_use]
    pub fn commands(&self) -> Vec<serde_json::Value> {
        self.shared.look(|state| state.commands.iter().map(|command| command.json(true)).collect())
    }

    /// Returns what the bot did against the protocol, oldest first.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.shared.look(|state| state.faults.clone())
    }

    /// Returns the faults and forgets them.
    pub fn take_faults(&self) -> Vec<Fault> {
        self.shared.look(|state| std::mem::take(&mut state.faults))
    }

    /// Returns the requests so far, oldest first: of many the newest that take [`MEMORY`](Self::MEMORY) bytes. Requests without the
    /// bot's token or one of an interaction are not among them.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.look(|state| state.requests.iter().cloned().collect())
    }

    /// Bytes of memory that the remembered requests may take, about.
    pub const MEMORY: usize = world::MEMORY;

    /// Returns how many requests were refused because they had no token that was ever given out; nothing else is kept of them.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.shared.look(|state| state.refused)
    }

    /// Waits until `enough` is content with the requests so far, at most `within`; false where it never was.
    pub async fn requested(&self, within: Duration, enough: impl Fn(&Request) -> bool) -> bool {
        self.until(within, |state| state.requests.iter().any(&enough).then_some(())).await.is_some()
    }

    /// Returns how many requests count as invalid for Discord. Ten thousand in ten minutes bar the address.
    #[must_use]
    pub fn invalid_requests(&self) -> usize {
        self.shared.look(|state| {
            let remembered = state.requests.iter().filter(|request| request.invalid).count();
            remembered + usize::try_from(state.refused).unwrap_or(usize::MAX)
        })
    }

    /// Returns a receiver that is marked as changed whenever something may have happened.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<()> {
        self.shared.changed.subscribe()
    }

    /// Sets the clock ahead.
    pub fn advance(&self, by: Duration) {
        self.shared.with(|state| state.clock.advance(by));
    }

    /// Sets the clock to a time, in milliseconds of Unix time.
    pub fn set_now(&self, now: i64) {
        self.shared.with(|state| state.clock.set(now));
    }

    /// Returns the clock's time, in milliseconds of Unix time.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.shared.look(|state| state.clock.now())
    }
}
