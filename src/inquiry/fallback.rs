//! What to do when a question as it is finds too little: named steps, in the order in which they are tried.
//!
//! A fallback examines what was found [`SoFar`] and returns the search to make, or nothing if it does not
//! apply. It looks up nothing itself. To add a fallback, write its function next to the others and add it to
//! [`FALLBACKS`].

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

/// The input of a fallback.
#[derive(Debug)]
pub(super) struct SoFar {
    pub(super) facts: Facts,
    /// The last search that the hits come from.
    pub(super) plan: Plan,
    /// What the last search found.
    pub(super) candidates: Vec<Candidate>,
    /// The current hits, best first.
    pub(super) hits: Vec<Ranked>,
    /// How many of the hits were found by the plan itself; these come first, and the rest were added.
    pub(super) own: usize,
    /// A lower bound, in the store's own score, for any search with more words than the plan's.
    pub(super) floor: f32,
}

/// A step to take when too little was found.
pub(super) struct Fallback {
    /// The name shown when an answer is explained.
    pub(super) name: &'static str,
    /// What it searches for, and what happens with the results.
    pub(super) turn: Turn,
}

/// What a fallback searches for, and what happens with the results. The functions return `None` if the
/// fallback does not apply.
pub(super) enum Turn {
    /// This search replaces the current one, whatever it finds.
    Replace(fn(&SoFar) -> Option<Plan>),
    /// This search replaces the current one if it finds anything.
    ReplaceIfFound(fn(&SoFar) -> Option<Plan>),
    /// The quotes of this search are appended to the hits.
    Add {
        plan: fn(&SoFar) -> Option<Plan>,
        /// Whether a quote that was found is appended.
        admits: fn(&SoFar, &Record) -> bool,
        /// Maximum number of hits afterwards.
        most: usize,
    },
    /// The results of this search, which drops one or all of the plan's limits, are counted.
    Count { plan: fn(&SoFar) -> Option<Plan>, limit: Option<Limit> },
    /// If there are no hits, lists speakers on record with a similar name.
    Called(fn(&SoFar) -> Option<String>),
    /// If there are no hits, lists a property of the quotes that this search finds.
    Name {
        plan: fn(&SoFar) -> Option<Plan>,
        /// Returns the property; `None` to list nothing for this quote.
        name: fn(&SoFar, Record) -> Option<String>,
        list: List,
    },
}

/// The list of [`Nothing`](crate::answer::Nothing) that a fallback fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    SpokeAboutIt,
    Topics,
    Undated,
}

impl Turn {
    /// Returns whether the fallback only says what is on record instead of an answer. Such steps can run in
    /// parallel.
    pub(super) const fn is_help(&self) -> bool {
        matches!(self, Self::Called(_) | Self::Name { .. } | Self::Count { .. })
    }
}

/// If a speaker has fewer matching quotes than this, others are added: reports from the following days, and
/// quotes with an unnamed speaker.
const FEW: usize = 10;

/// If the best quotes and their surroundings contain less than this share of the topic, it counts as only
/// partly found.
const WHOLE: f32 = 0.65;

/// All fallbacks.
///
/// Replacing searches come first, each less strict than the one before. Appended quotes follow all hits, so
/// these steps come next. Hints come last, for when all other steps have found nothing.
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
