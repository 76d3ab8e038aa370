//! What is done where a question as it stands finds too little: each step under its name, in the order in which they are tried.
//!
//! A fallback looks at what was found [`SoFar`] and gives the search to make, or nothing where it is not called for. It asks nothing
//! itself. To add one, write its function beside the others and give it its place in [`FALLBACKS`].

mod days;
mod group;
mod help;
mod limits;
mod phrase;
mod synonyms;
mod unnamed;

use super::plan::{Facts, Plan};
use crate::answer::{Candidate, Ranked, Record};
use crate::question::Limit;

/// What is known when a fallback is asked.
#[derive(Debug)]
pub(super) struct SoFar {
    pub(super) facts: Facts,
    /// The last search that the answer goes by.
    pub(super) plan: Plan,
    /// What the last search found.
    pub(super) candidates: Vec<Candidate>,
    /// What answers so far, best first.
    pub(super) hits: Vec<Ranked>,
    /// How many of the hits the plan itself found: the first ones. Those behind were added.
    pub(super) own: usize,
    /// What no search for more words than the plan's falls below, by the score of the store.
    pub(super) floor: f32,
}

/// A step that is taken where too little was found.
pub(super) struct Fallback {
    /// What it is called when a question is explained.
    pub(super) name: &'static str,
    /// What it asks for, and what is done with what is found.
    pub(super) turn: Turn,
}

/// What a fallback asks for, and what is done with what is found. The functions return `None` where the fallback is not called for.
pub(super) enum Turn {
    /// The answer goes by this search from now on, whatever it finds.
    Replace(fn(&SoFar) -> Option<Plan>),
    /// The answer goes by this search from now on if it finds anything.
    ReplaceIfFound(fn(&SoFar) -> Option<Plan>),
    /// Quotes of this search are added to the hits.
    Add {
        plan: fn(&SoFar) -> Option<Plan>,
        /// Whether a quote that was found is added.
        admits: fn(&SoFar, &Record) -> bool,
        /// How many hits there are afterwards at most.
        most: usize,
    },
    /// What this search finds is counted: it has one limit less than the plan, or none of them.
    Count { plan: fn(&SoFar) -> Option<Plan>, limit: Option<Limit> },
    /// Where there are no hits: speakers on record with a name like this one are named.
    Called(fn(&SoFar) -> Option<String>),
    /// Where there are no hits: something of the quotes of this search is named.
    Name {
        plan: fn(&SoFar) -> Option<Plan>,
        /// What of a quote is named; `None` for nothing.
        name: fn(&SoFar, Record) -> Option<String>,
        list: List,
    },
}

/// Which list of [`Nothing`](crate::answer::Nothing) a fallback fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    SpokeAboutIt,
    Topics,
    Undated,
}

impl Turn {
    /// Whether it only says what there is instead of an answer. Steps of this kind do not wait for one another.
    pub(super) const fn is_help(&self) -> bool {
        matches!(self, Self::Called(_) | Self::Name { .. } | Self::Count { .. })
    }
}

/// A speaker with fewer quotes that answer gets others beside them: reports of the days after, quotes that nobody is named for.
const FEW: usize = 10;

/// Where the best quotes and what is around them hold less than this share of the topic, it was found in part only.
const WHOLE: f32 = 0.65;

/// All fallbacks.
///
/// Searches for something else come first, each looser than the one before. What is added stands behind all hits, so it
/// comes after them. Help comes last, where all of them found nothing.
pub(super) static FALLBACKS: &[Fallback] = &[
    Fallback { name: "synonyms", turn: Turn::Replace(synonyms::synonyms) },
    Fallback { name: "phrase as topic", turn: Turn::Replace(phrase::as_topic) },
    Fallback { name: "group as word", turn: Turn::Replace(group::as_word) },
    Fallback { name: "month as setting", turn: Turn::ReplaceIfFound(days::month_as_setting) },
    Fallback { name: "other days", turn: Turn::ReplaceIfFound(days::other_days) },
    Fallback {
        name: "reported later",
        turn: Turn::Add { plan: days::reported_later, admits: days::names_the_day, most: usize::MAX },
    },
    Fallback {
        name: "unnamed speakers",
        turn: Turn::Add { plan: unnamed::unnamed, admits: unnamed::may_be_asked_about, most: FEW },
    },
    Fallback { name: "any day", turn: Turn::Count { plan: limits::any_day, limit: Some(Limit::Days) } },
    Fallback {
        name: "any outlet",
        turn: Turn::Count { plan: limits::any_outlet, limit: Some(Limit::Outlets) },
    },
    Fallback { name: "any tag", turn: Turn::Count { plan: limits::any_tag, limit: Some(Limit::Tags) } },
    Fallback {
        name: "any words",
        turn: Turn::Count { plan: limits::any_words, limit: Some(Limit::Excluded) },
    },
    Fallback { name: "whole corpus", turn: Turn::Count { plan: limits::any_part, limit: Some(Limit::Part) } },
    Fallback { name: "no limits", turn: Turn::Count { plan: limits::no_limits, limit: None } },
    Fallback { name: "called alike", turn: Turn::Called(help::called_alike) },
    Fallback {
        name: "who else spoke",
        turn: Turn::Name { plan: help::who_else_spoke, name: help::speaker, list: List::SpokeAboutIt },
    },
    Fallback {
        name: "topics of the speaker",
        turn: Turn::Name { plan: help::anything_said, name: help::title, list: List::Topics },
    },
    Fallback {
        name: "undated articles",
        turn: Turn::Name { plan: help::on_any_day, name: help::undated, list: List::Undated },
    },
];
