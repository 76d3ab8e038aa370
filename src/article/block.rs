//! Carries block quotes, embedded posts and the like from markup to
//! [`Article::blocks`](super::Article::blocks). Each block is marked in the text by a pair of control
//! characters, which paragraphs otherwise never contain, so that the marks move along when text is cut or
//! inserted before them.

use crate::span::Span;

/// Precedes the first paragraph of a block.
pub(super) const OPEN: char = '\u{2}';

/// Follows the last paragraph of a block.
pub(super) const CLOSE: char = '\u{3}';

/// Removes the block marks from `text`. Returns the spans of the blocks, each before the blocks nested in it.
pub(super) fn take(text: &mut String) -> Vec<Span> {
    if memchr::memchr2(OPEN as u8, CLOSE as u8, text.as_bytes()).is_none() {
        return Vec::new();
    }
    let mut plain = String::with_capacity(text.len());
    let mut blocks: Vec<Span> = Vec::new();
    let mut open = Vec::new();
    for piece in text.split_inclusive([OPEN, CLOSE]) {
        plain.push_str(piece.trim_end_matches([OPEN, CLOSE]));
        if piece.ends_with(OPEN) {
            open.push(blocks.len());
            blocks.push(Span::new(plain.len(), plain.len()));
        } else if piece.ends_with(CLOSE)
            && let Some(at) = open.pop()
        {
            blocks[at].end = plain.len();
        }
    }
    // The text was cut inside these blocks.
    for at in open {
        blocks[at].end = plain.len();
    }
    *text = plain;
    blocks.into_iter().map(|block| block.trim(text)).filter(|block| !block.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(marked: &str, expected: &[&str]) {
        let mut text = marked.to_owned();
        let blocks: Vec<String> = take(&mut text).iter().map(|block| block.text(&text).to_owned()).collect();
        assert_eq!(blocks, expected, "{marked:?}");
        assert!(!text.contains([OPEN, CLOSE]));
    }

    #[test]
    fn blocks_are_found_one_inside_the_other() {
        check("a\n\n\u{2}b\n\n\u{2}c\u{3}\n\nd\u{3}\n\ne", &["b\n\nc\n\nd", "c"]);
        check("a", &[]);
    }

    #[test]
    fn a_cut_text_closes_its_blocks() {
        check("\u{2}a\n\n\u{2}b", &["a\n\nb", "b"]);
        check("a\u{3}\n\nb", &[]);
    }
}
