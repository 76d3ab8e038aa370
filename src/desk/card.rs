//! Who is somebody, according to the people list and the record?

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::{Subjects, is_same_remark};
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
    /// The people of the list whom they name in their quotes, with the number of quotes, most first.
    pub named: Vec<(String, usize)>,
    /// The outlets that quote them, with the number of quotes in each, most first.
    pub outlets: Vec<(String, usize)>,
}

/// Returns the card of somebody with `quotes` different quotes on record, of which the newest, `known`, are
/// examined, each once. Those printed `earliest` are searched for the first quote.
#[must_use]
pub fn card(
    name: &str,
    quotes: u64,
    (known, earliest): (&[Record], &[Record]),
    people: &People,
    agenda: &Agenda,
) -> Card {
    let person = people.persons().iter().find(|person| person.name == name);
    let mut offices = person.map(|person| person.roles.clone()).unwrap_or_default();
    offices.sort_by_key(|role| std::cmp::Reverse((role.to.unwrap_or(Date::MAX), role.from)));
    let mut by_day: Vec<&Record> = known.iter().filter(|record| record.day().is_some()).collect();
    by_day.sort_by_key(|record| record.day());
    let first = by_day.iter().copied().chain(earliest).filter(|record| record.day().is_some());
    let first = first.min_by_key(|record| record.day());
    let mut subjects = Subjects::new(agenda);
    let said: Vec<Vec<usize>> = known.iter().map(|record| subjects.held(&record.words())).collect();
    let matters = agenda
        .matters
        .iter()
        .enumerate()
        .map(|(at, matter)| (matter.name.clone(), said.iter().filter(|held| held[at] > 0).count()));
    let outlets = counted(known.iter().filter_map(|record| record.citation.outlet.clone()));
    let mut others = counted(known.iter().flat_map(|record| named(&record.words(), people)));
    others.retain(|(other, _)| other != name);
    Card {
        name: name.to_owned(),
        offices,
        party: person.and_then(|person| person.side.clone()),
        quotes,
        counted: known.len(),
        first: first.cloned(),
        newest: newest(&by_day),
        matters: most(matters.collect()),
        named: most(others),
        outlets: most(outlets),
    }
}

/// Returns how often each text occurs.
fn counted(texts: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    counts.into_iter().collect()
}

/// Maximum number of words of a name.
const NAME: usize = 3;

/// Returns the people of the list whom a text names by a name or an alias that only they have, each once.
fn named(text: &str, people: &People) -> BTreeSet<String> {
    let words: Vec<&str> = text.split_whitespace().map(bare).collect();
    let is_name = |words: &[&str]| words.iter().all(|word| word.starts_with(char::is_uppercase));
    let names = (1..=NAME).flat_map(|count| words.windows(count)).filter(|words| is_name(words));
    names.filter_map(|words| people.only(&words.join(" "))).map(|person| person.name.clone()).collect()
}

/// Returns a word without punctuation around it and without a possessive ending.
fn bare(word: &str) -> &str {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_names_people_by_any_name_of_their_own() {
        let list = "[[person]]\nname = \"Pia Lund\"\naliases = [\"Madam Mayor\"]\n[[person]]\nname = \"Will Okafor\"\n[[person]]\nname = \"Ada Nowak\"\n[[person]]\nname = \"Ben Nowak\"";
        let people = People::parse(list).expect("a list");
        let of = |text| named(text, &people).into_iter().collect::<Vec<_>>();
        assert_eq!(of("I told Okafor, and Pia Lund’s deputy; Lund knows."), ["Pia Lund", "Will Okafor"]);
        assert_eq!(of("Madam Mayor, we will."), ["Pia Lund"]);
        assert_eq!(of("Nowak said so, Ben Nowak."), ["Ben Nowak"]);
        assert_eq!(of("the lund is a kind of grove"), [""; 0]);
    }
}
