//! Which words of a question are somebody's own words, to be found exactly?

use super::word::Word;
use crate::lang::Language;
use crate::quote::marks;
use crate::span::Span;

/// Removes the words between quotation marks from a question: two or more words are a phrase, a single word
/// is an ordinary term.
pub(super) fn take(text: &str, language: &Language) -> (String, Option<String>) {
    let longest = marks::quotations(text, language)
        .into_iter()
        .filter(|quotation| quotation.inner.text(text).split_whitespace().nth(1).is_some())
        .max_by_key(|quotation| quotation.inner.len());
    let Some(quotation) = longest else { return (text.to_owned(), None) };
    let head = Span::new(0, quotation.outer.start).text(text);
    let tail = Span::new(quotation.outer.end, text.len()).text(text);
    (format!("{head} {tail}"), Some(quotation.inner.trim(text).text(text).to_owned()))
}

/// Returns the words after "who said", or after "is it true that Lund said", if they look like somebody's own
/// words (four or more, with function words among them), and where they begin.
pub(super) fn unmarked(words: &[Word], who: bool, language: &Language) -> Option<(usize, String)> {
    let lists = &language.question;
    if !who && !asks_whether(words, language) {
        return None;
    }
    let verb = words.iter().position(|word| lists.said.has(&word.folded))?;
    let leads = words.iter().skip(verb + 1).take_while(|word| lists.said_leads.has(&word.folded)).count();
    let start = verb + 1 + leads;
    let rest = words.get(start..)?;
    let about = rest.first().is_some_and(|word| lists.said_topics.has(&word.folded));
    let function_words = rest.iter().filter(|word| language.is_function_word(&word.folded)).count();
    (!about && rest.len() >= 4 && function_words >= 1)
        .then(|| (start, rest.iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ")))
}

/// Returns whether a question asks if somebody said what follows: "is it true that Lund said".
pub(super) fn asks_whether(words: &[Word], language: &Language) -> bool {
    language.question.claims.begin(words) > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::question::word::split;

    #[test]
    fn the_longest_words_between_marks_are_a_phrase() {
        let (rest, phrase) = take("who said \"what a mess\" or “no”?", Language::primary());
        assert_eq!(rest.split_whitespace().collect::<Vec<_>>(), ["who", "said", "or", "“no”?"]);
        assert_eq!(phrase.as_deref(), Some("what a mess"));
        assert_eq!(take("the \"mess\"", Language::primary()).1, None, "one word is a plain term");
        assert_eq!(take("no marks", Language::primary()).0, "no marks");
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let found = unmarked(&split(text), true, Language::primary());
        assert_eq!(found.map(|(_, words)| words).as_deref(), expected, "{text}");
    }

    #[test]
    fn words_after_who_said_may_be_a_phrase() {
        check("who said that nothing is decided without us", Some("nothing is decided without us"));
        check("who said something like we will open", None);
        check("who said what about the old harbour", None);
        check("who spoke about the fare of the ferry", None);
        assert_eq!(unmarked(&split("what he said is of no use"), false, Language::primary()), None);
        let claim = split("is it true that Lund said the ferry is too dear");
        let found = unmarked(&claim, false, Language::primary());
        assert_eq!(found, Some((6, "the ferry is too dear".to_owned())));
    }
}
