//! What is known of an interaction so far?

use serde_json::Value;

use super::super::clock::Id;

/// How an interaction was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::simulator) enum Trigger {
    /// A command was called.
    Command,
    /// A button or menu was used.
    Component,
    /// An option is being typed.
    Autocomplete,
    /// A modal was submitted.
    Modal,
}

impl Trigger {
    pub(in crate::simulator) fn number(self) -> u8 {
        match self {
            Trigger::Command => 2,
            Trigger::Component => 3,
            Trigger::Autocomplete => 4,
            Trigger::Modal => 5,
        }
    }
}

/// An interaction and its answers.
#[derive(Clone, Debug)]
pub(in crate::simulator) struct Interaction {
    pub(in crate::simulator) id: Id,
    pub(in crate::simulator) token: String,
    pub(in crate::simulator) kind: Trigger,
    pub(in crate::simulator) user: Id,
    pub(in crate::simulator) channel: Id,
    /// The command's full name.
    pub(in crate::simulator) name: String,
    /// `authorizing_integration_owners`.
    pub(in crate::simulator) owners: Value,
    /// The message whose button was used, or from which the modal was opened.
    pub(in crate::simulator) source: Option<Id>,
    /// The message a menu command was called on.
    pub(in crate::simulator) target: Option<Id>,
    pub(in crate::simulator) created: i64,
    /// The callback's type, and its time of arrival.
    pub(in crate::simulator) answer: Option<(u64, i64)>,
    pub(in crate::simulator) ephemeral: bool,
    /// The message that `@original` refers to.
    pub(in crate::simulator) original: Option<Id>,
    /// Whether the message still shows "thinking…", or a deferred update is pending.
    pub(in crate::simulator) waiting: bool,
    pub(in crate::simulator) follow_ups: Vec<Id>,
    pub(in crate::simulator) choices: Option<Value>,
    pub(in crate::simulator) modal: Option<Value>,
    /// The number of edits of `@original` after the callback.
    pub(in crate::simulator) edits: u32,
}
