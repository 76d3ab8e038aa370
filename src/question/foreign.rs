//! Is a question in another language, and whom does it name? Questions are understood in English, but names
//! are alike in many languages.

use super::word::Word;
use super::{Known, Question};
use crate::fold;
use crate::lang::Language;
use crate::roster::Speaker;

/// Returns what a text in another language asks, as far as its names show: the first name is the speaker, and
/// other names and words on record are the topic. Returns `None` for an English text.
pub(super) fn understand(text: &str, words: &[Word], known: &Known, language: &Language) -> Option<Question> {
    let other = &language.question.other_languages;
    if !is_foreign(text, words, language) {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    let mut terms: Vec<String> = Vec::new();
    for word in
        text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').filter(|word| !word.is_empty())
    {
        let folded = fold::words(word).join(" ");
        if let Some(speaker) = named(word, &folded, known).filter(|_| !other.has(&folded)) {
            if !names.contains(&speaker.name) {
                names.push(speaker.name.clone());
            }
        } else if folded.len() > LETTERS
            && known.words.contains(&folded)
            && !other.has(&folded)
            && is_latin(word)
        {
            terms.push(folded);
        }
    }
    let speakers: Vec<String> = names.iter().take(1).cloned().collect();
    let last = |name: &String| fold::words(name).pop();
    terms.extend(names.iter().skip(1).filter_map(last));
    terms.dedup();
    Some(Question { text: text.to_owned(), speakers, terms, foreign: true, ..Question::default() })
}

/// A word of a topic must be longer than this.
const LETTERS: usize = 3;

/// Returns whether most letters are of another script, or two small words of another language occur among few
/// English ones.
fn is_foreign(text: &str, words: &[Word], language: &Language) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let others = text.chars().filter(|c| c.is_alphabetic() && !is_latin_letter(*c)).count();
    if others > LETTERS && others * 2 > letters {
        return true;
    }
    let other = &language.question.other_languages;
    let foreign = words.iter().filter(|word| other.has(&word.folded)).count();
    let english = words
        .iter()
        .filter(|word| language.is_function_word(&word.folded) && !other.has(&word.folded))
        .count();
    foreign >= 2 && foreign > english
}

fn is_latin_letter(c: char) -> bool {
    c < '\u{250}' || ('\u{1e00}'..'\u{1f00}').contains(&c)
}

fn is_latin(word: &str) -> bool {
    word.chars().filter(|c| c.is_alphabetic()).all(is_latin_letter)
}

/// Returns the speaker that a word names, even in Cyrillic letters and with a case ending.
fn named<'a>(word: &str, folded: &str, known: &'a Known) -> Option<&'a Speaker> {
    let is_name = word.chars().next().is_some_and(char::is_uppercase);
    if !is_name {
        return None;
    }
    let quoted = |speaker: &&Speaker| speaker.quotes > 0;
    if is_latin(word) {
        return known.roster.called(&[folded]).filter(quoted);
    }
    let letters: Vec<char> = word.chars().collect();
    // In "Ушакова" and "Путіним", an ending of up to two letters is not part of the name.
    let stems = (0..=2).filter_map(|ending| letters.get(..letters.len().checked_sub(ending)?));
    let stems: Vec<String> = stems.filter(|stem| stem.len() > LETTERS).map(in_latin).collect();
    let called = stems.iter().find_map(|stem| known.roster.called(&[stem.as_str()]).filter(quoted));
    called.or_else(|| stems.iter().find_map(|stem| known.roster.resembling(stem).filter(quoted)))
}

/// Transliterates Cyrillic letters as in English spellings of names.
fn in_latin(letters: &[char]) -> String {
    letters.iter().flat_map(|c| c.to_lowercase()).fold(String::new(), |mut out, c| {
        let latin = LATIN.iter().find(|(cyrillic, _)| *cyrillic == c).map(|(_, latin)| *latin);
        match latin {
            Some(latin) => out.push_str(latin),
            None => out.push(c),
        }
        out
    })
}

const LATIN: &[(char, &str)] = &[
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('ґ', "g"),
    ('д', "d"),
    ('е', "e"),
    ('є', "ie"),
    ('ё', "e"),
    ('ж', "zh"),
    ('з', "z"),
    ('и', "i"),
    ('і', "i"),
    ('ї', "i"),
    ('й', "y"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ф', "f"),
    ('х', "kh"),
    ('ц', "ts"),
    ('ч', "ch"),
    ('ш', "sh"),
    ('щ', "shch"),
    ('ъ', ""),
    ('ы', "y"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "yu"),
    ('я', "ya"),
    ('ʼ', ""),
    ('’', ""),
    ('\'', ""),
];

#[cfg(test)]
mod tests {
    use super::super::word::split;
    use super::*;
    use crate::lang::Language;

    #[test]
    fn other_languages_are_distinguished_from_english() {
        for text in [
            "Що сказав Лунд про міст?",
            "Что сказала Лунд о мосте?",
            "Was hat Lund über die Brücke gesagt?",
            "Qu'a dit Lund sur le pont ?",
        ] {
            assert!(is_foreign(text, &split(text), Language::primary()), "{text}");
        }
        for text in [
            "What did Lund say about the bridge?",
            "who is de la Rua",
            "what was said on the die Zeit report",
            "Lund",
            "did Лунд say so about the bridge in the town",
        ] {
            assert!(!is_foreign(text, &split(text), Language::primary()), "{text}");
        }
    }
}
