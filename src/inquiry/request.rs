//! What an inquiry asks a store, and what the store replies.

use super::plan::{Fact, Plan};
use crate::answer::{Candidate, Near, QuoteId, Record, Step, Text, Times};
use crate::meaning::Evidence;
use crate::question::Question;

/// Something an inquiry wants to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// What is known about each of these stems.
    Facts(Vec<String>),
    /// The results of a search.
    Find(Plan),
    /// The quotes with these ids.
    Records(Vec<QuoteId>),
    /// How similar quotes are to a text in meaning. The likeliest answers come first.
    Near {
        /// The text.
        sought: Sought,
        /// The quotes.
        candidates: Vec<Candidate>,
    },
    /// How relevant quotes are to a question.
    Relevance {
        /// The question.
        text: String,
        /// The quotes.
        quotes: Vec<Evidence>,
    },
    /// How often all of the words were said within the limits of the question.
    Count {
        /// Only its limits are used, not its topic.
        question: Question,
        /// The words, folded.
        words: Vec<String>,
    },
    /// Speakers with a name like this one, best match first.
    Called {
        /// The name.
        name: String,
        /// Maximum number of names.
        limit: usize,
    },
}

/// A text that quotes are compared with in meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// The text.
    pub text: String,
    /// Whether quotes by anybody are sought. Then what surrounds a paragraph counts too: who speaks there, and
    /// about what.
    pub by_anybody: bool,
}

impl Sought {
    /// Returns `text`, to be compared with quotes that may answer `question`.
    #[must_use]
    pub const fn of(text: String, question: &Question) -> Self {
        Self { text, by_anybody: question.speakers.is_empty() }
    }

    /// Returns which texts of a quote are compared with it: its words, and where they stand.
    #[must_use]
    pub const fn compared(&self) -> [Text; 2] {
        [Text::Quote, if self.by_anybody { Text::Surroundings } else { Text::Paragraph }]
    }
}

/// A store's reply to the [`Request`] of the same name.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// One fact per stem, in the order of the stems.
    Facts(Vec<Fact>),
    /// The quotes that may answer, unordered.
    Candidates {
        /// At most as many as requested, and at most [`POOL`](super::POOL).
        candidates: Vec<Candidate>,
        /// A lower bound, in the store's own score, for any search for the same words and more; 0 if unknown.
        floor: f32,
    },
    /// One entry per id, in order; `None` if no quote has that id.
    Records(Vec<Option<Record>>),
    /// One entry per candidate, in order; `None` if unknown.
    Near(Vec<Option<Near>>),
    /// One entry per quote, in order: the logarithm of the odds that it answers the question; empty if that is
    /// unknown.
    Relevance(Vec<f32>),
    /// The counts.
    Times(Times),
    /// Canonical names.
    Names(Vec<String>),
}

impl Request {
    /// Returns the description of a request and its result for the explanation of an answer.
    pub(super) fn step(&self, found: &Found) -> Step {
        let (request, wanted) = match self {
            Self::Facts(stems) => ("facts", stems.len()),
            Self::Find(plan) => ("find", plan.limit),
            Self::Records(ids) => ("records", ids.len()),
            Self::Near { candidates, .. } => ("meaning", candidates.len()),
            Self::Relevance { quotes, .. } => ("relevance", quotes.len()),
            Self::Count { .. } => ("count", 1),
            Self::Called { limit, .. } => ("called", *limit),
        };
        let found = match found {
            Found::Facts(facts) => facts.iter().filter(|fact| fact.present).count(),
            Found::Candidates { candidates, .. } => candidates.len(),
            Found::Records(records) => records.iter().flatten().count(),
            Found::Near(near) => near.iter().flatten().count(),
            Found::Relevance(relevance) => relevance.len(),
            Found::Times(times) => times.quotes,
            Found::Names(names) => names.len(),
        };
        Step::Request { request, wanted, found }
    }
}
