//! Limits how many bytes several threads use at the same time: a thread that needs more waits until others
//! have finished.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A limit on bytes that several threads share.
pub(crate) struct Gate {
    most: usize,
    /// The longest wait for one pass.
    patience: Duration,
    used: Mutex<usize>,
    freed: Condvar,
}

/// Bytes that are in use until this is dropped.
pub(crate) struct Pass {
    gate: Arc<Gate>,
    bytes: usize,
}

impl Gate {
    /// Returns a gate for `most` bytes. Nobody waits longer than `patience`.
    pub(crate) fn new(most: usize, patience: Duration) -> Arc<Self> {
        Arc::new(Self { most, patience, used: Mutex::new(0), freed: Condvar::new() })
    }

    /// Waits until this many bytes may be used. A request for more than the limit waits until no bytes are in
    /// use.
    pub(crate) fn pass(self: &Arc<Self>, bytes: usize) -> Pass {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |used: &mut usize| *used > 0 && *used + bytes > self.most;
        let waited = self.freed.wait_timeout_while(used, self.patience, full);
        let (mut used, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *used += bytes;
        Pass { gate: Arc::clone(self), bytes }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        *self.gate.used.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.gate.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn no_more_than_its_bytes_are_in_use() {
        let gate = Gate::new(10, Duration::from_secs(60));
        let (used, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let _pass = gate.pass(4);
                        most.fetch_max(used.fetch_add(4, Ordering::SeqCst) + 4, Ordering::SeqCst);
                        thread::yield_now();
                        used.fetch_sub(4, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 10);
        drop(gate.pass(100));
    }

    #[test]
    fn nobody_waits_for_ever() {
        let gate = Gate::new(1, Duration::from_millis(10));
        let _held = gate.pass(1);
        drop(gate.pass(1));
    }
}
