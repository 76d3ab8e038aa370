//! What may the bot post, edit and delete in channels, and which events follow?

use serde_json::{Value, json};

use super::clock::Id;
use super::field::number;
use super::form::{Draft, Purpose, Upload};
use super::mention::{Policy, named};
use super::object::{LOADING, Reader, SUPPRESS_EMBEDS};
use super::permission::*;
use super::refusal::{
    BLOCKED, CLOSED_TO_DMS, EMPTY_MESSAGE, Form, LOCKED, MISSING_ACCESS, MISSING_PERMISSIONS, NO_HISTORY,
    NOT_OURS, Refusal, THREAD_EXISTS, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, WRONG_CHANNEL,
};
use super::session::{DIRECT_MESSAGES, Event, GUILD_MESSAGES, GUILDS};
use super::world::{APPLICATION, File, Kind, Message, State};

impl Message {
    pub(super) fn new(id: Id, channel: Id, author: Id) -> Message {
        Message {
            id,
            channel,
            author,
            kind: 0,
            content: String::new(),
            embeds: Vec::new(),
            components: Vec::new(),
            attachments: Vec::new(),
            forwarded: Vec::new(),
            flags: 0,
            mentions: Vec::new(),
            mention_roles: Vec::new(),
            mention_everyone: false,
            reply_to: None,
            edited: None,
            only_for: None,
            interaction: None,
            answered_message: None,
            nonce: None,
            reactions: Vec::new(),
            thread: None,
        }
    }
}

impl State {
    /// Returns the bot's permissions in a channel that it can see.
    pub(super) fn bot_may(&self, channel: Id) -> Result<u64, Refusal> {
        if !self.channels.contains_key(&channel) {
            return Err(UNKNOWN_CHANNEL);
        }
        if self.guild_of(channel).is_some_and(|guild| !guild.available) {
            return Err(Refusal { status: 503, ..MISSING_ACCESS });
        }
        let bits = self.permissions(APPLICATION, channel);
        if bits & VIEW_CHANNEL == 0 { Err(MISSING_ACCESS) } else { Ok(bits) }
    }

    /// Posts a message by the bot.
    pub(super) fn create(&mut self, channel: Id, body: &Value, files: &[Upload]) -> Result<Value, Refusal> {
        let may = self.bot_may(channel)?;
        let here = self.channels.get(&channel).ok_or(UNKNOWN_CHANNEL)?;
        let speak = if here.kind == Kind::Thread { SEND_MESSAGES_IN_THREADS } else { SEND_MESSAGES };
        let closed = here.kind == Kind::Direct
            && here.recipients.iter().any(|id| self.users.get(id).is_some_and(|user| user.closed));
        if closed {
            return Err(CLOSED_TO_DMS);
        }
        if here.locked {
            return Err(LOCKED);
        }
        if matches!(here.kind, Kind::Category | Kind::Forum) {
            return Err(WRONG_CHANNEL);
        }
        let draft = self.drafted(body, Purpose::Create, files)?;
        let needed = speak
            | if draft.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty()) { EMBED_LINKS } else { 0 }
            | if files.is_empty() { 0 } else { ATTACH_FILES };
        if may & needed != needed {
            return Err(MISSING_PERMISSIONS);
        }
        let mut reply_to = draft.reply_to;
        if let Some((target, strict)) = reply_to {
            if may & READ_MESSAGE_HISTORY == 0 {
                return Err(NO_HISTORY);
            }
            let there =
                self.messages.get(&target).is_some_and(|m| m.channel == channel && m.only_for.is_none());
            if !there && strict {
                let mut form = Form::default();
                form.error("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
                form.check()?;
            }
            reply_to = reply_to.filter(|_| there);
        }
        if draft.enforce_nonce && draft.nonce.is_some() {
            let recent = self.clock.now() - 300_000;
            let mut same = self.messages_since(channel, Id::at(recent));
            let mut same = same.by_ref().filter(|m| m.author == APPLICATION && m.nonce == draft.nonce);
            if let Some(message) = same.next() {
                return Ok(self.message_json(message, self.bot_reader()));
            }
        }
        let id = self.clock.id();
        let reply = reply_to.map(|(target, _)| target);
        let message = Message {
            kind: if reply.is_some() { 19 } else { 0 },
            reply_to: reply,
            nonce: draft.nonce.clone(),
            ..Message::new(id, channel, APPLICATION)
        };
        self.messages.insert(id, message);
        if let Err(refusal) = self.apply(id, &draft, files, Policy::open()) {
            self.messages.remove(&id);
            return Err(refusal);
        }
        self.typing.remove(&channel);
        if let Some(here) = self.channels.get_mut(&channel) {
            here.last = Some(id);
            here.archived = false;
        }
        self.announce(id, "MESSAGE_CREATE");
        self.shown(id)
    }

    /// Edits one of the bot's messages in a channel.
    pub(super) fn edit(
        &mut self,
        channel: Id,
        id: Id,
        body: &Value,
        files: &[Upload],
    ) -> Result<Value, Refusal> {
        self.bot_may(channel)?;
        let message = self.visible(channel, id)?;
        if message.author != APPLICATION {
            return Err(NOT_OURS);
        }
        let draft = self.drafted(body, Purpose::Edit, files)?;
        self.change(id, &draft, files, Policy::open())?;
        self.shown(id)
    }

    /// Returns a message of the channel that is not ephemeral: an ephemeral one is accessible only with the
    /// interaction's token.
    pub(super) fn visible(&self, channel: Id, id: Id) -> Result<&Message, Refusal> {
        let found = self.messages.get(&id).filter(|m| m.channel == channel && m.only_for.is_none());
        found.ok_or(UNKNOWN_MESSAGE)
    }

    /// Changes a message and announces it on the gateway.
    pub(super) fn change(
        &mut self,
        id: Id,
        draft: &Draft,
        files: &[Upload],
        policy: Policy,
    ) -> Result<(), Refusal> {
        let now = self.clock.now();
        let loading = self.apply(id, draft, files, policy)?;
        if let Some(message) = self.messages.get_mut(&id).filter(|_| !loading) {
            message.edited = Some(now);
        }
        self.announce(id, "MESSAGE_UPDATE");
        Ok(())
    }

    /// Applies a body to a message; returns whether the message showed "thinking…" before.
    pub(super) fn apply(
        &mut self,
        id: Id,
        draft: &Draft,
        files: &[Upload],
        policy: Policy,
    ) -> Result<bool, Refusal> {
        let mut message = self.messages.get(&id).cloned().ok_or(UNKNOWN_MESSAGE)?;
        if !self.channels.contains_key(&message.channel) {
            return Err(UNKNOWN_CHANNEL);
        }
        if let Some(content) = &draft.content {
            message.content.clone_from(content);
        }
        if let Some(embeds) = &draft.embeds {
            message.embeds.clone_from(embeds);
        }
        if let Some(components) = &draft.components {
            message.components.clone_from(components);
        }
        if let Some(kept) = &draft.attachments {
            let stays = |a: &Value| kept.iter().any(|kept| number(&kept["id"]) == number(&a["id"]));
            message.attachments.retain(stays);
        }
        for file in files {
            let told = draft
                .attachments
                .iter()
                .flatten()
                .find(|told| number(&told["id"]).is_some_and(|id| file.part == format!("files[{id}]")));
            let description = told.and_then(|told| told["description"].as_str()).map(str::to_owned);
            let file = File {
                name: file.name.clone(),
                kind: file.kind.clone(),
                description,
                bytes: file.bytes.clone(),
            };
            let attachment = self.attach(message.channel, &file);
            message.attachments.push(attachment);
        }
        let empty = message.content.is_empty()
            && message.embeds.is_empty()
            && message.components.is_empty()
            && message.attachments.is_empty();
        if empty {
            return Err(EMPTY_MESSAGE);
        }
        if message.only_for.is_none() && self.barred(&message) {
            return Err(BLOCKED);
        }
        message.flags = message.flags & !SUPPRESS_EMBEDS | draft.flags & (SUPPRESS_EMBEDS | 1 << 12);
        let loading = message.flags & LOADING != 0;
        message.flags &= !LOADING;
        self.mention(&mut message, draft.policy.as_ref().unwrap_or(&policy));
        self.messages.insert(id, message);
        Ok(loading)
    }

    /// Whether the guild's AutoMod blocks a message by the bot.
    fn barred(&self, message: &Message) -> bool {
        let Some(guild) = self.guild_of(message.channel).filter(|guild| !guild.barred.is_empty()) else {
            return false;
        };
        let text = format!("{} {}", message.content, json!(message.embeds)).to_lowercase();
        message.author == APPLICATION && guild.barred.iter().any(|word| text.contains(word.as_str()))
    }

    /// Sets the users and roles that a message pings.
    pub(super) fn mention(&self, message: &mut Message, policy: &Policy) {
        let (users, roles, everyone) = named(&message.content);
        let guild = self.guild_of(message.channel);
        let may = self.permissions(message.author, message.channel);
        let known = |id: &Id| self.users.contains_key(id);
        message.mentions = users
            .into_iter()
            .filter(|id| known(id) && (policy.all_users || policy.users.contains(id)))
            .collect();
        let replied = message.reply_to.and_then(|id| self.messages.get(&id)).map(|target| target.author);
        if let Some(author) = replied.filter(|id| policy.replied_user && !message.mentions.contains(id)) {
            message.mentions.push(author);
        }
        let is_role = |id: &Id| guild.is_some_and(|guild| guild.roles.iter().any(|role| role.id == *id));
        message.mention_roles = roles
            .into_iter()
            .filter(|id| is_role(id) && (policy.all_roles || policy.roles.contains(id)))
            .collect();
        message.mention_everyone =
            everyone && policy.everyone && guild.is_some() && may & MENTION_EVERYONE != 0;
    }

    /// Sends the bot an event about a message, unless the message is ephemeral.
    pub(super) fn announce(&mut self, id: Id, name: &'static str) {
        let Some(message) = self.messages.get(&id).filter(|message| message.only_for.is_none()) else {
            return;
        };
        let guild = self.guild_of(message.channel).map(|guild| guild.id);
        let event = Event {
            name,
            guild,
            channel: Some(message.channel),
            intent: if guild.is_some() { GUILD_MESSAGES } else { DIRECT_MESSAGES },
            data: self.message_event(message, Reader::All),
            without_content: self.hides(message).then(|| self.message_event(message, Reader::Bot)),
        };
        self.dispatch(event);
    }

    /// Removes a message and announces it on the gateway.
    pub(super) fn delete(&mut self, id: Id) {
        let Some(message) = self.messages.remove(&id) else { return };
        if message.only_for.is_some() {
            return;
        }
        let guild = self.guild_of(message.channel).map(|guild| guild.id);
        let mut data = json!({"id": id, "channel_id": message.channel});
        if let Some(guild) = guild {
            data["guild_id"] = json!(guild);
        }
        let intent = if guild.is_some() { GUILD_MESSAGES } else { DIRECT_MESSAGES };
        let channel = Some(message.channel);
        self.dispatch(Event { name: "MESSAGE_DELETE", guild, channel, intent, data, without_content: None });
    }

    /// Deletes a message on the bot's behalf: its own, or anyone's if it has the permission.
    pub(super) fn delete_for_bot(&mut self, channel: Id, id: Id) -> Result<(), Refusal> {
        let may = self.bot_may(channel)?;
        if self.visible(channel, id)?.author != APPLICATION && may & MANAGE_MESSAGES == 0 {
            return Err(MISSING_PERMISSIONS);
        }
        self.delete(id);
        Ok(())
    }

    /// Opens a thread for the bot, with or without a starter message.
    pub(super) fn open_thread(&mut self, parent: Id, on: Option<Id>, body: &Value) -> Result<Value, Refusal> {
        let may = self.bot_may(parent)?;
        let mut form = Form::default();
        if !(1..=100).contains(&body["name"].as_str().map_or(0, |name| name.chars().count())) {
            form.error("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.");
        }
        form.check()?;
        let here = self.channels.get(&parent).ok_or(UNKNOWN_CHANNEL)?;
        let guild = here.guild;
        if here.kind != Kind::Text {
            return Err(WRONG_CHANNEL);
        }
        if may & CREATE_PUBLIC_THREADS == 0 {
            return Err(MISSING_PERMISSIONS);
        }
        if let Some(message) = on
            && self.visible(parent, message)?.thread.is_some()
        {
            return Err(THREAD_EXISTS);
        }
        let name = body["name"].as_str().unwrap_or_default();
        let id = self.thread(parent, guild, name, APPLICATION, on);
        self.channels.get(&id).map(|channel| self.channel_json(channel)).ok_or(UNKNOWN_CHANNEL)
    }

    /// Opens a thread and announces it on the gateway. A thread on a message takes the message's id.
    pub(super) fn thread(
        &mut self,
        parent: Id,
        guild: Option<Id>,
        name: &str,
        owner: Id,
        on: Option<Id>,
    ) -> Id {
        let made = self.channel(Kind::Thread, name, guild);
        let id = on.unwrap_or(made);
        if let Some(mut channel) = self.channels.remove(&made) {
            channel.id = id;
            channel.parent = Some(parent);
            channel.owner = Some(owner);
            self.channels.insert(id, channel);
        }
        if let Some(message) = on.and_then(|id| self.messages.get_mut(&id)) {
            message.thread = Some(id);
            message.flags |= 1 << 5;
        }
        let mut data = self.channels.get(&id).map(|channel| self.channel_json(channel)).unwrap_or_default();
        data["newly_created"] = json!(true);
        let event = Event {
            name: "THREAD_CREATE",
            guild,
            channel: Some(id),
            intent: GUILDS,
            data,
            without_content: None,
        };
        self.dispatch(event);
        id
    }
}
