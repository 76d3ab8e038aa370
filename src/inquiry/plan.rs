//! What one search looks for, and what is known about its words.

use std::collections::HashMap;

use super::Sought;
use crate::answer::{Phrase, QuoteId};
use crate::fold;
use crate::question::{Days, Question};

pub use crate::answer::POOL;

/// What a store knows about a stem.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fact {
    /// Whether a word with this stem occurs in or around any quote.
    pub present: bool,
    /// Its rarity: above 0 and higher for rarer ones.
    pub rarity: f32,
}

/// One search: what a quote must satisfy, and what it may contain, to be found.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The question: as asked, or as changed by a fallback.
    pub question: Question,
    /// The rarity of each term of the question, in the order of the terms.
    pub weights: Vec<f32>,
    /// The question's phrase, if it has one, with the rarity of its words.
    pub phrase: Option<Phrase>,
    /// For each term in order, the stems that can stand for it. May be shorter than the list of terms, and is
    /// empty if no such stems are searched for.
    pub alike: Vec<Vec<String>>,
    /// Set to search for quotes with an unnamed speaker; otherwise only quotes by the speakers asked about
    /// are found.
    pub unnamed: Option<Unnamed>,
    /// The days in the original question that this plan no longer requires.
    pub let_go: Option<Days>,
    /// Set to also find quotes that contain none of the words: those nearest to it in meaning and, if the
    /// question has limits, the newest within the limits.
    pub wide: Option<Sought>,
    /// Maximum number of candidates, up to [`POOL`].
    pub limit: usize,
    /// A store may leave out candidates that it scores no higher than this; with 0 it leaves out none.
    pub above: f32,
}

impl Plan {
    /// Returns the search for exactly `question`; `weights` are the weights of its terms, in order.
    #[must_use]
    pub const fn new(question: Question, weights: Vec<f32>) -> Self {
        Self {
            question,
            weights,
            phrase: None,
            alike: Vec::new(),
            unnamed: None,
            let_go: None,
            wide: None,
            limit: POOL,
            above: 0.0,
        }
    }
}

/// Which quotes with an unnamed speaker to search for.
#[derive(Clone, Debug, PartialEq)]
pub struct Unnamed {
    /// Only those in the articles of these quotes; if empty, those in any article.
    pub beside: Vec<QuoteId>,
    /// The minimum share of the topic, by weight, that such a quote and its surroundings must contain.
    pub share: f32,
}

impl Plan {
    /// Returns whether the search cannot find anything: the question is empty, or asks about somebody whose
    /// name is not on record.
    #[must_use]
    pub fn is_vain(&self) -> bool {
        self.question.stranger.is_some() || self.question.is_empty()
    }
}

/// What is known about the stems of a question.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts(HashMap<String, Fact>);

/// The weight of a word about which nothing is known.
const UNKNOWN: f32 = 1.0;

impl Facts {
    pub(super) fn new(stems: Vec<String>, facts: Vec<Fact>) -> Self {
        Self(stems.into_iter().zip(facts).collect())
    }

    fn rarity(&self, stem: &str) -> f32 {
        self.0.get(stem).map_or(UNKNOWN, |fact| fact.rarity)
    }

    /// Returns the search for a question as it is.
    pub(super) fn plan(&self, question: Question) -> Plan {
        let weights = question.terms.iter().map(|term| self.rarity(&fold::stem(term))).collect();
        let phrase = question.phrase.as_deref().map(|text| Phrase::new(text, &|stem| self.rarity(stem)));
        Plan { phrase, ..Plan::new(question, weights) }
    }

    /// Returns the same search for another question, still including the words that can stand for its terms.
    pub(super) fn changed(&self, plan: &Plan, question: Question) -> Plan {
        Plan { alike: plan.alike.clone(), let_go: plan.let_go, ..self.plan(question) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_weighs_every_word_of_its_question() {
        let fact = |rarity| Fact { present: true, rarity };
        let facts = Facts::new(vec!["ferri".to_owned(), "fare".to_owned()], vec![fact(2.0), fact(3.0)]);
        let question = Question {
            terms: vec!["ferries".to_owned(), "fare".to_owned(), "unheard".to_owned()],
            ..Question::default()
        };
        let plan = facts.plan(question);
        assert_eq!(plan.weights, [2.0, 3.0, UNKNOWN]);
        assert_eq!((plan.phrase, plan.limit, plan.above.to_bits()), (None, POOL, 0));
    }

    #[test]
    fn empty_questions_and_unknown_names_find_nothing() {
        let facts = Facts::default();
        assert!(facts.plan(Question::default()).is_vain());
        let about = Question { terms: vec!["ferry".to_owned()], ..Question::default() };
        assert!(!facts.plan(about.clone()).is_vain());
        assert!(facts.plan(Question { stranger: Some("Lea Nobody".to_owned()), ..about }).is_vain());
    }
}
