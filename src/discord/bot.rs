//! State shared by all parts of the bot.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::thread;
use std::time::Instant;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serenity::all::{ConnectionStage, ShardManager};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::cooldown::Cooldowns;
use super::follows::Follows;
use super::given::Given;
use super::metrics::Metrics;
use super::operator::Operators;
use super::page::Reader;
use super::reports::Reports;
use super::rest::Rest;
use super::seen::Seen;
use super::settings::Store;
use super::shards::Shards;
use crate::fetch::Fetcher;
use crate::index::QuoteIndex;
use crate::library::Library;

/// The kinds of work that [`Probe`] is called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A command or a message is answered.
    Answer,
    /// Suggestions are looked up.
    Complete,
    /// A button click is answered.
    Click,
    /// An event that needs no answer.
    Event,
}

/// Called before each piece of work. Tests use it to panic or to wait, and observe how the bot copes.
pub type Probe = Arc<dyn Fn(Work) + Send + Sync>;

/// The framework's context of a command.
pub(super) type Context<'a> = poise::ApplicationContext<'a, Arc<Bot>, anyhow::Error>;

/// The bot's identity on Discord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Me {
    /// The id of its application.
    pub application: u64,
    /// The id of its user.
    pub user: u64,
}

/// The shared state of a running bot.
pub struct Bot {
    pub(super) rest: Rest,
    pub(super) library: Arc<Library>,
    pub(super) settings: Store,
    /// Who follows what.
    pub(super) follows: Follows,
    /// What readers say is wrong.
    pub(super) reports: Reports,
    /// Notified when there are new quotes for followers.
    pub(super) news: Notify,
    /// The shards of this process; `None` for all.
    pub(super) part: Option<Shards>,
    /// Who may change what all servers see.
    pub(super) operators: Operators,
    pub(super) cooldowns: Cooldowns,
    pub(super) seen: Seen,
    pub(super) metrics: Arc<Metrics>,
    /// Fetches pages and feeds.
    pub(super) fetcher: Fetcher,
    /// The public address of the reading room.
    site: Option<Arc<str>>,
    pub(super) me: OnceLock<Me>,
    pub(super) synced: CancellationToken,
    /// Locked while stale commands of one server are removed, so that this happens for one server at a time.
    pub(super) tidying: tokio::sync::Mutex<()>,
    /// The servers the bot is in; for each, the roles that Discord created for bots, keyed by the bot's user
    /// id.
    pub(super) roles: RwLock<HashMap<u64, HashMap<u64, u64>>>,
    /// The answers to the most recent messages.
    pub(super) given: Given,
    /// The current gateway sessions.
    pub(super) shards: RwLock<Option<Arc<ShardManager>>>,
    /// Tasks in progress; stopping waits for them.
    pub(super) tasks: TaskTracker,
    pub(super) stop: CancellationToken,
    pub(super) started: Instant,
    probe: Option<Probe>,
    /// Limits how many questions are looked up at once. More would only take processor time from questions
    /// that still have to be acknowledged.
    lookups: Semaphore,
}

impl Bot {
    #[expect(clippy::too_many_arguments, reason = "the parts of one bot, put together once")]
    pub(super) fn new(
        rest: Rest,
        library: Arc<Library>,
        settings: Store,
        (follows, reports): (Follows, Reports),
        part: Option<Shards>,
        operators: Operators,
        metrics: Arc<Metrics>,
        fetcher: Fetcher,
        site: Option<String>,
        stop: CancellationToken,
        probe: Option<Probe>,
    ) -> Self {
        Self {
            rest,
            library,
            settings,
            follows,
            reports,
            news: Notify::new(),
            part,
            operators,
            cooldowns: Cooldowns::default(),
            seen: Seen::new(4096),
            metrics,
            fetcher,
            site: site.map(Arc::from),
            me: OnceLock::new(),
            synced: CancellationToken::new(),
            tidying: tokio::sync::Mutex::default(),
            roles: RwLock::default(),
            given: Given::new(1024),
            shards: RwLock::default(),
            tasks: TaskTracker::new(),
            stop,
            started: Instant::now(),
            probe,
            lookups: Semaphore::new(thread::available_parallelism().map_or(1, usize::from)),
        }
    }

    /// Returns the counters.
    #[must_use]
    pub const fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// Returns the index together with its watcher.
    #[must_use]
    pub const fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// Returns once Discord's list of commands is the bot's own.
    pub async fn is_synced(&self) {
        self.synced.cancelled().await;
    }

    /// Returns whether this process does what must be done only once for all processes of the bot.
    pub(super) fn leads(&self) -> bool {
        self.part.is_none_or(Shards::leads)
    }

    /// Returns what applies to a reader in a server, or in direct messages: the settings and the public
    /// address.
    pub(super) fn reader(&self, guild: Option<u64>) -> Reader {
        Reader { settings: self.settings.get(guild), site: self.site.clone() }
    }

    pub(super) fn probe(&self, work: Work) {
        if let Some(probe) = &self.probe {
            probe(work);
        }
    }

    /// Runs `work` on the current index, in a thread that may block; returns `None` if there is no index yet.
    pub(super) async fn with_index<T: Send + 'static>(
        &self,
        work: impl FnOnce(&QuoteIndex) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<Option<T>> {
        let _permit = self.lookups.acquire().await?;
        let Some(index) = self.library.index() else { return Ok(None) };
        let _answering = self.library.answering();
        match tokio::task::spawn_blocking(move || work(&index)).await {
            Ok(done) => done.map(Some),
            Err(error) => match error.try_into_panic() {
                // Resume the panic, so that the guard around the event handles it.
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => Err(error.into()),
            },
        }
    }

    /// Returns how many shards are connected.
    pub(super) async fn connected(&self) -> u64 {
        let shards = self.shards.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(shards) = shards else { return 0 };
        let runners = shards.runners.lock().await;
        runners.values().filter(|runner| runner.stage == ConnectionStage::Connected).count() as u64
    }

    /// Returns the values that are not counters: name, help text, value.
    pub(super) async fn gauges(&self) -> Vec<(&'static str, &'static str, u64)> {
        let (articles, quotes) = self.library.index().map_or((0, 0), |index| {
            let state = index.state();
            (state.articles, state.quotes)
        });
        vec![
            ("articles", "Articles on record", articles),
            ("quotes", "Quotes on record, as printed", quotes),
            ("shards", "Shards connected", self.connected().await),
            ("uptime_seconds", "Seconds since the start", self.started.elapsed().as_secs()),
        ]
    }
}

/// Returns the current day in UTC, because the bot's readers are in every time zone.
pub(super) fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}
