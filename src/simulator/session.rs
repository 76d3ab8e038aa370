//! Which gateway sessions are there, and what has each been told?
//!
//! Events are queued and numbered per session, not per socket: what happens while a socket is away is told when the session is
//! resumed. After the reference's page on the gateway.

mod handshake;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use flate2::{Compress, Compression, FlushCompress};
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

/// Most codes kept with which sockets were closed.
const CLOSES: usize = 10_000;

/// Payloads of more bytes are packed where the bot asked for it.
const PACKED: usize = 1024;

/// What goes to a socket.
#[derive(Clone, Debug)]
pub(super) enum Out {
    Text(String),
    /// A payload packed with zlib.
    Packed(Vec<u8>),
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
    /// Large payloads are packed.
    packs: bool,
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

/// What packs a socket's payloads.
fn packer() -> Compress {
    Compress::new(Compression::fast(), true)
}

/// One open socket.
struct Link {
    sender: UnboundedSender<Out>,
    /// Times of the messages it sent within the last minute.
    sent: VecDeque<i64>,
    identified: bool,
    /// For large payloads, where the bot asked for it.
    packer: Option<Compress>,
}

impl Link {
    fn send(&mut self, out: Out) {
        let out = match (out, &mut self.packer) {
            (Out::Text(text), Some(packer)) if text.len() > PACKED => {
                Out::Packed(pack(packer, text.as_bytes()))
            }
            (out, _) => out,
        };
        // A socket that is closing needs no more.
        let _ = self.sender.send(out);
    }
}

/// Bytes packed by themselves.
fn pack(packer: &mut Compress, bytes: &[u8]) -> Vec<u8> {
    packer.reset();
    // What cannot be packed grows by a few bytes at most.
    let mut out = Vec::with_capacity(bytes.len() + 128);
    let _ = packer.compress_vec(bytes, &mut out, FlushCompress::Finish);
    out
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
        self.links.insert(id, Link { sender, sent: VecDeque::new(), identified: false, packer: None });
        id
    }

    /// A socket went away; `code` where the bot closed it with one.
    pub(super) fn closed(&mut self, link: u64, code: Option<u16>, now: i64) {
        self.links.remove(&link);
        self.closes.extend(code.filter(|_| self.closes.len() < CLOSES));
        // By closing with 1000 or 1001 a bot says that it will not come back.
        self.list.retain(|s| s.link != Some(link) || !matches!(code, Some(1000 | 1001)));
        for session in self.list.iter_mut().filter(|session| session.link == Some(link)) {
            session.link = None;
            session.left = now;
        }
    }

    /// Whether a socket has shown the bot's token.
    pub(super) fn is_identified(&self, link: u64) -> bool {
        self.links.get(&link).is_some_and(|link| link.identified)
    }

    pub(super) fn send(&mut self, link: u64, out: Out) {
        if let Some(link) = self.links.get_mut(&link) {
            link.send(out);
        }
    }

    pub(super) fn send_all(&mut self, out: &Out) {
        for link in self.links.values_mut() {
            link.send(out.clone());
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
                if let Some(link) = session.link.and_then(|link| links.get_mut(&link)) {
                    link.send(Out::Text(text));
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
}
