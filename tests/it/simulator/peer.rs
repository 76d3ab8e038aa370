//! A bot on plain sockets; serenity must also be able to read what it receives.

use std::io::Read;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rapporteur::simulator::{Id, Options, Simulator};
use serde_json::{Value, json};
use serenity::model::event::{Event, GatewayEvent};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Longer than anything here takes on a loaded machine.
pub(super) const LONG: Duration = Duration::from_secs(20);
/// Guilds, guild messages, direct messages.
pub(super) const INTENTS: u64 = 4609;

/// A response of the REST API.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
    pub(super) headers: reqwest::header::HeaderMap,
}

/// One gateway socket.
pub(super) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(super) session: String,
    pub(super) seq: u64,
    /// The number of compressed payloads.
    pub(super) unpacked: usize,
}

impl Socket {
    pub(super) async fn open(simulator: &Simulator) -> Socket {
        let url = format!("{}/gateway?v=10", simulator.base().replace("http", "ws"));
        let (stream, _) = tokio_tungstenite::connect_async(url).await.expect("the gateway listens");
        let mut socket = Socket { stream, session: String::new(), seq: 0, unpacked: 0 };
        assert_eq!(socket.next().await["op"], 10, "HELLO comes first");
        socket
    }

    /// Opens a socket, identifies, and reads up to READY.
    pub(super) async fn ready(simulator: &Simulator, intents: u64) -> Socket {
        let mut socket = Socket::open(simulator).await;
        socket.identify(simulator.token(), intents).await;
        let ready = socket.event("READY").await;
        socket.session = ready["session_id"].as_str().expect("READY names the session").to_owned();
        socket
    }

    pub(super) async fn send(&mut self, payload: Value) {
        self.stream.send(Message::Text(payload.to_string().into())).await.expect("the socket is open");
    }

    pub(super) async fn identify(&mut self, token: &str, intents: u64) {
        self.identify_as(token, json!({"intents": intents, "shard": [0, 1]})).await;
    }

    pub(super) async fn identify_as(&mut self, token: &str, mut data: Value) {
        data["token"] = json!(token);
        data["properties"] = json!({"os": "linux", "browser": "test", "device": "test"});
        self.send(json!({"op": 2, "d": data})).await;
    }

    pub(super) async fn resume(&mut self, token: &str, session: &str, seq: u64) {
        self.send(json!({"op": 6, "d": {"token": token, "session_id": session, "seq": seq}})).await;
    }

    async fn message(&mut self) -> Option<Message> {
        let next = tokio::time::timeout(LONG, self.stream.next()).await.expect("the gateway says something");
        next.and_then(Result::ok)
    }

    /// Returns the next payload, which serenity must be able to read.
    pub(super) async fn next(&mut self) -> Value {
        let text = match self.message().await {
            Some(Message::Text(text)) => text.as_str().to_owned(),
            Some(Message::Binary(bytes)) => {
                self.unpacked += 1;
                let mut text = String::new();
                flate2::read::ZlibDecoder::new(&bytes[..])
                    .read_to_string(&mut text)
                    .expect("packed with zlib");
                text
            }
            other => panic!("expected a payload, got {other:?}"),
        };
        let read: GatewayEvent = serenity::json::from_str(&text).expect("serenity reads the payload");
        if let GatewayEvent::Dispatch(_, Event::Unknown(event)) = read {
            panic!("serenity cannot read this {}: {}", event.kind, event.value);
        }
        let value: Value = serde_json::from_str(&text).expect("payloads are JSON");
        self.seq = value["s"].as_u64().unwrap_or(self.seq);
        value
    }

    /// Returns the data of the next event with this name; others are skipped.
    pub(super) async fn event(&mut self, name: &str) -> Value {
        loop {
            let mut payload = self.next().await;
            if payload["t"] == name {
                return payload["d"].take();
            }
        }
    }

    /// Returns the code with which the gateway closes; `None` if the socket is cut.
    pub(super) async fn closed(&mut self) -> Option<u16> {
        loop {
            match self.message().await {
                Some(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                Some(_) => {}
                None => return None,
            }
        }
    }

    /// Closes with a code and waits for the gateway's close frame in reply.
    pub(super) async fn close(&mut self, code: u16) {
        let frame = CloseFrame { code: code.into(), reason: "".into() };
        self.stream.close(Some(frame)).await.expect("the socket is open");
        assert_eq!(self.closed().await, Some(code));
        while self.message().await.is_some() {}
    }

    /// Returns true if nothing arrives for a moment.
    pub(super) async fn silent(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(150), self.stream.next()).await.is_err()
    }
}

/// The bot, and the guild it works in.
pub(super) struct Bot {
    pub(super) simulator: Simulator,
    pub(super) socket: Socket,
    pub(super) owner: Id,
    pub(super) user: Id,
    pub(super) guild: Id,
    pub(super) channel: Id,
}

pub(super) async fn start(mut options: Options) -> Simulator {
    if let (None, Some(log)) = (&options.log, std::env::var_os("RAPPORTEUR_SIMULATOR_LOG")) {
        options.log = Some(log.into());
        options.log_answers = true;
    }
    Simulator::start(options).await.expect("a port is free")
}

impl Bot {
    pub(super) async fn start() -> Bot {
        Bot::with(Options::default(), INTENTS).await
    }

    pub(super) async fn with(options: Options, intents: u64) -> Bot {
        let simulator = start(options).await;
        let (owner, user) = (simulator.add_user("Angela Lee"), simulator.add_user("Omar Okafor"));
        let guild = simulator.add_guild("Newsroom", owner);
        let channel = simulator.add_channel(guild, "general");
        simulator.join(user, guild);
        let socket = Socket::ready(&simulator, intents).await;
        Bot { simulator, socket, owner, user, guild, channel }
    }

    /// Works as [`Bot::start`], and registers commands.
    pub(super) async fn with_commands(commands: Value) -> Bot {
        let bot = Bot::start().await;
        let answer = bot.put_commands(&commands).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        bot
    }

    pub(super) async fn put_commands(&self, commands: &Value) -> Answer {
        self.rest("PUT", &format!("/applications/{}/commands", self.simulator.application()), commands).await
    }

    pub(super) async fn rest(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.try_rest(method, path, body).await.expect("an answer")
    }

    pub(super) async fn try_rest(&self, method: &str, path: &str, body: &Value) -> reqwest::Result<Answer> {
        let url = format!("{}/api/v10{path}", self.simulator.base());
        let method = method.parse().expect("a method");
        let mut request = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(3))
            .build()?
            .request(method, url)
            .header("Authorization", format!("Bot {}", self.simulator.token()));
        if !body.is_null() {
            request = request.header("Content-Type", "application/json").body(body.to_string());
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer { status, body, headers })
    }

    /// Answers an interaction.
    pub(super) async fn callback(&self, interaction: &Value, body: &Value) -> Answer {
        let (id, token) = (text(&interaction["id"]), text(&interaction["token"]));
        self.rest("POST", &format!("/interactions/{id}/{token}/callback"), body).await
    }

    /// Uses an interaction's token; `rest` is what follows it in the path.
    pub(super) async fn hook(&self, method: &str, interaction: &Value, rest: &str, body: &Value) -> Answer {
        let (application, token) = (self.simulator.application(), text(&interaction["token"]));
        self.rest(method, &format!("/webhooks/{application}/{token}{rest}"), body).await
    }

    /// Calls `/ask` and returns the interaction as the bot receives it, and its id.
    pub(super) async fn asked(&mut self) -> (Id, Value) {
        let options = json!({"question": "what did Angela Lee say about the archive?"});
        let id = self.simulator.slash(self.user, self.channel, "ask", &options).expect("it is registered");
        (id, self.socket.event("INTERACTION_CREATE").await)
    }

    /// Checks that there were no protocol violations.
    pub(super) fn blameless(&self) {
        assert_eq!(self.simulator.faults(), []);
    }
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// Returns a question command and a menu command, for guilds, direct messages and user installs.
pub(super) fn commands() -> Value {
    let everywhere = json!([0, 1, 2]);
    json!([
        {"name": "ask", "description": "Ask", "contexts": everywhere, "integration_types": [0, 1], "options": [
            {"type": 3, "name": "question", "description": "What", "required": true},
            {"type": 3, "name": "speaker", "description": "Who", "autocomplete": true},
        ]},
        {"name": "settings", "description": "Settings", "default_member_permissions": "32", "contexts": [0], "options": [
            {"type": 1, "name": "show", "description": "Show"},
            {"type": 1, "name": "cooldown", "description": "Set", "options": [
                {"type": 4, "name": "seconds", "description": "How many", "min_value": 0, "required": true}]},
        ]},
        {"name": "Find who said this", "type": 3, "contexts": everywhere, "integration_types": [0, 1]},
    ])
}
