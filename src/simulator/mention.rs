//! Who is pinged by a message?
//!
//! Follows the reference's allowed-mentions object. Without one, a channel message pings everyone it
//! mentions, and an answer to an interaction pings only users. Mentions inside embeds never ping.

use serde_json::Value;

use super::clock::Id;
use super::field::number;
use super::refusal::Form;

/// Who a message may ping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Policy {
    pub(super) everyone: bool,
    pub(super) all_users: bool,
    pub(super) all_roles: bool,
    pub(super) users: Vec<Id>,
    pub(super) roles: Vec<Id>,
    pub(super) replied_user: bool,
}

impl Policy {
    /// Returns the policy for a channel message that has none, and for messages by people.
    pub(super) fn open() -> Policy {
        Policy { everyone: true, all_users: true, all_roles: true, replied_user: true, ..Policy::default() }
    }

    /// Returns the policy for an answer to an interaction that has none.
    pub(super) fn users() -> Policy {
        Policy { all_users: true, ..Policy::default() }
    }

    pub(super) fn read(form: &mut Form, value: &Value) -> Policy {
        let words = value["parse"].as_array().map(Vec::as_slice).unwrap_or_default();
        let has = |word: &str| words.iter().any(|w| w == word);
        for (at, word) in words.iter().enumerate() {
            if !matches!(word.as_str(), Some("everyone" | "users" | "roles")) {
                form.error(
                    &format!("allowed_mentions.parse.{at}"),
                    "BASE_TYPE_CHOICES",
                    "Value must be one of {'everyone', 'users', 'roles'}.",
                );
            }
        }
        let mut list = |name: &str| -> Vec<Id> {
            let ids = value[name].as_array().map(Vec::as_slice).unwrap_or_default();
            if ids.len() > 100 {
                form.error(
                    &format!("allowed_mentions.{name}"),
                    "BASE_TYPE_MAX_LENGTH",
                    "Must be 100 or fewer in length.",
                );
            }
            if !ids.is_empty() && words.iter().any(|word| word == name) {
                form.error(
                    "allowed_mentions",
                    "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                    format!("parse:[\"{name}\"] and {name}: [ids...] are mutually exclusive."),
                );
            }
            ids.iter().filter_map(number).map(Id).collect()
        };
        let (users, roles) = (list("users"), list("roles"));
        let replied_user = value["replied_user"].as_bool().unwrap_or_default();
        let (everyone, all_users, all_roles) = (has("everyone"), has("users"), has("roles"));
        Policy { everyone, all_users, all_roles, users, roles, replied_user }
    }
}

/// Returns the users and roles mentioned in a text, each once and in order, and whether it contains
/// `@everyone` or `@here`.
pub(super) fn named(text: &str) -> (Vec<Id>, Vec<Id>, bool) {
    let (mut users, mut roles) = (Vec::new(), Vec::new());
    for part in text.split("<@").skip(1) {
        let Some((inside, _)) = part.split_once('>') else { continue };
        let (list, digits) = match inside.strip_prefix('&') {
            Some(digits) => (&mut roles, digits),
            None => (&mut users, inside.strip_prefix('!').unwrap_or(inside)),
        };
        match digits.parse::<Id>() {
            Ok(id) if !list.contains(&id) => list.push(id),
            _ => {}
        }
    }
    // According to issues 1189 and 1241 of Discord's documentation, direction marks and combining marks
    // inside the word do not prevent a ping.
    let bare: String = text.chars().filter(|c| !invisible(*c)).collect();
    (users, roles, bare.contains("@everyone") || bare.contains("@here"))
}

fn invisible(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_found_in_every_form() {
        let (users, roles, everyone) = named("<@12> <@!13> <@12> <@&14> <@x> <@");
        assert_eq!((users, roles, everyone), (vec![Id(12), Id(13)], vec![Id(14)], false));
        assert!(named("@every\u{202e}one").2);
        assert!(named("hello @here").2);
    }
}
