//! Settings in two steps: [`Env`] is what was written in the environment and `.env`, [`Config`] what was checked. The only reader
//! of the environment.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use secrecy::{ExposeSecret as _, SecretString};

/// A setting that cannot be used. The message names it and the way out.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A name that no setting has.
    #[error("unknown setting `{name}`{}; .env.example lists all", suggestion.map(|known| format!(", perhaps `{known}`")).unwrap_or_default())]
    Unknown {
        /// The name as written.
        name: String,
        /// The setting that comes nearest.
        suggestion: Option<&'static str>,
    },
    /// A value of the wrong form.
    #[error("setting `{name}`: `{value}` is not {expected}")]
    Malformed {
        /// The setting.
        name: &'static str,
        /// The value as written.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A token that is none. Its value is not shown.
    #[error(
        "setting `{name}` is no bot token (three parts joined by dots); copy it from the page `Bot` of your application at https://discord.com/developers/applications"
    )]
    Token {
        /// The setting.
        name: &'static str,
    },
    /// Two settings that exclude each other.
    #[error("settings `{0}` and `{1}` are both set; keep one")]
    Both(&'static str, &'static str),
    /// A file named by a setting that cannot be read.
    #[error("setting `{name}`: `{}` cannot be read", path.display())]
    Unreadable {
        /// The setting.
        name: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// A `.env` that is no list of `NAME=value`.
    #[error("`.env`: {0}")]
    DotEnv(#[from] dotenvy::Error),
}

/// Every setting by its name; `.env.example` says what each means.
pub const SETTINGS: &[&str] = &[
    "RAPPORTEUR_CORPUS",
    "RAPPORTEUR_INDEX",
    "RAPPORTEUR_THREADS",
    "RAPPORTEUR_LIMIT",
    "DISCORD_TOKEN",
    "DISCORD_TOKEN_FILE",
    "DISCORD_API_BASE",
    "RAPPORTEUR_SETTINGS",
    "RAPPORTEUR_METRICS",
    "RAPPORTEUR_LOG",
];

/// What was written, unchecked.
#[derive(Clone, Default)]
pub struct Env {
    values: BTreeMap<String, String>,
    token: Option<SecretString>,
    no_color: bool,
    dumb_terminal: bool,
}

impl Env {
    /// Reads the process environment, and `.env` in `folder` for what the environment does not set.
    ///
    /// # Errors
    /// [`ConfigError::DotEnv`] where `.env` is there and cannot be read or parsed.
    pub fn read(folder: &Path) -> Result<Self, ConfigError> {
        let mut values = BTreeMap::new();
        match dotenvy::from_path_iter(folder.join(".env")) {
            Ok(lines) => {
                for line in lines {
                    let (name, value) = line?;
                    values.insert(name, value);
                }
            }
            Err(dotenvy::Error::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        for (name, value) in std::env::vars_os() {
            // What is no text stays so visibly, and is then no number and no path either.
            let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
            values.insert(text(name), text(value));
        }
        Ok(Self::from_values(values))
    }

    /// Returns the settings among `values`, by name.
    #[must_use]
    pub fn from_values(values: BTreeMap<String, String>) -> Self {
        let no_color = values.get("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb_terminal = values.get("TERM").is_some_and(|term| term == "dumb");
        // Others use names that begin with DISCORD_ as well.
        let is_ours = |name: &str| name.starts_with("RAPPORTEUR_") || SETTINGS.contains(&name);
        let mut values: BTreeMap<String, String> =
            values.into_iter().filter(|(name, _)| is_ours(name)).collect();
        let token = values.remove("DISCORD_TOKEN").map(SecretString::from);
        Self { values, token, no_color, dumb_terminal }
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Env")
            .field("values", &self.values)
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

/// Settings, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Corpus folders and files.
    pub corpus: Vec<PathBuf>,
    /// The index directory.
    pub index: PathBuf,
    /// Threads to use, at least 1.
    pub threads: usize,
    /// Quotes an answer shows at most, 1 to 100.
    pub limit: usize,
    /// Whether a terminal may be sent colours.
    pub colour: bool,
    /// What only the bot needs.
    pub bot: Bot,
}

/// Settings of the bot.
#[derive(Clone, Debug)]
pub struct Bot {
    /// Where its token comes from, where there is one.
    pub token: Option<TokenSource>,
    /// The address of a Discord-compatible server as written; `None` for Discord itself.
    pub api_base: Option<String>,
    /// The folder of the servers' settings.
    pub settings: PathBuf,
    /// Where health and metrics are served; on loopback. `None` for nowhere.
    pub metrics: Option<SocketAddr>,
    /// What is logged.
    pub log: String,
}

/// Where a token is.
#[derive(Clone, Debug)]
pub enum TokenSource {
    /// It was given.
    Given(SecretString),
    /// It is the first line of this file.
    File(PathBuf),
}

impl TokenSource {
    /// Returns the token, and whether others than its owner may read its file.
    ///
    /// # Errors
    /// [`ConfigError::Token`] and [`ConfigError::Unreadable`].
    pub fn read(&self) -> Result<(SecretString, bool), ConfigError> {
        match self {
            Self::Given(token) => Ok((token_of(token.expose_secret(), "DISCORD_TOKEN")?, false)),
            Self::File(path) => {
                let name = "DISCORD_TOKEN_FILE";
                let unreadable = |source| ConfigError::Unreadable { name, path: path.clone(), source };
                let text = SecretString::from(fs::read_to_string(path).map_err(unreadable)?);
                let line = text.expose_secret().lines().next().unwrap_or_default();
                Ok((token_of(line, name)?, is_readable_by_others(path)))
            }
        }
    }
}

/// Checks the form of a token: `Bot ` before it is no part of it.
fn token_of(text: &str, name: &'static str) -> Result<SecretString, ConfigError> {
    let text = text.trim();
    let text = text.strip_prefix("Bot ").unwrap_or(text).trim();
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if text.split('.').count() == 3 && text.split('.').all(is_part) && text.len() <= 200 {
        Ok(SecretString::from(text.to_owned()))
    } else {
        Err(ConfigError::Token { name })
    }
}

#[cfg(unix)]
fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

/// Elsewhere permissions are not told by a mode.
#[cfg(not(unix))]
fn is_readable_by_others(_path: &Path) -> bool {
    false
}

impl Config {
    /// Checks what was written. An empty value counts as not set.
    ///
    /// # Errors
    /// [`ConfigError::Unknown`] and [`ConfigError::Malformed`], for the first setting in alphabetical order.
    pub fn new(env: &Env) -> Result<Self, ConfigError> {
        if let Some(name) = env.values.keys().find(|name| !SETTINGS.contains(&name.as_str())) {
            let suggestion = SETTINGS.iter().copied().min_by_key(|known| strsim::levenshtein(known, name));
            let suggestion = suggestion.filter(|known| strsim::levenshtein(known, name) <= 4);
            return Err(ConfigError::Unknown { name: name.clone(), suggestion });
        }
        let get =
            |name: &'static str| env.values.get(name).map(String::as_str).filter(|value| !value.is_empty());
        Ok(Self {
            corpus: get("RAPPORTEUR_CORPUS")
                .map_or_else(|| vec![PathBuf::from("corpus")], |list| std::env::split_paths(list).collect()),
            index: PathBuf::from(get("RAPPORTEUR_INDEX").unwrap_or(".rapporteur/index")),
            threads: match get("RAPPORTEUR_THREADS") {
                Some(value) => number("RAPPORTEUR_THREADS", value, 1, 1024, "a number from 1 to 1024")?,
                None => thread::available_parallelism().map_or(1, NonZeroUsize::get),
            },
            limit: match get("RAPPORTEUR_LIMIT") {
                Some(value) => number("RAPPORTEUR_LIMIT", value, 1, 100, "a number from 1 to 100")?,
                None => 5,
            },
            colour: !env.no_color && !env.dumb_terminal,
            bot: Bot {
                token: match (&env.token, get("DISCORD_TOKEN_FILE")) {
                    (Some(token), file) if !token.expose_secret().trim().is_empty() => {
                        if file.is_some() {
                            return Err(ConfigError::Both("DISCORD_TOKEN", "DISCORD_TOKEN_FILE"));
                        }
                        Some(TokenSource::Given(token.clone()))
                    }
                    (_, file) => file.map(|path| TokenSource::File(PathBuf::from(path))),
                },
                api_base: get("DISCORD_API_BASE").map(str::to_owned),
                settings: PathBuf::from(get("RAPPORTEUR_SETTINGS").unwrap_or(".rapporteur/settings")),
                metrics: get("RAPPORTEUR_METRICS").map(loopback).transpose()?,
                log: get("RAPPORTEUR_LOG").unwrap_or("info").to_owned(),
            },
        })
    }
}

/// An address on loopback: what is served there is not protected.
fn loopback(value: &str) -> Result<SocketAddr, ConfigError> {
    let address = value.trim().parse().ok().filter(|address: &SocketAddr| address.ip().is_loopback());
    address.ok_or_else(|| ConfigError::Malformed {
        name: "RAPPORTEUR_METRICS",
        value: value.to_owned(),
        expected: "a loopback address with a port, such as 127.0.0.1:9464",
    })
}

fn number(
    name: &'static str,
    value: &str,
    least: usize,
    most: usize,
    expected: &'static str,
) -> Result<usize, ConfigError> {
    let number = value.trim().parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| ConfigError::Malformed { name, value: value.to_owned(), expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let values = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::new(&Env::from_values(values))
    }

    #[test]
    fn defaults_stand_where_nothing_is_set() {
        let config = config(&[("RAPPORTEUR_LIMIT", ""), ("PATH", "/bin")]).expect("all defaults");
        assert_eq!(config.corpus, [PathBuf::from("corpus")]);
        assert_eq!(config.limit, 5);
        assert!(config.colour && config.threads >= 1);
    }

    #[test]
    fn a_bad_setting_is_named() {
        let error = config(&[("RAPPORTEUR_LIMITS", "3")]).expect_err("no such setting");
        assert_eq!(
            error.to_string(),
            "unknown setting `RAPPORTEUR_LIMITS`, perhaps `RAPPORTEUR_LIMIT`; .env.example lists all"
        );
        let error = config(&[("RAPPORTEUR_LIMIT", "many")]).expect_err("no number");
        assert_eq!(error.to_string(), "setting `RAPPORTEUR_LIMIT`: `many` is not a number from 1 to 100");
        assert!(config(&[("RAPPORTEUR_THREADS", "0")]).is_err());
    }

    #[test]
    fn a_token_is_never_shown() {
        let made_up = "bm90LWEtcmVhbC10b2tlbg.canary.canary-canary-canary";
        let env = Env::from_values([("DISCORD_TOKEN".to_owned(), made_up.to_owned())].into());
        let read = Config::new(&env).expect("a token of the right form");
        assert!(!format!("{env:?} {read:?}").contains("canary"));
        let (token, open) = read.bot.token.expect("a token").read().expect("a token");
        assert!(token.expose_secret() == made_up && !open);
        for wrong in ["canary", "canary canary.b.c", "a.b.c.canary", "canary..x"] {
            let read = config(&[("DISCORD_TOKEN", wrong)]).expect("read when it is needed");
            let error = read.bot.token.expect("set").read().expect_err("no token");
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
        assert!(config(&[("DISCORD_TOKEN", " ")]).expect("blank is not set").bot.token.is_none());
        assert!(config(&[("DISCORD_TOKEN", "a.b.c"), ("DISCORD_TOKEN_FILE", "x")]).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_token_file_that_others_can_read_is_noticed() {
        use std::os::unix::fs::PermissionsExt as _;
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), "Bot aa.bb.cc\n").expect("written");
        let source = TokenSource::File(file.path().to_owned());
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o600)).expect("set");
        assert!(source.read().is_ok_and(|(token, open)| token.expose_secret() == "aa.bb.cc" && !open));
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).expect("set");
        assert!(source.read().is_ok_and(|(_, open)| open));
        let missing = TokenSource::File(PathBuf::from("no/such/file")).read().expect_err("not there");
        assert!(missing.to_string().contains("no/such/file"));
    }

    #[test]
    fn metrics_stay_on_this_machine() {
        assert!(config(&[("RAPPORTEUR_METRICS", "127.0.0.1:9464")]).is_ok());
        assert!(config(&[("RAPPORTEUR_METRICS", "0.0.0.0:9464")]).is_err());
    }

    #[test]
    fn no_color_counts_when_not_empty() {
        assert!(config(&[("NO_COLOR", "")]).expect("fine").colour);
        assert!(!config(&[("NO_COLOR", "1")]).expect("fine").colour);
        assert!(!config(&[("TERM", "dumb")]).expect("fine").colour);
    }
}
