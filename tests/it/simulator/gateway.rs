//! The gateway: identifying, events, resuming, closing.

use std::time::Duration;

use rapporteur::simulator::Options;
use serde_json::{Value, json};

use super::peer::{Bot, INTENTS, Socket, commands, start};

#[tokio::test]
async fn a_bot_receives_its_guilds_and_is_heard() {
    let mut bot = Bot::start().await;
    let guild = bot.socket.event("GUILD_CREATE").await;
    assert_eq!((&guild["name"], guild["channels"].as_array().map(Vec::len)), (&json!("Newsroom"), Some(1)));
    assert_eq!(guild["id"], json!(bot.guild));
    let me = bot.rest("GET", "/users/@me", &Value::Null).await;
    assert_eq!((me.status, &me.body["bot"]), (200, &json!(true)));
    assert!(
        me.headers.contains_key("x-ratelimit-remaining") && me.headers.contains_key("x-ratelimit-bucket")
    );
    bot.socket.send(json!({"op": 1, "d": bot.socket.seq})).await;
    assert_eq!(bot.socket.next().await["op"], 11);
    assert_eq!(
        (bot.simulator.connections(), bot.simulator.identifies(), bot.simulator.heartbeats()),
        (1, 1, 1)
    );
    bot.blameless();
}

#[tokio::test]
async fn a_wrong_identify_is_refused() {
    let simulator = start(Options::default()).await;
    for (token, intents, code) in [
        ("wrong".to_owned(), INTENTS, 4004),
        (simulator.token().to_owned(), INTENTS | 1 << 15, 4014),
        (simulator.token().to_owned(), 1 << 40, 4013),
    ] {
        let mut socket = Socket::open(&simulator).await;
        socket.identify(&token, intents).await;
        assert_eq!(socket.closed().await, Some(code));
    }
    let mut socket = Socket::open(&simulator).await;
    socket.send(json!({"op": 3, "d": {}})).await;
    assert_eq!(socket.closed().await, Some(4003));
    let mut socket = Socket::open(&simulator).await;
    socket.send(json!({"op": 1, "d": "x".repeat(5000)})).await;
    assert_eq!(socket.closed().await, Some(4002));
}

#[tokio::test]
async fn identifies_are_limited_by_time_and_per_day() {
    let bot = Bot::with(Options { identifies: 2, ..Options::default() }, INTENTS).await;
    let mut early = Socket::open(&bot.simulator).await;
    early.identify(bot.simulator.token(), INTENTS).await;
    assert_eq!(early.next().await, json!({"op": 9, "d": false, "s": null, "t": null}));
    bot.simulator.advance(Duration::from_secs(6));
    Socket::ready(&bot.simulator, INTENTS).await;
    bot.simulator.advance(Duration::from_secs(6));
    let mut third = Socket::open(&bot.simulator).await;
    third.identify(bot.simulator.token(), INTENTS).await;
    assert_eq!(third.closed().await, Some(4004), "the day's IDENTIFYs are used up");
    assert_eq!(bot.rest("GET", "/users/@me", &Value::Null).await.status, 401, "and the token is void");
}

#[tokio::test]
async fn a_resumed_session_receives_what_it_missed() {
    let mut bot = Bot::with_commands(commands()).await;
    bot.socket.event("GUILD_CREATE").await;
    let (session, seq) = (bot.socket.session.clone(), bot.socket.seq);
    bot.simulator.drop_sockets();
    assert_eq!(bot.socket.closed().await, None);
    let options = json!({"question": "missed"});
    bot.simulator.slash(bot.user, bot.channel, "ask", &options).expect("it is registered");
    let mut socket = Socket::open(&bot.simulator).await;
    socket.resume(bot.simulator.token(), &session, seq).await;
    let missed = socket.next().await;
    assert_eq!((&missed["t"], &missed["s"]), (&json!("INTERACTION_CREATE"), &json!(seq + 1)));
    assert_eq!(socket.next().await["t"], "RESUMED");
    assert_eq!((bot.simulator.resumes(), bot.simulator.identifies()), (1, 1));
}

#[tokio::test]
async fn a_session_closed_by_the_bot_cannot_be_resumed() {
    let mut bot = Bot::with(Options { identify_gap: Duration::ZERO, ..Options::default() }, INTENTS).await;
    for (code, op) in [(4000, 0), (1000, 9)] {
        bot.socket.event("GUILD_CREATE").await;
        let (session, seq) = (bot.socket.session.clone(), bot.socket.seq);
        bot.socket.close(code).await;
        let mut socket = Socket::open(&bot.simulator).await;
        socket.resume(bot.simulator.token(), &session, seq).await;
        assert_eq!(socket.next().await["op"], op, "after {code}");
        bot.socket = Socket::ready(&bot.simulator, INTENTS).await;
    }
    assert_eq!(bot.simulator.closes(), [4000, 1000]);
}

#[tokio::test]
async fn a_session_that_is_not_known_cannot_be_resumed() {
    let mut bot = Bot::start().await;
    let (session, seq) = (bot.socket.session.clone(), bot.socket.seq);
    bot.simulator.reconnect();
    while bot.socket.next().await["op"] != 7 {}
    for (session, seq) in [("unknown", 1), (session.as_str(), seq + 100)] {
        let mut socket = Socket::open(&bot.simulator).await;
        socket.resume(bot.simulator.token(), session, seq).await;
        assert_eq!(socket.next().await["op"], 9);
    }
    bot.simulator.invalidate(false);
    while bot.socket.next().await["op"] != 9 {}
    let mut socket = Socket::open(&bot.simulator).await;
    socket.resume(bot.simulator.token(), &session, seq).await;
    assert_eq!(socket.next().await["op"], 9, "an invalid session stays invalid");
    bot.simulator.close(4009);
    assert_eq!(socket.closed().await, Some(4009));
}

#[tokio::test]
async fn each_shard_receives_its_guilds() {
    let options = Options { shards: 2, identify_gap: Duration::ZERO, ..Options::default() };
    let simulator = start(options).await;
    let owner = simulator.add_user("Angela Lee");
    let mut alone = Socket::open(&simulator).await;
    alone.identify(simulator.token(), INTENTS).await;
    assert_eq!(alone.closed().await, Some(4011), "one shard is not enough");
    let mut shards = Vec::new();
    for id in [0, 1] {
        let mut socket = Socket::open(&simulator).await;
        socket.identify_as(simulator.token(), json!({"intents": INTENTS, "shard": [id, 2]})).await;
        socket.event("READY").await;
        shards.push(socket);
    }
    for _ in 0..4 {
        let guild = simulator.add_guild("Newsroom", owner);
        let at = usize::try_from((guild.0 >> 22) % 2).expect("0 or 1");
        assert_eq!(shards[at].event("GUILD_CREATE").await["id"], json!(guild));
        assert!(shards[1 - at].silent().await);
        // The next one is created in another millisecond.
        simulator.advance(Duration::from_millis(1));
    }
    simulator.say(owner, simulator.dm(owner), "hello", None).expect("she may write");
    assert_eq!(shards[0].event("MESSAGE_CREATE").await["content"], "hello");
    assert!(shards[1].silent().await, "direct messages go to the first");
}

#[tokio::test]
async fn large_payloads_are_packed_where_asked_for() {
    let bot = Bot::with(Options { identify_gap: Duration::ZERO, ..Options::default() }, INTENTS).await;
    let mut socket = Socket::open(&bot.simulator).await;
    socket.identify_as(bot.simulator.token(), json!({"intents": INTENTS, "compress": true})).await;
    assert_eq!(socket.event("GUILD_CREATE").await["id"], json!(bot.guild));
    assert!(socket.unpacked > 0);
}

#[tokio::test]
async fn text_is_sent_only_if_it_concerns_the_bot() {
    let mut bot = Bot::start().await;
    let me = bot.simulator.application();
    let say = |content: &str| bot.simulator.say(bot.user, bot.channel, content, None).expect("he may write");
    say("nobody in particular");
    assert_eq!(bot.socket.event("MESSAGE_CREATE").await["content"], "");
    let called = say(&format!("<@{me}> who said it?"));
    let event = bot.socket.event("MESSAGE_CREATE").await;
    assert_eq!(
        (text(&event["content"]), &event["mentions"][0]["id"]),
        (format!("<@{me}> who said it?"), &json!(me))
    );
    assert_eq!(event["member"]["roles"], json!([]));
    let path = format!("/channels/{}/messages/{called}", bot.channel);
    assert_ne!(bot.rest("GET", &path, &Value::Null).await.body["content"], "");
    let dm = bot.simulator.dm(bot.user);
    bot.simulator.say(bot.user, dm, "in private", None).expect("he may write");
    assert_eq!(bot.socket.event("MESSAGE_CREATE").await["content"], "in private");
    bot.blameless();
}

#[tokio::test]
async fn all_text_is_sent_with_the_message_content_intent() {
    let options = Options { privileged_intents: 1 << 15, ..Options::default() };
    let mut bot = Bot::with(options, INTENTS | 1 << 15).await;
    bot.simulator.say(bot.user, bot.channel, "nobody in particular", None).expect("he may write");
    assert_eq!(bot.socket.event("MESSAGE_CREATE").await["content"], "nobody in particular");
}

#[tokio::test]
async fn every_event_can_be_read() {
    let options = Options { privileged_intents: 2, ..Options::default() };
    let mut bot = Bot::with(options, INTENTS | 2 | 1 << 11 | 1 << 14).await;
    let newcomer = bot.simulator.add_user("Marta Duarte");
    bot.simulator.join(newcomer, bot.guild);
    assert_eq!(bot.socket.event("GUILD_MEMBER_ADD").await["user"]["id"], json!(newcomer));
    let role = bot.simulator.add_role(bot.guild, "editors", 32);
    bot.socket.event("GUILD_ROLE_CREATE").await;
    bot.simulator.give_role(newcomer, bot.guild, role);
    bot.simulator.leave(newcomer, bot.guild);
    bot.socket.event("GUILD_MEMBER_REMOVE").await;
    let thread = bot.simulator.add_thread(bot.channel, "a thread", bot.user);
    assert_eq!(bot.socket.event("THREAD_CREATE").await["owner_id"], json!(bot.user));
    let said = bot.simulator.say(bot.user, thread, "in a thread", None).expect("he may write");
    bot.socket.event("MESSAGE_CREATE").await;
    bot.simulator.rewrite(bot.user, said, "written anew").expect("it is his");
    assert_ne!(bot.socket.event("MESSAGE_UPDATE").await["edited_timestamp"], Value::Null);
    assert!(bot.simulator.rewrite(bot.owner, said, "written anew").is_err());
    bot.simulator.delete_message(said);
    assert_eq!(bot.socket.event("MESSAGE_DELETE").await["id"], json!(said));
    for channel in [bot.channel, bot.simulator.dm(bot.user)] {
        bot.rest("POST", &format!("/channels/{channel}/typing"), &Value::Null).await;
        assert_eq!(bot.socket.event("TYPING_START").await["channel_id"], json!(channel));
        assert!(bot.simulator.typing(channel).is_some());
    }
    bot.simulator.archive(thread, false);
    assert_eq!(bot.socket.event("THREAD_UPDATE").await["thread_metadata"]["archived"], true);
    bot.simulator.delete_channel(bot.channel);
    assert_eq!(bot.socket.event("THREAD_DELETE").await["id"], json!(thread));
    bot.socket.event("CHANNEL_DELETE").await;
    bot.blameless();
}

#[tokio::test]
async fn nothing_is_sent_without_the_intent() {
    let mut bot = Bot::with(Options::default(), 1).await;
    bot.socket.event("GUILD_CREATE").await;
    bot.simulator.say(bot.user, bot.channel, "a", None).expect("he may write");
    assert!(bot.socket.silent().await);
}

#[tokio::test]
async fn a_bot_that_sends_too_much_is_closed() {
    let mut bot = Bot::start().await;
    for _ in 0..120 {
        bot.socket.send(json!({"op": 1, "d": null})).await;
    }
    assert_eq!(bot.socket.closed().await, Some(4008));
}

fn text(value: &Value) -> String {
    super::peer::text(value).to_owned()
}
