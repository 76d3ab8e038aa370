//! Which gateway sessions exist, and which events has each received?
//!
//! Events are queued and numbered per session, not per socket, so those missed while disconnected are sent
//! when the session is resumed. Follows the reference's page on the gateway.

mod handshake;

use std::time::Duration;

use serde_json::{Value, json};

use super::clock::Id;
use super::permission;
use super::rule::Delivery;
use super::world::{APPLICATION, Out, Sessions, State};

pub(super) const GUILDS: u64 = 1;
pub(super) const GUILD_MEMBERS: u64 = 1 << 1;
pub(super) const GUILD_PRESENCES: u64 = 1 << 8;
pub(super) const GUILD_MESSAGES: u64 = 1 << 9;
pub(super) const GUILD_MESSAGE_TYPING: u64 = 1 << 11;
pub(super) const DIRECT_MESSAGES: u64 = 1 << 12;
pub(super) const DIRECT_MESSAGE_TYPING: u64 = 1 << 14;
pub(super) const MESSAGE_CONTENT: u64 = 1 << 15;

/// How long a session without a socket can be resumed, in milliseconds.
const RESUMABLE: i64 = 180_000;
/// An event for the bot.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) name: &'static str,
    pub(super) guild: Option<Id>,
    /// The channel that the bot must see to receive the event.
    pub(super) channel: Option<Id>,
    /// The intent needed to receive the event; 0 if it needs none.
    pub(super) intent: u64,
    pub(super) data: Value,
    /// The data for a session without the message-content intent, if it differs.
    pub(super) without_content: Option<Value>,
}

fn op(op: u8, data: Value) -> Out {
    Out::Text(json!({"op": op, "d": data, "s": null, "t": null}).to_string())
}

/// Returns HELLO for a new socket.
pub(super) fn hello(heartbeat: Duration) -> Out {
    let millis = u64::try_from(heartbeat.as_millis()).unwrap_or(u64::MAX);
    op(10, json!({"heartbeat_interval": millis, "_trace": ["embedded"]}))
}

/// Returns RECONNECT.
pub(super) fn reconnect() -> Out {
    op(7, Value::Null)
}

/// Returns INVALID SESSION.
pub(super) fn invalid(resumable: bool) -> Out {
    op(9, json!(resumable))
}

impl State {
    /// Sends an event to every session that should receive it.
    pub(super) fn dispatch(&mut self, event: Event) {
        let there = event.channel.is_none_or(|channel| {
            let bits = self.permissions(APPLICATION, channel);
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

    /// Handles a message that the bot sent over a socket.
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
