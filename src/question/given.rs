//! Limits that are not part of the question's text: options of a command, the part of the corpus chosen by a
//! server, `speaker:lee` typed in a question.

use jiff::civil::Date;

use super::outlet::{names_like, outlets_called};
use super::{Days, Known, Part, Party, Question, Wish};
use crate::fold;
use crate::lang::Language;
use crate::span::Span;

/// What is known about a question besides its text. A field that is set takes precedence over the text; the
/// default sets no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Whose words are asked for, by any name, even misspelt. With a name that is not on record nothing is
    /// found.
    pub speaker: Option<String>,
    /// The party whose people's words are asked for, folded, as in
    /// [`Roster::sides`](crate::roster::Roster::sides). With a party that nobody speaks for nothing is found.
    pub party: Option<String>,
    /// The topic, in any words.
    pub topic: Option<String>,
    /// Words to find exactly, or nearly so; without quotation marks.
    pub phrase: Option<String>,
    /// The first day, inclusive.
    pub after: Option<Date>,
    /// The last day, inclusive.
    pub before: Option<Date>,
    /// Only articles from these outlets, by any name that [`outlets_called`] knows; empty for all. An outlet
    /// in the text limits this further.
    pub outlets: Vec<String>,
    /// Only articles with one of these tags; empty for all.
    pub tags: Vec<String>,
    /// The kind of answer, if a command determines it.
    pub wish: Option<Wish>,
    /// The part of the corpus chosen by a server; all other limits apply in addition.
    pub part: Part,
}

impl Given {
    /// Returns whether anything is set besides the part of the corpus.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.speaker.is_some()
            || self.party.is_some()
            || self.topic.is_some()
            || self.phrase.is_some()
            || self.after.is_some()
            || self.before.is_some()
    }

    /// Applies these limits to a question; they take precedence over its text.
    pub(super) fn limit(&self, question: &mut Question, known: &Known, language: &Language) {
        if let Some(name) = &self.speaker {
            let words = fold::words(name);
            let parts: Vec<&str> = words.iter().map(String::as_str).collect();
            let found = known.roster.called(&parts).or_else(|| known.roster.resembling(parts.last()?));
            question.speakers = found.iter().map(|speaker| speaker.name.clone()).collect();
            question.stranger = if found.is_some() { None } else { Some(name.clone()) };
        }
        if let Some(side) = &self.party {
            let speakers: Vec<String> = known.roster.party(side).into_iter().map(str::to_owned).collect();
            let called = known.roster.side_written(side).unwrap_or(side).to_owned();
            question.speakers.clone_from(&speakers);
            question.stranger = speakers.is_empty().then(|| side.clone());
            question.parties = Some(Party { called, speakers })
                .filter(|party| !party.speakers.is_empty())
                .into_iter()
                .collect();
        }
        if let Some(topic) = &self.topic {
            question.terms.clear();
            for word in fold::words(topic) {
                if !language.is_function_word(&word) && !question.terms.contains(&word) {
                    question.terms.push(word);
                }
            }
        }
        if let Some(phrase) = self.phrase.as_deref().map(str::trim).filter(|phrase| !phrase.is_empty()) {
            question.phrase = Some(phrase.to_owned());
        }
        if self.after.is_some() || self.before.is_some() {
            question.published = Some(Days { from: self.after, to: self.before });
            question.said_on = None;
        }
        if !self.outlets.is_empty() {
            question.outlets.clone_from(&self.outlets);
            let unknown = self.outlets.iter().filter(|name| outlets_called(name, known.outlets).is_empty());
            let outlets = || known.outlets.iter().map(String::as_str);
            question.outlets_alike = unknown.flat_map(|name| names_like(name, outlets())).collect();
        }
        if !self.tags.is_empty() {
            question.tags = self.tags.iter().map(|tag| fold::words(tag).join(" ")).collect();
        }
        if let Some(wish) = self.wish {
            question.wish = wish;
        }
        if !self.part.is_whole() {
            question.part.clone_from(&self.part);
        }
    }
}

/// The fields and signs typed in a question.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) given: Given,
    /// The words of `-word`, folded.
    pub(super) excluded: Vec<String>,
    /// The rest of the question.
    pub(super) rest: String,
}

/// Removes `speaker:`, `outlet:`, `tag:`, `topic:`, `after:`, `before:` and `-word` from a question. A value
/// of several words is in quotation marks or has `_` instead of spaces. Similar text (`http://…`, a dash, an
/// invalid date) stays in the question.
pub(super) fn typed(text: &str) -> Typed {
    let mut out = Typed::default();
    let mut at = 0;
    while at < text.len() {
        let rest = Span::new(at, text.len()).text(text);
        let first = at == 0 || out.rest.ends_with(char::is_whitespace) || out.rest.is_empty();
        if first && let Some(used) = take(rest, &mut out) {
            at += used;
            continue;
        }
        let Some(c) = rest.chars().next() else { break };
        out.rest.push(c);
        at += c.len_utf8();
    }
    out
}

/// Reads one field or excluded word at the start of `text`, and returns its length in bytes.
fn take(text: &str, out: &mut Typed) -> Option<usize> {
    let word = text.split(char::is_whitespace).next()?;
    if let Some(excluded) = word.strip_prefix('-') {
        let bare = excluded.trim_end_matches(['?', '.', ',', '!']);
        let words = fold::words(bare);
        if !bare.starts_with(char::is_alphabetic) || words.len() != 1 {
            return None;
        }
        out.excluded.extend(words);
        return Some(word.len());
    }
    let (name, _) = word.split_once(':')?;
    let (value, used) = value(Span::new(name.len() + 1, text.len()).text(text))?;
    let given = &mut out.given;
    match name.to_ascii_lowercase().as_str() {
        "speaker" | "by" | "who" => given.speaker = Some(value),
        "topic" | "about" => given.topic = Some(value),
        "outlet" | "source" => given.outlets.push(value),
        "tag" => given.tags.push(value),
        "after" | "since" | "from" => given.after = Some(value.parse().ok()?),
        "before" | "until" | "to" => given.before = Some(value.parse().ok()?),
        _ => return None,
    }
    Some(name.len() + 1 + used)
}

/// Returns the value at the start of `text` and its length in bytes, including quotation marks; `None` if
/// there is none.
fn value(text: &str) -> Option<(String, usize)> {
    let open = text.chars().next()?;
    if matches!(open, '"' | '“' | '\'') {
        let inner = Span::new(open.len_utf8(), text.len()).text(text);
        let close = inner.find(['"', '”', '\''])?;
        let mark = Span::new(close, inner.len()).text(inner).chars().next()?;
        let value = Span::new(0, close).text(inner).trim().to_owned();
        return (!value.is_empty()).then_some((value, open.len_utf8() + close + mark.len_utf8()));
    }
    let word = text.split(char::is_whitespace).next()?;
    let bare = word.trim_end_matches(['?', ',', ';']);
    let value = bare.replace('_', " ").trim().to_owned();
    (!value.is_empty() && !value.starts_with('/')).then_some((value, word.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_fields_out_of_the_text() {
        let typed =
            typed("speaker:\"Angela Lee\" the archive -budget outlet:Coast_Gazette after:2025-11-01 opens?");
        assert_eq!(typed.given.speaker.as_deref(), Some("Angela Lee"));
        assert_eq!(typed.given.outlets, ["Coast Gazette"]);
        assert_eq!(typed.given.after, "2025-11-01".parse().ok());
        assert_eq!(typed.excluded, ["budget"]);
        assert_eq!(typed.rest.split_whitespace().collect::<Vec<_>>(), ["the", "archive", "opens?"]);
    }

    #[test]
    fn leaves_other_text_alone() {
        for text in [
            "see http://a.example/x",
            "at 10:30",
            "a - b",
            "after:soon",
            "the 28-point plan",
            "speaker: ",
            "-5",
            "note: x",
        ] {
            let typed = typed(text);
            assert_eq!((typed.rest.as_str(), &typed.given), (text, &Given::default()), "{text}");
            assert!(typed.excluded.is_empty(), "{text}");
        }
    }
}
