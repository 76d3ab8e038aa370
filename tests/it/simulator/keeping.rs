//! The embedded Discord is protected: without its token nothing can be sent to it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use rapporteur::simulator::{Options, Simulator};
use serde_json::{Value, json};

use super::peer::{Bot, Socket, start};

/// Sends `text`, with `HOST` replaced by the address, and reads the response until the connection ends or a
/// second passes.
fn sent(simulator: &Simulator, text: &str) -> String {
    let host = simulator.base().replace("http://", "");
    let mut stream = TcpStream::connect(&host).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(1))).expect("set");
    let text = text.replace("HOST", &host).replace("TOKEN", simulator.token());
    // It may already have answered and closed.
    let _ = stream.write_all(text.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(simulator: &Simulator, text: &str) -> String {
    sent(simulator, text).split(' ').nth(1).unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_hosts_and_other_sites_are_refused() {
    let simulator = start(Options::default()).await;
    let head = "GET /api/v10/users/@me HTTP/1.1\r\nAuthorization: Bot TOKEN\r\nConnection: close\r\n";
    let get = |more: &str| status(&simulator, &format!("{head}{more}\r\n"));
    assert_eq!(get("Host: HOST\r\n"), "200");
    let guarded = sent(&simulator, &format!("{head}Host: HOST\r\n\r\n"));
    assert!(guarded.contains("content-security-policy: default-src 'none'"), "{guarded}");
    assert_eq!(get("Host: HOST\r\nOrigin: http://HOST\r\n"), "200");
    for more in [
        "",
        "Host: attacker.example\r\n",
        "Host: attacker.example:80\r\n",
        "Host: HOST\r\nHost: attacker.example\r\n",
        "Host: HOST\r\nOrigin: https://attacker.example\r\n",
        "Host: HOST\r\nOrigin: null\r\n",
        "Host: HOST\r\nSec-Fetch-Site: cross-site\r\n",
    ] {
        assert!(matches!(get(more).as_str(), "403" | "400"), "{more}");
    }
    let upgrade = "GET /gateway?v=10 HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let open = |more: &str| status(&simulator, &format!("{upgrade}{more}\r\n"));
    assert_eq!(open("Host: HOST\r\n"), "101");
    for more in ["Host: HOST\r\nOrigin: https://attacker.example\r\n", "Host: attacker.example:80\r\n"] {
        assert_eq!(open(more), "403", "{more}");
    }
    assert_eq!(simulator.connections(), 1);
    assert_eq!(
        (simulator.requests().len(), simulator.faults().len()),
        (3, 0),
        "nothing is kept of what is refused"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_token_of_this_run_no_body_is_read_and_nothing_kept() {
    let (simulator, other) = (start(Options::default()).await, start(Options::default()).await);
    assert_ne!(simulator.token(), other.token());
    // The announced body never comes; a server that waited for it would not answer.
    for (line, expected) in [
        ("POST /api/v10/channels/1/messages", "401"),
        ("POST /api/v10/x", "401"),
        ("PUT /api/v10/applications/1100000000000000000/commands", "401"),
        ("POST /api/v10/interactions/1/aW50ZXJhY3Rpb246/callback", "404"),
        ("POST /api/v10/webhooks/1100000000000000000/aW50ZXJhY3Rpb246", "401"),
        ("PATCH /api/v10/webhooks/1100000000000000000/aW50ZXJhY3Rpb246/messages/@original", "401"),
    ] {
        let token = other.token();
        for auth in
            [String::new(), format!("Authorization: Bot {token}\r\n"), "Authorization: Bot \r\n".to_owned()]
        {
            let text = format!("{line} HTTP/1.1\r\nHost: HOST\r\n{auth}Content-Length: 100000000\r\n\r\n[");
            assert_eq!(status(&simulator, &text), expected, "{line} with {auth}");
        }
    }
    assert_eq!((simulator.refused(), simulator.requests().len()), (18, 0));
    assert!(
        simulator.faults().iter().all(|fault| fault.what.ends_with("without a token that was ever issued"))
    );
    assert_eq!(
        status(&simulator, "GET /api/v10/gateway HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"),
        "200"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_are_bounded() {
    let bot = Bot::start().await;
    let path = format!("/api/v10/channels/{}/messages", bot.channel);
    let head = format!("POST {path} HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bot TOKEN\r\n");
    assert_eq!(status(&bot.simulator, &format!("{head}Content-Length: 1048577\r\n\r\n[")), "413");
    let form = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 999999999\r\n\r\n--x";
    assert_eq!(status(&bot.simulator, &format!("{head}{form}")), "413");
    // Without a length the body is counted as it arrives.
    let chunk = format!("10000\r\n{}\r\n", "0".repeat(1 << 16));
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{}", chunk.repeat(17));
    assert_eq!(status(&bot.simulator, &chunked), "413");
    let gateway = "GET /api/v10/gateway HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\n\r\n0";
    assert_eq!(status(&bot.simulator, gateway), "413", "nobody without a token sends a body");
    assert!(
        sent(&bot.simulator, &format!("{head}X: {}\r\n\r\n", "x".repeat(64 << 10)))
            .starts_with("HTTP/1.1 431")
    );
    assert_eq!(bot.simulator.requests().len(), 0);
    let long = "x".repeat(900_000);
    let answer =
        bot.rest("POST", &format!("/channels/{}/messages", bot.channel), &json!({"content": long})).await;
    assert_eq!((answer.status, &answer.body["code"]), (400, &json!(50_035)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_gateway_takes_small_messages_and_the_token_of_this_run() {
    let (simulator, other) = (start(Options::default()).await, start(Options::default()).await);
    let mut socket = Socket::open(&simulator).await;
    socket.identify(other.token(), 1).await;
    assert_eq!(socket.closed().await, Some(4004));
    for (length, code) in [(5_000, Some(4002)), (20_000, None)] {
        let mut socket = Socket::open(&simulator).await;
        socket.send(json!({"op": 1, "d": Value::Null, "x": "x".repeat(length)})).await;
        assert_eq!(socket.closed().await, code, "of {length} bytes");
    }
}
