//! A question as a list of words.

use crate::fold;

/// One word of a question.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) folded: String,
    /// As typed, without a possessive ending; the folded word if one typed word became several.
    pub(super) typed: String,
    /// Whether it begins with a capital letter.
    pub(super) capital: bool,
    pub(super) possessive: bool,
}

impl AsRef<str> for Word {
    fn as_ref(&self) -> &str {
        &self.folded
    }
}

/// Returns the words of a text. Hyphens, slashes, colons and commas separate words like spaces.
pub(super) fn split(text: &str) -> Vec<Word> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | ':' | ',' | '"' | '“' | '”'))
        .flat_map(|piece| {
            let bare = piece.trim_matches(|c: char| !c.is_alphanumeric());
            let capital = bare.chars().next().is_some_and(char::is_uppercase);
            let possessive = bare.ends_with("'s")
                || bare.ends_with("’s")
                || piece.ends_with("s'")
                || piece.ends_with("s’");
            let own = bare.strip_suffix("'s").or_else(|| bare.strip_suffix("’s")).unwrap_or(bare);
            let words = fold::words(bare);
            let is_one = words.len() == 1;
            words.into_iter().map(move |folded| {
                let typed = if is_one { own.to_owned() } else { folded.clone() };
                Word { folded, typed, capital, possessive }
            })
        })
        .collect()
}

/// Returns the folded word at an index; empty if there is none.
pub(super) fn at(words: &[Word], place: Option<usize>) -> &str {
    place.and_then(|place| words.get(place)).map_or("", |word| &word.folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, bool, bool)]) {
        let words = split(text);
        let found: Vec<(&str, bool, bool)> =
            words.iter().map(|word| (word.folded.as_str(), word.capital, word.possessive)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_keep_their_case_and_possessive() {
        check("Lund's fare", &[("lund", true, true), ("fare", false, false)]);
        check(
            "the ferries’ fare",
            &[("the", false, false), ("ferries", false, true), ("fare", false, false)],
        );
        check(
            "28-point, or so?",
            &[("28", false, false), ("point", false, false), ("or", false, false), ("so", false, false)],
        );
        check(" “?” ", &[]);
    }
}
