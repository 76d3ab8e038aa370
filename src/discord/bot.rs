//! What every part of the bot shares.

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
use super::rest::Rest;
use super::seen::Seen;
use super::settings::Store;
use crate::fetch::Fetcher;
use crate::index::QuoteIndex;
use crate::library::Library;

/// Work that can be watched from outside: what [`Probe`] is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A command or a message is answered.
    Answer,
    /// Suggestions are looked up.
    Complete,
    /// A button is answered.
    Click,
    /// An event without an answer.
    Event,
}

/// Is called before each piece of work. Tests panic here, or wait: what then happens is the bot's own doing.
pub type Probe = Arc<dyn Fn(Work) + Send + Sync>;

/// The framework's view of a command.
pub(super) type Context<'a> = poise::ApplicationContext<'a, Arc<Bot>, anyhow::Error>;

/// Who the bot is on Discord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Me {
    /// Its application.
    pub application: u64,
    /// Its user.
    pub user: u64,
}

/// The bot: what its parts share.
pub struct Bot {
    pub(super) rest: Rest,
    pub(super) library: Arc<Library>,
    pub(super) settings: Store,
    /// Who follows what.
    pub(super) follows: Follows,
    /// Told when there is something new for them.
    pub(super) news: Notify,
    /// Who may change what all servers see.
    pub(super) operators: Operators,
    pub(super) cooldowns: Cooldowns,
    pub(super) seen: Seen,
    pub(super) metrics: Arc<Metrics>,
    /// What fetches pages and feeds.
    pub(super) fetcher: Fetcher,
    /// The public address of the reading room.
    site: Option<Arc<str>>,
    pub(super) me: OnceLock<Me>,
    pub(super) synced: CancellationToken,
    /// Held while the commands of one server are looked at.
    pub(super) tidying: tokio::sync::Mutex<()>,
    /// The servers the bot is on, each with the roles that Discord made for bots, by bot.
    pub(super) roles: RwLock<HashMap<u64, HashMap<u64, u64>>>,
    /// What was answered to the last messages.
    pub(super) given: Given,
    /// The sessions of now.
    pub(super) shards: RwLock<Option<Arc<ShardManager>>>,
    /// What is under way; a stop waits for it.
    pub(super) tasks: TaskTracker,
    pub(super) stop: CancellationToken,
    pub(super) started: Instant,
    probe: Option<Probe>,
    /// Questions that are looked up at once. More would only take the processor from those that still have to be acknowledged.
    lookups: Semaphore,
}

impl Bot {
    #[expect(clippy::too_many_arguments, reason = "the parts of one bot, put together once")]
    pub(super) fn new(
        rest: Rest,
        library: Arc<Library>,
        settings: Store,
        follows: Follows,
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
            news: Notify::new(),
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

    /// Returns the index and its keeper.
    #[must_use]
    pub const fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// Returns once the commands that Discord shows are ours.
    pub async fn is_synced(&self) {
        self.synced.cancelled().await;
    }

    /// What is read where: in a server, or in direct messages.
    pub(super) fn reader(&self, guild: Option<u64>) -> Reader {
        Reader { settings: self.settings.get(guild), site: self.site.clone() }
    }

    pub(super) fn probe(&self, work: Work) {
        if let Some(probe) = &self.probe {
            probe(work);
        }
    }

    /// Runs `work` on the index that answers now, off the threads that serve connections; `None` where there is no index yet.
    pub(super) async fn with_index<T: Send + 'static>(
        &self,
        work: impl FnOnce(&QuoteIndex) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<Option<T>> {
        let _permit = self.lookups.acquire().await?;
        let Some(index) = self.library.index() else { return Ok(None) };
        match tokio::task::spawn_blocking(move || work(&index)).await {
            Ok(done) => done.map(Some),
            Err(error) => match error.try_into_panic() {
                // A panic goes on to whoever guards the event.
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => Err(error.into()),
            },
        }
    }

    /// How many shards are connected.
    pub(super) async fn connected(&self) -> u64 {
        let shards = self.shards.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(shards) = shards else { return 0 };
        let runners = shards.runners.lock().await;
        runners.values().filter(|runner| runner.stage == ConnectionStage::Connected).count() as u64
    }

    /// The values that are no counters: name, help, value.
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

/// The day it is, in UTC: the bot's readers are in every time zone.
pub(super) fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}
