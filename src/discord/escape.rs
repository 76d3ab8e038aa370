//! Here is text from outside: how is it written so that Discord shows it unchanged?
//!
//! Discord renders Markdown, mentions, links, emoji names and timestamps in what a bot sends. [`inline`] and [`lines`] put a backslash
//! before every sign that could start one, so that a reader sees the text as it is in the source: nothing links, pings, folds away
//! or becomes bold that is not so there. Other signs stay bare: notifications show the backslashes. Pinging is not left to this: every body carries an empty mention policy as well.
//!
//! Characters that would reorder a line for the reader (bidirectional embeddings, overrides and isolates) and control characters
//! become "�": they are never part of what was said. Right-to-left letters themselves stay, and [`inline`] closes them off from
//! what stands beside them. The backslash before punctuation is Discord's own escape (Markdown's rule: any ASCII punctuation).

use crate::span::Span;

/// First strong isolate: what follows has its own direction.
const ISOLATE: char = '\u{2068}';
/// Pop directional isolate: ends it.
const POP: char = '\u{2069}';

/// Returns `text` for one line of a message: line breaks and other white space become single spaces. Right-to-left text is closed
/// off, so that it cannot reorder what stands beside it.
pub(super) fn inline(text: &str) -> String {
    let flat = flat(text);
    let mut out = String::with_capacity(flat.len() + 8);
    line(&mut out, &flat);
    if flat.chars().any(is_right_to_left) { format!("{ISOLATE}{out}{POP}") } else { out }
}

/// Returns `text` for places where Discord renders no Markdown (author, footer, names of choices): one line, nothing escaped.
pub(super) fn plain(text: &str) -> String {
    let flat: String = flat(text).chars().map(shown).collect();
    if flat.chars().any(is_right_to_left) { format!("{ISOLATE}{flat}{POP}") } else { flat }
}

/// Returns `text` for the body of a message; its lines stay lines.
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

/// Returns the lines of `text` as places in it: whatever any program takes for a line break ends one.
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

/// White space, also breaks, as single spaces.
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
        // Only at the start of a line do these open a heading, a list or a quote.
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

/// Whether a character may start a format, a mention, a link or an emoji anywhere in a line.
const fn is_special(c: char) -> bool {
    matches!(c, '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' | '@')
}

/// Whether what stands behind a colon makes it begin the name of an emoji, which ends with another colon, or the rest of an address.
fn names_or_links(behind: &[char]) -> bool {
    let is_name = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '+' | '-' | '~');
    let end = behind.iter().position(|c| !is_name(c)).unwrap_or(behind.len());
    behind.starts_with(&['/', '/']) || (behind.get(end) == Some(&':') && end > 0)
}

/// Whether the word before a slash has a dot, as an address without a scheme: Discord shows invitations behind such.
fn is_in_address(before: &[char]) -> bool {
    before.iter().rev().take_while(|c| !c.is_whitespace()).any(|c| *c == '.')
}

/// The character as a reader may be shown it.
fn shown(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

/// Whether a character is of a script written from right to left (Hebrew, Arabic and their neighbours) or a mark of that direction.
const fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Returns the address for a link in Markdown, or `None` where it is not an `http` or `https` address Discord would take (512 bytes at
/// most). What could end the link is percent-encoded.
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

/// Returns what Discord shows of escaped text: the escapes resolved. The inverse of [`inline`] and [`lines`] for text without
/// white space to fold and without reordering characters.
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
    fn only_web_addresses_are_links_and_none_ends_early() {
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
