//! How does Discord refuse a request?
//!
//! Status, code and wording are those of the reference's list of JSON error codes; form errors have the
//! structure shown on its page on error messages.

use serde_json::{Value, json};

/// A refused request.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: u32,
    pub(super) message: &'static str,
    pub(super) errors: Option<Value>,
}

impl Refusal {
    pub(super) fn body(&self) -> Value {
        let mut body = json!({"message": self.message, "code": self.code});
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}

const fn refusal(status: u16, code: u32, message: &'static str) -> Refusal {
    Refusal { status, code, message, errors: None }
}

pub(super) const UNAUTHORIZED: Refusal = refusal(401, 0, "401: Unauthorized");
pub(super) const NOT_FOUND: Refusal = refusal(404, 0, "404: Not Found");
pub(super) const UNKNOWN_APPLICATION: Refusal = refusal(404, 10_002, "Unknown Application");
pub(super) const UNKNOWN_CHANNEL: Refusal = refusal(404, 10_003, "Unknown Channel");
pub(super) const UNKNOWN_GUILD: Refusal = refusal(404, 10_004, "Unknown Guild");
pub(super) const UNKNOWN_MEMBER: Refusal = refusal(404, 10_007, "Unknown Member");
pub(super) const UNKNOWN_MESSAGE: Refusal = refusal(404, 10_008, "Unknown Message");
pub(super) const UNKNOWN_USER: Refusal = refusal(404, 10_013, "Unknown User");
pub(super) const UNKNOWN_WEBHOOK: Refusal = refusal(404, 10_015, "Unknown Webhook");
pub(super) const UNKNOWN_INTERACTION: Refusal = refusal(404, 10_062, "Unknown interaction");
pub(super) const UNKNOWN_COMMAND: Refusal = refusal(404, 10_063, "Unknown application command");
pub(super) const TOO_MANY_COMMANDS: Refusal =
    refusal(400, 30_032, "Maximum number of application commands reached (100).");
pub(super) const TOO_MANY_CREATES: Refusal =
    refusal(429, 30_034, "Max number of daily application command creates has been reached (200)");
pub(super) const TOO_LARGE: Refusal = refusal(413, 40_005, "Request entity too large");
pub(super) const ACKNOWLEDGED: Refusal = refusal(400, 40_060, "Interaction has already been acknowledged.");
pub(super) const TOO_MANY_FOLLOW_UPS: Refusal =
    refusal(400, 40_094, "Interaction's maximum number of follow up messages reached");
pub(super) const MISSING_ACCESS: Refusal = refusal(403, 50_001, "Missing Access");
pub(super) const NOT_OURS: Refusal = refusal(403, 50_005, "Cannot edit a message authored by another user");
pub(super) const EMPTY_MESSAGE: Refusal = refusal(400, 50_006, "Cannot send an empty message");
pub(super) const CLOSED_TO_DMS: Refusal = refusal(403, 50_007, "Cannot send messages to this user");
pub(super) const MISSING_PERMISSIONS: Refusal = refusal(403, 50_013, "Missing Permissions");
pub(super) const WRONG_CHANNEL: Refusal = refusal(400, 50_024, "Cannot execute action on this channel type");
pub(super) const INVALID_TOKEN: Refusal = refusal(401, 50_027, "Invalid Webhook Token");
pub(super) const INVALID_JSON: Refusal = refusal(400, 50_109, "The request body contains invalid JSON.");
pub(super) const LOCKED: Refusal = refusal(403, 160_005, "Thread is locked");
pub(super) const THREAD_EXISTS: Refusal =
    refusal(400, 160_004, "A thread has already been created for this message");
pub(super) const NO_HISTORY: Refusal =
    refusal(400, 160_002, "Cannot reply without permission to read message history");
pub(super) const BLOCKED: Refusal = refusal(400, 200_000, "Message was blocked by automatic moderation");

/// The errors found in a form, by path.
#[derive(Default)]
pub(super) struct Form(Value);

impl Form {
    /// Adds an error at a path such as `embeds.0.title`.
    pub(super) fn error(&mut self, at: &str, code: &str, message: impl Into<String>) {
        if !self.0.is_object() {
            self.0 = json!({});
        }
        let mut place = &mut self.0;
        for part in at.split('.') {
            // A field named `_errors` would collide with the list of errors.
            if !place.is_object() && !place.is_null() {
                return;
            }
            place = &mut place[part];
        }
        if !place.is_object() && !place.is_null() {
            return;
        }
        let error = json!({"code": code, "message": message.into()});
        match place["_errors"].as_array_mut() {
            Some(errors) => errors.push(error),
            None => place["_errors"] = json!([error]),
        }
    }

    /// Moves all errors below one field, for a message inside a callback.
    pub(super) fn below(refusal: Refusal, field: &str) -> Refusal {
        Refusal { errors: refusal.errors.map(|errors| json!({field: errors})), ..refusal }
    }

    /// Succeeds if there are no errors.
    pub(super) fn check(self) -> Result<(), Refusal> {
        if self.0.is_null() {
            return Ok(());
        }
        Err(Refusal { errors: Some(self.0), ..refusal(400, 50_035, "Invalid Form Body") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_errors_nest_as_discord_nests_them() {
        let mut form = Form::default();
        form.error("embeds.0.title", "BASE_TYPE_MAX_LENGTH", "Must be 256 or fewer in length.");
        form.error("content", "BASE_TYPE_REQUIRED", "This field is required");
        let refusal = form.check().expect_err("errors were noted");
        let body = refusal.body();
        assert_eq!(body["code"], 50_035);
        assert_eq!(body["errors"]["embeds"]["0"]["title"]["_errors"][0]["code"], "BASE_TYPE_MAX_LENGTH");
        assert_eq!(body["errors"]["content"]["_errors"][0]["code"], "BASE_TYPE_REQUIRED");
        form = Form::default();
        form.error("name", "STRING_TYPE_CONVERT", "Not a text.");
        form.error("name._errors.more", "STRING_TYPE_CONVERT", "Not a text.");
        assert!(form.check().is_err());
        assert!(Form::default().check().is_ok());
    }
}
