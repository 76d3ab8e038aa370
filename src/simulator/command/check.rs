//! Are the registered commands valid?
//!
//! The limits are those of the reference's page on application commands.

use serde_json::{Map, Value};

use super::super::field::too_long;
use super::super::refusal::{Form, Refusal, TOO_MANY_COMMANDS};
use super::super::world::{MESSAGE_MENU, SLASH};

/// Checks the complete list of one scope: a guild's commands, or the global ones.
pub(super) fn check(list: &[Value]) -> Result<(), Refusal> {
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

/// Returns a text and its translations with their paths; the longest counts towards the command's size.
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

/// Whether a character may be in a name: Discord's pattern is
/// `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`.
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
pub(in super::super) fn check_choice(form: &mut Form, choice: &Value, at: &str) {
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
    use serde_json::json;

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
