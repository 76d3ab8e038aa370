//! Here is an article: give me its quotes.
//!
//! [`extract`] pairs the quotation marks, tells the turns of transcripts and block quotes, finds the mentions of possible speakers, and
//! lets small boosted forests choose: which mention is the source of a quotation, whether it is speech, which quotations are one quote,
//! how far a quote reaches into the writer's words, and what is said without marks. Then each mention is resolved to a person inside the article. `people` adds
//! what the corpus knows of persons (aliases, offices, pronouns). Terms follow Pareti et al. 2013: a *content* is introduced by
//! a *cue* and said by a *source*, here its [mention](Attribution::mention). What each part brings stands in
//! `docs/design/quotes.md`.
//!
//! Limits: English. No parser: a subject far from its verb may be missed.

pub(crate) mod attribution;
pub(crate) mod block;
pub(crate) mod cast;
pub(crate) mod choice;
pub(crate) mod cue;
pub(crate) mod feature;
pub(crate) mod hearing;
pub(crate) mod indirect;
pub(crate) mod join;
pub(crate) mod labelled;
pub mod learn;
pub mod lexicon;
pub(crate) mod marks;
pub(crate) mod mention;
pub mod model;
pub(crate) mod page;
pub(crate) mod paraphrase;
pub(crate) mod passage;
pub(crate) mod reading;
pub(crate) mod relation;
pub(crate) mod row;
pub(crate) mod rule;
pub mod said;
#[cfg(test)]
mod sample;
pub(crate) mod scene;
pub(crate) mod token;
pub mod tree;
pub(crate) mod turn;

use std::fmt;

use serde::{Deserialize, Serialize};

use self::model::Model;
pub use self::said::Said;
use crate::article::Article;
use crate::article::budget::{PIECE_BYTES, PIECE_SIGNS, QUOTES, end_of_paragraph};
use crate::lang::Language;
use crate::people::People;
use crate::span::Span;

/// Changes whenever [`extract`] may find other quotes in the same article: an index made by another version is rebuilt.
pub const EXTRACTOR_VERSION: u32 = 15;

/// How much of a quote stands between quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// All of it: the speaker's own words, a clause or more.
    Direct,
    /// Some words, worked into the writer's own clause.
    Mixed,
    /// None: a paraphrase.
    Indirect,
}

/// What someone is reported to have said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// How much of it is verbatim.
    pub kind: Kind,
    /// What was said: spans in order, not overlapping; several where a clause of the writer splits it. Never empty. A direct quote
    /// is without the marks around it; in a mixed one the marks stay, to tell the speaker's words from the writer's.
    pub content: Vec<Span>,
    /// The words that introduce it.
    pub cue: Option<Span>,
    /// Who said it; `None` where the article does not tell.
    pub attribution: Option<Attribution>,
    /// When it was said; `None` where the article does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
    /// What a person set over what was found, each once; empty as a rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<Corrected>,
}

/// What a person set of a quote, in a list of corrections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Corrected {
    /// Who said it.
    Speaker,
    /// How much of it is verbatim.
    Kind,
    /// When it was said.
    Day,
}

impl Corrected {
    /// Returns the name that JSON and CSV have for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Speaker => "speaker",
            Self::Kind => "kind",
            Self::Day => "day",
        }
    }
}

/// From a quote to a mention to a speaker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribution {
    /// The words that name the speaker here: "she", "the Kremlin aide", "Ms. Lee".
    pub mention: Span,
    /// The person or body behind the mention, by the fullest name known; `None` where it is not certain enough.
    pub speaker: Option<String>,
    /// The words of the article that say who the speaker is: "the Kremlin aide", "Ohio's secretary of state". They may stand beside
    /// another mention of the same speaker; `None` where the article gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Span>,
    /// What found the mention.
    pub sieve: Sieve,
    /// How sure that choice is, in percent: of what the model gives 90, about nine in ten are right.
    pub sure: u8,
}

/// What found the mention of a quote's speaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sieve {
    /// The trees for words in quotation marks, with the rules for what they are in doubt of and for passives.
    Quotation,
    /// The trees for a paraphrase, from its cue on.
    Cue,
    /// A dash and the name behind it at the end of the line.
    Signature,
    /// The name before the colon of a turn in a transcript.
    Turn,
    /// The body of the article, which quotes its headline.
    Body,
    /// A person, in a list of corrections.
    Correction,
}

impl Sieve {
    /// Returns the name that `extract` and the index write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quotation => "quotation",
            Self::Cue => "cue",
            Self::Signature => "signature",
            Self::Turn => "turn",
            Self::Body => "body",
            Self::Correction => "correction",
        }
    }
}

impl fmt::Display for Sieve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Quote {
    /// Returns the canonical name of the speaker, if it is known.
    #[must_use]
    pub fn speaker(&self) -> Option<&str> {
        self.attribution.as_ref()?.speaker.as_deref()
    }

    /// Returns the words of the quote in `text`, its parts joined by one space; nothing else is changed.
    #[must_use]
    pub fn words(&self, text: &str) -> String {
        self.content.iter().map(|span| span.text(text)).collect::<Vec<_>>().join(" ")
    }

    /// Returns the quote of an article whose text begins so many bytes before.
    fn behind(mut self, bytes: usize) -> Self {
        let moved = |span: &mut Span| *span = Span::new(span.start + bytes, span.end + bytes);
        self.content.iter_mut().chain(&mut self.cue).for_each(moved);
        if let Some(found) = &mut self.attribution {
            moved(&mut found.mention);
            found.role.iter_mut().for_each(moved);
        }
        self
    }

    /// Returns the span from the first word of the quote to its last.
    #[must_use]
    pub fn extent(&self) -> Span {
        let start = self.content.first().map_or(0, |span| span.start);
        Span::new(start, self.content.last().map_or(start, |span| span.end))
    }
}

/// Returns the quotes of `article` in the order of their first word. Their contents do not overlap.
///
/// The article's language decides which words are known. One that states a language whose words are not known is read as English if it
/// looks like that; else only its marked words are quotes, without speakers.
///
/// Never fails: an unclosed mark or an unknown speaker is ordinary text. Time grows linearly with the text, memory only up to a
/// bound: a text longer than [a piece](crate::article::budget) is taken apart piece by piece, each as if it were an article by itself, so
/// that a surname is that of a full name of the same piece. There are at most [`QUOTES`].
#[must_use]
pub fn extract(article: &Article, people: &People) -> Vec<Quote> {
    extract_with(article, people, Model::of(language_of(article)))
}

/// Returns the quotes of `article` as [`extract`] does, by another model than the bundled one.
#[must_use]
pub fn extract_with(article: &Article, people: &People, model: &Model) -> Vec<Quote> {
    let length = piece(&article.text);
    if length == article.text.len() {
        let mut quotes = extract_piece(article, people, model);
        quotes.truncate(QUOTES);
        return quotes;
    }
    let mut quotes = Vec::new();
    let mut rest = Span::new(0, article.text.len());
    let mut part = Article {
        text: String::new(),
        id: article.id.clone(),
        citation: article.citation.clone(),
        language: article.language.clone(),
        tags: Vec::new(),
        digest: article.digest,
        blocks: Vec::new(),
    };
    while !rest.is_empty() && quotes.len() < QUOTES {
        let end = rest.start + piece(rest.text(&article.text));
        let piece = Span::new(rest.start, end);
        part.text = piece.text(&article.text).to_owned();
        let inside = article.blocks.iter().filter(|block| piece.contains(**block));
        part.blocks =
            inside.map(|block| Span::new(block.start - rest.start, block.end - rest.start)).collect();
        quotes.extend(extract_piece(&part, people, model).into_iter().map(|quote| quote.behind(rest.start)));
        // The headline stands above the first piece only.
        part.citation.title = None;
        rest.start = end;
    }
    quotes.truncate(QUOTES);
    quotes
}

fn extract_piece(article: &Article, people: &People, model: &Model) -> Vec<Quote> {
    let page = page::Page::new(article, language_of(article), &model.lexicon, None);
    let mentions = mention::mentions(&page);
    let reading = reading::Reading { page: &page, mentions: &mentions };
    let mut cast = cast::Cast::new(reading, people, article.citation.date);
    attribution::attribute(&mut cast, model)
}

/// Returns the longest of what stands between quotation marks in `text`, without the marks; `None` where nothing does.
#[must_use]
pub fn longest_quoted(text: &str) -> Option<&str> {
    marks::longest(text, Language::primary()).map(|span| span.text(text))
}

/// Returns what stands between quotation marks in `text`, in order and without the marks; what is quoted inside another quote is part of it.
#[must_use]
pub fn all_quoted(text: &str) -> Vec<&str> {
    marks::quotations(text, Language::primary())
        .into_iter()
        .map(|found| found.inner.trim(text).text(text))
        .collect()
}

/// The language whose words an article is read by.
fn language_of(article: &Article) -> &'static Language {
    Language::of(article.language.as_deref())
}

/// Returns the bytes of the first piece of a text: all of one that is short enough.
fn piece(text: &str) -> usize {
    if text.len() <= PIECE_SIGNS {
        return text.len();
    }
    let signs = text.bytes().enumerate().filter(|(_, byte)| !byte.is_ascii_alphanumeric() && byte.is_ascii());
    let dense = signs.map(|(at, _)| at).nth(PIECE_SIGNS).unwrap_or(text.len());
    end_of_paragraph(text, dense.min(PIECE_BYTES))
}
