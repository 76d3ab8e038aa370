//! Here are words that somebody is said to have said, and a quote on record: are they the same, and where do they differ?

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::Hit;
use crate::fold;

/// How words compare with the record, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// On record word for word; case, accents, punctuation and the kind of marks do not count. They may be a part of the quote.
    Exact,
    /// A quote on record is near, with other words in places.
    Altered,
    /// No quote on record is near.
    NotOnRecord,
}

/// A run of words in a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// Whose words they are.
    pub side: Side,
    /// The words as they are written there, with single spaces.
    pub text: String,
}

/// Where a run of words stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// In both; written as on record.
    Both,
    /// Only among the words that were asked about.
    Asked,
    /// Only on record.
    Recorded,
}

/// What the record says about words that somebody is said to have said.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checked {
    /// The words, as they were given.
    pub words: String,
    /// How they compare with the nearest quote.
    pub verdict: Verdict,
    /// The nearest quote; `None` where nothing on record shares a rare word with them.
    pub nearest: Option<Hit>,
    /// Whether somebody else said it than the one who was asked about.
    pub other_speaker: bool,
    /// The comparison with the nearest quote, in order. What the quote says before and after is left out.
    pub diff: Vec<Piece>,
}

impl Checked {
    /// Returns what is said of `words` that no quote on record is like.
    #[must_use]
    pub fn nowhere(words: &str) -> Self {
        Self {
            words: words.to_owned(),
            verdict: Verdict::NotOnRecord,
            nearest: None,
            other_speaker: false,
            diff: Vec::new(),
        }
    }
}

/// The least similarity of words that are altered; below it they are others.
const ALTERED: f32 = 0.5;

/// Compares `asked` with the words of a quote on `record`: the verdict, and the pieces in order. Words compare folded.
#[must_use]
pub fn compare(asked: &str, record: &str) -> (Verdict, Vec<Piece>) {
    let (asked, record) = (words(asked), words(record));
    let key = |words: &[Word]| words.iter().map(|word| word.folded.clone()).collect::<Vec<_>>();
    let (left, right) = (key(&asked), key(&record));
    let text = |words: &[Word]| words.iter().map(|word| word.written.as_str()).collect::<Vec<_>>().join(" ");
    if left.is_empty() {
        return (Verdict::NotOnRecord, Vec::new());
    }
    if let Some(at) = right.windows(left.len()).position(|window| window == left) {
        let piece = Piece { side: Side::Both, text: text(&record[at..at + left.len()]) };
        return (Verdict::Exact, vec![piece]);
    }
    // The part of the quote that the words are from: other parts may share a "the" with them.
    let window = nearest_window(&left, &right);
    let (record, right) = (&record[window.clone()], &right[window]);
    let ops = capture_diff_slices(Algorithm::Myers, &left, right);
    let last = ops.len().saturating_sub(1);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push = |side, text: String| {
        if !text.is_empty() {
            pieces.push(Piece { side, text });
        }
    };
    let mut shared = 0;
    for (place, op) in ops.iter().enumerate() {
        let (old, new) = (op.old_range(), op.new_range());
        match op {
            DiffOp::Equal { len, .. } => {
                shared += len;
                push(Side::Both, text(&record[new]));
            }
            // At either end the quote goes on: that is no alteration.
            DiffOp::Insert { .. } if place == 0 || place == last => {}
            _ => {
                push(Side::Asked, text(&asked[old]));
                push(Side::Recorded, text(&record[new]));
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a quote has a few hundred words")]
    let similarity = shared as f32 / left.len() as f32;
    (if similarity >= ALTERED { Verdict::Altered } else { Verdict::NotOnRecord }, pieces)
}

/// The run of `right`, about as long as `left`, that shares most words with it; the first of several.
fn nearest_window(left: &[String], right: &[String]) -> std::ops::Range<usize> {
    let width = (left.len() + left.len() / 3 + 1).min(right.len());
    let shared = |start: usize| right[start..start + width].iter().filter(|word| left.contains(word)).count();
    let best = (0..=right.len() - width).max_by_key(|&start| (shared(start), std::cmp::Reverse(start)));
    let start = best.unwrap_or(0);
    start..start + width
}

/// A word as it is written and as it compares.
struct Word {
    written: String,
    folded: String,
}

fn words(text: &str) -> Vec<Word> {
    text.split_whitespace()
        .filter_map(|written| {
            let folded = fold::words(written).join(" ");
            (!folded.is_empty()).then(|| Word { written: written.to_owned(), folded })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(asked: &str, record: &str) -> String {
        let (verdict, pieces) = compare(asked, record);
        let shown = pieces.iter().map(|piece| match piece.side {
            Side::Both => piece.text.clone(),
            Side::Asked => format!("-{}-", piece.text),
            Side::Recorded => format!("+{}+", piece.text),
        });
        format!("{verdict:?}: {}", shown.collect::<Vec<_>>().join(" "))
    }

    const RECORD: &str = "We will open the archive in May, and not a day later.";

    #[test]
    fn a_part_of_a_quote_is_exact() {
        assert_eq!(check("open the ARCHIVE in may", RECORD), "Exact: open the archive in May,");
        assert_eq!(check("", RECORD), "NotOnRecord: ");
    }

    #[test]
    fn altered_words_stand_side_by_side() {
        assert_eq!(
            check("We will open the museum in May", RECORD),
            "Altered: We will open the -museum- +archive+ in May,"
        );
        assert_eq!(
            check("We will never open the archive", RECORD),
            "Altered: We will -never- open the archive"
        );
        assert_eq!(check("We will open in May", RECORD), "Altered: We will open +the archive+ in May,");
    }

    #[test]
    fn other_words_are_not_on_record() {
        assert!(check("The ferry sails on Monday", RECORD).starts_with("NotOnRecord"));
    }
}
