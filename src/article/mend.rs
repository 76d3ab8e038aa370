//! What did a text say before it was decoded with a wrong encoding?
//!
//! Two mistakes are common. UTF-8 was read as Windows-1252, Windows-1251 or Mac Roman and saved again,
//! sometimes twice: `â€œ` for `“`. And Windows-1252 was read as Latin-1, so that its quotation marks became
//! control characters (U+0091 to U+0097). Both are undone where the text can mean nothing else; other text is
//! unchanged.

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1251, WINDOWS_1252};

/// Maximum number of times one text is decoded again.
const TIMES: usize = 3;

/// Returns `text` with decoding mistakes repaired, and without soft hyphens, which only mark where a line may
/// be broken.
pub(super) fn mend(text: String) -> String {
    let text = if text.contains('\u{ad}') { text.replace('\u{ad}', "") } else { text };
    if is_suspect(&text) { decoded(text) } else { text }
}

/// Returns `text` repaired if its quotation marks are broken, otherwise unchanged, byte for byte.
pub(super) fn mend_marks(text: String) -> String {
    let control = |c: char| ('\u{91}'..='\u{97}').contains(&c);
    let is_broken = is_suspect(&text)
        && (["â€", "â\u{80}", "Ã¢â‚¬", "вЂ", "‚Ä"].iter().any(|opening| text.contains(opening))
            || (text.contains(control) && !text.contains('Ã')));
    if is_broken { decoded(text) } else { text }
}

/// Returns whether the text may be broken, judging by a quick look at its bytes.
fn is_suspect(text: &str) -> bool {
    let bytes = text.as_bytes();
    let latin = || {
        memchr::memchr2_iter(0xc2, 0xc3, bytes).any(|at| match (bytes[at], bytes.get(at + 1)) {
            // A control character; or `Â`, `Ã` or `â` before another non-ASCII character.
            (0xc2, Some(0x80..=0x9f)) => true,
            (0xc3, Some(0x82 | 0x83 | 0xa2)) => bytes.get(at + 2).is_some_and(|next| !next.is_ascii()),
            _ => false,
        })
    };
    latin() || text.contains("вЂ") || text.contains("‚Ä")
}

fn decoded(mut text: String) -> String {
    for _ in 0..TIMES {
        let mended = decoded_once(&text);
        if mended == text {
            break;
        }
        text = mended;
    }
    let is_windows = text.contains(|c: char| ('\u{80}'..='\u{9f}').contains(&c) && c != '\u{85}');
    if is_windows { text.chars().map(of_windows).collect() } else { text }
}

/// Returns the Windows-1252 character for a Latin-1 control character; any other character is returned
/// unchanged.
fn of_windows(c: char) -> char {
    match u8::try_from(c) {
        Ok(byte @ 0x80..=0x9f) => {
            let bytes = [byte];
            let (decoded, _) = WINDOWS_1252.decode_without_bom_handling(&bytes);
            decoded.chars().next().unwrap_or(c)
        }
        _ => c,
    }
}

fn decoded_once(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_sure = ["â€", "â\u{80}", "Ã¢"].iter().any(|opening| text.contains(opening));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let found = if c.is_ascii() { None } else { character(&chars[at..], is_sure) };
        let (decoded, taken) = found.unwrap_or((c, 1));
        out.push(decoded);
        at += taken;
    }
    out
}

/// Returns the character whose UTF-8 bytes, read in another encoding, are the first of `chars`, and their
/// number. With `is_sure`, sequences are accepted that could also be a letter followed by a quotation mark.
fn character(chars: &[char], is_sure: bool) -> Option<(char, usize)> {
    let (&first, &second) = (chars.first()?, chars.get(1)?);
    let bytes = |encoding, count: usize| {
        chars.get(..count)?.iter().map(|c| byte_of(*c, encoding)).collect::<Option<Vec<u8>>>()
    };
    let read = |encoding, count| str::from_utf8(&bytes(encoding, count)?).ok()?.chars().next();
    match (first, second) {
        ('â', '€' | '\u{80}') => match read(WINDOWS_1252, 3) {
            Some(c) => Some((c, 3)),
            // The last byte of a closing mark is undefined in Windows-1252, and many programs drop it.
            None => Some(('”', 2)),
        },
        ('в', 'Ђ') => Some((read(WINDOWS_1251, 3)?, 3)),
        ('‚', 'Ä') => Some((read(MACINTOSH, 3)?, 3)),
        ('â', _) => read(WINDOWS_1252, 3).map(|c| (c, 3)),
        // "IRMÃ”" is a word that ends in a capital letter, followed by a quotation mark.
        ('Â' | 'Ã', '\u{2018}'..='\u{201d}') if !is_sure => None,
        ('Â' | 'Ã', _) => read(WINDOWS_1252, 2).map(|c| (c, 2)),
        ('Å' | 'Æ' | 'Ë', _) if is_sure => read(WINDOWS_1252, 2).map(|c| (c, 2)),
        ('ð', 'Ÿ' | '\u{9f}') => read(WINDOWS_1252, 4).map(|c| (c, 4)),
        _ => None,
    }
}

/// Returns the byte of `c` in a single-byte encoding. Bytes that Windows-1252 leaves undefined are the
/// control characters of the same number.
fn byte_of(c: char, encoding: &'static Encoding) -> Option<u8> {
    if encoding == WINDOWS_1252
        && let Ok(byte) = u8::try_from(c)
    {
        return Some(byte);
    }
    let mut buffer = [0; 4];
    let (bytes, _, failed) = encoding.encode(c.encode_utf8(&mut buffer));
    match *bytes {
        [byte] if !failed => Some(byte),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks that a text that was decoded with `encoding` this many times is repaired.
    #[track_caller]
    fn check(encoding: &'static Encoding, times: usize, text: &str) {
        let mut broken = text.to_owned();
        for _ in 0..times {
            broken = encoding.decode_without_bom_handling(broken.as_bytes()).0.into_owned();
        }
        assert_ne!(broken, text);
        assert_eq!(mend(broken.clone()), text);
        assert_eq!(mend_marks(broken), text);
    }

    #[test]
    fn what_was_encoded_twice_is_decoded_twice() {
        for times in 1..=3 {
            check(WINDOWS_1252, times, "“We’ll sign – soon…” said José Dubé.");
        }
        check(WINDOWS_1251, 1, "“We’ll sign – soon…” said Pia Lund.");
        check(MACINTOSH, 1, "“We’ll sign – soon…” said Pia Lund.");
        assert_eq!(mend("â\u{80}\u{9c}Soon,â\u{80}\u{9d} he said".to_owned()), "“Soon,” he said");
        assert_eq!(mend("â€œSoon,â€ he said".to_owned()), "“Soon,” he said");
    }

    #[test]
    fn windows_quotation_marks_are_repaired() {
        let text = "\u{93}They will,\u{94} said Pia Lund. It\u{92}s done\u{85}";
        assert_eq!(mend(text.to_owned()), "“They will,” said Pia Lund. It’s done…");
        assert_eq!(mend_marks(text.to_owned()), "“They will,” said Pia Lund. It’s done…");
    }

    #[test]
    fn good_text_is_left_alone() {
        for text in [
            "“CAFÉ”, «São João», ÂME, IRMÃ”, Ça va, 5 €",
            "Ми відкриємо архів у травні",
            "İstanbul’da âlem, pâté, Ðòra",
            "a\u{85}b",
        ] {
            assert_eq!(mend(text.to_owned()), text);
            assert_eq!(mend_marks(text.to_owned()), text);
        }
        // Text that is kept byte for byte is only repaired if its quotation marks are broken.
        assert_eq!(mend_marks("FranÃ\u{83}Â§ois".to_owned()), "FranÃ\u{83}Â§ois");
        assert_eq!(mend("FranÃ\u{83}Â§ois".to_owned()), "François");
        assert_eq!(mend("agree\u{ad}ment".to_owned()), "agreement");
    }
}
