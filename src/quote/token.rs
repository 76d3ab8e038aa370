//! Splits a text into words and signs, and into sentences.

use unicode_normalization::char::is_combining_mark;

use crate::lang::Language;
use crate::span::Span;

/// One word or one sign of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) span: Span,
    pub(crate) kind: TokenKind,
    /// Whether it is inside quotation marks or is one of the marks.
    pub(crate) quoted: bool,
    /// Whether it is a word that contains an apostrophe, a full stop or a hyphen.
    pub(crate) joined: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Letters and digits, with inner apostrophes, full stops and hyphens: "Trump's", "U.S",
    /// "vice-president".
    Word,
    /// Any other visible character.
    Sign,
    /// A line break; the end of a paragraph.
    Break,
}

/// Returns the tokens of `text` in order. White space other than line breaks is not a token.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::with_capacity(text.len() / 5 + 4);
    let mut end = 0;
    while let Some(c) = char_at(text, end) {
        let start = end;
        end += c.len_utf8();
        let mut joined = false;
        let kind = if c.is_alphanumeric() {
            (end, joined) = end_of_word(text, end);
            TokenKind::Word
        } else if c == '\n' {
            TokenKind::Break
        } else if c.is_whitespace() {
            continue;
        } else {
            TokenKind::Sign
        };
        out.push(Token { span: Span::new(start, end), kind, quoted: false, joined });
    }
    out
}

/// Returns the end of the word that continues at offset `at`, and whether signs join its letters from there
/// on.
fn end_of_word(text: &str, mut at: usize) -> (usize, bool) {
    let mut joined = false;
    loop {
        at += text.as_bytes()[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let Some(c) = char_at(text, at) else { return (at, joined) };
        let next = at + c.len_utf8();
        if !c.is_alphanumeric() && !is_combining_mark(c) {
            let joins = matches!(c, '\'' | '’' | '.' | '-' | '‑')
                && char_at(text, next).is_some_and(char::is_alphanumeric);
            if !joins {
                return (at, joined);
            }
            joined = true;
        }
        at = next;
    }
}

/// Returns the character at the offset; `None` at the end of the text.
fn char_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at) {
        Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
        _ => text.get(at..)?.chars().next(),
    }
}

/// A sentence, as a half-open range of token indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Returns the sentences of the tokens, in order, without the line breaks. A sentence does not end inside
/// quotation marks: what a clause quotes belongs to it (Pareti et al. 2013 found that source and content are
/// nearly always in the same sentence).
pub(crate) fn sentences(text: &str, tokens: &[Token], language: &Language) -> Vec<Sentence> {
    let mut out = Vec::new();
    let mut start = 0;
    for at in 0..tokens.len() {
        let token = tokens[at];
        if token.kind == TokenKind::Break {
            if start < at {
                out.push(Sentence { start, end: at });
            }
            start = at + 1;
        } else if ends_sentence(text, tokens, at, language) || is_overlong(text, tokens, at, at + 1 - start) {
            out.push(Sentence { start, end: at + 1 });
            start = at + 1;
        }
    }
    if start < tokens.len() {
        out.push(Sentence { start, end: tokens.len() });
    }
    out
}

/// After the first number of tokens a sentence ends with the next quotation, after the second it ends
/// anywhere. No real sentence is that long, and it keeps searches within a sentence linear in the length of
/// the text.
const OVERLONG: [usize; 2] = [400, 2000];

fn is_overlong(text: &str, tokens: &[Token], at: usize, length: usize) -> bool {
    length >= OVERLONG[1]
        || (length >= OVERLONG[0] && (!tokens[at].quoted || closes_quotation(text, tokens, at)))
}

fn ends_sentence(text: &str, tokens: &[Token], at: usize, language: &Language) -> bool {
    let token = tokens[at];
    if token.kind != TokenKind::Sign {
        return false;
    }
    let next = tokens.get(at + 1);
    // A closing mark after a full stop ends the sentence if a capital follows: `"We met." Nobody came.`
    let stop = if closes_quotation(text, tokens, at) {
        match at.checked_sub(1).map(|before| tokens[before]) {
            Some(before) if matches!(before.span.text(text), "." | "!" | "?") => {
                return opens_sentence(text, tokens, at + 1, token.span.end);
            }
            _ => return false,
        }
    } else {
        token.span.text(text)
    };
    if token.quoted || !matches!(stop, "." | "!" | "?" | "…") {
        return false;
    }
    if next.is_some_and(|n| n.span.start == token.span.end && n.kind != TokenKind::Break)
        && !next.is_some_and(|n| n.quoted)
    {
        return false;
    }
    if stop == "." && at > 0 {
        let before = tokens[at - 1];
        let word = before.span.text(text).to_lowercase();
        if before.kind == TokenKind::Word
            && before.span.end == token.span.start
            && language.is_abbreviation(&word)
        {
            // "U.S. President" continues the sentence, "in the U.S. He" does not; only a pronoun or
            // determiner shows it.
            return next.is_some_and(|n| {
                let following = n.span.text(text).to_lowercase();
                word.contains('.')
                    && (language.pronoun(&following).is_some() || language.is_determiner(&following))
            });
        }
    }
    opens_sentence(text, tokens, at + 1, token.span.end)
}

/// Returns whether the token is the mark at the end of a quotation, and not a mark or a full stop of an
/// ellipsis inside it.
fn closes_quotation(text: &str, tokens: &[Token], at: usize) -> bool {
    let is_mark = |token: &Token| {
        let first = token.span.text(text).chars().next();
        first.is_some_and(|c| {
            matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '\'' | '‘' | '’' | '`' | '＂')
        })
    };
    let apart = |next: &Token| !next.quoted || (is_mark(next) && next.span.start > tokens[at].span.end);
    tokens[at].quoted
        && is_mark(&tokens[at])
        && at > 0
        && tokens[at - 1].quoted
        && tokens.get(at + 1).is_none_or(apart)
}

/// Returns whether the token at `at` may begin a sentence: a capital, a digit or a mark, after a space.
fn opens_sentence(text: &str, tokens: &[Token], at: usize, end: usize) -> bool {
    let Some(next) = tokens.get(at) else { return true };
    let spaced = next.span.start > end;
    let first = next.span.text(text).chars().next().unwrap_or(' ');
    next.kind == TokenKind::Break
        || (spaced && (first.is_uppercase() || first.is_numeric() || next.kind == TokenKind::Sign))
}
