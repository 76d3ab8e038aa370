//! Here is a question and what the index found for it: which quotes answer it, best first?
//!
//! [`rank()`] scores each candidate by what the quote and its surroundings have in common with the question,
//! weighted by the rarity of the shared words. It merges the same quote from several outlets, and decides
//! that nothing is on record if too little of the question is found. Every score keeps its parts.

mod check;
mod claim;
mod feature;
mod permalink;
mod phrase;
mod rank;
mod record;
#[cfg(test)]
pub(crate) mod sample;
mod scope;
mod sure;
mod weights;
mod zone;

use std::collections::HashSet;

use jiff::civil::Date;
use serde::Serialize;

use crate::fold;
use crate::question::{Days, Limit, Question};
use crate::span::Span;

pub use check::Checked;
pub use claim::{
    Change, Comparison, Kind as ChangeKind, Piece, Side, Verdict, compare, contradicts, nearly_as,
};
pub use feature::{COUNT, FEATURES, Features, Part, features, weights};
pub use permalink::Permalink;
pub use phrase::Phrase;
pub use rank::{
    Candidate, Near, Ranked, Score, coverage, held, is_found, likeliest, meaning_of, rank, rank_by, reorder,
    to_read,
};
pub use record::{GAP, QuoteId, Record, Text};
pub use scope::Scope;
pub use sure::{Finding, SIGN_NAMES, SIGNS, SURE, Signs, signs, sure, weights_of_signs};
pub use zone::Zone;

/// Maximum number of candidates requested from one search.
pub const POOL: usize = 200;

/// One answer: a quote and why it ranks here.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// The quote.
    pub record: Record,
    /// Why it ranks here.
    pub score: Score,
    /// The words of the quote that were asked for, in order and without nesting. Like the contents, these are
    /// spans of the article's text ([`Record::text`] reads them).
    pub marks: Vec<Span>,
    /// The same quote in other articles, best first.
    pub also: Vec<Record>,
}

/// A complete answer, ready to render.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// The question that was answered: as understood, or as changed by the last fallback that the hits come
    /// from.
    pub question: Question,
    /// The quotes of this page, best first; empty when nothing is on record, or past the last page.
    pub hits: Vec<Hit>,
    /// How many quotes come before those of this page.
    pub offset: usize,
    /// How many quotes answer the question, on all pages; the same quote in several outlets counts once.
    /// Limited by the number of candidates of one search.
    pub total: usize,
    /// What is on record instead; set if and only if `total` is 0.
    pub nothing: Option<Nothing>,
    /// Whether the record answers the question.
    pub found: Finding,
    /// How certain that is, 0 to 100; `None` if the meanings of quotes are not available.
    pub sure: Option<u8>,
    /// How the words compare with the record, if that was the question.
    pub checked: Option<Checked>,
    /// How often it was said, if that was the question; only on the first page.
    pub times: Option<Times>,
    /// How many quotes there are without each limit of the question, in the order of [`Limit::ALL`]. Filled
    /// if nothing answers, or if outlets are asked for. A limit is left out if nothing answers without it
    /// either.
    pub without: Vec<Without>,
    /// How many of all quotes have an unnamed speaker although the question is about somebody. They come
    /// last.
    pub open: usize,
    /// The days that the question gives by a year or the name of a month or season, if no quote is from those
    /// days and the hits are from others.
    pub other_days: Option<Days>,
    /// If the question has days: the titles of articles without a date that may answer too, best first, at
    /// most three.
    pub undated: Vec<String>,
    /// For a question about everything that somebody said: how many different quotes are on record within its
    /// limits. `total` may be smaller, because paraphrases and the oldest quotes are left out. `None` if the
    /// question has a topic.
    pub on_record: Option<u64>,
    /// The steps that led to the answer, in order.
    pub steps: Vec<Step>,
}

/// A step on the way to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Too little was found; the name of the fallback tried instead, or in addition.
    Fallback(&'static str),
    /// Something was looked up.
    Request {
        /// The kind of request.
        request: &'static str,
        /// The maximum number of results requested.
        wanted: usize,
        /// The number of results.
        found: usize,
    },
    /// A number of requests to the archive for everything above, with the bytes sent and received.
    Archive {
        /// Requests that were answered.
        round_trips: u64,
        /// Bytes sent and received.
        bytes: u64,
    },
}

/// How often something was said, as far as it is on record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Times {
    /// The folded words that every counted quote contains; if empty, all quotes that may answer are counted.
    pub words: Vec<String>,
    /// The number of quotes; the same words by the same speaker count once.
    pub quotes: usize,
    /// The number of articles that contain them.
    pub articles: usize,
    /// The number of outlets of these articles.
    pub outlets: usize,
    /// The earliest day of publication.
    pub first: Option<Date>,
    /// The latest day of publication.
    pub last: Option<Date>,
}

impl Answer {
    /// Returns how many quotes come after those of this page.
    #[must_use]
    pub fn more(&self) -> usize {
        self.total.saturating_sub(self.offset + self.hits.len())
    }

    /// Keeps only the quotes that the verdict is about: the nearest, and the second one if two were put
    /// together. Other quotes that contain some of the words are dropped.
    pub fn keep_checked(&mut self) {
        let is_stitched = self.checked.as_ref().is_some_and(|checked| checked.verdict == Verdict::Stitched);
        self.hits.truncate(if is_stitched { 2 } else { 1 });
        self.total = self.hits.len();
    }
}

/// The part of an answer to return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The number of quotes before it.
    pub offset: usize,
    /// The maximum number of quotes on it.
    pub limit: usize,
}

impl From<usize> for Page {
    /// Returns the first page, with `limit` quotes.
    fn from(limit: usize) -> Self {
        Self { offset: 0, limit }
    }
}

/// The effect of dropping one limit of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Without {
    /// The limit; `None` for all limits together, if no single one is the reason.
    pub limit: Option<Limit>,
    /// How many quotes answer then, limited by the number of candidates of one search.
    pub quotes: usize,
}

/// Hints for asking differently when nothing is on record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Nothing {
    /// Speakers on record whose names resemble the unknown name in the question, best match first, at most
    /// three.
    pub called_alike: Vec<String>,
    /// Other people who spoke about the topic, best first, at most three.
    pub spoke_about_it: Vec<String>,
    /// What the speaker in the question did speak about: headlines, newest first, at most three. Empty for a
    /// speaker who is never quoted.
    pub topics: Vec<String>,
    /// If the question has days: the titles of articles without a date that may answer, best first, at most
    /// three.
    pub undated: Vec<String>,
}

/// Returns the words of a quote that the question asks for, as in [`Hit::marks`]; `stems` are those of
/// [`Question::stems`].
#[must_use]
pub fn marks(record: &Record, stems: &HashSet<String>) -> Vec<Span> {
    let in_text = |span: Span, start: usize| Span::new(span.start + start, span.end + start);
    record
        .quote
        .content
        .iter()
        .flat_map(|content| {
            fold::places(record.text(*content), stems).into_iter().map(|span| in_text(span, content.start))
        })
        .collect()
}
