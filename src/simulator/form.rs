//! Is a message within Discord's limits, and what remains of it after cleaning?
//!
//! The limits are those of the reference's pages on messages, embeds, components and allowed mentions; sizes
//! are in code points. As on Discord, white space at both ends of content and embed texts is removed. An
//! unknown field is ignored, and recorded as a fault of the bot.

mod embed;

use serde_json::{Map, Value};

use super::clock::Id;
use super::component;
use super::field::{number, too_long};
use super::mention::Policy;
use super::object::{EPHEMERAL, SUPPRESS_EMBEDS};
use super::refusal::{EMPTY_MESSAGE, Form, Refusal, TOO_LARGE};
use embed::embeds;

/// The request that a message body belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A message in a channel.
    Create,
    /// An answer to an interaction.
    Reply,
    /// An edit of a message.
    Edit,
}

/// A file uploaded with a request.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub(super) part: String,
    pub(super) name: String,
    /// Its media type.
    pub(super) kind: String,
    pub(super) bytes: Vec<u8>,
}

/// A checked message body; a field that an edit leaves unchanged is `None`.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) content: Option<String>,
    pub(super) embeds: Option<Vec<Value>>,
    pub(super) components: Option<Vec<Value>>,
    /// The attachments to keep or add, with their ids as written.
    pub(super) attachments: Option<Vec<Value>>,
    pub(super) flags: u64,
    pub(super) policy: Option<Policy>,
    /// The message replied to, and whether it is an error if that message does not exist.
    pub(super) reply_to: Option<(Id, bool)>,
    pub(super) nonce: Option<Value>,
    pub(super) enforce_nonce: bool,
    /// Fields that Discord does not know.
    pub(super) unknown: Vec<String>,
}

/// The size limit of a file in bytes: the one for users without a subscription.
pub(super) const LARGEST_FILE: usize = 10 << 20;

const KNOWN: &[&str] = &[
    "content",
    "embeds",
    "components",
    "attachments",
    "flags",
    "allowed_mentions",
    "message_reference",
    "nonce",
    "enforce_nonce",
    "tts",
    "sticker_ids",
    "poll",
    "username",
    "avatar_url",
    "thread_name",
    "applied_tags",
    "shared_client_theme",
    "confetti_potion",
];

/// Checks a message body.
///
/// # Errors
/// 50035 with every error found in the form; 50006 for an empty message.
pub(super) fn draft(body: &Value, purpose: Purpose, files: &[Upload]) -> Result<Draft, Refusal> {
    let mut form = Form::default();
    let nothing = Map::new();
    let fields = body.as_object().unwrap_or(&nothing);
    let mut unknown: Vec<String> =
        fields.keys().filter(|key| !KNOWN.contains(&key.as_str())).cloned().collect();
    let content = fields.get("content").map(|value| text(&mut form, value, "content", 2000));
    let embeds = fields.get("embeds").map(|value| embeds(&mut form, value, &mut unknown));
    let components = fields.get("components").map(|value| component::check(&mut form, value, "components"));
    let flags = fields.get("flags").and_then(Value::as_u64).unwrap_or_default();
    let may = match purpose {
        Purpose::Create => SUPPRESS_EMBEDS | 1 << 12,
        Purpose::Reply => SUPPRESS_EMBEDS | EPHEMERAL | 1 << 12,
        Purpose::Edit => SUPPRESS_EMBEDS | EPHEMERAL,
    };
    if flags & !may != 0 {
        form.error("flags", "MESSAGE_FLAGS_INVALID", format!("Flags {} may not be set here.", flags & !may));
    }
    let policy =
        fields.get("allowed_mentions").filter(|v| !v.is_null()).map(|value| Policy::read(&mut form, value));
    let reply_to = fields.get("message_reference").and_then(|reference| {
        let id = reference["message_id"].as_str().and_then(|id| id.parse().ok());
        let id = id.or_else(|| reference["message_id"].as_u64().map(Id))?;
        Some((id, reference["fail_if_not_exists"].as_bool().unwrap_or(true)))
    });
    let nonce = fields.get("nonce").filter(|nonce| !nonce.is_null()).cloned();
    if nonce.as_ref().and_then(Value::as_str).is_some_and(|nonce| nonce.chars().count() > 25) {
        too_long(&mut form, "nonce", 25);
    }
    if files.len() > 10 {
        form.error("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.");
    }
    if files.iter().any(|file| file.bytes.len() > LARGEST_FILE) {
        return Err(TOO_LARGE);
    }
    let attachments = fields.get("attachments").and_then(Value::as_array).cloned();
    for (at, attachment) in attachments.iter().flatten().enumerate() {
        let id = number(&attachment["id"]);
        // A small number refers to an uploaded part, a snowflake to a file that is already attached.
        let part = id.filter(|id| *id < 1000).map(|id| format!("files[{id}]"));
        if part.is_some_and(|part| !files.iter().any(|file| file.part == part)) {
            form.error(&format!("attachments.{at}.id"), "ATTACHMENT_NOT_FOUND", "No such uploaded file.");
        }
        if attachment["description"].as_str().is_some_and(|text| text.chars().count() > 1024) {
            too_long(&mut form, &format!("attachments.{at}.description"), 1024);
        }
    }
    form.check()?;
    let empty = content.as_deref().is_none_or(str::is_empty)
        && embeds.as_ref().is_none_or(Vec::is_empty)
        && components.as_ref().is_none_or(Vec::is_empty)
        && files.is_empty();
    if purpose != Purpose::Edit && empty {
        return Err(EMPTY_MESSAGE);
    }
    let enforce_nonce = fields.get("enforce_nonce").and_then(Value::as_bool).unwrap_or_default();
    Ok(Draft {
        content,
        embeds,
        components,
        attachments,
        flags,
        policy,
        reply_to,
        nonce,
        enforce_nonce,
        unknown,
    })
}

/// Reads a text of at most `limit` code points and trims it; null reads as an empty text.
fn text(form: &mut Form, value: &Value, at: &str, limit: usize) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => {
            if text.chars().count() > limit {
                too_long(form, at, limit);
            }
            text.trim().to_owned()
        }
        _ => {
            form.error(at, "STRING_TYPE_CONVERT", "Could not interpret \"{0}\" as string.");
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(body: &Value, purpose: Purpose) -> Value {
        draft(body, purpose, &[]).expect_err("the body breaks a limit").body()
    }

    #[test]
    fn every_limit_is_exact() {
        let fits = json!({
            "content": "é".repeat(2000),
            "embeds": [{"title": "t".repeat(256), "footer": {"text": "f".repeat(2048)}, "author": {"name": "a".repeat(256)},
                "fields": (0..25).map(|_| json!({"name": "n", "value": "v".repeat(100)})).collect::<Vec<_>>()}],
        });
        draft(&fits, Purpose::Reply, &[]).expect("all limits are kept");
        for (path, value) in [
            ("content", json!("é".repeat(2001))),
            ("embeds.0.title", json!("t".repeat(257))),
            ("embeds.0.description", json!("t".repeat(4097))),
            ("embeds.0.footer.text", json!("t".repeat(2049))),
            ("embeds.0.fields.0.value", json!("t".repeat(1025))),
            ("embeds.0.fields.0.name", json!(" ")),
        ] {
            let mut body = fits.clone();
            let pointer = format!("/{}", path.replace('.', "/"));
            match body.pointer_mut(&pointer) {
                Some(place) => *place = value,
                None => body["embeds"][0]["description"] = value,
            }
            let refused = refused(&body, Purpose::Reply);
            assert_eq!(refused["code"], 50_035, "{path}");
            assert!(
                refused["errors"].pointer(&format!("{pointer}/_errors/0")).is_some(),
                "{path}: {refused}"
            );
        }
    }

    #[test]
    fn all_embeds_together_hold_6000() {
        let embed = json!({"description": "d".repeat(3001)});
        let body = refused(&json!({"embeds": [embed, embed]}), Purpose::Reply);
        assert_eq!(body["errors"]["embeds"]["_errors"][0]["code"], "MAX_EMBED_SIZE_EXCEEDED");
    }

    #[test]
    fn an_empty_message_is_refused_but_an_empty_edit_is_not() {
        assert_eq!(refused(&json!({"content": "  "}), Purpose::Create)["code"], 50_006);
        draft(&json!({}), Purpose::Edit, &[]).expect("an edit may change nothing");
    }

    #[test]
    fn an_unknown_field_is_recorded() {
        let draft =
            draft(&json!({"content": "a", "embed": {}}), Purpose::Create, &[]).expect("Discord takes it");
        assert_eq!(draft.unknown, ["embed"]);
    }
}
