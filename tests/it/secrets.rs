//! Nothing that the program writes ever contains a token, however it was mistyped.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// In the format of a token; each part contains the word that must not be shown.
const TOKEN: &str = "Y2FuYXJ5d29yZHh5enp5canary.Canary.canarywordxyzzy-canarywordxyzzy";

/// Lines of `.env` that are wrong in every way; `%` stands for the token.
const MALFORMED: &[&str] = &[
    "DISCORD_TOKEN",
    "DISCORD_TOKEN %",
    "DISCORD_TOKEN: %",
    "DISCORD_TOKEN:=%",
    "DISCORD_TOKEN -> %",
    "DISCORD_TOKEN=\"%",
    "DISCORD_TOKEN='%",
    "DISCORD_TOKEN=\"%'",
    "DISCORD_TOKEN='%\"",
    "DISCORD_TOKEN=%\"",
    "DISCORD_TOKEN=\"\n%\"",
    "DISCORD_TOKEN=\"%\nRAPPORTEUR_LIMIT=3\"",
    "DISCORD_TOKEN=\"%\" %",
    "DISCORD_TOKEN='%' '%'",
    "DISCORD_TOKEN=\"\"%\"\"",
    "DISCORD_TOKEN=\"\\x%\"",
    "DISCORD_TOKEN=\"%\\",
    "DISCORD_TOKEN=\\%",
    "DISCORD_TOKEN=$%",
    "DISCORD_TOKEN=${%}",
    "DISCORD_TOKEN=\"${%\"",
    "DISCORD_TOKEN=% %",
    "DISCORD_TOKEN=Bearer %",
    "DISCORD_TOKEN=<%>",
    "DISCORD_TOKEN=%,",
    "DISCORD_TOKEN=%\0",
    "DISCORD_TOKEN=\u{1b}[2J%",
    "DISCORD_TOKEN=%\rRAPPORTEUR_LIMIT=3",
    "DISCORD_TOKEN=%\nDISCORD_TOKEN=%",
    "DISCORD_TOKEN=%\nDISCORD_TOKEN_FILE=%",
    "DISCORD_TOKEN=“%”",
    "DISCORD_TOKEN==%",
    "export DISCORD_TOKEN",
    "export DISCORD_TOKEN %",
    "export=%",
    "EXPORT DISCORD_TOKEN=%",
    "set DISCORD_TOKEN=%",
    "$DISCORD_TOKEN=%",
    "\"DISCORD_TOKEN\"=\"%\"",
    "{\"DISCORD_TOKEN\": \"%\"}",
    "[%]",
    "%",
    "%=",
    "=%",
    "= %",
    "Bot %",
    "DISCORD_TOKN=%",
    "DISCORD_TOKEN%=x",
    "DISCORD_TOKENcanarywordxyzzy=x",
    "DISCORD_BOT_TOKEN=%",
    "discord_token=%",
    "Discord Token=%",
    "DISCORD-TOKEN=%",
    "RAPPORTEUR_TOKEN=%",
    "TOKEN=%",
    "DISCORD_TOKEN_FILE=%",
    "DISCORD_TOKEN_FILE='%",
    "DISCORD_API_BASE=%",
    "DISCORD_API_BASE=http://%@127.0.0.1:9",
    "RAPPORTEUR_CORPUS=%",
    "RAPPORTEUR_INDEX=%",
    "RAPPORTEUR_INDEX=%/%",
    "RAPPORTEUR_THREADS=%",
    "RAPPORTEUR_LIMIT=%",
    "RAPPORTEUR_LIMIT=canarywordxyzzy",
    "RAPPORTEUR_OPERATORS=%",
    "RAPPORTEUR_OPERATORS=user:%",
    "RAPPORTEUR_SETTINGS=%",
    "RAPPORTEUR_METRICS=%",
    "RAPPORTEUR_METRICS=canarywordxyzzy",
    "RAPPORTEUR_LOG=%",
    "RAPPORTEUR_LOG=x=canarywordxyzzy",
    "DISCORD_TOKEN=%\nRAPPORTEUR_LIMIT=$DISCORD_TOKEN",
    "DISCORD_TOKEN=%\nRAPPORTEUR_INDEX=${DISCORD_TOKEN}",
    "# fine\n\nDISCORD_TOKEN: %",
];

/// Every command, set up so that it ends by itself: `serve` gets an address for metrics that cannot be used.
const COMMANDS: &[&[&str]] = &[
    &["serve"],
    &["ask", "what did Lee say?"],
    &["index"],
    &["check"],
    &["invite"],
    &["verify"],
    &["export"],
    &["extract", "corpus/one.txt"],
    &["add", "http://127.0.0.1/"],
    &["feeds"],
    &["completions", "bash"],
];

fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapporteur"));
    command.args(arguments).current_dir(folder).env_clear().stdin(Stdio::null());
    command.envs(environment.iter().copied()).output().expect("the program starts")
}

fn place() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("corpus")).expect("a folder");
    let text = "Archive to open\n\n“We will open the archive in May,” said Angela Lee, the mayor.\n";
    fs::write(folder.path().join("corpus/one.txt"), text).expect("written");
    folder
}

fn shown(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn no_mistyped_token_is_ever_shown() {
    assert!(MALFORMED.len() >= 50);
    let folder = place();
    // The settings folder cannot be created, so `serve` never gets as far as connecting.
    let environment = [("RAPPORTEUR_SETTINGS", "corpus/one.txt/settings")];
    let check = |written: &[u8]| {
        fs::write(folder.path().join(".env"), written).expect("written");
        for arguments in COMMANDS {
            let output = run(folder.path(), arguments, &environment);
            let text = shown(&output);
            let line = String::from_utf8_lossy(written);
            assert!(!text.to_lowercase().contains("canary"), "{arguments:?} with\n{line}\nshows\n{text}");
            assert!(!output.status.success() || arguments[0] != "serve", "{line}\n{text}");
        }
    };
    for line in MALFORMED {
        check(line.replace('%', TOKEN).as_bytes());
    }
    check(format!("\u{feff}DISCORD_TOKEN: {TOKEN}\r\n").as_bytes());
    check(&[format!("DISCORD_TOKEN={TOKEN}").as_bytes(), b"\xE9\xFF"].concat());
    // With a byte order mark, as some editors save text.
    let wide = format!("\u{feff}DISCORD_TOKEN={TOKEN}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect::<Vec<_>>();
    check(&wide);
}

#[test]
fn no_token_in_the_environment_is_ever_shown() {
    let folder = place();
    for name in
        rapporteur::config::SETTINGS.iter().copied().chain(["DISCORD_TOKN", "RAPPORTEUR_X", "discord_token"])
    {
        for value in [TOKEN.to_owned(), format!("Bot {TOKEN}"), format!("x{TOKEN}/y")] {
            for arguments in COMMANDS {
                let mut environment = vec![(name, value.as_str())];
                if name != "RAPPORTEUR_SETTINGS" {
                    environment.push(("RAPPORTEUR_SETTINGS", "corpus/one.txt/settings"));
                }
                let text = shown(&run(folder.path(), arguments, &environment));
                assert!(
                    !text.to_lowercase().contains("canary"),
                    "{arguments:?} with {name}={value}\nshows\n{text}"
                );
            }
        }
    }
}

#[test]
fn a_mistyped_line_is_reported_with_its_number_and_setting() {
    let folder = place();
    for (line, words) in [
        ("\nDISCORD_TOKEN: x", "`.env`, line 2, `DISCORD_TOKEN`: this is not `NAME=value`"),
        ("DISCORD_TOKN=x", "`.env`, line 1: unknown setting `DISCORD_TOKN`, perhaps `DISCORD_TOKEN`"),
        ("RAPPORTEUR_LIMIT=x", "`RAPPORTEUR_LIMIT` (`.env`, line 1) is not a number from 1 to 100"),
    ] {
        fs::write(folder.path().join(".env"), line).expect("written");
        for arguments in COMMANDS {
            let output = run(folder.path(), arguments, &[]);
            let text = shown(&output);
            assert!(output.status.code() == Some(2) && text.contains(words), "{arguments:?}: {text}");
        }
    }
}

/// `check` reports everything that `serve` refuses, in the same words.
#[test]
fn check_finds_every_setting_that_serve_would_refuse() {
    let folder = place();
    assert!(run(folder.path(), &["index"], &[]).status.success());
    let good = run(folder.path(), &["check"], &[]);
    assert!(good.status.success(), "{}", shown(&good));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().expect("bound").to_string();
    for (settings, words) in [
        (vec![("DISCORD_TOKEN", "nonsense")], "`DISCORD_TOKEN` is not a bot token"),
        (vec![("DISCORD_TOKEN_FILE", "missing")], "`missing` cannot be read"),
        (vec![("DISCORD_TOKEN_FILE", "corpus/one.txt")], "`DISCORD_TOKEN_FILE` is not a bot token"),
        (vec![("DISCORD_TOKEN", "a.b.c"), ("DISCORD_TOKEN_FILE", "x")], "both set"),
        (vec![("DISCORD_API_BASE", "http://127.0.0.1:9")], "neither DISCORD_TOKEN nor"),
        (
            vec![("DISCORD_TOKEN", "a.b.c"), ("DISCORD_API_BASE", "http://a.example:9")],
            "`DISCORD_API_BASE`: only",
        ),
        (vec![("RAPPORTEUR_LOG", "=x=")], "`RAPPORTEUR_LOG` is not a filter"),
        (vec![("RAPPORTEUR_SETTINGS", "corpus/one.txt")], "`corpus/one.txt`"),
        (vec![("RAPPORTEUR_METRICS", taken.as_str())], "metrics cannot be served at"),
        (vec![("RAPPORTEUR_METRICS", "0.0.0.0:9")], "`RAPPORTEUR_METRICS`: `0.0.0.0:9` is not a loopback"),
        (
            vec![("RAPPORTEUR_OPERATORS", "user:12345678901234567, 1")],
            "`RAPPORTEUR_OPERATORS`: entry 2 is neither",
        ),
        (vec![("RAPPORTEUR_OPERATOR", "")], "unknown setting `RAPPORTEUR_OPERATOR`, perhaps"),
    ] {
        for command in ["serve", "check"] {
            let output = run(folder.path(), &[command], &settings);
            let text = shown(&output);
            assert!(!output.status.success() && text.contains(words), "{command} with {settings:?}: {text}");
        }
    }
    // No problem hides another.
    let all = [("DISCORD_TOKEN", "x"), ("RAPPORTEUR_LOG", "=x="), ("RAPPORTEUR_OPERATORS", "x")];
    let text = shown(&run(folder.path(), &["check"], &all));
    assert!(all.iter().all(|(name, _)| text.contains(name)), "{text}");
}

#[cfg(unix)]
#[test]
fn a_dotenv_with_a_token_that_others_can_read_gives_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = place();
    assert!(run(folder.path(), &["index"], &[]).status.success());
    let path = folder.path().join(".env");
    fs::write(&path, format!("DISCORD_TOKEN={TOKEN}\nDISCORD_API_BASE=http://127.0.0.1:1\n"))
        .expect("written");
    // `serve` would refuse a setting, so Discord is not asked whose token it is.
    let refused = ("RAPPORTEUR_SETTINGS", "corpus/one.txt/settings");
    for (mode, told) in [(0o644, true), (0o600, false)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("set");
        let text = shown(&run(folder.path(), &["check"], &[refused]));
        let problems = text.matches("PROBLEM").count();
        assert_eq!((text.contains("can read `.env`"), problems), (told, 1 + usize::from(told)), "{text}");
        // Ends at once, because the port for metrics is taken.
        let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = taken.local_addr().expect("bound").to_string();
        let text = shown(&run(folder.path(), &["serve"], &[("RAPPORTEUR_METRICS", &address)]));
        assert_eq!(text.contains("can read `.env`"), told, "{text}");
    }
}
