//! What is the result of an interaction, as seen by the person who started it?

use std::time::Duration;

use serde_json::Value;

use super::Simulator;
use super::clock::Id;
use super::object::Reader;
use super::world::{Interaction, State, Trigger};

/// The result of an interaction.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Whether it is complete: acknowledged, and neither a "thinking…" nor a deferred update is pending.
    pub settled: bool,
    /// Milliseconds from the event to the acknowledgement on the simulator's clock; `None` if not
    /// acknowledged.
    pub acknowledged_after: Option<i64>,
    /// The callback's type: 4 message, 5 deferred message, 6 deferred update, 7 update, 8 choices, 9 modal.
    pub kind: Option<u64>,
    /// Whether the answer was deferred.
    pub deferred: bool,
    /// Whether the answer is visible only to the person.
    pub ephemeral: bool,
    /// The current state of the answer; if a button updated its own message, that message. `None` if there is
    /// none or it was deleted.
    pub message: Option<Value>,
    /// How often the answer was edited after the callback.
    pub edits: u32,
    /// The choices offered by autocomplete.
    pub choices: Option<Vec<Value>>,
    /// The modal that was opened.
    pub modal: Option<Value>,
    /// The follow-up messages, oldest first.
    pub follow_ups: Vec<Value>,
}

impl Outcome {
    fn of(state: &State, interaction: &Interaction) -> Outcome {
        let shown = |id: Id| state.messages.get(&id).map(|message| state.message_json(message, Reader::All));
        let kind = interaction.answer.map(|(kind, _)| kind);
        Outcome {
            settled: kind.is_some() && !interaction.waiting,
            acknowledged_after: interaction.answer.map(|(_, at)| at - interaction.created),
            kind,
            deferred: matches!(kind, Some(5 | 6)),
            ephemeral: interaction.ephemeral,
            message: interaction.original.and_then(shown),
            edits: interaction.edits,
            choices: interaction.choices.as_ref().and_then(Value::as_array).cloned(),
            modal: interaction.modal.clone(),
            follow_ups: interaction.follow_ups.iter().filter_map(|id| shown(*id)).collect(),
        }
    }

    /// Returns the text of the answer: content, then title, description, fields and footer of each embed, one
    /// per line.
    #[must_use]
    pub fn text(&self) -> String {
        self.message.as_ref().map(text).unwrap_or_default()
    }
}

/// Returns all text of a message: content, then title, description, fields and footer of each embed, one per
/// line.
#[must_use]
pub fn text(message: &Value) -> String {
    let mut lines: Vec<&str> = message["content"].as_str().into_iter().collect();
    for embed in message["embeds"].as_array().into_iter().flatten() {
        lines.extend(embed["author"]["name"].as_str());
        lines.extend(embed["title"].as_str());
        lines.extend(embed["description"].as_str());
        for field in embed["fields"].as_array().into_iter().flatten() {
            lines.extend(field["name"].as_str());
            lines.extend(field["value"].as_str());
        }
        lines.extend(embed["footer"]["text"].as_str());
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

impl Simulator {
    /// Waits until an interaction is settled, for at most `within` of real time, and returns its outcome.
    ///
    /// An unknown id counts as an interaction that was never acknowledged.
    pub async fn settled(&self, interaction: Id, within: Duration) -> Outcome {
        let look = |state: &mut State| {
            let found = state.interactions.get(&interaction)?;
            Some(Outcome::of(state, found)).filter(|outcome| outcome.settled)
        };
        match self.until(within, look).await {
            Some(outcome) => outcome,
            None => self.outcome(interaction),
        }
    }

    /// Waits until an interaction is acknowledged, for at most `within` of real time, and returns its outcome
    /// so far.
    pub async fn acknowledged(&self, interaction: Id, within: Duration) -> Outcome {
        let look = |state: &mut State| {
            let found = state.interactions.get(&interaction)?;
            found.answer.map(|_| Outcome::of(state, found))
        };
        match self.until(within, look).await {
            Some(outcome) => outcome,
            None => self.outcome(interaction),
        }
    }

    /// Returns the outcome of an interaction so far.
    #[must_use]
    pub fn outcome(&self, interaction: Id) -> Outcome {
        let never = || Outcome {
            settled: false,
            acknowledged_after: None,
            kind: None,
            deferred: false,
            ephemeral: false,
            message: None,
            edits: 0,
            choices: None,
            modal: None,
            follow_ups: Vec::new(),
        };
        self.shared.look(|state| {
            state.interactions.get(&interaction).map_or_else(never, |found| Outcome::of(state, found))
        })
    }

    /// Returns every interaction that got no answer or whose answer still shows "thinking…", oldest first.
    /// Autocompletes are not counted.
    #[must_use]
    pub fn unanswered(&self) -> Vec<Id> {
        self.shared.look(|state| {
            let left = |i: &&Interaction| {
                i.kind != Trigger::Autocomplete
                    && (i.answer.is_none() || i.waiting && !matches!(i.answer, Some((6, _))))
            };
            state.interactions.values().filter(left).map(|interaction| interaction.id).collect()
        })
    }
}
