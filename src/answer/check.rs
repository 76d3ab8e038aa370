//! What the record says about words that somebody is said to have said.

use serde::Serialize;

use super::{Change, Hit, Piece, Verdict};

/// What the record says about words that somebody is said to have said.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checked {
    /// The words, as they were given.
    pub words: String,
    /// Who is said to have said them: a canonical name, or the name that was asked for where nobody on record has it. `None` where anybody may have.
    pub claimed_of: Option<String>,
    /// How they compare with the nearest quote.
    pub verdict: Verdict,
    /// The nearest quote; `None` where nothing on record shares a rare word with them.
    pub nearest: Option<Hit>,
    /// The quote that the other part of the words is from, where they are two quotes put together.
    pub second: Option<Hit>,
    /// Whether somebody else said the nearest quote than the one who was asked about; false where nobody is named for it.
    pub other_speaker: bool,
    /// The comparison with the nearest quote, in order. What the quote says before and after is left out.
    pub diff: Vec<Piece>,
    /// What is changed, the gravest first; empty where the words are not altered.
    pub changes: Vec<Change>,
}

impl Checked {
    /// Returns what is said of `words` that no quote on record is like.
    #[must_use]
    pub fn nowhere(words: &str) -> Self {
        Self {
            words: words.to_owned(),
            claimed_of: None,
            verdict: Verdict::NotOnRecord,
            nearest: None,
            second: None,
            other_speaker: false,
            diff: Vec::new(),
            changes: Vec::new(),
        }
    }
}
