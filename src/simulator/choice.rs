//! Which options did a person enter, and would the client accept them?

use serde_json::{Map, Value, json};

use super::clock::Id;
use super::field::number;
use super::impossible::Impossible;
use super::world::State;

/// Returns the command or subcommand at `path`; `None` if there is none or the path stops at a group.
pub(super) fn subject<'a>(command: &'a Value, path: &[&str]) -> Option<&'a Value> {
    let mut here = command;
    for name in path {
        here = here["options"]
            .as_array()?
            .iter()
            .find(|o| matches!(o["type"].as_u64(), Some(1 | 2)) && o["name"] == *name)?;
    }
    let deeper = here["options"]
        .as_array()
        .is_some_and(|all| all.iter().any(|o| matches!(o["type"].as_u64(), Some(1 | 2))));
    (!deeper).then_some(here)
}

fn wrong(name: &str, why: impl Into<String>) -> Impossible {
    Impossible::Option(name.to_owned(), why.into())
}

/// Returns the options as the client sends them, in the command's order, and the objects they resolve to.
pub(super) fn resolve(
    state: &State,
    guild: Option<Id>,
    command: &Value,
    entered: &Value,
    focus: Option<&str>,
) -> Result<(Vec<Value>, Map<String, Value>), Impossible> {
    let known = command["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    let nothing = Map::new();
    let entered = entered.as_object().unwrap_or(&nothing);
    if let Some(name) =
        entered.keys().find(|name| !known.iter().any(|option| option["name"] == name.as_str()))
    {
        return Err(wrong(name, "the command has no such option"));
    }
    let (mut out, mut users, mut channels, mut roles) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for option in known {
        let name = option["name"].as_str().unwrap_or_default();
        let Some(value) = entered.get(name).filter(|value| !value.is_null()) else {
            if option["required"] == true && focus.is_none() {
                return Err(wrong(name, "it is required"));
            }
            continue;
        };
        let typing = focus == Some(name);
        if !typing {
            check(option, value).map_err(|why| wrong(name, why))?;
        }
        let kind = option["type"].as_u64().unwrap_or_default();
        if let Some(id) = number(value).map(Id) {
            match kind {
                6 => users.push(id),
                7 => channels.push(id),
                8 => roles.push(id),
                9 if state.users.contains_key(&id) => users.push(id),
                9 => roles.push(id),
                _ => {}
            }
        }
        out.push(json!({"name": name, "type": kind, "value": value}));
    }
    let guild = guild.and_then(|id| state.guilds.get(&id));
    Ok((out, state.resolved_json(guild, &users, &channels, &roles)))
}

/// Marks the option being typed; it is sent even when still empty.
pub(super) fn focused(list: &mut Vec<Value>, command: &Value, name: &str) -> Result<(), Impossible> {
    let known = command["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    let option = known.iter().find(|option| option["name"] == name);
    let option = option.ok_or_else(|| wrong(name, "the command has no such option"))?;
    if option["autocomplete"] != true {
        return Err(wrong(name, "it has no autocomplete"));
    }
    if !list.iter().any(|entered| entered["name"] == name) {
        list.push(json!({"name": name, "type": option["type"], "value": ""}));
    }
    for entered in list.iter_mut().filter(|entered| entered["name"] == name) {
        entered["focused"] = json!(true);
    }
    Ok(())
}

/// Checks that the client would accept a value for an option; the error says why not.
fn check(option: &Value, value: &Value) -> Result<(), String> {
    let choices = option["choices"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !choices.is_empty() && !choices.iter().any(|choice| choice["value"] == *value) {
        return Err(format!("`{value}` is not one of its choices"));
    }
    let bounds = |low: &str, high: &str, n: f64| {
        let low = option[low].as_f64().unwrap_or(f64::MIN);
        let high = option[high].as_f64().unwrap_or(f64::MAX);
        if (low..=high).contains(&n) { Ok(()) } else { Err(format!("{n} is outside {low}..{high}")) }
    };
    match (option["type"].as_u64(), value) {
        (Some(3), Value::String(text)) => {
            let count = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            if count > 6000 {
                return Err("longer than 6000".to_owned());
            }
            bounds("min_length", "max_length", f64::from(count))
        }
        (Some(4), Value::Number(n)) if n.is_i64() => {
            bounds("min_value", "max_value", n.as_f64().unwrap_or_default())
        }
        (Some(5), Value::Bool(_)) => Ok(()),
        (Some(6..=9), value) if number(value).is_some() => Ok(()),
        (Some(10), Value::Number(n)) => bounds("min_value", "max_value", n.as_f64().unwrap_or_default()),
        _ => Err(format!("`{value}` has the wrong type")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_must_lead_to_a_command_that_takes_options() {
        let command = json!({"name": "settings", "options": [
            {"type": 2, "name": "channel", "options": [{"type": 1, "name": "add", "options": []}]},
            {"type": 1, "name": "show"},
        ]});
        assert!(subject(&command, &[]).is_none());
        assert!(subject(&command, &["channel"]).is_none());
        assert_eq!(subject(&command, &["channel", "add"]).map(|c| &c["name"]), Some(&json!("add")));
        assert!(subject(&command, &["show"]).is_some());
        assert!(subject(&command, &["hide"]).is_none());
    }

    #[test]
    fn values_must_suit_their_option() {
        let text = json!({"type": 3, "max_length": 3});
        assert!(check(&text, &json!("abc")).is_ok());
        assert!(check(&text, &json!("abcd")).is_err());
        assert!(check(&text, &json!(1)).is_err());
        let number = json!({"type": 4, "min_value": 1});
        assert!(check(&number, &json!(1)).is_ok());
        assert!(check(&number, &json!(0)).is_err());
        let choice = json!({"type": 3, "choices": [{"name": "A", "value": "a"}]});
        assert!(check(&choice, &json!("b")).is_err());
    }
}
