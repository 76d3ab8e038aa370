//! Here is text from outside: how must it be written so that Discord shows it unchanged?
//!
//! Discord renders Markdown, mentions, links, emoji names and timestamps in the messages of bots. [`inline`]
//! and [`lines`] put a backslash before every character that could start one of these, so that a reader sees
//! the text exactly as it is in the source. Other characters are not escaped, because push notifications show
//! the backslashes. Escaping is not the only protection against pings: every body carries an empty mention
//! policy as well.
//!
//! Characters that would reorder a line (bidirectional embeddings, overrides and isolates) and control
//! characters become "�": they are never part of what was said. Right-to-left letters stay, and [`inline`]
//! isolates them from the text around them. A backslash before punctuation is Discord's own escape, which
//! follows Markdown's rule: any ASCII punctuation.

use crate::span::Span;

/// First strong isolate: the text that follows gets its own direction.
const ISOLATE: char = '\u{2068}';
/// Pop directional isolate: ends the isolate.
const POP: char = '\u{2069}';

/// Returns `text` for one line of a message: line breaks and other white space become single spaces.
/// Right-to-left text is isolated, so that it cannot reorder the text around it.
pub(super) fn inline(text: &str) -> String {
    let flat = flat(text);
    let mut out = String::with_capacity(flat.len() + 8);
    line(&mut out, &flat);
    if flat.chars().any(is_right_to_left) { format!("{ISOLATE}{out}{POP}") } else { out }
}

/// Returns `text` for places where Discord renders no Markdown (author, footer, names of choices): one line,
/// unescaped.
pub(super) fn plain(text: &str) -> String {
    let flat: String = flat(text).chars().map(shown).collect();
    if flat.chars().any(is_right_to_left) { format!("{ISOLATE}{flat}{POP}") } else { flat }
}

/// Returns `text` for the body of a message, keeping its lines.
pub(super) fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for (at, part) in split(text).into_iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        line(&mut out, part.text(text));
    }
    out
}

/// Returns the lines of `text` as spans. Every character that any program treats as a line break ends a line.
pub(super) fn split(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if is_break(c) {
            out.push(Span::new(start, at));
            start = at + c.len_utf8();
            if c == '\r' && chars.next_if(|(_, next)| *next == '\n').is_some() {
                start += 1;
            }
        }
    }
    out.push(Span::new(start, text.len()));
    out
}

const fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Replaces runs of white space and line breaks by single spaces.
fn flat(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || is_break(c))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Appends one line, escaped.
fn line(out: &mut String, text: &str) {
    let indent = text.chars().take_while(|c| c.is_whitespace()).count();
    let digits = text.chars().skip(indent).take_while(char::is_ascii_digit).count();
    let chars: Vec<char> = text.chars().map(shown).collect();
    for (at, c) in chars.iter().copied().enumerate() {
        // These open a heading, a list or a quote only at the start of a line.
        let opening = at == indent && matches!(c, '#' | '-' | '+' | '>')
            || (digits > 0 && at == indent + digits && matches!(c, '.' | ')'));
        let (before, behind) = (chars.get(..at).unwrap_or_default(), chars.get(at + 1..).unwrap_or_default());
        if opening
            || is_special(c)
            || (c == ':' && names_or_links(behind))
            || (c == '/' && is_in_address(before))
        {
            out.push('\\');
        }
        out.push(c);
    }
}

/// Returns whether a character may start formatting, a mention, a link or an emoji anywhere in a line.
const fn is_special(c: char) -> bool {
    matches!(c, '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' | '@')
}

/// Returns whether the characters after a colon make it the start of an emoji name, which ends with another
/// colon, or part of a URL.
fn names_or_links(behind: &[char]) -> bool {
    let is_name = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '+' | '-' | '~');
    let end = behind.iter().position(|c| !is_name(c)).unwrap_or(behind.len());
    behind.starts_with(&['/', '/']) || (behind.get(end) == Some(&':') && end > 0)
}

/// Returns whether the word before a slash has a dot, as in a URL without a scheme: Discord shows server
/// invitations for such words.
fn is_in_address(before: &[char]) -> bool {
    before.iter().rev().take_while(|c| !c.is_whitespace()).any(|c| *c == '.')
}

/// Returns the character, or its replacement if it must not be shown.
fn shown(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

/// Returns whether a character is of a right-to-left script (Hebrew, Arabic and related ones) or a
/// right-to-left mark.
const fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Returns `url` for a Markdown link, or `None` if it is not an `http` or `https` URL that Discord accepts
/// (at most 512 bytes). Characters that could end the link are percent-encoded.
pub(super) fn link(url: &str) -> Option<String> {
    let url = url.trim();
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    if !lower.starts_with("http://") && !lower.starts_with("https://") {
        return None;
    }
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        match byte {
            b'('
            | b')'
            | b'<'
            | b'>'
            | b'['
            | b']'
            | b'\\'
            | b'"'
            | b'`'
            | b'*'
            | b'|'
            | b'^'
            | b'{'
            | b'}'
            | 0..=32
            | 127.. => {
                out.push_str(&format!("%{byte:02X}"));
            }
            _ => out.push(char::from(byte)),
        }
    }
    (out.len() <= 512).then_some(out)
}

/// Returns escaped text as Discord shows it, with the escapes resolved. Inverse of [`inline`] and [`lines`]
/// for text without white space to collapse and without reordering characters.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '\\' && next.is_ascii_punctuation() => {
                out.push(*next);
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_in_a_quote_formats_links_or_pings() {
        for (text, expected) in [
            (
                "**bold** _it_ ~~no~~ ||hidden|| `code`",
                r"\*\*bold\*\* \_it\_ \~\~no\~\~ \|\|hidden\|\| \`code\`",
            ),
            ("[here](https://evil.example)", r"\[here\](https\://evil.example)"),
            ("<@123> <#1> <t:1:R> @everyone", r"\<\@123\> \<#1\> \<t\:1:R\> \@everyone"),
            ("# Heading", r"\# Heading"),
            ("  - item", r"  \- item"),
            ("12. item", r"12\. item"),
            ("> quote", r"\> quote"),
            ("a cease-fire in 2025.", "a cease-fire in 2025."),
            (":smile:", r"\:smile:"),
            ("</ask:1>", r"\</ask:1\>"),
            ("discord.gg/evil", r"discord.gg\/evil"),
            ("at 10:30 (and/or later): fine", "at 10:30 (and/or later): fine"),
        ] {
            assert_eq!(lines(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_reorders_a_line() {
        assert_eq!(inline("Coast\u{202e}ettezaG"), "Coast\u{fffd}ettezaG");
        assert_eq!(plain("שלום Gazette"), "\u{2068}שלום Gazette\u{2069}");
        assert_eq!(inline("two\nlines\u{2028}here\0"), "two lines here\u{fffd}");
        assert_eq!(lines("a\r\nb\u{2029}c\n"), "a\nb\nc\n");
    }

    #[test]
    fn only_web_addresses_are_links_and_none_is_cut_off() {
        assert_eq!(link("https://a.example/x_(y)"), Some("https://a.example/x_%28y%29".to_owned()));
        assert_eq!(link("https://a.example/ü a"), Some("https://a.example/%C3%BC%20a".to_owned()));
        assert_eq!(link("javascript:alert(1)"), None);
        assert_eq!(link(&format!("https://a.example/{}", "x".repeat(600))), None);
    }

    proptest! {
        #[test]
        fn a_reader_sees_the_source(text in "[\\PC]{0,80}") {
            let kept: String = text.chars().map(|c| if is_break(c) { '\n' } else { shown(c) }).collect();
            prop_assert_eq!(unescape(&lines(&text)), kept);
        }
    }
}
