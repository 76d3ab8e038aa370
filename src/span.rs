//! A byte range in one article's text.

use serde::{Deserialize, Serialize};

/// A half-open range of UTF-8 byte offsets into one article's text; serialises as `[start, end]`.
///
/// The offsets of a span made by this crate are on character boundaries of the text it was made for. Spans
/// are ordered by start, then by end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "[usize; 2]", into = "[usize; 2]")]
pub struct Span {
    /// Offset in bytes of the first byte.
    pub start: usize,
    /// Offset in bytes one past the last byte.
    pub end: usize,
}

impl Span {
    /// Returns the span from `start` to `end`, both in bytes.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Returns the slice of `text` that the span covers, or the empty string if the span does not fit `text`:
    /// out of range, inverted or not on character boundaries.
    #[must_use]
    pub fn text(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Returns the length in bytes; 0 for an empty or inverted span.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Returns whether the span covers no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Returns whether every byte of `other` lies inside this span.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Returns the span without the white space at both of its ends.
    #[must_use]
    pub fn trim(self, text: &str) -> Self {
        let inner = self.text(text);
        let start = self.start + (inner.len() - inner.trim_start().len());
        Self::new(start, (start + inner.trim().len()).max(start))
    }
}

impl From<[usize; 2]> for Span {
    fn from([start, end]: [usize; 2]) -> Self {
        Self { start, end }
    }
}

impl From<Span> for [usize; 2] {
    fn from(span: Span) -> Self {
        [span.start, span.end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_empty_outside_character_boundaries() {
        let text = "é!";
        assert_eq!(Span::new(0, 2).text(text), "é");
        assert_eq!(Span::new(1, 2).text(text), "");
        assert_eq!(Span::new(0, 9).text(text), "");
        assert_eq!(Span::new(3, 2).text(text), "");
    }

    #[test]
    fn trim_keeps_inner_space() {
        let text = "  a b \n";
        assert_eq!(Span::new(0, text.len()).trim(text), Span::new(2, 5));
        assert!(Span::new(0, 2).trim(text).is_empty());
    }
}
