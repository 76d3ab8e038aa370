//! Made-up questions, candidates and quotes for the tests of this module.

use super::fallback::SoFar;
use super::plan::Facts;
pub(super) use crate::answer::sample::candidate;
use crate::answer::{Ranked, Record, Score, sample};
use crate::question::Question;
use crate::span::Span;

/// Returns a question about these terms.
pub(super) fn about(terms: &[&str]) -> Question {
    Question { terms: terms.iter().map(|term| (*term).to_owned()).collect(), ..Question::default() }
}

/// Returns the candidate with this id as a hit.
pub(super) fn hit(id: u64) -> Ranked {
    Ranked { candidate: candidate(id), score: Score::default(), also: Vec::new() }
}

/// Returns the state after a question as it is has found these hits.
pub(super) fn so_far(question: Question, hits: Vec<Ranked>) -> SoFar {
    let facts = Facts::default();
    SoFar { plan: facts.plan(question), facts, candidates: Vec::new(), own: hits.len(), hits, floor: 0.0 }
}

/// Returns a direct quote by an unnamed speaker: the words between the marks of a paragraph.
pub(super) fn record(paragraph: &str) -> Record {
    let inner = |open: usize| Span::new(open + '“'.len_utf8(), paragraph.find('”').expect("a closing mark"));
    let mut record = sample::record(paragraph);
    record.quote.content = vec![inner(paragraph.find('“').expect("an opening mark"))];
    record
}
