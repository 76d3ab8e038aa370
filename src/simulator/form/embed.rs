//! Are embeds within their limits?

use serde_json::{Map, Value, json};

use super::super::field::check_url;
use super::super::refusal::Form;
use super::text;

const EMBED: &[&str] = &[
    "title",
    "type",
    "description",
    "url",
    "timestamp",
    "color",
    "footer",
    "image",
    "thumbnail",
    "video",
    "provider",
    "author",
    "fields",
];

pub(super) fn embeds(form: &mut Form, value: &Value, unknown: &mut Vec<String>) -> Vec<Value> {
    let Some(embeds) = value.as_array() else {
        if !value.is_null() {
            form.error("embeds", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType.");
        }
        return Vec::new();
    };
    if embeds.len() > 10 {
        form.error("embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.");
    }
    let mut total = 0;
    let clean = embeds
        .iter()
        .enumerate()
        .map(|(at, embed)| {
            unknown.extend(
                embed
                    .as_object()
                    .into_iter()
                    .flat_map(Map::keys)
                    .filter(|k| !EMBED.contains(&k.as_str()))
                    .cloned(),
            );
            one_embed(form, embed, &format!("embeds.{at}"), &mut total)
        })
        .collect();
    if total > 6000 {
        form.error("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
    }
    clean
}

fn one_embed(form: &mut Form, embed: &Value, at: &str, total: &mut usize) -> Value {
    let mut clean = json!({"type": "rich"});
    let mut part = |form: &mut Form, value: &Value, name: &str, limit: usize, required: bool| {
        let at = format!("{at}.{name}");
        let text = text(form, value, &at, limit);
        *total += text.chars().count();
        if required && text.is_empty() {
            form.error(&at, "BASE_TYPE_REQUIRED", "This field is required");
        }
        text
    };
    for (name, limit) in [("title", 256), ("description", 4096)] {
        let text = part(form, &embed[name], name, limit, false);
        if !text.is_empty() {
            clean[name] = json!(text);
        }
    }
    for (name, inner, limit) in [("footer", "text", 2048), ("author", "name", 256)] {
        if embed[name].is_object() {
            let text = part(form, &embed[name][inner], &format!("{name}.{inner}"), limit, true);
            clean[name] = embed[name].clone();
            clean[name][inner] = json!(text);
        }
    }
    if let Some(fields) = embed["fields"].as_array() {
        if fields.len() > 25 {
            form.error(&format!("{at}.fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
        }
        let mut field = |(nth, field): (usize, &Value)| {
            let name = part(form, &field["name"], &format!("fields.{nth}.name"), 256, true);
            let value = part(form, &field["value"], &format!("fields.{nth}.value"), 1024, true);
            json!({"name": name, "value": value, "inline": field["inline"].as_bool().unwrap_or_default()})
        };
        clean["fields"] = fields.iter().enumerate().map(&mut field).collect();
    }
    for (name, inner) in
        [("url", None), ("image", Some("url")), ("thumbnail", Some("url")), ("author", Some("url"))]
    {
        let url = inner.map_or(&embed[name], |inner| &embed[name][inner]);
        if let Some(text) = url.as_str() {
            let at = inner.map_or(format!("{at}.{name}"), |inner| format!("{at}.{name}.{inner}"));
            check_url(form, text, &at, 2048, inner.is_some());
            if name != "author" {
                clean[name] = embed[name].clone();
            }
        }
    }
    if let Some(color) = embed["color"].as_i64() {
        if !(0..=0x00ff_ffff).contains(&color) {
            form.error(&format!("{at}.color"), "NUMBER_TYPE_MAX", "int value should be <= 16777215.");
        }
        clean["color"] = json!(color);
    }
    if let Some(time) = embed["timestamp"].as_str() {
        if time.parse::<jiff::Timestamp>().is_err() {
            form.error(
                &format!("{at}.timestamp"),
                "DATE_TIME_TYPE_PARSE",
                format!("Could not parse {time}. Should be ISO8601."),
            );
        }
        clean["timestamp"] = json!(time);
    }
    let shown = ["title", "description", "fields", "image", "thumbnail", "footer", "author"];
    if shown.iter().all(|name| clean[*name].is_null()) {
        form.error(&format!("{at}.description"), "BASE_TYPE_REQUIRED", "This field is required");
    }
    clean
}
