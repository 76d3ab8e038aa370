//! `rapporteur serve` as a process: tokens, signals, exit status.

#![cfg(unix)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{CANARY, SOON, at_once, listen, long};
use rapporteur::simulator::Simulator;

/// A made-up value with the format of a token.
const TOKEN: &str = "bm90LWEtcmVhbC1vbmU.Canary.canarywordxyzzy-canarywordxyzzy";

/// Returns a folder to serve from, with one article.
pub(super) fn place() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("corpus")).expect("a folder");
    let text = "Archive to open\nOutlet: Coast Gazette\n\n“We will open the archive in May,” said Angela Lee, the mayor.\n";
    fs::write(folder.path().join("corpus/one.txt"), text).expect("written");
    folder
}

pub(super) fn serve(folder: &TempDir, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapporteur"));
    command
        .arg("serve")
        .current_dir(folder.path())
        .env_clear()
        .env("RAPPORTEUR_MEANING", "off")
        .stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    for (name, value) in settings {
        command.env(name, value);
    }
    command
}

/// A process, and its lines of standard error as they arrive.
pub(super) struct Process {
    child: Child,
    lines: mpsc::Receiver<String>,
    pub(super) seen: String,
}

impl Process {
    pub(super) fn start(mut command: Command) -> Self {
        let mut child = command.spawn().expect("the program starts");
        let err = BufReader::new(child.stderr.take().expect("piped"));
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || err.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines, seen: String::new() }
    }

    /// Reads until a line contains `words`.
    pub(super) fn wait_for(&mut self, words: &str) {
        let end = Instant::now() + SOON;
        while let Ok(line) = self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            self.seen.push_str(&line);
            self.seen.push('\n');
            if line.contains(words) {
                return;
            }
        }
        panic!("no `{words}` in:\n{}", self.seen);
    }

    pub(super) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().expect("kill is there").success());
    }

    /// Returns the peak memory in megabytes.
    #[cfg(target_os = "linux")]
    pub(super) fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux says so");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
    }

    /// Returns the exit status and everything that was written to standard error.
    pub(super) fn end(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().expect("it ends");
        self.seen.extend(self.lines.iter().map(|line| line + "\n"));
        let mut out = String::new();
        self.child.stdout.take().expect("piped").read_to_string(&mut out).expect("text");
        assert!(out.is_empty(), "{out}");
        (status.code(), self.seen)
    }
}

#[test]
fn without_a_token_it_runs_embedded_and_stops_on_a_signal() {
    for (signal, moment) in [("-TERM", "connected"), ("-INT", "indexed")] {
        let folder = place();
        let mut process = Process::start(serve(&folder, &[]));
        process.wait_for("Talk to it here: http://127.0.0.1:");
        process.wait_for(moment);
        let begun = Instant::now();
        process.signal(signal);
        let (status, text) = process.end();
        assert!(begun.elapsed() < Duration::from_secs(10), "{text}");
        assert_eq!(status, Some(0), "{text}");
        assert!(
            text.contains("API at http://127.0.0.1:")
                && text.contains("serves only this bot")
                && text.contains("stopped"),
            "{text}"
        );
    }
}

/// Forty megabytes from a page in a browser, from a program without the token, and with another host name:
/// nothing is read.
#[cfg(target_os = "linux")]
#[test]
fn requests_of_strangers_take_no_memory() {
    use std::io::Write as _;
    use std::net::TcpStream;
    let folder = place();
    let mut process = Process::start(serve(&folder, &[]));
    process.wait_for("indexed");
    if !process.seen.contains("the commands were replaced") {
        process.wait_for("the commands were replaced");
    }
    let (_, rest) = process.seen.split_once("http://").expect("it says where it is");
    let address = rest.split(' ').next().unwrap_or_default().to_owned();
    let before = process.peak();
    let body = format!("[{}0]", "0,".repeat(20 << 20));
    for header in [
        format!("Host: {address}\r\nOrigin: https://attacker.example\r\nContent-Type: text/plain"),
        format!("Host: {address}\r\nContent-Type: application/json"),
        format!("Host: {address}\r\nAuthorization: Bot {TOKEN}"),
        "Host: attacker.example".to_owned(),
    ] {
        for path in ["/api/v10/x", "/api/v10/gateway", "/api/v10/webhooks/1/2", "/gateway?v=10"] {
            let mut stream = TcpStream::connect(&address).expect("it listens");
            let head = format!("POST {path} HTTP/1.1\r\n{header}\r\nContent-Length: {}\r\n\r\n", body.len());
            // The connection ends before everything is sent.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
            let mut answer = String::new();
            let _ = stream.read_to_string(&mut answer);
            assert!(!answer.starts_with("HTTP/1.1 2"), "{path} with {header}: {answer}");
        }
    }
    let after = process.peak();
    assert!(after < before + 10, "{before} MB, then {after} MB");
    process.signal("-TERM");
    assert_eq!(process.end().0, Some(0));
}

/// After a signal at any moment, even during indexing, and after a second one, the process ends in time, and
/// the index is intact.
#[test]
fn a_stop_at_any_moment_leaves_everything_in_order() {
    let rounds = if long() { 50 } else { 4 };
    let folder = place();
    for round in 0..rounds {
        let text = format!(
            "Harbour {round}\n\n“We will close harbour {round} in June,” said Angela Lee, the mayor.\n"
        );
        fs::write(folder.path().join(format!("corpus/{round}.txt")), text).expect("written");
        let mut process = Process::start(serve(&folder, &[]));
        // From the first milliseconds to well after the start.
        std::thread::sleep(Duration::from_millis(round * 37 % 700));
        let begun = Instant::now();
        process.signal("-TERM");
        if round % 5 == 4 {
            // The process may have ended already.
            let _ = Command::new("kill")
                .args(["-TERM", &process.child.id().to_string()])
                .stderr(Stdio::null())
                .status();
        }
        // Until the process listens for signals, a signal ends it at once.
        let status = process.child.wait().expect("it ends").code();
        assert!(begun.elapsed() < Duration::from_secs(10) && matches!(status, Some(0) | None), "{status:?}");
    }
    let ask = |question: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rapporteur"));
        command.args(["ask", question]).current_dir(folder.path()).env_clear();
        command.env("RAPPORTEUR_MEANING", "off");
        String::from_utf8(command.output().expect("it runs").stdout).expect("text")
    };
    for round in 0..rounds {
        let answer = ask(&format!("what did Lee say about harbour {round}?"));
        assert!(answer.contains(&format!("close harbour {round} in June")), "{answer}");
    }
}

#[test]
fn sighup_looks_for_new_articles() {
    let folder = place();
    let mut process = Process::start(serve(&folder, &[]));
    process.wait_for("indexed added=1");
    process.signal("-HUP");
    process.wait_for("indexed added=0");
    process.signal("-TERM");
    assert_eq!(process.end().0, Some(0));
}

#[test]
fn an_unusable_token_is_reported_and_never_shown() {
    let folder = place();
    let file = folder.path().join("token");
    fs::write(&file, "canarywordxyzzy").expect("written");
    let file = file.to_str().expect("UTF-8");
    let nowhere = "127.0.0.1:9";
    for (settings, words) in [
        (vec![("DISCORD_TOKEN", "canarywordxyzzy")], "`DISCORD_TOKEN` is not a bot token"),
        (vec![("DISCORD_TOKEN_FILE", file)], "`DISCORD_TOKEN_FILE` is not a bot token"),
        (vec![("DISCORD_TOKEN_FILE", "missing")], "`missing` cannot be read"),
        (vec![("DISCORD_TOKEN", TOKEN), ("DISCORD_TOKEN_FILE", file)], "both set"),
        (vec![("DISCORD_API_BASE", "http://127.0.0.1:9")], "neither DISCORD_TOKEN nor"),
        (
            vec![("DISCORD_TOKEN", TOKEN), ("DISCORD_API_BASE", "http://discord.example:80")],
            "only `http://` and a loopback",
        ),
        (vec![("DISCORD_TOKEN", TOKEN), ("DISCORD_API_BASE", nowhere)], "only `http://` and a loopback"),
        (vec![("RAPPORTEUR_METRICS", "0.0.0.0:80")], "loopback address"),
        (vec![("RAPPORTEUR_LOG", "=x=")], "`RAPPORTEUR_LOG`"),
        (
            vec![("RAPPORTEUR_OPERATORS", "user:canarywordxyzzy")],
            "`RAPPORTEUR_OPERATORS`: entry 1 is neither `user:ID`",
        ),
        (vec![("DISCORD_TOKN", TOKEN)], "unknown setting `DISCORD_TOKN`, perhaps `DISCORD_TOKEN`"),
        (vec![("DISCORD_TOKEN_FILE", TOKEN)], "`DISCORD_TOKEN_FILE` holds what looks like a bot token"),
    ] {
        let (status, text) = Process::start(serve(&folder, &settings)).end();
        assert_eq!(status, Some(2), "{text}");
        assert!(text.contains(words) && !text.to_lowercase().contains(CANARY), "{words} in {text}");
    }
    let mut argument = serve(&folder, &[]);
    argument.arg(format!("--token={TOKEN}"));
    let (status, text) = Process::start(argument).end();
    assert!(status == Some(2) && !text.to_lowercase().contains(CANARY), "{text}");
}

/// Returns the output of another command in the environment of `serve`, and its exit status.
async fn said(serve: &Command, name: &str) -> (Option<i32>, String) {
    let mut command = Command::new(serve.get_program());
    command.arg(name).env_clear().stdin(Stdio::null());
    command.current_dir(serve.get_current_dir().expect("set"));
    command.envs(serve.get_envs().filter_map(|(key, value)| Some((key, value?))));
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("runs");
    let output = output.expect("the program starts");
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code(), text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_token_ends_it_and_a_readable_token_file_gives_a_warning() {
    listen();
    let sim = Simulator::start(at_once()).await.expect("a port");
    let folder = place();
    let base = sim.base();
    let (status, text) = tokio::task::spawn_blocking({
        let command = serve(&folder, &[("DISCORD_TOKEN", TOKEN), ("DISCORD_API_BASE", &base)]);
        move || Process::start(command).end()
    })
    .await
    .expect("runs");
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("Discord rejects the token") && !text.to_lowercase().contains(CANARY), "{text}");
    assert_eq!((sim.refused(), sim.requests().len()), (1, 0), "it is not tried again");
    for command in ["check", "invite"] {
        let run = serve(&folder, &[("DISCORD_TOKEN", TOKEN), ("DISCORD_API_BASE", &base)]);
        let (status, text) = said(&run, command).await;
        assert!(status != Some(0) && text.contains("Discord rejects the token"), "{command}: {text}");
        assert!(!text.to_lowercase().contains(CANARY), "{command}: {text}");
        let run = serve(&folder, &[("DISCORD_TOKEN", sim.token()), ("DISCORD_API_BASE", &base)]);
        let (_, text) = said(&run, command).await;
        let told = if command == "check" { "the token belongs to “" } else { "&permissions=274877991936" };
        assert!(text.contains(told) && !text.contains(sim.token()), "{command}: {text}");
    }
    let file = folder.path().join("token");
    fs::write(&file, format!("{}\n", sim.token())).expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("set");
    let command = serve(&folder, &[("DISCORD_TOKEN_FILE", "token"), ("DISCORD_API_BASE", &base)]);
    let (status, text) = tokio::task::spawn_blocking(move || {
        let mut process = Process::start(command);
        process.wait_for("connected");
        process.signal("-TERM");
        process.end()
    })
    .await
    .expect("runs");
    assert!(status == Some(0) && text.contains("chmod 600") && !text.contains(sim.token()), "{text}");
}
