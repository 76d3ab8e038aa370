//! Which words of what was typed belong to no question: "hi", "lol", "can someone tell me"?

use super::word::Word;
use crate::lang::Language;

/// Takes them out. What would leave nothing else stays, but for greetings and thanks.
pub(super) fn take(words: &mut Vec<Word>, language: &Language) {
    let lists = &language.question;
    trim(words, language);
    let mut from = 0;
    while let Some(place) = words.get(from..).and_then(|rest| lists.filler.find(rest)) {
        let place = place.start + from..place.end + from;
        // "any quotes from Lund" asks for words by her.
        let asks = words.get(place.end).is_some_and(|word| lists.words_by.has(&word.folded));
        if asks || place.len() == words.len() {
            from = place.end;
        } else {
            words.drain(place);
        }
    }
    trim(words, language);
}

/// Takes courtesies off both ends.
fn trim(words: &mut Vec<Word>, language: &Language) {
    let courtesies = &language.question.courtesies;
    loop {
        let (front, back) = (courtesies.begin(words), courtesies.end(words));
        if front > 0 {
            words.drain(..front);
        } else if back > 0 {
            words.truncate(words.len() - back);
        } else {
            return;
        }
    }
}

/// Takes links, mentions and drawn faces as chat programs write them, and marks of code, out of a text.
pub(super) fn without_marks(text: &str) -> String {
    let is_mark = |word: &str| {
        let chat = word.starts_with('<') && word.ends_with('>') && word.contains(['@', '#', ':']);
        chat || word.starts_with("http://") || word.starts_with("https://")
    };
    let words = text.split_whitespace().filter(|word| !is_mark(word));
    words.collect::<Vec<_>>().join(" ").replace('`', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::ENGLISH;
    use crate::question::word::split;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut words = split(&without_marks(text));
        take(&mut words, &ENGLISH);
        assert_eq!(words.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(" "), expected, "{text}");
    }

    #[test]
    fn chatter_is_no_part_of_a_question() {
        check("hi, can someone tell me what Lund said about fares lol thx", "what lund said about fares");
        check("<@123456> `fares` https://gif.example/cat any quotes?", "fares");
        check("Good morning! fares pls", "fares");
        check("thanks", "");
        check("what did Lund say", "what did lund say");
        check("lol", "lol");
        check("any quotes from Lund? pls", "any quotes from lund");
    }
}
