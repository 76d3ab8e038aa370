//! A request to Discord failed: why, and is there anything left to do?

/// Why a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The interaction or its message no longer exists: too late, expired or deleted. Nothing is left to do.
    #[error("gone (code {0})")]
    Gone(u64),
    /// The interaction was already acknowledged, by another copy of this request.
    #[error("already acknowledged")]
    Already,
    /// The bot lacks the permission.
    #[error("not allowed (code {0})")]
    Forbidden(u64),
    /// The server's AutoMod blocked the text.
    #[error("refused by AutoMod")]
    Blocked,
    /// The bot's token is no longer valid.
    #[error("the bot token is not valid")]
    Unauthorized,
    /// Discord rejected the body, which is a bug of ours.
    #[error("refused with status {status} (code {code})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Discord's error code.
        code: u64,
    },
    /// The request did not succeed before the deadline; the last status, 0 if there was no reply.
    #[error("no success before the deadline ({})", last(*.0))]
    Late(u16),
}

/// Returns the last status in words; 0 means that there was no reply.
fn last(status: u16) -> String {
    if status == 0 { "no reply".to_owned() } else { format!("last status {status}") }
}
