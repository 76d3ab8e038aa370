//! One quote with everything an answer shows about it, and the short id that identifies it.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Zone;
use crate::article::{ArticleId, Citation};
use crate::fold;
use crate::lang::{Language, Pronoun};
use crate::meaning::{Evidence, Passage};
use crate::quote::{Kind, Quote, Said};
use crate::span::Span;

/// One quote with everything an answer shows about it; this is what the index stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The article that contains it.
    pub article: ArticleId,
    /// Its index among the quotes of the article, from 0.
    pub ordinal: u32,
    /// The quote; all spans refer to the article's text.
    pub quote: Quote,
    /// The paragraphs of the quote and their neighbours: a slice of the article's text.
    pub context: String,
    /// The byte offset of `context` in the article's text.
    pub context_start: usize,
    /// The paragraphs of the quote, without their neighbours.
    pub paragraph: Span,
    /// The first paragraph of the article after the headline, truncated if very long; it says what the
    /// article is about.
    pub lead: String,
    /// The speaker's office on the day of the article: "President, Finland".
    pub role: Option<String>,
    /// Where it was published.
    pub citation: Citation,
    /// Whether the article is a digest of the cited report.
    pub digest: bool,
    /// The subjects of the article.
    pub tags: Vec<String>,
}

/// The separator between the parts of a quote that is shown on one line.
pub const GAP: &str = " […] ";

impl Record {
    /// Returns the text at `span` of the article if it is within the context, otherwise an empty string.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        match span.start.checked_sub(self.context_start) {
            Some(start) => Span::new(start, span.end.saturating_sub(self.context_start)).text(&self.context),
            None => "",
        }
    }

    /// Returns the day on which it was said (for a month or a year, its first day); if the article does not
    /// say, the day of publication.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.quote.said.map(Said::first_day).or(self.citation.date)
    }

    /// Returns the parts of the quote, in order; there are several if the writer's words interrupt it. Never
    /// empty.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        self.quote.content.iter().map(|span| self.text(*span)).collect()
    }

    /// Returns the parts of the quote on one line, separated by [`GAP`]. Use this form for display and
    /// export, so that nobody appears to have said the parts in one go.
    #[must_use]
    pub fn shown(&self) -> String {
        self.parts().join(GAP)
    }

    /// Returns the words of the quote, its parts joined by one space. Use this form for search and
    /// comparison, never for display.
    #[must_use]
    pub fn words(&self) -> String {
        self.quote.content.iter().map(|span| self.text(*span)).collect::<Vec<_>>().join(" ")
    }

    /// Returns one of the texts of the quote whose meaning is compared with questions; not for display.
    #[must_use]
    pub fn compared(&self, text: Text) -> Passage {
        match (text, self.quote.speaker()) {
            (Text::Quote, Some(speaker)) => Passage::from(format!("{speaker}: {}", self.words()).as_str()),
            (Text::Quote, None) => Passage::from(self.words().as_str()),
            (Text::Paragraph, _) => Passage::from(self.text(self.paragraph).trim()),
            (Text::Surroundings, _) => self.passage(),
        }
    }

    /// Returns the quote as it is read together with a question; not for display.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let mention = self.quote.attribution.as_ref().map(|found| self.text(found.mention));
        let who = match (self.quote.speaker(), &self.role) {
            (Some(speaker), Some(role)) => format!("{speaker}, {role}"),
            (speaker, _) => speaker.or(mention).unwrap_or_default().to_owned(),
        };
        let (before, after) = match self.quote.content.first() {
            Some(first) => {
                let paragraph = self.paragraph;
                let before = self.text(Span::new(paragraph.start, first.start));
                let after = self.text(Span::new(first.end, paragraph.end));
                (before.rsplit('\n').next(), after.split('\n').next())
            }
            None => (None, None),
        };
        Evidence {
            who,
            words: self.parts().join(" … "),
            title: self.citation.title.clone().unwrap_or_default(),
            before: end_of(before.unwrap_or_default().trim(), BESIDE).to_owned(),
            after: start_of(after.unwrap_or_default().trim(), BESIDE).to_owned(),
        }
    }

    /// Returns the paragraphs of the quote with what surrounds them.
    fn passage(&self) -> Passage {
        let title = self.citation.title.as_deref().map(str::trim).unwrap_or_default();
        let text = self.text(self.paragraph).trim().to_owned();
        let [before, after] = self.neighbours();
        let before = if before == title { "" } else { end_of(before, BEFORE) };
        let title = if text == title { "" } else { title };
        let before = [title, before].join(" ").trim().to_owned();
        Passage { before, text, after: start_of(after, AFTER).to_owned() }
    }

    /// Returns the paragraphs before and after those of the quote, trimmed; empty at the start and end of the
    /// article.
    #[must_use]
    pub fn neighbours(&self) -> [&str; 2] {
        let end = self.context_start + self.context.len();
        [Span::new(self.context_start, self.paragraph.start), Span::new(self.paragraph.end, end)]
            .map(|span| self.text(span).trim())
    }

    /// Returns whether a quote without a named speaker may be by `name`, judging by the words for its
    /// speaker: "he", "they" or "the senator" may be; "she" is not if he is a man, and "critics" are not.
    /// Without such words only a direct quote may be.
    #[must_use]
    pub fn may_be_by(&self, name: &str) -> bool {
        let Some(attribution) = &self.quote.attribution else { return self.quote.kind == Kind::Direct };
        let language = Language::primary();
        let words = fold::words(self.text(attribution.mention));
        let Some(first) = words.first() else { return false };
        let gender = fold::words(name).first().and_then(|first| language.gender_of_name(first));
        match language.pronoun(first) {
            Some(Pronoun::Person(own)) => gender.is_none_or(|gender| gender == own),
            Some(Pronoun::Plural | Pronoun::First) => true,
            Some(Pronoun::Thing) => false,
            None => language.question.the.has(first) && words.iter().any(|word| language.is_office(word)),
        }
    }

    /// Returns whether the folded `words` occur in a row in the paragraphs of the quote or in the lead of its
    /// article; `false` if there are no words.
    #[must_use]
    pub fn holds_near(&self, words: &[String]) -> bool {
        let holds = |text: &str| {
            !words.is_empty() && fold::words(text).windows(words.len()).any(|window| window == words)
        };
        holds(self.text(self.paragraph)) || holds(&self.lead)
    }

    /// Returns, for each of `stems` in order, the zone nearest to the quote in which a word with that stem
    /// occurs; `None` if it does not occur near the quote. This corresponds to the zones of a store's
    /// [`Candidate`](super::Candidate), as far as the record has the text. There are two differences: the
    /// record has the article's name for the speaker and not the roster's, and only the remaining part of a
    /// truncated paragraph is searched.
    #[must_use]
    pub fn zones(&self, stems: &[String]) -> Vec<Option<Zone>> {
        let attribution = self.quote.attribution.as_ref();
        let named = attribution.map(|found| self.text(found.mention));
        let office = attribution.and_then(|found| found.role).map(|role| self.text(role));
        let [before, after] = self.neighbours();
        let words = self.words();
        // Nearest first.
        let places: [(Zone, &[Option<&str>]); 5] = [
            (Zone::Quote, &[Some(words.as_str())]),
            (Zone::Role, &[self.quote.speaker(), named, office, self.role.as_deref()]),
            (Zone::Paragraph, &[Some(self.text(self.paragraph))]),
            (Zone::Around, &[Some(before), Some(after), self.citation.title.as_deref()]),
            (Zone::Lead, &[Some(self.lead.as_str())]),
        ];
        let mut out = vec![None; stems.len()];
        for (zone, texts) in places {
            for word in texts.iter().flatten().flat_map(|text| fold::words(text)) {
                let stem =
                    if Language::primary().is_function_word(&word) { continue } else { fold::stem(&word) };
                for (place, _) in
                    out.iter_mut().zip(stems).filter(|(place, one)| place.is_none() && **one == stem)
                {
                    *place = Some(zone);
                }
            }
        }
        out
    }

    /// Returns the short id of the quote.
    #[must_use]
    pub fn id(&self) -> QuoteId {
        QuoteId::new(&self.article, &self.quote.content)
    }
}

/// A text of a quote whose meaning is compared with questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Its words behind the name of the speaker.
    Quote,
    /// Its paragraph.
    Paragraph,
    /// Its paragraph with what surrounds it: the headline and the end of the paragraph before, and the start
    /// of the paragraph after.
    Surroundings,
}

/// Maximum size in bytes of what is read before or after a quote in its own paragraph.
const BESIDE: usize = 160;
/// Maximum size in bytes of what is read of the paragraph before a quote.
const BEFORE: usize = 80;
/// Maximum size in bytes of what is read of the paragraph after a quote.
const AFTER: usize = 60;

/// Returns the last words of `text`, at most `size` bytes.
fn end_of(text: &str, size: usize) -> &str {
    match text.split_at(text.ceil_char_boundary(text.len().saturating_sub(size))) {
        ("", all) => all,
        (_, end) => end.split_once(char::is_whitespace).map_or("", |(_, words)| words),
    }
}

/// Returns the first words of `text`, at most `size` bytes.
fn start_of(text: &str, size: usize) -> &str {
    match text.split_at(text.floor_char_boundary(size)) {
        (all, "") => all,
        (start, _) => start.rsplit_once(char::is_whitespace).map_or("", |(words, _)| words),
    }
}

/// The short id of a quote. It stays the same as long as the article's id and the position of the quote in
/// its text do. It is written as 16 hexadecimal digits, which fit into a button's id and a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuoteId(pub u64);

impl QuoteId {
    /// Returns the id of the quote at `content` in `article`: the first eight bytes of a BLAKE3 hash of both.
    #[must_use]
    pub fn new(article: &ArticleId, content: &[Span]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(article.0.as_bytes());
        hasher.update(&[0]);
        for offset in content.iter().flat_map(|span| [span.start as u64, span.end as u64]) {
            hasher.update(&offset.to_le_bytes());
        }
        let mut head = [0; 8];
        hasher.finalize_xof().fill(&mut head);
        Self(u64::from_le_bytes(head))
    }
}

impl fmt::Display for QuoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for QuoteId {
    type Err = std::num::ParseIntError;

    /// Parses what [`fmt::Display`] wrote. Any other hexadecimal number is a valid id that belongs to no
    /// quote.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(text, 16).map(Self)
    }
}

impl Serialize for QuoteId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_has_the_rest_of_the_paragraph() {
        let text = "On Monday, Lund said: “The ferry sails.” She added: “In May.”";
        let mut record = super::super::sample::record(text);
        let span = |words: &str| {
            let start = text.find(words).expect("the words are there");
            Span::new(start, start + words.len())
        };
        record.quote.content = vec![span("The ferry sails."), span("In May.")];
        record.citation.title = Some("Ferry Sails Again".to_owned());
        let expected = Evidence {
            who: String::new(),
            words: "The ferry sails. … In May.".to_owned(),
            title: "Ferry Sails Again".to_owned(),
            before: "On Monday, Lund said: “".to_owned(),
            after: "” She added: “In May.”".to_owned(),
        };
        assert_eq!(record.evidence(), expected);
    }

    #[test]
    fn an_id_is_read_as_it_was_written() {
        let article = ArticleId("lee-archive".to_owned());
        let id = QuoteId::new(&article, &[Span::new(3, 9)]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().len(), 16);
        assert_ne!(id, QuoteId::new(&article, &[Span::new(3, 8)]));
        assert!("x".parse::<QuoteId>().is_err());
    }

    #[test]
    fn a_paragraph_is_read_in_its_surroundings() {
        let before = format!("{} The ferry was late again.", "Not this one. ".repeat(20));
        let after = format!("Nobody answered. {}", "Nor this one. ".repeat(20));
        let text = format!("Ferry news\n\n{before}\n\n“It is old,” Lund said.\n\n{after}");
        let at = text.find('“').unwrap_or_default();
        let record = Record {
            paragraph: Span::new(at, at + "“It is old,” Lund said.".len()),
            context: text.strip_prefix("Ferry news\n\n").unwrap_or_default().to_owned(),
            context_start: 12,
            citation: Citation { title: Some("Ferry news".to_owned()), ..Citation::default() },
            ..crate::answer::sample::record(&text)
        };
        let Passage { before, text, after } = record.compared(Text::Surroundings);
        assert_eq!(
            before,
            "Ferry news this one. Not this one. Not this one. Not this one.  The ferry was late again."
        );
        assert_eq!(text, "“It is old,” Lund said.");
        assert_eq!(after, "Nobody answered. Nor this one. Nor this one. Nor this one.");
        let first = Record {
            paragraph: Span::new(0, 10),
            context: "Ferry news".to_owned(),
            context_start: 0,
            ..record
        };
        assert_eq!(first.compared(Text::Surroundings), first.compared(Text::Paragraph));
        assert_eq!(end_of("ééé", 3), "");
        assert_eq!(start_of("é é", 4), "é");
    }
}
