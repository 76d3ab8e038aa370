//! What is looked for in one search, and what is known of the words it is made of.

use std::collections::HashMap;

use crate::answer::{Phrase, QuoteId};
use crate::fold;
use crate::question::{Days, Question};

pub use crate::answer::POOL;

/// What a store knows of a stem.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fact {
    /// Whether a word with this stem stands in or around any quote.
    pub present: bool,
    /// How rare it is: more for rarer ones, above 0.
    pub rarity: f32,
}

/// One search: what a quote must be and may hold to be found.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What is looked for: what was asked, or what a fallback has made of it.
    pub question: Question,
    /// How rare each term of the question is, in the order of the terms.
    pub weights: Vec<f32>,
    /// The phrase of the question, where it has one, with the rarity of its words.
    pub phrase: Option<Phrase>,
    /// The stems that can stand for each term, in the order of the terms. It may be shorter than they are; empty where no others are
    /// looked for.
    pub alike: Vec<Vec<String>>,
    /// Set where quotes are looked for whose speaker nobody names; else only those of the speakers asked about are found.
    pub unnamed: Option<Unnamed>,
    /// The days that were asked for and that this plan no longer asks for.
    pub let_go: Option<Days>,
    /// Where quotes are wanted too that hold none of the words: what is asked, in words. Those that come nearest in meaning, and with limits the newest
    /// that keep to them.
    pub wide: Option<String>,
    /// How many candidates are wanted at most, up to [`POOL`].
    pub limit: usize,
    /// A store may leave out what it scores no higher than this; with 0 it leaves out nothing.
    pub above: f32,
}

impl Plan {
    /// Returns the search for exactly `question`, whose terms weigh as much as `weights` says, in their order.
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

/// Which of the quotes that nobody is named for are looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Unnamed {
    /// Those in the articles of these quotes; where there are none, those of any article.
    pub beside: Vec<QuoteId>,
    /// The share of the topic that a quote of any article and what is around it hold at least, by weight.
    pub share: f32,
}

impl Plan {
    /// Returns whether it cannot find anything: nothing at all is asked, or somebody whom nobody on record is called like.
    #[must_use]
    pub fn is_vain(&self) -> bool {
        self.question.stranger.is_some() || self.question.is_empty()
    }
}

/// What is known of the stems of a question.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts(HashMap<String, Fact>);

/// The weight of a word that nothing is known of.
const UNKNOWN: f32 = 1.0;

impl Facts {
    pub(super) fn new(stems: Vec<String>, facts: Vec<Fact>) -> Self {
        Self(stems.into_iter().zip(facts).collect())
    }

    fn rarity(&self, stem: &str) -> f32 {
        self.0.get(stem).map_or(UNKNOWN, |fact| fact.rarity)
    }

    /// The search for a question as it stands.
    pub(super) fn plan(&self, question: Question) -> Plan {
        let weights = question.terms.iter().map(|term| self.rarity(&fold::stem(term))).collect();
        let phrase = question.phrase.as_deref().map(|text| Phrase::new(text, &|stem| self.rarity(stem)));
        Plan { phrase, ..Plan::new(question, weights) }
    }

    /// The same search for another question: it goes on looking for what can stand for the terms.
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
    fn nothing_and_strangers_are_looked_for_in_vain() {
        let facts = Facts::default();
        assert!(facts.plan(Question::default()).is_vain());
        let about = Question { terms: vec!["ferry".to_owned()], ..Question::default() };
        assert!(!facts.plan(about.clone()).is_vain());
        assert!(facts.plan(Question { stranger: Some("Lea Nobody".to_owned()), ..about }).is_vain());
    }
}
