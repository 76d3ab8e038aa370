//! Where do values begin and end in JSON that may be malformed?
//!
//! Only brackets and strings are inspected; the parser decides whether a value is valid.

use memchr::memchr2;

/// Returns the offset of the next value: after white space and, with `commas`, after commas.
pub(super) fn skip(text: &str, at: usize, commas: bool) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let is_blank = |&&b: &&u8| b.is_ascii_whitespace() || (commas && b == b',');
    at + rest.iter().take_while(is_blank).count()
}

/// Returns the end of the value at `at`, on a character boundary; the end of the text if the value is not
/// closed.
pub(super) fn value_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut next = at;
    while let Some(&byte) = bytes.get(next) {
        match byte {
            b'"' => next = string_end(bytes, next),
            b'{' | b'[' => {
                depth += 1;
                next += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                next += 1;
            }
            _ => next += 1,
        }
        if depth == 0 && bytes.get(next).is_none_or(|b| ends_value(bytes, at, *b)) {
            break;
        }
    }
    next
}

/// Returns whether `byte` cannot belong to the value at `at`, all of whose brackets are closed.
fn ends_value(bytes: &[u8], at: usize, byte: u8) -> bool {
    let is_closed = matches!(bytes.get(at), Some(b'{' | b'[' | b'"'));
    is_closed || byte.is_ascii_whitespace() || b",]}[{\"".contains(&byte)
}

/// Returns the end of the string that begins at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut next = at + 1;
    while let Some(found) = bytes.get(next..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        next += found + 1;
        if bytes[next - 1] == b'"' {
            return next;
        }
        next += 1;
    }
    bytes.len()
}

/// Returns the members of the object from `start` to `end`: the key as written, and the start and end of its
/// value. Stops at the first thing that is not a member.
pub(super) fn members(text: &str, start: usize, end: usize) -> impl Iterator<Item = (&str, usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    std::iter::from_fn(move || {
        let key = skip(text, at, true);
        let key_end = (key < end && bytes.get(key) == Some(&b'"')).then(|| string_end(bytes, key))?;
        let colon = skip(text, key_end, false);
        let value = (bytes.get(colon) == Some(&b':')).then(|| skip(text, colon + 1, false))?;
        at = value_end(text, value);
        Some((text.get(key + 1..key_end - 1)?, value, at))
    })
}

/// Returns the JSON with U+FFFD in place of each lone half of a surrogate pair (`\ud83d`), which some
/// programs leave when they cut strings; `None` if there are none.
pub(super) fn without_lone_surrogates(json: &str) -> Option<String> {
    let bytes = json.as_bytes();
    let mut mended = Vec::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        at += found;
        match (escaped(bytes, at), escaped(bytes, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at += 12,
            (Some(0xd800..=0xdfff), _) => {
                mended.extend_from_slice(&bytes[copied..at]);
                mended.extend_from_slice(b"\\ufffd");
                at += 6;
                copied = at;
            }
            _ => at += 2,
        }
    }
    mended.extend_from_slice(bytes.get(copied..)?);
    if copied == 0 { None } else { String::from_utf8(mended).ok() }
}

/// Returns the code unit of the escape `\uXXXX` at `at`.
fn escaped(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_their_brackets_close() {
        for (text, value) in [
            (r#"{"a": "}]\"", "b": [1]}, 2"#, r#"{"a": "}]\"", "b": [1]}"#),
            ("12, 3", "12"),
            ("\"a\\\\\" x", "\"a\\\\\""),
            ("[[]", "[[]"),
            ("}", "}"),
            ("é é", "é"),
            ("null}", "null"),
            ("a\"b\"", "a"),
            ("\"a", "\"a"),
        ] {
            assert_eq!(text.get(..value_end(text, 0)), Some(value), "{text}");
        }
    }

    #[test]
    fn only_members_of_the_outer_object_are_found() {
        let text = r#"{"a": {"x": 1}, "b" : [2], "c": "d"}"#;
        let members: Vec<_> =
            members(text, 0, text.len()).map(|(key, start, end)| (key, text.get(start..end))).collect();
        assert_eq!(members, [("a", Some("{\"x\": 1}")), ("b", Some("[2]")), ("c", Some("\"d\""))]);
    }

    #[test]
    fn only_lone_surrogates_are_replaced() {
        assert_eq!(without_lone_surrogates(r#""\ud83d\ude00 \\ud83d é""#), None);
        assert_eq!(
            without_lone_surrogates(r#""é\ud83d \ude00\n""#).as_deref(),
            Some(r#""é\ufffd \ufffd\n""#)
        );
        assert_eq!(without_lone_surrogates("\\"), None);
    }
}
