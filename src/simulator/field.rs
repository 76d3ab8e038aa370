//! Checks of one field, for every form.

use serde_json::Value;

use super::refusal::Form;

/// Reads a number as Discord does: a JSON number, or a string of digits.
pub(super) fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

pub(super) fn too_long(form: &mut Form, at: &str, limit: usize) {
    form.error(at, "BASE_TYPE_MAX_LENGTH", format!("Must be {limit} or fewer in length."));
}

/// Records an error if Discord would not accept the address as a link.
pub(super) fn check_url(form: &mut Form, url: &str, at: &str, limit: usize, attachment: bool) {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    let good = matches!(scheme, "http" | "https") || attachment && scheme == "attachment";
    if !good {
        form.error(
            at,
            "URL_TYPE_INVALID_SCHEME",
            format!("Scheme \"{scheme}\" is not supported. Scheme must be one of ('http', 'https')."),
        );
    } else if url.contains(char::is_whitespace) || url.len() <= scheme.len() + 3 {
        form.error(at, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
    }
    if url.chars().count() > limit {
        too_long(form, at, limit);
    }
}
