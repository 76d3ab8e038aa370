//! The settings of an index in Quickwit, and the documents in it: one for a quote, one for an article.
//!
//! Quickwit has neither our stems nor our zones, so both are computed here. The fields `stems` and `topic`
//! are written as words separated by spaces, each word of `topic` as often as its zone says, and read with
//! the whitespace tokenizer. A version of an article is an edition; all its documents carry the edition's
//! number. Documents are never changed: a newer version is another edition, and a document of the class
//! `gone` withdraws the old one.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};
use tantivy::schema::{Field, Value as _};
use tantivy::{DocAddress, Searcher, TantivyDocument};

use crate::answer::Zone;
use crate::article::Article;
use crate::fold::address;
use crate::index::document::{HEADLINE, of_quote, repeated, stems_of};
use crate::index::schema::{Shape, day_of};
use crate::index::stored::{StoredArticle, StoredQuote, record_of};
use crate::index::topic::{Stems, with_vocabulary};
use crate::index::{Embedded, IndexError, corrupt, damaged, stored};
use crate::quote::Quote;

/// Incremented whenever the settings or the form of documents change. Each version has an index of its own.
pub(super) const FORM: u32 = 1;

/// The fields of quotes and articles that the server returns.
pub(super) const KEPT: [&str; 18] = [
    "class", "share", "edition", "group", "id", "said", "shape", "order", "day", "zones", "outlet",
    "speaker", "tag", "record", "stamp", "count", "article", "url",
];

/// Seconds until documents can be found.
const COMMIT: u64 = 5;

/// Returns the settings of the index `id`.
pub(super) fn settings(id: &str) -> Json {
    let raw = |name: &str| json!({"name": name, "type": "text", "tokenizer": "raw", "fast": true});
    let words = |name: &str| {
        json!({
            "name": name, "type": "text", "tokenizer": "whitespace", "record": "freq", "fieldnorms": true,
            "stored": false, "fast": false,
        })
    };
    let number = |name: &str, kind: &str| json!({"name": name, "type": kind, "indexed": true, "fast": true});
    let kept =
        |name: &str| json!({"name": name, "type": "text", "indexed": false, "stored": true, "fast": false});
    json!({
        "version": "0.8",
        "index_id": id,
        "doc_mapping": {
            "mode": "strict",
            "field_mappings": [
                {
                    "name": "at", "type": "datetime", "input_formats": ["rfc3339"], "fast": true,
                    "output_format": "rfc3339", "fast_precision": "seconds", "stored": false,
                },
                raw("class"), raw("share"), raw("outlet"), raw("speaker"),
                {"name": "tag", "type": "array<text>", "tokenizer": "raw", "fast": true},
                raw("article"), raw("url"),
                words("stems"), words("topic"), words("headline"),
                number("group", "u64"), number("edition", "u64"), number("dead", "u64"), number("id", "u64"),
                number("order", "u64"), number("said", "u64"), number("shape", "u64"),
                number("stamp", "u64"), number("count", "u64"), number("part", "u64"),
                number("day", "i64"),
                kept("zones"), kept("record"),
            ],
            "timestamp_field": "at",
            "tag_fields": ["class", "share", "outlet", "speaker"],
        },
        "indexing_settings": {"commit_timeout_secs": COMMIT},
        "search_settings": {"default_search_fields": []},
    })
}

/// Returns the number by which the quotes of all articles are ordered: the article's key, then the position
/// in it.
pub(super) const fn order(article: u64, ordinal: u16) -> u64 {
    article & !0xffff | ordinal as u64
}

/// Returns the start of a day, given by its number, in the format that Quickwit accepts. A number of seconds
/// would not do: Quickwit accepts those only from 1972 on.
pub(super) fn moment(day: i64) -> String {
    format!("{}T00:00:00Z", day_of(day).unwrap_or(Date::constant(1970, 1, 1)))
}

/// Writes each word of a topic as often as its count says ("3ferri 1fare").
fn spread(zones: &str) -> String {
    let mut out = String::with_capacity(zones.len() * 2);
    for word in zones.split(' ') {
        let mut letters = word.chars();
        let count = letters.next().and_then(|digit| digit.to_digit(10)).unwrap_or_default();
        for _ in 0..count {
            out.push_str(letters.as_str());
            out.push(' ');
        }
    }
    out
}

/// Returns the zone of each of `stems` in a stored topic, in order; `None` if the topic does not contain the
/// stem.
pub(super) fn zones_of(zones: &str, stems: &[String]) -> Vec<Option<Zone>> {
    let mut out = vec![None; stems.len()];
    for word in zones.split(' ') {
        let mut letters = word.chars();
        let Some(count) = letters.next().and_then(|digit| digit.to_digit(10)) else { continue };
        for (stem, zone) in stems.iter().zip(&mut out) {
            if stem == letters.as_str() {
                *zone = Zone::of_frequency(count);
            }
        }
    }
    out
}

/// Returns the number of words in a stored topic, each counted as often as its zone says.
pub(super) fn length_of(zones: &str) -> u32 {
    zones.bytes().zip(std::iter::once(b' ').chain(zones.bytes())).fold(0, |sum, (byte, before)| {
        sum + if before == b' ' && byte.is_ascii_digit() { u32::from(byte - b'0') } else { 0 }
    })
}

/// What all documents of one edition of an article share.
#[derive(Clone, Copy)]
pub(super) struct Edition<'a> {
    /// The indexer's share of the sources.
    pub(super) share: &'a str,
    /// The number of the edition.
    pub(super) number: u64,
    /// The article's stamp.
    pub(super) stamp: u64,
}

impl Edition<'_> {
    fn document(&self, class: &str, group: u64, day: Option<i64>) -> Map<String, Json> {
        let mut out = Map::new();
        out.insert("class".to_owned(), class.into());
        out.insert("share".to_owned(), self.share.into());
        out.insert("edition".to_owned(), self.number.into());
        out.insert("group".to_owned(), group.into());
        out.insert("at".to_owned(), moment(day.unwrap_or_default()).into());
        out
    }
}

/// Appends the documents of the article with this key in the embedded index to `out`, one per line: its
/// quotes, then the article itself.
pub(super) fn write_article(
    index: &Embedded,
    searcher: &Searcher,
    key: u64,
    edition: Edition,
    out: &mut Vec<u8>,
) -> Result<(), IndexError> {
    let failed = damaged(&index.dir);
    let Some(source) = Source::read(index, searcher, key).map_err(&failed)? else {
        return Err(failed(corrupt(format!("article {key:016x} is missing"))));
    };
    for document in source.documents(index, key, edition) {
        // A map of strings and numbers can always be serialised.
        let _ = serde_json::to_writer(&mut *out, &document);
        out.push(b'\n');
    }
    Ok(())
}

/// An article as stored in the embedded index.
struct Source {
    entry: StoredArticle,
    text: String,
    /// The quotes in text order, each with a context of its own if the stored text does not contain it.
    quotes: Vec<(StoredQuote, Option<String>)>,
}

impl Source {
    fn read(index: &Embedded, searcher: &Searcher, key: u64) -> tantivy::Result<Option<Self>> {
        let fields = index.fields;
        let text_of = |document: &TantivyDocument| text(document, fields.text).map(str::to_owned);
        let (mut found, mut quotes) = (None, Vec::new());
        for address in index.documents_of(searcher, key)? {
            let DocAddress { segment_ord, doc_id } = address;
            if searcher.segment_reader(segment_ord).is_deleted(doc_id) {
                continue;
            }
            let document: TantivyDocument = searcher.doc(address)?;
            if index.columns(segment_ord).is_ok_and(|columns| columns.is_quote(doc_id)) {
                let quote: StoredQuote = stored(&document, fields.record)?;
                quotes.push((quote, text_of(&document)));
            } else {
                found = Some((stored(&document, fields.record)?, text_of(&document).unwrap_or_default()));
            }
        }
        quotes.sort_by_key(|(quote, _)| quote.ordinal);
        Ok(found.map(|(entry, text)| Self { entry, text, quotes }))
    }

    /// Returns the article, its text padded with spaces between the stored parts.
    fn article(&self) -> Article {
        let own = self.quotes.iter().filter_map(|(quote, own)| Some((quote.context.start, own.as_ref()?)));
        let end = own.clone().map(|(start, own)| start + own.len()).max().unwrap_or_default();
        let mut bytes = self.text.clone().into_bytes();
        bytes.resize(bytes.len().max(end), b' ');
        for (start, own) in own {
            if let Some(place) = bytes.get_mut(start..start + own.len()) {
                place.copy_from_slice(own.as_bytes());
            }
        }
        let entry = &self.entry.entry;
        Article {
            id: entry.article.clone(),
            citation: entry.citation.clone(),
            language: None,
            tags: entry.tags.clone(),
            digest: entry.digest,
            // The stored parts were cut at character boundaries.
            text: String::from_utf8_lossy(&bytes).into_owned(),
            blocks: Vec::new(),
        }
    }

    fn documents(&self, index: &Embedded, key: u64, edition: Edition) -> Vec<Map<String, Json>> {
        let fields = index.fields;
        let article = self.article();
        let headline = article.headline().filter(|line| line.len() <= HEADLINE);
        let all: Vec<Quote> = self.quotes.iter().map(|(stored, _)| stored.quote.clone()).collect();
        let tags: Vec<Json> =
            article.tags.iter().map(|tag| crate::fold::words(tag).join(" ").into()).collect();
        let mut out = Vec::with_capacity(self.quotes.len() + 1);
        with_vocabulary(|known| {
            let mut stems = Stems::new(&article, self.entry.lead, known);
            for (quote, own) in &self.quotes {
                let repeated = repeated(&article, headline, &all, &quote.quote);
                let indexed = of_quote(fields, &article, (quote, repeated), &mut stems);
                let number = |field: Field| {
                    indexed.get_first(field).and_then(|value| value.as_u64()).unwrap_or_default()
                };
                let day = indexed.get_first(fields.day).and_then(|value| value.as_i64());
                let mut document = edition.document("quote", key, day);
                let mut put = |name: &str, value: Json| drop(document.insert(name.to_owned(), value));
                let shape = number(fields.shape);
                put("id", number(fields.id).into());
                put("said", number(fields.said).into());
                put("shape", shape.into());
                put("order", order(key, Shape::of_number(shape).ordinal).into());
                if let Some(day) = day {
                    put("day", day.into());
                }
                put("stems", text(&indexed, fields.stems).unwrap_or_default().into());
                let zones = text(&indexed, fields.topic).unwrap_or_default();
                put("topic", spread(zones).into());
                put("zones", zones.into());
                for (name, field) in [("outlet", fields.outlet), ("speaker", fields.speaker)] {
                    if let Some(text) = text(&indexed, field) {
                        put(name, text.into());
                    }
                }
                if !tags.is_empty() {
                    put("tag", tags.clone().into());
                }
                let record = record_of(&self.entry, &self.text, quote.clone(), own.as_deref());
                put("record", serde_json::to_string(&record).unwrap_or_default().into());
                out.push(document);
            }
        });
        let entry = &self.entry.entry;
        let mut document = edition.document("article", key, None);
        let mut put = |name: &str, value: Json| drop(document.insert(name.to_owned(), value));
        put("stamp", edition.stamp.into());
        put("count", self.quotes.len().into());
        put("article", entry.article.0.clone().into());
        if let Some(title) = &entry.citation.title {
            put("headline", stems_of(title).into());
        }
        if let Some(url) = &entry.citation.url {
            put("url", address(url).into());
        }
        put("record", serde_json::to_string(entry).unwrap_or_default().into());
        out.push(document);
        out
    }
}

fn text(document: &TantivyDocument, field: Field) -> Option<&str> {
    document.get_first(field).and_then(|value| value.as_str())
}

/// Returns the current time in seconds since the start of 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Appends a document that withdraws an edition, with the time.
pub(super) fn write_gone(share: &str, edition: u64, out: &mut Vec<u8>) {
    let document = json!({"class": "gone", "share": share, "dead": edition, "stamp": now(), "at": moment(0)});
    let _ = serde_json::to_writer(&mut *out, &document);
    out.push(b'\n');
}

/// Appends the documents that hold `text`, an indexer's account of its share, in parts.
pub(super) fn write_account(share: &str, edition: u64, text: &str, out: &mut Vec<u8>) {
    let mut rest = text;
    let mut part = 0_u64;
    while part == 0 || !rest.is_empty() {
        let (head, tail) = rest.split_at(rest.floor_char_boundary(PART.min(rest.len())));
        rest = tail;
        let document = json!({
            "class": "account", "share": share, "edition": edition, "at": moment(0), "record": head, "part": part,
            "count": text.len(),
        });
        let _ = serde_json::to_writer(&mut *out, &document);
        out.push(b'\n');
        part += 1;
    }
}

/// Maximum length in bytes of a part of an account.
const PART: usize = 500_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_written_and_read_back() {
        let zones = "5ferri 1fare 3lund ";
        assert_eq!(spread(zones), "ferri ferri ferri ferri ferri fare lund lund lund ");
        assert_eq!(length_of(zones), 9);
        let stems = ["fare", "ship", "ferri"].map(str::to_owned);
        assert_eq!(zones_of(zones, &stems), [Zone::of_frequency(1), None, Zone::of_frequency(5)]);
    }
}
