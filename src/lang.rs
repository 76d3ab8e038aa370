//! Everything that depends on the language of an article or a question: word lists and nothing else.
//!
//! A language is one [`Language`] value. Its lists are files in one folder next to this file (`en/`), one
//! entry per line, after a first line that says what the list is and where it comes from. The functions of a
//! language are grouped by topic: `letter` (case, diacritics, stems), `day`, `grammar` (closed word classes,
//! endings), `name`, `office`, `place`, `report` (bodies and texts that can speak, and the words of reported
//! speech), `talk` (transcripts), `lead` (words before a speaker in a question), `claim` (words that reverse
//! a claim, numbers, short forms) and `around` (lines on a page that do not belong to its article). The rest
//! of the crate calls these functions and never compares words itself. Words are looked up in lower case.

mod around;
mod claim;
mod day;
mod en;
mod grammar;
mod lead;
mod letter;
mod list;
mod name;
mod office;
mod place;
mod question;
mod report;
mod talk;
mod traits;

use std::sync::{LazyLock, OnceLock};

use rustc_hash::FxHashMap as HashMap;

pub(crate) use day::{DayWord, Unit};
use en::ENGLISH;
pub(crate) use question::DayWords;
pub(crate) use question::QuestionWords;
pub use traits::Traits;

/// Grammatical gender, as far as pronouns express it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gender {
    /// "he"
    Male,
    /// "she"
    Female,
}

/// What a pronoun can refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pronoun {
    /// One person of a gender.
    Person(Gender),
    /// One thing or body: "it".
    Thing,
    /// Several people or things: "they".
    Plural,
    /// The speaker: "I", "we".
    First,
}

impl Pronoun {
    /// Returns the kind of pronoun that a word list calls `name`.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "man" => Self::Person(Gender::Male),
            "woman" => Self::Person(Gender::Female),
            "thing" => Self::Thing,
            "several" => Self::Plural,
            "self" => Self::First,
            _ => return None,
        })
    }
}

/// The word lists of one language. Words are looked up in lower case. The default value knows no words.
#[derive(Debug, Default)]
pub struct Language {
    /// ISO 639-1 code; empty for none.
    pub code: &'static str,
    /// The trained weights of the extractor for this language, written by the training program.
    pub weights: &'static [u8],
    letters: letter::Letters,
    grammar: grammar::Grammar,
    names: name::Names,
    offices: office::Offices,
    days: day::DayNames,
    places: place::Places,
    reports: report::Reports,
    claims: claim::Claims,
    leads: lead::Leads,
    talks: talk::Talks,
    around: around::Around,
    /// Traits of all listed words, computed on first use; a word on no list only has the traits its ending
    /// implies.
    traits: OnceLock<HashMap<&'static str, Traits>>,
    /// What questions are made of.
    pub(crate) question: QuestionWords,
}

/// The supported languages. The first is used for texts that state no language.
static ALL: [&LazyLock<Language>; 1] = [&ENGLISH];

impl Language {
    /// Returns the language of questions and of texts that state none.
    #[must_use]
    pub fn primary() -> &'static Self {
        ALL[0]
    }

    /// Returns the supported languages.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        ALL.into_iter().map(|language| &**language)
    }

    /// Returns the language for a text that states this ISO 639-1 code: the primary language if it states none
    /// or one that is not supported.
    #[must_use]
    pub fn of(code: Option<&str>) -> &'static Self {
        Self::all().find(|language| Some(language.code) == code).unwrap_or_else(Self::primary)
    }

    /// Returns all traits of `word`: what the other functions say about it, in one lookup.
    #[must_use]
    pub fn traits(&self, word: &str) -> Traits {
        let listed =
            self.traits.get_or_init(|| self.listed().map(|word| (word, self.traits_by_list(word))).collect());
        listed.get(word).copied().unwrap_or_else(|| self.traits_by_ending(word))
    }

    /// Returns the traits of a word that is on no list.
    pub(crate) fn traits_by_ending(&self, word: &str) -> Traits {
        let titled = (self.ends_like_plural(word) || word.contains('-')) && self.is_title(word);
        Traits::TITLE
            .when(titled)
            .or(Traits::AUXILIARY.when(self.is_adverb(word)))
            .or(Traits::PAST.when(self.is_past(word)))
            .or(Traits::ONGOING.when(self.is_ongoing(word)))
    }

    /// Returns the traits of a word, looked up list by list.
    fn traits_by_list(&self, word: &str) -> Traits {
        let signals = self.grammar.signals.get(word).copied().unwrap_or_default();
        [
            (Traits::TITLE, self.is_title(word)),
            (Traits::BODY, self.is_body(word)),
            (Traits::TEXT, self.is_text(word)),
            (Traits::VERB, self.is_verb(word)),
            (Traits::FINITE, self.grammar.finite.has(word)),
            (Traits::PARTICLE, self.is_particle(word)),
            (Traits::PREPOSITION, self.is_preposition(word)),
            (Traits::DETERMINER, self.is_determiner(word)),
            (Traits::ALONE, self.stands_alone(word)),
            (Traits::FUNCTION, self.is_function_word(word)),
            (Traits::AUXILIARY, self.is_auxiliary(word)),
            (Traits::CALENDAR, self.is_calendar_word(word)),
            (Traits::TIME, self.is_time_word(word)),
            (Traits::RELATIVE, self.is_relative(word)),
            (Traits::PRONOUN, self.pronoun(word).is_some()),
            (Traits::CLAUSE, self.is_clause_word(word)),
            (Traits::PAST, self.is_past(word)),
            (Traits::ONGOING, self.is_ongoing(word)),
        ]
        .into_iter()
        .fold(signals, |all, (one, yes)| all.or(one.when(yes)))
    }

    /// Returns the words that are on any list.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &'static str> + '_ {
        let grammar = &self.grammar;
        let sets = [
            &self.offices.titles,
            &self.reports.bodies,
            &self.reports.texts,
            &self.names.particles,
            &grammar.verbs,
            &grammar.finite,
            &grammar.determiners,
            &grammar.auxiliaries,
            &grammar.function_words,
            &grammar.prepositions,
            &grammar.clause_words,
            &grammar.relatives,
        ];
        let calendar = grammar.months.iter().chain(&grammar.weekdays).copied();
        let kinds = grammar.pronouns.keys().chain(grammar.signals.keys()).copied();
        sets.into_iter().flat_map(|words| words.iter()).chain(calendar).chain(self.day_words()).chain(kinds)
    }
}

/// The English names of the months, January first.
pub static MONTHS: LazyLock<&'static [&'static str]> = LazyLock::new(|| Language::primary().months());

/// The English names of the days of the week, Monday first.
pub static WEEKDAYS: LazyLock<&'static [&'static str]> = LazyLock::new(|| Language::primary().weekdays());
