//! What is stored for articles and quotes, and how a quote is read back.
//!
//! The text of an article is stored once, in the document of the article; its quotes refer to it by spans.
//! The text shown with a quote is cut out when the quote is read.

use serde::{Deserialize, Serialize};
use tantivy::schema::{IndexRecordOption, Value as _};
use tantivy::{DocAddress, DocSet as _, Searcher, TERMINATED, TantivyDocument, Term};

use super::{Embedded, IndexError, corrupt, damaged, stored};
use crate::answer::Record;
use crate::article::{ArticleId, Citation};
use crate::correction::Outcome;
use crate::quote::Quote;
use crate::roster::Roster;
use crate::span::Span;

/// An article in the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleEntry {
    /// Its id.
    pub article: ArticleId,
    /// The path of the file it came from, by which the index identifies the file.
    pub file: String,
    /// Where it was published.
    pub citation: Citation,
    /// Whether it is a digest of the cited report.
    pub digest: bool,
    /// The tags of the article.
    pub tags: Vec<String>,
    /// The number of its quotes.
    pub quotes: u64,
    /// The keys of the corrections for it, in order, with the effect of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<(u64, Outcome)>,
}

/// What the document of the class `article` stores besides the text.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredArticle {
    pub(super) entry: ArticleEntry,
    /// The first paragraph below the headline.
    pub(super) lead: Span,
}

/// What a document of the class `quote` stores.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredQuote {
    /// The key of its article.
    pub(super) article: u64,
    /// Its position among the quotes of the article.
    pub(super) ordinal: u32,
    pub(super) quote: Quote,
    /// The paragraphs of the quote and their neighbours.
    pub(super) context: Span,
    /// The paragraphs of the quote.
    pub(super) paragraph: Span,
    /// The office of the speaker on the day of the article.
    pub(super) role: Option<String>,
}

/// Maximum number of bytes stored of a text: enough for any article that people write. A quote beyond this
/// limit is stored with its context; otherwise, reading any quote in a line of megabytes would mean reading
/// all of it.
const KEPT: usize = 64 << 10;

/// Returns the part of an article's text that is stored: its beginning.
pub(super) fn kept(text: &str) -> &str {
    Span::new(0, text.floor_char_boundary(KEPT.min(text.len()))).text(text)
}

/// Reads quotes; caches the article of the last one.
pub(super) struct Reading<'a> {
    index: &'a Embedded,
    searcher: &'a Searcher,
    /// The article that was read last, with its key and text.
    article: Option<(u64, StoredArticle, String)>,
}

impl<'a> Reading<'a> {
    pub(super) const fn new(index: &'a Embedded, searcher: &'a Searcher) -> Self {
        Self { index, searcher, article: None }
    }

    /// Returns the quote at `address`.
    pub(super) fn record(&mut self, address: DocAddress) -> Result<Record, IndexError> {
        self.read(address).map_err(damaged(&self.index.dir))
    }

    fn read(&mut self, address: DocAddress) -> tantivy::Result<Record> {
        let (fields, roster) = (self.index.fields, &self.index.roster);
        let document: TantivyDocument = self.searcher.doc(address)?;
        let stored: StoredQuote = stored(&document, fields.record)?;
        let own = document.get_first(fields.text).and_then(|value| value.as_str());
        let key = stored.article;
        let (article, text) = self.article(key)?;
        let mut record = record_of(article, text, stored, own);
        name_owner(&mut record, roster);
        Ok(record)
    }

    fn article(&mut self, key: u64) -> tantivy::Result<(&StoredArticle, &str)> {
        if self.article.as_ref().is_none_or(|(last, ..)| *last != key) {
            let document: TantivyDocument = self.searcher.doc(self.find(key)?)?;
            let article = stored(&document, self.index.fields.record)?;
            let text = document.get_first(self.index.fields.text).and_then(|value| value.as_str());
            self.article = Some((key, article, text.unwrap_or_default().to_owned()));
        }
        let found = self.article.as_ref().map(|(_, article, text)| (article, text.as_str()));
        found.ok_or_else(|| missing(key))
    }

    /// Returns the address of the article with this key.
    fn find(&self, key: u64) -> tantivy::Result<DocAddress> {
        let term = Term::from_field_u64(self.index.fields.key, key);
        for (ordinal, segment) in (0..).zip(self.searcher.segment_readers()) {
            let inverted = segment.inverted_index(self.index.fields.key)?;
            let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? else {
                continue;
            };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    return Ok(DocAddress::new(ordinal, postings.doc()));
                }
                postings.advance();
            }
        }
        Err(missing(key))
    }
}

/// Returns a quote of `article`, of which the beginning is stored as `text`; for a quote beyond it, `own` is
/// the text stored with the quote. The speaker is named as in the article.
pub(super) fn record_of(
    article: &StoredArticle,
    text: &str,
    quote: StoredQuote,
    own: Option<&str>,
) -> Record {
    let StoredQuote { ordinal, quote, context, paragraph, role, .. } = quote;
    Record {
        article: article.entry.article.clone(),
        ordinal,
        quote,
        context: own.unwrap_or_else(|| context.text(text)).to_owned(),
        context_start: context.start,
        paragraph,
        lead: article.lead.text(text).to_owned(),
        role,
        citation: article.entry.citation.clone(),
        digest: article.entry.digest,
        tags: article.entry.tags.clone(),
    }
}

/// Replaces the speaker's name in the article by the name under which all of the speaker's quotes are on
/// record.
pub(super) fn name_owner(record: &mut Record, roster: &Roster) {
    if let Some(attribution) = &mut record.quote.attribution
        && let Some(owner) = attribution.speaker.as_deref().and_then(|name| roster.owner(name))
    {
        attribution.speaker = Some(owner.to_owned());
    }
}

fn missing(key: u64) -> tantivy::TantivyError {
    corrupt(format!("a quote belongs to article {key:016x}, which is missing"))
}
