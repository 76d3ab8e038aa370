//! How does a session start, and how is it resumed?

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::super::clock::Id;
use super::super::world::{APPLICATION, Out, Session, Sessions, State, packer};
use super::{GUILD_MEMBERS, GUILD_PRESENCES, GUILDS, MESSAGE_CONTENT, RESUMABLE, invalid};

impl State {
    fn refuse(&mut self, link: u64, code: u16, why: &'static str) {
        self.fault(u32::from(code), format!("IDENTIFY refused: {why}"));
        self.sessions.send(link, Out::Close(code, why));
    }

    pub(super) fn identify(&mut self, link: u64, data: &Value) {
        let now = self.clock.now();
        let given = data["token"].as_str().unwrap_or_default();
        // The reference shows the bare token; some libraries send it with the header's `Bot ` prefix.
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
        self.begin(link, shard, intents, data["compress"] == true);
    }

    /// Starts a session and sends READY and its guilds.
    fn begin(&mut self, link: u64, shard: (u64, u64), intents: u64, packs: bool) {
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
            Session { id, shard, intents, seq: 0, kept: VecDeque::new(), packs, link: Some(link), left: 0 };
        let mut texts = vec![session.number("READY", &ready)];
        if intents & GUILDS != 0 {
            for guild in mine.iter().filter_map(|id| self.guilds.get(id)).filter(|guild| guild.available) {
                texts.push(session.number("GUILD_CREATE", &self.guild_create_json(guild)));
            }
        }
        self.sessions.list.push(session);
        if let Some(link) = self.sessions.links.get_mut(&link) {
            link.identified = true;
            link.packer = packs.then(packer);
        }
        for text in texts {
            self.sessions.send(link, Out::Text(text));
        }
    }

    pub(super) fn resume(&mut self, link: u64, data: &Value) {
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
        let packs = session.packs;
        let mut texts: Vec<String> =
            session.kept.iter().filter(|(seq, _)| *seq > seen).map(|(_, text)| text.clone()).collect();
        texts.push(session.number("RESUMED", &json!({"_trace": ["embedded"]})));
        if let Some(link) = links.get_mut(&link) {
            link.identified = true;
            link.packer = packs.then(packer);
        }
        if let Some(old) = old {
            self.sessions.send(old, Out::Cut);
        }
        for text in texts {
            self.sessions.send(link, Out::Text(text));
        }
    }
}
