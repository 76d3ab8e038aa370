//! Are the commands that Discord shows the current ones? They are sent only if they differ, because Discord
//! allows 200 new ones a day. Our commands are global: any that are registered for a single server come from
//! an earlier version and are removed.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::bot::{Bot, Me};
use super::command;
use super::locale;
use super::operator;
use super::rest::Call;

/// How long to keep trying; after that the old commands stay until the next start.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Compares the commands with those Discord has, and replaces them if they differ.
pub(super) async fn sync(bot: &Bot, me: Me) {
    let deadline = Instant::now() + PATIENCE;
    let ours = definitions(bot.operators.is_nobody());
    let theirs = match bot.rest.send(&Call::commands(me.application, None, None), deadline).await {
        Ok(theirs) => theirs,
        Err(failure) => return tracing::error!(cause = %failure, "the commands cannot be read"),
    };
    if by_name(&ours) == by_name(&theirs) {
        tracing::info!("the commands are up to date");
        return bot.synced.cancel();
    }
    match bot.rest.send(&Call::commands(me.application, None, Some(ours)), deadline).await {
        Ok(_) => {
            tracing::info!("the commands were replaced");
            bot.synced.cancel();
        }
        Err(failure) => {
            tracing::error!(cause = %failure, "the commands cannot be replaced; the old ones stay")
        }
    }
}

/// Removes the commands that an earlier version registered for one server, which would otherwise be listed
/// next to the current ones for ever.
pub(super) async fn remove_stale(bot: &Bot, guild: u64) {
    bot.synced.cancelled().await;
    let Some(me) = bot.me.get().copied() else { return };
    // One server at a time, because a bot may be in thousands.
    let _turn = bot.tidying.lock().await;
    let deadline = Instant::now() + PATIENCE;
    let stale = match bot.rest.send(&Call::commands(me.application, Some(guild), None), deadline).await {
        Ok(Value::Array(stale)) => stale.len(),
        Ok(_) => 0,
        Err(failure) => {
            return tracing::warn!(guild, cause = %failure, "the commands of a server cannot be read");
        }
    };
    if stale == 0 {
        return;
    }
    match bot.rest.send(&Call::commands(me.application, Some(guild), Some(json!([]))), deadline).await {
        Ok(_) => tracing::info!(guild, stale, "commands of one server were removed"),
        Err(failure) => {
            tracing::warn!(guild, cause = %failure, "the commands of a server cannot be removed");
        }
    }
}

/// Returns all commands in Discord's format, with their names in all languages; the operators' commands only
/// if there are operators.
pub(super) fn definitions(nobody_operates: bool) -> Value {
    let mut out = Vec::new();
    for command in command::all() {
        if nobody_operates && operator::is_operators(&command.name) {
            continue;
        }
        let definitions = [command.create_as_slash_command(), command.create_as_context_menu_command()];
        out.extend(
            definitions.into_iter().flatten().filter_map(|definition| serde_json::to_value(definition).ok()),
        );
    }
    let mut out = Value::Array(out);
    locale::translate(&mut out);
    prune(&mut out);
    out
}

/// Removes `autocomplete: false`, which serenity writes for options without autocompletion and Discord does
/// not store.
fn prune(value: &mut Value) {
    if let Value::Object(fields) = value {
        fields.retain(|name, value| name != "autocomplete" || *value == json!(true));
    }
    let inner = match value {
        Value::Object(fields) => fields.get_mut("options"),
        list => Some(list),
    };
    inner.and_then(Value::as_array_mut).into_iter().flatten().for_each(prune);
}

/// Returns the commands by type and name, without what Discord adds or omits.
fn by_name(commands: &Value) -> BTreeMap<(u64, String), Value> {
    let commands = commands.as_array().map(Vec::as_slice).unwrap_or_default();
    let key = |command: &Value| {
        (command["type"].as_u64().unwrap_or(1), command["name"].as_str().unwrap_or_default().to_owned())
    };
    commands.iter().map(|command| (key(command), essence(command, true))).collect()
}

/// Returns a command or an option in a normal form: without anything empty, false or assigned by Discord.
fn essence(value: &Value, is_command: bool) -> Value {
    match value {
        Value::Object(fields) => {
            let mut out = serde_json::Map::new();
            for (name, value) in fields {
                let given = ["id", "application_id", "version", "guild_id", "dm_permission", "handler"];
                if (is_command && (given.contains(&name.as_str()) || name == "type"))
                    || name.ends_with("_localized")
                {
                    continue;
                }
                let value = match name.as_str() {
                    // Serialised as a number by some, as text by others.
                    "default_member_permissions" if value.is_number() => json!(value.to_string()),
                    "contexts" | "integration_types" => sorted(value),
                    _ => essence(value, false),
                };
                let is_empty = match &value {
                    Value::Null | Value::Bool(false) => true,
                    Value::String(text) => text.is_empty(),
                    Value::Array(list) => list.is_empty(),
                    Value::Object(fields) => fields.is_empty(),
                    _ => false,
                };
                if !is_empty {
                    out.insert(name.clone(), value);
                }
            }
            Value::Object(out)
        }
        Value::Array(list) => Value::Array(list.iter().map(|value| essence(value, false)).collect()),
        Value::Number(number) => number.as_f64().map_or(Value::Null, |number| json!(number)),
        other => other.clone(),
    }
}

fn sorted(list: &Value) -> Value {
    let mut list: Vec<u64> = list.as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    list.sort_unstable();
    json!(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_discord_adds_makes_no_difference_and_what_we_change_does() {
        let ours = definitions(false);
        let mut theirs = ours.clone();
        for command in theirs.as_array_mut().expect("a list") {
            command["id"] = json!("1");
            command["application_id"] = json!("2");
            command["version"] = json!("3");
            command["nsfw"] = json!(false);
            command["dm_permission"] = json!(true);
            if command["options"].is_null() {
                command["options"] = json!([]);
            }
        }
        theirs.as_array_mut().expect("a list").reverse();
        assert_eq!(by_name(&ours), by_name(&theirs));
        theirs[0]["description"] = json!("another");
        assert_ne!(by_name(&ours), by_name(&theirs));
    }

    #[test]
    fn definitions_are_within_the_limits_of_discord() {
        fn check(value: &Value, is_command: bool, siblings: &mut Vec<String>) -> usize {
            let name = value["name"].as_str().expect("a name");
            let description = value["description"].as_str().unwrap_or_default();
            let mut longest = name.chars().count() + description.chars().count();
            let menu = is_command && value["type"] == json!(3);
            assert!((1..=32).contains(&name.chars().count()), "{name}");
            assert!(menu || (1..=100).contains(&description.chars().count()), "{name}: {description}");
            siblings.push(name.to_owned());
            for (locale, name) in value["name_localizations"].as_object().into_iter().flatten() {
                let name = name.as_str().expect("text");
                let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'');
                assert!(menu || (name.chars().all(fits) && name.to_lowercase() == name), "{name}");
                assert!((1..=32).contains(&name.chars().count()), "{name}");
                siblings.push(format!("{locale}/{name}"));
            }
            for text in
                value["description_localizations"].as_object().into_iter().flatten().map(|(_, text)| text)
            {
                let length = text.as_str().expect("text").chars().count();
                assert!((1..=100).contains(&length), "{text}");
                longest = longest.max(length + name.chars().count());
            }
            let mut inner = Vec::new();
            for option in value["options"].as_array().into_iter().flatten() {
                longest += check(option, false, &mut inner);
            }
            let count = inner.len();
            inner.sort();
            inner.dedup();
            assert_eq!(inner.len(), count, "names in {name} differ");
            longest
        }
        let definitions = definitions(false);
        let mut names = Vec::new();
        for command in definitions.as_array().expect("a list") {
            assert!(check(command, true, &mut names) <= 8000);
            assert!(command["contexts"].is_array() && command["integration_types"].is_array(), "{command}");
            // Commands that exist only in servers are for the people who manage them.
            let is_for_all = command["contexts"].as_array().is_some_and(|contexts| contexts.len() > 1);
            assert_eq!(is_for_all, command["default_member_permissions"].is_null(), "{command}");
        }
        assert_eq!(definitions.as_array().map(Vec::len), Some(command::all().len()));
    }
}
