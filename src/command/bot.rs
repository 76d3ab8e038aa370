//! The settings of the bot, as `serve` uses them and `check` reports them. Each is checked in one place, so
//! that both agree.

use anyhow::Context as _;
use secrecy::SecretString;
use tokio::net::TcpListener;

use rapporteur::config::Config;
use rapporteur::discord::Operators;
use rapporteur::discord::client::Api;
use rapporteur::discord::serve;
use rapporteur::discord::settings::Store;
use rapporteur::log;
use rapporteur::loopback;

use super::Usage;

/// The Discord that the settings select.
pub(super) enum Account {
    /// The embedded one on this machine, because no token is set.
    Embedded,
    /// The real one, or the server named in the settings, with its token.
    Given { api: Api, token: SecretString },
}

/// The warning about a secret that other users can read, if there is one.
pub(super) type Exposed = Option<&'static str>;

/// Returns the Discord to use with its token, and a warning if other users can read the token.
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
        .then_some("other users can read `.env`, which holds the token; run `chmod 600 .env`");
    let Some(source) = &config.bot.token else {
        if api.is_discord() {
            return Ok((Account::Embedded, dotenv));
        }
        let text = "`DISCORD_API_BASE` is set, but neither DISCORD_TOKEN nor DISCORD_TOKEN_FILE";
        return Err(Usage(text.to_owned()).into());
    };
    let (token, open) = source.read()?;
    let file = open.then_some("other users can read the token file; run `chmod 600` on it");
    Ok((Account::Given { api, token }, file.or(dotenv)))
}

/// Returns who may change what all servers see. On the embedded Discord these are the people who manage a
/// server there, unless the setting names someone.
pub(super) fn operators(config: &Config) -> anyhow::Result<Operators> {
    let named = config.bot.operators.as_deref().map(Operators::parse).transpose();
    let named = named.map_err(|error| Usage(format!("setting `RAPPORTEUR_OPERATORS`: {error}")))?;
    let default = if config.bot.token.is_some() { Operators::NOBODY } else { Operators::Everybody };
    Ok(named.unwrap_or(default))
}

/// Returns the log filter, checked.
pub(super) fn filter(config: &Config) -> anyhow::Result<&str> {
    let filter = config.bot.log.as_str();
    let text = "setting `RAPPORTEUR_LOG` is not a filter such as `info` or `info,rapporteur::discord=debug`";
    if log::is_filter(filter) { Ok(filter) } else { Err(Usage(text.to_owned()).into()) }
}

/// Checks that the servers' settings can be stored.
pub(super) fn settings(config: &Config) -> anyhow::Result<()> {
    Store::check(&config.bot.settings).context("setting `RAPPORTEUR_SETTINGS`")
}

/// Checks that the metrics can be served, if they are switched on.
pub(super) async fn metrics(config: &Config) -> anyhow::Result<()> {
    match config.bot.metrics {
        Some(address) => serve::check_metrics(address).await.context("setting `RAPPORTEUR_METRICS`"),
        None => Ok(()),
    }
}

/// Binds the reading room's listener; `None` if it is switched off. Without a setting, any free port is used
/// if the default one is taken.
pub(super) fn room(config: &Config) -> anyhow::Result<Option<TcpListener>> {
    let Some(address) = config.web.address else { return Ok(None) };
    let mut listener = loopback::listen(address);
    if listener.is_err() && !config.web.is_set {
        listener = loopback::listen((address.ip(), 0).into());
    }
    let listener =
        listener.with_context(|| format!("setting `RAPPORTEUR_WEB`: nothing can be served at `{address}`"));
    listener.map(Some)
}
