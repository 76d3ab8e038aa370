//! What exists in the embedded Discord? Users, guilds, roles, channels, messages, and the state that holds
//! them.

mod command;
mod file;
mod interaction;
mod kept;
mod session;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::ops::Bound;

use serde_json::Value;

use super::clock::{Clock, Id};
use super::limit::Buckets;
use super::permission;
use super::rule::Rules;

pub(super) use command::{Command, MESSAGE_MENU, SLASH};
pub use file::File;
pub(super) use interaction::{Interaction, Trigger};
pub use kept::Request;
pub(super) use kept::{Kept, MEMORY};
pub(super) use session::{Out, Session, Sessions, packer};

/// The language of all users and guilds.
pub(super) const LOCALE: &str = "en-US";

/// The id of the embedded application and of its bot user.
pub(super) const APPLICATION: Id = Id(1_100_000_000_000_000_000);

/// The number of faults kept, and the length of one in characters, at most.
const FAULTS: usize = 1000;
const FAULT: usize = 1000;

/// A person or the bot.
#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) bot: bool,
    /// Whether they refuse direct messages from the bot.
    pub(super) closed: bool,
    /// Whether they have installed the application for themselves.
    pub(super) installed: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Role {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) permissions: u64,
    pub(super) managed: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) roles: Vec<Id>,
    pub(super) joined: i64,
}

#[derive(Clone, Debug)]
pub(super) struct Guild {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) owner: Id,
    /// The first is `@everyone`, with the guild's own id.
    pub(super) roles: Vec<Role>,
    pub(super) members: BTreeMap<Id, Member>,
    /// `false` during an outage.
    pub(super) available: bool,
    /// The words that AutoMod blocks except from moderators, in lower case.
    pub(super) barred: Vec<String>,
}

impl Guild {
    /// Returns a member's permissions in the guild, before channel overwrites; none for someone who is not a
    /// member.
    pub(super) fn permissions(&self, user: Id) -> u64 {
        if user == self.owner {
            return permission::ALL;
        }
        let Some(member) = self.members.get(&user) else { return 0 };
        let roles = self.roles.iter().filter(|role| role.id == self.id || member.roles.contains(&role.id));
        let bits = roles.fold(0, |bits, role| bits | role.permissions);
        if bits & permission::ADMINISTRATOR != 0 { permission::ALL } else { bits }
    }
}

/// The type of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Direct,
    Group,
    Category,
    Thread,
    Forum,
}

impl Kind {
    /// Returns its number in Discord's API.
    pub(super) fn number(self) -> u8 {
        match self {
            Kind::Text => 0,
            Kind::Direct => 1,
            Kind::Group => 3,
            Kind::Category => 4,
            Kind::Thread => 11,
            Kind::Forum => 15,
        }
    }
}

/// The permissions allowed and denied to a role or a member in one channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Overwrite {
    pub(super) id: Id,
    pub(super) allow: u64,
    pub(super) deny: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub(super) id: Id,
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) guild: Option<Id>,
    /// The channel a thread belongs to.
    pub(super) parent: Option<Id>,
    /// The category that a channel is in.
    pub(super) category: Option<Id>,
    /// Who opened a thread.
    pub(super) owner: Option<Id>,
    pub(super) overwrites: Vec<Overwrite>,
    /// The people in a direct or group channel, without the bot.
    pub(super) recipients: Vec<Id>,
    pub(super) archived: bool,
    pub(super) locked: bool,
    pub(super) last: Option<Id>,
}

#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: Id,
    pub(super) channel: Id,
    pub(super) author: Id,
    pub(super) kind: u8,
    pub(super) content: String,
    pub(super) embeds: Vec<Value>,
    pub(super) components: Vec<Value>,
    pub(super) attachments: Vec<Value>,
    /// Messages that it forwards.
    pub(super) forwarded: Vec<Value>,
    pub(super) flags: u64,
    /// The users it pings, listed in `mentions`.
    pub(super) mentions: Vec<Id>,
    pub(super) mention_roles: Vec<Id>,
    pub(super) mention_everyone: bool,
    /// The message it replies to, which may have been deleted since.
    pub(super) reply_to: Option<Id>,
    pub(super) edited: Option<i64>,
    /// For an ephemeral message, the one person who sees it.
    pub(super) only_for: Option<Id>,
    /// The interaction it answers.
    pub(super) interaction: Option<Id>,
    /// The id of the menu's target or of the first answer, as in `interaction_metadata`.
    pub(super) answered_message: Option<Id>,
    pub(super) nonce: Option<Value>,
    pub(super) reactions: Vec<(String, Vec<Id>)>,
    pub(super) thread: Option<Id>,
}

/// A violation of the protocol by the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Discord's error code or close code; 0 if there is none.
    pub code: u32,
    /// What happened, with method and path or the gateway's opcode.
    pub what: String,
}

/// The whole state of the embedded Discord.
pub(super) struct State {
    pub(super) clock: Clock,
    pub(super) base: String,
    pub(super) token: String,
    pub(super) name: String,
    pub(super) users: BTreeMap<Id, User>,
    pub(super) guilds: BTreeMap<Id, Guild>,
    pub(super) channels: BTreeMap<Id, Channel>,
    pub(super) messages: BTreeMap<Id, Message>,
    /// The files that people attached, by attachment id.
    pub(super) files: BTreeMap<Id, File>,
    pub(super) typing: BTreeMap<Id, i64>,
    pub(super) commands: Vec<Command>,
    /// How many commands were created, by day and scope, for the limit of 200 per day.
    pub(super) creates: HashMap<(i64, Option<Id>), u32>,
    pub(super) interactions: BTreeMap<Id, Interaction>,
    pub(super) tokens: HashMap<String, Id>,
    pub(super) sessions: Sessions,
    pub(super) rules: Rules,
    pub(super) buckets: Buckets,
    pub(super) faults: Vec<Fault>,
    pub(super) requests: Kept,
    /// The number of requests without a valid token.
    pub(super) refused: u64,
    pub(super) log: Option<fs::File>,
    pub(super) log_answers: bool,
    /// The secret from which interaction tokens are derived, so that nobody can guess one.
    pub(super) secret: String,
}

impl State {
    /// Records a fault, up to a limit on their number.
    pub(super) fn fault(&mut self, code: u32, what: impl Into<String>) {
        if self.faults.len() < FAULTS {
            let what: String = what.into();
            let what = what.chars().take(FAULT).collect();
            self.faults.push(Fault { code, what });
        }
    }

    /// Adds a user and returns the id.
    pub(super) fn user(&mut self, id: Id, name: &str, bot: bool) -> Id {
        let name = name.to_owned();
        self.users.insert(id, User { id, name, bot, closed: false, installed: false });
        id
    }

    /// Adds a guild with its owner as a member, and the bot if wanted.
    pub(super) fn guild(&mut self, name: &str, owner: Id, with_bot: bool) -> Id {
        let id = self.clock.id();
        let everyone =
            Role { id, name: "@everyone".to_owned(), permissions: permission::ORDINARY, managed: false };
        let guild = Guild {
            id,
            name: name.to_owned(),
            owner,
            roles: vec![everyone],
            members: BTreeMap::new(),
            available: true,
            barred: Vec::new(),
        };
        self.guilds.insert(id, guild);
        self.member(id, owner);
        if with_bot {
            self.bot_in(id);
        }
        id
    }

    /// Makes someone a member; no effect if they already are one.
    pub(super) fn member(&mut self, guild: Id, user: Id) {
        let joined = self.clock.now();
        if let Some(guild) = self.guilds.get_mut(&guild) {
            guild.members.entry(user).or_insert(Member { roles: Vec::new(), joined });
        }
    }

    /// Adds the bot to a guild, with a role of its own.
    pub(super) fn bot_in(&mut self, guild: Id) {
        let (role, joined, name) = (self.clock.id(), self.clock.now(), self.name.clone());
        if let Some(guild) = self.guilds.get_mut(&guild) {
            guild.roles.push(Role { id: role, name, permissions: permission::ORDINARY, managed: true });
            guild.members.insert(APPLICATION, Member { roles: vec![role], joined });
        }
    }

    pub(super) fn channel(&mut self, kind: Kind, name: &str, guild: Option<Id>) -> Id {
        let id = self.clock.id();
        let channel = Channel {
            id,
            kind,
            name: name.to_owned(),
            guild,
            parent: None,
            category: None,
            owner: None,
            overwrites: Vec::new(),
            recipients: Vec::new(),
            archived: false,
            locked: false,
            last: None,
        };
        self.channels.insert(id, channel);
        id
    }

    /// Returns the direct-message channel of a person and the bot, and opens it if needed.
    pub(super) fn direct(&mut self, user: Id) -> Id {
        let open = self.channels.values().find(|c| c.kind == Kind::Direct && c.recipients == [user]);
        if let Some(channel) = open {
            return channel.id;
        }
        let id = self.channel(Kind::Direct, "", None);
        if let Some(channel) = self.channels.get_mut(&id) {
            channel.recipients = vec![user];
        }
        id
    }

    pub(super) fn guild_of(&self, channel: Id) -> Option<&Guild> {
        self.guilds.get(&self.channels.get(&channel)?.guild?)
    }

    /// Whether the bot is in the channel: a member of its guild, or one side of a direct channel.
    pub(super) fn bot_is_in(&self, channel: Id) -> bool {
        match (self.channels.get(&channel), self.guild_of(channel)) {
            (_, Some(guild)) => guild.members.contains_key(&APPLICATION),
            (Some(channel), None) => channel.kind == Kind::Direct,
            (None, None) => false,
        }
    }

    /// Returns the messages of a channel after the id `after`, oldest first, including ephemeral ones.
    pub(super) fn messages_since(&self, channel: Id, after: Id) -> impl Iterator<Item = &Message> {
        let younger = self.messages.range((Bound::Excluded(after), Bound::Unbounded));
        younger.map(|(_, message)| message).filter(move |message| message.channel == channel)
    }

    /// Returns the messages of a channel, oldest first, including ephemeral ones.
    pub(super) fn messages_in(&self, channel: Id) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.values().filter(move |message| message.channel == channel)
    }

    /// Returns a user's permissions in a channel; none for someone who is not in it.
    pub(super) fn permissions(&self, user: Id, channel: Id) -> u64 {
        let Some(here) = self.channels.get(&channel) else { return 0 };
        let Some(guild) = here.guild.and_then(|id| self.guilds.get(&id)) else {
            let inside = here.recipients.contains(&user) || user == APPLICATION && here.kind == Kind::Direct;
            return if inside { permission::ORDINARY } else { 0 };
        };
        let mut bits = guild.permissions(user);
        let Some(member) = guild.members.get(&user) else { return 0 };
        if bits & permission::ADMINISTRATOR != 0 {
            return bits;
        }
        let overwrites = match (here.kind, here.parent.and_then(|id| self.channels.get(&id))) {
            (Kind::Thread, Some(parent)) => &parent.overwrites,
            _ => &here.overwrites,
        };
        let of = |wanted: &dyn Fn(Id) -> bool| {
            overwrites
                .iter()
                .filter(|overwrite| wanted(overwrite.id))
                .fold((0, 0), |(allow, deny), overwrite| (allow | overwrite.allow, deny | overwrite.deny))
        };
        for (allow, deny) in [
            of(&|id| id == guild.id),
            of(&|id| id != guild.id && member.roles.contains(&id)),
            of(&|id| id == user),
        ] {
            bits = bits & !deny | allow;
        }
        if bits & permission::VIEW_CHANNEL == 0 { 0 } else { bits }
    }
}
