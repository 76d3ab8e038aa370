//! Letters: the lower case of a word, the diacritics that distinguish letters, the stem of a word.

use std::borrow::Cow;

use super::Language;

/// What a language defines about letters.
#[derive(Debug, Default)]
pub(super) struct Letters {
    /// Letters with a diacritic that makes them different letters, in lower case: "й" is not "и". Comparisons
    /// ignore all other diacritics.
    pub(super) marked: Vec<char>,
    /// Whether lookups only lower-case ASCII letters, because the weights of the language were trained that
    /// way.
    pub(super) ascii: bool,
    /// The stemmer; if `None`, each word is its own stem.
    pub(super) stemmer: Option<frostem::Algorithm>,
}

impl Language {
    /// Returns whether a letter, in either case, differs from the same letter without its diacritics.
    #[must_use]
    pub fn is_marked_letter(&self, letter: char) -> bool {
        !self.letters.marked.is_empty()
            && letter.to_lowercase().any(|lower| self.letters.marked.contains(&lower))
    }

    /// Returns whether diacritics never distinguish letters.
    #[must_use]
    pub fn is_without_marked_letters(&self) -> bool {
        self.letters.marked.is_empty()
    }

    /// Returns `text` in lower case with unchanged byte offsets: a letter whose lower case has another length
    /// stays as it is.
    #[must_use]
    pub fn lower_in_place(&self, text: &str) -> String {
        if self.letters.ascii || text.is_ascii() {
            return text.to_ascii_lowercase();
        }
        text.chars()
            .map(|letter| {
                let mut lower = letter.to_lowercase();
                match (lower.next(), lower.next()) {
                    (Some(lower), None) if lower.len_utf8() == letter.len_utf8() => lower,
                    _ => letter,
                }
            })
            .collect()
    }

    /// Returns the stem of a folded word: in English "talks", "talked" and "talking" have the same (Porter 2,
    /// as in Snowball).
    #[must_use]
    pub fn stem<'w>(&self, word: &'w str) -> Cow<'w, str> {
        match self.letters.stemmer {
            Some(algorithm) => frostem::Stemmer::new(algorithm).stem(word),
            None => Cow::Borrowed(word),
        }
    }

    /// Returns a language that only knows which diacritics distinguish its letters.
    #[cfg(test)]
    pub(crate) fn of_letters(marked: &[char]) -> Self {
        Self { letters: Letters { marked: marked.to_vec(), ..Letters::default() }, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::Language;

    #[test]
    fn lower_case_keeps_the_offsets() {
        let russian = Language::of_letters(&['й']);
        assert_eq!(russian.lower_in_place("Он сказал Йод"), "он сказал йод");
        assert_eq!(russian.lower_in_place("İÉẞ"), "İéẞ");
        assert_eq!(Language::primary().lower_in_place("Élan"), "Élan");
    }

    #[test]
    fn a_language_without_a_stemmer_keeps_its_words() {
        assert_eq!(Language::primary().stem("talking"), "talk");
        assert_eq!(Language::of_letters(&[]).stem("talking"), "talking");
    }
}
