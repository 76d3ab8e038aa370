//! Are the buttons and menus of a message valid?

use serde_json::{Value, json};

use super::field::{check_url, number, too_long};
use super::refusal::Form;

/// Checks rows of buttons and menus, and returns them with ids as Discord does.
pub(super) fn check(form: &mut Form, value: &Value, at: &str) -> Vec<Value> {
    let Some(rows) = value.as_array() else { return Vec::new() };
    if rows.len() > 5 {
        form.error(at, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    }
    let (mut next, mut ids) = (0, Vec::new());
    let mut number_of = || {
        next += 1;
        next
    };
    let mut out = Vec::new();
    for (r, row) in rows.iter().enumerate() {
        let at = format!("{at}.{r}");
        if row["type"] != 1 {
            form.error(
                &format!("{at}.type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1,).",
            );
            continue;
        }
        let id = number_of();
        let parts = row["components"].as_array().map(Vec::as_slice).unwrap_or_default();
        let menus = parts.iter().filter(|part| matches!(part["type"].as_u64(), Some(3..=8))).count();
        if parts.is_empty() || parts.len() > 5 || menus > 0 && parts.len() > 1 {
            form.error(
                &format!("{at}.components"),
                "BASE_TYPE_BAD_LENGTH",
                "Must be between 1 and 5 in length, a select menu alone.",
            );
        }
        let mut inner = Vec::new();
        for (p, part) in parts.iter().enumerate() {
            let at = format!("{at}.components.{p}");
            let mut part = if part.is_object() { part.clone() } else { json!({}) };
            match part["type"].as_u64() {
                Some(2) => button(form, &part, &at),
                Some(3 | 5..=8) => menu(form, &mut part, &at),
                _ => {
                    form.error(
                        &format!("{at}.type"),
                        "UNION_TYPE_CHOICES",
                        "Value of field \"type\" is none of (2, 3, 5, 6, 7, 8).",
                    );
                }
            }
            if let Some(custom) = part["custom_id"].as_str() {
                if ids.iter().any(|other| other == custom) {
                    form.error(
                        &format!("{at}.custom_id"),
                        "COMPONENT_CUSTOM_ID_DUPLICATED",
                        "Component custom id cannot be duplicated",
                    );
                }
                ids.push(custom.to_owned());
            }
            part["id"] = json!(number_of());
            inner.push(part);
        }
        out.push(json!({"type": 1, "id": id, "components": inner}));
    }
    out
}

/// Checks a `custom_id`, the id that is sent back with a click.
pub(super) fn custom_id(form: &mut Form, part: &Value, at: &str) {
    let length = part["custom_id"].as_str().map_or(0, |id| id.chars().count());
    if !(1..=100).contains(&length) {
        form.error(
            &format!("{at}.custom_id"),
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 100 in length.",
        );
    }
}

fn button(form: &mut Form, part: &Value, at: &str) {
    match part["style"].as_u64() {
        Some(5) => {
            match part["url"].as_str() {
                Some(url) => check_url(form, url, &format!("{at}.url"), 512, false),
                None => form.error(&format!("{at}.url"), "BASE_TYPE_REQUIRED", "This field is required"),
            }
            if !part["custom_id"].is_null() {
                form.error(
                    at,
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    "A custom id and url cannot both be specified",
                );
            }
        }
        Some(1..=4) => {
            custom_id(form, part, at);
            if !part["url"].is_null() {
                form.error(
                    at,
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    "A custom id and url cannot both be specified",
                );
            }
        }
        _ => form.error(
            &format!("{at}.style"),
            "BASE_TYPE_CHOICES",
            "Value must be one of {1, 2, 3, 4, 5, 6}.",
        ),
    }
    let label = part["label"].as_str().unwrap_or_default();
    if label.chars().count() > 80 {
        too_long(form, &format!("{at}.label"), 80);
    }
    if label.trim().is_empty() && part["emoji"].is_null() {
        form.error(
            &format!("{at}.label"),
            "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED",
            "A label or emoji is required",
        );
    }
}

fn menu(form: &mut Form, part: &mut Value, at: &str) {
    custom_id(form, part, at);
    let least = number(&part["min_values"]).unwrap_or(1);
    let most = number(&part["max_values"]).unwrap_or(1);
    part["min_values"] = json!(least);
    part["max_values"] = json!(most);
    if least > most || most > 25 {
        form.error(
            &format!("{at}.max_values"),
            "NUMBER_TYPE_MIN",
            "Must hold at least min_values, at most 25.",
        );
    }
    if part["placeholder"].as_str().is_some_and(|text| text.chars().count() > 150) {
        too_long(form, &format!("{at}.placeholder"), 150);
    }
    if part["type"] != 3 {
        return;
    }
    let options = part["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !(1..=25).contains(&options.len()) {
        form.error(&format!("{at}.options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.");
    }
    for (nth, option) in options.iter().enumerate() {
        for (name, least) in [("label", 1), ("value", 1), ("description", 0)] {
            let length = option[name].as_str().map_or(0, |text| text.chars().count());
            if length < least || length > 100 {
                form.error(
                    &format!("{at}.options.{nth}.{name}"),
                    "BASE_TYPE_BAD_LENGTH",
                    "Must be between 1 and 100 in length.",
                );
            }
        }
        if options.iter().take(nth).any(|other| other["value"] == option["value"]) {
            form.error(
                &format!("{at}.options.{nth}.value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            );
        }
    }
}

/// Checks a modal: its title, its id, and one to five rows with one text input each.
pub(super) fn check_modal(form: &mut Form, data: &Value) {
    custom_id(form, data, "data");
    if !(1..=45).contains(&data["title"].as_str().map_or(0, |title| title.chars().count())) {
        form.error("data.title", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 45 in length.");
    }
    let rows = data["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !(1..=5).contains(&rows.len()) {
        form.error("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    }
    for (r, row) in rows.iter().enumerate() {
        let at = format!("data.components.{r}.components.0");
        let input = &row["components"][0];
        if input["type"] != 4 || row["components"].as_array().map(Vec::len) != Some(1) {
            form.error(&at, "UNION_TYPE_CHOICES", "A row of a dialogue holds one text input.");
            continue;
        }
        custom_id(form, input, &at);
        if !(1..=45).contains(&input["label"].as_str().map_or(0, |label| label.chars().count())) {
            form.error(&format!("{at}.label"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 45 in length.");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(components: &Value) -> Option<Value> {
        let mut form = Form::default();
        check(&mut form, components, "components");
        form.check().err().map(|refusal| refusal.body()["errors"].clone())
    }

    fn row(parts: &[Value]) -> Value {
        json!({"type": 1, "components": parts})
    }

    fn button(id: &str) -> Value {
        json!({"type": 2, "style": 1, "label": "More", "custom_id": id})
    }

    #[test]
    fn five_rows_of_five_pass_and_a_sixth_does_not() {
        let full = |r: usize| row(&(0..5).map(|b| button(&format!("{r}.{b}"))).collect::<Vec<_>>());
        assert_eq!(errors(&(0..5).map(full).collect()), None);
        assert!(errors(&(0..6).map(full).collect()).is_some());
        assert!(errors(&json!([row(&(0..6).map(|b| button(&b.to_string())).collect::<Vec<_>>())])).is_some());
    }

    #[test]
    fn an_invalid_component_is_refused() {
        for part in [json!(null), json!(1), json!([]), json!({"type": []})] {
            assert!(errors(&json!([row(&[part])])).is_some());
        }
    }

    #[test]
    fn an_id_may_occur_once() {
        let found = errors(&json!([row(&[button("a"), button("a")])])).expect("the id repeats");
        let at = "/components/0/components/1/custom_id/_errors/0/code";
        assert_eq!(found.pointer(at), Some(&json!("COMPONENT_CUSTOM_ID_DUPLICATED")));
    }

    #[test]
    fn a_link_has_an_address_and_no_id() {
        let link = json!({"type": 2, "style": 5, "label": "Read", "url": "https://example.org/a"});
        assert_eq!(errors(&json!([row(std::slice::from_ref(&link))])), None);
        let mut both = link.clone();
        both["custom_id"] = json!("a");
        assert!(errors(&json!([row(&[both])])).is_some());
        let mut script = link;
        script["url"] = json!("javascript:alert(1)");
        assert!(errors(&json!([row(&[script])])).is_some());
    }
}
