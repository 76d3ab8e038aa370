//! What was changed between a claim and the record, and how grave is it?

use serde::Serialize;

use super::align::{Pair, Same};
use super::token::{Token, Tokens};
use super::words;
use crate::lang::Language;

/// A change, with the words on both sides as written; one side may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What kind of change it is.
    pub kind: Kind,
    /// The words of the claim.
    pub claimed: String,
    /// The words on record.
    pub recorded: String,
}

/// Kinds of changes, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The record has a "not" that the claim does not have.
    NegationDropped,
    /// The claim has a "not" that the record does not have.
    NegationAdded,
    /// A different number.
    Number,
    /// Different words.
    Words,
    /// Words that are not on record.
    Added,
    /// Words on record that are left out without an ellipsis.
    LeftOut,
    /// A different form of the same words: another tense, plural for singular.
    Form,
}

impl Kind {
    /// Returns whether the change reverses the meaning or changes a number.
    #[must_use]
    pub const fn is_grave(self) -> bool {
        matches!(self, Self::NegationDropped | Self::NegationAdded | Self::Number)
    }
}

/// Sorts the changes, gravest first.
pub(super) fn order(changes: &mut [Change]) {
    changes.sort_by_key(|change| change.kind);
}

/// Returns the changes, in the order of the words.
pub(super) fn changes(claim: &Tokens, record: &Tokens, pairs: &[Pair]) -> Vec<Change> {
    let mut out: Vec<Change> = Vec::new();
    // The position of the last changed negation.
    let mut turned: Option<usize> = None;
    let mut at = 0;
    while at < pairs.len() {
        let run = pairs[at..].iter().take_while(|pair| pair.same != Same::Word).count();
        if run > 0 {
            let behind = pairs.get(at + run).and_then(|pair| pair.claimed).map(|next| &claim.tokens[next]);
            if let Some(mut found) = change(claim, record, &pairs[at..at + run], behind) {
                let is_moved = |last: &Change| {
                    let kinds = [last.kind, found.kind];
                    kinds.contains(&Kind::NegationDropped) && kinds.contains(&Kind::NegationAdded)
                };
                let near =
                    turned.is_some_and(|before| is_one_clause(claim, record, &pairs[before..at + run]));
                // "No ship was found" and "a ship was not found" mean the same.
                if near && let Some(last) = out.last_mut().filter(|last| is_moved(last)) {
                    (last.kind, found.kind) = (Kind::Words, Kind::Words);
                }
                turned = found.kind.is_grave().then_some(at);
                out.push(found);
            }
        }
        at += run + 1;
    }
    out
}

/// Returns the change that a sequence of differing words is; `None` if an ellipsis or square brackets show
/// it.
fn change(claim: &Tokens, record: &Tokens, run: &[Pair], behind: Option<&Token>) -> Option<Change> {
    let claimed: Vec<&Token> = run.iter().filter_map(|pair| Some(&claim.tokens[pair.claimed?])).collect();
    let recorded: Vec<&Token> = run.iter().filter_map(|pair| Some(&record.tokens[pair.recorded?])).collect();
    let told = |kind| {
        let (claimed, recorded) =
            (words(claim, claimed.iter().copied()), words(record, recorded.iter().copied()));
        Some(Change { kind, claimed, recorded })
    };
    let turning = |tokens: &[&Token]| tokens.iter().filter(|token| token.turns_round()).count();
    let own: Vec<&Token> = claimed.iter().filter(|token| !token.inserted).copied().collect();
    let real: Vec<&Token> = recorded.iter().filter(|token| !token.inserted).copied().collect();
    let amounts = |tokens: &[&Token]| {
        let mut keys: Vec<String> =
            tokens.iter().filter(|token| token.is_amount()).map(|token| token.key.clone()).collect();
        keys.sort();
        keys
    };
    if own.is_empty() && is_marked(&claimed, behind) {
        let (put, held) = (amounts(&claimed), amounts(&recorded));
        if !put.is_empty() && !held.is_empty() && put != held {
            return told(Kind::Number);
        }
        let one_sentence = real.iter().skip(1).all(|token| !token.sentence) && !behind_ends(record, run);
        return match (turning(&real), turning(&claimed)) {
            (0, 0) => None,
            (_, 0) if one_sentence => told(Kind::NegationDropped),
            (0, _) => told(Kind::NegationAdded),
            _ => None,
        };
    }
    if own.is_empty() && real.is_empty() {
        return None;
    }
    // A whole additional clause does not change what the rest says.
    let is_clause = own.len().abs_diff(real.len()) >= CLAUSE;
    let (more, fewer) = (turning(&claimed), turning(&recorded));
    told(match () {
        () if is_clause && real.is_empty() => Kind::Added,
        () if is_clause && own.is_empty() => Kind::LeftOut,
        () if is_clause => Kind::Words,
        () if fewer > more => Kind::NegationDropped,
        () if more > fewer => Kind::NegationAdded,
        () if is_opposite(&recorded, &claimed) => Kind::NegationDropped,
        () if is_opposite(&claimed, &recorded) => Kind::NegationAdded,
        () if amounts(&own) != amounts(&real) => Kind::Number,
        () if is_form(&own, &real) => Kind::Form,
        () if real.is_empty() => Kind::Added,
        () if own.is_empty() => Kind::LeftOut,
        () => Kind::Words,
    })
}

/// Minimum difference in words for one side to count as having an additional clause.
const CLAUSE: usize = 6;

/// Maximum number of words between the two positions of a negation that was only moved.
const MOVED: usize = 8;

/// Returns whether the pairs are within one clause on both sides.
fn is_one_clause(claim: &Tokens, record: &Tokens, pairs: &[Pair]) -> bool {
    let opens = |pair: &Pair| {
        pair.claimed.is_some_and(|at| claim.tokens[at].clause)
            || pair.recorded.is_some_and(|at| record.tokens[at].clause)
    };
    pairs.len() <= MOVED && !pairs.iter().skip(1).any(opens)
}

/// Returns whether the claim itself shows that something was left out or inserted here.
fn is_marked(claimed: &[&Token], behind: Option<&Token>) -> bool {
    !claimed.is_empty() || behind.is_some_and(|token| token.gap)
}

/// Returns whether a sentence on record ends where the omitted words end.
fn behind_ends(record: &Tokens, run: &[Pair]) -> bool {
    let last = run.iter().rev().find_map(|pair| pair.recorded);
    last.and_then(|at| record.tokens.get(at + 1)).is_some_and(|token| token.sentence)
}

/// Returns whether a word on one side is the negated form of a word on the other.
fn is_opposite(one: &[&Token], other: &[&Token]) -> bool {
    let language = Language::primary();
    one.iter().any(|one| other.iter().any(|other| language.is_opposite_of(&one.key, &other.key)))
}

/// Returns whether both sides are forms of the same words, ignoring auxiliary verbs.
fn is_form(one: &[&Token], other: &[&Token]) -> bool {
    let language = Language::primary();
    let stems = |tokens: &[&Token]| -> Vec<String> {
        let telling = tokens.iter().filter(|token| !language.is_auxiliary(&token.key));
        telling.map(|token| token.stem.clone()).collect()
    };
    let (one, other) = (stems(one), stems(other));
    !one.is_empty() && one == other
}

#[cfg(test)]
mod tests {
    use super::super::compare;
    use super::*;

    #[track_caller]
    fn check(claim: &str, record: &str, expected: &[(Kind, &str, &str)]) {
        let found = compare(claim, record).changes;
        let found: Vec<(Kind, &str, &str)> = found
            .iter()
            .map(|change| (change.kind, change.claimed.as_str(), change.recorded.as_str()))
            .collect();
        assert_eq!(found, expected, "{claim}");
    }

    const RECORD: &str = "We will not send 300 ships to the harbour, and nobody asked us to. The fare stays acceptable to most people.";

    #[test]
    fn a_negation_is_listed_first() {
        check(
            "We will send 300 boats to the harbour",
            RECORD,
            &[(Kind::NegationDropped, "", "not"), (Kind::Words, "boats", "ships")],
        );
        check("We won't send 300 ships to the harbour", RECORD, &[]);
        check(
            "The fare doesn't stay acceptable to most people",
            RECORD,
            &[(Kind::NegationAdded, "doesn't stay", "stays")],
        );
        check(
            "The fare stays unacceptable to most people",
            RECORD,
            &[(Kind::NegationAdded, "unacceptable", "acceptable")],
        );
        check("We will [never] not send 300 ships", RECORD, &[(Kind::NegationAdded, "[never]", "")]);
    }

    #[test]
    fn a_number_is_listed_next() {
        check(
            "We will not send 30 ships to the port",
            RECORD,
            &[(Kind::Number, "30", "300"), (Kind::Words, "port", "harbour,")],
        );
        check("We will not send ships to the harbour", RECORD, &[(Kind::Number, "", "300")]);
    }

    #[test]
    fn omissions_count_if_they_change_the_meaning() {
        check("We will … send 300 ships", RECORD, &[(Kind::NegationDropped, "", "not")]);
        check("We will not send 300 ships … The fare stays acceptable", RECORD, &[]);
        check("send 300 ships to the harbour", RECORD, &[(Kind::NegationDropped, "", "not")]);
        check("The fare stays", RECORD, &[]);
        check("We will", RECORD, &[(Kind::NegationDropped, "", "not")]);
    }

    #[test]
    fn other_forms_and_insertions_are_listed() {
        check("We would not send 300 ships to the harbour", RECORD, &[(Kind::Words, "would", "will")]);
        check("The fares stayed acceptable", RECORD, &[(Kind::Form, "fares stayed", "fare stays")]);
        check("We will not send [those] 300 ships to the harbour", RECORD, &[]);
        check("We will not send 300 [steam] ships to the harbour", RECORD, &[]);
        check("We will not send [30] ships to the harbour", RECORD, &[(Kind::Number, "[30]", "300")]);
    }

    #[test]
    fn moved_negations_and_those_of_other_clauses_reverse_nothing() {
        let kinds = |claim: &str, record: &str| -> Vec<Kind> {
            compare(claim, record).changes.iter().map(|change| change.kind).collect()
        };
        let record = "So far no new ship has been found in the harbour";
        assert_eq!(kinds("A new ship has not been found in the harbour", record), [Kind::Words, Kind::Words]);
        let longer =
            "No new ship has been found in the harbour, and that will not change before the ice is gone";
        assert_eq!(kinds(longer, record), [Kind::Added]);
        assert_eq!(
            kinds("The ship was found. No, it was lost", "The ship was found. But it was lost"),
            [Kind::Words]
        );
    }
}
