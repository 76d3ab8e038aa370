//! Which settings apply? They are read in two steps: [`Env`] holds what the environment and `.env` say,
//! [`Config`] the checked values. No other module reads the environment.

mod dotenv;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use secrecy::{ExposeSecret as _, SecretString};

use crate::discord::Shards;
use crate::index::quickwit::{Address, Share};
use crate::meaning::Meaning;
use crate::secret;

pub use dotenv::Broken;

/// A setting that cannot be used. The message names it and says what to do. It never repeats text from
/// `.env`, and repeats values of the environment only without anything that could be a token.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// An unknown name.
    #[error("{}{}; .env.example lists all", unknown(name.as_deref(), *line), suggestion.map(|known| format!(", perhaps `{known}`")).unwrap_or_default())]
    Unknown {
        /// The name, if it may be shown.
        name: Option<String>,
        /// The line of `.env` that sets it.
        line: Option<usize>,
        /// The setting with the most similar name.
        suggestion: Option<&'static str>,
    },
    /// A value with the wrong format.
    #[error("{} is not {expected}", value.as_ref().map_or_else(|| place(name, *line), |value| format!("{}: `{value}`", place(name, *line))))]
    Malformed {
        /// The setting.
        name: &'static str,
        /// The line of `.env` that sets it.
        line: Option<usize>,
        /// The part of the value that may be shown; `None` for a value from `.env`.
        value: Option<String>,
        /// What the value should be.
        expected: &'static str,
    },
    /// A value that is not a token. It is not shown.
    #[error(
        "setting `{name}` is not a bot token (three parts joined by dots); copy it from the page `Bot` of your application at https://discord.com/developers/applications"
    )]
    Token {
        /// The setting.
        name: &'static str,
    },
    /// A token in a setting whose value may be shown.
    #[error(
        "{} holds what looks like a bot token, which belongs in DISCORD_TOKEN; it is not shown here",
        place(name, *line)
    )]
    Misplaced {
        /// The setting.
        name: &'static str,
        /// The line of `.env` that sets it.
        line: Option<usize>,
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
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// A `.env` that cannot be read.
    #[error("`.env` cannot be read")]
    DotEnvUnreadable(#[source] io::Error),
    /// A line of `.env` that cannot be used.
    #[error("`.env`, line {line}{}: {why}", setting.map(|name| format!(", `{name}`")).unwrap_or_default())]
    DotEnv {
        /// The line, counted from 1.
        line: usize,
        /// The setting that the line begins with.
        setting: Option<&'static str>,
        /// What is wrong with it.
        why: Broken,
    },
}

/// Formats a setting and where it is set.
fn place(name: &str, line: Option<usize>) -> String {
    match line {
        Some(line) => format!("setting `{name}` (`.env`, line {line})"),
        None => format!("setting `{name}`"),
    }
}

/// Formats an unknown name and where it is set.
fn unknown(name: Option<&str>, line: Option<usize>) -> String {
    let place = line.map(|line| format!("`.env`, line {line}: ")).unwrap_or_default();
    let name = name.map(|name| format!(" `{name}`")).unwrap_or_default();
    format!("{place}unknown setting{name}")
}

/// Returns what may be shown of an unknown name. A name in `.env` could be part of a token, unless its
/// letters are all upper case or all lower case.
fn shown_name(name: &str, in_dotenv: bool) -> Option<String> {
    let are_all = |is_case: fn(&u8) -> bool| name.bytes().all(|byte| byte == b'_' || is_case(&byte));
    let is_plain = are_all(u8::is_ascii_uppercase) || are_all(u8::is_ascii_lowercase);
    (is_plain || !in_dotenv).then(|| secret::shown(name))
}

/// Every setting by its name; `.env.example` says what each means.
pub const SETTINGS: &[&str] = &[
    "RAPPORTEUR_CORPUS",
    "RAPPORTEUR_INDEX",
    "RAPPORTEUR_STORE",
    "RAPPORTEUR_SHARE",
    "RAPPORTEUR_THREADS",
    "RAPPORTEUR_LIMIT",
    "RAPPORTEUR_MEANING",
    "DISCORD_TOKEN",
    "DISCORD_TOKEN_FILE",
    "DISCORD_API_BASE",
    "RAPPORTEUR_OPERATORS",
    "RAPPORTEUR_SETTINGS",
    "RAPPORTEUR_SHARDS",
    "RAPPORTEUR_METRICS",
    "RAPPORTEUR_WEB",
    "PUBLIC_URL",
    "RAPPORTEUR_LOG",
];

/// The settings as written, unchecked.
#[derive(Clone, Default)]
pub struct Env {
    values: BTreeMap<String, Written>,
    token: Option<SecretString>,
    /// Whether `.env` holds a token and other users can read the file.
    exposed: bool,
    no_color: bool,
    dumb_terminal: bool,
    has_desktop: bool,
}

/// A value, and its line if it comes from `.env`.
#[derive(Clone)]
struct Written {
    value: String,
    line: Option<usize>,
}

impl Env {
    /// Reads the process environment, and `.env` in `folder` for settings that the environment does not have.
    ///
    /// # Errors
    /// [`ConfigError::DotEnvUnreadable`] and [`ConfigError::DotEnv`] if `.env` exists but cannot be used.
    pub fn read(folder: &Path) -> Result<Self, ConfigError> {
        let path = folder.join(".env");
        let mut values = BTreeMap::new();
        match fs::read(&path) {
            Ok(bytes) => {
                for line in dotenv::parse(&bytes, |name| is_ours(name, true))? {
                    values.insert(line.name, Written { value: line.value, line: Some(line.number) });
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(ConfigError::DotEnvUnreadable(error)),
        }
        let holds_token = values.get("DISCORD_TOKEN").is_some_and(|token| !token.value.trim().is_empty());
        let exposed = holds_token && is_readable_by_others(&path);
        for (name, value) in std::env::vars_os() {
            // Invalid UTF-8 stays visible as replacement characters and is then rejected as a value.
            let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
            values.insert(text(name), Written { value: text(value), line: None });
        }
        Ok(Self { exposed, ..Self::from_written(values) })
    }

    /// Returns the settings in `values`, by name, as if they came from the environment.
    #[cfg(test)]
    fn from_values(values: BTreeMap<String, String>) -> Self {
        let written = |(name, value)| (name, Written { value, line: None });
        Self::from_written(values.into_iter().map(written).collect())
    }

    fn from_written(mut values: BTreeMap<String, Written>) -> Self {
        let no_color = values.get("NO_COLOR").is_some_and(|written| !written.value.is_empty());
        let dumb_terminal = values.get("TERM").is_some_and(|written| written.value == "dumb");
        let is_set = |name| values.get(name).is_some_and(|written| !written.value.is_empty());
        let has_screen =
            cfg!(any(windows, target_os = "macos")) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
        let has_desktop = has_screen && !is_set("SSH_CONNECTION");
        values.retain(|name, written| is_ours(name, written.line.is_some()));
        let token = values.remove("DISCORD_TOKEN").map(|written| SecretString::from(written.value));
        Self { values, token, exposed: false, no_color, dumb_terminal, has_desktop }
    }
}

/// Whether a name is or was meant to be one of our settings: it differs from a setting by at most two
/// letters, ignoring case, or begins with our prefix. Names that begin with `DISCORD_` count only in `.env`;
/// in the environment they may belong to other programs.
fn is_ours(name: &str, in_dotenv: bool) -> bool {
    let name = name.to_ascii_uppercase();
    name.starts_with("RAPPORTEUR_")
        || (in_dotenv && name.starts_with("DISCORD_"))
        || nearest(&name).is_some_and(|(_, distance)| distance <= 2)
}

/// Returns the setting with the most similar name, and how many letters differ.
fn nearest(name: &str) -> Option<(&'static str, usize)> {
    SETTINGS.iter().map(|known| (*known, strsim::levenshtein(known, name))).min_by_key(|near| near.1)
}

impl fmt::Debug for Env {
    /// Shows no values: a secret may be in the wrong setting.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> =
            SETTINGS.iter().copied().filter(|name| self.values.contains_key(*name)).collect();
        f.debug_struct("Env").field("set", &names).field("token", &self.token).finish_non_exhaustive()
    }
}

/// The settings, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Corpus folders and files.
    pub corpus: Vec<PathBuf>,
    /// The index directory.
    pub index: PathBuf,
    /// The archive that answers; `None` if the index on this disk does.
    pub store: Option<Address>,
    /// Which of the sources this machine indexes.
    pub share: Share,
    /// Threads to use, at least 1.
    pub threads: usize,
    /// Maximum number of quotes in an answer, 1 to 100.
    pub limit: usize,
    /// Whether and how the ranking uses the meaning of texts.
    pub meaning: Meaning,
    /// Whether output to a terminal may have colours.
    pub colour: bool,
    /// Settings that only the bot needs.
    pub bot: Bot,
    /// Settings of the reading room.
    pub web: Web,
}

/// Settings of the reading room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Web {
    /// Where it listens; `None` if it is switched off. Without a public address this is always on loopback.
    pub address: Option<SocketAddr>,
    /// Whether the address was set. If not, any free port will do.
    pub is_set: bool,
    /// The public origin, such as `https://quotes.example`, without a final slash.
    pub public: Option<String>,
    /// Whether a browser can be opened on the user's desktop.
    pub has_desktop: bool,
}

/// Settings of the bot.
#[derive(Clone, Debug)]
pub struct Bot {
    /// Where the token comes from, if there is one.
    pub token: Option<TokenSource>,
    /// The address of a Discord-compatible server as written; `None` for Discord itself.
    pub api_base: Option<String>,
    /// Whether `.env` holds the token and other users can read the file.
    pub exposed: bool,
    /// Who may change what all servers see, as written; `None` for nobody.
    pub operators: Option<String>,
    /// The folder for the servers' settings.
    pub settings: PathBuf,
    /// The shards that this process runs; `None` for all, in the number that Discord recommends.
    pub shards: Option<Shards>,
    /// Where health and metrics are served, always on loopback; `None` if they are not.
    pub metrics: Option<SocketAddr>,
    /// The log filter.
    pub log: String,
}

/// Where a token is.
#[derive(Clone, Debug)]
pub enum TokenSource {
    /// The token itself.
    Given(SecretString),
    /// The first line of this file.
    File(PathBuf),
}

impl TokenSource {
    /// Returns the token, and whether other users can read its file.
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

/// Checks the format of a token; a leading `Bot ` is removed.
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

/// Returns false: other systems have no file mode to check.
#[cfg(not(unix))]
fn is_readable_by_others(_path: &Path) -> bool {
    false
}

impl Config {
    /// Checks the settings. An empty value counts as not set.
    ///
    /// # Errors
    /// [`ConfigError::Unknown`], [`ConfigError::Misplaced`], [`ConfigError::Malformed`] and
    /// [`ConfigError::Both`], each for the first such setting in alphabetical order.
    pub fn new(env: &Env) -> Result<Self, ConfigError> {
        if let Some((name, written)) = env.values.iter().find(|(name, _)| !SETTINGS.contains(&name.as_str()))
        {
            let near = nearest(&name.to_ascii_uppercase()).filter(|(_, distance)| *distance <= 4);
            return Err(ConfigError::Unknown {
                name: shown_name(name, written.line.is_some()),
                line: written.line,
                suggestion: near.map(|(known, _)| known),
            });
        }
        for name in SETTINGS {
            if let Some(written) = env.values.get(*name).filter(|written| secret::holds_token(&written.value))
            {
                return Err(ConfigError::Misplaced { name, line: written.line });
            }
        }
        let get = |name: &'static str| {
            let written = env.values.get(name).filter(|written| !written.value.is_empty());
            written.map(|written| Setting { name, written })
        };
        let path = |name, default: &'static str| PathBuf::from(get(name).map_or(default, Setting::text));
        let text = |name| get(name).map(|setting| setting.text().to_owned());
        Ok(Self {
            corpus: get("RAPPORTEUR_CORPUS").map_or_else(
                || vec![PathBuf::from("corpus")],
                |list| std::env::split_paths(list.text()).collect(),
            ),
            index: path("RAPPORTEUR_INDEX", ".rapporteur/index"),
            store: match get("RAPPORTEUR_STORE") {
                Some(setting) => Some(setting.text().parse().map_err(|()| {
                    setting.malformed(
                        "`quickwit+http://host:7280` or `quickwit+http://host:7280/prefix`, with a prefix of letters, digits, `-` and `_` \
                         that begins with a letter",
                    )
                })?),
                None => None,
            },
            share: match get("RAPPORTEUR_SHARE") {
                Some(setting) => setting
                    .text()
                    .parse()
                    .map_err(|()| setting.malformed("`1/1`, or `2/5` for the second of five"))?,
                None => Share::default(),
            },
            threads: match get("RAPPORTEUR_THREADS") {
                Some(setting) => setting.number(1, 1024, "a number from 1 to 1024")?,
                None => thread::available_parallelism().map_or(1, NonZeroUsize::get),
            },
            limit: match get("RAPPORTEUR_LIMIT") {
                Some(setting) => setting.number(1, 100, "a number from 1 to 100")?,
                None => 5,
            },
            meaning: match get("RAPPORTEUR_MEANING") {
                Some(setting) => setting
                    .text()
                    .trim()
                    .parse()
                    .map_err(|()| setting.malformed("`full`, `light` or `off`"))?,
                None => Meaning::Full,
            },
            colour: !env.no_color && !env.dumb_terminal,
            web: web(get("RAPPORTEUR_WEB"), get("PUBLIC_URL"), env.has_desktop)?,
            bot: Bot {
                token: match (&env.token, text("DISCORD_TOKEN_FILE")) {
                    (Some(token), file) if !token.expose_secret().trim().is_empty() => {
                        if file.is_some() {
                            return Err(ConfigError::Both("DISCORD_TOKEN", "DISCORD_TOKEN_FILE"));
                        }
                        Some(TokenSource::Given(token.clone()))
                    }
                    (_, file) => file.map(|path| TokenSource::File(PathBuf::from(path))),
                },
                exposed: env.exposed,
                api_base: text("DISCORD_API_BASE"),
                operators: text("RAPPORTEUR_OPERATORS"),
                settings: path("RAPPORTEUR_SETTINGS", ".rapporteur/settings"),
                shards: match get("RAPPORTEUR_SHARDS") {
                    Some(setting) => Some(setting.text().parse().map_err(|()| {
                        setting.malformed("a range of shards and their number, such as `0-3/8` or `7/8`")
                    })?),
                    None => None,
                },
                metrics: get("RAPPORTEUR_METRICS").map(Setting::loopback).transpose()?,
                log: text("RAPPORTEUR_LOG").unwrap_or_else(|| "info".to_owned()),
            },
        })
    }
}

/// Returns the settings of the reading room: its address, and its public origin.
fn web(address: Option<Setting>, public: Option<Setting>, has_desktop: bool) -> Result<Web, ConfigError> {
    let origin = public.map(Setting::origin).transpose()?;
    let listens = match address.map(|setting| (setting, setting.text().trim())) {
        None => Some(SocketAddr::from(([127, 0, 0, 1], 8080))),
        Some((_, "off")) => None,
        Some((setting, text)) => {
            let any = text.parse().ok();
            let good = any.filter(|address: &SocketAddr| origin.is_some() || address.ip().is_loopback());
            Some(good.ok_or_else(|| {
                setting.malformed("`off` or a loopback address with a port, such as 127.0.0.1:8080; with PUBLIC_URL any address")
            })?)
        }
    };
    Ok(Web { address: listens, is_set: address.is_some(), public: origin, has_desktop })
}

/// A setting that has a value.
#[derive(Clone, Copy)]
struct Setting<'a> {
    name: &'static str,
    written: &'a Written,
}

impl<'a> Setting<'a> {
    fn text(self) -> &'a str {
        &self.written.value
    }

    fn malformed(self, expected: &'static str) -> ConfigError {
        let line = self.written.line;
        let value = line.is_none().then(|| secret::shown(self.text()));
        ConfigError::Malformed { name: self.name, line, value, expected }
    }

    fn number(self, least: usize, most: usize, expected: &'static str) -> Result<usize, ConfigError> {
        let number = self.text().trim().parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| self.malformed(expected))
    }

    /// Returns a loopback address; no other is allowed, because what is served there is not protected.
    fn loopback(self) -> Result<SocketAddr, ConfigError> {
        let address =
            self.text().trim().parse().ok().filter(|address: &SocketAddr| address.ip().is_loopback());
        address.ok_or_else(|| self.malformed("a loopback address with a port, such as 127.0.0.1:9464"))
    }
}

impl Setting<'_> {
    /// Returns the origin of a site: scheme, host and, if it is not the default, port.
    fn origin(self) -> Result<String, ConfigError> {
        let url = reqwest::Url::parse(self.text().trim()).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.username().is_empty()
                && url.password().is_none()
                && url.path() == "/"
                && url.query().is_none()
                && url.fragment().is_none()
        });
        let url =
            url.ok_or_else(|| self.malformed("an address without a path, such as https://quotes.example"))?;
        Ok(url.origin().ascii_serialization())
    }
}

/// Returns the path of this program; `None` if the system cannot tell.
#[must_use]
pub fn program() -> Option<PathBuf> {
    std::env::current_exe().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let values = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::new(&Env::from_values(values))
    }

    #[test]
    fn defaults_apply_if_nothing_is_set() {
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
        let error = config(&[("RAPPORTEUR_SHARDS", "4/4")]).expect_err("there is no fifth of four");
        assert!(error.to_string().contains("`4/4` is not a range of shards"), "{error}");
    }

    #[test]
    fn a_misspelt_setting_stops_the_start() {
        for (name, known) in [
            ("DISCORD_TOKN", Some("DISCORD_TOKEN")),
            ("discord_token", Some("DISCORD_TOKEN")),
            ("DISCORDTOKEN", Some("DISCORD_TOKEN")),
            ("Rapporteur_Limit", Some("RAPPORTEUR_LIMIT")),
            ("RAPORTEUR_LIMIT", Some("RAPPORTEUR_LIMIT")),
            ("RAPPORTEUR_SOMETHING_ELSE", None),
        ] {
            match config(&[(name, "x")]) {
                Err(ConfigError::Unknown { name: shown, suggestion, line: None }) => {
                    assert_eq!((shown.as_deref(), suggestion), (Some(name), known));
                }
                other => panic!("{name}: {other:?}"),
            }
        }
        for name in ["DISCORD_BOT_TOKEN", "DISCORD_CLIENT_ID", "PATH", "TERM", "RAPPORTEURS"] {
            assert!(config(&[(name, "x")]).is_ok(), "{name} is another program's");
        }
    }

    #[test]
    fn errors_of_dotenv_name_the_line_and_repeat_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let written = |text: &str| {
            fs::write(folder.path().join(".env"), text).expect("written");
            match Env::read(folder.path()).and_then(|env| Config::new(&env)) {
                Ok(_) => "fine".to_owned(),
                Err(error) => {
                    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
                    error.to_string()
                }
            }
        };
        assert_eq!(
            written("\nDISCORD_BOT_TOKEN=canary"),
            "`.env`, line 2: unknown setting `DISCORD_BOT_TOKEN`, perhaps `DISCORD_TOKEN`; .env.example lists all"
        );
        assert_eq!(
            written("DISCORD_TOKENcanary=x"),
            "`.env`, line 1: unknown setting; .env.example lists all"
        );
        assert_eq!(
            written("RAPPORTEUR_LIMIT=canary"),
            "setting `RAPPORTEUR_LIMIT` (`.env`, line 1) is not a number from 1 to 100"
        );
        assert_eq!(
            written("DISCORD_TOKEN = 'canary"),
            format!("`.env`, line 1, `DISCORD_TOKEN`: {}", Broken::Value)
        );
        assert_eq!(written("POSTGRES_PASSWORD=canary\nAPP_KEY='canary"), "fine");
    }

    #[test]
    fn a_token_in_another_setting_is_noticed_and_not_shown() {
        let made_up = "bm90LWEtcmVhbC10b2tlbg.canary.canary-canary-canary";
        for name in SETTINGS.iter().filter(|name| **name != "DISCORD_TOKEN") {
            let error = config(&[(name, &format!("http://{made_up}"))]).expect_err("misplaced");
            assert!(error.to_string().contains(name), "{error}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_dotenv_with_a_token_that_others_can_read_is_noticed() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(".env");
        for (text, mode, exposed) in [
            ("DISCORD_TOKEN=a.b.c", 0o644, true),
            ("DISCORD_TOKEN=a.b.c", 0o640, true),
            ("DISCORD_TOKEN=a.b.c", 0o600, false),
            ("DISCORD_TOKEN=\nRAPPORTEUR_LIMIT=3", 0o644, false),
        ] {
            fs::write(&path, text).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("set");
            let env = Env::read(folder.path()).expect("a good file");
            assert_eq!(Config::new(&env).expect("good").bot.exposed, exposed, "{text} {mode:o}");
        }
    }

    #[test]
    fn a_token_is_never_shown() {
        let made_up = "bm90LWEtcmVhbC10b2tlbg.canary.canary-canary-canary";
        let env = Env::from_values([("DISCORD_TOKEN".to_owned(), made_up.to_owned())].into());
        let read = Config::new(&env).expect("a token of the right form");
        assert!(!format!("{env:?} {read:?}").contains("canary"));
        let wrong = [("RAPPORTEUR_INDEX".to_owned(), made_up.to_owned())];
        assert!(!format!("{:?}", Env::from_values(wrong.into())).contains("canary"));
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
    fn the_reading_room_stays_on_this_machine_unless_it_has_a_public_name() {
        let web = |pairs: &[(&str, &str)]| config(pairs).map(|config| config.web);
        let default = web(&[]).expect("defaults");
        assert_eq!(default.address, "127.0.0.1:8080".parse().ok());
        assert!(!default.is_set && default.public.is_none());
        assert_eq!(web(&[("RAPPORTEUR_WEB", "off")]).expect("off").address, None);
        assert!(web(&[("RAPPORTEUR_WEB", "0.0.0.0:80")]).is_err());
        let public = [("RAPPORTEUR_WEB", "0.0.0.0:80"), ("PUBLIC_URL", "https://Quotes.example/")];
        let public = web(&public).expect("behind a proxy");
        assert_eq!(public.public.as_deref(), Some("https://quotes.example"));
        assert_eq!(public.address, "0.0.0.0:80".parse().ok());
        for wrong in [
            "quotes.example",
            "ftp://quotes.example",
            "https://a:b@quotes.example",
            "https://x.example/path",
            "https://x.example/?q",
            "javascript:alert(1)",
        ] {
            let error = web(&[("PUBLIC_URL", wrong)]).expect_err("no origin").to_string();
            assert!(error.contains("PUBLIC_URL"), "{error}");
        }
    }

    #[test]
    fn no_color_counts_when_not_empty() {
        assert!(config(&[("NO_COLOR", "")]).expect("fine").colour);
        assert!(!config(&[("NO_COLOR", "1")]).expect("fine").colour);
        assert!(!config(&[("TERM", "dumb")]).expect("fine").colour);
    }
}
