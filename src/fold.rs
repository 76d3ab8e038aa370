//! Folds text for comparison: words that a reader takes for the same compare equal. Folded text is never
//! displayed.
//!
//! The index, the questions and the ranking all compare these words and stems, so they agree on what a word
//! is.

mod mask;

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization as _;

use crate::lang::Language;
use crate::span::Span;

pub use mask::unmasked;

/// Returns `text` in lower case without accents, with straight apostrophes and single spaces: `Micheál  O’Brien`
/// becomes `micheal o'brien`. Punctuation is kept.
#[must_use]
pub fn fold(text: &str) -> String {
    fold_in(text, Language::primary())
}

/// Like [`fold`], but keeps the diacritics that distinguish letters in `language`: if it has the letter й, it is
/// not folded to и.
fn fold_in(text: &str, language: &Language) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    let mut put = |c: char| {
        let c = match c {
            '`' => '\'',
            c if c.is_ascii() => c,
            // A soft hyphen only marks where a line may be broken.
            '\u{ad}' | '\u{300}'..='\u{36f}' => return,
            '’' | '‘' | 'ʼ' | '′' => '\'',
            'ł' | 'Ł' => 'l',
            'ø' | 'Ø' => 'o',
            'ı' => 'i',
            'đ' | 'Đ' => 'd',
            c => c,
        };
        if c.is_whitespace() {
            space = !out.is_empty();
            return;
        }
        if space {
            out.push(' ');
            space = false;
        }
        if c.is_ascii() { out.push(c.to_ascii_lowercase()) } else { out.extend(c.to_lowercase()) }
    };
    // ASCII and these marks are already normalised, and they separate runs that can be normalised one by one.
    let plain = |c: char| c.is_ascii() || matches!(c, '‐' | '–' | '—' | '‘'..='„');
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if plain(c) {
            put(c);
        } else {
            let run: usize = rest.clone().take_while(|c| !plain(*c)).count();
            let run = std::iter::once(c).chain(rest.by_ref().take(run));
            if language.is_without_marked_letters() {
                run.nfkd().for_each(&mut put);
            } else {
                run.nfc().for_each(|c| {
                    if language.is_marked_letter(c) {
                        put(c)
                    } else {
                        std::iter::once(c).nfkd().for_each(&mut put)
                    }
                });
            }
        }
    }
    out
}

/// Returns the words of `text` as [`words_in`] does, in the language of questions.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    words_in(text, Language::primary())
}

/// Returns the folded words of `text`: letters and digits with inner apostrophes. Full stops are removed
/// ("U.S." is "us"), hyphens separate words, and a possessive ending (`'s`) is cut off.
///
/// ```
/// use rapporteur::fold::words;
///
/// assert_eq!(words("Micheál O’Brien's U.S. cease-fire"), ["micheal", "o'brien", "us", "cease", "fire"]);
/// ```
#[must_use]
pub fn words_in(text: &str, language: &Language) -> Vec<String> {
    let mut out = Vec::new();
    each_word_in(text, language, |word| out.push(word.to_owned()));
    out
}

/// Returns the folded words of a name without a leading "the", unless "the" is the whole name: "The Times"
/// and "Times" compare equal.
#[must_use]
pub fn name(text: &str) -> Vec<String> {
    let mut words = words(text);
    if words.len() > 1 && words.first().is_some_and(|word| Language::primary().question.the.has(word)) {
        words.remove(0);
    }
    words
}

/// Calls `tell` with each of the [`words`] of `text` in order, without allocating a vector.
pub fn each_word(text: &str, tell: impl FnMut(&str)) {
    each_word_in(text, Language::primary(), tell);
}

/// Calls `tell` with each word of `text`, as [`words_in`] returns them, in order, without allocating a
/// vector.
fn each_word_in(text: &str, language: &Language, mut tell: impl FnMut(&str)) {
    let folded = fold_in(text, language);
    for piece in folded.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '.'))) {
        let piece = piece.trim_matches(['\'', '.']);
        let piece = language.without_possessive(piece);
        if !piece.contains('.') {
            if !piece.is_empty() {
                tell(piece);
            }
        } else if piece.split('.').all(|part| part.chars().count() <= 1) {
            // "U.S" is one word, "end.Then" is two.
            tell(&piece.replace('.', ""));
        } else {
            piece.split('.').filter(|part| !part.is_empty()).for_each(&mut tell);
        }
    }
}

/// Returns the stem of a folded word in the language of questions; see [`Language::stem`].
#[must_use]
pub fn stem(word: &str) -> String {
    Language::primary().stem(word).into_owned()
}

/// Returns a hash of `text` that is the same on every machine: the first four bytes of its BLAKE3 hash. Two
/// different texts collide with a probability of one in four billion.
#[must_use]
pub fn fingerprint(text: &str) -> u32 {
    let mut head = [0; 4];
    blake3::Hasher::new().update(text.as_bytes()).finalize_xof().fill(&mut head);
    u32::from_le_bytes(head)
}

/// Returns a hash of `parts` that is the same on every machine: the first eight bytes of the BLAKE3 hash of
/// all parts, each preceded by its length.
#[must_use]
pub fn number(parts: &[&[u8]]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut first = [0; 8];
    hasher.finalize_xof().fill(&mut first);
    u64::from_le_bytes(first)
}

/// Returns what equivalent forms of a URL have in common: without scheme, `www.`, fragment and final slash,
/// with the host in lower case.
#[must_use]
pub fn address(url: &str) -> String {
    let bare = url.trim().split('#').next().unwrap_or_default();
    let bare = bare.split_once("://").map_or(bare, |(_, rest)| rest);
    let (host, path) = bare.split_once('/').unwrap_or((bare, ""));
    let host = host.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    format!("{host}/{}", path.trim_end_matches('/'))
}

/// Returns the byte ranges of the words of `text` whose stem is among `stems`, in order.
#[must_use]
pub fn places(text: &str, stems: &HashSet<String>) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, c.is_alphanumeric() || matches!(c, '\'' | '’')) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let word = Span::new(from, at);
                if words(word.text(text)).iter().any(|word| stems.contains(&self::stem(word))) {
                    out.push(word);
                }
                start = None;
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_accents_and_apostrophes() {
        assert_eq!(fold("Micheál  O’Brien"), "micheal o'brien");
        assert_eq!(fold("François\u{a0}Ærø"), "francois æro");
        assert_eq!(fold("e\u{301}’–e\u{327}\u{301} ½…“Ω”"), "e'–e 1⁄2...“ω”");
        assert_eq!(fold(""), "");
    }

    #[test]
    fn diacritics_that_distinguish_letters_are_kept() {
        let russian = Language::of_letters(&['й', 'ё']);
        assert_eq!(fold_in("Он, Йод и\u{306} Café", &russian), "он, йод й cafe");
        assert_eq!(fold("Он, Йод"), "он, иод");
        assert_eq!(words_in("Зелёный Étage", &russian), ["зелёный", "etage"]);
    }

    #[test]
    fn words_keep_initials_together() {
        assert_eq!(
            words("Trump’s U.S. vice-president didn't."),
            ["trump", "us", "vice", "president", "didn't"]
        );
        assert_eq!(words("—!"), Vec::<String>::new());
        assert_eq!(words("3.5 end.Then"), ["35", "end", "then"]);
    }

    #[test]
    fn names_compare_without_their_article() {
        assert_eq!(name("The Financial Times"), name("financial times"));
        assert_eq!(name("The The"), ["the"]);
        assert_eq!(name("The"), ["the"]);
        assert_eq!(name(""), Vec::<String>::new());
    }

    #[test]
    fn addresses_of_one_page_are_one() {
        for url in
            ["https://www.Herald.example/a/b/", "herald.example/a/b#top", " http://herald.example/a/b "]
        {
            assert_eq!(address(url), "herald.example/a/b", "{url}");
        }
        assert_ne!(address("https://herald.example/a?id=1"), address("https://herald.example/a?id=2"));
    }

    #[test]
    fn marks_every_form_of_a_word() {
        let stems = HashSet::from([stem("territory")]);
        let text = "Territories, the territory’s line.";
        let marked: Vec<&str> = places(text, &stems).iter().map(|span| span.text(text)).collect();
        assert_eq!(marked, ["Territories", "territory’s"]);
    }
}
