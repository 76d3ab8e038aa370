//! How does a person correct what was found? The `corrections.toml` of a corpus gives a quote another
//! speaker, kind or day, or drops it.
//!
//! Each entry names an article and words of the quote. An entry whose words are not in the article changes
//! nothing. The result of every entry is reported ([`Outcome`]), so that none is silently lost when the
//! corpus changes.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::article::Article;
use crate::fold;
use crate::people::People;
use crate::quote::{Attribution, Corrected, Kind, Quote, Said, Sieve};
use crate::span::Span;

/// One entry of a `corrections.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The id or URL of the article.
    pub article: String,
    /// The words of the quote as in the article, or at least three of them in a row.
    pub words: String,
    /// The speaker; an empty string for nobody by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// How much of it is verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// When it was said: a day, a month or a year.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub day: Option<Said>,
    /// Whether it is not a quote at all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drop: bool,
}

impl Correction {
    /// Returns the entry in the format of `corrections.toml`, with a final line break.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // Plain strings can always be serialised.
        format!("[[correction]]\n{}", toml::to_string(self).unwrap_or_default())
    }

    fn complaint(&self) -> Option<&'static str> {
        let sets = self.speaker.is_some() || self.kind.is_some() || self.day.is_some();
        if self.article.trim().is_empty() {
            Some("`article` is empty; give the id or the address of the article")
        } else if fold::words(&self.words).is_empty() {
            Some("`words` is empty; give the words of the quote as the article has them")
        } else if self.drop && sets {
            Some("`drop` removes the quote; it cannot be combined with `speaker`, `kind` or `day`")
        } else if !self.drop && !sets {
            Some("nothing is corrected; give `speaker`, `kind`, `day` or `drop = true`")
        } else {
            None
        }
    }
}

/// The result of a correction in the article that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The article does not contain the words.
    OtherWords,
    /// The article contains the words, but not in a quote.
    NoQuote,
    /// The words are in at least one quote.
    Applied,
}

/// A correction with its position in a file and its key.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The correction.
    pub correction: Correction,
    /// The path of the file that contains it.
    pub file: String,
    /// The line on which it begins, from 1.
    pub line: usize,
    /// A hash that changes with anything in `correction`.
    pub key: u64,
    words: Vec<String>,
}

/// A list that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadCorrection {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with that line.
    pub reason: String,
}

/// The corrections of a corpus, in the order of its files.
#[derive(Clone, Debug, Default)]
pub struct Corrections {
    entries: Vec<Entry>,
    /// Id or normalised URL of an article -> indices into `entries`, in ascending order.
    named: HashMap<String, Vec<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    correction: Vec<toml::Spanned<Correction>>,
}

impl Corrections {
    /// Adds the entries in the text of a `corrections.toml` at the path `file`: `[[correction]]` tables with
    /// the fields of [`Correction`].
    ///
    /// # Errors
    /// The line and what is wrong with it; nothing is added then.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), BadCorrection> {
        let line_at = |at: usize| text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
        let read: File = toml::from_str(text).map_err(|error: toml::de::Error| BadCorrection {
            line: line_at(error.span().map_or(0, |span| span.start)),
            reason: error.message().to_owned(),
        })?;
        let mut entries = Vec::new();
        for found in read.correction {
            let line = line_at(found.span().start);
            let correction = found.into_inner();
            if let Some(reason) = correction.complaint() {
                return Err(BadCorrection { line, reason: reason.to_owned() });
            }
            let json = serde_json::to_vec(&correction).unwrap_or_default();
            let (key, words) = (fold::number(&[b"correction", &json]), fold::words(&correction.words));
            entries.push(Entry { correction, file: file.to_owned(), line, key, words });
        }
        for entry in entries {
            let name = entry.correction.article.trim();
            let mut names = vec![name.to_owned(), fold::address(name)];
            names.dedup();
            for name in names {
                self.named.entry(name).or_default().push(self.entries.len());
            }
            self.entries.push(entry);
        }
        Ok(())
    }

    /// Returns all entries in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the entries for the article with this id and URL, in order.
    #[must_use]
    pub fn of(&self, id: &str, url: Option<&str>) -> Vec<&Entry> {
        if self.named.is_empty() {
            return Vec::new();
        }
        let address = url.map(fold::address);
        let names = [Some(id), address.as_deref()];
        let mut places: Vec<usize> =
            names.into_iter().flatten().filter_map(|name| self.named.get(name)).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|place| self.entries.get(place)).collect()
    }

    /// Returns whether there are entries for `article`.
    #[must_use]
    pub fn has(&self, article: &Article) -> bool {
        !self.of(&article.id.0, article.citation.url.as_deref()).is_empty()
    }

    /// Returns `stamp`, the hash of `article`, combined with its corrections; unchanged if it has none.
    #[must_use]
    pub fn stamp(&self, article: &Article, stamp: u64) -> u64 {
        let entries = self.of(&article.id.0, article.citation.url.as_deref());
        entries.iter().fold(stamp, |stamp, entry| {
            fold::number(&[b"corrected", &stamp.to_le_bytes(), &entry.key.to_le_bytes()])
        })
    }

    /// Corrects the quotes of `article`, and returns the key and the result of each of its corrections. If
    /// two corrections set the same property, the later one counts.
    #[must_use]
    pub fn apply(&self, article: &Article, quotes: &mut Vec<Quote>, people: &People) -> Vec<(u64, Outcome)> {
        let entries = self.of(&article.id.0, article.citation.url.as_deref());
        if entries.is_empty() {
            return Vec::new();
        }
        let text = fold::words(&article.text);
        let words: Vec<Vec<String>> =
            quotes.iter().map(|quote| fold::words(&quote.words(&article.text))).collect();
        let mut dropped = vec![false; quotes.len()];
        let mut outcomes = Vec::new();
        for entry in entries {
            let mut outcome = if holds(&text, &entry.words) { Outcome::NoQuote } else { Outcome::OtherWords };
            for ((quote, words), dropped) in quotes.iter_mut().zip(&words).zip(&mut dropped) {
                if entry.means(words) {
                    outcome = Outcome::Applied;
                    *dropped |= entry.correction.drop;
                    correct(quote, &entry.correction, article, people);
                }
            }
            outcomes.push((entry.key, outcome));
        }
        let mut dropped = dropped.into_iter();
        quotes.retain(|_| !dropped.next().unwrap_or_default());
        outcomes
    }
}

/// Minimum number of words in a row that identify a quote containing them.
const ENOUGH: usize = 3;

impl Entry {
    /// Returns whether the quote with these folded words is meant. Another version of the extractor may
    /// delimit it differently, so either may contain the other.
    fn means(&self, quote: &[String]) -> bool {
        self.words == quote
            || self.words.len() >= ENOUGH && holds(quote, &self.words)
            || quote.len() >= ENOUGH && holds(&self.words, quote)
    }

    /// Returns the message for a correction that changed nothing, "line 12: …"; `None` if it changed
    /// something. `outcomes` has its result in each article that it names, `None` for articles not indexed
    /// yet.
    #[must_use]
    pub fn told(&self, outcomes: &[Option<Outcome>]) -> Option<String> {
        let Correction { article, words, .. } = &self.correction;
        let line = self.line;
        if outcomes.is_empty() {
            return Some(format!("line {line}: no article has the id or address `{article}`"));
        }
        if outcomes.contains(&None) {
            return None;
        }
        match outcomes.iter().flatten().max()? {
            Outcome::Applied => None,
            Outcome::NoQuote => Some(format!(
                "line {line}: article `{article}` has the words `{words}`, but no quote is found there"
            )),
            Outcome::OtherWords => {
                Some(format!("line {line}: the words `{words}` are not those of article `{article}`"))
            }
        }
    }
}

/// Returns whether `text` contains `words`, at least one, in a row.
fn holds(text: &[String], words: &[String]) -> bool {
    !words.is_empty() && text.windows(words.len()).any(|window| window == words)
}

fn correct(quote: &mut Quote, correction: &Correction, article: &Article, people: &People) {
    let mut set = |what| {
        if !quote.corrected.contains(&what) {
            quote.corrected.push(what);
        }
    };
    correction.speaker.is_some().then(|| set(Corrected::Speaker));
    correction.kind.is_some().then(|| set(Corrected::Kind));
    correction.day.is_some().then(|| set(Corrected::Day));
    if let Some(speaker) = &correction.speaker {
        quote.attribution = attribution(quote.extent(), speaker.trim(), article, people);
    }
    quote.kind = correction.kind.unwrap_or(quote.kind);
    quote.said = correction.day.or(quote.said);
}

/// Returns the attribution to a speaker named by a person. The mention is the nearest place where the article
/// has the name, and empty if there is none.
fn attribution(extent: Span, speaker: &str, article: &Article, people: &People) -> Option<Attribution> {
    if speaker.is_empty() {
        return None;
    }
    let name = people.only(speaker).map_or(speaker, |person| person.name.as_str());
    let surname = name.split_whitespace().next_back().unwrap_or(name);
    let distance = |span: &Span| span.start.abs_diff(extent.end).min(extent.start.abs_diff(span.end));
    let nearest = |name: &str| {
        let found = article.text.match_indices(name).map(|(at, _)| Span::new(at, at + name.len()));
        found.filter(|span| span.end <= extent.start || span.start >= extent.end).min_by_key(distance)
    };
    let found = [name, speaker, surname].into_iter().filter_map(nearest).min_by_key(distance);
    Some(Attribution {
        mention: found.unwrap_or(Span::new(extent.start, extent.start)),
        speaker: Some(name.to_owned()),
        role: None,
        sieve: Sieve::Correction,
        sure: 100,
    })
}

/// Reads a day in TOML's own format, or a day, month or year as a string.
fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Said>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Day(toml::value::Datetime),
        Year(i16),
        Text(String),
    }
    let text = match Written::deserialize(from)? {
        Written::Day(day) => day.to_string(),
        Written::Year(year) => format!("{year:04}"),
        Written::Text(text) => text,
    };
    let read: Result<Said, _> = text.parse();
    read.map(Some)
        .map_err(|error| serde::de::Error::custom(format!("{error}; write 2025-12-02, 2025-12 or 2025")))
}
