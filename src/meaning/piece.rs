//! Which numbers represent the pieces of a text?
//!
//! WordPiece, as BERT's uncased models use it (Devlin et al. 2019): the text is lower-cased, accents are
//! removed, words and punctuation marks are separated, and each word is split into the longest pieces of the
//! vocabulary, from left to right.

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Maximum number of code points of a word; a longer one is unknown as a whole.
const LONGEST: usize = 100;

/// The pieces of the vocabulary, with their numbers.
pub(super) struct Pieces {
    /// The pieces that begin a word, and those that continue one.
    first: FxHashMap<&'static str, i32>,
    later: FxHashMap<&'static str, i32>,
    begin: i32,
    end: i32,
    unknown: i32,
}

impl Pieces {
    /// Parses a vocabulary: one piece per line, numbered from 0; pieces that continue a word begin with `##`.
    pub(super) fn new(vocabulary: &'static str) -> Self {
        let (mut first, mut later) = (FxHashMap::default(), FxHashMap::default());
        for (number, piece) in (0..).zip(vocabulary.lines()) {
            match piece.strip_prefix("##") {
                Some(piece) if !piece.is_empty() => later.insert(piece, number),
                _ => first.insert(piece, number),
            };
        }
        let number = |piece| first.get(piece).copied().unwrap_or_default();
        let (begin, end, unknown) = (number("[CLS]"), number("[SEP]"), number("[UNK]"));
        Self { first, later, begin, end, unknown }
    }

    /// Returns the number of pieces.
    pub(super) fn count(&self) -> i32 {
        i32::try_from(self.first.len() + self.later.len()).unwrap_or(i32::MAX)
    }

    /// Returns a piece as a text of its own.
    pub(super) fn alone(&self, piece: i32) -> Vec<i32> {
        vec![self.begin, piece, self.end]
    }

    /// Returns the numbers of the pieces of `text` between those that mark its beginning and end: at most
    /// `most` including these two, which are always there.
    pub(super) fn of(&self, text: &str, most: usize) -> Vec<i32> {
        let mut out = vec![self.begin];
        let mut word = String::new();
        // More characters than this cannot become pieces that are kept.
        for c in text.chars().take(most.saturating_mul(LONGEST)) {
            if out.len() >= most {
                break;
            }
            if c.is_whitespace() || c.is_control() || c == '\u{fffd}' {
                self.cut(&mut word, &mut out);
            } else if is_parted(c) {
                self.cut(&mut word, &mut out);
                word.push(c);
                self.cut(&mut word, &mut out);
            } else {
                word.extend(c.to_lowercase().nfd().filter(|c| !is_combining_mark(*c)));
            }
        }
        self.cut(&mut word, &mut out);
        out.truncate(most.max(2) - 1);
        out.push(self.end);
        out
    }

    /// Splits a word into pieces and clears it.
    fn cut(&self, word: &mut String, out: &mut Vec<i32>) {
        let first = out.len();
        let mut rest = word.as_str();
        let mut known = word.chars().count() <= LONGEST;
        while known && !rest.is_empty() {
            let pieces = if out.len() == first { &self.first } else { &self.later };
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
            let found = ends
                .map(|end| rest.split_at(end))
                .find_map(|(piece, rest)| pieces.get(piece).map(|number| (*number, rest)));
            match found {
                Some((number, after)) => {
                    out.push(number);
                    rest = after;
                }
                None => known = false,
            }
        }
        if !known {
            out.truncate(first);
            out.push(self.unknown);
        }
        word.clear();
    }
}

/// Returns whether a character is a word by itself: a punctuation mark or a Chinese character.
fn is_parted(c: char) -> bool {
    let is_dash_or_mark = matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}');
    let is_chinese = matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}');
    let is_chinese_mark =
        matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{ff01}'..='\u{ff0f}');
    c.is_ascii_punctuation() || is_dash_or_mark || is_chinese || is_chinese_mark
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOCABULARY: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nthe\nferr\n##ies\n##y\n,\n’\ns\nete\nnot";

    fn check(text: &str, expected: &str) {
        let names: Vec<&str> = VOCABULARY.lines().collect();
        let numbers = Pieces::new(VOCABULARY).of(text, 8);
        let shown: Vec<&str> =
            numbers.iter().map(|number| names[usize::try_from(*number).unwrap()]).collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn words_are_cut_into_the_longest_pieces() {
        check("The Ferries, été", "[CLS] the ferr ##ies , ete [SEP]");
        check("ferry’s", "[CLS] ferr ##y ’ s [SEP]");
        check("ferrx the", "[CLS] [UNK] the [SEP]");
        check("", "[CLS] [SEP]");
    }

    #[test]
    fn a_long_text_is_cut() {
        check("the the the the the the the the the", "[CLS] the the the the the the [SEP]");
        check(&"the".repeat(1000), "[CLS] [UNK] [SEP]");
    }
}
