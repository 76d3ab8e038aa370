//! Are two quotes the same remark, in the wording of two articles?

use std::collections::HashSet;

use crate::answer::Record;
use crate::fold;
use crate::lang::Language;

/// Minimum share of the shorter quote's words that the longer one must contain for them to be the same
/// remark.
const SHARED: f32 = 0.65;

/// Returns whether two quotes by the same speaker have most of their words in common, not counting function
/// words: then one of them is shortened, joined or translated differently.
#[must_use]
pub fn is_same_remark(one: &Record, other: &Record) -> bool {
    if one.quote.speaker() != other.quote.speaker() {
        return false;
    }
    let (one, other) = (content(one), content(other));
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    #[expect(clippy::cast_precision_loss, reason = "counts of words are small")]
    let (shared, all) = (short.intersection(&long).count() as f32, short.len() as f32);
    shared >= all * SHARED
}

fn content(record: &Record) -> HashSet<String> {
    let words = fold::words(&record.words());
    let all: HashSet<String> = words.iter().map(|word| fold::stem(word)).collect();
    let own: HashSet<String> = words
        .iter()
        .filter(|word| !Language::primary().is_function_word(word))
        .map(|word| fold::stem(word))
        .collect();
    if own.is_empty() { all } else { own }
}
