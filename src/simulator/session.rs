//! Which gateway sessions are there, and what has each been told?
//!
//! Events are queued and numbered per session, not per socket: what happens while a socket is away is told when the session is
//! resumed. After the reference's page on the gateway.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::clock::Id;
use super::permission;
use super::rule::Delivery;
use super::world::{APPLICATION, State};

pub(super) const GUILDS: u64 = 1;
pub(super) const GUILD_MEMBERS: u64 = 1 << 1;
pub(super) const GUILD_PRESENCES: u64 = 1 << 8;
pub(super) const GUILD_MESSAGES: u64 = 1 << 9;
pub(super) const GUILD_MESSAGE_TYPING: u64 = 1 << 11;
pub(super) const DIRECT_MESSAGES: u64 = 1 << 12;
pub(super) const DIRECT_MESSAGE_TYPING: u64 = 1 << 14;
pub(super) const MESSAGE_CONTENT: u64 = 1 << 15;

/// Milliseconds for which a session without a socket can be resumed.
const RESUMABLE: i64 = 180_000;
/// Events kept for a session that does not acknowledge them.
const KEPT: usize = 20_000;

/// What goes to a socket.
#[derive(Clone, Debug)]
pub(super) enum Out {
    Text(String),
    Close(u16, &'static str),
    /// The connection breaks without a word.
    Cut,
    /// The connection stays and nothing comes or is heard any more.
    Freeze,
}

/// Something to tell the bot.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) name: &'static str,
    pub(super) guild: Option<Id>,
    /// The channel that must be seen to be told.
    pub(super) channel: Option<Id>,
    /// The intent without which it is not told; 0 for none.
    pub(super) intent: u64,
    pub(super) data: Value,
    /// What a session without the message-content intent is told instead.
    pub(super) without_content: Option<Value>,
}

struct Session {
    id: String,
    shard: (u64, u64),
    intents: u64,
    seq: u64,
    kept: VecDeque<(u64, String)>,
    link: Option<u64>,
    /// When its socket went away.
    left: i64,
}

impl Session {
    /// Numbers an event, keeps it, returns it as sent.
    fn number(&mut self, name: &str, data: &Value) -> String {
        self.seq += 1;
        let text = json!({"op": 0, "s": self.seq, "t": name, "d": data}).to_string();
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((self.seq, text.clone()));
        text
    }
}

/// One open socket.
struct Link {
    sender: UnboundedSender<Out>,
    /// Times of the messages it sent within the last minute.
    sent: VecDeque<i64>,
    identified: bool,
}

/// All sessions and sockets.
pub(super) struct Sessions {
    list: Vec<Session>,
    links: BTreeMap<u64, Link>,
    /// When the last IDENTIFY of each rate-limit key came.
    last_identify: HashMap<u64, i64>,
    pub(super) heartbeat: Duration,
    pub(super) shards: u64,
    pub(super) identify_gap: Duration,
    pub(super) privileged: u64,
    /// IDENTIFYs left today.
    pub(super) left: u32,
    pub(super) total: u32,
    pub(super) connections: u32,
    pub(super) identifies: u32,
    pub(super) resumes: u32,
    pub(super) heartbeats: u32,
    pub(super) closes: Vec<u16>,
}

impl Sessions {
    pub(super) fn new(
        heartbeat: Duration,
        shards: u64,
        identify_gap: Duration,
        privileged: u64,
        total: u32,
    ) -> Self {
        Sessions {
            list: Vec::new(),
            links: BTreeMap::new(),
            last_identify: HashMap::new(),
            heartbeat,
            shards,
            identify_gap,
            privileged,
            left: total,
            total,
            connections: 0,
            identifies: 0,
            resumes: 0,
            heartbeats: 0,
            closes: Vec::new(),
        }
    }

    /// Sessions with a socket.
    pub(super) fn online(&self) -> usize {
        self.list.iter().filter(|session| session.link.is_some()).count()
    }

    pub(super) fn open(&mut self, sender: UnboundedSender<Out>) -> u64 {
        self.connections += 1;
        let id = u64::from(self.connections);
        self.links.insert(id, Link { sender, sent: VecDeque::new(), identified: false });
        id
    }

    /// A socket went away; `code` where the bot closed it with one.
    pub(super) fn closed(&mut self, link: u64, code: Option<u16>, now: i64) {
        self.links.remove(&link);
        self.closes.extend(code);
        // By closing with 1000 or 1001 a bot says that it will not come back.
        self.list.retain(|s| s.link != Some(link) || !matches!(code, Some(1000 | 1001)));
        for session in self.list.iter_mut().filter(|session| session.link == Some(link)) {
            session.link = None;
            session.left = now;
        }
    }

    pub(super) fn send(&self, link: u64, out: Out) {
        if let Some(link) = self.links.get(&link) {
            // A socket that is closing needs no more.
            let _ = link.sender.send(out);
        }
    }

    pub(super) fn send_all(&self, out: &Out) {
        for link in self.links.keys() {
            self.send(*link, out.clone());
        }
    }

    /// Forgets a socket's session: it cannot be resumed.
    pub(super) fn end(&mut self, link: u64) {
        self.list.retain(|session| session.link != Some(link));
    }

    /// Forgets every session: none can be resumed.
    pub(super) fn forget(&mut self) {
        self.list.clear();
        for link in self.links.values_mut() {
            link.identified = false;
        }
    }
}

fn op(op: u8, data: Value) -> Out {
    Out::Text(json!({"op": op, "d": data, "s": null, "t": null}).to_string())
}

/// HELLO for a new socket.
pub(super) fn hello(heartbeat: Duration) -> Out {
    let millis = u64::try_from(heartbeat.as_millis()).unwrap_or(u64::MAX);
    op(10, json!({"heartbeat_interval": millis, "_trace": ["embedded"]}))
}

/// RECONNECT.
pub(super) fn reconnect() -> Out {
    op(7, Value::Null)
}

/// INVALID SESSION.
pub(super) fn invalid(resumable: bool) -> Out {
    op(9, json!(resumable))
}

impl State {
    /// Tells every session that should hear of it.
    pub(super) fn dispatch(&mut self, event: Event) {
        let there = event.channel.is_none_or(|channel| {
            let bits = permission::of(self, APPLICATION, channel);
            self.bot_is_in(channel) && bits & permission::VIEW_CHANNEL != 0
        });
        let alive = event.guild.and_then(|id| self.guilds.get(&id)).is_none_or(|guild| guild.available);
        if event.intent != 0 && !(there && alive) {
            return;
        }
        let times = match self.rules.event(event.name) {
            Delivery::Once => 1,
            Delivery::Lost => 0,
            Delivery::Twice => 2,
        };
        let Sessions { list, links, .. } = &mut self.sessions;
        for session in list {
            let mine = event.guild.map_or(0, |guild| (guild.0 >> 22) % session.shard.1) == session.shard.0;
            if !mine || event.intent != 0 && session.intents & event.intent == 0 {
                continue;
            }
            let blind = event.without_content.as_ref().filter(|_| session.intents & MESSAGE_CONTENT == 0);
            for _ in 0..times {
                let text = session.number(event.name, blind.unwrap_or(&event.data));
                if let Some(link) = session.link.and_then(|link| links.get(&link)) {
                    let _ = link.sender.send(Out::Text(text));
                }
            }
        }
    }

    /// What the bot sent over a socket.
    pub(super) fn receive(&mut self, link: u64, text: &str) {
        let now = self.clock.now();
        let close = |state: &mut State, code: u16, why: &'static str| {
            state.fault(u32::from(code), format!("gateway closed: {why}"));
            state.sessions.send(link, Out::Close(code, why));
        };
        if text.len() > 4096 {
            return close(self, 4002, "Error while decoding payload.");
        }
        let Ok(payload) = serde_json::from_str::<Value>(text) else {
            return close(self, 4002, "Error while decoding payload.");
        };
        let Some(socket) = self.sessions.links.get_mut(&link) else { return };
        socket.sent.push_back(now);
        while socket.sent.front().is_some_and(|at| now - at > 60_000) {
            socket.sent.pop_front();
        }
        if socket.sent.len() > 120 {
            return close(self, 4008, "Rate limited.");
        }
        let identified = socket.identified;
        match payload["op"].as_u64() {
            Some(1) => self.heartbeat(link, payload["d"].as_u64()),
            Some(2) if identified => close(self, 4005, "Already authenticated."),
            Some(2) => self.identify(link, &payload["d"]),
            Some(6) if identified => close(self, 4005, "Already authenticated."),
            Some(6) => self.resume(link, &payload["d"]),
            Some(3 | 4) if identified => {}
            Some(3 | 4 | 8) if !identified => close(self, 4003, "Not authenticated."),
            other => {
                let code = other.unwrap_or_default();
                self.fault(4001, format!("gateway opcode {code} is not served here"));
                self.sessions.send(link, Out::Close(4001, "Unknown opcode."));
            }
        }
    }

    fn heartbeat(&mut self, link: u64, seen: Option<u64>) {
        self.sessions.heartbeats += 1;
        if let Some(session) = self.sessions.list.iter_mut().find(|session| session.link == Some(link)) {
            while session.kept.front().is_some_and(|(seq, _)| Some(*seq) <= seen) {
                session.kept.pop_front();
            }
        }
        if !self.rules.swallow_heartbeat() {
            self.sessions.send(link, op(11, Value::Null));
        }
    }

    fn refuse(&mut self, link: u64, code: u16, why: &'static str) {
        self.fault(u32::from(code), format!("IDENTIFY refused: {why}"));
        self.sessions.send(link, Out::Close(code, why));
    }

    fn identify(&mut self, link: u64, data: &Value) {
        let now = self.clock.now();
        let given = data["token"].as_str().unwrap_or_default();
        // The reference shows the bare token; libraries also send it as the header has it.
        if given.strip_prefix("Bot ").unwrap_or(given) != self.token {
            return self.refuse(link, 4004, "Authentication failed.");
        }
        let shard = match (data["shard"][0].as_u64(), data["shard"][1].as_u64()) {
            (Some(id), Some(count)) if id < count => (id, count),
            (None, None) => (0, 1),
            _ => return self.refuse(link, 4010, "Invalid shard."),
        };
        if shard.1 < self.sessions.shards {
            return self.refuse(link, 4011, "Sharding required.");
        }
        let Some(intents) = data["intents"].as_u64() else {
            return self.refuse(link, 4013, "Invalid intent(s).");
        };
        if intents >> 26 != 0 {
            return self.refuse(link, 4013, "Invalid intent(s).");
        }
        let privileged = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT;
        if intents & privileged & !self.sessions.privileged != 0 {
            return self.refuse(link, 4014, "Disallowed intent(s).");
        }
        if !["os", "browser", "device"].iter().all(|name| data["properties"][*name].is_string()) {
            return self.refuse(link, 4002, "Error while decoding payload.");
        }
        let gap = i64::try_from(self.sessions.identify_gap.as_millis()).unwrap_or(i64::MAX);
        let early = self.sessions.last_identify.get(&0).is_some_and(|last| now - last < gap);
        self.sessions.identifies += 1;
        if early {
            self.fault(0, "two IDENTIFYs within the time allowed for one");
            return self.sessions.send(link, invalid(false));
        }
        self.sessions.last_identify.insert(0, now);
        match self.rules.identify() {
            Some(Some(code)) => return self.sessions.send(link, Out::Close(code, "")),
            Some(None) => return self.sessions.send(link, invalid(false)),
            None => {}
        }
        if self.sessions.left == 0 {
            self.sessions.forget();
            self.token.push_str("-reset");
            return self.refuse(link, 4004, "Authentication failed.");
        }
        self.sessions.left -= 1;
        self.begin(link, shard, intents);
    }

    /// READY and the guilds of a new session.
    fn begin(&mut self, link: u64, shard: (u64, u64), intents: u64) {
        let id = blake3::hash(format!("{}{link}{}", self.base, self.clock.id()).as_bytes()).to_hex();
        let id = id.chars().take(32).collect::<String>();
        let mine: Vec<Id> = self
            .guilds
            .values()
            .filter(|guild| {
                guild.members.contains_key(&APPLICATION) && (guild.id.0 >> 22) % shard.1 == shard.0
            })
            .map(|guild| guild.id)
            .collect();
        let gateway = self.base.replacen("http", "ws", 1);
        let ready = json!({
            "v": 10, "user": self.me_json(), "session_id": id, "session_type": "normal",
            "resume_gateway_url": format!("{gateway}/gateway"), "shard": [shard.0, shard.1],
            "application": {"id": APPLICATION, "flags": 0},
            "guilds": mine.iter().map(|id| json!({"id": id, "unavailable": true})).collect::<Vec<_>>(),
            "private_channels": [], "relationships": [], "presences": [], "user_settings": {}, "user_settings_proto": "",
            "guild_join_requests": [], "geo_ordered_rtc_regions": [], "auth": {}, "_trace": ["embedded"],
        });
        let mut session =
            Session { id, shard, intents, seq: 0, kept: VecDeque::new(), link: Some(link), left: 0 };
        let mut texts = vec![session.number("READY", &ready)];
        if intents & GUILDS != 0 {
            for guild in mine.iter().filter_map(|id| self.guilds.get(id)).filter(|guild| guild.available) {
                texts.push(session.number("GUILD_CREATE", &self.guild_create_json(guild)));
            }
        }
        self.sessions.list.push(session);
        if let Some(link) = self.sessions.links.get_mut(&link) {
            link.identified = true;
        }
        for text in texts {
            self.sessions.send(link, Out::Text(text));
        }
    }

    fn resume(&mut self, link: u64, data: &Value) {
        let now = self.clock.now();
        let given = data["token"].as_str().unwrap_or_default();
        if given.strip_prefix("Bot ").unwrap_or(given) != self.token {
            return self.refuse(link, 4004, "Authentication failed.");
        }
        self.sessions.list.retain(|session| session.link.is_some() || now - session.left < RESUMABLE);
        let seen = data["seq"].as_u64().unwrap_or_default();
        let Sessions { list, links, resumes, .. } = &mut self.sessions;
        let known = list.iter_mut().find(|session| data["session_id"] == session.id.as_str());
        let Some(session) =
            known.filter(|s| seen <= s.seq && s.kept.front().is_none_or(|(seq, _)| *seq <= seen + 1))
        else {
            return self.sessions.send(link, invalid(false));
        };
        *resumes += 1;
        let old = session.link.replace(link).filter(|old| *old != link);
        let mut texts: Vec<String> =
            session.kept.iter().filter(|(seq, _)| *seq > seen).map(|(_, text)| text.clone()).collect();
        texts.push(session.number("RESUMED", &json!({"_trace": ["embedded"]})));
        if let Some(link) = links.get_mut(&link) {
            link.identified = true;
        }
        if let Some(old) = old {
            self.sessions.send(old, Out::Cut);
        }
        for text in texts {
            self.sessions.send(link, Out::Text(text));
        }
    }
}
