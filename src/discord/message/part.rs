//! The words of a quote as Discord shows them: escaped, with the words that were asked for in bold, in parts
//! that fit on a page.

use super::fit::{cut, shrink, tail, units};
use crate::answer::Record;
use crate::discord::escape;
use crate::quote::Kind;
use crate::span::Span;

/// A word with the white space after it, or a line break.
pub(super) enum Word {
    Text(String),
    Break,
}

/// Returns the words of a quote, escaped, those asked for in bold. Quotation marks enclose what the speaker
/// said, and "…" shows where the writer interrupted it.
pub(super) fn words(record: &Record, marks: &[Span]) -> Vec<Word> {
    let mut out = Vec::new();
    let contents = &record.quote.content;
    let marked = record.quote.kind == Kind::Direct;
    for (at, content) in contents.iter().enumerate() {
        if at > 0 && record.quote.kind != Kind::Indirect {
            out.push(Word::Text("… ".to_owned()));
        }
        let from = out.len();
        write_words(&mut out, record, *content, marks);
        let texts = |out: &mut Vec<Word>, at: usize, edit: &dyn Fn(&mut String)| {
            if let Some(Word::Text(text)) = out.get_mut(at) {
                edit(text);
            }
        };
        let last = out.len().saturating_sub(1);
        if marked && last >= from {
            texts(&mut out, from, &|text| text.insert(0, '“'));
            texts(&mut out, last, &|text| text.push('”'));
        }
        if at + 1 < contents.len() {
            texts(&mut out, last, &|text| text.push(' '));
        }
    }
    out
}

fn write_words(out: &mut Vec<Word>, record: &Record, content: Span, marks: &[Span]) {
    let text = record.text(content);
    for (at, line) in escape::split(text).into_iter().enumerate() {
        if at > 0 {
            out.push(Word::Break);
        }
        let mut start = content.start + line.start;
        for word in line.text(text).split_inclusive(char::is_whitespace) {
            let span = Span::new(start, start + word.len());
            out.push(Word::Text(write_word(record, span, marks)));
            start = span.end;
        }
    }
}

/// Returns one word with its bold parts.
fn write_word(record: &Record, word: Span, marks: &[Span]) -> String {
    let mut out = String::new();
    let mut at = word.start;
    for mark in marks.iter().filter(|mark| mark.start >= word.start && mark.start < word.end) {
        let end = mark.end.min(word.end);
        if mark.start < at || end <= mark.start {
            continue;
        }
        let bold = record.text(Span::new(mark.start, end));
        let bare = bold.trim_end();
        if bare.is_empty() {
            continue;
        }
        out.push_str(&escape::lines(record.text(Span::new(at, mark.start))));
        out.push_str(&format!("**{}**", escape::lines(bare)));
        at = mark.start + bare.len();
    }
    out.push_str(&escape::lines(record.text(Span::new(at, word.end))));
    out
}

/// Returns the quote as one or more block quotes of at most `limit` units each; `limit` must be at least 100.
pub(super) fn parts(words: &[Word], limit: usize) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut push = |piece: &str| {
        let Some(text) = texts.last_mut() else { return };
        // Reserve room for the "> " of each line and for two "…".
        let lines = text.matches('\n').count() + 1;
        if units(text) + units(piece) + 2 * lines + 6 > limit && !text.trim().is_empty() {
            texts.push(piece.to_owned());
        } else {
            text.push_str(piece);
        }
    };
    for word in words {
        match word {
            Word::Break => push("\n"),
            Word::Text(text) => chunks(text, limit / 2).iter().for_each(|chunk| push(chunk)),
        }
    }
    let count = texts.len();
    let part = |(at, text): (usize, &String)| {
        let head = if at > 0 { "… " } else { "" };
        let tail = if at + 1 < count { " …" } else { "" };
        block(&format!("{head}{}{tail}", text.trim()))
    };
    texts.iter().enumerate().map(part).collect()
}

/// Splits a word into pieces of at most `limit` units, never inside an escape. No real word has thousands of
/// letters, but a text may.
fn chunks(word: &str, limit: usize) -> Vec<String> {
    if units(word) <= limit {
        return vec![word.to_owned()];
    }
    let mut out = vec![String::new()];
    let mut used = 0;
    let mut escaped = false;
    // Bold is removed, because a cut could separate its two marks.
    for c in word.replace("**", "").chars() {
        if used + c.len_utf16() > limit && !escaped {
            out.push(String::new());
            used = 0;
        }
        escaped = c == '\\' && !escaped;
        used += c.len_utf16();
        if let Some(last) = out.last_mut() {
            last.push(c);
        }
    }
    out
}

/// Returns the paragraph of a quote with the quote in bold, cut around the quote to at most `limit` units if
/// it is longer.
pub(super) fn paragraph(record: &Record, limit: usize) -> String {
    shrink(limit, limit, &|around| whole(record, around))
}

/// Returns the same with approximately `around` units, not counting escapes.
fn whole(record: &Record, around: usize) -> String {
    let extent = record.quote.extent();
    let within =
        |span: Span| Span::new(span.start.max(record.paragraph.start), span.end.min(record.paragraph.end));
    let mut runs: Vec<(Span, bool)> = Vec::new();
    let mut at = record.paragraph.start;
    for content in record.quote.content.iter().map(|span| within(*span)).filter(|span| span.start < span.end)
    {
        runs.push((Span::new(at.min(content.start), content.start), false));
        runs.push((content, true));
        at = content.end;
    }
    runs.push((Span::new(at, record.paragraph.end.max(at)), false));
    let mut out = String::new();
    for (span, bold) in runs {
        let text = record.text(span);
        let room = around.saturating_sub(units(&out));
        let text = if span.end <= extent.start {
            tail(text, around / 3)
        } else {
            cut(text, if bold { room * 4 / 5 } else { room / 2 })
        };
        for (at, line) in escape::split(&text).into_iter().enumerate() {
            if at > 0 {
                out.push(' ');
            }
            let line = line.text(&text);
            let (bare, escaped) = (line.trim(), escape::lines(line));
            if bold && !bare.is_empty() {
                let (head, rest) = line.split_at(line.len() - line.trim_start().len());
                let space = Span::new(rest.trim_end().len(), rest.len()).text(rest);
                out.push_str(&format!("{head}**{}**{space}", escape::lines(bare)));
            } else {
                out.push_str(&escaped);
            }
        }
    }
    out
}

/// Returns the lines of escaped text as a block quote.
pub(super) fn block(text: &str) -> String {
    text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
}
