//! Words that lead to a speaker or to a statement in a question: words before a name, kinds of statement,
//! synonyms.

use super::Language;
use super::list::{self, Words};

/// The leading words of a language.
#[derive(Debug, Default)]
pub(super) struct Leads {
    pub(super) to_speaker: Words,
    pub(super) reasons: Words,
    /// Rows of synonyms; parsed at each use, since most programs never need them.
    pub(super) synonyms: &'static str,
}

impl Language {
    /// Returns whether `word` can come before the speaker in a question: "what did", "has", "please".
    #[must_use]
    pub fn leads_to_speaker(&self, word: &str) -> bool {
        self.leads.to_speaker.has(word)
    }

    /// Returns whether `word` is a kind of statement that somebody makes: "his excuse", "her advice".
    #[must_use]
    pub fn is_reason(&self, word: &str) -> bool {
        self.leads.reasons.has(word)
    }

    /// Returns the groups of words that are synonyms in a question.
    pub fn synonyms(&self) -> impl Iterator<Item = impl Iterator<Item = &'static str>> {
        list::entries(self.leads.synonyms).map(str::split_whitespace)
    }
}
