//! Splits HTML or XML into tags and the text between them.
//!
//! One linear pass that follows the tokenizer of the HTML standard where it matters: comments, quoted
//! attributes, elements with raw text. It does not track nesting, so no input can be nested too deeply.

use memchr::{memchr, memchr2};

/// A token of markup. Entities are left as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Text(&'a str),
    Open(Tag<'a>),
    /// The name in lower case.
    Close(String),
}

/// A start tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// In lower case.
    pub(super) name: String,
    /// Whether it is self-closing: `<br/>`.
    pub(super) empty: bool,
    attributes: &'a str,
}

/// Returns the tokens of HTML.
pub(super) fn html(text: &str) -> Tokens<'_> {
    Tokens { rest: text, raw: None, is_html: true }
}

/// Returns the tokens of XML, in which no element has raw text.
pub(super) fn xml(text: &str) -> Tokens<'_> {
    Tokens { rest: text, raw: None, is_html: false }
}

#[derive(Debug)]
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// The element that was opened last, if its content is raw text.
    raw: Option<String>,
    is_html: bool,
}

const RAW: [&str; 8] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.raw.take() {
            return Some(Token::Text(self.take(raw_end(self.rest, &name))));
        }
        while !self.rest.is_empty() {
            let text = self.take(text_end(self.rest));
            if !text.is_empty() {
                return Some(Token::Text(text));
            }
            if let Some(token) = self.markup() {
                return Some(token);
            }
        }
        None
    }
}

impl<'a> Tokens<'a> {
    /// Takes the first `len` bytes off the rest; all of it if `len` is not a character boundary.
    fn take(&mut self, len: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Takes everything up to `end` off the rest and skips `end`; takes all of it if there is no `end`.
    fn take_through(&mut self, end: &str) -> &'a str {
        let (taken, rest) = self.rest.split_once(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Takes the markup at the start of the rest; `None` for markup that is ignored.
    fn markup(&mut self) -> Option<Token<'a>> {
        let after = self.rest.get(1..).unwrap_or_default();
        if after.starts_with("!-->") || after.starts_with("!--->") {
            self.take_through(">");
        } else if after.starts_with("!--") {
            self.take_through("-->");
        } else if after.starts_with("![CDATA[") {
            self.take("<![CDATA[".len());
            return Some(Token::Text(self.take_through("]]>")));
        } else if after.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return self.open();
        } else if after.starts_with('/') && after.chars().nth(1).is_some_and(|c| c.is_ascii_alphabetic()) {
            let name = self.take_through(">").trim_start_matches("</");
            return Some(Token::Close(split_name(name).0.to_ascii_lowercase()));
        } else {
            self.take_through(">");
        }
        None
    }

    /// Takes a start tag; an unclosed one consumes the rest.
    fn open(&mut self) -> Option<Token<'a>> {
        self.take(1);
        let Some(end) = tag_end(self.rest.as_bytes()) else {
            self.rest = "";
            return None;
        };
        let (name, attributes) = split_name(self.take(end));
        self.take(1);
        let empty = attributes.ends_with('/') || name.ends_with('/');
        let name = name.trim_end_matches('/').to_ascii_lowercase();
        if self.is_html && !empty && RAW.contains(&name.as_str()) {
            self.raw = Some(name.clone());
        }
        Some(Token::Open(Tag { name, empty, attributes }))
    }
}

/// Returns the end of the text before the next markup. A `<` that does not begin markup is text.
fn text_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let opens =
        |&at: &usize| bytes.get(at + 1).is_some_and(|&b| b.is_ascii_alphabetic() || b"!?/".contains(&b));
    memchr::memchr_iter(b'<', bytes).find(opens).unwrap_or(bytes.len())
}

/// Returns the offset of the end tag of a raw element.
fn raw_end(text: &str, name: &str) -> usize {
    let bytes = text.as_bytes();
    let closes = |&at: &usize| {
        bytes.get(at + 1) == Some(&b'/')
            && bytes.get(at + 2..at + 2 + name.len()).is_some_and(|b| b.eq_ignore_ascii_case(name.as_bytes()))
    };
    memchr::memchr_iter(b'<', bytes).find(closes).unwrap_or(bytes.len())
}

/// Returns the offset of the `>` that ends the tag, ignoring those inside quoted values.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr2(b'>', b'=', bytes.get(at..)?)?;
        if bytes[at] == b'>' {
            return Some(at);
        }
        at += 1;
        at += bytes.get(at..)?.iter().take_while(|b| b.is_ascii_whitespace()).count();
        match bytes.get(at)? {
            quote @ (b'"' | b'\'') => at += 2 + memchr(*quote, bytes.get(at + 1..)?)?,
            _ => {
                at += bytes.get(at..)?.iter().take_while(|b| !b.is_ascii_whitespace() && **b != b'>').count()
            }
        }
    }
}

fn split_name(tag: &str) -> (&str, &str) {
    let end = tag.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(tag.len());
    tag.split_at_checked(end).unwrap_or((tag, ""))
}

impl<'a> Tag<'a> {
    /// Returns the value of an attribute as written, with entities; empty if it has no value.
    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Returns the names and values of the attributes in order, as written.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let end =
                rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/')).unwrap_or(rest.len());
            // A name may begin with `=`, so at least one character is consumed.
            let (name, after) = rest.split_at_checked(end.max(rest.chars().next()?.len_utf8()))?;
            let (value, next) = match after.trim_ascii_start().strip_prefix('=') {
                Some(value) => split_value(value.trim_ascii_start()),
                None => ("", after),
            };
            rest = next;
            Some((name, value))
        })
    }
}

fn split_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(value) = text.strip_prefix(quote) {
            return value.split_once(quote).unwrap_or((value, ""));
        }
    }
    text.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let tokens = html(text).map(|token| match token {
            Token::Text(text) => format!("[{text}]"),
            Token::Open(tag) => {
                let attributes: String =
                    tag.attributes().map(|(name, value)| format!(" {name}={value}")).collect();
                format!("<{}{attributes}>{}", tag.name, if tag.empty { "/" } else { "" })
            }
            Token::Close(name) => format!("</{name}>"),
        });
        assert_eq!(tokens.collect::<String>(), expected, "{text}");
    }

    #[test]
    fn separates_tags_from_text() {
        check("a<P class='x > y' hidden id=b>c</P >d", "[a]<p class=x > y hidden= id=b>[c]</p>[d]");
        check("<br/>1 < 2 <3 &lt;", "<br>/[1 < 2 <3 &lt;]");
        check("<a href=/x/y?z=1>", "<a href=/x/y?z=1>");
    }

    #[test]
    fn skips_comments_and_declarations() {
        check("<!doctype html><!-- <p> -->a<!-->b<?xml x?>c</ >d<![CDATA[<e>]]>", "[a][b][c][d][<e>]");
        check("a<!-- never closed <p>", "[a]");
    }

    #[test]
    fn raw_elements_contain_no_tags() {
        check("<script>if (a<b) '<p>'</SCRIPT>c", "<script>[if (a<b) '<p>']</script>[c]");
        check("<title>A <b> C</title>", "<title>[A <b> C]</title>");
    }

    #[test]
    fn unclosed_markup_ends_with_the_text() {
        check("a<p class=\"b", "[a]");
        check("a<", "[a<]");
        check("a</b", "[a]</b>");
        check("<p =a '\"é>x", "<p == a= '\"é=>[x]");
    }
}
