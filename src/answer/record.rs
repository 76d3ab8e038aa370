//! One quote with everything an answer shows of it, and the short id that names it.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Zone;
use crate::article::{ArticleId, Citation};
use crate::fold;
use crate::lang::{Language, Pronoun};
use crate::quote::{Kind, Quote, Said};
use crate::span::Span;

/// One quote with everything an answer shows of it; what the index stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The article it stands in.
    pub article: ArticleId,
    /// Its place among the quotes of the article, from 0.
    pub ordinal: u32,
    /// The quote; all spans are of the article's text.
    pub quote: Quote,
    /// The paragraphs of the quote with their neighbours: a slice of the article's text.
    pub context: String,
    /// Offset in bytes of `context` in the article's text.
    pub context_start: usize,
    /// The paragraphs of the quote, without neighbours.
    pub paragraph: Span,
    /// The first paragraph of the article below its headline, cut where it is very long: what the article is about.
    pub lead: String,
    /// What the speaker was on the day of the article: "President, Finland".
    pub role: Option<String>,
    /// Where it was published.
    pub citation: Citation,
    /// Whether the article is a digest of the cited report.
    pub digest: bool,
    /// Subjects of the article.
    pub tags: Vec<String>,
}

/// What stands between two parts of a quote where it is shown in one line.
pub const GAP: &str = " […] ";

impl Record {
    /// Returns the text at `span` of the article, if the context holds it; else the empty string.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        match span.start.checked_sub(self.context_start) {
            Some(start) => Span::new(start, span.end.saturating_sub(self.context_start)).text(&self.context),
            None => "",
        }
    }

    /// Returns the day on which it was said (the first of a month or a year); that of publication where the article does not tell.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.quote.said.map(Said::first_day).or(self.citation.date)
    }

    /// Returns the parts of the quote, in order: several where the writer's words split it. Never empty.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        self.quote.content.iter().map(|span| self.text(*span)).collect()
    }

    /// Returns the parts of the quote in one line, [`GAP`] between them: what is shown and exported, so that nobody is made to say them in
    /// one go.
    #[must_use]
    pub fn shown(&self) -> String {
        self.parts().join(GAP)
    }

    /// Returns the words of the quote, its parts joined by one space: what is searched and compared, never shown.
    #[must_use]
    pub fn words(&self) -> String {
        self.quote.content.iter().map(|span| self.text(*span)).collect::<Vec<_>>().join(" ")
    }

    /// Returns the paragraphs before and after those of the quote, trimmed; empty where the article begins or ends.
    #[must_use]
    pub fn neighbours(&self) -> [&str; 2] {
        let end = self.context_start + self.context.len();
        [Span::new(self.context_start, self.paragraph.start), Span::new(self.paragraph.end, end)]
            .map(|span| self.text(span).trim())
    }

    /// Returns whether a quote of nobody by name can be one of `name`, as far as the words for the speaker tell: "he", "they", "the
    /// senator"; not "she" where he is a man, nor "critics". Without such words only a direct quote can.
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

    /// Returns whether the folded `words` stand in a row in the paragraphs of the quote or in the lead of its article; no words stand
    /// nowhere.
    #[must_use]
    pub fn holds_near(&self, words: &[String]) -> bool {
        let holds = |text: &str| {
            !words.is_empty() && fold::words(text).windows(words.len()).any(|window| window == words)
        };
        holds(self.text(self.paragraph)) || holds(&self.lead)
    }

    /// Returns the nearest place to the quote where a word with each of `stems` stands, in their order; `None` for one that stands nowhere near.
    /// It is what a store's [`Candidate`](super::Candidate) tells of each term, as far as the record has the words: a speaker whom the roster knows by
    /// another name than the article is called by that one, and of a paragraph that was cut only what is left is looked at.
    #[must_use]
    pub fn zones(&self, stems: &[String]) -> Vec<Option<Zone>> {
        let attribution = self.quote.attribution.as_ref();
        let named = attribution.map(|found| self.text(found.mention));
        let office = attribution.and_then(|found| found.role).map(|role| self.text(role));
        let [before, after] = self.neighbours();
        let words = self.words();
        // The nearest come first.
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

    /// Returns the short name of the quote.
    #[must_use]
    pub fn id(&self) -> QuoteId {
        QuoteId::new(&self.article, &self.quote.content)
    }
}

/// The short name of a quote: the same as long as the article's id and the place of the quote in its text stay. It is written
/// as 16 hexadecimal digits, so that it fits into a button or an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuoteId(pub u64);

impl QuoteId {
    /// Returns the id of the quote that stands at `content` in `article`: the first eight bytes of blake3 over both.
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

    /// Reads what [`fmt::Display`] wrote. Any other hexadecimal number is an id that no quote has.
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
    fn an_id_is_read_as_it_was_written() {
        let article = ArticleId("lee-archive".to_owned());
        let id = QuoteId::new(&article, &[Span::new(3, 9)]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().len(), 16);
        assert_ne!(id, QuoteId::new(&article, &[Span::new(3, 8)]));
        assert!("x".parse::<QuoteId>().is_err());
    }
}
