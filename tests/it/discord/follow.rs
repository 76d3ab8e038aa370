//! Whoever follows something gets what is new, once.

use std::fs;
#[cfg(target_os = "linux")]
use std::io::{self, Write as _};
#[cfg(target_os = "linux")]
use std::path::Path;
use std::time::Duration;
#[cfg(target_os = "linux")]
use std::time::Instant;

use serde_json::{Value, json};
#[cfg(unix)]
use tempfile::TempDir;

use rapporteur::discord::Shards;
use rapporteur::discord::serve::{self, Options};
use rapporteur::simulator::permission::SEND_MESSAGES;
use rapporteur::simulator::{self, Id, Mishap, Rule, Simulator};

use super::faults::two_sessions;
use super::{SOON, Setup, Stage, at_once, id_of, is_private, long, process};

const POST: &str = "/channels/*/messages";

fn article(id: &str, outlet: &str, text: &str) -> (String, String) {
    let text = format!(
        "+++\nid = \"{id}\"\ntitle = \"Harbour notes {id}\"\noutlet = \"{outlet}\"\nurl = \"https://{}.example/{id}\"\ndate = 2025-12-02\ntags = [\"harbour\"]\n+++\n\n{text}\n",
        outlet.to_lowercase().replace(' ', "-"),
    );
    (format!("{id}.md"), text)
}

fn town() -> Setup {
    let articles = vec![
        article("one", "Coast Gazette", "“We will open the archive in May,” said Pia Lund, the mayor."),
        article("two", "Valley Echo", "“No school will be closed this year,” said Omar Okafor, the minister."),
        (
            "people.toml".to_owned(),
            "[[person]]\nname = \"Pia Lund\"\nside = \"Coast\"\n\n[[person]]\nname = \"Omar Okafor\"\nside = \"Valley\"\n".to_owned(),
        ),
        ("matters.toml".to_owned(), "[[matter]]\nname = \"ferries\"\nwords = [\"ferry\", \"boats\"]\n".to_owned()),
    ];
    Setup { articles, simulator: at_once(), ..Setup::default() }
}

impl Stage {
    /// Adds an article to the corpus and indexes it.
    async fn print(&self, (name, text): (String, String)) {
        fs::write(self.corpus().join(name), text).expect("written");
        self.slash_by(self.olga, "reindex", json!({})).await;
    }

    /// Returns the bot's next message in a channel after `after`; there must be only one.
    async fn hears(&self, channel: Id, after: &mut Id) -> String {
        let message = self.sim.next_message(channel, *after, SOON).await;
        let message = message.unwrap_or_else(|| panic!("nothing came; faults: {:?}", self.sim.faults()));
        *after = id_of(&message);
        message["content"].as_str().expect("text").to_owned()
    }

    async fn hears_nothing(&self, channel: Id, after: Id) {
        let more = self.sim.next_message(channel, after, Duration::from_millis(700)).await;
        assert_eq!(more.map(|message| message["content"].clone()), None);
    }

    async fn follow(&self, user: Id, what: Value) -> String {
        let outcome = self.slash_by(user, "follow", what).await;
        assert!(is_private(&outcome), "only whoever follows is told so");
        outcome.text()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_quotes_are_sent_once_and_edits_and_reprints_never() {
    let stage = Stage::with(town()).await;
    let told = stage.follow(stage.ann, json!({"speaker": "lund"})).await;
    assert!(told.contains("Following **Pia Lund** (speaker)"), "{told}");
    let again = stage.follow(stage.ann, json!({"speaker": "Pia Lund"})).await;
    assert!(again.contains("followed to you by direct message already"), "{again}");
    stage.follow(stage.ann, json!({"matter": "ferries"})).await;
    let (room, mut last) = (stage.sim.dm(stage.ann), Id(0));
    stage.hears_nothing(room, last).await;

    // Two subjects give one message; the context of a quote may be by somebody else.
    let text = "“The ferry will sail on Sundays too,” said Pia Lund, the mayor.\n\n“We are ready,” said Omar Okafor, the minister.";
    stage.print(article("three", "Coast Gazette", text)).await;
    let message = stage.hears(room, &mut last).await;
    assert!(
        message.contains("**Pia Lund** (speaker)") && message.contains("**ferries** (matter)"),
        "{message}"
    );
    assert!(
        message.contains("“The ferry will sail on Sundays too,”") && !message.contains("ready"),
        "{message}"
    );
    stage.hears_nothing(room, last).await;

    // The article was edited, and printed by another outlet as well.
    stage.print(article("three", "Coast Gazette", &format!("The town met.\n\n{text}"))).await;
    stage.print(article("four", "Valley Echo", text)).await;
    stage.slash_by(stage.olga, "reindex", json!({"full": true})).await;
    stage.hears_nothing(room, last).await;

    let list = stage.slash_by(stage.ann, "following", json!({})).await.text();
    assert!(
        list.contains("**Pia Lund** (speaker)") && list.contains("Nothing is followed in this channel"),
        "{list}"
    );
    let ended = stage.slash_by(stage.ann, "unfollow", json!({"what": "matter:ferries"})).await.text();
    assert!(ended.contains("**ferries** (matter) is no longer followed"), "{ended}");
    let unknown = stage.slash_by(stage.ann, "unfollow", json!({"what": "boats"})).await.text();
    assert!(unknown.contains("“boats” is not followed") && unknown.contains("Pia Lund"), "{unknown}");
    stage.print(article("five", "Valley Echo", "“The ferry is old,” said Omar Okafor, the minister.")).await;
    stage.hears_nothing(room, last).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn following_obeys_the_limits_for_questions() {
    let stage = Stage::with(town()).await;
    stage.slash_by(stage.olga, "settings cooldown", json!({"seconds": 600})).await;
    assert!(stage.follow(stage.ann, json!({"speaker": "lund"})).await.contains("Following"));
    let wait = stage.follow(stage.ann, json!({"matter": "ferries"})).await;
    assert!(wait.contains("Please wait"), "{wait}");
    assert!(stage.follow(stage.ben, json!({"matter": "ferries"})).await.contains("Following"));
    let list = stage.slash_by(stage.ann, "following", json!({})).await.text();
    assert!(list.contains("Pia Lund") && !list.contains("ferries"), "{list}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn managers_can_follow_for_a_channel_within_the_settings() {
    let stage = Stage::with(town()).await;
    let refused = stage.follow(stage.ann, json!({"party": "Valley", "here": true})).await;
    assert!(refused.contains("Only people who manage the server"), "{refused}");
    for (what, says) in [
        (json!({}), "Name one speaker, party, matter or outlet"),
        (json!({"party": "Valley", "matter": "ferries"}), "Name one speaker"),
        (json!({"party": "Nowhere"}), "No party on record is called “Nowhere”. Names like it: Coast, Valley"),
        (json!({"outlet": "Nowhere"}), "No outlet on record is called “Nowhere”"),
        (json!({"speaker": "Nobody Atall"}), "No speaker on record is called “Nobody Atall”"),
        (json!({"matter": "weather"}), "No matter on record is called “weather”"),
    ] {
        let told = stage.follow(stage.olga, what).await;
        assert!(told.contains(says), "{told}");
    }
    let told = stage.follow(stage.olga, json!({"party": "Valley", "here": true})).await;
    assert!(told.contains("Following **Valley** (party)") && told.contains("in this channel"), "{told}");
    stage.follow(stage.olga, json!({"outlet": "Coast Gazette", "here": true})).await;
    let mut last = stage.sim.say(stage.ann, stage.channel, "good morning", None).expect("written");
    stage
        .print(article("three", "Valley Echo", "“The bridge is closed,” said Omar Okafor, the minister."))
        .await;
    let message = stage.hears(stage.channel, &mut last).await;
    assert!(
        message.contains("“The bridge is closed,”") && message.contains("**Valley** (party)"),
        "{message}"
    );
    // Quotes that the server's settings exclude are not posted, and nothing is posted where the bot may not
    // speak.
    stage.slash_by(stage.olga, "settings outlet", json!({"outlet": "Coast Gazette", "allowed": true})).await;
    stage
        .print(article("four", "Valley Echo", "“The bridge is open,” said Omar Okafor, the minister."))
        .await;
    stage.hears_nothing(stage.channel, last).await;
    let other = stage.sim.add_channel(stage.guild, "bot room");
    stage
        .slash_by(stage.olga, "settings channel", json!({"channel": other.to_string(), "allowed": true}))
        .await;
    stage
        .print(article("five", "Coast Gazette", "“The bridge is ours,” said Omar Okafor, the minister."))
        .await;
    stage.hears_nothing(stage.channel, last).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_posted_where_the_bot_lost_access() {
    let stage = Stage::with(town()).await;
    stage.follow(stage.olga, json!({"speaker": "Pia Lund", "here": true})).await;
    stage.follow(stage.ann, json!({"speaker": "Pia Lund"})).await;
    let mut last = stage.sim.say(stage.ann, stage.channel, "good morning", None).expect("written");
    let (room, mut heard) = (stage.sim.dm(stage.ann), Id(0));
    stage.sim.deny_bot(stage.channel, SEND_MESSAGES);
    stage.print(article("three", "Coast Gazette", "“The ferry is new,” said Pia Lund, the mayor.")).await;
    assert!(stage.hears(room, &mut heard).await.contains("The ferry is new"), "others are told");
    stage.hears_nothing(stage.channel, last).await;
    // This test provokes a refusal.
    stage.sim.take_faults();
    // With its permission back, the bot posts what is new from then on.
    stage.sim.deny_bot(stage.channel, 0);
    stage.print(article("four", "Coast Gazette", "“The ferry is fast,” said Pia Lund, the mayor.")).await;
    let message = stage.hears(stage.channel, &mut last).await;
    assert!(message.contains("The ferry is fast") && !message.contains("The ferry is new"), "{message}");
    stage.hears_nothing(stage.channel, last).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unsent_messages_are_sent_once_after_a_restart() {
    let mut stage = Stage::with(town()).await;
    stage.follow(stage.ann, json!({"speaker": "Pia Lund"})).await;
    stage.follow(stage.ben, json!({"speaker": "Pia Lund"})).await;
    // Discord accepts the first message without a response, and nothing after it.
    stage.sim.inject(Rule::request("POST", POST, Mishap::CutAfter));
    stage.sim.inject(Rule::request("POST", POST, Mishap::Status(503)).after(1).always());
    stage.print(article("three", "Coast Gazette", "“The ferry is new,” said Pia Lund, the mayor.")).await;
    let tried = |request: &rapporteur::simulator::Request| {
        request.method == "POST" && request.path.ends_with("/messages")
    };
    assert!(stage.sim.requested(SOON, tried).await, "it is tried");
    stage.stop().await;
    stage.sim.clear_rules();
    // Another article is printed while the bot is offline.
    let (name, text) = article("four", "Valley Echo", "“The ferry is fast,” said Pia Lund, the mayor.");
    fs::write(stage.corpus().join(name), text).expect("written");
    stage.start().await;
    for user in [stage.ann, stage.ben] {
        let (room, mut last) = (stage.sim.dm(user), Id(0));
        assert!(stage.hears(room, &mut last).await.contains("The ferry is new"));
        assert!(stage.hears(room, &mut last).await.contains("The ferry is fast"));
        stage.hears_nothing(room, last).await;
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreachable_follower_does_not_delay_others() {
    let stage = Stage::with(town()).await;
    for user in [stage.ann, stage.ben] {
        stage.follow(user, json!({"speaker": "Pia Lund"})).await;
    }
    // The account of the first person no longer exists.
    stage.sim.inject(Rule::request("POST", "/users/@me/channels", Mishap::Status(400)));
    let rooms = [stage.ann, stage.ben].map(|user| stage.sim.dm(user));
    stage.print(article("three", "Coast Gazette", "“The ferry is new,” said Pia Lund, the mayor.")).await;
    let heard = async |room| stage.sim.next_message(room, Id(0), SOON).await;
    let heard = tokio::select! { Some(_) = heard(rooms[0]) => true, Some(_) = heard(rooms[1]) => true, else => false };
    assert!(heard, "the other one hears of it");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_who_no_longer_exists_is_removed() {
    let stage = Stage::with(town()).await;
    stage.follow(stage.ann, json!({"speaker": "Pia Lund"})).await;
    stage.follow(stage.olga, json!({"speaker": "Pia Lund", "here": true})).await;
    stage.sim.outage(stage.guild);
    stage.sim.recovery(stage.guild);
    stage.sim.set_dms_closed(stage.ann, true);
    let mut last = stage.sim.say(stage.ben, stage.channel, "good morning", None).expect("written");
    stage.print(article("three", "Coast Gazette", "“The ferry is new,” said Pia Lund, the mayor.")).await;
    assert!(
        stage.hears(stage.channel, &mut last).await.contains("The ferry is new"),
        "an outage ends nothing"
    );
    let list = async |user| stage.slash_by(user, "following", json!({})).await.text();
    let mut text = list(stage.ann).await;
    for _ in 0..100 {
        if text.contains("Nothing is followed to you") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        text = list(stage.ann).await;
    }
    assert!(
        text.contains("Nothing is followed to you") && text.contains("in this channel: **Pia Lund**"),
        "{text}"
    );
    stage.sim.remove_bot(stage.guild);
    stage.sim.add_bot(stage.guild);
    let mut text = list(stage.ann).await;
    for _ in 0..100 {
        if text.contains("Nothing is followed in this channel") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        text = list(stage.ann).await;
    }
    assert!(text.contains("Nothing is followed in this channel"), "{text}");
    stage.end().await;
}

/// Two processes share the folder of settings. A server belongs to the second one; after a change of the
/// number of shards, to the first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_and_follows_survive_a_change_of_the_number_of_shards() {
    let part = |text: &str| Some(text.parse::<Shards>().expect("a range"));
    let simulator = simulator::Options { shards: 2, ..at_once() };
    let mut stage = Stage::with(Setup { simulator, shards: part("0/2"), ..town() }).await;
    let options = Options { shards: part("1/2"), ..stage.options() };
    let second = serve::start(options).await.expect("the second process starts");
    // The number of a server's shard is in its id, which begins with the time in milliseconds.
    let guild = loop {
        let guild = stage.sim.add_guild("Harbour", stage.olga);
        if (guild.0 >> 22) % 6 == 3 {
            break guild;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    let channel = stage.sim.add_channel(guild, "talks");
    stage.sim.join(stage.ann, guild);
    two_sessions(&stage).await;
    let said = async |stage: &Stage, user, command: &str, options: Value| {
        let id = stage.sim.slash(user, channel, command, &options).expect("the command is offered");
        stage.settled(id).await.text()
    };
    let outlet = json!({"outlet": "Coast Gazette", "allowed": true});
    said(&stage, stage.olga, "settings outlet", outlet).await;
    let told = said(&stage, stage.olga, "follow", json!({"party": "Valley", "here": true})).await;
    assert!(told.contains("in this channel"), "{told}");
    let told = said(&stage, stage.ann, "follow", json!({"speaker": "Pia Lund"})).await;
    assert!(told.contains("by direct message"), "{told}");
    // The process of another server knows what she follows.
    let again = stage.follow(stage.ann, json!({"speaker": "Pia Lund"})).await;
    assert!(again.contains("already"), "{again}");
    let room = stage.sim.dm(stage.ann);
    let (mut last, mut heard) =
        (stage.sim.say(stage.ann, channel, "good morning", None).expect("written"), Id(0));
    let print = |stage: &Stage, id: &str, outlet: &str, text: &str| {
        let (name, text) = article(id, outlet, text);
        fs::write(stage.corpus().join(name), text).expect("written");
    };
    let news = "“The bridge is closed,” said Omar Okafor, the minister.\n\n“We will mend it,” said Pia Lund, the mayor.";
    print(&stage, "three", "Coast Gazette", news);
    assert!(stage.hears(channel, &mut last).await.contains("“The bridge is closed,”"));
    assert!(stage.hears(room, &mut heard).await.contains("“We will mend it,”"));
    // The server's settings exclude this outlet, and the process that sends the news knows.
    print(
        &stage,
        "four",
        "Valley Echo",
        "“The bridge is open,” said Omar Okafor, the minister.\n\n“It is,” said Pia Lund, the mayor.",
    );
    assert!(stage.hears(room, &mut heard).await.contains("“It is,”"));
    stage.hears_nothing(channel, last).await;
    stage.hears_nothing(room, heard).await;
    second.stop().await;
    stage.stop().await;
    stage.setup.shards = part("0/3");
    stage.start().await;
    let list = said(&stage, stage.ann, "following", json!({})).await;
    assert!(list.contains("**Pia Lund** (speaker)") && list.contains("**Valley** (party)"), "{list}");
    let shown = said(&stage, stage.olga, "settings show", json!({})).await;
    assert!(shown.contains("Coast Gazette"), "{shown}");
    print(&stage, "five", "Coast Gazette", "“The bridge is mended,” said Omar Okafor, the minister.");
    assert!(stage.hears(channel, &mut last).await.contains("“The bridge is mended,”"));
    stage.hears_nothing(channel, last).await;
    stage.hears_nothing(room, heard).await;
    stage.end().await;
}

/// An embedded Discord with one channel, and a folder in which the bot runs as a separate process.
#[cfg(unix)]
struct Town {
    sim: Simulator,
    olga: Id,
    channel: Id,
    folder: TempDir,
}

#[cfg(unix)]
impl Town {
    async fn new() -> Self {
        let sim = Simulator::start(at_once()).await.expect("a port");
        let olga = sim.add_user("olga");
        let guild = sim.add_guild("desk", olga);
        let channel = sim.add_channel(guild, "talk");
        Self { sim, olga, channel, folder: process::place() }
    }

    /// Starts the bot, and waits until it is connected and has indexed its folder.
    async fn start(&self) -> process::Process {
        let (base, token) = (self.sim.base(), self.sim.token().to_owned());
        let settings = [("DISCORD_TOKEN", token.as_str()), ("DISCORD_API_BASE", base.as_str())];
        let command = process::serve(&self.folder, &settings);
        let started = tokio::task::spawn_blocking(move || {
            let mut process = process::Process::start(command);
            process.wait_for("connected");
            if !process.seen.contains("indexed ") {
                process.wait_for("indexed ");
            }
            process
        });
        started.await.expect("starts")
    }
}

/// Sends a signal and waits for the end.
#[cfg(unix)]
async fn stop(process: process::Process, signal: &str) {
    process.signal(signal);
    tokio::task::spawn_blocking(move || process.end()).await.expect("it ends");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_before_sending_neither_loses_nor_repeats_a_message() {
    let town = Town::new().await;
    let Town { sim, folder, .. } = &town;
    let (olga, channel) = (town.olga, town.channel);
    let mut running = town.start().await;
    let offered = async || {
        for _ in 0..600 {
            match sim.slash(olga, channel, "follow", &json!({"speaker": "Angela Lee", "here": true})) {
                Ok(id) => return id,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
        panic!("the command is never offered");
    };
    let mut last = offered().await;
    let said = sim.settled(last, SOON).await.text();
    assert!(said.contains("Following **Angela Lee**"), "{said}");
    for round in 0..if long() { 20 } else { 2 } {
        // The request may have taken effect although its response was lost.
        let mishap = if round % 2 == 0 { Mishap::StatusAfter(503) } else { Mishap::Status(503) };
        sim.inject(Rule::request("POST", POST, mishap).always());
        let text = format!(
            "Harbour\nOutlet: Coast Gazette\n\n“We will close harbour {round},” said Angela Lee, the mayor.\n"
        );
        fs::write(folder.path().join(format!("corpus/new-{round}.txt")), text).expect("written");
        let words = format!("harbour {round}");
        let tried = |request: &rapporteur::simulator::Request| {
            request.body["content"].as_str().is_some_and(|content| content.contains(&words))
        };
        assert!(sim.requested(SOON, tried).await, "it is tried");
        stop(running, "-KILL").await;
        sim.clear_rules();
        running = town.start().await;
        let message = sim.next_message(channel, last, SOON).await.expect("it comes");
        assert!(message["content"].as_str().expect("text").contains(&words), "{message}");
        last = id_of(&message);
        let more = sim.next_message(channel, last, Duration::from_millis(700)).await;
        assert_eq!(more.map(|message| message["content"].clone()), None, "once");
    }
    stop(running, "-TERM").await;
    sim.stop();
}

/// Records in one transaction that these users follow Angela Lee by direct message, as the bot would.
#[cfg(target_os = "linux")]
fn follow_all(file: &Path, users: &[Id]) {
    use redb::ReadableTable as _;
    let follows: redb::TableDefinition<(bool, u64, &str), u64> = redb::TableDefinition::new("follows");
    let subjects: redb::TableDefinition<&str, u64> = redb::TableDefinition::new("subjects");
    let database = redb::Database::create(file).expect("opened");
    let write = database.begin_write().expect("begun");
    {
        let mut table = write.open_table(follows).expect("a table");
        for user in users {
            table.insert((true, user.0, "speaker:Angela Lee"), 0).expect("written");
        }
        let mut table = write.open_table(subjects).expect("a table");
        let before = table.get("speaker:Angela Lee").expect("read").map_or(0, |count| count.value());
        table.insert("speaker:Angela Lee", before + users.len() as u64).expect("written");
    }
    write.commit().expect("kept");
}

/// At the pace of Discord's limits each follower is told once, over a `kill -9`, while articles are indexed
/// and questions answered as ever. 150 of them; with `RAPPORTEUR_LONG=1` a million, of whom those of two
/// minutes are counted.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_followers_of_one_speaker_hold_up_nothing() {
    let many = if long() { 1_000_000 } else { 150 };
    let town = Town::new().await;
    let Town { sim, folder, .. } = &town;
    let (olga, channel) = (town.olga, town.channel);
    // Prints an article, and says after how long it is indexed.
    let print = async |mut process: process::Process, name: &str, words: &str| {
        let text = format!("Harbour\nOutlet: Coast Gazette\n\n{words}\n");
        let begun = Instant::now();
        fs::write(folder.path().join(format!("corpus/{name}.txt")), text).expect("written");
        let wait = tokio::task::spawn_blocking(move || {
            process.wait_for("indexed added=1");
            process
        });
        (wait.await.expect("indexed"), begun.elapsed())
    };
    let asked = async || {
        let begun = Instant::now();
        let id = sim.slash(olga, channel, "said", &json!({"speaker": "Angela Lee"})).expect("offered");
        assert!(sim.settled(id, SOON).await.text().contains("archive in May"));
        begun.elapsed()
    };
    let mut running = town.start().await;
    assert!(sim.has_command("follow", SOON).await);
    let id = sim.slash(olga, channel, "follow", &json!({"speaker": "Angela Lee"})).expect("offered");
    assert!(sim.settled(id, SOON).await.text().contains("Following"));
    let quiet;
    (running, quiet) = print(running, "before", "“The quay is long,” said Omar Okafor, the minister.").await;
    let answer = asked().await;
    stop(running, "-TERM").await;
    let users: Vec<Id> = (0..many).map(|_| sim.add_user("reader")).collect();
    follow_all(&folder.path().join(".rapporteur/settings/follows.redb"), &users);

    let begun = Instant::now();
    running = town.start().await;
    let (started, before) = (begun.elapsed(), running.peak());
    let noted;
    (running, noted) = print(running, "news", "“We will sell the ferry,” said Angela Lee, the mayor.").await;
    let is_post = |request: &rapporteur::simulator::Request| {
        request.method == "POST" && request.path.ends_with("/messages") && request.status == 200
    };
    assert!(sim.requested(SOON, is_post).await, "the first is told");
    let telling = Instant::now();
    let busy;
    (running, busy) = print(running, "during", "“The quay is short,” said Omar Okafor, the minister.").await;
    let answer_meanwhile = asked().await;
    assert!(busy < quiet + Duration::from_secs(5), "{quiet:?}, then {busy:?}");
    tokio::time::sleep(Duration::from_secs(if long() { 60 } else { 2 })).await;
    let told = |users: &[Id]| {
        users.iter().take_while(|user| !sim.visible_to(**user, sim.dm(**user)).is_empty()).count()
    };
    let first = told(&users);
    let pace = first as f64 / telling.elapsed().as_secs_f64();
    let after = running.peak();
    stop(running, "-KILL").await;
    running = town.start().await;
    let end = Instant::now() + Duration::from_secs(60);
    while Instant::now() < end && told(&users) < users.len() {
        tokio::time::sleep(Duration::from_secs(if long() { 60 } else { 1 })).await;
    }
    let all = told(&users);
    assert!(all > first && (long() || all == users.len()), "{first}, then {all} of {many}");
    for user in &users[..all] {
        let heard = sim.visible_to(*user, sim.dm(*user));
        assert!(heard.len() == 1 && heard[0]["content"].to_string().contains("sell the ferry"), "{heard:?}");
    }
    let limited = sim.requests().iter().filter(|request| request.status == 429).count();
    let kept =
        fs::metadata(folder.path().join(".rapporteur/settings/follows.redb")).expect("kept").len() >> 20;
    let _ = writeln!(
        io::stderr(),
        "{many} followers: started in {started:.2?}; an article is indexed after {quiet:.2?} without them, {noted:.2?} with news for \
         them, {busy:.2?} while they are told; an answer after {answer:.2?} and {answer_meanwhile:.2?}; {first} told before the kill, \
         {pace:.1} a second, {all} in all, {limited} of the requests kept refused; {before} MB of memory before the news, {after} MB after, \
         {kept} MB on disk"
    );
    stop(running, "-TERM").await;
    assert_eq!(sim.faults(), [], "nothing against the protocol");
    sim.stop();
}
