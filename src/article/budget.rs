//! Limits how much of a file, an article and a list of quotes is kept: all limits in one place, each with its
//! reason.
//!
//! Anybody can write a corpus, and a small machine has to survive all of it: with these limits indexing takes
//! less than 512 MB of memory, whatever the files are. They are far above what people write: a novel has 1 to
//! 3 MB of text, a day of a parliament 1 MB and 5,000 turns. What exceeds a limit is truncated or skipped,
//! and reported with its size; what is within the limits is indexed and can be found.

use std::fmt;

use super::Reason;

/// Maximum decompressed size in bytes of a file that is parsed as a whole. JSON needs all of it in memory,
/// and twice as much while one value is read. JSON Lines have no such limit: they are read line by line.
pub const FILE_BYTES: u64 = 64_000_000;

/// Maximum decompressed size in bytes of a web page or a feed: the tree built from it takes several times as
/// much memory.
pub const MARKUP_BYTES: u64 = 16_000_000;

/// Maximum length in bytes of a line of JSON Lines that is read as an article.
pub(super) const LINE_BYTES: u64 = 16_000_000;

/// Maximum length in bytes of a line that is skipped; reading stops at a longer one.
pub(super) const PASSED_BYTES: u64 = 256_000_000;

/// Maximum number of elements and of entries of a feed: the parser keeps a struct of some hundred bytes for
/// each.
pub(super) const FEED_ELEMENTS: usize = 400_000;
pub(super) const FEED_ENTRIES: usize = 50_000;

/// Maximum size in bytes of the text of one article; the rest is cut off, at the end of a paragraph if
/// possible. A book fits.
pub const TEXT_BYTES: usize = 8_000_000;

/// Maximum number of non-blank lines, that is paragraphs, of the text of one article; the rest is cut off.
/// One entry is kept for each while quotes are located.
pub const PARAGRAPHS: usize = 200_000;

/// Maximum number of quotes of one article; further quotes are dropped. Each is a document of the index and
/// is stored with its context.
pub const QUOTES: usize = 50_000;

/// Size in bytes of the pieces in which a text is searched for quotes. Tokens, names, mentions and quotations
/// take 50 to 100 times the size of their text during the search, so this bounds their memory too.
pub(crate) const PIECE_BYTES: usize = 1_000_000;

/// Maximum number of punctuation marks and spaces in a piece; prose has one in five bytes. No text has more
/// than two tokens for each.
pub(crate) const PIECE_SIGNS: usize = 300_000;

/// Maximum length in bytes of a label of an article: its title, its outlet, one tag, or all names of its
/// byline. Longer ones are truncated. The title is stored with every quote.
pub(super) const LABEL_BYTES: usize = 1000;

/// Maximum length in bytes of a URL, as in browsers; a longer one is dropped.
pub(super) const ADDRESS_BYTES: usize = 8000;

/// Maximum length in bytes of an id that is kept as it is; a longer one is replaced by its beginning and a
/// hash.
pub(super) const ID_BYTES: usize = 1000;

/// Maximum number of tags of one article; each is indexed with every quote.
pub(super) const TAGS: usize = 100;

/// Size in bytes of the pieces in which Markdown is parsed: the parser uses up to 100 times as much memory. A
/// link and its definition must be in the same piece, and a list is split where a piece ends.
pub(super) const MARKDOWN_BYTES: usize = 1_000_000;

/// Maximum number of values of a list in JSON or front matter (tags, authors, paragraphs); the rest is
/// ignored.
pub(super) const LIST_VALUES: usize = 20_000;

/// Maximum size in bytes of the front matter of a Markdown file, and of a sidecar.
pub const ABOUT_BYTES: usize = 1_000_000;

/// Which limit a text exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// [`TEXT_BYTES`].
    Text,
    /// [`PARAGRAPHS`].
    Paragraphs,
}

impl Bound {
    /// Returns the words that follow the size of the text in the message.
    pub(super) fn in_words(self) -> String {
        match self {
            Self::Text => String::new(),
            Self::Paragraphs => format!(" in more than {PARAGRAPHS} paragraphs"),
        }
    }
}

/// Displays a size for people: "55.5 MB". The last digit is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(bytes) = *self;
        let tenths = |unit: u64| (bytes + unit / 20) / (unit / 10);
        let (tenths, unit) = match bytes {
            0..1_000 => return write!(f, "{bytes} bytes"),
            1_000..1_000_000 => (tenths(1_000), "KB"),
            1_000_000.. => (tenths(1_000_000), "MB"),
        };
        write!(f, "{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

/// Truncates a text that exceeds [`TEXT_BYTES`] or [`PARAGRAPHS`]: at the end of a line if there is one in
/// the second half, otherwise between words. Returns the reason to report; `None` if nothing was cut. `size`
/// is the size of the whole text if `text` is only its beginning.
pub(super) fn cut(text: &mut String, size: Option<u64>) -> Option<Reason> {
    let found = size.unwrap_or(text.len() as u64);
    let lines = end_of_lines(text, PARAGRAPHS).filter(|end| *end <= TEXT_BYTES);
    let (end, bound) = match lines {
        Some(end) => (end, Bound::Paragraphs),
        None if size.is_none() && text.len() <= TEXT_BYTES => return None,
        // If `text` is only the beginning, its last line may be incomplete.
        None => (end_of_paragraph(text, TEXT_BYTES.min(text.len().saturating_sub(1))), Bound::Text),
    };
    text.truncate(end);
    text.truncate(text.trim_end().len());
    text.shrink_to_fit();
    Some(Reason::Cut { found, kept: text.len() as u64, bound })
}

/// Returns the end of the `count`-th non-blank line; `None` if the text has no more non-blank lines than
/// that.
fn end_of_lines(text: &str, count: usize) -> Option<usize> {
    if text.len() <= count {
        return None;
    }
    let bytes = text.as_bytes();
    let (mut start, mut lines, mut end) = (0, 0, 0);
    for at in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        if !bytes[start..at].trim_ascii().is_empty() {
            if lines == count {
                return Some(end);
            }
            (lines, end) = (lines + 1, at);
        }
        start = at + 1;
    }
    None
}

/// Returns the best place to end a part of `text` of at most `most` bytes: after a line, after a word, or
/// else at a character boundary.
pub(crate) fn end_of_paragraph(text: &str, most: usize) -> usize {
    if text.len() <= most {
        return text.len();
    }
    let most = text.floor_char_boundary(most);
    let bytes = text.as_bytes().get(..most).unwrap_or_default();
    let line = memchr::memrchr(b'\n', bytes).filter(|at| *at >= most / 2);
    // No byte of a non-ASCII character looks like a space.
    let word = || bytes.iter().rposition(u8::is_ascii_whitespace).filter(|at| *at >= most / 2);
    line.or_else(word).map_or(most, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: String, kept: usize, said: &str) {
        let mut cut_text = text.clone();
        let reason = cut(&mut cut_text, None).map(|reason| reason.to_string());
        assert_eq!((cut_text.len(), reason.as_deref().unwrap_or_default()), (kept, said));
        assert!(text.starts_with(&cut_text));
    }

    #[test]
    fn text_within_the_limits_is_unchanged() {
        check("One.\n\nTwo.\n".to_owned(), 11, "");
        check("x".repeat(TEXT_BYTES), TEXT_BYTES, "");
        check("a\n\n".repeat(PARAGRAPHS), 3 * PARAGRAPHS, "");
    }

    #[test]
    fn a_long_text_ends_with_a_paragraph_or_a_word() {
        let line = "It was late.".repeat(8) + "\n\n";
        let text = line.repeat(100_000);
        let kept = TEXT_BYTES / line.len() * line.len() - 2;
        check(text, kept, "9.8 MB of text; only the first 8.0 MB are on record");
        check("late ".repeat(2_000_000), 7_999_999, "10.0 MB of text; only the first 8.0 MB are on record");
        check("é".repeat(6_000_000), TEXT_BYTES, "12.0 MB of text; only the first 8.0 MB are on record");
    }

    #[test]
    fn too_many_paragraphs_are_cut_off() {
        let said = "600.0 KB of text in more than 200000 paragraphs; only the first 600.0 KB are on record";
        check("a\n\n".repeat(PARAGRAPHS + 1), 3 * PARAGRAPHS - 2, said);
    }

    #[test]
    fn sizes_are_written_for_people() {
        for (bytes, size) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_250, "1.3 KB"),
            (999_960, "1000.0 KB"),
            (55_500_003, "55.5 MB"),
        ] {
            assert_eq!(Size(bytes).to_string(), size);
        }
    }
}
