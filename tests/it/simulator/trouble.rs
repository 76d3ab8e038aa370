//! Every failure that can be injected.

use std::time::{Duration, Instant};

use rapporteur::simulator::{Delivery, Mishap, Options, Rule, Scope};
use serde_json::{Value, json};

use super::peer::{Bot, INTENTS, LONG, Socket, commands, start};

/// Sends a request with an effect: a message in the channel.
async fn post(bot: &Bot) -> reqwest::Result<super::peer::Answer> {
    bot.try_rest("POST", &format!("/channels/{}/messages", bot.channel), &json!({"content": "a"})).await
}

fn written(bot: &Bot) -> usize {
    bot.simulator.visible_to(bot.user, bot.channel).len()
}

#[tokio::test]
async fn a_request_goes_wrong_in_every_way_and_then_right_again() {
    let bot = Bot::start().await;
    let inject = |mishap| bot.simulator.inject(Rule::request("POST", "/channels/*/messages", mishap));
    let limited = |scope, retry_after, told| Mishap::RateLimited { scope, retry_after, told };
    let header = |answer: &super::peer::Answer, name: &str| {
        answer.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };

    inject(limited(Scope::User, 0.25, true));
    let answer = post(&bot).await.expect("an answer");
    assert_eq!(
        (answer.status, &answer.body["retry_after"], &answer.body["global"]),
        (429, &json!(0.25), &json!(false))
    );
    assert_eq!(header(&answer, "retry-after").as_deref(), Some("0.25"));

    inject(limited(Scope::Global, 3600.0, true));
    let answer = post(&bot).await.expect("an answer");
    assert_eq!(header(&answer, "x-ratelimit-global").as_deref(), Some("true"));
    assert_eq!(answer.body["retry_after"], json!(3600.0));

    inject(limited(Scope::Shared, 1.0, false));
    let answer = post(&bot).await.expect("an answer");
    assert_eq!(header(&answer, "x-ratelimit-scope").as_deref(), Some("shared"));
    assert_eq!((header(&answer, "retry-after"), answer.body.get("retry_after")), (None, None));

    assert_eq!(bot.simulator.invalid_requests(), 2, "what all bots share is not held against one");

    inject(Mishap::Banned);
    let answer = post(&bot).await.expect("an answer");
    assert!(answer.status == 429 && answer.body.as_str().is_some_and(|page| page.contains("<html>")));

    inject(Mishap::Status(502));
    assert_eq!(post(&bot).await.expect("an answer").status, 502);
    inject(Mishap::Refused(403, 50_013));
    assert_eq!(post(&bot).await.expect("an answer").body["code"], 50_013);
    inject(Mishap::CutBefore);
    assert!(post(&bot).await.is_err());
    inject(Mishap::Hang);
    assert!(post(&bot).await.is_err_and(|error| error.is_timeout()));
    assert_eq!(written(&bot), 0, "none of these took effect");

    inject(Mishap::StatusAfter(500));
    assert_eq!(post(&bot).await.expect("an answer").status, 500);
    inject(Mishap::CutAfter);
    assert!(post(&bot).await.is_err());
    assert_eq!(written(&bot), 2, "these did");

    inject(Mishap::Slow(Duration::from_millis(300)));
    let before = Instant::now();
    assert_eq!(post(&bot).await.expect("an answer").status, 200);
    assert!(before.elapsed() >= Duration::from_millis(300));
    assert_eq!(post(&bot).await.expect("an answer").status, 200, "each went wrong once");
    bot.blameless();
}

#[tokio::test]
async fn a_channel_takes_five_messages_in_five_seconds() {
    let bot = Bot::start().await;
    for _ in 0..5 {
        assert_eq!(post(&bot).await.expect("an answer").status, 200);
    }
    let sixth = post(&bot).await.expect("an answer");
    assert_eq!((sixth.status, &sixth.body["global"]), (429, &json!(false)));
    assert!(sixth.body["retry_after"].as_f64().is_some_and(|wait| wait > 0.0 && wait <= 5.0));
    bot.simulator.advance(Duration::from_secs(5));
    assert_eq!(post(&bot).await.expect("an answer").status, 200);
}

#[tokio::test]
async fn events_get_lost_or_come_twice() {
    let mut bot = Bot::with_commands(commands()).await;
    bot.simulator.inject(Rule::event("INTERACTION_CREATE", Delivery::Lost));
    let question = json!({"question": "lost"});
    bot.simulator.slash(bot.user, bot.channel, "ask", &question).expect("it is registered");
    bot.simulator.inject(Rule::event("INTERACTION_CREATE", Delivery::Twice));
    let (_, first) = bot.asked().await;
    let second = bot.socket.event("INTERACTION_CREATE").await;
    assert_eq!(first["id"], second["id"]);
    assert_ne!(first["data"]["options"][0]["value"], "lost");
    assert_eq!(bot.simulator.unanswered().len(), 2);
}

#[tokio::test]
async fn heartbeats_go_unanswered_and_silence_ends_a_session() {
    let options = Options { heartbeat: Duration::from_millis(100), ..Options::default() };
    let mut bot = Bot::with(options, INTENTS).await;
    bot.socket.event("GUILD_CREATE").await;
    bot.simulator.inject(Rule::no_ack());
    bot.socket.send(json!({"op": 1, "d": null})).await;
    assert!(bot.socket.silent().await, "the first goes unanswered");
    bot.socket.send(json!({"op": 1, "d": null})).await;
    assert_eq!(bot.socket.next().await["op"], 11, "the second does not");
    assert_eq!(bot.socket.closed().await, Some(4009), "two intervals without one are too many");
}

#[tokio::test]
async fn hello_can_be_slow_and_a_socket_can_freeze() {
    let simulator = start(Options::default()).await;
    simulator.inject(Rule::slow_hello(Duration::from_millis(300)));
    let before = Instant::now();
    let mut socket = Socket::open(&simulator).await;
    assert!(before.elapsed() >= Duration::from_millis(300));
    simulator.freeze_sockets();
    // The command reaches the socket's task before the bot's message.
    tokio::time::sleep(Duration::from_millis(50)).await;
    socket.identify(simulator.token(), INTENTS).await;
    assert!(socket.silent().await);
    assert_eq!(simulator.identifies(), 0);
}

#[tokio::test]
async fn the_gateway_refuses_as_injected() {
    let simulator = start(Options { identify_gap: Duration::ZERO, ..Options::default() }).await;
    simulator.inject(Rule::no_socket());
    let url = format!("{}/gateway?v=10", simulator.base().replace("http", "ws"));
    assert!(tokio_tungstenite::connect_async(url).await.is_err());
    simulator.inject(Rule::identify_closed(4014));
    let mut socket = Socket::open(&simulator).await;
    socket.identify(simulator.token(), INTENTS).await;
    assert_eq!(socket.closed().await, Some(4014));
    simulator.inject(Rule::identify_invalid());
    let mut socket = Socket::open(&simulator).await;
    socket.identify(simulator.token(), INTENTS).await;
    assert_eq!(socket.next().await["op"], 9);
    socket.identify(simulator.token(), INTENTS).await;
    socket.event("READY").await;
    assert!(simulator.online(LONG).await);
}

#[tokio::test]
async fn stopping_cuts_open_connections() {
    let mut bot = Bot::start().await;
    bot.simulator.inject(Rule::request("GET", "/users/@me", Mishap::Hang));
    let (simulator, base) = (bot.simulator.clone(), bot.simulator.base());
    let ((), hung) = tokio::join!(
        async {
            assert!(simulator.requested(LONG, |request| request.path == "/users/@me").await);
            simulator.stop();
        },
        bot.try_rest("GET", "/users/@me", &Value::Null)
    );
    assert!(hung.is_err_and(|error| !error.is_timeout()));
    assert_eq!(bot.socket.closed().await, None);
    let address = base.strip_prefix("http://").expect("an address").to_owned();
    ended(&address).await;
}

/// Waits until the port is closed.
async fn ended(address: &str) {
    let ended = async { while tokio::net::TcpStream::connect(address).await.is_ok() {} };
    tokio::time::timeout(LONG, ended).await.expect("nobody listens any more");
}

#[tokio::test]
async fn it_stops_with_its_last_handle() {
    let simulator = start(Options::default()).await;
    let address = simulator.base().strip_prefix("http://").expect("an address").to_owned();
    let second = simulator.clone();
    drop(simulator);
    assert!(tokio::net::TcpStream::connect(&address).await.is_ok());
    drop(second);
    ended(&address).await;
}
