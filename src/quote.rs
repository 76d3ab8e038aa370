//! Here is an article: give me its quotes.
//!
//! [`extract`] pairs the quotation marks, finds turns of transcripts and block quotes, and finds the mentions
//! of possible speakers. Small boosted forests then choose the source of each quotation, whether it is
//! speech, which quotations form one quote, how far a quote reaches into the writer's words, and what is said
//! without marks. Finally each mention is resolved to a person within the article; `people` adds what the
//! corpus knows about persons (aliases, offices, pronouns). The terms follow Pareti et al. 2013: a *content*
//! is introduced by a *cue* and said by a *source*, here its [mention](Attribution::mention).
//! `docs/design/quotes.md` describes what each part contributes.
//!
//! Limits: English only. There is no parser, so a subject far from its verb may be missed.

pub(crate) mod attribution;
pub(crate) mod block;
pub(crate) mod cast;
pub(crate) mod choice;
pub(crate) mod cue;
pub(crate) mod feature;
pub(crate) mod hearing;
pub(crate) mod indirect;
mod inserted;
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

/// Changes whenever [`extract`] may find other quotes in the same article: an index made by another version
/// is rebuilt.
pub const EXTRACTOR_VERSION: u32 = 20;

/// How much of a quote is between quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// All of it: the speaker's own words, a clause or more.
    Direct,
    /// Some words, as part of the writer's own clause.
    Mixed,
    /// None: a paraphrase.
    Indirect,
}

/// What someone is reported to have said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// How much of it is verbatim.
    pub kind: Kind,
    /// What was said: one or more spans, never none, in order and without overlaps; there are several if a
    /// clause of the writer splits the quote. A direct quote excludes the marks around it; a mixed one
    /// includes its marks, because they separate the speaker's words from the writer's.
    pub content: Vec<Span>,
    /// The words that introduce it, if any.
    pub cue: Option<Span>,
    /// Who said it; `None` if the article does not say.
    pub attribution: Option<Attribution>,
    /// When it was said; `None` if the article does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
    /// What a person corrected, each property at most once; usually empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<Corrected>,
}

/// A property that was corrected in a list of corrections.
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
    /// Returns the name used in JSON and CSV.
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
    /// The person or body that the mention stands for, by the fullest name known; `None` if it is not certain
    /// enough.
    pub speaker: Option<String>,
    /// The article's words on who the speaker is: "the Kremlin aide", "Ohio's secretary of state". They may
    /// be next to another mention of the same speaker. `None` if the article has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Span>,
    /// The method that found the mention.
    pub sieve: Sieve,
    /// How certain that choice is, in percent. Of the model's choices with a value of 90, about nine in ten
    /// are right.
    pub sure: u8,
}

/// The method that found the mention of a quote's speaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sieve {
    /// The trees for words in quotation marks, together with the rules for passives and for cases in which
    /// the trees are uncertain.
    Quotation,
    /// The trees for a paraphrase, starting from its cue.
    Cue,
    /// A dash followed by a name at the end of the line.
    Signature,
    /// The name before the colon of a turn in a transcript.
    Turn,
    /// The body of the article, which has the words of the headline's quote too.
    Body,
    /// A person, in a list of corrections.
    Correction,
}

impl Sieve {
    /// Returns the name used by `extract` and by the index.
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
    /// Returns the speaker's canonical name, if known.
    #[must_use]
    pub fn speaker(&self) -> Option<&str> {
        self.attribution.as_ref()?.speaker.as_deref()
    }

    /// Returns the words of the quote in `text`, its parts joined by one space and otherwise unchanged.
    #[must_use]
    pub fn words(&self, text: &str) -> String {
        self.content.iter().map(|span| span.text(text)).collect::<Vec<_>>().join(" ")
    }

    /// Returns the quote with all spans moved by `bytes`, for an article whose text begins that many bytes
    /// earlier.
    fn behind(mut self, bytes: usize) -> Self {
        let moved = |span: &mut Span| *span = Span::new(span.start + bytes, span.end + bytes);
        self.content.iter_mut().chain(&mut self.cue).for_each(moved);
        if let Some(found) = &mut self.attribution {
            moved(&mut found.mention);
            found.role.iter_mut().for_each(moved);
        }
        self
    }

    /// Returns the span from the first word of the quote to the last.
    #[must_use]
    pub fn extent(&self) -> Span {
        let start = self.content.first().map_or(0, |span| span.start);
        Span::new(start, self.content.last().map_or(start, |span| span.end))
    }
}

/// Returns the quotes of `article` in the order of their first word. Their contents do not overlap.
///
/// The article's language decides which word lists are used. An article that states a language without word
/// lists is read as English if its words look English; otherwise only its marked words are quotes, without
/// speakers.
///
/// Never fails: an unclosed mark or an unknown speaker is ordinary input. Time grows linearly with the text;
/// memory is bounded, because a text longer than [a piece](crate::article::budget) is processed piece by
/// piece. Each piece is treated like an article of its own, so a surname is only matched with a full name in
/// the same piece. Returns at most [`QUOTES`] quotes.
///
/// ```
/// use rapporteur::article::{Origin, read};
/// use rapporteur::people::People;
/// use rapporteur::quote::extract;
///
/// let text = "Harbour talks\n\n“We will open the archive in May,” said Pia Lund, the mayor.";
/// let origin = Origin { path: "talks.txt", ..Origin::default() };
/// let article = read(text.as_bytes(), origin).next().unwrap().unwrap();
/// let quotes = extract(&article, &People::default());
/// assert_eq!(quotes[0].words(&article.text), "We will open the archive in May,");
/// assert_eq!(quotes[0].speaker(), Some("Pia Lund"));
/// ```
#[must_use]
pub fn extract(article: &Article, people: &People) -> Vec<Quote> {
    extract_with(article, people, Model::of(language_of(article)))
}

/// Returns the quotes of `article` as [`extract`] does, with a given model instead of the bundled one.
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
        // Only the first piece has the headline.
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

/// Returns the longest passage between quotation marks in `text`, without the marks; `None` if there is none.
#[must_use]
pub fn longest_quoted(text: &str) -> Option<&str> {
    marks::longest(text, Language::primary()).map(|span| span.text(text))
}

/// Returns the passages between quotation marks in `text`, in order and without the marks; a quotation inside
/// another one is part of it.
#[must_use]
pub fn all_quoted(text: &str) -> Vec<&str> {
    marks::quotations(text, Language::primary())
        .into_iter()
        .map(|found| found.inner.trim(text).text(text))
        .collect()
}

/// Returns the language whose word lists an article is read with.
fn language_of(article: &Article) -> &'static Language {
    Language::of(article.language.as_deref())
}

/// Returns the length in bytes of the first piece of a text; the whole text if it is short enough.
fn piece(text: &str) -> usize {
    if text.len() <= PIECE_SIGNS {
        return text.len();
    }
    let signs = text.bytes().enumerate().filter(|(_, byte)| !byte.is_ascii_alphanumeric() && byte.is_ascii());
    let dense = signs.map(|(at, _)| at).nth(PIECE_SIGNS).unwrap_or(text.len());
    end_of_paragraph(text, dense.min(PIECE_BYTES))
}
