//! Made-up candidates and quotes for tests.

use super::{Candidate, QuoteId, Record, Zone};
use crate::article::{ArticleId, Citation};
use crate::quote::{Kind, Quote};
use crate::span::Span;

/// Returns a direct quote by an unnamed speaker with its own id, article and words, which contains the first term
/// of a question.
pub(crate) fn candidate(id: u64) -> Candidate {
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
        relevance: None,
    }
}

/// Returns a direct quote by an unnamed speaker, which is the whole text of its article.
pub(crate) fn record(text: &str) -> Record {
    let whole = Span::new(0, text.len());
    Record {
        article: ArticleId("sample".to_owned()),
        ordinal: 0,
        quote: Quote {
            kind: Kind::Direct,
            content: vec![whole],
            cue: None,
            attribution: None,
            said: None,
            corrected: Vec::new(),
        },
        context: text.to_owned(),
        context_start: 0,
        paragraph: whole,
        lead: String::new(),
        role: None,
        citation: Citation::default(),
        digest: false,
        tags: Vec::new(),
    }
}
