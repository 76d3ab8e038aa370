//! What is new from a speaker, a party or an outlet, or on a topic? An Atom feed for feed readers, and a
//! sitemap for search engines.

use askama::Template;

use super::view;
use crate::answer::{Answer, Record};
use crate::render;

/// An Atom feed (RFC 4287).
#[derive(Debug, Template)]
#[template(path = "atom.xml")]
pub(super) struct Feed {
    pub(super) title: String,
    /// Its own address.
    pub(super) own: String,
    /// The page with the same quotes.
    pub(super) page: String,
    pub(super) updated: String,
    pub(super) entries: Vec<Entry>,
}

/// A quote in a feed.
#[derive(Debug)]
pub(super) struct Entry {
    title: String,
    address: String,
    updated: String,
    author: String,
    words: String,
}

/// A sitemap: the addresses of pages.
#[derive(Debug, Template)]
#[template(path = "sitemap.xml")]
pub(super) struct Sitemap {
    pub(super) addresses: Vec<String>,
}

/// The date of quotes without one: a feed requires a date.
const LONG_AGO: &str = "1970-01-01T00:00:00Z";

impl Feed {
    pub(super) fn new(title: String, origin: &str, page: &str, answer: &Answer) -> Self {
        let entries: Vec<Entry> = answer.hits.iter().map(|hit| entry(origin, &hit.record)).collect();
        let updated = entries.iter().map(|entry| entry.updated.clone()).max();
        Self {
            title: plain(&title),
            own: format!("{origin}{page}/atom.xml"),
            page: format!("{origin}{page}"),
            updated: updated.unwrap_or_else(|| LONG_AGO.to_owned()),
            entries,
        }
    }
}

fn entry(origin: &str, record: &Record) -> Entry {
    let day = record.citation.date.map(|day| format!("{day}T00:00:00Z"));
    Entry {
        title: plain(&render::fit(&record.shown(), 120)),
        address: format!("{origin}{}", super::address::quote(record)),
        updated: day.unwrap_or_else(|| LONG_AGO.to_owned()),
        author: plain(&view::who(record)),
        words: plain(&format!("{}\n{}", record.shown(), view::whence(record))),
    }
}

/// Removes the characters that XML cannot contain, even escaped.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || c.is_whitespace())
        .filter(|c| !matches!(c, '\u{b}' | '\u{c}' | '\u{85}' | '\u{fffe}' | '\u{ffff}'))
        .collect()
}
