//! Passages: whole paragraphs that are somebody's words without standing between marks, as turns of a transcript and block quotes.
//!
//! Each takes the place of the quotations in its paragraph, so that what reads a page sees words in marks.

use super::marks::Quotation;
use crate::span::Span;

/// A paragraph, or a piece of one, that somebody says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Passage {
    /// What takes the place of all quotations in it: the content with the label and the marks around it.
    pub(crate) line: Span,
    /// What is said.
    pub(crate) content: Span,
    /// Passages of the same number are one quote.
    pub(crate) group: usize,
    /// How the article tells whose words they are.
    pub(crate) by: By,
}

/// How the article tells whose words a passage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// By the label of a turn: the name in it.
    Label(Span),
    /// By the name that it is signed with.
    Signature(Span),
    /// By the paragraph above.
    Above,
}

/// What a quotation that is a passage is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) group: usize,
    pub(crate) by: By,
    /// The first quotation of its group.
    pub(crate) first: usize,
}

/// Puts the passages, in order, in the place of the quotations in their paragraphs. Returns for each quotation what is known of the
/// passage that it is.
pub(crate) fn merge(passages: &[Passage], quotations: &mut Vec<Quotation>) -> Vec<Option<Known>> {
    if passages.is_empty() {
        return vec![None; quotations.len()];
    }
    let mut out: Vec<Option<Known>> = Vec::with_capacity(quotations.len() + passages.len());
    let mut old = std::mem::take(quotations).into_iter().peekable();
    for passage in passages {
        while let Some(quotation) = old.next_if(|quotation| quotation.outer.start < passage.line.end) {
            if quotation.outer.end <= passage.line.start {
                quotations.push(quotation);
                out.push(None);
            }
        }
        let Passage { content, group, by, .. } = *passage;
        let before = out.last().copied().flatten().filter(|before| before.group == group);
        let first = before.map_or(quotations.len(), |before| before.first);
        quotations.push(Quotation { outer: content, inner: content, closed: true, single: false });
        out.push(Some(Known { group, by, first }));
    }
    for quotation in old {
        quotations.push(quotation);
        out.push(None);
    }
    out
}

/// Returns the paragraphs of `text` that have words.
pub(crate) fn paragraphs(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.len()).trim(text);
        start += line.len();
        if !span.text(text).is_empty() {
            out.push(span);
        }
    }
    out
}

/// Returns the line without the mark that opens it and the one at its end; `None` where none opens it.
pub(crate) fn within_mark(text: &str, line: Span) -> Option<Span> {
    let words = line.text(text);
    let mark = words.chars().next().filter(|mark| matches!(mark, '"' | '“' | '«'))?;
    let end = line.end
        - words.chars().next_back().filter(|end| matches!(end, '"' | '”' | '»')).map_or(0, char::len_utf8);
    let start = line.start + mark.len_utf8();
    Some(Span::new(start, end.max(start)).trim(text))
}
