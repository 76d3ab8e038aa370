//! Names of people: first names, and the words that occur in and around names.

use rustc_hash::FxHashMap as HashMap;

use super::list::{Rows, Words};
use super::{Gender, Language};

/// What a language defines about names.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) genders: HashMap<&'static str, Gender>,
    pub(super) short_forms: Rows,
    pub(super) particles: Words,
    pub(super) inner_particles: Words,
    pub(super) capitals: Words,
    pub(super) openers: Words,
    pub(super) generations: Words,
    pub(super) parties: Words,
    pub(super) describing: Words,
    /// Folded surname -> the full name of the one person whom it means in the news of any place.
    pub(super) known: HashMap<&'static str, &'static str>,
}

impl Language {
    /// Returns the usual gender of a first name.
    #[must_use]
    pub fn gender_of_name(&self, word: &str) -> Option<Gender> {
        self.names.genders.get(word).copied()
    }

    /// Returns the full name of the one person whom a folded surname means in the news of any place: "obama".
    #[must_use]
    pub fn known_by_surname(&self, surname: &str) -> Option<&'static str> {
        self.names.known.get(surname).copied()
    }

    /// Returns whether two folded first names can belong to the same person: "william" and "bill", not "rob"
    /// and "ronald".
    #[must_use]
    pub fn is_same_first_name(&self, one: &str, other: &str) -> bool {
        one == other || self.names.short_forms.share(one, other)
    }

    /// Returns whether `word` is a part of a name that is written in lower case: "von", "bin".
    #[must_use]
    pub fn is_particle(&self, word: &str) -> bool {
        self.names.particles.has(word)
    }

    /// Returns whether `word` is a particle that does not begin a name: "la".
    #[must_use]
    pub fn is_inner_particle(&self, word: &str) -> bool {
        self.names.inner_particles.has(word)
    }

    /// Returns whether `word`, in its original case, is a name although its lower case is another word: "US".
    #[must_use]
    pub fn is_name_in_capitals(&self, word: &str) -> bool {
        word.bytes().all(|byte| !byte.is_ascii_lowercase()) && self.names.capitals.has(word)
    }

    /// Returns whether `word` is only a name together with the next word: "New York".
    #[must_use]
    pub fn opens_name(&self, word: &str) -> bool {
        self.names.openers.has(word)
    }

    /// Returns whether the folded `word` follows surnames but is not part of them: "jr".
    #[must_use]
    pub fn is_generation(&self, word: &str) -> bool {
        self.names.generations.has(word)
    }

    /// Returns whether a name joined by a hyphen to `word`, in its original case, is a description and not a
    /// name: "Oslo-born", not "Min-jun".
    #[must_use]
    pub fn describes_behind_hyphen(&self, word: &str) -> bool {
        word.starts_with(char::is_lowercase)
            && (self.names.describing.has(word) || self.is_past(word) || self.is_ongoing(word))
    }

    /// Returns whether `word`, in its original case, is a party as the news puts it in brackets after a name:
    /// "R", "D-Maine".
    #[must_use]
    pub fn is_party(&self, word: &str) -> bool {
        let (party, state) = word.split_once('-').unwrap_or((word, "X"));
        self.names.parties.has(party) && state.starts_with(char::is_uppercase)
    }
}
