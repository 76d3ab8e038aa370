//! Starts the bot, keeps it connected, and stops it in such a way that nobody is left without an answer.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle as Thread;
use std::time::Duration;

use anyhow::Context as _;
use secrecy::SecretString;
use serenity::all::{ClientBuilder, GatewayError};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::account::REFUSED;
use super::bot::{Bot, Probe};
use super::client::{self, Api, INTENTS};
use super::failure::Failure;
use super::follow;
use super::follows::Follows;
use super::framework::Guard;
use super::health;
use super::metrics::Metrics;
use super::news;
use super::operator::Operators;
use super::reports::Reports;
use super::rest::{Call, LAST_WORDS, Rest};
use super::settings::Store;
use super::shards::Shards;
use crate::fetch::Fetcher;
use crate::library::Library;
use crate::watch::Watch;

/// The first and the longest pause before reconnecting. Discord allows 1000 sessions a day.
const PAUSE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));
/// The time after which the next shard may begin.
const TURN: Duration = Duration::from_millis(5500);
/// How often expired entries are removed from the stores in memory.
const TIDY: Duration = Duration::from_secs(60);

/// What a bot needs to start.
pub struct Options {
    /// The location of Discord's API.
    pub api: Api,
    /// The bot's token.
    pub token: SecretString,
    /// The folder with the settings of the servers and who follows what; the same for all processes of a bot.
    pub settings: PathBuf,
    /// The shards to run; `None` for all.
    pub shards: Option<Shards>,
    /// Who may change what all servers see.
    pub operators: Operators,
    /// What to index, and how to keep the index up to date.
    pub watch: Watch,
    /// The address to serve health and metrics at; `None` to serve neither.
    pub metrics: Option<SocketAddr>,
    /// Fetches pages and feeds.
    pub fetcher: Fetcher,
    /// The public address of the reading room, without a trailing `/`, if it has one: quotes link to their
    /// pages there.
    pub site: Option<String>,
    /// Called before each piece of work, in tests.
    pub probe: Option<Probe>,
}

/// Why a bot cannot continue.
#[derive(Debug, thiserror::Error)]
pub enum Fatal {
    /// Discord does not accept the token.
    #[error("{REFUSED}")]
    Token,
    /// Discord rejects the session that the bot asks for.
    #[error("Discord rejects the session: {0}")]
    Session(&'static str),
    /// Something failed on this machine.
    #[error(transparent)]
    Here(#[from] anyhow::Error),
}

/// A running bot.
pub struct Running {
    bot: Arc<Bot>,
    metrics: Option<SocketAddr>,
    /// `None` once it has ended.
    connection: Option<JoinHandle<Result<(), Fatal>>>,
    keeper: Thread<()>,
}

/// Starts a bot, which connects, and reconnects when needed, by itself.
///
/// # Errors
/// If something on this machine cannot be used: the settings folder or the address for metrics.
pub async fn start(options: Options) -> anyhow::Result<Running> {
    let Options { api, token, settings, shards, operators, watch, metrics: address, fetcher, site, probe } =
        options;
    let (kept, reports) = (settings.join("follows.redb"), Reports::of(&settings));
    let settings = Store::open(&settings, shards)?;
    let follows = Follows::open(&kept, shards.is_some())?;
    let stop = CancellationToken::new();
    let metrics = Arc::new(Metrics::default());
    let (_, client) = client::client(&api, &token)?;
    let rest = Rest::new(client, &api, &token, Arc::clone(&metrics), stop.clone());
    let (library, keeper) = Library::open(watch).context("the indexing thread cannot be started")?;
    let kept = (follows, reports);
    let bot = Arc::new(Bot::new(
        rest, library, settings, kept, shards, operators, metrics, fetcher, site, stop, probe,
    ));
    let metrics = match address {
        Some(address) => Some(health::serve(Arc::clone(&bot), address).await?),
        None => None,
    };
    tokio::spawn(tidy(Arc::clone(&bot)));
    if bot.leads() {
        tokio::spawn(news::feeds(Arc::clone(&bot)));
        tokio::spawn(follow::note(Arc::clone(&bot)));
        tokio::spawn(follow::tell(Arc::clone(&bot)));
    }
    let connection = tokio::spawn(connect(Arc::clone(&bot), api, token));
    Ok(Running { bot, metrics, connection: Some(connection), keeper })
}

/// Checks whether health and metrics could be served at this address now.
///
/// # Errors
/// As for [`start`].
pub async fn check_metrics(address: SocketAddr) -> anyhow::Result<()> {
    health::listen(address).await.map(drop)
}

impl Running {
    /// Returns the shared state of the bot.
    #[must_use]
    pub const fn bot(&self) -> &Arc<Bot> {
        &self.bot
    }

    /// Returns the address at which health and metrics are served; `None` if they are not.
    #[must_use]
    pub const fn metrics(&self) -> Option<SocketAddr> {
        self.metrics
    }

    /// Waits until the bot cannot continue, and returns the reason; after the first time, never returns.
    pub async fn ended(&mut self) -> Fatal {
        let Some(connection) = &mut self.connection else { return std::future::pending().await };
        let ended = connection.await;
        self.connection = None;
        match ended {
            Ok(Err(fatal)) => fatal,
            Ok(Ok(())) => Fatal::Here(anyhow::anyhow!("the connection was closed")),
            Err(error) => Fatal::Here(error.into()),
        }
    }

    /// Stops the bot: no new events are taken, answers in progress are finished or abandoned within
    /// [`LAST_WORDS`], and the index is left as it is.
    pub async fn stop(self) {
        let Self { bot, connection, keeper, .. } = self;
        bot.stop.cancel();
        bot.library.stop();
        let ended = async {
            // No new events from here on; earlier ones are still answered.
            if let Some(connection) = connection {
                let _ = connection.await;
            }
            bot.tasks.close();
            bot.tasks.wait().await;
        };
        if tokio::time::timeout(LAST_WORDS + Duration::from_secs(1), ended).await.is_err() {
            tracing::warn!(tasks = bot.tasks.len(), "answers were abandoned");
        }
        let closed = Arc::clone(&bot);
        let _ = tokio::task::spawn_blocking(move || closed.follows.close()).await;
        let joined = tokio::task::spawn_blocking(move || keeper.join());
        if !matches!(tokio::time::timeout(Duration::from_secs(2), joined).await, Ok(Ok(Ok(())))) {
            tracing::warn!("the indexing did not end in time; it resumes at the next start");
        }
        tracing::info!("stopped");
    }
}

/// Connects, and reconnects until the bot stops.
async fn connect(bot: Arc<Bot>, api: Api, token: SecretString) -> Result<(), Fatal> {
    let mut pause = PAUSE.0;
    while !bot.stop.is_cancelled() {
        let begun = Instant::now();
        if let Some(part) = bot.part {
            // All processes may start at the same moment, but Discord lets one shard begin at a time.
            tokio::select! {
                () = tokio::time::sleep(TURN * part.first) => {}
                () = bot.stop.cancelled() => return Ok(()),
            }
        }
        match session(&bot, &api, &token).await {
            Ok(()) => return Ok(()),
            Err(Lost::For(fatal)) => return Err(fatal),
            Err(Lost::Now(error)) => {
                tracing::warn!(
                    cause = format!("{error:#}"),
                    seconds = pause.as_secs(),
                    "not connected; trying again"
                );
            }
        }
        if begun.elapsed() > PAUSE.1 {
            pause = PAUSE.0;
        }
        // Add jitter, so that many bots do not reconnect at the same moment.
        let jitter = Duration::from_millis(u64::from(begun.elapsed().subsec_nanos()) % 1000);
        tokio::select! {
            () = tokio::time::sleep(pause + jitter) => {}
            () = bot.stop.cancelled() => {}
        }
        pause = (pause * 2).min(PAUSE.1);
    }
    Ok(())
}

/// Why a session ended.
enum Lost {
    /// Trying again makes no sense.
    For(Fatal),
    /// Trying again may help.
    Now(anyhow::Error),
}

async fn session(bot: &Arc<Bot>, api: &Api, token: &SecretString) -> Result<(), Lost> {
    // If this request fails, serenity would fall back to the real Discord.
    let gateway = match bot.rest.send(&Call::gateway(), Instant::now() + Duration::from_secs(60)).await {
        Ok(gateway) => gateway,
        Err(Failure::Unauthorized) => return Err(Lost::For(Fatal::Token)),
        Err(failure) => return Err(Lost::Now(failure.into())),
    };
    let url = gateway["url"]
        .as_str()
        .context("the address of the gateway is unknown")
        .map_err(Lost::Now)?
        .to_owned();
    if !api.is_gateway(&url) {
        return Err(Lost::Now(anyhow::anyhow!("the gateway is on another host than the API")));
    }
    let (http, _) = client::client(api, token).map_err(|error| Lost::Now(error.without_url().into()))?;
    let building = ClientBuilder::new_with_http(http, INTENTS).framework(Guard::new(Arc::clone(bot)));
    let mut client = building.await.map_err(lost)?;
    *client.ws_url.lock().await = url;
    let shards = Arc::clone(&client.shard_manager);
    *bot.shards.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&shards));
    let part = bot.part;
    let run = async {
        match part {
            None => client.start_autosharded().await,
            // Despite its type, this range includes its end.
            Some(Shards { first, last, of }) => client.start_shard_range(first..last, of).await,
        }
    };
    tokio::select! {
        ended = run => match ended {
            Ok(()) if bot.stop.is_cancelled() => Ok(()),
            Ok(()) => Err(Lost::Now(anyhow::anyhow!("the gateway closed all sessions"))),
            Err(error) => Err(lost(error)),
        },
        () = bot.stop.cancelled() => {
            shards.shutdown_all().await;
            Ok(())
        }
    }
}

/// Returns what an error of serenity means. The error's text is dropped: it may contain addresses and
/// received data.
fn lost(error: serenity::Error) -> Lost {
    use serenity::Error;
    match error {
        Error::Gateway(GatewayError::InvalidAuthentication | GatewayError::NoAuthentication) => {
            Lost::For(Fatal::Token)
        }
        Error::Http(serenity::http::HttpError::UnsuccessfulRequest(response))
            if response.status_code.as_u16() == 401 =>
        {
            Lost::For(Fatal::Token)
        }
        Error::Gateway(GatewayError::DisallowedGatewayIntents) => {
            Lost::For(Fatal::Session("an intent is not allowed"))
        }
        Error::Gateway(GatewayError::InvalidGatewayIntents) => {
            Lost::For(Fatal::Session("an intent is not known"))
        }
        Error::Gateway(GatewayError::InvalidShardData) => Lost::For(Fatal::Session("the shard is not known")),
        Error::Gateway(GatewayError::OverloadedShard) => {
            Lost::For(Fatal::Session("too many servers for one shard"))
        }
        Error::Gateway(_) => Lost::Now(anyhow::anyhow!("the gateway failed")),
        Error::Http(_) => Lost::Now(anyhow::anyhow!("Discord cannot be reached")),
        _ => Lost::Now(anyhow::anyhow!("the connection failed")),
    }
}

async fn tidy(bot: Arc<Bot>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(TIDY) => {
                bot.cooldowns.tidy();
                bot.given.tidy();
            }
            () = bot.stop.cancelled() => return,
        }
    }
}
