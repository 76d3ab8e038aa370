//! What would a Discord client not let a person do?

use super::clock::Id;

/// Something a Discord client would not let a person do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// No such command is registered for this place.
    #[error("no command `{0}` is registered")]
    Command(String),
    /// The command is there, but not for this person in this place.
    #[error("`{0}` is not offered here: {1}")]
    NotOffered(String, &'static str),
    /// An option is unknown, missing or of a value that cannot be entered.
    #[error("option `{0}`: {1}")]
    Option(String, String),
    /// The person is not in the channel or may not do this there.
    #[error("user {0} cannot do this in channel {1}")]
    Place(Id, Id),
    /// The message is not there for this person.
    #[error("user {0} sees no message {1}")]
    Message(Id, Id),
    /// The message has no such button or menu, or it is disabled.
    #[error("nothing to use with the custom id `{0}`")]
    Component(String),
    /// The files are too many or too large.
    #[error("at most ten files of 10 MiB each can be attached")]
    Files,
    /// The interaction opened no dialogue.
    #[error("interaction {0} opened no dialogue")]
    Dialogue(Id),
}
