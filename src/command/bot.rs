//! The settings of the bot: what `serve` starts with and `check` tells of. Each is looked at in one place, so that both say the same.

use anyhow::Context as _;
use secrecy::SecretString;
use tokio::net::TcpListener;

use rapporteur::config::Config;
use rapporteur::discord::Operators;
use rapporteur::discord::client::Api;
use rapporteur::discord::serve;
use rapporteur::discord::settings::Store;
use rapporteur::log;

use super::Usage;

/// The Discord that the settings name.
pub(super) enum Account {
    /// One of our own on this machine: there is no token for another.
    Embedded,
    /// The real one, or the one of the settings, with a token for it.
    Given { api: Api, token: SecretString },
}

/// What is told of a secret that others can read.
pub(super) type Exposed = Option<&'static str>;

/// Which Discord it is, with the token for it, and whether others can read that.
pub(super) fn account(config: &Config) -> anyhow::Result<(Account, Exposed)> {
    let api = match &config.bot.api_base {
        Some(base) => {
            Api::parse(base).map_err(|error| Usage(format!("setting `DISCORD_API_BASE`: {error}")))?
        }
        None => Api::discord(),
    };
    let dotenv = config
        .bot
        .exposed
        .then_some("others than its owner can read `.env`, which holds the token; `chmod 600 .env`");
    let Some(source) = &config.bot.token else {
        if api.is_discord() {
            return Ok((Account::Embedded, dotenv));
        }
        let text = "`DISCORD_API_BASE` is set, but neither DISCORD_TOKEN nor DISCORD_TOKEN_FILE";
        return Err(Usage(text.to_owned()).into());
    };
    let (token, open) = source.read()?;
    let file = open.then_some("others than its owner can read the token file; `chmod 600` it");
    Ok((Account::Given { api, token }, file.or(dotenv)))
}

/// Who may change what all servers see. In an embedded Discord that is whoever manages a server there, unless somebody is named.
pub(super) fn operators(config: &Config) -> anyhow::Result<Operators> {
    let named = config.bot.operators.as_deref().map(Operators::parse).transpose();
    let named = named.map_err(|error| Usage(format!("setting `RAPPORTEUR_OPERATORS`: {error}")))?;
    let default = if config.bot.token.is_some() { Operators::NOBODY } else { Operators::Everybody };
    Ok(named.unwrap_or(default))
}

/// What is logged.
pub(super) fn filter(config: &Config) -> anyhow::Result<&str> {
    let filter = config.bot.log.as_str();
    let text = "setting `RAPPORTEUR_LOG` is no filter such as `info` or `info,rapporteur::discord=debug`";
    if log::is_filter(filter) { Ok(filter) } else { Err(Usage(text.to_owned()).into()) }
}

/// Whether servers' settings can be kept.
pub(super) fn settings(config: &Config) -> anyhow::Result<()> {
    Store::check(&config.bot.settings).context("setting `RAPPORTEUR_SETTINGS`")
}

/// Whether metrics can be served, where they are to be.
pub(super) async fn metrics(config: &Config) -> anyhow::Result<()> {
    match config.bot.metrics {
        Some(address) => serve::check_metrics(address).await.context("setting `RAPPORTEUR_METRICS`"),
        None => Ok(()),
    }
}

/// Where the reading room listens, where it is to be open: any free port will do where none is set and the usual one is taken.
pub(super) async fn room(config: &Config) -> anyhow::Result<Option<TcpListener>> {
    let Some(address) = config.web.address else { return Ok(None) };
    let mut listener = TcpListener::bind(address).await;
    if listener.is_err() && !config.web.is_set {
        listener = TcpListener::bind((address.ip(), 0)).await;
    }
    let listener =
        listener.with_context(|| format!("setting `RAPPORTEUR_WEB`: nothing can be served at `{address}`"));
    listener.map(Some)
}
