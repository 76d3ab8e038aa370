//! Which encoding are the bytes of a text in?
//!
//! Tried in this order: a byte order mark; UTF-16 recognised by its NUL bytes; UTF-8, possibly with a few bad
//! bytes; the charset that an HTML page or an XML file declares; chardetng's guess. Bytes that are not text
//! in any of these are binary.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memmem;

use super::Reason;

/// The first bytes of file formats that are never text, although some would pass for it.
const BINARY: [&[u8]; 18] = [
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"%PDF-",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
    b"7z\xbc\xaf\x27\x1c",
    b"\xfd7zXZ\0",
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    b"BZh91AY&SY",
    b"SQLite format 3\0",
    b"\0asm",
    b"\xca\xfe\xba\xbe",
    b"OggS\0",
];

/// How many bytes the encoding detector gets; more would not change its result.
const SAMPLE: usize = 256 << 10;

/// Minimum number of bytes per NUL byte for NULs to be treated as stray.
const STRAY: usize = 100;

/// How many bytes are inspected to recognise UTF-16.
const SAMPLE_16: usize = 4096;

/// Returns the text of `bytes` without its byte order mark, with U+FFFD in place of invalid bytes.
///
/// # Errors
///
/// [`Reason::Binary`] if the bytes are not text.
pub(super) fn text(bytes: Vec<u8>) -> Result<String, Reason> {
    if is_binary(&bytes) {
        return Err(Reason::Binary);
    }
    let bytes = without_stray_nuls(bytes);
    let text = match encoding(&bytes) {
        Some(encoding) if encoding == UTF_8 => unmarked(bytes),
        Some(encoding) => encoding.decode_with_bom_removal(&bytes).0.into_owned(),
        None => return Err(Reason::Binary),
    };
    let controls = text.bytes().filter(|&b| b < 0x20 && !(0x07..=0x0d).contains(&b) && b != 0x1b).count();
    if controls * 20 > text.len() { Err(Reason::Binary) } else { Ok(text) }
}

/// Returns the bytes without the NUL bytes that an interrupted write or a faulty program left: those at the
/// end, and others if they are few.
fn without_stray_nuls(mut bytes: Vec<u8>) -> Vec<u8> {
    if memchr::memchr(0, &bytes).is_none() || utf_16(&bytes).is_some() {
        return bytes;
    }
    if let Some(last) = bytes.iter().rposition(|byte| *byte != 0) {
        bytes.truncate(last + 1);
    }
    if memchr::memchr_iter(0, &bytes).count() * STRAY <= bytes.len() {
        bytes.retain(|byte| *byte != 0);
    }
    bytes
}

/// Returns whether the bytes begin like a file that is never text.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    BINARY.iter().any(|magic| bytes.starts_with(magic))
}

/// Returns the UTF-16 encoding of `bytes`, little or big endian, if they are UTF-16.
pub(super) fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    match Encoding::for_bom(bytes) {
        Some((encoding, _)) => (encoding != UTF_8).then_some(encoding),
        None => utf_16_by_nuls(bytes),
    }
}

fn unmarked(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

fn encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    if let Some(encoding) = utf_16_by_nuls(bytes) {
        return Some(encoding);
    }
    if memchr::memchr(0, bytes).is_some() {
        return None;
    }
    if is_mostly_utf_8(bytes) { Some(UTF_8) } else { declared(bytes).or_else(|| Some(guess(bytes))) }
}

/// Recognises UTF-16: every space and line end has a NUL byte on the same side, on which most bytes are below
/// 0x30 in all but the East Asian scripts; no code unit of a text has a NUL byte on the other side.
fn utf_16_by_nuls(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..SAMPLE_16).unwrap_or(bytes);
    let units = sample.len() / 2;
    let count =
        |side: usize, is: fn(u8) -> bool| sample.chunks_exact(2).filter(|unit| is(unit[side])).count();
    let nuls = |side| count(side, |b| b == 0);
    let low = |side| count(side, |b| b < 0x30) * 10 >= units * 7;
    let encoding = match (nuls(0), nuls(1)) {
        (0, 1..) if low(1) => UTF_16LE,
        (1.., 0) if low(0) => UTF_16BE,
        _ => return None,
    };
    let (text, _, _) = encoding.decode(sample);
    let strange = text.chars().any(|c| c.is_control() && !c.is_whitespace());
    (!strange).then_some(encoding)
}

/// Returns whether the bytes are UTF-8, or have at least eight valid non-ASCII characters for every invalid
/// sequence. A truncated file ends with two or three bytes of a character; a single such byte may as well be
/// a Latin-1 letter.
fn is_mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad, mut cut) = (0, 0, false);
    for chunk in bytes.utf8_chunks() {
        cut = chunk.invalid().len() > 1;
        bad += usize::from(!chunk.invalid().is_empty());
        good += chunk.valid().bytes().filter(|&b| b >= 0xc0).count();
    }
    bad * 8 <= good || (bad == 1 && cut)
}

/// Returns the encoding that the first bytes declare as `charset=` or `encoding=`. A declared UTF-8 or UTF-16
/// is ignored: it would already have been recognised.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..4096).unwrap_or(bytes);
    if head.trim_ascii_start().first() != Some(&b'<') {
        return None;
    }
    let head = head.to_ascii_lowercase();
    let key = |name: &[u8]| memmem::find(&head, name).map(|at| at + name.len());
    let value = head.get(key(b"charset=").or_else(|| key(b"encoding="))?..)?;
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let end = value.iter().position(|b| !b.is_ascii_alphanumeric() && !b"-_:.".contains(b))?;
    Encoding::for_label(&value[..end]).filter(|e| *e != UTF_8 && e.is_ascii_compatible())
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes.get(..SAMPLE).unwrap_or(bytes), true);
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<&str>) {
        assert_eq!(text(bytes.to_vec()).ok().as_deref(), expected);
    }

    fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn reads_byte_order_marks() {
        check(b"\xef\xbb\xbfcaf\xc3\xa9", Some("café"));
        check(b"\xff\xfea\0b\0", Some("ab"));
        check(b"\xfe\xff\0a\0b", Some("ab"));
    }

    #[test]
    fn recognises_utf_16_by_its_nuls() {
        check(&utf_16("“We will,” she said.\n", u16::to_le_bytes), Some("“We will,” she said.\n"));
        check(&utf_16("Ми відкриємо архів у травні", u16::to_be_bytes), Some("Ми відкриємо архів у травні"));
    }

    #[test]
    fn keeps_utf_8_with_a_few_bad_bytes() {
        check("“a” “b” “c” “d” “e”".as_bytes(), Some("“a” “b” “c” “d” “e”"));
        check(b"we said \xe2\x80", Some("we said \u{fffd}"));
        let mut text = "наш архів відкрито".as_bytes().to_vec();
        text.insert(0, 0xff);
        check(&text, Some("\u{fffd}наш архів відкрито"));
    }

    #[test]
    fn guesses_old_encodings() {
        check(
            b"He said: \x93We will open the caf\xe9 in May.\x94",
            Some("He said: “We will open the café in May.”"),
        );
        let (cyrillic, _, _) =
            encoding_rs::WINDOWS_1251.encode("Мы откроем архив в мае, сказала она журналистам.");
        check(&cyrillic, Some("Мы откроем архив в мае, сказала она журналистам."));
    }

    #[test]
    fn believes_a_declared_charset_unless_it_is_utf_8() {
        check(b"<meta charset=iso-8859-2><p>\xbe", Some("<meta charset=iso-8859-2><p>ž"));
        check(
            b"<?xml version='1.0' encoding='koi8-u'?>\xc1",
            Some("<?xml version='1.0' encoding='koi8-u'?>а"),
        );
        check(b"<meta charset=utf-8><p>caf\xe9 noir", Some("<meta charset=utf-8><p>café noir"));
    }

    #[test]
    fn skips_stray_nuls() {
        check(b"<p>We said so.</p>\0\0\0", Some("<p>We said so.</p>"));
        let text = "We said so. ".repeat(40);
        check(text.replacen("so", "s\0o", 3).as_bytes(), Some(&text));
    }

    #[test]
    fn refuses_binary_data() {
        check(b"%PDF-1.7\nSome words", None);
        check(b"PK\x03\x04abc", None);
        check(b"words\0and more words", None);
        check(&[1, 2, 3, 4, b'a', b'b', 5, 6], None);
    }
}
