//! What can be done to a bot from outside, and how did its sockets fare?

use std::time::Duration;

use super::Simulator;
use super::clock::millis;
use super::rule::Rule;
use super::session::{invalid, reconnect};
use super::world::Out;

impl Simulator {
    /// Makes something go wrong when its turn comes.
    pub fn inject(&self, rule: Rule) {
        self.shared.with(|state| state.rules.add(rule));
    }

    /// Ends all that was to go wrong.
    pub fn clear_rules(&self) {
        self.shared.with(|state| state.rules.clear());
    }

    /// Sets how long an interaction's token lives; 15 minutes unless set.
    pub fn set_token_life(&self, life: Duration) {
        self.shared.with(|state| state.token_life = millis(life));
    }

    /// Asks the bot to reconnect: opcode 7.
    pub fn reconnect(&self) {
        self.shared.with(|state| state.sessions.send_all(&reconnect()));
    }

    /// Declares the sessions invalid, to be resumed or not: opcode 9.
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

    /// Breaks every socket without a word.
    pub fn drop_sockets(&self) {
        self.shared.with(|state| state.sessions.send_all(&Out::Cut));
    }

    /// Lets every open socket stand still: nothing is sent, nothing heard, nothing closed.
    pub fn freeze_sockets(&self) {
        self.shared.with(|state| state.sessions.send_all(&Out::Freeze));
    }

    /// Returns how many gateway sockets were opened.
    #[must_use]
    pub fn connections(&self) -> u32 {
        self.shared.look(|state| state.sessions.connections)
    }

    /// Returns how many IDENTIFYs came.
    #[must_use]
    pub fn identifies(&self) -> u32 {
        self.shared.look(|state| state.sessions.identifies)
    }

    /// Returns how many sessions were resumed.
    #[must_use]
    pub fn resumes(&self) -> u32 {
        self.shared.look(|state| state.sessions.resumes)
    }

    /// Returns how many heartbeats came.
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
