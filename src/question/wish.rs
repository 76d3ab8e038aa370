//! What kind of answer is wanted: quotes, who said it, the newest, how often?

use super::word::Word;
use super::{Known, Wish, phrase};
use crate::lang::Language;

/// Removes "how often" or "how many times" from a question, as well as words for using words: "used the
/// phrase". Returns whether it was there.
pub(super) fn take_how_often(words: &mut Vec<Word>, language: &Language) -> bool {
    let lists = &language.question;
    let Some(place) = lists.how_often.find(words) else { return false };
    words.drain(place);
    words.retain(|word| !lists.using_words.has(&word.folded));
    true
}

/// Removes "who is" from a question that only asks who somebody on record is.
pub(super) fn take_who_is(words: &mut Vec<Word>, known: &Known, language: &Language) -> bool {
    let lead = language.question.who_is.begin(words);
    let the = words
        .get(lead..)
        .map_or(0, |rest| rest.iter().take_while(|word| language.is_determiner(&word.folded)).count());
    let name: Vec<&str> = words.iter().skip(lead + the).map(|word| word.folded.as_str()).collect();
    let somebody = !name.is_empty() && known.roster.called(&name).is_some();
    if lead == 0 || !somebody {
        return false;
    }
    words.drain(..lead + the);
    true
}

/// What is needed to decide on the kind of answer.
pub(super) struct Form<'a> {
    pub(super) words: &'a [Word],
    /// Whether it has a phrase in quotation marks.
    pub(super) phrase: bool,
    /// Whether it asks for a person.
    pub(super) who: bool,
    pub(super) language: &'a Language,
}

/// Returns whether a question has the signs of a kind of answer.
type Holds = fn(&Form) -> bool;

/// The signs of each kind of answer; the first match decides.
const SIGNS: &[(Wish, Holds)] = &[
    (Wish::Latest, |form| form.language.question.latest.find(form.words).is_some()),
    (Wish::First, |form| {
        let first = &form.language.question.first;
        // "who said so first?"
        let ordinals = &form.language.question.ordinals;
        let last = form.words.last().filter(|_| form.who && form.words.len() > 2);
        let last = last.is_some_and(|word| ordinals.place(&word.folded) == Some(0));
        !form.phrase && (first.find(form.words).is_some() || last)
    }),
    (Wish::WhoSaidWhat, |form| {
        let lists = &form.language.question;
        lists.who_said_what.find(form.words).is_some()
            || lists.reacting.has_any(form.words) && lists.several.has_any(form.words)
    }),
    (Wish::WhoSaid, |form| form.who),
    (Wish::Check, |form| {
        let claim = phrase::asks_whether(form.words, form.language);
        form.phrase || claim && phrase::unmarked(form.words, form.who, form.language).is_some()
    }),
];

pub(super) fn wish(form: &Form) -> Wish {
    SIGNS.iter().find(|(_, holds)| holds(form)).map_or(Wish::Quotes, |(wish, _)| *wish)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::question::word::split;

    #[track_caller]
    fn check(text: &str, phrase: bool, who: bool, expected: Wish) {
        let words = split(text);
        assert_eq!(
            wish(&Form { words: &words, phrase, who, language: Language::primary() }),
            expected,
            "{text}"
        );
    }

    #[test]
    fn each_wish_has_its_signs() {
        check("the latest on fares", false, false, Wish::Latest);
        check("what did Lund last say", false, true, Wish::Latest);
        check("the first thing Lund said", false, false, Wish::First);
        check("the first ferry", false, false, Wish::Quotes);
        check("who said what about fares", false, true, Wish::WhoSaidWhat);
        check("how did officials react", false, false, Wish::WhoSaidWhat);
        check("how did Lund react", false, false, Wish::Quotes);
        check("who spoke about fares", true, true, Wish::WhoSaid);
        check("is it true that Lund said", true, false, Wish::Check);
        check("did Lund first say", true, false, Wish::Check);
        check("is it true that Lund said the ferry is too dear", false, false, Wish::Check);
        check("is it true that Lund spoke about fares", false, false, Wish::Quotes);
        check("", false, false, Wish::Quotes);
    }

    #[test]
    fn how_often_is_removed_with_the_words_for_using_words() {
        let mut words = split("How many times has Lund used the word ferry?");
        assert!(take_how_often(&mut words, Language::primary()));
        assert_eq!(words.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["has", "lund", "the", "ferry"]);
        let mut words = split("how many words are in use");
        assert!(!take_how_often(&mut words, Language::primary()));
        assert_eq!(words.len(), 6);
    }
}
