//! What leads to a speaker or to what they said: words before a name, kinds of statement, words that stand for one another.

use super::Language;
use super::list::{self, Words};

/// What a language knows of such words.
#[derive(Debug, Default)]
pub(super) struct Leads {
    pub(super) to_speaker: Words,
    pub(super) reasons: Words,
    /// Rows of words; read anew at each look, since most programs never ask.
    pub(super) synonyms: &'static str,
}

impl Language {
    /// Returns whether `word` can stand before the one who speaks in a question: "what did", "has", "please".
    #[must_use]
    pub fn leads_to_speaker(&self, word: &str) -> bool {
        self.leads.to_speaker.has(word)
    }

    /// Returns whether `word` is a kind of statement that is somebody's: "his excuse", "her advice".
    #[must_use]
    pub fn is_reason(&self, word: &str) -> bool {
        self.leads.reasons.has(word)
    }

    /// Returns the groups of words that stand for one another in a question.
    pub fn synonyms(&self) -> impl Iterator<Item = impl Iterator<Item = &'static str>> {
        list::entries(self.leads.synonyms).map(str::split_whitespace)
    }
}
