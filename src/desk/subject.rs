//! Is a quote about a matter of the agenda?

use std::collections::HashSet;

use crate::agenda::Matter;
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
    /// The folded words of all of these.
    words: Vec<String>,
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
    /// Returns the criteria for quotes on this matter: its [`Matter::sure`] words or, if it has none, its
    /// name and all of its words.
    #[must_use]
    pub fn new(matter: &'a Matter) -> Self {
        let all = || std::iter::once(&matter.name).chain(&matter.words);
        let words: Vec<&String> =
            if matter.sure.is_empty() { all().collect() } else { matter.sure.iter().collect() };
        let folded = words.iter().flat_map(|words| fold::name(words)).collect();
        let mut phrases: Vec<Vec<String>> = words.into_iter().map(|words| stems(words)).collect();
        phrases.retain(|phrase| !phrase.is_empty());
        let mut loose: Vec<Vec<String>> = all().map(|words| stems(words)).collect();
        loose.retain(|phrase| phrase.len() == 1);
        let loose = loose.into_iter().flatten().collect();
        phrases.sort_unstable();
        phrases.dedup();
        Self { matter, phrases, words: folded, loose }
    }

    /// Returns the folded words for finding quotes on it, each once.
    #[must_use]
    pub fn terms(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        let language = Language::primary();
        let words = self.words.iter().filter(|word| !language.is_function_word(word));
        words.filter(|word| seen.insert(fold::stem(word))).cloned().collect()
    }

    /// Returns whether a text contains one of the words or phrases.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.held(&stems(text)) > 0
    }

    /// Returns how many of the words or phrases the [`stems`] of a text contain.
    pub(super) fn held(&self, stems: &[String]) -> usize {
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

    /// Returns whether a quote is about this matter at least as much as about any of `all`, judging by the
    /// words for each.
    #[must_use]
    pub fn is_main(&self, record: &Record, all: &[Subject]) -> bool {
        let stems = stems(&record.words());
        let own = self.held(&stems);
        all.iter().all(|other| other.held(&stems) <= own)
    }
}

/// Returns the stems of the words of a text.
pub(super) fn stems(text: &str) -> Vec<String> {
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
    }
}
