//! Converts an article and its quotes to documents of the index.

use serde::Serialize;
use tantivy::TantivyDocument;

use super::IndexError;
use super::ledger::{CORRECTED, FileEntry, article_key, file_key};
use super::schema::{Fields, Shape, day_number};
use super::stored::{ArticleEntry, StoredArticle, StoredQuote, kept};
use super::topic::{Stems, with_vocabulary};
use crate::answer::QuoteId;
use crate::article::Article;
use crate::correction::Outcome;
use crate::fold;
use crate::lang::Language;
use crate::people::People;
use crate::quote::{Kind, Quote, Said, marks};
use crate::span::Span;

/// Passes the documents of `article`, whose stamp is `stamp`, to `put`: one for each quote, and one for the
/// article itself.
pub(super) fn of_article(
    fields: Fields,
    file: &str,
    (article, stamp): (&Article, u64),
    quotes: &[Quote],
    corrections: Vec<(u64, Outcome)>,
    people: &People,
    put: &dyn Fn(TantivyDocument) -> Result<(), IndexError>,
) -> Result<(), IndexError> {
    let key = article_key(&article.id);
    let paragraphs = paragraphs(&article.text);
    let lead = lead(article, &paragraphs);
    let headline = article.headline().filter(|line| line.len() <= HEADLINE);
    let tags: Vec<String> = article.tags.iter().map(|tag| fold::words(tag).join(" ")).collect();
    with_vocabulary(|known| {
        let mut stems = Stems::new(article, lead, known);
        for (ordinal, quote) in quotes.iter().enumerate() {
            let stored = stored(article, quote, (key, ordinal), &paragraphs, people);
            let repeated = repeated(article, headline, quotes, quote);
            let mut document = of_quote(fields, article, (&stored, repeated), &mut stems);
            document.add_u64(fields.group, key);
            for tag in &tags {
                document.add_text(fields.tag, tag);
            }
            if ordinal + 1 == quotes.len() {
                document.add_text(fields.words, stems.words());
            }
            put(document)?;
        }
        Ok::<_, IndexError>(())
    })?;
    put(of_entry(fields, file, (article, stamp), quotes.len() as u64, corrections))
}

/// Returns a document of a class that stores `record`.
pub(super) fn of(fields: Fields, class: &str, record: &impl Serialize) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.class, class);
    // Plain structs of strings and numbers can always be serialised.
    document.add_text(fields.record, serde_json::to_string(record).unwrap_or_default());
    document
}

/// Returns the quote in the body that contains all words in quotation marks, at least two, of a quote in the
/// headline: they are the same quote.
pub(super) fn repeated<'a>(
    article: &Article,
    headline: Option<Span>,
    quotes: &'a [Quote],
    quote: &Quote,
) -> Option<&'a Quote> {
    let line = headline.filter(|line| quote.extent().end <= line.end)?;
    let text = quote.extent().text(&article.text);
    let marked = match quote.kind {
        Kind::Direct => fold::words(&quote.words(&article.text)),
        Kind::Mixed => fold::words(
            marks::quotations(text, Language::of(article.language.as_deref())).first()?.inner.text(text),
        ),
        Kind::Indirect => return None,
    };
    let holds = |other: &&Quote| {
        let words = fold::words(&other.words(&article.text));
        words.windows(marked.len()).any(|window| window == marked)
    };
    quotes.iter().filter(|other| marked.len() > 1 && other.extent().start >= line.end).find(holds)
}

/// Maximum length in bytes of a headline whose quotes are searched in the body: a line of megabytes is not a
/// headline.
pub(super) const HEADLINE: usize = 500;

/// Returns the document of a quote. For a quote in the headline, `repeated` is the quote in the body that it
/// repeats, if there is one.
pub(super) fn of_quote(
    fields: Fields,
    article: &Article,
    (stored, repeated): (&StoredQuote, Option<&Quote>),
    stems: &mut Stems,
) -> TantivyDocument {
    let mut document = of(fields, "quote", stored);
    if stored.context.end > kept(&article.text).len() {
        document.add_text(fields.text, stored.context.text(&article.text));
    }
    let quote = &stored.quote;
    let words = quote.words(&article.text);
    let terms = stems.of_quote(stored, &words);
    document.add_u64(fields.id, QuoteId::new(&article.id, &quote.content).0);
    document.add_text(fields.stems, terms.stems);
    document.add_text(fields.topic, terms.topic);
    if let Some(outlet) = &article.citation.outlet {
        document.add_text(fields.outlet, outlet);
    }
    if let Some(day) = quote.said.map(Said::first_day).or(article.citation.date) {
        document.add_i64(fields.day, day_number(day));
    }
    if let Some(speaker) = quote.speaker() {
        document.add_text(fields.speaker, speaker);
    }
    let context = stored.context.text(&article.text);
    let title = article.citation.title.as_deref().unwrap_or_default();
    let place = [stored.paragraph.text(&article.text), context, title].join("\n");
    let shape = Shape {
        kind: quote.kind,
        headline: stored.paragraph.start == 0,
        length: u8::try_from(words.split_whitespace().count()).unwrap_or(u8::MAX),
        ordinal: u16::try_from(stored.ordinal).unwrap_or(u16::MAX),
        paragraph: fold::fingerprint(&place),
    };
    document.add_u64(fields.shape, shape.to_number());
    let speaker = repeated.unwrap_or(quote).speaker().map_or(0, fold::fingerprint);
    let same = repeated.map_or(terms.folded, |body| fold::words(&body.words(&article.text)).join(" "));
    document.add_u64(fields.said, u64::from(speaker) << 32 | u64::from(fold::fingerprint(&same)));
    document
}

/// Returns the document of a file.
pub(super) fn of_file(fields: Fields, entry: &FileEntry) -> TantivyDocument {
    let mut document = of(fields, "file", entry);
    let skips = entry.skipped.len() as u64 + entry.skipped_more;
    add_numbers(&mut document, fields, [file_key(&entry.path), entry.articles, entry.stamp, skips]);
    document
}

fn add_numbers(document: &mut TantivyDocument, fields: Fields, numbers: [u64; 4]) {
    let [key, ..] = numbers;
    document.add_u64(fields.key, key);
    for (field, number) in [fields.group, fields.origin, fields.stamp, fields.count].into_iter().zip(numbers)
    {
        document.add_u64(field, number);
    }
}

/// Returns the document of an article itself.
pub(super) fn of_entry(
    fields: Fields,
    file: &str,
    (article, stamp): (&Article, u64),
    quotes: u64,
    corrections: Vec<(u64, Outcome)>,
) -> TantivyDocument {
    let entry = ArticleEntry {
        article: article.id.clone(),
        file: file.to_owned(),
        citation: article.citation.clone(),
        digest: article.digest,
        tags: article.tags.clone(),
        quotes,
        corrections,
    };
    let stored = StoredArticle { lead: lead(article, &paragraphs(&article.text)), entry };
    let entry = &stored.entry;
    let mut document = of(fields, "article", &stored);
    document.add_text(fields.text, kept(&article.text));
    add_numbers(&mut document, fields, [article_key(&article.id), file_key(file), stamp, quotes]);
    document.add_text(fields.article, &entry.article.0);
    if !entry.corrections.is_empty() {
        document.add_text(fields.class, CORRECTED);
    }
    if let Some(title) = &entry.citation.title {
        document.add_text(fields.headline, stems_of(title));
    }
    if let Some(url) = &entry.citation.url {
        document.add_text(fields.url, fold::address(url));
    }
    document
}

pub(super) fn stems_of(text: &str) -> String {
    fold::words(text).iter().map(|word| fold::stem(word)).collect::<Vec<_>>().join(" ")
}

fn stored(
    article: &Article,
    quote: &Quote,
    (key, ordinal): (u64, usize),
    paragraphs: &[Span],
    people: &People,
) -> StoredQuote {
    let extent = quote.extent();
    let first = paragraphs.partition_point(|paragraph| paragraph.end <= extent.start);
    let last = paragraphs.partition_point(|paragraph| paragraph.start < extent.end).max(first + 1) - 1;
    let at = |place: usize| paragraphs.get(place).copied().unwrap_or(extent);
    let neighbours = Span::new(
        at(first.saturating_sub(1)).start,
        at((last + 1).min(paragraphs.len().saturating_sub(1))).end,
    );
    let room = if neighbours.len() > CONTEXT { around(&article.text, extent) } else { neighbours };
    let limit = |span: Span| {
        Span::new(span.start.max(room.start).min(extent.start), span.end.min(room.end).max(extent.end))
    };
    let context = limit(neighbours);
    let role = quote.speaker().and_then(|name| {
        people
            .called(name)
            .find(|person| person.name == name)
            .and_then(|person| person.role_on(article.citation.date))
    });
    StoredQuote {
        article: key,
        ordinal: u32::try_from(ordinal).unwrap_or(u32::MAX),
        quote: quote.clone(),
        context,
        paragraph: limit(Span::new(at(first).start, at(last).end)),
        role,
    }
}

/// Maximum size in bytes of the context of a quote, and of the text kept on each side if the paragraphs are
/// longer: a line of megabytes with a quote in every sentence must not be stored a thousand times.
const CONTEXT: usize = 8000;
const AROUND: usize = 250;

/// Returns the span of the first paragraph below the headline, at most [`LEAD`] bytes of it.
fn lead(article: &Article, paragraphs: &[Span]) -> Span {
    let body = article.headline().map_or(0, |line| line.end);
    let first =
        paragraphs.iter().find(|paragraph| paragraph.start >= body).copied().unwrap_or(Span::new(0, 0));
    Span::new(first.start, article.text.floor_char_boundary(first.end.min(first.start + LEAD)))
}

/// Maximum length in bytes of a lead.
const LEAD: usize = 400;

/// Returns a span extended by [`AROUND`] bytes on each side, to character boundaries.
fn around(text: &str, span: Span) -> Span {
    let start = text.floor_char_boundary(span.start.saturating_sub(AROUND));
    Span::new(start, text.ceil_char_boundary((span.end + AROUND).min(text.len())))
}

/// Returns the spans of the non-blank lines of a text.
fn paragraphs(text: &str) -> Vec<Span> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|line| {
            start += line.len();
            Span::new(start - line.len(), start).trim(text)
        })
        .filter(|line| !line.is_empty())
        .collect()
}
