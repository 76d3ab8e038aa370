//! Which commands has the bot registered?
//!
//! When the list is registered again, a command with the same name and type keeps its id, and also its
//! version if nothing about it changed.

mod check;

use serde_json::{Value, json};

use super::clock::Id;
use super::field::number;
use super::refusal::{Refusal, TOO_MANY_CREATES, UNKNOWN_COMMAND};
use super::world::{APPLICATION, Command, SLASH, State};

use check::check;
pub(super) use check::check_choice;

/// Returns a value as Discord returns it: fields of objects that are null, false or empty are left out.
fn lean(value: &Value) -> Value {
    let says = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(list) => !list.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    match value {
        Value::Array(list) => list.iter().map(lean).collect(),
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(_, value)| says(value));
            Value::Object(kept.map(|(name, value)| (name.clone(), lean(value))).collect())
        }
        other => other.clone(),
    }
}

impl State {
    /// Replaces all commands of a scope.
    pub(super) fn put_commands(&mut self, guild: Option<Id>, list: &[Value]) -> Result<Value, Refusal> {
        check(list)?;
        let old: Vec<Command> = self.commands.iter().filter(|c| c.guild == guild).cloned().collect();
        let before = |command: &Value| {
            old.iter().find(|c| {
                c.name() == command["name"] && c.kind() == command["type"].as_u64().unwrap_or(SLASH)
            })
        };
        let new = list.iter().filter(|command| before(command).is_none()).count();
        self.count_creates(guild, new)?;
        let made: Vec<Command> =
            list.iter().map(|command| self.made(guild, command, before(command))).collect();
        self.commands.retain(|command| command.guild != guild);
        self.commands.extend(made.iter().cloned());
        Ok(made.iter().map(|command| command.json(true)).collect())
    }

    /// Adds a command, or replaces the one with its name and type; returns whether it is new, and the
    /// command.
    pub(super) fn post_command(
        &mut self,
        guild: Option<Id>,
        command: &Value,
    ) -> Result<(bool, Value), Refusal> {
        let kind = command["type"].as_u64().unwrap_or(SLASH);
        let same = |c: &Command| c.guild == guild && c.name() == command["name"] && c.kind() == kind;
        let mut all: Vec<Value> =
            self.commands.iter().filter(|c| c.guild == guild && !same(c)).map(|c| c.json(true)).collect();
        all.push(command.clone());
        check(&all)?;
        let old = self.commands.iter().find(|c| same(c)).cloned();
        if old.is_none() {
            self.count_creates(guild, 1)?;
        }
        let made = self.made(guild, command, old.as_ref());
        let value = made.json(true);
        self.commands.retain(|c| !same(c));
        self.commands.push(made);
        Ok((old.is_none(), value))
    }

    pub(super) fn delete_command(&mut self, guild: Option<Id>, id: Id) -> Result<(), Refusal> {
        let before = self.commands.len();
        self.commands.retain(|command| command.guild != guild || command.id != id);
        if self.commands.len() == before { Err(UNKNOWN_COMMAND) } else { Ok(()) }
    }

    /// Returns the command that a person in `guild` would find under a name.
    pub(super) fn command(&self, guild: Option<Id>, kind: u64, name: &str) -> Option<&Command> {
        let mut found = self.commands.iter().filter(|c| c.kind() == kind && c.name() == name);
        found
            .clone()
            .find(|c| c.guild.is_some() && c.guild == guild)
            .or_else(|| found.find(|c| c.guild.is_none()))
    }

    fn count_creates(&mut self, guild: Option<Id>, new: usize) -> Result<(), Refusal> {
        let day = self.clock.now() / 86_400_000;
        let made = self.creates.entry((day, guild)).or_default();
        *made += u32::try_from(new).unwrap_or(u32::MAX);
        if *made > 200 { Err(TOO_MANY_CREATES) } else { Ok(()) }
    }

    fn made(&mut self, guild: Option<Id>, command: &Value, old: Option<&Command>) -> Command {
        let id = old.map_or_else(|| self.clock.id(), |old| old.id);
        let mut value = json!({
            "id": id, "application_id": APPLICATION, "type": SLASH, "description": "", "nsfw": false,
            "default_member_permissions": null, "name_localizations": null, "description_localizations": null,
        });
        if let Some(guild) = guild {
            value["guild_id"] = json!(guild);
        } else {
            value["dm_permission"] = json!(true);
            value["contexts"] = Value::Null;
            value["integration_types"] = json!([0]);
        }
        if let (Value::Object(value), Value::Object(given)) = (&mut value, command) {
            let ours = |name: &str| matches!(name, "id" | "version" | "application_id");
            let given = given.iter().filter(|(name, given)| !ours(name) && !given.is_null());
            value.extend(given.map(|(name, given)| (name.clone(), lean(given))));
            value.retain(|name, value| {
                name != "options" || value.as_array().is_some_and(|list| !list.is_empty())
            });
        }
        if let Some(bits) = number(&value["default_member_permissions"]) {
            value["default_member_permissions"] = json!(bits.to_string());
        }
        if let Some(contexts) = value["contexts"].as_array() {
            value["dm_permission"] = json!(contexts.iter().any(|context| context == 1));
        }
        let version = match old {
            Some(old) => {
                value["version"] = old.value["version"].clone();
                if value == old.value { old.value["version"].clone() } else { json!(self.clock.id()) }
            }
            None => json!(self.clock.id()),
        };
        value["version"] = version;
        Command { id, guild, value }
    }
}
