//! Here is a question and what the index found for it: which quotes answer it, the best first?
//!
//! [`rank()`] scores each candidate from what it and its surroundings share with the question, weighted by how rare the shared
//! words are, merges the same quote from several outlets, and decides that nothing is on record where too little of the
//! question is found. Every score keeps its parts.

mod check;
mod claim;
mod feature;
mod permalink;
mod phrase;
mod rank;
mod record;
mod scope;
mod sure;
mod weights;
mod zone;

use jiff::civil::Date;
use serde::Serialize;

use crate::fold;
use crate::question::{Days, Limit, Question};
use crate::span::Span;

pub use check::Checked;
pub use claim::{Change, Comparison, Kind as ChangeKind, Piece, Side, Verdict, compare, contradicts};
pub use feature::{COUNT, FEATURES, Features, Part, features, weights};
pub use permalink::Permalink;
pub use phrase::Phrase;
pub use rank::{Candidate, Near, Ranked, Score, coverage, held, is_found, likeliest, rank, rank_by};
pub use record::{GAP, QuoteId, Record};
pub use scope::Scope;
pub use sure::{Finding, SIGN_NAMES, SIGNS, SURE, Signs, signs, sure};
pub use zone::Zone;

/// The most candidates that one search is asked for.
pub const POOL: usize = 200;

/// One answer: a quote and why it ranks here.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// The quote.
    pub record: Record,
    /// Why it ranks here.
    pub score: Score,
    /// The words of the quote that were asked for, in order, none inside another: spans of the article's text, as the
    /// contents are ([`Record::text`] reads them).
    pub marks: Vec<Span>,
    /// The same words in other articles, best first.
    pub also: Vec<Record>,
}

/// All of an answer, ready to render.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// The question as it was answered: as it was understood, or as the last fallback that the hits go by left it.
    pub question: Question,
    /// The quotes of this page, best first; empty when nothing is on record, or past the last page.
    pub hits: Vec<Hit>,
    /// How many quotes come before these.
    pub offset: usize,
    /// How many quotes answer the question, on all pages; the same quote in several outlets counts once. At most the number of
    /// candidates of one search.
    pub total: usize,
    /// What there is instead; set exactly where `total` is 0.
    pub nothing: Option<Nothing>,
    /// Whether the record answers the question.
    pub found: Finding,
    /// How sure that is, 0 to 100; `None` where the meaning of quotes is not known.
    pub sure: Option<u8>,
    /// How the words compare with the record, where that was the question.
    pub checked: Option<Checked>,
    /// How often it was said, where that was the question; on the first page only.
    pub times: Option<Times>,
    /// What there is without each limit of the question, in the order of [`Limit::ALL`]: where nothing answers, and where outlets are asked for. A
    /// limit without which nothing answers either is left out.
    pub without: Vec<Without>,
    /// How many of all quotes are of a speaker whom nobody names, though somebody is asked about: the last ones.
    pub open: usize,
    /// The days that were asked for by the name of a month or season, where they left nothing and the hits are of other days.
    pub other_days: Option<Days>,
    /// Where days were asked for: articles without a day that may answer as well, by their titles, the best first, at most three.
    pub undated: Vec<String>,
    /// How many different quotes are on record within the limits of a question for whatever somebody said; `total` may be fewer, as paraphrases
    /// and the oldest are left out. `None` where it is about something.
    pub on_record: Option<u64>,
    /// What was looked up on the way to it, in order.
    pub steps: Vec<Step>,
}

/// A step on the way to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Too little was found: what is tried instead, or as well, by its name.
    Fallback(&'static str),
    /// Something was looked up.
    Request {
        /// Of which kind.
        request: &'static str,
        /// How many of them were wanted at most.
        wanted: usize,
        /// How many there were.
        found: usize,
    },
}

/// How often something was said: what the record holds, not what was said elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Times {
    /// The words that each of the quotes holds, folded; without any all quotes are counted that may answer.
    pub words: Vec<String>,
    /// The quotes; the same words of the same speaker count once.
    pub quotes: usize,
    /// The articles they stand in.
    pub articles: usize,
    /// The outlets of these articles.
    pub outlets: usize,
    /// The earliest day of publication.
    pub first: Option<Date>,
    /// The latest one.
    pub last: Option<Date>,
}

impl Answer {
    /// Returns how many quotes come after those of this page.
    #[must_use]
    pub fn more(&self) -> usize {
        self.total.saturating_sub(self.offset + self.hits.len())
    }
}

/// Part of an answer: where it begins and how many quotes it has at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Quotes before it.
    pub offset: usize,
    /// Quotes on it at most.
    pub limit: usize,
}

impl From<usize> for Page {
    /// The first page, of `limit` quotes.
    fn from(limit: usize) -> Self {
        Self { offset: 0, limit }
    }
}

/// What a question finds without one of its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Without {
    /// The limit; `None` for all of them together, where no single one leaves out what there is.
    pub limit: Option<Limit>,
    /// How many quotes answer then, at most the number of candidates of one search.
    pub quotes: usize,
}

/// What there is where nothing is on record: a help to ask otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Nothing {
    /// Speakers on record with a name like the unknown one that was asked for, the likeliest first, at most three.
    pub called_alike: Vec<String>,
    /// Others who spoke about the topic, the best first, at most three.
    pub spoke_about_it: Vec<String>,
    /// What the speaker who was asked for did speak about: headlines, the newest first, at most three. Empty for a speaker who is
    /// not quoted at all.
    pub topics: Vec<String>,
    /// Where days were asked for: articles without a day that may answer, by their titles, the best first, at most three.
    pub undated: Vec<String>,
}

/// Returns the words of a quote that are asked for, as [`Hit::marks`] has them.
#[must_use]
pub fn marks(record: &Record, question: &Question) -> Vec<Span> {
    let stems = question.stems();
    let in_text = |span: Span, start: usize| Span::new(span.start + start, span.end + start);
    record
        .quote
        .content
        .iter()
        .flat_map(|content| {
            fold::places(record.text(*content), &stems).into_iter().map(|span| in_text(span, content.start))
        })
        .collect()
}
