//! What can people do? They call commands, click, type, write, come and go.
//!
//! Anything that a Discord client would not let them do is refused as [`Impossible`], so that no test sends
//! the bot something that cannot happen. Each call returns at once; wait for the bot's reaction with
//! [`Simulator::settled`] or [`Simulator::next_message`].

use std::time::Duration;

use axum::response::Response;
use serde_json::{Value, json};

use super::Simulator;
use super::clock::Id;
use super::form::LARGEST_FILE;
use super::impossible::Impossible;
use super::interact::{call, interact, offered, place_owners};
use super::mention::Policy;
use super::object::Reader;
use super::permission::{READ_MESSAGE_HISTORY, SEND_MESSAGES, SEND_MESSAGES_IN_THREADS, VIEW_CHANNEL};
use super::world::{APPLICATION, Channel, File, Kind, MESSAGE_MENU, Message, State, Trigger};

impl Simulator {
    /// Calls a slash command. For a subcommand, give both names: `"settings show"`. `options` is an object of
    /// values by option name.
    ///
    /// # Errors
    /// [`Impossible`] if the client would not offer the command or accept the options.
    pub fn slash(&self, by: Id, channel: Id, command: &str, options: &Value) -> Result<Id, Impossible> {
        self.shared.with(|state| {
            let (owners, data) = call(state, by, channel, command, options, None)?;
            Ok(interact(state, Trigger::Command, by, channel, command, owners, data, None, None))
        })
    }

    /// Types into the option `focused` of a command. Its value in `options` is the text typed so far.
    ///
    /// # Errors
    /// [`Impossible`] if the command or the option is not offered, or the option has no autocomplete.
    pub fn autocomplete(
        &self,
        by: Id,
        channel: Id,
        command: &str,
        options: &Value,
        focused: &str,
    ) -> Result<Id, Impossible> {
        self.shared.with(|state| {
            let (owners, data) = call(state, by, channel, command, options, Some(focused))?;
            Ok(interact(state, Trigger::Autocomplete, by, channel, command, owners, data, None, None))
        })
    }

    /// Calls a command from a message's context menu.
    ///
    /// # Errors
    /// [`Impossible`] if the command is not offered or the person does not see the message.
    pub fn message_menu(&self, by: Id, command: &str, message: Id) -> Result<Id, Impossible> {
        self.shared.with(|state| {
            let target = seen(state, by, message)?.clone();
            let guild = state.channels.get(&target.channel).and_then(|channel| channel.guild);
            let found = state.command(guild, MESSAGE_MENU, command);
            let found = found.cloned().ok_or_else(|| Impossible::Command(command.to_owned()))?;
            let owners = offered(state, by, target.channel, &found.value)?;
            let resolved = json!({"messages": {message.to_string(): state.message_json(&target, Reader::All)}});
            let mut data = json!({
                "id": found.id, "name": command, "type": MESSAGE_MENU, "target_id": message, "resolved": resolved,
            });
            if let Some(guild) = found.guild {
                data["guild_id"] = json!(guild);
            }
            let channel = target.channel;
            Ok(interact(state, Trigger::Command, by, channel, command, owners, data, None, Some(message)))
        })
    }

    /// Clicks a button.
    ///
    /// # Errors
    /// [`Impossible`] if the person does not see the message, it has no such button, or the button is
    /// disabled.
    pub fn click(&self, by: Id, message: Id, custom_id: &str) -> Result<Id, Impossible> {
        self.press(by, message, custom_id, None)
    }

    /// Chooses from a select menu.
    ///
    /// # Errors
    /// [`Impossible`] as for [`Simulator::click`], and if the menu does not have one of the values.
    pub fn select(&self, by: Id, message: Id, custom_id: &str, values: &[&str]) -> Result<Id, Impossible> {
        self.press(by, message, custom_id, Some(values))
    }

    fn press(&self, by: Id, message: Id, custom_id: &str, values: Option<&[&str]>) -> Result<Id, Impossible> {
        let none = || Impossible::Component(custom_id.to_owned());
        self.shared.with(|state| {
            let found = seen(state, by, message)?.clone();
            let parts = found.components.iter().filter_map(|row| row["components"].as_array()).flatten();
            let part =
                parts.filter(|part| part["disabled"] != true).find(|part| part["custom_id"] == custom_id);
            let part = part.ok_or_else(none)?;
            let kind = part["type"].as_u64().unwrap_or_default();
            let mut data = json!({"custom_id": custom_id, "component_type": kind, "id": part["id"]});
            match (kind, values) {
                (2, None) => {}
                (3, Some(values)) => {
                    let options = part["options"].as_array().map(Vec::as_slice).unwrap_or_default();
                    if !values.iter().all(|value| options.iter().any(|option| option["value"] == *value)) {
                        return Err(none());
                    }
                    data["values"] = json!(values);
                }
                (4..=8, Some(values)) => data["values"] = json!(values),
                _ => return Err(none()),
            }
            let owners = found
                .interaction
                .and_then(|id| state.interactions.get(&id))
                .map_or_else(|| place_owners(state, found.channel), |interaction| interaction.owners.clone());
            Ok(interact(state, Trigger::Component, by, found.channel, "", owners, data, Some(message), None))
        })
    }

    /// Submits the modal that an interaction opened. `texts` has the text of each input by its `custom_id`.
    ///
    /// # Errors
    /// [`Impossible::Dialogue`] if no modal was opened.
    pub fn modal_submit(&self, by: Id, opened_by: Id, texts: &Value) -> Result<Id, Impossible> {
        self.shared.with(|state| {
            let found = state.interactions.get(&opened_by).filter(|interaction| interaction.user == by);
            let found = found.filter(|interaction| interaction.modal.is_some()).cloned();
            let found = found.ok_or(Impossible::Dialogue(opened_by))?;
            let modal = found.modal.clone().unwrap_or_default();
            let rows = modal["components"].as_array().map(Vec::as_slice).unwrap_or_default();
            let row = |(at, row): (usize, &Value)| {
                let input = &row["components"][0];
                let id = input["custom_id"].as_str().unwrap_or_default();
                let text = texts[id].as_str().or(input["value"].as_str()).unwrap_or_default();
                let inner = json!({"type": 4, "id": at * 2 + 2, "custom_id": id, "value": text});
                json!({"type": 1, "id": at * 2 + 1, "components": [inner]})
            };
            let rows: Vec<Value> = rows.iter().enumerate().map(row).collect();
            let data = json!({"custom_id": modal["custom_id"], "components": rows});
            let (channel, owners) = (found.channel, found.owners);
            Ok(interact(state, Trigger::Modal, by, channel, "", owners, data, found.source, None))
        })
    }

    /// Writes a message. A reply pings the author of the message it answers, which is the default in a
    /// client.
    ///
    /// # Errors
    /// [`Impossible`] if the person may not write in the channel or does not see the message replied to.
    pub fn say(&self, by: Id, channel: Id, content: &str, reply_to: Option<Id>) -> Result<Id, Impossible> {
        self.attach(by, channel, content, reply_to, &[])
    }

    /// Writes a message with files.
    ///
    /// # Errors
    /// As for [`Simulator::say`], and [`Impossible::Files`] if there are more than ten files or one is over
    /// 10 MiB.
    pub fn attach(
        &self,
        by: Id,
        channel: Id,
        content: &str,
        reply_to: Option<Id>,
        files: &[File],
    ) -> Result<Id, Impossible> {
        self.shared.with(|state| {
            if files.len() > 10 || files.iter().any(|file| file.bytes.len() > LARGEST_FILE) {
                return Err(Impossible::Files);
            }
            let may = state.permissions(by, channel);
            let here = state.channels.get(&channel).ok_or(Impossible::Place(by, channel))?;
            if !writable(state, by, here) {
                return Err(Impossible::Place(by, channel));
            }
            if let Some(target) = reply_to {
                let there = seen(state, by, target).is_ok_and(|target| target.channel == channel);
                if !there || may & READ_MESSAGE_HISTORY == 0 {
                    return Err(Impossible::Message(by, target));
                }
            }
            let id = state.clock.id();
            let mut message = Message {
                kind: if reply_to.is_some() { 19 } else { 0 },
                content: content.trim().to_owned(),
                reply_to,
                nonce: Some(json!(id)),
                ..Message::new(id, channel, by)
            };
            message.attachments = files.iter().map(|file| state.attach(channel, file)).collect();
            state.mention(&mut message, &Policy::open());
            state.messages.insert(id, message);
            if let Some(here) = state.channels.get_mut(&channel) {
                here.last = Some(id);
                here.archived = false;
            }
            state.announce(id, "MESSAGE_CREATE");
            Ok(id)
        })
    }

    /// Adds link previews to a message, as Discord does shortly after it is posted. The previews are embeds
    /// with a title, a description and a URL.
    pub fn preview(&self, message: Id, embeds: &[Value]) {
        self.shared.with(|state| {
            if let Some(message) = state.messages.get_mut(&message) {
                message.embeds.extend_from_slice(embeds);
            }
            state.announce(message, "MESSAGE_UPDATE");
        });
    }

    /// Forwards a message to a channel.
    ///
    /// # Errors
    /// [`Impossible`] if the person does not see the message or may not write in the channel.
    pub fn forward(&self, by: Id, channel: Id, message: Id) -> Result<Id, Impossible> {
        self.shared.with(|state| {
            let from = seen(state, by, message)?.clone();
            if state.permissions(by, channel) & (VIEW_CHANNEL | SEND_MESSAGES) != VIEW_CHANNEL | SEND_MESSAGES
            {
                return Err(Impossible::Place(by, channel));
            }
            let whole = state.message_json(&from, Reader::All);
            let kept = [
                "content",
                "timestamp",
                "edited_timestamp",
                "mentions",
                "mention_roles",
                "attachments",
                "embeds",
                "type",
                "flags",
                "components",
            ];
            let snapshot: serde_json::Map<String, Value> =
                kept.iter().map(|name| ((*name).to_owned(), whole[*name].clone())).collect();
            let id = state.clock.id();
            let mut copy = Message::new(id, channel, by);
            copy.forwarded = vec![json!({"message": snapshot})];
            copy.nonce = Some(json!(id));
            state.messages.insert(id, copy);
            state.announce(id, "MESSAGE_CREATE");
            Ok(id)
        })
    }

    /// Edits a message by its author.
    ///
    /// # Errors
    /// [`Impossible::Message`] if it does not exist or is someone else's.
    pub fn rewrite(&self, by: Id, message: Id, content: &str) -> Result<(), Impossible> {
        self.shared.with(|state| {
            let mut changed = seen(state, by, message)?.clone();
            if changed.author != by {
                return Err(Impossible::Message(by, message));
            }
            changed.content = content.trim().to_owned();
            changed.edited = Some(state.clock.now());
            state.mention(&mut changed, &Policy::open());
            state.messages.insert(message, changed);
            state.announce(message, "MESSAGE_UPDATE");
            Ok(())
        })
    }

    /// Removes the embeds of a message, as a moderator does.
    pub fn remove_embeds(&self, message: Id) {
        self.shared.with(|state| {
            if let Some(message) = state.messages.get_mut(&message) {
                message.embeds.clear();
                message.flags |= super::object::SUPPRESS_EMBEDS;
            }
            state.announce(message, "MESSAGE_UPDATE");
        });
    }

    /// Deletes a message, as its author or a moderator does.
    pub fn delete_message(&self, message: Id) {
        self.shared.with(|state| state.delete(message));
    }

    /// Returns the messages a person sees in a channel, oldest first, as complete objects. Of the ephemeral
    /// ones, these are only the person's own.
    #[must_use]
    pub fn visible_to(&self, user: Id, channel: Id) -> Vec<Value> {
        self.shared.look(|state| {
            if state.permissions(user, channel) & VIEW_CHANNEL == 0 {
                return Vec::new();
            }
            let seen = state.messages_in(channel).filter(|m| m.only_for.is_none_or(|only| only == user));
            seen.map(|message| state.message_json(message, Reader::All)).collect()
        })
    }

    /// Returns the people without the bots, in the order they were added, each with their permissions in the
    /// first guild they are in.
    #[must_use]
    pub fn people(&self) -> Vec<Value> {
        self.shared.look(|state| {
            let people = state.users.values().filter(|user| !user.bot);
            let may = |id: Id| {
                let mut guilds = state.guilds.values().filter(|guild| guild.members.contains_key(&id));
                guilds.next().map_or(0, |guild| guild.permissions(id))
            };
            people
                .map(
                    |user| json!({"id": user.id, "name": user.name, "permissions": may(user.id).to_string()}),
                )
                .collect()
        })
    }

    /// Returns the bot's user.
    #[must_use]
    pub fn bot(&self) -> Value {
        self.shared.look(|state| state.user_json(APPLICATION))
    }

    /// Returns the channels that a person sees, in the order they were created, each thread after its
    /// channel, and direct messages last.
    #[must_use]
    pub fn channels_for(&self, user: Id) -> Vec<Value> {
        self.shared.look(|state| {
            let mut seen: Vec<_> = state
                .channels
                .values()
                .filter(|channel| state.permissions(user, channel.id) & VIEW_CHANNEL != 0)
                .collect();
            seen.sort_by_key(|channel| {
                (channel.guild.is_none(), channel.parent.unwrap_or(channel.id), channel.id)
            });
            let json = |channel: &&Channel| {
                let mut value = state.channel_json(channel);
                let guild = channel.guild.and_then(|guild| state.guilds.get(&guild));
                value["guild"] = json!(guild.map(|guild| &guild.name));
                value["may_write"] = json!(writable(state, user, channel));
                value
            };
            seen.iter().map(json).collect()
        })
    }

    /// Dismisses an ephemeral message for the one person who sees it.
    ///
    /// # Errors
    /// [`Impossible::Message`] if it does not exist or is not ephemeral.
    pub fn dismiss(&self, by: Id, message: Id) -> Result<(), Impossible> {
        self.shared.with(|state| {
            let hidden = seen(state, by, message)?;
            if hidden.only_for != Some(by) {
                return Err(Impossible::Message(by, message));
            }
            state.messages.remove(&message);
            Ok(())
        })
    }

    /// Serves an attached file at the path and query of its address; `None` if the path is not that of a
    /// file.
    #[must_use]
    pub fn file(&self, path: &str, query: &str) -> Option<Response> {
        self.shared.look(|state| state.file(path, query))
    }

    /// Returns a message as a person sees it, if it exists.
    #[must_use]
    pub fn message(&self, message: Id) -> Option<Value> {
        self.shared.look(|state| {
            state.messages.get(&message).map(|message| state.message_json(message, Reader::All))
        })
    }

    /// Returns the users and roles that a message pings, and whether it pings everyone.
    #[must_use]
    pub fn pinged(&self, message: Id) -> (Vec<Id>, Vec<Id>, bool) {
        self.shared.look(|state| {
            let found = state.messages.get(&message);
            found.map_or_else(Default::default, |m| {
                (m.mentions.clone(), m.mention_roles.clone(), m.mention_everyone)
            })
        })
    }

    /// Returns the commands offered to a person in a channel, slash and menu commands, including
    /// translations.
    #[must_use]
    pub fn commands_for(&self, user: Id, channel: Id) -> Vec<Value> {
        self.shared.look(|state| {
            let guild = state.channels.get(&channel).and_then(|channel| channel.guild);
            let here = state.commands.iter().filter(|c| c.guild.is_none() || c.guild == guild);
            let here = here.filter(|command| offered(state, user, channel, &command.value).is_ok());
            here.map(|command| command.json(true)).collect()
        })
    }

    /// Waits for the bot's first public message in a channel after the id `after` that no longer shows
    /// "thinking…".
    pub async fn next_message(&self, channel: Id, after: Id, within: Duration) -> Option<Value> {
        let look = |state: &mut State| {
            let mut new = state.messages_since(channel, after).filter(|m| m.author == APPLICATION);
            let shown = new.find(|m| m.only_for.is_none() && m.flags & super::object::LOADING == 0)?;
            Some(state.message_json(shown, Reader::All))
        };
        self.until(within, look).await
    }

    /// Returns when the bot last sent a typing indicator in a channel, in milliseconds of Unix time; `None`
    /// once it has posted a message there.
    #[must_use]
    pub fn typing(&self, channel: Id) -> Option<i64> {
        self.shared.look(|state| state.typing.get(&channel).copied())
    }
}

/// Whether a person may write in a channel.
fn writable(state: &State, by: Id, channel: &Channel) -> bool {
    let speak = if channel.kind == Kind::Thread { SEND_MESSAGES_IN_THREADS } else { SEND_MESSAGES };
    let needed = VIEW_CHANNEL | speak;
    !matches!(channel.kind, Kind::Category | Kind::Forum)
        && state.permissions(by, channel.id) & needed == needed
}

/// Returns a message if the person sees it.
fn seen(state: &State, by: Id, message: Id) -> Result<&Message, Impossible> {
    let found = state.messages.get(&message).filter(|m| m.only_for.is_none_or(|only| only == by));
    found
        .filter(|found| state.permissions(by, found.channel) & VIEW_CHANNEL != 0)
        .ok_or(Impossible::Message(by, message))
}
