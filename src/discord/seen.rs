//! Has this event been handled before? Discord may deliver an event twice; the second time it must have no
//! effect.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// The ids of the most recent events.
pub struct Seen {
    kept: usize,
    ids: Mutex<(HashSet<u64>, VecDeque<u64>)>,
}

impl Seen {
    /// Returns a store for the last `kept` ids. 4,096 ids cover some minutes of a busy bot and take 64 kB.
    #[must_use]
    pub fn new(kept: usize) -> Self {
        Self { kept, ids: Mutex::default() }
    }

    /// Returns whether `id` is new, and remembers it.
    pub fn is_new(&self, id: u64) -> bool {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let (set, order) = &mut *ids;
        if !set.insert(id) {
            return false;
        }
        order.push_back(id);
        if order.len() > self.kept
            && let Some(oldest) = order.pop_front()
        {
            set.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recent_ids_are_known_and_the_oldest_forgotten() {
        let seen = Seen::new(2);
        assert!(seen.is_new(1) && !seen.is_new(1) && seen.is_new(2) && seen.is_new(3));
        assert!(!seen.is_new(3) && seen.is_new(1));
    }
}
