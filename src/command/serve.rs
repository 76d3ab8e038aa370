//! `rapporteur serve`

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use rapporteur::config::Config;
use rapporteur::console;
use rapporteur::discord::client::Api;
use rapporteur::discord::serve::{self, Fatal, Options, Running};
use rapporteur::fetch::Fetcher;
use rapporteur::log;
use rapporteur::simulator::{self, Simulator};
use rapporteur::watch::{Wake, Watch};
use rapporteur::web;

use super::bot::{self, Account};

#[derive(Debug, Default, clap::Args)]
#[command(
    after_help = "The bot's token comes from DISCORD_TOKEN or DISCORD_TOKEN_FILE, never from an argument, where other users could read it. \
                  Without a token the bot runs on an embedded Discord on this machine.\nSIGTERM and SIGINT stop it, SIGHUP looks for new \
                  articles."
)]
pub(super) struct ServeOptions {
    #[command(flatten)]
    places: super::Places,
}

pub(super) fn run(options: &ServeOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    super::start_pool(config.threads);
    log::start(bot::filter(&config)?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(config.threads.clamp(2, 8))
        .enable_all()
        .build()
        .context("the threads of the bot cannot be started")?;
    runtime.block_on(serve(&config))
}

async fn serve(config: &Config) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::new()?;
    let (account, exposed) = bot::account(config)?;
    if let Some(exposed) = exposed {
        tracing::warn!("{exposed}");
    }
    let operators = bot::operators(config)?;
    bot::settings(config)?;
    bot::metrics(config).await?;
    let room = bot::room(config)?;
    // Cancelled when this function returns, which also stops the web servers.
    let pages = CancellationToken::new();
    let _guard = pages.clone().drop_guard();
    // The embedded Discord must live as long as the bot runs on it.
    let (api, token, _embedded) = match account {
        Account::Given { api, token } => (api, token, None),
        Account::Embedded => {
            let (api, token, embedded) = embedded(config.web.has_desktop, pages.clone()).await?;
            (api, token, Some(embedded))
        }
    };
    let watch = Watch::new(super::index::job(config));
    let mut running = serve::start(Options {
        api,
        token,
        settings: config.bot.settings.clone(),
        shards: config.bot.shards,
        operators,
        watch,
        metrics: config.bot.metrics,
        fetcher: Fetcher::default(),
        site: room.as_ref().and(config.web.public.clone()),
        probe: None,
    })
    .await?;
    if let Some(listener) = room {
        let public = config.web.public.clone();
        let seen = public.clone();
        let library = Arc::clone(running.bot().library());
        let address = web::serve(web::Options { listener, public, library, stop: pages.clone() })?;
        tracing::info!(%address, public = seen.as_deref(), "the reading room is open");
        writeln!(io::stderr(), "The reading room is at http://{address}/")?;
    }
    loop {
        tokio::select! {
            signal = signals.next() => match signal {
                Signal::Reindex => {
                    running.bot().library().wake(Wake::Changed);
                }
                Signal::Stop => {
                    stop(running, signals).await;
                    return Ok(ExitCode::SUCCESS);
                }
            },
            fatal = running.ended() => {
                stop(running, signals).await;
                let status = if matches!(fatal, Fatal::Token) { 2 } else { 3 };
                writeln!(io::stderr(), "rapporteur: {}", super::told(&fatal.into()))?;
                return Ok(ExitCode::from(status));
            }
        }
    }
}

/// Stops the bot; a second signal stops at once.
async fn stop(running: Running, mut signals: Signals) {
    let hurry = async {
        loop {
            if matches!(signals.next().await, Signal::Stop) {
                return;
            }
        }
    };
    tokio::select! {
        () = running.stop() => {}
        () = hurry => tracing::warn!("stopped at once"),
    }
}

/// Starts an embedded Discord and returns it with its token.
async fn embedded(
    has_desktop: bool,
    stop: CancellationToken,
) -> anyhow::Result<(Api, SecretString, Simulator)> {
    let embedded = Simulator::start(simulator::Options::default()).await;
    let embedded = embedded.context("the embedded Discord cannot be started on loopback")?;
    console::furnish(&embedded);
    let console = console::serve(embedded.clone(), 0, stop).await;
    let console = console.context("the page of the embedded Discord cannot be served on loopback")?;
    let mut err = io::stderr();
    writeln!(
        err,
        "No DISCORD_TOKEN is set: the bot runs on an embedded Discord on this machine, whose API at {} serves only this bot.\n\
         Talk to it here: http://{console}/\n\n\
         To run it on the real Discord:\n\
         1. create an application at https://discord.com/developers/applications, and press `Reset Token` on its page `Bot`;\n\
         2. put the token into `.env` in the folder where you start this: DISCORD_TOKEN=…\n\
         3. invite it with the address that `rapporteur invite` prints.\n",
        embedded.base(),
    )?;
    if has_desktop && io::stdout().is_terminal() {
        // If no browser opens, the address was printed above.
        let _ = opener::open_browser(format!("http://{console}/"));
    }
    let api = Api::parse(&embedded.base())?;
    let token = SecretString::from(embedded.token().to_owned());
    Ok((api, token, embedded))
}

/// What a signal requests.
enum Signal {
    Stop,
    Reindex,
}

#[cfg(unix)]
struct Signals {
    term: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.term.recv() => Signal::Stop,
            _ = self.interrupt.recv() => Signal::Stop,
            _ = self.hangup.recv() => Signal::Reindex,
        }
    }
}

/// Other systems have only Ctrl-C.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Signal {
        // If the handler cannot be installed, Ctrl-C ends the process anyway.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Signal::Stop
    }
}
