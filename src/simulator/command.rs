//! Which commands has the bot registered, and are they in order?
//!
//! Limits as in the reference's page on application commands. A command of the same name and kind keeps its id when the list is
//! put again, and its version too where nothing changed.

use serde_json::{Map, Value, json};

use super::clock::Id;
use super::form::{number, too_long};
use super::refusal::{Form, Refusal, TOO_MANY_COMMANDS, TOO_MANY_CREATES, UNKNOWN_COMMAND};
use super::world::{APPLICATION, State};

/// A command typed with a slash.
pub(super) const SLASH: u64 = 1;
/// A command of a message's menu.
pub(super) const MESSAGE_MENU: u64 = 3;

/// A registered command.
#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) id: Id,
    /// The guild it is registered in; everywhere if none.
    pub(super) guild: Option<Id>,
    /// As Discord gives it back, defaults filled in.
    pub(super) value: Value,
}

impl Command {
    pub(super) fn name(&self) -> &str {
        self.value["name"].as_str().unwrap_or_default()
    }

    pub(super) fn kind(&self) -> u64 {
        self.value["type"].as_u64().unwrap_or_default()
    }

    /// The command as listed; without its translations unless they were asked for.
    pub(super) fn json(&self, translations: bool) -> Value {
        let mut value = self.value.clone();
        if !translations {
            strip(&mut value);
        }
        value
    }
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| name != "name_localizations" && name != "description_localizations");
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
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

    /// Adds a command, or replaces the one of its name and kind; tells whether it is new.
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

    /// Returns the command a person in `guild` would find under a name.
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
            value.extend(
                given
                    .iter()
                    .filter(|(name, _)| *name != "id" && *name != "version")
                    .map(|(n, v)| (n.clone(), v.clone())),
            );
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

/// Checks a whole scope's list.
fn check(list: &[Value]) -> Result<(), Refusal> {
    let mut form = Form::default();
    for (kind, most) in [(SLASH, 100), (2, 15), (MESSAGE_MENU, 15)] {
        if list.iter().filter(|command| command["type"].as_u64().unwrap_or(SLASH) == kind).count() > most {
            return Err(TOO_MANY_COMMANDS);
        }
    }
    for (at, command) in list.iter().enumerate() {
        let path = at.to_string();
        let kind = command["type"].as_u64().unwrap_or(SLASH);
        let same = |other: &&Value| {
            other["name"] == command["name"] && other["type"].as_u64().unwrap_or(SLASH) == kind
        };
        if list.iter().take(at).any(|other| same(&other)) {
            form.error(
                &path,
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            );
        }
        let mut size = 0;
        names(&mut form, command, &path, kind == SLASH, &mut size);
        if kind == SLASH {
            describe(&mut form, command, &path, &mut size);
            options(&mut form, command, &path, 0, &mut size);
            if size > 8000 {
                form.error(&path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
            }
        } else if command["description"].as_str().is_some_and(|text| !text.is_empty())
            || command["options"].as_array().is_some_and(|o| !o.is_empty())
        {
            form.error(
                &format!("{path}.description"),
                "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED",
                "Context menu commands cannot have description or options",
            );
        }
    }
    form.check()
}

/// A text and its translations, the longest of which counts for the size.
fn each_text<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = (String, &'a str)> {
    let plain = value[name].as_str().map(|text| (name.to_owned(), text));
    let list = format!("{name}_localizations");
    let more = value[list.as_str()].as_object().map(|all| {
        all.iter().filter_map(move |(locale, text)| Some((format!("{list}.{locale}"), text.as_str()?)))
    });
    plain.into_iter().chain(more.into_iter().flatten())
}

fn longest(value: &Value, name: &str) -> usize {
    each_text(value, name).map(|(_, text)| text.chars().count()).max().unwrap_or_default()
}

fn names(form: &mut Form, value: &Value, at: &str, slash: bool, size: &mut usize) {
    *size += longest(value, "name");
    if !value["name"].is_string() {
        form.error(&format!("{at}.name"), "BASE_TYPE_REQUIRED", "This field is required");
    }
    for (field, name) in each_text(value, "name") {
        let count = name.chars().count();
        if !(1..=32).contains(&count) {
            form.error(
                &format!("{at}.{field}"),
                "BASE_TYPE_BAD_LENGTH",
                "Must be between 1 and 32 in length.",
            );
        } else if slash && (!name.chars().all(fits) || name.to_lowercase() != name) {
            form.error(
                &format!("{at}.{field}"),
                "APPLICATION_COMMAND_INVALID_NAME",
                "Command name is invalid",
            );
        }
    }
    locales(form, value, at);
}

/// Discord's pattern `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`.
fn fits(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '\'' | '\u{900}'..='\u{97f}' | '\u{e00}'..='\u{e7f}')
}

const LOCALES: &[&str] = &[
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk",
    "vi", "zh-CN", "zh-TW",
];

fn locales(form: &mut Form, value: &Value, at: &str) {
    for list in ["name_localizations", "description_localizations"] {
        for locale in value[list].as_object().into_iter().flat_map(Map::keys) {
            if !LOCALES.contains(&locale.as_str()) {
                form.error(
                    &format!("{at}.{list}"),
                    "DICT_TYPE_KEYS",
                    format!("Unknown locale \"{locale}\"."),
                );
            }
        }
    }
}

fn describe(form: &mut Form, value: &Value, at: &str, size: &mut usize) {
    *size += longest(value, "description");
    if !value["description"].is_string() {
        form.error(&format!("{at}.description"), "BASE_TYPE_REQUIRED", "This field is required");
    }
    for (field, text) in each_text(value, "description") {
        if !(1..=100).contains(&text.chars().count()) {
            form.error(
                &format!("{at}.{field}"),
                "BASE_TYPE_BAD_LENGTH",
                "Must be between 1 and 100 in length.",
            );
        }
    }
}

fn options(form: &mut Form, value: &Value, at: &str, depth: u32, size: &mut usize) {
    let list = value["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    if list.len() > 25 {
        too_long(form, &format!("{at}.options"), 25);
    }
    let mut optional = false;
    for (nth, option) in list.iter().enumerate() {
        let at = format!("{at}.options.{nth}");
        names(form, option, &at, true, size);
        describe(form, option, &at, size);
        if list.iter().take(nth).any(|other| other["name"] == option["name"]) {
            form.error(
                &format!("{at}.name"),
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                "Option name already exists",
            );
        }
        let kind = option["type"].as_u64().unwrap_or_default();
        if !(1..=11).contains(&kind) {
            form.error(
                &format!("{at}.type"),
                "BASE_TYPE_CHOICES",
                "Value must be one of {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}.",
            );
        }
        if matches!(kind, 1 | 2) {
            if depth >= if kind == 2 { 1 } else { 2 } {
                form.error(&at, "APPLICATION_COMMAND_OPTIONS_NESTING", "Subcommands nest too deep");
            }
            options(form, option, &at, depth + 1, size);
            continue;
        }
        let required = option["required"].as_bool().unwrap_or_default();
        if required && optional {
            form.error(
                &at,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            );
        }
        optional |= !required;
        choices(form, option, &at, size);
    }
}

fn choices(form: &mut Form, option: &Value, at: &str, size: &mut usize) {
    let list = option["choices"].as_array().map(Vec::as_slice).unwrap_or_default();
    if list.len() > 25 {
        too_long(form, &format!("{at}.choices"), 25);
    }
    if !list.is_empty() && option["autocomplete"] == true {
        form.error(
            at,
            "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES",
            "Autocomplete options cannot have choices",
        );
    }
    for (nth, choice) in list.iter().enumerate() {
        *size += longest(choice, "name") + choice["value"].as_str().map_or(0, |value| value.chars().count());
        check_choice(form, choice, &format!("{at}.choices.{nth}"));
    }
}

/// Checks one choice of an option or of an autocomplete answer.
pub(super) fn check_choice(form: &mut Form, choice: &Value, at: &str) {
    for (field, name) in each_text(choice, "name") {
        if name.trim().is_empty() || name.chars().count() > 100 {
            form.error(
                &format!("{at}.{field}"),
                "BASE_TYPE_BAD_LENGTH",
                "Must be between 1 and 100 in length.",
            );
        }
    }
    if !choice["name"].is_string() {
        form.error(&format!("{at}.name"), "BASE_TYPE_REQUIRED", "This field is required");
    }
    match &choice["value"] {
        Value::String(value) if !(1..=100).contains(&value.chars().count()) => {
            form.error(
                &format!("{at}.value"),
                "BASE_TYPE_BAD_LENGTH",
                "Must be between 1 and 100 in length.",
            );
        }
        Value::String(_) | Value::Number(_) => {}
        _ => form.error(&format!("{at}.value"), "BASE_TYPE_REQUIRED", "This field is required"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(list: &Value) -> Option<String> {
        let refusal = check(list.as_array().map(Vec::as_slice).unwrap_or_default()).err()?;
        Some(refusal.body().to_string())
    }

    #[test]
    fn names_follow_the_pattern() {
        let named = |name: &str| json!([{"name": name, "description": "d"}]);
        for good in ["who-said", "хто-сказав", "a'b_c1"] {
            assert_eq!(code(&named(good)), None, "{good}");
        }
        for bad in ["Who", "who said", "", &"a".repeat(33)] {
            assert!(code(&named(bad)).is_some(), "{bad}");
        }
        assert_eq!(code(&json!([{"name": "Find who said this", "type": 3}])), None);
    }

    #[test]
    fn required_options_come_first_and_names_are_unique() {
        let option = |name: &str, required: bool| json!({"type": 3, "name": name, "description": "d", "required": required});
        let command = |options: Value| json!([{"name": "a", "description": "d", "options": options}]);
        assert_eq!(code(&command(json!([option("a", true), option("b", false)]))), None);
        assert!(code(&command(json!([option("a", false), option("b", true)]))).is_some());
        assert!(code(&command(json!([option("a", true), option("a", true)]))).is_some());
        assert!(
            code(&json!([{"name": "a", "description": "d"}, {"name": "a", "description": "d"}])).is_some()
        );
    }
}
