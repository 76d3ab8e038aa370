//! A body did not reach Discord: why, and is there anything left to do?

/// Why a body did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The interaction or its message is no more: too late, expired, deleted. Nothing to do.
    #[error("gone (code {0})")]
    Gone(u64),
    /// It was acknowledged before, by another copy of this request.
    #[error("already acknowledged")]
    Already,
    /// The bot may not do this here.
    #[error("not allowed (code {0})")]
    Forbidden(u64),
    /// The server's AutoMod does not take these words.
    #[error("refused by AutoMod")]
    Blocked,
    /// The token of the bot is no longer valid.
    #[error("the bot token is not valid")]
    Unauthorized,
    /// Discord refused the body: a bug of ours.
    #[error("refused with status {status} (code {code})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Discord's own code.
        code: u64,
    },
    /// No success before the deadline.
    #[error("no success before the deadline (last status {0})")]
    Late(u16),
}
