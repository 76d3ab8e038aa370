//! Made-up questions, candidates and quotes for the tests of this module.

use super::fallback::SoFar;
use super::plan::Facts;
use crate::answer::{Candidate, QuoteId, Ranked, Record, Score, Zone};
use crate::article::{ArticleId, Citation};
use crate::question::Question;
use crate::quote::{Kind, Quote};
use crate::span::Span;

/// Returns a question about these terms.
pub(super) fn about(terms: &[&str]) -> Question {
    Question { terms: terms.iter().map(|term| (*term).to_owned()).collect(), ..Question::default() }
}

/// Returns a candidate with its own id and words that contains the first term.
pub(super) fn candidate(id: u64) -> Candidate {
    let number = u32::try_from(id).expect("a small number");
    Candidate {
        id: QuoteId(id),
        article: number.into(),
        ordinal: 0,
        paragraph: 0,
        speaker: None,
        words: number,
        kind: Kind::Direct,
        length: 9,
        headline: false,
        day: None,
        found: 1.0,
        zones: vec![Some(Zone::Quote)],
        alike: Vec::new(),
        member: false,
        phrase: 0.0,
        near: None,
    }
}

/// Returns the same candidate as a hit.
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
    let content = inner(paragraph.find('“').expect("an opening mark"));
    Record {
        article: ArticleId("ferry".to_owned()),
        ordinal: 0,
        quote: Quote {
            kind: Kind::Direct,
            content: vec![content],
            cue: None,
            attribution: None,
            said: None,
            corrected: Vec::new(),
        },
        context: paragraph.to_owned(),
        context_start: 0,
        paragraph: Span::new(0, paragraph.len()),
        lead: String::new(),
        role: None,
        citation: Citation::default(),
        digest: false,
        tags: Vec::new(),
    }
}
