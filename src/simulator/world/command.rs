//! What was registered as a command of the bot?

use serde_json::Value;

use super::super::clock::Id;

/// The type of a slash command.
pub(in crate::simulator) const SLASH: u64 = 1;
/// The type of a command in a message's context menu.
pub(in crate::simulator) const MESSAGE_MENU: u64 = 3;

/// A registered command.
#[derive(Clone, Debug)]
pub(in crate::simulator) struct Command {
    pub(in crate::simulator) id: Id,
    /// The guild it is registered in; `None` if it is global.
    pub(in crate::simulator) guild: Option<Id>,
    /// The command as Discord returns it, with defaults filled in.
    pub(in crate::simulator) value: Value,
}

impl Command {
    pub(in crate::simulator) fn name(&self) -> &str {
        self.value["name"].as_str().unwrap_or_default()
    }

    pub(in crate::simulator) fn kind(&self) -> u64 {
        self.value["type"].as_u64().unwrap_or_default()
    }

    /// Returns the command as listed; without its translations unless they were asked for.
    pub(in crate::simulator) fn json(&self, translations: bool) -> Value {
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
