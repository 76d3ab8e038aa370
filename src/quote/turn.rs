//! Transcripts: which lines are turns of a conversation, each under the name of who speaks?
//!
//! "LUND: Did you read it?", “LUND: …” with a mark at every paragraph, "Petra Lund (on the phone): …". An exact rule, since a turn
//! has neither a cue nor, often, marks: a line opens with a short capitalised label and a colon, and the labels come back as
//! speakers do. A list ("Name: …", "Age: …") repeats no label, a table of polls has no sentences. Linear in the length of the text.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::marks::Quotation;
use crate::fold;
use crate::lang::Language;
use crate::span::Span;

/// A turn, or a further paragraph of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    /// The name before the colon.
    pub(crate) label: Span,
    /// What is said: to the end of the paragraph, without marks around it.
    pub(crate) content: Span,
    /// The whole paragraph.
    line: Span,
}

/// The longest label in bytes, and in words.
const LONGEST: usize = 60;
const WORDS: usize = 4;

/// Returns the turns of `text` in order; empty where it is no transcript.
pub(crate) fn turns(text: &str, language: &Language) -> Vec<Turn> {
    let lines = lines(text);
    let keys: Vec<Option<String>> = lines
        .iter()
        .map(|line| line.turn.as_ref().and_then(|turn| fold::words_in(turn.label.text(text), language).pop()))
        .collect();
    if keys.iter().flatten().count() < 2 {
        return Vec::new();
    }
    let mut often: BTreeMap<&str, usize> = BTreeMap::new();
    for key in keys.iter().flatten() {
        *often.entry(key).or_default() += 1;
    }
    let written = LazyCell::new(|| words_outside(text, &lines));
    let known = |at: usize| {
        let (Some(turn), Some(key)) = (&lines[at].turn, &keys[at]) else { return false };
        often[key.as_str()] > 1 || turn.shouted && stands_in(&written, turn.label.text(text))
    };
    let beside = |at: usize| {
        let labelled = lines[at].turn.as_ref().is_some_and(|turn| turn.label.text(text).contains(' '));
        labelled && (at.checked_sub(1).is_some_and(known) || at + 1 < lines.len() && known(at + 1))
    };
    let mut out: Vec<Turn> = Vec::new();
    let mut speakers = 0;
    for (at, line) in lines.iter().enumerate() {
        match &line.turn {
            Some(turn) if known(at) || beside(at) => {
                speakers += 1;
                out.push(Turn { label: turn.label, content: turn.content, line: line.span });
            }
            // The next paragraph of a turn opens with a mark once more.
            None => {
                let before = at.checked_sub(1).map(|before| lines[before].span);
                let last = out.last().filter(|last| before == Some(last.line));
                out.extend(last.and_then(|last| further_paragraph(text, last, line.span)));
            }
            Some(_) => {}
        }
    }
    if speakers < 2 { Vec::new() } else { out }
}

/// The paragraphs with words.
fn lines(text: &str) -> Vec<Line> {
    let mut out = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.len()).trim(text);
        start += line.len();
        if !span.text(text).is_empty() {
            out.push(Line { span, turn: opening(text, span) });
        }
    }
    out
}

/// The paragraph behind a turn as a part of it, where both open with a mark.
fn further_paragraph(text: &str, turn: &Turn, line: Span) -> Option<Turn> {
    let content = within_mark(text, line).filter(|_| within_mark(text, turn.line).is_some())?;
    Some(Turn { label: turn.label, content, line })
}

/// Puts the turns in the place of the quotations in their paragraphs. Returns for each quotation the label it stands under.
pub(crate) fn merge(turns: &[Turn], quotations: &mut Vec<Quotation>) -> Vec<Option<Span>> {
    let mut out = Vec::with_capacity(quotations.len() + turns.len());
    let mut old = std::mem::take(quotations).into_iter().peekable();
    for turn in turns {
        while let Some(quotation) = old.next_if(|quotation| quotation.outer.start < turn.line.end) {
            if quotation.outer.end <= turn.line.start {
                quotations.push(quotation);
                out.push(None);
            }
        }
        let Turn { label, content, .. } = *turn;
        quotations.push(Quotation { outer: content, inner: content, closed: true, single: false });
        out.push(Some(label));
    }
    for quotation in old {
        quotations.push(quotation);
        out.push(None);
    }
    out
}

/// A paragraph with words.
struct Line {
    span: Span,
    turn: Option<Opening>,
}

/// What may open a turn.
struct Opening {
    label: Span,
    content: Span,
    /// Whether the label is in capitals.
    shouted: bool,
}

fn opening(text: &str, line: Span) -> Option<Opening> {
    let whole = within_mark(text, line).unwrap_or(line);
    let words = whole.text(text);
    let colon = words.bytes().take(LONGEST + 1).position(|byte| byte == b':')?;
    let before = Span::new(whole.start, whole.start + colon).text(text);
    let rest = Span::new(whole.start + colon + 1, whole.end);
    let content = rest.trim(text);
    let said = content.text(text);
    if content.start == rest.start
        || !said.starts_with(|c: char| c.is_alphabetic() || "\"“‘'([—–".contains(c))
    {
        return None;
    }
    // "LUND (on the phone)", "PETRA LUND, HOST"
    let end = before.find([',', '(']).unwrap_or(before.len());
    let label = Span::new(whole.start, whole.start + end).trim(text);
    let name = label.text(text);
    let is_name = |word: &str| {
        word.starts_with(char::is_uppercase)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '’' | '-'))
    };
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let named = letters > 1 && name.split(' ').count() <= WORDS && name.split(' ').all(is_name);
    let shouted = name.chars().all(|c| !c.is_lowercase());
    let ended =
        said.trim_end_matches(['"', '”', '\'', '’', ')', ']']).ends_with(['.', '?', '!', '…', '—', '–', '-']);
    (named && (shouted || ended)).then_some(Opening { label, content, shouted })
}

/// The line without the mark that opens it and the one at its end; `None` where none opens it.
fn within_mark(text: &str, line: Span) -> Option<Span> {
    let words = line.text(text);
    let mark = words.chars().next().filter(|mark| matches!(mark, '"' | '“' | '«'))?;
    let end = line.end
        - words.chars().next_back().filter(|end| matches!(end, '"' | '”' | '»')).map_or(0, char::len_utf8);
    let start = line.start + mark.len_utf8();
    Some(Span::new(start, end.max(start)).trim(text))
}

/// The words of the lines that open no turn.
fn words_outside<'a>(text: &'a str, lines: &[Line]) -> FxHashSet<&'a str> {
    let outside = lines.iter().filter(|line| line.turn.is_none());
    outside.flat_map(|line| line.span.text(text).split(|c: char| !c.is_alphanumeric() && c != '-')).collect()
}

/// Whether the last word of a label in capitals is one of the words that are `written` elsewhere, as a name: "Lund" for LUND.
fn stands_in(written: &FxHashSet<&str>, label: &str) -> bool {
    let Some(last) = label.rsplit(' ').next() else { return false };
    let mut letters = last.chars();
    let first: String = letters.by_ref().take(1).collect();
    let name = first + &letters.as_str().to_lowercase();
    written.contains(name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let turns = turns(text, Language::primary());
        let found: Vec<_> =
            turns.iter().map(|turn| (turn.label.text(text), turn.content.text(text))).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn names_in_capitals_open_turns() {
        let text = "Petra Lund questioned Ivo Petrov.\n\nLUND: Did you?\n\nMR. PETROV (on the phone): I did.\n\nThey left.";
        check(text, &[("LUND", "Did you?"), ("MR. PETROV", "I did.")]);
    }

    #[test]
    fn a_mark_opens_every_paragraph() {
        let text = "“LUND: Did you?\n\n“PETROV: I did.\n\n“Twice.\n\n“LUND: So. “No”?”\n\n“PETROV: Yes.";
        let turns = [
            ("LUND", "Did you?"),
            ("PETROV", "I did."),
            ("PETROV", "Twice."),
            ("LUND", "So. “No”?"),
            ("PETROV", "Yes."),
        ];
        check(text, &turns);
    }

    #[test]
    fn names_as_usual_come_back() {
        let text = "Petra Lund: Did you?\nIvo Petrov: I did.\nLund: When?\nPetrov: In March.";
        let turns = [
            ("Petra Lund", "Did you?"),
            ("Ivo Petrov", "I did."),
            ("Lund", "When?"),
            ("Petrov", "In March."),
        ];
        check(text, &turns);
    }

    #[test]
    fn lists_and_tables_are_no_conversation() {
        check("Name: Ada.\nAge: Forty.\nJob: Sailor.", &[]);
        check("Lund: 46 percent.\nPetrov: 51 percent.\nLund: 40 percent.", &[]);
        check("UPDATE: The mill is open.\n\nCORRECTION: It is closed.", &[]);
        check("Lund: up three points\nPetrov: down four\nLund: up one", &[]);
        check("", &[]);
    }
}
