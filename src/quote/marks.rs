//! Pairs quotation marks, paragraph by paragraph.
//!
//! Handles straight, curly, low, angle and doubled marks, and curly marks that were swapped. A mark that is
//! never closed in its paragraph extends to the end of the paragraph, as in quotes of several paragraphs.
//! Single marks count only outside double ones, at the start of a word, and with a partner; an apostrophe is
//! not a mark. Linear in the length of the text.

use crate::lang::Language;
use crate::span::Span;

/// A passage between a pair of marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quotation {
    /// The span with the marks.
    pub(crate) outer: Span,
    /// The span without the marks; never empty.
    pub(crate) inner: Span,
    /// Whether there is a closing mark.
    pub(crate) closed: bool,
    /// Whether the marks are single.
    pub(crate) single: bool,
}

/// Returns the quotations of `text`, in order; they do not overlap.
pub(crate) fn quotations(text: &str, language: &Language) -> Vec<Quotation> {
    let mut out = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        Paragraph { text, language, end, out: &mut out }.scan(start);
        start += line.len();
    }
    out
}

/// Returns the longest quotation of `text` without its marks; on a tie, the first. Unclosed quotations do not
/// count.
pub(crate) fn longest(text: &str, language: &Language) -> Option<Span> {
    let closed = quotations(text, language).into_iter().filter(|quotation| quotation.closed);
    closed.map(|quotation| quotation.inner).rev().max_by_key(|inner| inner.len())
}

struct Paragraph<'a> {
    text: &'a str,
    language: &'a Language,
    /// Offset of the end of the paragraph.
    end: usize,
    out: &'a mut Vec<Quotation>,
}

/// An opening mark that waits for its partner.
#[derive(Clone, Copy)]
struct Open {
    at: Span,
    mark: char,
}

impl Paragraph<'_> {
    fn scan(&mut self, start: usize) {
        let mut open: Option<Open> = None;
        let mut at = start;
        // If the search for a closing single mark has failed once, it fails from every later position before
        // the same stop.
        let mut no_partner_before = start;
        let mut before = ' ';
        let bytes = self.text.as_bytes();
        while at < self.end {
            let plain = plain_bytes(&bytes[at..self.end]);
            if plain > 0 {
                at += plain;
                before = char::from(bytes[at - 1]);
                continue;
            }
            let c = self.char_at(at);
            let width = self.double_width(at, c);
            if width > 0 {
                let next = self.char_at(at + width);
                let mark = Open { at: Span::new(at, at + width), mark: c };
                open = match open {
                    // A backtick inside “…” marks code.
                    Some(first) if c == '`' && first.mark == '“' => Some(first),
                    Some(first) if reopens(first.mark, c, before, next) => {
                        self.push(first, at, at, false);
                        Some(mark)
                    }
                    Some(first) => {
                        self.push(first, at, at + width, true);
                        None
                    }
                    None => opens(c, before, next).then_some(mark),
                };
                before = c;
                at += width;
                continue;
            }
            if open.is_none()
                && matches!(c, '\'' | '‘')
                && at >= no_partner_before
                && self.starts_word(at, c, before)
            {
                match self.single_partner(at + c.len_utf8()) {
                    Ok(close) => {
                        let mark = Open { at: Span::new(at, at + c.len_utf8()), mark: c };
                        let end = close + self.char_at(close).len_utf8();
                        self.push(mark, close, end, true);
                        before = '\'';
                        at = end;
                        continue;
                    }
                    Err(stop) => no_partner_before = stop,
                }
            }
            before = c;
            at += c.len_utf8();
        }
        if let Some(first) = open {
            self.push(first, self.end, self.end, false);
        }
    }

    fn push(&mut self, open: Open, inner_end: usize, outer_end: usize, closed: bool) {
        let inner = Span::new(open.at.end, inner_end);
        if inner.text(self.text).chars().any(char::is_alphanumeric) {
            let single = matches!(open.mark, '\'' | '‘') && open.at.len() < 4 && !self.is_doubled(open.at);
            self.out.push(Quotation { outer: Span::new(open.at.start, outer_end), inner, closed, single });
        }
    }

    fn is_doubled(&self, at: Span) -> bool {
        at.text(self.text).chars().count() == 2
    }

    /// Returns the character at `at`; a space at the end of the paragraph.
    fn char_at(&self, at: usize) -> char {
        if at >= self.end {
            ' '
        } else {
            self.text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or(' ')
        }
    }

    /// Returns the width in bytes of the double mark at `at`; 0 if there is none.
    fn double_width(&self, at: usize, c: char) -> usize {
        match c {
            '"' | '“' | '”' | '„' | '«' | '»' | '‟' | '＂' => c.len_utf8(),
            '\'' | '`' | '‘' | '’' if self.char_at(at + c.len_utf8()) == c && c != '’' => {
                2 * c.len_utf8()
            }
            '’' if self.char_at(at + c.len_utf8()) == c => 2 * c.len_utf8(),
            _ => 0,
        }
    }

    /// Returns whether a single mark at `at` may open a quotation: not inside a word, and not an elision
    /// ('em, '90s).
    fn starts_word(&self, at: usize, c: char, before: char) -> bool {
        let rest = Span::new(at + c.len_utf8(), self.end).text(self.text);
        let next = rest.chars().next().unwrap_or(' ');
        let word = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let elided = self.language.is_elision(&word.to_ascii_lowercase()) || is_decade(word);
        !before.is_alphanumeric()
            && !matches!(before, '.' | ',' | '!' | '?')
            && !next.is_whitespace()
            && !elided
    }

    /// Returns the offset of the single mark that closes the quotation opened before `from`; `Err` with where
    /// the search stopped if there is none.
    fn single_partner(&self, from: usize) -> Result<usize, usize> {
        let mut at = from;
        let mut before = ' ';
        while at < self.end {
            let c = self.char_at(at);
            if self.double_width(at, c) > 0 {
                return Err(at);
            }
            if matches!(c, '\'' | '’') && at > from && !before.is_whitespace() {
                let after = self.char_at(at + c.len_utf8());
                let possessive = before == 's' && self.is_possessive(at + c.len_utf8());
                if !after.is_alphanumeric() && !possessive {
                    return Ok(at);
                }
            }
            before = c;
            at += c.len_utf8();
        }
        Err(self.end)
    }

    /// Returns whether an apostrophe that ends before `after` is a plural possessive: a lower-case word
    /// follows, and within the next forty characters there is a better partner, one after punctuation.
    fn is_possessive(&self, after: usize) -> bool {
        let rest = Span::new(after, self.end).text(self.text);
        let mut chars = rest.chars();
        if chars.next() != Some(' ') || !chars.next().is_some_and(char::is_lowercase) {
            return false;
        }
        let mut before = ' ';
        for c in rest.chars().take(40) {
            if matches!(c, '\'' | '’') && matches!(before, ',' | '.' | '?' | '!') {
                return true;
            }
            before = c;
        }
        false
    }
}

/// Returns whether the word is the rest of a decade after its apostrophe: "90s" of "'90s".
fn is_decade(word: &str) -> bool {
    let years = word.trim_end_matches('s');
    word.len() <= 3 && years.len() == 2 && word.starts_with(|c: char| c.is_ascii_digit())
}

/// Returns how many bytes at the front certainly belong to no mark; a fast path for most of the text.
fn plain_bytes(bytes: &[u8]) -> usize {
    const AT_ONCE: usize = 16;
    let plain = |byte: &u8| byte.is_ascii() & !matches!(byte, b'"' | b'\'' | b'`');
    let (chunks, _) = bytes.as_chunks::<AT_ONCE>();
    let whole = |chunk: &&[u8; AT_ONCE]| chunk.iter().fold(true, |all, byte| all & plain(byte));
    let start = AT_ONCE * chunks.iter().take_while(whole).count();
    start + bytes[start..].iter().take_while(|byte| plain(byte)).count()
}

/// Returns whether a double mark opens a quotation if none is open.
fn opens(mark: char, before: char, next: char) -> bool {
    match mark {
        '“' | '„' | '«' | '‟' | '`' => true,
        // A swapped closing mark.
        '”' | '»' => next.is_alphanumeric() && !before.is_alphanumeric(),
        // A sign for inches, or a closing mark without a partner.
        _ => {
            let inches = before.is_ascii_digit() && !next.is_alphanumeric();
            let stray = next.is_whitespace() && !before.is_whitespace();
            !inches && !stray
        }
    }
}

/// Returns whether a double mark opens a new quotation although one is open, because the closing mark was
/// left out.
fn reopens(first: char, mark: char, before: char, next: char) -> bool {
    match mark {
        '„' | '«' | '`' => true,
        // „so“ and ”so“ are closed by a mark that opens elsewhere; so is “so?“ if a space follows.
        '“' if matches!(first, '„' | '”' | '‟') => next.is_alphanumeric() && before.is_whitespace(),
        '“' => before.is_whitespace() || next.is_alphanumeric(),
        '"' => (before.is_whitespace() || matches!(before, '(' | '[' | '—')) && next.is_alphanumeric(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> =
            quotations(text, Language::primary()).iter().map(|q| q.inner.text(text)).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn pairs_every_style() {
        check(r#""We agreed," he said. "At last.""#, &["We agreed,", "At last."]);
        check("“We agreed,” he said.", &["We agreed,"]);
        check("''We agreed,'' he said.", &["We agreed,"]);
        check("``We agreed,'' he said.", &["We agreed,"]);
        check("«We agreed», he said.", &["We agreed"]);
        check("„We agreed“, he said.", &["We agreed"]);
        check("”We agreed,“ he said.", &["We agreed,"]);
        check("“We agreed,“ he said. “At last.”", &["We agreed,", "At last."]);
        check("“We heard ```not code``` on Monday,” she said.", &["We heard ```not code``` on Monday,"]);
    }

    #[test]
    fn the_longest_is_found() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(
                longest(text, Language::primary()).map(|span| span.text(text)),
                expected,
                "in {text:?}"
            );
        };
        check("He said “no” and “not an easy job”.", Some("not an easy job"));
        check("“one” and “two”", Some("one"));
        check("5\" wide", None);
        check("“never closed", None);
    }

    #[test]
    fn an_unclosed_mark_extends_to_the_end_of_the_paragraph() {
        check("\"First.\n\n\"Second,\" he said.", &["First.", "Second,"]);
        check("“First\nplain", &["First"]);
        check("“First “Second”", &["First ", "Second"]);
    }

    #[test]
    fn distinguishes_single_marks_from_apostrophes() {
        check("Lund: Talks 'Going Nowhere'", &["Going Nowhere"]);
        check("the voters' anger in the '90s, let 'em", &[]);
        check("He’s ‘not sure’ of it", &["not sure"]);
        check("\"She told me 'never' twice,\" he said", &["She told me 'never' twice,"]);
        check("'the states' rights,' he said", &["the states' rights,"]);
    }

    #[test]
    fn ignores_inches_and_stray_marks() {
        check("a 6\" pipe and nothing else", &[]);
        check("stray end\" here", &[]);
        check("\"\" and “ ”", &[]);
    }

    #[test]
    fn a_million_marks_take_linear_time() {
        for unit in ["'a ", "\"", "“", "''", "a' "] {
            quotations(&unit.repeat(1_000_000 / unit.len()), Language::primary());
        }
    }
}
