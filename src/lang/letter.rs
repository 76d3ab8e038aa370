//! Letters: how a language writes a word in lower case, which marks belong to its letters, what the stem of a word is.

use std::borrow::Cow;

use super::Language;

/// What a language knows of letters.
#[derive(Debug, Default)]
pub(super) struct Letters {
    /// Letters whose marks tell them from others, in lower case: "й" is not "и". Other marks are left out in comparisons.
    pub(super) marked: Vec<char>,
    /// Whether words are looked up with only their ASCII letters in lower case: what the weights of the language were trained with.
    pub(super) ascii: bool,
    /// How words are stemmed; each is its own stem if `None`.
    pub(super) stemmer: Option<frostem::Algorithm>,
}

impl Language {
    /// Returns whether the marks of a letter, in either case, tell it from the same letter without them.
    #[must_use]
    pub fn is_marked_letter(&self, letter: char) -> bool {
        !self.letters.marked.is_empty()
            && letter.to_lowercase().any(|lower| self.letters.marked.contains(&lower))
    }

    /// Returns whether no mark tells one letter from another.
    #[must_use]
    pub fn is_without_marked_letters(&self) -> bool {
        self.letters.marked.is_empty()
    }

    /// Returns `text` in lower case at the same offsets: a letter whose lower case is of another length stays as it is.
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

    /// Returns the stem of a folded word: in English "talks", "talked" and "talking" have one (Porter 2, as in Snowball).
    #[must_use]
    pub fn stem<'w>(&self, word: &'w str) -> Cow<'w, str> {
        match self.letters.stemmer {
            Some(algorithm) => frostem::Stemmer::new(algorithm).stem(word),
            None => Cow::Borrowed(word),
        }
    }

    /// A language that only knows which marks tell its letters apart.
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
