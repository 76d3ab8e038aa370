//! Here is the label of a turn in a transcript: whose words are these?
//!
//! A name belongs to somebody in the article. An office belongs to the person whom the title, the opening
//! list or the text names for it; a letter to the only person interviewed. The interviewer has no name.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::cast::Cast;
use super::page::Page;
use super::passage::By;
use crate::fold;
use crate::lang::Traits;
use crate::span::Span;

/// The people that the labels of an article stand for.
#[derive(Default)]
pub(crate) struct Labels {
    /// The person interviewed.
    asked: Option<String>,
    /// The people named in the headline. They are read separately, because in a headline a capital letter
    /// does not make a mention.
    headline: Vec<Named>,
    /// A cache of the people that offices and initials stand for.
    known: RefCell<FxHashMap<String, Option<String>>>,
}

/// Somebody named in a headline.
struct Named {
    /// The words of the office before the name.
    office: Vec<String>,
    name: String,
}

impl Labels {
    /// Finds the person interviewed, if the article is an interview.
    pub(crate) fn new(cast: &Cast) -> Self {
        let page = cast.reading.page;
        let first = page
            .passages
            .iter()
            .position(|known| matches!(known, Some(known) if matches!(known.by, By::Label(_))));
        let Some(first) = first else { return Self::default() };
        let top = Span::new(0, page.quotations[first].outer.start);
        let headline = page.headline.map(|line| named_in(page, line)).unwrap_or_default();
        let only = |line| match headline.as_slice() {
            [one] if one.name.contains(' ') => Some(one.name.clone()),
            _ => cast.only_person_in(line),
        };
        let asked = page.headline.and_then(only).or_else(|| cast.only_person_in(top));
        Self { asked, headline, known: RefCell::default() }
    }

    /// Returns the person whose office or initials a label is.
    fn holder(&self, cast: &Cast, name: &str, words: &[String]) -> Option<String> {
        if let Some(known) = self.known.borrow().get(name) {
            return known.clone();
        }
        let language = cast.reading.page.language;
        let office = words.iter().all(|word| language.is_head(word) || language.is_function_word(word));
        let initials = name.len() <= INITIALS && name.chars().all(char::is_uppercase);
        let heads: Vec<&String> = words.iter().filter(|word| language.is_head(word)).collect();
        let in_headline = || {
            let mut holders =
                self.headline.iter().filter(|named| heads.iter().all(|head| named.office.contains(head)));
            let one = holders.next().filter(|_| !heads.is_empty())?;
            holders.next().is_none().then(|| one.name.clone())
        };
        let found = match (office, initials) {
            (true, _) => in_headline().or_else(|| cast.only_holder_of(words)),
            (false, true) => cast.only_person_of_initials(name),
            (false, false) => None,
        };
        self.known.borrow_mut().insert(name.to_owned(), found.clone());
        found
    }

    /// Returns the full name for a surname, if only the headline has it in full.
    fn full(&self, name: String, page: &Page) -> String {
        if name.contains(' ') {
            return name;
        }
        let folded = fold::words_in(&name, page.language);
        let mut namesakes = self.headline.iter().filter(|named| {
            named.name.contains(' ') && fold::words_in(&named.name, page.language).ends_with(&folded)
        });
        match (namesakes.next(), namesakes.next()) {
            (Some(one), None) => one.name.clone(),
            _ => name,
        }
    }

    /// Returns the speaker of a label; `mention` is the name in it, if it has one.
    pub(crate) fn speaker(&self, cast: &Cast, label: Span, mention: Option<usize>) -> Option<String> {
        let page = cast.reading.page;
        let name = label.text(page.text);
        let words = fold::words_in(name, page.language);
        if words.iter().any(|word| page.language.is_asking_label(word)) {
            return None;
        }
        if words.len() == 1 && words.iter().all(|word| page.language.is_answering_label(word)) {
            return self.asked.clone();
        }
        let numbered = words.last().is_some_and(|word| word.chars().all(|c| c.is_ascii_digit()));
        if numbered || name.starts_with('>') {
            return None;
        }
        if let Some(holder) = self.holder(cast, name, &words) {
            return Some(holder);
        }
        let office = |word: &String| page.language.is_head(word) || page.language.is_function_word(word);
        if words.iter().all(office) && !mention.is_some_and(|m| cast.is_person(m)) {
            return None;
        }
        let address = |word: &str| page.language.is_title(word) && !page.language.is_office(word);
        let voice = |word: &String| {
            page.language.is_voice(word) || page.language.is_function_word(word) || address(word)
        };
        if words.iter().all(voice) {
            return None;
        }
        // "Look: nobody can tell." does not begin a turn by somebody called Look.
        let plain = |m: &usize| {
            let start = cast.reading.mentions[*m].start;
            words.len() == 1 && !cast.is_person(*m) && (page.is_plain(start) || page.is_closed(start))
        };
        let mention = mention.filter(|m| !plain(m));
        let found =
            mention.and_then(|m| cast.resolve(m, SURE)).map(|name| self.full(as_written(&name), page));
        found
            .or_else(|| self.headline.iter().find(|named| named.name == name).map(|named| named.name.clone()))
    }
}

/// Returns the people named in a headline: runs of capitalised words between small words, "Remarks by |
/// President Petra Lund | at the harbour".
fn named_in(page: &Page, line: Span) -> Vec<Named> {
    let tokens = page.tokens.iter().take_while(|token| token.span.start < line.end).count();
    let language = page.language;
    let breaks = |at: usize| {
        !page.is_capitalised(at)
            || page.is_quoted(at)
            || language.is_function_word(page.word(at))
            || page.is(at, Traits::PREPOSITION)
    };
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens {
        let end = (at..tokens).find(|&at| breaks(at)).unwrap_or(tokens);
        let from = (at..end).rev().find(|&at| page.is(at, Traits::TITLE)).map_or(at, |at| at + 1);
        let last = (from..end).find(|&at| page.is_possessive(at)).map_or(end, |at| at + 1);
        let thing = (from..last).any(|at| page.is(at, Traits::BODY.or(Traits::TEXT).or(Traits::CALENDAR)));
        let count = last - from;
        if !thing && (count > 1 || count == 1 && from > at) && count <= NAME {
            let office = (at..from).map(|at| page.word(at).to_owned()).collect();
            let name = language.without_possessive(page.span(from, last).text(page.text)).to_owned();
            out.push(Named { office, name });
        }
        at = end + 1;
    }
    out
}

/// Maximum number of words of a name in a headline.
const NAME: usize = 4;

/// Returns a name that only labels have, all in capitals, in its usual spelling: "Pia O'Lund" for PIA O'LUND.
fn as_written(name: &str) -> String {
    let letters = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count();
    if name.chars().any(char::is_lowercase) || name.split(' ').all(|word| letters(word) < 3) {
        return name.to_owned();
    }
    let written = |word: &str| -> String {
        if word.contains('.') || letters(word) < 2 {
            return word.to_owned();
        }
        let mut begins = true;
        word.chars()
            .flat_map(|c| {
                let begun = std::mem::replace(&mut begins, !c.is_alphanumeric());
                if begun { vec![c] } else { c.to_lowercase().collect() }
            })
            .collect()
    };
    name.split(' ').map(written).collect::<Vec<_>>().join(" ")
}

/// The maximum length of initials, in bytes.
const INITIALS: usize = 4;

/// How certain it is that the person named in a label speaks.
const SURE: f32 = 0.95;

#[cfg(test)]
mod tests {
    use super::super::{extract, sample};
    use super::*;
    use crate::people::People;

    /// Checks the speakers of the turns of an article with a headline; `-` for none.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let quotes = extract(&sample::headed(text), &People::default());
        let turns = quotes.iter().filter(|quote| {
            quote.attribution.as_ref().is_some_and(|found| found.sieve == crate::quote::Sieve::Turn)
        });
        let found: Vec<&str> = turns.map(|quote| quote.speaker().unwrap_or("-")).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn an_office_belongs_to_the_person_in_the_title() {
        check(
            "Remarks by President Petra Lund at the harbour\n\nTHE PRESIDENT: Good afternoon. We will open it.\n\nThank you.",
            &["Petra Lund"],
        );
    }

    #[test]
    fn the_person_interviewed_is_named_in_the_title_or_above() {
        check("Interview with Petra Lund\n\nQ: When?\n\nA: On Monday.", &["-", "Petra Lund"]);
        check("On the pier\n\nPetra Lund has time.\n\nQ: When?\n\nA: On Monday.", &["-", "Petra Lund"]);
        check("On the pier\n\nPetra Lund met Ivo Petrov.\n\nQ: When?\n\nA: On Monday.", &["-", "-"]);
    }

    #[test]
    fn initials_are_those_of_somebody_named() {
        check(
            "On the pier\n\nPetra Lund met Ivo Petrov.\n\nPL: When?\n\nIP: I do not know.\n\nPL: Oh.",
            &["Petra Lund", "Ivo Petrov", "Petra Lund"],
        );
    }

    #[test]
    fn names_in_capitals_get_the_usual_spelling() {
        for (name, expected) in
            [("PIA LUND", "Pia Lund"), ("J.D. O'LUND", "J.D. O'Lund"), ("Pia LUND", "Pia LUND"), ("CG", "CG")]
        {
            assert_eq!(as_written(name), expected);
        }
    }
}
