//! Everything that depends on the language of an article or a question: word lists, nothing else.
//!
//! A language is one [`Language`] value; its lists stand in one folder beside this file (`en/`), one entry a line behind a first line
//! that says what the list is and where it comes from. What a language can be asked is split by what it decides: `letter` (case, marks,
//! stems), `day`, `grammar` (closed classes of words, endings), `name`, `office`, `place`, `report` (bodies, texts and how articles say whose words these are),
//! `talk` (transcripts) and `lead` (what leads to a speaker in a question). The rest of the crate asks these and never compares words of its own. Words are looked up in lower case.

mod around;
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

/// Grammatical gender as far as pronouns show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gender {
    /// "he"
    Male,
    /// "she"
    Female,
}

/// What a pronoun can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pronoun {
    /// One person of a gender.
    Person(Gender),
    /// One thing or body: "it".
    Thing,
    /// Several: "they".
    Plural,
    /// The one who speaks: "I", "we".
    First,
}

impl Pronoun {
    /// Returns the kind of pronoun called `name` in a list.
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

/// The word lists of one language. Words are looked up in lower case. The default knows no word at all.
#[derive(Debug, Default)]
pub struct Language {
    /// ISO 639-1 code; empty for none.
    pub code: &'static str,
    /// What the extractor has learned of it; see the training program.
    pub weights: &'static [u8],
    letters: letter::Letters,
    grammar: grammar::Grammar,
    names: name::Names,
    offices: office::Offices,
    days: day::DayNames,
    places: place::Places,
    reports: report::Reports,
    leads: lead::Leads,
    talks: talk::Talks,
    around: around::Around,
    /// What the words on any list are, made at the first look; a word on none has only what its ending shows.
    traits: OnceLock<HashMap<&'static str, Traits>>,
    /// What questions are made of.
    pub(crate) question: QuestionWords,
}

/// The languages whose words are known. The first is that of texts that state none.
static ALL: [&LazyLock<Language>; 1] = [&ENGLISH];

impl Language {
    /// Returns the language of texts that state none, and of questions.
    #[must_use]
    pub fn primary() -> &'static Self {
        ALL[0]
    }

    /// Returns the languages whose words are known.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        ALL.into_iter().map(|language| &**language)
    }

    /// Returns the language with this ISO 639-1 code; `None` where its words are not known.
    #[must_use]
    pub fn coded(code: &str) -> Option<&'static Self> {
        Self::all().find(|language| language.code == code)
    }

    /// Returns the language of a text that states this code: the primary one where it states none, or one whose words are not known.
    #[must_use]
    pub fn of(code: Option<&str>) -> &'static Self {
        code.and_then(Self::coded).unwrap_or_else(Self::primary)
    }

    /// Returns what `word` can be: all that the other functions tell of it, in one look.
    #[must_use]
    pub fn traits(&self, word: &str) -> Traits {
        let listed =
            self.traits.get_or_init(|| self.listed().map(|word| (word, self.traits_by_list(word))).collect());
        listed.get(word).copied().unwrap_or_else(|| self.traits_by_ending(word))
    }

    /// The traits of a word that is on no list.
    pub(crate) fn traits_by_ending(&self, word: &str) -> Traits {
        let titled = (self.ends_like_plural(word) || word.contains('-')) && self.is_title(word);
        Traits::TITLE
            .when(titled)
            .or(Traits::AUXILIARY.when(self.is_adverb(word)))
            .or(Traits::PAST.when(self.is_past(word)))
            .or(Traits::ONGOING.when(self.is_ongoing(word)))
    }

    /// The traits of a word, list by list.
    fn traits_by_list(&self, word: &str) -> Traits {
        let signals = self.grammar.signals.get(word).copied().unwrap_or_default();
        [
            (Traits::TITLE, self.is_title(word)),
            (Traits::BODY, self.is_body(word)),
            (Traits::TEXT, self.is_text(word)),
            (Traits::VERB, self.is_verb(word)),
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

    /// The words that are on a list.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &'static str> + '_ {
        let grammar = &self.grammar;
        let sets = [
            &self.offices.titles,
            &self.reports.bodies,
            &self.reports.texts,
            &self.names.particles,
            &grammar.verbs,
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

/// The months, January first.
pub static MONTHS: LazyLock<&'static [&'static str]> = LazyLock::new(|| Language::primary().months());

/// The days of the week, Monday first.
pub static WEEKDAYS: LazyLock<&'static [&'static str]> = LazyLock::new(|| Language::primary().weekdays());
