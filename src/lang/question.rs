//! Words of questions: what leads to a speaker, what asks for a reason, what stands for what.

use super::Language;
use super::list::{self, Words};

/// What a language knows of questions.
#[derive(Clone, Debug, Default)]
pub(super) struct Questions {
    pub(super) leads: Words,
    pub(super) reasons: Words,
    /// Rows of words; read anew at each look, since most programs never ask.
    pub(super) synonyms: &'static str,
}

impl Language {
    /// Returns whether `word` can stand before the one who speaks in a question: "what did", "has", "please".
    #[must_use]
    pub fn leads_to_speaker(&self, word: &str) -> bool {
        self.questions.leads.has(word)
    }

    /// Returns whether `word` is a kind of statement that is somebody's: "his excuse", "her advice".
    #[must_use]
    pub fn is_reason(&self, word: &str) -> bool {
        self.questions.reasons.has(word)
    }

    /// Returns the groups of words that stand for one another in a question.
    pub fn synonyms(&self) -> impl Iterator<Item = impl Iterator<Item = &'static str>> {
        list::entries(self.questions.synonyms).map(str::split_whitespace)
    }
}
