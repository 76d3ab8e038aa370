//! What the record says about words that somebody claims were said.

use serde::Serialize;

use super::{Change, Hit, Piece, Verdict};

/// What the record says about words that somebody claims were said.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checked {
    /// The claimed words, as given.
    pub words: String,
    /// Who is claimed to have said them: a canonical name, or the name as given if nobody on record has it.
    /// `None` if no speaker is claimed.
    pub claimed_of: Option<String>,
    /// How they compare with the nearest quote.
    pub verdict: Verdict,
    /// The nearest quote; `None` if no quote on record shares a rare word with the claim.
    pub nearest: Option<Hit>,
    /// The source of the rest of the words, if the claim is two quotes put together.
    pub second: Option<Hit>,
    /// Whether the nearest quote is by somebody other than the claimed speaker; false if the quote's speaker
    /// is not named.
    pub other_speaker: bool,
    /// The comparison with the nearest quote, in order, without the quote's words before and after the claim.
    pub diff: Vec<Piece>,
    /// The changes, gravest first; empty if the words are not altered.
    pub changes: Vec<Change>,
}

impl Checked {
    /// Returns the result for `words` that resemble no quote on record.
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
