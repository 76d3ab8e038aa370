//! Text in disguise: invisible characters, and letters of other scripts that look like Latin ones.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

/// What each Latin letter looks like (Unicode TS 39) -> the letters that look like it.
static LOOKS: LazyLock<HashMap<String, Vec<char>>> = LazyLock::new(|| {
    let mut looks: HashMap<String, Vec<char>> = HashMap::new();
    for letter in ('a'..='z').chain('A'..='Z') {
        looks.entry(skeleton(letter.encode_utf8(&mut [0; 4])).collect()).or_default().push(letter);
    }
    looks
});

/// Returns `text` without invisible characters. In words whose letters all look like Latin ones, the letters
/// are replaced by these: "реace", written in Cyrillic and Latin letters, becomes "peace". Words that really
/// belong to another script are unchanged.
#[must_use]
pub fn unmasked(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let seen: String = text.chars().filter(|c| !is_unseen(*c)).collect();
    let pieces = seen.split_inclusive(char::is_whitespace);
    Cow::Owned(pieces.map(|piece| latin(piece).unwrap_or_else(|| piece.to_owned())).collect())
}

/// Returns a word in Latin letters; `None` if one of its letters does not look like any.
fn latin(word: &str) -> Option<String> {
    if word.is_ascii() {
        return None;
    }
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        let is_latin = !c.is_alphabetic() || c.nfkd().next().is_some_and(|base| base.is_ascii());
        out.push(if is_latin { c } else { looks_like(c)? });
    }
    Some(out)
}

/// Returns the Latin letter that a letter of another script looks like, in the same case if possible.
fn looks_like(c: char) -> Option<char> {
    let letters = LOOKS.get(&skeleton(c.encode_utf8(&mut [0; 4])).collect::<String>())?;
    letters.iter().find(|letter| letter.is_uppercase() == c.is_uppercase()).or(letters.first()).copied()
}

/// Returns whether a character is invisible: a soft hyphen, a joiner, a directional mark, a variation
/// selector, a tag.
const fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_disguise_become_latin() {
        // The Cyrillic letters е, о, а, р, с, Т and І; zero-width characters between letters.
        assert_eq!(unmasked("р\u{435}а\u{441}е"), "peace");
        assert_eq!(unmasked("\u{422}he \u{406} p\u{200b}ea\u{2060}ce\u{feff}"), "The I peace");
        assert_eq!(unmasked("plain"), "plain");
        assert_eq!(unmasked("Café “fully” naïve"), "Café “fully” naïve");
    }

    #[test]
    fn words_of_another_script_stay() {
        assert_eq!(unmasked("Путин said"), "Путин said");
        assert_eq!(unmasked("和平"), "和平");
    }
}
