//! Which sockets are open, and which sessions do they belong to?

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use flate2::{Compress, Compression, FlushCompress};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

/// The number of events kept for a session that does not acknowledge them.
const KEPT: usize = 20_000;

/// The number of close codes kept, at most.
const CLOSES: usize = 10_000;

/// Payloads of more bytes than this are compressed if the bot asked for it.
const PACKED: usize = 1024;

/// What goes to a socket.
#[derive(Clone, Debug)]
pub(in crate::simulator) enum Out {
    Text(String),
    /// A payload compressed with zlib.
    Packed(Vec<u8>),
    Close(u16, &'static str),
    /// The connection is cut without a close frame.
    Cut,
    /// The connection stays open, but nothing is sent or read any more.
    Freeze,
}

pub(in crate::simulator) struct Session {
    pub(in crate::simulator) id: String,
    pub(in crate::simulator) shard: (u64, u64),
    pub(in crate::simulator) intents: u64,
    pub(in crate::simulator) seq: u64,
    pub(in crate::simulator) kept: VecDeque<(u64, String)>,
    /// Whether large payloads are compressed.
    pub(in crate::simulator) packs: bool,
    pub(in crate::simulator) link: Option<u64>,
    /// When its socket closed.
    pub(in crate::simulator) left: i64,
}

impl Session {
    /// Numbers an event, keeps it for a resume, and returns it as sent.
    pub(in crate::simulator) fn number(&mut self, name: &str, data: &Value) -> String {
        self.seq += 1;
        let text = json!({"op": 0, "s": self.seq, "t": name, "d": data}).to_string();
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((self.seq, text.clone()));
        text
    }
}

/// Returns the compressor for a socket's payloads.
pub(in crate::simulator) fn packer() -> Compress {
    Compress::new(Compression::fast(), true)
}

/// One open socket.
pub(in crate::simulator) struct Link {
    pub(in crate::simulator) sender: UnboundedSender<Out>,
    /// The times of the messages received from it within the last minute.
    pub(in crate::simulator) sent: VecDeque<i64>,
    pub(in crate::simulator) identified: bool,
    /// Compresses large payloads, if the bot asked for it.
    pub(in crate::simulator) packer: Option<Compress>,
}

impl Link {
    pub(in crate::simulator) fn send(&mut self, out: Out) {
        let out = match (out, &mut self.packer) {
            (Out::Text(text), Some(packer)) if text.len() > PACKED => {
                Out::Packed(pack(packer, text.as_bytes()))
            }
            (out, _) => out,
        };
        // A socket that is closing needs nothing more.
        let _ = self.sender.send(out);
    }
}

/// Compresses one payload independently of the others.
fn pack(packer: &mut Compress, bytes: &[u8]) -> Vec<u8> {
    packer.reset();
    // Incompressible data grows by only a few bytes.
    let mut out = Vec::with_capacity(bytes.len() + 128);
    let _ = packer.compress_vec(bytes, &mut out, FlushCompress::Finish);
    out
}

/// All sessions and sockets.
pub(in crate::simulator) struct Sessions {
    pub(in crate::simulator) list: Vec<Session>,
    pub(in crate::simulator) links: BTreeMap<u64, Link>,
    /// When the last IDENTIFY of each rate-limit key was received.
    pub(in crate::simulator) last_identify: HashMap<u64, i64>,
    pub(in crate::simulator) heartbeat: Duration,
    pub(in crate::simulator) shards: u64,
    pub(in crate::simulator) identify_gap: Duration,
    pub(in crate::simulator) privileged: u64,
    /// IDENTIFYs left today.
    pub(in crate::simulator) left: u32,
    pub(in crate::simulator) total: u32,
    pub(in crate::simulator) connections: u32,
    pub(in crate::simulator) identifies: u32,
    pub(in crate::simulator) resumes: u32,
    pub(in crate::simulator) heartbeats: u32,
    pub(in crate::simulator) closes: Vec<u16>,
}

impl Sessions {
    pub(in crate::simulator) fn new(
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

    /// Returns the number of sessions with a socket.
    pub(in crate::simulator) fn online(&self) -> usize {
        self.list.iter().filter(|session| session.link.is_some()).count()
    }

    pub(in crate::simulator) fn open(&mut self, sender: UnboundedSender<Out>) -> u64 {
        self.connections += 1;
        let id = u64::from(self.connections);
        self.links.insert(id, Link { sender, sent: VecDeque::new(), identified: false, packer: None });
        id
    }

    /// Records that a socket closed; `code` is the bot's close code, if any.
    pub(in crate::simulator) fn closed(&mut self, link: u64, code: Option<u16>, now: i64) {
        self.links.remove(&link);
        self.closes.extend(code.filter(|_| self.closes.len() < CLOSES));
        // Closing with 1000 or 1001 ends the session: it cannot be resumed.
        self.list.retain(|s| s.link != Some(link) || !matches!(code, Some(1000 | 1001)));
        for session in self.list.iter_mut().filter(|session| session.link == Some(link)) {
            session.link = None;
            session.left = now;
        }
    }

    /// Whether a socket has identified with the bot's token.
    pub(in crate::simulator) fn is_identified(&self, link: u64) -> bool {
        self.links.get(&link).is_some_and(|link| link.identified)
    }

    pub(in crate::simulator) fn send(&mut self, link: u64, out: Out) {
        if let Some(link) = self.links.get_mut(&link) {
            link.send(out);
        }
    }

    pub(in crate::simulator) fn send_all(&mut self, out: &Out) {
        for link in self.links.values_mut() {
            link.send(out.clone());
        }
    }

    /// Removes a socket's session, which then cannot be resumed.
    pub(in crate::simulator) fn end(&mut self, link: u64) {
        self.list.retain(|session| session.link != Some(link));
    }

    /// Removes every session; none can be resumed.
    pub(in crate::simulator) fn forget(&mut self) {
        self.list.clear();
        for link in self.links.values_mut() {
            link.identified = false;
        }
    }
}
