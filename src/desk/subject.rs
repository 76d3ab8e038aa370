//! Is a quote about a matter of the agenda?

use std::collections::{HashMap, HashSet};

use crate::agenda::{Agenda, Matter};
use crate::answer::Record;
use crate::fold;
use crate::lang::Language;

/// A matter with the words that show that a quote is about it.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The matter.
    pub matter: &'a Matter,
    /// The stems of each word or phrase for it.
    phrases: Vec<Vec<String>>,
    /// The stems of single words that may refer to it.
    loose: Vec<String>,
}

/// Maximum number of words of a fragment, whose subject is named only by the sentence around it.
const FRAGMENT: usize = 5;

/// How closely a quote is related to a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// It is a fragment of a sentence that has a word that may refer to the matter, and the text around it is
    /// about the matter: the soldiers would be "lawful targets".
    Beside,
    /// It contains a word that may refer to the matter, and the text around it is about the matter.
    Around,
    /// It is about the matter itself.
    Quote,
}

impl<'a> Subject<'a> {
    /// Returns the criteria for quotes on this matter.
    #[must_use]
    pub fn new(matter: &'a Matter) -> Self {
        let all = std::iter::once(&matter.name).chain(&matter.words);
        let loose = all.map(|words| stems(words)).filter(|phrase| phrase.len() == 1).flatten().collect();
        Self { matter, phrases: matter.phrases(), loose }
    }

    /// Returns the folded words for finding quotes on it, each once.
    #[must_use]
    pub fn terms(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        let language = Language::primary();
        let words = self.matter.telling().flat_map(|words| fold::name(words));
        let words = words.filter(|word| !language.is_function_word(word));
        words.filter(|word| seen.insert(fold::stem(word))).collect()
    }

    /// Returns whether a text contains one of the words or phrases.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.held(&stems(text)) > 0
    }

    /// Returns how many of the words or phrases the [`stems`] of a text contain.
    fn held(&self, stems: &[String]) -> usize {
        let holds =
            |phrase: &&Vec<String>| stems.windows(phrase.len()).any(|words| words == phrase.as_slice());
        self.phrases.iter().filter(holds).count()
    }

    /// Returns how closely a quote is related to the matter; `None` if neither it nor, for a fragment, its
    /// paragraph contains a word for it.
    #[must_use]
    pub fn nearness(&self, record: &Record) -> Option<Nearness> {
        let words = record.words();
        if self.is_in(&words) {
            return Some(Nearness::Quote);
        }
        let paragraph = record.text(record.paragraph);
        let [before, after] = record.neighbours();
        let title = record.citation.title.as_deref().unwrap_or_default();
        let around = [paragraph, before, after, &record.lead, title];
        if !around.iter().any(|text| self.is_in(text)) {
            return None;
        }
        let may_speak = |text: &str| stems(text).iter().any(|stem| self.loose.contains(stem));
        match () {
            () if may_speak(&words) => Some(Nearness::Around),
            () if fold::words(&words).len() <= FRAGMENT && may_speak(paragraph) => Some(Nearness::Beside),
            () => None,
        }
    }

    /// Returns whether an article is about the matter, by the headline and the first paragraph.
    #[must_use]
    pub fn is_subject_of(&self, record: &Record) -> bool {
        self.is_in(record.citation.title.as_deref().unwrap_or_default()) && self.is_in(&record.lead)
    }
}

/// The words for all matters of an agenda, to find out in one pass which of them a text is about.
#[derive(Clone, Debug)]
pub struct Subjects {
    /// Each word or phrase by its first stem: its number, the place of its matter in the agenda, and its
    /// other stems.
    by_first: HashMap<String, Vec<(usize, usize, Vec<String>)>>,
    matters: usize,
    /// The stems of the words in the texts so far: most words occur in many texts.
    stems: HashMap<String, String>,
}

impl Subjects {
    /// Returns the criteria for the matters of an agenda, each as [`Subject::new`].
    #[must_use]
    pub fn new(agenda: &Agenda) -> Self {
        let mut by_first: HashMap<String, Vec<_>> = HashMap::new();
        let matters = agenda.matters.iter().enumerate();
        let phrases = matters.flat_map(|(at, matter)| matter.phrases().into_iter().map(move |one| (at, one)));
        for (number, (at, mut phrase)) in phrases.enumerate() {
            let rest = phrase.split_off(1);
            by_first.entry(phrase.swap_remove(0)).or_default().push((number, at, rest));
        }
        Self { by_first, matters: agenda.matters.len(), stems: HashMap::new() }
    }

    /// Returns for each matter, in the order of the agenda, how many of its words or phrases a text contains.
    #[must_use]
    pub fn held(&mut self, text: &str) -> Vec<usize> {
        let mut stem = |word| self.stems.entry(word).or_insert_with_key(|word| fold::stem(word)).clone();
        let stems: Vec<String> = fold::name(text).into_iter().map(&mut stem).collect();
        let mut held = vec![0; self.matters];
        let mut seen = Vec::new();
        for (start, stem) in stems.iter().enumerate() {
            for (number, at, rest) in self.by_first.get(stem).into_iter().flatten() {
                if stems[start + 1..].starts_with(rest) && !seen.contains(number) {
                    seen.push(*number);
                    held[*at] += 1;
                }
            }
        }
        held
    }

    /// Returns the places in the agenda of the matters that a text is on, in order.
    #[must_use]
    pub fn on(&mut self, text: &str) -> Vec<usize> {
        let held = self.held(text).into_iter().enumerate();
        held.filter(|(_, held)| *held > 0).map(|(at, _)| at).collect()
    }
}

/// Returns the stems of the words of a text.
fn stems(text: &str) -> Vec<String> {
    fold::name(text).iter().map(|word| fold::stem(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sure_words_decide_if_there_are_any() {
        let mut matter = Matter {
            name: "fares".to_owned(),
            words: vec!["tickets".to_owned(), "money".to_owned()],
            sure: Vec::new(),
        };
        assert!(Subject::new(&matter).is_in("It costs money."));
        matter.sure = vec!["fare".to_owned(), "price of crossing".to_owned()];
        let subject = Subject::new(&matter);
        assert!(subject.is_in("Fares rise.") && !subject.is_in("the price of a crossing"));
        assert!(subject.is_in("The price of crossing is too high.") && !subject.is_in("It costs money."));
        assert_eq!(subject.terms(), ["fare", "price", "crossing"]);
        assert_eq!(matter.phrases(), [vec!["fare"], vec!["price", "of", "cross"]]);
    }

    #[test]
    fn each_word_for_a_matter_counts_once() {
        let matter = |name: &str, sure: &[&str]| Matter {
            name: name.to_owned(),
            words: Vec::new(),
            sure: sure.iter().map(|word| (*word).to_owned()).collect(),
        };
        let matters =
            vec![matter("fares", &["fare", "price of crossing"]), matter("boats", &["boat", "price"])];
        let mut all = Subjects::new(&Agenda { matters, ..Agenda::default() });
        assert_eq!(all.held("The price of crossing: a fare, and another fare."), [2, 1]);
        assert_eq!(all.held("It costs money."), [0, 0]);
    }
}
