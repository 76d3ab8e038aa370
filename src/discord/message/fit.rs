//! Cuts text to Discord's limits, in UTF-16 units, as Discord's client counts.

use crate::discord::escape;
use crate::render;
use crate::span::Span;

/// Returns the length of a text as Discord's client counts it.
pub(in crate::discord) fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Returns `text` cut to at most `limit` UTF-16 units.
pub(super) fn cut(text: &str, limit: usize) -> String {
    shrink(limit, limit, &|points| render::fit(text, points))
}

/// Returns `text` escaped for one line and cut to at most `limit` UTF-16 units, escapes included.
pub(super) fn fit_escaped(text: &str, limit: usize) -> String {
    shrink(limit, limit, &|points| escape::inline(&render::fit(text, points)))
}

/// Returns `text` escaped line by line and cut to at most `limit` UTF-16 units, escapes included.
pub(super) fn fit_lines(text: &str, limit: usize) -> String {
    shrink(limit, limit, &|points| escape::lines(&render::fit(text, points)))
}

/// Returns the end of `text`, escaped for one line, at most `limit` UTF-16 units, escapes included.
pub(super) fn tail_escaped(text: &str, limit: usize) -> String {
    shrink(limit, limit, &|points| escape::inline(&tail(text, points)))
}

/// Returns the longest text that `make` gives for a number of code points and that has at most `limit` units.
pub(super) fn shrink(limit: usize, mut points: usize, make: &dyn Fn(usize) -> String) -> String {
    loop {
        let text = make(points);
        let length = units(&text);
        if length <= limit || points == 0 {
            return text;
        }
        points -= ((length - limit) / 2).clamp(1, points);
    }
}

/// Returns the end of `text`, at most `limit` UTF-16 units, beginning at a word, with "…" in front if
/// something was cut.
pub(super) fn tail(text: &str, limit: usize) -> String {
    let mut used = 1;
    let from = text.char_indices().rev().find(|(_, c)| {
        used += c.len_utf16();
        used > limit
    });
    let Some((at, c)) = from else { return text.to_owned() };
    let end = Span::new(at + c.len_utf8(), text.len()).text(text);
    let end = end.find(char::is_whitespace).map_or(end, |space| Span::new(space, end.len()).text(end));
    format!("…{}", end.trim_start())
}
