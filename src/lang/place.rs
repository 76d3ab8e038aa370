//! Countries and regions as they occur in offices: "the Ukrainian president", "European leaders".

use rustc_hash::FxHashMap as HashMap;

use super::Language;
use super::list::Rows;

/// What a language defines about places.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) countries: Rows,
    /// Region -> its countries, each as the first word of its row.
    pub(super) regions: HashMap<&'static str, Vec<&'static str>>,
}

impl Language {
    /// Returns one word for all words that name the same country or body in an office ("ukraine" for
    /// "ukrainian" and "kyiv"); any other word is returned unchanged.
    #[must_use]
    pub fn country<'w>(&self, word: &'w str) -> &'w str {
        self.places.countries.of(word).first().copied().unwrap_or(word)
    }

    /// Returns the words that name, in an office, the country that `word` means or the countries of the
    /// region that it means: for "european" the words of all European countries. Sorted; empty if `word`
    /// names no country or region.
    #[must_use]
    pub fn nations(&self, word: &str) -> Vec<&'static str> {
        let region = self.places.regions.get(word).map_or(&[][..], Vec::as_slice);
        let own = self.country(word);
        let meant = |name: &str| name == own || region.contains(&name);
        let rows = self.places.countries.iter();
        let mut out: Vec<&str> =
            rows.filter(|row| row.first().is_some_and(|name| meant(name))).flatten().copied().collect();
        out.sort_unstable();
        out
    }

    /// Returns whether `word` names a country, its people, or a body on the list of countries.
    #[must_use]
    pub fn is_country(&self, word: &str) -> bool {
        !self.places.countries.of(word).is_empty()
    }

    /// Returns whether `word` is the plural for those of a country, a party or a trade: "Mexicans",
    /// "Republicans".
    #[must_use]
    pub fn is_people(&self, word: &str) -> bool {
        self.singular(word).is_some_and(|one| self.is_country(one) || self.is_title(one))
    }
}
