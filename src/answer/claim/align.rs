//! Which words of a quote correspond to those of a claim? The whole claim is aligned with the part of the
//! quote that it fits best.
//!
//! Words of the quote before and after the claim cost nothing, and neither do words at an ellipsis of the
//! claim.

use std::ops::Range;

use super::token::Token;

/// A word of the claim aligned with a word on record; one of them may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) claimed: Option<usize>,
    pub(super) recorded: Option<usize>,
    pub(super) same: Same,
}

/// How two words compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Same {
    /// The same word.
    Word,
    /// Different forms of the same word: "opens", "opened".
    Stem,
    No,
}

const WORD: i32 = 6;
const STEM: i32 = 4;
const OTHER: i32 = -2;
const ONLY_CLAIMED: i32 = -3;
const ONLY_RECORDED: i32 = -2;

pub(super) fn same(claimed: &Token, recorded: &Token) -> Same {
    if claimed.key == recorded.key {
        Same::Word
    } else if claimed.stem == recorded.stem {
        Same::Stem
    } else {
        Same::No
    }
}

/// The last step of the best alignment up to a position.
#[derive(Clone, Copy)]
enum Step {
    Start,
    Both,
    Claimed,
    Recorded,
}

/// Aligns a claim with a quote, in order. The quote's words before and after are left out; returns an empty
/// list if the two share no word.
pub(super) fn align(claim: &[Token], record: &[Token]) -> Vec<Pair> {
    let width = record.len() + 1;
    let mut steps = vec![Step::Start; (claim.len() + 1) * width];
    let mut above = vec![0; width];
    for (i, claimed) in claim.iter().enumerate() {
        // At an ellipsis, words of the quote may be skipped.
        if claimed.gap {
            for j in 1..width {
                if above[j - 1] > above[j] {
                    above[j] = above[j - 1];
                    steps[i * width + j] = Step::Recorded;
                }
            }
        }
        let mut row = vec![0; width];
        for j in 0..width {
            let only_claimed = above[j] + if claimed.inserted { 0 } else { ONLY_CLAIMED };
            let (mut best, mut step) = (only_claimed, Step::Claimed);
            if let Some(recorded) = j.checked_sub(1).and_then(|before| record.get(before)) {
                let beside = match same(claimed, recorded) {
                    Same::Word => WORD,
                    Same::Stem => STEM,
                    Same::No => OTHER,
                };
                let only_recorded = row[j - 1] + if recorded.inserted { 0 } else { ONLY_RECORDED };
                for (score, way) in [(only_recorded, Step::Recorded), (above[j - 1] + beside, Step::Both)] {
                    if score >= best {
                        (best, step) = (score, way);
                    }
                }
            }
            row[j] = best;
            steps[(i + 1) * width + j] = step;
        }
        above = row;
    }
    let end = (0..width).max_by_key(|&j| (above[j], std::cmp::Reverse(j))).unwrap_or_default();
    back(claim, record, &steps, end)
}

/// Follows the steps back from the end of the claim, and returns the pairs in order.
fn back(claim: &[Token], record: &[Token], steps: &[Step], end: usize) -> Vec<Pair> {
    let width = record.len() + 1;
    let (mut i, mut j) = (claim.len(), end);
    let mut out = Vec::new();
    loop {
        let (claimed, recorded) = (i.checked_sub(1), j.checked_sub(1));
        match steps[i * width + j] {
            Step::Start => break,
            Step::Both => {
                let (Some(one), Some(other)) = (claimed, recorded) else { break };
                out.push(Pair { claimed, recorded, same: same(&claim[one], &record[other]) });
                (i, j) = (one, other);
            }
            Step::Claimed => {
                let Some(one) = claimed else { break };
                out.push(Pair { claimed, recorded: None, same: Same::No });
                i = one;
            }
            Step::Recorded => {
                let Some(other) = recorded else { break };
                out.push(Pair { claimed: None, recorded, same: Same::No });
                j = other;
            }
        }
    }
    out.reverse();
    let is_outside = |pair: &Pair| pair.claimed.is_none();
    let from = out.iter().take_while(|pair| is_outside(pair)).count();
    let to = out.len() - out.iter().rev().take_while(|pair| is_outside(pair)).count();
    if from >= to || out.iter().all(|pair| pair.same == Same::No) {
        Vec::new()
    } else {
        out[from..to].to_vec()
    }
}

/// Returns the range of words on record that a claim is aligned with; empty if there are none.
pub(super) fn extent(pairs: &[Pair]) -> Range<usize> {
    let mut places = pairs.iter().filter_map(|pair| pair.recorded);
    let Some(first) = places.next() else { return 0..0 };
    first..places.next_back().unwrap_or(first) + 1
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    #[track_caller]
    fn check(claim: &str, record: &str, expected: &str) {
        let (claim, record) = (tokens(claim, 100).tokens, tokens(record, 100).tokens);
        let word =
            |tokens: &[Token], at: Option<usize>| at.map_or("·".to_owned(), |at| tokens[at].key.clone());
        let shown = align(&claim, &record).into_iter().map(|pair| match pair.same {
            Same::Word => word(&claim, pair.claimed),
            _ => format!("{}/{}", word(&claim, pair.claimed), word(&record, pair.recorded)),
        });
        assert_eq!(shown.collect::<Vec<_>>().join(" "), expected);
    }

    const RECORD: &str = "We will not open the old archive in May, and we will close the museum in June.";

    #[test]
    fn a_claim_is_aligned_with_its_source() {
        check("open the archive in May", RECORD, "open the ·/old archive in may");
        check("we will close the library in June", RECORD, "we will close the library/museum in june");
        check(
            "open … in June",
            RECORD,
            "open ·/the ·/old ·/archive ·/in ·/may ·/and ·/we ·/will ·/close ·/the ·/museum in june",
        );
        check("plums are cheap", RECORD, "");
    }

    #[test]
    fn forms_of_a_word_are_aligned() {
        check("we opened the archives", RECORD, "we ·/will ·/not opened/open the ·/old archives/archive");
    }
}
