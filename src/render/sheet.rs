//! What the desk answers, in words: a sheet of headings, sentences and quotes that every front end lays out in its own way.

use crate::answer::Record;
use crate::desk::{Chosen, Period, Position, Positions, Unknown};

use super::{day, quotes};

/// A title, sentences below it, and sections with quotes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// What it is about.
    pub title: String,
    /// Sentences below the title.
    pub about: Vec<String>,
    /// The sections, in order.
    pub sections: Vec<Section>,
}

/// Quotes under a heading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// Sentences below it.
    pub about: Vec<String>,
    /// The quotes, each behind the words that say why it is shown.
    pub quotes: Vec<(String, Record)>,
}

impl Sheet {
    /// Returns whether any quote stands on it.
    #[must_use]
    pub fn has_quotes(&self) -> bool {
        self.sections.iter().any(|section| !section.quotes.is_empty())
    }
}

/// Returns where the parties stand: for each what was chosen and, if `by_round`, the first and the newest of each period.
#[must_use]
pub fn positions(positions: &Positions, by_round: bool) -> Sheet {
    let Positions { matter, round, periods, parties, silent } = positions;
    let at = round.as_ref().map(|round| format!(", at and after {round}")).unwrap_or_default();
    let mut sections = Vec::new();
    for position in parties {
        sections.push(of_party(position));
        if by_round && (periods.len() > 1 || round.is_none()) {
            sections.extend(position.rounds.iter().map(|said| {
                let called = periods.get(said.period).map(|at| period(at, periods)).unwrap_or_default();
                let mut shown = vec![("First".to_owned(), said.first.clone())];
                shown.extend(said.newest.clone().map(|newest| ("Newest".to_owned(), newest)));
                Section {
                    heading: format!("{}, {called}", position.party),
                    about: vec![on_it(said.quotes)],
                    quotes: shown,
                }
            }));
        }
    }
    let mut about = Vec::new();
    if !parties.is_empty() {
        about.push("In their own words, nothing is summarised.".to_owned());
    }
    if !silent.is_empty() {
        about.push(format!("Nothing on record: {}.", silent.join(", ")));
    }
    Sheet { title: format!("Where the parties stand on {matter}{at}"), about, sections }
}

/// Returns what a period is called: "from the harbour talks on (2 December 2025)".
#[must_use]
pub fn period(period: &Period, all: &[Period]) -> String {
    match (&period.round, period.from) {
        (Some(round), Some(from)) => format!("from {round} on ({})", day(from)),
        (Some(round), None) => format!("from {round} on"),
        (None, _) => match all.iter().find_map(|other| other.round.as_ref()) {
            Some(first) => format!("before {first}"),
            None => "on all days".to_owned(),
        },
    }
}

fn of_party(position: &Position) -> Section {
    let label = |chosen: &Chosen| {
        match (chosen.telling, chosen.newest) {
            (true, true) => "Most telling and newest",
            (true, false) => "Most telling",
            _ => "Newest",
        }
        .to_owned()
    };
    Section {
        heading: position.party.clone(),
        about: vec![on_it(position.quotes)],
        quotes: position.chosen.iter().map(|chosen| (label(chosen), chosen.record.clone())).collect(),
    }
}

/// How many quotes there are on something.
fn on_it(count: usize) -> String {
    format!("{} on it.", quotes(u64::try_from(count).unwrap_or(u64::MAX)))
}

/// Returns the sentence that says that a name is not known here, and which are.
#[must_use]
pub fn unknown(unknown: &Unknown) -> String {
    let Unknown { what, typed, choices } = unknown;
    if choices.is_empty() {
        return format!("This corpus lists no {what}: there is nothing called “{typed}”.");
    }
    format!("No one {what} is called “{typed}”. Choose one of: {}.", choices.join("; "))
}
