//! What does each line of `.env` set? One `NAME=value` per line. Errors show only the line number and the
//! names of our own settings, never other text of the line.
//!
//! Each line is parsed with dotenvy, but separately, because an error from dotenvy contains the line and with
//! it perhaps the token. `$NAME` could copy a secret into a setting that is shown, so it is refused outside
//! single quotation marks.

use super::{ConfigError, SETTINGS};

/// Why a line cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Bytes that are not UTF-8.
    #[error("this is not UTF-8 text")]
    Encoding,
    /// A control character, such as NUL.
    #[error("it contains a control character")]
    Control,
    /// Something other than a name, `=` and a value.
    #[error("this is not `NAME=value`")]
    NoPair,
    /// A value that does not end at the end of the line or at its closing quotation mark.
    #[error(
        "the value cannot be read; a value with spaces, quotation marks, `#` or `\\` must be in single quotation marks that close on the same line"
    )]
    Value,
    /// A `$NAME` that dotenvy would replace.
    #[error("`$NAME` is not replaced; write the value itself, or put it in single quotation marks")]
    Substitution,
    /// A name that an earlier line already sets.
    #[error("an earlier line sets it too; keep one")]
    Twice,
}

/// A setting as written.
pub(super) struct Line {
    /// Counted from 1.
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) value: String,
}

/// Reads all lines that set something. A line with a name for which `is_ours` is false is skipped if its
/// value cannot be read.
///
/// # Errors
/// [`ConfigError::DotEnv`] for the first line that cannot be used.
pub(super) fn parse(bytes: &[u8], is_ours: impl Fn(&str) -> bool) -> Result<Vec<Line>, ConfigError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut lines: Vec<Line> = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        let broken = |setting, why| ConfigError::DotEnv { line: number, setting, why };
        let line = std::str::from_utf8(line).map_err(|_| broken(None, Broken::Encoding))?;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).unwrap_or(line);
        let line = line.trim_start();
        let is_sign = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let word: String = line.chars().take_while(|c| is_sign(*c)).collect();
        let setting = SETTINGS.iter().copied().find(|known| *known == word);
        if line.contains(|c: char| c.is_control() && c != '\t') {
            return Err(broken(setting, Broken::Control));
        }
        let pair = line.split_once('=').map(|(name, value)| (name.trim_end(), value.trim_start()));
        let is_name = |name: &str| name == word && !name.starts_with(|c: char| c.is_ascii_digit());
        let Some((name, text)) = pair.filter(|(name, _)| !name.is_empty() && is_name(name)) else {
            return Err(broken(setting, Broken::NoPair));
        };
        let value = match value(name, text) {
            Ok(value) => value,
            Err(why) if is_ours(name) => return Err(broken(setting, why)),
            Err(_) => continue,
        };
        if setting.is_some() && lines.iter().any(|earlier| earlier.name == name) {
            return Err(broken(setting, Broken::Twice));
        }
        lines.push(Line { number, name: name.to_owned(), value });
    }
    Ok(lines)
}

/// Returns the value after `=`.
fn value(name: &str, text: &str) -> Result<String, Broken> {
    if !text.starts_with('\'') && is_replaced(text) {
        return Err(Broken::Substitution);
    }
    let line = format!("{name}={text}");
    let read = dotenvy::from_read_iter(line.as_bytes()).next().and_then(Result::ok);
    read.map(|(_, value)| value).ok_or(Broken::Value)
}

/// Whether there is a `$` without a backslash before it; dotenvy treats it as the start of a name, whatever
/// follows.
fn is_replaced(text: &str) -> bool {
    let mut signs = text.chars();
    while let Some(c) = signs.next() {
        match c {
            '\\' => drop(signs.next()),
            '$' => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line, name and value of each setting.
    type Read = Vec<(usize, String, String)>;
    /// Line, setting and reason of a failure.
    type Failure = (usize, Option<&'static str>, Broken);

    fn read(text: &str) -> Result<Read, Failure> {
        match parse(text.as_bytes(), |name| name.starts_with("RAPPORTEUR_")) {
            Ok(lines) => Ok(lines.into_iter().map(|line| (line.number, line.name, line.value)).collect()),
            Err(ConfigError::DotEnv { line, setting, why }) => Err((line, setting, why)),
            Err(error) => panic!("{error}"),
        }
    }

    fn set(value: &str) -> Result<String, Broken> {
        let read = read(&format!("RAPPORTEUR_INDEX={value}"));
        read.map(|lines| lines.into_iter().map(|(_, _, value)| value).collect()).map_err(|(_, _, why)| why)
    }

    #[test]
    fn every_valid_form_is_read() {
        let text = "\u{feff}# a comment\r\n\r\nRAPPORTEUR_INDEX = here \r\nexport RAPPORTEUR_LIMIT=3 # three\n\tTERM=dumb\nOTHER='x\n";
        let expected = [(3, "RAPPORTEUR_INDEX", "here"), (4, "RAPPORTEUR_LIMIT", "3"), (5, "TERM", "dumb")];
        let expected = expected.map(|(line, name, value)| (line, name.to_owned(), value.to_owned()));
        assert_eq!(read(text).expect("all lines are good"), expected);
        for (written, value) in [
            ("", ""),
            ("\"a b\" # c", "a b"),
            ("'a \"b\" $HOME'", "a \"b\" $HOME"),
            (r#""a \"b\" \\ \$HOME""#, r#"a "b" \ $HOME"#),
            ("'/home/two words'", "/home/two words"),
            (r"'C:\articles'", r"C:\articles"),
            ("a#b", "a#b"),
            ("'5$'", "5$"),
            (r"5\$", "5$"),
            ("# nothing", ""),
        ] {
            assert_eq!(set(written).as_deref(), Ok(value), "{written}");
        }
    }

    #[test]
    fn errors_name_line_and_setting() {
        for (written, why) in [
            ("\"open", Broken::Value),
            ("'open", Broken::Value),
            ("5$", Broken::Substitution),
            ("two words", Broken::Value),
            (r#""\x""#, Broken::Value),
            ("\"\\", Broken::Value),
            ("$HOME/x", Broken::Substitution),
            ("a${HOME}", Broken::Substitution),
            ("\"$(id)\"", Broken::Substitution),
            ("a\0b", Broken::Control),
        ] {
            assert_eq!(set(written), Err(why), "{written}");
        }
        assert_eq!(read("A=1\nDISCORD_TOKEN: x"), Err((2, Some("DISCORD_TOKEN"), Broken::NoPair)));
        assert_eq!(read("=x"), Err((1, None, Broken::NoPair)));
        assert_eq!(read("1A=x"), Err((1, None, Broken::NoPair)));
        let twice = "DISCORD_TOKEN=x\nDISCORD_TOKEN=y";
        assert_eq!(read(twice), Err((2, Some("DISCORD_TOKEN"), Broken::Twice)));
        let latin = parse(b"# a\nDISCORD_TOKEN=\xE9", |_| true).map(|_| ()).expect_err("not UTF-8");
        assert!(latin.to_string().starts_with("`.env`, line 2: "), "{latin}");
    }
}
