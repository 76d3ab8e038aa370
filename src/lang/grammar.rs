//! Closed word classes (determiners, prepositions, pronouns, auxiliaries), and what word endings imply.

use rustc_hash::FxHashMap as HashMap;

use super::list::{self, Forms, Words};
use super::{Language, Pronoun, Traits};

/// The grammar of a language.
#[derive(Debug, Default)]
pub(super) struct Grammar {
    pub(super) determiners: Words,
    pub(super) bound_determiners: Words,
    pub(super) quantifiers: Words,
    pub(super) prepositions: Words,
    pub(super) clause_words: Words,
    pub(super) auxiliaries: Words,
    pub(super) function_words: Words,
    pub(super) relatives: Words,
    pub(super) interrogatives: Words,
    pub(super) be: Words,
    pub(super) finite: Words,
    pub(super) verbs: Words,
    pub(super) abbreviations: Words,
    pub(super) short_verbs: Words,
    pub(super) phrase_ends: Words,
    pub(super) elisions: Words,
    pub(super) singulars: Forms,
    pub(super) months: Vec<&'static str>,
    pub(super) weekdays: Vec<&'static str>,
    pub(super) pronouns: HashMap<&'static str, Pronoun>,
    pub(super) possessives: HashMap<&'static str, Pronoun>,
    pub(super) signals: HashMap<&'static str, Traits>,
    pub(super) endings: Endings,
}

/// Word endings, by what they imply.
#[derive(Debug, Default)]
pub(super) struct Endings {
    /// "walked"
    past: Vec<&'static str>,
    /// "walking"
    ongoing: Vec<&'static str>,
    /// "quickly"
    adverb: Vec<&'static str>,
    /// "boards"
    plural: Vec<&'static str>,
    /// Verbs of reports: "barked", "mocks".
    report: Vec<&'static str>,
    /// "Lund's"
    possessive: Vec<&'static str>,
}

impl Endings {
    pub(super) fn parse(list: &'static str) -> Self {
        let all: HashMap<&str, Vec<&str>> = list::named(list).collect();
        let of = |name: &str| all.get(name).cloned().unwrap_or_default();
        Self {
            past: of("past"),
            ongoing: of("ongoing"),
            adverb: of("adverb"),
            plural: of("plural"),
            report: of("report"),
            possessive: of("possessive"),
        }
    }
}

/// Returns `word` without the first of `endings` that it has; `None` if it has none of them.
fn without<'w>(word: &'w str, endings: &[&str]) -> Option<&'w str> {
    // Most words already differ from an ending in their last byte.
    let last = word.as_bytes().last();
    endings
        .iter()
        .filter(|ending| ending.as_bytes().last() == last)
        .find_map(|ending| word.strip_suffix(ending))
}

/// Returns whether `word` is a stem with one of `endings`.
fn is_inflected(word: &str, endings: &[&str]) -> bool {
    without(word, endings).is_some_and(|stem| stem.len() >= STEM)
}

/// Minimum length of a stem before an ending, in bytes: "red" is not the past of "r".
const STEM: usize = 3;

impl Language {
    /// Returns `word` without its plural ending; `None` if it has none.
    pub(super) fn singular<'w>(&self, word: &'w str) -> Option<&'w str> {
        without(word, &self.grammar.endings.plural)
    }

    /// Returns whether `word` has a plural ending and is not one of the singulars that look like plurals:
    /// "boards", not "news".
    #[must_use]
    pub fn is_plural(&self, word: &str) -> bool {
        is_inflected(word, &self.grammar.endings.plural) && !self.grammar.singulars.has(word)
    }

    /// Returns whether `word` may be a plural or a verb in the present tense, judging by its last letters:
    /// "polls".
    #[must_use]
    pub fn ends_like_plural(&self, word: &str) -> bool {
        without(word, &self.grammar.endings.plural).is_some()
    }

    /// Returns whether `word` ends like a past tense, however short it is: "walked", "red".
    #[must_use]
    pub fn ends_like_past(&self, word: &str) -> bool {
        without(word, &self.grammar.endings.past).is_some()
    }

    /// Returns whether `word` is the past tense of a regular verb, judging by its ending: "walked".
    #[must_use]
    pub fn is_past(&self, word: &str) -> bool {
        is_inflected(word, &self.grammar.endings.past)
    }

    /// Returns whether `word` ends like a present participle, however short it is: "walking", "king".
    #[must_use]
    pub fn ends_like_ongoing(&self, word: &str) -> bool {
        without(word, &self.grammar.endings.ongoing).is_some()
    }

    /// Returns whether `word` is a present participle, judging by its ending: "walking".
    #[must_use]
    pub fn is_ongoing(&self, word: &str) -> bool {
        is_inflected(word, &self.grammar.endings.ongoing)
    }

    /// Returns whether `word` is an adverb, judging by its ending: "quickly".
    #[must_use]
    pub fn is_adverb(&self, word: &str) -> bool {
        is_inflected(word, &self.grammar.endings.adverb)
    }

    /// Returns whether `word` ends like a verb that reports speech, whether or not it is one: "barked",
    /// "mocks".
    #[must_use]
    pub fn ends_like_report(&self, word: &str) -> bool {
        without(word, &self.grammar.endings.report).is_some()
    }

    /// Returns `word` without its possessive ending: "Lund" for "Lund's". Any other word is returned
    /// unchanged.
    #[must_use]
    pub fn without_possessive<'w>(&self, word: &'w str) -> &'w str {
        without(word, &self.grammar.endings.possessive).unwrap_or(word)
    }

    /// Returns whether `rest` is what follows the apostrophe in a verb contracted with a pronoun: "re" in
    /// "they're".
    #[must_use]
    pub fn is_short_verb(&self, rest: &str) -> bool {
        self.grammar.short_verbs.has(rest)
    }

    /// Returns whether `word` has lost its first letters to an apostrophe: "em" in "'em".
    #[must_use]
    pub fn is_elision(&self, word: &str) -> bool {
        self.grammar.elisions.has(word)
    }

    /// Returns whether `word` is a verb form that is hardly ever a noun or an adjective: "came", "wants".
    #[must_use]
    pub fn is_verb(&self, word: &str) -> bool {
        self.grammar.verbs.has(word)
    }

    /// Returns whether a full stop after `word` does not end the sentence: "gen", and initials such as "j"
    /// and "j.d".
    #[must_use]
    pub fn is_abbreviation(&self, word: &str) -> bool {
        let initial = |letter: &str| letter.chars().count() == 1 && letter.chars().all(char::is_alphabetic);
        self.grammar.abbreviations.has(word) || word.split('.').all(initial)
    }

    /// Returns what a subject pronoun refers to; `None` for any other word.
    #[must_use]
    pub fn pronoun(&self, word: &str) -> Option<Pronoun> {
        self.grammar.pronouns.get(word).copied()
    }

    /// Returns what a possessive pronoun refers to; `None` for any other word.
    #[must_use]
    pub fn possessive(&self, word: &str) -> Option<Pronoun> {
        self.grammar.possessives.get(word).copied()
    }

    /// Returns whether `word` is a form of "be".
    #[must_use]
    pub fn is_be(&self, word: &str) -> bool {
        self.grammar.be.has(word)
    }

    /// Returns whether `word` opens a noun phrase.
    #[must_use]
    pub fn is_determiner(&self, word: &str) -> bool {
        self.grammar.determiners.has(word)
    }

    /// Returns whether `word` is a determiner that can be a whole noun phrase: "many", "others".
    #[must_use]
    pub fn stands_alone(&self, word: &str) -> bool {
        self.is_determiner(word) && !self.grammar.bound_determiners.has(word)
    }

    /// Returns whether `word`, before a noun, means any, all or none: "each", "no".
    #[must_use]
    pub fn is_quantifier(&self, word: &str) -> bool {
        self.grammar.quantifiers.has(word)
    }

    /// Returns whether `word` is a preposition.
    #[must_use]
    pub fn is_preposition(&self, word: &str) -> bool {
        self.grammar.prepositions.has(word)
    }

    /// Returns whether `word` ends the first part of a noun phrase: "of", "who".
    #[must_use]
    pub fn ends_phrase(&self, word: &str) -> bool {
        self.is_preposition(word) || self.grammar.phrase_ends.has(word)
    }

    /// Returns whether `word` opens an embedded question: "how", "whether".
    #[must_use]
    pub fn is_interrogative(&self, word: &str) -> bool {
        self.grammar.interrogatives.has(word)
    }

    /// Returns whether `word` is a relative pronoun for persons.
    #[must_use]
    pub fn is_relative(&self, word: &str) -> bool {
        self.grammar.relatives.has(word)
    }

    /// Returns whether `word` may open or close a clause: "that", "although".
    #[must_use]
    pub fn is_clause_word(&self, word: &str) -> bool {
        self.grammar.clause_words.has(word)
    }

    /// Returns whether `word` is a function word, which is never part of a name or the topic of a question.
    #[must_use]
    pub fn is_function_word(&self, word: &str) -> bool {
        self.grammar.function_words.has(word)
    }

    /// Returns whether `word` is an auxiliary, an adverb or the like, which can come between a speaker and
    /// the cue: "also", "has", "later".
    #[must_use]
    pub fn is_auxiliary(&self, word: &str) -> bool {
        self.grammar.auxiliaries.has(word) || self.is_adverb(word)
    }

    /// Returns whether `word` is a month or a day of the week, which is capitalised but not a name.
    #[must_use]
    pub fn is_calendar_word(&self, word: &str) -> bool {
        self.months().contains(&word) || self.weekdays().contains(&word)
    }

    /// Returns the months, January first.
    #[must_use]
    pub fn months(&self) -> &[&'static str] {
        &self.grammar.months
    }

    /// Returns the days of the week, Monday first.
    #[must_use]
    pub fn weekdays(&self) -> &[&'static str] {
        &self.grammar.weekdays
    }
}
