//! Claims about what somebody said: words that reverse them, numbers in words, and short forms.

use rustc_hash::FxHashMap as HashMap;

use super::Language;
use super::list::{self, Words};

/// The words of a language that decide whether a claim is right.
#[derive(Debug, Default)]
pub(super) struct Claims {
    pub(super) negations: Words,
    pub(super) prefixes: Words,
    /// Words for a number -> its digits.
    pub(super) numbers: HashMap<&'static str, &'static str>,
    pub(super) amounts: Words,
    pub(super) short_forms: ShortForms,
    pub(super) signs: HashMap<&'static str, &'static str>,
    pub(super) pairs: HashMap<(&'static str, &'static str), &'static str>,
}

/// What short forms stand for.
#[derive(Debug, Default)]
pub(super) struct ShortForms {
    whole: HashMap<&'static str, Vec<&'static str>>,
    endings: Vec<(&'static str, Vec<&'static str>)>,
}

impl ShortForms {
    pub(super) fn parse(list: &'static str) -> Self {
        let mut out = Self::default();
        for (form, words) in list::named(list) {
            match form.strip_prefix('-') {
                Some(ending) => out.endings.push((ending, words)),
                None => {
                    out.whole.insert(form, words);
                }
            }
        }
        out
    }
}

/// Returns the entries of a list, each of which maps two words to one.
pub(super) fn pairs(list: &'static str) -> HashMap<(&'static str, &'static str), &'static str> {
    let pair = |words: Vec<&'static str>| match words.as_slice() {
        [first, second, one] => Some(((*first, *second), *one)),
        _ => None,
    };
    list::lines(list).filter_map(pair).collect()
}

impl Language {
    /// Returns whether `word` reverses what is said: "not", "no", "without".
    #[must_use]
    pub fn turns_round(&self, word: &str) -> bool {
        self.is_negation(word) || self.claims.negations.has(word)
    }

    /// Returns whether `one` is `other` with a negative prefix: "unacceptable" of "acceptable".
    #[must_use]
    pub fn is_opposite_of(&self, one: &str, other: &str) -> bool {
        one.strip_suffix(other).is_some_and(|prefix| self.claims.prefixes.has(prefix))
    }

    /// Returns the digits of a word for a number: "15" of "fifteen".
    #[must_use]
    pub fn digits(&self, word: &str) -> Option<&'static str> {
        self.claims.numbers.get(word).copied()
    }

    /// Returns whether `word` is a quantity: digits, or a word such as "million".
    #[must_use]
    pub fn is_amount(&self, word: &str) -> bool {
        word.starts_with(|c: char| c.is_ascii_digit()) || self.claims.amounts.has(word)
    }

    /// Returns the words that a short form stands for, such as "do" and "not" for "don't", including the part
    /// of the word before an ending; `None` for a word that is not a short form.
    #[must_use]
    pub fn long_form<'w>(&self, word: &'w str) -> Option<Vec<&'w str>> {
        let ShortForms { whole, endings } = &self.claims.short_forms;
        if let Some(words) = whole.get(word) {
            return Some(words.clone());
        }
        endings.iter().find_map(|(ending, words)| {
            let rest = word.strip_suffix(ending).filter(|rest| !rest.is_empty())?;
            Some(std::iter::once(rest).chain(words.iter().copied()).collect())
        })
    }

    /// Returns the word for a sign next to a number: "percent" for "%".
    #[must_use]
    pub fn word_for_sign(&self, sign: &str) -> Option<&'static str> {
        self.claims.signs.get(sign).copied()
    }

    /// Returns the single word that two words can also be written as.
    #[must_use]
    pub fn as_one_word(&self, first: &str, second: &str) -> Option<&'static str> {
        self.claims.pairs.get(&(first, second)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_reverse_a_claim() {
        let english = Language::primary();
        assert!(["not", "no", "didn't", "without", "never"].iter().all(|word| english.turns_round(word)));
        assert!(!english.turns_round("now"));
        assert!(english.is_opposite_of("unacceptable", "acceptable"));
        assert!(!english.is_opposite_of("understand", "stand"), "`under` is no such beginning");
    }

    #[test]
    fn short_forms_are_written_out() {
        let english = Language::primary();
        assert_eq!(english.long_form("don't"), Some(vec!["do", "not"]));
        assert_eq!(english.long_form("won't"), Some(vec!["will", "not"]));
        assert_eq!(english.long_form("they've"), Some(vec!["they", "have"]));
        assert_eq!(english.long_form("ferry"), None);
        assert_eq!(english.as_one_word("per", "cent"), Some("percent"));
    }

    #[test]
    fn numbers_have_digits() {
        let english = Language::primary();
        assert_eq!(english.digits("fifteen"), Some("15"));
        assert!(english.is_amount("15") && english.is_amount("million") && !english.is_amount("many"));
    }
}
