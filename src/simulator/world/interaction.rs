//! An interaction, and what came of it so far.

use serde_json::Value;

use super::super::clock::Id;

/// How an interaction came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::simulator) enum Trigger {
    /// A command was called.
    Command,
    /// A button or menu was used.
    Component,
    /// An option is being typed.
    Autocomplete,
    /// A dialogue was sent off.
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

/// An interaction and all that came of it.
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
    /// The message whose button was used, or from which the dialogue was opened.
    pub(in crate::simulator) source: Option<Id>,
    /// The message a menu command was called on.
    pub(in crate::simulator) target: Option<Id>,
    pub(in crate::simulator) created: i64,
    /// The callback's type and when it came.
    pub(in crate::simulator) answer: Option<(u64, i64)>,
    pub(in crate::simulator) ephemeral: bool,
    /// What `@original` names.
    pub(in crate::simulator) original: Option<Id>,
    /// The message still shows "thinking…", or the change a click asked for is outstanding.
    pub(in crate::simulator) waiting: bool,
    pub(in crate::simulator) follow_ups: Vec<Id>,
    pub(in crate::simulator) choices: Option<Value>,
    pub(in crate::simulator) modal: Option<Value>,
    /// Changes of `@original` after the callback.
    pub(in crate::simulator) edits: u32,
}
