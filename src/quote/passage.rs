//! Passages: whole paragraphs that are somebody's words without quotation marks, such as turns of a
//! transcript and block quotes.
//!
//! A passage replaces the quotations in its paragraph, so that all later steps treat it like words in marks.

use super::marks::Quotation;
use crate::span::Span;

/// A paragraph, or a piece of one, that somebody says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Passage {
    /// The range in which it replaces all quotations: the content together with its label and marks.
    pub(crate) line: Span,
    /// What is said.
    pub(crate) content: Span,
    /// Passages with the same number form one quote.
    pub(crate) group: usize,
    /// How the article shows whose words they are.
    pub(crate) by: By,
}

/// How the article shows whose words a passage contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// By the label of a turn; the span of the name in it.
    Label(Span),
    /// By a signature; the span of the name.
    Signature(Span),
    /// By the paragraph above it.
    Above,
}

/// What is known about a quotation that is a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) group: usize,
    pub(crate) by: By,
    /// The first quotation of its group.
    pub(crate) first: usize,
}

/// Replaces the quotations in each passage's paragraph by the passage. The passages must be in order.
/// Returns, for each quotation, what is known about the passage it is; `None` for ordinary quotations.
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

/// Returns the paragraphs of `text` that contain words.
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

/// Returns the line without its opening mark and the mark at its end; `None` if it does not begin with a
/// mark.
pub(crate) fn within_mark(text: &str, line: Span) -> Option<Span> {
    let words = line.text(text);
    let mark = words.chars().next().filter(|mark| matches!(mark, '"' | '“' | '«'))?;
    let end = line.end
        - words.chars().next_back().filter(|end| matches!(end, '"' | '”' | '»')).map_or(0, char::len_utf8);
    let start = line.start + mark.len_utf8();
    Some(Span::new(start, end.max(start)).trim(text))
}
