//! Which words of a question are its topic, and in which form are they searched for?

use super::Known;
use crate::lang::Language;
use crate::meaning;

/// Returns whether a folded word of a question belongs to the topic.
pub(super) fn is_topic(word: &str, language: &Language) -> bool {
    !language.is_function_word(word) && !is_no_topic(word, language)
}

/// Returns whether a word only forms the question ("quotes", "opinion"), so that an answer does not contain
/// it.
pub(super) fn is_no_topic(word: &str, language: &Language) -> bool {
    language.question.words_for_words.has(word) || language.question.no_topic.has(word)
}

/// Returns the form of a word that occurs in the corpus: "quiet" for an unknown "quieter", "harbour" for
/// "habrour"; the word itself if no form does.
pub(super) fn known_form(word: &str, known: &Known) -> String {
    let occurs = |form: &String| known.words.contains(form);
    let forms = std::iter::once(word.to_owned()).chain(shorter_forms(word)).chain(slips(word));
    forms.into_iter().find(occurs).unwrap_or_else(|| word.to_owned())
}

/// Minimum number of letters of a word that may be misspelt.
const LONG: usize = 6;

/// Returns the common words that a long word of plain letters may be a typing error for, likeliest first: two
/// letters swapped, one too many, one wrong, one missing. The first letter must be right. A common word is
/// never treated as an error.
pub(super) fn slips(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < LONG || !letters.iter().all(char::is_ascii_lowercase) || meaning::is_common(word) {
        return Vec::new();
    }
    let spelt = |head: &[char], middle: &[char], tail: &[char]| -> String {
        [head, middle, tail].into_iter().flatten().collect()
    };
    let places = 1..letters.len();
    let swapped = places
        .clone()
        .filter(|&at| at + 1 < letters.len())
        .map(|at| spelt(&letters[..at], &[letters[at + 1], letters[at]], &letters[at + 2..]));
    let too_many = places.clone().map(|at| spelt(&letters[..at], &[], &letters[at + 1..]));
    let wrong = places.clone().flat_map(|at| {
        let (head, tail) = (&letters[..at], &letters[at + 1..]);
        ('a'..='z').map(move |letter| spelt(head, &[letter], tail))
    });
    let missing = (1..=letters.len()).flat_map(|at| {
        let (head, tail) = (&letters[..at], &letters[at..]);
        ('a'..='z').map(move |letter| spelt(head, &[letter], tail))
    });
    swapped.chain(too_many).chain(wrong).chain(missing).filter(|form| meaning::is_common(form)).collect()
}

/// Returns the words of which a word may be the comparative or superlative, likeliest first: "big" for
/// "bigger", "wise" for "wisest".
pub(super) fn shorter_forms(word: &str) -> Vec<String> {
    let bases = ["er", "est"].iter().filter_map(|ending| word.strip_suffix(ending));
    let forms = bases.filter(|base| base.chars().count() > 3).flat_map(|base| {
        let last = base.chars().last();
        let single = last.and_then(|last| base.strip_suffix(last).filter(|single| single.ends_with(last)));
        [Some(base.to_owned()), single.map(str::to_owned), Some(format!("{base}e"))]
    });
    forms.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::roster::Roster;

    #[test]
    fn words_that_form_a_question_are_not_its_topic() {
        for word in ["the", "said", "quotes", "latest", "leaders", "react"] {
            assert!(!is_topic(word, Language::primary()), "{word}");
        }
        for word in ["ferry", "fare", "minister", "28"] {
            assert!(is_topic(word, Language::primary()), "{word}");
        }
    }

    #[test]
    fn a_typing_error_is_one_letter_away() {
        for (typed, meant) in
            [("habrour", "harbour"), ("harrbour", "harbour"), ("harbuur", "harbour"), ("harbou", "harbour")]
        {
            assert!(slips(typed).contains(&meant.to_owned()), "{typed}");
        }
        for word in ["ferry", "2025-12", "harbor"] {
            assert!(slips(word).is_empty(), "{word}");
        }
    }

    #[test]
    fn a_comparative_is_searched_in_the_form_of_the_corpus() {
        let roster = Roster::default();
        let words = ["quiet", "large", "steep", "sooner"].map(str::to_owned).into();
        let agenda = crate::agenda::Agenda::default();
        let known = Known {
            roster: &roster,
            agenda: &agenda,
            outlets: &[],
            newest: None,
            answered: crate::question::Answered::default(),
            words,
        };
        for (word, form) in [
            ("quieter", "quiet"),
            ("largest", "large"),
            ("steepper", "steep"),
            ("sooner", "sooner"),
            ("louder", "louder"),
            ("ferry", "ferry"),
        ] {
            assert_eq!(known_form(word, &known), form);
        }
        assert_eq!(shorter_forms("other"), Vec::<String>::new());
    }
}
