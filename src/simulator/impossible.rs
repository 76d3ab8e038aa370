//! Which actions does a Discord client not offer?

use super::clock::Id;

/// An action that a Discord client would not let a person take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// No such command is registered here.
    #[error("no command `{0}` is registered")]
    Command(String),
    /// The command exists, but is not offered to this person here.
    #[error("`{0}` is not offered here: {1}")]
    NotOffered(String, &'static str),
    /// An option is unknown or missing, or its value cannot be entered.
    #[error("option `{0}`: {1}")]
    Option(String, String),
    /// The person is not in the channel, or lacks the permission there.
    #[error("user {0} cannot do this in channel {1}")]
    Place(Id, Id),
    /// The message does not exist or is not visible to this person.
    #[error("user {0} sees no message {1}")]
    Message(Id, Id),
    /// The message has no such button or menu, or the button or menu is disabled.
    #[error("nothing to use with the custom id `{0}`")]
    Component(String),
    /// There are too many files, or one is too large.
    #[error("at most ten files of 10 MiB each can be attached")]
    Files,
    /// The interaction opened no modal.
    #[error("interaction {0} opened no modal")]
    Dialogue(Id),
}
