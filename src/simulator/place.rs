//! How are guilds, channels and people set up, and what can happen to them?

use serde_json::json;

use super::Simulator;
use super::clock::Id;
use super::session::{Event, GUILD_MEMBERS, GUILDS};
use super::world::{APPLICATION, Kind, Overwrite, Role, State};

impl Simulator {
    /// Returns the id of the application, which is also that of its bot user.
    #[must_use]
    pub fn application(&self) -> Id {
        APPLICATION
    }

    /// Adds a person.
    pub fn add_user(&self, name: &str) -> Id {
        self.shared.with(|state| {
            let id = state.clock.id();
            state.user(id, name, false)
        })
    }

    /// Adds another bot.
    pub fn add_bot_user(&self, name: &str) -> Id {
        self.shared.with(|state| {
            let id = state.clock.id();
            state.user(id, name, true)
        })
    }

    /// Sets whether a person refuses direct messages from the bot.
    pub fn set_dms_closed(&self, user: Id, closed: bool) {
        self.shared.with(|state| {
            if let Some(user) = state.users.get_mut(&user) {
                user.closed = closed;
            }
        });
    }

    /// Installs the application for a person, who then has its commands everywhere.
    pub fn install(&self, user: Id) {
        self.shared.with(|state| {
            if let Some(user) = state.users.get_mut(&user) {
                user.installed = true;
            }
        });
    }

    /// Adds a guild whose members are its owner and the bot.
    pub fn add_guild(&self, name: &str, owner: Id) -> Id {
        self.shared.with(|state| {
            let id = state.guild(name, owner, true);
            guild_create(state, id);
            id
        })
    }

    /// Adds a guild that the bot is not in.
    pub fn add_guild_without_bot(&self, name: &str, owner: Id) -> Id {
        self.shared.with(|state| state.guild(name, owner, false))
    }

    /// Adds a text channel to a guild.
    pub fn add_channel(&self, guild: Id, name: &str) -> Id {
        self.shared.with(|state| {
            let id = state.channel(Kind::Text, name, Some(guild));
            channel_event(state, "CHANNEL_CREATE", id);
            id
        })
    }

    /// Adds a category to a guild.
    pub fn add_category(&self, guild: Id, name: &str) -> Id {
        self.shared.with(|state| {
            let id = state.channel(Kind::Category, name, Some(guild));
            channel_event(state, "CHANNEL_CREATE", id);
            id
        })
    }

    /// Adds a forum, whose posts are threads, to a guild.
    pub fn add_forum(&self, guild: Id, name: &str) -> Id {
        self.shared.with(|state| {
            let id = state.channel(Kind::Forum, name, Some(guild));
            channel_event(state, "CHANNEL_CREATE", id);
            id
        })
    }

    /// Moves a channel or a forum into a category.
    pub fn move_into(&self, channel: Id, category: Id) {
        self.shared.with(|state| {
            if let Some(channel) = state.channels.get_mut(&channel) {
                channel.category = Some(category);
            }
            channel_event(state, "CHANNEL_UPDATE", channel);
        });
    }

    /// Returns the role that a guild gave the bot when it joined.
    #[must_use]
    pub fn bot_role(&self, guild: Id) -> Option<Id> {
        self.shared.look(|state| {
            state.guilds.get(&guild)?.roles.iter().find(|role| role.managed).map(|role| role.id)
        })
    }

    /// Sets the words that a guild's AutoMod blocks, whatever their case, except from moderators. Ephemeral
    /// messages are not checked.
    pub fn set_automod(&self, guild: Id, words: &[&str]) {
        self.shared.with(|state| {
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.barred = words.iter().map(|word| word.to_lowercase()).collect();
            }
        });
    }

    /// Opens a thread on a message, as a person does. The thread takes the message's id.
    pub fn add_thread_on(&self, message: Id, name: &str, owner: Id) -> Id {
        self.shared.with(|state| {
            let parent = state.messages.get(&message).map_or(Id(0), |message| message.channel);
            let guild = state.channels.get(&parent).and_then(|channel| channel.guild);
            state.thread(parent, guild, name, owner, Some(message))
        })
    }

    /// Opens a thread in a text channel or a post in a forum, as a person does.
    pub fn add_thread(&self, parent: Id, name: &str, owner: Id) -> Id {
        self.shared.with(|state| {
            let guild = state.channels.get(&parent).and_then(|channel| channel.guild);
            state.thread(parent, guild, name, owner, None)
        })
    }

    /// Returns the direct-message channel of a person and the bot, and opens it if needed.
    pub fn dm(&self, user: Id) -> Id {
        self.shared.with(|state| state.direct(user))
    }

    /// Adds a group channel of people, which the bot is not in.
    pub fn add_group(&self, people: &[Id]) -> Id {
        self.shared.with(|state| {
            let id = state.channel(Kind::Group, "", None);
            if let Some(channel) = state.channels.get_mut(&id) {
                channel.recipients = people.to_vec();
            }
            id
        })
    }

    /// Makes a person join a guild.
    pub fn join(&self, user: Id, guild: Id) {
        self.shared.with(|state| {
            state.member(guild, user);
            let mut data =
                state.guilds.get(&guild).map(|guild| state.member_json(guild, user)).unwrap_or_default();
            data["guild_id"] = json!(guild);
            dispatch(state, "GUILD_MEMBER_ADD", guild, GUILD_MEMBERS, data);
        });
    }

    /// Makes a person leave a guild.
    pub fn leave(&self, user: Id, guild: Id) {
        self.shared.with(|state| {
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.members.remove(&user);
            }
            let data = json!({"guild_id": guild, "user": state.user_json(user)});
            dispatch(state, "GUILD_MEMBER_REMOVE", guild, GUILD_MEMBERS, data);
        });
    }

    /// Adds a role with permissions to a guild.
    pub fn add_role(&self, guild: Id, name: &str, permissions: u64) -> Id {
        self.shared.with(|state| {
            let role = Role { id: state.clock.id(), name: name.to_owned(), permissions, managed: false };
            let id = role.id;
            let Some(found) = state.guilds.get_mut(&guild) else { return id };
            let position = found.roles.len();
            found.roles.push(role.clone());
            let data = json!({"guild_id": guild, "role": state.role_json(&role, position)});
            dispatch(state, "GUILD_ROLE_CREATE", guild, GUILDS, data);
            id
        })
    }

    /// Gives a member a role.
    pub fn give_role(&self, user: Id, guild: Id, role: Id) {
        self.shared.with(|state| {
            let member = state.guilds.get_mut(&guild).and_then(|guild| guild.members.get_mut(&user));
            if let Some(member) = member {
                member.roles.push(role);
            }
        });
    }

    /// Allows and denies permissions in a channel to a role, to everyone (`subject` is the guild's id) or to
    /// a member; see [`super::permission`].
    pub fn overwrite(&self, channel: Id, subject: Id, allow: u64, deny: u64) {
        self.shared.with(|state| {
            if let Some(channel) = state.channels.get_mut(&channel) {
                channel.overwrites.retain(|overwrite| overwrite.id != subject);
                channel.overwrites.push(Overwrite { id: subject, allow, deny });
            }
            channel_event(state, "CHANNEL_UPDATE", channel);
        });
    }

    /// Denies the bot permissions in a channel.
    pub fn deny_bot(&self, channel: Id, deny: u64) {
        self.overwrite(channel, APPLICATION, 0, deny);
    }

    /// Deletes a channel or thread with all its messages.
    pub fn delete_channel(&self, channel: Id) {
        self.shared.with(|state| state.delete_channel(channel));
    }

    /// Archives a thread; with `locked` only moderators may write there.
    pub fn archive(&self, thread: Id, locked: bool) {
        self.shared.with(|state| {
            if let Some(channel) = state.channels.get_mut(&thread) {
                channel.archived = true;
                channel.locked = locked;
            }
            channel_event(state, "THREAD_UPDATE", thread);
        });
    }

    /// Removes the bot from a guild.
    pub fn remove_bot(&self, guild: Id) {
        self.shared.with(|state| state.expel(guild));
    }

    /// Adds the bot to a guild it is not in.
    pub fn add_bot(&self, guild: Id) {
        self.shared.with(|state| {
            state.bot_in(guild);
            guild_create(state, guild);
        });
    }

    /// Starts an outage: the guild is unavailable, but the bot is still in it.
    pub fn outage(&self, guild: Id) {
        self.shared.with(|state| {
            dispatch(state, "GUILD_DELETE", guild, GUILDS, json!({"id": guild, "unavailable": true}));
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.available = false;
            }
        });
    }

    /// Ends a guild's outage.
    pub fn recovery(&self, guild: Id) {
        self.shared.with(|state| {
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.available = true;
            }
            guild_create(state, guild);
        });
    }
}

fn dispatch(state: &mut State, name: &'static str, guild: Id, intent: u64, data: serde_json::Value) {
    if state.guilds.get(&guild).is_some_and(|guild| guild.members.contains_key(&APPLICATION)) {
        state.dispatch(Event {
            name,
            guild: Some(guild),
            channel: None,
            intent,
            data,
            without_content: None,
        });
    }
}

fn guild_create(state: &mut State, guild: Id) {
    let data = state.guilds.get(&guild).map(|guild| state.guild_create_json(guild)).unwrap_or_default();
    dispatch(state, "GUILD_CREATE", guild, GUILDS, data);
}

fn channel_event(state: &mut State, name: &'static str, channel: Id) {
    let Some(here) = state.channels.get(&channel) else { return };
    let (guild, data) = (here.guild, state.channel_json(here));
    state.dispatch(Event {
        name,
        guild,
        channel: Some(channel),
        intent: GUILDS,
        data,
        without_content: None,
    });
}

impl State {
    /// Deletes a channel with its threads and messages.
    pub(super) fn delete_channel(&mut self, channel: Id) {
        let threads: Vec<Id> = self
            .channels
            .values()
            .filter(|thread| thread.parent == Some(channel))
            .map(|thread| thread.id)
            .collect();
        for thread in threads {
            self.delete_channel(thread);
        }
        let Some(here) = self.channels.get(&channel) else { return };
        if here.kind == Kind::Thread {
            let data = json!({"id": channel, "guild_id": here.guild, "parent_id": here.parent, "type": 11});
            let guild = here.guild;
            let event = Event {
                name: "THREAD_DELETE",
                guild,
                channel: Some(channel),
                intent: GUILDS,
                data,
                without_content: None,
            };
            self.dispatch(event);
        } else if here.guild.is_some() {
            channel_event(self, "CHANNEL_DELETE", channel);
        }
        self.channels.remove(&channel);
        self.messages.retain(|_, message| message.channel != channel);
    }

    /// Removes the bot from a guild.
    pub(super) fn expel(&mut self, guild: Id) {
        dispatch(self, "GUILD_DELETE", guild, GUILDS, json!({"id": guild}));
        if let Some(guild) = self.guilds.get_mut(&guild) {
            guild.members.remove(&APPLICATION);
            guild.roles.retain(|role| !role.managed);
        }
        self.commands.retain(|command| command.guild != Some(guild));
    }
}
