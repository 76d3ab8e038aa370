//! Which line of a plain text is the headline, and where do its paragraphs end?
//!
//! The first line is the title. Lines such as `Outlet: The Herald` may follow it up to the first blank line;
//! or such lines, including a `Title:`, may begin the file. Below, blank lines separate paragraphs and the
//! lines of a paragraph are joined; in a text without blank lines, each line is a paragraph.

use std::borrow::Cow;

use super::draft::{Body, Draft};
use super::field::{Fields, Value};

/// Maximum length in bytes of a title; a longer first line is a paragraph of a text without a title.
const TITLE: usize = 300;

/// Returns the draft of a plain text.
pub(super) fn draft(text: &str) -> Draft {
    let text = normalize(text);
    let (head, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
    if let Some(draft) = headers(head).filter(|draft| draft.title.is_some()) {
        return Draft { body: Body::Paragraphs(paragraphs(rest)), ..draft };
    }
    let (title, below) = head.split_once('\n').unwrap_or((head, ""));
    if title.len() > TITLE || title.len() == text.len() {
        return Draft { body: Body::Paragraphs(body(head, rest)), ..Draft::default() };
    }
    let (draft, below) = match headers(below) {
        Some(draft) => (draft, ""),
        None => (Draft::default(), below),
    };
    Draft { title: super::draft::clean(title), body: Body::Paragraphs(body(below, rest)), ..draft }
}

/// Returns the paragraphs of a text without a title, such as an email.
pub(super) fn plain_paragraphs(text: &str) -> String {
    paragraphs(normalize(text).trim())
}

/// Returns `text` with all line ends as `\n`, without control characters except `\n` and tabs, without white
/// space at the end of a line, and with one blank line in place of several. No other character is changed.
pub(super) fn normalize(text: &str) -> String {
    let text =
        if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for line in text.split(is_line_end) {
        let before = out.len();
        if before > 0 {
            out.push_str(if blank { "\n\n" } else { "\n" });
        }
        let start = out.len();
        out.extend(line.chars().filter(|&c| c == '\t' || !c.is_control()));
        let end = out.trim_end().len();
        blank = end <= start;
        out.truncate(if blank { before } else { end });
    }
    out
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Returns the draft of a block of `Key: value` lines; `None` unless every line has a known key.
fn headers(block: &str) -> Option<Draft> {
    let mut fields = Fields::default();
    for line in block.lines() {
        let (key, value) = line.split_once(':')?;
        let value = match value.trim() {
            "true" if key.eq_ignore_ascii_case("digest") => Value::Flag(true),
            value => Value::Text(Cow::Borrowed(value)),
        };
        let known = fields.put(key, value);
        if !known {
            return None;
        }
    }
    (!block.is_empty()).then(|| fields.draft().0)
}

/// Returns the paragraphs below the title: `below` up to the first blank line of the file, then `rest`.
fn body(below: &str, rest: &str) -> String {
    match (below.is_empty(), rest.is_empty()) {
        (true, _) => paragraphs(rest),
        (false, true) => below.replace('\n', "\n\n"),
        (false, false) => format!("{}\n\n{}", joined(below), paragraphs(rest)),
    }
}

/// Splits at blank lines. If there are none and all lines end like sentences, each line is a paragraph;
/// otherwise lines were wrapped.
fn paragraphs(text: &str) -> String {
    if !text.contains("\n\n") && text.lines().all(ends_sentence) {
        return text.replace('\n', "\n\n");
    }
    text.split("\n\n").map(joined).collect::<Vec<_>>().join("\n\n")
}

fn ends_sentence(line: &str) -> bool {
    line.ends_with(['.', '!', '?', '…', ':', '"', '”', '’', '»', '“', ')', '。', '」'])
}

/// Returns the lines of one paragraph as one line. A line stays separate if it begins with a name and a colon
/// after the end of a sentence, as turns of a transcript do; so does a line that consists of a name in
/// capitals or a name with a time.
fn joined(paragraph: &str) -> String {
    let mut out = String::with_capacity(paragraph.len());
    let mut before = "";
    for line in paragraph.lines().map(str::trim) {
        if !out.is_empty() {
            let turn = ends_sentence(&out) && opens_turn(line)
                || is_label(before) && line.contains(char::is_lowercase);
            out.push(if turn { '\n' } else { ' ' });
        }
        out.push_str(line);
        before = line;
    }
    out
}

/// Returns whether the line consists of a name in capitals, or of a name followed by a time.
fn is_label(line: &str) -> bool {
    const LONGEST: usize = 60;
    let last = line.rsplit(' ').next().unwrap_or_default().trim_matches(['(', ')', ':']);
    let digits = last.chars().all(|c| c.is_ascii_digit() || c == ':') && last.contains(':');
    let timed = digits && line.starts_with(|c: char| c.is_uppercase());
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let shouted = letters > 2 && !line.chars().any(char::is_lowercase) && line.ends_with(char::is_alphabetic);
    line.len() <= LONGEST && (timed || shouted)
}

/// Returns whether the line begins with a few capitalised words and a colon.
fn opens_turn(line: &str) -> bool {
    const LONGEST: usize = 60;
    let capital = |word: &str| word.starts_with(|c: char| c.is_uppercase() || matches!(c, '(' | '['));
    line.split_once(": ").is_some_and(|(name, _)| name.len() <= LONGEST && name.split(' ').all(capital))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, title: Option<&str>, expected: &str) -> Draft {
        let draft = draft(input);
        let Body::Paragraphs(text) = &draft.body else { panic!("not paragraphs") };
        assert_eq!((draft.title.as_deref(), text.as_str()), (title, expected));
        draft
    }

    #[test]
    fn normalizes_lines_and_nothing_else() {
        assert_eq!(
            normalize("\r\n a\r\nb \rc\u{2028}\n \n\n\u{a0}\n“d”\te’\u{7}\u{feff}\n"),
            " a\nb\nc\n\n“d”\te’\u{feff}"
        );
        assert_eq!(normalize(" \n\n"), "");
        assert_eq!(normalize("a\u{85}\u{85}b"), "a\n\nb");
    }

    #[test]
    fn splits_at_blank_lines_and_joins_wrapped_ones() {
        check("Title\n\nOne\ntwo.\n\nThree.\n", Some("Title"), "One two.\n\nThree.");
        check("Title\n\nOne two\nthree four.\n", Some("Title"), "One two three four.");
    }

    #[test]
    fn turns_keep_their_lines() {
        check(
            "T\n\nLUND: We will\nsign.\nPETROV: When?\n\nIn\nNote: May.",
            Some("T"),
            "LUND: We will sign.\nPETROV: When?\n\nIn Note: May.",
        );
        let labels = "PIA LUND\nWe will.\n\nIvo Petrov  0:05\nWhen?";
        check(
            &format!("T\n\n{labels}\n\nTHEY ALL\nCRIED."),
            Some("T"),
            &format!("{labels}\n\nTHEY ALL CRIED."),
        );
    }

    #[test]
    fn takes_lines_for_paragraphs_without_blank_lines() {
        check("Title\nOne\nTwo", Some("Title"), "One\n\nTwo");
        check("Title\n\n“One.”\nTwo.", Some("Title"), "“One.”\n\nTwo.");
    }

    #[test]
    fn reads_headers_only_if_all_are_known() {
        let draft = check("T\nOutlet: The Herald\ndate: 2 May 2025\n\nOne.", Some("T"), "One.");
        assert_eq!(draft.outlet.as_deref(), Some("The Herald"));
        assert_eq!(draft.date, Some(jiff::civil::Date::constant(2025, 5, 2)));
        check("Outlet: H\nTitle: T\n\nOne.", Some("T"), "One.");
        check("T\nOutlet: H\nLee said: no\n\nOne.", Some("T"), "Outlet: H Lee said: no\n\nOne.");
        check("Source: a leak\n\nOne.", Some("Source: a leak"), "One.");
    }

    #[test]
    fn a_single_line_is_text() {
        check("“We will,” said Angela Lee.\n", None, "“We will,” said Angela Lee.");
        check("", None, "");
    }
}
