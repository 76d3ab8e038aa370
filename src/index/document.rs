//! How an article and its quotes become documents of the index.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;

use super::IndexError;
use super::ledger::{FileEntry, article_key, file_key, stamp_of};
use super::schema::{Fields, Shape, day_number, zoned};
use crate::answer::{Record, Zone};
use crate::article::{Article, ArticleId, Citation};
use crate::fold;
use crate::people::People;
use crate::quote::Quote;
use crate::span::Span;

/// An article as the index knows it; what its one document of the class `article` stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleEntry {
    /// Its id.
    pub article: ArticleId,
    /// The path of the file it came from, as the index knows it.
    pub file: String,
    /// Where it was published.
    pub citation: Citation,
    /// Whether it is a digest of the cited report.
    pub digest: bool,
    /// Subjects of the article.
    pub tags: Vec<String>,
    /// How many quotes were found in it.
    pub quotes: u64,
}

/// Hands the documents of `article` to `put`: one for each quote, one for each passage, one for the article itself.
pub(super) fn of_article(
    fields: Fields,
    file: &str,
    article: &Article,
    quotes: &[Quote],
    people: &People,
    put: &dyn Fn(TantivyDocument) -> Result<(), IndexError>,
) -> Result<(), IndexError> {
    let key = article_key(&article.id);
    let put_in = |mut document: TantivyDocument| {
        document.add_u64(fields.group, key);
        put(document)
    };
    let paragraphs = paragraphs(&article.text);
    let lead = lead(article, &paragraphs);
    let mut stems = Stems { text: &article.text, known: HashMap::new() };
    for (ordinal, quote) in quotes.iter().enumerate() {
        let record = record(article, quote, ordinal, (&paragraphs, lead), people);
        put_in(of_quote(fields, &record, &mut stems))?;
    }
    for passage in passages(&article.text, &paragraphs) {
        put_in(of_passage(fields, article, passage))?;
    }
    put(of_entry(fields, file, article, quotes.len() as u64))
}

/// A document of a class that stores `record`.
pub(super) fn of(fields: Fields, class: &str, record: &impl Serialize) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.class, class);
    // Plain structs of strings and numbers always serialise.
    document.add_text(fields.record, serde_json::to_string(record).unwrap_or_default());
    document
}

fn of_quote(fields: Fields, record: &Record, stems: &mut Stems) -> TantivyDocument {
    let mut document = of(fields, "quote", record);
    let words = record.words();
    document.add_u64(fields.id, record.id().0);
    document.add_text(fields.article, &record.article.0);
    document.add_text(fields.words, &words);
    document.add_text(fields.stems, &words);
    document.add_text(fields.topic, topic(record, &words, stems));
    if let Some(outlet) = &record.citation.outlet {
        document.add_text(fields.outlet, outlet);
    }
    if let Some(day) = record.citation.date {
        document.add_i64(fields.day, day_number(day));
    }
    for tag in &record.tags {
        document.add_text(fields.tag, fold::words(tag).join(" "));
    }
    if let Some(speaker) = record.quote.speaker() {
        document.add_text(fields.speaker, speaker);
    }
    let shape = Shape {
        kind: record.quote.kind,
        headline: record.paragraph.start == 0,
        length: u8::try_from(words.split_whitespace().count()).unwrap_or(u8::MAX),
        ordinal: u16::try_from(record.ordinal).unwrap_or(u16::MAX),
    };
    document.add_u64(fields.shape, shape.to_number());
    document.add_u64(fields.within, fold::fingerprint(&record.article.0).into());
    let speaker = record.quote.speaker().map_or(0, fold::fingerprint);
    let said = fold::fingerprint(&fold::words(&words).join(" "));
    document.add_u64(fields.said, u64::from(speaker) << 32 | u64::from(said));
    document
}

/// The stems of one article's text by place: neighbouring quotes share most of their surroundings.
struct Stems<'a> {
    text: &'a str,
    known: HashMap<Span, Rc<[String]>>,
}

impl Stems<'_> {
    fn at(&mut self, span: Span) -> Rc<[String]> {
        let span = span.trim(self.text);
        self.known.entry(span).or_insert_with(|| stems(span.text(self.text)).into()).clone()
    }
}

fn stems(text: &str) -> Vec<String> {
    fold::words(text).iter().map(|word| fold::stem(word)).collect()
}

/// The stems in and around a quote, each with the nearest place where it stands.
fn topic(record: &Record, words: &str, known: &mut Stems) -> String {
    let attribution = record.quote.attribution.as_ref();
    let written = |span: Option<Span>| span.map(|span| span.text(known.text));
    let mention = written(attribution.map(|found| found.mention));
    let office = written(attribution.and_then(|found| found.role));
    let role =
        [record.quote.speaker(), mention, office, record.role.as_deref()].map(Option::unwrap_or_default);
    let own = [
        (Zone::Lead, stems(&record.lead)),
        (Zone::Role, stems(&role.join(" "))),
        (Zone::Title, stems(record.citation.title.as_deref().unwrap_or_default())),
        (Zone::Quote, stems(words)),
    ];
    let end = record.context_start + record.context.len();
    let shared = [
        (Zone::Around, known.at(Span::new(record.context_start, record.paragraph.start))),
        (Zone::Around, known.at(Span::new(record.paragraph.end, end))),
        (Zone::Paragraph, known.at(record.paragraph)),
    ];
    let mut nearest: BTreeMap<&str, Zone> = BTreeMap::new();
    let own = own.iter().map(|(zone, stems)| (*zone, stems.as_slice()));
    for (zone, stems) in own.chain(shared.iter().map(|(zone, stems)| (*zone, &**stems))) {
        for stem in stems {
            let found = nearest.entry(stem).or_insert(zone);
            *found = zone.max(*found);
        }
    }
    zoned(nearest.into_iter())
}

fn of_passage(fields: Fields, article: &Article, passage: Span) -> TantivyDocument {
    #[derive(Serialize)]
    struct Passage<'a> {
        start: usize,
        text: &'a str,
    }
    let text = passage.text(&article.text);
    let mut document = of(fields, "passage", &Passage { start: passage.start, text });
    document.add_text(fields.article, &article.id.0);
    document.add_text(fields.passage, text);
    document
}

/// The document of a file.
pub(super) fn of_file(fields: Fields, entry: &FileEntry) -> TantivyDocument {
    let mut document = of(fields, "file", entry);
    document.add_u64(fields.group, file_key(&entry.path));
    let skips = entry.skipped.len() as u64 + entry.skipped_more;
    add_numbers(&mut document, fields, [file_key(&entry.path), entry.articles, entry.stamp, skips]);
    document
}

fn add_numbers(document: &mut TantivyDocument, fields: Fields, numbers: [u64; 4]) {
    for (field, number) in [fields.key, fields.origin, fields.stamp, fields.count].into_iter().zip(numbers) {
        document.add_u64(field, number);
    }
}

/// The document of an article itself.
pub(super) fn of_entry(fields: Fields, file: &str, article: &Article, quotes: u64) -> TantivyDocument {
    let entry = ArticleEntry {
        article: article.id.clone(),
        file: file.to_owned(),
        citation: article.citation.clone(),
        digest: article.digest,
        tags: article.tags.clone(),
        quotes,
    };
    let key = article_key(&article.id);
    let mut document = of(fields, "article", &entry);
    document.add_u64(fields.group, key);
    add_numbers(&mut document, fields, [key, file_key(file), stamp_of(article), quotes]);
    document.add_text(fields.article, &entry.article.0);
    if let Some(title) = &entry.citation.title {
        document.add_text(fields.headline, title);
    }
    if let Some(url) = &entry.citation.url {
        document.add_text(fields.url, address(url));
    }
    document
}

/// What two forms of one web address share: no scheme, no `www.`, no fragment, no final slash, the host in lower case.
pub(super) fn address(url: &str) -> String {
    let bare = url.trim().split('#').next().unwrap_or_default();
    let bare = bare.split_once("://").map_or(bare, |(_, rest)| rest);
    let (host, path) = bare.split_once('/').unwrap_or((bare, ""));
    let host = host.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    format!("{host}/{}", path.trim_end_matches('/'))
}

fn record(
    article: &Article,
    quote: &Quote,
    ordinal: usize,
    (paragraphs, lead): (&[Span], &str),
    people: &People,
) -> Record {
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
    Record {
        article: article.id.clone(),
        ordinal: u32::try_from(ordinal).unwrap_or(u32::MAX),
        quote: quote.clone(),
        context: context.text(&article.text).to_owned(),
        context_start: context.start,
        paragraph: limit(Span::new(at(first).start, at(last).end)),
        lead: lead.to_owned(),
        role,
        citation: article.citation.clone(),
        digest: article.digest,
        tags: article.tags.clone(),
    }
}

/// Bytes of paragraphs that a quote is stored with whole, and on each side where they are longer: a line of megabytes with a
/// quote in every sentence may not be stored a thousand times.
const CONTEXT: usize = 8000;
const AROUND: usize = 250;

/// The first paragraph below the headline, at most [`LEAD`] bytes of it.
fn lead<'a>(article: &'a Article, paragraphs: &[Span]) -> &'a str {
    let body = article.headline().map_or(0, |line| line.end);
    let first =
        paragraphs.iter().find(|paragraph| paragraph.start >= body).copied().unwrap_or(Span::new(0, 0));
    Span::new(first.start, article.text.floor_char_boundary(first.end.min(first.start + LEAD)))
        .text(&article.text)
}

/// Bytes of a lead that are kept with each quote.
const LEAD: usize = 400;

/// The surroundings of a span, on character boundaries.
fn around(text: &str, span: Span) -> Span {
    let start = text.floor_char_boundary(span.start.saturating_sub(AROUND));
    Span::new(start, text.ceil_char_boundary((span.end + AROUND).min(text.len())))
}

/// The lines of a text that are not blank.
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

/// Bytes after which a passage ends with its paragraph.
const PASSAGE: usize = 1000;

/// Whole paragraphs joined to passages of about a thousand bytes, in order; together they hold every paragraph once.
fn passages(text: &str, paragraphs: &[Span]) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for paragraph in paragraphs {
        match out.last_mut() {
            Some(last) if last.len() + paragraph.len() < PASSAGE => last.end = paragraph.end,
            _ => out.push(*paragraph),
        }
    }
    debug_assert!(out.iter().all(|passage| !passage.text(text).is_empty()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_page_are_one() {
        for url in
            ["https://www.Herald.example/a/b/", "herald.example/a/b#top", " http://herald.example/a/b "]
        {
            assert_eq!(address(url), "herald.example/a/b", "{url}");
        }
        assert_ne!(address("https://herald.example/a?id=1"), address("https://herald.example/a?id=2"));
    }
}
