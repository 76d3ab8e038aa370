//! What people see when something goes wrong on the way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;

use rapporteur::discord::serve::{self, Fatal, Options};
use rapporteur::discord::{Probe, Shards, Work};
use rapporteur::simulator::{self, Delivery, Mishap, Rule, Scope, Simulator};

use super::{SOON, Setup, Stage, at_once, id_of, long, text};

const CALLBACK: &str = "/interactions/*/*/callback";
const EDIT: &str = "/webhooks/*/*/messages/@original";
const POST: &str = "/channels/*/messages";
const QUESTION: &str = "What did Ushakov say about territory?";

fn limited(scope: Scope, retry_after: f64, told: bool) -> Mishap {
    Mishap::RateLimited { scope, retry_after, told }
}

/// Returns mishaps after which the user still gets the answer.
fn bearable() -> Vec<Mishap> {
    vec![
        Mishap::Status(502),
        Mishap::StatusAfter(500),
        Mishap::Status(503),
        Mishap::CutBefore,
        Mishap::CutAfter,
        limited(Scope::User, 0.3, true),
        limited(Scope::User, 0.3, false),
        limited(Scope::Shared, 0.25, true),
        limited(Scope::Global, 0.3, true),
        Mishap::Banned,
        Mishap::Slow(Duration::from_millis(600)),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_left_waiting_when_discord_stumbles() {
    let stage = Stage::new().await;
    for (method, path) in [("POST", CALLBACK), ("PATCH", EDIT)] {
        for mishap in bearable() {
            stage.sim.inject(Rule::request(method, path, mishap.clone()));
            let answer = stage.ask(QUESTION).await;
            assert!(answer.text().contains("Yuri Ushakov"), "{path} {mishap:?}: {}", answer.text());
            // The copy of an acknowledgement whose response was lost is refused; that proves that the first
            // one arrived.
            let lost = matches!(mishap, Mishap::StatusAfter(_) | Mishap::CutAfter);
            let copies = stage.sim.take_faults().iter().filter(|fault| fault.code == 40_060).count();
            assert_eq!(copies, usize::from(lost && path == CALLBACK), "{mishap:?}");
            if let Mishap::RateLimited { retry_after, told: true, .. } = mishap {
                // A request is recorded when it is answered, which may be after its effect is visible.
                let limited = stage.sim.requests().into_iter().rfind(|request| request.status == 429);
                let limited = limited.expect("it was limited");
                let is_again =
                    |request: &simulator::Request| request.at > limited.at && request.path == limited.path;
                assert!(stage.sim.requested(SOON, is_again).await, "it came again");
                let again = stage.sim.requests().into_iter().find(is_again).expect("it came again");
                let waited = again.at - limited.at;
                assert!(
                    Duration::from_millis(waited.unsigned_abs()).as_secs_f64() >= retry_after,
                    "{waited} ms"
                );
            }
        }
    }
    // If an attempt to acknowledge hangs, there is time for another.
    stage.sim.inject(Rule::request("POST", CALLBACK, Mishap::Hang));
    assert!(stage.ask(QUESTION).await.text().contains("Yuri Ushakov"));
    stage.end().await;
}

/// The same for commands of the desk, whose answers may have a file: each mishap for one of them in turn.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_of_the_desk_arrive_when_discord_stumbles() {
    let stage = Stage::new().await;
    let asked = [
        ("timeline", json!({"party": "Russia", "matter": "territory"}), "/timeline matter:territory", 1),
        ("positions", json!({"matter": "territory"}), "Where the parties stand on territory", 0),
        ("export", json!({"question": QUESTION}), "word for word, with speakers and sources", 1),
        ("round", json!({"name": "the Alaska summit"}), "Held in Alaska on 15 August 2025.", 0),
        ("check", json!({"quote": "a compromise was found", "speaker": "Ushakov"}), "Yuri Ushakov", 0),
        ("speaker", json!({"name": "Ushakov"}), "Speaks for: Russia.", 0),
    ];
    let places = [("POST", CALLBACK), ("PATCH", EDIT)];
    let mishaps = bearable().into_iter().flat_map(|mishap| places.map(|place| (place, mishap.clone())));
    for (((method, path), mishap), (command, options, says, files)) in mishaps.zip(asked.iter().cycle()) {
        stage.sim.inject(Rule::request(method, path, mishap.clone()));
        let outcome = stage.slash_by(stage.reader(), command, options.clone()).await;
        let text = outcome.text();
        assert!(text.contains(says), "{command}, {path} {mishap:?}: {text}");
        let sent = &outcome.message.as_ref().expect("a message")["attachments"];
        assert_eq!(sent.as_array().map_or(0, Vec::len), *files, "{command}, {path} {mishap:?}");
        // Only copies of acknowledgements whose response was lost are refused.
        assert!(
            stage.sim.take_faults().iter().all(|fault| fault.code == 40_060),
            "{command}, {path} {mishap:?}"
        );
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_arrives_once_whatever_goes_wrong() {
    let stage = Stage::new().await;
    for mishap in bearable() {
        stage.sim.inject(Rule::request("POST", POST, mishap.clone()));
        let answer = stage.say(stage.reader(), stage.channel, &stage.mention(QUESTION), None).await;
        assert!(text(&answer).contains("Yuri Ushakov"), "{mishap:?}");
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let bot = stage.sim.application().to_string();
    let seen = stage.sim.visible_to(stage.ann, stage.channel);
    assert_eq!(seen.iter().filter(|message| message["author"]["id"] == bot).count(), bearable().len());
    stage.end().await;
}

/// Refusals that a retry cannot change: each is accepted as final, ten times.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_interaction_is_given_up() {
    let stage = Stage::new().await;
    let kinds = [
        ("POST", CALLBACK, Mishap::Refused(404, 10_062), "callback"),
        ("POST", CALLBACK, Mishap::Refused(404, 10_015), "callback"),
        ("PATCH", EDIT, Mishap::Refused(404, 10_008), "@original"),
        ("PATCH", EDIT, Mishap::Refused(404, 10_015), "@original"),
        ("PATCH", EDIT, Mishap::Refused(401, 50_027), "@original"),
    ];
    for (method, path, mishap, end) in kinds {
        for _ in 0..10 {
            let tried = || stage.sim.requests().iter().filter(|request| request.path.ends_with(end)).count();
            let before = tried();
            stage.sim.inject(Rule::request(method, path, mishap.clone()));
            let options = json!({"question": QUESTION});
            stage.sim.slash(stage.reader(), stage.channel, "ask", &options).expect("offered");
            for _ in 0..1500 {
                if tried() > before {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            tokio::time::sleep(Duration::from_millis(60)).await;
            assert_eq!(tried(), before + 1, "{mishap:?} is not tried again");
        }
    }
    stage.sim.inject(Rule::request("PATCH", EDIT, Mishap::Refused(403, 50_013)));
    let id = stage
        .sim
        .slash(stage.reader(), stage.channel, "ask", &json!({"question": QUESTION}))
        .expect("offered");
    let alone = |request: &simulator::Request| request.body["flags"] == 64 && request.status == 200;
    assert!(stage.sim.requested(SOON, alone).await);
    let told = stage.sim.outcome(id).follow_ups.pop().expect("a follow-up");
    assert!(text(&told).contains("Yuri Ushakov"), "what may not be posted comes to whoever asked alone");
    stage.sim.inject(Rule::request("PATCH", EDIT, Mishap::Refused(400, 50_035)));
    assert!(stage.ask(QUESTION).await.text().contains("Something went wrong"), "nobody waits for a bug");
    stage.sim.take_faults();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_of_an_hour_causes_no_burst_of_retries() {
    let stage = Stage::new().await;
    stage.sim.inject(Rule::request("PATCH", EDIT, limited(Scope::User, 3600.0, true)).always());
    let id = stage
        .sim
        .slash(stage.reader(), stage.channel, "ask", &json!({"question": QUESTION}))
        .expect("offered");
    assert!(stage.sim.acknowledged(id, SOON).await.acknowledged_after.is_some());
    stage.sim.requested(SOON, |request| request.method == "PATCH").await;
    tokio::time::sleep(Duration::from_millis(800)).await;
    let edits = stage.sim.requests().iter().filter(|request| request.method == "PATCH").count();
    assert_eq!(edits, 1, "it waits as told");
    stage.sim.clear_rules();
    assert!(stage.ask(QUESTION).await.text().contains("Yuri Ushakov"));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_comes_twice_is_answered_once() {
    let stage = Stage::new().await;
    stage.sim.inject(Rule::event("INTERACTION_CREATE", Delivery::Twice).times(10));
    for _ in 0..10 {
        assert!(stage.ask(QUESTION).await.text().contains("Yuri Ushakov"));
    }
    stage.sim.inject(Rule::event("MESSAGE_CREATE", Delivery::Twice));
    stage.say(stage.ann, stage.channel, &stage.mention(QUESTION), None).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let callbacks = stage.sim.requests().iter().filter(|request| request.path.ends_with("/callback")).count();
    let posts = stage
        .sim
        .requests()
        .iter()
        .filter(|request| request.method == "POST" && request.path.ends_with("/messages"))
        .count();
    assert_eq!((callbacks, posts), (10, 1));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bot_survives_a_lost_gateway() {
    let simulator = simulator::Options { heartbeat: Duration::from_millis(1500), ..at_once() };
    let stage = Stage::with(Setup { simulator, ..Setup::default() }).await;
    let works = |what: &'static str| {
        let stage = &stage;
        async move {
            let answer = stage.ask(QUESTION).await;
            assert!(answer.text().contains("Yuri Ushakov"), "after {what}: {}", answer.text());
        }
    };
    stage.sim.reconnect();
    works("op 7").await;
    stage.sim.drop_sockets();
    works("a dropped socket").await;
    assert!(stage.sim.resumes() >= 2, "both are resumed");
    stage.sim.close(4000);
    works("close 4000").await;
    stage.sim.invalidate(true);
    works("op 9, resumable").await;
    stage.sim.invalidate(false);
    assert!(stage.sim.online(SOON).await);
    works_again(&stage).await;
    stage.sim.close(4009);
    works_again(&stage).await;
    for _ in 0..if long() { 10 } else { 1 } {
        stage.sim.inject(Rule::no_ack().times(3));
        tokio::time::sleep(Duration::from_secs(4)).await;
        works_again(&stage).await;
    }
    stage.sim.freeze_sockets();
    works_again(&stage).await;
    stage.end().await;
}

/// Dropped and half-open sockets and close codes, five times each, and the number of sessions that many drops
/// use up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_way_to_lose_the_gateway_is_survived() {
    let (rounds, drops) = if long() { (5, 1000) } else { (1, 20) };
    let stage = Stage::with(Setup { simulator: at_once(), ..Setup::default() }).await;
    for _ in 0..rounds {
        for code in [4000, 4001, 4002, 4003, 4005, 4008] {
            stage.sim.close(code);
            works_again(&stage).await;
        }
    }
    let before = stage.sim.identifies();
    for _ in 0..drops {
        stage.sim.drop_sockets();
        assert!(stage.sim.online(SOON).await);
    }
    works_again(&stage).await;
    let sessions = stage.sim.identifies() - before;
    assert!(sessions < 50, "{sessions} sessions begun for {drops} drops; Discord allows 1000 a day");
    stage.end().await;
}

/// Waits until two shards have begun, and checks that no more do.
pub(super) async fn two_sessions(stage: &Stage) {
    for _ in 0..300 {
        if stage.sim.identifies() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(stage.sim.identifies(), 2, "one session a shard");
    tokio::time::sleep(Duration::from_millis(300)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_shards_answer_as_one() {
    let simulator = simulator::Options { shards: 2, ..at_once() };
    let stage = Stage::with(Setup { simulator, ..Setup::default() }).await;
    let other = stage.sim.add_guild("Other desk", stage.ann);
    let channel = stage.sim.add_channel(other, "talks");
    two_sessions(&stage).await;
    assert!(stage.ask(QUESTION).await.text().contains("Yuri Ushakov"));
    let id = stage.sim.slash(stage.ann, channel, "ask", &json!({"question": QUESTION})).expect("offered");
    assert!(stage.settled(id).await.text().contains("Yuri Ushakov"));
    let puts = stage.sim.requests().iter().filter(|request| request.method == "PUT").count();
    assert_eq!(puts, 1, "the commands are sent once for all shards");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_divide_the_shards() {
    let simulator = simulator::Options { shards: 2, ..at_once() };
    let part = |text: &str| Some(text.parse::<Shards>().expect("a range"));
    let stage = Stage::with(Setup { simulator, shards: part("0/2"), ..Setup::default() }).await;
    let options = Options { shards: part("1/2"), ..stage.options() };
    let second = serve::start(options).await.expect("the second process starts");
    // Servers of both shards; the number of a server's shard is in its id.
    let mut channels = [None, None];
    for number in 0..200 {
        // Ids begin with the time in milliseconds.
        tokio::time::sleep(Duration::from_millis(1)).await;
        if channels.iter().all(Option::is_some) {
            break;
        }
        let guild = stage.sim.add_guild(&format!("Desk {number}"), stage.ann);
        let channel = stage.sim.add_channel(guild, "talks");
        channels[usize::from((guild.0 >> 22) % 2 == 1)].get_or_insert(channel);
    }
    two_sessions(&stage).await;
    for channel in channels {
        let channel = channel.expect("there are servers of both shards");
        let said =
            stage.sim.say(stage.ann, channel, &stage.mention(QUESTION), None).expect("may write there");
        let answer = stage.sim.next_message(channel, said, SOON).await.expect("one of them answers");
        assert!(answer.to_string().contains("Yuri Ushakov"), "{answer}");
        let more = stage.sim.next_message(channel, id_of(&answer), Duration::from_secs(1)).await;
        assert!(more.is_none(), "both of them answer: {more:?}");
    }
    let puts = stage.sim.requests().iter().filter(|request| request.method == "PUT").count();
    assert_eq!(puts, 1, "one of them sends the commands");
    second.stop().await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_discord_rejects_is_not_requested_again() {
    for code in [4013, 4014] {
        let mut stage = Stage::new().await;
        stage.sim.close(code);
        let fatal =
            tokio::time::timeout(SOON, stage.bot.as_mut().expect("runs").ended()).await.expect("it ends");
        assert!(matches!(fatal, Fatal::Session(_)), "{code}: {fatal:?}");
        stage.end().await;
    }
}

/// Asks until the bot has a new session: events between two sessions are lost, as on Discord.
async fn works_again(stage: &Stage) {
    for _ in 0..30 {
        let id = stage
            .sim
            .slash(stage.ann, stage.channel, "ask", &json!({"question": QUESTION}))
            .expect("offered");
        let outcome = stage.sim.settled(id, Duration::from_secs(2)).await;
        if outcome.settled {
            assert!(outcome.text().contains("Yuri Ushakov"));
            return;
        }
    }
    panic!("the bot never came back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_token_ends_the_bot_with_a_message() {
    let mut stage = Stage::with(Setup { simulator: at_once(), ..Setup::default() }).await;
    stage.sim.close(4004);
    let fatal = tokio::time::timeout(SOON, stage.bot.as_mut().expect("runs").ended()).await.expect("it ends");
    assert!(matches!(fatal, Fatal::Token), "{fatal:?}");
    assert!(fatal.to_string().contains("Discord rejects the token"));
    stage.stop().await;
    let token = SecretString::from("bm90LXRoaXM.wrong.canarycanarycanarycanary".to_owned());
    let mut bot = serve::start(Options { token, ..stage.options() }).await.expect("starts");
    let fatal = tokio::time::timeout(SOON, bot.ended()).await.expect("it ends");
    assert!(matches!(fatal, Fatal::Token), "{fatal:?}");
    bot.stop().await;
    assert_eq!(stage.sim.refused(), 1, "a token that is refused is not tried again");
    stage.sim.take_faults();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_gives_an_apology_and_the_bot_continues() {
    let armed = Arc::new(AtomicBool::new(false));
    let probe: Probe = {
        let armed = Arc::clone(&armed);
        Arc::new(move |_: Work| assert!(!armed.load(Ordering::SeqCst), "armed by the test"))
    };
    let stage = Stage::with(Setup { probe: Some(probe), ..Setup::default() }).await;
    let good = stage.ask(QUESTION).await;
    for round in 1..=10 {
        armed.store(true, Ordering::SeqCst);
        let command = stage.ask(QUESTION).await;
        assert!(
            command.text().contains("Something went wrong") && command.text().contains('`'),
            "{}",
            command.text()
        );
        let click = stage.click(stage.reader(), &good, "Context").await;
        assert!(click.text().contains("Something went wrong"), "{}", click.text());
        let message = stage.say(stage.reader(), stage.channel, &stage.mention(QUESTION), None).await;
        assert!(text(&message).contains("Something went wrong"), "{}", text(&message));
        let typed = json!({"speaker": "ush"});
        stage.sim.autocomplete(stage.ann, stage.channel, "said", &typed, "speaker").expect("offered");
        stage.sim.outage(stage.guild);
        stage.sim.recovery(stage.guild);
        for _ in 0..200 {
            if stage.running().bot().metrics().get(rapporteur::discord::metrics::Count::Panic) >= round * 5 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        armed.store(false, Ordering::SeqCst);
        assert!(stage.ask(QUESTION).await.text().contains("Yuri Ushakov"), "it lives");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let panics = stage.running().bot().metrics().get(rapporteur::discord::metrics::Count::Panic);
    assert_eq!(panics, 50, "each is counted");
    stage.sim.take_faults();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_comes_too_late_ends_quietly() {
    let sim: Arc<OnceLock<Simulator>> = Arc::default();
    let armed = Arc::new(AtomicBool::new(false));
    let probe: Probe = {
        let (sim, armed) = (Arc::clone(&sim), Arc::clone(&armed));
        Arc::new(move |work| {
            if work == Work::Answer && armed.swap(false, Ordering::SeqCst) {
                sim.get().expect("set").advance(Duration::from_secs(16 * 60));
            }
        })
    };
    let stage = Stage::with(Setup { probe: Some(probe), ..Setup::default() }).await;
    assert!(sim.set(stage.sim.clone()).is_ok());
    for _ in 0..10 {
        armed.store(true, Ordering::SeqCst);
        let before = stage.sim.requests().len();
        let refused =
            |requests: &[simulator::Request]| requests.iter().filter(|request| request.status == 401).count();
        let earlier = refused(&stage.sim.requests());
        stage
            .sim
            .slash(stage.reader(), stage.channel, "ask", &json!({"question": QUESTION}))
            .expect("offered");
        for _ in 0..600 {
            if refused(&stage.sim.requests()) > earlier {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(refused(&stage.sim.requests()), earlier + 1);
        tokio::time::sleep(Duration::from_millis(100)).await;
        // Looking up the commands of a server is still allowed.
        let is_of_the_answer = |one: &simulator::Request| !one.path.contains("/commands");
        let requests = stage.sim.requests().into_iter().skip(before).filter(is_of_the_answer);
        let sent: Vec<String> = requests.map(|one| format!("{} {}", one.method, one.path)).collect();
        assert!(sent.len() <= 3, "no storm: {sent:#?}");
    }
    stage.sim.take_faults();
    let page = stage.slash("said", json!({"speaker": "Zelenskyy"})).await;
    stage.sim.advance(Duration::from_secs(86_400));
    assert!(
        stage.click(stage.ann, &page, "Next").await.text().contains("\n-# 4–6 of "),
        "a button has a token of its own"
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_deleted_in_the_meantime_causes_no_error() {
    type Doomed = OnceLock<(Simulator, simulator::Id)>;
    let doomed: Arc<Doomed> = Arc::default();
    let probe: Probe = {
        let doomed = Arc::clone(&doomed);
        Arc::new(move |_| {
            if let Some((sim, channel)) = doomed.get() {
                sim.delete_channel(*channel);
            }
        })
    };
    let stage = Stage::with(Setup { probe: Some(probe), ..Setup::default() }).await;
    let channel = stage.sim.add_channel(stage.guild, "short-lived");
    assert!(doomed.set((stage.sim.clone(), channel)).is_ok());
    stage.sim.say(stage.ann, channel, &stage.mention(QUESTION), None).expect("written");
    let gone = |request: &simulator::Request| request.method == "POST" && request.status == 404;
    assert!(stage.sim.requested(SOON, gone).await);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(stage.sim.requests().iter().filter(|request| request.status == 404).count(), 1, "tried once");
    stage.sim.take_faults();
    assert!(stage.ask(QUESTION).await.text().contains("Yuri Ushakov"));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_finishes_answers_in_progress() {
    let probe: Probe = Arc::new(|work| {
        if work == Work::Answer {
            std::thread::sleep(Duration::from_millis(400));
        }
    });
    let mut stage = Stage::with(Setup { probe: Some(probe), ..Setup::default() }).await;
    let id = stage
        .sim
        .slash(stage.reader(), stage.channel, "ask", &json!({"question": QUESTION}))
        .expect("offered");
    assert!(stage.sim.acknowledged(id, SOON).await.acknowledged_after.is_some());
    let begun = std::time::Instant::now();
    stage.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(10));
    let outcome = stage.sim.outcome(id);
    assert!(outcome.settled && outcome.text().contains("Yuri Ushakov"), "{outcome:?}");
    assert!(stage.sim.closes().iter().all(|code| (1000..=1001).contains(code)), "{:?}", stage.sim.closes());
    assert!(!stage.sim.closes().is_empty(), "it says goodbye");
    stage.end().await;
}
