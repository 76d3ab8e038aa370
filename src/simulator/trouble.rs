//! Which failures can be injected, and what happened on the bot's sockets?

use super::Simulator;
use super::rule::Rule;
use super::session::{invalid, reconnect};
use super::world::Out;

impl Simulator {
    /// Adds a failure to inject.
    pub fn inject(&self, rule: Rule) {
        self.shared.with(|state| state.rules.add(rule));
    }

    /// Removes all rules.
    pub fn clear_rules(&self) {
        self.shared.with(|state| state.rules.clear());
    }

    /// Asks the bot to reconnect (opcode 7).
    pub fn reconnect(&self) {
        self.shared.with(|state| state.sessions.send_all(&reconnect()));
    }

    /// Declares the sessions invalid, resumable or not (opcode 9).
    pub fn invalidate(&self, resumable: bool) {
        self.shared.with(|state| {
            if !resumable {
                state.sessions.forget();
            }
            state.sessions.send_all(&invalid(resumable));
        });
    }

    /// Closes every socket with a code, such as 4000 or 4009.
    pub fn close(&self, code: u16) {
        self.shared.with(|state| {
            if matches!(code, 4007 | 4009) {
                state.sessions.forget();
            }
            state.sessions.send_all(&Out::Close(code, ""));
        });
    }

    /// Cuts every socket without a close frame.
    pub fn drop_sockets(&self) {
        self.shared.with(|state| state.sessions.send_all(&Out::Cut));
    }

    /// Freezes every open socket: nothing is sent, read or closed any more.
    pub fn freeze_sockets(&self) {
        self.shared.with(|state| state.sessions.send_all(&Out::Freeze));
    }

    /// Returns how many gateway sockets were opened.
    #[must_use]
    pub fn connections(&self) -> u32 {
        self.shared.look(|state| state.sessions.connections)
    }

    /// Returns how many IDENTIFYs were received.
    #[must_use]
    pub fn identifies(&self) -> u32 {
        self.shared.look(|state| state.sessions.identifies)
    }

    /// Returns how many sessions were resumed.
    #[must_use]
    pub fn resumes(&self) -> u32 {
        self.shared.look(|state| state.sessions.resumes)
    }

    /// Returns how many heartbeats were received.
    #[must_use]
    pub fn heartbeats(&self) -> u32 {
        self.shared.look(|state| state.sessions.heartbeats)
    }

    /// Returns the codes with which the bot closed sockets, in order.
    #[must_use]
    pub fn closes(&self) -> Vec<u16> {
        self.shared.look(|state| state.sessions.closes.clone())
    }
}
