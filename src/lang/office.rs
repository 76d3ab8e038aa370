//! What people are: offices and occupations, forms of address, and words that describe people.

use rustc_hash::FxHashMap as HashMap;

use super::list::{Rows, Words};
use super::{Gender, Language};

/// What a language defines about offices.
#[derive(Debug, Default)]
pub(super) struct Offices {
    pub(super) titles: Words,
    pub(super) address: Words,
    pub(super) openers: Words,
    pub(super) broad: Words,
    pub(super) heads: Words,
    /// Short and long words for one office.
    pub(super) same: Rows,
    pub(super) deputies: Words,
    pub(super) epithets: Words,
    pub(super) ranks: Words,
    pub(super) participles: Words,
    pub(super) tenses: Words,
    pub(super) states: Words,
    pub(super) ages: Words,
    pub(super) genders: HashMap<&'static str, Gender>,
    pub(super) groups: Words,
}

impl Language {
    /// Returns whether `word` is an office or a form of address, also in the plural or after a hyphen:
    /// "aide", "mr", "co-authors".
    #[must_use]
    pub fn is_title(&self, word: &str) -> bool {
        let titles = &self.offices.titles;
        titles.has(word)
            || word.rsplit_once('-').is_some_and(|(_, last)| titles.has(last))
            || self.singular(word).is_some_and(|singular| titles.has(singular))
    }

    /// Returns whether `word` can name an office without further words: a title, and "prime" for a prime
    /// minister.
    #[must_use]
    pub fn is_head(&self, word: &str) -> bool {
        self.offices.openers.has(word) || self.is_title(word)
    }

    /// Returns whether `word` is an office or occupation of one person: "aide"; not a form of address or a
    /// plural.
    #[must_use]
    pub fn is_office(&self, word: &str) -> bool {
        let last = word.rsplit_once('-').map_or(word, |(_, last)| last);
        self.offices.titles.has(last) && !self.offices.address.has(last)
    }

    /// Returns whether the folded words name the same office or country: "sen" and "senator", "ukrainian" and
    /// "ukraine", "leader" and "president".
    #[must_use]
    pub fn same_office(&self, one: &str, other: &str) -> bool {
        let Offices { broad, heads, same, .. } = &self.offices;
        one == other
            || same.share(one, other)
            || self.country(one) == self.country(other)
            || broad.has(one) && heads.has(other)
            || broad.has(other) && heads.has(one)
    }

    /// Returns whether `word` describes somebody who was named before with a description that fits many
    /// people: "the nominee", "the tycoon".
    #[must_use]
    pub fn is_epithet(&self, word: &str) -> bool {
        self.offices.epithets.has(word)
    }

    /// Returns whether `word` before an office makes it the office of a deputy: "vice" in "vice president".
    #[must_use]
    pub fn is_deputy(&self, word: &str) -> bool {
        self.offices.deputies.has(word)
    }

    /// Returns whether `word` is an office by which newspapers refer again to somebody named before: "the
    /// senator"; not "the spokesman", which introduces somebody new.
    #[must_use]
    pub fn is_rank(&self, word: &str) -> bool {
        self.offices.ranks.has(word)
    }

    /// Returns whether `word` is a past participle that is used before names: "retired", "disgraced".
    #[must_use]
    pub fn describes_people(&self, word: &str) -> bool {
        self.offices.participles.has(word)
    }

    /// Returns whether the folded `word` says when an office was held and nothing else: "former".
    #[must_use]
    pub fn is_tense_of_office(&self, word: &str) -> bool {
        self.offices.tenses.has(word)
    }

    /// Returns whether the folded `word` begins an office and only says that it belongs to a state: "federal"
    /// in "federal chancellor".
    #[must_use]
    pub fn is_of_a_state(&self, word: &str) -> bool {
        self.offices.states.has(word)
    }

    /// Returns whether `word` is an age that refers to a person: "34-year-old".
    #[must_use]
    pub fn is_age(&self, word: &str) -> bool {
        self.offices.ages.iter().any(|age| word.strip_suffix(age).is_some_and(|number| number.ends_with('-')))
    }

    /// Returns the gender that a word implies: "his", "chairwoman", "Mr".
    #[must_use]
    pub fn gender_of_word(&self, word: &str) -> Option<Gender> {
        self.offices.genders.get(word).copied()
    }

    /// Returns whether `word` means several people: "officials", "the crowd".
    #[must_use]
    pub fn is_group(&self, word: &str) -> bool {
        self.offices.groups.has(word) || self.is_plural(word)
    }
}
