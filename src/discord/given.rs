//! Which message of ours answers this one? Kept for recent questions, so that the answer changes when a
//! question is edited.
//!
//! In memory only, and only as long as edits are followed. After a restart the answer is searched for in the
//! channel.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serenity::all::Message as Posted;

/// How long after a question an edit still changes the answer.
pub(super) const FOLLOWED: Duration = Duration::from_secs(10 * 60);

/// The answer to one message. Locked while an answer is in progress, so that an edit waits for the answer
/// that it changes.
pub(super) type Slot = Arc<tokio::sync::Mutex<Option<Answered>>>;

/// A message and our answer to it.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    /// The message as it was when answered; needed because an update event may omit any field.
    pub(super) posted: Box<Posted>,
    /// Channel and message id of the answer; `None` if there is none.
    pub(super) answer: Option<(u64, u64)>,
}

/// The most recent questions with their answers.
pub(super) struct Given {
    kept: usize,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    slots: HashMap<u64, Slot>,
    /// The questions in order of arrival, with the time of arrival.
    order: VecDeque<(u64, Instant)>,
}

impl Given {
    /// Returns a store that remembers the last `kept` questions.
    pub(super) fn new(kept: usize) -> Self {
        Self { kept, last: Mutex::default() }
    }

    /// Returns the slot of a message if it is one of the remembered questions.
    pub(super) fn known(&self, message: u64) -> Option<Slot> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).slots.get(&message).cloned()
    }

    /// Returns the slot of a message, creating it if needed.
    pub(super) fn slot(&self, message: u64) -> Slot {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let Last { slots, order } = &mut *last;
        if let Some(slot) = slots.get(&message) {
            return Arc::clone(slot);
        }
        order.push_back((message, Instant::now()));
        if order.len() > self.kept
            && let Some((oldest, _)) = order.pop_front()
        {
            slots.remove(&oldest);
        }
        Arc::clone(slots.entry(message).or_default())
    }

    /// Forgets questions whose edits are no longer followed. Called periodically.
    pub(super) fn tidy(&self) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let Last { slots, order } = &mut *last;
        while let Some((oldest, _)) = order.pop_front_if(|(_, since)| since.elapsed() > FOLLOWED) {
            slots.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_question_is_forgotten_first() {
        let given = Given::new(2);
        let first = given.slot(1);
        assert!(Arc::ptr_eq(&first, &given.slot(1)));
        assert!(given.known(1).is_some() && given.known(2).is_none());
        given.tidy();
        given.slot(2);
        given.slot(3);
        assert!(!Arc::ptr_eq(&first, &given.slot(1)), "forgotten");
    }
}
