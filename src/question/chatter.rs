//! Which of the typed words do not belong to a question: "hi", "lol", "can someone tell me"?

use super::word::{Word, split};
use crate::lang::Language;

/// A text that asks nothing about the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chatter {
    /// A question about what one can ask.
    Help,
    /// A greeting.
    Greeting,
    /// Thanks, praise, a goodbye or "ok".
    Thanks,
    /// No meaningful words: "lol", emoji, links, mentions, signs.
    Idle,
}

/// Returns the kind of chatter a text is; `None` if it may be a question. A blank text is idle.
#[must_use]
pub fn chatter(text: &str) -> Option<Chatter> {
    chatter_in(text, Language::primary())
}

/// Like [`chatter`], for the words of `language`.
pub(super) fn chatter_in(text: &str, language: &Language) -> Option<Chatter> {
    let lists = &language.question;
    let words = split(&without_marks(text));
    if lists.help.begin(&words) == words.len()
        && !words.is_empty()
        && lists.thanks.begin(&words) < words.len()
    {
        return Some(Chatter::Help);
    }
    let mut found = Chatter::Idle;
    let mut rest = words.as_slice();
    while !rest.is_empty() {
        let kinds = [
            (lists.help.begin(rest), Chatter::Help),
            (lists.thanks.begin(rest), Chatter::Thanks),
            (lists.greetings.begin(rest), Chatter::Greeting),
            (lists.idle.begin(rest), Chatter::Idle),
        ];
        // The longest match counts; on a tie, the first.
        let (length, kind) = kinds.into_iter().rev().max_by_key(|(length, _)| *length)?;
        if length == 0 {
            return None;
        }
        found = match (found, kind) {
            (Chatter::Help, _) | (_, Chatter::Help) => Chatter::Help,
            (Chatter::Thanks, _) | (_, Chatter::Thanks) => Chatter::Thanks,
            (Chatter::Idle, kind) => kind,
            (found, _) => found,
        };
        rest = &rest[length..];
    }
    Some(found)
}

/// Returns whether a text only asks who said the words in a message that it refers to: "who said this?" An
/// empty text asks that too.
#[must_use]
pub fn points(text: &str) -> bool {
    let words = split(&without_marks(text));
    words.is_empty() || Language::primary().question.pointed.begin(&words) == words.len()
}

/// Returns whether a text looks like a follow-up to an earlier question: "and Lund?", "source?"
#[must_use]
pub fn goes_on(text: &str) -> bool {
    let lists = &Language::primary().question;
    let words = split(&without_marks(text));
    let opens = lists.follow_up.begin(&words) > 0;
    opens || !words.is_empty() && lists.again.begin(&words) == words.len()
}

/// Removes the chatter from a question. If nothing else would be left, it stays, except for greetings and
/// thanks.
pub(super) fn take(words: &mut Vec<Word>, language: &Language) {
    let lists = &language.question;
    trim(words, language);
    let mut from = 0;
    while let Some(place) = words.get(from..).and_then(|rest| lists.filler.find(rest)) {
        let place = place.start + from..place.end + from;
        // "any quotes from Lund" asks for her words; "on record from May" does not.
        let quotes = words[place.clone()].iter().any(|word| lists.words_for_words.has(&word.folded));
        let asks = quotes && words.get(place.end).is_some_and(|word| lists.words_by.has(&word.folded));
        if asks || place.len() == words.len() {
            from = place.end;
        } else {
            words.drain(place);
        }
    }
    trim(words, language);
}

/// Removes courtesies from both ends.
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

/// Removes links, mentions, emoji in the notation of chat programs, and code marks from a text.
pub(super) fn without_marks(text: &str) -> String {
    let is_mark = |word: &str| {
        let chat = word.starts_with('<') && word.ends_with('>') && word.contains(['@', '#', ':']);
        let face = word.len() > 2 && word.starts_with(':') && word.ends_with(':');
        chat || face || word.starts_with("http://") || word.starts_with("https://")
    };
    let words = text.split_whitespace().filter(|word| !is_mark(word));
    words.collect::<Vec<_>>().join(" ").replace('`', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::question::word::split;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut words = split(&without_marks(text));
        take(&mut words, Language::primary());
        assert_eq!(words.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(" "), expected, "{text}");
    }

    #[test]
    fn chatter_is_removed_from_a_question() {
        check("hi, can someone tell me what Lund said about fares lol thx", "what lund said about fares");
        check("<@123456> `fares` https://gif.example/cat any quotes?", "fares");
        check("Good morning! fares pls", "fares");
        check("thanks", "");
        check("what did Lund say", "what did lund say");
        check("lol", "lol");
        check("any quotes from Lund? pls", "any quotes from lund");
    }

    #[test]
    fn chatter_is_distinguished_from_questions() {
        for (text, kind) in [
            ("help", Chatter::Help),
            ("hi, what can you do?", Chatter::Help),
            ("Hello there!", Chatter::Greeting),
            ("good morning everyone", Chatter::Greeting),
            ("thx", Chatter::Thanks),
            ("hi, thanks a lot!", Chatter::Thanks),
            ("good bot", Chatter::Thanks),
            ("yo", Chatter::Idle),
            ("lol lol", Chatter::Idle),
            ("😂😂", Chatter::Idle),
            ("<:party:123456789012345678> :joy:", Chatter::Idle),
            ("<@123456789012345678>", Chatter::Idle),
            ("https://tenor.example/view/cat-gif-1234", Chatter::Idle),
            ("```", Chatter::Idle),
            ("", Chatter::Idle),
        ] {
            assert_eq!(chatter(text), Some(kind), "{text}");
        }
        for text in [
            "hi, what did Lund say?",
            "Lund",
            "who said thanks?",
            "and Lund?",
            "`what did Lund say`",
            "source?",
            "no school",
        ] {
            assert_eq!(chatter(text), None, "{text}");
        }
    }
}
