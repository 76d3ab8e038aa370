//! Who is somebody, according to the people list and the record?

use std::collections::HashMap;

use jiff::civil::Date;

use super::{Subject, is_same_remark};
use crate::agenda::Agenda;
use crate::answer::Record;
use crate::people::{People, Role};
use crate::quote::Kind;

/// Maximum number of matters and of outlets listed.
const MOST: usize = 5;

/// Somebody on record, or only on the people list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Card {
    /// The canonical name.
    pub name: String,
    /// Their offices, the latest first; empty if the people list has none.
    pub offices: Vec<Role>,
    /// The party they speak for.
    pub party: Option<String>,
    /// The number of different quotes on record.
    pub quotes: u64,
    /// How many of these quotes, the newest, the counts below cover.
    pub counted: usize,
    /// The first quote, by the day it was said.
    pub first: Option<Record>,
    /// The newest quotes, newest first, each a different remark.
    pub newest: Vec<Record>,
    /// The matters they spoke on, with the number of quotes on each, most first.
    pub matters: Vec<(String, usize)>,
    /// The outlets that quote them, with the number of quotes in each, most first.
    pub outlets: Vec<(String, usize)>,
}

/// Returns the card of somebody with `quotes` different quotes on record, of which `known` are examined, each
/// once.
#[must_use]
pub fn card(name: &str, quotes: u64, known: &[Record], people: &People, agenda: &Agenda) -> Card {
    let person = people.persons().iter().find(|person| person.name == name);
    let mut offices = person.map(|person| person.roles.clone()).unwrap_or_default();
    offices.sort_by_key(|role| std::cmp::Reverse((role.to.unwrap_or(Date::MAX), role.from)));
    let mut by_day: Vec<&Record> = known.iter().filter(|record| record.day().is_some()).collect();
    by_day.sort_by_key(|record| record.day());
    let subjects: Vec<Subject> = agenda.matters.iter().map(Subject::new).collect();
    let matters = subjects.iter().map(|subject| {
        let on_it = known.iter().filter(|record| subject.is_in(&record.words())).count();
        (subject.matter.name.clone(), on_it)
    });
    let mut outlets: HashMap<String, usize> = HashMap::new();
    for outlet in known.iter().filter_map(|record| record.citation.outlet.as_ref()) {
        *outlets.entry(outlet.clone()).or_default() += 1;
    }
    Card {
        name: name.to_owned(),
        offices,
        party: person.and_then(|person| person.side.clone()),
        quotes,
        counted: known.len(),
        first: by_day.first().map(|record| (*record).clone()),
        newest: newest(&by_day),
        matters: most(matters.collect()),
        outlets: most(outlets.into_iter().collect()),
    }
}

/// Maximum number of newest quotes shown.
const NEWEST: usize = 3;

fn newest(by_day: &[&Record]) -> Vec<Record> {
    let mut out: Vec<Record> = Vec::new();
    let own = |record: &&&Record| record.quote.kind != Kind::Indirect;
    let has_own = by_day.iter().any(|record| own(&record));
    for record in by_day.iter().rev().filter(|record| !has_own || own(record)) {
        if out.len() < NEWEST && !out.iter().any(|known| is_same_remark(known, record)) {
            out.push((*record).clone());
        }
    }
    out
}

fn most(mut counts: Vec<(String, usize)>) -> Vec<(String, usize)> {
    counts.retain(|(_, count)| *count > 0);
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(MOST);
    counts
}
