//! Stage directions: words in brackets in a transcript that were not said, "(Applause.)", "[crosstalk
//! 00:12]".

use super::label::is_time;
use crate::lang::Language;
use crate::span::Span;

/// The maximum length of a stage direction, in bytes, and the maximum number of words of one that is
/// recognised only by its position.
const LONGEST: usize = 80;
const WORDS: usize = 8;

/// Returns the spoken parts of `span`, between the stage directions, in order; none of them is blank.
pub(in crate::quote) fn spoken(text: &str, span: Span, language: &Language) -> Vec<Span> {
    let words = span.text(text);
    let mut out = Vec::new();
    let mut start = 0;
    for (open, bracket) in words.match_indices(['(', '[']) {
        if open < start {
            continue;
        }
        let close = if bracket == "(" { ')' } else { ']' };
        let end = words.floor_char_boundary((open + LONGEST).min(words.len()));
        let Some(length) = words.get(open..end).and_then(|part| part.find(close)) else { continue };
        let end = open + length + 1;
        let inside = words.get(open + 1..end - 1).unwrap_or_default();
        if is_aside(inside, language) || stands_apart(words, (open, end)) && is_short(inside) {
            push(text, Span::new(span.start + start, span.start + open), &mut out);
            start = end;
        }
    }
    push(text, Span::new(span.start + start, span.end), &mut out);
    out
}

fn push(text: &str, span: Span, out: &mut Vec<Span>) {
    let span = span.trim(text);
    if span.text(text).chars().any(char::is_alphanumeric) {
        out.push(span);
    }
}

fn is_short(inside: &str) -> bool {
    inside.split_whitespace().count() <= WORDS
}

/// Returns whether the words in brackets describe a sound, or give a time.
fn is_aside(inside: &str, language: &Language) -> bool {
    let heard = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        language.is_heard_aside(&word)
    };
    is_short(inside) && inside.split_whitespace().any(|word| is_time(word) || heard(word))
}

/// Returns whether the brackets are between sentences, or at either end of the words.
fn stands_apart(words: &str, (open, end): (usize, usize)) -> bool {
    let before = words.get(..open).unwrap_or_default().trim_end();
    let behind = words.get(end..).unwrap_or_default().trim_start();
    let ended = before.is_empty() || before.ends_with(['.', '?', '!', '…', '—', '–', '"', '”']);
    ended && (behind.is_empty() || behind.starts_with(|c: char| c.is_uppercase() || c == '"' || c == '“'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = spoken(text, Span::new(0, text.len()), Language::primary());
        assert_eq!(found.iter().map(|span| span.text(text)).collect::<Vec<_>>(), expected, "in {text:?}");
    }

    #[test]
    fn stage_directions_are_not_said() {
        check("We agree. (Applause.) We do.", &["We agree.", "We do."]);
        check("[Crosstalk 00:12] So we [laughter] agree.", &["So we", "agree."]);
        check("(In Russian.) We agree. (They rise.)", &["We agree."]);
        check("(Applause.)", &[]);
    }

    #[test]
    fn brackets_inside_a_sentence_are_said() {
        check(
            "We met them [the pilots] (all of them) in May.",
            &["We met them [the pilots] (all of them) in May."],
        );
        check("We met in May (the second time).", &["We met in May (the second time)."]);
        check("We met (in May", &["We met (in May"]);
    }
}
