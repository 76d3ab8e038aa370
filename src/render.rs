//! Wording that every front end shares, and the one place where text is cut for display.

use std::collections::HashSet;

use jiff::civil::Date;

use crate::fold;
use crate::question::Question;
use crate::quote::Kind;
use crate::span::Span;

/// Returns what a reader is told of how verbatim a quote is.
#[must_use]
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Direct => "verbatim",
        Kind::Mixed => "partly quoted",
        Kind::Indirect => "paraphrase",
    }
}

/// Returns a day as readers write it: "2 December 2025".
#[must_use]
pub fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// Returns the sentence that says why there is no quote, naming whom and what was asked for, with the nearest speakers.
#[must_use]
pub fn nothing(question: &Question, nearest: &[String]) -> String {
    let mut out = String::from("No quote on record");
    if let Some(name) = &question.stranger {
        out.push_str(&format!(" by anybody called “{name}”"));
    } else if !question.speakers.is_empty() {
        out.push_str(&format!(" by {}", question.speakers.join(" or ")));
    }
    if let Some(phrase) = &question.phrase {
        out.push_str(&format!(" with the words “{phrase}”"));
    } else if !question.terms.is_empty() {
        out.push_str(&format!(" about “{}”", question.terms.join(" ")));
    }
    if let Some(days) = question.published {
        match (days.from, days.to) {
            (Some(from), Some(to)) if from == to => out.push_str(&format!(" on {}", day(from))),
            (from, to) => {
                if let Some(from) = from {
                    out.push_str(&format!(" from {}", day(from)));
                }
                if let Some(to) = to {
                    out.push_str(&format!(" up to {}", day(to)));
                }
            }
        }
    }
    if let Some(outlet) = &question.outlet {
        out.push_str(&format!(" in {outlet}"));
    }
    out.push('.');
    if !nearest.is_empty() {
        out.push_str(&format!(" Others spoke about it: {}.", nearest.join(", ")));
    }
    out
}

/// Returns `text` cut to at most `limit` code points, at a space where there is one in the second half, with "…" as its last
/// character where something was cut. A limit of 0 gives the empty string.
#[must_use]
pub fn fit(text: &str, limit: usize) -> String {
    let Some((cut, _)) = text.char_indices().nth(limit) else { return text.to_owned() };
    let Some((room, _)) = limit.checked_sub(1).and_then(|last| text.char_indices().nth(last)) else {
        return String::new();
    };
    let head = Span::new(0, room.min(cut)).text(text);
    let head = match head.rfind(char::is_whitespace) {
        Some(space) if space * 2 > head.len() => Span::new(0, space).text(head),
        _ => head,
    };
    format!("{}…", head.trim_end())
}

/// Returns the words a question asks for, by stem: what a front end marks in a quote.
#[must_use]
pub fn asked_stems(question: &Question) -> HashSet<String> {
    let phrase = question.phrase.as_deref().map(fold::words).unwrap_or_default();
    question
        .terms
        .iter()
        .chain(&phrase)
        .filter(|word| !crate::lang::ENGLISH.is_function_word(word))
        .map(|word| fold::stem(word))
        .collect()
}

/// Returns the places in `text` of words whose stem is among `stems`, in order, in bytes.
#[must_use]
pub fn marked(text: &str, stems: &HashSet<String>) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, c.is_alphanumeric() || matches!(c, '\'' | '’')) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let word = Span::new(from, at);
                if fold::words(word.text(text)).iter().any(|word| stems.contains(&fold::stem(word))) {
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
    fn fit_counts_code_points_and_keeps_words() {
        assert_eq!(fit("short", 5), "short");
        assert_eq!(fit("one two three", 9), "one two…");
        assert_eq!(fit("ééééé", 3), "éé…");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(fit("👍👍👍", 2), "👍…");
    }

    #[test]
    fn marks_every_form_of_a_word() {
        let stems = HashSet::from([fold::stem("territory")]);
        let text = "Territories, the territory’s line.";
        let marked: Vec<&str> = marked(text, &stems).iter().map(|span| span.text(text)).collect();
        assert_eq!(marked, ["Territories", "territory’s"]);
    }
}
