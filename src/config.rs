//! Settings in two steps: [`Env`] is what was written in the environment and `.env`, [`Config`] what was checked. The only reader
//! of the environment.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

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
    /// A `.env` that is no list of `NAME=value`.
    #[error("`.env`: {0}")]
    DotEnv(#[from] dotenvy::Error),
}

/// Every setting by its name; `.env.example` says what each means.
pub const SETTINGS: &[&str] =
    &["RAPPORTEUR_CORPUS", "RAPPORTEUR_INDEX", "RAPPORTEUR_THREADS", "RAPPORTEUR_LIMIT"];

/// What was written, unchecked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Env {
    values: BTreeMap<String, String>,
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
        let values = values.into_iter().filter(|(name, _)| name.starts_with("RAPPORTEUR_")).collect();
        Self { values, no_color, dumb_terminal }
    }
}

/// Settings, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        })
    }
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
    fn no_color_counts_when_not_empty() {
        assert!(config(&[("NO_COLOR", "")]).expect("fine").colour);
        assert!(!config(&[("NO_COLOR", "1")]).expect("fine").colour);
        assert!(!config(&[("TERM", "dumb")]).expect("fine").colour);
    }
}
