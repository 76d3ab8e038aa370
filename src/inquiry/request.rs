//! What an inquiry asks of a store, and what it is told.

use super::plan::{Fact, Plan};
use crate::answer::{Candidate, Near, QuoteId, Record, Step, Times};
use crate::question::Question;

/// Something an inquiry wants to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// What is known of each of these stems.
    Facts(Vec<String>),
    /// What a search finds.
    Find(Plan),
    /// The quotes with these ids.
    Records(Vec<QuoteId>),
    /// How near in meaning quotes come to a text, the likeliest answers first.
    Near {
        /// What is asked.
        text: String,
        /// The quotes.
        candidates: Vec<Candidate>,
    },
    /// How often all of the words were said within the limits of the question.
    Count {
        /// Its limits count; what it is about does not.
        question: Question,
        /// Folded words.
        words: Vec<String>,
    },
    /// The speakers with a name like this one, the likeliest first.
    Called {
        /// The name.
        name: String,
        /// How many are wanted at most.
        limit: usize,
    },
}

/// What a store says to the [`Request`] of the same name.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// One fact a stem, in the order of the stems.
    Facts(Vec<Fact>),
    /// What may answer, in no order of merit.
    Candidates {
        /// At most as many as were wanted, and at most [`POOL`](super::POOL).
        candidates: Vec<Candidate>,
        /// A score of the store's own that a search for the same and more words will not fall below; 0 where none is known.
        floor: f32,
    },
    /// One a quote, in the order of the ids; `None` where no quote has that id.
    Records(Vec<Option<Record>>),
    /// One a quote, in the order of the candidates; `None` where it is not known.
    Near(Vec<Option<Near>>),
    /// The counts.
    Times(Times),
    /// Canonical names.
    Names(Vec<String>),
}

impl Request {
    /// What is told of a request and what it found when a question is explained.
    pub(super) fn step(&self, found: &Found) -> Step {
        let (request, wanted) = match self {
            Self::Facts(stems) => ("facts", stems.len()),
            Self::Find(plan) => ("find", plan.limit),
            Self::Records(ids) => ("records", ids.len()),
            Self::Near { candidates, .. } => ("meaning", candidates.len()),
            Self::Count { .. } => ("count", 1),
            Self::Called { limit, .. } => ("called", *limit),
        };
        let found = match found {
            Found::Facts(facts) => facts.iter().filter(|fact| fact.present).count(),
            Found::Candidates { candidates, .. } => candidates.len(),
            Found::Records(records) => records.iter().flatten().count(),
            Found::Near(near) => near.iter().flatten().count(),
            Found::Times(times) => times.quotes,
            Found::Names(names) => names.len(),
        };
        Step::Request { request, wanted, found }
    }
}
