//! The real bot, driven through the embedded Discord over real HTTP and a real WebSocket.
//!
//! Each test has a [`Stage`]: an embedded Discord with a server, a few people and the bot. At the end, the
//! bot must not have violated the protocol or pinged anyone, and its log, kept at the most verbose level,
//! must contain no tokens and no words of people. The requests are written to `target/tmp/discord/TEST.jsonl`
//! for a validator.
//!
//! `RAPPORTEUR_LONG=1 cargo test --release discord` runs the long forms.

mod answers;
mod console;
mod conversation;
mod desk;
mod faults;
mod follow;
mod hostile;
mod load;
mod manners;
mod process;
mod record;
mod reports;
mod servers;
mod snapshots;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;

use rapporteur::discord::client::Api;
use rapporteur::discord::serve::{self, Options, Running};
use rapporteur::discord::{Operators, Probe, Shards};
use rapporteur::fetch::Fetcher;
use rapporteur::ingest::Job;
use rapporteur::log;
use rapporteur::simulator::{self, Id, Outcome, Simulator};
use rapporteur::watch::Watch;

/// Longer than anything takes on a busy machine.
const SOON: Duration = Duration::from_secs(30);

/// A word that people type in every test, and that must never be logged.
const CANARY: &str = "canarywordxyzzy";

/// The settings of the bot and its Discord that tests change before the start.
#[derive(Clone, Default)]
struct Setup {
    simulator: simulator::Options,
    probe: Option<Probe>,
    /// The test's own articles, as name and text, instead of the bundled corpus.
    articles: Vec<(String, String)>,
    metrics: bool,
    fetcher: Fetcher,
    /// The public address of the reading room.
    site: Option<&'static str>,
    /// The shards of the bot; all by default.
    shards: Option<Shards>,
    /// The operators; by default everyone who manages a server, as on every embedded Discord.
    operators: Option<Operators>,
}

/// An embedded Discord with a server, people and the bot.
struct Stage {
    sim: Simulator,
    bot: Option<Running>,
    folder: TempDir,
    setup: Setup,
    guild: Id,
    channel: Id,
    /// Owns the server.
    olga: Id,
    /// Members.
    ann: Id,
    ben: Id,
}

impl Stage {
    async fn new() -> Self {
        Self::with(Setup::default()).await
    }

    async fn with(setup: Setup) -> Self {
        listen();
        let simulator = simulator::Options { log: Some(requests_log()), ..setup.simulator.clone() };
        let sim = Simulator::start(simulator).await.expect("a port on loopback");
        let [olga, ann, ben] = ["olga", "ann", "ben"].map(|name| sim.add_user(name));
        let guild = sim.add_guild("Desk", olga);
        let channel = sim.add_channel(guild, "talks");
        for user in [ann, ben] {
            sim.join(user, guild);
        }
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("corpus")).expect("a folder");
        for (name, text) in &setup.articles {
            fs::write(folder.path().join("corpus").join(name), text).expect("written");
        }
        let mut stage = Self { sim, bot: None, folder, setup, guild, channel, olga, ann, ben };
        stage.start().await;
        stage
    }

    /// Starts the bot and waits until it is ready for questions.
    async fn start(&mut self) {
        self.bot = Some(serve::start(self.options()).await.expect("the bot starts"));
        assert!(self.sim.online(SOON).await, "no session");
        let bot = self.running().bot();
        tokio::time::timeout(SOON, bot.is_synced()).await.expect("the commands are there");
        let mut status = bot.library().status();
        tokio::time::timeout(SOON, status.wait_for(|status| status.ended > 0))
            .await
            .expect("indexed")
            .expect("runs");
    }

    fn options(&self) -> Options {
        let (corpus, index) = if self.setup.articles.is_empty() {
            (crate::root().join("corpus"), shared_index())
        } else {
            (self.corpus(), self.folder.path().join("index"))
        };
        let job = Job { corpus: vec![corpus], index, threads: 1, ..Job::default() };
        Options {
            api: Api::parse(&self.sim.base()).expect("on loopback"),
            token: SecretString::from(self.sim.token().to_owned()),
            settings: self.folder.path().join("settings"),
            shards: self.setup.shards,
            operators: self.setup.operators.clone().unwrap_or(Operators::Everybody),
            watch: Watch::new(job),
            metrics: self.setup.metrics.then(|| "127.0.0.1:0".parse().expect("an address")),
            fetcher: self.setup.fetcher.clone(),
            site: self.setup.site.map(str::to_owned),
            probe: self.setup.probe.clone(),
        }
    }

    fn corpus(&self) -> PathBuf {
        self.folder.path().join("corpus")
    }

    fn running(&self) -> &Running {
        self.bot.as_ref().expect("the bot runs")
    }

    async fn stop(&mut self) {
        if let Some(bot) = self.bot.take() {
            bot.stop().await;
        }
    }

    /// Calls a command as Ann and waits for the outcome.
    async fn slash(&self, command: &str, options: Value) -> Outcome {
        self.slash_by(self.ann, command, options).await
    }

    async fn slash_by(&self, user: Id, command: &str, options: Value) -> Outcome {
        let id = self.sim.slash(user, self.channel, command, &options).expect("the command is offered");
        self.settled(id).await
    }

    async fn settled(&self, id: Id) -> Outcome {
        let outcome = self.sim.settled(id, SOON).await;
        assert!(outcome.settled, "left waiting: {outcome:?}\nfaults: {:?}", self.sim.faults());
        outcome
    }

    /// Asks as a new person, because one person's questions are rate-limited.
    async fn ask(&self, question: &str) -> Outcome {
        self.slash_by(self.reader(), "ask", json!({"question": question})).await
    }

    /// Adds a new member.
    fn reader(&self) -> Id {
        let reader = self.sim.add_user("reader");
        self.sim.join(reader, self.guild);
        reader
    }

    /// Clicks the button with this label on the answer of `outcome`.
    async fn click(&self, user: Id, outcome: &Outcome, label: &str) -> Outcome {
        let message = outcome.message.as_ref().expect("a message");
        let id = self.sim.click(user, id_of(message), &button(message, label)).expect("the button is there");
        self.settled(id).await
    }

    /// Writes a message and waits for the bot's.
    async fn say(&self, user: Id, channel: Id, text: &str, reply_to: Option<Id>) -> Value {
        let said = self.sim.say(user, channel, text, reply_to).expect("may write there");
        let answer = self.sim.next_message(channel, said, SOON).await;
        answer.unwrap_or_else(|| panic!("no answer to `{text}`; faults: {:?}", self.sim.faults()))
    }

    fn mention(&self, text: &str) -> String {
        format!("<@{}> {text}", self.sim.application())
    }

    /// Ends the test, and checks that there were no protocol violations, no pings, and no words or tokens in
    /// the log.
    async fn end(mut self) {
        self.stop().await;
        let faults = self.sim.take_faults();
        assert!(faults.is_empty(), "{faults:#?}");
        self.check_bodies();
        self.check_stored();
        check_log(self.sim.token());
        self.sim.stop();
    }

    /// Checks that only the settings of servers are stored.
    fn check_stored(&self) {
        for entry in fs::read_dir(self.folder.path().join("settings")).expect("listed") {
            let path = entry.expect("listed").path();
            // These files store user ids on purpose: who follows what, and who reported what.
            if path.ends_with("follows.redb") || path.ends_with("reports.redb") {
                continue;
            }
            let stored: Value = serde_json::from_slice(&fs::read(&path).expect("read")).expect("JSON");
            let known = ["private", "channels", "outlets", "tags", "cooldown"];
            assert!(
                stored
                    .as_object()
                    .is_some_and(|fields| fields.keys().all(|name| known.contains(&name.as_str()))),
                "{stored}"
            );
        }
    }

    /// Checks that no message of the bot pings anyone.
    fn check_bodies(&self) {
        for request in self.sim.requests() {
            let body =
                if request.path.ends_with("/callback") { &request.body["data"] } else { &request.body };
            let is_message = body.get("content").is_some() || body.get("embeds").is_some();
            if is_message {
                assert_eq!(
                    body["allowed_mentions"]["parse"],
                    json!([]),
                    "{} {}",
                    request.method,
                    request.path
                );
            }
        }
    }
}

fn id_of(message: &Value) -> Id {
    Id(message["id"].as_str().and_then(|id| id.parse().ok()).expect("an id"))
}

fn buttons(message: &Value) -> Vec<(String, String)> {
    let rows = message["components"].as_array().into_iter().flatten();
    let parts = rows.flat_map(|row| row["components"].as_array().into_iter().flatten());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    parts.map(|part| (text(&part["label"]), text(&part["custom_id"]))).collect()
}

fn button(message: &Value, label: &str) -> String {
    let found = buttons(message).into_iter().find(|(text, _)| text.starts_with(label));
    found
        .unwrap_or_else(|| panic!("no button `{label}` in {:?} under\n{}", buttons(message), text(message)))
        .1
}

/// Whether only one person sees the answer, or the message that a button changed.
fn is_private(outcome: &Outcome) -> bool {
    outcome.message.as_ref().is_some_and(|message| message["flags"].as_u64().unwrap_or_default() & 64 != 0)
}

/// Whether to run the long forms.
fn long() -> bool {
    std::env::var_os("RAPPORTEUR_LONG").is_some()
}

/// Lets sessions follow one another at once, for tests that start several.
fn at_once() -> simulator::Options {
    simulator::Options { identify_gap: Duration::ZERO, ..simulator::Options::default() }
}

fn text(message: &Value) -> String {
    simulator::text(message)
}

/// Returns the index of the bundled corpus, shared by all tests.
fn shared_index() -> PathBuf {
    static INDEX: OnceLock<PathBuf> = OnceLock::new();
    INDEX.get_or_init(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("discord-index")).clone()
}

/// Returns the file for the requests of this test.
fn requests_log() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("discord");
    fs::create_dir_all(&folder).expect("a folder");
    let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
    let path = folder.join(format!("{test}.jsonl"));
    let _ = fs::remove_file(&path);
    path
}

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Memory;

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().expect("no panic while writing").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts collecting everything that all tests log.
fn listen() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let subscriber = log::subscriber("trace", || Memory).expect("a good filter");
        tracing::subscriber::set_global_default(subscriber).expect("the only one");
    });
}

/// Returns what was logged so far.
fn logged() -> String {
    String::from_utf8_lossy(&LOG.lock().expect("no panic while writing")).into_owned()
}

/// Checks that the log contains no token and no words of people. All interaction tokens have the same
/// beginning, as real ones do.
fn check_log(token: &str) {
    let log = logged();
    assert!(log.contains("connected"), "the log is kept");
    for canary in [token, "aW50ZXJhY3Rpb246", CANARY] {
        assert!(!log.to_lowercase().contains(&canary.to_lowercase()), "`{canary}` was logged");
    }
}
