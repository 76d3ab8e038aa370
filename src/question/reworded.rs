//! How does a question read in a self-contained wording?

use std::ops::Range;

use super::topic::{is_topic, known_form};
use super::word::Word;
use super::{Known, Question};
use crate::fold;
use crate::lang::Language;

/// Returns a question with names and words corrected; `None` if nothing changes.
pub(super) fn reworded(
    words: &[Word],
    people: &[(Range<usize>, String)],
    known: &Known,
    language: &Language,
) -> Option<String> {
    let (mut out, mut changed) = (Vec::new(), false);
    for (at, word) in words.iter().enumerate() {
        let named = people.iter().find(|(place, _)| place.contains(&at));
        match named {
            Some((place, name)) if place.start == at => {
                let own = fold::words(name);
                changed |= words[place.clone()].iter().any(|word| !own.contains(&word.folded));
                out.push(name.clone());
            }
            Some(_) => {}
            None if is_topic(&word.folded, language) => {
                let form = known_form(&word.folded, known);
                changed |= form != word.folded;
                out.push(form);
            }
            None => out.push(word.folded.clone()),
        }
    }
    changed.then(|| out.join(" "))
}

/// Returns the self-contained wording of a question that refers to another one.
pub(super) fn in_full(question: &Question) -> String {
    let sides = question.parties.iter().map(|party| party.called.as_str());
    let people = question.speakers.iter().map(String::as_str);
    let who: Vec<&str> = if question.parties.is_empty() { people.collect() } else { sides.collect() };
    let about = question.phrase.clone().unwrap_or_else(|| question.terms.join(" "));
    [who.join(" and "), about].join(" ").trim().to_owned()
}
